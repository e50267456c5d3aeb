/**
 * The DHCP client: a state machine over a UDP port, driven by `run`, which handles what has arrived
 * and what is due and says when it wants to run again.
 *
 * The first DISCOVER goes out at once: a machine that boots in milliseconds gains nothing from the
 * random delay of RFC 2131 §4.4.1. Retransmissions start after one second and double up to 64, with
 * some randomness. The first offer is taken. Instead of probing the address before its use, which
 * would cost seconds, the announcement that `configure` sends serves as the probe: an owner of the
 * address answers it, and a second later the address is declined.
 * Source: RFC 2131 §4.4 (states), §4.1 (retransmission). Context: one thread; `run` does not block.
 */
import { config } from "@typekraft/config";
import type { IpInterface } from "@typekraft/ip";
import { NO_DEADLINE } from "@typekraft/plat";
import { UdpError, type UdpLayer, UdpPort, UdpSource } from "@typekraft/udp";
import {
  IPV4_BROADCAST,
  IPV4_TEXT_BYTES,
  extendPacket,
  formatIpv4,
  formatIpv4Prefix,
  ipv4IsUsableSource,
  packetData,
} from "@typekraft/wire";
import { Lease } from "./lease.ts";
import {
  DHCPACK,
  DHCPDECLINE,
  DHCPDISCOVER,
  DHCPNAK,
  DHCPOFFER,
  DHCPREQUEST,
  DHCP_CLIENT_PORT,
  DHCP_MESSAGE_BYTES,
  DHCP_SERVER_PORT,
  DhcpRequest,
  emitDhcp,
} from "./message.ts";
import { DhcpReply } from "./reply.ts";

const NS_PER_MILLISECOND: u64 = 1_000_000;
const NS_PER_SECOND: u64 = 1_000_000_000;
const MAX_DOUBLINGS: u64 = 6;
/** Unanswered DHCPREQUESTs after which it looks for another server. */
const REQUEST_TRIES: u64 = 4;
/** Unanswered DISCOVERs after which a person should know why nothing happens. */
const QUIET_TRIES: u64 = 4;
/** Least time between two requests of a renewal (RFC 2131 §4.4.5). */
const RENEWAL_RETRY_NS: u64 = 60 * NS_PER_SECOND;
/** After the announcement of a new address: when to look whether somebody else claims it. */
const CONFLICT_CHECK_NS: u64 = NS_PER_SECOND;
/** Before it starts again after a DHCPDECLINE (RFC 2131 §3.1 step 5), or a DHCPNAK. */
const DECLINE_WAIT_NS: u64 = 10 * NS_PER_SECOND;
const NAK_WAIT_NS: u64 = NS_PER_SECOND;

declare module "@typekraft/config" {
  interface Config {
    /** Milliseconds until the first retransmission. */
    readonly LIB_DHCP_RETRY_MS: u32;
  }
}

/** States of RFC 2131 figure 5, those of a client that reboots with a lease left out. */
export enum DhcpState {
  /** Nothing has been asked for yet, or the wait before the next attempt. */
  Init,
  Selecting,
  Requesting,
  /** Bound, but not yet known to be alone with the address. */
  Checking,
  Bound,
  Renewing,
  Rebinding,
}

export class DhcpClient {
  readonly port: UdpPort = new UdpPort();
  readonly lease: Lease = new Lease();
  state: DhcpState = DhcpState.Init;
  /** Messages that were no reply to what we asked. */
  ignored: u64 = 0;
  private readonly reply: DhcpReply = new DhcpReply();
  private readonly outgoing: DhcpRequest = new DhcpRequest();
  private deadlineNs: u64 = 0;
  private xid: u32 = 0;
  private tries: u64 = 0;
  private startedNs: u64 = 0;
  private requestedNs: u64 = 0;
  private offered: u32 = 0;
  private server: u32 = 0;
  private conflicts: u64 = 0;

  constructor(
    private readonly ip: IpInterface,
    private readonly udp: UdpLayer,
  ) {}

  /** Binds the client's port. `InUse` where the program has bound it itself. */
  start(): UdpError {
    return this.udp.bind(this.port, DHCP_CLIENT_PORT);
  }

  /**
   * Handles everything that has arrived or is due; the time to call it again unless `port.ready` is
   * woken earlier.
   */
  run(): u64 {
    const now = this.ip.nowNs();
    const from = new UdpSource();
    for (;;) {
      const packet = this.udp.take(this.port, from);
      if (packet === null) break;
      const understood = this.reply.parse(packetData(packet));
      this.ip.release(packet);
      if (!understood || !this.handle(now)) this.ignored++;
    }
    if (now >= this.deadlineNs) this.onDeadline(now);
    this.ip.flush();
    return this.deadlineNs;
  }

  /** Acts on a reply; false where it is none of ours or comes at the wrong time. */
  private handle(now: u64): boolean {
    const reply = this.reply;
    if (reply.xid !== this.xid || reply.mac !== this.ip.macAddress()) return false;
    if (this.state === DhcpState.Selecting) return this.onOffer(now);
    const asked =
      this.state === DhcpState.Requesting ||
      this.state === DhcpState.Renewing ||
      this.state === DhcpState.Rebinding;
    if (!asked) return false;
    if (this.state === DhcpState.Requesting && reply.serverIdentifier !== this.server) return false;
    if (reply.type === DHCPACK) return this.onAck(now);
    if (reply.type !== DHCPNAK) return false;
    this.loseAddress("the server refused it");
    this.pause(now, NAK_WAIT_NS);
    return true;
  }

  private onOffer(now: u64): boolean {
    const reply = this.reply;
    if (reply.type !== DHCPOFFER || reply.serverIdentifier === 0) return false;
    if (!ipv4IsUsableSource(reply.yourAddress)) return false;
    this.offered = reply.yourAddress;
    this.server = reply.serverIdentifier;
    this.state = DhcpState.Requesting;
    this.tries = 0;
    this.request(now);
    return true;
  }

  private onAck(now: u64): boolean {
    if (this.reply.yourAddress !== this.offered) return false;
    const lease = this.lease;
    const mask = lease.mask;
    const gateway = lease.gateway;
    if (!lease.take(this.reply, this.requestedNs)) return false;
    const isNew = this.ip.address() !== lease.address;
    if (!isNew && mask === lease.mask && gateway === lease.gateway) {
      this.bound();
      return true;
    }
    this.conflicts = this.ip.counters.arpConflicts;
    this.logLease();
    this.ip.configure(lease.address, lease.mask, lease.gateway);
    this.state = DhcpState.Checking;
    this.deadlineNs = now + CONFLICT_CHECK_NS;
    return true;
  }

  private onDeadline(now: u64): void {
    switch (this.state) {
      case DhcpState.Init:
        this.discoverAnew(now);
        break;
      case DhcpState.Selecting:
        this.discover(now);
        break;
      case DhcpState.Requesting:
        if (this.tries < REQUEST_TRIES) this.request(now);
        else this.discoverAnew(now);
        break;
      case DhcpState.Checking:
        if (this.ip.counters.arpConflicts !== this.conflicts) this.decline(now);
        else this.bound();
        break;
      case DhcpState.Bound:
      case DhcpState.Renewing:
      case DhcpState.Rebinding:
        this.renew(now);
        break;
    }
  }

  private bound(): void {
    this.state = DhcpState.Bound;
    this.deadlineNs = this.lease.renewNs;
  }

  /** From T1 to T2 it asks the server that granted the lease, then all, until the lease ends. */
  private renew(now: u64): void {
    const lease = this.lease;
    if (now >= lease.expireNs) {
      this.loseAddress("the lease has ended");
      this.discoverAnew(now);
      return;
    }
    if (this.state === DhcpState.Bound) {
      this.newTransaction(now);
      this.offered = lease.address;
    }
    const rebinding = now >= lease.rebindNs;
    this.state = rebinding ? DhcpState.Rebinding : DhcpState.Renewing;
    const limit = rebinding ? lease.expireNs : lease.rebindNs;
    const half = (limit - now) / 2;
    const next = now + (half < RENEWAL_RETRY_NS ? RENEWAL_RETRY_NS : half);
    this.deadlineNs = next < limit ? next : limit;
    const message = this.message(DHCPREQUEST, now);
    message.clientAddress = lease.address;
    this.requestedNs = now;
    this.send(message, rebinding ? IPV4_BROADCAST : lease.server);
  }

  private discoverAnew(now: u64): void {
    this.newTransaction(now);
    this.state = DhcpState.Selecting;
    this.discover(now);
  }

  private discover(now: u64): void {
    this.deadlineNs = now + this.backoff();
    if (this.tries === QUIET_TRIES) log`dhcp: no answer yet`;
    this.send(this.message(DHCPDISCOVER, now), IPV4_BROADCAST);
  }

  private request(now: u64): void {
    this.deadlineNs = now + this.backoff();
    this.requestedNs = now;
    const message = this.message(DHCPREQUEST, now);
    message.requestedAddress = this.offered;
    message.serverIdentifier = this.server;
    this.send(message, IPV4_BROADCAST);
  }

  /** Gives an address back that somebody else uses. */
  private decline(now: u64): void {
    const message = this.message(DHCPDECLINE, now);
    message.requestedAddress = this.lease.address;
    message.serverIdentifier = this.lease.server;
    this.loseAddress("another station uses it");
    this.send(message, IPV4_BROADCAST);
    this.pause(now, DECLINE_WAIT_NS);
  }

  private pause(now: u64, waitNs: u64): void {
    this.state = DhcpState.Init;
    this.deadlineNs = now + waitNs;
  }

  private loseAddress(reason: str): void {
    const own = this.ip.address();
    if (own === 0) return;
    const space = fixedArray<u8, 18>();
    log`dhcp: address ${formatIpv4(own, space.slice())} is lost: ${reason}`;
    this.ip.configure(0, 0, 0);
  }

  private newTransaction(now: u64): void {
    this.xid = u32(this.ip.random());
    this.startedNs = now;
    this.tries = 0;
  }

  /** The time until the next retransmission, ± 1/8; counts the tries. */
  private backoff(): u64 {
    const doublings = this.tries < MAX_DOUBLINGS ? this.tries : MAX_DOUBLINGS;
    const base = (u64(config.LIB_DHCP_RETRY_MS) * NS_PER_MILLISECOND) << doublings;
    this.tries++;
    return base - base / 8 + (this.ip.random() % (base / 4));
  }

  private message(type: u8, now: u64): DhcpRequest {
    const message = this.outgoing;
    const seconds = (now - this.startedNs) / NS_PER_SECOND;
    message.type = type;
    message.xid = this.xid;
    message.mac = this.ip.macAddress();
    message.seconds = seconds > 0xffff ? 0xffff : u16(seconds);
    message.clientAddress = 0;
    message.requestedAddress = 0;
    message.serverIdentifier = 0;
    return message;
  }

  /** A message that cannot be sent now is as good as lost: it is sent again. */
  private send(message: DhcpRequest, destination: u32): void {
    const packet = this.ip.allocate();
    if (packet === null) return;
    emitDhcp(extendPacket(packet, DHCP_MESSAGE_BYTES), message);
    this.udp.sendPacket(this.port, packet, destination, DHCP_SERVER_PORT);
  }

  private logLease(): void {
    const lease = this.lease;
    const own = fixedArray<u8, 18>();
    const gateway = fixedArray<u8, 18>();
    staticAssert(IPV4_TEXT_BYTES === 18);
    const ownText = formatIpv4Prefix(lease.address, lease.mask, own.slice());
    const gatewayText = formatIpv4(lease.gateway, gateway.slice());
    if (lease.expireNs === NO_DEADLINE) log`dhcp: ${ownText}, gateway ${gatewayText}`;
    else log`dhcp: ${ownText}, gateway ${gatewayText}, lease ${lease.seconds} s`;
  }
}

/** For the tests of this package: a DHCP server of one address, which misbehaves as told. */
import type { IpInterface } from "@typekraft/ip";
import type { NetDevice } from "@typekraft/netdev";
import { UdpError, type UdpLayer, UdpPort, UdpSource } from "@typekraft/udp";
import { IPV4_BROADCAST, Ipv4Header, extendPacket, packetData, pushHeader } from "@typekraft/wire";
import {
  DHCPACK,
  DHCPDECLINE,
  DHCPDISCOVER,
  DHCPNAK,
  DHCPOFFER,
  DHCPREQUEST,
  DHCP_CLIENT_PORT,
  DHCP_COOKIE,
  DHCP_HEADER_BYTES,
  DHCP_SERVER_PORT,
  DhcpHeader,
  OPTION_END,
  OPTION_MESSAGE_TYPE,
} from "./message.ts";

export const SERVER: u32 = 0x0a00_0001;
export const OFFERED: u32 = 0x0a00_0063;

/** Appends options to a message; shared by the server and the tests of the parser. */
export class TestOptions {
  at: usize = DHCP_HEADER_BYTES;

  constructor(private readonly into: Slice<u8>) {}

  word(code: u8, value: u32): void {
    this.into[this.at] = code;
    this.into[this.at + 1] = 4;
    for (let i = 0; i < 4; i++) this.into[this.at + 2 + i] = u8(value >> u32((3 - i) * 8));
    this.at += 6;
  }

  byte(code: u8, value: u8): void {
    this.into[this.at] = code;
    this.into[this.at + 1] = 1;
    this.into[this.at + 2] = value;
    this.at += 3;
  }

  end(): void {
    this.into[this.at] = OPTION_END;
    this.at++;
  }
}

/** Fills in the header of a reply. */
export function emitReplyHeader(into: Slice<u8>, xid: u32, mac: u64, yours: u32): void {
  fillBytes(into, 0);
  const header = overlay<DhcpHeader>(into, 0);
  header.op = 2;
  header.htype = 1;
  header.hlen = 6;
  header.xid = htonl(xid);
  header.yiaddr = htonl(yours);
  header.chaddrHigh = htons(u16(mac >> 32));
  header.chaddrLow = htonl(u32(mac));
  header.cookie = htonl(DHCP_COOKIE);
}

export class TestServer {
  silent: boolean = false;
  ignoresRequests: boolean = false;
  /** Refuses the next so many requests. */
  refuseNext: u32 = 0;
  wrongXid: boolean = false;
  wrongMac: boolean = false;
  leaseSeconds: u32 = 3600;
  offered: u32 = OFFERED;
  mask: u32 = 0xffff_ff00;
  lastWasBroadcast: boolean = false;
  lastClientAddress: u32 = 0;
  private readonly port: UdpPort = new UdpPort();
  private readonly counts: FixedArray<u32, 16> = fixedArray();

  constructor(
    private readonly ip: IpInterface,
    private readonly udp: UdpLayer,
  ) {}

  start(device: NetDevice): void {
    this.ip.attach(device);
    this.udp.start();
    this.ip.configure(SERVER, 0xffff_ff00, 0);
    assert(this.udp.bind(this.port, DHCP_SERVER_PORT) === UdpError.None);
  }

  /** Messages of this type that it has received, or sent. */
  count(type: u8): u32 {
    return this.counts[usize(type)];
  }

  run(): void {
    const from = new UdpSource();
    for (;;) {
      const packet = this.udp.take(this.port, from);
      if (packet === null) break;
      const data = packetData(packet);
      assert(data.length === 300 && data[DHCP_HEADER_BYTES] === OPTION_MESSAGE_TYPE);
      const header = overlay<DhcpHeader>(data, 0);
      const type = data[DHCP_HEADER_BYTES + 2];
      const mac = (u64(ntohs(header.chaddrHigh)) << 32) | u64(ntohl(header.chaddrLow));
      const xid = ntohl(header.xid);
      this.lastClientAddress = ntohl(header.ciaddr);
      const ipHeader = overlay<Ipv4Header>(pushHeader(packet, 28), 0);
      this.lastWasBroadcast = ntohl(ipHeader.destination) === IPV4_BROADCAST;
      this.ip.release(packet);
      this.counts[usize(type)]++;
      if (!this.silent) this.answer(type, xid, mac);
    }
    this.ip.flush();
  }

  private answer(type: u8, xid: u32, mac: u64): void {
    if (type === DHCPDISCOVER) {
      this.reply(DHCPOFFER, xid, mac);
    } else if (type === DHCPREQUEST && !this.ignoresRequests) {
      if (this.refuseNext !== 0) {
        this.refuseNext--;
        this.reply(DHCPNAK, xid, mac);
      } else {
        this.reply(DHCPACK, xid, mac);
      }
    } else {
      assert(type === DHCPDECLINE || type === DHCPREQUEST);
    }
  }

  private reply(type: u8, xid: u32, mac: u64): void {
    this.counts[usize(type)]++;
    const packet = this.ip.allocate();
    if (packet === null) panic("the server has no packet");
    const data = extendPacket(packet, 300);
    const toXid = this.wrongXid ? xid ^ 1 : xid;
    const toMac = this.wrongMac ? mac ^ 1 : mac;
    emitReplyHeader(data, toXid, toMac, type === DHCPNAK ? 0 : this.offered);
    const options = new TestOptions(data);
    options.byte(OPTION_MESSAGE_TYPE, type);
    options.word(54, SERVER);
    if (type !== DHCPNAK) {
      options.word(1, this.mask);
      options.word(3, SERVER);
      options.word(6, SERVER + 1);
      options.word(51, this.leaseSeconds);
    }
    options.end();
    this.udp.sendPacket(this.port, packet, IPV4_BROADCAST, DHCP_CLIENT_PORT);
  }
}

/**
 * What a server has granted, checked, and the three times of it on our clock.
 * Source: RFC 2131 §4.4.5 (T1, T2); RFC 950 for the mask of an address that came without.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { ipv4IsUsableSource } from "@typekraft/wire";
import type { DhcpReply } from "./reply.ts";

const NS_PER_SECOND: u64 = 1_000_000_000;
/** A lease that never ends. */
const INFINITE_SECONDS: u32 = 0xffff_ffff;

export class Lease {
  address: u32 = 0;
  mask: u32 = 0;
  gateway: u32 = 0;
  nameServer: u32 = 0;
  server: u32 = 0;
  seconds: u32 = 0;
  /**
   * When to ask the server for more (T1), when to ask any server (T2), and when the address is
   * lost.
   */
  renewNs: u64 = 0;
  rebindNs: u64 = 0;
  expireNs: u64 = 0;

  /**
   * Takes over a DHCPACK, its times counted from `sinceNs`, when it was asked for. False, and
   * nothing changed, where no host could use it.
   */
  take(ack: DhcpReply, sinceNs: u64): boolean {
    const mask = ack.mask === 0 ? classMask(ack.yourAddress) : ack.mask;
    if (!ipv4IsUsableSource(ack.yourAddress) || !isContiguous(mask)) return false;
    if (ack.leaseSeconds === 0) return false;
    this.address = ack.yourAddress;
    this.mask = mask;
    this.gateway = ipv4IsUsableSource(ack.router) ? ack.router : 0;
    this.nameServer = ack.nameServer;
    if (ack.serverIdentifier !== 0) this.server = ack.serverIdentifier;
    this.seconds = ack.leaseSeconds;
    this.setTimes(ack, sinceNs);
    return true;
  }

  /** T1 and T2 as the server wants them where they are in order, else half and 7/8 of the lease. */
  private setTimes(ack: DhcpReply, sinceNs: u64): void {
    if (ack.leaseSeconds === INFINITE_SECONDS) {
      this.renewNs = NO_DEADLINE;
      this.rebindNs = NO_DEADLINE;
      this.expireNs = NO_DEADLINE;
      return;
    }
    const lease = u64(ack.leaseSeconds) * NS_PER_SECOND;
    let renew = u64(ack.renewalSeconds) * NS_PER_SECOND;
    let rebind = u64(ack.rebindingSeconds) * NS_PER_SECOND;
    if (rebind === 0 || rebind >= lease) rebind = (lease / 8) * 7;
    if (renew === 0 || renew >= rebind) renew = rebind < lease / 2 ? rebind / 2 : lease / 2;
    this.renewNs = sinceNs + renew;
    this.rebindNs = sinceNs + rebind;
    this.expireNs = sinceNs + lease;
  }
}

/** Ones followed by zeros, at least eight ones: no network is larger. */
function isContiguous(mask: u32): boolean {
  const zeros = ~mask;
  return mask >= 0xff00_0000 && (zeros & wrapAdd(zeros, u32(1))) === 0;
}

/** The mask of classes A, B and C. */
function classMask(address: u32): u32 {
  if (address >> 31 === 0) return 0xff00_0000;
  return address >> 30 === 2 ? 0xffff_0000 : 0xffff_ff00;
}

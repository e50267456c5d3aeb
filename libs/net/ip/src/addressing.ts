/**
 * The address of this host, its subnet and router, and what follows from them: broadcasts and next
 * hops.
 */
import { IPV4_BROADCAST, ipv4IsUsableSource } from "@typekraft/wire";

/** All addresses in host order; 0: none. */
export class Addressing {
  own: u32 = 0;
  mask: u32 = 0;
  gateway: u32 = 0;
  private subnetBroadcast: u32 = IPV4_BROADCAST;

  set(own: u32, mask: u32, gateway: u32): void {
    this.own = own;
    this.mask = mask;
    this.gateway = gateway;
    const hasBroadcast = own !== 0 && mask < 0xffff_fffe;
    this.subnetBroadcast = hasBroadcast ? own | ~mask : IPV4_BROADCAST;
  }

  /**
   * Whether it is the limited broadcast or that of our subnet. Subnets of /31 and /32 have none
   * (RFC 3021).
   */
  isBroadcast(address: u32): boolean {
    return address === IPV4_BROADCAST || address === this.subnetBroadcast;
  }

  /** Whether a station on our link may have it: in our subnet, or our router. */
  isNeighbour(address: u32): boolean {
    if (this.own === 0 || address === 0) return false;
    return ((address ^ this.own) & this.mask) === 0 || address === this.gateway;
  }

  /** The neighbour that packets to `destination` go to; 0 where there is no way. */
  nextHop(destination: u32): u32 {
    return this.isNeighbour(destination) ? destination : this.gateway;
  }

  /**
   * Whether one other host may have it as its address, so that an answer to it goes to one host.
   */
  isForeignUnicast(address: u32): boolean {
    return ipv4IsUsableSource(address) && !this.isBroadcast(address) && address !== this.own;
  }
}

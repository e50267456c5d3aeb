/**
 * What a transport protocol gives to IP. IP has one handler for each of UDP and TCP; it answers
 * ICMP itself.
 */
import type { Packet } from "@typekraft/netdev";

/** A transport protocol above IP. Context: the poller; must not block. */
export interface IpProtocol {
  /**
   * Takes ownership of the packet. Its data starts at the transport header (the IP header is pulled
   * off) and is as long as the IP payload. The addresses are in host order and have been checked:
   * the source is a unicast address, or 0 towards a broadcast; the destination is ours, or (only
   * for UDP) a broadcast, see `IpInterface.isBroadcast`.
   */
  receive(packet: Packet, source: u32, destination: u32): void;
  /**
   * All frames of one batch have been handed over: the time to send what was held back to combine
   * it.
   */
  endOfBatch(): void;
}

/**
 * ICMP: answers echo requests and makes "destination unreachable" messages, at a limited rate.
 *
 * An echo is answered in its own packet: type and checksum change, nothing is copied. Other
 * messages are counted and ignored; errors about our own packets are soft (RFC 5461) and the
 * transports' timers deal with what they announce.
 * Source: RFC 792; RFC 1122 §3.2.2; RFC 1812 §4.3.2.8 for the rate limit.
 */
import { config } from "@typekraft/config";
import type { Packet } from "@typekraft/netdev";
import {
  ICMP_DESTINATION_UNREACHABLE,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_HEADER_BYTES,
  IPV4_HEADER_BYTES,
  IcmpHeader,
  checksumAdjust,
  checksumFinish,
  checksumIsValid,
  checksumSum,
  extendPacket,
  packetData,
} from "@typekraft/wire";
import type { IpCounters } from "./counters.ts";
import { RateLimit } from "./rate-limit.ts";

/** Errors a second, and in one burst. */
const REPORT_INTERVAL_NS: u64 = 10_000_000;
const REPORT_BURST: u64 = 32;
/**
 * How much of the offending packet an error quotes: its header without options and the first 64
 * bits behind it.
 */
const QUOTED_DATA: usize = 8;

declare module "@typekraft/config" {
  interface Config {
    /** Whether echo requests are answered. */
    readonly LIB_IP_ICMP_ECHO: boolean;
  }
}

export class Icmp {
  private readonly reports: RateLimit = new RateLimit();

  /**
   * Turns the ICMP message, the packet's data, into its answer; false where none is due. The packet
   * stays the caller's.
   */
  answer(packet: Packet, counters: IpCounters): boolean {
    if (packet.length < ICMP_HEADER_BYTES) {
      counters.icmpBad++;
      return false;
    }
    const data = packetData(packet);
    if (!checksumIsValid(checksumSum(data, 0))) {
      counters.icmpBad++;
      return false;
    }
    const header = overlay<IcmpHeader>(data, 0);
    if (!config.LIB_IP_ICMP_ECHO || header.type !== ICMP_ECHO_REQUEST || header.code !== 0) {
      counters.icmpIgnored++;
      return false;
    }
    header.type = ICMP_ECHO_REPLY;
    header.checksum = checksumAdjust(header.checksum, u16(ICMP_ECHO_REQUEST) << 8, 0);
    packet.checksumNeeded = false;
    counters.echoReplies++;
    return true;
  }

  /** Whether an error may be sent now; counts either way. */
  mayReport(nowNs: u64, counters: IpCounters): boolean {
    if (!this.reports.take(nowNs, REPORT_INTERVAL_NS, REPORT_BURST)) {
      counters.unreachablesLimited++;
      return false;
    }
    counters.unreachablesSent++;
    return true;
  }

  /**
   * Writes "destination unreachable" about the IP packet `offending` into the empty packet
   * `report`.
   */
  emitUnreachable(report: Packet, offending: Slice<u8>, code: u8): void {
    const headerBytes = usize(offending[0] & 15) * 4;
    assert(headerBytes >= IPV4_HEADER_BYTES && headerBytes <= offending.length);
    let quoted = headerBytes + QUOTED_DATA;
    if (quoted > offending.length) quoted = offending.length;
    const message = extendPacket(report, ICMP_HEADER_BYTES + quoted);
    copyBytes(message.sub(ICMP_HEADER_BYTES), offending.sub(0, quoted));
    const header = overlay<IcmpHeader>(message, 0);
    header.type = ICMP_DESTINATION_UNREACHABLE;
    header.code = code;
    header.checksum = htons(0);
    header.rest = htonl(0);
    header.checksum = checksumFinish(checksumSum(message, 0));
  }
}

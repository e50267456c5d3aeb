/**
 * What the interface counts. Every packet that is not delivered or not sent shows up in one of
 * these.
 */
import { Ipv4Fault } from "@typekraft/wire";

export class IpCounters {
  framesReceived: u64 = 0;
  /** Frames shorter than an Ethernet header. */
  badFrames: u64 = 0;
  /** Frames for another station or for a group that we are not in. */
  notForUs: u64 = 0;
  /** Frames that are neither IPv4 nor ARP. */
  unknownTypes: u64 = 0;

  /** IP packets delivered to a protocol. */
  received: u64 = 0;
  tooShort: u64 = 0;
  badHeaders: u64 = 0;
  badChecksums: u64 = 0;
  /** Fragments, which this system does not reassemble. */
  fragments: u64 = 0;
  /** Source or destination address that no such packet may have. */
  badAddresses: u64 = 0;
  /** Protocols that nobody has registered for. */
  unknownProtocols: u64 = 0;

  /** IP packets given to `send` that had a valid size. */
  sent: u64 = 0;
  /** Dropped before they had a neighbour: too long, no route, no address of our own. */
  outputDropped: u64 = 0;
  /** Dropped because the loopback queue was full. */
  loopbackDropped: u64 = 0;

  icmpBad: u64 = 0;
  icmpIgnored: u64 = 0;
  echoReplies: u64 = 0;
  unreachablesSent: u64 = 0;
  unreachablesLimited: u64 = 0;

  arpBad: u64 = 0;
  arpRequestsSent: u64 = 0;
  arpRequestsLimited: u64 = 0;
  arpRepliesSent: u64 = 0;
  /** ARP packets of another station that claims our address. */
  arpConflicts: u64 = 0;
  /** Packets that waited for an ARP reply in vain, or found no place to wait. */
  arpDropped: u64 = 0;
  /** Neighbours that found no place in the table. */
  arpTableFull: u64 = 0;

  /** Counts a packet that `checkIpv4` refused. */
  countFault(fault: Ipv4Fault): void {
    switch (fault) {
      case Ipv4Fault.Short:
        this.tooShort++;
        break;
      case Ipv4Fault.BadChecksum:
        this.badChecksums++;
        break;
      case Ipv4Fault.Fragment:
        this.fragments++;
        break;
      default:
        this.badHeaders++;
        break;
    }
  }
}

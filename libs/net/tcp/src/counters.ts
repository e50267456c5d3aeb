/** What the TCP stack counts, for tests and diagnosis. They wrap. */
export class TcpCounters {
  segmentsReceived: u64 = 0;
  segmentsSent: u64 = 0;
  /** Received segments that were too short, inconsistent, or had a wrong checksum. */
  malformed: u64 = 0;
  /** Received segments of which header prediction made short work. */
  predicted: u64 = 0;
  /** Segments sent again, by the timer or by fast retransmit. */
  retransmitted: u64 = 0;
  fastRetransmits: u64 = 0;
  timeouts: u64 = 0;
  windowProbes: u64 = 0;
  /** Segments kept that came before others in front of them. */
  outOfOrder: u64 = 0;
  resetsSent: u64 = 0;
  resetsReceived: u64 = 0;
  challengeAcks: u64 = 0;
  /** SYNs answered with a cookie, cookies that came back, and ACKs that claimed to be cookies. */
  cookiesSent: u64 = 0;
  cookiesAccepted: u64 = 0;
  cookiesRejected: u64 = 0;
  /** Connections opened from either side. */
  opened: u64 = 0;
  /**
   * SYNs and completed handshakes refused: a table or the backlog was full, or no memory was left.
   */
  refused: u64 = 0;
  /** Segments that could not be sent for want of a packet. */
  noPacket: u64 = 0;
}

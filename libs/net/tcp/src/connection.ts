/**
 * One TCP connection: the transmission control block, plain data that the mechanisms beside this
 * file work on.
 *
 * Names of the sequence variables are those of the specification (SND.UNA is `sndUna`). The send
 * ring starts at `sndBase`, which is SND.UNA except that neither the SYN nor the FIN is in the
 * ring; the receive ring ends at RCV.NXT.
 * Source: RFC 9293 §3.3.1 and §3.3.2.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { WaitQueue } from "@typekraft/sched";
import { ByteRing } from "./byte-ring.ts";
import { CongestionControl } from "./congestion.ts";
import type { Listener } from "./listener.ts";
import { ReassemblyList } from "./reassembly.ts";
import { RttEstimator } from "./rto.ts";

/**
 * States of RFC 9293 §3.3.2. LISTEN is a `Listener`, SYN-RECEIVED of passive opens a `HalfOpen`,
 * TIME-WAIT a small record.
 */
export enum TcpState {
  Closed,
  SynSent,
  SynReceived,
  Established,
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
}

/** Why a connection ended, or why a call failed. */
export enum TcpError {
  None,
  /** The peer reset it. */
  Reset,
  /** The peer did not answer for too long. */
  TimedOut,
  /** The peer refused the connection. */
  Refused,
  /** The port is taken. */
  InUse,
  /** No memory, or a table is full. */
  NoResources,
  /** This side has closed it for sending. */
  Closed,
  /** No route to the peer. */
  Unreachable,
}

export class Connection {
  // -- who it is --
  localAddress: u32 = 0;
  remoteAddress: u32 = 0;
  localPort: u16 = 0;
  remotePort: u16 = 0;
  state: TcpState = TcpState.Closed;
  /** Why it is Closed. */
  error: TcpError = TcpError.None;
  /** Whether a user holds it; otherwise it is freed when it is Closed. */
  owned = false;
  /** Woken when there is something to read, or the end of the stream, or of the connection. */
  readonly readers = new WaitQueue();
  /**
   * Woken when there is room to write, when an active open is complete, and at the end of the
   * connection.
   */
  readonly writers = new WaitQueue();

  // -- send side, RFC 9293 §3.3.1 --
  iss: u32 = 0;
  sndUna: u32 = 0;
  sndNxt: u32 = 0;
  /** The highest SND.NXT ever; SND.NXT goes back when the retransmission timer expires. */
  sndMax: u32 = 0;
  /** The peer's window, unscaled. */
  sndWnd: u32 = 0;
  sndWl1: u32 = 0;
  sndWl2: u32 = 0;
  /** The largest window the peer has offered. */
  maxSndWnd: u32 = 0;
  sndScale: u8 = 0;
  /** Whether a FIN follows the queued bytes. */
  finQueued = false;
  /** Whether even a segment that is not full is to be sent now. */
  pushNow = false;
  /** Sequence number of the first byte in the send ring. */
  sndBase: u32 = 0;
  /** Window probes since the peer last spoke. */
  probesUnanswered: u32 = 0;
  /** The largest payload to send in a segment. */
  mss: u32 = 536;
  readonly sendRing = new ByteRing();
  readonly rtt = new RttEstimator();
  readonly congestion = new CongestionControl();

  // -- receive side --
  irs: u32 = 0;
  rcvNxt: u32 = 0;
  /** The right edge of the window that the peer knows. */
  rcvEdge: u32 = 0;
  rcvScale: u8 = 0;
  /** Whether this side offers, and then whether both sides have offered, window scaling. */
  scaling = false;
  /** The largest payload received in a segment, which is what counts as a full one. */
  rcvMss: u32 = 536;
  /** A FIN has come, perhaps before bytes in front of it: its sequence number is `finSeq`. */
  finSeen = false;
  finSeq: u32 = 0;
  /** RCV.NXT has passed the FIN: the reader sees the end of the stream. */
  finReceived = false;
  /** Bytes of payload received since the last ACK was sent. */
  unacknowledged: u32 = 0;
  /**
   * Segments still to be acknowledged at once, at the start of a connection (the peer is in slow
   * start).
   */
  quickAcks: u8 = 0;
  readonly receiveRing = new ByteRing();
  readonly reassembly = new ReassemblyList();

  // -- deadlines (NO_DEADLINE: not armed) and the entry in the timer heap --
  retransmitNs: u64 = NO_DEADLINE;
  delayedAckNs: u64 = NO_DEADLINE;
  /** When a connection without owner is given up, in FIN-WAIT-2. */
  lingerNs: u64 = NO_DEADLINE;
  /** The retransmission deadline is for a window probe. */
  persisting = false;
  timerNs: u64 = 0;
  timerSlot: usize = 0;
  /** When data was last sent, for the restart after idling. */
  lastSendNs: u64 = 0;
  /** When the last challenge ACK was sent. */
  challengeNs: u64 = 0;

  // -- links --
  hashNext: Connection | null = null;
  /** In the list of connections with something to send at the end of the batch. */
  pendingNext: Connection | null = null;
  pending = false;
  /** An ACK is to go out with the pending list. */
  ackNow = false;
  /** In a listener's queue, and whose queue that is. */
  acceptNext: Connection | null = null;
  listener: Listener | null = null;
  /** In the list of connections to free. */
  deadNext: Connection | null = null;
  dead = false;

  /** Bytes (and SYN, FIN) sent and not acknowledged. */
  flight(): u32 {
    return wrapSub(this.sndNxt, this.sndUna);
  }

  /** The sequence number behind the last queued byte, which is that of the FIN. */
  sendEnd(): u32 {
    return wrapAdd(this.sndBase, u32(this.sendRing.length));
  }

  /** The peer has not sent its FIN and this side can still receive. */
  canReceive(): boolean {
    return (
      this.state === TcpState.Established ||
      this.state === TcpState.FinWait1 ||
      this.state === TcpState.FinWait2
    );
  }

  /** The states in which new data may be queued. */
  canSend(): boolean {
    return this.state === TcpState.Established || this.state === TcpState.CloseWait;
  }
}

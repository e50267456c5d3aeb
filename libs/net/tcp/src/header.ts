/**
 * The TCP header on the wire: a checked view of received segments, and emission of those that we
 * send.
 *
 * Source: RFC 9293 §3.1 and §3.2, RFC 7323 §2.2 (window scale). Options that this stack does not
 * know are skipped, as §3.2 asks; the urgent pointer is ignored, so that urgent data is read in
 * line.
 */

export const TCP_HEADER_BYTES: usize = 20;
export const TCP_CHECKSUM_OFFSET: u16 = 16;

export const FIN: u8 = 0x01;
export const SYN: u8 = 0x02;
export const RST: u8 = 0x04;
export const PSH: u8 = 0x08;
export const ACK: u8 = 0x10;

const OPTION_END: u8 = 0;
const OPTION_NOP: u8 = 1;
const OPTION_MSS: u8 = 2;
const OPTION_WINDOW_SCALE: u8 = 3;

/** What the peer accepts when it does not say, RFC 9293 §3.7.1. */
export const DEFAULT_MSS: u32 = 536;
/**
 * A smaller announced MSS would make us send more header than data; RFC 9293 says nothing, Linux
 * uses 88 or so.
 */
export const LEAST_MSS: u32 = 64;
/** No window scale option. */
export const NO_SCALE: u8 = 0xff;
/** RFC 7323 §2.3. */
const MAX_SCALE: u8 = 14;

@packed
export class TcpHeader {
  sourcePort!: be16;
  destinationPort!: be16;
  sequenceNumber!: be32;
  acknowledgmentNumber!: be32;
  /** Data offset in 32-bit words in the high four bits. */
  dataOffset!: u8;
  controlBits!: u8;
  window!: be16;
  checksum!: be16;
  urgentPointer!: be16;
}
staticAssert(sizeof<TcpHeader>() === 20);

/** A received segment: the values of its header, in host order, and its payload. */
export class Segment {
  localAddress: u32 = 0;
  remoteAddress: u32 = 0;
  localPort: u16 = 0;
  remotePort: u16 = 0;
  seq: u32 = 0;
  ack: u32 = 0;
  flags: u8 = 0;
  /** As in the header, not scaled. */
  window: u16 = 0;
  /** Options of a SYN; `NO_SCALE` where there is none. */
  mss: u32 = DEFAULT_MSS;
  scale: u8 = NO_SCALE;
  data!: Slice<u8>;

  has(flag: u8): boolean {
    return (this.flags & flag) !== 0;
  }

  /** SEG.LEN: payload, and one for each of SYN and FIN. */
  length(): u32 {
    const control: u32 = (this.has(SYN) ? 1 : 0) + (this.has(FIN) ? 1 : 0);
    return u32(this.data.length) + control;
  }

  /** The sequence number behind the segment. */
  end(): u32 {
    return wrapAdd(this.seq, this.length());
  }
}

/**
 * Reads the header at the start of `data`, a whole segment. False where it is malformed: shorter
 * than its header, or without ports. The checksum is the caller's to verify. Options are read for
 * SYN segments only.
 */
export function parseSegment(data: Slice<u8>, into: Segment): boolean {
  if (data.length < TCP_HEADER_BYTES) return false;
  const header = overlay<TcpHeader>(data, 0);
  const headerBytes = usize(header.dataOffset >> 4) * 4;
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > data.length) return false;
  into.remotePort = ntohs(header.sourcePort);
  into.localPort = ntohs(header.destinationPort);
  into.seq = ntohl(header.sequenceNumber);
  into.ack = ntohl(header.acknowledgmentNumber);
  into.flags = header.controlBits;
  into.window = ntohs(header.window);
  into.data = data.sub(headerBytes);
  if (into.has(SYN)) {
    parseOptions(data.sub(TCP_HEADER_BYTES, headerBytes - TCP_HEADER_BYTES), into);
  }
  return into.remotePort !== 0 && into.localPort !== 0;
}

/** A malformed list of options ends where it stops making sense; what came before counts. */
function parseOptions(options: Slice<u8>, into: Segment): void {
  into.mss = DEFAULT_MSS;
  into.scale = NO_SCALE;
  let at = 0;
  while (at < options.length) {
    const kind = options[at];
    if (kind === OPTION_END) return;
    if (kind === OPTION_NOP) {
      at++;
      continue;
    }
    if (at + 1 >= options.length) return;
    const length = usize(options[at + 1]);
    if (length < 2 || length > options.length - at) return;
    if (kind === OPTION_MSS && length === 4) {
      const mss = (u32(options[at + 2]) << 8) | u32(options[at + 3]);
      into.mss = mss < LEAST_MSS ? LEAST_MSS : mss;
    } else if (kind === OPTION_WINDOW_SCALE && length === 3) {
      const scale = options[at + 2];
      into.scale = scale > MAX_SCALE ? MAX_SCALE : scale;
    }
    at += length;
  }
}

/**
 * Bytes of the options of a SYN that we send: the MSS, and the window scale unless it is
 * `NO_SCALE`.
 */
export function synOptionBytes(scale: u8): usize {
  return scale === NO_SCALE ? 4 : 8;
}

/** Writes these options; `into` is as long as `synOptionBytes` says. */
export function emitSynOptions(into: Slice<u8>, mss: u16, scale: u8): void {
  into[0] = OPTION_MSS;
  into[1] = 4;
  into[2] = u8(mss >> 8);
  into[3] = u8(mss);
  if (scale === NO_SCALE) return;
  into[4] = OPTION_NOP;
  into[5] = OPTION_WINDOW_SCALE;
  into[6] = 3;
  into[7] = scale;
}

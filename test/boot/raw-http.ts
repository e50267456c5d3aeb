/** An HTTP client in raw frames: the smallest peer that can take a page from a TCP server over a `Wire`. */
import { ACK, FIN, PSH, RST, SYN, tcp, type Segment } from "./frames.ts";
import type { Wire } from "./wire.ts";

/** The fields of a TCP segment that the machine sent. */
export interface Received {
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly data: Buffer;
}

/** Reads a frame as a TCP segment of the machine to this port of the peer; null where it is none. */
export function readSegment(wire: Wire, frame: Buffer, port: number): Received | null {
  if (frame.length < 54 || !frame.subarray(6, 12).equals(wire.guest.mac)) return null;
  if (frame.readUInt16BE(12) !== 0x0800 || frame[14] !== 0x45 || frame[23] !== 6) return null;
  if (frame.readUInt16BE(36) !== port) return null;
  const start = 34 + ((frame[46] ?? 0) >> 4) * 4;
  return {
    sequence: frame.readUInt32BE(38),
    acknowledgment: frame.readUInt32BE(42),
    flags: (frame[47] ?? 0) & 0x3f,
    data: frame.subarray(start, 14 + frame.readUInt16BE(16)),
  };
}

/** The machine's first segment to this port with all of these flags. */
export async function findSegment(wire: Wire, port: number, flags: number): Promise<Received> {
  const matches = (frame: Buffer): boolean => {
    const segment = readSegment(wire, frame, port);
    return segment !== null && (segment.flags & flags) === flags;
  };
  const segment = readSegment(wire, await wire.find(matches), port);
  if (segment === null) throw new Error("unreachable: the frame was a segment a moment ago");
  return segment;
}

/** Fetches `/` from port 80 and gives the whole response; `port` must be fresh. Throws where no whole page comes. */
export async function rawFetch(wire: Wire, port: number, pageBytes: number): Promise<string> {
  const send = (segment: Omit<Segment, "ports">): Promise<void> =>
    wire.send(tcp(wire.peer, wire.guest, { ports: [port, 80], ...segment }));
  await send({ sequence: 99, flags: SYN });
  const synAck = await findSegment(wire, port, SYN | ACK);
  const first = (synAck.sequence + 1) >>> 0;
  const request = Buffer.from("GET / HTTP/1.1\r\nHost: raw\r\nConnection: close\r\n\r\n");
  await send({ sequence: 100, acknowledgment: first, flags: ACK });
  await send({ sequence: 100, acknowledgment: first, flags: ACK | PSH, data: request });
  const after = 100 + request.length;
  const parts = new Map<number, Buffer>();
  let response = "";
  await wire.find((frame) => {
    const segment = readSegment(wire, frame, port);
    if (segment === null || segment.data.length === 0) return false;
    parts.set((segment.sequence - first) >>> 0, segment.data);
    response = assemble(parts);
    const end = response.indexOf("\r\n\r\n");
    return end >= 0 && response.length >= end + 4 + pageBytes;
  });
  const acknowledgment = (first + response.length) >>> 0;
  await send({ sequence: after, acknowledgment, flags: ACK | FIN });
  await send({ sequence: after + 1, acknowledgment, flags: RST });
  return response;
}

/** The contiguous data from offset 0 on. */
function assemble(parts: ReadonlyMap<number, Buffer>): string {
  let text = "";
  for (let part = parts.get(0); part !== undefined; part = parts.get(text.length)) {
    text += part.toString("latin1");
  }
  return text;
}

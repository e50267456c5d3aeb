/**
 * A request's body as a stream of bytes, whichever way it is framed (RFC 9112 §6.2, §7.1). Chunk
 * extensions and trailer fields are read over, as a recipient may that does not know them.
 */
import { config } from "@typekraft/config";
import { parseHex } from "@typekraft/format";
import {
  CARRIAGE_RETURN,
  LINE_FEED,
  SEMICOLON,
  indexOf,
  isFieldValue,
  trimmed,
} from "./characters.ts";
import { Channel, ReadResult } from "./channel.ts";
import { Framing } from "./head.ts";
import type { RequestHead } from "./head.ts";

/** Why a body cannot be read any further. */
export enum BodyError {
  None,
  /** The chunks are not as they must be. */
  Malformed,
  /** Longer than LIB_HTTP_BODY_BYTES. */
  TooLarge,
  /** The client sends nothing for too long. */
  TimedOut,
  /** The connection ended before the body did. */
  Lost,
}

/** What comes next of a chunked body. */
enum Part {
  Size,
  Data,
  DataEnd,
  Trailer,
  Done,
}

/** Bytes of a line of the chunked coding. */
const MAX_LINE_BYTES = 200;
/** Bytes that the window must have room for besides the head. */
export const WINDOW_BYTES = 256;
/** Bytes of all trailer fields. */
const MAX_TRAILER_BYTES = 2048;

staticAssert(MAX_LINE_BYTES + 2 <= WINDOW_BYTES);

/** Zero-initialised is the end of an empty body. */
export class BodyReader {
  private chunked: boolean = false;
  private part: Part = Part.Size;
  /** Bytes to come of the body, or of the chunk. */
  private rest: u64 = 0;
  /** Bytes of all chunks so far. */
  private total: u64 = 0;
  private trailerBytes: usize = 0;
  private error: BodyError = BodyError.None;

  /** Starts with the body behind this head. */
  begin(head: RequestHead): void {
    this.chunked = head.framing === Framing.Chunked;
    this.part = Part.Size;
    this.rest = this.chunked ? 0 : head.contentLength;
    this.total = 0;
    this.trailerBytes = 0;
    this.error = BodyError.None;
  }

  /** Whether all of it was read. */
  isDone(): boolean {
    return this.chunked ? this.part === Part.Done : this.rest === 0;
  }

  /** Why no more can be read; None as long as it can. */
  failure(): BodyError {
    return this.error;
  }

  /** Bytes that are certainly still to come. */
  knownRest(): u64 {
    return this.rest;
  }

  /**
   * Copies the next bytes to `into`, which is not empty; 0 and None at the end. Errors stay.
   * Blocks.
   */
  read(channel: Channel, into: Slice<u8>, timeoutNs: u64): [usize, BodyError] {
    assert(into.length > 0, "a read needs room");
    if (this.error === BodyError.None && this.chunked) this.toData(channel, timeoutNs);
    if (this.error !== BodyError.None || this.isDone()) return [0, this.error];
    const length = this.readData(channel, into, timeoutNs);
    this.rest -= length;
    if (this.chunked && this.rest === 0 && this.error === BodyError.None) this.part = Part.DataEnd;
    return [length, this.error];
  }

  private readData(channel: Channel, into: Slice<u8>, timeoutNs: u64): usize {
    const wanted = this.rest < into.length ? this.rest : into.length;
    const there = channel.available();
    if (there.length > 0) {
      const length = wanted < there.length ? wanted : there.length;
      copyBytes(into.sub(0, length), there.sub(0, length));
      channel.consume(length);
      return length;
    }
    const [length, result] = channel.receive(into.sub(0, wanted), timeoutNs);
    this.note(result);
    return length;
  }

  private note(result: ReadResult): void {
    if (result === ReadResult.Data) return;
    if (result === ReadResult.TimedOut) this.error = BodyError.TimedOut;
    else this.error = result === ReadResult.Full ? BodyError.Malformed : BodyError.Lost;
  }

  /** Reads the lines between data, until there is data, the end, or an error. */
  private toData(channel: Channel, timeoutNs: u64): void {
    while (this.error === BodyError.None && this.part !== Part.Data && this.part !== Part.Done) {
      const there = channel.available();
      const end = indexOf(there, LINE_FEED, 0);
      if (end > MAX_LINE_BYTES) this.error = BodyError.Malformed;
      else if (end === there.length) this.note(channel.fill(timeoutNs));
      else if (end === 0 || there[end - 1] !== CARRIAGE_RETURN) this.error = BodyError.Malformed;
      else {
        this.error = this.takeLine(there.sub(0, end - 1));
        channel.consume(end + 1);
      }
    }
  }

  private takeLine(line: Slice<u8>): BodyError {
    switch (this.part) {
      case Part.Size:
        return this.takeSize(line);
      case Part.DataEnd:
        this.part = Part.Size;
        return line.length === 0 ? BodyError.None : BodyError.Malformed;
      default:
        return this.takeTrailer(line);
    }
  }

  /** `chunk-size [ chunk-ext ]`. */
  private takeSize(line: Slice<u8>): BodyError {
    if (!isFieldValue(line)) return BodyError.Malformed;
    const digits = indexOf(line, SEMICOLON, 0);
    // Blanks are tolerated before an extension only (BWS).
    const size = digits < line.length ? trimmed(line.sub(0, digits)) : line;
    const [length, valid] = parseHex(size);
    if (!valid) return BodyError.Malformed;
    if (length > config.LIB_HTTP_BODY_BYTES - this.total) return BodyError.TooLarge;
    this.total += length;
    this.rest = length;
    this.part = length === 0 ? Part.Trailer : Part.Data;
    return BodyError.None;
  }

  private takeTrailer(line: Slice<u8>): BodyError {
    if (line.length === 0) {
      this.part = Part.Done;
      return BodyError.None;
    }
    this.trailerBytes += line.length;
    return this.trailerBytes > MAX_TRAILER_BYTES ? BodyError.TooLarge : BodyError.None;
  }
}

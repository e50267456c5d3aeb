/**
 * One connection's bytes in both directions: a window of received bytes over one buffer, and
 * responses collected in another until the server would wait for the client, so that a small
 * response, or several pipelined ones, are one write.
 *
 *     input:   0 … floor | handled | start … end: available | free
 *
 * Invariant: `floor <= start <= end <= input.length`; what lies below `floor` keeps its place (the
 * head in use).
 */
import { DECIMAL_DIGITS, formatDecimal } from "@typekraft/format";
import { monotonicNs } from "@typekraft/plat";
import { SocketError } from "@typekraft/socket";
import type { TcpStream } from "@typekraft/socket";
import { WRITE_BYTES, WRITE_TIMEOUT_NS } from "./limits.ts";

/** How a wait for bytes of the client ended. */
export enum ReadResult {
  Data,
  /** The client has ended its side. */
  End,
  TimedOut,
  /** The connection is lost. */
  Failed,
  /** There is no room for more; the caller has to `consume` first. */
  Full,
}

/** Zero-initialised belongs to no connection; `open` it first. */
export class Channel {
  private stream: TcpStream | null = null;
  private input: Slice<u8> = bytes("");
  private output: Slice<u8> = bytes("");
  private floor: usize = 0;
  private start: usize = 0;
  private end: usize = 0;
  private queued: usize = 0;
  private lost: boolean = false;

  /** Serves `stream` with these buffers, which stay the caller's. */
  open(stream: TcpStream, input: Slice<u8>, output: Slice<u8>): void {
    this.stream = stream;
    this.input = input;
    this.output = output;
    this.floor = 0;
    this.start = 0;
    this.end = 0;
    this.queued = 0;
    this.lost = false;
  }

  /** Whether a write has failed: nothing more will reach the client. */
  isLost(): boolean {
    return this.lost;
  }

  /** What was received and not consumed. */
  available(): Slice<u8> {
    return this.input.sub(this.start, this.end - this.start);
  }

  /** Steps over the first `length` available bytes. */
  consume(length: usize): void {
    assert(length <= this.end - this.start);
    this.start += length;
  }

  /** Everything consumed so far keeps its place until `unpin`. */
  pin(): void {
    this.floor = this.start;
  }

  unpin(): void {
    this.floor = 0;
  }

  /**
   * Sends what is queued and waits for more bytes. Moves the available bytes when their buffer is
   * used up. Blocks, at most `timeoutNs` (0: for ever).
   */
  fill(timeoutNs: u64): ReadResult {
    if (this.start === this.end) {
      this.start = this.floor;
      this.end = this.floor;
    }
    if (this.end === this.input.length) {
      if (this.start === this.floor) return ReadResult.Full;
      const length = this.end - this.start;
      moveBytes(this.input.sub(this.floor, length), this.available());
      this.start = this.floor;
      this.end = this.floor + length;
    }
    const [length, result] = this.receive(this.input.sub(this.end), timeoutNs);
    this.end += length;
    return result;
  }

  /**
   * Sends what is queued and waits for bytes; they go to `into`, past the window, which must be
   * empty.
   */
  receive(into: Slice<u8>, timeoutNs: u64): [usize, ReadResult] {
    this.flush();
    const stream = this.stream;
    if (stream === null || this.lost) return [0, ReadResult.Failed];
    stream.setTimeoutNs(timeoutNs);
    const [length, error] = stream.read(into);
    if (error === SocketError.TimedOut) return [0, ReadResult.TimedOut];
    if (error !== SocketError.None) return [0, ReadResult.Failed];
    return [length, length === 0 ? ReadResult.End : ReadResult.Data];
  }

  /** Queues bytes for sending; what is too long for the queue is written at once. May block. */
  add(data: Slice<u8>): void {
    if (data.length > this.output.length - this.queued) {
      this.flush();
      if (data.length > this.output.length) {
        this.write(data);
        return;
      }
    }
    copyBytes(this.output.sub(this.queued, data.length), data);
    this.queued += data.length;
  }

  addText(value: str): void {
    this.add(bytes(value));
  }

  /** Queues a number in decimal. */
  addUnsigned(value: u64): void {
    const digits = fixedArray<u8, 20>();
    staticAssert(DECIMAL_DIGITS === 20);
    const first = formatDecimal(value, digits.slice());
    this.add(digits.slice().sub(first));
  }

  /** Writes what is queued. May block. */
  flush(): void {
    const length = this.queued;
    if (length === 0) return;
    this.queued = 0;
    this.write(this.output.sub(0, length));
  }

  /**
   * In pieces, so that the timeout bounds the silence of a slow reader and not the whole response.
   */
  private write(data: Slice<u8>): void {
    const stream = this.stream;
    if (stream === null) return;
    stream.setTimeoutNs(WRITE_TIMEOUT_NS);
    let rest = data;
    while (rest.length > 0 && !this.lost) {
      const length = rest.length < WRITE_BYTES ? rest.length : WRITE_BYTES;
      if (stream.write(rest.sub(0, length)) !== SocketError.None) this.lost = true;
      rest = rest.sub(length);
    }
    if (!this.lost) stream.flush();
  }

  /**
   * Ends the sending side and reads on, at most so long and so much, so that the last response is
   * not destroyed by the reset that closing with unread bytes causes (RFC 9112 §9.6).
   */
  linger(timeoutNs: u64, maxBytes: usize): void {
    this.flush();
    const stream = this.stream;
    if (stream === null || this.lost) return;
    stream.shutdown();
    this.unpin();
    const deadlineNs = monotonicNs() + timeoutNs;
    let received: usize = 0;
    while (received < maxBytes) {
      this.consume(this.available().length);
      const nowNs = monotonicNs();
      if (nowNs >= deadlineNs || this.fill(deadlineNs - nowNs) !== ReadResult.Data) return;
      received += this.available().length;
    }
  }

  /** Sends what is queued and gives the stream up. */
  close(): void {
    this.flush();
    const stream = this.stream;
    if (stream === null) return;
    this.stream = null;
    if (this.lost) stream.abort();
    else stream.close();
  }
}

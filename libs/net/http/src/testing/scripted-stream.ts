/**
 * A connection for tests whose client sends given bytes in pieces of a given size, and keeps what
 * it receives.
 */
import { SocketError } from "@typekraft/socket";
import type { Ipv4, TcpStream } from "@typekraft/socket";

/** How the client goes on when it has sent everything. */
export enum Ending {
  /** It ends its side. */
  End,
  /** It says nothing more. */
  Silence,
  Reset,
}

export class ScriptedStream implements TcpStream {
  private script: Slice<u8> = bytes("");
  private readonly taken: FixedArray<u8, 8192> = fixedArray();
  private used: usize = 0;
  /** Bytes of a piece. */
  pieceBytes: usize = 1;
  ending: Ending = Ending.End;
  /** Number of writes, and whether all after this one fail. */
  writes: u32 = 0;
  failsWrites: boolean = false;
  isShut: boolean = false;
  isClosed: boolean = false;
  isAborted: boolean = false;

  /** A new client. */
  play(script: Slice<u8>, pieceBytes: usize): void {
    this.script = script;
    this.pieceBytes = pieceBytes;
    this.ending = Ending.End;
    this.used = 0;
    this.writes = 0;
    this.failsWrites = false;
    this.isShut = false;
    this.isClosed = false;
    this.isAborted = false;
  }

  /** What the client has received. */
  received(): Slice<u8> {
    return this.taken.slice().sub(0, this.used);
  }

  read(into: Slice<u8>): [usize, SocketError] {
    assert(!this.isClosed && into.length > 0);
    if (this.script.length === 0) {
      if (this.ending === Ending.Silence) return [0, SocketError.TimedOut];
      return [0, this.ending === Ending.Reset ? SocketError.Reset : SocketError.None];
    }
    let length = this.pieceBytes;
    if (length > this.script.length) length = this.script.length;
    if (length > into.length) length = into.length;
    copyBytes(into.sub(0, length), this.script.sub(0, length));
    this.script = this.script.sub(length);
    return [length, SocketError.None];
  }

  write(data: Slice<u8>): SocketError {
    assert(!this.isClosed && !this.isShut && data.length > 0);
    this.writes++;
    if (this.failsWrites) return SocketError.Reset;
    assert(data.length <= this.taken.length - this.used, "the test expects less output");
    copyBytes(this.taken.slice().sub(this.used, data.length), data);
    this.used += data.length;
    return SocketError.None;
  }

  flush(): void {}

  setTimeoutNs(timeoutNs: u64): void {
    assert(timeoutNs > 0, "a server waits for no client for ever");
  }

  shutdown(): void {
    this.isShut = true;
  }

  close(): void {
    this.isClosed = true;
  }

  abort(): void {
    this.isClosed = true;
    this.isAborted = true;
  }

  peerAddress(): Ipv4 {
    return 0x7f00_0001;
  }

  peerPort(): u16 {
    return 50_000;
  }
}

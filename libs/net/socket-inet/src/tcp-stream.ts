/**
 * A connection as a blocking stream.
 *
 * A thread that has to wait sleeps in the connection's queue; TCP wakes it. Whoever was blocked
 * looks first whether the stream is still the same: another thread may have closed it meanwhile,
 * and the connection is gone then.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { type WaitQueue, scheduler } from "@typekraft/sched";
import { type Ipv4, SocketError, type TcpStream } from "@typekraft/socket";
import { ip } from "@typekraft/ip";
import { type Connection, TcpState } from "@typekraft/tcp";
import { socketErrorOfTcp } from "./errors.ts";
import { tcp } from "./network.ts";
import type { StreamPool } from "./stream-pool.ts";

export class InetStream implements TcpStream {
  /** Link of the pool, and the pool. */
  next: InetStream | null = null;
  home: StreamPool | null = null;
  private connection: Connection | null = null;
  private timeoutNs: u64 = 0;
  /** How often the object has been closed. */
  private generation: u64 = 0;

  /** Begins to use a connection, which is its own from now on. */
  open(c: Connection): void {
    assert(this.connection === null);
    this.connection = c;
    this.timeoutNs = 0;
  }

  read(into: Slice<u8>): [usize, SocketError] {
    const c = this.connection;
    if (c === null) return [0, SocketError.Closed];
    if (into.length === 0) return [0, SocketError.None];
    if (!tcp.readable(c)) {
      const error = this.waitReadable(c);
      if (error !== SocketError.None) return [0, error];
    }
    const count = tcp.read(c, into);
    if (count !== 0 || c.finReceived) return [count, SocketError.None];
    return [0, socketErrorOfTcp(c.error)];
  }

  write(data: Slice<u8>): SocketError {
    const c = this.connection;
    if (c === null) return SocketError.Closed;
    let rest = data;
    for (;;) {
      if (!c.canSend()) return this.sendError(c);
      const count = tcp.write(c, rest);
      if (count === rest.length) return SocketError.None;
      rest = rest.sub(count);
      const error = this.waitFor(c.writers);
      if (error !== SocketError.None) return error;
    }
  }

  flush(): void {
    const c = this.connection;
    if (c !== null) tcp.flush(c);
  }

  setTimeoutNs(timeoutNs: u64): void {
    this.timeoutNs = timeoutNs;
  }

  shutdown(): void {
    const c = this.connection;
    if (c !== null) tcp.shutdown(c);
  }

  close(): void {
    const c = this.connection;
    if (c === null) return;
    this.letGo(c);
    tcp.close(c);
  }

  abort(): void {
    const c = this.connection;
    if (c === null) return;
    this.letGo(c);
    tcp.abort(c);
  }

  peerAddress(): Ipv4 {
    const c = this.connection;
    return c === null ? 0 : c.remoteAddress;
  }

  peerPort(): u16 {
    const c = this.connection;
    return c === null ? 0 : c.remotePort;
  }

  /** Blocks until a read has something to say. */
  private waitReadable(c: Connection): SocketError {
    const deadlineNs = this.deadlineNs();
    const generation = this.generation;
    for (;;) {
      const woken = scheduler.wait(c.readers, deadlineNs);
      if (this.generation !== generation) return SocketError.Closed;
      if (tcp.readable(c)) return SocketError.None;
      if (!woken) return SocketError.TimedOut;
    }
  }

  /** Blocks until the queue is woken. */
  private waitFor(queue: WaitQueue): SocketError {
    const generation = this.generation;
    const woken = scheduler.wait(queue, this.deadlineNs());
    if (this.generation !== generation) return SocketError.Closed;
    return woken ? SocketError.None : SocketError.TimedOut;
  }

  /** Why nothing can be sent: this side has closed, or the connection has ended. */
  private sendError(c: Connection): SocketError {
    return c.state === TcpState.Closed ? socketErrorOfTcp(c.error) : SocketError.Closed;
  }

  private deadlineNs(): u64 {
    return this.timeoutNs === 0 ? NO_DEADLINE : ip.nowNs() + this.timeoutNs;
  }

  /** The object goes back to the pool; threads that wait within it wake up and notice. */
  private letGo(c: Connection): void {
    this.connection = null;
    this.generation++;
    scheduler.wakeAll(c.readers);
    scheduler.wakeAll(c.writers);
    const home = this.home;
    if (home !== null) home.give(this);
  }
}

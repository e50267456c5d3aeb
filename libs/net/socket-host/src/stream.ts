/**
 * TCP connections of the host.
 *
 * @unsafe it places streams in heap memory
 */
import { heap } from "@typekraft/alloc";
import { scheduler } from "@typekraft/sched";
import { SocketError } from "@typekraft/socket";
import type { Ipv4, TcpStream } from "@typekraft/socket";
import {
  EAGAIN,
  EINPROGRESS,
  EINTR,
  SOCK_STREAM,
  SocketAddress,
  closeSocket,
  connectResult,
  connectTo,
  disableDelay,
  openSocket,
  receiveFrom,
  resetOnClose,
  sendTo,
  shutdownSending,
} from "./calls.ts";
import { socketError } from "./errors.ts";
import { HostSocket } from "./host-socket.ts";

/** One connection, heap-allocated by `adoptStream`. */
export class HostStream implements TcpStream {
  readonly socket = new HostSocket();
  private isShut: boolean = false;

  constructor(
    private readonly address: Ipv4,
    private readonly port: u16,
  ) {}

  read(into: Slice<u8>): [usize, SocketError] {
    const deadlineNs = this.socket.deadlineNs();
    while (true) {
      const result = receiveFrom(this.socket.fd, into);
      if (result >= 0) return [usize(result), SocketError.None];
      if (result === EINTR) continue;
      if (result !== EAGAIN) return [0, socketError(result)];
      if (!scheduler.wait(this.socket.readers, deadlineNs)) return [0, SocketError.TimedOut];
    }
  }

  write(data: Slice<u8>): SocketError {
    if (this.isShut) return SocketError.Closed;
    const deadlineNs = this.socket.deadlineNs();
    let rest = data;
    while (rest.length > 0) {
      const result = sendTo(this.socket.fd, rest);
      if (result >= 0) rest = rest.sub(usize(result));
      else if (result === EAGAIN) {
        if (!scheduler.wait(this.socket.writers, deadlineNs)) return SocketError.TimedOut;
      } else if (result !== EINTR) return socketError(result);
    }
    return SocketError.None;
  }

  /** The host sends at once. */
  flush(): void {}

  setTimeoutNs(timeoutNs: u64): void {
    this.socket.setTimeoutNs(timeoutNs);
  }

  shutdown(): void {
    this.isShut = true;
    shutdownSending(this.socket.fd);
  }

  close(): void {
    this.socket.close();
    heap.release(addressOf(this));
  }

  abort(): void {
    // Where the host refuses the option, the connection ends orderly instead.
    resetOnClose(this.socket.fd);
    this.close();
  }

  peerAddress(): Ipv4 {
    return this.address;
  }

  peerPort(): u16 {
    return this.port;
  }
}

/**
 * A stream over a connected descriptor, which it takes over; null, with the descriptor closed,
 * without memory.
 */
export function adoptStream(fd: i32, peer: SocketAddress): HostStream | null {
  const place = heap.allocate(sizeof<HostStream>(), alignof<HostStream>());
  if (u64(place) === 0) {
    closeSocket(fd);
    return null;
  }
  const stream = placeAt(place, new HostStream(ntohl(peer.address), ntohs(peer.port)));
  // Without the option the stream is slower, but right.
  disableDelay(fd);
  if (stream.socket.adopt(fd)) return stream;
  heap.release(place);
  return null;
}

/** Connects to a server; blocks until it has answered or the host gives up. */
export function connectStream(address: Ipv4, port: u16): [TcpStream | null, SocketError] {
  const peer = new SocketAddress();
  peer.address = htonl(address);
  peer.port = htons(port);
  const fd = openSocket(SOCK_STREAM);
  if (fd < 0) return [null, socketError(fd)];
  const stream = adoptStream(i32(fd), peer);
  if (stream === null) return [null, SocketError.NoResources];
  let result = connectTo(stream.socket.fd, peer);
  if (result === EINPROGRESS || result === EINTR) {
    scheduler.wait(stream.socket.writers, stream.socket.deadlineNs());
    result = connectResult(stream.socket.fd);
  }
  if (result === 0) return [stream, SocketError.None];
  stream.close();
  return [null, socketError(result)];
}

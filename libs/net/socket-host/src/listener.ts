/**
 * Listening TCP sockets of the host.
 *
 * @unsafe it places listeners in heap memory
 */
import { heap } from "@typekraft/alloc";
import { NO_DEADLINE } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { SocketError } from "@typekraft/socket";
import type { TcpListener, TcpStream } from "@typekraft/socket";
import {
  EAGAIN,
  EINTR,
  SOCK_STREAM,
  SocketAddress,
  acceptOn,
  allowReuse,
  bindSocket,
  closeSocket,
  listenOn,
  openSocket,
  ownAddress,
} from "./calls.ts";
import { socketError } from "./errors.ts";
import { HostSocket } from "./host-socket.ts";
import { adoptStream } from "./stream.ts";

const ECONNABORTED: i64 = -103;

/** Heap-allocated by `listen`. */
class HostListener implements TcpListener {
  readonly socket = new HostSocket();
  private accepting: u32 = 0;
  private isClosed: boolean = false;

  constructor(private readonly ownPort: u16) {}

  accept(): [TcpStream | null, SocketError] {
    const peer = new SocketAddress();
    while (!this.isClosed) {
      const result = acceptOn(this.socket.fd, peer);
      if (result >= 0) {
        const stream = adoptStream(i32(result), peer);
        return [stream, stream === null ? SocketError.NoResources : SocketError.None];
      }
      if (result === EINTR || result === ECONNABORTED) continue;
      if (result !== EAGAIN) return [null, socketError(result)];
      this.accepting++;
      scheduler.wait(this.socket.readers, NO_DEADLINE);
      this.accepting--;
    }
    this.freeIfUnused();
    return [null, SocketError.Closed];
  }

  port(): u16 {
    return this.ownPort;
  }

  /** Threads in `accept` return Closed. */
  close(): void {
    this.isClosed = true;
    this.socket.close();
    scheduler.wakeAll(this.socket.readers);
    this.freeIfUnused();
  }

  private freeIfUnused(): void {
    if (this.accepting === 0) heap.release(addressOf(this));
  }
}

/** A descriptor that listens on the port, or minus an errno. */
function openListening(port: u16, backlog: u32, at: SocketAddress): i64 {
  const fd = openSocket(SOCK_STREAM);
  if (fd < 0) return fd;
  const descriptor = i32(fd);
  at.port = htons(port);
  let result = allowReuse(descriptor);
  if (result === 0) result = bindSocket(descriptor, at);
  if (result === 0) result = listenOn(descriptor, backlog);
  if (result === 0) result = ownAddress(descriptor, at);
  if (result === 0) return fd;
  closeSocket(descriptor);
  return result;
}

/** Listens on a TCP port of all addresses of the host. */
export function listen(port: u16, backlog: u32): [TcpListener | null, SocketError] {
  const at = new SocketAddress();
  const fd = openListening(port, backlog, at);
  if (fd < 0) return [null, socketError(fd)];
  const place = heap.allocate(sizeof<HostListener>(), alignof<HostListener>());
  if (u64(place) === 0) {
    closeSocket(i32(fd));
    return [null, SocketError.NoResources];
  }
  const listener = placeAt(place, new HostListener(ntohs(at.port)));
  if (listener.socket.adopt(i32(fd))) return [listener, SocketError.None];
  heap.release(place);
  return [null, SocketError.NoResources];
}

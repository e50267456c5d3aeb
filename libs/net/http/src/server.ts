/**
 * Listens, and gives each connection a thread of its own, up to a fixed number; more clients wait
 * in the listener's backlog. A connection's record and both its buffers are one allocation.
 *
 * @unsafe it places connections in heap memory and passes their address to the thread
 */
import { heap } from "@typekraft/alloc";
import { config } from "@typekraft/config";
import { monotonicNs } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { SocketError, tcpListen } from "@typekraft/socket";
import type { TcpStream } from "@typekraft/socket";
import { WINDOW_BYTES } from "./body.ts";
import { Connection } from "./connection.ts";
import type { Handler } from "./connection.ts";
import { MEMORY_TIMEOUT_NS } from "./limits.ts";
import { awaitMemory, leavePlace, takePlace } from "./occupancy.ts";

declare module "@typekraft/config" {
  interface Config {
    /** Bytes of responses that are collected before a write. */
    readonly LIB_HTTP_OUTPUT_BYTES: u32;
    /** Bytes of the stack that a handler runs on. */
    readonly LIB_HTTP_STACK_BYTES: u32;
  }
}

/** Clients that wait for `accept`. */
const BACKLOG = 128;
/** Pause after a failed accept, so that a full table cannot make the server spin. */
const PAUSE_NS: u64 = 10_000_000;

function inputBytes(): usize {
  return usize(config.LIB_HTTP_HEAD_BYTES) + WINDOW_BYTES;
}

function outputBytes(): usize {
  return usize(config.LIB_HTTP_OUTPUT_BYTES);
}

/** A connection's thread; `argument` is the address of its record, which the buffers follow. */
function serveConnection(argument: VirtAddr): void {
  const connection = objectAt<Connection>(argument);
  const input = virt(u64(argument) + sizeof<Connection>());
  const output = virt(u64(input) + inputBytes());
  connection.run(sliceAt<u8>(input, inputBytes()), sliceAt<u8>(output, outputBytes()));
  heap.release(argument);
  leavePlace();
}

/** Starts a thread for the client; false where there is no memory. */
function startConnection(handler: Handler, stream: TcpStream): boolean {
  const bytes = sizeof<Connection>() + inputBytes() + outputBytes();
  const place = heap.allocate(bytes, alignof<Connection>());
  if (u64(place) === 0) return false;
  placeAt(place, new Connection(handler, stream));
  const stackBytes = usize(config.LIB_HTTP_STACK_BYTES);
  const thread = scheduler.spawn("http", serveConnection, place, stackBytes);
  if (thread === null) {
    heap.release(place);
    return false;
  }
  scheduler.detach(thread);
  return true;
}

/**
 * Serves the client in a thread of its own; where that takes too long for want of memory, resets
 * it. May block.
 */
function admit(handler: Handler, stream: TcpStream): void {
  const deadlineNs = monotonicNs() + MEMORY_TIMEOUT_NS;
  while (!startConnection(handler, stream)) {
    if (awaitMemory(deadlineNs)) continue;
    leavePlace();
    stream.abort();
    return;
  }
}

/**
 * Serves HTTP/1.1 on a TCP port of all addresses (0: any free one): calls `handler` for each
 * request, in a thread for each connection. Blocks; returns only with an error, when the port is
 * taken or the network ends.
 */
export function serve(port: u16, handler: Handler): SocketError {
  const [listener, failure] = tcpListen(port, BACKLOG);
  if (listener === null) return failure;
  while (true) {
    takePlace();
    const [stream, error] = listener.accept();
    if (stream !== null) {
      admit(handler, stream);
      continue;
    }
    leavePlace();
    if (error === SocketError.Closed) return error;
    scheduler.sleepUntil(monotonicNs() + PAUSE_NS);
  }
}

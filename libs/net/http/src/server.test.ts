/**
 * Tests of the server over real sockets of the platform: clients and server are threads of the
 * test.
 */
import { AllocatorStatistics, heap } from "@typekraft/alloc";
import { startsWith } from "@typekraft/format";
import { monotonicNs } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { SocketError, localAddress, tcpConnect, tcpListen } from "@typekraft/socket";
import type { TcpStream } from "@typekraft/socket";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { serve } from "./server.ts";

const STACK: usize = 65536;
const CLIENTS: usize = 90;
const SECOND_NS: u64 = 1_000_000_000;

let port: u16 = 0;
const statistics = new AllocatorStatistics();
const answer = fixedArray<u8, 512>();
const streams = fixedArray<TcpStream | null, 90>();

function handle(request: Request, response: Response): void {
  response.send(request.path());
}

function runServer(argument: VirtAddr): void {
  const error = serve(u16(u64(argument)), handle);
  assert(error === SocketError.InUse);
}

/** A port that nobody has: tests run side by side, also those of other checkouts. */
function freePort(): u16 {
  const [listener, error] = tcpListen(0, 1);
  assert(listener !== null && error === SocketError.None);
  const found = listener.port();
  listener.close();
  return found;
}

function start(): void {
  port = freePort();
  const thread = scheduler.spawn("server", runServer, virt(u64(port)), STACK);
  assert(thread !== null);
  scheduler.detach(thread);
  scheduler.yield();
}

function connect(): TcpStream {
  const [stream, error] = tcpConnect(localAddress(), port);
  assert(stream !== null && error === SocketError.None);
  stream.setTimeoutNs(10 * SECOND_NS);
  return stream;
}

function ask(stream: TcpStream): void {
  assert(stream.write(bytes("GET /x HTTP/1.1\r\nHost: t\r\n\r\n")) === SocketError.None);
  const [length, error] = stream.read(answer.slice());
  assert(length > 0 && error === SocketError.None);
  assert(startsWith(answer.slice(), "HTTP/1.1 200 OK\r\n"));
}

function inUse(): usize {
  heap.statistics(statistics);
  return statistics.used;
}

/** @test */
export function manyClientsAreServedAndForgotten(): void {
  start();
  const before = inUse();
  for (let i: usize = 0; i < CLIENTS; i++) {
    const stream = connect();
    streams[i] = stream;
    if (i < 40) ask(stream);
  }
  // The places are taken; those who wait get theirs as the others go.
  for (let i: usize = 0; i < CLIENTS; i++) {
    const stream = streams[i];
    assert(stream !== null);
    if (i >= 40 && i < 48) ask(stream);
    stream.close();
  }
  const last = connect();
  ask(last);
  ask(last);
  last.close();
  // The stack of the thread that ended last is taken back by the next that runs, then kept a while.
  scheduler.sleepUntil(monotonicNs() + SECOND_NS / 4);
  scheduler.sleepUntil(monotonicNs() + SECOND_NS / 2);
  assert(inUse() === before);
}

/** @test */
export function idleClientsMakeRoom(): void {
  start();
  for (let i: usize = 0; i < CLIENTS; i++) streams[i] = connect();
  const begin = monotonicNs();
  const late = connect();
  ask(late);
  assert(monotonicNs() - begin < 8 * SECOND_NS);
}

/** @test */
export function aTakenPortIsAnError(): void {
  start();
  assert(serve(port, handle) === SocketError.InUse);
}

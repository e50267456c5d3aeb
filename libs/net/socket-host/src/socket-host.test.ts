/**
 * Tests with real sockets over the host's loopback: both ends are threads of the test.
 *
 * @unsafe it passes numbers as thread arguments, which are addresses
 */
import { AllocatorStatistics, heap } from "@typekraft/alloc";
import { monotonicNs } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { Endpoint, SocketError } from "@typekraft/socket";
import type { TcpListener, TcpStream, UdpSocket } from "@typekraft/socket";
import { localAddress, tcpConnect, tcpListen, udpOpen } from "./index.ts";

const STACK: usize = 65536;
const MILLISECOND: u64 = 1_000_000;
const LARGE_BYTES = 1_048_576;

const block = fixedArray<u8, 65536>();
const other = fixedArray<u8, 65536>();
const statistics = new AllocatorStatistics();
let finished: boolean = false;

function listenAnywhere(): TcpListener {
  const [listener, error] = tcpListen(0, 8);
  assert(listener !== null && error === SocketError.None);
  assert(listener.port() !== 0);
  return listener;
}

function connectTo(listener: TcpListener): TcpStream {
  const [stream, error] = tcpConnect(localAddress(), listener.port());
  assert(stream !== null && error === SocketError.None);
  return stream;
}

function acceptFrom(listener: TcpListener): TcpStream {
  const [stream, error] = listener.accept();
  assert(stream !== null && error === SocketError.None);
  return stream;
}

/** @test */
export function bytesGoBothWays(): void {
  const listener = listenAnywhere();
  const client = connectTo(listener);
  const server = acceptFrom(listener);
  assert(server.peerAddress() === localAddress() && server.peerPort() !== 0);
  assert(client.peerPort() === listener.port());
  assert(client.write(bytes("ping")) === SocketError.None);
  const [length, error] = server.read(block.slice());
  assert(length === 4 && error === SocketError.None && block[3] === 0x67);
  assert(server.write(bytes("pong!")) === SocketError.None);
  const [answer] = client.read(block.slice().sub(0, 2));
  assert(answer === 2);
  const [rest] = client.read(block.slice());
  assert(rest === 3 && block[2] === 0x21);
  client.close();
  const [end, endError] = server.read(block.slice());
  assert(end === 0 && endError === SocketError.None);
  server.close();
  listener.close();
}

/** @test */
export function readsEndAtTheirTimeout(): void {
  const listener = listenAnywhere();
  const client = connectTo(listener);
  client.setTimeoutNs(20 * MILLISECOND);
  const begin = monotonicNs();
  const [length, error] = client.read(block.slice());
  assert(length === 0 && error === SocketError.TimedOut);
  assert(monotonicNs() - begin >= 20 * MILLISECOND);
  client.close();
  listener.close();
}

/** @test */
export function writesEndAtTheirTimeout(): void {
  const listener = listenAnywhere();
  const client = connectTo(listener);
  client.setTimeoutNs(20 * MILLISECOND);
  let error = SocketError.None;
  while (error === SocketError.None) error = client.write(block.slice());
  assert(error === SocketError.TimedOut);
  client.abort();
  listener.close();
}

/** @test */
export function nobodyListening(): void {
  const listener = listenAnywhere();
  const port = listener.port();
  listener.close();
  const [stream, error] = tcpConnect(localAddress(), port);
  assert(stream === null && error === SocketError.Refused);
}

/** @test */
export function aPortIsTakenOnce(): void {
  const listener = listenAnywhere();
  const [second, error] = tcpListen(listener.port(), 1);
  assert(second === null && error === SocketError.InUse);
  listener.close();
}

/** @test */
export function shutdownEndsOneDirection(): void {
  const listener = listenAnywhere();
  const client = connectTo(listener);
  const server = acceptFrom(listener);
  client.shutdown();
  assert(client.write(bytes("x")) === SocketError.Closed);
  const [end] = server.read(block.slice());
  assert(end === 0);
  assert(server.write(bytes("late")) === SocketError.None);
  const [length] = client.read(block.slice());
  assert(length === 4);
  client.close();
  server.close();
  listener.close();
}

/** @test */
export function abortResetsThePeer(): void {
  const listener = listenAnywhere();
  const client = connectTo(listener);
  const server = acceptFrom(listener);
  client.abort();
  const [length, error] = server.read(block.slice());
  assert(length === 0 && error === SocketError.Reset);
  server.close();
  listener.close();
}

/** Sends a MiB of a known pattern to the port that is its argument. */
function sendLarge(argument: VirtAddr): void {
  const [stream] = tcpConnect(localAddress(), u16(u64(argument)));
  assert(stream !== null);
  const data = other.slice();
  for (let i: usize = 0; i < data.length; i++) data[i] = u8(i * 7);
  for (let sent: usize = 0; sent < LARGE_BYTES; sent += data.length) {
    assert(stream.write(data) === SocketError.None);
  }
  stream.close();
}

/** @test */
export function muchDataKeepsItsOrder(): void {
  const listener = listenAnywhere();
  const thread = scheduler.spawn("sender", sendLarge, virt(u64(listener.port())), STACK);
  assert(thread !== null);
  const server = acceptFrom(listener);
  let received: usize = 0;
  while (true) {
    const [length, error] = server.read(block.slice().sub(0, 10_000));
    assert(error === SocketError.None);
    if (length === 0) break;
    for (let i: usize = 0; i < length; i++) {
      assert(block[i] === u8(((received + i) % other.length) * 7));
    }
    received += length;
    if (received % 7 === 0) scheduler.yield();
  }
  assert(received === LARGE_BYTES);
  scheduler.join(thread);
  server.close();
  listener.close();
}

let waiting: TcpListener | null = null;

function acceptNothing(argument: VirtAddr): void {
  const listener = waiting;
  assert(listener !== null && u64(argument) === 0);
  const [stream, error] = listener.accept();
  assert(stream === null && error === SocketError.Closed);
  finished = true;
}

/** @test */
export function closingWakesAccept(): void {
  const listener = listenAnywhere();
  waiting = listener;
  const thread = scheduler.spawn("acceptor", acceptNothing, virt(0), STACK);
  assert(thread !== null);
  scheduler.yield();
  assert(!finished);
  listener.close();
  scheduler.join(thread);
  assert(finished);
}

function inUse(): usize {
  heap.statistics(statistics);
  return statistics.allocations;
}

/** @test */
export function memoryComesBack(): void {
  const before = inUse();
  for (let i: usize = 0; i < 50; i++) {
    const listener = listenAnywhere();
    const client = connectTo(listener);
    const server = acceptFrom(listener);
    if (i % 2 === 0) client.close();
    else client.abort();
    server.close();
    listener.close();
    const [socket] = udpOpen(0);
    assert(socket !== null);
    socket.close();
  }
  assert(inUse() === before);
}

function openAt(port: u16): UdpSocket {
  const [socket, error] = udpOpen(port);
  assert(socket !== null && error === SocketError.None);
  return socket;
}

/** @test */
export function datagramsComeWithTheirSender(): void {
  const first = openAt(47_123);
  const second = openAt(47_124);
  const peer = new Endpoint();
  peer.address = localAddress();
  peer.port = 47_124;
  assert(first.send(bytes("question"), peer) === SocketError.None);
  const from = new Endpoint();
  const [length, error] = second.receive(block.slice(), from);
  assert(length === 8 && error === SocketError.None);
  assert(from.address === localAddress() && from.port === 47_123);
  assert(second.send(bytes(""), from) === SocketError.None);
  const [empty, emptyError] = first.receive(block.slice(), from);
  assert(empty === 0 && emptyError === SocketError.None);
  assert(first.send(bytes("0123456789"), peer) === SocketError.None);
  const [cut] = second.receive(block.slice().sub(0, 4), from);
  assert(cut === 4);
  second.setTimeoutNs(5 * MILLISECOND);
  const [none, noneError] = second.receive(block.slice(), from);
  assert(none === 0 && noneError === SocketError.TimedOut);
  const [taken, takenError] = udpOpen(47_123);
  assert(taken === null && takenError === SocketError.InUse);
  first.close();
  second.close();
}

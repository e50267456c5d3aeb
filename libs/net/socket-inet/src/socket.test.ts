/**
 * Tests of the sockets with real threads: a client and a server in one program, over the loopback
 * of the program's own stack.
 */
import { AllocatorStatistics, heap } from "@typekraft/alloc";
import { ip } from "@typekraft/ip";
import { SimNetwork } from "@typekraft/netsim";
import { monotonicNs } from "@typekraft/plat";
import { type Thread, type WaitQueue, scheduler } from "@typekraft/sched";
import {
  Endpoint,
  SocketError,
  type TcpListener,
  type TcpStream,
  type UdpSocket,
} from "@typekraft/socket";
import { startUdp } from "@typekraft/udp";
import { startStreams, startTcp, tcpConnect, tcpListen, udpOpen } from "./index.ts";

const OWN: u32 = 0x0a00_0001;
const MS: u64 = 1_000_000;
const STACK: usize = 65_536;

/** Its left device only gives packets; all traffic is loopback. */
const network = new SimNetwork();
const statistics = new AllocatorStatistics();

/** What threads of a test share. */
class Shared {
  listener: TcpListener | null = null;
  stream: TcpStream | null = null;
  socket: UdpSocket | null = null;
  rounds: usize = 0;
  error: SocketError = SocketError.None;
}
const shared = new Shared();

function wakeThreads(queue: WaitQueue): void {
  scheduler.wakeAll(queue);
}

function start(): void {
  network.start(1);
  ip.attach(network.left);
  ip.setWaker(wakeThreads);
  assert(scheduler.addPoller(ip));
  startUdp();
  startTcp();
  startStreams();
  ip.configure(OWN, 0xffff_ff00, 0);
}

function spawn(entry: CFn<(argument: VirtAddr) => void>): Thread {
  const thread = scheduler.spawn("test", entry, virt(0), STACK);
  assert(thread !== null);
  return thread;
}

function listen(port: u16, backlog: u32): TcpListener {
  const [listener, error] = tcpListen(port, backlog);
  assert(listener !== null && error === SocketError.None);
  return listener;
}

function connect(port: u16): TcpStream {
  const [stream, error] = tcpConnect(OWN, port);
  assert(stream !== null && error === SocketError.None);
  return stream;
}

function accept(listener: TcpListener): TcpStream {
  const [stream, error] = listener.accept();
  assert(stream !== null && error === SocketError.None);
  return stream;
}

function used(): usize {
  heap.statistics(statistics);
  return statistics.used;
}

/** Serves clients one after the other: sends back what comes, until the end of their streams. */
function echo(_argument: VirtAddr): void {
  const listener = shared.listener;
  assert(listener !== null);
  const buffer = fixedArray<u8, 3000>();
  for (let i = 0; i < shared.rounds; i++) {
    const stream = accept(listener);
    for (;;) {
      const [count, error] = stream.read(buffer.slice());
      assert(error === SocketError.None);
      if (count === 0) break;
      assert(stream.write(buffer.slice().sub(0, count)) === SocketError.None);
    }
    stream.close();
  }
}

/** Reads exactly as many bytes. */
function readAll(stream: TcpStream, into: Slice<u8>): void {
  let done = 0;
  while (done < into.length) {
    const [count, error] = stream.read(into.sub(done));
    assert(error === SocketError.None && count > 0, "the stream ends too early");
    done += count;
  }
}

/** @test */
export function echoesManyConnectionsWithoutLeaks(): void {
  start();
  shared.listener = listen(7, 4);
  shared.rounds = 40;
  const server = spawn(echo);
  const data = fixedArray<u8, 5000>();
  const answer = fixedArray<u8, 5000>();
  let before = 0;
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 5000; i++) data[i] = u8(i * 3 + round);
    const stream = connect(7);
    assert(stream.peerAddress() === OWN && stream.peerPort() === 7);
    assert(stream.write(data.slice()) === SocketError.None);
    readAll(stream, answer.slice());
    for (let i = 0; i < 5000; i++) assert(answer[i] === data[i]);
    stream.shutdown();
    const [count, error] = stream.read(answer.slice());
    assert(count === 0 && error === SocketError.None);
    stream.close();
    scheduler.sleepUntil(monotonicNs() + 2 * MS);
    if (round === 0) before = used();
    else assert(round === 39 || used() === before, "memory has leaked");
  }
  scheduler.join(server);
}

/** @test */
export function refusedAndUnreachable(): void {
  start();
  const [stream, error] = tcpConnect(OWN, 9);
  assert(stream === null && error === SocketError.Refused);
  const [other, second] = tcpConnect(0x0808_0808, 9);
  assert(other === null && second === SocketError.Unreachable);
}

/** @test */
export function useAfterCloseIsAnError(): void {
  start();
  const listener = listen(7, 4);
  const client = connect(7);
  const server = accept(listener);
  client.close();
  const buffer = fixedArray<u8, 16>();
  const [count, error] = client.read(buffer.slice());
  assert(count === 0 && error === SocketError.Closed);
  assert(client.write(buffer.slice()) === SocketError.Closed);
  client.flush();
  client.shutdown();
  client.close();
  client.abort();
  assert(client.peerPort() === 0 && client.peerAddress() === 0);
  server.close();
  listener.close();
  const [again, closed] = listener.accept();
  assert(again === null && closed === SocketError.Closed && listener.port() === 0);
  listener.close();
}

/** @test */
export function readsTimeOut(): void {
  start();
  const listener = listen(7, 4);
  const client = connect(7);
  const server = accept(listener);
  server.setTimeoutNs(20 * MS);
  const buffer = fixedArray<u8, 16>();
  const beforeNs = monotonicNs();
  const [count, error] = server.read(buffer.slice());
  assert(count === 0 && error === SocketError.TimedOut && monotonicNs() >= beforeNs + 20 * MS);
  assert(client.write(bytes("late")) === SocketError.None);
  const [some, none] = server.read(buffer.slice());
  assert(some === 4 && none === SocketError.None);
}

/** @test */
export function writesTimeOutWhereNobodyReads(): void {
  start();
  const listener = listen(7, 4);
  const client = connect(7);
  accept(listener);
  client.setTimeoutNs(50 * MS);
  const data = fixedArray<u8, 60_000>();
  assert(client.write(data.slice()) === SocketError.TimedOut);
}

function readUntilClosed(_argument: VirtAddr): void {
  const stream = shared.stream;
  assert(stream !== null);
  const buffer = fixedArray<u8, 16>();
  const [count, error] = stream.read(buffer.slice());
  assert(count === 0);
  shared.error = error;
}

/** @test */
export function closingWakesABlockedReader(): void {
  start();
  const listener = listen(7, 4);
  const client = connect(7);
  accept(listener);
  shared.stream = client;
  const reader = spawn(readUntilClosed);
  scheduler.yield();
  client.close();
  // The object may serve another connection already when the reader runs.
  connect(7);
  scheduler.join(reader);
  assert(shared.error === SocketError.Closed);
}

/** @test */
export function aResetWakesABlockedReader(): void {
  start();
  const listener = listen(7, 4);
  const client = connect(7);
  const server = accept(listener);
  shared.stream = client;
  const reader = spawn(readUntilClosed);
  scheduler.yield();
  server.abort();
  scheduler.join(reader);
  assert(shared.error === SocketError.Reset);
  assert(client.write(bytes("x")) === SocketError.Reset);
  client.close();
}

function acceptUntilClosed(_argument: VirtAddr): void {
  const listener = shared.listener;
  assert(listener !== null);
  const [stream, error] = listener.accept();
  assert(stream === null);
  shared.error = error;
}

/** @test */
export function closingAListenerWakesWhoAccepts(): void {
  start();
  const listener = listen(7, 4);
  shared.listener = listener;
  const acceptor = spawn(acceptUntilClosed);
  scheduler.yield();
  listener.close();
  listen(7, 4);
  scheduler.join(acceptor);
  assert(shared.error === SocketError.Closed);
}

/** @test */
export function portsAreTakenOnce(): void {
  start();
  listen(7, 1);
  const [second, error] = tcpListen(7, 1);
  assert(second === null && error === SocketError.InUse);
  const any = listen(0, 1);
  assert(any.port() >= 49_152);
}

function answerDatagram(_argument: VirtAddr): void {
  const socket = shared.socket;
  assert(socket !== null);
  const buffer = fixedArray<u8, 100>();
  const from = new Endpoint();
  const [count, error] = socket.receive(buffer.slice(), from);
  assert(error === SocketError.None);
  assert(socket.send(buffer.slice().sub(0, count), from) === SocketError.None);
}

/** @test */
export function datagramsGoThereAndBack(): void {
  start();
  const [server] = udpOpen(9);
  const [client] = udpOpen(0);
  assert(server !== null && client !== null);
  shared.socket = server;
  const thread = spawn(answerDatagram);
  const to = new Endpoint();
  to.address = OWN;
  to.port = 9;
  assert(client.send(bytes("ping"), to) === SocketError.None);
  const buffer = fixedArray<u8, 100>();
  const from = new Endpoint();
  const [count, error] = client.receive(buffer.slice(), from);
  assert(count === 4 && error === SocketError.None && from.port === 9 && buffer[0] === 112);
  scheduler.join(thread);
  client.setTimeoutNs(10 * MS);
  const [none, late] = client.receive(buffer.slice(), from);
  assert(none === 0 && late === SocketError.TimedOut);
  client.close();
  const [closed, reason] = client.receive(buffer.slice(), from);
  assert(closed === 0 && reason === SocketError.Closed);
  assert(client.send(bytes("x"), to) === SocketError.Closed);
}

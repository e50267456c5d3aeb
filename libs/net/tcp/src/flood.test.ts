/** Tests of hostile peers: SYN floods, random segments, and damaged ones. None may leak, hang or shut others out. */
import { Random, mutate } from "@typekraft/netsim";
import { PROTOCOL_TCP, checksumFinish, checksumSum, pseudoHeaderSum } from "@typekraft/wire";
import { type Connection, TcpState } from "./connection.ts";
import { ACK, RST, SYN, TcpHeader } from "./header.ts";
import { peer } from "./testing-raw.ts";
import { LEFT, RIGHT, SECOND, inState, left, leftCore, leftUsed, network } from "./testing.ts";

const random = new Random();
const buffer = fixedArray<u8, 1400>();

/** @test */
export function aSynFloodCostsNoMemoryAndShutsNobodyOut(): void {
  peer.start(1);
  const [listener] = left.listen(80, 8);
  assert(listener !== null);
  const before = leftUsed();
  peer.remotePort = 80;
  for (let i: u32 = 0; i < 10_000; i++) {
    peer.localPort = u16(1024 + (i % 50_000));
    peer.seq = i * 77;
    peer.sayBare(SYN);
    peer.count = 0;
  }
  assert(leftUsed() === before && leftCore.live === 0);
  assert(leftCore.counters.cookiesSent >= 9900);
  // A real client in the middle of it.
  peer.localPort = 60_001;
  peer.seq = 5;
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  assert(answer.flags === (SYN | ACK));
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(1));
  peer.say(ACK, bytes("GET /"));
  const c = left.accept(listener);
  assert(c !== null && inState(c, TcpState.Established) && c.receiveRing.length === 5);
  assert(c.mss === 1460 && leftCore.counters.cookiesAccepted === 1);
  left.abort(c);
  peer.deaf = true;
  peer.wait(u64(60) * SECOND);
  assert(leftUsed() === before && leftCore.halfOpen.count === 0);
}

/** @test */
export function guessedCookiesAreRefused(): void {
  peer.start(2);
  const [listener] = left.listen(80, 8);
  assert(listener !== null);
  peer.remotePort = 80;
  for (let i: u16 = 0; i < 100; i++) {
    peer.localPort = 1024 + i;
    peer.sayBare(SYN);
    peer.count = 0;
  }
  random.seed(2);
  for (let i: u16 = 0; i < 1000; i++) {
    peer.localPort = 3000 + i;
    peer.ack = u32(random.next());
    peer.sayBare(ACK);
    assert(peer.hearOnly().flags === RST);
  }
  assert(listener.waiting === 0 && leftCore.live === 0);
}

/** A random segment near the interesting places of a connection, with a right checksum. */
function randomSegment(c: Connection): Slice<u8> {
  const data = buffer.slice().sub(0, 20 + random.below(40) * random.below(30));
  random.fill(data);
  const header = overlay<TcpHeader>(data, 0);
  header.sourcePort = htons(peer.localPort);
  header.destinationPort = htons(peer.remotePort);
  const spread = u32(random.below(3000));
  header.sequenceNumber = htonl(wrapSub(wrapAdd(c.rcvNxt, spread), u32(random.below(3000))));
  header.acknowledgmentNumber = htonl(wrapAdd(c.sndUna, u32(random.below(4))));
  if (random.chance(900)) header.dataOffset = 5 << 4;
  if (random.chance(800)) header.controlBits = ACK;
  header.checksum = htons(0);
  const sum = pseudoHeaderSum(RIGHT, LEFT, PROTOCOL_TCP, u16(data.length));
  header.checksum = checksumFinish(checksumSum(data, sum));
  return data;
}

/** The user of a connection under attack: reads and writes as it comes. */
function useIt(c: Connection): void {
  const into = buffer.slice().sub(0, random.below(1400));
  left.read(c, into);
  if (random.chance(300)) left.write(c, into.sub(0, into.length / 2));
  if (random.chance(3)) left.shutdown(c);
}

/** @test */
export function survivesRandomSegments(): void {
  peer.start(3);
  const before = leftUsed();
  for (let seed: u64 = 1; seed <= 150; seed++) {
    log`seed ${seed}`;
    random.seed(seed);
    peer.forget();
    peer.seq = u32(random.next());
    const c = peer.establish();
    for (let i = 0; i < 100; i++) {
      peer.sayBytes(randomSegment(c));
      peer.count = 0;
      useIt(c);
      if (random.chance(50)) {
        peer.wait(random.below(SECOND));
        peer.count = 0;
      }
    }
    if (inState(c, TcpState.Closed) || random.chance(500)) left.close(c);
    else left.abort(c);
    for (let i = 0; i < 12; i++) {
      peer.wait(u64(60) * SECOND);
      peer.count = 0;
    }
    assert(leftCore.live === 0, "a connection is left over");
    assert(leftUsed() === before, "memory has leaked");
  }
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function survivesDamagedSegments(): void {
  peer.start(4);
  const [listener] = left.listen(80, 8);
  assert(listener !== null);
  peer.localPort = 4000;
  peer.remotePort = 80;
  random.seed(4);
  for (let i = 0; i < 5000; i++) {
    const data = buffer.slice().sub(0, 20 + random.below(60));
    random.fill(data);
    const header = overlay<TcpHeader>(data, 0);
    header.destinationPort = htons(80);
    if (random.chance(700)) {
      header.checksum = htons(0);
      const sum = pseudoHeaderSum(RIGHT, LEFT, PROTOCOL_TCP, u16(data.length));
      header.checksum = checksumFinish(checksumSum(data, sum));
    }
    peer.sayBytes(data.sub(0, mutate(data, random)));
    peer.count = 0;
  }
  peer.seq = 1;
  peer.localPort = 60_002;
  peer.sayBare(SYN);
  assert(peer.hearOnly().flags === (SYN | ACK));
}

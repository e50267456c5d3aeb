/** Tests of the state machine, event by event, with single segments: RFC 9293 §3.10. */
import { type Connection, TcpError, TcpState } from "./connection.ts";
import { ACK, FIN, PSH, RST, SYN } from "./header.ts";
import type { Listener } from "./listener.ts";
import { peer } from "./testing-raw.ts";
import { LEFT, RIGHT, SECOND, inState, left, leftCore, leftUsed } from "./testing.ts";

function listen(port: u16): Listener {
  const [listener] = left.listen(port, 4);
  assert(listener !== null);
  peer.localPort = 5000;
  peer.remotePort = port;
  return listener;
}

/** The peer has opened a connection to a listener, and the user has accepted it. */
function accepted(): Connection {
  const listener = listen(80);
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(1));
  peer.sayBare(ACK);
  peer.silence();
  const c = left.accept(listener);
  assert(c !== null && inState(c, TcpState.Established));
  return c;
}

/** The stack has sent its FIN, which the peer has not acknowledged. */
function finWait1(): Connection {
  const c = peer.establish();
  left.shutdown(c);
  const fin = peer.hearOnly();
  assert(fin.flags === (FIN | ACK) && inState(c, TcpState.FinWait1));
  return c;
}

function finWait2(): Connection {
  const c = finWait1();
  peer.ack++;
  peer.sayBare(ACK);
  peer.silence();
  assert(inState(c, TcpState.FinWait2));
  return c;
}

// -- CLOSED and LISTEN ------------------------------------------------------------------------

/** @test */
export function closedResetsWhatItDoesNotKnow(): void {
  peer.start(1);
  peer.localPort = 5000;
  peer.remotePort = 81;
  peer.say(SYN, bytes("abc"));
  let answer = peer.hearOnly();
  assert(answer.flags === (RST | ACK) && answer.seq === 0 && answer.ack === peer.seq + 4);
  peer.ack = 77;
  peer.sayBare(ACK);
  answer = peer.hearOnly();
  assert(answer.flags === RST && answer.seq === 77);
  peer.sayBare(RST);
  peer.sayBare(RST | ACK);
  peer.silence();
}

/** @test */
export function listenAnswersOnlySyns(): void {
  peer.start(2);
  listen(80);
  peer.ack = 99;
  peer.sayBare(ACK);
  const answer = peer.hearOnly();
  assert(answer.flags === RST && answer.seq === 99);
  peer.sayBare(RST);
  peer.sayBare(SYN | FIN);
  peer.sayBare(FIN);
  peer.sayBare(0);
  peer.silence();
  peer.sayBare(SYN | ACK);
  assert(peer.hearOnly().flags === RST);
  assert(leftCore.halfOpen.count === 0);
}

/** @test */
export function listenOffersItsBufferAndMss(): void {
  peer.start(3);
  listen(80);
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  assert(answer.flags === (SYN | ACK) && answer.ack === peer.seq + 1);
  assert(answer.mss === 1460 && u32(answer.window) === leftCore.limits.receiveBytes);
}

// -- SYN-SENT -------------------------------------------------------------------------------------

/** @test */
export function synSentRejectsABadAck(): void {
  peer.start(10);
  const c = peer.startActive();
  peer.ack += 5;
  peer.sayBare(SYN | ACK);
  const answer = peer.hearOnly();
  assert(answer.flags === RST && answer.seq === peer.ack);
  peer.sayBare(RST | ACK);
  peer.silence();
  assert(inState(c, TcpState.SynSent));
}

/** @test */
export function synSentBelievesAResetWithTheRightAck(): void {
  peer.start(11);
  const c = peer.startActive();
  peer.sayBare(RST);
  assert(inState(c, TcpState.SynSent));
  peer.sayBare(RST | ACK);
  assert(inState(c, TcpState.Closed) && c.error === TcpError.Refused);
  peer.silence();
}

/** @test */
export function synSentOpensSimultaneously(): void {
  peer.start(12);
  const c = peer.startActive();
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  assert(answer.flags === (SYN | ACK) && answer.ack === peer.seq + 1);
  assert(wrapAdd(answer.seq, u32(1)) === peer.ack && inState(c, TcpState.SynReceived));
  peer.sayBare(SYN | ACK);
  assert(inState(c, TcpState.Established));
  peer.forget();
  peer.seq++;
  peer.say(ACK, bytes("hello"));
  assert(left.readable(c));
}

/** @test */
export function synSentIgnoresOtherSegments(): void {
  peer.start(13);
  const c = peer.startActive();
  peer.sayBare(ACK);
  peer.sayBare(FIN | ACK);
  peer.silence();
  assert(inState(c, TcpState.SynSent));
}

// -- SYN-RECEIVED ---------------------------------------------------------------------------------

/** @test */
export function synReceivedRejectsABadAck(): void {
  peer.start(20);
  const listener = listen(80);
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(2));
  peer.sayBare(ACK);
  const reset = peer.hearOnly();
  assert(reset.flags === RST && reset.seq === peer.ack && listener.waiting === 0);
  peer.ack--;
  peer.sayBare(ACK);
  assert(listener.waiting === 1);
}

/** @test */
export function synReceivedIsResetOnlyByTheRightNumber(): void {
  peer.start(21);
  listen(80);
  peer.sayBare(SYN);
  peer.hearOnly();
  peer.sayBare(RST);
  assert(leftCore.halfOpen.count === 1);
  peer.seq++;
  peer.sayBare(RST);
  assert(leftCore.halfOpen.count === 0);
  peer.silence();
}

/** @test */
export function synReceivedRepeatsItsAnswer(): void {
  peer.start(22);
  listen(80);
  peer.sayBare(SYN);
  const first = peer.hearOnly().seq;
  peer.sayBare(SYN);
  assert(peer.hearOnly().seq === first && leftCore.halfOpen.count === 1);
  peer.wait(SECOND + 1);
  assert(peer.hearOnly().seq === first);
  peer.wait(u64(20) * SECOND);
  assert(peer.count === 2 && leftCore.halfOpen.count === 0);
}

/** @test */
export function synReceivedTakesDataWithTheAck(): void {
  peer.start(23);
  const listener = listen(80);
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(1));
  peer.say(ACK | PSH | FIN, bytes("GET"));
  const c = left.accept(listener);
  assert(c !== null && inState(c, TcpState.CloseWait) && c.receiveRing.length === 3);
}

/** @test */
export function aResetWhileWaitingLeavesNothing(): void {
  peer.start(24);
  const listener = listen(80);
  const before = leftUsed();
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(1));
  peer.sayBare(ACK);
  assert(listener.waiting === 1);
  peer.sayBare(RST);
  peer.turn();
  left.runTimers();
  assert(listener.waiting === 0 && left.accept(listener) === null);
  assert(leftUsed() === before && leftCore.live === 0);
}

// -- ESTABLISHED ----------------------------------------------------------------------------------

/** @test */
export function establishedDelaysItsAck(): void {
  peer.start(30);
  const c = accepted();
  peer.say(ACK | PSH, bytes("0123456789"));
  peer.silence();
  peer.wait(u64(41_000_000));
  const answer = peer.hearOnly();
  assert(answer.flags === ACK && answer.ack === peer.seq + 10);
  assert(c.receiveRing.length === 10);
}

/** @test */
export function establishedAnswersWhatIsOutsideOfTheWindow(): void {
  peer.start(31);
  const c = accepted();
  const next = peer.seq;
  peer.seq = wrapSub(next, u32(10));
  peer.say(ACK, bytes("old data"));
  assert(peer.hearOnly().ack === next);
  peer.seq = next + 9000;
  peer.say(ACK, bytes("far away"));
  assert(peer.hearOnly().ack === next);
  peer.sayBare(RST);
  peer.silence();
  assert(inState(c, TcpState.Established) && c.receiveRing.length === 0);
}

/** @test */
export function establishedBelievesOnlyTheExactReset(): void {
  peer.start(32);
  const c = accepted();
  peer.seq += 5;
  peer.sayBare(RST);
  const answer = peer.hearOnly();
  assert(answer.flags === ACK && answer.ack === peer.seq - 5 && inState(c, TcpState.Established));
  peer.sayBare(RST);
  peer.silence();
  peer.seq -= 5;
  peer.sayBare(RST);
  assert(inState(c, TcpState.Closed) && c.error === TcpError.Reset);
}

/** @test */
export function establishedChallengesASyn(): void {
  peer.start(33);
  const c = accepted();
  peer.sayBare(SYN);
  assert(peer.hearOnly().flags === ACK && inState(c, TcpState.Established));
}

/** @test */
export function establishedChallengesImpossibleAcks(): void {
  peer.start(34);
  const c = accepted();
  peer.ack += 10;
  peer.say(ACK, bytes("x"));
  assert(peer.hearOnly().flags === ACK && c.receiveRing.length === 0);
  peer.wait(SECOND);
  peer.ack -= 100_000;
  peer.say(ACK, bytes("x"));
  assert(peer.hearOnly().flags === ACK && c.receiveRing.length === 0);
}

/** @test */
export function establishedDropsSegmentsWithoutAck(): void {
  peer.start(35);
  const c = accepted();
  peer.say(0, bytes("x"));
  peer.say(PSH, bytes("x"));
  peer.say(FIN, bytes("x"));
  peer.silence();
  assert(c.receiveRing.length === 0 && inState(c, TcpState.Established));
}

/** @test */
export function establishedKeepsEarlyDataAndFin(): void {
  peer.start(36);
  const c = accepted();
  const next = peer.seq;
  peer.seq = next + 6;
  peer.say(ACK | FIN, bytes("world"));
  assert(peer.hearOnly().ack === next && inState(c, TcpState.Established));
  peer.seq = next;
  peer.say(ACK, bytes("hello "));
  assert(peer.hearOnly().ack === next + 12 && inState(c, TcpState.CloseWait));
  assert(c.receiveRing.length === 11);
}

/** @test */
export function dataBehindTheFinIsIgnored(): void {
  peer.start(37);
  const c = accepted();
  const next = peer.seq;
  peer.seq = next + 10;
  peer.say(ACK, bytes("behind the end"));
  peer.seq = next + 4;
  peer.say(ACK | FIN, bytes("b"));
  peer.seq = next;
  peer.say(ACK, bytes("0123"));
  assert(c.receiveRing.length === 5 && inState(c, TcpState.CloseWait));
  assert(c.finReceived && c.reassembly.count === 0);
}

/** @test */
export function overlappingDataIsTakenOnce(): void {
  peer.start(38);
  const c = accepted();
  const next = peer.seq;
  peer.say(ACK, bytes("abcdef"));
  peer.seq = next + 3;
  peer.say(ACK, bytes("defghi"));
  assert(c.receiveRing.length === 9);
  const into = fixedArray<u8, 16>();
  assert(left.read(c, into.slice()) === 9 && into[8] === 105);
}

// -- the closing states -----------------------------------------------------------------------------

/** @test */
export function finWait1GoesToFinWait2AndTimeWait(): void {
  peer.start(40);
  const before = leftUsed();
  const c = finWait2();
  peer.sayBare(FIN | ACK);
  const answer = peer.hearOnly();
  assert(answer.flags === ACK && answer.ack === peer.seq + 1);
  assert(inState(c, TcpState.Closed) && c.error === TcpError.None && c.finReceived);
  left.close(c);
  left.endOfBatch();
  assert(leftUsed() === before);
}

/** @test */
export function finWait1GoesToClosingWhenBothClose(): void {
  peer.start(41);
  const c = finWait1();
  peer.sayBare(FIN | ACK);
  assert(peer.hearOnly().ack === peer.seq + 1 && inState(c, TcpState.Closing));
  peer.seq++;
  peer.ack++;
  peer.sayBare(ACK);
  peer.silence();
  assert(inState(c, TcpState.Closed) && c.error === TcpError.None);
}

/** @test */
export function finWait1GoesStraightToTimeWait(): void {
  peer.start(42);
  const c = finWait1();
  peer.ack++;
  peer.sayBare(FIN | ACK);
  assert(peer.hearOnly().ack === peer.seq + 1 && inState(c, TcpState.Closed));
  assert(leftCore.timeWait.find(LEFT, c.localPort, RIGHT, 80, leftCore.nowNs) !== null);
}

/** @test */
export function finWait2StillReceives(): void {
  peer.start(43);
  const c = finWait2();
  peer.say(ACK, bytes("late answer"));
  assert(c.receiveRing.length === 11);
}

/** @test */
export function finWait2WithoutUserEnds(): void {
  peer.start(44);
  const before = leftUsed();
  const c = finWait2();
  left.close(c);
  assert(inState(c, TcpState.FinWait2));
  peer.wait(u64(21) * SECOND);
  assert(leftUsed() === before && leftCore.live === 0);
}

/** @test */
export function dataForNobodyIsReset(): void {
  peer.start(45);
  const before = leftUsed();
  const c = finWait2();
  left.close(c);
  peer.say(ACK, bytes("unwanted"));
  assert(peer.hearOnly().flags === (RST | ACK));
  left.runTimers();
  assert(leftUsed() === before);
}

/** @test */
export function closingWithUnreadDataResets(): void {
  peer.start(46);
  const c = accepted();
  peer.say(ACK, bytes("unread"));
  left.close(c);
  assert(peer.hearOnly().flags === (RST | ACK));
}

/** @test */
export function closeWaitGoesToLastAckAndEnds(): void {
  peer.start(47);
  const before = leftUsed();
  const c = peer.establish();
  peer.sayBare(FIN | ACK);
  assert(inState(c, TcpState.CloseWait) && left.readable(c));
  peer.seq++;
  left.close(c);
  const fin = peer.hearOnly();
  assert(fin.flags === (FIN | ACK) && fin.ack === peer.seq && inState(c, TcpState.LastAck));
  peer.ack++;
  peer.sayBare(ACK);
  peer.silence();
  left.runTimers();
  assert(leftUsed() === before && leftCore.live === 0);
}

/** @test */
export function closeWaitStillSends(): void {
  peer.start(48);
  const c = peer.establish();
  peer.sayBare(FIN | ACK);
  peer.seq++;
  assert(left.write(c, bytes("rest")) === 4);
  const data = peer.hearOnly();
  assert(data.flags === (ACK | PSH) && data.data.length === 4 && data.ack === peer.seq);
}

/** @test */
export function abortResets(): void {
  peer.start(49);
  const before = leftUsed();
  const c = peer.establish();
  left.write(c, bytes("queued"));
  left.abort(c);
  const reset = peer.hearOnly();
  assert(reset.flags === (RST | ACK) && reset.seq === peer.ack);
  assert(leftUsed() === before);
}

// -- TIME-WAIT --------------------------------------------------------------------------------------

/** @test */
export function timeWaitAnswersTheFinAgain(): void {
  peer.start(60);
  left.close(finWait2());
  peer.sayBare(FIN | ACK);
  assert(peer.hearOnly().ack === peer.seq + 1);
  peer.sayBare(FIN | ACK);
  const again = peer.hearOnly();
  assert(again.flags === ACK && again.ack === peer.seq + 1 && again.seq === peer.ack);
  peer.sayBare(RST);
  peer.seq++;
  peer.sayBare(ACK);
  peer.silence();
  peer.wait(u64(59) * SECOND);
  peer.seq--;
  peer.sayBare(FIN | ACK);
  assert(peer.hearOnly().flags === ACK);
  peer.wait(u64(2) * SECOND);
  peer.sayBare(FIN | ACK);
  assert(peer.hearOnly().flags === RST);
}

/** @test */
export function timeWaitGivesWayToANewConnection(): void {
  peer.start(61);
  const c = accepted();
  left.shutdown(c);
  peer.hearOnly();
  peer.ack++;
  peer.sayBare(FIN | ACK);
  peer.hearOnly();
  left.close(c);
  const old = peer.ack;
  peer.sayBare(SYN);
  assert(peer.hearOnly().flags === ACK);
  peer.seq += 1000;
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  assert(answer.flags === (SYN | ACK) && answer.ack === peer.seq + 1);
  assert(i32(wrapSub(answer.seq, old)) > 0);
}

/** @test */
export function timeWaitEndsByTheExactReset(): void {
  peer.start(62);
  left.close(finWait2());
  peer.sayBare(FIN | ACK);
  peer.hearOnly();
  peer.seq++;
  peer.sayBare(RST);
  peer.silence();
  peer.sayBare(FIN | ACK);
  assert(peer.hearOnly().flags === RST);
}

/** @test */
export function acksOutOfStepDoNotEcho(): void {
  peer.start(63);
  accepted();
  peer.seq -= 100;
  for (let i = 0; i < 50; i++) peer.sayBare(ACK);
  assert(peer.hearOnly().flags === ACK);
  peer.wait(u64(101_000_000));
  peer.sayBare(ACK);
  assert(peer.hearOnly().flags === ACK);
}

/** @test */
export function aRepeatedHandshakeMeasuresNothing(): void {
  peer.start(64);
  const listener = listen(80);
  peer.sayBare(SYN);
  peer.hearOnly();
  peer.wait(SECOND / 2);
  peer.sayBare(SYN);
  const answer = peer.hearOnly();
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(1));
  peer.sayBare(ACK);
  const c = left.accept(listener);
  assert(c !== null && c.rtt.srttNs === 0 && c.rtt.rtoNs() === SECOND);
}

/** @test */
export function aLossyHandshakeStartsWithOneSegment(): void {
  peer.start(65);
  const listener = listen(80);
  peer.sayBare(SYN);
  peer.hearOnly();
  peer.wait(SECOND + 1);
  const answer = peer.hearOnly();
  peer.seq++;
  peer.ack = wrapAdd(answer.seq, u32(1));
  peer.sayBare(ACK);
  const c = left.accept(listener);
  assert(c !== null && c.congestion.window === 1460 && c.rtt.rtoNs() === 3 * SECOND);
}

/**
 * Tests of the head parser: what it reads, what it refuses and with which status, and that pieces
 * make no difference.
 */
import { sameBytes } from "@typekraft/format";
import { Framing, Method, RequestHead } from "./head.ts";
import { HeadParser, HeadResult } from "./head-parser.ts";

const parser = new HeadParser();
const head = new RequestHead();
const buffer = fixedArray<u8, 16384>();

function parse(data: Slice<u8>): HeadResult {
  parser.reset();
  head.reset();
  return parser.advance(data, head);
}

/**
 * Parses the text with `\n` for the line ends CR LF; the status, 0 where more is needed, 1 for a
 * complete head.
 */
function statusOf(lines: str): u16 {
  let used: usize = 0;
  for (const c of bytes(lines)) {
    if (c === 0x0a) {
      buffer[used] = 0x0d;
      used++;
    }
    buffer[used] = c;
    used++;
  }
  const result = parse(buffer.slice().sub(0, used));
  if (result === HeadResult.Refused) return parser.status();
  return result === HeadResult.Complete ? 1 : 0;
}

function methodOf(lines: str): Method {
  assert(statusOf(lines) === 1);
  return head.method;
}

function framingOf(lines: str): Framing {
  assert(statusOf(lines) === 1);
  return head.framing;
}

function expectField(name: str, expected: str): void {
  const [value, found] = head.field(name);
  if (!found || !sameBytes(value, expected)) panic(expected);
}

/** @test */
export function readsARequest(): void {
  assert(statusOf("GET /a?b HTTP/1.1\nHost: x:80\nEmpty:\nAccept: \t a, b \t \n\nrest") === 1);
  assert(head.method === Method.Get && head.minorVersion === 1 && head.keepAlive);
  assert(sameBytes(head.target(), "/a?b"));
  assert(head.count() === 3);
  expectField("host", "x:80");
  expectField("empty", "");
  expectField("accept", "a, b");
  const [, found] = head.field("accep");
  assert(!found);
  assert(sameBytes(buffer.slice().sub(parser.length(), 4), "rest"));
}

/** @test */
export function readsEveryMethod(): void {
  assert(methodOf("GET / HTTP/1.0\n\n") === Method.Get);
  assert(methodOf("HEAD / HTTP/1.0\n\n") === Method.Head);
  assert(methodOf("POST / HTTP/1.0\n\n") === Method.Post);
  assert(methodOf("PUT / HTTP/1.0\n\n") === Method.Put);
  assert(methodOf("DELETE / HTTP/1.0\n\n") === Method.Delete);
  assert(methodOf("OPTIONS / HTTP/1.0\n\n") === Method.Options);
  assert(methodOf("PATCH / HTTP/1.0\n\n") === Method.Patch);
}

/** @test */
export function refusesBadRequestLines(): void {
  assert(statusOf("GET /\n") === 400);
  assert(statusOf("GET\n") === 400);
  assert(statusOf(" GET / HTTP/1.1\n") === 400);
  assert(statusOf("GET  / HTTP/1.1\n") === 400);
  assert(statusOf("GET / HTTP/1.1 \n") === 400);
  assert(statusOf("GET /a b HTTP/1.1\n") === 400);
  assert(statusOf("G(T / HTTP/1.1\n") === 400);
  assert(statusOf("GET /\t HTTP/1.1\n") === 400);
  assert(statusOf("GET /ü HTTP/1.1\n") === 400);
  assert(statusOf("GET a HTTP/1.1\n") === 400);
  assert(statusOf("GET * HTTP/1.1\n") === 400);
  assert(statusOf("GET / http/1.1\n") === 400);
  assert(statusOf("GET / HTTP/11\n") === 400);
  assert(statusOf("GET / HTTP/1.x\n") === 400);
  assert(statusOf("\n\n\n\n\n") === 400);
}

/** @test */
export function knowsWhatItDoesNotSpeak(): void {
  assert(statusOf("BREW / HTTP/1.1\n") === 501);
  assert(statusOf("CONNECT host:80 HTTP/1.1\n") === 501);
  assert(statusOf("TRACE / HTTP/1.1\n") === 501);
  assert(statusOf("get / HTTP/1.1\n") === 501);
  assert(statusOf("GET / HTTP/2.0\n") === 505);
  assert(statusOf("GET / HTTP/0.9\n") === 505);
  assert(statusOf("GET / HTTP/1.9\nHost: x\n\n") === 1 && head.minorVersion === 1);
}

/** @test */
export function readsOtherTargetForms(): void {
  assert(statusOf("GET http://host/p?q HTTP/1.1\nHost: h\n\n") === 1);
  assert(sameBytes(head.target(), "/p?q"));
  assert(statusOf("GET HTTP://host HTTP/1.1\nHost: h\n\n") === 1);
  assert(sameBytes(head.target(), "/"));
  assert(statusOf("OPTIONS * HTTP/1.1\nHost: h\n\n") === 1);
  assert(sameBytes(head.target(), "*"));
  assert(statusOf("GET http:// HTTP/1.1\n") === 400);
  assert(statusOf("GET http:///p HTTP/1.1\n") === 400);
  assert(statusOf("GET http://h?q HTTP/1.1\n") === 400);
  assert(statusOf("GET ftp://h/ HTTP/1.1\n") === 400);
}

/** @test */
export function refusesBadFields(): void {
  assert(statusOf("GET / HTTP/1.1\nHost : x\n") === 400);
  assert(statusOf("GET / HTTP/1.1\n: x\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nHost\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nHost: x\n folded\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nA: \x01\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nA: \x7f\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nA: b\rc\n") === 400);
  assert(
    parse(bytes("GET / HTTP/1.1\nHost: x\n\n")) === HeadResult.Refused && parser.status() === 400,
  );
  assert(parse(bytes("\n")) === HeadResult.Refused && parser.status() === 400);
}

/** @test */
export function demandsOneHost(): void {
  assert(statusOf("GET / HTTP/1.1\n\n") === 400);
  assert(statusOf("GET / HTTP/1.0\n\n") === 1);
  assert(statusOf("GET / HTTP/1.1\nHost: a\nHost: a\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nHost: a/b\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nHost: a,b\n") === 400);
  assert(statusOf("GET / HTTP/1.1\nHost:\n\n") === 1);
  assert(statusOf("GET / HTTP/1.1\nHost: [::1]:8080\n\n") === 1);
}

/** @test */
export function findsTheBody(): void {
  assert(framingOf("POST / HTTP/1.1\nHost: x\nContent-Length: 12\n\n") === Framing.Length);
  assert(head.contentLength === 12);
  assert(framingOf("POST / HTTP/1.1\nHost: x\nContent-Length: 0\n\n") === Framing.None);
  assert(framingOf("POST / HTTP/1.1\nHost: x\ntransfer-encoding: Chunked\n\n") === Framing.Chunked);
}

/** @test */
export function refusesDoubtfulBodies(): void {
  assert(statusOf("POST / HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 1\n") === 400);
  assert(statusOf("POST / HTTP/1.1\nHost: x\nContent-Length: 1, 1\n") === 400);
  assert(statusOf("POST / HTTP/1.1\nHost: x\nContent-Length: +1\n") === 400);
  assert(statusOf("POST / HTTP/1.1\nHost: x\nContent-Length:\n") === 400);
  assert(statusOf("POST / HTTP/1.1\nHost: x\nContent-Length: 99999999999999999999999\n\n") === 413);
  assert(statusOf("POST / HTTP/1.1\nHost: x\nContent-Length: 18446744073709551615\n\n") === 413);
  const both = "POST / HTTP/1.1\nHost: x\nContent-Length: 1\nTransfer-Encoding: chunked\n\n";
  assert(statusOf(both) === 400);
  assert(statusOf("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: gzip, chunked\n") === 501);
  assert(
    statusOf(
      "POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
    ) === 400,
  );
  assert(statusOf("POST / HTTP/1.0\nTransfer-Encoding: chunked\n") === 400);
}

/** @test */
export function obeysConnectionAndExpect(): void {
  assert(
    statusOf("GET / HTTP/1.1\nHost: x\nConnection: upgrade, Close\n\n") === 1 && !head.keepAlive,
  );
  assert(statusOf("GET / HTTP/1.0\n\n") === 1 && !head.keepAlive);
  assert(statusOf("GET / HTTP/1.0\nConnection: keep-alive\n\n") === 1 && head.keepAlive);
  assert(
    statusOf("GET / HTTP/1.0\nConnection: keep-alive\nConnection: close\n\n") === 1 &&
      !head.keepAlive,
  );
  assert(statusOf("POST / HTTP/1.1\nHost: x\nExpect: 100-Continue\nContent-Length: 1\n\n") === 1);
  assert(head.expectsContinue);
  assert(
    statusOf("POST / HTTP/1.1\nHost: x\nExpect: 100-continue\n\n") === 1 && !head.expectsContinue,
  );
  assert(statusOf("POST / HTTP/1.1\nHost: x\nExpect: tea\n") === 417);
}

/** @test */
export function emptyLinesBeforeARequestAreSkipped(): void {
  assert(statusOf("\n\nGET / HTTP/1.1\nHost: x\n\n") === 1);
  assert(sameBytes(head.target(), "/"));
  expectField("host", "x");
}

/** @test */
export function refusesTooMuch(): void {
  const all = buffer.slice();
  fillBytes(all, 0x61);
  copyBytes(all, bytes("GET /"));
  assert(parse(all) === HeadResult.Refused && parser.status() === 414);
  copyBytes(all, bytes("GET / HTTP/1.0\r\nA: "));
  assert(parse(all) === HeadResult.Refused && parser.status() === 431);
  const start = bytes("GET / HTTP/1.0\r\n");
  copyBytes(all, start);
  for (let i: usize = 0; i < 65; i++) copyBytes(all.sub(start.length + i * 4), bytes("a:\r\n"));
  assert(
    parse(all.sub(0, start.length + 65 * 4)) === HeadResult.Refused && parser.status() === 431,
  );
  copyBytes(all.sub(start.length + 64 * 4), bytes("\r\n"));
  assert(
    parse(all.sub(0, start.length + 64 * 4 + 2)) === HeadResult.Complete && head.count() === 64,
  );
}

/** The result of `data` given whole, then cut at `cut`: they must agree. */
function checkCut(
  data: Slice<u8>,
  cut: usize,
  expected: HeadResult,
  status: u16,
  length: usize,
): void {
  parser.reset();
  head.reset();
  let result = parser.advance(data.sub(0, cut), head);
  if (result === HeadResult.Incomplete) result = parser.advance(data, head);
  assert(result === expected);
  if (result === HeadResult.Refused) assert(parser.status() === status);
  if (result === HeadResult.Complete) assert(parser.length() === length);
}

/** @test */
export function everyCutGivesTheSame(): void {
  const request = bytes(
    "\r\nPOST http://host:80/path?query HTTP/1.1\r\nHost: host\r\nContent-Length: 3\r\nX:  y \r\n\r\nabc",
  );
  assert(parse(request) === HeadResult.Complete);
  const length = parser.length();
  for (let cut: usize = 0; cut <= request.length; cut++) {
    checkCut(request, cut, HeadResult.Complete, 0, length);
    assert(sameBytes(head.target(), "/path?query") && head.contentLength === 3);
    expectField("x", "y");
  }
  parser.reset();
  head.reset();
  for (let end: usize = 0; end < length; end++) {
    assert(parser.advance(request.sub(0, end), head) === HeadResult.Incomplete);
  }
  assert(parser.advance(request, head) === HeadResult.Complete && parser.length() === length);
}

/** @test */
export function randomChangesNeverConfuseIt(): void {
  const original = bytes(
    "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
  );
  const data = buffer.slice().sub(0, original.length);
  let state: u64 = 0x1234_5678_9abc_def1;
  for (let round: usize = 0; round < 20_000; round++) {
    copyBytes(data, original);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    let bits = state;
    for (let change: u64 = state >> 62; change < 4; change++) {
      data[(bits >> 8) % data.length] = u8(bits);
      bits = bits >> 17;
    }
    const result = parse(data);
    const status = parser.status();
    const length = parser.length();
    if (result === HeadResult.Complete) assert(length <= data.length && head.target().length > 0);
    checkCut(data, (state >> 33) % data.length, result, status, length);
  }
}

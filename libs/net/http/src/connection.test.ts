/** Tests of whole conversations with a scripted client, in pieces of every size. */
import { sameBytes, startsWith } from "@typekraft/format";
import { BodyError } from "./body.ts";
import { Connection } from "./connection.ts";
import { Method } from "./head.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { Ending, ScriptedStream } from "./testing/scripted-stream.ts";

const stream = new ScriptedStream();
const input = fixedArray<u8, 4352>();
const output = fixedArray<u8, 2048>();
const script = fixedArray<u8, 16384>();
const large = fixedArray<u8, 3000>();
let handled: u32 = 0;

/** Echoes bodies; other paths try one thing each. */
function handle(request: Request, response: Response): void {
  handled++;
  if (request.isFor("/forget")) return;
  if (request.isFor("/ignore")) {
    response.send(bytes("ignored"));
    return;
  }
  if (request.isFor("/large")) {
    response.send(large.slice());
    return;
  }
  if (request.isFor("/none")) {
    response.status = 204;
    response.send(bytes("not sent"));
    return;
  }
  if (request.isFor("/inject")) {
    assert(
      !response.field("X", "a\r\nY: b") && !response.field("X Y", "a") && !response.field("", "a"),
    );
    assert(response.field("X", "a"));
    response.send(bytes(""));
    return;
  }
  echo(request, response);
}

function echo(request: Request, response: Response): void {
  const body = fixedArray<u8, 256>();
  let length: usize = 0;
  while (length < body.length) {
    const [count, error] = request.read(body.slice().sub(length));
    if (error !== BodyError.None) return;
    if (count === 0) break;
    length += count;
  }
  if (request.method() === Method.Delete) response.sendNotAllowed("GET");
  else response.send(length === 0 ? request.target() : body.slice().sub(0, length));
}

function converse(data: Slice<u8>, pieceBytes: usize, ending: Ending): void {
  handled = 0;
  stream.play(data, pieceBytes);
  stream.ending = ending;
  const connection = new Connection(handle, stream);
  connection.run(input.slice(), output.slice());
  assert(stream.isClosed);
}

/** Whether what the client received contains the text. */
function answered(expected: str): boolean {
  const all = stream.received();
  for (let at: usize = 0; at < all.length; at++) {
    if (startsWith(all.sub(at), expected)) return true;
  }
  return false;
}

function count(expected: str): usize {
  const all = stream.received();
  let found: usize = 0;
  for (let at: usize = 0; at < all.length; at++) {
    if (startsWith(all.sub(at), expected)) found++;
  }
  return found;
}

/** @test */
export function answersARequest(): void {
  converse(bytes("GET /path HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.End);
  assert(handled === 1 && stream.writes === 1);
  assert(startsWith(stream.received(), "HTTP/1.1 200 OK\r\nDate: "));
  assert(answered("\r\nContent-Length: 5\r\n\r\n/path"));
  assert(!answered("Connection"));
}

/** A request of each framing, one behind the other. */
function threeRequests(): Slice<u8> {
  let used: usize = 0;
  used = put(used, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  used = put(used, "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  used = put(used, "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n");
  used = put(used, "GET /c HTTP/1.1\r\nHost: x\r\n\r\n");
  return script.slice().sub(0, used);
}

/** Adds to the script; its new length. */
function put(used: usize, part: str): usize {
  copyBytes(script.slice().sub(used), bytes(part));
  return used + bytes(part).length;
}

/** @test */
export function everyPieceSizeGivesTheSame(): void {
  const requests = threeRequests();
  for (let pieceBytes: usize = 1; pieceBytes <= requests.length; pieceBytes++) {
    converse(requests, pieceBytes, Ending.End);
    assert(handled === 3);
    assert(answered("\r\n\r\nhelloHTTP/1.1 200 OK") && answered("\r\n\r\nabcdeHTTP/1.1 200 OK"));
    assert(answered("\r\n\r\n/c"));
  }
}

/** @test */
export function pipelinedAnswersShareWrites(): void {
  const one = bytes("GET /path HTTP/1.1\r\nHost: x\r\n\r\n");
  for (let i: usize = 0; i < 10; i++) copyBytes(script.slice().sub(i * one.length), one);
  converse(script.slice().sub(0, 10 * one.length), 4000, Ending.End);
  assert(handled === 10 && stream.writes === 1 && count("HTTP/1.1 200 OK") === 10);
}

/** @test */
export function manyPipelinedRequestsPassThroughTheBuffer(): void {
  const one = bytes("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\n1234567");
  const total = script.length / one.length;
  for (let i: usize = 0; i < total; i++) copyBytes(script.slice().sub(i * one.length), one);
  for (let pieceBytes: usize = 1; pieceBytes < 5000; pieceBytes += 333) {
    handled = 0;
    converse(script.slice().sub(0, 30 * one.length), pieceBytes, Ending.End);
    assert(handled === 30 && count("ignored") === 30);
  }
}

/** @test */
export function headAndNoContentHaveNoBody(): void {
  converse(bytes("HEAD /path HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.End);
  assert(answered("\r\nContent-Length: 5\r\n\r\n") && !answered("/path"));
  converse(bytes("GET /none HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.End);
  assert(
    answered("HTTP/1.1 204 No Content\r\n") && !answered("Content-Length") && !answered("not sent"),
  );
}

/** @test */
export function connectionsEndWhenAsked(): void {
  const two = bytes(
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
  );
  converse(two, 1000, Ending.Silence);
  assert(handled === 1 && answered("\r\nConnection: close\r\n"));
  converse(bytes("GET / HTTP/1.0\r\n\r\n"), 1000, Ending.Silence);
  assert(handled === 1 && answered("\r\nConnection: close\r\n"));
  converse(
    bytes("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"),
    1000,
    Ending.Silence,
  );
  assert(handled === 2 && answered("\r\nConnection: keep-alive\r\n"));
}

/** @test */
export function badRequestsEndTheConversation(): void {
  converse(
    bytes("GET / HTTP/9.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    1000,
    Ending.Silence,
  );
  assert(handled === 0 && stream.isShut && count("HTTP/1.1 ") === 1);
  assert(answered("HTTP/1.1 505 HTTP Version Not Supported\r\n") && answered("Connection: close"));
  const all = script.slice();
  fillBytes(all, 0x41);
  converse(all, 1000, Ending.Silence);
  assert(answered("HTTP/1.1 414 URI Too Long\r\n"));
  copyBytes(all, bytes("GET / HTTP/1.0\r\n"));
  converse(all, 1000, Ending.Silence);
  assert(answered("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

/** @test */
export function silenceIsAnsweredOnlyWithinARequest(): void {
  converse(bytes("GET / HTTP/1.1\r\nHost:"), 1, Ending.Silence);
  assert(handled === 0 && answered("HTTP/1.1 408 Request Timeout\r\n"));
  converse(bytes(""), 1, Ending.Silence);
  assert(stream.writes === 0);
  converse(bytes("GET / HTTP/1.1\r\nHost:"), 1, Ending.Reset);
  assert(stream.writes === 0);
  converse(bytes("GET / HTTP/1.1\r\nHost:"), 1, Ending.End);
  assert(stream.writes === 0);
}

/** @test */
export function brokenBodiesAreRefused(): void {
  const start = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const head = bytes(start);
  copyBytes(script.slice(), head);
  const rest = script.slice().sub(head.length);
  copyBytes(rest, bytes("x\r\n"));
  converse(script.slice().sub(0, head.length + 3), 7, Ending.Silence);
  assert(answered("HTTP/1.1 400 Bad Request"));
  copyBytes(rest, bytes("1\r\nab"));
  converse(script.slice().sub(0, head.length + 5), 7, Ending.Silence);
  assert(answered("HTTP/1.1 408 Request Timeout"));
  copyBytes(rest, bytes("1\r\nab\r\n"));
  converse(script.slice().sub(0, head.length + 7), 7, Ending.Silence);
  assert(answered("HTTP/1.1 400 Bad Request"));
  copyBytes(rest, bytes("ffffffffffffffff\r\n"));
  converse(script.slice().sub(0, head.length + 18), 7, Ending.Silence);
  assert(answered("HTTP/1.1 413 Content Too Large"));
  fillBytes(rest, 0x30);
  converse(script.slice(), 7, Ending.Silence);
  assert(answered("HTTP/1.1 400 Bad Request"));
}

/** @test */
export function unreadBodiesAreReadOver(): void {
  converse(
    bytes(
      "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    3,
    Ending.End,
  );
  assert(handled === 2);
  converse(
    bytes("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\nbody"),
    3,
    Ending.Silence,
  );
  assert(handled === 1 && answered("Connection: close"));
}

/** @test */
export function permissionToSendIsGiven(): void {
  const request =
    "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi";
  const length = bytes(request).length;
  converse(bytes(request), length - 2, Ending.End);
  assert(startsWith(stream.received(), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
  converse(bytes(request), length, Ending.End);
  assert(startsWith(stream.received(), "HTTP/1.1 200 OK\r\n"));
  converse(
    bytes("POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
    1000,
    Ending.Silence,
  );
  assert(startsWith(stream.received(), "HTTP/1.1 200 OK\r\n") && answered("Connection: close"));
}

/** @test */
export function aForgetfulHandlerIsAnError(): void {
  converse(bytes("GET /forget HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.Silence);
  assert(answered("HTTP/1.1 500 Internal Server Error\r\n"));
}

/** @test */
export function fieldsCannotBeInjected(): void {
  converse(bytes("GET /inject HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.End);
  assert(answered("\r\nX: a\r\n\r\n") && !answered("Y:"));
}

/** @test */
export function otherMethodsCanBeRefused(): void {
  converse(bytes("DELETE /a HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.End);
  assert(answered("HTTP/1.1 405 Method Not Allowed\r\n") && answered("\r\nAllow: GET\r\n"));
}

/** @test */
export function largeBodiesAreWrittenWhole(): void {
  fillBytes(large.slice(), 0x7a);
  converse(bytes("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"), 1000, Ending.End);
  assert(stream.writes === 2 && answered("\r\nContent-Length: 3000\r\n\r\nz"));
  assert(sameBytes(stream.received().sub(stream.received().length - 4), "zzzz"));
}

/** @test */
export function aLostClientEndsTheConversation(): void {
  stream.play(bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 1000);
  stream.failsWrites = true;
  const connection = new Connection(handle, stream);
  connection.run(input.slice(), output.slice());
  assert(stream.isAborted);
}

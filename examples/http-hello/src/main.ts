/**
 * A web server: a page at `/`, what the allocator counts at `/stats`, 404 elsewhere. `--port N`
 * chooses the port; without it, it is 80, or 8080 where 80 cannot be had (as a process without
 * privileges).
 */
import { AllocatorStatistics, heap } from "@typekraft/alloc";
import { hasOption, unsignedOption } from "@typekraft/args";
import { TextWriter } from "@typekraft/format";
import { Method, NOT_FOUND, Request, Response, serve } from "@typekraft/http";
import { SocketError } from "@typekraft/socket";
import { PAGE, PAGE_BYTES } from "./page.ts";

const HTTP_PORT: u16 = 80;
const UNPRIVILEGED_PORT: u16 = 8080;
const USAGE_STATUS: i32 = 2;

function addMember(json: TextWriter, name: str, value: u64): void {
  json.addText(json.contents().length === 0 ? '{"' : ',"');
  json.addText(name);
  json.addText('":');
  json.addUnsigned(value);
}

function sendStatistics(response: Response): void {
  const statistics = new AllocatorStatistics();
  heap.statistics(statistics);
  const storage = fixedArray<u8, 256>();
  const json = new TextWriter(storage.slice());
  addMember(json, "total", statistics.total);
  addMember(json, "used", statistics.used);
  addMember(json, "peak", statistics.peak);
  addMember(json, "largestFree", statistics.largestFree);
  addMember(json, "allocations", statistics.allocations);
  addMember(json, "failures", statistics.failures);
  json.addText("}\n");
  response.field("Content-Type", "application/json");
  response.field("Cache-Control", "no-store");
  response.send(json.contents());
}

function handle(request: Request, response: Response): void {
  const isPage = request.isFor("/");
  if (!isPage && !request.isFor("/stats")) {
    response.sendStatus(NOT_FOUND);
    return;
  }
  if (request.method() !== Method.Get && request.method() !== Method.Head) {
    response.sendNotAllowed("GET, HEAD");
    return;
  }
  if (isPage) {
    response.field("Content-Type", "text/html; charset=utf-8");
    response.send(bytes(PAGE));
    return;
  }
  sendStatistics(response);
}

/** Serves until it fails; then the reason is on the console. */
function run(port: u16): SocketError {
  log`http-hello listens on port ${port}`;
  const error = serve(port, handle);
  log`http-hello cannot serve port ${port}: ${error}`;
  return error;
}

/** What the machine runs; it ends only where no port can be served. */
export function main(): i32 {
  assert(bytes(PAGE).length === PAGE_BYTES);
  const [port, valid] = unsignedOption("port", HTTP_PORT);
  if (!valid || port === 0 || port > 65535) {
    log`--port takes a number from 1 to 65535`;
    return USAGE_STATUS;
  }
  run(u16(port));
  if (!hasOption("port")) run(UNPRIVILEGED_PORT);
  return 1;
}

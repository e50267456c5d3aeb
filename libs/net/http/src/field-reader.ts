/**
 * The fields that the server itself must obey: where the body ends, whether the connection stays,
 * what the client waits for (RFC 9110 §7.2, §7.6.1, §8.6, §10.1.1; RFC 9112 §6). All others are
 * left to the handler.
 */
import { config } from "@typekraft/config";
import { parseDecimal, sameBytesIgnoringCase } from "@typekraft/format";
import { COMMA, indexOf, isDigits, isHost, trimmed } from "./characters.ts";
import { Framing } from "./head.ts";
import type { RequestHead } from "./head.ts";
import { BAD_REQUEST, CONTENT_TOO_LARGE, EXPECTATION_FAILED, NOT_IMPLEMENTED } from "./status.ts";

/** Whether a comma-separated list contains `token` (in lower case), in any case. */
export function listHas(list: Slice<u8>, token: str): boolean {
  let start: usize = 0;
  while (start <= list.length) {
    const end = indexOf(list, COMMA, start);
    if (sameBytesIgnoringCase(trimmed(list.sub(start, end - start)), token)) return true;
    start = end + 1;
  }
  return false;
}

/** Zero-initialised has seen nothing. */
export class FieldReader {
  private hosts: u32 = 0;
  private hasLength: boolean = false;
  private hasCoding: boolean = false;
  private saysClose: boolean = false;
  private saysKeepAlive: boolean = false;
  /** `Content-Length` is a number larger than any body that is accepted. */
  private tooLarge: boolean = false;

  reset(): void {
    this.hosts = 0;
    this.hasLength = false;
    this.hasCoding = false;
    this.saysClose = false;
    this.saysKeepAlive = false;
    this.tooLarge = false;
  }

  /** Takes note of one field; 0, or the status to refuse the request with. */
  take(name: Slice<u8>, value: Slice<u8>, head: RequestHead): u16 {
    switch (name.length) {
      case 4:
        return sameBytesIgnoringCase(name, "host") ? this.takeHost(value) : 0;
      case 6:
        return sameBytesIgnoringCase(name, "expect") ? takeExpect(value, head) : 0;
      case 10:
        if (sameBytesIgnoringCase(name, "connection")) this.takeConnection(value);
        return 0;
      case 14:
        return sameBytesIgnoringCase(name, "content-length") ? this.takeLength(value, head) : 0;
      case 17:
        return sameBytesIgnoringCase(name, "transfer-encoding") ? this.takeCoding(value, head) : 0;
      default:
        return 0;
    }
  }

  private takeHost(value: Slice<u8>): u16 {
    this.hosts++;
    return this.hosts > 1 || !isHost(value) ? BAD_REQUEST : 0;
  }

  private takeConnection(value: Slice<u8>): void {
    if (listHas(value, "close")) this.saysClose = true;
    if (listHas(value, "keep-alive")) this.saysKeepAlive = true;
  }

  private takeLength(value: Slice<u8>, head: RequestHead): u16 {
    if (this.hasLength || !isDigits(value)) return BAD_REQUEST;
    this.hasLength = true;
    const [length, fits] = parseDecimal(value);
    head.contentLength = length;
    this.tooLarge = !fits || length > config.LIB_HTTP_BODY_BYTES;
    return 0;
  }

  private takeCoding(value: Slice<u8>, head: RequestHead): u16 {
    if (this.hasCoding || head.minorVersion === 0) return BAD_REQUEST;
    this.hasCoding = true;
    return sameBytesIgnoringCase(value, "chunked") ? 0 : NOT_IMPLEMENTED;
  }

  /** Draws the conclusions from all fields; 0, or the status to refuse the request with. */
  finish(head: RequestHead): u16 {
    if (head.minorVersion > 0 && this.hosts !== 1) return BAD_REQUEST;
    if (this.hasLength && this.hasCoding) return BAD_REQUEST;
    if (this.tooLarge) return CONTENT_TOO_LARGE;
    if (this.hasCoding) head.framing = Framing.Chunked;
    else if (head.contentLength > 0) head.framing = Framing.Length;
    if (head.minorVersion === 0 || head.framing === Framing.None) head.expectsContinue = false;
    head.keepAlive = !this.saysClose && (head.minorVersion > 0 || this.saysKeepAlive);
    return 0;
  }
}

function takeExpect(value: Slice<u8>, head: RequestHead): u16 {
  if (!sameBytesIgnoringCase(value, "100-continue")) return EXPECTATION_FAILED;
  head.expectsContinue = true;
  return 0;
}

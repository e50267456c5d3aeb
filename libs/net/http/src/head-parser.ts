/**
 * Reads a request head line by line as its bytes arrive (RFC 9112 §2 to §6). It is given all bytes
 * of the head so far each time and looks at each byte of a line twice at most, however small the
 * pieces are.
 *
 * It refuses everything that could be read in two ways, because a proxy before us may have read it
 * the other way: line ends other than CR LF, folded lines, blanks before the colon, repeated or
 * contradictory framing fields.
 */
import { config } from "@typekraft/config";
import { sameBytes } from "@typekraft/format";
import {
  CARRIAGE_RETURN,
  COLON,
  LINE_FEED,
  SPACE,
  indexOf,
  isFieldValue,
  isToken,
  isVisible,
  trimmed,
} from "./characters.ts";
import { FieldReader } from "./field-reader.ts";
import { Method, RequestHead } from "./head.ts";
import { methodOf, originForm } from "./request-line.ts";
import {
  BAD_REQUEST,
  HEADER_FIELDS_TOO_LARGE,
  HTTP_VERSION_NOT_SUPPORTED,
  NOT_IMPLEMENTED,
  URI_TOO_LONG,
} from "./status.ts";

declare module "@typekraft/config" {
  interface Config {
    /** Bytes of a request head, the request line included. */
    readonly LIB_HTTP_HEAD_BYTES: u32;
    /** Bytes of a request target. */
    readonly LIB_HTTP_TARGET_BYTES: u32;
    /** Bytes of a request body. */
    readonly LIB_HTTP_BODY_BYTES: u64;
  }
}

staticAssert(config.LIB_HTTP_HEAD_BYTES < 65536, "positions in a head are 16 bits wide");

/** Empty lines that a client may send before a request (RFC 9112 §2.2). */
const MAX_EMPTY_LINES = 4;
/**
 * Bytes of a request line besides the target: the longest method, two blanks, the version, CR LF.
 */
const REQUEST_LINE_REST = 32;

/** How far the parser is. */
export enum HeadResult {
  /** More bytes are needed. */
  Incomplete,
  Complete,
  /** `status()` tells why; the connection cannot be used any more. */
  Refused,
}

export class HeadParser {
  private lineStart: usize = 0;
  /** Everything before it holds no line end that was not handled. */
  private searched: usize = 0;
  private hasRequestLine: boolean = false;
  private emptyLines: u32 = 0;
  private refusal: u16 = 0;
  private readonly fields = new FieldReader();

  /** Starts with a new head. */
  reset(): void {
    this.lineStart = 0;
    this.searched = 0;
    this.hasRequestLine = false;
    this.emptyLines = 0;
    this.refusal = 0;
    this.fields.reset();
  }

  /** The status to answer a refused head with. */
  status(): u16 {
    return this.refusal;
  }

  /** Bytes of the complete head. */
  length(): usize {
    return this.lineStart;
  }

  /**
   * Goes on with `data`, all bytes since `reset`, of which the earlier ones did not change. After
   * Complete, what lies behind `length()` is not part of the head, and `head` is filled in.
   */
  advance(data: Slice<u8>, head: RequestHead): HeadResult {
    while (true) {
      const end = indexOf(data, LINE_FEED, this.searched);
      if (end === data.length) {
        this.searched = end;
        return this.checkRoom(end);
      }
      if (this.checkRoom(end + 1) === HeadResult.Refused) return HeadResult.Refused;
      if (end === this.lineStart || data[end - 1] !== CARRIAGE_RETURN)
        return this.refuse(BAD_REQUEST);
      const start = this.lineStart;
      const length = end - 1 - start;
      this.lineStart = end + 1;
      this.searched = end + 1;
      if (length === 0 && this.hasRequestLine) return this.finish(data, head);
      const status = this.takeLine(data.sub(start, length), start, head);
      if (status !== 0) return this.refuse(status);
    }
  }

  private refuse(status: u16): HeadResult {
    this.refusal = status;
    return HeadResult.Refused;
  }

  /** Refuses a head that is longer than allowed with `used` bytes of it there. */
  private checkRoom(used: usize): HeadResult {
    if (
      !this.hasRequestLine &&
      used - this.lineStart > config.LIB_HTTP_TARGET_BYTES + REQUEST_LINE_REST
    ) {
      return this.refuse(URI_TOO_LONG);
    }
    if (used > config.LIB_HTTP_HEAD_BYTES) return this.refuse(HEADER_FIELDS_TOO_LARGE);
    return HeadResult.Incomplete;
  }

  /** Handles a line, which begins at `start`; 0, or the status to refuse the head with. */
  private takeLine(line: Slice<u8>, start: usize, head: RequestHead): u16 {
    if (this.hasRequestLine) return this.takeField(line, start, head);
    if (line.length === 0) {
      this.emptyLines++;
      return this.emptyLines > MAX_EMPTY_LINES ? BAD_REQUEST : 0;
    }
    this.hasRequestLine = true;
    return takeRequestLine(line, start, head);
  }

  private takeField(line: Slice<u8>, start: usize, head: RequestHead): u16 {
    const colon = indexOf(line, COLON, 0);
    if (colon === line.length || !isToken(line.sub(0, colon))) return BAD_REQUEST;
    const value = trimmed(line.sub(colon + 1));
    if (!isFieldValue(value)) return BAD_REQUEST;
    const valueStart = start + usize(u64(value.addr) - u64(line.addr));
    if (!head.addField(start, colon, valueStart, value.length)) return HEADER_FIELDS_TOO_LARGE;
    return this.fields.take(line.sub(0, colon), value, head);
  }

  private finish(data: Slice<u8>, head: RequestHead): HeadResult {
    const status = this.fields.finish(head);
    if (status !== 0) return this.refuse(status);
    head.attach(data.sub(0, this.lineStart));
    return HeadResult.Complete;
  }
}

/** `method SP request-target SP HTTP-version` (RFC 9112 §3); 0, or the status to refuse it with. */
function takeRequestLine(line: Slice<u8>, start: usize, head: RequestHead): u16 {
  const methodEnd = indexOf(line, SPACE, 0);
  if (methodEnd === line.length || !isToken(line.sub(0, methodEnd))) return BAD_REQUEST;
  const targetEnd = indexOf(line, SPACE, methodEnd + 1);
  if (targetEnd === line.length) return BAD_REQUEST;
  const target = line.sub(methodEnd + 1, targetEnd - methodEnd - 1);
  if (target.length === 0 || !isVisible(target)) return BAD_REQUEST;
  const status = takeVersion(line.sub(targetEnd + 1), head);
  if (status !== 0) return status;
  if (target.length > config.LIB_HTTP_TARGET_BYTES) return URI_TOO_LONG;
  head.method = methodOf(line.sub(0, methodEnd));
  if (head.method === Method.Other) return NOT_IMPLEMENTED;
  const [skipped, length, valid] = originForm(target, head.method);
  if (!valid) return BAD_REQUEST;
  head.targetStart = start + methodEnd + 1 + skipped;
  head.targetLength = length;
  return 0;
}

/** `HTTP/1.x`; another major version is understood, but not spoken here. */
function takeVersion(version: Slice<u8>, head: RequestHead): u16 {
  if (version.length !== 8 || !sameBytes(version.sub(0, 5), "HTTP/") || version[6] !== 0x2e)
    return BAD_REQUEST;
  const major = version[5];
  const minor = version[7];
  if (major < 0x30 || major > 0x39 || minor < 0x30 || minor > 0x39) return BAD_REQUEST;
  if (major !== 0x31) return HTTP_VERSION_NOT_SUPPORTED;
  head.minorVersion = minor === 0x30 ? 0 : 1;
  return 0;
}

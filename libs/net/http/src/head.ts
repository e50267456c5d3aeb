/**
 * A request's head as the parser leaves it: positions within the bytes received, and what the
 * framing fields said. Nothing is copied, so the bytes must stay where they are as long as the head
 * is used.
 */
import { sameBytesIgnoringCase } from "@typekraft/format";

/** Methods of RFC 9110 §9.3 and PATCH (RFC 5789). */
export enum Method {
  Get,
  Head,
  Post,
  Put,
  Delete,
  Options,
  Patch,
  /** Any other; such requests are answered with 501 and never reach a handler. */
  Other,
}

/** How the end of the body is found (RFC 9112 §6.3). */
export enum Framing {
  /** There is no body. */
  None,
  /** `Content-Length` bytes. */
  Length,
  Chunked,
}

/** Fields of one head; more are answered with 431. */
export const MAX_FIELDS = 64;

/** One field line; positions from the start of the head. Heads are shorter than 64 KiB. */
class FieldPosition {
  nameStart: u16 = 0;
  nameLength: u16 = 0;
  valueStart: u16 = 0;
  valueLength: u16 = 0;
}

export class RequestHead {
  method: Method = Method.Other;
  targetStart: usize = 0;
  targetLength: usize = 0;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1 and later 1.x. */
  minorVersion: u8 = 0;
  framing: Framing = Framing.None;
  contentLength: u64 = 0;
  /** Whether the client would use the connection again. */
  keepAlive: boolean = false;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean = false;
  private readonly fields: FixedArray<FieldPosition, 64> = fixedArray();
  private fieldCount: usize = 0;
  /** The bytes of the head; set when it is complete. */
  private data: Slice<u8> = bytes("");

  /** Forgets everything. */
  reset(): void {
    this.method = Method.Other;
    this.targetStart = 0;
    this.targetLength = 0;
    this.minorVersion = 0;
    this.framing = Framing.None;
    this.contentLength = 0;
    this.keepAlive = false;
    this.expectsContinue = false;
    this.fieldCount = 0;
  }

  /** Says where the bytes of the complete head are. */
  attach(data: Slice<u8>): void {
    this.data = data;
  }

  /** Notes a field; false where there are `MAX_FIELDS` already. */
  addField(nameStart: usize, nameLength: usize, valueStart: usize, valueLength: usize): boolean {
    if (this.fieldCount === MAX_FIELDS) return false;
    const field = this.fields[this.fieldCount];
    field.nameStart = u16(nameStart);
    field.nameLength = u16(nameLength);
    field.valueStart = u16(valueStart);
    field.valueLength = u16(valueLength);
    this.fieldCount++;
    return true;
  }

  /** The number of field lines. */
  count(): usize {
    return this.fieldCount;
  }

  /** The request target without scheme and host: it begins with `/`, or is `*` of OPTIONS. */
  target(): Slice<u8> {
    if (this.targetLength === 0) return bytes("/");
    return this.data.sub(this.targetStart, this.targetLength);
  }

  /** The value of the first field of that name (given in lower case), and whether there is one. */
  field(lowerCaseName: str): [Slice<u8>, boolean] {
    const wanted = bytes(lowerCaseName).length;
    for (let i: usize = 0; i < this.fieldCount; i++) {
      const field = this.fields[i];
      if (usize(field.nameLength) !== wanted) continue;
      const name = this.data.sub(usize(field.nameStart), wanted);
      if (!sameBytesIgnoringCase(name, lowerCaseName)) continue;
      return [this.data.sub(usize(field.valueStart), usize(field.valueLength)), true];
    }
    return [bytes(""), false];
  }
}

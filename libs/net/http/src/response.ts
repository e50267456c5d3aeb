/**
 * A response as its handler makes it: status, fields, then `send` with the whole body.
 * `Content-Length`, `Date` and `Connection` are the server's.
 */
import { TextWriter } from "@typekraft/format";
import { isFieldValue, isToken } from "./characters.ts";
import type { Channel } from "./channel.ts";
import { currentDate } from "./date.ts";
import { Method } from "./head.ts";
import { MAX_DRAIN_BYTES } from "./limits.ts";
import type { Request } from "./request.ts";
import { METHOD_NOT_ALLOWED, OK, reasonPhrase } from "./status.ts";

/** Bytes of the fields that a handler adds to one response, separators included. */
const FIELD_BYTES = 512;

/** Made by the server; one for each connection. */
export class Response {
  /** 200 to 599; 200 unless the handler sets another. */
  status: u16 = OK;
  private readonly storage: FixedArray<u8, 512> = fixedArray();
  private used: usize = 0;
  private sent: boolean = false;
  private keep: boolean = false;
  private channel: Channel | null = null;
  private request: Request | null = null;

  /** Prepares the answer to this request. */
  begin(channel: Channel, request: Request): void {
    staticAssert(FIELD_BYTES === 512);
    this.channel = channel;
    this.request = request;
    this.status = OK;
    this.used = 0;
    this.sent = false;
    this.keep = request.head.keepAlive;
  }

  /** Whether `send` was called. */
  isSent(): boolean {
    return this.sent;
  }

  /** Whether the connection is used again after this response. */
  keepsAlive(): boolean {
    return this.keep;
  }

  /** Closes the connection after this response. */
  closeAfter(): void {
    this.keep = false;
  }

  /**
   * Adds a field. False, and no field, where name or value have characters that do not belong there
   * (a line end from hostile input, say), or the fields together exceed 512 bytes.
   */
  field(name: str, value: str): boolean {
    if (!isToken(bytes(name)) || !isFieldValue(bytes(value))) return false;
    const line = new TextWriter(this.storage.slice().sub(this.used));
    line.addText(name);
    line.addText(": ");
    line.addText(value);
    line.addText("\r\n");
    if (!line.complete()) return false;
    this.used += line.contents().length;
    return true;
  }

  /**
   * Sends the response with this body; once for each request. To HEAD, and with status 204 and 304,
   * only the head goes out. A response that fits in the output buffer leaves in one write. May
   * block until the client takes it.
   */
  send(body: Slice<u8>): void {
    const channel = this.channel;
    const request = this.request;
    assert(channel !== null && request !== null, "a response is sent by its handler");
    assert(!this.sent, "a request has one response");
    assert(this.status >= 200 && this.status <= 599, "the status of a response is 200 to 599");
    this.sent = true;
    if (request.isHoldingBack() || request.body.knownRest() > MAX_DRAIN_BYTES) this.keep = false;
    const bodiless = this.status === 204 || this.status === 304;
    this.sendHead(channel, request.head.minorVersion, body.length, bodiless);
    if (!bodiless && request.method() !== Method.Head) channel.add(body);
  }

  private sendHead(channel: Channel, minorVersion: u8, length: usize, bodiless: boolean): void {
    channel.addText("HTTP/1.1 ");
    channel.addUnsigned(this.status);
    channel.addText(" ");
    channel.addText(reasonPhrase(this.status));
    const date = currentDate();
    if (date.length > 0) {
      channel.addText("\r\nDate: ");
      channel.add(date);
    }
    if (!bodiless) {
      channel.addText("\r\nContent-Length: ");
      channel.addUnsigned(length);
    }
    if (!this.keep) channel.addText("\r\nConnection: close");
    else if (minorVersion === 0) channel.addText("\r\nConnection: keep-alive");
    channel.addText("\r\n");
    channel.add(this.storage.slice().sub(0, this.used));
    channel.addText("\r\n");
  }

  /** Sends this status with its name as a line of text. */
  sendStatus(status: u16): void {
    this.status = status;
    const storage = fixedArray<u8, 64>();
    const line = new TextWriter(storage.slice());
    line.addUnsigned(status);
    line.addText(" ");
    line.addText(reasonPhrase(status));
    line.addText("\n");
    this.field("Content-Type", "text/plain");
    this.send(line.contents());
  }

  /** Answers 405; `allowed` lists the methods that the resource has: `GET, HEAD`. */
  sendNotAllowed(allowed: str): void {
    this.field("Allow", allowed);
    this.sendStatus(METHOD_NOT_ALLOWED);
  }
}

/**
 * A request as its handler sees it. All slices lie in the connection's buffer and are valid until
 * the handler returns.
 */
import { sameBytes } from "@typekraft/format";
import { monotonicNs } from "@typekraft/plat";
import { QUESTION_MARK, indexOf } from "./characters.ts";
import type { BodyError } from "./body.ts";
import { BodyReader } from "./body.ts";
import type { Channel } from "./channel.ts";
import type { Method } from "./head.ts";
import { RequestHead } from "./head.ts";
import { BODY_TIMEOUT_NS, WHOLE_BODY_TIMEOUT_NS } from "./limits.ts";

/** RFC 9110 §15.2.1. */
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** Made by the server; one for each connection. */
export class Request {
  /** For the server's own use. */
  readonly head = new RequestHead();
  readonly body = new BodyReader();
  private channel: Channel | null = null;
  private owesContinue: boolean = false;
  /** When the whole body must have come; 0 before the first read. */
  private deadlineNs: u64 = 0;

  /** The head is complete, and what follows on the channel is the body. */
  begin(channel: Channel): void {
    this.channel = channel;
    this.owesContinue = this.head.expectsContinue;
    this.deadlineNs = 0;
    this.body.begin(this.head);
  }

  method(): Method {
    return this.head.method;
  }

  /**
   * Path and query as sent, percent-encoding and dots included; it begins with `/`, or is `*` of
   * OPTIONS.
   */
  target(): Slice<u8> {
    return this.head.target();
  }

  /** The target up to its `?`. */
  path(): Slice<u8> {
    const target = this.head.target();
    return target.sub(0, indexOf(target, QUESTION_MARK, 0));
  }

  /** Whether the path is exactly this one. */
  isFor(path: str): boolean {
    return sameBytes(this.path(), path);
  }

  /** What follows the `?` of the target; empty without one. */
  query(): Slice<u8> {
    const target = this.head.target();
    const mark = indexOf(target, QUESTION_MARK, 0);
    return mark === target.length ? target.sub(mark) : target.sub(mark + 1);
  }

  /**
   * The value of the first field of this name (given in lower case) without blanks around it; empty
   * without one.
   */
  field(lowerCaseName: str): Slice<u8> {
    const [value] = this.head.field(lowerCaseName);
    return value;
  }

  /** Whether there is a field of this name (given in lower case). */
  hasField(lowerCaseName: str): boolean {
    const [, found] = this.head.field(lowerCaseName);
    return found;
  }

  /**
   * Copies the next bytes of the body to `into`, which is not empty. 0 and None mean its end; after
   * an error the server answers by itself unless the handler has. Blocks the thread.
   */
  read(into: Slice<u8>): [usize, BodyError] {
    const channel = this.channel;
    assert(channel !== null, "a request is read by its handler");
    if (this.owesContinue) {
      this.owesContinue = false;
      if (channel.available().length === 0) channel.addText(CONTINUE);
    }
    return this.body.read(channel, into, this.timeoutNs());
  }

  /** How long a read of the body may block now; not 0, which would be for ever. */
  private timeoutNs(): u64 {
    if (this.body.isDone()) return BODY_TIMEOUT_NS;
    const nowNs = monotonicNs();
    if (this.deadlineNs === 0) this.deadlineNs = nowNs + WHOLE_BODY_TIMEOUT_NS;
    if (nowNs >= this.deadlineNs) return 1;
    const restNs = this.deadlineNs - nowNs;
    return restNs < BODY_TIMEOUT_NS ? restNs : BODY_TIMEOUT_NS;
  }

  /** Whether the client still waits for permission to send the body. */
  isHoldingBack(): boolean {
    return this.owesContinue;
  }
}

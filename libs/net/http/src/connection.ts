/**
 * One client: its requests in their order, each read, handled and answered before the next (RFC
 * 9112 §9.3). Whatever the client does, the conversation ends in bounded time and memory.
 */
import { monotonicNs } from "@typekraft/plat";
import type { TcpStream } from "@typekraft/socket";
import { BodyError } from "./body.ts";
import { Channel, ReadResult } from "./channel.ts";
import { HeadParser, HeadResult } from "./head-parser.ts";
import {
  HEAD_TIMEOUT_NS,
  IDLE_CHECK_NS,
  IDLE_TIMEOUT_NS,
  LINGER_TIMEOUT_NS,
  MAX_DRAIN_BYTES,
  MAX_LINGER_BYTES,
  WHOLE_HEAD_TIMEOUT_NS,
} from "./limits.ts";
import { isCrowded } from "./occupancy.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import {
  BAD_REQUEST,
  CONTENT_TOO_LARGE,
  HEADER_FIELDS_TOO_LARGE,
  INTERNAL_SERVER_ERROR,
  REQUEST_TIMEOUT,
} from "./status.ts";

/**
 * Answers one request. It must call one of the response's send functions; otherwise the server
 * answers 500.
 */
export type Handler = CFn<(request: Request, response: Response) => void>;

/** No answer: the client is gone or has said nothing. */
const NO_STATUS: u16 = 0;
/** The head is complete. */
const HEAD_READY: u16 = 1;

export class Connection {
  private readonly channel = new Channel();
  private readonly parser = new HeadParser();
  private readonly request = new Request();
  private readonly response = new Response();

  constructor(
    private readonly handler: Handler,
    private readonly stream: TcpStream,
  ) {}

  /** Serves the stream to its end and closes it. The buffers stay the caller's. Blocks. */
  run(input: Slice<u8>, output: Slice<u8>): void {
    this.channel.open(this.stream, input, output);
    while (this.serveOne()) {
      // One request after the other.
    }
    this.channel.close();
  }

  /** Reads and answers one request; whether another may follow. */
  private serveOne(): boolean {
    const status = this.readHead();
    if (status === NO_STATUS) return false;
    if (status !== HEAD_READY) {
      this.refuse(status);
      return false;
    }
    this.channel.consume(this.parser.length());
    this.channel.pin();
    this.request.begin(this.channel);
    this.response.begin(this.channel, this.request);
    this.handler(this.request, this.response);
    if (!this.response.isSent()) this.answerForHandler();
    const next = this.response.keepsAlive() && this.drain() && !this.channel.isLost();
    this.channel.unpin();
    if (!next && !this.request.body.isDone())
      this.channel.linger(LINGER_TIMEOUT_NS, MAX_LINGER_BYTES);
    return next;
  }

  /** Waits for a whole head; HEAD_READY, NO_STATUS, or the status to refuse it with. */
  private readHead(): u16 {
    this.request.head.reset();
    this.parser.reset();
    if (!this.awaitRequest()) return NO_STATUS;
    const deadlineNs = monotonicNs() + WHOLE_HEAD_TIMEOUT_NS;
    while (true) {
      const result = this.parser.advance(this.channel.available(), this.request.head);
      if (result === HeadResult.Complete) return HEAD_READY;
      if (result === HeadResult.Refused) return this.parser.status();
      const nowNs = monotonicNs();
      if (nowNs >= deadlineNs) return REQUEST_TIMEOUT;
      const restNs = deadlineNs - nowNs;
      const filled = this.channel.fill(restNs < HEAD_TIMEOUT_NS ? restNs : HEAD_TIMEOUT_NS);
      if (filled === ReadResult.Data) continue;
      if (filled === ReadResult.TimedOut) return REQUEST_TIMEOUT;
      return filled === ReadResult.Full ? HEADER_FIELDS_TOO_LARGE : NO_STATUS;
    }
  }

  /** Waits for the first byte of a request; false where none comes, or idle clients have to go. */
  private awaitRequest(): boolean {
    for (let waitedNs: u64 = 0; waitedNs < IDLE_TIMEOUT_NS; waitedNs += IDLE_CHECK_NS) {
      if (this.channel.available().length > 0) return true;
      const filled = this.channel.fill(IDLE_CHECK_NS);
      if (filled === ReadResult.Data) return true;
      if (filled !== ReadResult.TimedOut || isCrowded()) return false;
    }
    return false;
  }

  /** Answers a request whose head cannot be used, and ends the conversation. */
  private refuse(status: u16): void {
    this.response.begin(this.channel, this.request);
    this.response.closeAfter();
    this.response.sendStatus(status);
    this.channel.linger(LINGER_TIMEOUT_NS, MAX_LINGER_BYTES);
  }

  /** Answers where the handler did not: because of the body, or by mistake. */
  private answerForHandler(): void {
    this.response.closeAfter();
    switch (this.request.body.failure()) {
      case BodyError.None:
        this.response.sendStatus(INTERNAL_SERVER_ERROR);
        return;
      case BodyError.Malformed:
        this.response.sendStatus(BAD_REQUEST);
        return;
      case BodyError.TooLarge:
        this.response.sendStatus(CONTENT_TOO_LARGE);
        return;
      case BodyError.TimedOut:
        this.response.sendStatus(REQUEST_TIMEOUT);
        return;
      default:
        return;
    }
  }

  /** Reads over what the handler left of the body; false where that is too much or fails. */
  private drain(): boolean {
    const scratch = fixedArray<u8, 512>();
    let drained: u64 = 0;
    while (!this.request.body.isDone()) {
      const [length, error] = this.request.read(scratch.slice());
      drained += length;
      if (error !== BodyError.None || drained > MAX_DRAIN_BYTES) return false;
    }
    return true;
  }
}

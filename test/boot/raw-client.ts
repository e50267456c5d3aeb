/** A TCP client that sends exactly the bytes it is told to, when it is told to, and keeps what comes back. */
import { connect, type Socket } from "node:net";

/** One connection to the loopback interface. */
export class RawClient {
  /** All bytes received, as Latin-1 text. */
  received = "";
  /** Whether the server has closed its side, or reset the connection. */
  closed = false;
  private readonly socket: Socket;
  private readonly listeners = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1").on("data", (text: string) => {
      this.received += text;
      this.changed();
    });
    for (const event of ["end", "close", "error"] as const) {
      socket.on(event, () => {
        this.closed = true;
        this.changed();
      });
    }
  }

  /** Connects; rejects where nobody listens. */
  static connect(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.removeListener("error", reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Sends these bytes, Latin-1. */
  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Resolves when the condition holds; rejects with what was received after `timeoutMs`. */
  until(what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
      };
      const look = (): void => {
        if (!condition()) return;
        settle();
        resolve();
      };
      const timer = setTimeout(() => {
        settle();
        reject(
          new Error(`${what}: not within ${String(timeoutMs)} ms; received:\n${this.received}`),
        );
      }, timeoutMs);
      this.listeners.add(look);
      look();
    });
  }

  /** Resolves when `count` whole responses with bodies have come; gives their status codes. */
  async responses(count: number, timeoutMs = 10_000): Promise<readonly number[]> {
    await this.until(
      `${String(count)} responses`,
      () => parseResponses(this.received).length >= count,
      timeoutMs,
    );
    return parseResponses(this.received);
  }

  /** Closes with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Closes both sides. */
  close(): void {
    this.socket.destroy();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** The status codes of the whole responses at the start of `text`, by their Content-Length. */
export function parseResponses(text: string): readonly number[] {
  const codes: number[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    const head = rest.slice(0, end);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
    if (end < 0 || status === undefined) return codes;
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (rest.length < end + 4 + length) return codes;
    codes.push(Number(status));
    rest = rest.slice(end + 4 + length);
  }
}

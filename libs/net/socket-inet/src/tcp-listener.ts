/**
 * A listening port whose `accept` blocks.
 *
 * The objects of closed listeners are kept for the next ones and never given back to the heap, for
 * the reason that streams are (see stream-pool.ts).
 *
 * @unsafe It makes objects in memory from the heap.
 */
import { heap } from "@typekraft/alloc";
import { NO_DEADLINE } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { SocketError, type TcpListener, type TcpStream } from "@typekraft/socket";
import type { Listener } from "@typekraft/tcp";
import { tcp } from "./network.ts";
import { streams } from "./stream-pool.ts";

export class InetListener implements TcpListener {
  /** Link of the list of closed ones. */
  next: InetListener | null = null;
  private listener: Listener | null = null;
  private generation: u64 = 0;

  /** Begins to use a listener of TCP. */
  open(listener: Listener): void {
    assert(this.listener === null);
    this.listener = listener;
  }

  accept(): [TcpStream | null, SocketError] {
    const listener = this.listener;
    if (listener === null) return [null, SocketError.Closed];
    const generation = this.generation;
    for (;;) {
      const c = tcp.accept(listener);
      if (c !== null) {
        const stream = streams.take();
        if (stream === null) {
          tcp.abort(c);
          return [null, SocketError.NoResources];
        }
        stream.open(c);
        return [stream, SocketError.None];
      }
      scheduler.wait(listener.acceptors, NO_DEADLINE);
      if (this.generation !== generation) return [null, SocketError.Closed];
    }
  }

  port(): u16 {
    const listener = this.listener;
    return listener === null ? 0 : listener.port;
  }

  close(): void {
    const listener = this.listener;
    if (listener === null) return;
    this.listener = null;
    this.generation++;
    tcp.closeListener(listener);
    keepListener(this);
  }
}

class ClosedListeners {
  head: InetListener | null = null;
}
const closed = new ClosedListeners();

function keepListener(listener: InetListener): void {
  listener.next = closed.head;
  closed.head = listener;
}

/** A closed listener object to open; null where there is no memory. */
export function takeListener(): InetListener | null {
  const kept = closed.head;
  if (kept !== null) {
    closed.head = kept.next;
    kept.next = null;
    return kept;
  }
  const at = heap.allocate(sizeof<InetListener>(), alignof<InetListener>());
  return at === virt(0) ? null : placeAt<InetListener>(at, new InetListener());
}

/** Takes back what `takeListener` gave and nobody opened. */
export function giveListener(listener: InetListener): void {
  keepListener(listener);
}

/**
 * A port that accepts connections, and the queue of those that are established and wait to be
 * accepted.
 */
import { WaitQueue } from "@typekraft/sched";
import type { Connection } from "./connection.ts";

export class Listener {
  port: u16 = 0;
  /** The most connections that wait. */
  backlog: u32 = 0;
  waiting: u32 = 0;
  private head: Connection | null = null;
  private tail: Connection | null = null;
  /** Link of the stack's list. */
  next: Listener | null = null;
  /** Woken when a connection has come, or the listener is closed. */
  readonly acceptors = new WaitQueue();

  isFull(): boolean {
    return this.waiting >= this.backlog;
  }

  push(c: Connection): void {
    c.listener = this;
    c.acceptNext = null;
    const last = this.tail;
    if (last === null) this.head = c;
    else last.acceptNext = c;
    this.tail = c;
    this.waiting++;
  }

  /** The connection that has waited longest; null where none waits. */
  pop(): Connection | null {
    const c = this.head;
    if (c !== null) this.remove(c);
    return c;
  }

  /** Takes out a connection that waits: it was reset. */
  remove(c: Connection): void {
    assert(c.listener === this);
    let before: Connection | null = null;
    let at = this.head;
    while (at !== null && at !== c) {
      before = at;
      at = at.acceptNext;
    }
    assert(at !== null);
    if (before === null) this.head = c.acceptNext;
    else before.acceptNext = c.acceptNext;
    if (this.tail === c) this.tail = before;
    c.acceptNext = null;
    c.listener = null;
    this.waiting--;
  }
}

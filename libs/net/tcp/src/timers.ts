/**
 * The timers of all connections: a binary heap with one lazily moved entry for each connection.
 *
 * A connection has several deadlines (retransmission, delayed ACK, …), which change with almost
 * every segment. Its entry in the heap holds a time that is no later than the earliest of them;
 * setting a deadline to a later time, or clearing it, does not touch the heap. When an entry comes
 * due, the deadlines that are really due are served and the entry moves to the next one. So a busy
 * connection costs a few moves of the heap per timeout, not per segment.
 * Invariant: `entries[c.timerSlot - 1] === c` for each connection with `timerSlot > 0`; a parent is
 * never later than its child.
 */
import { Connection } from "./connection.ts";

export class TimerHeap {
  private entries!: Slice<Connection | null>;
  count: usize = 0;

  /** Takes its memory, one place for each connection that may exist. */
  attach(entries: Slice<Connection | null>): void {
    this.entries = entries;
    this.count = 0;
  }

  /** The connection whose entry comes due first; null where there is none. */
  first(): Connection | null {
    return this.count === 0 ? null : this.entries[0];
  }

  /** Makes sure that the connection is looked at no later than at `deadlineNs`. */
  ensure(c: Connection, deadlineNs: u64): void {
    if (c.timerSlot > 0) {
      if (c.timerNs <= deadlineNs) return;
      c.timerNs = deadlineNs;
      this.up(c.timerSlot - 1);
      return;
    }
    this.entries[this.count] = c;
    c.timerNs = deadlineNs;
    this.count++;
    c.timerSlot = this.count;
    this.up(this.count - 1);
  }

  /** Moves the entry of a connection that is in the heap to a later time. */
  postpone(c: Connection, deadlineNs: u64): void {
    assert(c.timerSlot > 0 && c.timerNs <= deadlineNs);
    c.timerNs = deadlineNs;
    this.down(c.timerSlot - 1);
  }

  /** Takes the connection out; nothing happens where it is not in. */
  remove(c: Connection): void {
    if (c.timerSlot === 0) return;
    const slot = c.timerSlot - 1;
    c.timerSlot = 0;
    this.count--;
    const last = this.at(this.count);
    this.entries[this.count] = null;
    if (last === c) return;
    this.put(slot, last);
    this.up(slot);
    this.down(last.timerSlot - 1);
  }

  private at(slot: usize): Connection {
    const c = this.entries[slot];
    assert(c !== null);
    return c;
  }

  private put(slot: usize, c: Connection): void {
    this.entries[slot] = c;
    c.timerSlot = slot + 1;
  }

  private up(from: usize): void {
    let slot = from;
    const c = this.at(slot);
    while (slot > 0) {
      const parent = (slot - 1) / 2;
      const other = this.at(parent);
      if (other.timerNs <= c.timerNs) break;
      this.put(slot, other);
      slot = parent;
    }
    this.put(slot, c);
  }

  private down(from: usize): void {
    let slot = from;
    const c = this.at(slot);
    for (;;) {
      let child = slot * 2 + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && this.at(child + 1).timerNs < this.at(child).timerNs) child++;
      const other = this.at(child);
      if (c.timerNs <= other.timerNs) break;
      this.put(slot, other);
      slot = child;
    }
    this.put(slot, c);
  }
}

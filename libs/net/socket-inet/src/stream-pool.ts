/**
 * The stream objects of all connections, allocated once at boot.
 *
 * They are never given back to the heap, and reused in the order in which they were closed. So a
 * program that goes on using a stream after `close` meets a closed stream and gets an error, not
 * somebody else's memory; each object counts its uses, by which a thread that was blocked meanwhile
 * sees that the stream is no longer its own.
 *
 * @unsafe It makes objects in memory from the allocator.
 */
import { type Allocator, heap } from "@typekraft/alloc";
import { limits } from "./network.ts";
import { InetStream } from "./tcp-stream.ts";

export class StreamPool {
  private head: InetStream | null = null;
  private tail: InetStream | null = null;

  /** Allocates `count` streams; false where there is no memory. */
  start(memory: Allocator, count: usize): boolean {
    const size = sizeof<InetStream>();
    const at = memory.allocate(count * size, alignof<InetStream>());
    if (at === virt(0)) return false;
    for (let i = 0; i < count; i++) {
      const stream = placeAt<InetStream>(virt(u64(at) + i * size), new InetStream());
      stream.home = this;
      this.give(stream);
    }
    return true;
  }

  /** A closed stream that has been closed for the longest time; null where all are open. */
  take(): InetStream | null {
    const stream = this.head;
    if (stream === null) return null;
    this.head = stream.next;
    if (this.head === null) this.tail = null;
    stream.next = null;
    return stream;
  }

  give(stream: InetStream): void {
    stream.next = null;
    const last = this.tail;
    if (last === null) this.head = stream;
    else last.next = stream;
    this.tail = stream;
  }
}

/** The pool of the program. */
export const streams = new StreamPool();

/** @init network */
export function startStreams(): void {
  if (!streams.start(heap, usize(limits.connections))) {
    panic("no memory for the streams; lower LIB_TCP_CONNECTIONS or give the machine more");
  }
}

/**
 * The device's side of a split virtqueue: takes what the driver made available and writes used
 * entries, right or wrong.
 *
 * It keeps the rules that a device has to keep (reads only published entries, interrupts only where
 * asked), and asserts those of the driver (published entries name descriptors below the size,
 * buffers lie in the arena, alignment).
 * Source: VIRTIO 1.2 §2.7.
 *
 * @unsafe rings in memory that a driver shares
 */
import {
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_DESC_F_WRITE,
  VIRTQ_USED_F_NO_NOTIFY,
} from "../constants.ts";
import {
  VIRTQ_RING_ENTRIES,
  VirtqDescriptor,
  availEventOffset,
  eventPassed,
  usedEventOffset,
} from "../queue-layout.ts";
import type { Doorbell, QueueAddresses } from "../transport.ts";
import type { Arena } from "./arena.ts";

const NOT_RUNG: u32 = 0xffff_ffff;

export class FakeQueue {
  /** What `queueLimit` gives; 0: no such queue. */
  limit: u16 = 0;
  size: u16 = 0;
  active: boolean = false;
  eventIndex: boolean = false;
  /** The next available entry to take, and the next used entry to write. */
  taken: u16 = 0;
  used: u16 = 0;
  /** The used index at the last decision about an interrupt. */
  signalled: u16 = 0;
  /**
   * Set by a test that completes buffers it never took: what is available may then seem more than
   * the queue has.
   */
  lies: boolean = false;
  /** Interrupts that a real device would have raised. */
  interrupts: u32 = 0;
  /** The buffer that `next` found. */
  id: u16 = 0;
  writable: boolean = false;
  private address: DmaAddr = dma(0);
  private length: u32 = 0;
  private bell: u32 = NOT_RUNG;
  private arena: Arena | null = null;
  private descriptorsAt: VirtAddr = virt(0);
  private availableAt: VirtAddr = virt(0);
  private usedAt: VirtAddr = virt(0);

  /** As the transport's `activateQueue`. */
  activate(
    arena: Arena,
    size: u16,
    addresses: QueueAddresses,
    doorbell: Doorbell,
    index: u16,
  ): void {
    assert(size !== 0 && popcount<u16>(size) === 1, "the size of a queue is a power of two");
    assert(u64(addresses.descriptors) % 16 === 0, "descriptors are aligned to 16");
    assert(u64(addresses.driver) % 2 === 0, "the available ring is aligned to 2");
    assert(u64(addresses.device) % 4 === 0, "the used ring is aligned to 4");
    this.arena = arena;
    this.size = size;
    this.active = true;
    this.descriptorsAt = arena.slice(addresses.descriptors, usize(size) * 16).addr;
    this.availableAt = arena.slice(addresses.driver, 6 + usize(size) * 2).addr;
    this.usedAt = arena.slice(addresses.device, 6 + usize(size) * 8).addr;
    this.bell = NOT_RUNG;
    doorbell.at = addressOf(this.bell);
    doorbell.value = u32(index);
    doorbell.wide = true;
  }

  /** Whether the doorbell was rung since the last call. */
  rung(): boolean {
    const rung = volatileLoad<u32>(addressOf(this.bell)) !== NOT_RUNG;
    volatileStore<u32>(addressOf(this.bell), NOT_RUNG);
    return rung;
  }

  /** Buffers made available and not taken. */
  pending(): u16 {
    const count = wrapSub<u16>(volatileLoad<u16>(this.availableAt + 2), this.taken);
    assert(this.lies || count <= this.size, "more buffers available than the queue has");
    return count;
  }

  /** Takes the next available buffer; false where there is none. */
  next(): boolean {
    if (this.pending() === 0) return false;
    const slot = usize(this.taken % this.size);
    this.id = load<u16>(this.availableAt + VIRTQ_RING_ENTRIES + slot * 2);
    assert(this.id < this.size, "the available ring names no descriptor");
    const descriptor = objectAt<VirtqDescriptor>(this.descriptorsAt + usize(this.id) * 16);
    const flags = fromLe16(descriptor.flags);
    assert((flags & ~VIRTQ_DESC_F_WRITE) === 0, "only the WRITE flag was agreed on");
    this.writable = (flags & VIRTQ_DESC_F_WRITE) !== 0;
    this.address = dma(fromLe64(descriptor.addr));
    this.length = fromLe32(descriptor.len);
    this.taken = wrapAdd<u16>(this.taken, 1);
    return true;
  }

  /** The memory of the buffer that `next` found. */
  buffer(): Slice<u8> {
    const arena = this.arena;
    if (arena === null) panic("the queue is not active");
    return arena.slice(this.address, usize(this.length));
  }

  /**
   * Writes a used entry of any content, advances the used index, and decides about an interrupt.
   */
  complete(id: u32, length: u32): void {
    const entry = this.usedAt + VIRTQ_RING_ENTRIES + usize(this.used % this.size) * 8;
    store<u32>(entry, id);
    store<u32>(entry + 4, length);
    this.setUsedIndex(wrapAdd<u16>(this.used, 1));
    if (this.wantsInterrupt()) this.interrupts++;
    this.signalled = this.used;
  }

  /** Publishes a used index, however wrong. */
  setUsedIndex(index: u16): void {
    this.used = index;
    writeBarrier();
    volatileStore<u16>(this.usedAt + 2, index);
  }

  /** With the event index: asks for a notification when the available index passes `event`. */
  setAvailEvent(event: u16): void {
    volatileStore<u16>(this.usedAt + availEventOffset(this.size), event);
  }

  /** Without it: asks for none, or for all. */
  setNoNotify(none: boolean): void {
    volatileStore<u16>(this.usedAt, none ? VIRTQ_USED_F_NO_NOTIFY : 0);
  }

  private wantsInterrupt(): boolean {
    if (!this.eventIndex) {
      return (volatileLoad<u16>(this.availableAt) & VIRTQ_AVAIL_F_NO_INTERRUPT) === 0;
    }
    const event = volatileLoad<u16>(this.availableAt + usedEventOffset(this.size));
    return eventPassed(event, this.used, this.signalled);
  }
}

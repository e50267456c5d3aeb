/**
 * The driver's side of a split virtqueue in which every buffer is one descriptor.
 *
 * Mechanism: `add` takes a free descriptor, writes it, and publishes it in the available ring at
 * once; `notify` rings the doorbell only where the device asked for it, so a batch costs at most
 * one exit. `take` returns what the device has used. Interrupts are off unless `requestInterrupt`
 * asked for the next one.
 *
 * Invariants: `owners[i]` is set exactly while descriptor i is the device's. What the device writes
 * (used index, ids, lengths) is read once, checked, and never used as an address; the descriptor
 * table is never read back. The first value out of range sets `fault`, after which the queue gives
 * nothing and takes nothing.
 *
 * Source: VIRTIO 1.2 §2.7.13 (supplying), §2.7.14 (receiving), §2.7.7 and §2.7.10 (suppression).
 *
 * @unsafe rings in memory that a device shares
 */
import { deviceBarrier } from "@typekraft/plat";
import {
  VIRTIO_F_EVENT_IDX,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_DESC_F_WRITE,
  VIRTQ_USED_F_NO_NOTIFY,
} from "./constants.ts";
import {
  VIRTQ_RING_ENTRIES,
  VIRTQ_RING_FLAGS,
  VIRTQ_RING_IDX,
  VIRTQ_USED_ENTRY_BYTES,
  VirtqDescriptor,
  availEventOffset,
  availableOffset,
  eventPassed,
  usedEventOffset,
  usedOffset,
} from "./queue-layout.ts";
import { Doorbell } from "./transport.ts";

/** What was wrong with a used ring. */
export enum VirtqueueFault {
  None,
  /** The used index says that more buffers were used than the device had. */
  IndexAhead,
  /** An id is no descriptor of this queue. */
  BadId,
  /** An id is a descriptor that the device does not have. */
  NotInFlight,
  /** More bytes than the buffer has. */
  BadLength,
}

/**
 * `Owner` is what stands behind a buffer, such as a packet. Constructed empty; `openQueue` makes it
 * usable.
 */
export class Virtqueue<Owner> {
  readonly doorbell = new Doorbell();
  /** Number of descriptors, a power of two. */
  size: u16 = 0;
  /** Descriptors that `add` may still use. */
  free: u16 = 0;
  fault: VirtqueueFault = VirtqueueFault.None;
  /** How many bytes the device wrote into the buffer that `take` returned last. */
  takenLength: u32 = 0;
  /** How often the doorbell was rung. */
  notifications: u64 = 0;

  private eventIndex: boolean = false;
  private mask: u16 = 0;
  private freeHead: u16 = 0;
  /** Where the next buffer goes; where it was at the last `notify`; the next used entry to read. */
  private available: u16 = 0;
  private notified: u16 = 0;
  private used: u16 = 0;
  private availableAt: VirtAddr = virt(0);
  private usedAt: VirtAddr = virt(0);
  private usedEventAt: VirtAddr = virt(0);
  private availEventAt: VirtAddr = virt(0);
  private descriptors: Slice<VirtqDescriptor> = sliceAt<VirtqDescriptor>(virt(0), 0);
  private availableRing: Slice<le16> = sliceAt<le16>(virt(0), 0);
  /** Next free descriptor of each free one. */
  private nextFree: Slice<u16> = sliceAt<u16>(virt(0), 0);
  /** What the device may write into each descriptor's buffer. */
  private limits: Slice<u32> = sliceAt<u32>(virt(0), 0);
  private owners: Slice<Owner | null> = sliceAt<Owner | null>(virt(0), 0);

  /**
   * Lays the queue out over `shared` (`queueBytes(size)`, zeroed) and `own` (`ownBytes(size)`).
   * `size` is a power of two, `features` those agreed on.
   */
  lay(size: u16, shared: VirtAddr, own: VirtAddr, features: u64): void {
    const count = usize(size);
    this.size = size;
    this.free = size;
    this.mask = size - 1;
    this.eventIndex = (features & VIRTIO_F_EVENT_IDX) !== 0;
    this.availableAt = shared + availableOffset(size);
    this.usedAt = shared + usedOffset(size);
    this.usedEventAt = this.availableAt + usedEventOffset(size);
    this.availEventAt = this.usedAt + availEventOffset(size);
    this.descriptors = sliceAt<VirtqDescriptor>(shared, count);
    this.availableRing = sliceAt<le16>(this.availableAt + VIRTQ_RING_ENTRIES, count);
    this.owners = sliceAt<Owner | null>(own, count);
    this.limits = sliceAt<u32>(own + count * 8, count);
    this.nextFree = sliceAt<u16>(own + count * 12, count);
    for (let i: u16 = 0; i < size; i++) {
      this.owners[i] = null;
      this.limits[i] = 0;
      this.nextFree[i] = (i + 1) & this.mask;
    }
    this.suppressInterrupts();
  }

  /** Buffers that the device has. */
  get inFlight(): u16 {
    return this.size - this.free;
  }

  /**
   * Gives the device a buffer. False where all descriptors are in use; the buffer then stays the
   * caller's. `deviceWrites`: it is to be filled; otherwise it is read.
   */
  add(at: DmaAddr, lengthBytes: u32, deviceWrites: boolean, owner: Owner): boolean {
    if (this.free === 0 || this.fault !== VirtqueueFault.None) return false;
    const id = this.freeHead;
    this.freeHead = this.nextFree[id];
    this.free -= 1;
    this.owners[id] = owner;
    // What a device claims to have written into a buffer that it only reads concerns nobody.
    this.limits[id] = deviceWrites ? lengthBytes : 0xffff_ffff;

    const descriptor = this.descriptors[id];
    descriptor.addr = toLe64(u64(at));
    descriptor.len = toLe32(lengthBytes);
    descriptor.flags = toLe16(deviceWrites ? VIRTQ_DESC_F_WRITE : 0);
    this.availableRing[this.available & this.mask] = toLe16(id);
    this.available = wrapAdd<u16>(this.available, 1);
    writeBarrier();
    volatileStore<u16>(this.availableAt + VIRTQ_RING_IDX, this.available);
    return true;
  }

  /**
   * Rings the doorbell where buffers were added since the last call and the device wants to know.
   */
  notify(): void {
    const old = this.notified;
    if (old === this.available) return;
    this.notified = this.available;
    // Without it the read could be done before the index is visible, and device and driver would
    // wait for each other.
    deviceBarrier();
    if (this.eventIndex) {
      const event = volatileLoad<u16>(this.availEventAt);
      if (!eventPassed(event, this.available, old)) return;
    } else {
      const flags = volatileLoad<u16>(this.usedAt + VIRTQ_RING_FLAGS);
      if ((flags & VIRTQ_USED_F_NO_NOTIFY) !== 0) return;
    }
    this.notifications++;
    const doorbell = this.doorbell;
    if (doorbell.wide) volatileStore<u32>(doorbell.at, doorbell.value);
    else volatileStore<u16>(doorbell.at, u16(doorbell.value));
  }

  /** Whether `take` has something to look at. */
  hasUsed(): boolean {
    return volatileLoad<u16>(this.usedAt + VIRTQ_RING_IDX) !== this.used;
  }

  /**
   * The owner of the next buffer that the device is done with; `takenLength` belongs to it. Null
   * where there is none.
   */
  take(): Owner | null {
    if (this.fault !== VirtqueueFault.None) return null;
    const waiting = wrapSub<u16>(volatileLoad<u16>(this.usedAt + VIRTQ_RING_IDX), this.used);
    if (waiting === 0) return null;
    if (waiting > this.inFlight) return this.fail(VirtqueueFault.IndexAhead);
    // The entry was written before the index.
    readBarrier();
    const slot = usize(this.used & this.mask);
    const entry = this.usedAt + VIRTQ_RING_ENTRIES + slot * VIRTQ_USED_ENTRY_BYTES;
    const id = volatileLoad<u32>(entry);
    const length = volatileLoad<u32>(entry + 4);
    if (id >= u32(this.size)) return this.fail(VirtqueueFault.BadId);
    const owner = this.owners[id];
    if (owner === null) return this.fail(VirtqueueFault.NotInFlight);
    if (length > this.limits[id]) return this.fail(VirtqueueFault.BadLength);

    this.used = wrapAdd<u16>(this.used, 1);
    this.owners[id] = null;
    this.nextFree[id] = this.freeHead;
    this.freeHead = u16(id);
    this.free += 1;
    this.takenLength = length;
    return owner;
  }

  /**
   * Asks for an interrupt at the next used buffer. The caller looks at `hasUsed` once more
   * afterwards.
   */
  requestInterrupt(): void {
    if (this.eventIndex) volatileStore<u16>(this.usedEventAt, this.used);
    else volatileStore<u16>(this.availableAt + VIRTQ_RING_FLAGS, 0);
    // The device must see the request before we look whether it came too late.
    deviceBarrier();
  }

  /**
   * Asks for no interrupts. With the event index this is needed only at the start: an index that
   * has been passed stays passed for the next 65,535 buffers.
   */
  suppressInterrupts(): void {
    if (this.eventIndex) volatileStore<u16>(this.usedEventAt, wrapSub<u16>(this.used, 1));
    else volatileStore<u16>(this.availableAt + VIRTQ_RING_FLAGS, VIRTQ_AVAIL_F_NO_INTERRUPT);
  }

  private fail(fault: VirtqueueFault): null {
    this.fault = fault;
    return null;
  }
}

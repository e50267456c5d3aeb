/**
 * One direction of a simulated cable: frames in flight, ordered by the time at which they arrive,
 * and what can happen to them on the way (loss, duplication, reordering, corruption, delay, limited
 * rate, a queue that overflows).
 *
 * All of it is decided by a seeded random sequence and a virtual clock, so that a run repeats
 * exactly.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { Random } from "./random.ts";

/** Frames in flight at most; more are lost, as in any real queue. */
const LINE_FRAMES: usize = 512;
/**
 * Bytes of the longest frame: Ethernet without the check sequence, with some to spare for oversized
 * ones.
 */
export const SIM_FRAME_BYTES: usize = 1600;

/** A frame in flight. */
export class FlyingFrame {
  next: FlyingFrame | null = null;
  dueNs: u64 = 0;
  length: usize = 0;
  readonly bytes: FixedArray<u8, 1600> = fixedArray();
}

export class SimLine {
  /** Of 1000 frames each; all 0 is a perfect cable. */
  lossPerMille: u32 = 0;
  duplicatePerMille: u32 = 0;
  /** Frames that are held back by up to `reorderNs`, so that later ones overtake them. */
  reorderPerMille: u32 = 0;
  /** Frames with one bit inverted. */
  corruptPerMille: u32 = 0;
  /** Time on the way, and how much is randomly added to it (which alone never reorders). */
  delayNs: u64 = 0;
  jitterNs: u64 = 0;
  reorderNs: u64 = 5_000_000;
  /** Time that a byte occupies the line; 0: infinitely fast. 8 is 1 Gbit/s. */
  nsPerByte: u64 = 0;
  /** Frames that may wait or fly; those beyond it are lost. */
  queueLimit: usize = LINE_FRAMES;
  /** Loses the next so many frames, then counts down to none. */
  dropNext: u32 = 0;

  sent: u64 = 0;
  lost: u64 = 0;
  duplicated: u64 = 0;
  corrupted: u64 = 0;

  private readonly random: Random = new Random();
  private readonly frames: FixedArray<FlyingFrame, 512> = fixedArray();
  private free: FlyingFrame | null = null;
  private head: FlyingFrame | null = null;
  private tail: FlyingFrame | null = null;
  private flying: usize = 0;
  private busyUntilNs: u64 = 0;
  private lastDueNs: u64 = 0;

  /** Empties the line and makes it perfect and immediate again. */
  reset(seed: u64): void {
    this.random.seed(seed);
    this.lossPerMille = 0;
    this.duplicatePerMille = 0;
    this.reorderPerMille = 0;
    this.corruptPerMille = 0;
    this.delayNs = 0;
    this.jitterNs = 0;
    this.reorderNs = 5_000_000;
    this.nsPerByte = 0;
    this.queueLimit = LINE_FRAMES;
    this.dropNext = 0;
    this.sent = 0;
    this.lost = 0;
    this.duplicated = 0;
    this.corrupted = 0;
    this.free = null;
    this.head = null;
    this.tail = null;
    this.flying = 0;
    this.busyUntilNs = 0;
    this.lastDueNs = 0;
    for (let i = 0; i < LINE_FRAMES; i++) {
      const frame = this.frames[i];
      frame.next = this.free;
      this.free = frame;
    }
  }

  /** Frames in flight. */
  inFlight(): usize {
    return this.flying;
  }

  /** Puts a frame on the line (or loses it, or twice). */
  send(data: Slice<u8>, nowNs: u64): void {
    this.sent++;
    if (this.dropNext !== 0) {
      this.dropNext--;
      this.lost++;
      return;
    }
    if (this.random.chance(this.lossPerMille)) {
      this.lost++;
      return;
    }
    this.launch(data, nowNs);
    if (this.random.chance(this.duplicatePerMille)) {
      this.duplicated++;
      this.launch(data, nowNs);
    }
  }

  /** When the next frame arrives; `NO_DEADLINE` where none is in flight. */
  nextDueNs(): u64 {
    const head = this.head;
    return head === null ? NO_DEADLINE : head.dueNs;
  }

  /**
   * The bytes of the next frame that has arrived by now, valid until `remove`; empty where there is
   * none.
   */
  arrived(nowNs: u64): Slice<u8> {
    const head = this.head;
    if (head === null || head.dueNs > nowNs) return bytes("");
    return head.bytes.slice().sub(0, head.length);
  }

  /** Takes the frame that `arrived` showed off the line. */
  remove(): void {
    const head = this.head;
    assert(head !== null, "no frame on the line");
    if (head === null) return;
    this.head = head.next;
    if (this.head === null) this.tail = null;
    head.next = this.free;
    this.free = head;
    this.flying--;
  }

  private launch(data: Slice<u8>, nowNs: u64): void {
    const frame = this.free;
    if (frame === null || this.flying >= this.queueLimit || data.length > SIM_FRAME_BYTES) {
      this.lost++;
      return;
    }
    this.free = frame.next;
    frame.length = data.length;
    copyBytes(frame.bytes.slice(), data);
    if (data.length !== 0 && this.random.chance(this.corruptPerMille)) {
      const at = this.random.below(data.length);
      frame.bytes[at] = frame.bytes[at] ^ (u8(1) << u8(this.random.below(8)));
      this.corrupted++;
    }
    frame.dueNs = this.dueTime(data.length, nowNs);
    this.insert(frame);
  }

  private dueTime(length: usize, nowNs: u64): u64 {
    if (this.busyUntilNs < nowNs) this.busyUntilNs = nowNs;
    this.busyUntilNs += length * this.nsPerByte;
    let due = this.busyUntilNs + this.delayNs;
    if (this.jitterNs !== 0) due += this.random.below(this.jitterNs);
    if (due < this.lastDueNs) due = this.lastDueNs;
    this.lastDueNs = due;
    if (this.random.chance(this.reorderPerMille)) due += this.random.below(this.reorderNs + 1);
    return due;
  }

  /**
   * Keeps the list ordered by time of arrival; frames of the same time stay in the order in which
   * they were sent.
   */
  private insert(frame: FlyingFrame): void {
    this.flying++;
    const tail = this.tail;
    if (tail === null) {
      frame.next = null;
      this.head = frame;
      this.tail = frame;
      return;
    }
    if (tail.dueNs <= frame.dueNs) {
      frame.next = null;
      tail.next = frame;
      this.tail = frame;
      return;
    }
    let before: FlyingFrame | null = null;
    let at = this.head;
    while (at !== null && at.dueNs <= frame.dueNs) {
      before = at;
      at = at.next;
    }
    frame.next = at;
    if (before === null) this.head = frame;
    else before.next = frame;
  }
}

/** A small random generator: the same seed gives the same program on every machine and in every run. */

export class Random {
  private state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not start alike: spread the bits, and never start at 0, where xorshift stays.
    this.state = Math.imul(seed + 0x9e37, 0x85eb_ca6b) ^ (seed >>> 3) || 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error("nothing to pick from");
    return items[this.below(items.length)] as T;
  }

  /** One of the items that there are, undefined where there are none. */
  pickAny<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : this.pick(items);
  }

  /** Calls one of the choices, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [number, () => T])[]): T {
    let at = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      if (at < weight) return choice();
      at -= weight;
    }
    throw new Error("the weights do not add up");
  }
}

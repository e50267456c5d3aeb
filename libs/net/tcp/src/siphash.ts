/**
 * SipHash-2-4 of a 16-byte message: the keyed function behind initial sequence numbers and SYN
 * cookies.
 *
 * An attacker who does not know the key cannot predict a value from others he has seen, which is
 * what RFC 6528 §3 asks of the function F. The message is two words instead of a byte string,
 * because an address pair and two ports are just that.
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), §2.
 */

/** A 128-bit key. Zero until somebody fills it in. */
export class SipKey {
  low: u64 = 0;
  high: u64 = 0;
}

/** The four words that the rounds mix. */
class SipState {
  v0: u64 = 0;
  v1: u64 = 0;
  v2: u64 = 0;
  v3: u64 = 0;

  /** One SipRound. */
  round(): void {
    this.v0 = wrapAdd(this.v0, this.v1);
    this.v1 = rotateLeft(this.v1, 13) ^ this.v0;
    this.v0 = rotateLeft(this.v0, 32);
    this.v2 = wrapAdd(this.v2, this.v3);
    this.v3 = rotateLeft(this.v3, 16) ^ this.v2;
    this.v0 = wrapAdd(this.v0, this.v3);
    this.v3 = rotateLeft(this.v3, 21) ^ this.v0;
    this.v2 = wrapAdd(this.v2, this.v1);
    this.v1 = rotateLeft(this.v1, 17) ^ this.v2;
    this.v2 = rotateLeft(this.v2, 32);
  }

  /** Takes in one word of the message. */
  absorb(word: u64): void {
    this.v3 ^= word;
    this.round();
    this.round();
    this.v0 ^= word;
  }
}

/**
 * The hash of the 16 bytes that `first` and `second` are in little-endian order. Context: any;
 * allocates nothing.
 */
export function sipHash(key: SipKey, first: u64, second: u64): u64 {
  const state = new SipState();
  state.v0 = key.low ^ u64(0x736f6d6570736575n);
  state.v1 = key.high ^ u64(0x646f72616e646f6dn);
  state.v2 = key.low ^ u64(0x6c7967656e657261n);
  state.v3 = key.high ^ u64(0x7465646279746573n);
  state.absorb(first);
  state.absorb(second);
  // The last block holds the length modulo 256 in its highest byte.
  state.absorb(u64(16) << 56);
  state.v2 ^= 0xff;
  for (let i = 0; i < 4; i++) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

/**
 * Benchmark `siphash`: SipHash-2-4 of messages of one length that differ in their first byte.
 *
 * Words are read as little-endian through a typed view, whatever their alignment. Source: Aumasson and Bernstein,
 * "SipHash: a fast short-input PRF", INDOCRYPT 2012.
 *
 * @unsafe the harness passes its buffer by address
 */

class SipState {
  private v0: u64;
  private v1: u64;
  private v2: u64;
  private v3: u64;

  constructor(k0: u64, k1: u64) {
    this.v0 = k0 ^ u64(0x736f_6d65_7073_6575n);
    this.v1 = k1 ^ u64(0x646f_7261_6e64_6f6dn);
    this.v2 = k0 ^ u64(0x6c79_6765_6e65_7261n);
    this.v3 = k1 ^ u64(0x7465_6462_7974_6573n);
  }

  compress(word: u64): void {
    this.v3 ^= word;
    this.round();
    this.round();
    this.v0 ^= word;
  }

  finish(): u64 {
    this.v2 ^= 0xff;
    for (let i = 0; i < 4; i++) this.round();
    return this.v0 ^ this.v1 ^ this.v2 ^ this.v3;
  }

  private round(): void {
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
}

function siphash(data: Slice<u8>, k0: u64, k1: u64): u64 {
  const state = new SipState(k0, k1);
  for (const word of viewAs<le64>(data)) state.compress(fromLe64(word));
  let last = u64(data.length) << 56;
  let shift: u64 = 0;
  for (const byte of data.sub(data.length & ~usize(7))) {
    last |= u64(byte) << shift;
    shift += 8;
  }
  state.compress(last);
  return state.finish();
}

/** The sum of the hashes of `rounds` messages. */
export function siphashTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const data = sliceAt<u8>(at, length);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    data[0] = u8(i);
    sum = wrapAdd(sum, siphash(data, u64(0x0706_0504_0302_0100n), i));
  }
  return sum;
}

/**
 * The Internet checksum: the complement of the ones' complement sum of 16-bit words.
 *
 * The sum does not depend on byte order (RFC 1071 §2.B), so words are added as they lie in memory,
 * eight bytes a load, into a 64-bit accumulator that cannot overflow for anything that fits into a
 * packet; carries are folded in at the end. A *sum* below is such an accumulator: start with 0 or
 * with `pseudoHeaderSum`, add pieces (all but the last of even length), and end with
 * `checksumFinish` or `checksumIsValid`.
 * Source: RFC 1071, RFC 1624 (incremental update).
 */

/** Adds the bytes of `data` to a sum; an odd last byte counts as followed by zero. */
export function checksumSum(data: Slice<u8>, seed: u64): u64 {
  let sum = seed;
  for (const word of viewAs<le64>(data)) {
    const value = fromLe64(word);
    sum += (value & 0xffff_ffff) + (value >> 32);
  }
  const rest = data.sub(data.length & ~u64(7));
  for (const word of viewAs<le16>(rest)) sum += u64(fromLe16(word));
  if ((rest.length & 1) !== 0) sum += u64(rest[rest.length - 1]);
  return sum;
}

/** The sum folded to 16 bits, as it lies in memory. */
function fold(sum: u64): u16 {
  let folded = (sum & 0xffff_ffff) + (sum >> 32);
  folded = (folded & 0xffff) + ((folded >> 16) & 0xffff) + (folded >> 32);
  folded = (folded & 0xffff) + (folded >> 16);
  folded = (folded & 0xffff) + (folded >> 16);
  return u16(folded);
}

/** The checksum to store: the complement of the sum. */
export function checksumFinish(sum: u64): be16 {
  return htons(bswap(u16(~fold(sum))));
}

/** The sum itself, not complemented: what a device with checksum offload expects in the field. */
export function checksumPartial(sum: u64): be16 {
  return htons(bswap(fold(sum)));
}

/** Whether a sum over data that includes its checksum is right. */
export function checksumIsValid(sum: u64): boolean {
  return fold(sum) === 0xffff;
}

/**
 * The sum of the pseudo-header that TCP and UDP checksums include (RFC 9293 §3.1, RFC 768):
 * addresses in host order, `length` the bytes of transport header and data.
 */
export function pseudoHeaderSum(source: u32, destination: u32, protocol: u8, length: u16): u64 {
  const words = u64(bswap(source)) + u64(bswap(destination));
  return words + (u64(protocol) << 8) + u64(bswap(length));
}

/** A stored checksum after one of the 16-bit words that it covers has changed (RFC 1624 eqn. 3). */
export function checksumAdjust(stored: be16, before: u16, after: u16): be16 {
  let sum = u32(u16(~ntohs(stored))) + u32(u16(~before)) + u32(after);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return htons(u16(~sum));
}

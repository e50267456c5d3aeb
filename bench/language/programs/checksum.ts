/**
 * Benchmarks `checksum`: the Internet checksum of a full segment and of a bare TCP/IP header.
 *
 * The sum does not depend on the byte order (RFC 1071 §2), so the words are summed as they lie in memory and the
 * result is swapped once.
 *
 * @unsafe the harness passes its buffer by address
 */

/** The folded sum of `data` in memory order, `seed` included; not complemented. */
export function sumWords(data: Slice<u8>, seed: u64): u16 {
  let sum = seed;
  for (const word of viewAs<le16>(data)) sum += fromLe16(word);
  if (data.length % 2 !== 0) sum += data[data.length - 1];
  while (sum >> 16 !== 0) sum = (sum & 0xffff) + (sum >> 16);
  return u16(sum);
}

/** The checksum as a number: what a header holds in network byte order. */
export function checksum(data: Slice<u8>): u16 {
  return bswap<u16>(~sumWords(data, 0));
}

/** The sum of the checksums of `rounds` packets of `length` bytes that differ in their first byte. */
export function checksumTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const data = sliceAt<u8>(at, length);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    data[0] = u8(i);
    sum += checksum(data);
  }
  return sum;
}

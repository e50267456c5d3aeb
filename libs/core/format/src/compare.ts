/** Comparison of bytes with text. Case means ASCII letters only. */

/** Whether `data` is exactly the UTF-8 bytes of `expected`. */
export function sameBytes(data: Slice<u8>, expected: str): boolean {
  const other = bytes(expected);
  if (data.length !== other.length) return false;
  for (let i: usize = 0; i < other.length; i++) {
    if (data[i] !== other[i]) return false;
  }
  return true;
}

/** Whether `data` begins with the bytes of `prefix`. */
export function startsWith(data: Slice<u8>, prefix: str): boolean {
  const length = bytes(prefix).length;
  return data.length >= length && sameBytes(data.sub(0, length), prefix);
}

/** As `sameBytes`, but the letters A–Z in `data` count as a–z; `lowerCase` has none of A–Z. */
export function sameBytesIgnoringCase(data: Slice<u8>, lowerCase: str): boolean {
  const other = bytes(lowerCase);
  if (data.length !== other.length) return false;
  for (let i: usize = 0; i < other.length; i++) {
    const c = data[i];
    const lower: u8 = c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
    if (lower !== other[i]) return false;
  }
  return true;
}

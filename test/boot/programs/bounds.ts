/** Reads one element past the end of a slice. */

/** @noinline */
function elementAt(data: Slice<u8>, index: usize): u8 {
  return data[index];
}

/** The program. */
export function main(): i32 {
  const text = bytes("nineteen characters");
  log`the last is ${elementAt(text, 18)}`;
  return i32(elementAt(text, text.length));
}

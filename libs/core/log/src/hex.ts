/** Numbers in hexadecimal for templates: ``log`at ${hex(address)}` ``. */
import { formatHex } from "@typekraft/format";

/** Texts that may be in use at the same time: one template rarely has more such values. */
const TEXTS = 4;
/** `0x` and 16 digits. */
const TEXT_BYTES = 18;

const storage = fixedArray<u8, 72>();
staticAssert(TEXTS * TEXT_BYTES === 72);
let next: usize = 0;

/** `0x…` in static storage; valid until the fourth call from now. Allocates nothing. */
export function hex(value: u64): str {
  const place = storage.slice().sub(next * TEXT_BYTES, TEXT_BYTES);
  next = (next + 1) % TEXTS;
  const first = formatHex(value, place);
  place[first - 1] = 0x78;
  place[first - 2] = 0x30;
  return text(place.sub(first - 2));
}

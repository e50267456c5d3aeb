/** Finds options among words: `--name=value`, `--name value`, and `--name` alone. */
import { parseDecimal, sameBytes, startsWith } from "@typekraft/format";
import type { Words } from "./words.ts";

/** Whether `word` is one that the machine's loader reads and the program does not. */
export function isMachineWord(word: Slice<u8>): boolean {
  return startsWith(word, "virtio_mmio.device=") || startsWith(word, "net.");
}

/**
 * `--` and `name`, then `=` and a value or nothing: what follows `--name` in the word, and whether
 * it is that option.
 */
function matchOption(word: Slice<u8>, name: Slice<u8>): [Slice<u8>, boolean] {
  if (word.length < name.length + 2 || !startsWith(word, "--")) return [word, false];
  if (!sameBytes(word.sub(2, name.length), text(name))) return [word, false];
  const rest = word.sub(2 + name.length);
  return [rest, rest.length === 0 || rest[0] === 0x3d];
}

/**
 * The value of the last option `name`, and whether there is one. An option without value has an
 * empty one; a following word that begins with `--` is not a value.
 */
export function findOption(words: Words, name: str): [Slice<u8>, boolean] {
  let value = bytes("");
  let found = false;
  for (let i: usize = 0; i < words.count(); i++) {
    const [rest, matches] = matchOption(words.word(i), bytes(name));
    if (!matches) continue;
    found = true;
    value = rest;
    if (rest.length > 0) value = rest.sub(1);
    else if (i + 1 < words.count() && !startsWith(words.word(i + 1), "--"))
      value = words.word(i + 1);
  }
  return [value, found];
}

/**
 * As `findOption`, as a decimal number: `fallback` where the option is absent; false where its
 * value is no number.
 */
export function findUnsigned(words: Words, name: str, fallback: u64): [u64, boolean] {
  const [value, found] = findOption(words, name);
  if (!found) return [fallback, true];
  return parseDecimal(value);
}

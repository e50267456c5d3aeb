/** Tests of quoting. */
import { quote, quotedBytes } from "./quote.ts";

const buffer = fixedArray<u8, 64>();

function isQuoted(argument: str, expected: str): boolean {
  const wanted = bytes(expected);
  const length = quotedBytes(bytes(argument));
  if (length !== wanted.length) return false;
  quote(buffer.slice().sub(0, length), bytes(argument));
  for (let i = 0; i < length; i++) {
    if (buffer[i] !== wanted[i]) return false;
  }
  return true;
}

/** @test */
export function plainWordsStay(): void {
  assert(isQuoted("--port=80", "--port=80"));
  assert(isQuoted("größe", "größe"));
}

/** @test */
export function blanksAndNothingAreQuoted(): void {
  assert(isQuoted("two words", "'two words'"));
  assert(isQuoted("", "''"));
  assert(isQuoted("a\tb\n", "'a\tb\n'"));
}

/** @test */
export function quotesAndBackslashesSurvive(): void {
  assert(isQuoted("it's", "'it'\\''s'"));
  assert(isQuoted("''", "''\\'''\\'''"));
  assert(isQuoted('say "x"', "'say \"x\"'"));
  assert(isQuoted("a\\b", "'a\\b'"));
}

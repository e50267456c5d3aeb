/** Tests of numbers as text, both ways. */
import { sameBytes, sameBytesIgnoringCase, startsWith } from "./compare.ts";
import { parseDecimal, parseHex } from "./parse.ts";
import { TextWriter } from "./text-writer.ts";

const MAX: u64 = u64(0xffff_ffff_ffff_ffffn);

function expectText(writer: TextWriter, expected: str): void {
  if (!sameBytes(writer.contents(), expected)) panic(expected);
}

/** @test */
export function writesUnsignedNumbers(): void {
  const storage = fixedArray<u8, 64>();
  const writer = new TextWriter(storage.slice());
  writer.addUnsigned(0);
  writer.addText(" ");
  writer.addUnsigned(MAX);
  expectText(writer, "0 18446744073709551615");
  assert(writer.complete());
}

/** @test */
export function writesSignedNumbers(): void {
  const storage = fixedArray<u8, 64>();
  const writer = new TextWriter(storage.slice());
  writer.addSigned(-1);
  writer.addText(" ");
  writer.addSigned(i64(-0x8000_0000_0000_0000n));
  expectText(writer, "-1 -9223372036854775808");
}

/** @test */
export function writesHexadecimalAndPadded(): void {
  const storage = fixedArray<u8, 64>();
  const writer = new TextWriter(storage.slice());
  writer.addHex(0xdead_beef);
  writer.addText(" ");
  writer.addHex(0);
  writer.addText(" ");
  writer.addPadded(7, 3);
  expectText(writer, "0xdeadbeef 0x0 007");
}

/** @test */
export function leavesOutWhatDoesNotFit(): void {
  const storage = fixedArray<u8, 4>();
  const writer = new TextWriter(storage.slice());
  writer.addText("abc");
  assert(writer.complete());
  writer.addText("def");
  expectText(writer, "abcd");
  assert(!writer.complete());
  writer.addByte(0x20);
  writer.addUnsigned(1);
  expectText(writer, "abcd");
  writer.clear();
  assert(writer.complete() && writer.contents().length === 0);
}

/** @test */
export function parsesDecimal(): void {
  const [value, valid] = parseDecimal(bytes("18446744073709551615"));
  assert(valid && value === MAX);
  const [tooLarge, fits] = parseDecimal(bytes("18446744073709551616"));
  assert(!fits && tooLarge === 0);
  const [longer, longerFits] = parseDecimal(bytes("184467440737095516150"));
  assert(!longerFits && longer === 0);
  const [zeros, zerosValid] = parseDecimal(bytes("0000000000000000000000000042"));
  assert(zerosValid && zeros === 42);
}

function refusedDecimal(digits: str): boolean {
  const [value, valid] = parseDecimal(bytes(digits));
  return !valid && value === 0;
}

/** @test */
export function refusesWhatIsNoNumber(): void {
  assert(refusedDecimal(""));
  assert(refusedDecimal("-1"));
  assert(refusedDecimal("+1"));
  assert(refusedDecimal(" 1"));
  assert(refusedDecimal("1 "));
  assert(refusedDecimal("1/"));
  assert(refusedDecimal("1:"));
  assert(refusedDecimal("0x10"));
}

/** @test */
export function parsesHexadecimal(): void {
  const [value, valid] = parseHex(bytes("fFfFfFfFfFfFfFfF"));
  assert(valid && value === MAX);
  const [, fits] = parseHex(bytes("10000000000000000"));
  assert(!fits);
  const [, empty] = parseHex(bytes(""));
  assert(!empty);
  const [, letter] = parseHex(bytes("1g"));
  assert(!letter);
  const [, at] = parseHex(bytes("@"));
  assert(!at);
}

/** @test */
export function comparesBytes(): void {
  assert(sameBytes(bytes(""), ""));
  assert(!sameBytes(bytes("a"), ""));
  assert(!sameBytes(bytes("ab"), "ac"));
  assert(startsWith(bytes("abc"), "ab"));
  assert(!startsWith(bytes("a"), "ab"));
  assert(sameBytesIgnoringCase(bytes("Content-LENGTH"), "content-length"));
  assert(!sameBytesIgnoringCase(bytes("@"), "`"));
}

/** Tests of splitting and of finding options. */
import { sameBytes } from "@typekraft/format";
import { findOption, findUnsigned, isMachineWord } from "./options.ts";
import { MAX_BYTES, MAX_WORDS, Words } from "./words.ts";

const words = new Words();
const long = fixedArray<u8, 4096>();

function expectWord(index: usize, expected: str): void {
  if (!sameBytes(words.word(index), expected)) panic(expected);
}

/** @test */
export function splitsAtBlanks(): void {
  assert(words.split(bytes("  one two\tthree\n ")));
  assert(words.count() === 3);
  expectWord(0, "one");
  expectWord(1, "two");
  expectWord(2, "three");
}

/** @test */
export function emptyLineHasNoWords(): void {
  assert(words.split(bytes("")));
  assert(words.count() === 0);
  assert(words.split(bytes("   ")));
  assert(words.count() === 0);
}

/** @test */
export function quotesKeepBlanks(): void {
  assert(words.split(bytes("--name='a b'c \"d 'e\\\"\" '' x\\ y 'un ended")));
  assert(words.count() === 5);
  expectWord(0, "--name=a bc");
  expectWord(1, "d 'e\"");
  expectWord(2, "");
  expectWord(3, "x y");
  expectWord(4, "un ended");
}

/** @test */
export function refusesTooManyWords(): void {
  const line = long.slice();
  fillBytes(line, 0x20);
  for (let i: usize = 0; i < MAX_WORDS; i++) line[2 * i] = 0x61;
  assert(words.split(line));
  assert(words.count() === MAX_WORDS);
  line[2 * MAX_WORDS] = 0x61;
  assert(!words.split(line));
  assert(words.count() === MAX_WORDS);
}

/** @test */
export function refusesTooManyBytes(): void {
  const line = long.slice();
  fillBytes(line, 0x61);
  assert(words.split(line.sub(0, MAX_BYTES)));
  assert(words.count() === 1 && words.word(0).length === MAX_BYTES);
  assert(!words.split(line.sub(0, MAX_BYTES + 1)));
  assert(words.count() === 0);
}

/** @test panics index < this.words */
export function wordBeyondTheLastPanics(): void {
  assert(words.split(bytes("one")));
  words.word(1);
}

/** @test */
export function findsOptions(): void {
  assert(words.split(bytes("file --port=80 --name --port 8080 --names=x --verbose")));
  const [port, portFound] = findOption(words, "port");
  assert(portFound && sameBytes(port, "8080"));
  const [name, nameFound] = findOption(words, "name");
  assert(nameFound && name.length === 0);
  const [verbose, verboseFound] = findOption(words, "verbose");
  assert(verboseFound && verbose.length === 0);
  const [, absent] = findOption(words, "file");
  assert(!absent);
}

/** @test */
export function readsNumbers(): void {
  assert(words.split(bytes("--port=80 --count=many --empty=")));
  const [port, portValid] = findUnsigned(words, "port", 1);
  assert(portValid && port === 80);
  const [, countValid] = findUnsigned(words, "count", 1);
  assert(!countValid);
  const [, emptyValid] = findUnsigned(words, "empty", 1);
  assert(!emptyValid);
  const [absent, absentValid] = findUnsigned(words, "absent", 7);
  assert(absentValid && absent === 7);
}

/** @test */
export function knowsTheMachinesWords(): void {
  assert(isMachineWord(bytes("virtio_mmio.device=512@0xfeb00e00:12")));
  assert(isMachineWord(bytes("net.address=10.0.2.15/24")));
  assert(!isMachineWord(bytes("--net.address")));
  assert(!isMachineWord(bytes("network")));
}

/**
 * The runtime of the fuzzer's programs, in the kernel dialect, on the C library: each program of the image runs in a
 * process of its own, so that a panic, a crash or an endless loop ends only that one. A line for each says how it went:
 * `INDEX ok HASH`, `INDEX panic HASH MESSAGE` or `INDEX signal STATUS`.
 *
 * @unsafe calls the C library with addresses of its own variables
 */

/** @extern fork */
declare function fork(): i32;
/** @extern waitpid */
declare function waitpid(pid: i32, status: VirtAddr, options: i32): i32;
/** @extern _exit */
declare function exitNow(status: i32): never;
/** @extern alarm */
declare function alarm(seconds: u32): u32;
/** @extern write */
declare function write(file: i32, at: VirtAddr, count: usize): isize;

/** A program that runs longer than this hangs: the interpreter has seen it end. */
const SECONDS: u32 = 20;

let hash: u64 = 0;
let verbose: boolean = false;
let running: u32 = 0;
/** Where waitpid() puts how the child ended. */
const childStatus = fixedArray<i32, 1>();
const line = fixedArray<u8, 600>();
let used: usize = 0;

function addByte(c: u8): void {
  if (used < line.length) {
    line[used] = c;
    used++;
  }
}
function addText(text: str): void {
  for (const c of bytes(text)) addByte(c);
}
function addNumber(value: u64): void {
  if (value >= 10) addNumber(value / 10);
  addByte(48 + u8(value % 10));
}
function flush(): void {
  addByte(10);
  write(1, line.slice().addr, used);
  used = 0;
}

/** Adds a value to the trace: `addToHash` of the interpreter. */
export function note(value: u64): void {
  if (verbose) {
    addText("note ");
    addNumber(value);
    flush();
  }
  hash = wrapMul(hash ^ value, u64(0x9e37_79b9_7f4a_7c15n));
  hash = hash ^ (hash >> 29);
}

function begin(kind: str): void {
  addNumber(running);
  addText(kind);
  addNumber(hash);
}

/** @lang panicBounds */
export function panicBounds(index: u64, length: u64, _file: str, _at: u32): never {
  begin(" panic ");
  addText(" index ");
  addNumber(index);
  addText(" is outside 0..");
  addNumber(length);
  flush();
  exitNow(0);
}

/** @lang panicCheck */
export function panicCheck(message: str, _file: str, _at: u32): never {
  begin(" panic ");
  addByte(32);
  addText(message);
  flush();
  exitNow(0);
}

/** @lang textEquals */
export function textEquals(a: str, b: str): boolean {
  if (a.length !== b.length) return false;
  const other = bytes(b);
  let at: usize = 0;
  for (const c of bytes(a)) {
    if (c !== other[at]) return false;
    at++;
  }
  return true;
}

/** @lang logBegin */
export function logBegin(): boolean {
  return verbose;
}
export function templateText(text: str): void {
  addText(text);
}
export function templateUnsigned(value: u64): void {
  addNumber(value);
}
export function templateSigned(value: i64): void {
  if (value < 0) addByte(45);
  addNumber(value < 0 ? wrapSub(u64(0), u64(value)) : u64(value));
}
export function templateBoolean(value: boolean): void {
  addText(value ? "true" : "false");
}
export function templateEnd(): void {
  flush();
}

/** Runs the programs 0 to `count` - 1; with arguments on the command line each noted value is printed too. */
export function runAll(argumentCount: i32, count: u32, run: CFn<(index: u32) => void>): i32 {
  verbose = argumentCount > 1;
  for (let i: u32 = 0; i < count; i++) {
    running = i;
    const child = fork();
    if (child === 0) {
      alarm(SECONDS);
      hash = 0;
      run(i);
      begin(" ok ");
      flush();
      exitNow(0);
    }
    waitpid(child, childStatus.slice().addr, 0);
    if (childStatus[0] !== 0) {
      addNumber(i);
      addText(" signal ");
      addNumber(u64(u32(childStatus[0])));
      flush();
    }
  }
  return 0;
}

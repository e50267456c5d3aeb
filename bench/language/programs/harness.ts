/**
 * Runs every benchmark alternately in C and in TypeScript and writes the measurements as raw 64-bit integers.
 *
 * The program is linked with the C library, of which it uses the clock and `write`. Output for each case, in the order
 * of `cases`: its repetitions, the two results (C, TypeScript), then for each repetition the nanoseconds of both.
 * The buffer is filled anew before every measurement, so that both sides find the same bytes in the same places.
 *
 * @unsafe it hands its buffer to C by address
 */
import { checksumTs } from "./checksum.ts";
import { closuresTs } from "./closures.ts";
import { dispatchTs } from "./dispatch.ts";
import { hashTableTs } from "./hash-table.ts";
import { listTs } from "./list.ts";
import { parseTs, preparePackets } from "./parse.ts";
import { ringTs } from "./ring.ts";
import { siphashTs } from "./siphash.ts";
import { sortTs } from "./sort.ts";
import { allocatorTs } from "./tlsf.ts";

type Benchmark = CFn<(at: VirtAddr, length: usize, rounds: u64) => u64>;

/** @extern allocator_c */
declare function allocatorC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern checksum_c */
declare function checksumC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern parse_c */
declare function parseC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern ring_c */
declare function ringC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern list_c */
declare function listC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern closures_c */
declare function closuresC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern hash_table_c */
declare function hashTableC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern sort_c */
declare function sortC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern dispatch_c */
declare function dispatchC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern siphash_c */
declare function siphashC(at: VirtAddr, length: usize, rounds: u64): u64;
/** @extern clock_gettime */
declare function clockGettime(clock: i32, into: VirtAddr): i32;
/** @extern write */
declare function write(descriptor: i32, at: VirtAddr, length: usize): isize;
/** @extern abort */
declare function abort(): never;

/** Time that this process has computed: what else the computer does meanwhile does not count. */
const CLOCK_PROCESS_CPUTIME_ID = 2;
const REPETITIONS = 25;
const BUFFER_BYTES = 262144;

class Timespec {
  seconds: u64 = 0;
  nanoseconds: u64 = 0;
}

class Measurements {
  repetitions: u64 = REPETITIONS;
  resultC: u64 = 0;
  resultTs: u64 = 0;
  /** C and TypeScript alternately. */
  readonly nanoseconds: FixedArray<u64, 50> = fixedArray<u64, 50>();
}

const now = new Timespec();
const measurements = new Measurements();
const buffer = fixedArray<u64, 32768>();

function nowNs(): u64 {
  clockGettime(CLOCK_PROCESS_CPUTIME_ID, addressOf(now));
  return now.seconds * 1_000_000_000 + now.nanoseconds;
}

/** Pseudo-random bytes, or packets. */
function prepare(packets: boolean): void {
  const at = buffer.slice().addr;
  if (packets) {
    preparePackets(at, 4096);
    return;
  }
  let random = u64(88172645463325252n);
  for (let i = 0; i < buffer.length; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    buffer[i] = random;
  }
}

/**
 * Measures one side once and gives what it computed.
 * @noinline
 */
function measure(run: Benchmark, length: usize, rounds: u64, packets: boolean, place: usize): u64 {
  prepare(packets);
  const started = nowNs();
  const result = run(buffer.slice().addr, length, rounds);
  measurements.nanoseconds[place] = nowNs() - started;
  return result;
}

function compare(c: Benchmark, ts: Benchmark, length: usize, rounds: u64, packets: boolean): void {
  measure(c, length, rounds, packets, 0);
  measure(ts, length, rounds, packets, 1);
  for (let i = 0; i < REPETITIONS; i++) {
    if (i % 2 === 0) {
      measurements.resultC = measure(c, length, rounds, packets, 2 * i);
      measurements.resultTs = measure(ts, length, rounds, packets, 2 * i + 1);
    } else {
      measurements.resultTs = measure(ts, length, rounds, packets, 2 * i + 1);
      measurements.resultC = measure(c, length, rounds, packets, 2 * i);
    }
  }
  write(1, addressOf(measurements), sizeof<Measurements>());
}

/** @export main */
export function main(_argc: i32, _argv: VirtAddr): i32 {
  runModuleInitializers();
  compare(allocatorC, allocatorTs, BUFFER_BYTES, 200_000, false);
  compare(checksumC, checksumTs, 1500, 30_000, false);
  compare(checksumC, checksumTs, 40, 400_000, false);
  compare(parseC, parseTs, 4096, 5_000, true);
  compare(ringC, ringTs, 8192, 1_500_000, false);
  compare(listC, listTs, 0, 2_000_000, false);
  compare(closuresC, closuresTs, 16384, 2_000, false);
  compare(hashTableC, hashTableTs, 65536, 150_000, false);
  compare(sortC, sortTs, 16384, 15, false);
  compare(dispatchC, dispatchTs, 0, 150_000, false);
  compare(siphashC, siphashTs, 250, 20_000, false);
  return 0;
}

/** @lang panicBounds */
export function panicBounds(_index: u64, _length: u64, _file: str, _line: u32): never {
  abort();
}

/** @lang panicCheck */
export function panicCheck(_message: str, _file: str, _line: u32): never {
  abort();
}

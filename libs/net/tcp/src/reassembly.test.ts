/** Tests of the list of early ranges: each way to join, its bound, and random segments against a model of single bytes. */
import { Random } from "@typekraft/netsim";
import { MAX_RANGES, ReassemblyList } from "./reassembly.ts";

const list = new ReassemblyList();
const random = new Random();
const model = fixedArray<boolean, 512>();

function expectRange(index: usize, start: u32, end: u32): void {
  const range = list.at(index);
  assert(range.start === start && range.end === end);
}

/** @test */
export function keepsSeparateRangesSorted(): void {
  assert(list.insert(500, 600) && list.insert(100, 200) && list.insert(300, 400));
  assert(list.count === 3);
  expectRange(0, 100, 200);
  expectRange(1, 300, 400);
  expectRange(2, 500, 600);
}

/** @test */
export function joinsWhatTouchesOrOverlaps(): void {
  list.insert(100, 200);
  list.insert(300, 400);
  list.insert(500, 600);
  list.insert(200, 250);
  expectRange(0, 100, 250);
  list.insert(240, 520);
  assert(list.count === 1);
  expectRange(0, 100, 600);
  list.insert(50, 700);
  assert(list.count === 1);
  expectRange(0, 50, 700);
  list.insert(60, 70);
  expectRange(0, 50, 700);
}

/** @test */
export function advancesOverRangesThatAreReached(): void {
  list.insert(100, 200);
  list.insert(300, 400);
  assert(list.advance(50) === 50 && list.count === 2);
  assert(list.advance(100) === 200 && list.count === 1);
  assert(list.advance(450) === 450 && list.count === 0);
}

/** @test */
export function worksAcrossTheWrap(): void {
  list.insert(u32(0xffff_fff0), 16);
  list.insert(16, 32);
  assert(list.count === 1);
  expectRange(0, u32(0xffff_fff0), 32);
  assert(list.advance(u32(0xffff_fff0)) === 32);
}

/** @test */
export function isBounded(): void {
  for (let i: u32 = 0; i < MAX_RANGES; i++) assert(list.insert(i * 10 + 1, i * 10 + 2));
  assert(!list.insert(1001, 1002) && list.count === MAX_RANGES);
  assert(!list.insert(5, 6));
  assert(list.insert(2, 3) && list.count === MAX_RANGES);
  assert(list.insert(1, 1000) && list.count === 1);
}

/** One random segment, in the list and in the model. */
function insertRandom(base: u32): void {
  const start = u32(1 + random.below(500));
  const longest = 511 - u64(start);
  const length = u32(1 + random.below(longest < 60 ? longest : 60));
  if (!list.insert(wrapAdd(base, start), wrapAdd(base, start + length))) return;
  for (let i = 0; i < length; i++) model[usize(start) + i] = true;
}

/** The list says the same as the model, its ranges are sorted and apart. */
function compare(base: u32): void {
  let index = 0;
  let at = 0;
  while (at < 512) {
    if (!model[at]) {
      at++;
      continue;
    }
    const start = at;
    while (at < 512 && model[at]) at++;
    expectRange(index, wrapAdd(base, u32(start)), wrapAdd(base, u32(at)));
    index++;
  }
  assert(index === list.count);
}

/** @test */
export function agreesWithAModel(): void {
  for (let seed: u64 = 1; seed <= 200; seed++) {
    random.seed(seed);
    list.clear();
    for (let i = 0; i < 512; i++) model[i] = false;
    const base = u32(random.next());
    for (let i = 0; i < 30; i++) {
      insertRandom(base);
      compare(base);
    }
  }
}

/** Tests of the set of physical memory, at its edges and against a bit for each page. */
import { MAX_REGIONS, MemoryMap } from "./memory-map.ts";

const map = new MemoryMap();
/** The model: whether page i is in the set. */
const model = fixedArray<boolean, 96>();
const PAGE: u64 = 4096;
const HIGHEST: u64 = u64(0xffff_ffff_ffff_ffffn);

let seed: u64 = 0;

function random(below: u64): u64 {
  seed = wrapAdd<u64>(
    wrapMul<u64>(seed, u64(6_364_136_223_846_793_005n)),
    u64(1_442_695_040_888_963_407n),
  );
  return (seed >> 33) % below;
}

function expectRegion(index: usize, base: u64, end: u64): void {
  assert(map.regions[index].base === base);
  assert(map.regions[index].end === end);
}

/** @test */
export function addingRoundsInwards(): void {
  map.add(1, 3 * PAGE - 1);
  assert(map.count === 1);
  expectRegion(0, PAGE, 2 * PAGE);
  map.add(5 * PAGE + 1, 6 * PAGE + 4095);
  assert(map.count === 1, "no whole page");
}

/** @test */
export function removingRoundsOutwards(): void {
  map.add(0, 10 * PAGE);
  map.remove(4 * PAGE + 5, 4 * PAGE + 6);
  assert(map.count === 2);
  expectRegion(0, 0, 4 * PAGE);
  expectRegion(1, 5 * PAGE, 10 * PAGE);
  assert(map.totalBytes() === 9 * PAGE);
}

/** @test */
export function neighboursMerge(): void {
  map.add(PAGE, 2 * PAGE);
  map.add(3 * PAGE, 4 * PAGE);
  map.add(2 * PAGE, 3 * PAGE);
  assert(map.count === 1);
  expectRegion(0, PAGE, 4 * PAGE);
}

/** @test */
export function emptyAndInvertedRangesChangeNothing(): void {
  map.add(PAGE, PAGE);
  map.add(9 * PAGE, 2 * PAGE);
  assert(map.count === 0);
  map.add(0, 4 * PAGE);
  map.remove(2 * PAGE, 2 * PAGE);
  map.remove(3 * PAGE, PAGE);
  assert(map.totalBytes() === 4 * PAGE);
}

/** @test */
export function theEndOfTheAddressSpaceDoesNotWrap(): void {
  map.add(HIGHEST - 3 * PAGE, HIGHEST);
  assert(map.count === 1);
  expectRegion(0, HIGHEST - 3 * PAGE + 1, HIGHEST - PAGE + 1);
  map.remove(HIGHEST - 10, HIGHEST);
  assert(map.totalBytes() <= 3 * PAGE);
}

/** @test */
export function tooManyRegionsLoseMemoryOnly(): void {
  for (let i: u64 = 0; i < MAX_REGIONS + 8; i++) map.add(2 * i * PAGE, (2 * i + 1) * PAGE);
  assert(map.count === MAX_REGIONS);
  assert(map.totalBytes() === MAX_REGIONS * PAGE);
  // A split that has no room keeps the lower part only, and never what was to be removed.
  map.add(1000 * PAGE, 1003 * PAGE);
  map.regions[31].end = map.regions[31].base + 3 * PAGE;
  const last = map.regions[31].base;
  map.remove(last + PAGE, last + 2 * PAGE);
  assert(map.count === MAX_REGIONS);
  assert(!map.overlaps(last + PAGE, last + 2 * PAGE));
}

/** @test */
export function takesPagesFromBelow(): void {
  map.add(PAGE, 2 * PAGE);
  map.add(8 * PAGE, 9 * PAGE);
  assert(map.takePage() === PAGE);
  assert(map.takePage() === 8 * PAGE);
  assert(map.takePage() === 0);
}

/** @test */
export function agreesWithOneBitForEachPage(): void {
  for (let round: u64 = 1; round <= 200; round++) {
    seed = round;
    map.count = 0;
    for (let i = 0; i < model.length; i++) model[i] = false;
    for (let step = 0; step < 24; step++) changeBoth();
    compare();
  }
}

function changeBoth(): void {
  const base = random(96);
  const end = base + random(97 - base);
  const adding = random(2) === 0;
  if (adding) map.add(base * PAGE, end * PAGE);
  else map.remove(base * PAGE, end * PAGE);
  for (let page = base; page < end; page++) model[page] = adding;
}

function compare(): void {
  for (let page: u64 = 0; page < 96; page++) {
    assert(map.overlaps(page * PAGE, (page + 1) * PAGE) === model[page]);
  }
  for (let i: usize = 1; i < map.count; i++) {
    assert(map.regions[i - 1].end < map.regions[i].base, "sorted and never adjacent");
  }
}

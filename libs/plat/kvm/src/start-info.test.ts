/**
 * Tests of the memory map's parser with tables as firmware writes them, and with such as it should
 * not.
 */
import { MemoryMap } from "./memory-map.ts";
import { parseMemoryMap } from "./start-info.ts";

@packed
class Entry {
  addr: le64 = toLe64(0);
  size: le64 = toLe64(0);
  type: le32 = toLe32(0);
  reserved: le32 = toLe32(0);
}

const ENTRY_BYTES = 24;
const HIGHEST: u64 = u64(0xffff_ffff_ffff_ffffn);
const storage = fixedArray<u8, 240>();
const map = new MemoryMap();
let count: usize = 0;

function put(addr: u64, size: u64, type: u32): void {
  const entry = overlay<Entry>(storage.slice(), count * ENTRY_BYTES);
  entry.addr = toLe64(addr);
  entry.size = toLe64(size);
  entry.type = toLe32(type);
  count++;
}

function parse(): void {
  parseMemoryMap(storage.slice().sub(0, count * ENTRY_BYTES), map);
}

/** @test */
export function readsTheMapOfQemu(): void {
  put(0, 0x9fc00, 1);
  put(0x9fc00, 0x400, 2);
  put(0xf0000, 0x10000, 2);
  put(0x100000, 0x3ee0000, 1);
  put(0x3fe0000, 0x20000, 2);
  put(0, 0, 0);
  parse();
  assert(map.count === 2);
  assert(map.regions[0].base === 0 && map.regions[0].end === 0x9f000);
  assert(map.regions[1].base === 0x100000 && map.regions[1].end === 0x3fe0000);
}

/** @test */
export function reservedWinsWhateverTheOrder(): void {
  put(0x10000, 0x1000, 2);
  put(0, 0x20000, 1);
  put(0x18000, 1, 4);
  parse();
  assert(!map.overlaps(0x10000, 0x11000));
  assert(!map.overlaps(0x18000, 0x19000));
  assert(map.totalBytes() === 0x1e000);
}

/** @test */
export function overlappingMemoryCountsOnce(): void {
  put(0x100000, 0x100000, 1);
  put(0x180000, 0x100000, 1);
  put(0x100000, 0x100000, 1);
  parse();
  assert(map.count === 1 && map.totalBytes() === 0x180000);
}

/** @test */
export function sizesThatWrapEndAtTheLimit(): void {
  put(0x100000, HIGHEST, 1);
  put(HIGHEST - 0xfff, HIGHEST, 1);
  put(HIGHEST, 1, 1);
  parse();
  assert(map.count === 1);
  assert(map.regions[0].base === 0x100000);
  assert(map.regions[0].end === 0x4000_0000_0000);
}

/** @test */
export function reservedThatWrapsRemovesToTheEnd(): void {
  put(0, 0x40000000, 1);
  put(0x20000000, HIGHEST, 2);
  parse();
  assert(map.count === 1 && map.regions[0].end === 0x20000000);
}

/** @test */
export function aTableCutOffCountsWholeEntriesOnly(): void {
  put(0x100000, 0x1000, 1);
  put(0x200000, 0x1000, 1);
  parseMemoryMap(storage.slice().sub(0, 2 * ENTRY_BYTES - 1), map);
  assert(map.count === 1);
  parseMemoryMap(storage.slice().sub(0, 0), map);
  assert(map.count === 1);
}

/** @test */
export function anythingAtAllIsSurvived(): void {
  let seed: u64 = 42;
  for (let round = 0; round < 2000; round++) {
    for (let i = 0; i < storage.length; i++) {
      seed = wrapAdd<u64>(wrapMul<u64>(seed, u64(6_364_136_223_846_793_005n)), 1);
      const byte = u8(seed >> 56);
      // Few types and small addresses, so that entries meet.
      storage[i] = i % ENTRY_BYTES === 16 ? byte & 3 : i % 8 > 3 ? 0 : byte;
    }
    map.count = 0;
    parseMemoryMap(storage.slice(), map);
    for (let i: usize = 0; i < map.count; i++) {
      assert(map.regions[i].base < map.regions[i].end);
      assert(i === 0 || map.regions[i - 1].end < map.regions[i].base);
    }
  }
}

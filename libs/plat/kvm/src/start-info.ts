/**
 * What the loader tells the image: memory map, command line and modules, from PVH's hvm_start_info.
 *
 * Everything is read once, early, through the first GiB that entry.S maps, and copied: the loader's
 * structures lie in memory that becomes heap. Source: Xen
 * xen/include/public/arch-x86/hvm/start_info.h, version 1.
 *
 * @unsafe reads the loader's structures at the physical addresses that they give
 */
import { MemoryMap } from "./memory-map.ts";

const XEN_HVM_START_MAGIC_VALUE = 0x336ec578;
const XEN_HVM_MEMMAP_TYPE_RAM = 1;
/** How far entry.S maps memory. */
const EARLY_MAPPED_BYTES: u64 = 0x4000_0000;
/** No page table reaches memory above; no machine of today has any. */
const PHYSICAL_LIMIT: u64 = 0x4000_0000_0000;
const MAX_MEMORY_MAP_ENTRIES = 512;
const MAX_MODULES = 64;
/** As Linux on x86 (COMMAND_LINE_SIZE). */
const MAX_COMMAND_LINE_BYTES = 2048;

@packed
class HvmStartInfo {
  magic!: le32;
  version!: le32;
  flags!: le32;
  nr_modules!: le32;
  modlist_paddr!: le64;
  cmdline_paddr!: le64;
  rsdp_paddr!: le64;
  memmap_paddr!: le64;
  memmap_entries!: le32;
  reserved!: le32;
}

@packed
class HvmModlistEntry {
  paddr!: le64;
  size!: le64;
  cmdline_paddr!: le64;
  reserved!: le64;
}

@packed
class HvmMemmapTableEntry {
  addr!: le64;
  size!: le64;
  type!: le32;
  reserved!: le32;
}

/** All usable memory, the image included. */
export const ram: MemoryMap = new MemoryMap();
/** Where modules lie that the loader put into memory (an initial file system). */
export const modules: MemoryMap = new MemoryMap();

const commandLineBytes = fixedArray<u8, 2048>();
let commandLineLength: usize = 0;

/** The command line as the loader passed it. */
export function commandLine(): str {
  return text(commandLineBytes.slice().sub(0, commandLineLength));
}

/**
 * Fills `ram`, `modules` and the command line from hvm_start_info at physical address `at`; panics
 * where it is wrong.
 */
export function readStartInfo(at: u64): void {
  const header = earlyBytes(at, sizeof<HvmStartInfo>());
  if (header.length === 0) panic("the loader passed no hvm_start_info");
  const info = overlay<HvmStartInfo>(header, 0);
  if (fromLe32(info.magic) !== XEN_HVM_START_MAGIC_VALUE) {
    panic("the loader passed no hvm_start_info (wrong magic number)");
  }
  if (fromLe32(info.version) < 1) {
    panic("the loader's hvm_start_info has no memory map (version 0)");
  }
  const count = u64(fromLe32(info.memmap_entries));
  if (count > MAX_MEMORY_MAP_ENTRIES) panic("the loader's memory map is too long");
  const table = earlyBytes(fromLe64(info.memmap_paddr), count * sizeof<HvmMemmapTableEntry>());
  if (table.length === 0) panic("the loader's memory map is empty or out of reach");
  parseMemoryMap(table, ram);
  readModules(fromLe64(info.modlist_paddr), u64(fromLe32(info.nr_modules)));
  readCommandLine(fromLe64(info.cmdline_paddr));
}

/**
 * Adds to `into` the usable memory in a table of hvm_memmap_table_entry; what any other entry
 * claims is not usable, whatever their order. Entries that wrap around or lie too high count as far
 * as they make sense.
 */
export function parseMemoryMap(table: Slice<u8>, into: MemoryMap): void {
  const entries = viewAs<HvmMemmapTableEntry>(table);
  for (const entry of entries) {
    if (fromLe32(entry.type) === XEN_HVM_MEMMAP_TYPE_RAM) {
      into.add(fromLe64(entry.addr), endOf(entry));
    }
  }
  for (const entry of entries) {
    if (fromLe32(entry.type) !== XEN_HVM_MEMMAP_TYPE_RAM) {
      into.remove(fromLe64(entry.addr), endOf(entry));
    }
  }
}

function endOf(entry: HvmMemmapTableEntry): u64 {
  const base = fromLe64(entry.addr);
  const size = fromLe64(entry.size);
  if (base >= PHYSICAL_LIMIT) return base;
  return size > PHYSICAL_LIMIT - base ? PHYSICAL_LIMIT : base + size;
}

function readModules(at: u64, count: u64): void {
  if (count === 0) return;
  if (count > MAX_MODULES) panic("the loader passed too many modules");
  const list = earlyBytes(at, count * sizeof<HvmModlistEntry>());
  if (list.length === 0) panic("the loader's list of modules is out of reach");
  for (const entry of viewAs<HvmModlistEntry>(list)) {
    const base = fromLe64(entry.paddr);
    const size = fromLe64(entry.size);
    if (base > PHYSICAL_LIMIT || size > PHYSICAL_LIMIT - base) panic("a module is out of reach");
    // Rounded outwards: the pages at its ends must not become heap.
    modules.add(base & ~u64(4095), (base + size + 4095) & ~u64(4095));
  }
}

function readCommandLine(at: u64): void {
  if (at === 0) return;
  for (let length = 0; length <= MAX_COMMAND_LINE_BYTES; length++) {
    const byte = earlyBytes(at + length, 1);
    if (byte.length === 0) panic("the command line is out of reach");
    if (byte[0] === 0) {
      commandLineLength = length;
      return;
    }
    if (length < MAX_COMMAND_LINE_BYTES) commandLineBytes[length] = byte[0];
  }
  panic("the command line is longer than 2048 bytes");
}

/** The `length` bytes at physical address `at`; none where a part of them is not mapped yet. */
function earlyBytes(at: u64, length: u64): Slice<u8> {
  const inside = at !== 0 && at < EARLY_MAPPED_BYTES && length <= EARLY_MAPPED_BYTES - at;
  return sliceAt<u8>(virt(at), inside ? length : 0);
}

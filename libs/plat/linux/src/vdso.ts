/**
 * Finds clock_gettime in the shared object that the kernel maps into every process (vDSO).
 *
 * The auxiliary vector gives its ELF header; its dynamic section gives symbols and names. A kernel
 * whose vDSO has no DT_HASH (which counts the symbols) just gets system calls instead. Source:
 * Linux Documentation/ABI/stable/vdso, ELF-64 Object File Format 1.5 §8–§10, vdso(7).
 *
 * @unsafe walks structures that the kernel has put into memory
 */

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const DT_HASH: u64 = 4;
const DT_STRTAB: u64 = 5;
const DT_SYMTAB: u64 = 6;
/** Limits against a walk without end, far above what any vDSO has. */
const MAX_SEGMENTS = 32;
const MAX_DYNAMIC = 128;
const MAX_SYMBOLS: u32 = 1024;

class ElfHeader {
  ident0: u64 = 0;
  ident1: u64 = 0;
  type: u16 = 0;
  machine: u16 = 0;
  version: u32 = 0;
  entry: u64 = 0;
  phoff: u64 = 0;
  shoff: u64 = 0;
  flags: u32 = 0;
  ehsize: u16 = 0;
  phentsize: u16 = 0;
  phnum: u16 = 0;
}

class ProgramHeader {
  type: u32 = 0;
  flags: u32 = 0;
  offset: u64 = 0;
  vaddr: u64 = 0;
}

class DynamicEntry {
  tag: u64 = 0;
  value: u64 = 0;
}

class ElfSymbol {
  name: u32 = 0;
  info: u8 = 0;
  other: u8 = 0;
  section: u16 = 0;
  value: u64 = 0;
  size: u64 = 0;
}

/**
 * The address of the function `name` (ended by `\0`) in the vDSO whose ELF header is at `base`; 0
 * where it has none.
 */
export function findVdsoFunction(base: u64, name: Slice<u8>): VirtAddr {
  const header = objectAt<ElfHeader>(virt(base));
  let bias: u64 = 0;
  let biasKnown = false;
  let dynamic: u64 = 0;
  for (let i: u64 = 0; i < header.phnum && i < MAX_SEGMENTS; i++) {
    const at = base + header.phoff + i * header.phentsize;
    const segment = objectAt<ProgramHeader>(virt(at));
    if (segment.type === PT_LOAD && !biasKnown) {
      bias = wrapSub<u64>(base + segment.offset, segment.vaddr);
      biasKnown = true;
    }
    if (segment.type === PT_DYNAMIC) dynamic = base + segment.offset;
  }
  if (!biasKnown || dynamic === 0) return virt(0);
  return findSymbol(bias, dynamic, name);
}

function findSymbol(bias: u64, dynamic: u64, name: Slice<u8>): VirtAddr {
  const hash = dynamicValue(dynamic, DT_HASH);
  const strings = dynamicValue(dynamic, DT_STRTAB);
  const symbols = dynamicValue(dynamic, DT_SYMTAB);
  if (hash === 0 || strings === 0 || symbols === 0) return virt(0);
  // The second word of the hash table counts its chains, of which each symbol has one.
  const count = load<u32>(virt(wrapAdd<u64>(bias, hash) + 4));
  for (let i: u32 = 0; i < count && i < MAX_SYMBOLS; i++) {
    const at = wrapAdd<u64>(bias, symbols) + u64(i) * sizeof<ElfSymbol>();
    const symbol = objectAt<ElfSymbol>(virt(at));
    if (symbol.section === 0) continue;
    if (hasName(wrapAdd<u64>(bias, strings) + symbol.name, name)) {
      return virt(wrapAdd<u64>(bias, symbol.value));
    }
  }
  return virt(0);
}

function dynamicValue(dynamic: u64, tag: u64): u64 {
  for (let i: u64 = 0; i < MAX_DYNAMIC; i++) {
    const entry = objectAt<DynamicEntry>(virt(dynamic + i * sizeof<DynamicEntry>()));
    if (entry.tag === 0) return 0;
    if (entry.tag === tag) return entry.value;
  }
  return 0;
}

function hasName(at: u64, name: Slice<u8>): boolean {
  for (let i = 0; i < name.length; i++) {
    if (load<u8>(virt(at + i)) !== name[i]) return false;
  }
  return true;
}

/** What an image consists of, in bytes, and how much memory it takes before it runs. */
import { PT_LOAD, SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS } from "./elf.ts";
import type { ElfFile } from "./elf.ts";

/** Sizes in bytes. */
export interface ImageSummary {
  readonly text: number;
  readonly readOnly: number;
  readonly data: number;
  readonly bss: number;
  /** The end of its last segment in physical memory: a machine needs more than this. */
  readonly memoryEnd: number;
}

/** Adds up the sections that are in memory when the program runs. */
export function summarise(elf: ElfFile): ImageSummary {
  const sum = { text: 0, readOnly: 0, data: 0, bss: 0 };
  for (const { sh_type, sh_flags, sh_size } of elf.sections) {
    if ((sh_flags & SHF_ALLOC) === 0n) continue;
    if (sh_type === SHT_NOBITS) sum.bss += sh_size;
    else if ((sh_flags & SHF_EXECINSTR) !== 0n) sum.text += sh_size;
    else if ((sh_flags & SHF_WRITE) !== 0n) sum.data += sh_size;
    else sum.readOnly += sh_size;
  }
  let memoryEnd = 0;
  for (const { p_type, p_paddr, p_memsz } of elf.segments) {
    if (p_type === PT_LOAD) memoryEnd = Math.max(memoryEnd, Number(p_paddr) + p_memsz);
  }
  return { ...sum, memoryEnd };
}

/**
 * Turns on the processor's protections that cost nothing here: SMEP, SMAP and UMIP, where it has
 * them.
 *
 * Write protection of read-only pages (CR0.WP) and the no-execute bit (EFER.NXE) are on since
 * entry.S. Source: Intel SDM vol. 3 §2.5.
 */
import { readCr4, writeCr4 } from "./cpu.ts";
import { leaf } from "./features.ts";

const CR4_UMIP: u64 = 0x800;
const CR4_SMEP: u64 = 0x10_0000;
const CR4_SMAP: u64 = 0x20_0000;
const LEAF7_EBX_SMEP: u32 = 0x80;
const LEAF7_EBX_SMAP: u32 = 0x10_0000;
const LEAF7_ECX_UMIP: u32 = 0x4;

/** Sets the bits of CR4 for what the processor has. After readFeatures. */
export function enableProtections(): void {
  const features = leaf(7);
  let bits: u64 = 0;
  if ((features.ebx & LEAF7_EBX_SMEP) !== 0) bits |= CR4_SMEP;
  if ((features.ebx & LEAF7_EBX_SMAP) !== 0) bits |= CR4_SMAP;
  if ((features.ecx & LEAF7_ECX_UMIP) !== 0) bits |= CR4_UMIP;
  if (bits !== 0) writeCr4(readCr4() | bits);
}

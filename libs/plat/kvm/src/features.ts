/**
 * What the processor and the hypervisor can do, from CPUID.
 *
 * Source: Intel SDM vol. 2 CPUID; Linux Documentation/virt/kvm/x86/cpuid.rst; VMware's leaf
 * 0x40000010 (frequency in kHz), which KVM and others have taken over.
 */
import { CpuidResult, cpuid } from "./cpu.ts";

const HYPERVISOR_LEAF: u32 = 0x4000_0000;
const EXTENDED_LEAF: u32 = 0x8000_0000;

/** Who runs the machine. */
export enum Hypervisor {
  None,
  Kvm,
  /** QEMU without hardware virtualisation. */
  Tcg,
  Other,
}

export let hypervisor: Hypervisor = Hypervisor.None;
let maxLeaf: u32 = 0;
let maxHypervisorLeaf: u32 = 0;
let maxExtendedLeaf: u32 = 0;
const result = new CpuidResult();

/** Before anything else of this module. */
export function readFeatures(): void {
  cpuid(0, 0, result);
  maxLeaf = result.eax;
  cpuid(EXTENDED_LEAF, 0, result);
  maxExtendedLeaf = result.eax;
  cpuid(1, 0, result);
  if (result.ecx >> 31 === 0) return;
  cpuid(HYPERVISOR_LEAF, 0, result);
  maxHypervisorLeaf = result.eax;
  hypervisor = Hypervisor.Other;
  // "KVMK" "VMKV" "M" and "TCGT" "CGTC" "GTCG", in the registers' byte order.
  if (result.ebx === 0x4b4d_564b && result.ecx === 0x564b_4d56) hypervisor = Hypervisor.Kvm;
  if (result.ebx === 0x5447_4354 && result.ecx === 0x4354_4743) hypervisor = Hypervisor.Tcg;
}

/** The registers of a leaf; all 0 where the processor or hypervisor does not have it. */
export function leaf(number: u32): CpuidResult {
  result.eax = 0;
  result.ebx = 0;
  result.ecx = 0;
  result.edx = 0;
  let highest = maxLeaf;
  if (number >= EXTENDED_LEAF) highest = maxExtendedLeaf;
  else if (number >= HYPERVISOR_LEAF) highest = maxHypervisorLeaf;
  if (number <= highest) cpuid(number, 0, result);
  return result;
}

/** Whether there are pages of 1 GiB. */
export function hasGiantPages(): boolean {
  return (leaf(0x8000_0001).edx & 0x0400_0000) !== 0;
}

/** How many bits a physical address may have; others in a page table entry are a fault. */
export function physicalAddressBits(): u32 {
  const bits = leaf(0x8000_0008).eax & 0xff;
  return bits === 0 ? 36 : bits;
}

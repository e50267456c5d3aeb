/**
 * The start of a machine: from the stack that entry.S sets up to the program's main, and to the end
 * of the machine.
 *
 * The order is given by what needs what: descriptor tables first, so that every later mistake is a
 * readable panic; the loader's data before the memory it lies in is given away; the address space
 * before devices are mapped.
 */
import { setUpAddressSpace } from "./address-space.ts";
import { startClock } from "./clock.ts";
import { loadDescriptorTables } from "./descriptor-tables.ts";
import { hasGiantPages, physicalAddressBits, readFeatures } from "./features.ts";
import { giveMemoryToHeap } from "./free-memory.ts";
import { startLocalApic } from "./local-apic.ts";
import { powerOff } from "./power.ts";
import { enableProtections } from "./protection.ts";
import { readStartInfo } from "./start-info.ts";

/**
 * Called by entry.S with the physical address of hvm_start_info.
 * @export kvm_start
 */
export function start(startInfo: u64): never {
  runModuleInitializers();
  loadDescriptorTables();
  readStartInfo(startInfo);
  readFeatures();
  setUpAddressSpace(hasGiantPages(), physicalAddressBits());
  enableProtections();
  startLocalApic();
  startClock();
  giveMemoryToHeap();
  runInitCalls();
  powerOff(runMain());
}

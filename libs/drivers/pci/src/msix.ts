/**
 * Message-signalled interrupts: writes one vector of a function's MSI-X table and switches the
 * mechanism on.
 *
 * Mechanism: the table lies in a memory range of the function, 16 bytes a vector. It is written
 * while the whole function is masked; then the one vector is unmasked and the interrupt pin
 * switched off.
 * Source: PCI Local Bus 3.0 §6.8.2.
 *
 * @unsafe device registers at addresses that configuration space gives
 */
import type { InterruptMessage } from "@typekraft/interrupts";
import { mapDevice } from "@typekraft/plat";
import { PciRange, PciRangeKind, readBaseAddress } from "./base-address.ts";
import { PCI_CAP_ID_MSIX, findCapability } from "./capabilities.ts";
import {
  PCI_COMMAND_INTX_DISABLE,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
} from "./config-space.ts";
import type { PciFunction } from "./config-space.ts";

const MSIX_CONTROL: u32 = 2;
const MSIX_TABLE: u32 = 4;
const MSIX_CONTROL_ENABLE: u16 = 0x8000;
const MSIX_CONTROL_FUNCTION_MASK: u16 = 0x4000;
const MSIX_CONTROL_SIZE: u16 = 0x07ff;
const MSIX_TABLE_RANGE: u32 = 7;

/** One entry of the table. */
@mmio
class MsixVector {
  @offset(0) messageAddress!: u32;
  @offset(4) messageUpperAddress!: u32;
  @offset(8) messageData!: u32;
  /** Bit 0: masked. */
  @offset(12) vectorControl!: u32;
}

/**
 * Makes vector 0 of the function send `message`, enables MSI-X and masters the bus; the other
 * vectors stay masked. False where the function has no usable MSI-X, and nothing was changed.
 * Context: once for a function, before it is started. May allocate page tables.
 */
export function enableMsix(of: PciFunction, message: InterruptMessage): boolean {
  const capability = findCapability(of, PCI_CAP_ID_MSIX);
  if (capability === 0) return false;
  const table = of.read32(capability + MSIX_TABLE);
  const vectors = u64(of.read16(capability + MSIX_CONTROL) & MSIX_CONTROL_SIZE) + 1;
  const range = new PciRange();
  readBaseAddress(of, table & MSIX_TABLE_RANGE, range);
  const start = u64(table & ~MSIX_TABLE_RANGE);
  if (range.kind !== PciRangeKind.Memory) return false;
  if (start > range.size || range.size - start < vectors * 16) return false;
  const at = mapDevice(phys(range.address + start), usize(vectors * 16));
  if (at === virt(0)) return false;

  of.changeCommand(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
  const control = of.read16(capability + MSIX_CONTROL);
  of.write16(capability + MSIX_CONTROL, control | MSIX_CONTROL_ENABLE | MSIX_CONTROL_FUNCTION_MASK);
  const vector = objectAt<MsixVector>(at);
  vector.messageAddress = u32(message.address);
  vector.messageUpperAddress = u32(message.address >> 32);
  vector.messageData = message.data;
  vector.vectorControl = 0;
  of.changeCommand(PCI_COMMAND_INTX_DISABLE, 0);
  of.write16(
    capability + MSIX_CONTROL,
    (control | MSIX_CONTROL_ENABLE) & ~MSIX_CONTROL_FUNCTION_MASK,
  );
  return true;
}

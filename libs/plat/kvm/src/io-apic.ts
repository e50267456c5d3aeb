/**
 * Interrupt lines and messages of devices: all raise the one interrupt that ends the idling.
 *
 * Lines arrive at the I/O APIC, or at the second one that QEMU's microvm has. Source: Intel 82093AA
 * data sheet; PCI Local Bus Specification 3.0 §6.8 and Intel SDM vol. 3 §10.11 for messages.
 *
 * @unsafe reads and writes device registers
 */
import { InterruptMessage } from "@typekraft/interrupts";
import { mapDevice } from "./address-space.ts";
import { LEVEL_VECTOR, WAKE_VECTOR } from "./descriptor-tables.ts";
import { localApicId } from "./local-apic.ts";

const FIRST_ADDRESS: u64 = 0xfec0_0000;
const SECOND_ADDRESS: u64 = 0xfec1_0000;
const MESSAGE_ADDRESS: u64 = 0xfee0_0000;
const IOAPICVER: u32 = 0x01;
const IOREDTBL0: u32 = 0x10;
const ACTIVE_LOW: u32 = 0x2000;
const LEVEL_TRIGGERED: u32 = 0x8000;
/** More lines than any chip has: what an absent one reads as. */
const MAX_LINES: u32 = 240;

@mmio
class IoApicRegisters {
  @offset(0x00) ioregsel!: u32;
  @offset(0x10) iowin!: u32;
}

/** Fills in a message for this processor; always possible. */
export function messageInterrupt(into: InterruptMessage): boolean {
  into.address = MESSAGE_ADDRESS | (u64(localApicId()) << 12);
  into.data = WAKE_VECTOR;
  return true;
}

/** Lets the line `gsi` end the idling; false where no I/O APIC has such a line. */
export function enableInterruptLine(
  gsi: u32,
  levelTriggered: boolean,
  activeLow: boolean,
): boolean {
  if (u64(mapDevice(phys(FIRST_ADDRESS), 4096)) === 0) return false;
  const first = objectAt<IoApicRegisters>(virt(FIRST_ADDRESS));
  const firstLines = lineCount(first);
  const entry =
    (levelTriggered ? LEVEL_TRIGGERED | LEVEL_VECTOR : u32(WAKE_VECTOR)) |
    (activeLow ? ACTIVE_LOW : 0);
  if (gsi < firstLines) {
    enableLine(first, gsi, entry);
    return true;
  }
  if (u64(mapDevice(phys(SECOND_ADDRESS), 4096)) === 0) return false;
  const second = objectAt<IoApicRegisters>(virt(SECOND_ADDRESS));
  if (gsi - firstLines >= lineCount(second)) return false;
  enableLine(second, gsi - firstLines, entry);
  return true;
}

function lineCount(chip: IoApicRegisters): u32 {
  const version = readRegister(chip, IOAPICVER);
  const count = ((version >> 16) & 0xff) + 1;
  return version === 0 || count > MAX_LINES ? 0 : count;
}

function enableLine(chip: IoApicRegisters, line: u32, entry: u32): void {
  writeRegister(chip, IOREDTBL0 + line * 2 + 1, localApicId() << 24);
  writeRegister(chip, IOREDTBL0 + line * 2, entry);
}

function readRegister(chip: IoApicRegisters, index: u32): u32 {
  chip.ioregsel = index;
  return chip.iowin;
}

function writeRegister(chip: IoApicRegisters, index: u32, value: u32): void {
  chip.ioregsel = index;
  chip.iowin = value;
}

/**
 * The platform of an x86_64 virtual machine that is booted by PVH: QEMU's pc, q35 and microvm,
 * Firecracker and others.
 *
 * Each mechanism has its file; start.ts puts them in order, and entry.S, trap.S and cpu.S are what
 * no compiler can say.
 */
export { dmaAddress, mapDevice, protectPages } from "./address-space.ts";
export { crash } from "./backtrace.ts";
export { monotonicNs, wallClockNs } from "./clock.ts";
export { deviceBarrier } from "./device-barrier.ts";
export { handleException } from "./exception.ts";
export { idleUntil } from "./idle.ts";
export { enableInterruptLine, messageInterrupt } from "./io-apic.ts";
export { powerOff } from "./power.ts";
export { consoleWrite } from "./serial.ts";
export { start } from "./start.ts";
export { commandLine } from "./start-info.ts";

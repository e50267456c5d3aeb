/** The platform of a Linux process: system calls without a C library. */
export { commandLine } from "./command-line.ts";
export { consoleWrite } from "./console.ts";
export { crash, powerOff } from "./crash.ts";
export { deviceBarrier } from "./device-barrier.ts";
export { start } from "./main.ts";
export { dmaAddress, mapDevice, protectPages } from "./memory.ts";
export { idleUntil, monotonicNs, wallClockNs } from "./time.ts";

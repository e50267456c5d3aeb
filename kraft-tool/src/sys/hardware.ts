/** What this computer's processor and kernel offer for virtual machines. */
import { accessSync, constants, readFileSync } from "node:fs";
import type { HardwareFacts } from "../machine/acceleration.ts";

/** Looks at /proc/cpuinfo and /dev/kvm. */
export function hardwareFacts(): HardwareFacts {
  let cpuInfo = "";
  try {
    cpuInfo = readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    // Not on Linux: then there is no KVM either.
  }
  const flags = /^flags\s*:(.*)$/m.exec(cpuInfo)?.[1] ?? "";
  return { cpuFlags: flags.trim().split(/\s+/), kvmAccessible: accessible("/dev/kvm") };
}

/** Whether a network interface of this name exists. */
export function hasInterface(name: string): boolean {
  return accessible(`/sys/class/net/${name}`, constants.F_OK);
}

function accessible(path: string, mode: number = constants.R_OK | constants.W_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

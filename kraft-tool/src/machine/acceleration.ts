/** Decides whether hardware virtualisation is really usable (architecture.md, "Things decided"). */

/** What this computer's processor and kernel offer for virtual machines. */
export interface HardwareFacts {
  /** The `flags` line of the first processor. */
  readonly cpuFlags: readonly string[];
  /** Whether /dev/kvm can be opened. */
  readonly kvmAccessible: boolean;
}

/** The decision, with what the user should know about it. */
export interface Acceleration {
  readonly kvm: boolean;
  /** Why it is not used although one might expect it. */
  readonly note?: string;
}

/**
 * KVM needs /dev/kvm and a processor with vmx or svm. A /dev/kvm without them is paravirtual: it boots ordinary guests
 * thousands of times too slowly, so that emulation (TCG) is the better choice.
 */
export function chooseAcceleration(facts: HardwareFacts): Acceleration {
  const virtualises = facts.cpuFlags.some((flag) => flag === "vmx" || flag === "svm");
  if (virtualises && facts.kvmAccessible) return { kvm: true };
  if (virtualises) {
    return {
      kvm: false,
      note: "emulated, as /dev/kvm cannot be opened (add yourself to the group kvm for full speed)",
    };
  }
  if (facts.kvmAccessible) {
    return {
      kvm: false,
      note: "emulated, as this processor does not offer vmx or svm although there is a /dev/kvm",
    };
  }
  return { kvm: false };
}

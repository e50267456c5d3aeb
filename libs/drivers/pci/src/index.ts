/**
 * PCI: configuration space, enumeration, base addresses, capabilities and message-signalled
 * interrupts.
 */
export * from "./base-address.ts";
export * from "./capabilities.ts";
export * from "./config-space.ts";
export * from "./enumerate.ts";
export * from "./msix.ts";
export * from "./port-access.ts";

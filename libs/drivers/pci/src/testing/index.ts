/** Fakes for tests of what uses @typekraft/pci. */
export * from "./fake-config-space.ts";

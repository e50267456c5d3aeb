/** A barrier towards devices: a process has none but those that tests play. */

/** See @typekraft/plat. */
export function deviceBarrier(): void {
  fullBarrier();
}

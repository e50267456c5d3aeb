/**
 * A full barrier between the processor and the threads of the hypervisor that play the devices.
 *
 * QEMU before 8.1 without hardware virtualisation leaves the guest's barriers out where the machine
 * has one processor, although its devices run in threads of their own: a store and a later load may
 * then change places in the host, and driver and device each miss what the other has just written
 * (a lost interrupt or doorbell; seen after some 100,000 frames at random distances). An access to
 * a port takes QEMU's lock, which is a barrier of the host. Port 0x80 is the one for the
 * firmware's progress codes; what is written there means nothing.
 * Source: QEMU's tcg_gen_mb(), which version 8.1 changed for this reason.
 *
 * @unsafe writes to an I/O port
 */
import { Hypervisor, hypervisor } from "./features.ts";

const POST_CODE_PORT: u16 = 0x80;

/** See @typekraft/plat. */
export function deviceBarrier(): void {
  fullBarrier();
  if (hypervisor === Hypervisor.Tcg) outb(POST_CODE_PORT, 0);
}

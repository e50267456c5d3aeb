/**
 * Interrupts of devices. They are delivered only while the processor idles (`idleUntil`), where all they do is end the
 * idling; the scheduler then asks the pollers what happened. So no code is ever interrupted between two instructions.
 */

/** The message that a device writes to raise its interrupt (PCI MSI, MSI-X). */
export class InterruptMessage {
  address: u64 = 0;
  data: u32 = 0;
}

/**
 * Fills in the message of a wake-up interrupt; false where the machine has no message-signalled interrupts.
 * @bind
 */
export declare function messageInterrupt(into: InterruptMessage): boolean;

/**
 * Lets the interrupt line `gsi` (global system interrupt) end the idling; false where there is no such line.
 * @bind
 */
export declare function enableInterruptLine(
  gsi: u32,
  levelTriggered: boolean,
  activeLow: boolean,
): boolean;

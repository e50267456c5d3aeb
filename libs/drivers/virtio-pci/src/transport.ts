/**
 * The VIRTIO transport over PCI.
 *
 * Interrupts: with MSI-X all queues send vector 0 (it only ends the processor's idling, so one is
 * enough) and configuration changes send none. Where the machine or the device has no MSI-X, the
 * interrupt line is used; it stays raised until the ISR register is read.
 * Source: VIRTIO 1.2 §4.1.
 *
 * @unsafe device registers at addresses that discovery mapped
 */
import { InterruptMessage, enableInterruptLine, messageInterrupt } from "@typekraft/interrupts";
import {
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  PCI_INTERRUPT_LINE,
  PCI_INTERRUPT_PIN,
  PciFunction,
  enableMsix,
  portConfigAccess,
} from "@typekraft/pci";
import type { PciAddress } from "@typekraft/pci";
import type { Doorbell, QueueAddresses, VirtioTransport } from "@typekraft/virtio";
import { Regions } from "./regions.ts";
import { VIRTIO_MSI_NO_VECTOR, VirtioPciCommonConfig } from "./registers.ts";

/** What firmware writes as interrupt line where it routed none. */
const LINE_NONE: u8 = 0xff;
const VECTOR: u16 = 0;

/** One device. `regions` must be located before anything else is called. */
export class VirtioPci implements VirtioTransport {
  readonly regions = new Regions();
  private vector: u16 = VIRTIO_MSI_NO_VECTOR;

  /**
   * @param address of the PCI function
   * @param type `VIRTIO_ID_…`
   */
  constructor(
    private readonly address: PciAddress,
    private readonly type: u32,
  ) {}

  deviceType(): u32 {
    return this.type;
  }

  deviceFeatures(): u64 {
    const common = this.common;
    common.device_feature_select = 1;
    const high = common.device_feature;
    common.device_feature_select = 0;
    return (u64(high) << 32) | u64(common.device_feature);
  }

  setDriverFeatures(features: u64): void {
    const common = this.common;
    common.driver_feature_select = 0;
    common.driver_feature = u32(features);
    common.driver_feature_select = 1;
    common.driver_feature = u32(features >> 32);
  }

  status(): u8 {
    return this.common.device_status;
  }

  setStatus(status: u8): void {
    this.common.device_status = status;
  }

  configGeneration(): u32 {
    return u32(this.common.config_generation);
  }

  readConfig8(offset: u32): u8 {
    const device = this.regions.device;
    return offset < device.length ? volatileLoad<u8>(device.at + usize(offset)) : 0;
  }

  readConfig16(offset: u32): u16 {
    const device = this.regions.device;
    if (device.length < 2 || offset > device.length - 2) return 0;
    return volatileLoad<u16>(device.at + usize(offset));
  }

  readConfig32(offset: u32): u32 {
    const device = this.regions.device;
    if (device.length < 4 || offset > device.length - 4) return 0;
    return volatileLoad<u32>(device.at + usize(offset));
  }

  queueLimit(index: u16): u16 {
    const common = this.common;
    if (index >= common.num_queues) return 0;
    common.queue_select = index;
    return common.queue_size;
  }

  enableInterrupts(): boolean {
    const pci = new PciFunction(portConfigAccess, this.address);
    const message = new InterruptMessage();
    if (messageInterrupt(message) && enableMsix(pci, message)) {
      this.vector = VECTOR;
      return true;
    }
    pci.changeCommand(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
    const line = pci.read8(PCI_INTERRUPT_LINE);
    if (pci.read8(PCI_INTERRUPT_PIN) === 0 || line === 0 || line === LINE_NONE) return false;
    // PC chipsets turn the active-low pins of PCI into active-high inputs of the interrupt
    // controller.
    return enableInterruptLine(u32(line), true, false);
  }

  activateQueue(index: u16, size: u16, addresses: QueueAddresses, doorbell: Doorbell): boolean {
    const common = this.common;
    common.queue_select = index;
    const notify = this.regions.notify;
    const offset = u64(common.queue_notify_off) * u64(this.regions.notifyMultiplier);
    if (offset + 2 > u64(notify.length)) return false;
    common.queue_size = size;
    common.config_msix_vector = VIRTIO_MSI_NO_VECTOR;
    common.queue_msix_vector = this.vector;
    if (common.queue_msix_vector !== this.vector) return false;
    common.queue_desc = u32(u64(addresses.descriptors));
    common.queue_desc_high = u32(u64(addresses.descriptors) >> 32);
    common.queue_driver = u32(u64(addresses.driver));
    common.queue_driver_high = u32(u64(addresses.driver) >> 32);
    common.queue_device = u32(u64(addresses.device));
    common.queue_device_high = u32(u64(addresses.device) >> 32);
    common.queue_enable = 1;
    doorbell.at = notify.at + usize(offset);
    doorbell.value = u32(index);
    doorbell.wide = false;
    return true;
  }

  interruptIsLatched(): boolean {
    return this.vector === VIRTIO_MSI_NO_VECTOR;
  }

  /** Reading the ISR register lowers the line (§4.1.4.5). */
  acknowledgeInterrupt(): void {
    volatileLoad<u8>(this.regions.isr.at);
  }

  private get common(): VirtioPciCommonConfig {
    return objectAt<VirtioPciCommonConfig>(this.regions.common.at);
  }
}

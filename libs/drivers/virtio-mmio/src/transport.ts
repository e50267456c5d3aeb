/**
 * The VIRTIO transport over memory-mapped registers, version 2.
 *
 * Interrupts: the device raises its line while InterruptStatus is not 0, and we take the line by
 * its edge; a new edge comes only after `acknowledgeInterrupt` has cleared the status.
 * Source: VIRTIO 1.2 §4.2.
 *
 * @unsafe device registers at the address that the machine gave
 */
import { enableInterruptLine } from "@typekraft/interrupts";
import type { Doorbell, QueueAddresses, VirtioTransport } from "@typekraft/virtio";
import { VIRTQ_SIZE_LIMIT } from "@typekraft/virtio";
import { VIRTIO_MMIO_CONFIG, VIRTIO_MMIO_QUEUE_NOTIFY, VirtioMmioRegisters } from "./registers.ts";

/** One device. */
export class VirtioMmio implements VirtioTransport {
  /**
   * @param at its registers, mapped
   * @param length bytes of them, at least 0x100
   * @param line its interrupt, a global system interrupt
   */
  constructor(
    private readonly at: VirtAddr,
    private readonly length: usize,
    private readonly line: u32,
  ) {}

  deviceType(): u32 {
    return this.registers.DeviceID;
  }

  deviceFeatures(): u64 {
    const registers = this.registers;
    registers.DeviceFeaturesSel = 1;
    const high = registers.DeviceFeatures;
    registers.DeviceFeaturesSel = 0;
    return (u64(high) << 32) | u64(registers.DeviceFeatures);
  }

  setDriverFeatures(features: u64): void {
    const registers = this.registers;
    registers.DriverFeaturesSel = 1;
    registers.DriverFeatures = u32(features >> 32);
    registers.DriverFeaturesSel = 0;
    registers.DriverFeatures = u32(features);
  }

  status(): u8 {
    return u8(this.registers.Status);
  }

  setStatus(status: u8): void {
    this.registers.Status = u32(status);
  }

  configGeneration(): u32 {
    return this.registers.ConfigGeneration;
  }

  readConfig8(offset: u32): u8 {
    return this.hasConfig(offset, 1) ? volatileLoad<u8>(this.configAt(offset)) : 0;
  }

  readConfig16(offset: u32): u16 {
    return this.hasConfig(offset, 2) ? volatileLoad<u16>(this.configAt(offset)) : 0;
  }

  readConfig32(offset: u32): u32 {
    return this.hasConfig(offset, 4) ? volatileLoad<u32>(this.configAt(offset)) : 0;
  }

  queueLimit(index: u16): u16 {
    const registers = this.registers;
    registers.QueueSel = u32(index);
    const limit = registers.QueueNumMax;
    return limit > u32(VIRTQ_SIZE_LIMIT) ? VIRTQ_SIZE_LIMIT : u16(limit);
  }

  enableInterrupts(): boolean {
    return enableInterruptLine(this.line, false, false);
  }

  activateQueue(index: u16, size: u16, addresses: QueueAddresses, doorbell: Doorbell): boolean {
    const registers = this.registers;
    registers.QueueSel = u32(index);
    if (registers.QueueReady !== 0) return false;
    registers.QueueNum = u32(size);
    registers.QueueDescLow = u32(u64(addresses.descriptors));
    registers.QueueDescHigh = u32(u64(addresses.descriptors) >> 32);
    registers.QueueDriverLow = u32(u64(addresses.driver));
    registers.QueueDriverHigh = u32(u64(addresses.driver) >> 32);
    registers.QueueDeviceLow = u32(u64(addresses.device));
    registers.QueueDeviceHigh = u32(u64(addresses.device) >> 32);
    registers.QueueReady = 1;
    doorbell.at = this.at + VIRTIO_MMIO_QUEUE_NOTIFY;
    doorbell.value = u32(index);
    doorbell.wide = true;
    return true;
  }

  interruptIsLatched(): boolean {
    return true;
  }

  acknowledgeInterrupt(): void {
    const registers = this.registers;
    const pending = registers.InterruptStatus;
    if (pending !== 0) registers.InterruptACK = pending;
  }

  private hasConfig(offset: u32, width: usize): boolean {
    return VIRTIO_MMIO_CONFIG + usize(offset) + width <= this.length;
  }

  private configAt(offset: u32): VirtAddr {
    return this.at + (VIRTIO_MMIO_CONFIG + usize(offset));
  }

  private get registers(): VirtioMmioRegisters {
    return objectAt<VirtioMmioRegisters>(this.at);
  }
}

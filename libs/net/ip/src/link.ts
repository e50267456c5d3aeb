/**
 * The Ethernet side of the interface: the device, its MAC address, and sending whole frames.
 *
 * `send` always takes ownership of the packet. A frame that the device's ring has no room for is
 * offered once more after a flush (which lets the device work) and then dropped, as a full queue of
 * any router would.
 */
import type { NetDevice, Packet } from "@typekraft/netdev";
import { ETHERNET_HEADER_BYTES, emitEthernet, macFromBytes, pushHeader } from "@typekraft/wire";

export class Link {
  device: NetDevice | null = null;
  /** Our MAC address. */
  mac: u64 = 0;
  /** Bytes of an IP packet in a frame; 0 without a device. */
  mtu: usize = 0;
  checksumOffload: boolean = false;
  /** Frames given to the device, and frames that it had no room for. */
  sent: u64 = 0;
  dropped: u64 = 0;
  /** Whether frames were sent that the device has not been told of. */
  private unannounced: boolean = false;

  attach(device: NetDevice): void {
    const address = fixedArray<u8, 6>();
    device.macAddress(address.slice());
    this.mac = macFromBytes(address.slice());
    this.mtu = device.mtu();
    this.checksumOffload = device.checksumOffload();
    this.device = device;
  }

  allocate(): Packet | null {
    const device = this.device;
    return device === null ? null : device.allocatePacket();
  }

  release(packet: Packet): void {
    const device = this.device;
    assert(device !== null, "a packet without a device");
    if (device !== null) device.releasePacket(packet);
  }

  /** Sends the packet's data as the payload of one frame; false where it was dropped. */
  send(packet: Packet, destination: u64, type: u16): boolean {
    const device = this.device;
    if (device === null) return false;
    emitEthernet(pushHeader(packet, ETHERNET_HEADER_BYTES), destination, this.mac, type);
    if (packet.checksumNeeded) packet.checksumStart += 14;
    if (!device.transmit(packet)) {
      device.flush();
      if (!device.transmit(packet)) {
        this.dropped++;
        device.releasePacket(packet);
        return false;
      }
    }
    this.sent++;
    this.unannounced = true;
    return true;
  }

  /** Tells the device of what was sent since the last flush. */
  flush(): void {
    if (!this.unannounced) return;
    this.unannounced = false;
    const device = this.device;
    if (device !== null) device.flush();
  }
}

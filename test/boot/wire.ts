/**
 * The network of one virtual machine, without privileges: QEMU sends every frame of the machine's card to this process as
 * a UDP datagram and takes the answers the same way (`-netdev dgram`). So this process is the whole other side: it gives
 * the address by DHCP and answers ARP for every other address of the subnet; the tests send what they like.
 */
import { createSocket, type Socket } from "node:dgram";
import { dhcpReply } from "../../tools/dhcp-reply.ts";
import { freePort } from "../../tools/guest.ts";
import { arp, macAddress, udp, type End } from "./frames.ts";

const GUEST_MAC = "52:54:00:12:34:56";
const KEPT_FRAMES = 4000;

/** One such network. */
export class Wire {
  /** The machine. */
  readonly guest: End = { mac: macAddress(GUEST_MAC), ip: "10.0.2.15" };
  /** This process, as the machine sees it. */
  readonly peer: End = { mac: macAddress("52:54:00:00:00:99"), ip: "10.0.2.2" };
  /** Options for QEMU. */
  readonly options: readonly string[];
  private frames: Buffer[] = [];
  private readonly socket: Socket;
  private readonly remotePort: number;

  private constructor(socket: Socket, remotePort: number) {
    this.socket = socket;
    this.remotePort = remotePort;
    socket.on("message", (frame) => {
      this.frames.push(frame);
      if (this.frames.length > KEPT_FRAMES) this.frames.shift();
      void this.serve(frame);
    });
    const local = `local.type=inet,local.host=127.0.0.1,local.port=${String(remotePort)}`;
    const port = String(socket.address().port);
    const remote = `remote.type=inet,remote.host=127.0.0.1,remote.port=${port}`;
    this.options = [
      ...["-netdev", `dgram,id=wire,${local},${remote}`],
      ...["-device", `virtio-net-pci,netdev=wire,mac=${GUEST_MAC}`],
    ];
  }

  /** Opens this process's side. */
  static async open(): Promise<Wire> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
    await new Promise<void>((resolve) => {
      socket.bind(0, "127.0.0.1", resolve);
    });
    return new Wire(socket, await freePort());
  }

  /** Sends a frame to the machine. */
  send(frame: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.send(frame, this.remotePort, "127.0.0.1", (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  /** Sends many frames, with a pause after each 50 so that the machine's ring is not simply full. */
  async sendAll(frames: Iterable<Buffer>): Promise<void> {
    let count = 0;
    for (const frame of frames) {
      await this.send(frame);
      if (++count % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** The first frame of the machine that the condition holds for, of those seen and those to come. */
  async find(condition: (frame: Buffer) => boolean, timeoutMs = 5000): Promise<Buffer> {
    const giveUp = performance.now() + timeoutMs;
    for (;;) {
      const found = this.frames.find(condition);
      if (found !== undefined) return found;
      if (performance.now() > giveUp) {
        throw new Error(
          `no such frame within ${String(timeoutMs)} ms, of ${String(this.frames.length)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Forgets the frames seen so far. */
  forget(): void {
    this.frames = [];
  }

  /** Closes this side. */
  close(): void {
    this.socket.close();
  }

  /** What every network does: ARP and DHCP. */
  private async serve(frame: Buffer): Promise<void> {
    const type = frame.length >= 14 ? frame.readUInt16BE(12) : 0;
    if (type === 0x0806 && frame.length >= 42 && frame[21] === 1) {
      const asked = [...frame.subarray(38, 42)].join(".");
      // An announcement or probe of its own address must stay without answer.
      if (asked !== this.guest.ip) await this.send(arp(2, { ...this.peer, ip: asked }, this.guest));
    }
    if (type === 0x0800 && frame[23] === 17 && frame.readUInt16BE(36) === 67) {
      const lease = { address: this.guest.ip, server: this.peer.ip, mask: "255.255.255.0" };
      const reply = dhcpReply(frame.subarray(42), lease);
      const everyone: End = { mac: Buffer.alloc(6, 255), ip: "255.255.255.255" };
      if (reply !== null) await this.send(udp(this.peer, everyone, [67, 68], reply));
    }
  }
}

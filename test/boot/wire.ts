/**
 * The network of one virtual machine, without privileges: a hub of QEMU's joins the machine's card, QEMU's user-mode
 * network (DHCP, and a forwarded port for ordinary clients) and this process, which sees and sends raw Ethernet frames
 * as UDP datagrams (QEMU's `-netdev dgram`).
 */
import { createSocket, type Socket } from "node:dgram";
import { freePort } from "../../tools/guest.ts";
import type { End } from "./frames.ts";
import { macAddress } from "./frames.ts";

const GUEST_MAC = "52:54:00:12:34:56";

/** One such network. */
export class Wire {
  /** The machine, with the first address that QEMU's DHCP server gives out. */
  readonly guest: End = { mac: macAddress(GUEST_MAC), ip: "10.0.2.15" };
  /** Options for QEMU. */
  readonly options: readonly string[];
  /** Frames seen so far, at most the last 1000. */
  readonly frames: Buffer[] = [];
  private readonly socket: Socket;
  private readonly remotePort: number;

  private constructor(socket: Socket, remotePort: number, forwardPort: number) {
    this.socket = socket;
    this.remotePort = remotePort;
    socket.on("message", (frame) => {
      this.frames.push(frame);
      if (this.frames.length > 1000) this.frames.shift();
    });
    const local = `local.type=inet,local.host=127.0.0.1,local.port=${String(remotePort)}`;
    const remote = `remote.type=inet,remote.host=127.0.0.1,remote.port=${String(socket.address().port)}`;
    this.options = [
      ...["-netdev", `user,id=user,hostfwd=tcp:127.0.0.1:${String(forwardPort)}-:80`],
      ...["-netdev", `dgram,id=test,${local},${remote}`],
      ...["-netdev", "hubport,id=hub-user,hubid=0,netdev=user"],
      ...["-netdev", "hubport,id=hub-test,hubid=0,netdev=test"],
      ...["-netdev", "hubport,id=hub-card,hubid=0"],
      ...["-device", `virtio-net-pci,netdev=hub-card,mac=${GUEST_MAC}`],
    ];
  }

  /** Opens this process's side; `forwardPort` leads to the machine's port 80. */
  static async open(forwardPort: number): Promise<Wire> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
    await new Promise<void>((resolve) => {
      socket.bind(0, "127.0.0.1", resolve);
    });
    return new Wire(socket, await freePort(), forwardPort);
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

  /** The first frame that the condition holds for, of those seen and those to come. */
  async find(condition: (frame: Buffer) => boolean, timeoutMs = 5000): Promise<Buffer> {
    const giveUp = performance.now() + timeoutMs;
    for (;;) {
      const found = this.frames.find(condition);
      if (found !== undefined) return found;
      if (performance.now() > giveUp) throw new Error("no such frame has come");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Closes this side. */
  close(): void {
    this.socket.close();
  }
}

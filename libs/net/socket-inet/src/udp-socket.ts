/**
 * A UDP port whose `receive` blocks.
 *
 * The objects of closed sockets are kept for the next ones and never given back to the heap, for
 * the reason that streams are (see stream-pool.ts).
 *
 * @unsafe It makes objects in memory from the heap.
 */
import { heap } from "@typekraft/alloc";
import { ip } from "@typekraft/ip";
import { NO_DEADLINE } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { type Endpoint, SocketError, type UdpSocket } from "@typekraft/socket";
import { UdpPort, UdpSource, udp } from "@typekraft/udp";
import { socketErrorOfUdp } from "./errors.ts";

export class InetUdpSocket implements UdpSocket {
  /** Link of the list of closed ones. */
  next: InetUdpSocket | null = null;
  readonly port = new UdpPort();
  private readonly source = new UdpSource();
  private isOpen = false;
  private timeoutNs: u64 = 0;
  private generation: u64 = 0;

  /** Binds the port, 0 for any free one. */
  open(number: u16): SocketError {
    assert(!this.isOpen);
    const error = socketErrorOfUdp(udp.bind(this.port, number));
    this.isOpen = error === SocketError.None;
    this.timeoutNs = 0;
    return error;
  }

  receive(into: Slice<u8>, from: Endpoint): [usize, SocketError] {
    if (!this.isOpen) return [0, SocketError.Closed];
    const generation = this.generation;
    const deadlineNs = this.timeoutNs === 0 ? NO_DEADLINE : ip.nowNs() + this.timeoutNs;
    for (;;) {
      const [count, received] = udp.receiveInto(this.port, into, this.source);
      if (received) {
        from.address = this.source.address;
        from.port = this.source.port;
        return [count, SocketError.None];
      }
      const woken = scheduler.wait(this.port.ready, deadlineNs);
      if (this.generation !== generation) return [0, SocketError.Closed];
      if (!woken) return [0, SocketError.TimedOut];
    }
  }

  send(data: Slice<u8>, to: Endpoint): SocketError {
    if (!this.isOpen) return SocketError.Closed;
    return socketErrorOfUdp(udp.send(this.port, data, to.address, to.port));
  }

  setTimeoutNs(timeoutNs: u64): void {
    this.timeoutNs = timeoutNs;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.generation++;
    udp.unbind(this.port);
    keepSocket(this);
  }
}

class ClosedSockets {
  head: InetUdpSocket | null = null;
}
const closed = new ClosedSockets();

function keepSocket(socket: InetUdpSocket): void {
  socket.next = closed.head;
  closed.head = socket;
}

/** A closed socket object to open; null where there is no memory. */
export function takeSocket(): InetUdpSocket | null {
  const kept = closed.head;
  if (kept !== null) {
    closed.head = kept.next;
    kept.next = null;
    return kept;
  }
  const at = heap.allocate(sizeof<InetUdpSocket>(), alignof<InetUdpSocket>());
  return at === virt(0) ? null : placeAt<InetUdpSocket>(at, new InetUdpSocket());
}

/** Takes back what `takeSocket` gave and nobody opened. */
export function giveSocket(socket: InetUdpSocket): void {
  keepSocket(socket);
}

/**
 * UDP sockets of the host.
 *
 * @unsafe it places sockets in heap memory
 */
import { heap } from "@typekraft/alloc";
import { scheduler } from "@typekraft/sched";
import { Endpoint, SocketError } from "@typekraft/socket";
import type { UdpSocket } from "@typekraft/socket";
import {
  EAGAIN,
  EINTR,
  SOCK_DGRAM,
  SocketAddress,
  bindSocket,
  closeSocket,
  openSocket,
  receiveDatagram,
  sendDatagram,
} from "./calls.ts";
import { socketError } from "./errors.ts";
import { HostSocket } from "./host-socket.ts";

/** Heap-allocated by `openDatagram`. */
class HostDatagram implements UdpSocket {
  readonly socket = new HostSocket();

  receive(into: Slice<u8>, from: Endpoint): [usize, SocketError] {
    const sender = new SocketAddress();
    const deadlineNs = this.socket.deadlineNs();
    while (true) {
      const result = receiveDatagram(this.socket.fd, into, sender);
      if (result >= 0) {
        from.address = ntohl(sender.address);
        from.port = ntohs(sender.port);
        return [usize(result), SocketError.None];
      }
      if (result === EINTR) continue;
      if (result !== EAGAIN) return [0, socketError(result)];
      if (!scheduler.wait(this.socket.readers, deadlineNs)) return [0, SocketError.TimedOut];
    }
  }

  send(data: Slice<u8>, to: Endpoint): SocketError {
    const peer = new SocketAddress();
    peer.address = htonl(to.address);
    peer.port = htons(to.port);
    const deadlineNs = this.socket.deadlineNs();
    while (true) {
      const result = sendDatagram(this.socket.fd, data, peer);
      if (result >= 0) return SocketError.None;
      if (result === EINTR) continue;
      if (result !== EAGAIN) return socketError(result);
      if (!scheduler.wait(this.socket.writers, deadlineNs)) return SocketError.TimedOut;
    }
  }

  setTimeoutNs(timeoutNs: u64): void {
    this.socket.setTimeoutNs(timeoutNs);
  }

  close(): void {
    this.socket.close();
    heap.release(addressOf(this));
  }
}

/** Opens a UDP port of all addresses of the host. */
export function openDatagram(port: u16): [UdpSocket | null, SocketError] {
  const fd = openSocket(SOCK_DGRAM);
  if (fd < 0) return [null, socketError(fd)];
  const at = new SocketAddress();
  at.port = htons(port);
  const result = bindSocket(i32(fd), at);
  const place =
    result === 0 ? heap.allocate(sizeof<HostDatagram>(), alignof<HostDatagram>()) : virt(0);
  if (u64(place) === 0) {
    closeSocket(i32(fd));
    return [null, result === 0 ? SocketError.NoResources : socketError(result)];
  }
  const datagram = placeAt(place, new HostDatagram());
  if (datagram.socket.adopt(i32(fd))) return [datagram, SocketError.None];
  heap.release(place);
  return [null, SocketError.NoResources];
}

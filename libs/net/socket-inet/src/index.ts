/** Implements @typekraft/socket over our own TCP, UDP and IP. */
import { ip } from "@typekraft/ip";
import { NO_DEADLINE } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import {
  type Ipv4,
  SocketError,
  type TcpListener,
  type TcpStream,
  type UdpSocket,
} from "@typekraft/socket";
import { TcpState } from "@typekraft/tcp";
import { socketErrorOfTcp } from "./errors.ts";
import { tcp } from "./network.ts";
import { streams } from "./stream-pool.ts";
import { giveListener, takeListener } from "./tcp-listener.ts";
import { giveSocket, takeSocket } from "./udp-socket.ts";

export { startTcp } from "./network.ts";
export { startStreams } from "./stream-pool.ts";

/** Blocks until the network has an address; false where it has no device and never will. */
function waitForAddress(): boolean {
  if (!ip.attached()) return false;
  while (ip.address() === 0) scheduler.wait(ip.ready, NO_DEADLINE);
  return true;
}

/** See @typekraft/socket. */
export function tcpListen(port: u16, backlog: u32): [TcpListener | null, SocketError] {
  if (!waitForAddress()) return [null, SocketError.Unreachable];
  const socket = takeListener();
  if (socket === null) return [null, SocketError.NoResources];
  const [listener, error] = tcp.listen(port, backlog);
  if (listener === null) {
    giveListener(socket);
    return [null, socketErrorOfTcp(error)];
  }
  socket.open(listener);
  return [socket, SocketError.None];
}

/** See @typekraft/socket. */
export function tcpConnect(address: Ipv4, port: u16): [TcpStream | null, SocketError] {
  if (!waitForAddress()) return [null, SocketError.Unreachable];
  const [c, error] = tcp.connect(address, port);
  if (c === null) return [null, socketErrorOfTcp(error)];
  while (c.state === TcpState.SynSent || c.state === TcpState.SynReceived) {
    scheduler.wait(c.writers, NO_DEADLINE);
  }
  if (c.state === TcpState.Closed) {
    const reason = socketErrorOfTcp(c.error);
    tcp.close(c);
    return [null, reason];
  }
  const stream = streams.take();
  if (stream === null) {
    tcp.abort(c);
    return [null, SocketError.NoResources];
  }
  stream.open(c);
  return [stream, SocketError.None];
}

/** See @typekraft/socket. */
export function udpOpen(port: u16): [UdpSocket | null, SocketError] {
  if (!waitForAddress()) return [null, SocketError.Unreachable];
  const socket = takeSocket();
  if (socket === null) return [null, SocketError.NoResources];
  const error = socket.open(port);
  if (error !== SocketError.None) {
    giveSocket(socket);
    return [null, error];
  }
  return [socket, SocketError.None];
}

/** See @typekraft/socket. */
export function localAddress(): Ipv4 {
  return ip.address();
}

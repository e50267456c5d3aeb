/** Blocking sockets over threads. Implementations: socket-inet (our TCP/IP), socket-host (those of the Linux host). */

/** Why a call on a socket failed. */
export enum SocketError {
  None,
  /** The peer reset the connection, or it timed out. */
  Reset,
  TimedOut,
  Refused,
  /** The port is taken. */
  InUse,
  /** No memory, or a table is full. */
  NoResources,
  /** Already closed on this side. */
  Closed,
  /** No network device, no address, or no route. */
  Unreachable,
}

/** An IPv4 address in host byte order: 10.0.2.15 is 0x0a00_020f. */
export type Ipv4 = u32;

/** One connection. Used by one reading and one writing thread at a time. */
export interface TcpStream {
  /** Blocks until there is data, copies at most `into.length` bytes of it; 0 and None at the end of the stream. */
  read(into: Slice<u8>): [usize, SocketError];
  /** Blocks until all is queued for sending. */
  write(data: Slice<u8>): SocketError;
  /** Sends what is queued now, without waiting for more. */
  flush(): void;
  /** Reads and writes give TimedOut when they block longer; 0: never. */
  setTimeoutNs(timeoutNs: u64): void;
  /** No more writes; the peer reads the end of the stream after what was queued. */
  shutdown(): void;
  /** Ends the connection orderly in the background and frees the object: the last use. */
  close(): void;
  /** Ends it at once with a reset and frees the object. */
  abort(): void;
  peerAddress(): Ipv4;
  peerPort(): u16;
}

/** A port on which clients connect. One thread at a time accepts. */
export interface TcpListener {
  /** Blocks until a client has connected. */
  accept(): [TcpStream | null, SocketError];
  port(): u16;
  close(): void;
}

/** Where a datagram came from. */
export class Endpoint {
  address: Ipv4 = 0;
  port: u16 = 0;
}

/** A port that sends and receives datagrams. Used by one reading and one writing thread at a time. */
export interface UdpSocket {
  /** Blocks until a datagram has come; a longer one is cut off. The result is the number of bytes copied. */
  receive(into: Slice<u8>, from: Endpoint): [usize, SocketError];
  send(data: Slice<u8>, to: Endpoint): SocketError;
  setTimeoutNs(timeoutNs: u64): void;
  close(): void;
}

/**
 * Listens on a TCP port (0: any free one) on all addresses; at most `backlog` connections wait for `accept`.
 * Blocks until the network has an address.
 * @bind
 */
export declare function tcpListen(port: u16, backlog: u32): [TcpListener | null, SocketError];

/**
 * Connects to a server; blocks until it has answered.
 * @bind
 */
export declare function tcpConnect(address: Ipv4, port: u16): [TcpStream | null, SocketError];

/**
 * Opens a UDP port (0: any free one) on all addresses. Blocks until the network has an address.
 * @bind
 */
export declare function udpOpen(port: u16): [UdpSocket | null, SocketError];

/**
 * The address that this machine has, 0 while it has none.
 * @bind
 */
export declare function localAddress(): Ipv4;

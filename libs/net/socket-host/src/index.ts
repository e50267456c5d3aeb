/**
 * Sockets of the Linux host: the same programs as over our own TCP/IP, started as a process.
 * Everything is IPv4 on all addresses of the host.
 */
import type { Ipv4, TcpListener, TcpStream, UdpSocket } from "@typekraft/socket";
import type { SocketError } from "@typekraft/socket";
import { openDatagram } from "./datagram.ts";
import { listen } from "./listener.ts";
import { connectStream } from "./stream.ts";

/** 127.0.0.1: under which address others reach the host is the host's business. */
const LOOPBACK: Ipv4 = 0x7f00_0001;

/**
 * Listens on a TCP port (0: any free one); ports below 1024 need a privilege of the host, else
 * NoResources.
 */
export function tcpListen(port: u16, backlog: u32): [TcpListener | null, SocketError] {
  return listen(port, backlog);
}

/** Connects to a server; blocks until it has answered or the host has given up. */
export function tcpConnect(address: Ipv4, port: u16): [TcpStream | null, SocketError] {
  return connectStream(address, port);
}

/** Opens a UDP port (0: any free one). */
export function udpOpen(port: u16): [UdpSocket | null, SocketError] {
  return openDatagram(port);
}

/** An address of the host under which the program can reach itself. */
export function localAddress(): Ipv4 {
  return LOOPBACK;
}

/**
 * The host's socket calls, by their Linux numbers and constants (include/uapi/linux and
 * asm-generic; man 2 of each). All sockets are non-blocking; results below 0 are minus an errno.
 *
 * @unsafe it gives the kernel addresses
 */
import { hostSystemCall } from "@typekraft/linux-host";

const SYS_CLOSE = 3;
const SYS_SOCKET = 41;
const SYS_CONNECT = 42;
const SYS_SENDTO = 44;
const SYS_RECVFROM = 45;
const SYS_SHUTDOWN = 48;
const SYS_BIND = 49;
const SYS_LISTEN = 50;
const SYS_GETSOCKNAME = 51;
const SYS_SETSOCKOPT = 54;
const SYS_GETSOCKOPT = 55;
const SYS_ACCEPT4 = 288;

const AF_INET: u16 = 2;
const SOCK_NONBLOCK = 0x800;
const SOCK_CLOEXEC = 0x8_0000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_LINGER = 13;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const SHUT_WR = 1;
const MSG_NOSIGNAL = 0x4000;

export const SOCK_STREAM: u64 = 1;
export const SOCK_DGRAM: u64 = 2;

export const EINTR: i64 = -4;
export const EAGAIN: i64 = -11;
export const EINPROGRESS: i64 = -115;

/** struct sockaddr_in (man 7 ip). */
export class SocketAddress {
  family: u16 = AF_INET;
  port: be16 = htons(0);
  address: be32 = htonl(0);
  private readonly zero: u64 = 0;
}
staticAssert(sizeof<SocketAddress>() === 16);

const ADDRESS_BYTES = 16;
/** In and out parameter of calls that fill in an address or an option. */
let length: u32 = 0;
/** struct linger, or one int. */
const option = fixedArray<u32, 2>();

/** A new non-blocking socket of type SOCK_STREAM or SOCK_DGRAM. */
export function openSocket(type: u64): i64 {
  return hostSystemCall(SYS_SOCKET, AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, 0, 0, 0);
}

/** Closes a descriptor. */
export function closeSocket(fd: i32): void {
  // EINTR and EIO come after the descriptor is gone; there is nothing to do about either.
  hostSystemCall(SYS_CLOSE, u64(fd), 0, 0, 0, 0, 0);
}

/** Gives the socket this address. */
export function bindSocket(fd: i32, at: SocketAddress): i64 {
  return hostSystemCall(SYS_BIND, u64(fd), u64(addressOf(at)), ADDRESS_BYTES, 0, 0, 0);
}

/** Makes it accept connections, of which `backlog` may wait. */
export function listenOn(fd: i32, backlog: u32): i64 {
  return hostSystemCall(SYS_LISTEN, u64(fd), backlog, 0, 0, 0, 0);
}

/** Begins to connect; EINPROGRESS where the answer has to be awaited. */
export function connectTo(fd: i32, peer: SocketAddress): i64 {
  return hostSystemCall(SYS_CONNECT, u64(fd), u64(addressOf(peer)), ADDRESS_BYTES, 0, 0, 0);
}

/** The descriptor of the next client; `peer` is filled in. */
export function acceptOn(fd: i32, peer: SocketAddress): i64 {
  length = ADDRESS_BYTES;
  const flags: u64 = SOCK_NONBLOCK | SOCK_CLOEXEC;
  return hostSystemCall(
    SYS_ACCEPT4,
    u64(fd),
    u64(addressOf(peer)),
    u64(addressOf(length)),
    flags,
    0,
    0,
  );
}

/** Fills in the socket's own address. */
export function ownAddress(fd: i32, into: SocketAddress): i64 {
  length = ADDRESS_BYTES;
  return hostSystemCall(
    SYS_GETSOCKNAME,
    u64(fd),
    u64(addressOf(into)),
    u64(addressOf(length)),
    0,
    0,
    0,
  );
}

/** Bytes received; 0 at the end of a stream. */
export function receiveFrom(fd: i32, into: Slice<u8>): i64 {
  return hostSystemCall(SYS_RECVFROM, u64(fd), u64(into.addr), into.length, 0, 0, 0);
}

/** The same of a datagram; `sender` is filled in. */
export function receiveDatagram(fd: i32, into: Slice<u8>, sender: SocketAddress): i64 {
  length = ADDRESS_BYTES;
  const from = u64(addressOf(sender));
  return hostSystemCall(
    SYS_RECVFROM,
    u64(fd),
    u64(into.addr),
    into.length,
    0,
    from,
    u64(addressOf(length)),
  );
}

/** Bytes taken for sending, perhaps not all. */
export function sendTo(fd: i32, data: Slice<u8>): i64 {
  return hostSystemCall(SYS_SENDTO, u64(fd), u64(data.addr), data.length, MSG_NOSIGNAL, 0, 0);
}

/** Sends one datagram; bytes sent. */
export function sendDatagram(fd: i32, data: Slice<u8>, to: SocketAddress): i64 {
  const at = u64(addressOf(to));
  return hostSystemCall(
    SYS_SENDTO,
    u64(fd),
    u64(data.addr),
    data.length,
    MSG_NOSIGNAL,
    at,
    ADDRESS_BYTES,
  );
}

/** Ends the sending direction. */
export function shutdownSending(fd: i32): void {
  // ENOTCONN means that the peer has ended the connection already.
  hostSystemCall(SYS_SHUTDOWN, u64(fd), SHUT_WR, 0, 0, 0, 0);
}

function setOption(fd: i32, level: u64, name: u64, bytes: u64): i64 {
  return hostSystemCall(SYS_SETSOCKOPT, u64(fd), level, name, u64(addressOf(option)), bytes, 0);
}

/** Lets a server be started again while connections of its last run are in TIME-WAIT. */
export function allowReuse(fd: i32): i64 {
  option[0] = 1;
  return setOption(fd, SOL_SOCKET, SO_REUSEADDR, 4);
}

/** Sends small segments at once: the callers collect what belongs together. */
export function disableDelay(fd: i32): i64 {
  option[0] = 1;
  return setOption(fd, IPPROTO_TCP, TCP_NODELAY, 4);
}

/** Makes the next close a reset. */
export function resetOnClose(fd: i32): i64 {
  option[0] = 1;
  option[1] = 0;
  return setOption(fd, SOL_SOCKET, SO_LINGER, 8);
}

/** Minus the error that ended a connection attempt; 0 for success. */
export function connectResult(fd: i32): i64 {
  option[0] = 0;
  length = 4;
  const into = u64(addressOf(option));
  const result = hostSystemCall(
    SYS_GETSOCKOPT,
    u64(fd),
    SOL_SOCKET,
    SO_ERROR,
    into,
    u64(addressOf(length)),
    0,
  );
  return result < 0 ? result : -i64(option[0]);
}

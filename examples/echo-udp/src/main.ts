/**
 * Sends every UDP datagram back to where it came from. `--port N` chooses the port, 7777 without
 * it.
 */
import { unsignedOption } from "@typekraft/args";
import { Endpoint, SocketError, udpOpen } from "@typekraft/socket";

const DEFAULT_PORT: u64 = 7777;
const USAGE_STATUS: i32 = 2;

/** The largest datagram that an Ethernet frame carries is smaller. */
const buffer = fixedArray<u8, 2048>();

/** What the machine runs; it ends only where the port cannot be used. */
export function main(): i32 {
  const [port, valid] = unsignedOption("port", DEFAULT_PORT);
  if (!valid || port === 0 || port > 65535) {
    log`--port takes a number from 1 to 65535`;
    return USAGE_STATUS;
  }
  const [socket, error] = udpOpen(u16(port));
  if (socket === null) {
    log`echo-udp cannot open port ${port}: ${error}`;
    return 1;
  }
  log`echo-udp listens on port ${port}`;
  const peer = new Endpoint();
  while (true) {
    const [length, failure] = socket.receive(buffer.slice(), peer);
    if (failure === SocketError.Closed) return 1;
    // An answer that cannot be sent is lost, as datagrams may be.
    if (failure === SocketError.None) socket.send(buffer.slice().sub(0, length), peer);
  }
}

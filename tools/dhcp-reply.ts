/**
 * The answers of a DHCP server with one lease, for networks that tests and benchmarks play (RFC 2131, RFC 2132).
 * It is no server: it answers every DISCOVER and REQUEST with the same address.
 */

/** What the one client gets. */
export interface Lease {
  /** `10.0.2.15` */
  readonly address: string;
  readonly server: string;
  readonly mask: string;
}

const FIXED_BYTES = 236;
const MAGIC_COOKIE = 0x63825363;
const DISCOVER = 1;
const OFFER = 2;
const REQUEST = 3;
const ACK = 5;
const LEASE_SECONDS = 86_400;

const ipBytes = (text: string): readonly number[] => text.split(".").map(Number);

/** The value of option 53 (message type) of a message, 0 where it has none. */
function messageType(message: Buffer): number {
  if (message.length < FIXED_BYTES + 4) return 0;
  if (message.readUInt32BE(FIXED_BYTES) !== MAGIC_COOKIE) return 0;
  for (let at = FIXED_BYTES + 4; at + 2 < message.length;) {
    const code = message[at] ?? 255;
    if (code === 255) return 0;
    if (code === 53) return message[at + 2] ?? 0;
    at += code === 0 ? 1 : 2 + (message[at + 1] ?? 0);
  }
  return 0;
}

/** The server's answer to a client's message (the payload of its UDP datagram); null where none is due. */
export function dhcpReply(message: Buffer, lease: Lease): Buffer | null {
  const type = messageType(message);
  if (type !== DISCOVER && type !== REQUEST) return null;
  const reply = Buffer.alloc(FIXED_BYTES);
  reply.set([2, 1, 6, 0]);
  message.copy(reply, 4, 4, 8); // xid
  message.copy(reply, 10, 10, 12); // flags
  reply.set(ipBytes(lease.address), 16); // yiaddr
  message.copy(reply, 28, 28, 44); // chaddr
  const time = Buffer.alloc(4);
  time.writeUInt32BE(LEASE_SECONDS);
  const options = [
    [53, 1, type === DISCOVER ? OFFER : ACK],
    [54, 4, ...ipBytes(lease.server)],
    [51, 4, ...time],
    [1, 4, ...ipBytes(lease.mask)],
    [3, 4, ...ipBytes(lease.server)],
    [255],
  ];
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(MAGIC_COOKIE);
  return Buffer.concat([reply, cookie, Buffer.from(options.flat()), Buffer.alloc(32)]);
}

/**
 * DHCP messages as the client sends them: the BOOTP header and the options behind it.
 *
 * Every message asks for a broadcast answer: before it has an address, this host accepts no unicast
 * packet.
 * Source: RFC 2131 §2 (field names), RFC 2132 (option names and numbers).
 */
import { macHigh, macLow, macToBytes } from "@typekraft/wire";

export const DHCP_SERVER_PORT: u16 = 67;
export const DHCP_CLIENT_PORT: u16 = 68;
/** Bytes of header and magic cookie. */
export const DHCP_HEADER_BYTES: usize = 240;
/** Bytes of every message that we send, padded: relays may drop shorter ones (RFC 1542 §2.1). */
export const DHCP_MESSAGE_BYTES: usize = 300;
export const DHCP_COOKIE: u32 = 0x6382_5363;
export const BOOTREQUEST: u8 = 1;
export const BOOTREPLY: u8 = 2;
export const HTYPE_ETHERNET: u8 = 1;
const FLAG_BROADCAST: u16 = 0x8000;

export const DHCPDISCOVER: u8 = 1;
export const DHCPOFFER: u8 = 2;
export const DHCPREQUEST: u8 = 3;
export const DHCPDECLINE: u8 = 4;
export const DHCPACK: u8 = 5;
export const DHCPNAK: u8 = 6;

export const OPTION_PAD: u8 = 0;
export const OPTION_SUBNET_MASK: u8 = 1;
export const OPTION_ROUTER: u8 = 3;
export const OPTION_DOMAIN_NAME_SERVER: u8 = 6;
export const OPTION_REQUESTED_ADDRESS: u8 = 50;
export const OPTION_LEASE_TIME: u8 = 51;
export const OPTION_OVERLOAD: u8 = 52;
export const OPTION_MESSAGE_TYPE: u8 = 53;
export const OPTION_SERVER_IDENTIFIER: u8 = 54;
export const OPTION_PARAMETER_REQUEST_LIST: u8 = 55;
export const OPTION_MAXIMUM_SIZE: u8 = 57;
export const OPTION_RENEWAL_TIME: u8 = 58;
export const OPTION_REBINDING_TIME: u8 = 59;
export const OPTION_CLIENT_IDENTIFIER: u8 = 61;
export const OPTION_END: u8 = 255;

@packed
export class DhcpHeader {
  op!: u8;
  htype!: u8;
  hlen!: u8;
  hops!: u8;
  xid!: be32;
  secs!: be16;
  flags!: be16;
  ciaddr!: be32;
  yiaddr!: be32;
  siaddr!: be32;
  giaddr!: be32;
  chaddrHigh!: be16;
  chaddrLow!: be32;
  chaddrPadding!: FixedArray<u8, 10>;
  sname!: FixedArray<u8, 64>;
  file!: FixedArray<u8, 128>;
  cookie!: be32;
}
staticAssert(sizeof<DhcpHeader>() === 240);

/** What a message of the client says; addresses in host order, 0: leave it out. */
export class DhcpRequest {
  type: u8 = 0;
  xid: u32 = 0;
  mac: u64 = 0;
  seconds: u16 = 0;
  /** The address that we have (renewing, rebinding). */
  clientAddress: u32 = 0;
  requestedAddress: u32 = 0;
  serverIdentifier: u32 = 0;
}

/** Writes the message into `into`, which has `DHCP_MESSAGE_BYTES`. */
export function emitDhcp(into: Slice<u8>, request: DhcpRequest): void {
  assert(into.length === DHCP_MESSAGE_BYTES);
  fillBytes(into, 0);
  const header = overlay<DhcpHeader>(into, 0);
  header.op = BOOTREQUEST;
  header.htype = HTYPE_ETHERNET;
  header.hlen = 6;
  header.xid = htonl(request.xid);
  header.secs = htons(request.seconds);
  header.flags = htons(FLAG_BROADCAST);
  header.ciaddr = htonl(request.clientAddress);
  header.chaddrHigh = macHigh(request.mac);
  header.chaddrLow = macLow(request.mac);
  header.cookie = htonl(DHCP_COOKIE);
  const options = new OptionWriter(into.sub(DHCP_HEADER_BYTES));
  options.byte(OPTION_MESSAGE_TYPE, request.type);
  options.mac(OPTION_CLIENT_IDENTIFIER, request.mac);
  if (request.requestedAddress !== 0) {
    options.word(OPTION_REQUESTED_ADDRESS, request.requestedAddress);
  }
  if (request.serverIdentifier !== 0) {
    options.word(OPTION_SERVER_IDENTIFIER, request.serverIdentifier);
  }
  if (request.type !== DHCPDECLINE) {
    options.half(OPTION_MAXIMUM_SIZE, 1500);
    options.wishes();
  }
  options.end();
}

/** Appends options; the 60 bytes that there are suffice for all that a message of ours can have. */
class OptionWriter {
  private at: usize = 0;

  constructor(private readonly into: Slice<u8>) {}

  byte(code: u8, value: u8): void {
    this.begin(code, 1);
    this.put(value);
  }

  half(code: u8, value: u16): void {
    this.begin(code, 2);
    this.put(u8(value >> 8));
    this.put(u8(value));
  }

  word(code: u8, value: u32): void {
    this.begin(code, 4);
    for (let shift: u32 = 32; shift !== 0; shift -= 8) this.put(u8(value >> (shift - 8)));
  }

  /** A client identifier of hardware type and address (RFC 2132 §9.14). */
  mac(code: u8, value: u64): void {
    this.begin(code, 7);
    this.put(HTYPE_ETHERNET);
    macToBytes(value, this.into.sub(this.at, 6));
    this.at += 6;
  }

  /** The list of options that we would like to have. */
  wishes(): void {
    this.begin(OPTION_PARAMETER_REQUEST_LIST, 6);
    this.put(OPTION_SUBNET_MASK);
    this.put(OPTION_ROUTER);
    this.put(OPTION_DOMAIN_NAME_SERVER);
    this.put(OPTION_LEASE_TIME);
    this.put(OPTION_RENEWAL_TIME);
    this.put(OPTION_REBINDING_TIME);
  }

  end(): void {
    this.put(OPTION_END);
  }

  private begin(code: u8, length: u8): void {
    this.put(code);
    this.put(length);
  }

  private put(value: u8): void {
    this.into[this.at] = value;
    this.at++;
  }
}

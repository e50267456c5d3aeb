/**
 * DHCP messages as the client receives them, from anybody: parsed with every length checked.
 *
 * An option with a length that its meaning does not allow is ignored as if it were not there; an
 * option that reaches beyond its field ends the parsing of that field. Where an option comes twice
 * the first one counts. The fields `sname` and `file` are read where the overload option says that
 * they hold options.
 * Source: RFC 2131 §2, §4.1; RFC 2132 §9.3.
 */
import { macOf } from "@typekraft/wire";
import {
  BOOTREPLY,
  DHCP_COOKIE,
  DHCP_HEADER_BYTES,
  DhcpHeader,
  HTYPE_ETHERNET,
  OPTION_DOMAIN_NAME_SERVER,
  OPTION_END,
  OPTION_LEASE_TIME,
  OPTION_MESSAGE_TYPE,
  OPTION_OVERLOAD,
  OPTION_PAD,
  OPTION_REBINDING_TIME,
  OPTION_RENEWAL_TIME,
  OPTION_ROUTER,
  OPTION_SERVER_IDENTIFIER,
  OPTION_SUBNET_MASK,
} from "./message.ts";

const FILE_HOLDS_OPTIONS: u8 = 1;
const SNAME_HOLDS_OPTIONS: u8 = 2;

/** A parsed reply; addresses in host order, times in seconds, 0: not given. */
export class DhcpReply {
  xid: u32 = 0;
  mac: u64 = 0;
  yourAddress: u32 = 0;
  /** DHCPOFFER, DHCPACK, DHCPNAK …; 0 for plain BOOTP. */
  type: u8 = 0;
  serverIdentifier: u32 = 0;
  mask: u32 = 0;
  router: u32 = 0;
  nameServer: u32 = 0;
  leaseSeconds: u32 = 0;
  renewalSeconds: u32 = 0;
  rebindingSeconds: u32 = 0;
  overload: u8 = 0;

  /**
   * Reads a message; false where it is no DHCP reply for an Ethernet host. The fields are then of
   * no use.
   */
  parse(data: Slice<u8>): boolean {
    this.reset();
    if (data.length < DHCP_HEADER_BYTES) return false;
    const header = overlay<DhcpHeader>(data, 0);
    if (header.op !== BOOTREPLY || header.htype !== HTYPE_ETHERNET || header.hlen !== 6) {
      return false;
    }
    if (ntohl(header.cookie) !== DHCP_COOKIE) return false;
    this.xid = ntohl(header.xid);
    this.mac = macOf(header.chaddrHigh, header.chaddrLow);
    this.yourAddress = ntohl(header.yiaddr);
    this.parseOptions(data.sub(DHCP_HEADER_BYTES));
    const overload = this.overload;
    if ((overload & FILE_HOLDS_OPTIONS) !== 0) this.parseOptions(header.file.slice());
    if ((overload & SNAME_HOLDS_OPTIONS) !== 0) this.parseOptions(header.sname.slice());
    return this.type !== 0;
  }

  private reset(): void {
    this.type = 0;
    this.serverIdentifier = 0;
    this.mask = 0;
    this.router = 0;
    this.nameServer = 0;
    this.leaseSeconds = 0;
    this.renewalSeconds = 0;
    this.rebindingSeconds = 0;
    this.overload = 0;
  }

  private parseOptions(options: Slice<u8>): void {
    let at = 0;
    while (at < options.length) {
      const code = options[at];
      at++;
      if (code === OPTION_PAD) continue;
      if (code === OPTION_END || at >= options.length) return;
      const length = usize(options[at]);
      at++;
      if (length > options.length - at) return;
      this.take(code, options.sub(at, length));
      at += length;
    }
  }

  private take(code: u8, value: Slice<u8>): void {
    switch (code) {
      case OPTION_MESSAGE_TYPE:
        if (value.length === 1 && this.type === 0) this.type = value[0];
        break;
      case OPTION_OVERLOAD:
        if (value.length === 1 && this.overload === 0) this.overload = value[0];
        break;
      case OPTION_SERVER_IDENTIFIER:
        if (this.serverIdentifier === 0) this.serverIdentifier = exactWord(value);
        break;
      case OPTION_SUBNET_MASK:
        if (this.mask === 0) this.mask = exactWord(value);
        break;
      case OPTION_ROUTER:
        if (this.router === 0) this.router = firstWord(value);
        break;
      case OPTION_DOMAIN_NAME_SERVER:
        if (this.nameServer === 0) this.nameServer = firstWord(value);
        break;
      case OPTION_LEASE_TIME:
        if (this.leaseSeconds === 0) this.leaseSeconds = exactWord(value);
        break;
      case OPTION_RENEWAL_TIME:
        if (this.renewalSeconds === 0) this.renewalSeconds = exactWord(value);
        break;
      case OPTION_REBINDING_TIME:
        if (this.rebindingSeconds === 0) this.rebindingSeconds = exactWord(value);
        break;
      default:
        break;
    }
  }
}

/** The value of a 4-byte option; 0 for another length. */
function exactWord(value: Slice<u8>): u32 {
  return value.length === 4 ? firstWord(value) : 0;
}

/** The first of a list of addresses; 0 where the length is no multiple of 4. */
function firstWord(value: Slice<u8>): u32 {
  if (value.length === 0 || value.length % 4 !== 0) return 0;
  return ntohl(viewAs<be32>(value)[0]);
}

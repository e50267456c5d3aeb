/** The address from the command line: `net.ip=10.0.2.15/24 net.gw=10.0.2.2`, instead of DHCP. */
import { startsWith } from "@typekraft/format";
import type { IpInterface } from "@typekraft/ip";
import {
  formatIpv4,
  formatIpv4Prefix,
  ipv4IsUsableSource,
  parseIpv4,
  parseIpv4Prefix,
} from "@typekraft/wire";

/**
 * Configures the interface from the command line; false where it has no `net.ip`. Panics, naming
 * the word, where the address cannot be one: the user has to correct it.
 */
export function configureStatically(ip: IpInterface, commandLine: str): boolean {
  const [prefix, found] = wordAfter(commandLine, "net.ip=");
  if (!found) return false;
  const [address, mask, valid] = parseIpv4Prefix(prefix);
  if (!valid || !ipv4IsUsableSource(address)) {
    panic("net.ip on the command line must be a host address and prefix, as 10.0.2.15/24");
  }
  let gateway: u32 = 0;
  const [router, hasRouter] = wordAfter(commandLine, "net.gw=");
  if (hasRouter) {
    const [parsed, isAddress] = parseIpv4(router);
    if (!isAddress || !ipv4IsUsableSource(parsed)) {
      panic("net.gw on the command line must be a host address, as 10.0.2.2");
    }
    gateway = parsed;
  }
  const own = fixedArray<u8, 18>();
  const space = fixedArray<u8, 18>();
  const ownText = formatIpv4Prefix(address, mask, own.slice());
  log`net: ${ownText}, gateway ${formatIpv4(gateway, space.slice())}`;
  ip.configure(address, mask, gateway);
  return true;
}

/** What follows `key` in the first word of `line` that starts with it, and whether there is one. */
export function wordAfter(line: str, key: str): [str, boolean] {
  const data = bytes(line);
  let start = 0;
  while (start < data.length) {
    let end = start;
    while (end < data.length && data[end] !== 32) end++;
    const word = data.sub(start, end - start);
    if (startsWith(word, key)) return [text(word.sub(key.length)), true];
    start = end + 1;
  }
  return ["", false];
}

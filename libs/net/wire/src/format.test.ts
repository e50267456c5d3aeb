/** Tests of addresses as text. */
import { sameBytes } from "@typekraft/format";
import {
  formatIpv4,
  formatIpv4Prefix,
  formatMac,
  maskOfPrefix,
  parseIpv4,
  parseIpv4Prefix,
} from "./format.ts";

const storage = fixedArray<u8, 18>();

/** @test */
export function formatsAddresses(): void {
  const into = storage.slice();
  assert(sameBytes(bytes(formatIpv4(0x0a00_020f, into)), "10.0.2.15"));
  assert(sameBytes(bytes(formatIpv4(0xffff_ffff, into)), "255.255.255.255"));
  assert(sameBytes(bytes(formatIpv4(0, into)), "0.0.0.0"));
  assert(sameBytes(bytes(formatIpv4(0x6409_0a63, into)), "100.9.10.99"));
  assert(sameBytes(bytes(formatMac(0x5254_0012_34ef, into)), "52:54:00:12:34:ef"));
}

/** @test */
export function formatsPrefixes(): void {
  const into = storage.slice();
  assert(sameBytes(bytes(formatIpv4Prefix(0x0a00_020f, 0xffff_ff00, into)), "10.0.2.15/24"));
  const longest = formatIpv4Prefix(0xffff_ffff, 0xffff_ffff, into);
  assert(sameBytes(bytes(longest), "255.255.255.255/32"));
  assert(sameBytes(bytes(formatIpv4Prefix(0, 0, into)), "0.0.0.0/0"));
}

/** @test */
export function parsesWhatItFormats(): void {
  let address: u32 = 1;
  for (let i = 0; i < 2000; i++) {
    const [parsed, valid] = parseIpv4(formatIpv4(address, storage.slice()));
    assert(valid && parsed === address);
    address = wrapMul(address, u32(1_664_525)) ^ 0x1234_5678;
  }
}

function refuses(source: str): void {
  const [, , valid] = parseIpv4Prefix(source);
  if (valid) log`takes ${source} for an address`;
  assert(!valid);
}

/** @test */
export function refusesWhatIsNoAddress(): void {
  refuses("");
  refuses(".");
  refuses("10.0.2");
  refuses("10.0.2.");
  refuses("10.0.2.256");
  refuses("10.0.2.1111");
  refuses("10.0.2.15.1");
  refuses("10.0.2.15x");
  refuses(" 10.0.2.15");
  refuses("10.0.2.15/");
  refuses("10.0.2.15/33");
  refuses("10.0.2.15/24/");
  refuses("10..2.15/24");
}

/** @test */
export function parsesPrefixes(): void {
  const [address, mask, valid] = parseIpv4Prefix("10.0.2.15/24");
  assert(valid && address === 0x0a00_020f && mask === 0xffff_ff00);
  const [, whole, plain] = parseIpv4Prefix("10.0.2.15");
  assert(plain && whole === 0xffff_ffff);
  assert(maskOfPrefix(0) === 0 && maskOfPrefix(1) === 0x8000_0000);
}

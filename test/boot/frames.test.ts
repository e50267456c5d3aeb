/** The frames that the tests send are right themselves: known frames, and sums that cancel out. */
import { expect, it } from "vitest";
import { arp, echoRequest, macAddress, SYN, tcp, udp, type End } from "./frames.ts";

const from: End = { mac: macAddress("52:54:00:00:00:01"), ip: "10.0.2.2" };
const to: End = { mac: macAddress("52:54:00:12:34:56"), ip: "10.0.2.15" };

/** RFC 1071: the sum over data that holds its own checksum. */
function sum(data: Buffer): number {
  let total = 0;
  for (let at = 0; at < data.length; at += 2) {
    total += ((data[at] ?? 0) << 8) + (data[at + 1] ?? 0);
  }
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

/** The pseudo-header of a segment of so many bytes. */
function pseudoHeader(frame: Buffer, protocol: number, bytes: number): Buffer {
  const rest = Buffer.from([0, protocol, bytes >> 8, bytes & 255]);
  return Buffer.concat([frame.subarray(26, 34), rest]);
}

it("an ARP request is the one of RFC 826", () => {
  expect(arp(1, from, { ...to, mac: Buffer.alloc(6, 255) }).toString("hex")).toBe(
    `ffffffffffff525400000001080600010800060400015254000000010a0002020000000000000a00020f${"00".repeat(18)}`,
  );
});

it.each([
  ["echo", echoRequest(from, to, 1, Buffer.from("odd")), 1],
  ["udp", udp(from, to, [1000, 7], Buffer.from("three")), 17],
  ["tcp", tcp(from, to, { ports: [1, 80], sequence: 0xffff_ffff, flags: SYN }), 6],
] as const)("the checksums of %s cancel out", (_name, frame, protocol) => {
  expect(sum(frame.subarray(14, 34))).toBe(0xffff);
  const total = frame.readUInt16BE(16);
  const payload = frame.subarray(34, 14 + total);
  const pseudo = protocol === 1 ? Buffer.alloc(0) : pseudoHeader(frame, protocol, payload.length);
  expect(sum(Buffer.concat([pseudo, payload]))).toBe(0xffff);
});

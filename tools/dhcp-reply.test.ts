/** The answers of the one-lease DHCP server, byte by byte where the client looks. */
import { expect, it } from "vitest";
import { dhcpReply } from "./dhcp-reply.ts";

const lease = { address: "10.0.2.15", server: "10.0.2.2", mask: "255.255.255.0" };

/** A client's message with this type. */
function message(type: number): Buffer {
  const fixed = Buffer.alloc(240);
  fixed.set([1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef]);
  fixed.set([0x52, 0x54, 0, 0x12, 0x34, 0x56], 28);
  fixed.writeUInt32BE(0x63825363, 236);
  return Buffer.concat([fixed, Buffer.from([0, 12, 1, 65, 53, 1, type, 255])]);
}

it.each([
  [1, 2],
  [3, 5],
])("answers type %i with type %i", (asked, answered) => {
  const reply = dhcpReply(message(asked), lease);
  expect(reply?.subarray(0, 8)).toEqual(Buffer.from([2, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef]));
  expect(reply?.subarray(16, 20)).toEqual(Buffer.from([10, 0, 2, 15]));
  expect(reply?.subarray(28, 34)).toEqual(Buffer.from([0x52, 0x54, 0, 0x12, 0x34, 0x56]));
  expect(reply?.subarray(240, 243)).toEqual(Buffer.from([53, 1, answered]));
  expect(reply?.length).toBeGreaterThanOrEqual(300);
});

it("has no answer to anything else", () => {
  expect(dhcpReply(message(7), lease)).toBeNull();
  expect(dhcpReply(Buffer.alloc(10), lease)).toBeNull();
  expect(dhcpReply(Buffer.alloc(300), lease)).toBeNull();
});

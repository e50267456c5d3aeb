/** What arrives below the sockets: malformed frames, a flood of SYNs, and the few packets whose answers are laid down. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Guest } from "../../tools/guest.ts";
import { build } from "../../tools/kraft.ts";
import { ACK, arp, echoRequest, PSH, RST, SYN, tcp, udp, type End } from "./frames.ts";
import { startMachine } from "./qemu.ts";
import { findSegment, rawFetch, readSegment } from "./raw-http.ts";
import { Wire } from "./wire.ts";

const PAGE_BYTES = 612;
const FLOOD = 10_000;
const FUZZED = 6000;

let wire: Wire;
let peer: End;
let guest: Guest;
let nextPort = 20_000;

/** Fetches the page until it comes; each try from a fresh port. */
async function answers(seconds: number): Promise<void> {
  const giveUp = performance.now() + seconds * 1000;
  for (;;) {
    try {
      wire.forget();
      const response = await rawFetch(wire, nextPort++, PAGE_BYTES);
      expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      return;
    } catch (error) {
      if (performance.now() > giveUp) throw new Error(guest.output, { cause: error });
    }
  }
}

beforeAll(async () => {
  wire = await Wire.open();
  peer = wire.peer;
  const image = await build("examples/http-hello", "--target", "qemu/x86_64");
  guest = startMachine({ image: image.path, memory: "16M", options: wire.options });
  await answers(30);
});

afterAll(async () => {
  await guest.stop();
  wire.close();
});

const isFromGuest = (frame: Buffer): boolean => frame.subarray(6, 12).equals(wire.guest.mac);

describe("single packets", () => {
  it("an ARP request gets its answer", async () => {
    await wire.send(arp(1, peer, { mac: Buffer.alloc(6, 255), ip: wire.guest.ip }));
    const answer = await wire.find(
      (frame) => isFromGuest(frame) && frame.readUInt16BE(12) === 0x0806 && frame[21] === 2,
    );
    expect(answer.subarray(28, 32)).toEqual(Buffer.from([10, 0, 2, 15]));
  });

  it("an echo request comes back with its data", async () => {
    const data = Buffer.from("sixteen bytes...");
    await wire.send(echoRequest(peer, wire.guest, 7, data));
    const answer = await wire.find(
      (frame) => isFromGuest(frame) && frame[23] === 1 && frame[34] === 0,
    );
    expect(answer.subarray(42, 42 + data.length)).toEqual(data);
  });

  it("a SYN to a closed port gets a reset", async () => {
    await wire.send(tcp(peer, wire.guest, { ports: [4001, 81], sequence: 1000, flags: SYN }));
    const answer = await findSegment(wire, 4001, RST | ACK);
    expect(answer.acknowledgment).toBe(1001);
  });

  it("an acknowledgment out of nowhere gets a reset with its sequence number", async () => {
    const segment = { ports: [4002, 80], sequence: 5, acknowledgment: 77, flags: ACK } as const;
    await wire.send(tcp(peer, wire.guest, segment));
    const answer = await findSegment(wire, 4002, RST);
    expect(answer.sequence).toBe(77);
  });

  it("a request in segments of one byte, in reverse order, gets the page", async () => {
    const ports = [4003, 80] as const;
    await wire.send(tcp(peer, wire.guest, { ports, sequence: 99, flags: SYN }));
    const synAck = await findSegment(wire, 4003, SYN | ACK);
    const acknowledgment = (synAck.sequence + 1) >>> 0;
    await wire.send(tcp(peer, wire.guest, { ports, sequence: 100, acknowledgment, flags: ACK }));
    const request = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";
    for (let at = request.length - 1; at >= 0; at--) {
      const data = Buffer.from(request.charAt(at));
      const segment = { ports, sequence: 100 + at, acknowledgment, flags: ACK | PSH, data };
      await wire.send(tcp(peer, wire.guest, segment));
    }
    const page = await wire.find(
      (frame) => readSegment(wire, frame, 4003)?.data.includes("HTTP/1.1 200") === true,
    );
    const { acknowledgment: upTo } = readSegment(wire, page, 4003) ?? {};
    expect(upTo, "all of the request is acknowledged").toBe(100 + request.length);
    await wire.send(tcp(peer, wire.guest, { ports, sequence: 100 + request.length, flags: RST }));
  });
});

describe("a flood", () => {
  it(`of ${String(FLOOD)} SYNs leaves the server answering`, async () => {
    const syns = function* (): Generator<Buffer> {
      for (let count = 0; count < FLOOD; count++) {
        const from: End = { ...peer, ip: `10.0.2.${String(100 + (count % 150))}` };
        const ports = [1024 + (count % 60_000), 80] as const;
        yield tcp(from, wire.guest, { ports, sequence: count * 7919, flags: SYN });
      }
    };
    await wire.sendAll(syns());
    await answers(20);
    expect(guest.output).not.toContain("PANIC");
  });
});

/** Well-formed frames that the fuzzer takes as a start. */
function templates(): readonly Buffer[] {
  const to = wire.guest;
  const ports = [5000, 80] as const;
  const data = Buffer.from("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  return [
    arp(1, peer, to),
    arp(2, peer, to),
    echoRequest(peer, to, 1, Buffer.alloc(56, 7)),
    udp(peer, to, [67, 68], Buffer.alloc(300, 2)),
    udp(peer, to, [5000, 7], data),
    tcp(peer, to, { ports, sequence: 1, flags: SYN }),
    tcp(peer, to, { ports, sequence: 2, acknowledgment: 1, flags: ACK | PSH, data }),
    tcp(peer, to, { ports, sequence: 2, acknowledgment: 1, flags: RST }),
  ];
}

/** A frame with some bytes changed and perhaps a part cut off or added; reproducible from fast-check's seed. */
const mutated = fc.record({
  template: fc.nat({ max: 7 }),
  changes: fc.array(fc.tuple(fc.nat({ max: 80 }), fc.nat({ max: 255 })), { maxLength: 6 }),
  length: fc.option(fc.nat({ max: 1514 })),
});

describe("malformed frames", () => {
  it(`${String(FUZZED)} of them leave the server answering`, async () => {
    const seed = Date.now() % 1_000_000;
    process.stdout.write(`seed of the malformed frames: ${String(seed)}\n`);
    const frames = fc.sample(mutated, { seed, numRuns: FUZZED }).map((recipe) => {
      const frame = Buffer.from(templates()[recipe.template] ?? []);
      for (const [at, value] of recipe.changes) {
        // The destination stays, or the machine's card drops the frame before our code sees it.
        if (at >= 6 && at < frame.length) frame[at] = value;
      }
      if (recipe.length === null) return frame;
      if (recipe.length <= frame.length) return frame.subarray(0, Math.max(14, recipe.length));
      return Buffer.concat([frame, Buffer.alloc(recipe.length - frame.length, 0xee)]);
    });
    await wire.sendAll(frames);
    await answers(20);
    expect(guest.output).not.toContain("PANIC");
  });
});

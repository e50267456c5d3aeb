/** http-hello in a virtual machine with user-mode networking: well-behaved clients, and others. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, Guest } from "../../tools/guest.ts";
import { build } from "../../tools/kraft.ts";
import { run } from "../../tools/process.ts";
import { RawClient } from "./raw-client.ts";

const PAGE_BYTES = 612;
const REQUEST = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

let guest: Guest;
let port: number;
let url: string;

/** Waits for the first answer: the machine boots and gets its address. */
async function answers(): Promise<void> {
  const giveUp = performance.now() + 30_000;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
      expect((await response.arrayBuffer()).byteLength).toBe(PAGE_BYTES);
      return;
    } catch (error) {
      if (performance.now() > giveUp) throw new Error(guest.output, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Bytes of heap in use as the machine itself counts them; the connection that asks is among them. */
async function usedBytes(): Promise<number> {
  const response = await fetch(`${url}stats`, { headers: { connection: "close" } });
  return ((await response.json()) as { readonly used: number }).used;
}

/** Waits until the heap holds no more than `limit`, at most 30 s: closed connections are remembered for a while. */
async function settle(limit: number): Promise<void> {
  const giveUp = performance.now() + 30_000;
  while ((await usedBytes()) > limit && performance.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(await usedBytes()).toBeLessThanOrEqual(limit);
}

let usedAtFirst: number;

beforeAll(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${String(port)}/`;
  const { bytes } = await build("examples/http-hello", "--target", "qemu/x86_64");
  expect(bytes, "size of the image").toBeLessThanOrEqual(204_800);
  guest = new Guest([
    ...["./kraft", "run", "examples/http-hello", "--target", "qemu/x86_64"],
    ...["--memory", "4M", "--publish", `${String(port)}:80`],
  ]);
  await guest.waitFor("listens on port 80", 120_000);
  await answers();
  usedAtFirst = await usedBytes();
});

afterAll(async () => {
  await guest.stop();
});

describe("http-hello", () => {
  it("gives curl the page", async () => {
    const { status, output } = await run(["curl", "-sS", "-i", "--max-time", "10", url]);
    expect(status).toBe(0);
    expect(output).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(output.slice(output.indexOf("\r\n\r\n") + 4)).toHaveLength(PAGE_BYTES);
  });

  it("answers several requests on one connection", async () => {
    const client = await RawClient.connect(port);
    for (let count = 1; count <= 5; count++) {
      client.send(REQUEST);
      expect(await client.responses(count)).toEqual(Array<number>(count).fill(200));
    }
    client.close();
  });

  it("answers pipelined requests in order", async () => {
    const client = await RawClient.connect(port);
    client.send(REQUEST.repeat(8) + "GET /no-such-page HTTP/1.1\r\nHost: test\r\n\r\n" + REQUEST);
    expect(await client.responses(10)).toEqual([...Array<number>(8).fill(200), 404, 200]);
    client.close();
  });

  it("closes after `Connection: close`", async () => {
    const client = await RawClient.connect(port);
    client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    expect(await client.responses(1)).toEqual([200]);
    await client.until("the end", () => client.closed);
  });

  it("serves 30 connections at once", async () => {
    const clients: RawClient[] = [];
    for (let count = 0; count < 30; count++) {
      // One after the other: QEMU's forwarded port has a queue of one, and what comes at once waits for seconds.
      const client = await RawClient.connect(port);
      client.send(REQUEST);
      await client.responses(1);
      clients.push(client);
    }
    for (const client of clients) client.send(REQUEST);
    const codes = await Promise.all(clients.map((client) => client.responses(2)));
    expect(codes.flat()).toEqual(Array<number>(60).fill(200));
    for (const client of clients) client.close();
  });

  it("answers ab and wrk without an error", async () => {
    const ab = await run(["ab", "-q", "-n", "300", "-c", "10", "-s", "20", url]);
    expect(ab.output).toMatch(/Complete requests:\s+300/);
    expect(ab.output).toMatch(/Failed requests:\s+0/);
    const wrk = await run(["wrk", "-t2", "-c30", "-d3s", "--timeout", "30s", url]);
    expect(wrk.output).toMatch(/Requests\/sec/);
    expect(wrk.output).not.toMatch(/Socket errors|Non-2xx/);
  });
});

describe("bad input", () => {
  it.each([
    ["no request line", "nonsense\r\n\r\n", 400],
    ["a space in front of the colon", "GET / HTTP/1.1\r\nHost : test\r\n\r\n", 400],
    ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["a length that is no number", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: x1\r\n\r\n", 400],
    ["a body too large", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 999999999\r\n\r\n", 413],
    ["a header too large", `GET / HTTP/1.1\r\nHost: t\r\nX: ${"a".repeat(70_000)}\r\n\r\n`, 431],
    ["too many headers", `GET / HTTP/1.1\r\nHost: t\r\n${"X: y\r\n".repeat(2000)}\r\n`, 431],
  ])("%s", async (_name, request, code) => {
    const client = await RawClient.connect(port);
    client.send(request);
    expect((await client.responses(1))[0]).toBe(code);
    await client.until("the end", () => client.closed);
    await answers();
  });

  it("of random bytes never stops the server", async () => {
    let random = 12_345;
    for (let round = 0; round < 40; round++) {
      const client = await RawClient.connect(port);
      let text = round % 2 === 0 ? "GET / HTTP/1.1\r\nHost: t\r\n" : "";
      for (let count = 0; count < 200; count++) {
        random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
        text += String.fromCharCode((random >> 8) & 255);
      }
      client.send(`${text}\r\n\r\n`);
      await client.until("an answer or the end", () => client.closed || client.received !== "");
      client.close();
    }
    await answers();
  });
});

describe("difficult clients", () => {
  it("one that sends a byte at a time is served, and others meanwhile", async () => {
    const slow = await RawClient.connect(port);
    for (const byte of REQUEST) {
      slow.send(byte);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await answers();
    expect(await slow.responses(1)).toEqual([200]);
    slow.close();
  });

  it("ones that reset in the middle of a request or an answer leave nothing behind", async () => {
    for (let round = 0; round < 60; round++) {
      const client = await RawClient.connect(port);
      client.send(round % 2 === 0 ? REQUEST : REQUEST.slice(0, 20));
      if (round % 4 === 0) await client.responses(1);
      client.reset();
    }
    await answers();
  });

  it("ones that connect and say nothing do not keep others out", async () => {
    const silent: RawClient[] = [];
    for (let count = 0; count < 20; count++) silent.push(await RawClient.connect(port));
    await answers();
    for (const client of silent) client.close();
    await answers();
  });
});

describe("the end", () => {
  it("comes with as much memory in use as at first", async () => {
    await settle(usedAtFirst);
  });

  it("by Ctrl-C powers the machine off and leaves no port behind", async () => {
    expect(guest.output).not.toContain("PANIC");
    expect(await guest.stop()).toBe(130);
    await expect(RawClient.connect(port)).rejects.toThrow("ECONNREFUSED");
  });
});

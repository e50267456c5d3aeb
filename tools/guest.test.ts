/** Programs in the background: waiting for their output, their status, and that they go away. */
import { connect } from "node:net";
import { expect, it } from "vitest";
import { freePort, Guest } from "./guest.ts";

it("gives output as it comes, and the exit status", async () => {
  const guest = new Guest(["sh", "-c", "echo one; echo two >&2; exit 3"]);
  await guest.waitFor("one", 5000);
  await guest.waitFor(/two/, 5000);
  expect(await guest.ended).toBe(3);
});

it("rejects with the output where the text does not come", async () => {
  const guest = new Guest(["sh", "-c", "echo other"]);
  await expect(guest.waitFor("wanted", 5000)).rejects.toThrow(/ended without wanted.*other/s);
  const silent = new Guest(["sleep", "20"]);
  await expect(silent.waitFor("wanted", 50)).rejects.toThrow(/within 50 ms/);
  silent.kill("SIGKILL");
  await silent.ended;
});

it("ends it as Ctrl-C does, and gives the status that it then chooses", async () => {
  const loop = "while :; do sleep 0.05; done";
  const guest = new Guest(["sh", "-c", `trap 'exit 7' INT; echo ready; ${loop}`]);
  await guest.waitFor("ready", 5000);
  expect(await guest.stop()).toBe(7);
  expect(await guest.stop(), "a second time changes nothing").toBe(7);
});

it("gives 127 for a program that is not there", async () => {
  const guest = new Guest(["/no/such/program"]);
  expect(await guest.ended).toBe(127);
  expect(guest.output).toContain("ENOENT");
});

it("names ports that nobody listens on", async () => {
  const port = await freePort();
  const refused = new Promise((resolve) => {
    connect({ host: "127.0.0.1", port }).once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
  });
  expect(await refused).toBe("ECONNREFUSED");
});

/** Command lines of QEMU. */
import { describe, expect, it } from "vitest";
import { chooseAcceleration } from "./acceleration.ts";
import { formatMemory, parseDuration, parseMemory, parseNetwork, parsePublish } from "./options.ts";
import type { MachineOptions } from "./qemu.ts";
import { guestEnd, commandLineWord, qemuArguments } from "./qemu.ts";

const PLAIN: MachineOptions = {
  machine: "microvm",
  kvm: false,
  memoryBytes: 16 * 1024 ** 2,
  network: undefined,
  publish: [],
  gdbPort: undefined,
  commandLine: [],
};

describe("option values", () => {
  it("are read", () => {
    expect([parseMemory("16M"), parseMemory("1536K"), parseMemory("1g"), parseMemory("4")]).toEqual(
      [16_777_216, 1_572_864, 1_073_741_824, 4_194_304],
    );
    expect([formatMemory(1_572_864), formatMemory(4_194_304)]).toEqual(["1536K", "4M"]);
    expect([
      parseDuration("30s"),
      parseDuration("500ms"),
      parseDuration("0.5"),
      parseDuration("2m"),
    ]).toEqual([30_000, 500, 500, 120_000]);
    expect(parsePublish("8080:80")).toEqual({
      protocol: "tcp",
      address: "127.0.0.1",
      host: 8080,
      guest: 80,
    });
    expect(parsePublish("0.0.0.0:53:5353/udp")).toEqual({
      protocol: "udp",
      address: "0.0.0.0",
      host: 53,
      guest: 5353,
    });
    expect(parseNetwork("tap:tap0")).toEqual({ kind: "tap", interface: "tap0" });
  });

  it.each(["", "x", "1K", "16T", "-1M", "1e3M", "99999999G"])("memory %j is refused", (text) => {
    expect(() => parseMemory(text)).toThrow("--memory");
  });
  it.each(["80", "0:80", "80:65536", "a:b", "1:2/sctp", "256.0.0.1:1:2", "8080:80,hostfwd=x"])(
    "ports %j are refused",
    (text) => {
      expect(() => parsePublish(text)).toThrow("--publish");
    },
  );
  it.each(["0", "x", "-1s", "9999999h"])("duration %j is refused", (text) => {
    expect(() => parseDuration(text)).toThrow("--timeout");
  });
  it.each(["tap:", "tap:a,b", "tap:interface-name-too-long", "bridge"])(
    "network %j is refused",
    (text) => {
      expect(() => parseNetwork(text)).toThrow("--network");
    },
  );
});

describe("QEMU's command line", () => {
  it("has no device that the program does not need", () => {
    expect(qemuArguments("/x/hello", PLAIN).join(" ")).toBe(
      "-accel tcg -machine microvm,acpi=off -cpu max -smp 1 -m 16M -nodefaults -no-user-config -no-reboot -display none " +
        "-serial stdio -device isa-debug-exit,iobase=0xf4,iosize=0x04 -kernel /x/hello",
    );
  });

  it("attaches the network device of the machine type", () => {
    const user = {
      ...PLAIN,
      network: { kind: "user" },
      publish: [parsePublish("8080:80")],
    } as const;
    expect(qemuArguments("k", user).join(" ")).toContain(
      "-global virtio-mmio.force-legacy=false -netdev user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80 -device virtio-net-device,netdev=net0",
    );
    const tap = { ...PLAIN, machine: "q35", network: { kind: "tap", interface: "tap0" } } as const;
    expect(qemuArguments("k", tap).join(" ")).toContain(
      "-netdev tap,id=net0,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=net0,romfile=",
    );
  });

  it("passes the program's words and waits for gdb", () => {
    const args = qemuArguments("k", { ...PLAIN, gdbPort: 1234, commandLine: ["--port", "80"] });
    expect(args.slice(-7)).toEqual([
      "-gdb",
      "tcp:127.0.0.1:1234",
      "-S",
      "-kernel",
      "k",
      "-append",
      "--port 80",
    ]);
  });
});

describe("the command line of a guest", () => {
  it.each([
    ["--port", "--port"],
    ["two words", "'two words'"],
    ["", "''"],
    ["it's", "'it'\\''s'"],
    ['say "x"', "'say \"x\"'"],
    ["a\\b", "'a\\b'"],
    ["tab\there", "'tab\there'"],
  ])("%j is %s", (word, quoted) => {
    expect(commandLineWord(word)).toBe(quoted);
  });
});

describe("the end of a guest", () => {
  it.each([
    [1, 0],
    [7, 3],
    [251, 125],
    [253, 126],
    [255, 134],
    [0, 134],
    [143, 71],
  ])("code %i is status %i", (code, status) => {
    expect(guestEnd(code, "").status).toBe(status);
  });

  it("tells QEMU's own failures from status 0", () => {
    expect(guestEnd(1, "qemu-system-x86_64: could not open 'x'\n").qemuFailed).toBe(true);
    expect(
      guestEnd(1, "qemu-system-x86_64: warning: TCG doesn't support x\n").qemuFailed,
    ).toBeUndefined();
  });
});

describe("acceleration", () => {
  it.each([
    [["vmx"], true, true],
    [["svm"], true, true],
    [["vmx"], false, false],
    [["sse2"], true, false],
    [[], false, false],
  ])("flags %j with /dev/kvm %s: %s", (cpuFlags, kvmAccessible, kvm) => {
    expect(chooseAcceleration({ cpuFlags, kvmAccessible }).kvm).toBe(kvm);
  });
});

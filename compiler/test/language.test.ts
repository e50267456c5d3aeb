/**
 * Run tests: every `@test` function of language/*.test.ts, compiled in debug and release builds by clang without and
 * with optimisation (the former under ASan and UBSan) and by gcc, does what it says; each runs in a process of its own.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { C_FLAGS, CLANG_FLAGS } from "../src/backend-c/index.ts";
import type { Checks, CUnit } from "../src/driver/index.ts";
import { verify } from "../src/ir/verify.ts";
import { compileForTest, formatAll, repository } from "./programs.ts";

const folder = join(repository, "compiler/test/language");
const files = readdirSync(folder).filter((f) => f.endsWith(".ts"));
const TEST = /\/\*\* @test(?: panics ([^*]+))? ?\*\/\nexport function (\w+)/g;

interface Case {
  readonly name: string;
  readonly panics: string | undefined;
}

const cases = files.flatMap((file) =>
  [...readFileSync(join(folder, file), "utf8").matchAll(TEST)].map((m): Case => ({
    name: m[2] ?? "",
    panics: m[1]?.trim(),
  })),
);

const BUILDS: readonly {
  readonly name: string;
  readonly checks: Checks;
  readonly command: readonly string[];
}[] = [
  {
    name: "debug, clang -O0, sanitized",
    checks: "debug",
    command: [
      ...["clang", ...CLANG_FLAGS, "-O0", "-fsanitize=undefined,address"],
      ...["-fno-sanitize-recover=all", "-fno-sanitize=pointer-overflow"],
    ],
  },
  {
    name: "release, clang -O2",
    checks: "release",
    command: ["clang", ...CLANG_FLAGS, "-O2", "-flto=thin", "-fuse-ld=lld"],
  },
  { name: "release, gcc -O2", checks: "release", command: ["gcc", "-O2"] },
];

const NATIVE = [
  "libs/plat/linux/src/start.S",
  "libs/plat/linux-host/src/system-call.S",
  "libs/arch/x86_64/src/switch.S",
];

const compiled = new Map<Checks, readonly CUnit[]>();

/** The C of all tests, made once for each kind of checks; the IR is verified after every stage. */
function units(checks: Checks): readonly CUnit[] {
  const known = compiled.get(checks);
  if (known !== undefined) return known;
  const wrong: string[] = [];
  const result = compileForTest(
    folder,
    {
      checks,
      main: join(repository, "libs/core/test/src/index.ts"),
      tests: files.map((f) => join(folder, f)),
    },
    (stage, program) => {
      wrong.push(...verify(program).map((e) => `after ${stage}: ${e.where}: ${e.message}`));
    },
  );
  expect(formatAll(result)).toEqual([]);
  expect(wrong).toEqual([]);
  compiled.set(checks, result.units);
  return result.units;
}

/** Compiles all tests into one program; the result is its path. */
function build(into: string, checks: Checks, command: readonly string[]): string {
  const sources = units(checks).map((unit) => {
    const path = join(into, unit.name);
    writeFileSync(path, unit.text);
    return path;
  });
  const image = join(into, "tests");
  const [compiler = "cc", ...flags] = command;
  const native = NATIVE.map((n) => join(repository, n));
  const { status, stderr } = spawnSync(
    compiler,
    [...C_FLAGS, ...flags, "-fno-pic", "-no-pie", "-w", "-g", "-o", image, ...sources, ...native],
    { encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return image;
}

describe.each(BUILDS)("$name", ({ checks, command }) => {
  let into = "";
  let image = "";
  const numbers = new Map<string, string>();

  beforeAll(() => {
    into = mkdtempSync(join(tmpdir(), "typekraft-language-"));
    image = build(into, checks, command);
    const list = spawnSync(image, ["--list"], { encoding: "utf8" }).stdout;
    for (const line of list.split("\n")) {
      const [number, name] = line.split(" ");
      if (number !== undefined && name !== undefined) numbers.set(name, number);
    }
  }, 120_000);

  afterAll(() => {
    rmSync(into, { recursive: true, force: true });
  });

  it.each(cases)("$name", ({ name, panics }) => {
    const number = numbers.get(name);
    expect(number).toBeDefined();
    const { status, stdout, stderr } = spawnSync(image, ["--test", number ?? ""], {
      encoding: "utf8",
      timeout: 60_000,
    });
    if (panics === undefined) {
      expect({ status, output: stdout + stderr }).toMatchObject({ status: 0 });
    } else {
      expect(stdout + stderr).toContain(panics);
      expect(status).not.toBe(0);
    }
  });
});

/** Separate compilation: a change in one package leaves the C of all others as it is, byte for byte. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileForTest, formatAll, repository } from "./programs.ts";

const MAIN = `import { formatDecimal } from "@typekraft/format";

class Box<T> {
  value: T;

  constructor(value: T) {
    this.value = value;
  }

  get(): T {
    return this.value;
  }
}

function use(value: u32): u32 {
  const box = new Box<u32>(value);
  return box.get();
}

export function main(): i32 {
  const text = fixedArray<u8, 32>();
  const length = formatDecimal(12, text.slice());
  log\`\${use(7)} \${length}\`;
  return 0;
}
`;
const CHANGED = join(repository, "libs/core/format/src/digits.ts");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-units-"));
  writeFileSync(join(folder, "main.ts"), MAIN);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The units, with `path` read as `text`. */
function units(path: string, text: string): Map<string, string> {
  const result = compileForTest(folder, {
    main: join(folder, "main.ts"),
    checks: "release",
    readFile: (asked) => (asked === path ? text : undefined),
  });
  expect(formatAll(result)).toEqual([]);
  return new Map(result.units.map((unit) => [unit.name, unit.text]));
}

/** Names of the units that differ. */
function changed(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}

describe("units", { timeout: 120_000 }, () => {
  const original = readFileSync(CHANGED, "utf8");
  const main = (): string => join(folder, "main.ts");
  let before = new Map<string, string>();
  beforeAll(() => {
    before = units(main(), MAIN);
  }, 60_000);

  it("are the same for the same sources", () => {
    expect(changed(before, units(main(), MAIN))).toEqual([]);
  });

  it("change only where a body changed", () => {
    const text = original.replace(/\): usize \{\n/, "): usize {\n  compilerBarrier();\n");
    expect(text).not.toBe(original);
    expect(changed(before, units(CHANGED, text))).toEqual(["typekraft_format.c"]);
  });

  it("change only where a function is new, even one before all others", () => {
    const text = MAIN.replace(
      "function use",
      "export function first(): u32 {\n  return 9;\n}\n\nfunction use",
    );
    expect(changed(before, units(main(), text))).toEqual(["under_test.c"]);
  });

  it("change for a new instance of generic code only there and where it is used", () => {
    const text = MAIN.replace("return 0;", "return i32(new Box<u16>(1).get());");
    const names = changed(before, units(main(), text)).sort();
    expect(names).toEqual(["under_test.c", "under_test_generic.c"]);
  });
});

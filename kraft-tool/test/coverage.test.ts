/** `kraft test --coverage` on a library of its own: lines that ran, that did not, and that no test reaches. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const kraft = join(import.meta.dirname, "../../kraft");
const TIMEOUT_MS = 200_000;

const SOURCE = `export function sign(value: i32): i32 {
  if (value < 0) {
    return -1;
  }
  assert(value < 100);
  return 1;
}

export function nobodyTestsThis(value: u32): u32 {
  return value + 1;
}
`;
const TESTS = `import { sign } from "./index.ts";

/** @test */
export function positive(): void {
  assert(sign(5) === 1);
}

/** @test panics assertion */
export function tooLarge(): void {
  sign(100);
}
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-coverage-"));
  const kernel = '"kraft":{"profile":"kernel","layer":"core"}';
  write("package.json", `{"name":"covered","type":"module","exports":"./src/index.ts",${kernel}}`);
  write("src/index.ts", SOURCE);
  write("src/index.test.ts", TESTS);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

describe("kraft test --coverage", { timeout: TIMEOUT_MS }, () => {
  it("counts the lines of the library, those of tests that panic too", () => {
    const words = ["test", ".", "--coverage", "--json"];
    const options = { cwd: folder, encoding: "utf8", timeout: TIMEOUT_MS } as const;
    const { stdout, stderr } = spawnSync(kraft, words, options);
    if (stdout === "") throw new Error(stderr);
    expect(JSON.parse(stdout)).toMatchObject({
      tests: [{ passed: true }, { passed: true }],
      errors: [],
      coverage: [{ file: "src/index.ts", lines: 5, covered: 3, missing: ["3", "10"] }],
    });
    const trace = readFileSync(join(folder, ".kraft/coverage/lcov.info"), "utf8");
    expect(trace).toBe(
      "TN:\nSF:src/index.ts\nDA:2,2\nDA:3,0\nDA:5,2\nDA:6,1\nDA:10,0\nLF:5\nLH:3\nend_of_record\n",
    );
  });
});

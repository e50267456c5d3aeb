/**
 * Runs the tool as a user does: each folder of `testdata/` is one run. `cmd` holds the words behind `./kraft`, `in/` the
 * files of the folder where it runs, `stdout`, `stderr` and `status` what is expected (nothing, nothing and 0 where the
 * file is absent). `[..]` in an expectation stands for anything within a line.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const cases = join(import.meta.dirname, "testdata");
const kraft = join(import.meta.dirname, "../../kraft");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-case-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Some cases compile a program, on a machine that may be busy. */
const TIMEOUT_MS = 150_000;

describe("kraft", { timeout: TIMEOUT_MS }, () => {
  it.each(readdirSync(cases))("%s", (name) => {
    const expectation = (file: string): string => {
      const path = join(cases, name, file);
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    };
    const input = join(cases, name, "in");
    if (existsSync(input)) cpSync(input, folder, { recursive: true });
    const words = expectation("cmd").trim().split(/\s+/);
    const environment = { ...process.env, NO_COLOR: "1", XDG_CACHE_HOME: join(folder, ".cache") };
    const result = spawnSync(kraft, words, {
      cwd: folder,
      env: environment,
      encoding: "utf8",
      timeout: TIMEOUT_MS,
    });
    expect(fit(result.stderr, expectation("stderr"))).toBe(expectation("stderr"));
    expect(fit(result.stdout, expectation("stdout"))).toBe(expectation("stdout"));
    expect(result.status).toBe(Number(expectation("status") || 0));
  });
});

/** The text with those lines replaced by the expected ones that match them. */
function fit(text: string, expected: string): string {
  const patterns = expected.split("\n");
  return text
    .split("\n")
    .map((line, index) => {
      const pattern = patterns[index] ?? "";
      const parts = pattern
        .split("[..]")
        .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
      return new RegExp(`^${parts.join(".*")}$`).test(line) ? pattern : line;
    })
    .join("\n");
}

/** Compiles and runs programs that tests make by hand, with both compilers and with and without optimisation. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Checks } from "../driver/interface.ts";
import type { Program } from "../ir/ir.ts";
import { C_FLAGS, CLANG_FLAGS, emitC } from "./index.ts";

/** A C compiler with its arguments; every warning that says something about the text is an error. */
const WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wno-unused-parameter", "-g"];
const SANITIZE = [
  "-fsanitize=undefined,address",
  "-fno-sanitize-recover=all",
  "-fno-sanitize=pointer-overflow",
];
export const COMPILERS: Readonly<Record<string, readonly string[]>> = {
  "clang -O0, sanitized": ["clang", ...CLANG_FLAGS, "-O0", ...SANITIZE],
  "clang -O2": ["clang", ...CLANG_FLAGS, "-O2"],
  "gcc -O2": ["gcc", "-O2"],
};

/** What became of a program with one compiler. */
export interface Outcome {
  readonly compiler: string;
  /** What the compiler complained about; empty where it accepted the program. */
  readonly errors: string;
  readonly status: number | null;
  readonly stdout: string;
}

/** The outcome with each of these compilers; the program's entry is its exported function with the symbol `main`. */
export function compileAndRun(
  program: Program,
  checks: Checks = "debug",
  compilers: readonly string[] = Object.keys(COMPILERS),
): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), "typekraft-backend-"));
  try {
    const files = emitC(program, { checks }).map((unit) => {
      writeFileSync(join(folder, unit.name), unit.text);
      return unit.name;
    });
    return compilers.map((compiler) => {
      const [command = "", ...args] = COMPILERS[compiler] ?? [];
      const options = { cwd: folder, encoding: "utf8", timeout: 60_000 } as const;
      const built = spawnSync(
        command,
        [...C_FLAGS, ...WARNINGS, ...args, ...files, "-o", "program"],
        options,
      );
      if (built.status !== 0) {
        return { compiler, errors: built.stderr, status: null, stdout: "" };
      }
      const run = spawnSync(join(folder, "program"), [], { ...options, timeout: 10_000 });
      return { compiler, errors: run.stderr, status: run.status, stdout: run.stdout };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

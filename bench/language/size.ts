/**
 * Measures the machine code of both sides of each program in the linked executable, where what nothing calls is gone.
 *
 * Counted are the functions that the symbol table has: by its file for C, by the program's prefix for TypeScript, static
 * initialisers included. The two small functions that a file's checks call where they fail are only in the total, since
 * their names do not say which file they belong to.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CASES } from "./cases.ts";

/** Bytes of machine code. */
export interface CodeSize {
  readonly c: number;
  readonly typescript: number;
}

/** What `measureSizes` finds. */
export interface CodeSizes {
  /** By program. */
  readonly programs: ReadonlyMap<string, CodeSize>;
  /** Of all programs, and what the checks of TypeScript's call where they fail. */
  readonly total: CodeSize;
}

interface Symbol {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Sizes of all programs.
 * @param executable linked, with its symbols
 * @param objectOf the object file of a program's C side
 */
export async function measureSizes(
  executable: string,
  objectOf: (program: string) => string,
): Promise<CodeSizes> {
  const linked = await functionsOf(executable);
  const programs = new Map<string, CodeSize>();
  for (const program of new Set(CASES.map((one) => one.program))) {
    const prefix = new RegExp(`^(init_)?bench_language__${program.replaceAll("-", "_")}__`);
    programs.set(program, {
      c: total(await functionsOf(objectOf(program))),
      typescript: total(linked.filter(({ name }) => prefix.test(name))),
    });
  }
  const failures = linked.filter(({ name }) => /^tk_(fail|outside)_\d+/.test(name));
  const all = [...programs.values()];
  return {
    programs,
    total: {
      c: all.reduce((sum, { c }) => sum + c, 0),
      typescript: all.reduce((sum, { typescript }) => sum + typescript, total(failures)),
    },
  };
}

function total(symbols: readonly Symbol[]): number {
  return symbols.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function functionsOf(file: string): Promise<readonly Symbol[]> {
  const { stdout } = await promisify(execFile)("nm", ["-P", "-t", "d", "--defined-only", file]);
  return stdout
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, type]) => type === "t" || type === "T")
    .map(([name, , , bytes]) => ({ name: name ?? "", bytes: Number(bytes ?? 0) }));
}

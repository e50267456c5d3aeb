/**
 * Builds the language benchmark into one Linux process: the programs through the compiler and then as `kraft build` does,
 * each unit by itself (docs/design/0004), and their C counterparts by `clang -O2`, each whole in its file. Neither side is
 * inlined into the harness, which calls through pointers.
 */
import { compileProgram, formatDiagnostic, type Checks } from "@typekraft/compiler";
import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const start = promisify(execFile);

/** For both sides; the frame pointer is what programs are built with (docs/design/0001, Panics). */
const cFlags = ["-O2", "-std=c11", "-fno-omit-frame-pointer", "-ffunction-sections", "-g1"];
/** Only for emitted C, as kraft-tool/src/graph/flags.ts has them. */
const emittedFlags = ["-ffreestanding", "-fno-strict-aliasing"];

/** The executable, and the object file of a program's C side. */
export interface Built {
  readonly executable: string;
  readonly objectOf: (program: string) => string;
}

/** Builds the program. Throws with the diagnostics where it does not compile. */
export async function buildLanguageBenchmark(checks: Checks): Promise<Built> {
  const out = join(root, "out/bench-language", checks);
  await mkdir(out, { recursive: true });
  const objects = await Promise.all([
    ...compilePrograms(checks).map(async ({ name, text }) => {
      const path = join(out, name);
      await writeFile(path, text);
      return clang(path, out, emittedFlags);
    }),
    ...(await readdir(join(here, "c")))
      .filter((name) => name.endsWith(".c"))
      .map((name) => clang(join(here, "c", name), out, [])),
  ]);
  const executable = join(out, "bench");
  await start("clang", ["-fuse-ld=lld", "-Wl,--gc-sections", "-o", executable, ...objects]);
  return { executable, objectOf: (program) => join(out, `${program}.c.o`) };
}

async function clang(source: string, out: string, flags: readonly string[]): Promise<string> {
  const object = join(out, `${source.slice(source.lastIndexOf("/") + 1)}.o`);
  await start("clang", [...cFlags, ...flags, "-c", source, "-o", object]);
  return object;
}

function compilePrograms(checks: Checks): readonly { readonly name: string; text: string }[] {
  const directory = join(here, "programs");
  const entry = join(directory, "harness.ts");
  const result = compileProgram({
    packages: [{ name: "@typekraft/bench-language", directory, entry }],
    roots: [entry],
    bindings: new Map(),
    config: new Map(),
    checks,
    prelude: join(root, "lang/src/prelude.d.ts"),
    base: root,
  });
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(formatDiagnostic).join("\n"));
  return result.units;
}

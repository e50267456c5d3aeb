/** Compiles batches of printed programs to native images, in the ways that are compared, and runs them. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { compileProgram, type CompileResult, type Diagnostic } from "../src/driver/index.ts";
import { verify } from "../src/ir/verify.ts";
import { repository } from "../test/programs.ts";

const run = promisify(execFile);

/** One way from C to an image. */
export interface Build {
  readonly name: string;
  readonly compiler: "clang" | "gcc";
  readonly flags: readonly string[];
}

const COMMON = [
  "-std=c11",
  "-ffreestanding",
  "-fno-strict-aliasing",
  "-fvisibility=hidden",
  "-fno-stack-protector",
  "-fno-pic",
  "-no-pie",
  "-w",
  "-Werror=implicit-function-declaration",
  "-Werror=incompatible-pointer-types",
  "-Werror=int-conversion",
  "-Werror=return-type",
];

export const BUILDS: readonly Build[] = [
  { name: "clang-O0", compiler: "clang", flags: ["-O0"] },
  { name: "clang-O2-lto", compiler: "clang", flags: ["-O2", "-flto", "-fuse-ld=lld"] },
  { name: "gcc-O2", compiler: "gcc", flags: ["-O2"] },
  {
    name: "clang-sanitized",
    compiler: "clang",
    flags: [
      "-O1",
      "-g1",
      "-fsanitize=address,undefined",
      "-fno-sanitize-recover=all",
      "-fuse-ld=lld",
    ],
  },
];

export interface Compiled {
  readonly result: CompileResult;
  /** What the IR verifier said after each stage; empty when all is well. */
  readonly broken: readonly string[];
}

/** Half of the programs are in one package and half in another, so that there is more than one C file to link. */
const packageOf = (index: number): string => (index % 2 === 0 ? "even" : "odd");

/** Where the text of a program lies below the batch's folder. */
export const moduleOf = (index: number): string => `${packageOf(index)}/p${String(index)}.ts`;

/** Writes the modules of a batch and compiles them to C. */
export function compileBatch(
  folder: string,
  programs: readonly string[],
  checks: "debug" | "release",
  verifying: boolean,
): Compiled {
  for (const name of ["even", "odd", "main"]) mkdirSync(join(folder, name), { recursive: true });
  programs.forEach((text, i) => {
    writeFileSync(join(folder, moduleOf(i)), text);
  });
  const main = join(folder, "main/index.ts");
  writeFileSync(main, entryOf(programs.length));
  const runtime = join(repository, "compiler/fuzz/runtime");
  const packages = [
    { name: "@fuzz/runtime", directory: runtime, entry: join(runtime, "index.ts") },
    ...["even", "odd", "main"].map((name) => ({
      name: `@fuzz/${name}`,
      directory: join(folder, name),
      entry: join(folder, name, "index.ts"),
    })),
  ];
  const broken: string[] = [];
  const result = compileProgram(
    {
      packages,
      roots: [main],
      bindings: new Map(),
      config: new Map(),
      checks,
      prelude: join(repository, "lang/src/prelude.d.ts"),
      base: folder,
    },
    verifying
      ? (stage, program) => {
          broken.push(...verify(program).map((e) => `${stage}: ${JSON.stringify(e)}`));
        }
      : undefined,
  );
  return { result, broken };
}

function entryOf(count: number): string {
  const indices = Array.from({ length: count }, (_, i) => i);
  return [
    'import { runAll } from "@fuzz/runtime";',
    ...indices.map((i) => `import { run as run${String(i)} } from "../${moduleOf(i)}";`),
    "function dispatch(index: u32): void {\n  switch (index) {",
    ...indices.map((i) => `    case ${String(i)}:\n      run${String(i)}();\n      break;`),
    "  }\n}",
    "/** @export main */",
    "export function start(argc: i32, argv: VirtAddr): i32 {",
    "  runModuleInitializers();",
    `  return runAll(argc, ${String(count)}, dispatch);\n}\n`,
  ].join("\n");
}

/** The programs in which errors are, or whose `run` the entry module cannot call, by index; -1 for other errors. */
export function faulty(diagnostics: readonly Diagnostic[], count: number): Map<number, string[]> {
  const entry = entryOf(count).split("\n");
  const found = new Map<number, string[]>();
  for (const d of diagnostics) {
    const own =
      /p(\d+)\.ts$/.exec(d.file ?? "")?.[1] ?? /run(\d+)/.exec(entry[d.line - 1] ?? "")?.[1];
    const index = Number(own ?? -1);
    const text = `${d.file ?? ""}(${String(d.line)},${String(d.column)}) ${d.code}: ${d.message}`;
    found.set(index, [...(found.get(index) ?? []), text]);
  }
  return found;
}

/** Builds an image from the C units; throws what the C compiler says. */
export async function link(
  folder: string,
  units: CompileResult["units"],
  build: Build,
): Promise<string> {
  const out = join(folder, build.name);
  mkdirSync(out, { recursive: true });
  const files = units.map((u) => {
    const path = join(out, u.name);
    writeFileSync(path, u.text);
    return path;
  });
  const image = join(out, "image");
  await run(build.compiler, [...COMMON, ...build.flags, "-o", image, ...files], {
    timeout: 600_000,
    maxBuffer: 1 << 26,
  });
  return image;
}

/** Runs an image and gives the line of each program without its index. */
export async function runImage(image: string, count: number, verbose = false): Promise<string[]> {
  const env = { ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=0" };
  const { stdout, stderr } = await run(image, verbose ? ["verbose"] : [], {
    timeout: 300_000,
    maxBuffer: 1 << 26,
    env,
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  const lines = Array.from({ length: count }, () => "nothing");
  for (const text of stdout.split("\n")) {
    const found = /^(\d+) ((?:ok|panic|signal) .*)$/.exec(text);
    if (found?.[2] !== undefined) lines[Number(found[1])] = found[2];
  }
  const complaint = stderr.split("\n").filter((l) => /runtime error|ERROR:/.test(l));
  return complaint.length === 0
    ? lines
    : lines.map((l) =>
        l.startsWith("signal") || l === "nothing" ? `${l} ${complaint.join("; ")}` : l,
      );
}

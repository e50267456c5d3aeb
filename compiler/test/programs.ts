/** Finds the pool's packages and compiles sources for tests of the compiler, without the build tool. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  formatDiagnostic,
  compileProgram,
  type CompileOptions,
  type CompileResult,
  type SourcePackage,
} from "../src/driver/index.ts";
import type { StageHook } from "../src/driver/index.ts";

export const repository = resolve(fileURLToPath(import.meta.url), "../../..");

/** Who implements the APIs in programs of the tests. */
export const BINDINGS: ReadonlyMap<string, string> = new Map([
  ["@typekraft/plat", "@typekraft/plat-linux"],
  ["@typekraft/arch", "@typekraft/arch-x86-64"],
  ["@typekraft/alloc", "@typekraft/alloc-buddy"],
]);

/** All packages below libs/. */
export function poolPackages(): SourcePackage[] {
  const libs = join(repository, "libs");
  return readdirSync(libs).flatMap((layer) =>
    readdirSync(join(libs, layer)).flatMap((name) => {
      const directory = join(libs, layer, name);
      const manifest = join(directory, "package.json");
      if (!existsSync(manifest)) return [];
      const { name: packageName } = JSON.parse(readFileSync(manifest, "utf8")) as { name: string };
      return [{ name: packageName, directory, entry: join(directory, "src/index.ts") }];
    }),
  );
}

/** Compiles with the panic and log packages, for the Linux platform; `own` is the folder of the sources under test. */
export function compileForTest(
  own: string,
  options: Partial<CompileOptions>,
  after?: StageHook,
): CompileResult {
  const packages = [
    ...poolPackages(),
    { name: "under-test", directory: own, entry: join(own, "index.ts") },
  ];
  const entry = (name: string): string => packages.find((p) => p.name === name)?.entry ?? "";
  return compileProgram(
    {
      packages,
      roots: ["@typekraft/panic", "@typekraft/log", "@typekraft/plat-linux"].map(entry),
      bindings: BINDINGS,
      config: new Map<string, boolean | bigint | string>([
        ["DEBUG", false],
        ["LIB_LOG_LEVEL", 3n],
        ["LIB_PLAT_LINUX_HEAP_MIB", 64n],
      ]),
      checks: "debug",
      prelude: join(repository, "lang/src/prelude.d.ts"),
      base: repository,
      ...options,
    },
    after,
  );
}

/** The diagnostics as lines. */
export const formatAll = (result: CompileResult): string[] =>
  result.diagnostics.map(formatDiagnostic);

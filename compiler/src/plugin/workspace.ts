/**
 * What an editor's project belongs to: the packages around it and the values that its configuration has by default. The
 * build tool decides both exactly, with the project's Kraftfile; for the errors of a source their defaults do.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SourcePackage } from "../driver/interface.ts";

/** The packages that a project sees. */
export interface Workspace {
  /** The folder whose node_modules has them; paths in diagnostics are relative to it. */
  readonly base: string;
  readonly packages: readonly SourcePackage[];
  /** The package that the project's own files belong to. */
  readonly own: string;
  readonly prelude: string;
  readonly config: ReadonlyMap<string, boolean | bigint | string>;
}

/** The workspace around a folder; undefined where the language's prelude is not installed there. */
export function findWorkspace(folder: string): Workspace | undefined {
  const base = above(folder, (at) => existsSync(join(at, "node_modules/@typekraft/lang")));
  if (base === undefined) return undefined;
  const scope = join(base, "node_modules/@typekraft");
  const directories = readdirSync(scope).map((name) => realpathSync(join(scope, name)));
  const ownFolder = above(folder, (at) => existsSync(join(at, "package.json"))) ?? folder;
  const packages = [...new Set([...directories, ownFolder])].flatMap(packageIn);
  return {
    base,
    packages,
    own: packages.find((p) => p.directory === ownFolder)?.name ?? "program",
    prelude: join(realpathSync(join(scope, "lang")), "src/prelude.d.ts"),
    config: new Map(packages.flatMap((p) => [...optionsIn(join(p.directory, "Kconfig"))])),
  };
}

function above(folder: string, test: (at: string) => boolean): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (test(at)) return at;
    if (dirname(at) === at) return undefined;
  }
}

function packageIn(directory: string): SourcePackage[] {
  const manifest = join(directory, "package.json");
  if (!existsSync(manifest)) return [];
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
  if (typeof name !== "string") return [];
  return [{ name, directory, entry: join(directory, "src/index.ts") }];
}

/** Options with their types, and the first default that is written as a value. */
function* optionsIn(path: string): Generator<[string, boolean | bigint | string]> {
  yield ["DEBUG", true];
  if (!existsSync(path)) return;
  const entries = readFileSync(path, "utf8").split(/^config[ \t]+/m);
  for (const entry of entries.slice(1)) {
    const name = /^\w+/.exec(entry)?.[0] ?? "";
    const type = /^\s+(bool|int|hex|string)\b/m.exec(entry)?.[1];
    const value = /^\s+default[ \t]+("[^"]*"|\S+)/m.exec(entry)?.[1] ?? "";
    if (type === "bool") yield [name, value === "y"];
    else if (type === "string") yield [name, value.replaceAll('"', "")];
    else if (type !== undefined)
      yield [name, /^(0x[\da-f]+|\d+)$/i.test(value) ? BigInt(value) : 0n];
  }
}

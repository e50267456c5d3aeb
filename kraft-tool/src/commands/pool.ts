/** Reads the pool of libraries: those of the repository, and those of the project itself. */
import { join } from "node:path";
import { parsePackage } from "../catalog/package.ts";
import type { PoolPackage } from "../catalog/package.ts";
import { reachFrom } from "../catalog/reach.ts";
import type { PackageReach } from "../catalog/reach.ts";
import { KraftError } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import { parseKconfig } from "../kconfig/parser.ts";
import type { SymbolDefinition } from "../kconfig/syntax.ts";
import { absolute, filesBelow, folderEntries, isFile, isFolder, readText } from "../sys/files.ts";
import { repositoryRoot, shownPath } from "../sys/paths.ts";
import type { NativeSource } from "../graph/plan.ts";
import { parseJson } from "./project.ts";

/** All libraries by name: the repository's `libs/LAYER/NAME`, then the project's own, which may not hide one. */
export function loadCatalog(projectDirectory: string): Map<string, PoolPackage> {
  const root = repositoryRoot();
  const folders = [...twoLevels(join(root, "libs"))];
  if (projectDirectory !== root)
    folders.push(...twoLevels(join(projectDirectory, "libs")), projectDirectory);
  const catalog = new Map<string, PoolPackage>();
  for (const folder of new Set(folders.map(absolute))) {
    const pkg = loadPackage(folder);
    if (pkg === undefined) continue;
    const earlier = catalog.get(pkg.name);
    if (earlier !== undefined && earlier.directory !== folder) {
      throw new KraftError({
        code: "KR4007",
        what: `two libraries are called ${pkg.name}`,
        why: `${earlier.directory} and ${folder}`,
        next: "rename one of them in its package.json",
      });
    }
    catalog.set(pkg.name, pkg);
  }
  return catalog;
}

/** The library in this folder, undefined where there is none. */
export function loadPackage(folder: string): PoolPackage | undefined {
  const path = join(folder, "package.json");
  const text = readText(path);
  return text === undefined ? undefined : parsePackage(parseJson(text, path), folder);
}

/** The error for a word that names no library, with those that sound like it. */
export function unknownLibrary(
  word: string,
  catalog: ReadonlyMap<string, PoolPackage>,
): KraftError {
  const names = [...catalog.keys()].map((name) => name.replace(/^@typekraft\//, "")).sort();
  return new KraftError({
    code: "KR8001",
    what: `there is no library "${word}"`,
    next: suggestion(word, names),
  });
}

/** Finds out once for each package what its modules import. */
export function packageReach(): (pkg: PoolPackage) => PackageReach {
  const known = new Map<string, PackageReach>();
  return (pkg) => {
    const reach = known.get(pkg.name) ?? reachFrom([pkg.entry], readText);
    known.set(pkg.name, reach);
    return reach;
  };
}

/** The options that these packages define. */
export function loadDefinitions(packages: readonly PoolPackage[]): SymbolDefinition[] {
  return packages.flatMap(({ directory }) => {
    const path = join(directory, "Kconfig");
    const text = readText(path);
    return text === undefined ? [] : parseKconfig(text, shownPath(path));
  });
}

/** The assembly files of the packages and of the language itself, which a hosted program has from the C library. */
export function nativeSources(packages: readonly PoolPackage[], hosted: boolean): NativeSource[] {
  const language = hosted ? [] : filesBelow(join(repositoryRoot(), "lang/src/native"), ".S");
  const files = [
    ...language.map((path) => ({ path, package: "@typekraft/lang" })),
    ...packages.flatMap(({ name, native }) => native.map((path) => ({ path, package: name }))),
  ];
  return files.map((file) => ({ ...file, text: needed(file.path, file.package) }));
}

/** The platform's linker script, undefined where the default one does. */
export function linkerScript(
  packages: readonly PoolPackage[],
): { path: string; text: string } | undefined {
  const found = packages.filter((pkg) => pkg.linkerScript !== undefined);
  const [first, second] = found;
  if (first?.linkerScript === undefined) return undefined;
  if (second !== undefined) {
    throw new KraftError({
      code: "KR4008",
      what: `${first.name} and ${second.name} both have a linker script`,
      next: "leave one of them in the program",
    });
  }
  return { path: first.linkerScript, text: needed(first.linkerScript, first.name) };
}

function needed(path: string, owner: string): string {
  const text = readText(path);
  if (text !== undefined) return text;
  throw new KraftError({
    code: "KR4009",
    what: `${path} does not exist`,
    why: `package.json of ${owner} names it`,
    next: "correct the field `kraft` there",
  });
}

function* twoLevels(folder: string): Generator<string> {
  for (const layer of folderEntries(folder)) {
    const path = join(folder, layer);
    if (!isFolder(path)) continue;
    for (const name of folderEntries(path)) {
      if (isFile(join(path, name, "package.json"))) yield join(path, name);
    }
  }
}

/**
 * `kraft check`: tsc's and our own rules for whole packages, whether or not a program uses their code; makes no C.
 *
 * The result is kept with a record of all files that it rests on. While these are unchanged, the compiler is not loaded.
 */
import { dirname, join } from "node:path";
import type { CompileOptions, Diagnostic } from "@typekraft/compiler";
import type { PoolPackage } from "../catalog/package.ts";
import { KraftError } from "../diagnostics/error.ts";
import { parseCheckRecord } from "../graph/check-record.ts";
import type { CheckRecord } from "../graph/check-record.ts";
import { recordFile, unchanged } from "../graph/manifest.ts";
import { configure } from "../kconfig/values.ts";
import { compile } from "../sys/compiler.ts";
import type { Progress } from "../sys/execute.ts";
import {
  absolute,
  contentHash,
  fileAccess,
  filesBelow,
  folderEntries,
  isFile,
  isFolder,
  readText,
  writeFile,
} from "../sys/files.ts";
import { repositoryRoot, toolVersion } from "../sys/paths.ts";
import { packageSymbol } from "../resolve/config.ts";
import { KRAFTFILE_NAMES } from "../kraftfile/schema.ts";
import { loadCatalog, loadDefinitions, loadPackage, unknownLibrary } from "./pool.ts";
import { baseOf } from "./project.ts";

/** What `kraft check` found. */
export interface CheckReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Paths in diagnostics are relative to it. */
  readonly base: string;
  readonly packageCount: number;
  readonly fileCount: number;
  /** Nothing had changed since the last time. */
  readonly current: boolean;
}

/** Sources that are checked together. */
interface Unit {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
}

/** Checks these projects, packages and files; without words, all libraries and examples of the repository. */
export async function check(words: readonly string[], progress: Progress): Promise<CheckReport> {
  const root = repositoryRoot();
  const first = words[0] === undefined ? root : absolute(words[0]);
  const directory = isFile(first) ? dirname(first) : isFolder(first) ? first : root;
  const catalog = loadCatalog(baseOf(directory) === root ? root : directory);
  const units = words.length === 0 ? everything(catalog) : words.map((w) => unitOf(w, catalog));
  const base = baseOf(directory);
  const options = checkOptions(units, catalog, base);
  const recordPath = join(dirname(options.cacheDirectory), "check.json");
  const request = contentHash([toolVersion(), JSON.stringify(options, writeMap)]);
  const earlier = parseCheckRecord(readText(recordPath) ?? "");
  const counts = { packageCount: units.length, fileCount: units.flatMap((u) => u.files).length };
  const isCurrent =
    earlier?.request === request && earlier.inputs.every((file) => unchanged(file, fileAccess));
  if (isCurrent) return { diagnostics: earlier.diagnostics, base, ...counts, current: true };
  progress.step(
    `check ${words.length === 0 ? "all libraries and examples" : words.join(" ")}`,
    0,
    1,
  );
  const { diagnostics, inputs } = await compile(options);
  const record: CheckRecord = {
    version: 1,
    request,
    inputs: [...new Set([options.prelude, ...inputs])].flatMap(
      (path) => recordFile(path, fileAccess) ?? [],
    ),
    diagnostics,
  };
  writeFile(recordPath, JSON.stringify(record));
  return { diagnostics, base, ...counts, current: false };
}

function everything(catalog: ReadonlyMap<string, PoolPackage>): Unit[] {
  const examples = join(repositoryRoot(), "examples");
  return [
    ...[...catalog.values()].map(packageUnit),
    ...folderEntries(examples)
      .map((name) => join(examples, name))
      .filter((folder) => KRAFTFILE_NAMES.some((name) => isFile(join(folder, name))))
      .map(folderUnit),
  ];
}

function unitOf(word: string, catalog: ReadonlyMap<string, PoolPackage>): Unit {
  const path = absolute(word);
  if (isFile(path) && path.endsWith(".ts"))
    return { name: path, directory: dirname(path), files: [path] };
  if (isFolder(path)) {
    const pkg = loadPackage(path);
    return pkg === undefined ? folderUnit(path) : packageUnit(pkg);
  }
  const found = catalog.get(word) ?? catalog.get(`@typekraft/${word}`);
  if (found === undefined) throw unknownLibrary(word, catalog);
  return packageUnit(found);
}

function packageUnit({ name, directory }: PoolPackage): Unit {
  return { name, directory, files: filesBelow(join(directory, "src"), ".ts") };
}

function folderUnit(directory: string): Unit {
  const files = filesBelow(directory, ".ts");
  if (files.length > 0) return { name: directory, directory, files };
  throw new KraftError({
    code: "KR8004",
    what: `there is no TypeScript file in ${directory}`,
    next: "name a project, a package or a file: kraft check examples/hello",
  });
}

function checkOptions(
  units: readonly Unit[],
  catalog: ReadonlyMap<string, PoolPackage>,
  base: string,
): CompileOptions & { readonly cacheDirectory: string } {
  const packages = [...catalog.values()];
  const known = new Set(packages.map(({ directory }) => directory));
  const own = units.filter(({ directory }) => !known.has(directory));
  const names = units.map(({ name }) => name);
  const which = base === repositoryRoot() ? contentHash(names).slice(0, 12) : "own";
  const fixed = new Map([
    ["DEBUG", false],
    ...packages.map((p) => [packageSymbol(p.name), true] as const),
  ]);
  return {
    packages: [
      ...packages.map(({ name, directory, entry }) => ({ name, directory, entry })),
      ...own.map(({ name, directory, files }) => ({ name, directory, entry: files[0] ?? "" })),
    ],
    roots: [...packages.map(({ entry }) => entry), ...units.flatMap(({ files }) => files)],
    bindings: new Map(),
    config: configure(loadDefinitions(packages), [], fixed),
    checks: "release",
    prelude: join(repositoryRoot(), "lang/src/prelude.d.ts"),
    base,
    check: names,
    cacheDirectory: join(base, ".kraft", "check", which, "tsc"),
  };
}

/** Maps are written as their entries, big integers as text. */
function writeMap(_key: string, value: unknown): unknown {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  return typeof value === "bigint" ? `${String(value)}n` : value;
}

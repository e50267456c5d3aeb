/**
 * Builds one program for one target: compile → clang → link → strip, each only where something has changed.
 *
 * What a finished build read and wrote is in its manifest; while that still holds, the compiler is not even loaded.
 */
import { join } from "node:path";
import type { Checks, CompileOptions, CompileResult } from "@typekraft/compiler";
import { SourceErrors } from "../diagnostics/error.ts";
import type { BuildKind } from "../graph/flags.ts";
import { parseManifest, recordFile, unchanged } from "../graph/manifest.ts";
import type { FileRecord, Manifest } from "../graph/manifest.ts";
import { planBuild } from "../graph/plan.ts";
import type { NativeSource, Plan, ToolPaths } from "../graph/plan.ts";
import type { ConfigValue } from "../kconfig/values.ts";
import type { Resolution } from "../resolve/resolve.ts";
import { compile } from "../sys/compiler.ts";
import { cleanCache, executePlan } from "../sys/execute.ts";
import type { Progress } from "../sys/execute.ts";
import {
  contentHash,
  fileAccess,
  folderEntries,
  makeExecutable,
  readText,
  remove,
  writeFile,
} from "../sys/files.ts";
import { repositoryRoot, toolVersion } from "../sys/paths.ts";
import { requireTools, toolIdentity } from "../sys/tools.ts";
import { errorReport, formatSourceDiagnostic } from "./diagnose.ts";
import { linkerScript, nativeSources } from "./pool.ts";

/** One program for one target, everything about it decided. */
export interface ProgramRequest {
  /** For progress: what is built. */
  readonly title: string;
  readonly kind: BuildKind;
  readonly resolution: Resolution;
  /** The module with `main`. */
  readonly main: string;
  readonly tests: readonly string[] | undefined;
  readonly config: ReadonlyMap<string, ConfigValue>;
  readonly checks: Checks;
  readonly base: string;
  /** Where this program's C files and manifest go. */
  readonly buildFolder: string;
  /** Objects that builds share. */
  readonly cacheFolder: string;
  readonly image: string;
}

/** Where the parts of a finished program are. */
export interface BuiltProgram {
  readonly image: string;
  /** The same with symbols and line numbers. */
  readonly debugImage: string;
  readonly sourceFolder: string;
  /** Nothing had changed. */
  readonly current: boolean;
  readonly warnings: readonly string[];
}

const CACHE_DAYS = 14;

/** Throws `SourceErrors` where the compiler rejects the program, `KraftError` for everything else. */
export async function buildProgram(
  request: ProgramRequest,
  progress: Progress,
): Promise<BuiltProgram> {
  const { kind, resolution, buildFolder, image } = request;
  const tools = findTools();
  const native = nativeSources(resolution.packages, kind.hosted);
  const script = kind.hosted ? undefined : linkerScript(resolution.packages);
  const options = compileOptions(request);
  const key = requestKey(request, options, tools, native, script?.text ?? "");
  const manifestPath = join(buildFolder, "manifest.json");
  const manifest = parseManifest(readText(manifestPath) ?? "");
  const built = {
    image,
    debugImage: kind.hosted ? image : `${image}.dbg`,
    sourceFolder: join(buildFolder, "c"),
  };
  if (
    manifest?.request === key &&
    [...manifest.inputs, ...manifest.outputs].every((file) => unchanged(file, fileAccess))
  ) {
    return { ...built, current: true, warnings: manifest.warnings };
  }
  progress.step(`compile ${request.title}`, 0, 1);
  const result = await compile(options);
  const warnings = checkResult(result, request);
  const plan = planBuild({
    ...built,
    kind,
    units: result.units,
    native,
    linkerScript: script,
    tools,
    cacheFolder: request.cacheFolder,
    hash: contentHash,
  });
  removeOldSources(built.sourceFolder, plan);
  const earlier =
    manifest?.outputs.every((file) => unchanged(file, fileAccess)) === true
      ? manifest.stepKeys
      : {};
  const { keys } = await executePlan(plan, earlier, progress);
  makeExecutable(image);
  saveManifest(manifestPath, {
    key,
    inputs: result.inputs,
    outputs: plan.link.map(({ output }) => output),
    keys,
    warnings,
  });
  cleanCache(request.cacheFolder, CACHE_DAYS);
  return { ...built, current: false, warnings };
}

/** The programs that every build starts. */
function findTools(): ToolPaths {
  const found = requireTools(["clang", "ld.lld", "llvm-objcopy"]);
  const { clang, "ld.lld": lld, "llvm-objcopy": objcopy } = found;
  return { clang, lld, objcopy, identity: [clang, lld, objcopy].map(toolIdentity).join("\n") };
}

/** What the compiler is told about the program. */
export function compileOptions(request: ProgramRequest): CompileOptions {
  const { resolution } = request;
  return {
    packages: resolution.packages.map(({ name, directory, entry }) => ({ name, directory, entry })),
    roots: resolution.roots,
    main: request.main,
    ...(request.tests === undefined ? {} : { tests: request.tests }),
    bindings: resolution.bindings,
    config: request.config,
    checks: request.checks,
    prelude: join(repositoryRoot(), "lang/src/prelude.d.ts"),
    base: request.base,
    cacheDirectory: join(request.buildFolder, "check"),
  };
}

/** Covers all that decides the result but the content of the TypeScript files. */
function requestKey(
  request: ProgramRequest,
  options: CompileOptions,
  tools: ToolPaths,
  native: readonly NativeSource[],
  script: string,
): string {
  const config = [...options.config].map(
    ([name, value]) => `${name}=${typeof value}:${String(value)}`,
  );
  const plain = { ...options, bindings: [...options.bindings], config };
  const assembly = native.flatMap(({ path, text }) => [path, text]);
  const parts = [
    toolVersion(),
    JSON.stringify(request.kind),
    JSON.stringify(plain),
    tools.identity,
    script,
  ];
  return contentHash([...parts, request.image, ...assembly]);
}

/** The warnings to show. */
function checkResult(result: CompileResult, request: ProgramRequest): string[] {
  if (result.diagnostics.some(({ severity }) => severity === "error")) {
    throw new SourceErrors(errorReport(result.diagnostics, request.base, request.resolution));
  }
  return [
    ...new Set(result.diagnostics.map((found) => formatSourceDiagnostic(found, request.base))),
  ];
}

/** C files of packages that are no longer in the program would only mislead. */
function removeOldSources(folder: string, plan: Plan): void {
  const current = new Set(plan.sources.map(({ path }) => path));
  for (const name of folderEntries(folder)) {
    if (!current.has(join(folder, name))) remove(join(folder, name));
  }
}

interface Finished {
  readonly key: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly keys: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

function saveManifest(path: string, finished: Finished): void {
  const record = (paths: readonly string[]): FileRecord[] =>
    [...new Set(paths)]
      .map((file) => recordFile(file, fileAccess))
      .filter((found) => found !== undefined);
  const manifest: Manifest = {
    version: 1,
    request: finished.key,
    inputs: record(finished.inputs),
    outputs: record(finished.outputs),
    stepKeys: finished.keys,
    warnings: finished.warnings,
  };
  writeFile(path, JSON.stringify(manifest));
}

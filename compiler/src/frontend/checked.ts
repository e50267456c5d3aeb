/**
 * Runs tsc over the modules, and where there is a folder for it, only over those that a change since the last run affects.
 *
 * tsc's builder writes what it found to `check.tsbuildinfo`: for each file a hash of its content, the files that it names, the shape
 * of its exports and its diagnostics. Contents are hashed again in every run, so a stale file costs time but decides
 * nothing; one of another version of tsc, with other options or damaged is dropped.
 */
import ts from "typescript";
import { join } from "node:path";
import { readRecord, writeRecord } from "./record.ts";

/** A program whose files are all checked. */
export interface Checked {
  readonly program: ts.Program;
  readonly diagnostics: readonly ts.Diagnostic[];
  /** How many files tsc checked in this run; the others are as the last run found them. */
  readonly checkedCount: number;
}

/** How a module name is resolved; undefined where there is no such module. */
export type Resolve = (name: string, containing: string) => ts.ResolvedModuleFull | undefined;

/**
 * Parses and checks everything that the roots reach. `cacheFolder` need not exist; undefined: every file is checked.
 * `readFile` gives texts that stand for those on the disk; with them nothing is kept for the next run.
 */
export function checkProgram(
  roots: readonly string[],
  options: ts.CompilerOptions,
  resolve: Resolve,
  cacheFolder: string | undefined,
  readFile?: (path: string) => string | undefined,
): Checked {
  if (cacheFolder === undefined || readFile !== undefined) {
    const program = ts.createProgram(roots, options, hostFor(options, resolve, readFile));
    const checkedCount = program.getSourceFiles().length;
    return { program, diagnostics: ts.getPreEmitDiagnostics(program), checkedCount };
  }
  const tsBuildInfoFile = join(cacheFolder, "check.tsbuildinfo");
  return checkAffected(roots, { ...options, incremental: true, tsBuildInfoFile }, resolve);
}

function checkAffected(
  roots: readonly string[],
  options: ts.CompilerOptions,
  resolve: Resolve,
): Checked {
  const builder = ts.createIncrementalProgram({
    rootNames: roots,
    options,
    host: hostFor(options, resolve),
  });
  let checkedCount = 0;
  while (builder.getSemanticDiagnosticsOfNextAffectedFile() !== undefined) checkedCount += 1;
  const diagnostics = ts.sortAndDeduplicateDiagnostics([
    ...builder.getConfigFileParsingDiagnostics(),
    ...builder.getOptionsDiagnostics(),
    ...builder.getSyntacticDiagnostics(),
    ...builder.getGlobalDiagnostics(),
    ...builder.getSemanticDiagnostics(),
  ]);
  // With `noEmit` this writes the record and nothing else.
  builder.emit(undefined, writeRecord);
  return { program: builder.getProgram(), diagnostics, checkedCount };
}

function hostFor(
  options: ts.CompilerOptions,
  resolve: Resolve,
  readFile: (path: string) => string | undefined = () => undefined,
): ts.CompilerHost {
  const host = ts.createIncrementalCompilerHost(options, {
    ...ts.sys,
    readFile: (path, encoding) => readFile(path) ?? ts.sys.readFile(path, encoding),
  });
  return {
    ...host,
    readFile: (path) => (path === options.tsBuildInfoFile ? readRecord(path) : host.readFile(path)),
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map(({ text }) => ({ resolvedModule: resolve(text, containing) })),
  };
}

/** Parses and type-checks the modules of a program with stock tsc, under the prelude instead of its own library. */
import ts from "typescript";
import { dirname, resolve } from "node:path";
import type { CompileOptions, SourcePackage } from "../driver/interface.ts";
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import { checkProgram } from "./checked.ts";

const OPTIONS: ts.CompilerOptions = {
  noLib: true,
  types: [],
  strict: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  experimentalDecorators: false,
  skipLibCheck: true,
};

/** A checked program and what the later stages ask about its modules. */
export interface Frontend {
  /** How many files tsc checked; fewer than there are where a record of the last run was there. */
  readonly checkedCount: number;
  readonly checker: ts.TypeChecker;
  readonly prelude: ts.SourceFile;
  /** All modules but the prelude, each after those it imports. */
  readonly modules: readonly ts.SourceFile[];
  moduleAt(path: string): ts.SourceFile | undefined;
  /** The package that a module belongs to: its name, or "program" for single files. */
  packageOf(file: ts.SourceFile): string;
  packageOfPath(path: string): string;
}

/** Parses and checks; tsc's errors go to the sink. */
export function loadProgram(options: CompileOptions, sink: DiagnosticSink): Frontend | null {
  const byName = new Map(options.packages.map((p) => [p.name, p]));
  const roots = new Set([
    options.prelude,
    ...options.roots,
    ...(options.main === undefined ? [] : [options.main]),
    ...(options.tests ?? []),
    ...[...options.bindings.values()].flatMap((name) => byName.get(name)?.entry ?? []),
  ]);
  const { program, diagnostics, checkedCount } = checkProgram(
    [...roots],
    OPTIONS,
    (name, containing) => resolveModule(name, containing, byName),
    options.cacheDirectory,
    options.readFile,
  );
  for (const d of diagnostics) sink.fromTsc(d);
  const prelude = program.getSourceFile(options.prelude);
  if (prelude === undefined) {
    sink.general("TK4004", `the prelude ${options.prelude} does not exist`);
    return null;
  }
  const modules = importOrder(program, prelude);
  const folders = [...byName.values()]
    .map((p) => [p.directory.endsWith("/") ? p.directory : `${p.directory}/`, p.name] as const)
    .sort((a, b) => b[0].length - a[0].length);
  const packageOfPath = (path: string): string =>
    folders.find(([folder]) => path.startsWith(folder))?.[1] ?? "program";
  return {
    checkedCount,
    checker: program.getTypeChecker(),
    prelude,
    modules,
    moduleAt: (path) => program.getSourceFile(path),
    packageOf: (file) => packageOfPath(file.fileName),
    packageOfPath,
  };
}

function resolveModule(
  name: string,
  containing: string,
  packages: ReadonlyMap<string, SourcePackage>,
): ts.ResolvedModuleFull | undefined {
  const target = name.startsWith(".")
    ? relativeModule(name, containing)
    : packageModule(name, packages);
  if (target === undefined) return undefined;
  return { resolvedFileName: target, extension: ts.Extension.Ts, isExternalLibraryImport: false };
}

function relativeModule(name: string, containing: string): string | undefined {
  const path = resolve(dirname(containing), name);
  for (const candidate of [path, `${path}.ts`, `${path}/index.ts`]) {
    if (candidate.endsWith(".ts") && ts.sys.fileExists(candidate)) return candidate;
  }
  return undefined;
}

/** `@typekraft/x` is its entry; `@typekraft/x/testing` the folder or file `testing` below the entry's folder. */
function packageModule(
  name: string,
  packages: ReadonlyMap<string, SourcePackage>,
): string | undefined {
  const exact = packages.get(name);
  if (exact !== undefined) return exact.entry;
  const parts = name.split("/");
  const length = name.startsWith("@") ? 2 : 1;
  const owner = packages.get(parts.slice(0, length).join("/"));
  if (owner === undefined) return undefined;
  const below = parts.slice(length).join("/");
  return relativeModule(`./${below}`, owner.entry);
}

/** Modules so that each comes after those it imports (cycles broken at the first seen). */
function importOrder(program: ts.Program, prelude: ts.SourceFile): ts.SourceFile[] {
  const checker = program.getTypeChecker();
  const order: ts.SourceFile[] = [];
  const seen = new Set<ts.SourceFile>([prelude]);
  const visit = (root: ts.SourceFile): void => {
    const stack: { file: ts.SourceFile; imports: ts.SourceFile[] }[] = [];
    const enter = (file: ts.SourceFile): void => {
      if (seen.has(file)) return;
      seen.add(file);
      stack.push({ file, imports: importsOf(file, checker) });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.imports.shift();
      if (next !== undefined) {
        enter(next);
      } else {
        order.push(top.file);
        stack.pop();
      }
    }
  };
  for (const file of program.getSourceFiles()) visit(file);
  return order;
}

function importsOf(file: ts.SourceFile, checker: ts.TypeChecker): ts.SourceFile[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (statement.moduleSpecifier === undefined) return [];
    const target = checker.getSymbolAtLocation(statement.moduleSpecifier)?.valueDeclaration;
    return target !== undefined && ts.isSourceFile(target) ? [target] : [];
  });
}

/** What the build tool gives the compiler and gets from it. */

/** A package whose sources take part in the program. */
export interface SourcePackage {
  /** As imports name it: `@typekraft/sched-coop`. */
  readonly name: string;
  readonly directory: string;
  /** Absolute path of the module that a bare import of the package means. */
  readonly entry: string;
}

export type Checks = "debug" | "release" | "none";

/** What a program consists of and how it is to be compiled. */
export interface CompileOptions {
  /** Every package that an import or a binding may reach; the order decides nothing. */
  readonly packages: readonly SourcePackage[];
  /** Modules that are part of the program whether or not something imports them (drivers, the platform, `@lang`). */
  readonly roots: readonly string[];
  /** The application's module: its exported `main` is the program. Absent in test builds. */
  readonly main?: string;
  /** The `*.test.ts` modules of a test build. */
  readonly tests?: readonly string[];
  /** API package → package whose exports of the same names implement its `@bind` declarations. */
  readonly bindings: ReadonlyMap<string, string>;
  /** Values of `config`. */
  readonly config: ReadonlyMap<string, boolean | bigint | string>;
  readonly checks: Checks;
  /** The path of lang/src/prelude.d.ts. */
  readonly prelude: string;
  /** Paths in diagnostics and `#line` are relative to it. */
  readonly base: string;
  /**
   * Names of packages that are only checked, each as a whole; nothing is emitted. APIs need no implementation then.
   */
  readonly check?: readonly string[];
  /** Text of a file in place of that on the disk, as an editor has it; undefined: the file's own. */
  readonly readFile?: (path: string) => string | undefined;
  /** Folder for what a later compilation of the same program can use again; the result never depends on it. */
  readonly cacheDirectory?: string;
}

/** One error or warning; lines and columns from 1, in UTF-16 units as editors count. */
export interface Diagnostic {
  /** `TK2003` or tsc's own `TS2322`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Relative to `base`; absent for an error that is in no file. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One C file to compile. */
export interface CUnit {
  /** A file name without folder, unique in the program: `typekraft_http.c`. */
  readonly name: string;
  readonly package: string;
  readonly text: string;
}

/** What a compilation gives. */
export interface CompileResult {
  readonly diagnostics: readonly Diagnostic[];
  /** Empty where there are errors. */
  readonly units: readonly CUnit[];
  /** Every source file read, for the build's cache key. */
  readonly inputs: readonly string[];
  /** How many files tsc checked in this run, see `cacheDirectory`. */
  readonly checkedCount: number;
}

/** `file(line,column): error TK2003: message`, as tsc and editors have it. */
export function formatDiagnostic(d: Diagnostic): string {
  const place = d.file === undefined ? "" : `${d.file}(${String(d.line)},${String(d.column)}): `;
  return `${place}${d.severity} ${d.code}: ${d.message}`;
}

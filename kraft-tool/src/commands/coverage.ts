/** `kraft test --coverage`: puts together what the processes of a test program have counted. */
import { join } from "node:path";
import type { CompileOptions } from "@typekraft/compiler";
import type { PoolPackage } from "../catalog/package.ts";
import { KraftError } from "../diagnostics/error.ts";
import { addCounts, coverageOf, formatLcov, parseLcov } from "../image/coverage.ts";
import type { LineCounts } from "../image/coverage.ts";
import { statementLines } from "../sys/compiler.ts";
import {
  filesBelow,
  folderEntries,
  makeFolder,
  readText,
  remove,
  writeFile,
} from "../sys/files.ts";
import { repositoryRoot, shownPath } from "../sys/paths.ts";
import { runProcess } from "../sys/process.ts";
import { requireTools } from "../sys/tools.ts";
import { baseOf } from "./project.ts";

/** Where the processes of one test program write what they count. */
export class Profiles {
  constructor(private readonly folder: string) {
    remove(folder);
    makeFolder(folder);
  }

  /**
   * The environment of a process. `%c` keeps the counters in the file itself, so that they survive a panic and an end
   * without the C library.
   */
  environment(index: number): Record<string, string> {
    return { LLVM_PROFILE_FILE: join(this.folder, `${String(index)}%c.profraw`) };
  }

  /** The counts of all processes, for the C files of the program. */
  async counts(image: string): Promise<LineCounts> {
    const tools = requireTools(["llvm-profdata", "llvm-cov"]);
    const merged = join(this.folder, "all.profdata");
    const raw = folderEntries(this.folder).filter((name) => name.endsWith(".profraw"));
    const files = raw.map((name) => join(this.folder, name));
    await runTool(tools["llvm-profdata"], ["merge", "-sparse", ...files, "-o", merged]);
    const trace = ["export", "-format=lcov", image, `-instr-profile=${merged}`];
    const counts: LineCounts = new Map();
    for (const [file, lines] of parseLcov(await runTool(tools["llvm-cov"], trace))) {
      addCounts(counts, readText(file) ?? "", lines);
    }
    return counts;
  }
}

async function runTool(command: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runProcess(command, args);
  if (status === 0) return stdout;
  throw new KraftError({
    code: "KR8005",
    what: `${command} failed with status ${String(status)}`,
    why: stderr.trim(),
    next: "repeat the command without --coverage",
  });
}

/**
 * How often each line with code of the package's sources ran, tests and what only tests use left out.
 * `options` are those of the test program.
 */
export async function packageCoverage(
  pkg: PoolPackage,
  options: CompileOptions,
  counts: LineCounts,
): Promise<LineCounts> {
  const sources = filesBelow(join(pkg.directory, "src"), ".ts").filter(
    (path) => !path.endsWith(".test.ts") && !/\/testing(\/|\.ts$)/.test(path),
  );
  const code = await statementLines({
    ...options,
    roots: [...options.roots, ...sources],
    bindings: new Map(),
    check: [pkg.name],
  });
  const wanted = new Set(sources);
  const own = [...code].filter(([file]) => wanted.has(join(options.base, file)));
  return coverageOf(new Map(own), counts);
}

/** Writes the trace of these libraries below the folder that its paths are relative to; its path as users see it. */
export function saveCoverage(packages: readonly PoolPackage[], counts: LineCounts): string {
  const [first] = packages;
  const base = first === undefined ? repositoryRoot() : baseOf(first.directory);
  const path = join(base, ".kraft/coverage/lcov.info");
  writeFile(path, formatLcov(counts));
  return shownPath(path);
}

/**
 * `tsx tools/tidy.ts`: the rules of STYLE.md that matter and that no other tool checks.
 * Prints one line for each finding.
 *
 * Every rule looks at one committed or new file (ignored files do not count) or at one package.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.ts";

const MAX_LINES = 500;
const MAX_COLUMNS = 140;
const NOT_OURS = /^(package-lock\.json|LICENSE)$|\/(golden|testdata|fixtures)\//;

interface SourceFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Gives each finding of a rule in a file: its line from 1, and what is wrong. */
type Rule = (file: SourceFile) => Iterable<readonly [line: number, message: string]>;

const isCode = (file: SourceFile): boolean => /\.(ts|js|mjs|S|sh|c)$/.test(file.path);
const isTest = (file: SourceFile): boolean => /\.test\.ts$/.test(file.path);

function* length(file: SourceFile): ReturnType<Rule> {
  if (isCode(file) && !isTest(file) && file.lines.length > MAX_LINES) {
    yield [MAX_LINES, `longer than ${String(MAX_LINES)} lines: split it by mechanism`];
  }
}

function* headComment(file: SourceFile): ReturnType<Rule> {
  if (!isCode(file)) return;
  const first = file.lines.find((line) => line !== "" && !line.startsWith("#!")) ?? "";
  if (!/^(\/\*|\/\/|#)/.test(first)) yield [1, "has no head comment that says what the file is"];
}

/** Patterns that no line may contain, with the reason. */
const forbidden: readonly (readonly [files: RegExp, pattern: RegExp, message: string])[] = [
  [/\.test\.ts$/, /\b(it|test|describe)\.(only|skip|todo)\b/, "every test runs, always"],
  [/\.(ts|S|sh)$/, /\b(TODO|FIXME|XXX|HACK)\b/, "finish it, or fail loudly by name"],
  [/\.(ts|sh)$/, /catch\s*(\([^)]*\))?\s*\{\s*\}/, "an error vanishes here"],
  [/\.(ts|md|json|S)$/, /[ \t]+$/, "blanks at the end of the line"],
  [/\.(ts|S|c)$/, /Licensed under|SPDX-License/, "the licence stands in LICENSE only"],
  [/(package-lock\.json|\.npmrc)$/, /"resolved": "https?:/, "names a registry host"],
];

function* patterns(file: SourceFile): ReturnType<Rule> {
  if (file.path === "tools/tidy.ts") return;
  for (const [files, pattern, message] of forbidden) {
    if (!files.test(file.path)) continue;
    for (const [index, line] of file.lines.entries()) {
      if (pattern.test(line)) yield [index + 1, message];
    }
  }
}

function* columns(file: SourceFile): ReturnType<Rule> {
  if (!isCode(file)) return;
  for (const [index, line] of file.lines.entries()) {
    if (line.length > MAX_COLUMNS && !line.includes("://")) {
      yield [index + 1, `longer than ${String(MAX_COLUMNS)} columns`];
    }
  }
}

function* fileName(file: SourceFile): ReturnType<Rule> {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  if (/\.ts$/.test(name) && !/^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(name)) {
    yield [1, "file names are kebab-case"];
  }
  if (/^(utils?|misc|common)\.ts$/.test(name)) yield [1, "name it after its mechanism"];
}

/** Files of a library of the kernel dialect; `file` is its package.json. */
function* libraryFiles(file: SourceFile): ReturnType<Rule> {
  if (!/^libs\/[^/]+\/[^/]+\/package\.json$/.test(file.path)) return;
  const folder = join(root, file.path, "..");
  const { kraft, name } = JSON.parse(file.text) as {
    readonly name: string;
    readonly kraft?: { readonly layer?: string; readonly api?: boolean };
  };
  if (kraft?.layer === undefined) yield [1, "has no kraft.layer"];
  if (kraft?.layer !== file.path.split("/")[1]) yield [1, "kraft.layer differs from the folder"];
  if (!name.startsWith("@typekraft/")) yield [1, "is not named @typekraft/…"];
  if (kraft?.api === true) return;
  for (const wanted of ["README.md", "Kconfig", "tsconfig.json", "src/index.ts"]) {
    if (!existsSync(join(folder, wanted))) yield [1, `the library has no ${wanted}`];
  }
}

/** Every workspace package that is in the tree is in the lock file, so that `npm ci` links it. */
function* locked(file: SourceFile): ReturnType<Rule> {
  if (file.path !== "package-lock.json") return;
  const packages = (JSON.parse(file.text) as { packages: Record<string, unknown> }).packages;
  for (const other of tracked()) {
    const folder =
      /^((libs\/[^/]+|examples)\/[^/]+|lang|compiler|kraft-tool|bench)\/package\.json$/.exec(
        other,
      )?.[1];
    if (folder !== undefined && !(folder in packages)) {
      yield [1, `${folder} is not in it: run npm install`];
    }
  }
}

const rules: readonly Rule[] = [
  length,
  headComment,
  patterns,
  columns,
  fileName,
  libraryFiles,
  locked,
];

function tracked(): readonly string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const names = execFileSync("git", list, { cwd: root, encoding: "utf8" }).trimEnd().split("\n");
  return names.filter((name) => existsSync(join(root, name)));
}

let findings = 0;
for (const path of tracked()) {
  const isText = /\.(ts|js|mjs|json|md|S|sh|c|ld|yaml)$|(^|\/)(Kconfig|Kraftfile|\.npmrc|run)$/;
  if (!isText.test(path)) continue;
  if (NOT_OURS.test(path) && path !== "package-lock.json") continue;
  const text = readFileSync(join(root, path), "utf8");
  const file: SourceFile = { path, text, lines: text.replace(/\n$/, "").split("\n") };
  for (const rule of rules) {
    for (const [line, message] of rule(file)) {
      findings++;
      process.stdout.write(`${path}(${String(line)}): ${message}\n`);
    }
  }
}
process.exitCode = findings === 0 ? 0 : 1;

/** Finds out what the user wants built: a project with a Kraftfile, a library to test, or a single file. */
import { basename, dirname, join } from "node:path";
import { entryOf } from "../catalog/package.ts";
import { KraftError } from "../diagnostics/error.ts";
import { parseKraftfile } from "../kraftfile/parse.ts";
import { defaultKraftfile, KRAFTFILE_NAMES } from "../kraftfile/schema.ts";
import type { Kraftfile } from "../kraftfile/schema.ts";
import { absolute, contentHash, isFile, isFolder, readText } from "../sys/files.ts";
import { cacheFolder, repositoryRoot, shownPath } from "../sys/paths.ts";

/** What the user wants built, with its settings. */
export interface Project {
  /** Absolute folder whose packages and sources belong to it. */
  readonly directory: string;
  /** Absolute path of the module with `main`. */
  readonly main: string;
  readonly kraftfile: Kraftfile;
  /** The settings file, undefined for a single file. */
  readonly kraftfilePath: string | undefined;
  /** Where everything that can be made again lies. */
  readonly workFolder: string;
  /** Diagnostics and debug information name files relative to it. */
  readonly base: string;
}

const MAIN_CANDIDATES = ["src/main.ts", "main.ts", "src/index.ts", "index.ts"];

/** The project of this folder or file. Throws `KraftError` where there is none. */
export function loadProject(path: string): Project {
  const full = absolute(path);
  if (isFile(full))
    return basename(full).match(/^Kraftfile$|\.ya?ml$/) === null
      ? singleFile(full, path)
      : folder(dirname(full));
  if (isFolder(full)) return folder(full);
  throw new KraftError({
    code: "KR1004",
    what: `there is no project or file "${path}"`,
    next: "name a folder with a Kraftfile, for example examples/hello, or a TypeScript file",
  });
}

/** Where names in messages start: the repository for what lies in it, else the project itself. */
export function baseOf(directory: string): string {
  const root = repositoryRoot();
  return directory === root || directory.startsWith(`${root}/`) ? root : directory;
}

function singleFile(path: string, shown: string): Project {
  if (!path.endsWith(".ts")) {
    throw new KraftError({
      code: "KR1004",
      what: `"${shown}" is no TypeScript file`,
      next: "name a file that ends with .ts",
    });
  }
  const name = basename(path, ".ts");
  const directory = dirname(path);
  return {
    directory,
    main: path,
    kraftfile: defaultKraftfile(name, "linux/x86_64"),
    kraftfilePath: undefined,
    workFolder: join(cacheFolder(), "files", `${name}-${contentHash([path]).slice(0, 12)}`),
    base: baseOf(directory),
  };
}

function folder(directory: string): Project {
  const name = KRAFTFILE_NAMES.find((candidate) => isFile(join(directory, candidate)));
  if (name === undefined) {
    throw new KraftError({
      code: "KR2000",
      what: `there is no Kraftfile in ${shownPath(directory)}`,
      why: "a project says in it what it is called and where it runs",
      next: "create it with the lines `spec: v0.6`, `name: my-program` and `targets: [qemu/x86_64]`",
    });
  }
  const kraftfilePath = join(directory, name);
  const kraftfile = parseKraftfile(
    readText(kraftfilePath) ?? "",
    shownPath(kraftfilePath),
    basename(directory),
  );
  return {
    directory,
    main: mainModule(directory),
    kraftfile,
    kraftfilePath,
    workFolder: join(directory, ".kraft"),
    base: baseOf(directory),
  };
}

function mainModule(directory: string): string {
  const candidates = [...MAIN_CANDIDATES];
  const manifest = readText(join(directory, "package.json"));
  if (manifest !== undefined) {
    const entry = entryOf(parseJson(manifest, join(directory, "package.json")));
    if (entry !== undefined) candidates.unshift(entry);
  }
  const found = candidates.find((candidate) => isFile(join(directory, candidate)));
  if (found !== undefined) return join(directory, found);
  throw new KraftError({
    code: "KR2020",
    what: `there is no program in ${shownPath(directory)}`,
    next: "create src/main.ts with `export function main(): i32 { … }`",
  });
}

/** The value of this JSON text. Throws `KraftError` with the file's name where it is none. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message;
    throw new KraftError({
      code: "KR4000",
      what: `${file} is not valid JSON`,
      why,
      next: "correct it",
    });
  }
}

/** Files: the few operations that the tool needs, with atomic writes, so that commands may run side by side. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { KraftError } from "../diagnostics/error.ts";
import type { FileAccess } from "../graph/manifest.ts";

/** The text of a file, undefined where there is none. Other failures are reported as such. */
export function readText(path: string): string | undefined {
  return attempt("read", path, () => readFileSync(path, "utf8"));
}

/** The bytes of a file, undefined where there is none. */
export function readBytes(path: string): Uint8Array | undefined {
  return attempt("read", path, () => readFileSync(path));
}

/** Writes beside the file and renames, so that nobody reads half a file; keeps an equal file untouched. */
export function writeFile(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
  attempt("write", path, () => {
    if (existsSync(path) && readFileSync(path).equals(bytes)) return;
    mkdirSync(dirname(path), { recursive: true });
    const unfinished = `${path}.${String(process.pid)}.tmp`;
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, path);
  });
}

/** Copies a file with its permissions, creating the folder. */
export function copyFile(from: string, to: string): void {
  attempt("write", to, () => {
    mkdirSync(dirname(to), { recursive: true });
    const unfinished = `${to}.${String(process.pid)}.tmp`;
    copyFileSync(from, unfinished);
    renameSync(unfinished, to);
  });
}

/** Renames within one file system; `from` must exist. */
export function moveFile(from: string, to: string): void {
  attempt("write", to, () => {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  });
}

/** Lets everybody run the file. */
export function makeExecutable(path: string): void {
  attempt("change", path, () => {
    chmodSync(path, 0o755);
  });
}

/** Creates the folder and those above it, where they are missing. */
export function makeFolder(path: string): void {
  attempt("create", path, () => mkdirSync(path, { recursive: true }));
}

/** Removes a file or folder; whether there was one. */
export function remove(path: string): boolean {
  if (!existsSync(path)) return false;
  attempt("remove", path, () => {
    rmSync(path, { recursive: true, force: true });
  });
  return true;
}

/** Whether there is a file of this name. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Whether there is a folder of this name. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Size in bytes and modification time in ms, undefined where there is no such file. */
export function fileStamp(
  path: string,
): { readonly size: number; readonly mtimeMs: number } | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : { size: found.size, mtimeMs: found.mtimeMs };
}

/** Names in a folder, sorted; none where it does not exist. */
export function folderEntries(path: string): string[] {
  return attempt("read", path, () => readdirSync(path).sort()) ?? [];
}

/** Absolute paths of all files below a folder that end with `suffix`, sorted. */
export function filesBelow(path: string, suffix: string): string[] {
  const found: string[] = [];
  for (const name of folderEntries(path)) {
    if (name === "node_modules" || name.startsWith(".")) continue;
    const inside = join(path, name);
    if (isFolder(inside)) found.push(...filesBelow(inside, suffix));
    else if (name.endsWith(suffix)) found.push(inside);
  }
  return found;
}

/** Says that a cached file was used now, so that cleaning keeps it. */
export function touch(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}

/** The absolute path, symbolic links followed where it exists. */
export function absolute(path: string): string {
  const full = resolve(path);
  return existsSync(full) ? realpathSync(full) : full;
}

/** SHA-256 in hexadecimal over all parts, which cannot run into each other. */
export function contentHash(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(`${String(part.length)}:`);
    hash.update(part);
  }
  return hash.digest("hex");
}

/** How records of files look at the disk. */
export const fileAccess: FileAccess = {
  stamp: fileStamp,
  hash: (path) => {
    const bytes = readBytes(path);
    return bytes === undefined ? undefined : contentHash([bytes]);
  },
};

function attempt<T>(verb: string, path: string, operation: () => T): T | undefined {
  try {
    return operation();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && verb === "read") return undefined;
    const reasons: Record<string, string> = {
      EACCES: "access is not permitted",
      EPERM: "it is not permitted",
      EISDIR: "it is a folder",
      ENOTDIR: "a part of the path is no folder",
      ENOSPC: "the disk is full",
      EROFS: "the file system is read-only",
      ENOENT: "a part of the path does not exist",
    };
    throw new KraftError({
      code: "KR7001",
      what: `cannot ${verb} ${path}`,
      why: reasons[code] ?? message,
      next: "correct this and repeat the command",
    });
  }
}

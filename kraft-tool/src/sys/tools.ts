/** Finds the programs that the tool starts, and says which Debian package brings a missing one. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { KraftError } from "../diagnostics/error.ts";

const PACKAGES = {
  clang: "clang",
  "ld.lld": "lld",
  "llvm-cov": "llvm",
  "llvm-objcopy": "llvm",
  "llvm-profdata": "llvm",
  "llvm-symbolizer": "llvm",
  "qemu-system-x86_64": "qemu-system-x86",
} as const;

export type Tool = keyof typeof PACKAGES;

/** The absolute path of a program on PATH; undefined where it is not installed. */
export function findTool(tool: Tool): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(":")) {
    const path = join(folder === "" ? "." : folder, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** The paths of these programs. Throws `KraftError` with the command that installs what is missing. */
export function requireTools<T extends Tool>(tools: readonly T[]): Record<T, string> {
  const found: Partial<Record<T, string>> = {};
  const missing: T[] = [];
  for (const tool of tools) {
    const path = findTool(tool);
    if (path === undefined) missing.push(tool);
    else found[tool] = path;
  }
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((tool) => PACKAGES[tool]))].join(" ");
    throw new KraftError({
      code: "KR7002",
      what: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not installed`,
      next: `apt-get install -y ${packages}   (as root; or everything at once: npm run setup)`,
    });
  }
  return found as Record<T, string>;
}

/** Changes whenever the program is replaced; part of the key of what it produces. */
export function toolIdentity(path: string): string {
  const real = realpathSync(path);
  const { size, mtimeMs } = statSync(real);
  return `${real} ${String(size)} ${String(mtimeMs)}`;
}

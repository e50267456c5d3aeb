/** Follows relative imports from a module to find which packages its own modules reach. */
import { posix } from "node:path";
import type { Place } from "../diagnostics/error.ts";
import { importsOf } from "./imports.ts";

/** How modules import a package. */
export interface PackageImport {
  /** The first import that says the most. */
  readonly place: Place;
  /** Whether all imports are of types only. */
  readonly typeOnly: boolean;
}

/** What a group of modules reaches beyond itself. */
export interface PackageReach {
  /** Package → how it is imported. */
  readonly packages: ReadonlyMap<string, PackageImport>;
  /** Absolute paths of the modules that were read. */
  readonly modules: readonly string[];
}

/**
 * What the modules reachable from `entries` by relative imports import. `read` gives the text of an absolute path,
 * undefined where there is no such file (which is the compiler's error to report).
 */
export function reachFrom(
  entries: readonly string[],
  read: (path: string) => string | undefined,
): PackageReach {
  const packages = new Map<string, PackageImport>();
  const modules = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    const source = read(path);
    if (source === undefined) continue;
    modules.add(path);
    for (const { specifier, typeOnly, offset } of importsOf(source)) {
      if (specifier.startsWith(".")) waiting.push(posix.join(posix.dirname(path), specifier));
      else {
        const name = packageName(specifier);
        const earlier = packages.get(name);
        if (earlier === undefined || (earlier.typeOnly && !typeOnly))
          packages.set(name, { place: placeAt(path, source, offset), typeOnly });
      }
    }
  }
  return { packages, modules: [...modules].sort() };
}

/** `@typekraft/http` of `@typekraft/http/testing`. */
function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function placeAt(file: string, source: string, offset: number): Place {
  const before = source.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

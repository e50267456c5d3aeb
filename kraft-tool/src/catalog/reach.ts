/** Follows relative imports from a module to find which packages its own modules reach. */
import { posix } from "node:path";
import { importsOf } from "./imports.ts";

export interface PackageReach {
  /** Package → the module that imports it, and whether all imports of it are of types only. */
  readonly packages: ReadonlyMap<string, { readonly from: string; readonly typeOnly: boolean }>;
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
  const packages = new Map<string, { from: string; typeOnly: boolean }>();
  const modules = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    const source = read(path);
    if (source === undefined) continue;
    modules.add(path);
    for (const { specifier, typeOnly } of importsOf(source)) {
      if (specifier.startsWith(".")) waiting.push(posix.join(posix.dirname(path), specifier));
      else {
        const name = packageName(specifier);
        const earlier = packages.get(name);
        if (earlier === undefined || (earlier.typeOnly && !typeOnly))
          packages.set(name, { from: path, typeOnly });
      }
    }
  }
  return { packages, modules: [...modules].sort() };
}

/** `@typekraft/http` of `@typekraft/http/testing`. */
function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

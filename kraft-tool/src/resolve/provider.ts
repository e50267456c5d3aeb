/** Chooses the package that implements an API: the user's choice, else the default, else the only one there is. */
import { supports } from "../catalog/package.ts";
import type { PoolPackage } from "../catalog/package.ts";
import { KraftError } from "../diagnostics/error.ts";
import type { Target } from "../kraftfile/schema.ts";

/**
 * The provider of `api`, undefined where no candidate is for this target. `preferred` are packages that the user named;
 * `reason` says why the API is needed. Throws `KraftError` where the choice is not clear.
 */
export function chooseProvider(
  api: string,
  candidates: readonly PoolPackage[],
  preferred: readonly PoolPackage[],
  target: Target,
  reason: string,
): PoolPackage | undefined {
  const named = preferred.filter((pkg) => pkg.provides.includes(api) && supports(pkg, target));
  if (named.length > 1) {
    throw new KraftError({
      code: "KR4005",
      what: `${names(named)} all implement ${api}`,
      why: "a program has one implementation of an API",
      next: "leave one of them in the Kraftfile",
    });
  }
  const possible = candidates
    .filter((pkg) => supports(pkg, target))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const chosen =
    named[0] ??
    possible.find((pkg) => pkg.isDefault) ??
    possible.find((pkg) => pkg.root) ??
    (possible.length === 1 ? possible[0] : undefined);
  if (chosen !== undefined || possible.length === 0) return chosen;
  throw new KraftError({
    code: "KR4006",
    what: `${api} is implemented by ${names(possible)}, and none is the default`,
    why: `it is needed because ${reason}`,
    next: `name one of them under "libraries" in the Kraftfile`,
  });
}

function names(packages: readonly PoolPackage[]): string {
  return packages.map(({ name }) => name).join(", ");
}

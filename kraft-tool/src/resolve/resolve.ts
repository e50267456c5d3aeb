/**
 * Chooses the packages of a program: what it imports, what these import, one provider for each API that is used, and
 * what takes part in every image of the target.
 *
 * It is a worklist over packages. An import of types only makes the package visible to the compiler but needs no provider.
 * Pure: the catalog and what each package imports are given. Source: docs/design/0001, "Packages" and "Bindings".
 */
import type { PackageReach } from "../catalog/reach.ts";
import { supports } from "../catalog/package.ts";
import type { PoolPackage } from "../catalog/package.ts";
import type { ErrorParts } from "../diagnostics/error.ts";
import { KraftError } from "../diagnostics/error.ts";
import type { LibraryRequest, Target } from "../kraftfile/schema.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import { chooseProvider } from "./provider.ts";

/** The program to put together, and what there is to choose from. */
export interface ResolveRequest {
  readonly target: Target;
  readonly catalog: ReadonlyMap<string, PoolPackage>;
  /** What the modules of a package import. */
  readonly reach: (pkg: PoolPackage) => PackageReach;
  /** What the application's (or test's) own modules import. */
  readonly application: PackageReach;
  readonly libraries: readonly LibraryRequest[];
  /** The package under test, which is used whatever its targets are, and preferred as a provider. */
  readonly tested?: PoolPackage | undefined;
}

/** An API that is used but that nothing implements here. The compiler complains if the program really reaches it. */
export interface Unbound {
  readonly api: string;
  readonly reason: string;
  /** Packages that implement it on other targets. */
  readonly elsewhere: readonly string[];
}

/** The packages of a program and how they meet. */
export interface Resolution {
  readonly target: Target;
  /** Sorted by name. */
  readonly packages: readonly PoolPackage[];
  /** Entries of packages that take part although nothing imports them. */
  readonly roots: readonly string[];
  readonly bindings: ReadonlyMap<string, string>;
  readonly unbound: readonly Unbound[];
  /** For each package, in words, why it is there. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** The API whose presence means that a machine needs a network device. */
export const NETWORK_API = "@typekraft/netdev";

/** Throws `KraftError` where the program cannot be put together. */
export function resolve(request: ResolveRequest): Resolution {
  return new Resolver(request).run();
}

interface Work {
  readonly pkg: PoolPackage;
  readonly typeOnly: boolean;
}

class Resolver {
  private readonly request: ResolveRequest;
  private readonly reasons = new Map<string, string>();
  /** Packages of which more than types is used. */
  private readonly linked = new Set<string>();
  private readonly visible = new Map<string, PoolPackage>();
  private readonly roots = new Set<string>();
  private readonly bindings = new Map<string, string>();
  private readonly unbound = new Map<string, Unbound>();
  private readonly work: Work[] = [];

  constructor(request: ResolveRequest) {
    this.request = request;
  }

  run(): Resolution {
    const { target, catalog, application, tested } = this.request;
    const requested = this.requestedLibraries();
    if (tested !== undefined) this.add(tested, false, "it is tested");
    for (const pkg of sorted(catalog.values())) {
      if (pkg.root && supports(pkg, target)) this.addRoot(pkg, `every ${target} program has it`);
    }
    for (const pkg of requested) {
      if (pkg.provides.length > 0) this.add(pkg, false, "the Kraftfile names it");
      else this.addRoot(pkg, "the Kraftfile names it");
    }
    this.addImports(application, "the program", false);
    for (let next = this.work.pop(); next !== undefined; next = this.work.pop()) {
      this.expand(next, requested);
    }
    return {
      target,
      packages: sorted(this.visible.values()),
      roots: [...this.roots].sort(),
      bindings: new Map([...this.bindings].sort(([a], [b]) => (a < b ? -1 : 1))),
      unbound: [...this.unbound.values()],
      reasons: this.reasons,
    };
  }

  private expand({ pkg, typeOnly }: Work, requested: readonly PoolPackage[]): void {
    this.addImports(this.request.reach(pkg), pkg.name, typeOnly);
    if (typeOnly) return;
    for (const name of pkg.companions) {
      this.addRoot(
        this.find(name, { why: `"with" in package.json of ${pkg.name} names it` }),
        `${pkg.name} works with it`,
      );
    }
    if (!pkg.api) return;
    const { target, catalog, tested } = this.request;
    const preferred = tested === undefined ? requested : [tested, ...requested];
    const candidates = [...catalog.values()].filter((other) => other.provides.includes(pkg.name));
    const provider = chooseProvider(
      pkg.name,
      candidates,
      preferred,
      target,
      this.reasons.get(pkg.name) ?? "",
    );
    if (provider !== undefined) {
      this.bindings.set(pkg.name, provider.name);
      this.add(
        provider,
        false,
        `it implements ${pkg.name}, because ${this.reasons.get(pkg.name) ?? ""}`,
      );
    } else {
      const reason = this.reasons.get(pkg.name) ?? "";
      this.unbound.set(pkg.name, {
        api: pkg.name,
        reason,
        elsewhere: candidates.map(({ name }) => name).sort(),
      });
    }
  }

  private addImports(reach: PackageReach, importer: string, typesOnly: boolean): void {
    for (const [name, { place, typeOnly }] of reach.packages) {
      const pkg = this.find(name, { place });
      this.add(pkg, typeOnly || typesOnly, `${importer} imports it`);
    }
  }

  private addRoot(pkg: PoolPackage, reason: string): void {
    if (!supports(pkg, this.request.target)) return;
    this.roots.add(pkg.entry);
    this.add(pkg, false, reason);
  }

  private add(pkg: PoolPackage, typeOnly: boolean, reason: string): void {
    const { target, tested } = this.request;
    if (!typeOnly && tested === undefined && !supports(pkg, target)) {
      throw new KraftError({
        code: "KR4003",
        what: `${pkg.name} cannot be used on ${target}`,
        why: `${reason}, but it is only for ${pkg.targets?.join(", ") ?? "no target"}`,
        next: "build for one of these targets, or do not use it",
      });
    }
    if (!this.visible.has(pkg.name)) this.reasons.set(pkg.name, reason);
    const isNew = typeOnly ? !this.visible.has(pkg.name) : !this.linked.has(pkg.name);
    if (!isNew) return;
    if (!typeOnly && this.visible.has(pkg.name)) this.reasons.set(pkg.name, reason);
    this.visible.set(pkg.name, pkg);
    if (!typeOnly) this.linked.add(pkg.name);
    this.work.push({ pkg, typeOnly });
  }

  private requestedLibraries(): PoolPackage[] {
    const { catalog, libraries, target } = this.request;
    return libraries.map(({ name, place }) => {
      const pkg = catalog.get(name) ?? catalog.get(`@typekraft/${name}`);
      if (pkg === undefined) {
        const names = [...catalog.keys()].map((known) => known.replace(/^@typekraft\//, "")).sort();
        throw new KraftError({
          code: "KR4002",
          what: `there is no library "${name}"`,
          next: suggestion(name, names),
          place,
        });
      }
      if (supports(pkg, target)) return pkg;
      throw new KraftError({
        code: "KR4003",
        what: `${pkg.name} cannot be used on ${target}`,
        why: `it is only for ${pkg.targets?.join(", ") ?? "no target"}`,
        next: "remove it from the Kraftfile, or build for one of these targets",
        place,
      });
    });
  }

  private find(name: string, origin: Pick<ErrorParts, "place" | "why">): PoolPackage {
    const pkg = this.request.catalog.get(name);
    if (pkg !== undefined) return pkg;
    throw new KraftError({
      ...origin,
      code: "KR4004",
      what: `there is no library "${name}"`,
      next: suggestion(name, [...this.request.catalog.keys()].sort()),
    });
  }
}

function sorted(packages: Iterable<PoolPackage>): PoolPackage[] {
  return [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
}

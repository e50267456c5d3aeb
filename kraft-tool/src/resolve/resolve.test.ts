/** Which packages a program gets, and the reasons given. */
import { describe, expect, it } from "vitest";
import { parsePackage } from "../catalog/package.ts";
import type { PoolPackage } from "../catalog/package.ts";
import { KraftError } from "../diagnostics/error.ts";
import type { Target } from "../kraftfile/schema.ts";
import { resolve } from "./resolve.ts";
import type { Resolution } from "./resolve.ts";

/** Name → what the `kraft` field says, and what the package imports (`type NAME` for types only). */
type Pool = Record<string, [kraft: object, ...imports: string[]]>;

const POOL: Pool = {
  alloc: [{ api: true }],
  "alloc-buddy": [{ provides: ["alloc"], default: true }, "alloc"],
  "alloc-region": [{ provides: ["alloc"] }, "alloc"],
  plat: [{ api: true }],
  "plat-kvm": [
    { provides: ["plat"], default: true, root: true, targets: ["qemu/x86_64"] },
    "plat",
    "alloc",
  ],
  "plat-linux": [{ provides: ["plat"], root: true, targets: ["linux/x86_64"] }, "plat"],
  netdev: [{ api: true }],
  "virtio-net": [
    { provides: ["netdev"], default: true, targets: ["qemu/x86_64"], with: ["virtio-pci"] },
    "netdev",
  ],
  "virtio-pci": [{ targets: ["qemu/x86_64"] }],
  http: [{}, "type netdev", "alloc"],
};

function run(
  pool: Pool,
  imports: string[],
  target: Target = "qemu/x86_64",
  libraries: string[] = [],
): Resolution {
  const place = { file: "Kraftfile", line: 3, column: 3 };
  const catalog = new Map<string, PoolPackage>();
  for (const [name, [kraft]] of Object.entries(pool)) {
    const pkg = parsePackage({ name, kraft }, `/libs/${name}`);
    if (pkg !== undefined) catalog.set(name, pkg);
  }
  const reach = (names: readonly string[], from: string) => ({
    packages: new Map(
      names.map((name) => [
        name.replace("type ", ""),
        { place: { file: from, line: 1, column: 1 }, typeOnly: name.startsWith("type ") },
      ]),
    ),
    modules: [],
  });
  return resolve({
    target,
    catalog,
    reach: (pkg) => reach((pool[pkg.name] ?? [{}]).slice(1) as string[], pkg.entry),
    application: reach(imports, "main.ts"),
    libraries: libraries.map((name) => ({ name, kconfig: [], place })),
  });
}

function errorOf(action: () => unknown): string {
  try {
    action();
    return "accepted";
  } catch (error) {
    if (!(error instanceof KraftError)) throw error;
    return `${error.code} ${error.message} | ${error.why ?? ""} | ${error.next ?? ""}`;
  }
}

describe("resolution", () => {
  it("takes what is imported, the platform, and default providers", () => {
    const result = run(POOL, ["http"]);
    expect(result.packages.map(({ name }) => name)).toEqual([
      "alloc",
      "alloc-buddy",
      "http",
      "netdev",
      "plat",
      "plat-kvm",
    ]);
    expect([...result.bindings]).toEqual([
      ["alloc", "alloc-buddy"],
      ["plat", "plat-kvm"],
    ]);
    expect(result.roots).toEqual(["/libs/plat-kvm/src/index.ts"]);
    expect(result.reasons.get("alloc-buddy")).toContain("implements alloc");
  });

  it("takes companions of a provider, and types do not need one", () => {
    const result = run(POOL, ["http", "netdev"]);
    expect(result.bindings.get("netdev")).toBe("virtio-net");
    expect(result.roots).toContain("/libs/virtio-pci/src/index.ts");
  });

  it("leaves an API open that nothing implements on the target", () => {
    const result = run(POOL, ["netdev"], "linux/x86_64");
    expect(result.unbound).toEqual([
      { api: "netdev", reason: "the program imports it", elsewhere: ["virtio-net"] },
    ]);
    expect(result.bindings.get("plat")).toBe("plat-linux");
  });

  it("prefers the user's provider", () => {
    expect(run(POOL, ["alloc"], "qemu/x86_64", ["alloc-region"]).bindings.get("alloc")).toBe(
      "alloc-region",
    );
  });

  it("explains what does not work", () => {
    expect(errorOf(() => run(POOL, ["htpp"]))).toContain(
      'KR4004 there is no library "htpp" |  | did you mean "http"?',
    );
    expect(errorOf(() => run(POOL, [], "qemu/x86_64", ["alloc-regoin"]))).toContain("KR4002");
    expect(errorOf(() => run(POOL, [], "linux/x86_64", ["virtio-net"]))).toContain("KR4003");
    expect(errorOf(() => run(POOL, ["virtio-pci"], "linux/x86_64"))).toContain("KR4003");
    expect(
      errorOf(() => run(POOL, ["alloc"], "qemu/x86_64", ["alloc-region", "alloc-buddy"])),
    ).toContain("KR4005");
    const two: Pool = { a: [{ api: true }], b: [{ provides: ["a"] }], c: [{ provides: ["a"] }] };
    expect(errorOf(() => run(two, ["a"]))).toContain("KR4006");
    expect(errorOf(() => run({ a: [{ aip: true }] }, []))).toContain('did you mean "api"?');
  });
});

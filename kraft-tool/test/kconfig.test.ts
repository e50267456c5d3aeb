/**
 * Compares configurations of Kconfig trees byte for byte with other implementations: for the trees in `kconfig/` with
 * what the kernel's conf 6.1 made of them (kept in `expected/`), for random trees with kconfiglib, live. More of those:
 * `npx tsx kraft-tool/test/kconfig-campaign.ts FIRST COUNT`.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Configuration } from "../src/kconfig/evaluate.ts";
import { memoryHost } from "../src/kconfig/host.ts";
import { readKconfig } from "../src/kconfig/language.ts";
import { KCONFIG_MODES, runMode } from "../src/kconfig/modes.ts";
import { systemKconfigHost } from "../src/sys/kconfig-host.ts";
import { ours, prepare, runKconfiglib } from "./kconfig-oracle.ts";
import { randomTree } from "./kconfig-trees.ts";

const trees = join(import.meta.dirname, "kconfig");
const FIRST_SEED = 1;
const COUNT = 50;
/** Not listnewconfig: kconfiglib takes values out of their range for chosen, the kernel does not. */
const RANDOM_MODES = KCONFIG_MODES.filter((mode) => mode !== "listnewconfig");

describe("Kconfig trees", () => {
  const cases = readdirSync(trees).flatMap((name) =>
    KCONFIG_MODES.map((mode) => [name, mode] as const),
  );
  it.each(cases)("%s %s", (name, mode) => {
    const file = (path: string): string => readFileSync(join(trees, name, path), "utf8");
    const system = systemKconfigHost();
    // Relative to the tree, so that `$(filename)` and the like do not depend on where the repository is.
    const host = {
      ...system,
      read: (path: string) => system.read(join(trees, name, path)),
      entries: (path: string) => system.entries(join(trees, name, path)),
    };
    const configuration = new Configuration(readKconfig("Kconfig", host));
    const input = mode.startsWith("all") ? undefined : { text: file("config"), file: "config" };
    expect(runMode(configuration, mode, input).text).toBe(file(`expected/${mode}`));
  });
});

describe("random trees", () => {
  let root = "";
  const folder = (seed: number): string => join(root, String(seed));
  const seeds = Array.from({ length: COUNT }, (_, index) => FIRST_SEED + index);

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "kraft-kconfig-test-"));
    for (const seed of seeds) {
      mkdirSync(folder(seed));
      prepare(folder(seed), randomTree(seed));
    }
    runKconfiglib(seeds.map(folder), RANDOM_MODES);
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it.each(seeds)("seed %i has kconfiglib's values", (seed) => {
    const tree = randomTree(seed);
    for (const mode of RANDOM_MODES) {
      // An implied `y` lets the user choose `m`, says the kernel's documentation; kconfiglib does not.
      if (mode === "allmodconfig" && tree.kconfig.includes("\timply ")) continue;
      const theirs = readFileSync(join(folder(seed), `kconfiglib.${mode}`), "utf8");
      const own = ours(tree, mode);
      expect(comparable(own, tree.kconfig), mode).toBe(comparable(theirs, tree.kconfig));
    }
  });
});

/**
 * Without what kconfiglib writes otherwise than the kernel (docs/reference/kconfig.md): symbols that are off and can
 * only be implied, and titles of menus with `visible if m` where there are no modules.
 */
function comparable(text: string, kconfig: string): string {
  const implied = [...kconfig.matchAll(/^\timply (\w+)/gm)].map(([, name]) => name);
  let result = text;
  for (const name of implied) result = result.replace(`# CONFIG_${String(name)} is not set\n`, "");
  if (!/visible if .*\bm\b/.test(kconfig)) return result;
  return result.replaceAll(/\n?#\n# .*\n#\n|# end of .*\n\n?/g, "").replaceAll(/^\n/gm, "");
}

describe("a configuration", () => {
  it("is the same after saving what differs from the defaults", () => {
    const text = readFileSync(join(trees, "basics/Kconfig"), "utf8");
    const config = readFileSync(join(trees, "basics/config"), "utf8");
    const tree = { kconfig: text, config };
    const saved = ours(tree, "savedefconfig");
    expect(ours({ kconfig: text, config: saved }, "olddefconfig")).toBe(ours(tree, "olddefconfig"));
    expect(readKconfig("Kconfig", memoryHost({ Kconfig: text })).warnings).toEqual([]);
  });
});

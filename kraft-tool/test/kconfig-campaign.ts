/**
 * Compares many random trees with all oracles: `npx tsx kraft-tool/test/kconfig-campaign.ts FIRST COUNT`. Prints each
 * difference with its seed; the folder of the last tree that differed stays.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KCONFIG_MODES } from "../src/kconfig/modes.ts";
import { KCONFIG_CONF, ours, prepare, runConf, runKconfiglib } from "./kconfig-oracle.ts";
import { randomTree } from "./kconfig-trees.ts";

const [first = 0, count = 100] = process.argv.slice(2).map(Number);
const kernelConf = process.env["KRAFT_KERNEL_CONF"];
const root = mkdtempSync(join(tmpdir(), "kraft-kconfig-"));
const trees = Array.from({ length: count }, (_, index) => {
  const seed = first + index;
  const folder = join(root, String(seed));
  mkdirSync(folder);
  const tree = randomTree(seed);
  prepare(folder, tree);
  return { seed, folder, tree };
});
runKconfiglib(
  trees.map(({ folder }) => folder),
  KCONFIG_MODES,
);
const differences = new Map<string, number[]>();
/** Results that are the same but for symbols that are off and that no user can turn on: the oracles disagree on them. */
const unset = new Map<string, number>();
const withoutUnset = (text: string): string => text.replaceAll(/^# CONFIG_.* is not set\n/gm, "");
const crashes = new Map<string, number>();
const compare = (oracle: string, seed: number, mode: string, own: string, other: string): void => {
  const key = `${oracle} ${mode}`;
  const known = differences.get(key) ?? [];
  if (other === "crashed") crashes.set(oracle, (crashes.get(oracle) ?? 0) + 1);
  else if (own !== other && withoutUnset(own) === withoutUnset(other)) {
    unset.set(key, (unset.get(key) ?? 0) + 1);
  } else if (own !== other) known.push(seed);
  differences.set(key, known);
};
for (const { seed, folder, tree } of trees) {
  for (const mode of KCONFIG_MODES) {
    let own: string;
    try {
      own = ours(tree, mode);
    } catch (error) {
      own = String(error);
    }
    const path = join(folder, `kconfiglib.${mode}`);
    const failed = join(folder, "kconfiglib.error");
    const kconfiglib = existsSync(path) ? readFileSync(path, "utf8") : readFileSync(failed, "utf8");
    compare("kconfiglib", seed, mode, own, kconfiglib);
    if (kernelConf !== undefined) {
      compare("kernel", seed, mode, own, runConf(kernelConf, "Kconfig", folder, mode));
    }
    const old = runConf(KCONFIG_CONF, "Kconfig.option", folder, mode);
    const olderStyle = ours(tree, mode, { endsOfMenus: false });
    const names = mode === "listnewconfig" ? olderStyle.replaceAll(/=.*$/gm, "") : olderStyle;
    compare("kconfig-conf", seed, mode, names, old);
  }
  // The saved configuration has to lead back to the same one.
  const full = ours(tree, "olddefconfig");
  const saved = { ...tree, config: ours(tree, "savedefconfig") };
  compare("round trip", seed, "savedefconfig", full, ours(saved, "olddefconfig"));
}
console.log(root);
for (const [oracle, times] of crashes) console.log(`${oracle} crashed ${times} times`);
for (const [key, seeds] of differences) {
  const only = unset.get(key) ?? 0;
  const seen = `${seeds.length} of ${count} differ, ${only} in lines "is not set"`;
  console.log(`${key}: ${seen} ${seeds.slice(0, 12).join(" ")}`);
}

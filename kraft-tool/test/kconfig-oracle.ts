/**
 * Other implementations of Kconfig to compare with: kconfiglib (Debian `python3-kconfiglib`), the kernel's `conf` of 4.11
 * (`kconfig-frontends`) and, where `KRAFT_KERNEL_CONF` names it, the `conf` of a newer kernel (`linux-kbuild-6.1`).
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Configuration } from "../src/kconfig/evaluate.ts";
import { memoryHost } from "../src/kconfig/host.ts";
import { readKconfig } from "../src/kconfig/language.ts";
import type { KconfigMode } from "../src/kconfig/modes.ts";
import { runMode } from "../src/kconfig/modes.ts";

export const PYTHON = "/usr/bin/python3";
export const KCONFIG_CONF = "/usr/bin/kconfig-conf";
const CONF_TIMEOUT_MS = 10_000;

/** Writes what the oracles need into the folder. */
export function prepare(folder: string, tree: { kconfig: string; config: string }): void {
  writeFileSync(join(folder, "Kconfig"), tree.kconfig);
  const option = tree.kconfig.replaceAll(/^\tmodules$/gm, "\toption modules");
  writeFileSync(join(folder, "Kconfig.option"), option);
  writeFileSync(join(folder, "config"), tree.config);
}

/** Our own result. */
export function ours(
  tree: { kconfig: string; config: string },
  mode: KconfigMode,
  style: { endsOfMenus?: boolean } = {},
): string {
  const host = memoryHost({ Kconfig: tree.kconfig });
  const config = mode.startsWith("all") ? undefined : { text: tree.config, file: "config" };
  return runMode(new Configuration(readKconfig("Kconfig", host)), mode, config, style).text;
}

/** kconfiglib's results for many folders, in one process; each is in `kconfiglib.MODE`. */
export function runKconfiglib(folders: readonly string[], modes: readonly KconfigMode[]): void {
  const script = join(import.meta.dirname, "kconfig-oracle.py");
  const environment = { ...process.env, KCONFIG_CONFIG_HEADER: "" };
  const done = spawnSync(PYTHON, [script, ...modes], {
    input: `${folders.join("\n")}\n`,
    encoding: "utf8",
    env: environment,
    timeout: 300_000,
  });
  if (done.status !== 0) throw new Error(`python3-kconfiglib does not work: ${done.stderr}`);
}

/** The result of a `conf` program for a prepared folder. */
export function runConf(
  program: string,
  kconfig: string,
  folder: string,
  mode: KconfigMode,
): string {
  const config = join(folder, "conf.config");
  const saved = join(folder, "conf.saved");
  if (!mode.startsWith("all")) copyFileSync(join(folder, "config"), config);
  else if (existsSync(config)) writeFileSync(config, "");
  const words = mode === "savedefconfig" ? [`--savedefconfig=${saved}`] : [`--${mode}`];
  const done = spawnSync(program, [...words, kconfig], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, KCONFIG_CONFIG: config },
    timeout: CONF_TIMEOUT_MS,
  });
  if (done.error !== undefined) throw done.error;
  if (done.signal !== null) return "crashed";
  if (done.status !== 0) return `status ${String(done.status)}: ${done.stderr}`;
  // Warnings about the tree are in the same output.
  if (mode === "listnewconfig") return done.stdout.replaceAll(/^(?!CONFIG_).*\n/gm, "");
  return readFileSync(mode === "savedefconfig" ? saved : config, "utf8");
}

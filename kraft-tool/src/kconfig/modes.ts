/**
 * The ways to make a configuration without asking: all on, all off, all modules, defaults, an old one brought up to date,
 * and the smallest file that leads to the same one.
 * Source: Linux Documentation/kbuild/kconfig.rst and admin-guide/README.rst, "Configuring the kernel".
 */
import {
  configLine,
  isNodeVisible,
  readDotConfig,
  walkMenus,
  writeDotConfig,
} from "./dotconfig.ts";
import type { DotConfigStyle } from "./dotconfig.ts";
import type { Configuration } from "./evaluate.ts";
import { MOD, NO, YES } from "./model.ts";
import type { KconfigSymbol, KconfigWarning, MenuNode } from "./model.ts";

export const KCONFIG_MODES = [
  "alldefconfig",
  "allyesconfig",
  "allnoconfig",
  "allmodconfig",
  "olddefconfig",
  "savedefconfig",
  "listnewconfig",
] as const;

export type KconfigMode = (typeof KCONFIG_MODES)[number];

/** Gives every bool, tristate and choice that has no value from the user this one, as far as it may have it. */
export function answerAll(configuration: Configuration, answer: "y" | "m" | "n"): void {
  const tri = { y: YES, m: MOD, n: NO }[answer];
  const { defined, choices } = configuration.tree;
  for (const symbol of [...defined, ...choices]) {
    if (symbol.user !== undefined || !symbol.isLogical) continue;
    const own = answer === "n" && symbol.allnoconfigYes ? YES : tri;
    configuration.set(symbol, { tri: own, text: "" });
  }
}

/** The lines for all values that differ from what they are without them. */
export function saveDefconfig(configuration: Configuration): string {
  configuration.compute();
  const lines: string[] = [];
  const seen = new Set<KconfigSymbol>();
  for (const [{ symbol }, leaves] of walkMenus(configuration.tree.root)) {
    if (leaves || symbol === undefined || symbol.isChoice || seen.has(symbol)) continue;
    if (!symbol.isWritten) continue;
    seen.add(symbol);
    if (isNecessary(configuration, symbol)) lines.push(configLine(symbol));
  }
  return lines.join("");
}

function isNecessary(configuration: Configuration, symbol: KconfigSymbol): boolean {
  if (!configuration.isChangeable(symbol)) return false;
  if (symbol.text === defaultText(configuration, symbol)) return false;
  const choice = symbol.memberOf;
  if (choice === undefined || choice.isOptional) return true;
  const isDefault = configuration.choiceDefault(choice) === symbol;
  return !(isDefault && symbol.type === "bool" && symbol.tri === YES);
}

/** The value if the user had not chosen one. Ranges do not matter for it, as in the kernel. */
function defaultText(configuration: Configuration, symbol: KconfigSymbol): string {
  const found = configuration.defaultValue(symbol);
  if (!symbol.isLogical) return found?.text ?? "";
  let tri = Math.max(found?.tri ?? NO, symbol.selected);
  const { modules } = configuration.tree;
  const noModules = (modules?.tri ?? NO) === NO && symbol.memberOf === undefined;
  if (tri === MOD && (noModules || symbol.type === "bool")) tri = YES;
  return ["n", "m", "y"][Math.max(tri, symbol.implied)] ?? "n";
}

/** The lines of all symbols that the user could decide about and has not. */
export function listNew(configuration: Configuration): string {
  configuration.compute();
  const lines: string[] = [];
  const pending: MenuNode[] = configuration.tree.root.children.toReversed();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isNodeVisible(configuration, node)) continue;
    const { symbol } = node;
    if (symbol !== undefined && !symbol.isChoice && isNew(configuration, symbol)) {
      lines.push(configLine(symbol, "value"));
    }
    pending.push(...node.children.toReversed());
  }
  return lines.join("");
}

function isNew(configuration: Configuration, symbol: KconfigSymbol): boolean {
  return !configuration.hasValue(symbol) && configuration.isChangeable(symbol);
}

/**
 * Does what `conf --MODE` does: takes over `input` (which the `all…` modes take as what must stay as it is), answers, and
 * returns the text of the result with remarks about the input.
 */
export function runMode(
  configuration: Configuration,
  mode: KconfigMode,
  input: { readonly text: string; readonly file: string } | undefined,
  style: DotConfigStyle = {},
): { readonly text: string; readonly warnings: KconfigWarning[] } {
  configuration.clear();
  const warnings = input === undefined ? [] : readDotConfig(configuration, input.text, input.file);
  if (mode === "allyesconfig") answerAll(configuration, "y");
  else if (mode === "allnoconfig") answerAll(configuration, "n");
  else if (mode === "allmodconfig") answerAll(configuration, "m");
  if (mode === "savedefconfig") return { text: saveDefconfig(configuration), warnings };
  if (mode === "listnewconfig") return { text: listNew(configuration), warnings };
  return { text: writeDotConfig(configuration, style), warnings };
}

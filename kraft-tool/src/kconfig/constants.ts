/**
 * Writes a configuration for programs: as a C header in the kernel's form, and as TypeScript constants.
 * Source: behaviour of `conf --syncconfig` (include/generated/autoconf.h).
 */
import { quoted } from "./dotconfig.ts";
import type { Configuration } from "./evaluate.ts";
import { MOD, NO, walk } from "./model.ts";
import type { KconfigSymbol } from "./model.ts";

/** `#define CONFIG_NAME 1` of all that is on, `CONFIG_NAME_MODULE` of modules, numbers and texts. */
export function cHeader(configuration: Configuration): string {
  const title = configuration.tree.title;
  const lines = writtenSymbols(configuration).flatMap((symbol) => {
    const value = headerValue(symbol);
    if (value === undefined) return [];
    const module = symbol.isLogical && symbol.tri === MOD ? "_MODULE" : "";
    return [`#define CONFIG_${symbol.name}${module} ${value}\n`];
  });
  return `/*\n * Automatically generated file; DO NOT EDIT.\n * ${title}\n */\n${lines.join("")}`;
}

function headerValue(symbol: KconfigSymbol): string | undefined {
  if (symbol.isLogical) return symbol.tri === NO ? undefined : "1";
  if (symbol.type === "string") return quoted(symbol.text);
  const bare = symbol.type === "hex" && !/^0[xX]/.test(symbol.text);
  return bare ? `0x${symbol.text}` : symbol.text;
}

/**
 * A module of constants: bool as `boolean`, tristate as `"y" | "m" | "n"`, numbers as `number`, or as `bigint` beyond
 * what a number holds exactly, texts as `string`. What is not written in `.config` is left out; an empty number is
 * `undefined`.
 */
export function typeScriptConstants(configuration: Configuration): string {
  const lines = writtenSymbols(configuration).map(
    (symbol) => `export const ${identifier(symbol.name)} = ${constantValue(symbol)};\n`,
  );
  return `// Written by kraft from the configuration; changes are lost.\n${lines.join("")}`;
}

function identifier(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

function constantValue(symbol: KconfigSymbol): string {
  if (symbol.type === "bool") return symbol.tri === NO ? "false" : "true";
  if (symbol.type === "tristate") return `"${symbol.text}" as const`;
  if (symbol.type === "string") return JSON.stringify(symbol.text);
  if (symbol.text === "") return "undefined";
  const negative = symbol.text.startsWith("-");
  const digits = negative ? symbol.text.slice(1) : symbol.text;
  const isHex = symbol.type === "hex" && !/^0[xX]/.test(digits);
  const text = isHex ? `0x${digits}` : digits;
  if (!/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text)) return JSON.stringify(symbol.text);
  const value = BigInt(text);
  const suffix = value > BigInt(Number.MAX_SAFE_INTEGER) ? "n" : "";
  const shown = text.startsWith("0x") ? text : value.toString();
  return `${negative ? "-" : ""}${shown}${suffix}`;
}

/** The symbols that `.config` has, in its order. */
function writtenSymbols(configuration: Configuration): KconfigSymbol[] {
  configuration.compute();
  const found = new Set<KconfigSymbol>();
  for (const { symbol } of walk(configuration.tree.root)) {
    const counts = symbol !== undefined && !symbol.isChoice && symbol.isWritten;
    if (counts && symbol.type !== "unknown") found.add(symbol);
  }
  return [...found];
}

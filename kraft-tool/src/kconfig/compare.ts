/**
 * Compares the texts of two symbols as numbers where both are numbers, else as texts.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu dependencies" (5); C's strtoll for the forms of numbers.
 */
import type { Comparison, KconfigSymbol, KconfigType } from "./model.ts";

const BASES: Readonly<Partial<Record<KconfigType, number>>> = { int: 10, hex: 16 };
const MODES = ["n", "m", "y"];
const LIMIT = 1n << 63n;

/** Whether the comparison holds. Both symbols have to be computed. */
export function comparisonHolds(
  operator: Comparison,
  left: KconfigSymbol,
  right: KconfigSymbol,
): boolean {
  const a = numberOf(left);
  const b = numberOf(right);
  const order = a === undefined || b === undefined ? orderOf(left.text, right.text) : orderOf(a, b);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** The number of a symbol: of modes 0, 1 or 2, of texts what C reads; undefined where the text is no number. */
function numberOf({ type, text }: KconfigSymbol): bigint | undefined {
  if (type === "bool" || type === "tristate") return BigInt(MODES.indexOf(text));
  const found = leadingNumber(text, BASES[type] ?? 0);
  return found?.length === text.length ? found.value : undefined;
}

/** The number in front of the text, 0 where there is none, as C's `strtoll` reads it. */
export function numberIn(text: string, base: number): bigint {
  return leadingNumber(text, base)?.value ?? 0n;
}

function leadingNumber(text: string, base: number): { value: bigint; length: number } | undefined {
  if (text === "") return undefined;
  const forms: Readonly<Record<number, RegExp>> = {
    10: /^\s*([+-]?)([0-9]+)/,
    16: /^\s*([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+)/,
  };
  let actual = base;
  if (base === 0) actual = /^\s*[+-]?0[xX][0-9a-fA-F]/.test(text) ? 16 : 10;
  let found = forms[actual]?.exec(text);
  const isOctal = base === 0 && actual === 10 && found?.[2]?.startsWith("0") === true;
  if (isOctal) found = /^\s*([+-]?)(0[0-7]*)/.exec(text);
  if (found === null || found === undefined) return undefined;
  const [whole, sign = "", digits = ""] = found;
  if (digits.length > 64) return undefined;
  const prefix = actual === 16 ? "0x" : isOctal ? "0o" : "";
  const value = BigInt(prefix + (isOctal ? `0${digits}` : digits)) * (sign === "-" ? -1n : 1n);
  if (value >= LIMIT || value < -LIMIT) return undefined;
  return { value, length: whole.length };
}

function orderOf<T extends bigint | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether a user may give a number symbol this text. */
export function isNumberText(type: KconfigType, text: string): boolean {
  if (type === "int") return /^-?(0|[1-9][0-9]*)$/.test(text);
  return /^(0[xX])?[0-9a-fA-F]+$/.test(text);
}

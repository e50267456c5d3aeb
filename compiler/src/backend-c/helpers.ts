/**
 * The few inline functions that units may need, each written only into units that use it. They define what C leaves
 * undefined: leading zeros of 0, floats outside of the integer's range.
 */
import type { FloatType, IntType } from "../ir/ir.ts";
import { intLiteral } from "./literals.ts";

/** Collects the helpers that one unit uses. */
export class Helpers {
  private readonly texts = new Map<string, string>();

  /** The name of a function that counts leading or trailing zeros of a u64; 64 for 0. */
  zeros(operator: "clz" | "ctz"): string {
    const name = `tk_${operator}64`;
    this.add(name, `u32 ${name}(u64 x) { return x == 0 ? 64u : (u32)__builtin_${operator}ll(x); }`);
    return name;
  }

  /** The name of a function that converts, saturating; NaN gives 0. */
  floatToInt(from: FloatType, to: IntType): string {
    const source = from.bits === 64 ? "double" : "float";
    const target = `${to.signed ? "i" : "u"}${String(to.bits)}`;
    const name = `tk_f${String(from.bits)}_${target}`;
    const bits = BigInt(to.signed ? to.bits - 1 : to.bits);
    const least = to.signed ? -(1n << bits) : 0n;
    const greatest = (1n << bits) - 1n;
    // Both limits are powers of two and so exact in either float type, unlike the greatest value.
    const suffix = from.bits === 64 ? ".0" : ".0f";
    this.add(
      name,
      `${target} ${name}(${source} x) { return x != x ? 0 : ` +
        `x <= ${String(least)}${suffix} ? ${intLiteral(to, least)} : ` +
        `x >= ${String(greatest + 1n)}${suffix} ? ${intLiteral(to, greatest)} : (${target})x; }`,
    );
    return name;
  }

  /** Their definitions, sorted by name. */
  text(): string[] {
    return [...this.texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  }

  private add(name: string, text: string): void {
    this.texts.set(name, `static inline __attribute__((always_inline)) ${text}`);
  }
}

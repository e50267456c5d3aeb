/** Numbers in C: each literal has exactly the value of the IR, and at least its width. */
import type { FloatType, IntType } from "../ir/ir.ts";

/** A value of its type; a negative one is in parentheses. */
export function intLiteral(type: IntType, value: bigint): string {
  const wide = type.bits === 64;
  if (!type.signed) {
    return `${value.toString()}${wide ? "ull" : type.bits === 32 ? "u" : ""}`;
  }
  const suffix = wide ? "ll" : "";
  if (value >= 0n) {
    return value.toString() + suffix;
  }
  // The most negative number has no literal: C reads the minus sign as an operator on a positive one.
  return value === -(1n << BigInt(type.bits - 1))
    ? `(-${(-value - 1n).toString()}${suffix} - 1)`
    : `(${value.toString()}${suffix})`;
}

/** The value modulo 2^32 (up to 32 bits) or 2^64, as an unsigned literal. */
export function wideLiteral(type: IntType, value: bigint): string {
  return type.bits === 64
    ? `${BigInt.asUintN(64, value).toString()}ull`
    : `${BigInt.asUintN(32, value).toString()}u`;
}

/** The shortest decimal that reads back as the same number. */
export function floatLiteral(type: FloatType, value: number): string {
  if (Number.isNaN(value)) {
    return type.bits === 64 ? '__builtin_nan("")' : '__builtin_nanf("")';
  }
  if (!Number.isFinite(value)) {
    const infinity = type.bits === 64 ? "__builtin_inf()" : "__builtin_inff()";
    return value > 0 ? infinity : `(-${infinity})`;
  }
  const digits = Math.abs(value).toString();
  const text = `${/[.e]/.test(digits) ? digits : `${digits}.0`}${type.bits === 32 ? "f" : ""}`;
  return value < 0 || Object.is(value, -0) ? `(-${text})` : text;
}

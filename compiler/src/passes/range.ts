/** Intervals of integer values, both ends included, and what operations make of them. */
import type { IntType, Type } from "../ir/ir.ts";

/** Every value is at least `low` and at most `high`. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

const U64_MAX = (1n << 64n) - 1n;

/** All values of a type; what is no integer is compared as 64 bits. */
export function rangeOfType(type: Type): Range {
  if (type.kind === "bool") {
    return { low: 0n, high: 1n };
  }
  if (type.kind !== "int") {
    return { low: 0n, high: U64_MAX };
  }
  const bits = BigInt(type.bits);
  return type.signed
    ? { low: -(1n << (bits - 1n)), high: (1n << (bits - 1n)) - 1n }
    : { low: 0n, high: (1n << bits) - 1n };
}

/** The interval itself where the type holds all of it; else the operation wraps and any value may come out. */
export function wrapInto(type: Type, range: Range): Range {
  const all = rangeOfType(type);
  return range.low >= all.low && range.high <= all.high ? range : all;
}

/** Both are known to hold. */
export function intersect(a: Range, b: Range): Range {
  return { low: a.low > b.low ? a.low : b.low, high: a.high < b.high ? a.high : b.high };
}

/** One of them holds. */
export function union(a: Range, b: Range): Range {
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high };
}

/** The values of `a operator b`; operators that are not listed give any value of the type. */
export function binaryRange(operator: string, type: IntType, a: Range, b: Range): Range {
  const products = (): bigint[] => [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  switch (operator) {
    case "add":
      return wrapInto(type, { low: a.low + b.low, high: a.high + b.high });
    case "sub":
      return wrapInto(type, { low: a.low - b.high, high: a.high - b.low });
    case "mul":
      return wrapInto(type, {
        low: products().reduce((x, y) => (x < y ? x : y)),
        high: products().reduce((x, y) => (x > y ? x : y)),
      });
    default:
      return a.low >= 0n && b.low >= 0n ? unsignedRange(operator, type, a, b) : rangeOfType(type);
  }
}

function unsignedRange(operator: string, type: IntType, a: Range, b: Range): Range {
  switch (operator) {
    case "and":
      return { low: 0n, high: a.high < b.high ? a.high : b.high };
    case "rem":
      return b.low === 0n
        ? rangeOfType(type)
        : { low: 0n, high: a.high < b.high ? a.high : b.high - 1n };
    case "div":
      return b.low === 0n ? rangeOfType(type) : { low: a.low / b.high, high: a.high / b.low };
    case "shr":
      return b.high >= 64n ? rangeOfType(type) : { low: a.low >> b.high, high: a.high >> b.low };
    case "shl":
      return b.high >= 64n
        ? rangeOfType(type)
        : wrapInto(type, { low: a.low << b.low, high: a.high << b.high });
    default:
      return rangeOfType(type);
  }
}

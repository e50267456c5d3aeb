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

/** The values of a counting operation on an integer in `a`; other operators give any value of the type. */
export function unaryRange(operator: string, type: Type, operand: IntType, a: Range): Range {
  const width = BigInt(operand.bits);
  switch (operator) {
    case "clz":
      return a.low < 0n
        ? { low: 0n, high: width }
        : { low: width - bitLength(a.high), high: width - bitLength(a.low) };
    case "ctz":
      return { low: 0n, high: a.low > 0n ? bitLength(a.high) - 1n : width };
    case "popcount":
      return { low: 0n, high: a.low < 0n ? width : bitLength(a.high) };
    default:
      return rangeOfType(type);
  }
}

/** How many bits the number, which is not negative, has without leading zeros; 0 for 0. */
function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt(value.toString(2).length);
}

/**
 * What the operands of `left operator right` are where the result, which has not wrapped, is in `result`: the inverse of
 * `binaryRange`. Null for operators whose result says nothing, and where it may have wrapped.
 */
export function operandRanges(
  operator: string,
  type: IntType,
  [a, b]: readonly [Range, Range],
  result: Range,
): readonly [Range, Range] | null {
  const all = rangeOfType(type);
  const exact = exactRange(operator, a, b);
  if (exact === null || exact.low < all.low || exact.high > all.high) {
    return null;
  }
  switch (operator) {
    case "add":
      return [
        { low: result.low - b.high, high: result.high - b.low },
        { low: result.low - a.high, high: result.high - a.low },
      ];
    case "sub":
      return [
        { low: result.low + b.low, high: result.high + b.high },
        { low: a.low - result.high, high: a.high - result.low },
      ];
    default:
      // A product of numbers that are not negative with one of a known minimum.
      return [
        { low: a.low, high: b.low > 0n ? result.high / b.low : a.high },
        { low: b.low, high: a.low > 0n ? result.high / a.low : b.high },
      ];
  }
}

/** The values before they wrap; null for operators and operands that `operandRanges` does not invert. */
function exactRange(operator: string, a: Range, b: Range): Range | null {
  switch (operator) {
    case "add":
      return { low: a.low + b.low, high: a.high + b.high };
    case "sub":
      return { low: a.low - b.high, high: a.high - b.low };
    case "mul":
      return a.low >= 0n && b.low >= 0n ? { low: a.low * b.low, high: a.high * b.high } : null;
    default:
      return null;
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

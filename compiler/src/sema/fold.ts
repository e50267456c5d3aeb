/** Arithmetic on compile-time constants, exact; a typed result that does not fit is an error, not a wrap. */
import ts from "typescript";
import type { Context } from "./context.ts";
import * as T from "./types.ts";
import type { Ty } from "./types.ts";

/** A compile-time value. */
export interface Const {
  readonly ty: Ty;
  /** Integers, addresses, byte orders and enums are bigint; floats number; str string. */
  readonly value: bigint | number | boolean | string;
  /** From `~` of an untyped constant: converts to unsigned types as a mask. */
  readonly complement?: boolean;
}

/** The constant as a value of `ty`; reports where it does not fit. */
export function fit(
  context: Context,
  node: ts.Node,
  ty: Ty,
  value: bigint,
  complement = false,
): Const | undefined {
  if (ty.kind !== "int") return { ty, value };
  const [low, high] = T.rangeOf(ty);
  if (value >= low && value <= high) return { ty, value };
  if (complement && !ty.signed && value < 0n && ~value <= high) {
    return { ty, value: BigInt.asUintN(ty.bits, value) };
  }
  context.sink.error(
    node,
    "TK2003",
    `${value.toString()} does not fit into ${T.show(ty)} (${low.toString()} to ${high.toString()})`,
  );
  return undefined;
}

/** The result of a binary operator, undefined where it has none at compile time. */
export function constantBinary(
  context: Context,
  node: ts.BinaryExpression,
  left: Const,
  right: Const,
): Const | undefined {
  const kind = node.operatorToken.kind;
  const a = left.value;
  const b = right.value;
  if (typeof a === "boolean" && typeof b === "boolean") return onBooleans(kind, a, b);
  if (typeof a === "number" || typeof b === "number") return onFloats(kind, left, right);
  if (typeof a !== "bigint" || typeof b !== "bigint") return undefined;
  const compared = compare(kind, a, b);
  if (compared !== undefined)
    return compatible(left.ty, right.ty) ? { ty: T.bool, value: compared } : undefined;
  const shift =
    kind === ts.SyntaxKind.LessThanLessThanToken ||
    kind === ts.SyntaxKind.GreaterThanGreaterThanToken;
  const ty = shift ? left.ty : common(left.ty, right.ty);
  if (ty === undefined || (ty.kind !== "int" && ty !== T.untyped)) return undefined;
  const value = onIntegers(context, node, ty, a, b);
  if (value === undefined) return undefined;
  if (shift && kind === ts.SyntaxKind.LessThanLessThanToken && ty.kind === "int") {
    return {
      ty,
      value: ty.signed ? BigInt.asIntN(ty.bits, value) : BigInt.asUintN(ty.bits, value),
    };
  }
  const complement = left.complement === true || right.complement === true;
  if (ty === T.untyped) return { ty, value, complement };
  return fit(context, node, ty, value, complement);
}

function common(a: Ty, b: Ty): Ty | undefined {
  if (a === b) return a;
  if (a === T.untyped) return b;
  if (b === T.untyped) return a;
  if (T.widens(a, b)) return b;
  return T.widens(b, a) ? a : undefined;
}

const compatible = (a: Ty, b: Ty): boolean => common(a, b) !== undefined;

function compare(kind: ts.SyntaxKind, a: bigint, b: bigint): boolean | undefined {
  switch (kind) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return a === b;
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return a !== b;
    case ts.SyntaxKind.LessThanToken:
      return a < b;
    case ts.SyntaxKind.LessThanEqualsToken:
      return a <= b;
    case ts.SyntaxKind.GreaterThanToken:
      return a > b;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return a >= b;
    default:
      return undefined;
  }
}

function onBooleans(kind: ts.SyntaxKind, a: boolean, b: boolean): Const | undefined {
  switch (kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return { ty: T.bool, value: a && b };
    case ts.SyntaxKind.BarBarToken:
      return { ty: T.bool, value: a || b };
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return { ty: T.bool, value: a === b };
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return { ty: T.bool, value: a !== b };
    default:
      return undefined;
  }
}

function onFloats(kind: ts.SyntaxKind, left: Const, right: Const): Const | undefined {
  const numeric = (c: Const): boolean => typeof c.value === "number" || c.ty === T.untyped;
  if (!numeric(left) || !numeric(right)) return undefined;
  const a = Number(left.value);
  const b = Number(right.value);
  const typed = [left.ty, right.ty].find((t) => t.kind === "float");
  const ty = typed ?? T.untypedFloat;
  switch (kind) {
    case ts.SyntaxKind.PlusToken:
      return { ty, value: a + b };
    case ts.SyntaxKind.MinusToken:
      return { ty, value: a - b };
    case ts.SyntaxKind.AsteriskToken:
      return { ty, value: a * b };
    case ts.SyntaxKind.SlashToken:
      return { ty, value: a / b };
    default:
      return undefined;
  }
}

function onIntegers(
  context: Context,
  node: ts.BinaryExpression,
  ty: Ty,
  a: bigint,
  b: bigint,
): bigint | undefined {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
      return a + b;
    case ts.SyntaxKind.MinusToken:
      return a - b;
    case ts.SyntaxKind.AsteriskToken:
      return a * b;
    case ts.SyntaxKind.SlashToken:
    case ts.SyntaxKind.PercentToken:
      if (b === 0n) {
        context.sink.error(node, "TK2009", "division by the constant zero");
        return undefined;
      }
      return node.operatorToken.kind === ts.SyntaxKind.SlashToken ? a / b : a % b;
    case ts.SyntaxKind.AmpersandToken:
      return a & b;
    case ts.SyntaxKind.BarToken:
      return a | b;
    case ts.SyntaxKind.CaretToken:
      return a ^ b;
    case ts.SyntaxKind.LessThanLessThanToken:
    case ts.SyntaxKind.GreaterThanGreaterThanToken: {
      const width = ty.kind === "int" ? BigInt(ty.bits) : 1024n;
      if (b < 0n || b >= width) {
        context.sink.error(
          node,
          "TK2007",
          `the shift count ${b.toString()} is not below ${width.toString()}`,
        );
        return undefined;
      }
      return node.operatorToken.kind === ts.SyntaxKind.LessThanLessThanToken ? a << b : a >> b;
    }
    default:
      return undefined;
  }
}

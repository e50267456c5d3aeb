/** Lowers operators: the common type of the operands, the checks that make every result defined. */
import ts from "typescript";
import { BOOL, boolValue, intValue, localValue, sameType } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rangeOf } from "../sema/types.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { coerce } from "./convert.ts";
import { constantValue, lowerCoalesce, lowerCondition, lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";
import { tagIndex } from "./unions.ts";

/** Operators and their compound assignments: `+` and `+=` are `add`. */
const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, ir.BinaryOp> = new Map(
  (
    [
      ["add", ts.SyntaxKind.PlusToken, ts.SyntaxKind.PlusEqualsToken],
      ["sub", ts.SyntaxKind.MinusToken, ts.SyntaxKind.MinusEqualsToken],
      ["mul", ts.SyntaxKind.AsteriskToken, ts.SyntaxKind.AsteriskEqualsToken],
      ["div", ts.SyntaxKind.SlashToken, ts.SyntaxKind.SlashEqualsToken],
      ["rem", ts.SyntaxKind.PercentToken, ts.SyntaxKind.PercentEqualsToken],
      ["and", ts.SyntaxKind.AmpersandToken, ts.SyntaxKind.AmpersandEqualsToken],
      ["or", ts.SyntaxKind.BarToken, ts.SyntaxKind.BarEqualsToken],
      ["xor", ts.SyntaxKind.CaretToken, ts.SyntaxKind.CaretEqualsToken],
      ["shl", ts.SyntaxKind.LessThanLessThanToken, ts.SyntaxKind.LessThanLessThanEqualsToken],
      [
        "shr",
        ts.SyntaxKind.GreaterThanGreaterThanToken,
        ts.SyntaxKind.GreaterThanGreaterThanEqualsToken,
      ],
    ] as const
  ).flatMap(([operator, plain, compound]): [ts.SyntaxKind, ir.BinaryOp][] => [
    [plain, operator],
    [compound, operator],
  ]),
);

const COMPARISON = new Map<ts.SyntaxKind, ir.BinaryOp>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "eq"],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "ne"],
  [ts.SyntaxKind.LessThanToken, "lt"],
  [ts.SyntaxKind.LessThanEqualsToken, "le"],
  [ts.SyntaxKind.GreaterThanToken, "gt"],
  [ts.SyntaxKind.GreaterThanEqualsToken, "ge"],
]);

/** The operator behind a compound assignment. */
export const compoundOperator = (kind: ts.SyntaxKind): ir.BinaryOp | undefined =>
  ARITHMETIC.get(kind);

/** A binary operator: assignments, logical operators, comparisons, arithmetic. */
export function lowerBinary(
  l: Lowerer,
  body: Body,
  node: ts.BinaryExpression,
  expected: Ty | undefined,
): Value {
  const kind = node.operatorToken.kind;
  switch (kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
      return lowerLogical(l, body, node, kind === ts.SyntaxKind.AmpersandAmpersandToken);
    case ts.SyntaxKind.QuestionQuestionToken:
      return lowerCoalesce(l, body, node, expected);
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
      return l.context.sink.fatal(node, "TK1004", "use === or !==");
  }
  let first: Ty | undefined = expected;
  const [left, right] = body.inOrder<Value>([
    () => {
      const value = lowerExpression(l, body, node.left, forConditional(node.left, expected));
      first = value.ty;
      return value;
    },
    () => lowerExpression(l, body, node.right, forConditional(node.right, first)),
  ]);
  if (left === undefined || right === undefined) throw new Error("two operands");
  body.at = l.context.location(node);
  const comparison = COMPARISON.get(kind);
  if (comparison !== undefined) return compare(l, body, node, comparison, left, right);
  const operator = ARITHMETIC.get(kind);
  if (operator === undefined) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      `the operator \`${node.operatorToken.getText()}\` is not part of the kernel profile`,
    );
  }
  return arithmetic(l, body, node, operator, left, right);
}

/**
 * `n + (flag ? 1 : 0)`: a choice between literals takes the other operand's type. Any other choice has a type of its
 * own, as operands have: what the result is used for must not decide how wide the operands are.
 */
export function forConditional(node: ts.Expression, other: Ty | undefined): Ty | undefined {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  if (!ts.isConditionalExpression(inner) || (other?.kind !== "int" && other?.kind !== "float")) {
    return undefined;
  }
  return isNumber(inner) ? other : undefined;
}

/** A number as written, or a choice between such numbers. */
function isNumber(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isNumber(node.expression);
  if (ts.isConditionalExpression(node)) return isNumber(node.whenTrue) && isNumber(node.whenFalse);
  if (ts.isPrefixUnaryExpression(node)) return isNumber(node.operand);
  return ts.isNumericLiteral(node);
}

function lowerLogical(l: Lowerer, body: Body, node: ts.BinaryExpression, and: boolean): Value {
  const left = lowerCondition(l, body, node.left);
  if (left.op === "bool") {
    // The left side decides, or says nothing: `false && x`, `true && x`.
    return left.value === and
      ? { ty: T.bool, expr: lowerCondition(l, body, node.right) }
      : { ty: T.bool, expr: left };
  }
  const kept: { expr: ir.Expr } = { expr: left };
  let right: ir.Expr = left;
  const list = body.nested(() => (right = lowerCondition(l, body, node.right)));
  if (list.length === 0) {
    return {
      ty: T.bool,
      expr: { op: and ? "andAlso" : "orElse", type: BOOL, left: kept.expr, right },
    };
  }
  const result = body.merged(BOOL);
  body.emit({ op: "assign", local: result.id, value: kept.expr });
  list.push({ op: "assign", local: result.id, value: right, at: body.at });
  const condition = localValue(result);
  body.emit(
    and
      ? { op: "if", condition, then: list, else: [] }
      : { op: "if", condition, then: [], else: list },
  );
  return { ty: T.bool, expr: condition };
}

/** The type that holds both operands without loss. */
function commonType(l: Lowerer, node: ts.Node, left: Value, right: Value): Ty {
  const a = left.ty;
  const b = right.ty;
  if (a === b) return a;
  const free = (t: Ty): boolean => t === T.untyped || t === T.untypedFloat;
  if (free(a) && (b.kind === "int" || b.kind === "float")) return b;
  if (free(b) && (a.kind === "int" || a.kind === "float")) return a;
  if (T.widens(a, b)) return b;
  if (T.widens(b, a)) return a;
  return l.context.sink.fatal(
    node,
    "TK2002",
    `${T.show(a)} and ${T.show(b)} have no common type without loss; convert one of them`,
  );
}

function compare(
  l: Lowerer,
  body: Body,
  node: ts.BinaryExpression,
  operator: ir.BinaryOp,
  left: Value,
  right: Value,
): Value {
  const equality = operator === "eq" || operator === "ne";
  const result = (a: ir.Expr, b: ir.Expr): Value => ({
    ty: T.bool,
    expr: { op: "binary", type: BOOL, operator, left: a, right: b },
  });
  const a = left.ty;
  const b = right.ty;
  if (a === T.nullTy || b === T.nullTy) {
    const other = a === T.nullTy ? right : left;
    if (!equality) return l.context.sink.fatal(node, "TK2006", "null has no order");
    if (other.ty === T.nullTy) return { ty: T.bool, expr: boolValue(operator === "eq") };
    if (other.ty.kind !== "nullable") return { ty: T.bool, expr: boolValue(operator === "ne") };
    const nothing: ir.Expr = { op: "null", type: other.expr.type };
    return result(other.expr, nothing);
  }
  const plain = T.nonNull(a);
  if (
    plain === T.nonNull(b) &&
    (plain.kind === "class" || plain.kind === "interface" || plain.kind === "cfn")
  ) {
    if (equality) return result(left.expr, right.expr);
  }
  if (
    a === b &&
    (a.kind === "bool" || a.kind === "order" || a.kind === "enum" || a.kind === "address")
  ) {
    if (equality || a.kind === "address" || a.kind === "enum") {
      return result(coerce(l, body, left, a, node.left), coerce(l, body, right, b, node.right));
    }
  }
  const tagged = a.kind === "tag" ? left : b.kind === "tag" ? right : undefined;
  if (tagged?.ty.kind === "tag" && equality) {
    const text = (tagged === left ? right : left).constant?.value;
    if (typeof text === "string") return result(tagged.expr, tagIndex(l, tagged.ty, text, node));
    if (a === b) return result(left.expr, right.expr);
  }
  if (a === T.str && b === T.str && equality)
    return compareText(l, body, node, operator === "eq", left, right);
  const ty = commonType(l, node, left, right);
  if (ty.kind === "int" || ty.kind === "float") {
    return result(coerce(l, body, left, ty, node.left), coerce(l, body, right, ty, node.right));
  }
  return l.context.sink.fatal(
    node,
    "TK2006",
    `\`${node.operatorToken.getText()}\` does not compare ${T.show(a)} with ${T.show(b)}`,
  );
}

function compareText(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  equal: boolean,
  left: Value,
  right: Value,
): Value {
  const declaration = l.langDeclaration("textEquals");
  if (declaration === undefined) {
    return l.context.sink.fatal(
      node,
      "TK4007",
      "no package of the program has a function marked @lang textEquals",
    );
  }
  const instance = l.function(declaration, new Map(), undefined);
  const args = [left, right].map((v) => coerce(l, body, v, T.str, node));
  const result = body.temporary(BOOL);
  body.emit({ op: "call", result: result.id, function: instance.id, args });
  const expr = localValue(result);
  return {
    ty: T.bool,
    expr: equal ? expr : { op: "unary", type: BOOL, operator: "lnot", operand: expr },
  };
}

/** The result of an arithmetic operator on lowered operands. */
export function arithmetic(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  operator: ir.BinaryOp,
  left: Value,
  right: Value,
): Value {
  if (left.ty.kind === "address" || right.ty.kind === "address")
    return onAddresses(l, body, node, operator, left, right);
  const bitwise = operator === "and" || operator === "or" || operator === "xor";
  if (left.ty.kind === "order" && left.ty === right.ty && bitwise) {
    return {
      ty: left.ty,
      expr: { op: "binary", type: left.expr.type, operator, left: left.expr, right: right.expr },
    };
  }
  if (operator === "shl" || operator === "shr") return shift(l, body, node, operator, left, right);
  const ty = commonType(l, node, left, right);
  if (ty.kind !== "int" && ty.kind !== "float") {
    return l.context.sink.fatal(
      node,
      "TK2006",
      `this operator does not work on ${T.show(left.ty)} and ${T.show(right.ty)}`,
    );
  }
  const a = coerce(l, body, left, ty, node);
  const b = coerce(l, body, right, ty, node);
  if (ty.kind === "float") {
    if (bitwise || operator === "rem") {
      return l.context.sink.fatal(
        node,
        "TK2006",
        "this operator does not work on floating-point numbers",
      );
    }
    return { ty, expr: { op: "binary", type: a.type, operator, left: a, right: b } };
  }
  if (operator === "div" || operator === "rem") return divide(l, body, node, operator, ty, a, b);
  if (bitwise) {
    // Masks do not grow: `wide & narrow` of equal types stays exact, so a wider use loses nothing.
    return { ty, expr: { op: "binary", type: a.type, operator, left: a, right: b } };
  }
  return { ty, expr: wrapping(l, body, operator as "add" | "sub" | "mul", a, b), arithmetic: true };
}

/** Addition, subtraction or multiplication; traps on overflow in debug builds. */
export function wrapping(
  l: Lowerer,
  body: Body,
  operator: "add" | "sub" | "mul",
  left: ir.Expr,
  right: ir.Expr,
): ir.Expr {
  if (l.context.options.checks !== "debug") {
    return { op: "binary", type: left.type, operator, left, right };
  }
  const result = body.temporary(left.type);
  body.emit({ op: "arith", result: result.id, operator, left, right });
  return localValue(result);
}

function divide(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  operator: "div" | "rem",
  ty: T.IntTy,
  left: ir.Expr,
  right: ir.Expr,
): Value {
  const type = left.type;
  if (right.op === "int") {
    if (right.value === 0n) l.context.sink.fatal(node, "TK2009", "division by the constant zero");
    if (right.value !== -1n) return { ty, expr: { op: "binary", type, operator, left, right } };
  }
  const a = body.keep(left);
  const b = body.keep(right);
  if (type.kind !== "int") throw new Error("an integer type");
  const zero = intValue(type, 0n);
  if (b.op !== "int") {
    body.emit({
      op: "check",
      kind: "divide",
      condition: { op: "binary", type: BOOL, operator: "ne", left: b, right: zero },
      message: "division by zero",
    });
  }
  if (ty.signed) {
    const least = intValue(type, rangeOf(ty)[0]);
    const minusOne = intValue(type, -1n);
    body.emit({
      op: "check",
      kind: "divide",
      condition: {
        op: "orElse",
        type: BOOL,
        left: { op: "binary", type: BOOL, operator: "ne", left: a, right: least },
        right: { op: "binary", type: BOOL, operator: "ne", left: b, right: minusOne },
      },
      message: `overflow: the least ${ty.name} divided by -1`,
    });
  }
  return { ty, expr: { op: "binary", type, operator, left: a, right: b } };
}

function shift(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  operator: "shl" | "shr",
  left: Value,
  right: Value,
): Value {
  const ty = left.ty;
  if (ty.kind !== "int") {
    if (ty === T.untyped)
      return l.context.sink.fatal(
        node,
        "TK2010",
        "the type of the shifted constant is not known; write e.g. u32(1) << n",
      );
    return l.context.sink.fatal(node, "TK2006", `${T.show(ty)} cannot be shifted`);
  }
  const type = left.expr.type;
  if (type.kind !== "int") throw new Error("an integer type");
  if (right.constant !== undefined && typeof right.constant.value === "bigint") {
    const count = right.constant.value;
    if (count < 0n || count >= BigInt(ty.bits)) {
      return l.context.sink.fatal(
        node,
        "TK2007",
        `the shift count ${count.toString()} is not below ${String(ty.bits)}, the width of ${ty.name}`,
      );
    }
    return {
      ty,
      expr: { op: "binary", type, operator, left: left.expr, right: intValue(type, count) },
      arithmetic: operator === "shl",
    };
  }
  if (right.ty.kind !== "int" || right.ty.signed) {
    return l.context.sink.fatal(
      node,
      "TK2001",
      `a shift count is an unsigned integer, this is ${T.show(right.ty)}`,
    );
  }
  const value = body.keep(left.expr);
  const count = body.keep(right.expr);
  body.emit({
    op: "check",
    kind: "shift",
    condition: {
      op: "binary",
      type: BOOL,
      operator: "lt",
      left: count,
      right: intValue(count.type as ir.IntType, BigInt(ty.bits)),
    },
    message: `shift count is not below ${String(ty.bits)}`,
  });
  const amount: ir.Expr = sameType(count.type, type)
    ? count
    : { op: "convert", type, operand: count };
  return {
    ty,
    expr: { op: "binary", type, operator, left: value, right: amount },
    arithmetic: operator === "shl",
  };
}

/** `address ± bytes` is an address, `address - address` a number of bytes. */
function onAddresses(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  operator: ir.BinaryOp,
  left: Value,
  right: Value,
): Value {
  const a = left.ty;
  const b = right.ty;
  if (a.kind === "address" && a === b && operator === "sub") {
    return { ty: T.usize, expr: wrapping(l, body, "sub", left.expr, right.expr) };
  }
  const integer = (t: Ty): boolean => t === T.untyped || (t.kind === "int" && !t.signed);
  if (a.kind === "address" && integer(b) && (operator === "add" || operator === "sub")) {
    const bytes = coerce(l, body, { ...right, arithmetic: false }, T.usize, node);
    return { ty: a, expr: wrapping(l, body, operator, left.expr, bytes) };
  }
  if (b.kind === "address" && integer(a) && operator === "add") {
    const bytes = coerce(l, body, { ...left, arithmetic: false }, T.usize, node);
    return { ty: b, expr: wrapping(l, body, "add", bytes, right.expr) };
  }
  return l.context.sink.fatal(
    node,
    "TK2006",
    `this operator does not work on ${T.show(a)} and ${T.show(b)}; ` +
      "addresses add and subtract bytes: convert with u64(address) and virt(value)",
  );
}

/** A prefix operator. */
export function lowerPrefix(l: Lowerer, body: Body, node: ts.PrefixUnaryExpression): Value {
  if (node.operator === ts.SyntaxKind.ExclamationToken) {
    const operand = lowerCondition(l, body, node.operand);
    return { ty: T.bool, expr: { op: "unary", type: BOOL, operator: "lnot", operand } };
  }
  const value = lowerExpression(l, body, node.operand);
  const ty = value.ty;
  const type = value.expr.type;
  if (node.operator === ts.SyntaxKind.TildeToken && ty.kind === "int") {
    return {
      ty,
      expr: { op: "unary", type, operator: "not", operand: value.expr },
      arithmetic: true,
    };
  }
  if (node.operator === ts.SyntaxKind.MinusToken) {
    if (ty.kind === "float")
      return { ty, expr: { op: "unary", type, operator: "neg", operand: value.expr } };
    if (ty.kind === "int" && ty.signed) {
      const zero = constantValue(l, { ty, value: 0n }, node);
      return { ty, expr: wrapping(l, body, "sub", zero.expr, value.expr), arithmetic: true };
    }
    if (ty.kind === "int") {
      return l.context.sink.fatal(
        node,
        "TK2006",
        `an unsigned ${T.show(ty)} has no negative; use wrapSub<${T.show(ty)}>(0, x) or a signed type`,
      );
    }
  }
  return l.context.sink.fatal(node, "TK2006", `this operator does not work on ${T.show(ty)}`);
}

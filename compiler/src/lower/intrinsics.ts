/** Lowers calls of the prelude's functions: what no library can express. */
import type ts from "typescript";
import { BOOL, boolValue, intValue, localValue, STR, U16, U32, U64, U8 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { evaluate, conversionTarget, enumValues } from "../sema/constants.ts";
import { resolveType } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { forConditional } from "./binary.ts";
import { coerce } from "./convert.ts";
import { lowerCondition, lowerExpression } from "./expression.ts";
import { ATOMICS, lowerAtomic } from "./atomics.ts";
import { lowerConversion } from "./conversions.ts";
import { lowerMemory, MEMORY } from "./memory.ts";
import { lowerProgramIntrinsic, PROGRAM } from "./program-intrinsics.ts";
import type { Lowerer } from "./lowerer.ts";

const NOTHING: Value = { ty: T.voidTy, expr: boolValue(false) };

/** A call of a function of the prelude. */
export function lowerIntrinsic(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
  expected: Ty | undefined,
): Value {
  if (conversionTarget(name) !== undefined || /^(ntoh|fromLe)/.test(name))
    return lowerConversion(l, body, node, name);
  if (MEMORY.has(name)) return lowerMemory(l, body, node, name, expected);
  if (ATOMICS.has(name)) return lowerAtomic(l, body, node, name);
  if (PROGRAM.has(name)) return lowerProgramIntrinsic(l, body, node, name);
  switch (name) {
    case "assert":
      return lowerAssert(l, body, node);
    case "panic":
    case "unreachable":
      return lowerPanic(l, body, node, name);
    case "staticAssert":
      checkStatic(l, node, body.env);
      return NOTHING;
    case "likely":
    case "unlikely": {
      const operand = lowerCondition(l, body, argument(l, node, 0));
      return { ty: T.bool, expr: { op: "expect", type: BOOL, value: name === "likely", operand } };
    }
    case "wrapAdd":
    case "wrapSub":
    case "wrapMul":
      return lowerWrapping(l, body, node, name, expected);
    case "clz":
    case "ctz":
    case "popcount":
    case "bswap":
    case "rotateLeft":
      return lowerBits(l, body, node, name, expected);
    case "enumOf":
      return lowerEnumOf(l, body, node);
    case "inb":
    case "inw":
    case "inl":
    case "outb":
    case "outw":
    case "outl":
      return lowerPort(l, body, node, name);
    case "rdtsc": {
      const result = body.temporary(U64);
      body.emit({ op: "timestamp", result: result.id });
      return { ty: T.u64, expr: localValue(result) };
    }
    case "log":
    case "asm":
      return l.context.sink.fatal(node, "TK1001", `${name} is a template: write ${name}\`…\``);
    default:
      return l.context.sink.fatal(node, "TK9001", `the built-in ${name} cannot be called here`);
  }
}

/** The argument at `index`, which tsc has checked to be there. */
export function argument(l: Lowerer, node: ts.CallExpression, index: number): ts.Expression {
  const found = node.arguments[index];
  return found ?? l.context.sink.fatal(node, "TK2013", `argument ${String(index + 1)} is missing`);
}

/** Lowers arguments in order, each converted to its type. */
export function argumentsAs(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  types: readonly Ty[],
): ir.Expr[] {
  const done = body.inOrder<{ expr: ir.Expr }>(
    types.map((ty, i) => () => {
      const a = argument(l, node, i);
      return { expr: coerce(l, body, lowerExpression(l, body, a, ty), ty, a) };
    }),
  );
  body.at = l.context.location(node);
  return done.map((d) => d.expr);
}

/** Reports the use of an unsafe operation in a file that is not marked. */
export function requireUnsafe(l: Lowerer, node: ts.Node, name: string): void {
  if (!l.context.isUnsafe(node)) {
    l.context.sink.error(
      node,
      "TK1008",
      `${name} is only in files whose head comment has \`@unsafe REASON\``,
    );
  }
}

function lowerAssert(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const condition = argument(l, node, 0);
  const [, text] = node.arguments;
  const given = text === undefined ? undefined : evaluate(l.context, text, body.env);
  if (text !== undefined && typeof given?.value !== "string") {
    l.context.sink.fatal(text, "TK2017", "the message of assert() is constant text");
  }
  const message = typeof given?.value === "string" ? given.value : condition.getText();
  const lowered = lowerCondition(l, body, condition);
  body.at = l.context.location(node);
  body.emit({
    op: "check",
    kind: "assert",
    condition: lowered,
    message: `assertion failed: ${message}`,
  });
  return NOTHING;
}

function lowerPanic(l: Lowerer, body: Body, node: ts.CallExpression, name: string): Value {
  const text: ir.Expr =
    name === "panic"
      ? (argumentsAs(l, body, node, [T.str])[0] ?? stringExpr(""))
      : stringExpr("unreachable() was reached");
  callPanic(l, body, node, text);
  return { ty: T.never, expr: boolValue(false) };
}

/** Calls the panic function with a message; control does not come back. */
export function callPanic(l: Lowerer, body: Body, node: ts.Node, message: ir.Expr): void {
  const at = l.context.location(node);
  body.at = at;
  const args = [message, stringExpr(at.file), intValue(U32, at.line)];
  body.emit({ op: "call", result: null, function: l.panics().check, args });
  body.emit({ op: "unreachable" });
}

export const stringExpr = (value: string): ir.Expr => ({
  op: "string",
  type: STR,
  utf8: new TextEncoder().encode(value),
});

/** Evaluates a staticAssert. */
export function checkStatic(l: Lowerer, node: ts.CallExpression, env: Body["env"]): void {
  const condition = argument(l, node, 0);
  const value = evaluate(l.context, condition, env)?.value;
  const [, text] = node.arguments;
  const message = text === undefined ? undefined : evaluate(l.context, text, env)?.value;
  if (value === false) {
    l.context.sink.error(
      node,
      "TK2018",
      typeof message === "string" ? message : `\`${condition.getText()}\` is false`,
    );
  } else if (value !== true) {
    l.context.sink.error(
      condition,
      "TK2017",
      "the condition of staticAssert is not a compile-time constant",
    );
  }
}

/** The type of generic numeric built-ins: of the first argument that has one. */
function numericOperands(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  expected: Ty | undefined,
  count: number,
): { ty: T.IntTy; exprs: ir.Expr[] } {
  const [given] = node.typeArguments ?? [];
  let known = given === undefined ? undefined : resolveType(l.context, given, body.env);
  const values = body.inOrder<Value>(
    Array.from({ length: count }, (_, i) => () => {
      const a = argument(l, node, i);
      const value = lowerExpression(l, body, a, forConditional(a, known ?? expected));
      if (value.ty !== T.untyped) known ??= value.ty;
      return value;
    }),
  );
  const ty = known ?? expected;
  if (ty?.kind !== "int") {
    return l.context.sink.fatal(
      node,
      "TK2006",
      `an integer is expected, this is ${ty === undefined ? "a constant without type" : T.show(ty)}`,
    );
  }
  body.at = l.context.location(node);
  return { ty, exprs: values.map((v, i) => coerce(l, body, v, ty, argument(l, node, i))) };
}

function lowerWrapping(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
  expected: Ty | undefined,
): Value {
  const { ty, exprs } = numericOperands(l, body, node, expected, 2);
  const [left, right] = exprs;
  if (left === undefined || right === undefined) throw new Error("two operands");
  const operator = name === "wrapAdd" ? "add" : name === "wrapSub" ? "sub" : "mul";
  return { ty, expr: { op: "binary", type: left.type, operator, left, right }, arithmetic: true };
}

function lowerBits(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
  expected: Ty | undefined,
): Value {
  const { ty, exprs } = numericOperands(
    l,
    body,
    node,
    name === "bswap" || name === "rotateLeft" ? expected : undefined,
    1,
  );
  const [operand] = exprs;
  if (operand === undefined) throw new Error("an operand");
  if (name === "bswap")
    return { ty, expr: { op: "unary", type: operand.type, operator: "bswap", operand } };
  if (name === "rotateLeft") return rotate(l, body, node, ty, operand);
  return {
    ty: T.u32,
    expr: { op: "unary", type: U32, operator: name as "clz" | "ctz" | "popcount", operand },
  };
}

/** `(x << n) | (x >> (width - n))` with the count masked, so that no shift is too wide. */
function rotate(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  ty: T.IntTy,
  operand: ir.Expr,
): Value {
  const type = operand.type as ir.IntType;
  if (ty.signed) l.context.sink.fatal(node, "TK2006", "rotateLeft works on unsigned integers");
  const a = argument(l, node, 1);
  const value = body.keep(operand);
  const countValue = coerce(l, body, lowerExpression(l, body, a, T.u32), T.u32, a);
  const mask = intValue(type, BigInt(type.bits - 1));
  const converted: ir.Expr =
    type.bits === 32 ? countValue : { op: "convert", type, operand: countValue };
  const count = body.keep({ op: "binary", type, operator: "and", left: converted, right: mask });
  const back: ir.Expr = {
    op: "binary",
    type,
    operator: "and",
    left: { op: "binary", type, operator: "sub", left: intValue(type, 0n), right: count },
    right: mask,
  };
  const left: ir.Expr = { op: "binary", type, operator: "shl", left: value, right: count };
  const right: ir.Expr = { op: "binary", type, operator: "shr", left: value, right: back };
  return { ty, expr: { op: "binary", type, operator: "or", left, right } };
}

function lowerEnumOf(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const [given] = node.typeArguments ?? [];
  const ty = given === undefined ? undefined : resolveType(l.context, given, body.env);
  if (ty?.kind !== "enum")
    return l.context.sink.fatal(node, "TK2012", "write the enum: enumOf<E>(value)");
  const a = argument(l, node, 0);
  const value = lowerExpression(l, body, a);
  if (value.ty !== T.untyped && (value.ty.kind !== "int" || value.ty.signed)) {
    return l.context.sink.fatal(a, "TK2001", "enumOf takes an unsigned integer");
  }
  const wide = body.keep(coerce(l, body, { ...value, arithmetic: false }, T.u64, a));
  const members = [...enumValues(l.context, ty.declaration).values()];
  let condition: ir.Expr = boolValue(false);
  for (const m of members) {
    const equal: ir.Expr = {
      op: "binary",
      type: BOOL,
      operator: "eq",
      left: wide,
      right: intValue(U64, m),
    };
    condition =
      condition.op === "bool" ? equal : { op: "orElse", type: BOOL, left: condition, right: equal };
  }
  body.emit({
    op: "check",
    kind: "enum",
    condition,
    message: `the value is no member of enum ${T.show(ty)}`,
  });
  return { ty, expr: { op: "convert", type: U32, operand: wide } };
}

function lowerPort(l: Lowerer, body: Body, node: ts.CallExpression, name: string): Value {
  requireUnsafe(l, node, name);
  const width = name.endsWith("b")
    ? { ty: T.u8, type: U8 }
    : name.endsWith("w")
      ? { ty: T.u16, type: U16 }
      : { ty: T.u32, type: U32 };
  if (name.startsWith("in")) {
    const [port] = argumentsAs(l, body, node, [T.u16]);
    const result = body.temporary(width.type);
    if (port !== undefined) body.emit({ op: "portIn", result: result.id, port });
    return { ty: width.ty, expr: localValue(result) };
  }
  const [port, value] = argumentsAs(l, body, node, [T.u16, width.ty]);
  if (port !== undefined && value !== undefined) body.emit({ op: "portOut", port, value });
  return NOTHING;
}

/** Lowers built-ins on memory: views, copies, raw addresses, arrays and tables. */
import ts from "typescript";
import { BOOL, intValue, pointerTo, U64, U8 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { classInfo, isPlainData } from "../sema/classes.ts";
import { elementStorage, layoutOf, layoutOfIr, structType, valueType } from "../sema/layout.ts";
import { resolveType, resolveTypeArgument } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { constructFresh, newClass, stackArray } from "./construct.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { constantTable } from "./globals.ts";
import { argument, argumentsAs, requireUnsafe } from "./intrinsics.ts";
import type { Lowerer } from "./lowerer.ts";
import { addressOfPlace, lowerPlace } from "./place.ts";

type Handler = (l: Lowerer, body: Body, node: ts.CallExpression, expected: Ty | undefined) => Value;

const BYTES = T.byteSlice;
const NOTHING: Value = { ty: T.voidTy, expr: { op: "bool", type: BOOL, value: false } };

export const MEMORY: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [
    "bytes",
    (l, body, node) => ({
      ty: BYTES,
      expr: argumentsAs(l, body, node, [T.str])[0] ?? NOTHING.expr,
    }),
  ],
  [
    "text",
    (l, body, node) => ({
      ty: T.str,
      expr: argumentsAs(l, body, node, [BYTES])[0] ?? NOTHING.expr,
    }),
  ],
  ["fixedArray", makeArray],
  ["sliceOf", makeTable],
  ["overlay", overlay],
  ["viewAs", viewAs],
  ["bytesOf", bytesOf],
  ["copyBytes", copy],
  ["moveBytes", copy],
  ["fillBytes", fill],
  ["sliceAt", sliceAt],
  ["objectAt", objectAt],
  ["placeAt", placeAt],
  ["load", load],
  ["store", store],
  ["volatileLoad", load],
  ["volatileStore", store],
  ["addressOf", addressOf],
  ["functionAddress", functionAddress],
  ["functionAt", functionAt],
  ["sizeof", unknownSize],
  ["alignof", unknownSize],
  ["valueOf", unknownSize],
]);

const UNSAFE = new Set([
  "sliceAt",
  "objectAt",
  "placeAt",
  "load",
  "store",
  "volatileLoad",
  "volatileStore",
  "addressOf",
  "functionAddress",
  "functionAt",
]);

/** A call of a function of the prelude that reads, writes or addresses memory. */
export function lowerMemory(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
  expected: Ty | undefined,
): Value {
  if (UNSAFE.has(name)) requireUnsafe(l, node, name);
  const handler = MEMORY.get(name);
  return handler === undefined ? NOTHING : handler(l, body, node, expected);
}

function unknownSize(l: Lowerer, _body: Body, node: ts.CallExpression): Value {
  return l.context.sink.fatal(node, "TK2012", "write the type argument, e.g. sizeof<T>()");
}

/** The type argument, or where it is missing what the context expects. */
function typeArgument(l: Lowerer, body: Body, node: ts.CallExpression, fallback?: Ty): Ty {
  const [given] = node.typeArguments ?? [];
  if (given !== undefined) return resolveType(l.context, given, body.env);
  return (
    fallback ??
    l.context.sink.fatal(
      node,
      "TK2012",
      `write the type argument: ${node.expression.getText()}<T>(…)`,
    )
  );
}

function makeArray(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  expected: Ty | undefined,
): Value {
  const [element, length] = node.typeArguments ?? [];
  let ty = expected;
  if (element !== undefined && length !== undefined) {
    const count = resolveTypeArgument(l.context, length, body.env);
    if (count.kind === "const")
      ty = T.array(resolveType(l.context, element, body.env), Number(count.value));
  }
  if (ty?.kind !== "array")
    return l.context.sink.fatal(node, "TK2012", "write the types: fixedArray<T, N>()");
  return { ty, expr: stackArray(l, body, ty, "array").address };
}

function makeTable(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  expected: Ty | undefined,
): Value {
  const of = typeArgument(l, body, node, expected?.kind === "slice" ? expected.of : undefined);
  return constantTable(l, node, of, body.env);
}

function overlay(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const ty = typeArgument(l, body, node);
  if (ty.kind !== "class" || !classInfo(l.context, ty).packed) {
    return l.context.sink.fatal(
      node,
      "TK2006",
      `overlay needs a @packed class, ${T.show(ty)} is none`,
    );
  }
  requirePlain(l, node, ty);
  const [data, at] = argumentsAs(l, body, node, [BYTES, T.usize]);
  if (data === undefined || at === undefined) throw new Error("two arguments");
  const slice = body.keep(data);
  const offset = body.keep(at);
  const size = intValue(U64, layoutOf(l.context, ty, node).size);
  const length: ir.Expr = { op: "sliceLength", type: U64, slice };
  const zero = offset.op === "int" && offset.value === 0n;
  const fits: ir.Expr = { op: "binary", type: BOOL, operator: "le", left: size, right: length };
  const room: ir.Expr = { op: "binary", type: U64, operator: "sub", left: length, right: size };
  const inside: ir.Expr = { op: "binary", type: BOOL, operator: "le", left: offset, right: room };
  body.emit({
    op: "check",
    kind: "slice",
    condition: zero ? fits : { op: "andAlso", type: BOOL, left: fits, right: inside },
    message: `overlay<${T.show(ty)}> reaches behind the end of the data`,
  });
  const start: ir.Expr = { op: "elementAddress", type: pointerTo(U8), base: slice, index: offset };
  return {
    ty,
    expr: { op: "convert", type: pointerTo(structType(l.context, ty)), operand: start },
  };
}

/** What is laid over bytes from outside has only fields for which any bytes are a value. */
function requirePlain(l: Lowerer, node: ts.Node, ty: Ty): void {
  if (isPlainData(l.context, ty) || l.context.isUnsafe(node)) return;
  l.context.sink.error(
    node,
    "TK3007",
    `${T.show(ty)} has fields that not every byte pattern is a value of (booleans, references); use integers there`,
  );
}

function viewAs(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const of = typeArgument(l, body, node);
  const fits =
    of === T.u8 || of.kind === "order" || (of.kind === "class" && classInfo(l.context, of).packed);
  if (!fits)
    return l.context.sink.fatal(
      node,
      "TK2006",
      `viewAs needs a byte-order type or a @packed class, ${T.show(of)} is none`,
    );
  requirePlain(l, node, of);
  const [data] = argumentsAs(l, body, node, [BYTES]);
  if (data === undefined) throw new Error("an argument");
  const slice = body.keep(data);
  const element = elementStorage(l.context, of);
  const size = intValue(U64, Math.max(1, layoutOfIr(l.context, element).size));
  const length: ir.Expr = { op: "sliceLength", type: U64, slice };
  return {
    ty: T.slice(of),
    expr: {
      op: "makeSlice",
      type: { kind: "slice", element },
      data: {
        op: "convert",
        type: pointerTo(element),
        operand: { op: "sliceData", type: pointerTo(U8), slice },
      },
      length: { op: "binary", type: U64, operator: "div", left: length, right: size },
    },
  };
}

function bytesOf(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const a = argument(l, node, 0);
  const value = lowerExpression(l, body, a);
  if (value.ty.kind !== "class" || !classInfo(l.context, value.ty).packed) {
    return l.context.sink.fatal(
      a,
      "TK2006",
      `bytesOf needs an object of a @packed class, ${T.show(value.ty)} is none`,
    );
  }
  requirePlain(l, node, value.ty);
  const size = layoutOf(l.context, value.ty, node).size;
  const data: ir.Expr = { op: "convert", type: pointerTo(U8), operand: value.expr };
  return {
    ty: BYTES,
    expr: {
      op: "makeSlice",
      type: { kind: "slice", element: U8 },
      data,
      length: intValue(U64, size),
    },
  };
}

function copy(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const [toArgument, fromArgument] = argumentsAs(l, body, node, [BYTES, BYTES]);
  if (toArgument === undefined || fromArgument === undefined) throw new Error("two arguments");
  const to = body.keep(toArgument);
  const from = body.keep(fromArgument);
  const length: ir.Expr = { op: "sliceLength", type: U64, slice: from };
  body.emit({
    op: "check",
    kind: "length",
    condition: {
      op: "binary",
      type: BOOL,
      operator: "le",
      left: length,
      right: { op: "sliceLength", type: U64, slice: to },
    },
    message: "the target of the copy is shorter than its source",
  });
  const overlapping = node.expression.getText() === "moveBytes";
  if (!overlapping && l.context.options.checks === "debug") checkApart(body, to, from, length);
  body.emit({ op: "copy", to: dataOf(to), from: dataOf(from), bytes: length, overlapping });
  return NOTHING;
}

/** What C leaves undefined: one ends where the other begins, or before. */
function checkApart(body: Body, to: ir.Expr, from: ir.Expr, length: ir.Expr): void {
  const start = (slice: ir.Expr): ir.Expr => ({
    op: "convert",
    type: U64,
    operand: dataOf(slice),
  });
  const before = (first: ir.Expr, second: ir.Expr): ir.Expr => ({
    op: "binary",
    type: BOOL,
    operator: "le",
    left: { op: "binary", type: U64, operator: "add", left: start(first), right: length },
    right: start(second),
  });
  body.emit({
    op: "check",
    kind: "slice",
    condition: { op: "orElse", type: BOOL, left: before(to, from), right: before(from, to) },
    message: "copyBytes within overlapping bytes; moveBytes may",
  });
}

const dataOf = (slice: ir.Expr): ir.Expr => ({ op: "sliceData", type: pointerTo(U8), slice });

function fill(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const [to, byte] = argumentsAs(l, body, node, [BYTES, T.u8]);
  if (to === undefined || byte === undefined) throw new Error("two arguments");
  const slice = body.keep(to);
  body.emit({
    op: "fill",
    to: dataOf(slice),
    byte,
    bytes: { op: "sliceLength", type: U64, slice },
  });
  return NOTHING;
}

function sliceAt(l: Lowerer, body: Body, node: ts.CallExpression, expected: Ty | undefined): Value {
  const of = typeArgument(l, body, node, expected?.kind === "slice" ? expected.of : undefined);
  const [at, length] = argumentsAs(l, body, node, [T.virtAddr, T.usize]);
  if (at === undefined || length === undefined) throw new Error("two arguments");
  const element = elementStorage(l.context, of);
  const data: ir.Expr = { op: "convert", type: pointerTo(element), operand: at };
  return {
    ty: T.slice(of),
    expr: { op: "makeSlice", type: { kind: "slice", element }, data, length },
  };
}

function objectAt(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  expected: Ty | undefined,
): Value {
  const ty = typeArgument(l, body, node, expected === undefined ? undefined : T.nonNull(expected));
  if (ty.kind !== "class" && ty.kind !== "array")
    return l.context.sink.fatal(
      node,
      "TK2006",
      `objectAt needs a class, ${T.show(ty)} is none; use load<T>`,
    );
  const [at] = argumentsAs(l, body, node, [T.virtAddr]);
  if (at === undefined) throw new Error("an argument");
  return { ty, expr: { op: "convert", type: valueType(l.context, ty), operand: at } };
}

function placeAt(l: Lowerer, body: Body, node: ts.CallExpression, expected: Ty | undefined): Value {
  const value = argument(l, node, 1);
  if (!ts.isNewExpression(value))
    return l.context.sink.fatal(
      value,
      "TK2013",
      "the second argument of placeAt is a `new` expression",
    );
  const [given] = node.typeArguments ?? [];
  const wanted = given === undefined ? expected : resolveType(l.context, given, body.env);
  const info = newClass(l, body, value, wanted);
  const [at] = argumentsAs(l, body, node, [T.virtAddr]);
  if (at === undefined) throw new Error("an argument");
  const type = pointerTo(structType(l.context, info.type));
  const address = body.keep({ op: "convert", type, operand: body.keep(at) });
  constructFresh(l, body, value, info, address);
  return { ty: info.type, expr: address };
}

/** The type that a raw load or store moves: a scalar, pointer or slice. */
function moved(l: Lowerer, node: ts.Node, ty: Ty): ir.Type {
  if (ty.kind === "class" || ty.kind === "array") {
    return l.context.sink.fatal(
      node,
      "TK2006",
      `load and store move values; for an object use objectAt<${T.show(ty)}>(address)`,
    );
  }
  return valueType(l.context, ty);
}

function load(l: Lowerer, body: Body, node: ts.CallExpression, expected: Ty | undefined): Value {
  const ty = typeArgument(l, body, node, expected);
  const type = moved(l, node, ty);
  const [at] = argumentsAs(l, body, node, [T.virtAddr]);
  if (at === undefined) throw new Error("an argument");
  const volatile = node.expression.getText() === "volatileLoad";
  const expr: ir.Expr = {
    op: "load",
    type,
    from: { op: "convert", type: pointerTo(type), operand: at },
    ...(volatile ? { volatile: true } : {}),
  };
  return { ty, expr: volatile ? body.keepCopy(expr) : expr };
}

function store(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const a = argument(l, node, 1);
  const [given] = node.typeArguments ?? [];
  const values = body.inOrder<Value>([
    () => ({ ty: T.virtAddr, expr: argumentsAs(l, body, node, [T.virtAddr])[0] ?? NOTHING.expr }),
    () =>
      lowerExpression(
        l,
        body,
        a,
        given === undefined ? undefined : resolveType(l.context, given, body.env),
      ),
  ]);
  const [at, value] = values;
  if (at === undefined || value === undefined) throw new Error("two arguments");
  const ty = given === undefined ? value.ty : resolveType(l.context, given, body.env);
  if (ty === T.untyped)
    return l.context.sink.fatal(node, "TK2012", "write the type: store<u32>(address, value)");
  const type = moved(l, node, ty);
  const expr = coerce(l, body, value, ty, a);
  const volatile = node.expression.getText() === "volatileStore";
  body.at = l.context.location(node);
  body.emit({
    op: "store",
    to: { op: "convert", type: pointerTo(type), operand: at.expr },
    value: expr,
    ...(volatile ? { volatile: true } : {}),
  });
  return NOTHING;
}

function addressOf(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const a = argument(l, node, 0);
  const place = lowerPlace(l, body, a);
  const isObject = (ty: Ty): boolean =>
    ty.kind === "class" ||
    ty.kind === "array" ||
    (ty.kind === "nullable" && ty.of.kind === "class");
  if (place !== undefined && (place.embedded || !isObject(place.ty))) {
    if (place.local !== undefined)
      return l.context.sink.fatal(
        a,
        "TK1008",
        "a local variable has no fixed address; use a field, a global or fixedArray",
      );
    return {
      ty: T.virtAddr,
      expr: { op: "convert", type: U64, operand: addressOfPlace(l, place) },
    };
  }
  const value = lowerExpression(l, body, a);
  if (!isObject(value.ty))
    return l.context.sink.fatal(a, "TK2006", `a ${T.show(value.ty)} has no address`);
  return { ty: T.virtAddr, expr: { op: "convert", type: U64, operand: value.expr } };
}

function functionAddress(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const a = argument(l, node, 0);
  const value = lowerExpression(l, body, a);
  if (value.ty.kind !== "cfn")
    return l.context.sink.fatal(a, "TK2006", "functionAddress takes a function or CFn");
  return { ty: T.virtAddr, expr: { op: "convert", type: U64, operand: value.expr } };
}

function functionAt(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  expected: Ty | undefined,
): Value {
  const [given] = node.typeArguments ?? [];
  let ty = expected === undefined ? undefined : T.nonNull(expected);
  if (given !== undefined) {
    const shape = resolveType(l.context, given, body.env);
    if (shape.kind === "closure") ty = T.functionType("cfn", shape.params, shape.result);
  }
  if (ty?.kind !== "cfn")
    return l.context.sink.fatal(
      node,
      "TK2012",
      "write the type: functionAt<(x: u32) => void>(address)",
    );
  const [at] = argumentsAs(l, body, node, [T.virtAddr]);
  if (at === undefined) throw new Error("an argument");
  return { ty, expr: { op: "convert", type: valueType(l.context, ty), operand: at } };
}

/** Implicit conversions: what a value may become where another type is expected, and the errors where it may not. */
import type ts from "typescript";
import { BOOL, boolValue, intValue, pointerTo } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { classInfo, type ClassInfo } from "../sema/classes.ts";
import { fit, type Const } from "../sema/fold.ts";
import { interfaceId, structType, valueType } from "../sema/layout.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { thunkFor } from "./closure.ts";
import type { Lowerer } from "./lowerer.ts";

/** The value as an expression of exactly the type `target`. */
export function coerce(l: Lowerer, body: Body, value: Value, target: Ty, node: ts.Node): ir.Expr {
  const from = value.ty;
  if (from === target)
    return value.constant === undefined ? value.expr : constantExpr(l, value.constant, node);
  if (from === T.never) return unreadValue(l, target);
  if (value.constant !== undefined) {
    const converted = constantAs(l, value.constant, target, node);
    if (converted !== undefined) return converted;
  } else if (from.kind === "int" || from.kind === "float") {
    if (T.widens(from, target)) {
      if (value.arithmetic === true && from.kind === "int") {
        l.context.sink.error(
          node,
          "TK2004",
          `the result of this arithmetic wraps as ${T.show(from)} before it becomes ${T.show(target)}; ` +
            `convert an operand first: ${T.show(target)}(…)`,
        );
      }
      return { op: "convert", type: valueType(l.context, target), operand: value.expr };
    }
  }
  const reference = coerceReference(l, body, value, target, node);
  if (reference !== undefined) return reference;
  return mismatch(l, from, target, node);
}

function mismatch(l: Lowerer, from: Ty, target: Ty, node: ts.Node): never {
  if (from.kind === "nullable" && from.of === target) {
    l.context.sink.fatal(node, "TK2011", `this may be null, ${T.show(target)} is expected`);
  }
  const numeric = (t: Ty): boolean =>
    t.kind === "int" || t.kind === "float" || t.kind === "untyped";
  if (numeric(from) && numeric(target)) {
    l.context.sink.fatal(
      node,
      "TK2001",
      `${T.show(from)} does not convert to ${T.show(target)} without loss; write ${T.show(target)}(…) if that is meant`,
    );
  }
  const nominal = T.nonNull(from).kind === "class" || T.nonNull(target).kind === "class";
  l.context.sink.fatal(
    node,
    nominal ? "TK2015" : "TK2001",
    `a value of type ${T.show(from)} is not a ${T.show(target)}`,
  );
}

function coerceReference(
  l: Lowerer,
  body: Body,
  value: Value,
  target: Ty,
  node: ts.Node,
): ir.Expr | undefined {
  const from = value.ty;
  if (target.kind === "nullable") {
    if (from === T.nullTy) return { op: "null", type: valueType(l.context, target) };
    if (from === target.of) return value.expr;
  }
  const plain = T.nonNull(target);
  const source = T.nonNull(from);
  if (from.kind === "nullable" && target.kind !== "nullable") return undefined;
  if (source.kind === "class" && plain.kind === "interface") {
    return toInterface(l, body, value, source, plain, node);
  }
  if (
    source.kind === "class" &&
    plain.kind === "class" &&
    extendsClass(classInfo(l.context, source), plain)
  ) {
    if (T.isAbstract(source)) {
      l.context.sink.fatal(
        node,
        "TK2015",
        `a reference to the abstract class ${T.show(source)} does not become one to ${T.show(plain)}; its object's class is not known here`,
      );
    }
    if (T.isAbstract(plain)) return toInterface(l, body, value, source, plain, node);
    return { op: "convert", type: pointerTo(structType(l.context, plain)), operand: value.expr };
  }
  if (source.kind === "cfn" && plain.kind === "closure") {
    const same =
      source.result === plain.result &&
      source.params.length === plain.params.length &&
      source.params.every((p, i) => p === plain.params[i]);
    if (same) return thunkFor(l, body, value.expr, plain, node);
  }
  return undefined;
}

function toInterface(
  l: Lowerer,
  body: Body,
  value: Value,
  source: T.ClassTy,
  target: T.InterfaceTy | T.ClassTy,
  node: ts.Node,
): ir.Expr {
  if (T.isAbstract(source)) {
    l.context.sink.fatal(
      node,
      "TK2015",
      `a reference to the abstract class ${T.show(source)} does not become a ${T.show(target)}; its object's class is not known here`,
    );
  }
  l.implement(node, source, target);
  const type: ir.InterfaceType = { kind: "interface", interface: interfaceId(l.context, target) };
  const { structId } = classInfo(l.context, source);
  if (value.ty.kind !== "nullable")
    return { op: "makeInterface", type, object: value.expr, struct: structId };
  const object = body.keep(value.expr);
  return {
    op: "select",
    type,
    condition: {
      op: "binary",
      type: BOOL,
      operator: "ne",
      left: object,
      right: { op: "null", type: object.type },
    },
    then: { op: "makeInterface", type, object, struct: structId },
    else: { op: "null", type },
  };
}

/** Whether the class is, or extends, the other. */
export function extendsClass(info: ClassInfo, base: T.ClassTy): boolean {
  for (let c: ClassInfo | undefined = info; c !== undefined; c = c.base)
    if (c.type === base) return true;
  return false;
}

function constantAs(l: Lowerer, constant: Const, target: Ty, node: ts.Node): ir.Expr | undefined {
  const { value, ty } = constant;
  if (
    target.kind === "int" &&
    typeof value === "bigint" &&
    (ty === T.untyped || T.widens(ty, target))
  ) {
    const fitted = fit(l.context, node, target, value, constant.complement);
    return constantExpr(l, fitted ?? { ty: target, value: 0n }, node);
  }
  if (
    target.kind === "float" &&
    (ty === T.untyped || ty === T.untypedFloat || ty.kind === "float")
  ) {
    return { op: "float", type: { kind: "float", bits: target.bits }, value: Number(value) };
  }
  return undefined;
}

/** A constant of a definite type as an expression. */
export function constantExpr(l: Lowerer, constant: Const, node: ts.Node): ir.Expr {
  const { ty, value } = constant;
  if (typeof value === "string") {
    return {
      op: "string",
      type: { kind: "slice", element: { kind: "int", bits: 8, signed: false } },
      utf8: new TextEncoder().encode(value),
    };
  }
  if (typeof value === "boolean") return boolValue(value);
  if (ty === T.untyped || ty === T.untypedFloat) {
    return l.context.sink.fatal(
      node,
      "TK2010",
      "the type of this constant is not known here; write e.g. u32(…)",
    );
  }
  const type = valueType(l.context, ty);
  if (type.kind === "float") return { op: "float", type, value: Number(value) };
  if (type.kind === "int" && typeof value === "bigint") return intValue(type, value);
  return l.context.sink.fatal(node, "TK9001", `constant of type ${T.show(ty)}`);
}

/** Some value of the type, where nobody reads it: behind calls that never return, before the first assignment. */
export function unreadValue(l: Lowerer, ty: Ty): ir.Expr {
  return zeroOf(l, valueType(l.context, ty));
}

function zeroOf(l: Lowerer, type: ir.Type): ir.Expr {
  switch (type.kind) {
    case "int":
      return intValue(type, 0n);
    case "float":
      return { op: "float", type, value: 0 };
    case "bool":
      return boolValue(false);
    case "slice":
      return {
        op: "makeSlice",
        type,
        data: { op: "null", type: pointerTo(type.element) },
        length: intValue({ kind: "int", bits: 64, signed: false }, 0n),
      };
    case "struct": {
      const struct = l.context.program.structs.get(type.struct);
      return {
        op: "makeStruct",
        type,
        items: (struct?.fields ?? []).map((f) => zeroOf(l, f.type)),
      };
    }
    default:
      return { op: "null", type };
  }
}

/** The value with the type that a variable without annotation gets. */
export function settle(
  l: Lowerer,
  body: Body,
  value: Value,
  node: ts.Node,
): { ty: Ty; expr: ir.Expr } {
  if (value.ty === T.untyped) return { ty: T.usize, expr: coerce(l, body, value, T.usize, node) };
  if (value.ty === T.untypedFloat) return { ty: T.f64, expr: coerce(l, body, value, T.f64, node) };
  if (value.ty === T.nullTy || value.ty === T.voidTy || value.ty === T.never) {
    return l.context.sink.fatal(
      node,
      "TK1002",
      `a variable cannot have the type ${T.show(value.ty)}; write its type`,
    );
  }
  return { ty: value.ty, expr: coerce(l, body, value, value.ty, node) };
}

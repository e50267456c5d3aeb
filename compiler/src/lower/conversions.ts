/** Lowers explicit conversions: u8(x) … f64(x), virt(x), ntohs(x), toLe32(x). */
import type ts from "typescript";
import type * as ir from "../ir/ir.ts";
import { conversionTarget } from "../sema/constants.ts";
import { valueType } from "../sema/layout.ts";
import * as T from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { coerce, constantExpr } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { argument } from "./intrinsics.ts";
import type { Lowerer } from "./lowerer.ts";

/** A conversion written as a call, such as `u16(x)` or `ntohs(x)`. */
export function lowerConversion(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
): Value {
  const a = argument(l, node, 0);
  const value = lowerExpression(l, body, a);
  if (/^(ntoh|fromLe)/.test(name)) return fromOrder(l, node, name, value);
  const target = conversionTarget(name);
  if (target?.kind === "order") {
    const plain = target.bits === 16 ? T.u16 : target.bits === 32 ? T.u32 : T.u64;
    const expr = coerce(l, body, value, plain, a);
    return { ty: target, expr: target.big ? swap(expr) : expr };
  }
  if (target?.kind === "address") {
    if (value.ty.kind === "address" && value.ty !== target) {
      return l.context.sink.fatal(
        a,
        "TK2001",
        `a ${T.show(value.ty)} is no ${T.show(target)}; if they are the same here, write ${name}(u64(x))`,
      );
    }
    return { ty: target, expr: coerce(l, body, { ...value, arithmetic: false }, T.u64, a) };
  }
  if (target === undefined) return l.context.sink.fatal(node, "TK9001", `conversion ${name}`);
  return numeric(l, body, node, value, target);
}

function numeric(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  value: Value,
  target: T.Ty,
): Value {
  const from = value.ty;
  if (from === T.untyped || from === T.untypedFloat) {
    if (from === T.untypedFloat && target.kind === "int") {
      return l.context.sink.fatal(node, "TK2001", `a fraction is no ${T.show(target)}`);
    }
    return { ty: target, expr: coerce(l, body, value, target, node) };
  }
  const expr = value.constant === undefined ? value.expr : constantExpr(l, value.constant, node);
  const convertible =
    from.kind === "int" ||
    from.kind === "float" ||
    from.kind === "bool" ||
    from.kind === "enum" ||
    from.kind === "address";
  if (!convertible) {
    const hint = from.kind === "order" ? "; use ntohs(x), ntohl(x) or fromLe…(x)" : "";
    return l.context.sink.fatal(
      node,
      "TK2001",
      `a ${T.show(from)} does not convert to ${T.show(target)}${hint}`,
    );
  }
  if (from.kind === "bool" && target.kind === "float") {
    return l.context.sink.fatal(node, "TK2001", "a boolean is no floating-point number");
  }
  const type = valueType(l.context, target);
  if (from === target) return { ty: target, expr };
  return { ty: target, expr: { op: "convert", type, operand: expr } };
}

function fromOrder(l: Lowerer, node: ts.CallExpression, name: string, value: Value): Value {
  const bits =
    /(16|32|64)$/.exec(name)?.[1] ?? (name === "ntohs" ? "16" : name === "ntohl" ? "32" : "64");
  const wanted = T.orderType(`${name.startsWith("ntoh") ? "be" : "le"}${bits}` as T.OrderName);
  if (value.ty !== wanted) {
    return l.context.sink.fatal(
      node,
      "TK2001",
      `${name} takes a ${T.show(wanted)}, this is ${T.show(value.ty)}`,
    );
  }
  const expr = value.constant === undefined ? value.expr : constantExpr(l, value.constant, node);
  const ty = bits === "16" ? T.u16 : bits === "32" ? T.u32 : T.u64;
  return { ty, expr: wanted.big ? swap(expr) : expr };
}

const swap = (operand: ir.Expr): ir.Expr => ({
  op: "unary",
  type: operand.type,
  operator: "bswap",
  operand,
});

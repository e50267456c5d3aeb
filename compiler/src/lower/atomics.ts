/** Lowers atomic built-ins and barriers. The first argument names a place; what happens there is one indivisible step. */
import type ts from "typescript";
import { BOOL, localValue } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { evaluate } from "../sema/constants.ts";
import { valueType } from "../sema/layout.ts";
import * as T from "../sema/types.ts";
import type { Body, Place, Value } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { argument } from "./intrinsics.ts";
import type { Lowerer } from "./lowerer.ts";
import { addressOfPlace, lowerPlace } from "./place.ts";

const OPERATORS = new Map<string, ir.AtomicOp>([
  ["atomicAdd", "add"],
  ["atomicSub", "sub"],
  ["atomicAnd", "and"],
  ["atomicOr", "or"],
  ["atomicExchange", "exchange"],
]);

const BARRIERS = new Map<string, ir.Barrier>([
  ["readBarrier", "read"],
  ["writeBarrier", "write"],
  ["fullBarrier", "full"],
  ["compilerBarrier", "compiler"],
]);

const ORDERS = ["relaxed", "acquire", "release", "acqRel", "seqCst"] as const;

/** How many values follow the place; 1 where nothing is said. */
const OPERANDS = new Map([
  ["atomicLoad", 0],
  ["atomicCompareExchange", 2],
]);

export const ATOMICS: ReadonlySet<string> = new Set([
  ...OPERATORS.keys(),
  ...BARRIERS.keys(),
  "atomicLoad",
  "atomicStore",
  "atomicCompareExchange",
]);

const NOTHING: Value = { ty: T.voidTy, expr: { op: "bool", type: BOOL, value: false } };

/** A call of one of the `atomic…` functions; its first argument is a place, not a value. */
export function lowerAtomic(l: Lowerer, body: Body, node: ts.CallExpression, name: string): Value {
  const barrier = BARRIERS.get(name);
  if (barrier !== undefined) {
    body.at = l.context.location(node);
    body.emit({ op: "barrier", barrier });
    return NOTHING;
  }
  const target = atomicPlace(l, body, argument(l, node, 0));
  const place = body.keep(addressOfPlace(l, target));
  const type = valueType(l.context, target.ty);
  const count = OPERANDS.get(name) ?? 1;
  const operands = node.arguments.slice(1, 1 + count);
  const order = memoryOrder(l, body, node, name, node.arguments[1 + count]);
  const values = body.inOrder<{ expr: ir.Expr }>(
    operands.map((a) => () => ({
      expr: coerce(l, body, lowerExpression(l, body, a, target.ty), target.ty, a),
    })),
  );
  body.at = l.context.location(node);
  const [first, second] = values;
  const operator = OPERATORS.get(name);
  if (operator !== undefined && first !== undefined) {
    const result = body.temporary(type);
    body.emit({ op: "atomic", order, result: result.id, operator, place, value: first.expr });
    return { ty: target.ty, expr: localValue(result) };
  }
  if (name === "atomicStore" && first !== undefined) {
    body.emit({ op: "atomicStore", order, place, value: first.expr });
    return NOTHING;
  }
  if (name === "atomicCompareExchange" && first !== undefined && second !== undefined) {
    const result = body.temporary(BOOL);
    body.emit({
      op: "atomicCompareExchange",
      order,
      result: result.id,
      place,
      expected: first.expr,
      value: second.expr,
    });
    return { ty: T.bool, expr: localValue(result) };
  }
  const result = body.temporary(type);
  body.emit({ op: "atomicLoad", order, result: result.id, place });
  return { ty: target.ty, expr: localValue(result) };
}

/** The order that the last argument names; orders that C11 forbids for the operation are errors. */
function memoryOrder(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
  argument: ts.Expression | undefined,
): ir.MemoryOrder {
  if (argument === undefined) return "seqCst";
  const value = evaluate(l.context, argument, body.env)?.value;
  const order = ORDERS.find((o) => o === value);
  if (order === undefined) {
    return l.context.sink.fatal(
      argument,
      "TK2017",
      `a memory order is one of ${ORDERS.join(", ")}, written as text`,
    );
  }
  const forbidden =
    name === "atomicLoad"
      ? ["release", "acqRel"]
      : name === "atomicStore"
        ? ["acquire", "acqRel"]
        : [];
  if (forbidden.includes(order))
    l.context.sink.error(node, "TK2006", `${name} cannot have the order ${order}`);
  return order;
}

function atomicPlace(l: Lowerer, body: Body, node: ts.Expression): Place {
  const place = lowerPlace(l, body, node);
  if (place === undefined || place.embedded || place.unaligned !== undefined) {
    return l.context.sink.fatal(
      node,
      "TK2019",
      "an atomic operation works on a variable, field or element",
    );
  }
  const kind = place.ty.kind;
  if (
    kind !== "int" &&
    kind !== "bool" &&
    kind !== "address" &&
    kind !== "enum" &&
    kind !== "nullable" &&
    kind !== "class"
  ) {
    return l.context.sink.fatal(node, "TK2006", `a ${T.show(place.ty)} has no atomic operations`);
  }
  return place;
}

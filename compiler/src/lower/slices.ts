/** Lowers the methods of slices and fixed arrays: `sub`, `slice`. */
import type ts from "typescript";
import { didYouMean } from "../diagnostics/suggest.ts";
import { BOOL, pointerTo, U64 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { membersOf } from "../sema/members.ts";
import * as T from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { lowerArguments } from "./call.ts";
import type { Lowerer } from "./lowerer.ts";
import { wholeArray } from "./place.ts";

/** A call of a method of a slice or of inline elements. */
export function lowerSliceMethod(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  receiver: Value,
): Value {
  const name = callee.name.text;
  if (receiver.ty.kind === "array" && name === "slice") {
    if (node.arguments.length > 0)
      l.context.sink.error(
        node,
        "TK2013",
        "slice() takes no arguments; use .slice().sub(offset, length)",
      );
    return wholeArray(l, receiver.ty, receiver.expr);
  }
  if (receiver.ty.kind === "slice" && name === "sub") {
    const count = node.arguments.length;
    if (count !== 1 && count !== 2) l.context.sink.fatal(node, "TK2013", "sub(offset, length?)");
    let args: ir.Expr[] = [];
    const [slice] = body.inOrder<Value>([
      () => receiver,
      () => {
        args = lowerArguments(
          l,
          body,
          node,
          node.arguments,
          count === 1 ? [T.usize] : [T.usize, T.usize],
          [],
          body.env,
        );
        return receiver;
      },
    ]);
    body.at = l.context.location(node);
    return subSlice(body, slice ?? receiver, args);
  }
  return l.context.sink.fatal(
    callee,
    "TK2014",
    `${T.show(receiver.ty)} has no method ${name}` +
      didYouMean(name, membersOf(l.context, receiver.ty)),
  );
}

/** Checks `offset <= length` and `count <= length - offset`, which cannot overflow. */
function subSlice(body: Body, value: Value, args: readonly ir.Expr[]): Value {
  const slice = body.keep(value.expr);
  const { type } = slice;
  if (type.kind !== "slice") throw new Error("a slice");
  const [offsetArgument, countArgument] = args;
  if (offsetArgument === undefined) throw new Error("an offset");
  const offset = body.keep(offsetArgument);
  const length: ir.Expr = { op: "sliceLength", type: U64, slice };
  const rest: ir.Expr = { op: "binary", type: U64, operator: "sub", left: length, right: offset };
  if (offset.op !== "int" || offset.value !== 0n)
    atMost(body, offset, length, "the offset of sub() is behind the end of the slice");
  const count = countArgument === undefined ? rest : body.keep(countArgument);
  if (countArgument !== undefined)
    atMost(body, count, rest, "sub() reaches behind the end of the slice");
  const data: ir.Expr = {
    op: "elementAddress",
    type: pointerTo(type.element),
    base: slice,
    index: offset,
  };
  return { ty: value.ty, expr: { op: "makeSlice", type, data, length: count } };
}

function atMost(body: Body, value: ir.Expr, limit: ir.Expr, message: string): void {
  if (value.op === "int" && value.value === 0n) return;
  body.emit({
    op: "check",
    kind: "slice",
    condition: { op: "binary", type: BOOL, operator: "le", left: value, right: limit },
    message,
  });
}

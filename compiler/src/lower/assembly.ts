/** Lowers asm`…`: instructions with operands in registers. */
import ts from "typescript";
import { localValue, pointerTo } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { evaluate } from "../sema/constants.ts";
import * as T from "../sema/types.ts";
import type { Body, Place } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { requireUnsafe } from "./intrinsics.ts";
import type { Lowerer } from "./lowerer.ts";
import { addressOfPlace, lowerPlace, readPlace, writePlace } from "./place.ts";

const REGISTERS: ReadonlyMap<string, ir.AsmRegister> = new Map<string, ir.AsmRegister>([
  ["rax", "a"],
  ["rbx", "b"],
  ["rcx", "c"],
  ["rdx", "d"],
  ["rsi", "S"],
  ["rdi", "D"],
]);

const DIRECTIONS: ReadonlyMap<string, ir.AsmOperand["direction"]> = new Map<
  string,
  ir.AsmOperand["direction"]
>([
  ["asmIn", "in"],
  ["asmOut", "out"],
  ["asmInOut", "inout"],
]);

interface Operand {
  readonly operand: ir.AsmOperand;
  readonly expr: ir.Expr;
  /** After the instructions: where the result goes. */
  readonly finish?: () => void;
}

/** The statement asm`text ${asmIn(x)} …`. */
export function lowerAsm(l: Lowerer, body: Body, node: ts.TaggedTemplateExpression): void {
  requireUnsafe(l, node, "asm");
  const { template } = node;
  const isPlain = ts.isNoSubstitutionTemplateLiteral(template);
  const parts = isPlain
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map((s) => s.literal.text)];
  const nodes = isPlain ? [] : template.templateSpans.map((s) => s.expression);
  const operands = body.inOrder<Operand>(nodes.map((n) => () => lowerOperand(l, body, n)));
  body.at = l.context.location(node);
  body.emit({
    op: "asm",
    parts,
    operands: operands.map((o) => o.operand),
    args: operands.map((o) => o.expr),
  });
  for (const o of operands) o.finish?.();
}

function lowerOperand(l: Lowerer, body: Body, node: ts.Expression): Operand {
  const name = ts.isCallExpression(node) ? node.expression.getText() : "";
  const direction = DIRECTIONS.get(name);
  const value = ts.isCallExpression(node) ? node.arguments[0] : undefined;
  if (!ts.isCallExpression(node) || direction === undefined || value === undefined) {
    return l.context.sink.fatal(
      node,
      "TK2013",
      "an operand of asm is asmIn(x), asmOut(x) or asmInOut(x)",
    );
  }
  const operand = { direction, register: registerOf(l, body, node.arguments[1]) };
  if (direction === "in") {
    const lowered = lowerExpression(l, body, value);
    const ty = lowered.ty === T.untyped ? T.u64 : lowered.ty;
    requireScalar(l, value, ty);
    return { operand, expr: coerce(l, body, lowered, ty, value) };
  }
  return { operand, ...outPlace(l, body, value) };
}

/** Results go through a local of their own, so that no register write can miss the variable's type. */
function outPlace(l: Lowerer, body: Body, node: ts.Expression): Pick<Operand, "expr" | "finish"> {
  const place = lowerPlace(l, body, node);
  if (place === undefined || place.readonly !== undefined) {
    return l.context.sink.fatal(
      node,
      "TK2019",
      "asmOut and asmInOut take a variable or field that can be assigned to",
    );
  }
  requireScalar(l, node, place.ty);
  const fixed: Place =
    place.address === undefined
      ? place
      : { ...place, address: body.keep(addressOfPlace(l, place)) };
  const current = readPlace(l, fixed);
  const local = body.newLocal("operand", current.type, false);
  body.emit({ op: "assign", local: local.id, value: current });
  return {
    expr: { op: "localAddress", type: pointerTo(local.type), local: local.id },
    finish: () => {
      writePlace(body, fixed, localValue(local));
    },
  };
}

function requireScalar(l: Lowerer, node: ts.Node, ty: T.Ty): void {
  if (ty.kind !== "int" && ty.kind !== "address" && ty.kind !== "order") {
    l.context.sink.fatal(node, "TK2006", `asm moves integers and addresses, not ${T.show(ty)}`);
  }
}

function registerOf(
  l: Lowerer,
  body: Body,
  node: ts.Expression | undefined,
): ir.AsmRegister | null {
  if (node === undefined) return null;
  const value = evaluate(l.context, node, body.env)?.value;
  const register = typeof value === "string" ? REGISTERS.get(value) : undefined;
  return (
    register ??
    l.context.sink.fatal(
      node,
      "TK2017",
      `a register is one of ${[...REGISTERS.keys()].join(", ")}, written as text`,
    )
  );
}

/** Lowers loops, `break` and `continue`. */
import ts from "typescript";
import { boolValue, intValue, U64 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { evaluate } from "../sema/constants.ts";
import * as T from "../sema/types.ts";
import { assignedVariables } from "./assigned.ts";
import type { Body, Scope } from "./body.ts";
import { countedLoop } from "./construct.ts";
import { coerce } from "./convert.ts";
import { lowerCondition, lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";
import { elementAt, readPlace } from "./place.ts";
import { declareValue, functionAround, lowerStatement, lowerVariables } from "./statement.ts";

/** The name before `name: while …`. */
const nameOf = (node: ts.Statement): string | undefined =>
  ts.isLabeledStatement(node.parent) ? node.parent.label.text : undefined;

/** The statement list and the value of a loop condition. */
function conditionOf(
  l: Lowerer,
  body: Body,
  node: ts.Expression | undefined,
): { before: ir.Stmt[]; condition: ir.Expr | null } {
  if (node === undefined) return { before: [], condition: null };
  const known = evaluate(l.context, node, body.env);
  if (known?.value === true) return { before: [], condition: null };
  let condition: ir.Expr = boolValue(false);
  const before = body.nested(() => (condition = lowerCondition(l, body, node)));
  return { before, condition };
}

function loopBody(l: Lowerer, body: Body, label: string, node: ts.IterationStatement): ir.Stmt[] {
  const scope: Omit<Scope, "cleanups"> = { label, target: { kind: "loop", name: nameOf(node) } };
  return body.nested(() => {
    body.scope(scope, () => {
      lowerStatement(l, body, node.statement);
    });
  });
}

/** `while`. */
export function lowerWhile(l: Lowerer, body: Body, node: ts.WhileStatement): void {
  const label = body.newLabel();
  const { before, condition } = conditionOf(l, body, node.expression);
  const inner = loopBody(l, body, label, node);
  body.at = l.context.location(node);
  body.emit({ op: "loop", label, before, condition, body: inner, update: [], postTest: false });
  endless(body, condition, inner, label);
}

/** After a loop that nothing leaves, control does not go on. */
function endless(
  body: Body,
  condition: ir.Expr | null,
  inner: readonly ir.Stmt[],
  label: string,
): void {
  if (condition === null && !breaks(inner, label)) body.emit({ op: "unreachable" });
}

function breaks(list: readonly ir.Stmt[], label: string): boolean {
  return list.some((s) => {
    switch (s.op) {
      case "break":
        return s.label === label;
      case "if":
        return breaks(s.then, label) || breaks(s.else, label);
      case "loop":
        return breaks(s.before, label) || breaks(s.body, label) || breaks(s.update, label);
      case "block":
        return breaks(s.body, label);
      case "switch":
        return breaks(s.otherwise, label) || s.arms.some((a) => breaks(a.body, label));
      default:
        return false;
    }
  });
}

/** `do … while`. */
export function lowerDo(l: Lowerer, body: Body, node: ts.DoStatement): void {
  const label = body.newLabel();
  const inner = loopBody(l, body, label, node);
  const { before, condition } = conditionOf(l, body, node.expression);
  body.at = l.context.location(node);
  body.emit({ op: "loop", label, before, condition, body: inner, update: [], postTest: true });
  endless(body, condition, inner, label);
}

/** `for (…; …; …)`. */
export function lowerFor(l: Lowerer, body: Body, node: ts.ForStatement): void {
  body.scope({}, () => {
    if (node.initializer !== undefined) {
      if (ts.isVariableDeclarationList(node.initializer)) lowerVariables(l, body, node.initializer);
      else lowerExpression(l, body, node.initializer);
    }
    const label = body.newLabel();
    const { before, condition } = conditionOf(l, body, node.condition);
    const inner = loopBody(l, body, label, node);
    const { incrementor } = node;
    const update =
      incrementor === undefined
        ? []
        : body.nested(() => {
            body.at = l.context.location(incrementor);
            lowerExpression(l, body, incrementor);
          });
    body.at = l.context.location(node);
    body.emit({ op: "loop", label, before, condition, body: inner, update, postTest: false });
    endless(body, condition, inner, label);
  });
}

/** `for (const x of slice)`: no bounds check, the length is read once. */
export function lowerForOf(l: Lowerer, body: Body, node: ts.ForOfStatement): void {
  const list = node.initializer;
  const [declaration] = ts.isVariableDeclarationList(list) ? list.declarations : [];
  if (
    declaration === undefined ||
    !ts.isIdentifier(declaration.name) ||
    node.awaitModifier !== undefined
  ) {
    l.context.sink.fatal(node, "TK1001", "write `for (const x of slice)`");
  }
  const name = declaration.name.text;
  body.scope({}, () => {
    const value = lowerExpression(l, body, node.expression);
    const ty = value.ty === T.str ? T.slice(T.u8) : value.ty;
    if ((ty.kind !== "slice" && ty.kind !== "array") || value.ty === T.str) {
      l.context.sink.fatal(
        node.expression,
        "TK2006",
        `\`for … of\` goes through slices and arrays, this is ${T.show(value.ty)}; for text use bytes(text)`,
      );
    }
    const container = body.keep(coerce(l, body, value, value.ty, node.expression));
    const count =
      ty.kind === "array"
        ? intValue(U64, ty.count)
        : body.keep({ op: "sliceLength", type: U64, slice: container });
    const fixed = !assignedVariables(functionAround(declaration)).has(declaration);
    const scope: Omit<Scope, "cleanups"> = { target: { kind: "loop", name: nameOf(node) } };
    const read = (index: ir.Expr): void => {
      const place = elementAt(l, ty, container, index);
      declareValue(l, body, declaration, name, ty.of, readPlace(l, place), fixed);
      body.scope({ ...scope, label: body.scopes.at(-1)?.label ?? "" }, () => {
        lowerStatement(l, body, node.statement);
      });
    };
    body.at = l.context.location(node);
    countedLoop(body, count, read);
  });
}

/** `break` and `continue`: clean up the scopes that are left, then jump. */
export function lowerJump(l: Lowerer, body: Body, node: ts.BreakOrContinueStatement): void {
  const isBreak = ts.isBreakStatement(node);
  for (let i = body.scopes.length - 1; i >= 0; i--) {
    const scope = body.scopes[i];
    if (scope?.target === undefined || scope.label === undefined) continue;
    const named = node.label === undefined || node.label.text === scope.target.name;
    if (!named || (scope.target.kind === "switch" && !isBreak)) continue;
    body.unwind(i);
    if (scope.target.kind === "switch") body.emit({ op: "leave", label: scope.label });
    else body.emit({ op: isBreak ? "break" : "continue", label: scope.label });
    return;
  }
  l.context.sink.fatal(
    node,
    "TK1001",
    `there is no ${isBreak ? "loop or switch" : "loop"} to ${isBreak ? "leave" : "continue"} here`,
  );
}

/** Lowers `switch` over integers and enums. */
import ts from "typescript";
import { boolValue } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { evaluate } from "../sema/constants.ts";
import * as T from "../sema/types.ts";
import type { Body } from "./body.ts";
import { coerce } from "./convert.ts";
import { constantValue, lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";
import { lowerStatements } from "./statement.ts";
import { tagIndex } from "./unions.ts";

/** `switch`. */
export function lowerSwitch(l: Lowerer, body: Body, node: ts.SwitchStatement): void {
  const value = lowerExpression(l, body, node.expression);
  if (value.ty.kind !== "int" && value.ty.kind !== "enum" && value.ty.kind !== "tag") {
    l.context.sink.fatal(
      node.expression,
      "TK2006",
      `switch works on integers, enums and the tags of unions, this is ${T.show(value.ty)}`,
    );
  }
  const subject = coerce(l, body, value, value.ty, node.expression);
  const label = body.newLabel();
  const arms: { values: bigint[]; body: ir.Stmt[] }[] = [];
  let otherwise: ir.Stmt[] = [];
  const seen = new Set<bigint>();
  let values: bigint[] = [];
  let isDefault = false;
  for (const clause of node.caseBlock.clauses) {
    if (ts.isCaseClause(clause)) values.push(...labelOf(l, body, clause, value.ty, seen));
    else isDefault = true;
    const last = clause === node.caseBlock.clauses.at(-1);
    if (clause.statements.length === 0 && !last) continue;
    const list = body.nested(() => {
      body.scope({ label, target: { kind: "switch", name: undefined } }, () => {
        lowerStatements(l, body, clause.statements);
      });
    });
    const trimmed = trim(list, label);
    if (isDefault) otherwise = trimmed;
    else arms.push({ values, body: trimmed });
    values = [];
    isDefault = false;
  }
  body.at = l.context.location(node);
  const statement: ir.Stmt = { op: "switch", value: subject, arms, otherwise, at: body.at };
  const exhaustive =
    node.caseBlock.clauses.some(ts.isDefaultClause) || coversEnum(l, value.ty, seen);
  if (exhaustive && !node.caseBlock.clauses.some(ts.isDefaultClause)) {
    // Values from outside (`load`, overlays) need not be members.
    otherwise.push(
      {
        op: "check",
        kind: "enum",
        condition: boolValue(false),
        message: "no case for this value",
        at: body.at,
      },
      { op: "unreachable", at: body.at },
    );
  }
  if (leaves([statement], label)) body.emit({ op: "block", label, body: [statement] });
  else body.statements.push(statement);
  const all = [...arms.map((a) => a.body), otherwise];
  if (exhaustive && all.every((list) => neverPasses(list)) && !leaves([statement], label))
    body.emit({ op: "unreachable" });
}

function labelOf(
  l: Lowerer,
  body: Body,
  clause: ts.CaseClause,
  ty: T.Ty,
  seen: Set<bigint>,
): bigint[] {
  const constant = evaluate(l.context, clause.expression, body.env);
  if (constant === undefined) {
    return l.context.sink.fatal(
      clause.expression,
      "TK2017",
      "a case label is a compile-time constant",
    );
  }
  const converted =
    ty.kind === "tag" && typeof constant.value === "string"
      ? tagIndex(l, ty, constant.value, clause.expression)
      : coerce(l, body, constantValue(l, constant, clause), ty, clause.expression);
  if (converted.op !== "int") return [];
  if (seen.has(converted.value)) {
    l.context.sink.error(
      clause.expression,
      "TK2017",
      `the label ${converted.value.toString()} is there twice`,
    );
    return [];
  }
  seen.add(converted.value);
  return [converted.value];
}

/** Every member of an enum has a label. The enum's value is one of them: conversions check it. */
function coversEnum(l: Lowerer, ty: T.Ty, seen: ReadonlySet<bigint>): boolean {
  if (ty.kind === "tag") return seen.size === ty.union.variants.length;
  if (ty.kind !== "enum") return false;
  return ty.declaration.members.every((m) => {
    const value = evaluateMember(l, ty, m);
    return value !== undefined && seen.has(value);
  });
}

function evaluateMember(l: Lowerer, ty: T.EnumTy, member: ts.EnumMember): bigint | undefined {
  const value = l.enumMembers(ty.declaration).get(member.name.getText());
  return value;
}

function neverPasses(list: readonly ir.Stmt[]): boolean {
  const op = list.at(-1)?.op;
  return (
    op === "return" || op === "unreachable" || op === "continue" || op === "break" || op === "leave"
  );
}

/** A `break` at the end of an arm says nothing. */
function trim(list: ir.Stmt[], label: string): ir.Stmt[] {
  const last = list.at(-1);
  return last?.op === "leave" && last.label === label ? list.slice(0, -1) : list;
}

function leaves(list: readonly ir.Stmt[], label: string): boolean {
  return list.some((s) => {
    switch (s.op) {
      case "leave":
        return s.label === label;
      case "if":
        return leaves(s.then, label) || leaves(s.else, label);
      case "loop":
        return leaves(s.before, label) || leaves(s.body, label) || leaves(s.update, label);
      case "block":
        return leaves(s.body, label);
      case "switch":
        return leaves(s.otherwise, label) || s.arms.some((a) => leaves(a.body, label));
      default:
        return false;
    }
  });
}

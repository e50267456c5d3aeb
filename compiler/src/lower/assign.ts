/** Lowers assignments, compound assignments, `++` and `--`. */
import ts from "typescript";
import type * as ir from "../ir/ir.ts";
import { classInfo, findMember } from "../sema/classes.ts";
import * as T from "../sema/types.ts";
import { arithmetic, compoundOperator } from "./binary.ts";
import type { Body, Place, Value } from "./body.ts";
import { NEW_ESCAPES } from "./construct.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";
import { lowerPlace, readPlace, upcast, writePlace } from "./place.ts";

/** `place = value`, `place += value`, destructuring `[a, b] = …`; the value is what was stored. */
export function lowerAssignment(l: Lowerer, body: Body, node: ts.BinaryExpression): Value {
  const kind = node.operatorToken.kind;
  if (ts.isArrayLiteralExpression(node.left) && kind === ts.SyntaxKind.EqualsToken) {
    return assignTuple(l, body, node.left, node.right);
  }
  const set = setterTarget(l, body, node.left);
  if (set !== undefined) return assignThroughSetter(l, body, node, set);
  if (kind === ts.SyntaxKind.EqualsToken) {
    const place = assignable(l, body, node.left, true);
    rejectNew(l, node.right, place);
    const lowerValue = (): { expr: ir.Expr } => {
      const v = lowerExpression(l, body, node.right, place.ty);
      return { expr: coerce(l, body, v, place.ty, node.right) };
    };
    const address = place.address;
    if (address === undefined) return store(body, place, lowerValue().expr, node);
    const [target, value] = body.inOrder<{ expr: ir.Expr }>([
      () => ({ expr: address }),
      lowerValue,
    ]);
    if (target === undefined || value === undefined) throw new Error("target and value");
    body.at = l.context.location(node);
    return store(body, { ...place, address: target.expr }, value.expr, node);
  }
  const operator = compoundOperator(kind);
  if (operator === undefined) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      `\`${node.operatorToken.getText()}\` is not part of the kernel profile`,
    );
  }
  const place = assignable(l, body, node.left, false);
  const fixed =
    place.address === undefined ? place : { ...place, address: body.keep(place.address) };
  const [old, operand] = body.inOrder<Value>([
    () => ({ ty: fixed.ty, expr: readPlace(l, fixed) }),
    () => lowerExpression(l, body, node.right),
  ]);
  if (old === undefined || operand === undefined) throw new Error("two operands");
  body.at = l.context.location(node);
  const result = arithmetic(l, body, node, operator, old, operand);
  return store(body, fixed, coerce(l, body, result, fixed.ty, node), node);
}

/** Stores, and gives the stored value where the assignment is used as an expression. */
function store(body: Body, place: Place, value: ir.Expr, node: ts.Node): Value {
  if (isStatement(node)) {
    writePlace(body, place, value);
    return { ty: T.voidTy, expr: value };
  }
  const kept = body.keep(value);
  writePlace(body, place, kept);
  return { ty: place.ty, expr: kept };
}

const isStatement = (node: ts.Node): boolean =>
  ts.isExpressionStatement(node.parent) ||
  (ts.isForStatement(node.parent) && node.parent.condition !== node) ||
  (ts.isParenthesizedExpression(node.parent) && isStatement(node.parent));

function assignable(l: Lowerer, body: Body, node: ts.Expression, plain: boolean): Place {
  const place = lowerPlace(l, body, node);
  if (place === undefined) {
    return l.context.sink.fatal(
      node,
      "TK2019",
      `\`${node.getText()}\` is not a place that can be assigned to`,
    );
  }
  if (place.readonly !== undefined) {
    l.context.sink.fatal(
      node,
      place.embedded && ts.isElementAccessExpression(node) ? "TK2020" : "TK2019",
      `\`${node.getText()}\` cannot be assigned to: ${place.readonly}`,
    );
  }
  if (!plain && place.ty.kind === "nullable")
    l.context.sink.fatal(node, "TK2006", "null has no arithmetic");
  return place;
}

function rejectNew(l: Lowerer, value: ts.Expression, place: Place): void {
  const inner = ts.isParenthesizedExpression(value) ? value.expression : value;
  if (ts.isNewExpression(inner) && place.local === undefined) {
    l.context.sink.error(value, "TK3001", NEW_ESCAPES);
  }
}

function assignTuple(
  l: Lowerer,
  body: Body,
  left: ts.ArrayLiteralExpression,
  right: ts.Expression,
): Value {
  const value = lowerExpression(l, body, right);
  if (value.ty.kind !== "tuple" || value.ty.items.length !== left.elements.length) {
    return l.context.sink.fatal(
      right,
      "TK2001",
      "only a tuple of as many items can be taken apart",
    );
  }
  const { items } = value.ty;
  const kept = body.keep(value.expr);
  if (kept.type.kind !== "struct") throw new Error("a tuple is a struct");
  const { struct } = kept.type;
  left.elements.forEach((element, i) => {
    if (ts.isOmittedExpression(element)) return;
    const ty = items[i] ?? T.never;
    const place = assignable(l, body, element, true);
    const type = l.context.program.structs.get(struct)?.fields[i]?.type;
    if (type === undefined) throw new Error("a tuple item");
    const item: ir.Expr = { op: "member", type, base: kept, struct, field: `item${String(i)}` };
    writePlace(body, place, coerce(l, body, { ty, expr: item }, place.ty, element));
  });
  return { ty: T.voidTy, expr: kept };
}

interface SetterTarget {
  readonly receiver: ir.Expr;
  readonly setter: ts.SetAccessorDeclaration;
  readonly owner: ReturnType<typeof classInfo>;
}

function setterTarget(l: Lowerer, body: Body, node: ts.Expression): SetterTarget | undefined {
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  if (!l.context.isAccessorName(node.name.text)) return undefined;
  const named = l.context.declarationOf(node.name);
  if (named === undefined || (!ts.isSetAccessor(named) && !ts.isGetAccessor(named)))
    return undefined;
  const receiver = lowerExpression(l, body, node.expression);
  if (receiver.ty.kind !== "class") return undefined;
  const info = classInfo(l.context, receiver.ty);
  const member = findMember(info, node.name.text);
  if (member?.kind !== "accessor" || member.setter === undefined) {
    return l.context.sink.fatal(node, "TK2019", `\`${node.getText()}\` has no setter`);
  }
  return {
    receiver: upcast(l, receiver.expr, info, member.owner),
    setter: member.setter,
    owner: member.owner,
  };
}

function assignThroughSetter(
  l: Lowerer,
  body: Body,
  node: ts.BinaryExpression,
  target: SetterTarget,
): Value {
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      "write `x.value = x.value + …`: compound assignment does not go through a setter",
    );
  }
  const instance = l.function(target.setter, target.owner.env, target.owner.type);
  const ty = instance.params[0] ?? T.never;
  const [receiver, value] = body.inOrder<{ expr: ir.Expr }>([
    () => ({ expr: target.receiver }),
    () => ({ expr: coerce(l, body, lowerExpression(l, body, node.right, ty), ty, node.right) }),
  ]);
  if (receiver === undefined || value === undefined) throw new Error("receiver and value");
  body.at = l.context.location(node);
  const kept = isStatement(node) ? value.expr : body.keep(value.expr);
  body.emit({ op: "call", result: null, function: instance.id, args: [receiver.expr, kept] });
  return { ty, expr: kept };
}

/** `x++`, `--x`. */
export function lowerIncrement(
  l: Lowerer,
  body: Body,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
): Value {
  const place = assignable(l, body, node.operand, false);
  const fixed =
    place.address === undefined ? place : { ...place, address: body.keep(place.address) };
  const ty = fixed.ty;
  if (ty.kind !== "int" && ty.kind !== "address") {
    return l.context.sink.fatal(node, "TK2006", `${T.show(ty)} cannot be counted up or down`);
  }
  const postfix = ts.isPostfixUnaryExpression(node);
  const used = !isStatement(node);
  const current = readPlace(l, fixed);
  const old = used && postfix ? body.keepCopy(current) : current;
  body.at = l.context.location(node);
  const one: Value = { ty: T.untyped, expr: old, constant: { ty: T.untyped, value: 1n } };
  const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "add" : "sub";
  const next = arithmetic(l, body, node, operator, { ty, expr: old }, one);
  if (!used) {
    writePlace(body, fixed, next.expr);
    return { ty: T.voidTy, expr: old };
  }
  const kept = postfix ? next.expr : body.keep(next.expr);
  writePlace(body, fixed, kept);
  return { ty, expr: postfix ? old : kept };
}

/** Lowers expressions: names, literals, member access, conditions; calls and operators have files of their own. */
import ts from "typescript";
import { didYouMean } from "../diagnostics/suggest.ts";
import { BOOL, localValue, pointerTo, U64, U8 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { evaluate } from "../sema/constants.ts";
import { valueType } from "../sema/layout.ts";
import { resolveType } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import { classInfo, findMember, receiverClass } from "../sema/classes.ts";
import { membersOf } from "../sema/members.ts";
import { lowerAssignment, lowerIncrement } from "./assign.ts";
import { lowerBinary, lowerPrefix } from "./binary.ts";
import { boundDeclaration } from "./bind.ts";
import type { Body, Value } from "./body.ts";
import { callFunction, lowerCall } from "./call.ts";
import { lowerClosure } from "./closure.ts";
import { stackObject } from "./construct.ts";
import { coerce, constantExpr } from "./convert.ts";
import type { Lowerer } from "./lowerer.ts";
import { assignedInClosures, isAssignment } from "./assigned.ts";
import { functionAround } from "./statement.ts";
import { makeUnion, unionProperty } from "./unions.ts";
import { capture, checkNotNull, lowerPlace, memberPlace, readPlace, upcast } from "./place.ts";

/** A value whose expression is never looked at. */
const NOTHING: ir.Expr = { op: "bool", type: BOOL, value: false };

/** The value of a constant. */
export function constantValue(
  l: Lowerer,
  constant: NonNullable<Value["constant"]>,
  node: ts.Node,
): Value {
  const free = constant.ty === T.untyped || constant.ty === T.untypedFloat;
  return { ty: constant.ty, expr: free ? NOTHING : constantExpr(l, constant, node), constant };
}

/** Lowers an expression. `expected` helps literals of functions and generic calls; the caller converts the result. */
export function lowerExpression(l: Lowerer, body: Body, node: ts.Expression, expected?: Ty): Value {
  const constant = evaluate(l.context, node, body.env);
  if (constant !== undefined) return constantValue(l, constant, node);
  switch (node.kind) {
    case ts.SyntaxKind.NullKeyword:
      return { ty: T.nullTy, expr: { op: "null", type: pointerTo(U8) } };
    case ts.SyntaxKind.ThisKeyword:
      return lowerThis(l, body, node);
  }
  if (ts.isParenthesizedExpression(node))
    return lowerExpression(l, body, node.expression, expected);
  if (ts.isIdentifier(node) || ts.isElementAccessExpression(node))
    return lowerNamed(l, body, node, expected);
  if (ts.isPropertyAccessExpression(node)) return lowerProperty(l, body, node, expected);
  if (ts.isCallExpression(node)) return lowerCall(l, body, node, expected);
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.CommaToken) {
      lowerExpression(l, body, node.left);
      return lowerExpression(l, body, node.right, expected);
    }
    if (isAssignment(operator)) return lowerAssignment(l, body, node);
    return lowerBinary(l, body, node, expected);
  }
  if (ts.isPrefixUnaryExpression(node)) {
    const step =
      node.operator === ts.SyntaxKind.PlusPlusToken ||
      node.operator === ts.SyntaxKind.MinusMinusToken;
    return step ? lowerIncrement(l, body, node) : lowerPrefix(l, body, node);
  }
  if (ts.isPostfixUnaryExpression(node)) return lowerIncrement(l, body, node);
  if (ts.isNonNullExpression(node)) return lowerNonNull(l, body, node);
  if (ts.isConditionalExpression(node)) return lowerConditional(l, body, node, expected);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return lowerClosure(l, body, node, expected);
  if (ts.isNewExpression(node)) return stackObject(l, body, node, expected);
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node))
    return lowerCast(l, body, node);
  if (ts.isSatisfiesExpression(node)) return lowerExpression(l, body, node.expression, expected);
  if (ts.isObjectLiteralExpression(node) && expected?.kind === "union")
    return makeUnion(l, body, node, expected);
  if (ts.isArrayLiteralExpression(node)) return lowerTuple(l, body, node, expected);
  return l.context.sink.fatal(node, "TK1001", unsupported(node));
}

function unsupported(node: ts.Expression): string {
  if (ts.isObjectLiteralExpression(node)) return "object literals have no layout; declare a class";
  if (ts.isTemplateExpression(node))
    return "text is not built at run time without memory; use log`…` or a template function";
  if (ts.isTaggedTemplateExpression(node))
    return "a template gives no value; use it as a statement";
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node))
    return "no async functions or generators; use threads";
  if (ts.isTypeOfExpression(node))
    return "`typeof` has nothing to ask: types are known at compile time";
  return `\`${node.getText().slice(0, 40)}\` is not part of the kernel profile`;
}

function lowerThis(l: Lowerer, body: Body, node: ts.Expression): Value {
  if (body.self !== undefined) return body.self;
  const captured = body.captures.get("this");
  if (captured !== undefined) return { ty: captured.place.ty, expr: readPlace(l, captured.place) };
  if (body.outer !== undefined) {
    const outer = lowerThis(l, body.outer.body, node);
    const local = body.outer.body.self;
    const source =
      local !== undefined && local.expr.op === "local"
        ? { ty: outer.ty, local: local.expr.local, embedded: false, volatile: false }
        : body.outer.body.captures.get("this")?.place;
    if (source !== undefined) {
      const place = capture(l, body, "this", source, true, "self");
      return { ty: place.ty, expr: readPlace(l, place) };
    }
  }
  return l.context.sink.fatal(node, "TK1001", "`this` is only in methods and constructors");
}

function lowerNamed(
  l: Lowerer,
  body: Body,
  node: ts.Identifier | ts.ElementAccessExpression,
  expected: Ty | undefined,
): Value {
  const place = lowerPlace(l, body, node);
  if (place !== undefined) {
    const value = { ty: place.ty, expr: readPlace(l, place) };
    const changeable =
      ts.isIdentifier(node) &&
      value.ty.kind === "nullable" &&
      assignedInClosures(functionAround(node)).has(node.text);
    return narrowed(l, body, node, value, place.local === undefined || changeable);
  }
  if (ts.isIdentifier(node)) return functionValue(l, body, node, expected);
  return l.context.sink.fatal(node, "TK2006", "this cannot be indexed");
}

/** A function named as a value. */
function functionValue(
  l: Lowerer,
  body: Body,
  node: ts.Expression,
  expected: Ty | undefined,
): Value {
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  let declaration = ts.isPropertyAccessExpression(node)
    ? l.context.staticMember(node)
    : l.context.declarationOf(node);
  if (declaration !== undefined) declaration = boundDeclaration(l, declaration, node);
  if (
    declaration === undefined ||
    !(ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration))
  ) {
    return l.context.sink.fatal(
      node,
      "TK1010",
      `\`${node.getText()}\` is not a value of the kernel profile`,
    );
  }
  if (declaration.typeParameters !== undefined) {
    return l.context.sink.fatal(
      node,
      "TK2012",
      "a generic function is no value; wrap it: (x) => f<T>(x)",
    );
  }
  if (l.context.inPrelude(declaration)) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      `\`${name.getText()}\` is built in and no value; wrap it: (x) => ${name.getText()}(x)`,
    );
  }
  const instance = l.function(declaration, body.env, undefined);
  const ty = T.functionType("cfn", instance.params, instance.result);
  const type = valueType(l.context, ty);
  if (type.kind !== "function") throw new Error("a function has a function type");
  const value: Value = { ty, expr: { op: "function", type, function: instance.id } };
  if (expected?.kind === "closure")
    return { ty: expected, expr: coerce(l, body, value, expected, node) };
  return value;
}

/** Removes `| null` where tsc knows that the value is not null; what another write may have changed is checked. */
function narrowed(
  l: Lowerer,
  body: Body,
  node: ts.Expression,
  value: Value,
  check: boolean,
): Value {
  if (value.ty.kind !== "nullable") return value;
  const flow = l.context.checker.getTypeAtLocation(node);
  const parts = flow.isUnion() ? flow.types : [flow];
  if (parts.some((p) => (p.flags & ts.TypeFlags.Null) !== 0)) return value;
  const expr = check ? checkNotNull(body, value.expr, node.getText()) : value.expr;
  return { ty: value.ty.of, expr };
}

function lowerProperty(
  l: Lowerer,
  body: Body,
  node: ts.PropertyAccessExpression,
  expected: Ty | undefined,
): Value {
  if (node.questionDotToken !== undefined) {
    l.context.sink.fatal(
      node,
      "TK1001",
      "optional chaining is not part of the kernel profile; compare with null",
    );
  }
  const named = l.context.staticMember(node);
  const isStaticName =
    named !== undefined &&
    (ts.isFunctionDeclaration(named) ||
      (ts.isMethodDeclaration(named) && hasStatic(named)) ||
      ts.isVariableDeclaration(named));
  if (
    isStaticName ||
    (named !== undefined && ts.isPropertyDeclaration(named) && hasStatic(named))
  ) {
    const place = lowerPlace(l, body, node);
    if (place !== undefined)
      return narrowed(l, body, node, { ty: place.ty, expr: readPlace(l, place) }, true);
    return functionValue(l, body, node, expected);
  }
  const receiver = lowerExpression(l, body, node.expression);
  if (receiver.ty.kind === "union") {
    return narrowed(l, body, node, unionProperty(l, body, receiver, receiver.ty, node), true);
  }
  const place = memberPlace(l, receiver, node);
  if (place !== undefined)
    return narrowed(l, body, node, { ty: place.ty, expr: readPlace(l, place) }, true);
  return builtinProperty(l, receiver, node) ?? getter(l, body, receiver, node);
}

const hasStatic = (node: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;

function builtinProperty(
  l: Lowerer,
  receiver: Value,
  node: ts.PropertyAccessExpression,
): Value | undefined {
  const name = node.name.text;
  const { ty, expr } = receiver;
  if (name === "length") {
    if (ty.kind === "slice" || ty === T.str) {
      const slice =
        receiver.constant === undefined ? expr : constantExpr(l, receiver.constant, node);
      return { ty: T.usize, expr: { op: "sliceLength", type: U64, slice } };
    }
    if (ty.kind === "array") {
      return constantValue(l, { ty: T.usize, value: BigInt(ty.count) }, node);
    }
  }
  if (name === "addr" && ty.kind === "slice") {
    const data: ir.Expr = {
      op: "sliceData",
      type: { kind: "pointer", to: elementOf(expr) },
      slice: expr,
    };
    return { ty: T.virtAddr, expr: { op: "convert", type: U64, operand: data } };
  }
  return undefined;
}

function elementOf(expr: ir.Expr): ir.Type {
  if (expr.type.kind !== "slice") throw new Error("not a slice");
  return expr.type.element;
}

function getter(l: Lowerer, body: Body, receiver: Value, node: ts.PropertyAccessExpression): Value {
  if (receiver.ty.kind === "class") {
    const info = classInfo(l.context, receiver.ty);
    const member = findMember(info, node.name.text);
    if (member?.kind === "accessor" && member.getter !== undefined) {
      if (T.isAbstract(receiver.ty) && receiver.expr.type.kind === "interface") {
        l.context.sink.fatal(
          node,
          "TK2014",
          `an accessor of an abstract class is not dispatched; make ${node.name.text} a method`,
        );
      }
      const instance = l.function(
        member.getter,
        member.owner.env,
        receiverClass(member.owner, receiver.ty),
      );
      body.at = l.context.location(node);
      const self = T.isAbstract(member.owner.type)
        ? receiver.expr
        : upcast(l, receiver.expr, info, member.owner);
      return callFunction(l, body, instance, [self]);
    }
    if (member?.kind === "method") {
      return l.context.sink.fatal(
        node,
        "TK1001",
        `the method ${node.name.text} is no value; wrap it: (x) => object.${node.name.text}(x)`,
      );
    }
  }
  return l.context.sink.fatal(
    node,
    "TK2014",
    `${T.show(receiver.ty)} has no ${node.name.text}` +
      didYouMean(node.name.text, membersOf(l.context, receiver.ty)),
  );
}

function lowerNonNull(l: Lowerer, body: Body, node: ts.NonNullExpression): Value {
  const value = lowerExpression(l, body, node.expression);
  if (value.ty.kind !== "nullable") return value;
  body.at = l.context.location(node);
  return { ty: value.ty.of, expr: checkNotNull(body, value.expr, node.expression.getText()) };
}

/** A condition: exactly boolean. */
export function lowerCondition(l: Lowerer, body: Body, node: ts.Expression): ir.Expr {
  const value = lowerExpression(l, body, node, T.bool);
  if (value.ty === T.bool) return coerce(l, body, value, T.bool, node);
  const hint = value.ty.kind === "nullable" ? "!== null" : "!== 0";
  return l.context.sink.fatal(
    node,
    "TK2005",
    `a condition is a boolean, this is ${T.show(value.ty)}; write \`${node.getText()} ${hint}\``,
  );
}

function lowerConditional(
  l: Lowerer,
  body: Body,
  node: ts.ConditionalExpression,
  expected: Ty | undefined,
): Value {
  const known = evaluate(l.context, node.condition, body.env);
  if (typeof known?.value === "boolean") {
    return lowerExpression(l, body, known.value ? node.whenTrue : node.whenFalse, expected);
  }
  const condition = lowerCondition(l, body, node.condition);
  return branches(l, body, condition, node, expected, node.whenTrue, node.whenFalse);
}

function branches(
  l: Lowerer,
  body: Body,
  condition: ir.Expr,
  node: ts.Node,
  expected: Ty | undefined,
  whenTrue: ts.Expression,
  whenFalse: ts.Expression,
): Value {
  const kept = body.keep(condition);
  let a: Value = { ty: T.never, expr: NOTHING };
  let b: Value = a;
  const thenList = body.nested(() => (a = lowerExpression(l, body, whenTrue, expected)));
  const elseList = body.nested(() => (b = lowerExpression(l, body, whenFalse, expected)));
  const ty = expected ?? settled(joined(l, a, b, node));
  let left = NOTHING;
  let right = NOTHING;
  thenList.push(...body.nested(() => (left = coerce(l, body, a, ty, whenTrue))));
  elseList.push(...body.nested(() => (right = coerce(l, body, b, ty, whenFalse))));
  const type = valueType(l.context, ty);
  if (thenList.length === 0 && elseList.length === 0) {
    return { ty, expr: { op: "select", type, condition: kept, then: left, else: right } };
  }
  const result = body.merged(type);
  thenList.push({ op: "assign", local: result.id, value: left, at: body.at });
  elseList.push({ op: "assign", local: result.id, value: right, at: body.at });
  body.emit({ op: "if", condition: kept, then: thenList, else: elseList });
  return { ty, expr: localValue(result) };
}

/** Constants without a type are usize and f64, as in `let i = 0`. */
const settled = (ty: Ty): Ty => (ty === T.untyped ? T.usize : ty === T.untypedFloat ? T.f64 : ty);

function joined(l: Lowerer, a: Value, b: Value, node: ts.Node): Ty {
  if (a.ty === b.ty || b.ty === T.never) return a.ty;
  if (a.ty === T.never) return b.ty;
  if (a.ty === T.untyped || a.ty === T.untypedFloat) return b.ty;
  if (b.ty === T.untyped || b.ty === T.untypedFloat) return a.ty;
  if (a.ty === T.nullTy) return T.nullable(b.ty);
  if (b.ty === T.nullTy) return T.nullable(a.ty);
  if (a.ty.kind === "nullable" && a.ty.of === b.ty) return a.ty;
  if (b.ty.kind === "nullable" && b.ty.of === a.ty) return b.ty;
  if (T.widens(a.ty, b.ty)) return b.ty;
  if (T.widens(b.ty, a.ty)) return a.ty;
  return l.context.sink.fatal(
    node,
    "TK2002",
    `the branches have the types ${T.show(a.ty)} and ${T.show(b.ty)}`,
  );
}

/** `a ?? b`. */
export function lowerCoalesce(
  l: Lowerer,
  body: Body,
  node: ts.BinaryExpression,
  expected: Ty | undefined,
): Value {
  const left = lowerExpression(l, body, node.left);
  if (left.ty.kind !== "nullable") return left;
  const object = body.keep(left.expr);
  let right: Value = left;
  const list = body.nested(() => (right = lowerExpression(l, body, node.right, expected)));
  const ty = right.ty === left.ty || right.ty === T.nullTy ? left.ty : left.ty.of;
  let value = NOTHING;
  list.push(...body.nested(() => (value = coerce(l, body, right, ty, node.right))));
  const condition: ir.Expr = {
    op: "binary",
    type: BOOL,
    operator: "ne",
    left: object,
    right: { op: "null", type: object.type },
  };
  if (list.length === 0)
    return { ty, expr: { op: "select", type: object.type, condition, then: object, else: value } };
  const result = body.merged(object.type);
  list.push({ op: "assign", local: result.id, value, at: body.at });
  body.emit({
    op: "if",
    condition,
    then: [{ op: "assign", local: result.id, value: object, at: body.at }],
    else: list,
  });
  return { ty, expr: localValue(result) };
}

function lowerCast(l: Lowerer, body: Body, node: ts.AsExpression | ts.TypeAssertion): Value {
  const target = resolveType(l.context, node.type, body.env);
  const value = lowerExpression(l, body, node.expression, target);
  if (value.ty === target) return value;
  if (value.ty.kind === "class" || value.ty.kind === "nullable" || value.ty === T.nullTy) {
    return { ty: target, expr: coerce(l, body, value, target, node) };
  }
  return l.context.sink.fatal(
    node,
    "TK2001",
    `\`as\` changes no value: ${T.show(value.ty)} is not ${T.show(target)}; convert with a function such as u32(x)`,
  );
}

function lowerTuple(
  l: Lowerer,
  body: Body,
  node: ts.ArrayLiteralExpression,
  expected: Ty | undefined,
): Value {
  if (expected?.kind !== "tuple" || expected.items.length !== node.elements.length) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      expected?.kind === "tuple"
        ? `the tuple has ${String(expected.items.length)} items`
        : "an array literal would have to allocate; use fixedArray, sliceOf, or a tuple where its type is written",
    );
  }
  const items = body.inOrder(
    node.elements.map((e, i) => () => {
      const ty = expected.items[i] ?? T.never;
      const value = lowerExpression(l, body, e, ty);
      if (ts.isNewExpression(e))
        l.context.sink.error(e, "TK3001", "a new object in a tuple would outlive its function");
      return { expr: coerce(l, body, value, ty, e) };
    }),
  );
  const type = valueType(l.context, expected);
  if (type.kind !== "struct") throw new Error("a tuple is a struct");
  return { ty: expected, expr: { op: "makeStruct", type, items: items.map((x) => x.expr) } };
}

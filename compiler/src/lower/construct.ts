/** Lowers `new`: objects on the stack, embedded, and placed in memory; arrays and their elements. */
import ts from "typescript";
import { intValue, localValue, pointerTo, BOOL, U64 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { classInfo, createdType, type ClassInfo } from "../sema/classes.ts";
import { layOut, layoutOf, storageType, structType } from "../sema/layout.ts";
import { typeParameters } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { lowerArguments } from "./call.ts";
import { inferFromArguments } from "./infer.ts";
import { constructing, type Lowerer } from "./lowerer.ts";
import { elementAt } from "./place.ts";

/** What is wrong with a `new` whose object would be kept. */
export const NEW_ESCAPES =
  "`new` makes an object on the stack, which would outlive its function here; " +
  "embed it as a field, or place it in memory of an allocator with placeAt()";

/** The class that a `new` expression makes. */
export function newClass(
  l: Lowerer,
  body: Body,
  node: ts.NewExpression,
  expected: Ty | undefined,
): ClassInfo {
  const { context } = l;
  const created = createdType(context, node, body.env);
  if (created?.kind === "class") return checkedInfo(l, node, created);
  const plain = expected === undefined ? undefined : T.nonNull(expected);
  const declaration = context.declarationOf(node.expression);
  if (declaration === undefined || !ts.isClassDeclaration(declaration)) {
    return context.sink.fatal(node, "TK1001", `\`${node.expression.getText()}\` is not a class`);
  }
  if (plain?.kind === "class" && plain.declaration === declaration)
    return checkedInfo(l, node, plain);
  const construct = declaration.members.find(ts.isConstructorDeclaration);
  const env =
    construct === undefined
      ? undefined
      : inferFromArguments(
          l,
          body,
          typeParameters(declaration),
          construct.parameters,
          node.arguments ?? [],
        );
  const args = typeParameters(declaration).map((p) => env?.get(p));
  if (args.some((a) => a === undefined)) {
    return context.sink.fatal(
      node,
      "TK2012",
      `write the type arguments of ${node.expression.getText()}`,
    );
  }
  const type = T.classType(
    declaration,
    args.filter((a) => a !== undefined),
    context.typeName(declaration),
  );
  return checkedInfo(l, node, type);
}

function checkedInfo(l: Lowerer, node: ts.Node, type: T.ClassTy): ClassInfo {
  const flags = ts.getCombinedModifierFlags(type.declaration);
  if ((flags & ts.ModifierFlags.Abstract) !== 0) {
    l.context.sink.fatal(node, "TK1001", `${T.show(type)} is abstract`);
  }
  return classInfo(l.context, type);
}

/** `new C(…)` as an expression: an object in this function's frame. */
export function stackObject(
  l: Lowerer,
  body: Body,
  node: ts.NewExpression,
  expected: Ty | undefined,
): Value {
  const info = newClass(l, body, node, expected);
  if (escapes(node)) {
    l.context.sink.error(node, "TK3001", NEW_ESCAPES);
  }
  const local = body.newLocal("object", structType(l.context, info.type), false);
  const address: ir.Expr = { op: "localAddress", type: pointerTo(local.type), local: local.id };
  constructFresh(l, body, node, info, address);
  return { ty: info.type, expr: address };
}

function escapes(node: ts.Node): boolean {
  const { parent } = node;
  if (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isNonNullExpression(parent)
  )
    return escapes(parent);
  return ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node);
}

/** Zeroes the storage and constructs the object. */
export function constructFresh(
  l: Lowerer,
  body: Body,
  node: ts.NewExpression,
  info: ClassInfo,
  address: ir.Expr,
): void {
  layOut(l.context, info);
  body.emit({ op: "zero", to: address });
  constructInto(l, body, node, info, address);
}

/** Runs the constructor on zeroed storage. */
export function constructInto(
  l: Lowerer,
  body: Body,
  node: ts.NewExpression,
  info: ClassInfo,
  address: ir.Expr,
): void {
  layOut(l.context, info);
  const owner = constructing(info);
  const declared = owner?.construct?.parameters ?? [];
  const params =
    owner?.construct === undefined ? [] : l.signature(owner.construct, owner.env).params;
  const constructor = l.constructorOf(info);
  const given = node.arguments ?? [];
  if (constructor === undefined) {
    if (given.length > 0)
      l.context.sink.error(
        node,
        "TK2013",
        `${T.show(info.type)} has no constructor with arguments`,
      );
    return;
  }
  const args = lowerArguments(l, body, node, given, params, declared, owner?.env ?? info.env);
  body.at = l.context.location(node);
  body.emit({ op: "call", result: null, function: constructor.id, args: [address, ...args] });
}

/** Constructs each object of an array whose zeroed storage is at `address`. */
export function constructElements(l: Lowerer, body: Body, ty: T.ArrayTy, address: ir.Expr): void {
  if (ty.of.kind !== "class") return;
  const info = classInfo(l.context, ty.of);
  const constructor = l.constructorOf(info);
  if (constructor === undefined) return;
  if (constructor.params.length > 0) {
    l.context.sink.error(
      ty.of.declaration,
      "TK2013",
      `the elements of ${T.show(ty)} are made by \`new ${T.show(ty.of)}()\`, which needs arguments`,
    );
    return;
  }
  countedLoop(body, intValue(U64, BigInt(ty.count)), (index) => {
    const element = elementAt(l, ty, address, index).address;
    if (element !== undefined)
      body.emit({ op: "call", result: null, function: constructor.id, args: [element] });
  });
}

/** `for (i = 0; i < count; i++) build(i)` with a count that does not change. */
export function countedLoop(body: Body, count: ir.Expr, build: (index: ir.Expr) => void): void {
  const counter = body.newLocal("i", U64, false);
  const index = localValue(counter);
  body.emit({ op: "assign", local: counter.id, value: intValue(U64, 0n) });
  const label = body.newLabel();
  const inner = body.nested(() => {
    body.scope({ label }, () => {
      build(index);
    });
  });
  body.emit({
    op: "loop",
    label,
    before: [],
    condition: { op: "binary", type: BOOL, operator: "lt", left: index, right: count },
    body: inner,
    update: [
      {
        op: "assign",
        local: counter.id,
        value: { op: "binary", type: U64, operator: "add", left: index, right: intValue(U64, 1n) },
        at: body.at,
      },
    ],
    postTest: false,
  });
}

/** `fixedArray<T, N>()` as a local: zeroed storage in the frame. */
export function stackArray(
  l: Lowerer,
  body: Body,
  ty: T.ArrayTy,
  hint: string,
): { local: ir.Local; address: ir.Expr } {
  const local = body.newLocal(hint, storageType(l.context, ty, true), false);
  const address: ir.Expr = { op: "localAddress", type: pointerTo(local.type), local: local.id };
  layoutOf(l.context, ty, ty.of.kind === "class" ? ty.of.declaration : l.context.frontend.prelude);
  body.emit({ op: "zero", to: address });
  constructElements(l, body, ty, address);
  return { local, address };
}

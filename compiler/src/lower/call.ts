/** Lowers calls of functions, methods, interface methods, closures and function pointers. */
import ts from "typescript";
import { didYouMean } from "../diagnostics/suggest.ts";
import { localValue } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { classInfo, findMember, isStatic, receiverClass, type ClassInfo } from "../sema/classes.ts";
import { evaluate } from "../sema/constants.ts";
import { EMPTY_ENV, type Env } from "../sema/context.ts";
import { interfaceId, interfaceMethods, valueType } from "../sema/layout.ts";
import { membersOf } from "../sema/members.ts";
import { resolveType, resolveTypeArgument, typeParameters } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import { boundDeclaration } from "./bind.ts";
import type { Body, Value } from "./body.ts";
import { coerce } from "./convert.ts";
import { constantValue, lowerExpression } from "./expression.ts";
import { mentionsUnbound, unify } from "./infer.ts";
import { lowerIntrinsic } from "./intrinsics.ts";
import type { FunctionInstance, Lowerer } from "./lowerer.ts";
import { callBase, initializeFields } from "./functions.ts";
import { memberPlace, readPlace, upcast } from "./place.ts";
import { lowerSliceMethod } from "./slices.ts";

/** A call of a function, method, closure or intrinsic. */
export function lowerCall(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  expected: Ty | undefined,
): Value {
  if (node.questionDotToken !== undefined) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      "optional calls are not part of the kernel profile; compare with null",
    );
  }
  let callee: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(callee)) callee = callee.expression;
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return lowerSuper(l, body, node);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  let declaration = ts.isPropertyAccessExpression(callee)
    ? l.context.staticMember(callee)
    : ts.isIdentifier(callee)
      ? l.context.declarationOf(callee)
      : undefined;
  if (
    declaration !== undefined &&
    l.context.inPrelude(declaration) &&
    ts.isFunctionDeclaration(declaration)
  ) {
    return lowerIntrinsic(l, body, node, name.getText(), expected);
  }
  if (declaration !== undefined) declaration = boundDeclaration(l, declaration, node);
  if (declaration !== undefined && ts.isFunctionDeclaration(declaration)) {
    return callDeclared(l, body, node, declaration, new Map(), undefined, undefined, expected);
  }
  if (declaration !== undefined && ts.isMethodDeclaration(declaration) && isStatic(declaration)) {
    return callDeclared(l, body, node, declaration, new Map(), undefined, undefined, expected);
  }
  if (ts.isPropertyAccessExpression(callee)) return lowerMethod(l, body, node, callee, expected);
  const fn = lowerExpression(l, body, callee);
  return callValue(l, body, node, fn);
}

/** Calls a closure or function pointer. */
function callValue(l: Lowerer, body: Body, node: ts.CallExpression, fn: Value): Value {
  if (fn.ty.kind === "nullable") {
    l.context.sink.fatal(
      node,
      "TK2011",
      `\`${node.expression.getText()}\` may be null; compare it with null first`,
    );
  }
  if (fn.ty.kind !== "closure" && fn.ty.kind !== "cfn") {
    return l.context.sink.fatal(node, "TK2006", `a ${T.show(fn.ty)} cannot be called`);
  }
  const { params, result } = fn.ty;
  let args: ir.Expr[] = [];
  const [callee] = body.inOrder<Value>([
    () => fn,
    () => {
      args = lowerArguments(l, body, node, node.arguments, params, [], body.env);
      return fn;
    },
  ]);
  body.at = l.context.location(node);
  const local = resultLocal(l, body, result);
  body.emit({ op: "callValue", result: local?.id ?? null, callee: callee?.expr ?? fn.expr, args });
  return finish(body, result, local);
}

function resultLocal(l: Lowerer, body: Body, result: Ty): ir.Local | undefined {
  return result === T.voidTy || result === T.never
    ? undefined
    : body.temporary(valueType(l.context, result));
}

function finish(body: Body, result: Ty, local: ir.Local | undefined): Value {
  if (result === T.never) body.emit({ op: "unreachable" });
  if (local !== undefined) return { ty: result, expr: localValue(local) };
  return { ty: result, expr: { op: "bool", type: { kind: "bool" }, value: false } };
}

/** A direct call with lowered arguments. */
export function callFunction(
  l: Lowerer,
  body: Body,
  instance: FunctionInstance,
  args: readonly ir.Expr[],
): Value {
  const local = resultLocal(l, body, instance.result);
  body.emit({ op: "call", result: local?.id ?? null, function: instance.id, args });
  return finish(body, instance.result, local);
}

/** Converts arguments to the parameters' types, in order; missing ones take their constant default. */
export function lowerArguments(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  given: readonly ts.Expression[],
  params: readonly Ty[],
  declared: readonly ts.ParameterDeclaration[],
  env: Env,
): ir.Expr[] {
  if (given.length > params.length) {
    l.context.sink.fatal(
      node,
      "TK2013",
      `${String(params.length)} arguments are expected, ${String(given.length)} given`,
    );
  }
  const values = body.inOrder<{ expr: ir.Expr }>(
    params.map((ty, i) => () => {
      const argument = given[i];
      if (argument !== undefined) {
        if (ts.isSpreadElement(argument))
          l.context.sink.fatal(argument, "TK1001", "arguments cannot be spread");
        const value = lowerExpression(l, body, argument, ty);
        return { expr: coerce(l, body, value, ty, argument) };
      }
      const initializer = declared[i]?.initializer;
      const constant = initializer && evaluate(l.context, initializer, env);
      if (constant === undefined) {
        return l.context.sink.fatal(
          node,
          "TK2013",
          `argument ${String(i + 1)} is missing${initializer === undefined ? "" : ", and its default is not a constant"}`,
        );
      }
      return { expr: coerce(l, body, constantValue(l, constant, node), ty, node) };
    }),
  );
  return values.map((v) => v.expr);
}

type Callable = ts.FunctionDeclaration | ts.MethodDeclaration;

/** Calls a declared function or method, generic or not. */
function callDeclared(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  declaration: Callable,
  outerEnv: Env,
  self: T.ClassTy | undefined,
  receiver: ir.Expr | undefined,
  expected: Ty | undefined,
): Value {
  const own = typeParameters(declaration);
  const env = new Map(outerEnv);
  node.typeArguments?.forEach((a, i) => {
    const parameter = own[i];
    if (parameter !== undefined) env.set(parameter, resolveTypeArgument(l.context, a, body.env));
  });
  const declared = declaration.parameters.filter((p) => p.name.getText() !== "this");
  const before: (() => { expr: ir.Expr })[] =
    receiver === undefined ? [] : [() => ({ expr: receiver })];
  const free = new Set<ts.Node>(own.filter((p) => !env.has(p)));
  let args: ir.Expr[];
  if (free.size === 0) {
    const { params } = l.signature(declaration, env);
    args = withReceiver(body, before, () =>
      lowerArguments(l, body, node, node.arguments, params, declared, env),
    );
  } else {
    args = withReceiver(body, before, () =>
      inferArguments(l, body, node, declaration, declared, env, free, expected),
    );
  }
  const instance = l.function(declaration, env, self);
  body.at = l.context.location(node);
  return callFunction(l, body, instance, args);
}

function withReceiver(
  body: Body,
  before: readonly (() => { expr: ir.Expr })[],
  lower: () => ir.Expr[],
): ir.Expr[] {
  let args: ir.Expr[] = [];
  const kept = body.inOrder<{ expr: ir.Expr }>([
    ...before,
    () => {
      args = lower();
      return { expr: { op: "bool", type: { kind: "bool" }, value: false } };
    },
  ]);
  return [...kept.slice(0, before.length).map((k) => k.expr), ...args];
}

/** Lowers arguments while inferring the free type parameters; closures last, when what they take is known. */
function inferArguments(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  declaration: Callable,
  declared: readonly ts.ParameterDeclaration[],
  env: Map<ts.Node, Ty>,
  free: ReadonlySet<ts.Node>,
  expected: Ty | undefined,
): ir.Expr[] {
  if (node.arguments.length !== declared.length) {
    l.context.sink.fatal(
      node,
      "TK2013",
      `${String(declared.length)} arguments are expected, ${String(node.arguments.length)} given`,
    );
  }
  const isClosure = (e: ts.Expression): boolean =>
    ts.isArrowFunction(e) || ts.isFunctionExpression(e);
  const plain = declared.flatMap((p, i) => {
    const argument = node.arguments[i];
    return argument === undefined || isClosure(argument) ? [] : [{ p, argument }];
  });
  const values = body.inOrder<Value>(
    plain.map(({ p, argument }) => () => {
      const known = p.type !== undefined && !mentionsUnbound(l, p.type, env, free);
      const value = lowerExpression(
        l,
        body,
        argument,
        known && p.type !== undefined ? resolveType(l.context, p.type, env) : undefined,
      );
      if (p.type !== undefined) unify(l, p.type, value.ty, env, free);
      return value;
    }),
  );
  if (expected !== undefined && declaration.type !== undefined) {
    // The wanted result says what T is only where no argument could: `pick(1, 2)` stays an error.
    const open = new Set(
      [...free].filter(
        (f) =>
          !declared.some(
            (p) => p.type !== undefined && mentionsUnbound(l, p.type, EMPTY_ENV, new Set([f])),
          ),
      ),
    );
    unify(l, declaration.type, expected, env, open);
  }
  const result = new Map<ts.ParameterDeclaration, ir.Expr>();
  declared.forEach((p, i) => {
    const argument = node.arguments[i];
    if (argument === undefined || !isClosure(argument) || p.type === undefined) return;
    result.set(p, inferClosure(l, body, p.type, argument, env, free));
  });
  const unknown = [...free].find((p) => !env.has(p));
  if (unknown !== undefined) {
    l.context.sink.fatal(
      node,
      "TK2012",
      `the type argument for \`${unknown.getText()}\` cannot be inferred; write it`,
    );
  }
  plain.forEach(({ p, argument }, i) => {
    const value = values[i];
    if (value !== undefined && p.type !== undefined) {
      result.set(p, coerce(l, body, value, resolveType(l.context, p.type, env), argument));
    }
  });
  return declared.map((p) => {
    const expr = result.get(p);
    return expr ?? l.context.sink.fatal(p, "TK1002", "write the type of the parameter");
  });
}

function inferClosure(
  l: Lowerer,
  body: Body,
  annotation: ts.TypeNode,
  argument: ts.Expression,
  env: Map<ts.Node, Ty>,
  free: ReadonlySet<ts.Node>,
): ir.Expr {
  if (!mentionsUnbound(l, annotation, env, free)) {
    const ty = resolveType(l.context, annotation, env);
    return coerce(l, body, lowerExpression(l, body, argument, ty), ty, argument);
  }
  let shape: ts.TypeNode = annotation;
  while (ts.isParenthesizedTypeNode(shape)) shape = shape.type;
  if (!ts.isFunctionTypeNode(shape)) {
    return l.context.sink.fatal(argument, "TK2012", "write the type arguments of this call");
  }
  const params = shape.parameters.map((p) =>
    p.type === undefined ? T.never : resolveType(l.context, p.type, env),
  );
  // The result type is what the closure's body gives: `never` stands for "not known yet".
  const open = T.functionType("closure", params, T.never);
  const value = lowerExpression(l, body, argument, open);
  if (value.ty.kind === "closure") unify(l, shape.type, value.ty.result, env, free);
  return value.expr;
}

function lowerMethod(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  expected: Ty | undefined,
): Value {
  if (callee.expression.kind === ts.SyntaxKind.SuperKeyword)
    return lowerSuperMethod(l, body, node, callee, expected);
  const receiver = lowerExpression(l, body, callee.expression);
  const { ty } = receiver;
  if (ty.kind === "nullable") {
    return l.context.sink.fatal(
      callee,
      "TK2011",
      `\`${callee.expression.getText()}\` may be null; compare it with null first`,
    );
  }
  if (ty.kind === "slice" || ty.kind === "array")
    return lowerSliceMethod(l, body, node, callee, receiver);
  if (ty.kind === "interface") return callInterface(l, body, node, callee, receiver, ty);
  if (ty.kind !== "class") return noMethod(l, callee, ty);
  if (T.isAbstract(ty) && receiver.expr.type.kind === "interface")
    return callInterface(l, body, node, callee, receiver, ty);
  const info = classInfo(l.context, ty);
  const member = findMember(info, callee.name.text);
  if (member?.kind === "method") {
    const self = upcast(l, receiver.expr, info, member.owner);
    return callDeclared(
      l,
      body,
      node,
      member.declaration,
      member.owner.env,
      receiverClass(member.owner, ty),
      selfFor(l, self, receiver.expr, member.owner),
      expected,
    );
  }
  if (member?.kind === "field") {
    const place = memberPlace(l, receiver, callee);
    if (place !== undefined) {
      const value = lowerExpression(l, body, callee);
      return callValue(l, body, node, {
        ty: value.ty,
        expr: value.ty === place.ty ? readPlace(l, place) : value.expr,
      });
    }
  }
  return noMethod(l, callee, ty);
}

function noMethod(l: Lowerer, callee: ts.PropertyAccessExpression, ty: Ty): never {
  const name = callee.name.text;
  return l.context.sink.fatal(
    callee,
    "TK2014",
    `${T.show(ty)} has no method ${name}${didYouMean(name, membersOf(l.context, ty))}`,
  );
}

function callInterface(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  receiver: Value,
  ty: T.InterfaceTy | T.ClassTy,
): Value {
  const method = interfaceMethods(l.context, ty).find((m) => m.name === callee.name.text);
  if (method === undefined) return noMethod(l, callee, ty);
  const all = withReceiver(body, [() => ({ expr: receiver.expr })], () =>
    lowerArguments(l, body, node, node.arguments, method.params, [], body.env),
  );
  const [object, ...args] = all;
  if (object === undefined) throw new Error("a receiver");
  body.at = l.context.location(node);
  const local = resultLocal(l, body, method.result);
  body.emit({
    op: "callInterface",
    result: local?.id ?? null,
    receiver: object,
    interface: interfaceId(l.context, ty),
    method: method.name,
    args,
  });
  return finish(body, method.result, local);
}

/** Methods of an abstract class take the object as what it is, those of others as their own class. */
const selfFor = (l: Lowerer, upcasted: ir.Expr, object: ir.Expr, owner: ClassInfo): ir.Expr =>
  T.isAbstract(owner.type) ? object : upcasted;

/** `super.method(…)`: the base's method on this object. */
function lowerSuperMethod(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  expected: Ty | undefined,
): Value {
  const self = body.self;
  const own = ts.findAncestor(node, ts.isClassDeclaration);
  let info = self === undefined ? undefined : classInfo(l.context, self.ty);
  while (info !== undefined && info.type.declaration !== own) info = info.base;
  const member = info?.base === undefined ? undefined : findMember(info.base, callee.name.text);
  if (self === undefined || member?.kind !== "method" || member.declaration.body === undefined) {
    return l.context.sink.fatal(
      callee,
      "TK2014",
      `no base class has a method ${callee.name.text} with a body`,
    );
  }
  const upcasted = upcast(l, self.expr, classInfo(l.context, self.ty), member.owner);
  const receiver = selfFor(l, upcasted, self.expr, member.owner);
  return callDeclared(
    l,
    body,
    node,
    member.declaration,
    member.owner.env,
    receiverClass(member.owner, self.ty),
    receiver,
    expected,
  );
}

/** `super(…)`: the base's constructor, then this class's own fields. */
function lowerSuper(l: Lowerer, body: Body, node: ts.CallExpression): Value {
  const self = body.self;
  const own = ts.findAncestor(node, ts.isClassDeclaration);
  let info = self === undefined ? undefined : classInfo(l.context, self.ty);
  while (info !== undefined && info.type.declaration !== own) info = info.base;
  if (info?.base === undefined)
    return l.context.sink.fatal(
      node,
      "TK1001",
      "super(…) is only in the constructor of a class that extends another",
    );
  const constructor =
    self === undefined ? undefined : l.constructorOf(info.base, receiverClass(info.base, self.ty));
  const params = constructor?.params ?? [];
  const args = lowerArguments(l, body, node, node.arguments, params, [], info.base.env);
  callBase(l, body, info.base, args);
  initializeFields(l, body, info);
  return { ty: T.voidTy, expr: { op: "bool", type: { kind: "bool" }, value: false } };
}

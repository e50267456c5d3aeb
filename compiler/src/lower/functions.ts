/** Lowers the bodies of functions, methods, constructors and initialisers. */
import ts from "typescript";
import { docTag } from "../frontend/tags.ts";
import { isExternal } from "./bind.ts";
import { localValue, pointerTo, VOID } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { classInfo, receiverClass, type ClassInfo, type FieldInfo } from "../sema/classes.ts";
import type { Env } from "../sema/context.ts";
import { layOut, structType, valueType } from "../sema/layout.ts";
import type { ClassTy, Ty } from "../sema/types.ts";
import * as T from "../sema/types.ts";
import { assignedVariables } from "./assigned.ts";
import { Body } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { constructElements, constructInto } from "./construct.ts";
import {
  functionShell,
  isZeroInitializer,
  type FunctionNode,
  type Lowerer,
  type Signature,
} from "./lowerer.ts";
import { fieldPlace, upcast, writePlace } from "./place.ts";
import { lowerBlock } from "./statement.ts";

interface Naming {
  readonly id: string;
  readonly source: string;
  readonly generic: boolean;
  readonly symbol?: string;
  readonly signature: Signature;
}

/** Lowers one instance of a function or method into the program. */
export function lowerFunctionBody(
  l: Lowerer,
  node: FunctionNode,
  env: Env,
  self: ClassTy | undefined,
  naming: Naming,
): void {
  const { context } = l;
  const body = new Body(env, context.location(node), undefined, naming.source);
  const params: ir.Local[] = [];
  if (self !== undefined) params.push(addSelf(l, body, self));
  params.push(...addParameters(l, body, node, naming.signature.params));
  body.result = naming.signature.result;
  const extern = isExternal(l, node);
  const shell = functionShell(context, node, {
    id: naming.id,
    source: naming.source,
    params,
    result: valueType(context, naming.signature.result),
    generic: naming.generic,
    exported: docTag(node, "export") !== undefined,
    inline: inlineHint(node),
    ...(docTag(node, "noescape") === undefined ? {} : { keepsNothing: true }),
    ...(naming.symbol === undefined ? {} : { symbol: naming.symbol }),
  });
  if (extern) {
    l.addFunction(shell);
    return;
  }
  const block = node.body;
  if (block === undefined) {
    return context.sink.fatal(
      node,
      "TK1010",
      `${naming.source} has no body; say @extern SYMBOL for assembly, or @bind in an API package`,
    );
  }
  const own = new Set(params.map((p) => p.id));
  l.addFunction(shell);
  body.scope({}, () => {
    lowerBlock(l, body, block);
  });
  shell.body = body.statements;
  shell.locals = body.locals.filter((x) => !own.has(x.id));
}

function inlineHint(node: ts.Node): ir.Function["inline"] {
  if (docTag(node, "noinline") !== undefined) return "never";
  if (docTag(node, "inline") !== undefined) return "hint";
  return ts.isGetAccessor(node) ? "hint" : "default";
}

function addSelf(l: Lowerer, body: Body, self: ClassTy): ir.Local {
  const local = body.newLocal("self", pointerTo(structType(l.context, self)), false);
  body.stable.add(local.id);
  body.self = { ty: self, expr: localValue(local) };
  return local;
}

/** Declares the parameters as variables of the body. */
export function addParameters(
  l: Lowerer,
  body: Body,
  node: ts.SignatureDeclaration,
  types: readonly Ty[],
): ir.Local[] {
  const assigned = assignedVariables(node);
  return node.parameters
    .filter((p) => p.name.getText() !== "this")
    .map((p, i) => {
      const ty = types[i] ?? T.never;
      if (!ts.isIdentifier(p.name)) {
        return l.context.sink.fatal(
          p,
          "TK1001",
          "a parameter cannot be destructured; take it apart in the body",
        );
      }
      if (p.dotDotDotToken !== undefined) {
        return l.context.sink.fatal(p, "TK1001", "rest parameters need an array; take a Slice<T>");
      }
      const local = body.newLocal(p.name.text, valueType(l.context, ty), false);
      const fixed = !assigned.has(p);
      if (fixed) body.stable.add(local.id);
      body.variables.set(p, { ty, local, embedded: false, fixed });
      return local;
    });
}

/** The function that turns zeroed storage into an object: field initialisers, then the written constructor. */
export function lowerConstructor(
  l: Lowerer,
  info: ClassInfo,
  selfType: ClassTy,
  naming: { readonly id: string; readonly params: readonly Ty[] },
): void {
  const { context } = l;
  const { declaration } = info.type;
  const source = `new ${T.show(info.type)}`;
  const body = new Body(
    info.env,
    context.location(info.construct ?? declaration),
    undefined,
    source,
  );
  const self = addSelf(l, body, selfType);
  const construct = info.construct;
  const params =
    construct !== undefined
      ? addParameters(l, body, construct, naming.params)
      : naming.params.map((p, i) =>
          body.newLocal(`argument${String(i)}`, valueType(context, p), false),
        );
  body.result = T.voidTy;
  layOut(context, info);
  const fn = functionShell(context, declaration, {
    id: naming.id,
    source,
    params: [self, ...params],
    result: VOID,
    generic: info.type.args.length > 0,
    location: body.at,
  });
  l.addFunction(fn);
  body.scope({}, () => {
    if (info.base !== undefined && construct === undefined) {
      callBase(l, body, info.base, params.map(localValue));
    }
    if (info.base === undefined || construct === undefined) initializeFields(l, body, info);
    if (construct?.body !== undefined) lowerBlock(l, body, construct.body);
  });
  fn.body = body.statements;
  const own = new Set([self, ...params].map((p) => p.id));
  fn.locals = body.locals.filter((x) => !own.has(x.id));
}

/** Runs the base's constructor on this object: `super(…)`, or an inherited constructor. */
export function callBase(l: Lowerer, body: Body, base: ClassInfo, args: readonly ir.Expr[]): void {
  if (body.self === undefined) return;
  const constructor = l.constructorOf(base, receiverClass(base, body.self.ty));
  if (constructor === undefined) return;
  const self = T.isAbstract(base.type)
    ? body.self.expr
    : upcast(l, body.self.expr, classInfo(l.context, body.self.ty), base);
  body.emit({ op: "call", result: null, function: constructor.id, args: [self, ...args] });
}

/** Parameter properties and field initialisers, in order of declaration. */
export function initializeFields(l: Lowerer, body: Body, info: ClassInfo): void {
  const self = body.self;
  if (self === undefined) return;
  const parameters = info.fields.filter((f) => ts.isParameter(f.declaration));
  for (const field of [
    ...parameters,
    ...info.fields.filter((f) => !ts.isParameter(f.declaration)),
  ]) {
    body.at = l.context.location(field.declaration);
    initializeField(
      l,
      body,
      info,
      field,
      upcast(l, self.expr, classInfo(l.context, self.ty), info),
    );
  }
}

function initializeField(
  l: Lowerer,
  body: Body,
  info: ClassInfo,
  field: FieldInfo,
  self: ir.Expr,
): void {
  const place = fieldPlace(l, info, field, self);
  if (ts.isParameter(field.declaration)) {
    const variable = body.variables.get(field.declaration);
    if (variable !== undefined) writePlace(body, place, localValue(variable.local));
    return;
  }
  if (field.ty.kind === "array") {
    if (place.address !== undefined) constructElements(l, body, field.ty, place.address);
    return;
  }
  if (field.initializer === undefined || isZeroInitializer(field.initializer)) return;
  if (field.embedded && field.ty.kind === "class" && ts.isNewExpression(field.initializer)) {
    if (place.address !== undefined)
      constructInto(l, body, field.initializer, classInfo(l.context, field.ty), place.address);
    return;
  }
  const value = lowerExpression(l, body, field.initializer, field.ty);
  writePlace(body, place, coerce(l, body, value, field.ty, field.initializer));
}

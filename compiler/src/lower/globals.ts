/** Lowers module-level variables, static fields and constant tables. */
import ts from "typescript";
import { docTag } from "../frontend/tags.ts";
import { isExternal } from "./bind.ts";
import { boolValue, pointerTo, VOID } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { createdType, typeOfInitializer } from "../sema/classes.ts";
import { evaluate } from "../sema/constants.ts";
import { EMPTY_ENV, type Env } from "../sema/context.ts";
import { fit } from "../sema/fold.ts";
import { elementStorage, layoutOf, storageType } from "../sema/layout.ts";
import { resolveStorable } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import { Body, type Place, type Value } from "./body.ts";
import { constructElements, constructInto, newClass } from "./construct.ts";
import { coerce, constantExpr, settle } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { functionShell, isZeroInitializer, type Lowerer } from "./lowerer.ts";
import { writePlace } from "./place.ts";

/** A module-level variable that the program reaches. */
export interface GlobalInstance {
  readonly place: Place;
}

type Declaration = ts.VariableDeclaration | ts.PropertyDeclaration;

/** Defines the global and, where it has to run at start, its initialiser. */
export function lowerGlobal(l: Lowerer, node: Declaration): GlobalInstance {
  const { context } = l;
  const ty = globalType(l, node);
  if (ty.kind === "closure")
    context.sink.fatal(node, "TK3002", "a closure cannot be kept in a variable; use CFn<F>");
  const { initializer } = node;
  const fresh = initializer !== undefined && ts.isNewExpression(initializer) && ty.kind === "class";
  const embedded = fresh || ty.kind === "array";
  const extern = docTag(node, "extern");
  const symbol = extern ?? docTag(node, "export");
  const id = context.identifier(node, ownerName(node) + node.name.getText());
  const type = storageType(context, ty, embedded);
  if (embedded) layoutOf(context, ty, node);
  const initial = initializer === undefined ? undefined : staticInitial(l, initializer, ty);
  const isExtern = isExternal(l, node);
  const name = symbol === "" ? node.name.getText() : symbol?.split(/\s/)[0];
  context.program.globals.set(id, {
    id,
    source: ownerName(node, ".") + node.name.getText(),
    package: context.packageOf(node),
    location: context.location(node),
    type,
    exported: symbol !== undefined && !isExtern,
    external: isExtern,
    constant: false,
    ...(name === undefined ? {} : { symbol: name }),
    ...(initial === undefined || isExtern ? {} : { initial }),
  });
  const place: Place = {
    ty,
    embedded,
    volatile: false,
    address: { op: "globalAddress", type: pointerTo(type), global: id },
    ...(isFixed(node) ? { readonly: "it is a constant" } : {}),
  };
  const instance = { place };
  l.globals.set(node, instance);
  if (initializer !== undefined && initial === undefined && !isExtern) {
    l.enqueue(() => {
      lowerInitializer(l, node, initializer, place, id);
    });
  } else if (initializer === undefined && !isExtern && ts.isVariableDeclaration(node)) {
    const ambient = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Ambient) !== 0;
    if (ambient)
      context.sink.error(
        node,
        "TK1010",
        `\`${node.name.getText()}\` is only declared; say @extern SYMBOL or @bind`,
      );
  }
  return instance;
}

function isFixed(node: Declaration): boolean {
  if (ts.isPropertyDeclaration(node))
    return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) !== 0;
  return (node.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
}

function ownerName(node: Declaration, separator = "_"): string {
  return ts.isPropertyDeclaration(node) && ts.isClassDeclaration(node.parent)
    ? `${node.parent.name?.text ?? ""}${separator}`
    : "";
}

function globalType(l: Lowerer, node: Declaration): Ty {
  if (node.type !== undefined) return resolveStorable(l.context, node.type, EMPTY_ENV);
  const { initializer } = node;
  if (initializer !== undefined && ts.isNewExpression(initializer)) {
    const created = createdType(l.context, initializer, EMPTY_ENV);
    if (created !== undefined) return created;
    return newClass(l, emptyBody(l, node), initializer, undefined).type;
  }
  const known =
    initializer === undefined ||
    evaluate(l.context, initializer, EMPTY_ENV) !== undefined ||
    createdType(l.context, initializer, EMPTY_ENV) !== undefined;
  if (!known && ts.isCallExpression(initializer)) {
    const ty = typeOnTrial(l, node, initializer);
    if (ty !== undefined) return ty;
  }
  return typeOfInitializer(l.context, initializer, node, EMPTY_ENV);
}

/** Variables whose type is being found out: `const x = f(x)` has none. */
const onTrial = new Set<ts.Node>();

/** Lowers an initialiser for its type; what will run is lowered later. */
function typeOnTrial(l: Lowerer, node: Declaration, initializer: ts.Expression): Ty | undefined {
  if (onTrial.has(node)) {
    l.context.sink.fatal(
      node,
      "TK1002",
      "write the type of the variable: its initialiser reads it",
    );
  }
  onTrial.add(node);
  try {
    let ty: Ty | undefined;
    const body = emptyBody(l, node);
    body.nested(() => {
      ty = settle(l, body, lowerExpression(l, body, initializer), initializer).ty;
    });
    return ty;
  } finally {
    onTrial.delete(node);
  }
}

const emptyBody = (l: Lowerer, node: ts.Node): Body =>
  new Body(EMPTY_ENV, l.context.location(node), undefined, "initialiser");

/** The value as data, where it is constant; `undefined` where code has to run. */
function staticInitial(l: Lowerer, node: ts.Expression, ty: Ty): ir.Constant | undefined {
  if (ty.kind === "array" || ts.isNewExpression(node)) return undefined;
  if (node.kind === ts.SyntaxKind.NullKeyword) return { kind: "null" };
  const constant = evaluate(l.context, node, EMPTY_ENV);
  if (constant === undefined) return undefined;
  const body = emptyBody(l, node);
  const free = constant.ty === T.untyped || constant.ty === T.untypedFloat;
  const value: Value = {
    ty: constant.ty,
    expr: free ? boolValue(false) : constantExpr(l, constant, node),
    constant,
  };
  const expr = coerce(l, body, value, ty, node);
  return constantOf(expr);
}

function constantOf(expr: ir.Expr): ir.Constant | undefined {
  switch (expr.op) {
    case "int":
      return { kind: "int", value: expr.value };
    case "float":
      return { kind: "float", value: expr.value };
    case "bool":
      return { kind: "bool", value: expr.value };
    case "string":
      return { kind: "string", utf8: expr.utf8 };
    case "null":
      return { kind: "null" };
    default:
      return undefined;
  }
}

function lowerInitializer(
  l: Lowerer,
  node: Declaration,
  initializer: ts.Expression,
  place: Place,
  id: ir.GlobalId,
): void {
  const { context } = l;
  const body = emptyBody(l, node);
  body.result = T.voidTy;
  body.scope({}, () => {
    initialize(l, body, initializer, place);
  });
  if (body.statements.length === 0) return;
  const fn = `init_${id}`;
  l.addFunction(
    functionShell(context, node, {
      id: fn,
      source: `initialiser of ${node.name.getText()}`,
      params: [],
      result: VOID,
      locals: body.locals,
      body: body.statements,
    }),
  );
  l.initializers.push({ declaration: node, global: id, function: fn });
}

function initialize(l: Lowerer, body: Body, initializer: ts.Expression, place: Place): void {
  const { ty, address } = place;
  if (ty.kind === "array" && address !== undefined) {
    constructElements(l, body, ty, address);
  } else if (ts.isNewExpression(initializer) && ty.kind === "class" && address !== undefined) {
    const info = newClass(l, body, initializer, ty);
    constructInto(l, body, initializer, info, address);
  } else if (!isZeroInitializer(initializer)) {
    if (ts.isNewExpression(initializer)) {
      l.context.sink.fatal(
        initializer,
        "TK3001",
        "the variable's type must be the class itself, so that the object is in static storage",
      );
    }
    const value = lowerExpression(l, body, initializer, ty);
    writePlace(body, place, coerce(l, body, value, ty, initializer));
  }
}

/** `sliceOf<T>(…)`: the items as read-only data. */
export function constantTable(l: Lowerer, node: ts.CallExpression, of: Ty, env: Env): Value {
  const { context } = l;
  const items = node.arguments.map((a): ir.Constant => {
    const constant = evaluate(context, a, env);
    if (constant === undefined) return functionItem(l, a, of, env);
    const fitted =
      typeof constant.value === "bigint" && of.kind === "int"
        ? fit(context, a, of, constant.value, constant.complement)
        : constant;
    const body = new Body(env, context.location(a), undefined, "table");
    const free = constant.ty === T.untyped || constant.ty === T.untypedFloat;
    const value: Value = {
      ty: constant.ty,
      expr: free ? boolValue(false) : constantExpr(l, constant, a),
      constant,
    };
    const result = fitted === undefined ? undefined : constantOf(coerce(l, body, value, of, a));
    return result ?? { kind: "int", value: 0n };
  });
  const element = elementStorage(context, of);
  const type: ir.ArrayType = { kind: "array", element, count: items.length };
  const id = context.identifier(node, "table");
  const wrapped =
    of.kind === "order"
      ? items.map((i): ir.Constant => ({ kind: "aggregate", items: [i] }))
      : items;
  context.program.globals.set(id, {
    id,
    source: "sliceOf",
    package: context.packageOf(node),
    location: context.location(node),
    type,
    exported: false,
    external: false,
    constant: true,
    initial: { kind: "aggregate", items: wrapped },
  });
  return {
    ty: T.slice(of),
    expr: {
      op: "makeSlice",
      type: { kind: "slice", element },
      data: {
        op: "convert",
        type: pointerTo(element),
        operand: { op: "globalAddress", type: pointerTo(type), global: id },
      },
      length: {
        op: "int",
        type: { kind: "int", bits: 64, signed: false },
        value: BigInt(items.length),
      },
    },
  };
}

function functionItem(l: Lowerer, node: ts.Expression, of: Ty, env: Env): ir.Constant {
  if (node.kind === ts.SyntaxKind.NullKeyword && of.kind === "nullable") return { kind: "null" };
  if (T.nonNull(of).kind === "cfn") {
    const body = new Body(env, l.context.location(node), undefined, "table");
    const value = coerce(l, body, lowerExpression(l, body, node, of), of, node);
    if (value.op === "function") return { kind: "function", function: value.function };
  }
  return l.context.sink.fatal(node, "TK2017", "an item of sliceOf is a constant or a function");
}

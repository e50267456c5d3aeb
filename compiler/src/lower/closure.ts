/**
 * Lowers function expressions. A closure is `{ fn, env }`: its environment is a struct in the frame of the function that
 * makes it, with copies of constants and pointers to variables. As a CFn it captures nothing and is a plain function.
 */
import ts from "typescript";
import { localValue, pointerTo } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { layoutOfIr, valueType } from "../sema/layout.ts";
import { resolveType } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import { Body, type Capture, type Value } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { addParameters } from "./functions.ts";
import { functionShell, type Lowerer } from "./lowerer.ts";
import { lowerBlock } from "./statement.ts";

type FunctionExpression = ts.ArrowFunction | ts.FunctionExpression;

/** An arrow function as an argument: its code, and the environment on the stack. */
export function lowerClosure(
  l: Lowerer,
  body: Body,
  node: FunctionExpression,
  expected: Ty | undefined,
): Value {
  const { context } = l;
  const wanted = expected === undefined ? undefined : T.nonNull(expected);
  if (wanted?.kind !== "closure" && wanted?.kind !== "cfn") {
    return context.sink.fatal(
      node,
      "TK3002",
      "a closure can only be an argument of a function that takes one, or, without captured variables, a CFn<F>",
    );
  }
  if (node.parameters.length > wanted.params.length) {
    context.sink.fatal(
      node,
      "TK2013",
      `the function gets ${String(wanted.params.length)} arguments`,
    );
  }
  const id = context.identifier(node, `closure_in_${body.source}`);
  const struct = `${id}_env`;
  const env: ir.Local = {
    id: "env",
    type: pointerTo({ kind: "struct", struct }),
    temporary: false,
  };
  const isPlain = wanted.kind === "cfn";
  const inner = new Body(
    body.env,
    context.location(node),
    { body, struct, environment: env },
    `closure in ${body.source}`,
  );
  inner.stable.add(env.id);
  const params = parametersOf(l, inner, node, wanted);
  inner.result =
    node.type !== undefined
      ? resolveType(context, node.type, body.env)
      : wanted.result === T.never
        ? undefined
        : wanted.result;
  lowerClosureBody(l, inner, node);
  const result = inner.result ?? T.voidTy;
  if (wanted.result !== T.never && result !== wanted.result) {
    context.sink.error(
      node,
      "TK2001",
      `the function gives ${T.show(result)}, ${T.show(wanted.result)} is expected`,
    );
  }
  const ty = T.functionType(wanted.kind, wanted.params, result);
  const captures = [...inner.captures.values()].map((c) => c.capture);
  const own = new Set(params.map((p) => p.id));
  l.addFunction(
    functionShell(context, node, {
      id,
      source: inner.source,
      generic: body.env.size > 0,
      inline: "hint",
      params: isPlain ? params : [env, ...params],
      result: valueType(context, result),
      locals: inner.locals.filter((x) => !own.has(x.id)),
      body: inner.statements,
    }),
  );
  if (isPlain) {
    if (captures.length > 0) {
      context.sink.error(
        node,
        "TK3002",
        `a CFn captures nothing, but this uses \`${captures[0]?.name.replace(/_\d+$/, "") ?? ""}\` of the function around it`,
      );
    }
    const type = valueType(context, ty);
    if (type.kind !== "function") throw new Error("a CFn is a function");
    return { ty, expr: { op: "function", type, function: id } };
  }
  return { ty, expr: makeClosure(l, body, ty, id, struct, captures, node) };
}

function parametersOf(
  l: Lowerer,
  inner: Body,
  node: FunctionExpression,
  wanted: T.FunctionTy,
): ir.Local[] {
  const types = node.parameters.map((p, i) => {
    const given = wanted.params[i] ?? T.never;
    if (p.type === undefined) return given;
    const written = resolveType(l.context, p.type, inner.env);
    if (written !== given) {
      l.context.sink.error(
        p,
        "TK2001",
        `the parameter is a ${T.show(given)} here, not a ${T.show(written)}`,
      );
    }
    return written;
  });
  const params = addParameters(l, inner, node, types);
  const missing = wanted.params
    .slice(node.parameters.length)
    .map((t, i) => inner.newLocal(`unused${String(i)}`, valueType(l.context, t), false));
  return [...params, ...missing];
}

function lowerClosureBody(l: Lowerer, inner: Body, node: FunctionExpression): void {
  const expression = node.body;
  inner.scope({}, () => {
    if (ts.isBlock(expression)) {
      lowerBlock(l, inner, expression);
      return;
    }
    const value = lowerExpression(
      l,
      inner,
      expression,
      inner.result === T.voidTy ? undefined : inner.result,
    );
    if (inner.result === T.voidTy) return;
    if (inner.result === undefined) {
      if (value.ty === T.untyped || value.ty === T.untypedFloat) {
        l.context.sink.fatal(
          expression,
          "TK2010",
          "the type of this constant is not known here; write e.g. u32(1)",
        );
      }
      inner.result = value.ty;
    }
    if (inner.result === T.voidTy || inner.result === T.never) return;
    inner.emit({ op: "return", value: coerce(l, inner, value, inner.result, expression) });
  });
}

function makeClosure(
  l: Lowerer,
  body: Body,
  ty: T.FunctionTy,
  id: ir.FunctionId,
  struct: ir.StructId,
  captures: readonly Capture[],
  node: ts.Node,
): ir.Expr {
  defineEnvironment(l, struct, captures, node);
  const type = valueType(l.context, ty);
  if (type.kind !== "closure") throw new Error("a closure has a closure type");
  if (captures.length === 0) return { op: "makeClosure", type, function: id, environment: null };
  const local = body.newLocal("environment", { kind: "struct", struct }, false);
  const environment: ir.Expr = { op: "localAddress", type: pointerTo(local.type), local: local.id };
  for (const c of captures) {
    body.emit({
      op: "store",
      to: { op: "fieldAddress", type: pointerTo(c.type), base: environment, struct, field: c.name },
      value: c.source,
    });
  }
  return { op: "makeClosure", type, function: id, environment };
}

function defineEnvironment(
  l: Lowerer,
  struct: ir.StructId,
  captures: readonly Capture[],
  node: ts.Node,
): void {
  const fields: ir.Field[] = [];
  let end = 0;
  for (const c of captures) {
    const { size, align } = layoutOfIr(l.context, c.type);
    const offset = Math.ceil(end / align) * align;
    fields.push({ name: c.name, type: c.type, offset });
    end = offset + size;
  }
  l.context.program.structs.set(struct, {
    id: struct,
    source: "closure environment",
    package: l.context.packageOf(node),
    fields,
    size: Math.ceil(end / 8) * 8,
    align: 8,
    packed: false,
    union: false,
  });
}

/** A plain function as a closure: a function that passes its arguments on. */
export function thunkFor(
  l: Lowerer,
  body: Body,
  fn: ir.Expr,
  ty: T.FunctionTy,
  node: ts.Node,
): ir.Expr {
  const { context } = l;
  const type = valueType(context, ty);
  if (type.kind !== "closure") throw new Error("a closure has a closure type");
  const id = context.identifier(node, "thunk");
  const struct = `${id}_env`;
  const environment: ir.Local = {
    id: "env",
    type: pointerTo({ kind: "struct", struct }),
    temporary: false,
  };
  const params = type.params.map((p, i): ir.Local => ({
    id: `a${String(i)}`,
    type: p,
    temporary: false,
  }));
  const cell: ir.Expr = {
    op: "fieldAddress",
    type: pointerTo(fn.type),
    base: localValue(environment),
    struct,
    field: "fn",
  };
  const hasResult = type.result.kind !== "void" && type.result.kind !== "never";
  const result: ir.Local = { id: "r", type: type.result, temporary: true };
  const at = context.location(node);
  const statements: ir.Stmt[] = [
    {
      op: "callValue",
      result: hasResult ? result.id : null,
      callee: { op: "load", type: fn.type, from: cell },
      args: params.map(localValue),
      at,
    },
  ];
  if (hasResult) statements.push({ op: "return", value: localValue(result), at });
  if (type.result.kind === "never") statements.push({ op: "unreachable", at });
  l.addFunction(
    functionShell(context, node, {
      id,
      source: `thunk in ${body.source}`,
      params: [environment, ...params],
      result: type.result,
      inline: "hint",
      generic: body.env.size > 0,
      locals: hasResult ? [result] : [],
      body: statements,
    }),
  );
  const captures: Capture[] = [{ name: "fn", byValue: true, type: fn.type, source: fn }];
  return makeClosure(l, body, ty, id, struct, captures, node);
}

/** Infers type arguments of generic calls from the types of the arguments. */
import ts from "typescript";
import { interfaceEnv } from "../sema/classes.ts";
import type { Env } from "../sema/context.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body } from "./body.ts";
import { lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";

/** Binds type parameters that occur in `node` so that `node` means `ty`, as far as that is possible. */
export function unify(
  l: Lowerer,
  node: ts.TypeNode,
  ty: Ty,
  env: Map<ts.Node, Ty>,
  free: ReadonlySet<ts.Node>,
): void {
  if (ty === T.untyped || ty === T.untypedFloat || ty === T.nullTy || ty === T.never) return;
  if (ts.isParenthesizedTypeNode(node)) {
    unify(l, node.type, ty, env, free);
  } else if (ts.isTypeReferenceNode(node)) {
    unifyReference(l, node, ty, env, free);
  } else if (ts.isUnionTypeNode(node)) {
    const [only] = node.types.filter(
      (t) => !(ts.isLiteralTypeNode(t) && t.literal.kind === ts.SyntaxKind.NullKeyword),
    );
    if (only !== undefined) unify(l, only, T.nonNull(ty), env, free);
  } else if (ts.isTupleTypeNode(node) && ty.kind === "tuple") {
    node.elements.forEach((e, i) => {
      const item = ty.items[i];
      if (item !== undefined) unify(l, ts.isNamedTupleMember(e) ? e.type : e, item, env, free);
    });
  } else if (ts.isFunctionTypeNode(node) && (ty.kind === "closure" || ty.kind === "cfn")) {
    node.parameters.forEach((p, i) => {
      const param = ty.params[i];
      if (p.type !== undefined && param !== undefined) unify(l, p.type, param, env, free);
    });
    unify(l, node.type, ty.result, env, free);
  }
}

function unifyReference(
  l: Lowerer,
  node: ts.TypeReferenceNode,
  ty: Ty,
  env: Map<ts.Node, Ty>,
  free: ReadonlySet<ts.Node>,
): void {
  const declaration = l.context.declarationOf(node.typeName);
  if (declaration === undefined) return;
  if (free.has(declaration)) {
    if (!env.has(declaration)) env.set(declaration, ty);
    return;
  }
  const given = node.typeArguments ?? [];
  const each = (types: readonly (Ty | undefined)[]): void => {
    given.forEach((g, i) => {
      const t = types[i];
      if (t !== undefined) unify(l, g, t, env, free);
    });
  };
  if (ty.kind === "slice") each([ty.of]);
  else if (ty.kind === "array") each([ty.of, T.constant(BigInt(ty.count))]);
  else if (ty.kind === "class" || ty.kind === "interface") {
    if (ty.declaration === declaration) each(ty.args);
    else if (ty.kind === "interface") each([...interfaceEnv(ty).values()]);
  } else if (ty.kind === "cfn" || ty.kind === "closure") {
    const [inner] = given;
    if (inner !== undefined) unify(l, inner, ty, env, free);
  } else if (ty.kind === "nullable") {
    unifyReference(l, node, ty.of, env, free);
  }
}

/** Whether the type annotation names a type parameter that is not bound yet. */
export function mentionsUnbound(
  l: Lowerer,
  node: ts.Node,
  env: Env,
  free: ReadonlySet<ts.Node>,
): boolean {
  let found = false;
  const visit = (n: ts.Node): void => {
    if (found) return;
    if (ts.isTypeReferenceNode(n)) {
      const declaration = l.context.declarationOf(n.typeName);
      if (declaration !== undefined && free.has(declaration) && !env.has(declaration)) found = true;
    }
    ts.forEachChild(n, visit);
  };
  visit(node);
  return found;
}

/** For `new C(args)` without type arguments: what the types of the arguments tell. */
export function inferFromArguments(
  l: Lowerer,
  body: Body,
  parameters: readonly ts.TypeParameterDeclaration[],
  declared: readonly ts.ParameterDeclaration[],
  given: readonly ts.Expression[],
): Map<ts.Node, Ty> {
  const env = new Map<ts.Node, Ty>();
  const free = new Set<ts.Node>(parameters);
  given.forEach((argument, i) => {
    const annotation = declared[i]?.type;
    const ty = annotation === undefined ? undefined : trialType(l, body, argument);
    if (annotation !== undefined && ty !== undefined) unify(l, annotation, ty, env, free);
  });
  return env;
}

/** The type of an argument; it is lowered on trial, and again when the constructor is known. */
function trialType(l: Lowerer, body: Body, node: ts.Expression): Ty | undefined {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return undefined;
  let ty: Ty | undefined;
  body.nested(() => (ty = lowerExpression(l, body, node).ty));
  return ty;
}

/** From type annotations to our types. */
import ts from "typescript";
import type { Context, Env } from "./context.ts";
import { evaluate } from "./constants.ts";
import { resolveVariants } from "./unions.ts";
import * as T from "./types.ts";
import type { Ty } from "./types.ts";

/** The type that an annotation means under the given type arguments. Errors are reported and abandon the function. */
export function resolveType(context: Context, node: ts.TypeNode, env: Env): Ty {
  const type = resolveTypeArgument(context, node, env);
  if (type.kind !== "const") return type;
  return context.sink.fatal(
    node,
    "TK1001",
    `the constant ${type.key} is a type only as an argument, as in Pool<T, ${type.key}>`,
  );
}

/** As resolveType, for what a variable, field or parameter can hold: not void or never. */
export function resolveStorable(context: Context, node: ts.TypeNode, env: Env): Ty {
  const type = resolveType(context, node, env);
  if (type !== T.voidTy && type !== T.never && type !== T.nullTy) return type;
  return context.sink.fatal(node, "TK1001", `nothing can hold a value of type ${T.show(type)}`);
}

/** As resolveType, but a `const` argument is allowed too. */
export function resolveTypeArgument(context: Context, node: ts.TypeNode, env: Env): Ty {
  switch (node.kind) {
    case ts.SyntaxKind.BooleanKeyword:
      return T.bool;
    case ts.SyntaxKind.StringKeyword:
      return T.str;
    case ts.SyntaxKind.VoidKeyword:
      return T.voidTy;
    case ts.SyntaxKind.NeverKeyword:
      return T.never;
    case ts.SyntaxKind.NumberKeyword:
      return context.sink.fatal(
        node,
        "TK1003",
        "`number` has no size; write u8 … u64, i8 … i64, usize or f64",
      );
    case ts.SyntaxKind.AnyKeyword:
    case ts.SyntaxKind.UnknownKeyword:
    case ts.SyntaxKind.ObjectKeyword:
    case ts.SyntaxKind.SymbolKeyword:
    case ts.SyntaxKind.BigIntKeyword:
    case ts.SyntaxKind.UndefinedKeyword:
      return context.sink.fatal(
        node,
        "TK1002",
        `the type \`${node.getText()}\` has no representation; name the exact type`,
      );
  }
  if (ts.isParenthesizedTypeNode(node)) return resolveTypeArgument(context, node.type, env);
  if (ts.isTypeReferenceNode(node)) return resolveReference(context, node, env);
  if (ts.isTupleTypeNode(node)) {
    const items = node.elements.map((e) =>
      resolveStorable(context, ts.isNamedTupleMember(e) ? e.type : e, env),
    );
    return T.tuple(items);
  }
  if (ts.isUnionTypeNode(node)) return resolveUnion(context, node, env);
  if (ts.isFunctionTypeNode(node)) return resolveFunction(context, node, env, "closure");
  if (ts.isLiteralTypeNode(node)) return resolveLiteral(context, node);
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) {
    return resolveType(context, node.type, env);
  }
  if (ts.isThisTypeNode(node)) return resolveThis(context, node, env);
  if (ts.isTypeQueryNode(node)) {
    const declaration = context.declarationOf(node.exprName);
    if (declaration !== undefined && ts.isVariableDeclaration(declaration)) {
      const value = declaration.initializer && evaluate(context, declaration.initializer, env);
      if (value !== undefined && typeof value.value === "bigint") return T.constant(value.value);
    }
  }
  return context.sink.fatal(
    node,
    "TK1001",
    `the type \`${node.getText()}\` is not part of the kernel profile`,
  );
}

function resolveLiteral(context: Context, node: ts.LiteralTypeNode): Ty {
  if (node.literal.kind === ts.SyntaxKind.NullKeyword) return T.nullTy;
  if (ts.isNumericLiteral(node.literal) && /^\d+$/.test(node.literal.text)) {
    return T.constant(BigInt(node.literal.text));
  }
  return context.sink.fatal(
    node,
    "TK1001",
    `the literal type \`${node.getText()}\` is not part of the kernel profile`,
  );
}

function resolveThis(context: Context, node: ts.Node, env: Env): Ty {
  for (let n: ts.Node = node; !ts.isSourceFile(n); n = n.parent) {
    if (ts.isClassDeclaration(n)) {
      return T.classType(
        n,
        typeParameters(n).map((p) => env.get(p) ?? T.never),
        context.typeName(n),
      );
    }
  }
  return context.sink.fatal(node, "TK1001", "`this` is a type only within a class");
}

function resolveUnion(context: Context, node: ts.UnionTypeNode, env: Env): Ty {
  const union = resolveVariants(context, node, node.types, env);
  if (union !== undefined) return union;
  const parts = node.types.map((t) => resolveType(context, t, env));
  const rest = parts.filter((p) => p !== T.nullTy);
  const [only] = rest;
  if (only === undefined || rest.length !== 1 || parts.length === 1) {
    return context.sink.fatal(
      node,
      "TK1009",
      `the union \`${node.getText()}\` has no layout; only \`T | null\` has one`,
    );
  }
  return nullableOf(context, node, only);
}

/** `type | null`, which only pointers can be. */
export function nullableOf(context: Context, node: ts.Node, type: Ty): Ty {
  const kind = type.kind;
  if (kind === "class" || kind === "interface" || kind === "cfn" || kind === "nullable") {
    return T.nullable(type);
  }
  return context.sink.fatal(
    node,
    "TK1009",
    `\`${T.show(type)} | null\`: a ${kind === "int" ? "nullable integer" : "value of this type"} has no representation; ` +
      "return a tuple with an error or a flag, or use a reserved value",
  );
}

function resolveFunction(
  context: Context,
  node: ts.FunctionTypeNode,
  env: Env,
  kind: "closure" | "cfn",
): Ty {
  const params = node.parameters.map((p) => parameterType(context, p, env));
  return T.functionType(kind, params, resolveType(context, node.type, env));
}

/** The declared type of a parameter. */
export function parameterType(context: Context, node: ts.ParameterDeclaration, env: Env): Ty {
  if (node.type !== undefined) return resolveStorable(context, node.type, env);
  if (node.initializer !== undefined) {
    const value = evaluate(context, node.initializer, env);
    if (value !== undefined) return value.ty === T.untyped ? T.usize : value.ty;
  }
  return context.sink.fatal(
    node,
    "TK1002",
    `write the type of parameter \`${node.name.getText()}\``,
  );
}

function resolveReference(context: Context, node: ts.TypeReferenceNode, env: Env): Ty {
  const declaration = context.declarationOf(node.typeName);
  if (declaration === undefined) {
    return context.sink.fatal(node, "TK1010", `the type \`${node.getText()}\` is not declared`);
  }
  const bound = env.get(declaration);
  if (bound !== undefined) return bound;
  if (ts.isTypeParameterDeclaration(declaration)) {
    return context.sink.fatal(
      node,
      "TK2012",
      `the type argument for \`${declaration.name.text}\` is not known here`,
    );
  }
  if (context.inPrelude(declaration)) return resolvePrelude(context, node, env);
  const args = typeArguments(context, node, declaration, env);
  if (ts.isClassDeclaration(declaration)) {
    return T.classType(declaration, args, context.typeName(declaration));
  }
  if (ts.isInterfaceDeclaration(declaration)) {
    return T.interfaceType(declaration, args, context.typeName(declaration));
  }
  if (ts.isEnumDeclaration(declaration)) {
    return T.enumType(declaration, context.typeName(declaration));
  }
  if (ts.isTypeAliasDeclaration(declaration)) {
    const inner = new Map<ts.Node, Ty>();
    typeParameters(declaration).forEach((p, i) => {
      const arg = args[i];
      if (arg !== undefined) inner.set(p, arg);
    });
    return resolveAlias(context, node, declaration, inner);
  }
  return context.sink.fatal(
    node,
    "TK1001",
    `\`${node.getText()}\` is not a type of the kernel profile`,
  );
}

/** Aliases whose types are being resolved. */
const aliasesInWork = new Set<ts.TypeAliasDeclaration>();

function resolveAlias(
  context: Context,
  node: ts.Node,
  declaration: ts.TypeAliasDeclaration,
  env: Env,
): Ty {
  if (aliasesInWork.has(declaration)) {
    return context.sink.fatal(
      node,
      "TK3004",
      `\`${declaration.name.text}\` contains itself; refer to a class, whose objects are behind pointers`,
    );
  }
  aliasesInWork.add(declaration);
  try {
    return resolveTypeArgument(context, declaration.type, env);
  } finally {
    aliasesInWork.delete(declaration);
  }
}

function typeArguments(
  context: Context,
  node: ts.TypeReferenceNode,
  declaration: ts.Declaration,
  env: Env,
): Ty[] {
  const given = node.typeArguments?.map((a) => resolveTypeArgument(context, a, env)) ?? [];
  typeParameters(declaration)
    .slice(given.length)
    .forEach((p) => {
      if (p.default !== undefined) given.push(resolveTypeArgument(context, p.default, env));
    });
  return given;
}

/** The type parameters of a declaration that may have some. */
export function typeParameters(node: ts.Node): readonly ts.TypeParameterDeclaration[] {
  return (
    (node as { typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> }).typeParameters ?? []
  );
}

function resolvePrelude(context: Context, node: ts.TypeReferenceNode, env: Env): Ty {
  const name = node.typeName.getText();
  const fixed = T.preludeTypes.get(name);
  if (fixed !== undefined) return fixed;
  const [first, second] = node.typeArguments ?? [];
  if (name === "Slice" && first !== undefined) return T.slice(elementType(context, first, env));
  if (name === "FixedArray" && first !== undefined && second !== undefined) {
    return resolveArray(context, first, second, env);
  }
  if (name === "CFn" && first !== undefined) {
    const inner = ts.isParenthesizedTypeNode(first) ? first.type : first;
    if (ts.isFunctionTypeNode(inner)) return resolveFunction(context, inner, env, "cfn");
    const type = resolveType(context, inner, env);
    if (type.kind === "closure") return T.functionType("cfn", type.params, type.result);
  }
  if (name === "Disposable") {
    const declaration = context.declarationOf(node.typeName);
    if (declaration !== undefined && ts.isInterfaceDeclaration(declaration)) {
      return T.interfaceType(declaration, [], context.typeName(declaration));
    }
  }
  return context.sink.fatal(
    node,
    "TK1001",
    `the type \`${node.getText()}\` is not part of the kernel profile`,
  );
}

/** The array that `FixedArray<T, N>` and `fixedArray<T, N>()` mean. */
export function resolveArray(context: Context, of: ts.TypeNode, length: ts.TypeNode, env: Env): Ty {
  const count = resolveTypeArgument(context, length, env);
  if (count.kind !== "const" || count.value < 0n || count.value > 0xffff_ffffn) {
    return context.sink.fatal(
      length,
      "TK2017",
      "the length of a FixedArray is a constant below 2^32",
    );
  }
  const element = elementType(context, of, env);
  if (element.kind === "interface" || element.kind === "cfn") {
    context.sink.error(
      of,
      "TK3006",
      `the elements would be null at first; write \`${T.show(element)} | null\``,
    );
  }
  return T.array(element, Number(count.value));
}

/** What an array or slice has in a row: anything that has a size. */
export function elementType(context: Context, node: ts.TypeNode, env: Env): Ty {
  const type = resolveType(context, node, env);
  if (
    type.kind === "void" ||
    type.kind === "never" ||
    type.kind === "closure" ||
    type.kind === "const"
  ) {
    return context.sink.fatal(node, "TK1001", `\`${T.show(type)}\` cannot be an element`);
  }
  return type;
}

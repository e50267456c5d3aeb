/**
 * Evaluates expressions at compile time: `const` declarations, enum members, array lengths, case labels, conditions over
 * the configuration. An expression that is no constant gives undefined; a constant that is wrong is reported.
 */
import ts from "typescript";
import type { Context, Env } from "./context.ts";
import { EMPTY_ENV } from "./context.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { docTag } from "../frontend/tags.ts";
import { constantBinary, fit, type Const } from "./fold.ts";
import { layoutOf } from "./layout.ts";
import { resolveType, resolveTypeArgument } from "./resolve.ts";
import * as T from "./types.ts";

export type { Const } from "./fold.ts";

const active = new Set<ts.Node>();

/** The value of a constant expression, undefined where it is not constant. */
export function evaluate(context: Context, node: ts.Expression, env: Env): Const | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node)) {
    return evaluate(context, node.expression, env);
  }
  if (ts.isAsExpression(node)) {
    return ts.isConstTypeReference(node.type) ? evaluate(context, node.expression, env) : undefined;
  }
  if (ts.isNumericLiteral(node)) return numericLiteral(node);
  if (ts.isBigIntLiteral(node)) return { ty: T.untyped, value: BigInt(node.text.slice(0, -1)) };
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return { ty: T.str, value: node.text };
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { ty: T.bool, value: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { ty: T.bool, value: false };
  if (ts.isPrefixUnaryExpression(node)) return prefix(context, node, env);
  if (ts.isBinaryExpression(node)) return binary(context, node, env);
  if (ts.isConditionalExpression(node)) {
    const condition = evaluate(context, node.condition, env);
    if (typeof condition?.value !== "boolean") return undefined;
    return evaluate(context, condition.value ? node.whenTrue : node.whenFalse, env);
  }
  if (ts.isIdentifier(node)) return named(context, node, env);
  if (ts.isPropertyAccessExpression(node)) return property(context, node, env);
  if (ts.isCallExpression(node)) return call(context, node, env);
  return undefined;
}

/**
 * Digits with separators, hexadecimal, binary or octal: exact, not through a double. What tsc has reported as no number
 * (`0b`) is not a number here.
 */
function numericLiteral(node: ts.NumericLiteral): Const {
  const text = node.getText().replaceAll("_", "");
  const isInteger = /^(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/.test(text);
  if (isInteger) return { ty: T.untyped, value: BigInt(text) };
  return { ty: T.untypedFloat, value: Number(text) };
}

function prefix(context: Context, node: ts.PrefixUnaryExpression, env: Env): Const | undefined {
  const operand = evaluate(context, node.operand, env);
  if (operand === undefined) return undefined;
  const { ty, value } = operand;
  if (node.operator === ts.SyntaxKind.ExclamationToken) {
    return typeof value === "boolean" ? { ty, value: !value } : undefined;
  }
  if (typeof value === "number" && node.operator === ts.SyntaxKind.MinusToken)
    return { ty, value: -value };
  if (typeof value !== "bigint") return undefined;
  if (node.operator === ts.SyntaxKind.MinusToken) return fit(context, node, ty, -value);
  if (node.operator === ts.SyntaxKind.TildeToken) {
    if (ty.kind === "int" && !ty.signed) return { ty, value: BigInt.asUintN(ty.bits, ~value) };
    return { ty, value: ~value, complement: true };
  }
  return undefined;
}

function binary(context: Context, node: ts.BinaryExpression, env: Env): Const | undefined {
  const kind = node.operatorToken.kind;
  const left = evaluate(context, node.left, env);
  if (left === undefined) return undefined;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken && left.value === false) return left;
  if (kind === ts.SyntaxKind.BarBarToken && left.value === true) return left;
  const right = evaluate(context, node.right, env);
  return right === undefined ? undefined : constantBinary(context, node, left, right);
}

function named(context: Context, node: ts.Identifier, env: Env): Const | undefined {
  const declaration = context.declarationOf(node);
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return undefined;
  return declaredConstant(context, declaration, env);
}

/** The value of a `const` variable whose initialiser is constant. */
export function declaredConstant(
  context: Context,
  declaration: ts.VariableDeclaration,
  env: Env,
): Const | undefined {
  if ((declaration.parent.flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const)
    return undefined;
  if (declaration.initializer === undefined || !ts.isIdentifier(declaration.name)) return undefined;
  if (docTag(declaration, "export") !== undefined) return undefined;
  const scope = ts.isSourceFile(declaration.parent.parent.parent) ? EMPTY_ENV : env;
  return guarded(context, declaration, declaration.initializer, declaration.type, scope);
}

function guarded(
  context: Context,
  key: ts.Node,
  initializer: ts.Expression,
  annotation: ts.TypeNode | undefined,
  env: Env,
): Const | undefined {
  if (active.has(key)) return undefined;
  active.add(key);
  try {
    const value = evaluate(context, initializer, env);
    if (value === undefined || annotation === undefined) return value;
    const ty = resolveType(context, annotation, env);
    if (value.ty === ty) return value;
    if (typeof value.value === "bigint" && (value.ty === T.untyped || T.widens(value.ty, ty))) {
      return ty.kind === "int"
        ? fit(context, initializer, ty, value.value, value.complement)
        : undefined;
    }
    if (ty.kind === "float" && value.ty.kind === "untypedFloat") return { ty, value: value.value };
    if (ty.kind === "float" && value.ty === T.untyped) return { ty, value: Number(value.value) };
    return undefined;
  } finally {
    active.delete(key);
  }
}

function property(
  context: Context,
  node: ts.PropertyAccessExpression,
  env: Env,
): Const | undefined {
  const owner = ts.isIdentifier(node.expression)
    ? context.declarationOf(node.expression)
    : undefined;
  if (owner === undefined) return undefined;
  if (ts.isEnumDeclaration(owner)) return enumMember(context, owner, node.name.text);
  if (ts.isVariableDeclaration(owner)) {
    if (isConfig(context, owner)) return configured(context, node);
    return constantObject(context, owner, node.name.text, env);
  }
  if (ts.isClassDeclaration(owner)) {
    const member = owner.members.find(
      (m) => m.name !== undefined && m.name.getText() === node.name.text,
    );
    if (
      member === undefined ||
      !ts.isPropertyDeclaration(member) ||
      member.initializer === undefined
    )
      return undefined;
    const flags = ts.getCombinedModifierFlags(member);
    const fixed = ts.ModifierFlags.Static | ts.ModifierFlags.Readonly;
    if ((flags & fixed) !== fixed) return undefined;
    return guarded(context, member, member.initializer, member.type, EMPTY_ENV);
  }
  return undefined;
}

/** `const Flags = { A: 1, B: 2 } as const`. */
function constantObject(
  context: Context,
  owner: ts.VariableDeclaration,
  name: string,
  env: Env,
): Const | undefined {
  let value = owner.initializer;
  while (value !== undefined && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value))) {
    value = value.expression;
  }
  if (value === undefined || !ts.isObjectLiteralExpression(value)) return undefined;
  const member = value.properties.find((p) => p.name?.getText() === name);
  if (member === undefined || !ts.isPropertyAssignment(member)) return undefined;
  return guarded(context, member, member.initializer, undefined, env);
}

/** Whether this is the `config` of @typekraft/config. */
export function isConfig(context: Context, declaration: ts.VariableDeclaration): boolean {
  return (
    declaration.name.getText() === "config" &&
    context.packageOf(declaration) === "@typekraft/config"
  );
}

function configured(context: Context, node: ts.PropertyAccessExpression): Const | undefined {
  const name = node.name.text;
  const value = context.options.config.get(name);
  const declaration = context.checker.getSymbolAtLocation(node.name)?.valueDeclaration;
  if (value === undefined || declaration === undefined || !ts.isPropertySignature(declaration)) {
    const hint = didYouMean(name, context.options.config.keys());
    context.sink.error(node, "TK4003", `the configuration has no value for ${name}${hint}`);
    return afterError(context, declaration);
  }
  if (declaration.type === undefined) return undefined;
  const ty = resolveType(context, declaration.type, EMPTY_ENV);
  if (typeof value === "boolean" && ty === T.bool) return { ty, value };
  if (typeof value === "string" && ty === T.str) return { ty, value };
  if (typeof value === "bigint" && ty.kind === "int") return fit(context, node, ty, value);
  context.sink.error(
    node,
    "TK4003",
    `${name} is declared as ${T.show(ty)} but configured as ${String(value)}`,
  );
  return afterError(context, declaration);
}

/** Stands for an option whose error has been reported, so that its use is not reported as well. */
function afterError(context: Context, option: ts.Declaration | undefined): Const | undefined {
  if (option === undefined || !ts.isPropertySignature(option) || option.type === undefined)
    return undefined;
  const ty = resolveType(context, option.type, EMPTY_ENV);
  if (ty === T.bool) return { ty, value: false };
  if (ty === T.str) return { ty, value: "" };
  return ty.kind === "int" ? { ty, value: 0n } : undefined;
}

/** The value of an enum member by name. */
export function enumMember(
  context: Context,
  declaration: ts.EnumDeclaration,
  name: string,
): Const | undefined {
  const value = enumValues(context, declaration).get(name);
  return value === undefined
    ? undefined
    : { ty: T.enumType(declaration, context.typeName(declaration)), value };
}

/** Enums whose members are being evaluated, with what is known so far: `B = E.A` may name those before it. */
const enumsInWork = new Map<ts.EnumDeclaration, Map<string, bigint>>();

/** All members with their values, in order. */
export function enumValues(context: Context, declaration: ts.EnumDeclaration): Map<string, bigint> {
  const known = enumsInWork.get(declaration);
  if (known !== undefined) return known;
  const values = new Map<string, bigint>();
  enumsInWork.set(declaration, values);
  try {
    evaluateMembers(context, declaration, values);
  } finally {
    enumsInWork.delete(declaration);
  }
  return values;
}

function evaluateMembers(
  context: Context,
  declaration: ts.EnumDeclaration,
  values: Map<string, bigint>,
): void {
  let next = 0n;
  for (const member of declaration.members) {
    let value: bigint | undefined = next;
    if (member.initializer !== undefined) {
      const sibling = ts.isIdentifier(member.initializer)
        ? values.get(member.initializer.text)
        : undefined;
      const found = sibling ?? evaluate(context, member.initializer, EMPTY_ENV)?.value;
      value = typeof found === "bigint" ? found : undefined;
    }
    if (value === undefined || value < 0n || value > 0xffff_ffffn) {
      context.sink.error(
        member,
        "TK2016",
        `the value of ${member.name.getText()} is not an integer constant from 0 to 2^32 - 1`,
      );
      value = next;
    }
    values.set(member.name.getText(), value);
    next = value + 1n;
  }
}

function call(context: Context, node: ts.CallExpression, env: Env): Const | undefined {
  if (!ts.isIdentifier(node.expression)) return undefined;
  const declaration = context.declarationOf(node.expression);
  if (declaration === undefined || !context.inPrelude(declaration)) return undefined;
  const name = node.expression.text;
  const [typeArgument] = node.typeArguments ?? [];
  if (
    typeArgument !== undefined &&
    (name === "sizeof" || name === "alignof" || name === "valueOf")
  ) {
    const type = resolveTypeArgument(context, typeArgument, env);
    if (name === "valueOf")
      return type.kind === "const" ? { ty: T.usize, value: type.value } : undefined;
    const layout = layoutOf(context, type, typeArgument);
    return { ty: T.usize, value: BigInt(name === "sizeof" ? layout.size : layout.align) };
  }
  const [argument] = node.arguments;
  if (argument === undefined || node.arguments.length !== 1) return undefined;
  const value = evaluate(context, argument, env);
  return value === undefined ? undefined : converted(context, node, name, value);
}

function converted(
  context: Context,
  node: ts.CallExpression,
  name: string,
  value: Const,
): Const | undefined {
  const target = conversionTarget(name);
  if (target === undefined) return undefined;
  const number = typeof value.value === "boolean" ? BigInt(value.value) : value.value;
  if (typeof number === "bigint" && target.kind === "int") {
    if (value.ty === T.untyped) return fit(context, node, target, number, value.complement);
    return {
      ty: target,
      value: target.signed
        ? BigInt.asIntN(target.bits, number)
        : BigInt.asUintN(target.bits, number),
    };
  }
  if (target.kind === "float" && typeof number !== "string")
    return { ty: target, value: Number(number) };
  if (typeof number === "bigint" && target.kind === "address") {
    return { ty: target, value: BigInt.asUintN(64, number) };
  }
  if (typeof number === "bigint" && target.kind === "order") {
    const fitted = fit(
      context,
      node,
      target.bits === 16 ? T.u16 : target.bits === 32 ? T.u32 : T.u64,
      number,
    );
    if (typeof fitted?.value !== "bigint") return undefined;
    return { ty: target, value: target.big ? swap(fitted.value, target.bits) : fitted.value };
  }
  return undefined;
}

/** The type that a conversion function of the prelude converts to. */
export function conversionTarget(name: string): T.Ty | undefined {
  switch (name) {
    case "virt":
      return T.virtAddr;
    case "phys":
      return T.physAddr;
    case "dma":
      return T.dmaAddr;
    case "htons":
      return T.orderType("be16");
    case "htonl":
      return T.orderType("be32");
    case "htonll":
      return T.orderType("be64");
    case "toLe16":
    case "toLe32":
    case "toLe64":
      return T.orderType(name.slice(2).toLowerCase() as T.OrderName);
  }
  const type = T.preludeTypes.get(name);
  return type?.kind === "int" || type?.kind === "float" ? type : undefined;
}

function swap(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let i = 0; i < bits; i += 8) result = (result << 8n) | ((value >> BigInt(i)) & 0xffn);
  return result;
}

/** What a class declaration means under given type arguments: its fields, members, decorators and base class. */
import ts from "typescript";
import { Abandon } from "../diagnostics/sink.ts";
import type { Context, Env } from "./context.ts";
import { evaluate } from "./constants.ts";
import {
  elementType,
  resolveArray,
  resolveStorable,
  resolveTypeArgument,
  typeParameters,
} from "./resolve.ts";
import * as T from "./types.ts";
import type { ClassTy, Ty } from "./types.ts";

/** A field as it is declared. */
export interface FieldInfo {
  readonly name: string;
  readonly ty: Ty;
  /** The object or array is inside, not behind a pointer. */
  readonly embedded: boolean;
  readonly readonly: boolean;
  readonly declaration: ts.PropertyDeclaration | ts.ParameterDeclaration;
  /** Runs in the constructor; parameter properties have none. */
  readonly initializer: ts.Expression | undefined;
  /** From `@offset`. */
  readonly offset: number | undefined;
}

/** What a class declares, its bases' included. */
export interface ClassInfo {
  readonly type: ClassTy;
  readonly env: Env;
  readonly structId: string;
  readonly base: ClassInfo | undefined;
  /** Own fields, in order; the base's come before them. */
  readonly fields: readonly FieldInfo[];
  readonly construct: ts.ConstructorDeclaration | undefined;
  readonly packed: boolean;
  readonly union: boolean;
  readonly mmio: boolean;
  readonly align: number | undefined;
}

/** What this class declares; worked out once. */
export function classInfo(context: Context, type: ClassTy): ClassInfo {
  const known = context.classes.get(type);
  if (known !== undefined) return known;
  const { declaration } = type;
  if (T.nesting(type) > T.MAX_NESTING) {
    return context.sink.fatal(
      declaration,
      "TK2012",
      `the type arguments nest deeper than ${String(T.MAX_NESTING)}: the class contains ever new types of itself`,
    );
  }
  const env = new Map<ts.Node, Ty>();
  typeParameters(declaration).forEach((p, i) => {
    const arg = type.args[i];
    if (arg !== undefined) env.set(p, arg);
  });
  const info: ClassInfo = {
    type,
    env,
    structId: context.identifier(declaration, T.show(type)),
    base: baseOf(context, declaration, env),
    fields: fieldsOf(context, declaration, env),
    construct: declaration.members.find(
      (m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined,
    ),
    packed: decorator(context, declaration, "packed") !== undefined,
    union: decorator(context, declaration, "union") !== undefined,
    mmio: decorator(context, declaration, "mmio") !== undefined,
    align: decorator(context, declaration, "align"),
  };
  context.classes.set(type, info);
  rejectOverrides(context, info);
  rejectPunning(context, info);
  return info;
}

/** The decorator's argument, 0 for one without; undefined where it is absent. */
function decorator(context: Context, node: ts.HasDecorators, name: string): number | undefined {
  for (const d of ts.getDecorators(node) ?? []) {
    const call = ts.isCallExpression(d.expression) ? d.expression : undefined;
    const id = call?.expression ?? d.expression;
    if (!ts.isIdentifier(id) || id.text !== name) continue;
    const [argument] = call?.arguments ?? [];
    const value = argument && evaluate(context, argument, new Map());
    return typeof value?.value === "bigint" ? Number(value.value) : 0;
  }
  return undefined;
}

/** Classes whose bases are being looked up: one that comes again extends itself. */
const lookingUp = new Set<ts.ClassDeclaration>();

function baseOf(
  context: Context,
  declaration: ts.ClassDeclaration,
  env: Env,
): ClassInfo | undefined {
  const clause = declaration.heritageClauses?.find((c) => c.token === ts.SyntaxKind.ExtendsKeyword);
  const [expression] = clause?.types ?? [];
  if (expression === undefined) return undefined;
  const base = context.declarationOf(expression.expression);
  if (base === undefined || !ts.isClassDeclaration(base)) {
    return context.sink.fatal(expression, "TK1001", "only a class can be extended");
  }
  const args = expression.typeArguments?.map((a) => resolveTypeArgument(context, a, env)) ?? [];
  if (lookingUp.has(declaration)) {
    return context.sink.fatal(expression, "TK3004", "a class cannot extend itself");
  }
  lookingUp.add(declaration);
  try {
    return classInfo(context, T.classType(base, args, context.typeName(base)));
  } finally {
    lookingUp.delete(declaration);
  }
}

function fieldsOf(context: Context, declaration: ts.ClassDeclaration, env: Env): FieldInfo[] {
  const fields: FieldInfo[] = [];
  for (const member of declaration.members) {
    if (ts.isPropertyDeclaration(member) && !isStatic(member)) {
      try {
        fields.push(fieldOf(context, member, env));
      } catch (error) {
        // The other fields, and what uses them, are still worth checking.
        if (!(error instanceof Abandon)) throw error;
      }
    } else if (ts.isConstructorDeclaration(member) && member.body !== undefined) {
      for (const p of member.parameters) {
        if (!ts.isParameterPropertyDeclaration(p, member)) continue;
        const ty = p.type && resolveStorable(context, p.type, env);
        if (ty === undefined)
          context.sink.fatal(p, "TK1002", "write the type of the parameter property");
        rejectClosure(context, p, ty);
        fields.push({
          name: p.name.getText(),
          ty,
          embedded: false,
          readonly: isReadonly(p),
          declaration: p,
          initializer: undefined,
          offset: undefined,
        });
      }
    } else if (ts.isIndexSignatureDeclaration(member) || ts.isClassStaticBlockDeclaration(member)) {
      context.sink.error(
        member,
        "TK1001",
        "index signatures and static blocks are not part of the kernel profile",
      );
    }
  }
  return fields;
}

function fieldOf(context: Context, member: ts.PropertyDeclaration, env: Env): FieldInfo {
  if (member.questionToken !== undefined) {
    context.sink.error(
      member,
      "TK1009",
      "an optional field has no layout; use `T | null` or a flag",
    );
  }
  const { initializer } = member;
  const fresh = initializer !== undefined && isNew(initializer);
  const ty =
    member.type !== undefined
      ? resolveStorable(context, member.type, env)
      : typeOfInitializer(context, initializer, member, env);
  rejectClosure(context, member, ty);
  if (fresh && ty.kind !== "class") {
    context.sink.error(
      member,
      "TK3001",
      "`new` in a field embeds the object: the field's type must be its class",
    );
  }
  const isReference = ty.kind === "class" || ty.kind === "interface" || ty.kind === "cfn";
  if (member.exclamationToken !== undefined && isReference) {
    context.sink.error(
      member,
      "TK3006",
      `\`${member.name.getText()}!\` would be null at first; set it in the constructor, or declare it \`${T.show(ty)} | null\``,
    );
  }
  return {
    name: member.name.getText(),
    ty,
    embedded: ty.kind === "array" || (fresh && ty.kind === "class"),
    readonly: isReadonly(member),
    declaration: member,
    initializer,
    offset: decorator(context, member, "offset"),
  };
}

function rejectClosure(context: Context, node: ts.Node, ty: Ty): void {
  if (ty.kind === "closure") {
    context.sink.error(
      node,
      "TK3002",
      "a field cannot hold a closure, which lives on the stack; use CFn<F>",
    );
  }
}

const isNew = (node: ts.Expression): boolean =>
  ts.isNewExpression(ts.isParenthesizedExpression(node) ? node.expression : node);

export const isStatic = (node: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;

const isReadonly = (node: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) !== 0;

/** The type of a field or global without annotation: constants, `new C()`, `fixedArray<T, N>()`. */
export function typeOfInitializer(
  context: Context,
  initializer: ts.Expression | undefined,
  node: ts.Declaration,
  env: Env,
): Ty {
  if (initializer !== undefined) {
    const constant = evaluate(context, initializer, env);
    if (constant !== undefined) {
      if (constant.ty === T.untyped) return T.usize;
      return constant.ty === T.untypedFloat ? T.f64 : constant.ty;
    }
    const created = createdType(context, initializer, env);
    if (created !== undefined) return created;
  }
  return context.sink.fatal(
    node,
    "TK1002",
    `write the type of \`${(node as ts.NamedDeclaration).name?.getText() ?? ""}\``,
  );
}

/** The type that `new C<A>()` or `fixedArray<T, N>()` or `sliceOf<T>()` makes, where its type arguments are written. */
export function createdType(context: Context, node: ts.Expression, env: Env): Ty | undefined {
  if (ts.isNewExpression(node)) {
    const declaration = context.declarationOf(node.expression);
    if (declaration === undefined || !ts.isClassDeclaration(declaration)) return undefined;
    const args = node.typeArguments?.map((a) => resolveTypeArgument(context, a, env)) ?? [];
    if (args.length < typeParameters(declaration).filter((p) => p.default === undefined).length)
      return undefined;
    return T.classType(declaration, args, context.typeName(declaration));
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const [first, second] = node.typeArguments ?? [];
    if (node.expression.text === "sliceOf" && first !== undefined) {
      return T.slice(elementType(context, first, env));
    }
    if (node.expression.text === "fixedArray" && first !== undefined && second !== undefined) {
      return resolveArray(context, first, second, env);
    }
  }
  return undefined;
}

export type Member =
  | { readonly kind: "field"; readonly field: FieldInfo; readonly owner: ClassInfo }
  | {
      readonly kind: "method";
      readonly declaration: ts.MethodDeclaration;
      readonly owner: ClassInfo;
    }
  | {
      readonly kind: "accessor";
      readonly getter: ts.GetAccessorDeclaration | undefined;
      readonly setter: ts.SetAccessorDeclaration | undefined;
      readonly owner: ClassInfo;
    };

/** The instance member of this name (as written: `#private`, `[Symbol.dispose]`), own or inherited. */
export function findMember(info: ClassInfo, name: string): Member | undefined {
  for (let owner: ClassInfo | undefined = info; owner !== undefined; owner = owner.base) {
    const field = owner.fields.find((f) => f.name === name);
    if (field !== undefined) return { kind: "field", field, owner };
    const members: readonly ts.ClassElement[] = owner.type.declaration.members.filter(
      (m) => m.name !== undefined && m.name.getText() === name && !isStatic(m),
    );
    const method = members.find((m): m is ts.MethodDeclaration => ts.isMethodDeclaration(m));
    if (method !== undefined) return { kind: "method", declaration: method, owner };
    const getter = members.find((m): m is ts.GetAccessorDeclaration =>
      ts.isGetAccessorDeclaration(m),
    );
    const setter = members.find((m): m is ts.SetAccessorDeclaration =>
      ts.isSetAccessorDeclaration(m),
    );
    if (getter !== undefined || setter !== undefined)
      return { kind: "accessor", getter, setter, owner };
  }
  return undefined;
}

/** The names of all instance members, own and inherited. */
export function memberNames(info: ClassInfo): string[] {
  const names: string[] = [];
  for (let owner: ClassInfo | undefined = info; owner !== undefined; owner = owner.base) {
    names.push(...owner.fields.map((f) => f.name));
    for (const m of owner.type.declaration.members)
      if (m.name !== undefined && !isStatic(m)) names.push(m.name.getText());
  }
  return names;
}

/**
 * Whether any bytes make a valid value: integers, addresses, floats, byte orders, and packed classes and arrays of them.
 * A boolean other than 0 and 1, or a pointer from nowhere, is none.
 */
export function isPlainData(context: Context, ty: Ty): boolean {
  switch (ty.kind) {
    case "int":
    case "address":
    case "order":
    case "float":
    case "enum":
      return true;
    case "array":
      return isPlainData(context, ty.of);
    case "class": {
      const info = classInfo(context, ty);
      return info.base === undefined && info.fields.every((f) => isPlainField(context, f));
    }
    default:
      return false;
  }
}

/** A class-typed field that is not embedded is a pointer. */
const isPlainField = (context: Context, f: FieldInfo): boolean =>
  (f.embedded || f.ty.kind !== "class") && isPlainData(context, f.ty);

/** Rejects in a @union what could get any bits through the other fields but is not valid with every one. */
function rejectPunning(context: Context, info: ClassInfo): void {
  if (!info.union || context.isUnsafe(info.type.declaration)) return;
  for (const f of info.fields) {
    if (isPlainField(context, f)) continue;
    context.sink.error(
      f.declaration,
      "TK3007",
      `a @union holds integers and plain data; \`${f.name}\` of type ${T.show(f.ty)} could get any bits through the other fields`,
    );
  }
}

/**
 * The class whose instance a method runs on: the methods of abstract classes are lowered once for each class that
 * inherits them, so that what they call on `this` is known.
 */
export const receiverClass = (owner: ClassInfo, receiver: ClassTy): ClassTy =>
  T.isAbstract(owner.type) ? receiver : owner.type;

/** Only what an abstract class declares can be overridden: calls on other classes are direct. */
function rejectOverrides(context: Context, info: ClassInfo): void {
  const { base } = info;
  if (base === undefined || T.isAbstract(base.type)) return;
  for (const m of info.type.declaration.members) {
    if (m.name === undefined || isStatic(m) || ts.isPropertyDeclaration(m)) continue;
    if (findMember(base, m.name.getText()) !== undefined) {
      context.sink.error(
        m,
        "TK2021",
        `${m.name.getText()} overrides a member of ${T.show(base.type)}, which is not abstract`,
      );
    }
  }
}

/** The interfaces that a class says it implements, with their bases. */
export function implementedInterfaces(context: Context, info: ClassInfo): Ty[] {
  const found: Ty[] = [];
  for (let owner: ClassInfo | undefined = info; owner !== undefined; owner = owner.base) {
    for (const clause of owner.type.declaration.heritageClauses ?? []) {
      if (clause.token !== ts.SyntaxKind.ImplementsKeyword) continue;
      for (const type of clause.types) addInterface(context, type, owner.env, found);
    }
  }
  return found;
}

function addInterface(
  context: Context,
  type: ts.ExpressionWithTypeArguments,
  env: Env,
  found: Ty[],
): void {
  const declaration = context.declarationOf(type.expression);
  if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) return;
  const args = type.typeArguments?.map((a) => resolveTypeArgument(context, a, env)) ?? [];
  const ty = T.interfaceType(declaration, args, context.typeName(declaration));
  if (found.includes(ty)) return;
  found.push(ty);
  const inner = interfaceEnv(ty);
  for (const clause of declaration.heritageClauses ?? []) {
    for (const base of clause.types) addInterface(context, base, inner, found);
  }
}

/** The environment in which an interface's member types are resolved. */
export function interfaceEnv(type: T.InterfaceTy): Env {
  const env = new Map<ts.Node, Ty>();
  typeParameters(type.declaration).forEach((p, i) => {
    const arg = type.args[i];
    if (arg !== undefined) env.set(p, arg);
  });
  return env;
}

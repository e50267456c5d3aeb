/**
 * Discriminated unions: `{ kind: "ok"; value: u32 } | { kind: "err"; code: u32 }`. A value is a tag and the fields of one
 * variant; variants share their storage.
 */
import ts from "typescript";
import type * as ir from "../ir/ir.ts";
import { U32 } from "../ir/build.ts";
import type { Context, Env } from "./context.ts";
import { layoutOfIr, valueType } from "./layout.ts";
import { resolveStorable } from "./resolve.ts";
import * as T from "./types.ts";
import type { UnionTy, UnionVariant } from "./types.ts";

/** The union that these members make; undefined where they have no common property of string-literal types. */
export function resolveVariants(
  context: Context,
  node: ts.Node,
  members: readonly ts.TypeNode[],
  env: Env,
): UnionTy | undefined {
  const literals = members.map((m) => literalOf(context, m));
  const shapes = literals.flatMap((l) => l ?? []);
  if (shapes.length !== members.length || shapes.length < 2) return undefined;
  const discriminant = shapes[0]?.members.find((m) => tagOf(m) !== undefined)?.name?.getText();
  if (discriminant === undefined) return undefined;
  const variants: UnionVariant[] = [];
  for (const shape of shapes) {
    const tag = shape.members.find((m) => m.name?.getText() === discriminant);
    const text = tag === undefined ? undefined : tagOf(tag);
    if (text === undefined || variants.some((v) => v.tag === text)) {
      return context.sink.fatal(
        node,
        "TK1009",
        `each variant needs its own text as \`${discriminant}\``,
      );
    }
    variants.push({ tag: text, fields: fieldsOf(context, shape, discriminant, env) });
  }
  return T.union(discriminant, variants);
}

/** The `{ … }` that the type is, by its name or itself; `seen` are the aliases on the way, which may go in circles. */
function literalOf(
  context: Context,
  node: ts.TypeNode,
  seen: readonly ts.Node[] = [],
): ts.TypeLiteralNode | undefined {
  if (ts.isTypeLiteralNode(node)) return node;
  if (ts.isParenthesizedTypeNode(node)) return literalOf(context, node.type, seen);
  if (!ts.isTypeReferenceNode(node) || node.typeArguments !== undefined) return undefined;
  const declaration = context.declarationOf(node.typeName);
  if (
    declaration === undefined ||
    !ts.isTypeAliasDeclaration(declaration) ||
    declaration.typeParameters !== undefined ||
    seen.includes(declaration)
  )
    return undefined;
  return literalOf(context, declaration.type, [...seen, declaration]);
}

function tagOf(member: ts.TypeElement): string | undefined {
  if (
    !ts.isPropertySignature(member) ||
    member.type === undefined ||
    !ts.isLiteralTypeNode(member.type)
  )
    return undefined;
  return ts.isStringLiteral(member.type.literal) ? member.type.literal.text : undefined;
}

function fieldsOf(
  context: Context,
  shape: ts.TypeLiteralNode,
  discriminant: string,
  env: Env,
): UnionVariant["fields"] {
  return shape.members.flatMap((m) => {
    const name = m.name?.getText();
    if (name === discriminant || name === undefined) return [];
    if (!ts.isPropertySignature(m) || m.type === undefined || m.questionToken !== undefined) {
      return context.sink.fatal(m, "TK1009", "a variant has only plain fields with their types");
    }
    const ty = resolveStorable(context, m.type, env);
    if (ty.kind === "closure" || ty.kind === "array") {
      return context.sink.fatal(m, "TK1009", `a variant cannot hold a ${T.show(ty)}`);
    }
    return [{ name, ty }];
  });
}

/** The structs that hold a discriminated union. */
export interface UnionStructs {
  /** `{ tag, payload }`. */
  readonly whole: ir.StructId;
  /** The variants at one place. */
  readonly payload: ir.StructId;
  /** The fields of each variant, in the union's order. */
  readonly variants: readonly ir.StructId[];
}

const structs = new WeakMap<Context, Map<UnionTy, UnionStructs>>();

/** The structs behind a union, made when it is first used. */
export function unionStructs(context: Context, ty: UnionTy): UnionStructs {
  const known = structs.get(context)?.get(ty);
  if (known !== undefined) return known;
  const name = context.unique(
    `union_${ty.variants.map((v) => v.tag.replace(/\W+/g, "_")).join("_")}`.slice(0, 80),
  );
  const result: UnionStructs = {
    whole: name,
    payload: context.unique(`${name}_payload`),
    variants: ty.variants.map((_, i) => context.unique(`${name}_${String(i)}`)),
  };
  const map = structs.get(context) ?? new Map<UnionTy, UnionStructs>();
  map.set(ty, result);
  structs.set(context, map);
  ty.variants.forEach((v, i) => {
    define(
      context,
      result.variants[i] ?? name,
      v.tag,
      v.fields.map((f) => [f.name, valueType(context, f.ty)]),
      false,
    );
  });
  const cases = result.variants.map((id, i): [string, ir.Type] => [
    `v${String(i)}`,
    { kind: "struct", struct: id },
  ]);
  define(context, result.payload, "variants", cases, true);
  define(
    context,
    result.whole,
    T.show(ty),
    [
      ["tag", U32],
      ["payload", { kind: "struct", struct: result.payload }],
    ],
    false,
  );
  return result;
}

function define(
  context: Context,
  id: ir.StructId,
  source: string,
  members: readonly (readonly [string, ir.Type])[],
  union: boolean,
): void {
  let end = 0;
  let align = 1;
  const fields = members.map(([name, type]): ir.Field => {
    const l = layoutOfIr(context, type);
    const offset = union ? 0 : Math.ceil(end / l.align) * l.align;
    end = Math.max(end, offset + l.size);
    align = Math.max(align, l.align);
    return { name, type, offset };
  });
  const size = Math.ceil(end / align) * align;
  context.program.structs.set(id, {
    id,
    source,
    package: "",
    fields,
    size,
    align,
    packed: false,
    union,
  });
}

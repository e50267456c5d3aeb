/** Lowers discriminated unions: object literals that make them, the tag, and the fields of the variant that tsc knows. */
import ts from "typescript";
import { didYouMean } from "../diagnostics/suggest.ts";
import { BOOL, intValue, localValue, pointerTo, U32 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { valueType } from "../sema/layout.ts";
import * as T from "../sema/types.ts";
import type { UnionTy } from "../sema/types.ts";
import { unionStructs } from "../sema/unions.ts";
import type { Body, Value } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";

/** `{ kind: "ok", value: x }` where a union is expected. */
export function makeUnion(
  l: Lowerer,
  body: Body,
  node: ts.ObjectLiteralExpression,
  ty: UnionTy,
): Value {
  const given = new Map<string, ts.Expression>();
  for (const p of node.properties) {
    if (ts.isPropertyAssignment(p)) given.set(p.name.getText(), p.initializer);
    else if (ts.isShorthandPropertyAssignment(p)) given.set(p.name.text, p.name);
    else l.context.sink.fatal(p, "TK1001", "write each field as `name: value`");
  }
  const tag = given.get(ty.discriminant);
  const index = ty.variants.findIndex(
    (v) => tag !== undefined && ts.isStringLiteral(tag) && v.tag === tag.text,
  );
  const variant = ty.variants[index];
  if (variant === undefined) {
    return l.context.sink.fatal(
      node,
      "TK2014",
      `\`${ty.discriminant}\` is one of ${ty.variants.map((v) => `"${v.tag}"`).join(", ")}, written as text`,
    );
  }
  const values = body.inOrder<{ expr: ir.Expr; name: string }>(
    [...given].flatMap(([name, expression]) => {
      if (name === ty.discriminant) return [];
      const field = variant.fields.find((f) => f.name === name);
      if (field === undefined)
        return l.context.sink.fatal(
          expression,
          "TK2014",
          `the variant "${variant.tag}" has no field ${name}` +
            didYouMean(
              name,
              variant.fields.map((f) => f.name),
            ),
        );
      return [
        () => ({
          name,
          expr: coerce(
            l,
            body,
            lowerExpression(l, body, expression, field.ty),
            field.ty,
            expression,
          ),
        }),
      ];
    }),
  );
  const missing = variant.fields.find((f) => !given.has(f.name));
  if (missing !== undefined)
    l.context.sink.fatal(node, "TK2013", `the variant "${variant.tag}" needs ${missing.name}`);
  const ids = unionStructs(l.context, ty);
  const local = body.newLocal("union", { kind: "struct", struct: ids.whole }, false);
  body.stable.add(local.id);
  const base: ir.Expr = { op: "localAddress", type: pointerTo(local.type), local: local.id };
  body.emit({ op: "zero", to: base });
  const field = (of: ir.Expr, struct: ir.StructId, name: string, type: ir.Type): ir.Expr => ({
    op: "fieldAddress",
    type: pointerTo(type),
    base: of,
    struct,
    field: name,
  });
  body.emit({ op: "store", to: field(base, ids.whole, "tag", U32), value: intValue(U32, index) });
  const payload = field(base, ids.whole, "payload", { kind: "struct", struct: ids.payload });
  const own = ids.variants[index] ?? "";
  const at = field(payload, ids.payload, `v${String(index)}`, { kind: "struct", struct: own });
  for (const v of values)
    body.emit({ op: "store", to: field(at, own, v.name, v.expr.type), value: v.expr });
  return { ty, expr: localValue(local) };
}

/** `x.kind`, or a field of the variants that `x` can be at this point. */
export function unionProperty(
  l: Lowerer,
  body: Body,
  receiver: Value,
  ty: UnionTy,
  node: ts.PropertyAccessExpression,
): Value {
  const ids = unionStructs(l.context, ty);
  const name = node.name.text;
  const base = body.keep(receiver.expr);
  const tag: ir.Expr = { op: "member", type: U32, base, struct: ids.whole, field: "tag" };
  if (name === ty.discriminant) return { ty: T.tagOf(ty), expr: tag };
  const possible = possibleVariants(l, ty, node.expression);
  const found = possible.flatMap((index) => {
    const field = ty.variants[index]?.fields.find((f) => f.name === name);
    return field === undefined ? [] : [{ index, ty: field.ty }];
  });
  const [first] = found;
  if (
    first === undefined ||
    found.length !== possible.length ||
    found.some((f) => f.ty !== first.ty)
  ) {
    return l.context.sink.fatal(
      node,
      "TK2014",
      `not every variant that \`${node.expression.getText()}\` can be here has a field ${name} of one type`,
    );
  }
  checkTag(body, tag, possible, ty);
  const type = valueType(l.context, first.ty);
  const read = (index: number): ir.Expr => {
    const payload: ir.Expr = {
      op: "member",
      type: { kind: "struct", struct: ids.payload },
      base,
      struct: ids.whole,
      field: "payload",
    };
    const own = ids.variants[index] ?? "";
    const at: ir.Expr = {
      op: "member",
      type: { kind: "struct", struct: own },
      base: payload,
      struct: ids.payload,
      field: `v${String(index)}`,
    };
    return { op: "member", type, base: at, struct: own, field: name };
  };
  const expr = found.slice(1).reduce<ir.Expr>(
    (rest, f) => ({
      op: "select",
      type,
      condition: isTag(tag, f.index),
      then: read(f.index),
      else: rest,
    }),
    read(first.index),
  );
  return { ty: first.ty, expr };
}

const isTag = (tag: ir.Expr, index: number): ir.Expr => ({
  op: "binary",
  type: BOOL,
  operator: "eq",
  left: tag,
  right: intValue(U32, index),
});

/** The variants that tsc's flow analysis leaves; a write that it does not see is caught by the check of the tag. */
function possibleVariants(l: Lowerer, ty: UnionTy, node: ts.Expression): number[] {
  const flow = l.context.checker.getTypeAtLocation(node);
  const parts = flow.isUnion() ? flow.types : [flow];
  const tags = parts.flatMap((p) => {
    const property = p.getProperty(ty.discriminant);
    const type = property && l.context.checker.getTypeOfSymbol(property);
    return type?.isStringLiteral() === true ? [type.value] : [];
  });
  return ty.variants.flatMap((v, i) => (tags.includes(v.tag) ? [i] : []));
}

function checkTag(body: Body, tag: ir.Expr, possible: readonly number[], ty: UnionTy): void {
  if (possible.length === ty.variants.length) return;
  const condition = possible
    .map((i) => isTag(tag, i))
    .reduce((a, b): ir.Expr => ({ op: "orElse", type: BOOL, left: a, right: b }));
  const names = possible.map((i) => `"${ty.variants[i]?.tag ?? ""}"`).join(" or ");
  body.emit({
    op: "check",
    kind: "enum",
    condition,
    message: `the ${ty.discriminant} of the union is no longer ${names}`,
  });
}

/** The number behind a tag's text, for comparisons and case labels. */
export function tagIndex(l: Lowerer, ty: T.TagTy, text: string, node: ts.Node): ir.Expr {
  const index = ty.union.variants.findIndex((v) => v.tag === text);
  if (index < 0)
    l.context.sink.error(
      node,
      "TK2014",
      `no variant has the ${ty.union.discriminant} "${text}"` +
        didYouMean(
          text,
          ty.union.variants.map((v) => v.tag),
        ),
    );
  return intValue(U32, Math.max(0, index));
}

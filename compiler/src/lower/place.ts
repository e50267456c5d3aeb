/** Places: variables, fields and elements, read and written. */
import ts from "typescript";
import { BOOL, intValue, localValue, pointerTo, U64, U8 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import {
  classInfo,
  findMember,
  isStatic,
  type ClassInfo,
  type FieldInfo,
} from "../sema/classes.ts";
import { evaluate } from "../sema/constants.ts";
import {
  arrayStorage,
  elementStorage,
  layOut,
  storageType,
  structType,
  unalignedStruct,
  valueType,
} from "../sema/layout.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import { boundDeclaration } from "./bind.ts";
import type { Body, Place, Value, Variable } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";

/** The value that lies at the place. */
export function readPlace(l: Lowerer, place: Place): ir.Expr {
  if (place.local !== undefined) {
    return { op: "local", type: valueType(l.context, place.ty), local: place.local };
  }
  const address = place.address;
  if (address === undefined) throw new Error("a place without address");
  if (place.embedded) return address;
  return {
    op: "load",
    type: valueType(l.context, place.ty),
    from: aligned(place, address),
    ...(place.volatile ? { volatile: true } : {}),
  };
}

/** Assigns a value of exactly the place's type. */
export function writePlace(body: Body, place: Place, value: ir.Expr): void {
  if (place.local !== undefined) {
    body.emit({ op: "assign", local: place.local, value });
  } else if (place.address !== undefined) {
    const to = aligned(place, place.address);
    body.emit({ op: "store", to, value, ...(place.volatile ? { volatile: true } : {}) });
  }
}

function aligned(place: Place, address: ir.Expr): ir.Expr {
  if (place.unaligned === undefined || place.ty.kind !== "order") return address;
  return {
    op: "fieldAddress",
    type: pointerTo({ kind: "int", bits: place.ty.bits, signed: false }),
    base: address,
    struct: place.unaligned,
    field: "value",
  };
}

/** A field of the object at `base`, a pointer to its struct. */
export function fieldPlace(l: Lowerer, owner: ClassInfo, field: FieldInfo, base: ir.Expr): Place {
  layOut(l.context, owner);
  const embedded = field.embedded;
  return {
    ty: field.ty,
    embedded,
    volatile: owner.mmio,
    address: {
      op: "fieldAddress",
      type: pointerTo(storageType(l.context, field.ty, embedded)),
      base,
      struct: owner.structId,
      field: field.name,
    },
    ...(embedded ? { readonly: "an embedded object or array stays where it is" } : {}),
  };
}

/** The place that an expression names; `undefined` where it names none. */
export function lowerPlace(l: Lowerer, body: Body, node: ts.Expression): Place | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node)) {
    return lowerPlace(l, body, node.expression);
  }
  if (ts.isIdentifier(node)) return namedPlace(l, body, node);
  if (ts.isPropertyAccessExpression(node)) return propertyPlace(l, body, node);
  if (ts.isElementAccessExpression(node)) return elementPlace(l, body, node);
  return undefined;
}

function namedPlace(l: Lowerer, body: Body, node: ts.Identifier): Place | undefined {
  let declaration = l.context.declarationOf(node);
  if (declaration !== undefined) declaration = boundDeclaration(l, declaration, node);
  if (declaration === undefined) return undefined;
  const variable = findVariable(l, body, declaration);
  if (variable !== undefined) return variable;
  if (ts.isVariableDeclaration(declaration) && isModuleLevel(declaration))
    return l.global(declaration).place;
  return undefined;
}

/** Whether the variable is declared at the top of a module. */
export function isModuleLevel(declaration: ts.VariableDeclaration): boolean {
  return ts.isSourceFile(declaration.parent.parent.parent);
}

/** A local variable or parameter, of this function or, captured, of one around it. */
function findVariable(l: Lowerer, body: Body, declaration: ts.Declaration): Place | undefined {
  const own = body.variables.get(declaration);
  if (own !== undefined) return variablePlace(own);
  const captured = body.captures.get(declaration);
  if (captured !== undefined) return captured.place;
  const { outer } = body;
  if (outer === undefined) return undefined;
  const source = findVariable(l, outer.body, declaration);
  if (source === undefined) return undefined;
  rejectUnassigned(l, declaration, source.ty);
  const fixed =
    outer.body.variables.get(declaration)?.fixed ??
    outer.body.captures.get(declaration)?.capture.byValue ??
    false;
  const byValue = fixed && !source.embedded;
  return capture(
    l,
    body,
    declaration,
    source,
    byValue,
    (declaration as ts.NamedDeclaration).name?.getText() ?? "x",
  );
}

/** tsc does not see that a closure runs before a variable of the function around is assigned. */
function rejectUnassigned(l: Lowerer, declaration: ts.Declaration, ty: Ty): void {
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer !== undefined) return;
  if (ts.isForOfStatement(declaration.parent.parent)) return;
  if (ty.kind !== "class" && ty.kind !== "interface" && ty.kind !== "cfn") return;
  l.context.sink.error(
    declaration,
    "TK3006",
    `a closure could read \`${declaration.name.getText()}\` before it is assigned; give it a value, or declare it \`${T.show(ty)} | null\``,
  );
}

/** Makes a place of the function around reachable through the closure's environment. */
export function capture(
  l: Lowerer,
  body: Body,
  key: ts.Node | "this",
  source: Place,
  byValue: boolean,
  hint: string,
): Place {
  const { outer } = body;
  if (outer === undefined) throw new Error("only a closure captures");
  const value = byValue ? readPlace(l, source) : addressOfPlace(l, source);
  const name = `${hint.replace(/\W/g, "_")}_${String(body.captures.size)}`;
  const cell: ir.Expr = {
    op: "fieldAddress",
    type: pointerTo(value.type),
    base: localValue(outer.environment),
    struct: outer.struct,
    field: name,
  };
  const place: Place = byValue
    ? {
        ty: source.ty,
        address: cell,
        embedded: false,
        volatile: false,
        readonly: "it is a constant",
      }
    : { ...withoutLocal(source), address: { op: "load", type: value.type, from: cell } };
  body.captures.set(key, { capture: { name, byValue, type: value.type, source: value }, place });
  return place;
}

function withoutLocal(place: Place): Place {
  const { local: _local, ...rest } = place;
  return rest;
}

/** The address of any place. */
export function addressOfPlace(l: Lowerer, place: Place): ir.Expr {
  if (place.address !== undefined) return place.address;
  if (place.local === undefined) throw new Error("a place without address");
  const type = pointerTo(storageType(l.context, place.ty, place.embedded));
  return { op: "localAddress", type, local: place.local };
}

function variablePlace(variable: Variable): Place {
  const { ty, local, embedded, fixed } = variable;
  if (!embedded) {
    return {
      ty,
      local: local.id,
      embedded,
      volatile: false,
      ...(fixed ? { readonly: "it is a constant" } : {}),
    };
  }
  const address: ir.Expr = { op: "localAddress", type: pointerTo(local.type), local: local.id };
  return { ty, address, embedded, volatile: false, readonly: "an object stays where it is" };
}

function propertyPlace(
  l: Lowerer,
  body: Body,
  node: ts.PropertyAccessExpression,
): Place | undefined {
  const named = l.context.staticMember(node);
  if (named !== undefined) {
    if (ts.isPropertyDeclaration(named) && isStatic(named)) return l.global(named).place;
    if (ts.isVariableDeclaration(named) && isModuleLevel(named)) return l.global(named).place;
  }
  if (ts.isIdentifier(node.expression)) {
    const owner = l.context.declarationOf(node.expression);
    if (owner !== undefined && (ts.isEnumDeclaration(owner) || ts.isClassDeclaration(owner)))
      return undefined;
  }
  const receiver = lowerExpression(l, body, node.expression);
  return memberPlace(l, receiver, node);
}

/** The field `node.name` of a value that has been lowered; undefined for methods and accessors. */
export function memberPlace(
  l: Lowerer,
  receiver: Value,
  node: ts.PropertyAccessExpression,
): Place | undefined {
  if (receiver.ty.kind === "nullable") {
    l.context.sink.fatal(
      node,
      "TK2011",
      `\`${node.expression.getText()}\` may be null; compare it with null first`,
    );
  }
  if (receiver.ty.kind !== "class") return undefined;
  const info = classInfo(l.context, receiver.ty);
  const member = findMember(info, node.name.text);
  if (member?.kind !== "field") return undefined;
  const base = upcast(l, objectOf(l, receiver), info, member.owner);
  const place = fieldPlace(l, member.owner, member.field, base);
  if (!member.field.readonly || place.readonly !== undefined || inConstructor(node)) return place;
  return { ...place, readonly: "it is readonly" };
}

function inConstructor(node: ts.Node): boolean {
  return (
    ts.findAncestor(node, (n) => ts.isConstructorDeclaration(n) || ts.isClassDeclaration(n))
      ?.kind === ts.SyntaxKind.Constructor
  );
}

/** The object behind a value of a class: values of abstract classes carry a table beside it. */
function objectOf(l: Lowerer, receiver: Value): ir.Expr {
  if (!T.isAbstract(receiver.ty) || receiver.expr.type.kind !== "interface") return receiver.expr;
  const object: ir.Expr = { op: "interfaceObject", type: pointerTo(U8), value: receiver.expr };
  return { op: "convert", type: pointerTo(structType(l.context, receiver.ty)), operand: object };
}

/** The pointer as one to the base class that has the member. */
export function upcast(l: Lowerer, expr: ir.Expr, from: ClassInfo, to: ClassInfo): ir.Expr {
  if (from === to) return expr;
  return { op: "convert", type: pointerTo(structType(l.context, to.type)), operand: expr };
}

function elementPlace(l: Lowerer, body: Body, node: ts.ElementAccessExpression): Place | undefined {
  const [base, index] = body.inOrder<Value>([
    () => lowerExpression(l, body, node.expression),
    () => lowerIndex(l, body, node.argumentExpression),
  ]);
  if (base === undefined || index === undefined) return undefined;
  if (base.ty.kind !== "slice" && base.ty.kind !== "array") {
    return l.context.sink.fatal(
      node,
      "TK2006",
      `a value of type ${T.show(base.ty)} cannot be indexed`,
    );
  }
  if (base.ty.kind === "array") {
    const known = index.constant?.value;
    if (typeof known === "bigint" && known >= BigInt(base.ty.count)) {
      l.context.sink.error(
        node,
        "TK2008",
        `index ${known.toString()} is outside 0..${String(base.ty.count)}`,
      );
    }
    if (typeof known === "bigint") return elementAt(l, base.ty, base.expr, index.expr);
  }
  const at = body.keep(index.expr);
  const container = body.keep(base.expr);
  const length: ir.Expr =
    base.ty.kind === "array"
      ? intValue(U64, BigInt(base.ty.count))
      : { op: "sliceLength", type: U64, slice: container };
  body.at = l.context.location(node);
  body.emit({ op: "boundsCheck", index: at, length });
  return elementAt(l, base.ty, container, at);
}

/** An index as u64. */
function lowerIndex(l: Lowerer, body: Body, node: ts.Expression): Value {
  const constant = evaluate(l.context, node, body.env);
  const value = lowerExpression(l, body, node);
  if (value.ty.kind === "int" && value.ty.signed) {
    l.context.sink.fatal(
      node,
      "TK2001",
      `an index is unsigned; ${T.show(value.ty)} may be negative: write usize(…)`,
    );
  }
  if (value.ty.kind === "enum") {
    return { ty: T.usize, expr: { op: "convert", type: U64, operand: value.expr } };
  }
  const plain: Value = { ty: value.ty, expr: value.expr, constant: value.constant };
  return { ty: T.usize, expr: coerce(l, body, plain, T.usize, node), constant };
}

/** Element `index` (u64, checked) of a slice value or of the array that `base` points to. */
export function elementAt(
  l: Lowerer,
  ty: T.SliceTy | T.ArrayTy,
  base: ir.Expr,
  index: ir.Expr,
): Place {
  const of: Ty = ty.of;
  const embedded = of.kind === "class" || of.kind === "array";
  return {
    ty: of,
    embedded,
    volatile: false,
    address: { op: "elementAddress", type: pointerTo(elementStorage(l.context, of)), base, index },
    ...(of.kind === "order" ? { unaligned: unalignedStruct(l.context, of) } : {}),
    ...(embedded
      ? {
          readonly:
            "the objects of an array or slice stay where they are; use `T | null` for pointers",
        }
      : {}),
  };
}

/** The slice over a whole array, given its address. */
export function wholeArray(l: Lowerer, ty: T.ArrayTy, address: ir.Expr): Value {
  const storage = arrayStorage(l.context, ty);
  return {
    ty: T.slice(ty.of),
    expr: {
      op: "makeSlice",
      type: { kind: "slice", element: storage.element },
      data: { op: "convert", type: pointerTo(storage.element), operand: address },
      length: intValue(U64, BigInt(ty.count)),
    },
  };
}

/** Panics where the pointer, function or interface is null. */
export function checkNotNull(body: Body, expr: ir.Expr, what: string): ir.Expr {
  const kept = body.keep(expr);
  body.emit({
    op: "check",
    kind: "null",
    condition: {
      op: "binary",
      type: BOOL,
      operator: "ne",
      left: kept,
      right: { op: "null", type: kept.type },
    },
    message: `null dereference: ${what} is null`,
  });
  return kept;
}

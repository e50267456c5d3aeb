/** How types lie in memory: IR types of values and of storage, C layout of classes and tuples. */
import ts from "typescript";
import type { Context } from "./context.ts";
import { BOOL, NEVER, pointerTo, sliceOf, STR, U32, U64, U8, VOID } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { layoutOf as irLayout, type Layout } from "../ir/layout.ts";
import { classInfo, interfaceEnv, isStatic, type ClassInfo } from "./classes.ts";
import { parameterType, resolveType, resolveTypeArgument } from "./resolve.ts";
import { unionStructs } from "./unions.ts";
import * as T from "./types.ts";
import type { Ty } from "./types.ts";

/** The IR type of a value of this type: objects and arrays are pointers. */
export function valueType(context: Context, ty: Ty): ir.Type {
  switch (ty.kind) {
    case "int":
      return { kind: "int", bits: ty.bits, signed: ty.signed };
    case "address":
      return U64;
    case "order":
      return { kind: "int", bits: ty.bits, signed: false };
    case "float":
      return { kind: "float", bits: ty.bits };
    case "bool":
      return BOOL;
    case "str":
      return STR;
    case "void":
      return VOID;
    case "never":
      return NEVER;
    case "enum":
    case "tag":
      return U32;
    case "union":
      return { kind: "struct", struct: unionStructs(context, ty).whole };
    case "class":
      if (T.isAbstract(ty)) return { kind: "interface", interface: interfaceId(context, ty) };
      return pointerTo(structType(context, ty));
    case "interface":
      return { kind: "interface", interface: interfaceId(context, ty) };
    case "nullable":
      return valueType(context, ty.of);
    case "slice":
      return sliceOf(elementStorage(context, ty.of));
    case "array":
      return pointerTo(arrayStorage(context, ty));
    case "tuple":
      return { kind: "struct", struct: tupleStruct(context, ty) };
    case "closure":
    case "cfn":
      return {
        kind: ty.kind === "cfn" ? "function" : "closure",
        params: ty.params.map((p) => valueType(context, p)),
        result: valueType(context, ty.result),
      };
    case "null":
      return pointerTo(U8);
    case "const":
    case "untyped":
    case "untypedFloat":
      throw new Error(`no value has the type ${ty.key}`);
  }
}

/** The storage of an object itself. */
export function structType(context: Context, ty: T.ClassTy): ir.StructType {
  const info = classInfo(context, ty);
  pending(context).set(info.structId, info);
  return { kind: "struct", struct: info.structId };
}

/** The storage of inline elements. */
export function arrayStorage(context: Context, ty: T.ArrayTy): ir.ArrayType {
  return { kind: "array", element: elementStorage(context, ty.of), count: ty.count };
}

/** Elements of arrays and slices: objects lie inline, and byte-order integers at any alignment. */
export function elementStorage(context: Context, ty: Ty): ir.Type {
  if (ty.kind === "class") {
    if (T.isAbstract(ty)) {
      context.sink.fatal(
        ty.declaration,
        "TK3003",
        `${T.show(ty)} is abstract: its objects have no one size; use \`${T.show(ty)} | null\` for references`,
      );
    }
    return structType(context, ty);
  }
  if (ty.kind === "array") return arrayStorage(context, ty);
  if (ty.kind === "order") return { kind: "struct", struct: unalignedStruct(context, ty) };
  return valueType(context, ty);
}

/** The storage of a field or variable: what is embedded lies inline. */
export function storageType(context: Context, ty: Ty, embedded: boolean): ir.Type {
  if (embedded && ty.kind === "class") return structType(context, ty);
  if (ty.kind === "array") return arrayStorage(context, ty);
  return valueType(context, ty);
}

/** `@packed { value }`: an integer at any address. */
export function unalignedStruct(context: Context, ty: T.OrderTy): ir.StructId {
  const id = `unaligned_u${String(ty.bits)}`;
  if (!context.program.structs.has(id)) {
    const type: ir.IntType = { kind: "int", bits: ty.bits, signed: false };
    context.program.structs.set(id, {
      id,
      source: id,
      package: "",
      fields: [{ name: "value", type, offset: 0 }],
      size: ty.bits / 8,
      align: 1,
      packed: true,
      union: false,
    });
  }
  return id;
}

function tupleStruct(context: Context, ty: T.TupleTy): ir.StructId {
  const known = tuples.get(context)?.get(ty);
  if (known !== undefined) return known;
  const id = context.unique(
    `tuple_${ty.items.map((t) => T.show(t).replace(/\W+/g, "_")).join("_")}`.slice(0, 100),
  );
  const map = tuples.get(context) ?? new Map<Ty, string>();
  map.set(ty, id);
  tuples.set(context, map);
  const fields: ir.Field[] = [];
  let end = 0;
  let align = 1;
  ty.items.forEach((item, i) => {
    const type = valueType(context, item);
    const l = layoutOfIr(context, type);
    const offset = roundUp(end, l.align);
    fields.push({ name: `item${String(i)}`, type, offset });
    end = offset + l.size;
    align = Math.max(align, l.align);
  });
  const size = roundUp(end, align);
  context.program.structs.set(id, {
    id,
    source: T.show(ty),
    package: "",
    fields,
    size,
    align,
    packed: false,
    union: false,
  });
  return id;
}

const tuples = new WeakMap<Context, Map<Ty, string>>();
const pendingClasses = new WeakMap<Context, Map<ir.StructId, ClassInfo>>();
const pendingInterfaces = new WeakMap<Context, Map<Ty, string>>();

function pending(context: Context): Map<ir.StructId, ClassInfo> {
  let map = pendingClasses.get(context);
  if (map === undefined) {
    map = new Map();
    pendingClasses.set(context, map);
  }
  return map;
}

/** Lays out every class and interface that was mentioned, and those that these mention. */
export function finishLayouts(context: Context): void {
  for (const info of pending(context).values()) layOut(context, info);
}

const laying = new Set<ClassInfo>();

/** The struct of a class, laid out. */
export function layOut(context: Context, info: ClassInfo): ir.Struct {
  const known = context.program.structs.get(info.structId);
  if (known !== undefined) return known;
  const { declaration } = info.type;
  if (laying.has(info)) {
    return context.sink.fatal(
      declaration,
      "TK3004",
      `${T.show(info.type)} contains itself by value`,
    );
  }
  laying.add(info);
  try {
    const struct = placeFields(context, info);
    context.program.structs.set(struct.id, struct);
    return struct;
  } finally {
    laying.delete(info);
  }
}

function placeFields(context: Context, info: ClassInfo): ir.Struct {
  const base = info.base && layOut(context, info.base);
  const fields: ir.Field[] = base === undefined ? [] : [...base.fields];
  let end = base?.size ?? 0;
  let align = Math.max(base?.align ?? 1, info.align ?? 1);
  for (const field of info.fields) {
    const type = storageType(context, field.ty, field.embedded);
    const l = layoutOfIr(context, type);
    const fieldAlign = info.packed ? 1 : l.align;
    const offset = info.union ? 0 : placeOf(context, info, field, end, fieldAlign);
    fields.push({ name: field.name, type, offset, ...(info.mmio ? { volatile: true } : {}) });
    end = Math.max(end, offset + l.size);
    align = Math.max(align, fieldAlign);
  }
  if (fields.length === 0) {
    // Different objects have different addresses, those of a class without fields too.
    fields.push({ name: "nothing", type: U8, offset: 0 });
    end = 1;
  }
  return {
    id: info.structId,
    source: T.show(info.type),
    package: context.packageOf(info.type.declaration),
    fields,
    size: roundUp(end, align),
    align,
    packed: info.packed,
    union: info.union,
  };
}

function placeOf(
  context: Context,
  info: ClassInfo,
  field: ClassInfo["fields"][number],
  end: number,
  align: number,
): number {
  if (field.offset === undefined) {
    if (info.mmio)
      context.sink.error(
        field.declaration,
        "TK3003",
        "a field of an @mmio class needs its @offset",
      );
    return roundUp(end, align);
  }
  if (field.offset < end || field.offset % align !== 0) {
    context.sink.error(
      field.declaration,
      "TK3003",
      `@offset(${String(field.offset)}) overlaps the field before it or is not a multiple of ${String(align)}`,
    );
  }
  return field.offset;
}

const roundUp = (n: number, align: number): number => Math.ceil(n / align) * align;

/** Size and alignment of an IR type; classes are laid out when they are first asked for. */
export function layoutOfIr(context: Context, type: ir.Type): Layout {
  return irLayout(type, (id) => {
    const info = pending(context).get(id);
    if (info !== undefined) return layOut(context, info);
    const struct = context.program.structs.get(id);
    if (struct === undefined) throw new Error(`struct ${id} is not known`);
    return struct;
  });
}

/** What `sizeof<T>()` and `alignof<T>()` say: of the object for a class. */
export function layoutOf(context: Context, ty: Ty, node: ts.Node): Layout {
  if (ty.kind === "void" || ty.kind === "never" || ty.kind === "const" || ty.kind === "null") {
    return context.sink.fatal(node, "TK1001", `\`${T.show(ty)}\` has no size`);
  }
  if (ty.kind === "interface" || ty.kind === "closure") {
    return context.sink.fatal(
      node,
      "TK1001",
      `the size of \`${T.show(ty)}\` depends on the program`,
    );
  }
  return layoutOfIr(
    context,
    ty.kind === "class" ? structType(context, ty) : storageType(context, ty, true),
  );
}

/** The instance methods that values of an abstract class dispatch. */
function classMethods(context: Context, info: ClassInfo): MethodInfo[] {
  const methods = new Map<string, MethodInfo>(
    info.base === undefined ? [] : classMethods(context, info.base).map((m) => [m.name, m]),
  );
  for (const m of info.type.declaration.members) {
    if (!ts.isMethodDeclaration(m) || isStatic(m) || m.typeParameters !== undefined) continue;
    if (m.type === undefined) {
      context.sink.error(m, "TK1002", "write the result type of the method");
      continue;
    }
    methods.set(m.name.getText(), {
      name: m.name.getText(),
      params: m.parameters.map((p) => parameterType(context, p, info.env)),
      result: resolveType(context, m.type, info.env),
    });
  }
  return [...methods.values()];
}

/** The IR interface of an interface type; its methods with those of its bases first. */
export function interfaceId(context: Context, ty: T.InterfaceTy | T.ClassTy): ir.InterfaceId {
  const map = pendingInterfaces.get(context) ?? new Map<Ty, string>();
  pendingInterfaces.set(context, map);
  const known = map.get(ty);
  if (known !== undefined) return known;
  if (T.nesting(ty) > T.MAX_NESTING) {
    return context.sink.fatal(
      ty.declaration,
      "TK2012",
      `the type arguments nest deeper than ${String(T.MAX_NESTING)}: the interface mentions ever new types of itself`,
    );
  }
  const id = context.identifier(ty.declaration, T.show(ty));
  map.set(ty, id);
  const methods = interfaceMethods(context, ty).map((m) => ({
    name: m.name,
    params: m.params.map((p) => valueType(context, p)),
    result: valueType(context, m.result),
  }));
  context.program.interfaces.set(id, {
    id,
    source: T.show(ty),
    package: context.packageOf(ty.declaration),
    methods,
  });
  return id;
}

/** A method of a class or interface. */
export interface MethodInfo {
  readonly name: string;
  readonly params: readonly Ty[];
  readonly result: Ty;
}

/** The methods of an interface or abstract class, its bases' first. */
export function interfaceMethods(context: Context, ty: T.InterfaceTy | T.ClassTy): MethodInfo[] {
  if (ty.kind === "class") return classMethods(context, classInfo(context, ty));
  const env = interfaceEnv(ty);
  const methods = new Map<string, MethodInfo>();
  for (const clause of ty.declaration.heritageClauses ?? []) {
    for (const base of clause.types) {
      const declaration = context.declarationOf(base.expression);
      if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) continue;
      const args = base.typeArguments?.map((a) => resolveTypeArgument(context, a, env)) ?? [];
      const baseTy = T.interfaceType(declaration, args, context.typeName(declaration));
      for (const m of interfaceMethods(context, baseTy)) methods.set(m.name, m);
    }
  }
  for (const member of ty.declaration.members) {
    if (!ts.isMethodSignature(member) || member.type === undefined) {
      context.sink.error(
        member,
        "TK1001",
        "an interface has only methods, with their result types written",
      );
      continue;
    }
    methods.set(member.name.getText(), {
      name: member.name.getText(),
      params: member.parameters.map((p) => parameterType(context, p, env)),
      result: resolveType(context, member.type, env),
    });
  }
  return [...methods.values()];
}

/**
 * The compiler's own types. tsc sees integers as flavoured `number`s; what they really are, and when one converts to
 * another, is decided on these. Types are interned: equal types are the same object.
 */
import ts from "typescript";

export type IntName = "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64";
export type AddressName = "PhysAddr" | "VirtAddr" | "DmaAddr";
export type OrderName = "be16" | "be32" | "be64" | "le16" | "le32" | "le64";
export type Bits = 8 | 16 | 32 | 64;

interface Base {
  /** Equal exactly for equal types; also how messages name the type. */
  readonly key: string;
}

export type IntTy = Base & {
  readonly kind: "int";
  readonly name: IntName;
  readonly bits: Bits;
  readonly signed: boolean;
};
export type AddressTy = Base & { readonly kind: "address"; readonly name: AddressName };
export type OrderTy = Base & {
  readonly kind: "order";
  readonly name: OrderName;
  readonly bits: 16 | 32 | 64;
  readonly big: boolean;
};
export type FloatTy = Base & { readonly kind: "float"; readonly bits: 32 | 64 };
export type SimpleTy = Base & { readonly kind: "bool" | "str" | "void" | "never" | "null" };
export type ClassTy = Base & {
  readonly kind: "class";
  readonly declaration: ts.ClassDeclaration;
  readonly args: readonly Ty[];
};
export type InterfaceTy = Base & {
  readonly kind: "interface";
  readonly declaration: ts.InterfaceDeclaration;
  readonly args: readonly Ty[];
};
export type EnumTy = Base & { readonly kind: "enum"; readonly declaration: ts.EnumDeclaration };
export type NullableTy = Base & { readonly kind: "nullable"; readonly of: Ty };
export type SliceTy = Base & { readonly kind: "slice"; readonly of: Ty };
export type ArrayTy = Base & { readonly kind: "array"; readonly of: Ty; readonly count: number };
export type TupleTy = Base & { readonly kind: "tuple"; readonly items: readonly Ty[] };
/** One case of a discriminated union. */
export interface UnionVariant {
  readonly tag: string;
  readonly fields: readonly { readonly name: string; readonly ty: Ty }[];
}
/** A discriminated union, by value. */
export type UnionTy = Base & {
  readonly kind: "union";
  readonly discriminant: string;
  readonly variants: readonly UnionVariant[];
};
/** The discriminant of a union. */
export type TagTy = Base & { readonly kind: "tag"; readonly union: UnionTy };
/** `closure`: a function type as parameter; `cfn`: a plain code pointer. */
export type FunctionTy = Base & {
  readonly kind: "closure" | "cfn";
  readonly params: readonly Ty[];
  readonly result: Ty;
};
/** The argument of a `const` type parameter: `Pool<T, 64>`. */
export type ConstTy = Base & { readonly kind: "const"; readonly value: bigint };
/** A constant whose integer type the place where it is used decides. */
export type UntypedTy = Base & { readonly kind: "untyped" };
export type UntypedFloatTy = Base & { readonly kind: "untypedFloat" };

export type Ty =
  | IntTy
  | AddressTy
  | OrderTy
  | FloatTy
  | SimpleTy
  | ClassTy
  | InterfaceTy
  | EnumTy
  | NullableTy
  | SliceTy
  | ArrayTy
  | TupleTy
  | UnionTy
  | TagTy
  | FunctionTy
  | ConstTy
  | UntypedTy
  | UntypedFloatTy;

const interned = new Map<string, Ty>();

function intern<T extends Ty>(type: T): T {
  const found = interned.get(type.key);
  if (found !== undefined) return found as T;
  interned.set(type.key, type);
  return type;
}

const integer = (name: IntName): IntTy =>
  intern({
    kind: "int",
    key: name,
    name,
    bits: Number(name.slice(1)) as Bits,
    signed: name.startsWith("i"),
  });
const order = (name: OrderName): OrderTy =>
  intern({
    kind: "order",
    key: name,
    name,
    bits: Number(name.slice(2)) as 16 | 32 | 64,
    big: name.startsWith("be"),
  });
const simple = (kind: SimpleTy["kind"], key: string = kind): SimpleTy => intern({ kind, key });

export const u8 = integer("u8");
export const u16 = integer("u16");
export const u32 = integer("u32");
export const u64 = integer("u64");
export const i8 = integer("i8");
export const i16 = integer("i16");
export const i32 = integer("i32");
export const i64 = integer("i64");
export const usize = u64;
export const f32: FloatTy = intern({ kind: "float", key: "f32", bits: 32 });
export const f64: FloatTy = intern({ kind: "float", key: "f64", bits: 64 });
export const bool = simple("bool", "boolean");
export const str = simple("str");
export const voidTy = simple("void");
export const never = simple("never");
export const nullTy = simple("null");
export const untyped: UntypedTy = intern({ kind: "untyped", key: "integer constant" });
export const untypedFloat: UntypedFloatTy = intern({
  kind: "untypedFloat",
  key: "number constant",
});
export const virtAddr: AddressTy = intern({ kind: "address", key: "VirtAddr", name: "VirtAddr" });
export const physAddr: AddressTy = intern({ kind: "address", key: "PhysAddr", name: "PhysAddr" });
export const dmaAddr: AddressTy = intern({ kind: "address", key: "DmaAddr", name: "DmaAddr" });

/** The types that the prelude names without arguments. */
export const preludeTypes: ReadonlyMap<string, Ty> = new Map<string, Ty>([
  ...[u8, u16, u32, u64, i8, i16, i32, i64].map((t): [string, Ty] => [t.name, t]),
  ["usize", u64],
  ["isize", i64],
  ["f32", f32],
  ["f64", f64],
  ["PhysAddr", physAddr],
  ["VirtAddr", virtAddr],
  ["DmaAddr", dmaAddr],
  ...(["be16", "be32", "be64", "le16", "le32", "le64"] as const).map((n): [string, Ty] => [
    n,
    order(n),
  ]),
  ["str", str],
]);

export const orderType = (name: OrderName): OrderTy => order(name);

/** The type with null. */
export function nullable(of: Ty): Ty {
  if (of.kind === "nullable") return of;
  return intern({ kind: "nullable", key: `${wrap(of)} | null`, of });
}

/** The type without `| null`. */
export const nonNull = (type: Ty): Ty => (type.kind === "nullable" ? type.of : type);

export const slice = (of: Ty): SliceTy => intern({ kind: "slice", key: `Slice<${of.key}>`, of });
export const byteSlice = slice(u8);
export const array = (of: Ty, count: number): ArrayTy =>
  intern({ kind: "array", key: `FixedArray<${of.key}, ${String(count)}>`, of, count });
export const tuple = (items: readonly Ty[]): TupleTy =>
  intern({ kind: "tuple", key: `[${items.map((t) => t.key).join(", ")}]`, items });
/** A discriminated union of these cases. */
export function union(discriminant: string, variants: readonly UnionVariant[]): UnionTy {
  const shape = (v: UnionVariant): string =>
    `{ ${[`${discriminant}: "${v.tag}"`, ...v.fields.map((f) => `${f.name}: ${f.ty.key}`)].join("; ")} }`;
  return intern({ kind: "union", key: variants.map(shape).join(" | "), discriminant, variants });
}
export const tagOf = (of: UnionTy): TagTy =>
  intern({ kind: "tag", key: `the ${of.discriminant} of ${of.key}`, union: of });
export const constant = (value: bigint): ConstTy =>
  intern({ kind: "const", key: value.toString(), value });
/** A function type. */
export function functionType(
  kind: "closure" | "cfn",
  params: readonly Ty[],
  result: Ty,
): FunctionTy {
  const shape = `(${params.map((p) => p.key).join(", ")}) => ${result.key}`;
  return intern({ kind, key: kind === "cfn" ? `CFn<${shape}>` : shape, params, result });
}

export const classType = (
  declaration: ts.ClassDeclaration,
  args: readonly Ty[],
  name: string,
): ClassTy => intern({ kind: "class", key: withArgs(name, args), declaration, args });
export const interfaceType = (
  declaration: ts.InterfaceDeclaration,
  args: readonly Ty[],
  name: string,
): InterfaceTy => intern({ kind: "interface", key: withArgs(name, args), declaration, args });
export const enumType = (declaration: ts.EnumDeclaration, name: string): EnumTy =>
  intern({ kind: "enum", key: name, declaration });

function withArgs(name: string, args: readonly Ty[]): string {
  return args.length === 0 ? name : `${name}<${args.map((a) => a.key).join(", ")}>`;
}

function wrap(type: Ty): string {
  return type.kind === "closure" ? `(${type.key})` : type.key;
}

/** Forgets every interned type: declarations belong to one compilation. */
export function resetTypes(): void {
  for (const [key, type] of interned) {
    if (!fixed.has(type)) interned.delete(key);
  }
}

const fixed = new Set<Ty>(interned.values());

/** How deep type arguments may nest; generic code that makes ever new types of itself goes on without end. */
export const MAX_NESTING = 32;

/** How deep the type arguments of the type nest: 2 for `Slice<Slice<u8>>`. */
export function nesting(type: Ty): number {
  let depth = 0;
  let most = 0;
  for (const c of type.key.replaceAll("=>", "")) {
    if (c === "<" || c === "[" || c === "{") most = Math.max(most, ++depth);
    else if (c === ">" || c === "]" || c === "}") depth--;
  }
  return most;
}

/** How a message names the type: without the module marks of declarations. */
export const show = (type: Ty): string => type.key.replace(/#\d+/g, "");

/** An abstract class: its values are dispatched like those of an interface. */
export const isAbstract = (type: Ty): type is ClassTy =>
  type.kind === "class" &&
  (ts.getCombinedModifierFlags(type.declaration) & ts.ModifierFlags.Abstract) !== 0;

/** Least and greatest value. */
export function rangeOf(type: IntTy): readonly [bigint, bigint] {
  const bits = BigInt(type.bits);
  return type.signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

/** Whether every value of `from` is one of `to`. */
export function widens(from: Ty, to: Ty): boolean {
  if (from === to) return true;
  if (from.kind === "float" && to.kind === "float") return from.bits < to.bits;
  if (from.kind !== "int" || to.kind !== "int") return false;
  const [low, high] = rangeOf(from);
  const [toLow, toHigh] = rangeOf(to);
  return low >= toLow && high <= toHigh;
}

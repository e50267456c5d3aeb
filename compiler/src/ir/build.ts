/** Short constructors for IR types and expressions that many places need. */
import type {
  BoolType,
  Expr,
  IntType,
  NeverType,
  PointerType,
  SliceType,
  Type,
  VoidType,
} from "./ir.ts";

const int = (bits: 8 | 16 | 32 | 64, signed: boolean): IntType => ({ kind: "int", bits, signed });

export const U8 = int(8, false);
export const U16 = int(16, false);
export const U32 = int(32, false);
export const U64 = int(64, false);
export const I8 = int(8, true);
export const I16 = int(16, true);
export const I32 = int(32, true);
export const I64 = int(64, true);
export const BOOL: BoolType = { kind: "bool" };
export const VOID: VoidType = { kind: "void" };
export const NEVER: NeverType = { kind: "never" };
export const STR: SliceType = { kind: "slice", element: U8 };

export const pointerTo = (to: Type): PointerType => ({ kind: "pointer", to });
export const sliceOf = (element: Type): SliceType => ({ kind: "slice", element });
export const intValue = (type: IntType, value: bigint | number): Expr => ({
  op: "int",
  type,
  value: BigInt(value),
});
export const boolValue = (value: boolean): Expr => ({ op: "bool", type: BOOL, value });
export const localValue = (local: { readonly id: string; readonly type: Type }): Expr => ({
  op: "local",
  type: local.type,
  local: local.id,
});

/** Structural equality of types. */
export function sameType(a: Type, b: Type): boolean {
  return a === b || typeKey(a) === typeKey(b);
}

/** A string that is equal exactly for equal types; short enough to be part of an identifier. */
export function typeKey(type: Type): string {
  switch (type.kind) {
    case "int":
      return (type.signed ? "i" : "u") + String(type.bits);
    case "float":
      return "f" + String(type.bits);
    case "bool":
    case "void":
    case "never":
      return type.kind;
    case "pointer":
      return "P" + typeKey(type.to);
    case "struct":
      return `S${type.struct}`;
    case "array":
      return `A${String(type.count)}_${typeKey(type.element)}`;
    case "slice":
      return "L" + typeKey(type.element);
    case "interface":
      return `I${type.interface}`;
    case "function":
      return `F${String(type.params.length)}${[...type.params, type.result].map(typeKey).join("_")}`;
    case "closure":
      return `C${String(type.params.length)}${[...type.params, type.result].map(typeKey).join("_")}`;
  }
}

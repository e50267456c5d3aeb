/** Initialisers of globals. */
import type { Constant, Type } from "../ir/ir.ts";
import type { UnitContext } from "./context.ts";
import { flatten } from "./layout.ts";
import { floatLiteral, intLiteral } from "./literals.ts";
import { fieldName, stringLiteral } from "./names.ts";

/** The C initialiser for an object of this type; null where it is all zero, so that the object goes to .bss. */
export function initializer(context: UnitContext, type: Type, constant: Constant): string | null {
  return isZero(constant) ? null : text(context, type, constant);
}

function text(context: UnitContext, type: Type, constant: Constant): string {
  switch (constant.kind) {
    case "int":
      return type.kind === "int"
        ? intLiteral(type, constant.value)
        : `(${context.types.name(type)})${BigInt.asUintN(64, constant.value).toString()}ull`;
    case "float":
      return floatLiteral(
        type.kind === "float" ? type : { kind: "float", bits: 64 },
        constant.value,
      );
    case "bool":
      return constant.value ? "1" : "0";
    case "null":
      return type.kind === "pointer" || type.kind === "function" ? "0" : "{0, 0}";
    case "string":
      return `{(u8 *)${stringLiteral(constant.utf8)}, ${String(constant.utf8.length)}}`;
    case "slice":
      return `{(${pointerName(context, type)})${context.useGlobal(constant.global)}, ${String(constant.count)}}`;
    case "global": {
      const array = context.globalOf(constant.global).type.kind === "array";
      return `(${context.types.name(type)})${array ? "" : "&"}${context.useGlobal(constant.global)}`;
    }
    case "function": {
      const name = context.useFunction(constant.function);
      return type.kind === "function" ? name : `(${context.types.name(type)})${name}`;
    }
    case "aggregate":
      return aggregate(context, type, constant.items);
  }
}

function pointerName(context: UnitContext, type: Type): string {
  const element: Type = type.kind === "slice" ? type.element : { kind: "void" };
  return context.types.name({ kind: "pointer", to: element });
}

function aggregate(context: UnitContext, type: Type, items: readonly Constant[]): string {
  if (type.kind === "array") {
    const element = flatten(type).element;
    return `{${flatItems(type, items)
      .map((item) => text(context, element, item))
      .join(", ")}}`;
  }
  if (type.kind !== "struct") {
    throw new Error(`an aggregate cannot initialise a ${type.kind}`);
  }
  const { fields } = context.types.completeStruct(type.struct);
  const parts = items.flatMap((item, i) => {
    const field = fields[i];
    return field === undefined || isZero(item)
      ? []
      : [`.${fieldName(field.name)} = ${text(context, field.type, item)}`];
  });
  return `{${parts.length === 0 ? "0" : parts.join(", ")}}`;
}

/** The items of arrays of arrays as the one flat array that C sees; zeros that are left out are filled in. */
function flatItems(type: Type, items: readonly Constant[]): Constant[] {
  if (type.kind !== "array" || type.element.kind !== "array") {
    return [...items];
  }
  const { element } = type;
  const { count } = flatten(element);
  const zero: Constant = { kind: "null" };
  return items.flatMap((item) => {
    const inner = item.kind === "aggregate" ? flatItems(element, item.items) : [];
    return [...inner, ...Array.from({ length: count - inner.length }, () => zero)];
  });
}

function isZero(constant: Constant): boolean {
  switch (constant.kind) {
    case "int":
      return constant.value === 0n;
    case "float":
      return Object.is(constant.value, 0);
    case "bool":
      return !constant.value;
    case "null":
      return true;
    case "string":
      return false;
    case "aggregate":
      return constant.items.every(isZero);
    default:
      return false;
  }
}

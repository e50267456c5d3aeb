/**
 * Addresses in C. An address of the IR is either a path (`l_x.f[i]`, from a local, a global or a pointer by fields and
 * elements) or any other pointer. Reads and writes use the path as an lvalue, so that C itself knows about packed structs
 * on the way; a pointer to something packed is made by a cast, because C refuses to take such addresses quietly.
 */
import type { Expr } from "../ir/ir.ts";
import type { Emitter } from "./expressions.ts";
import { flatten } from "./layout.ts";
import { fieldName, localName } from "./names.ts";
import { type C, cast, Level, operand, postfix, primary, unary } from "./text.ts";

type Address = Extract<
  Expr,
  { op: "localAddress" | "globalAddress" | "fieldAddress" | "elementAddress" }
>;

function isPath(e: Expr): e is Address {
  return (
    e.op === "localAddress" ||
    e.op === "globalAddress" ||
    e.op === "fieldAddress" ||
    e.op === "elementAddress"
  );
}

/** What stands at this address, as an lvalue; its type is no array. */
export function lvalue(emitter: Emitter, address: Expr, volatile = false): C {
  const { context } = emitter;
  if (address.type.kind !== "pointer") {
    throw new Error("an address has a pointer type");
  }
  context.types.complete(address.type.to);
  if (volatile || isVolatile(emitter, address)) {
    return volatileLvalue(emitter, address, context.types.name(address.type.to));
  }
  if (!isPath(address)) {
    return unary("*", emitter.value(address));
  }
  switch (address.op) {
    case "localAddress":
      return primary(localName(address.local));
    case "globalAddress":
      return primary(context.useGlobal(address.global));
    case "fieldAddress":
      return fieldPlace(emitter, address);
    case "elementAddress":
      return postfix(elementBase(emitter, address.base), `[${emitter.value(address.index).text}]`);
  }
}

/** The address itself as a C pointer. */
export function addressValue(emitter: Emitter, address: Address): C {
  const { types } = emitter.context;
  const { to } = address.type;
  types.complete(to);
  if (address.op === "fieldAddress" && hasPackedStruct(emitter, address)) {
    const field = fieldOf(emitter, address.struct, address.field);
    const base = cast("u8 *", emitter.value(address.base));
    const target = types.name(address.type);
    return cast(target, cast("void *", primary(`(${base.text} + ${String(field.offset)})`)));
  }
  if (address.op === "elementAddress" && hasPackedStruct(emitter, address.base)) {
    return {
      text: `${packedElementBase(emitter, address)} + ${indexText(emitter, address)}`,
      level: Level.arithmetic,
    };
  }
  if (address.op === "globalAddress" && emitter.context.globalOf(address.global).constant) {
    const name = emitter.context.useGlobal(address.global);
    return cast(
      types.name(address.type),
      to.kind === "array" ? primary(name) : unary("&", primary(name)),
    );
  }
  return to.kind === "array" ? arrayPlace(emitter, address) : unary("&", pathOf(emitter, address));
}

/** The lvalue of a path, volatile or not: only its address is taken. */
function pathOf(emitter: Emitter, address: Address): C {
  switch (address.op) {
    case "localAddress":
      return primary(localName(address.local));
    case "globalAddress":
      return primary(emitter.context.useGlobal(address.global));
    case "fieldAddress":
      return fieldPlace(emitter, address);
    case "elementAddress":
      return postfix(elementBase(emitter, address.base), `[${indexText(emitter, address)}]`);
  }
}

/** An array at this address; in C it decays to the pointer to its first element. */
function arrayPlace(emitter: Emitter, address: Expr): C {
  if (!isPath(address)) {
    return emitter.value(address);
  }
  if (address.op === "elementAddress") {
    const base = elementBase(emitter, address.base);
    return {
      text: `${operand(base, Level.unary)} + ${indexText(emitter, address)}`,
      level: Level.arithmetic,
    };
  }
  return pathOf(emitter, address);
}

/** What `[index]` is applied to: the pointer of a slice or an array. */
function elementBase(emitter: Emitter, base: Expr): C {
  return base.type.kind === "slice" ? emitter.sliceData(base) : arrayPlace(emitter, base);
}

function packedElementBase(
  emitter: Emitter,
  address: Extract<Expr, { op: "elementAddress" }>,
): string {
  return operand(emitter.value(address.base), Level.unary);
}

/** The index in elements of the flat array: an element that is itself an array counts as many. */
function indexText(emitter: Emitter, address: Extract<Expr, { op: "elementAddress" }>): string {
  const { count } = flatten(address.type.to);
  const index = emitter.value(address.index);
  return address.type.to.kind === "array" && count !== 1
    ? `${operand(index, Level.unary)} * ${String(count)}`
    : operand(index, Level.unary);
}

function fieldPlace(emitter: Emitter, address: Extract<Expr, { op: "fieldAddress" }>): C {
  emitter.context.types.completeStruct(address.struct);
  const name = fieldName(address.field);
  const base = address.base;
  return isPath(base)
    ? postfix(pathOf(emitter, base), `.${name}`)
    : postfix(emitter.value(base), `->${name}`);
}

/** Volatile access: through a volatile struct where a packed one makes the field's own pointer impossible. */
function volatileLvalue(emitter: Emitter, address: Expr, type: string): C {
  const { types } = emitter.context;
  if (address.op === "fieldAddress" && hasPackedStruct(emitter, address)) {
    const struct = types.name({ kind: "struct", struct: address.struct });
    return postfix(
      cast(`${struct} volatile *`, emitter.value(address.base)),
      `->${fieldName(address.field)}`,
    );
  }
  return unary("*", cast(`${type} volatile *`, emitter.value(address)));
}

function fieldOf(
  emitter: Emitter,
  structId: string,
  name: string,
): { offset: number; volatile?: boolean } {
  const struct = emitter.context.types.completeStruct(structId);
  const field = struct.fields.find((f) => f.name === name);
  if (field === undefined) {
    throw new Error(`struct ${structId} has no field ${name}`);
  }
  return field;
}

/** Whether the object is (part of) a volatile field. */
function isVolatile(emitter: Emitter, address: Expr): boolean {
  for (let at = address; at.op === "fieldAddress" || at.op === "elementAddress"; at = at.base) {
    if (at.op === "fieldAddress" && fieldOf(emitter, at.struct, at.field).volatile === true) {
      return true;
    }
  }
  return false;
}

/** Whether the path goes through a packed struct. */
function hasPackedStruct(emitter: Emitter, address: Expr): boolean {
  for (let at = address; at.op === "fieldAddress" || at.op === "elementAddress"; at = at.base) {
    if (at.op === "fieldAddress" && emitter.context.types.completeStruct(at.struct).packed) {
      return true;
    }
  }
  return false;
}

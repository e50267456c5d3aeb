/**
 * Programs by hand, for the tests of everything behind lowering: short constructors with the types filled in, and a
 * program that starts with the panic functions and nothing else.
 */
import { BOOL, intValue, NEVER, pointerTo, STR, U32, U64, VOID } from "./build.ts";
import type {
  BinaryOp,
  Expr,
  Field,
  Function,
  IntType,
  Local,
  Location,
  Program,
  Stmt,
  Struct,
  Type,
} from "./ir.ts";

export const at = (line: number, file = "test.ts"): Location => ({ file, line });

export const param = (id: string, type: Type): Local => ({ id, type, temporary: false });
export const local = param;
export const temporary = (id: string, type: Type): Local => ({ id, type, temporary: true });

export const use = (id: string, type: Type = U64): Expr => ({ op: "local", type, local: id });
export const num = (value: number | bigint, type: IntType = U64): Expr => intValue(type, value);
export const text = (value: string): Expr => ({
  op: "string",
  type: STR,
  utf8: new TextEncoder().encode(value),
});

/** A binary operation; comparisons give bool, all else the type of the left operand. */
export function bin(operator: BinaryOp, left: Expr, right: Expr): Expr {
  const compares = ["eq", "ne", "lt", "le", "gt", "ge"].includes(operator);
  return { op: "binary", type: compares ? BOOL : left.type, operator, left, right };
}

export const convert = (type: Type, operand: Expr): Expr => ({ op: "convert", type, operand });
export const load = (from: Expr): Expr => ({
  op: "load",
  type: from.type.kind === "pointer" ? from.type.to : VOID,
  from,
});
export const field = (struct: Struct, base: Expr, name: string): Expr => ({
  op: "fieldAddress",
  type: pointerTo(struct.fields.find((f) => f.name === name)?.type ?? VOID),
  base,
  struct: struct.id,
  field: name,
});
export const element = (type: Type, base: Expr, index: Expr): Expr => ({
  op: "elementAddress",
  type: pointerTo(type),
  base,
  index,
});
export const lengthOf = (slice: Expr): Expr => ({ op: "sliceLength", type: U64, slice });

export const assign = (id: string, value: Expr, line = 1): Stmt => ({
  op: "assign",
  at: at(line),
  local: id,
  value,
});
export const ret = (value: Expr | null, line = 1): Stmt => ({ op: "return", at: at(line), value });
export const call = (
  result: string | null,
  name: string,
  args: readonly Expr[],
  line = 1,
): Stmt => ({
  op: "call",
  at: at(line),
  result,
  function: name,
  args,
});
export const when = (condition: Expr, then: Stmt[], otherwise: Stmt[] = [], line = 1): Stmt => ({
  op: "if",
  at: at(line),
  condition,
  then,
  else: otherwise,
});

/** A function of package `@t/main`; further properties override. */
export function fn(
  id: string,
  params: readonly Local[],
  result: Type,
  body: Stmt[] | undefined,
  more: Partial<Function> = {},
): Function {
  return {
    id,
    source: id,
    package: "@t/main",
    generic: false,
    location: at(1),
    exported: false,
    inline: "default",
    params,
    result,
    locals: [],
    ...(body === undefined ? {} : { body }),
    ...more,
  };
}

/** A struct with naturally aligned fields. */
export function struct(
  id: string,
  fields: Record<string, Type>,
  more: Partial<Struct> = {},
): Struct {
  const list: Field[] = [];
  let offset = 0;
  let align = 1;
  for (const [name, type] of Object.entries(fields)) {
    const [size, own] = simpleLayout(type);
    const step = more.packed === true ? 1 : own;
    offset = Math.ceil(offset / step) * step;
    list.push({ name, type, offset: more.union === true ? 0 : offset });
    offset += size;
    align = Math.max(align, step);
  }
  const size = Math.ceil(offset / align) * align;
  return {
    id,
    source: id,
    package: "@t/main",
    fields: list,
    size,
    align,
    packed: false,
    union: false,
    ...more,
  };
}

function simpleLayout(type: Type): [number, number] {
  switch (type.kind) {
    case "int":
    case "float":
      return [type.bits / 8, type.bits / 8];
    case "bool":
      return [1, 1];
    case "array": {
      const [size, align] = simpleLayout(type.element);
      return [size * type.count, align];
    }
    case "slice":
    case "closure":
    case "interface":
      return [16, 8];
    default:
      return [8, 8];
  }
}

/** A program of these declarations; the panic functions call `exit` of the C library. */
export function program(functions: readonly Function[], structs: readonly Struct[] = []): Program {
  const exit = fn("exit_", [param("code", U32)], NEVER, undefined, { symbol: "exit" });
  const fail = (line: number): Stmt[] => [
    call(null, "exit_", [num(line, U32)]),
    { op: "unreachable", at: at(1) },
  ];
  const place = [param("file", STR), param("line", U32)];
  const panics = [
    fn("panic_bounds", [param("index", U64), param("length", U64), ...place], NEVER, fail(40)),
    fn("panic_check", [param("message", STR), ...place], NEVER, fail(41)),
  ];
  return {
    structs: new Map(structs.map((s) => [s.id, s])),
    interfaces: new Map(),
    implementations: [],
    globals: new Map(),
    functions: new Map([exit, ...panics, ...functions].map((f) => [f.id, f])),
    panics: { bounds: "panic_bounds", check: "panic_check" },
  };
}

/** Reproducible random numbers: a function that gives one from 0 to below its argument. */
export function random(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (below) => {
    // xorshift32, George Marsaglia 2003.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

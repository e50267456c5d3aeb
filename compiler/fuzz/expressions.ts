/** Writes random integer and boolean expressions that obey the rules of the dialect. */
import { INTS, intNamed, rangeOf } from "./ast.ts";
import type { ArithmeticOp, Expr, IntType, Type } from "./ast.ts";
import { bool } from "./booleans.ts";
import { callGiving } from "./calls.ts";
import { constantIn } from "./constants.ts";
import {
  enumIdentity,
  fieldsOf,
  hide,
  narrower,
  sameType,
  substitute,
  variable,
  type World,
} from "./world.ts";

/** Whether the compiler evaluates the expression: constants are checked, not computed, at compile time. */
const isConstant = (e: Expr): boolean =>
  e.op === "lit" ||
  e.op === "constant" ||
  e.op === "bool" ||
  (e.op === "var" && e.name.startsWith("K"));

/** Whether the result has wrapped in its type, so that it does not widen implicitly. */
function isArithmetic(e: Expr): boolean {
  if (e.op === "binary") return ["+", "-", "*", "<<"].includes(e.operator);
  if (e.op === "comma") return isArithmetic(e.right);
  if (e.op === "cond") return isArithmetic(e.then) || isArithmetic(e.else);
  return e.op === "unary" || e.op === "wrap";
}

export function literal(w: World, t: IntType): Expr {
  const [least, greatest] = rangeOf(t);
  const { r } = w;
  const value = r.weighted<bigint>([
    [40, () => BigInt(r.below(10))],
    [10, () => greatest - BigInt(r.below(3))],
    [10, () => least + BigInt(r.below(3))],
    [10, () => 1n << BigInt(r.below(t.bits - 1))],
    [20, () => BigInt(r.below(0x1_0000_0000)) & greatest],
    [10, () => ((BigInt(r.next()) << 32n) | BigInt(r.next())) & greatest],
    [t.signed ? 20 : 0, () => -BigInt(r.between(1, 100))],
  ]);
  return { op: "lit", type: t, value };
}

/** Places that hold exactly this type and may be assigned to. */
export function places(w: World, type: Type, depth: number): (() => Expr)[] {
  const found: (() => Expr)[] = [];
  for (const v of w.all()) {
    if (v.assignable && sameType(v.type, type)) found.push(() => variable(v));
    const { type: t } = v;
    if (
      (t.kind === "array" || t.kind === "slice") &&
      sameType(t.of, type) &&
      (v.assignable || t.kind === "array")
    ) {
      found.push(() => ({
        op: "index",
        base: variable(v),
        index: index(w, t.kind === "array" ? (t.count as number) : 4, depth),
      }));
    }
  }
  for (const o of w.objects()) {
    for (const f of fieldsOf(o.decl)) {
      if (sameType(f.type, type)) found.push(() => ({ op: "field", object: o.expr, name: f.name }));
      const t = f.type;
      if (t.kind === "array" && typeof t.count === "number" && sameType(t.of, type)) {
        found.push(() => ({
          op: "index",
          base: { op: "field", object: o.expr, name: f.name },
          index: index(w, t.count as number, depth),
        }));
      }
    }
    for (const f of o.decl.statics) {
      if (sameType(f.type, type)) found.push(() => ({ op: "static", decl: o.decl, name: f.name }));
    }
  }
  return found;
}

/** What can be read: the places, constants, tables, loop counters, getters. */
export function sources(w: World, type: Type, depth: number): (() => Expr)[] {
  const found = places(w, type, depth);
  for (const v of w.all()) {
    if (!v.assignable && sameType(v.type, type)) found.push(() => variable(v));
    const { type: t } = v;
    if (t.kind === "slice" && !v.assignable && sameType(t.of, type)) {
      found.push(() => ({ op: "index", base: variable(v), index: index(w, v.below ?? 4, depth) }));
    }
    if ((t.kind === "slice" || t.kind === "array") && type.kind === "int" && type.name === "u64") {
      if (t.kind === "slice") found.push(() => ({ op: "length", base: variable(v) }));
    }
  }
  for (const o of w.objects()) {
    for (const m of o.decl.methods) {
      const result = substitute(m.result, o.types);
      if (m.modifier === "get" && result !== undefined && sameType(result, type) && depth > 0) {
        found.push(() => ({ op: "get", object: o.expr, name: m.name }));
      }
    }
  }
  return found;
}

/** An index for something with `count` elements: mostly inside, sometimes anything. */
export function index(w: World, count: number, depth: number): Expr {
  const { r } = w;
  const small = w.vars.filter(
    (v) => v.below !== undefined && v.below <= count && v.type.kind === "int" && !v.type.signed,
  );
  const counter = r.pickAny(small);
  if (counter !== undefined && r.chance(60)) return variable(counter);
  const t = r.pick(INTS.filter((i) => !i.signed));
  if (r.chance(w.habits.wild)) return int(w, t, Math.min(depth, 1) - 1, true);
  if (r.chance(30)) return { op: "lit", type: intNamed("u64"), value: BigInt(r.below(count)) };
  return {
    op: "binary",
    type: t,
    operator: "%",
    left: int(w, t, depth - 2, true),
    right: { op: "lit", type: t, value: BigInt(count) },
  };
}

/** An expression of exactly the type `t`. `firm`: it must not be a constant, whose type its context would decide. */
export function int(w: World, t: IntType, depth: number, firm = false): Expr {
  const { r } = w;
  if (depth <= 0 || r.chance(15)) return leaf(w, t, depth, firm);
  const conversion = (): Expr => ({ op: "convert", type: t, operand: convertible(w, depth - 1) });
  return r.weighted<Expr>([
    [30, () => binary(w, t, depth)],
    [8, () => shift(w, t, depth)],
    [8, () => division(w, t, depth)],
    [
      6,
      () => ({
        op: "unary",
        type: t,
        operator: t.signed && r.chance(w.habits.wild + 5) ? "-" : "~",
        operand: int(w, t, depth - 1, true),
      }),
    ],
    [
      8,
      () => ({
        op: "cond",
        condition: bool(w, depth - 1),
        then: int(w, t, depth - 1, true),
        else: int(w, t, depth - 1),
      }),
    ],
    [10, conversion],
    [16, () => callGiving(w, t, depth) ?? conversion()],
    [6, () => assignment(w, t, depth) ?? conversion()],
    [5, () => step(w, t, depth) ?? conversion()],
    [5, () => bitOperation(w, t, depth) ?? conversion()],
    [4, () => atomic(w, t, depth) ?? conversion()],
    [3, () => orders(w, t, depth) ?? conversion()],
    [
      3,
      () => ({
        op: "fromFloat",
        type: t,
        operand: float(w, w.r.pick([32, 64] as const), depth - 1),
      }),
    ],
    [
      2,
      () => ({
        op: "comma",
        left: assignment(w, w.r.pick(INTS), depth) ?? conversion(),
        right: int(w, t, depth - 1, true),
      }),
    ],
  ]);
}

function leaf(w: World, t: IntType, depth: number, firm: boolean): Expr {
  const from = w.r.pickAny(sources(w, t, depth - 1));
  if (from !== undefined && w.r.chance(75)) return from();
  const constant = w.r.pickAny(w.constants.filter((c) => c.type.name === t.name));
  const value: Expr =
    constant !== undefined && w.r.chance(50)
      ? { op: "var", name: constant.name, global: true }
      : literal(w, t);
  if (!firm && w.r.chance(15)) return constantIn(w, t) ?? value;
  if (!firm) return value;
  return from !== undefined ? from() : hide(w, t, value);
}

/** An expression where the type `t` is expected: also one of a narrower type that has not wrapped. */
export function coerced(w: World, t: IntType, depth: number): Expr {
  const from = w.r.pickAny(narrower(t));
  if (from !== undefined && w.r.chance(25)) {
    const e = int(w, from, depth, true);
    if (!isArithmetic(e)) return e;
    return { op: "convert", type: from, operand: e };
  }
  return int(w, t, depth);
}

/** Two operands whose common type is `t`. */
export function operands(w: World, t: IntType, depth: number): [Expr, Expr] {
  const one = int(w, t, depth, true);
  const other = coerced(w, t, depth);
  return w.r.chance(50) ? [one, other] : [other, one];
}

function binary(w: World, t: IntType, depth: number): Expr {
  const operator = w.r.pick<ArithmeticOp>(["+", "-", "*", "+", "-", "&", "|", "^"]);
  if ((operator === "+" || operator === "-" || operator === "*") && w.r.chance(w.habits.wrap)) {
    return {
      op: "wrap",
      type: t,
      operator,
      left: int(w, t, depth - 1, true),
      right: int(w, t, depth - 1),
    };
  }
  const [left, right] = operands(w, t, depth - 1);
  return { op: "binary", type: t, operator, left, right };
}

function shift(w: World, t: IntType, depth: number): Expr {
  const left = int(w, t, depth - 1, true);
  return {
    op: "binary",
    type: t,
    operator: w.r.pick<ArithmeticOp>(["<<", ">>"]),
    left,
    right: shiftCount(w, t, depth),
  };
}

function shiftCount(w: World, t: IntType, depth: number): Expr {
  const { r } = w;
  if (r.chance(50)) return { op: "lit", type: t, value: BigInt(r.below(t.bits)) };
  const type = r.pick(INTS.filter((i) => !i.signed));
  const value = int(w, type, depth - 2, true);
  if (r.chance(w.habits.wild)) return value;
  return {
    op: "binary",
    type,
    operator: "&",
    left: value,
    right: { op: "lit", type, value: BigInt(t.bits - 1) },
  };
}

function division(w: World, t: IntType, depth: number): Expr {
  return {
    op: "binary",
    type: t,
    operator: w.r.pick<ArithmeticOp>(["/", "%"]),
    left: int(w, t, depth - 1, true),
    right: divisor(w, t, depth),
  };
}

function divisor(w: World, t: IntType, depth: number): Expr {
  const { r } = w;
  if (r.chance(30)) {
    const value = literal(w, t);
    return value.op === "lit" && value.value !== 0n ? value : { op: "lit", type: t, value: 3n };
  }
  const right = int(w, t, depth - 2, true);
  if (r.chance(w.habits.wild)) return right;
  return {
    op: "binary",
    type: t,
    operator: "|",
    left: right,
    right: { op: "lit", type: t, value: 1n },
  };
}

function bitOperation(w: World, t: IntType, depth: number): Expr | undefined {
  if (t.signed) return undefined;
  if (t.name === "u32" && w.r.chance(50)) {
    const of = w.r.pick(INTS.filter((i) => !i.signed));
    return {
      op: "bits",
      name: w.r.pick(["clz", "ctz", "popcount"]),
      type: of,
      operand: int(w, of, depth - 1, true),
    };
  }
  const operand = int(w, t, depth - 1, true);
  if (t.bits > 8 && w.r.chance(40)) return { op: "bits", name: "bswap", type: t, operand };
  return {
    op: "bits",
    name: "rotateLeft",
    type: t,
    operand,
    count: coerced(w, intNamed("u32"), depth - 2),
  };
}

/** An atomic operation on a variable, field or element; a local is none that others could see. */
function atomic(w: World, t: IntType, depth: number): Expr | undefined {
  const shared = places(w, t, depth - 1)
    .map((p) => p())
    .filter((p) => p.op === "field" || p.op === "static" || (p.op === "var" && p.global));
  const place = w.r.pickAny(shared);
  const name = w.r.pick(["atomicAdd", "atomicSub", "atomicAnd", "atomicOr", "atomicExchange"]);
  return place && { op: "atomic", type: t, name, place, value: int(w, t, depth - 1, true) };
}

/** A floating-point expression over integers. */
export function float(w: World, bits: 32 | 64, depth: number): Expr {
  const { r } = w;
  if (depth <= 0 || r.chance(40)) {
    const operand: Expr =
      r.chance(20) && depth > 0
        ? float(w, bits === 32 ? 64 : 32, depth - 1)
        : int(w, r.pick(INTS), depth - 1, true);
    return { op: "toFloat", bits, operand };
  }
  return {
    op: "floatBinary",
    bits,
    operator: r.pick(["+", "-", "*", "/"] as const),
    left: float(w, bits, depth - 1),
    right: float(w, bits, depth - 1),
  };
}

function orders(w: World, t: IntType, depth: number): Expr | undefined {
  if (t.signed || t.bits === 8) return undefined;
  return { op: "orders", type: t, little: w.r.chance(50), operand: int(w, t, depth - 1, true) };
}

/** What converts explicitly: any integer, a boolean, an enum. */
export function convertible(w: World, depth: number): Expr {
  const enumDecl = w.r.pickAny(w.program.enums);
  if (enumDecl !== undefined && w.r.chance(10)) return enumValue(w, enumDecl, depth);
  if (w.r.chance(12)) return bool(w, depth);
  return int(w, w.r.pick(INTS), depth, true);
}

export function enumValue(w: World, decl: World["program"]["enums"][number], depth: number): Expr {
  const type: Type = { kind: "enum", decl };
  const from = w.r.pickAny(sources(w, type, depth - 1));
  if (from !== undefined && w.r.chance(50)) return from();
  const called = w.r.chance(30) && depth > 0 ? callGiving(w, type, depth) : undefined;
  if (called !== undefined) return called;
  if (w.r.chance(w.habits.wild))
    return { op: "enumOf", decl, operand: int(w, intNamed("u8"), depth - 1, true) };
  const member: Expr = { op: "member", decl, index: w.r.below(decl.members.length) };
  return { op: "call", fn: enumIdentity(w, decl), types: [], written: false, args: [member] };
}

export function assignment(w: World, t: IntType, depth: number): Expr | undefined {
  const place = w.r.pickAny(places(w, t, depth - 1));
  if (place === undefined) return undefined;
  if (w.r.chance(50)) {
    // `(x = 5) === (y = 6)` is an error of tsc's: the value must not be a literal.
    return {
      op: "assign",
      type: t,
      operator: undefined,
      place: place(),
      value: firmCoerced(w, t, depth - 1),
    };
  }
  return compound(w, t, place(), depth);
}

function firmCoerced(w: World, t: IntType, depth: number): Expr {
  const value = coerced(w, t, depth);
  return isConstant(value) ? hide(w, t, value) : value;
}

export function compound(w: World, t: IntType, place: Expr, depth: number): Expr {
  const { r } = w;
  const safe = r.chance(w.habits.wrap);
  const operator = r.pick<ArithmeticOp>(
    safe ? ["&", "|", "^", ">>", "<<", "/", "%"] : ["+", "-", "*", "+", "-"],
  );
  const shifting = operator === "<<" || operator === ">>";
  const dividing = operator === "/" || operator === "%";
  const value = shifting
    ? shiftCount(w, t, depth)
    : dividing
      ? divisor(w, t, depth)
      : coerced(w, t, depth - 1);
  return { op: "assign", type: t, operator, place, value };
}

export function step(w: World, t: IntType, depth: number): Expr | undefined {
  if (!w.r.chance(110 - w.habits.wrap)) return undefined;
  const place = w.r.pickAny(places(w, t, depth - 1));
  if (place === undefined) return undefined;
  return {
    op: "step",
    type: t,
    operator: w.r.pick(["+", "-"] as const),
    prefix: w.r.chance(50),
    place: place(),
  };
}

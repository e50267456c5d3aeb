/** What the reference interpreter computes with, and the arithmetic of the kernel dialect on BigInt. */
import type {
  ArithmeticOp,
  ClassDecl,
  CompareOp,
  Expr,
  FunctionDecl,
  IntType,
  Param,
  Stmt,
  TypeArgument,
} from "./ast.ts";
import { rangeOf, wrapTo } from "./ast.ts";

/** The program ended with a panic. */
export class Panic extends Error {}

/** The program runs too long to be a useful test. */
export class OutOfFuel extends Error {}

export class Cell {
  constructor(public value: Value) {}
}

export class ObjectValue {
  readonly fields = new Map<string, Cell>();
  constructor(
    readonly decl: ClassDecl,
    readonly types: ReadonlyMap<string, TypeArgument>,
  ) {}
}

/** A whole array, or a slice of one: the cells are shared. */
export class Elements {
  constructor(
    readonly cells: readonly Cell[],
    readonly offset: number,
    readonly length: number,
  ) {}
}

export class TupleValue {
  constructor(readonly items: readonly Value[]) {}
}

export class VariantValue {
  constructor(
    readonly tag: string,
    readonly fields: ReadonlyMap<string, Value>,
  ) {}
}

export class FunctionValue {
  constructor(readonly fn: FunctionDecl) {}
}

export class ClosureValue {
  constructor(
    readonly params: readonly Param[],
    readonly body: readonly Stmt[] | Expr,
    readonly frame: Frame,
  ) {}
}

export type Value =
  | bigint
  | number
  | boolean
  | null
  | string
  | ObjectValue
  | Elements
  | TupleValue
  | VariantValue
  | FunctionValue
  | ClosureValue;

/** The variables of one call; a closure's frame continues in that of the function around it. */
export class Frame {
  readonly cells = new Map<string, Cell>();
  constructor(
    readonly self: ObjectValue | undefined,
    /** The class whose method runs: where `super` starts. */
    readonly owner: ClassDecl | undefined,
    readonly types: ReadonlyMap<string, TypeArgument>,
    readonly outer: Frame | undefined,
  ) {}

  find(name: string): Cell {
    const cell = this.cells.get(name) ?? this.outer?.find(name);
    if (cell === undefined) throw new Error(`no variable ${name}`);
    return cell;
  }
}

/** Addition, subtraction, multiplication; in debug builds an overflow is a panic. */
function exact(t: IntType, value: bigint, trapping: boolean): bigint {
  const wrapped = wrapTo(t, value);
  if (trapping && wrapped !== value) throw new Panic("overflow");
  return wrapped;
}

/** An operator on two values of the type `t`; for shifts `right` has a type of its own. */
export function arithmetic(
  t: IntType,
  operator: ArithmeticOp,
  left: bigint,
  right: bigint,
  trapping: boolean,
): bigint {
  switch (operator) {
    case "+":
      return exact(t, left + right, trapping);
    case "-":
      return exact(t, left - right, trapping);
    case "*":
      return exact(t, left * right, trapping);
    case "/":
    case "%":
      if (right === 0n) throw new Panic("division by zero");
      if (t.signed && right === -1n && left === rangeOf(t)[0]) {
        throw new Panic(`overflow: the least ${t.name} divided by -1`);
      }
      return operator === "/" ? left / right : left % right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
    case ">>":
      if (right >= BigInt(t.bits)) throw new Panic(`shift count is not below ${String(t.bits)}`);
      return operator === "<<" ? wrapTo(t, left << right) : left >> right;
  }
}

export function compare(operator: CompareOp, left: Value, right: Value): boolean {
  if (operator === "===") return left === right;
  if (operator === "!==") return left !== right;
  if (typeof left !== typeof right || (typeof left !== "bigint" && typeof left !== "number"))
    throw new Error("only numbers have an order");
  return inOrder(operator, left, right as bigint | number);
}

function inOrder(operator: CompareOp, left: bigint | number, right: bigint | number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}

/** clz, ctz, popcount, bswap, rotateLeft on a value of the unsigned type `t`. */
export function bitOperation(name: string, t: IntType, value: bigint, count: bigint): bigint {
  const digits = BigInt.asUintN(t.bits, value).toString(2).padStart(t.bits, "0");
  switch (name) {
    case "clz":
      return BigInt(digits.includes("1") ? digits.indexOf("1") : t.bits);
    case "ctz":
      return BigInt(digits.includes("1") ? t.bits - 1 - digits.lastIndexOf("1") : t.bits);
    case "popcount":
      return BigInt(digits.replaceAll("0", "").length);
    case "bswap":
      return BigInt(`0b${(digits.match(/.{8}/g) ?? []).reverse().join("")}`);
    case "rotateLeft": {
      const by = Number(count % BigInt(t.bits));
      return BigInt(`0b${digits.slice(by)}${digits.slice(0, by)}`);
    }
    default:
      throw new Error(`no bit operation ${name}`);
  }
}

/** A floating-point number of 32 or 64 bits. */
export const rounded = (bits: 32 | 64, value: number): number =>
  bits === 32 ? Math.fround(value) : value;

/** An operator on floating-point numbers; each result is rounded. */
export function floatArithmetic(
  bits: 32 | 64,
  operator: "+" | "-" | "*" | "/",
  left: number,
  right: number,
): number {
  switch (operator) {
    case "+":
      return rounded(bits, left + right);
    case "-":
      return rounded(bits, left - right);
    case "*":
      return rounded(bits, left * right);
    case "/":
      return rounded(bits, left / right);
  }
}

/** An integer as a float: rounded once, also where a double would round it first. */
export function integerToFloat(bits: 32 | 64, value: bigint): number {
  if (bits === 64) return Number(value);
  const magnitude = value < 0n ? -value : value;
  const extra = BigInt(Math.max(0, magnitude.toString(2).length - 24));
  const half = extra === 0n ? 0n : 1n << (extra - 1n);
  const rest = magnitude & ((1n << extra) - 1n);
  const kept = magnitude >> extra;
  const up = rest > half || (rest === half && extra !== 0n && (kept & 1n) === 1n);
  const result = Number((up ? kept + 1n : kept) << extra);
  return value < 0n ? -result : result;
}

/** Towards zero, then the nearest value of the type; 0 for what is no number. */
export function floatToInteger(t: IntType, value: number): bigint {
  const [least, greatest] = rangeOf(t);
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value > 0 ? greatest : least;
  const whole = BigInt(Math.trunc(value));
  return whole < least ? least : whole > greatest ? greatest : whole;
}

/** What an atomic operation stores. */
export function atomicResult(name: string, t: IntType, old: bigint, value: bigint): bigint {
  switch (name) {
    case "atomicAdd":
      return wrapTo(t, old + value);
    case "atomicSub":
      return wrapTo(t, old - value);
    case "atomicAnd":
      return old & value;
    case "atomicOr":
      return old | value;
    default:
      return value;
  }
}

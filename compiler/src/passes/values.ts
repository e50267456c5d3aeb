/**
 * The values that expressions are known to have at one point: ranges of integers, and which expression a local still is
 * equal to; and with these the names (keys) under which facts about an expression are kept.
 */
import { typeKey } from "../ir/build.ts";
import type { Results } from "./results.ts";
import type { Expr, Program } from "../ir/ir.ts";
import {
  binaryRange,
  intersect,
  type Range,
  rangeOfType,
  unaryRange,
  union,
  wrapInto,
} from "./range.ts";

/** Stands for all memory among the locals that a fact depends on. */
export const MEMORY = "*";

const LIMIT = 96;
const DEPTH = 12;
const KEY_LENGTH = 240;
/** How many nodes one question may look at; a variable that is a sum of variables and so on would double each time. */
const STEPS = 400;

/**
 * How far variables are replaced in keys: `full` also by what is read from memory, which finds `this.size` again in another
 * temporary; `stable` not by that, which survives writes. Facts are kept, and looked for, under both.
 */
export type Mode = "full" | "stable";
export const MODES: readonly Mode[] = ["full", "stable"];

/** A fact, and the locals (or memory) it depends on. */
export interface Known<T> {
  readonly value: T;
  readonly depends: ReadonlySet<string>;
}

/** What all points of one function share. */
export interface FunctionFacts {
  readonly program: Program;
  /** Locals that memory operations may change. */
  readonly addressed: ReadonlySet<string>;
  /** What the functions give that have been looked at before. */
  readonly results: Results;
}

/** Ranges and equalities; facts.ts adds relations between expressions. */
export class Values {
  protected readonly of: FunctionFacts;
  protected readonly ranges = new Map<string, Known<Range>>();
  protected readonly equals = new Map<string, Known<Expr>>();
  protected steps = 0;

  constructor(of: FunctionFacts) {
    this.of = of;
  }

  /** A variable's value, where it is known as an expression. */
  protected resolve(e: Expr): Expr {
    let at = e;
    for (let depth = 0; depth < DEPTH && at.op === "local"; depth += 1) {
      const known = this.equals.get(at.local);
      if (known === undefined) {
        break;
      }
      at = known.value;
    }
    return at;
  }

  protected range(e: Expr, depth = 0): Range {
    const own = e.op === "int" ? { low: e.value, high: e.value } : this.computedRange(e, depth);
    if (e.op === "int" || depth >= 4) {
      return own;
    }
    const names = [...this.keys(e), ...(e.op === "local" ? [e.local] : [])];
    return names.reduce(
      (range, name) => intersect(range, this.ranges.get(name)?.value ?? range),
      own,
    );
  }

  protected computedRange(e: Expr, depth: number): Range {
    this.steps += 1;
    if (depth >= DEPTH || this.steps > STEPS) {
      return rangeOfType(e.type);
    }
    switch (e.op) {
      case "local": {
        const known = this.equals.get(e.local);
        return known === undefined ? rangeOfType(e.type) : this.range(known.value, depth + 1);
      }
      case "convert": {
        const { kind } = e.operand.type;
        const exact = e.type.kind === "int" && (kind === "int" || kind === "bool");
        return exact ? wrapInto(e.type, this.range(e.operand, depth + 1)) : rangeOfType(e.type);
      }
      case "binary":
        return e.type.kind === "int"
          ? binaryRange(
              e.operator,
              e.type,
              this.range(e.left, depth + 1),
              this.range(e.right, depth + 1),
            )
          : rangeOfType(e.type);
      case "sliceLength": {
        const slice = this.resolve(e.slice);
        if (slice.op === "string") {
          return { low: BigInt(slice.utf8.length), high: BigInt(slice.utf8.length) };
        }
        return slice.op === "makeSlice" ? this.range(slice.length, depth + 1) : rangeOfType(e.type);
      }
      case "select":
        return union(this.range(e.then, depth + 1), this.range(e.else, depth + 1));
      case "unary":
        return e.operand.type.kind === "int"
          ? unaryRange(e.operator, e.type, e.operand.type, this.range(e.operand, depth + 1))
          : rangeOfType(e.type);
      default:
        return rangeOfType(e.type);
    }
  }

  /** The names under which facts about the expression may be kept. */
  protected keys(e: Expr): string[] {
    return MODES.map((mode) => this.key(e, mode)).filter((key) => key !== null);
  }

  /** A name of an expression, null where it is too large or may change by itself. */
  protected key(e: Expr, mode: Mode, depends = new Set<string>(), depth = 0): string | null {
    this.steps += 1;
    const text =
      depth >= DEPTH || this.steps > STEPS ? null : this.keyText(e, mode, depends, depth + 1);
    return text === null || text.length > KEY_LENGTH ? null : text;
  }

  protected keyText(e: Expr, mode: Mode, depends: Set<string>, depth: number): string | null {
    const part = (inner: Expr): string | null => this.key(inner, mode, depends, depth);
    switch (e.op) {
      case "int":
        return `${e.value.toString()}:${typeKey(e.type)}`;
      case "null":
        return "null";
      case "local":
        return this.localKey(e.local, mode, depends, depth);
      case "localAddress":
        return `&${e.local}`;
      case "globalAddress":
        return `&${e.global}`;
      case "load":
        depends.add(MEMORY);
        return e.volatile === true || this.isVolatile(e.from) ? null : wrap("*", [part(e.from)]);
      case "fieldAddress":
      case "member":
        return wrap(`${e.op} ${e.struct}.${e.field}`, [part(e.base)]);
      case "elementAddress":
        return wrap(e.op, [part(e.base), part(e.index)]);
      case "makeSlice":
        return wrap(e.op, [part(e.data), part(e.length)]);
      case "sliceLength": {
        const whole = part(e.slice);
        const slice = this.resolve(e.slice);
        return whole !== null && slice.op === "makeSlice"
          ? part(slice.length)
          : wrap(e.op, [whole]);
      }
      case "binary":
        return wrap(`${e.operator}:${typeKey(e.type)}`, [part(e.left), part(e.right)]);
      case "unary":
        return wrap(`${e.operator}:${typeKey(e.type)}`, [part(e.operand)]);
      case "convert":
        return wrap(`to ${typeKey(e.type)}`, [part(e.operand)]);
      default:
        return null;
    }
  }

  protected localKey(
    local: string,
    mode: Mode,
    depends: Set<string>,
    depth: number,
  ): string | null {
    depends.add(local);
    if (this.of.addressed.has(local)) {
      depends.add(MEMORY);
    }
    const known = this.equals.get(local);
    if (known === undefined || (mode === "stable" && known.depends.has(MEMORY))) {
      return local;
    }
    return this.key(known.value, mode, depends, depth);
  }

  protected isVolatile(address: Expr): boolean {
    for (let at = address; at.op === "fieldAddress" || at.op === "elementAddress"; at = at.base) {
      if (at.op === "fieldAddress") {
        const { field, struct } = at;
        const found = this.of.program.structs.get(struct)?.fields.find((f) => f.name === field);
        if (found === undefined || found.volatile === true) {
          return true;
        }
      }
    }
    return false;
  }

  protected remember<T>(map: Map<string, Known<T>>, key: string, known: Known<T>): void {
    map.delete(key);
    map.set(key, known);
    if (map.size > LIMIT) {
      for (const oldest of map.keys()) {
        map.delete(oldest);
        break;
      }
    }
  }
}

function wrap(name: string, parts: readonly (string | null)[]): string | null {
  return parts.includes(null) ? null : `(${name} ${parts.join(" ")})`;
}

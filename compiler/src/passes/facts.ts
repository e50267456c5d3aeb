/**
 * What is known to hold at one point of a function: relations between expressions (`i < s.length`), ranges of integers, and
 * which expression a local still is equal to.
 *
 * An expression is known by its text (its key), with variables replaced by what they are equal to. Each fact lists the
 * locals it depends on, `*` standing for memory, and is forgotten when one of them may change. The number of facts is
 * limited, so that every step costs at most a constant; forgetting is always sound.
 */
import type { BinaryOp, Expr } from "../ir/ir.ts";
import { intersect, operandRanges, type Range, rangeOfType, union } from "./range.ts";
import { type Known, MODES, Values } from "./values.ts";

/** How deep a limit on an expression is followed into its operands. */
const INVERTED = 5;

/** Everything known at one point. */
export class Facts extends Values {
  private readonly relations = new Map<string, Known<true>>();

  clone(): Facts {
    const copy = new Facts(this.of);
    copyInto(copy.relations, this.relations);
    copyInto(copy.ranges, this.ranges);
    copyInto(copy.equals, this.equals);
    return copy;
  }

  /** What holds whichever of the two points control came from. */
  static join(a: Facts, b: Facts): Facts {
    const result = new Facts(a.of);
    for (const [key, known] of a.relations) {
      if (b.relations.has(key)) {
        result.relations.set(key, known);
      }
    }
    for (const [key, known] of a.ranges) {
      const other = b.ranges.get(key);
      if (other !== undefined) {
        result.ranges.set(key, { ...known, value: union(known.value, other.value) });
      }
    }
    for (const [key, known] of a.equals) {
      if (b.equals.get(key)?.value === known.value) {
        result.equals.set(key, known);
      }
    }
    return result;
  }

  /** The local (or memory) may have changed. */
  forget(local: string): void {
    this.equals.delete(local);
    for (const map of [this.relations, this.ranges, this.equals] as Map<string, Known<unknown>>[]) {
      for (const [key, known] of map) {
        if (known.depends.has(local)) {
          map.delete(key);
        }
      }
    }
  }

  /** The local has been assigned this value, or null for one that is not known. */
  assign(local: string, value: Expr | null): void {
    this.steps = 0;
    const depends = new Set<string>();
    const stable =
      value !== null && this.key(value, "full", depends) !== null && !depends.has(local);
    const range = value?.type.kind === "int" ? this.range(value) : null;
    this.forget(local);
    if (range !== null && value !== null && !this.of.addressed.has(local)) {
      this.remember(this.ranges, local, { value: range, depends: new Set([local]) });
    }
    if (stable && !this.of.addressed.has(local)) {
      this.remember(this.equals, local, { value, depends });
    }
  }

  // -- conditions ----------------------------------------------------------------------------------------------------

  /** The condition has just been found to be `truth`. */
  assume(given: Expr, truth: boolean): void {
    this.steps = 0;
    const condition = this.resolve(given);
    switch (condition.op) {
      case "expect":
        this.assume(condition.operand, truth);
        return;
      case "andAlso":
      case "orElse":
        if (truth === (condition.op === "andAlso")) {
          this.assume(condition.left, truth);
          this.assume(condition.right, truth);
        }
        return;
      case "unary":
        if (condition.operator === "lnot") {
          this.assume(condition.operand, !truth);
        }
        return;
      case "binary":
        this.assumeRelation(condition, truth);
        return;
      default:
    }
    for (const mode of MODES) {
      const depends = new Set<string>();
      const key = this.key(given, mode, depends);
      if (key !== null) {
        this.remember(this.relations, `${String(truth)} ${key}`, { value: true, depends });
      }
    }
  }

  /** Whether the condition is certainly `truth`. */
  implies(given: Expr, truth: boolean): boolean {
    this.steps = 0;
    const condition = this.resolve(given);
    switch (condition.op) {
      case "bool":
        return condition.value === truth;
      case "expect":
        return this.implies(condition.operand, truth);
      case "andAlso":
      case "orElse": {
        const left = this.implies(condition.left, truth);
        const both = truth === (condition.op === "andAlso");
        return both
          ? left && this.implies(condition.right, truth)
          : left || this.implies(condition.right, truth);
      }
      case "unary":
        return condition.operator === "lnot" && this.implies(condition.operand, !truth);
      case "binary":
        return this.impliesRelation(condition, truth);
      default:
        return this.keys(given).some((key) => this.relations.has(`${String(truth)} ${key}`));
    }
  }

  /** Whether `index < length` for certain; both are of one integer type. */
  less(index: Expr, length: Expr): boolean {
    this.steps = 0;
    if (this.range(index).high < this.range(length).low) {
      return true;
    }
    const at = this.resolve(index);
    // The remainder of a division that was checked, so that the divisor is not zero.
    if (at.op === "binary" && at.operator === "rem" && isUnsigned(at)) {
      const limits = this.keys(length);
      if (this.keys(at.right).some((key) => limits.includes(key))) {
        return true;
      }
    }
    return this.related(["lt"], index, length);
  }

  /** Whether one of these relations between the two is a known fact. */
  private related(operators: readonly string[], left: Expr, right: Expr): boolean {
    return MODES.some((mode) => {
      const a = this.key(left, mode);
      const b = this.key(right, mode);
      return (
        a !== null &&
        b !== null &&
        operators.some((name) => this.relations.has(`${name} ${a} ${b}`))
      );
    });
  }

  private assumeRelation(e: Extract<Expr, { op: "binary" }>, truth: boolean): void {
    const relation = relationOf(e, truth);
    if (relation === null) {
      return;
    }
    const [operator, left, right] = relation;
    for (const mode of MODES) {
      const depends = new Set<string>();
      const a = this.key(left, mode, depends);
      const b = this.key(right, mode, depends);
      if (a !== null && b !== null) {
        this.remember(this.relations, `${operator} ${a} ${b}`, { value: true, depends });
      }
    }
    if (left.type.kind === "int") {
      this.narrow(operator, left, right);
    }
  }

  private narrow(operator: string, left: Expr, right: Expr): void {
    const a = this.range(left);
    const b = this.range(right);
    switch (operator) {
      case "lt":
        this.limit(left, { low: a.low, high: b.high - 1n });
        this.limit(right, { low: a.low + 1n, high: b.high });
        break;
      case "le":
        this.limit(left, { low: a.low, high: b.high });
        this.limit(right, { low: a.low, high: b.high });
        break;
      case "eq":
        this.limit(left, b);
        this.limit(right, a);
        break;
      default:
        this.exclude(left, a, b);
        this.exclude(right, b, a);
    }
  }

  /** `e`, which is in `range`, differs from the only value of `other`. */
  private exclude(e: Expr, range: Range, other: Range): void {
    if (other.low === other.high && other.low === range.low) {
      this.limit(e, { low: range.low + 1n, high: range.high });
    } else if (other.low === other.high && other.low === range.high) {
      this.limit(e, { low: range.low, high: range.high - 1n });
    }
  }

  /** `e` is in the range, and so are its operands in what follows from that. */
  private limit(e: Expr, range: Range, depth = 0): void {
    if (e.op === "int" || e.type.kind !== "int" || depth >= INVERTED) {
      return;
    }
    const value = intersect(this.range(e), range);
    for (const mode of MODES) {
      const depends = new Set<string>();
      const key = this.key(e, mode, depends);
      if (key !== null) {
        this.remember(this.ranges, key, { value, depends });
      }
    }
    this.limitOperands(this.resolve(e), value, depth + 1);
  }

  private limitOperands(e: Expr, range: Range, depth: number): void {
    this.steps = 0;
    if (e.op === "convert" && e.operand.type.kind === "int") {
      const before = this.range(e.operand);
      const all = rangeOfType(e.type);
      if (before.low >= all.low && before.high <= all.high) {
        this.limit(e.operand, range, depth);
      }
    } else if (e.op === "binary" && e.type.kind === "int") {
      const known = [this.range(e.left), this.range(e.right)] as const;
      const ranges = operandRanges(e.operator, e.type, known, range);
      if (ranges !== null) {
        this.limit(e.left, ranges[0], depth);
        this.limit(e.right, ranges[1], depth);
      }
    }
  }

  /** The local, which has just been assigned the result of a call, is in this range. */
  assumeResult(local: Expr, range: Range): void {
    this.steps = 0;
    this.limit(local, range);
  }

  /** The values that the expression can have here. */
  rangeOf(e: Expr): Range {
    this.steps = 0;
    return this.range(e);
  }

  /** What the expression is equal to, one step further where it is a variable. */
  knownAs(e: Expr): Expr {
    return this.resolve(e);
  }

  private impliesRelation(e: Extract<Expr, { op: "binary" }>, truth: boolean): boolean {
    const relation = relationOf(e, truth);
    if (relation === null) {
      return false;
    }
    const [operator, left, right] = relation;
    const x = this.range(left);
    const y = this.range(right);
    switch (operator) {
      case "lt":
        return this.less(left, right);
      case "le":
        return (
          this.same(left, right) || this.related(["le", "lt", "eq"], left, right) || x.high <= y.low
        );
      case "eq":
        return this.same(left, right) || this.related(["eq"], left, right);
      default: {
        const apart = left.type.kind === "int" && (x.high < y.low || y.high < x.low);
        return (
          apart ||
          this.related(["ne", "lt"], left, right) ||
          this.related(["ne", "lt"], right, left)
        );
      }
    }
  }

  private same(left: Expr, right: Expr): boolean {
    const key = this.key(left, "full");
    return key !== null && key === this.key(right, "full");
  }
}

function copyInto<T>(to: Map<string, T>, from: ReadonlyMap<string, T>): void {
  for (const [key, value] of from) {
    to.set(key, value);
  }
}

function isUnsigned(e: Expr): boolean {
  return e.type.kind === "int" && !e.type.signed;
}

const NEGATED: Partial<Record<BinaryOp, BinaryOp>> = {
  eq: "ne",
  ne: "eq",
  lt: "ge",
  ge: "lt",
  le: "gt",
  gt: "le",
};

/** A comparison as one of `lt`, `le`, `eq`, `ne`; null for floats, where the negation of `<` is not `>=`. */
function relationOf(
  e: Extract<Expr, { op: "binary" }>,
  truth: boolean,
): ["lt" | "le" | "eq" | "ne", Expr, Expr] | null {
  const operator = truth ? e.operator : NEGATED[e.operator];
  if (e.left.type.kind === "float") {
    return null;
  }
  switch (operator) {
    case "lt":
    case "le":
    case "eq":
    case "ne":
      return [operator, e.left, e.right];
    case "gt":
      return ["lt", e.right, e.left];
    case "ge":
      return ["le", e.right, e.left];
    default:
      return null;
  }
}

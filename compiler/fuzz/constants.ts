/** Writes constant expressions over untyped literals: whole numbers without limit, computed by the compiler. */
import type { Expr, IntType } from "./ast.ts";
import { rangeOf } from "./ast.ts";
import type { World } from "./world.ts";

type Constant = Extract<Expr, { op: "constant" }>;

const OPERATORS = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"] as const;

function compute(operator: (typeof OPERATORS)[number], a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return b < 0n || b > 40n ? undefined : a << b;
    case ">>":
      return b < 0n || b > 40n ? undefined : a >> b;
  }
}

function tree(w: World, depth: number): Constant {
  const { r } = w;
  if (depth === 0 || r.chance(20)) {
    const value = BigInt(r.chance(70) ? r.below(12) : r.next());
    if (r.chance(15)) return { op: "constant", text: `(-${String(value)})`, value: -value };
    return { op: "constant", text: String(value), value };
  }
  const [left, right] = [tree(w, depth - 1), tree(w, depth - 1)];
  const operator = r.pick(OPERATORS);
  const value = compute(operator, left.value, right.value);
  if (value === undefined) return left;
  return { op: "constant", text: `(${left.text} ${operator} ${right.text})`, value };
}

/** A constant that fits into the type; undefined where the one that was drawn does not. */
export function constantIn(w: World, type: IntType): Expr | undefined {
  const found = tree(w, 3);
  const [least, greatest] = rangeOf(type);
  return found.value < least || found.value > greatest ? undefined : found;
}

/** A condition that the compiler decides. */
export function constantCondition(w: World): Expr {
  const [left, right] = [tree(w, 2), tree(w, 2)];
  return { op: "compare", operator: w.r.pick(["<", ">=", ">", "<="] as const), left, right };
}

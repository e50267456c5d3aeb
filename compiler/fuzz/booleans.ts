/** Writes random conditions: comparisons of integers, floats, enums and objects, joined by && and ||. */
import { INTS } from "./ast.ts";
import type { CompareOp, Expr } from "./ast.ts";
import { callGiving } from "./calls.ts";
import { constantCondition } from "./constants.ts";
import { enumValue, float, operands, sources } from "./expressions.ts";
import { BOOL, variable } from "./world.ts";
import type { World } from "./world.ts";

function comparison(w: World, depth: number): Expr {
  const t = w.r.pick(INTS);
  const operator = w.r.pick<CompareOp>(["===", "!==", "<", "<=", ">", ">="]);
  const [left, right] = operands(w, t, depth - 1);
  return { op: "compare", operator, left, right };
}

/** A boolean expression. */
export function bool(w: World, depth: number): Expr {
  const { r } = w;
  const from = r.pickAny(sources(w, BOOL, depth - 1));
  if (depth <= 0) return from !== undefined && r.chance(50) ? from() : comparison(w, 1);
  return r.weighted<Expr>([
    [40, () => comparison(w, depth)],
    [
      20,
      () => ({
        op: "logic",
        operator: r.pick(["&&", "||"] as const),
        left: bool(w, depth - 1),
        right: bool(w, depth - 1),
      }),
    ],
    [8, () => ({ op: "unary", type: BOOL, operator: "!", operand: bool(w, depth - 1) })],
    [12, () => (from ?? ((): Expr => comparison(w, depth)))()],
    [10, () => callGiving(w, BOOL, depth) ?? comparison(w, depth)],
    [
      4,
      () => ({
        op: "compare",
        operator: r.pick(["===", "!=="] as const),
        left: comparison(w, depth - 1),
        right: comparison(w, depth - 1),
      }),
    ],
    [
      4,
      () => ({
        op: "cond",
        condition: bool(w, depth - 1),
        then: comparison(w, depth - 1),
        else: bool(w, depth - 1),
      }),
    ],
    [6, () => enumComparison(w, depth) ?? comparison(w, depth)],
    [
      2,
      () => {
        const bits = r.pick([32, 64] as const);
        return {
          op: "compare",
          operator: r.pick<CompareOp>(["===", "!==", "<", "<=", ">", ">="]),
          left: float(w, bits, depth - 1),
          right: float(w, bits, depth - 1),
        };
      },
    ],
    [4, () => constantCondition(w)],
    [3, () => ({ op: "likely", operand: bool(w, depth - 1) })],
    [6, () => objectComparison(w) ?? comparison(w, depth)],
  ]);
}

function enumComparison(w: World, depth: number): Expr | undefined {
  const decl = w.r.pickAny(w.program.enums);
  if (decl === undefined) return undefined;
  const right: Expr = w.r.chance(50)
    ? { op: "member", decl, index: w.r.below(decl.members.length) }
    : enumValue(w, decl, depth - 1);
  return {
    op: "compare",
    operator: w.r.pick(["===", "!=="] as const),
    left: enumValue(w, decl, depth - 1),
    right,
  };
}

function objectComparison(w: World): Expr | undefined {
  const plain = w
    .objects()
    .filter((o) => !o.decl.abstract && o.decl.generics.length === 0 && o.expr.op !== "this");
  const one = w.r.pickAny(plain);
  const other = one && w.r.pickAny(plain.filter((o) => o.decl === one.decl));
  if (one !== undefined && other !== undefined && w.r.chance(40)) {
    return {
      op: "compare",
      operator: w.r.pick(["===", "!=="] as const),
      left: one.expr,
      right: other.expr,
    };
  }
  const nullable = w.all().filter((v) => v.type.kind === "class" && v.type.nullable);
  const v = w.r.pickAny(nullable);
  if (v === undefined) return undefined;
  return {
    op: "compare",
    operator: w.r.pick(["===", "!=="] as const),
    left: variable(v),
    right: { op: "null" },
  };
}

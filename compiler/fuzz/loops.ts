/** Writes loops that end: each has a counter that its body cannot touch. */
import { INTS } from "./ast.ts";
import type { Expr, IntType, Stmt } from "./ast.ts";
import { sliceValue } from "./calls.ts";
import { bool } from "./booleans.ts";
import { block } from "./statements.ts";
import type { World } from "./world.ts";

const ROUNDS = 5;

export function loop(w: World): Stmt[] {
  const label = w.r.chance(35) ? w.fresh("L") : undefined;
  return w.r.weighted<Stmt[]>([
    [40, () => [counted(w, label)]],
    [25, () => fuelled(w, label, "while")],
    [15, () => fuelled(w, label, "do")],
    [20, () => forOf(w, label)],
  ]);
}

function body(w: World, label: string | undefined, before: readonly Stmt[], count: number): Stmt[] {
  const outer = w.inSwitch;
  w.inSwitch = false;
  w.loops.push(label);
  try {
    return [...before, ...block(w, count)];
  } finally {
    w.loops.pop();
    w.inSwitch = outer;
  }
}

/** `for (let i: T = 0; i < N; i++)`, or downwards. */
function counted(w: World, label: string | undefined): Stmt {
  const { r } = w;
  const type = r.pick(INTS);
  const rounds = r.between(1, ROUNDS);
  const name = w.fresh("ix");
  const place: Expr = { op: "var", name, global: false };
  const number = (value: number): Expr => ({ op: "lit", type, value: BigInt(value) });
  return w.scoped((): Stmt => {
    const up = r.chance(75);
    w.vars.push({ name, type, assignable: false, global: false, below: rounds + (up ? 0 : 1) });
    const init: Stmt = {
      op: "let",
      name,
      type,
      keyword: "let",
      annotated: true,
      init: number(up ? 0 : rounds),
    };
    const bound: Expr = {
      op: "compare",
      operator: up ? "<" : ">",
      left: place,
      right: number(up ? rounds : 0),
    };
    const condition: Expr = r.chance(25)
      ? { op: "logic", operator: "&&", left: bound, right: bool(w, 2) }
      : bound;
    const update: Expr = r.chance(60)
      ? { op: "step", type, operator: up ? "+" : "-", prefix: r.chance(50), place }
      : { op: "assign", type, operator: up ? "+" : "-", place, value: number(1) };
    return { op: "for", label, init, condition, update, body: body(w, label, [], r.between(1, 2)) };
  });
}

/** `while` and `do` with a counter that each round takes from. */
function fuelled(w: World, label: string | undefined, op: "while" | "do"): Stmt[] {
  const { r } = w;
  const type: IntType = r.pick(INTS);
  const name = w.fresh("w");
  const place: Expr = { op: "var", name, global: false };
  w.vars.push({ name, type, assignable: false, global: false, below: ROUNDS + 1 });
  const init: Stmt = {
    op: "let",
    name,
    type,
    keyword: "let",
    annotated: true,
    init: { op: "lit", type, value: BigInt(r.between(1, ROUNDS)) },
  };
  const less: Stmt = {
    op: "expr",
    value: { op: "assign", type, operator: "-", place, value: { op: "lit", type, value: 1n } },
  };
  const left: Expr = {
    op: "compare",
    operator: ">",
    left: place,
    right: { op: "lit", type, value: 0n },
  };
  const condition: Expr = { op: "logic", operator: "&&", left, right: bool(w, 2) };
  return [init, { op, label, condition, body: body(w, label, [less], r.between(1, 2)) }];
}

function forOf(w: World, label: string | undefined): Stmt[] {
  const { r } = w;
  const of = r.pick(INTS);
  const arrays = w
    .all()
    .filter(
      (v) => (v.type.kind === "array" || v.type.kind === "slice") && v.type.of.kind === "int",
    );
  const v = r.pickAny(arrays);
  const element =
    v !== undefined && (v.type.kind === "array" || v.type.kind === "slice") ? v.type.of : of;
  const list: Expr | undefined =
    v !== undefined && r.chance(60)
      ? { op: "var", name: v.name, global: v.global }
      : sliceValue(w, element, 2);
  if (list === undefined || element.kind !== "int") return [counted(w, label)];
  const name = w.fresh("e");
  return [
    w.scoped((): Stmt => {
      w.vars.push({ name, type: element, assignable: false, global: false });
      return { op: "forOf", label, name, list, body: body(w, label, [], r.between(1, 2)) };
    }),
  ];
}

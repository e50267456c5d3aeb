/**
 * Writes what the removal of bounds checks looks at: loops up to a length, comparisons with a length before an access,
 * masks and remainders, and between the two whatever may make the comparison worthless: the index changes, the slice
 * becomes another one, the sum that was compared has wrapped.
 */
import { INTS, intNamed } from "./ast.ts";
import type { CompareOp, Expr, IntType, Stmt } from "./ast.ts";
import { sliceValue } from "./calls.ts";
import { bool } from "./booleans.ts";
import { int } from "./expressions.ts";
import { block } from "./statements.ts";
import { BOOL, variable } from "./world.ts";
import type { Variable, World } from "./world.ts";

const lit = (type: IntType, value: number): Expr => ({ op: "lit", type, value: BigInt(value) });

/** A list, an index variable and statements that use one with the other. */
export function guarded(w: World): Stmt[] | undefined {
  const { r } = w;
  const lists = w
    .all()
    .filter(
      (v) => (v.type.kind === "slice" || v.type.kind === "array") && v.type.of.kind === "int",
    );
  const list = r.pickAny(lists);
  if (list === undefined) return undefined;
  const type = r.chance(50) ? intNamed("u64") : r.pick(INTS.filter((t) => !t.signed));
  return r.chance(45) ? [lengthLoop(w, list, type)] : comparison(w, list, type);
}

const lengthOf = (list: Variable): Expr => ({ op: "length", base: variable(list) });

/** The index as it is, or a little beside it, in a type that may wrap. */
function near(w: World, at: Expr, type: IntType): Expr {
  const { r } = w;
  if (r.chance(45)) return at;
  const by = lit(type, r.between(1, 3));
  const operator = r.pick(["+", "-"] as const);
  return r.weighted<Expr>([
    [40, () => ({ op: "wrap", type, operator, left: at, right: by })],
    [25, () => ({ op: "binary", type, operator, left: at, right: by })],
    [
      10,
      () => ({ op: "binary", type, operator: "&", left: at, right: lit(type, r.pick([1, 3, 7])) }),
    ],
    [
      10,
      () => ({
        op: "binary",
        type,
        operator: ">>",
        left: at,
        right: lit(type, r.pick([1, 2, type.bits - 2])),
      }),
    ],
    [
      10,
      () => ({ op: "binary", type, operator: "/", left: at, right: lit(type, r.between(2, 5)) }),
    ],
    [5, () => ({ op: "convert", type: intNamed("u8"), operand: at })],
  ]);
}

/** Reads or writes the element at an index near `at`. */
function access(w: World, list: Variable, at: Expr, type: IntType): Stmt {
  const element = list.type.kind === "slice" || list.type.kind === "array" ? list.type.of : type;
  const place: Expr = { op: "index", base: variable(list), index: near(w, at, type) };
  const writable = list.assignable || list.type.kind === "array";
  if (element.kind === "int" && writable && w.r.chance(35)) {
    return {
      op: "expr",
      value: {
        op: "assign",
        type: element,
        operator: undefined,
        place,
        value: int(w, element, 2, true),
      },
    };
  }
  return { op: "note", value: place };
}

/** What may spoil the knowledge about `at` and `list`: nothing, most of the time. */
function spoil(w: World, list: Variable, at: Variable, type: IntType): Stmt[] {
  const { r } = w;
  const place = variable(at);
  const set = (value: Expr): Stmt[] => [
    { op: "expr", value: { op: "assign", type, operator: undefined, place, value } },
  ];
  return r.weighted<Stmt[]>([
    [50, () => []],
    [10, () => [{ op: "expr", value: { op: "step", type, operator: "+", prefix: false, place } }]],
    [
      10,
      () =>
        set({
          op: "wrap",
          type,
          operator: r.pick(["+", "-"] as const),
          left: place,
          right: lit(type, r.between(1, 3)),
        }),
    ],
    [
      8,
      () => [
        { op: "if", condition: bool(w, 2), then: set(lit(type, r.below(9))), else: undefined },
      ],
    ],
    [
      10,
      () => {
        const t = list.type;
        const value =
          t.kind === "slice" && list.assignable && t.of.kind === "int"
            ? sliceValue(w, t.of, 2)
            : undefined;
        if (value === undefined || t.kind !== "slice") return block(w, 1);
        return [
          {
            op: "expr",
            value: { op: "assign", type: t, operator: undefined, place: variable(list), value },
          },
        ];
      },
    ],
    [12, () => [{ op: "block", body: block(w, 1) }]],
  ]);
}

/** `for (let i: T = 0; i < s.length; i++)`, whose body may also change `i` or `s`. */
function lengthLoop(w: World, list: Variable, type: IntType): Stmt {
  const { r } = w;
  const at: Variable = { name: w.fresh("ix"), type, assignable: true, global: false };
  const place = variable(at);
  return w.scoped((): Stmt => {
    w.loops.push(undefined);
    const outer = w.inSwitch;
    w.inSwitch = false;
    const bound: Expr = {
      op: "compare",
      operator: r.pick<CompareOp>(["<", "<", "<", "!==", "<="]),
      left: r.chance(75) ? place : near(w, place, type),
      right: lengthOf(list),
    };
    // An index narrower than the length is widened; what has wrapped does not widen by itself.
    const condition: Expr = { ...bound, left: widened(bound.left, type) };
    // Only here: statements in general take from the counter of a loop nothing that could make it endless.
    w.vars.push({ ...at, assignable: false });
    const body: Stmt[] = [
      access(w, list, place, type),
      ...spoil(w, list, at, type),
      access(w, list, place, type),
    ];
    w.loops.pop();
    w.inSwitch = outer;
    const update: Expr = r.chance(75)
      ? { op: "step", type, operator: "+", prefix: false, place }
      : { op: "assign", type, operator: "+", place, value: lit(type, r.between(1, 3)) };
    const init: Stmt = {
      op: "let",
      name: at.name,
      type,
      keyword: "let",
      annotated: true,
      init: lit(type, r.below(3)),
    };
    return {
      op: "for",
      label: undefined,
      init,
      condition: r.chance(20)
        ? { op: "logic", operator: "&&", left: condition, right: bool(w, 2) }
        : condition,
      update,
      body,
    };
  });
}

const widened = (e: Expr, type: IntType): Expr =>
  type.name === "u64" || e.op === "var" ? e : { op: "convert", type: intNamed("u64"), operand: e };

/** `if (x < s.length) … s[x]`, with the comparison turned round, joined to another, or followed by what spoils it. */
function comparison(w: World, list: Variable, type: IntType): Stmt[] {
  const { r } = w;
  const at: Variable = { name: w.fresh("ix"), type, assignable: true, global: false };
  const start = r.chance(60)
    ? ({
        op: "binary",
        type,
        operator: "&",
        left: int(w, type, 2, true),
        right: lit(type, 15),
      } as const)
    : int(w, type, 2, true);
  w.vars.push(at);
  const place = variable(at);
  const compared = widened(r.chance(60) ? place : near(w, place, type), type);
  const [low, high]: [CompareOp, CompareOp] = r.chance(80) ? ["<", ">="] : ["<=", ">"];
  const inside = (negated: boolean): Expr => ({
    op: "compare",
    operator: negated ? high : low,
    left: compared,
    right: lengthOf(list),
  });
  const uses = (): Stmt[] =>
    w.scoped(() => [
      access(w, list, place, type),
      ...spoil(w, list, at, type),
      access(w, list, place, type),
    ]);
  const init: Stmt = {
    op: "let",
    name: at.name,
    type,
    keyword: "let",
    annotated: true,
    init: start,
  };
  return [
    init,
    r.weighted<Stmt>([
      [50, () => ({ op: "if", condition: inside(false), then: uses(), else: undefined })],
      [15, () => ({ op: "if", condition: inside(true), then: block(w, 1), else: uses() })],
      [
        15,
        () => ({
          op: "if",
          condition: { op: "logic", operator: "&&", left: bool(w, 2), right: inside(false) },
          then: uses(),
          else: undefined,
        }),
      ],
      [
        10,
        () => ({
          op: "if",
          condition: {
            op: "unary",
            type: BOOL,
            operator: "!",
            operand: { op: "logic", operator: "||", left: inside(true), right: bool(w, 2) },
          },
          then: uses(),
          else: undefined,
        }),
      ],
      [
        10,
        () => ({
          op: "if",
          condition: { op: "logic", operator: "||", left: inside(false), right: bool(w, 2) },
          then: uses(),
          else: undefined,
        }),
      ],
    ]),
  ];
}

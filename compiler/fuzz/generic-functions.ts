/** Writes generic functions and those that take a closure. */
import { INTS } from "./ast.ts";
import type { Expr, FunctionDecl, Param, Stmt, Type } from "./ast.ts";
import { hints } from "./functions.ts";
import { BOOL, VOID } from "./world.ts";
import type { World } from "./world.ts";

/** `f<T>(a: T, b: T, c: boolean): T`, of what every integer type can do. */
export function genericFunction(w: World): void {
  const { r } = w;
  const t: Type = { kind: "param", name: "T" };
  const name = (i: number): Expr => ({ op: "var", name: `g${String(i)}`, global: false });
  const term = (depth: number): Expr => {
    if (depth === 0) return name(r.below(2));
    return r.weighted<Expr>([
      [
        50,
        () => ({
          op: "wrap",
          type: t,
          operator: r.pick(["+", "-", "*"] as const),
          left: term(depth - 1),
          right: term(depth - 1),
        }),
      ],
      [
        50,
        () => ({
          op: "cond",
          condition: {
            op: "compare",
            operator: r.pick(["<", ">=", "==="] as const),
            left: term(depth - 1),
            right: term(depth - 1),
          },
          then: term(depth - 1),
          else: term(depth - 1),
        }),
      ],
    ]);
  };
  const set: Stmt = {
    op: "expr",
    value: { op: "assign", type: t, operator: undefined, place: name(0), value: term(2) },
  };
  const body: Stmt[] = [
    { op: "if", condition: { op: "var", name: "g2", global: false }, then: [set], else: undefined },
    ...(r.chance(50) ? [{ op: "note" as const, value: name(0) }] : []),
    { op: "return", value: term(2) },
  ];
  const params = [
    { name: "g0", type: t },
    { name: "g1", type: t },
    { name: "g2", type: BOOL },
  ];
  const fn: FunctionDecl = {
    name: w.fresh("generic"),
    generics: ["T"],
    hint: r.pick(hints),
    params,
    result: t,
    body,
  };
  w.program.functions.push(fn);
  w.callable.push(fn);
}

/** A function that calls its function argument a few times. */
export function higherOrder(w: World): void {
  const { r } = w;
  const t = r.pick(INTS);
  const result: Type = r.chance(30) ? VOID : t;
  const fnType: Type = { kind: "fn", params: [t], result, plain: false };
  const f: Expr = { op: "var", name: "hf", global: false };
  const i: Expr = { op: "var", name: "hi", global: false };
  const acc: Expr = { op: "var", name: "acc", global: false };
  const lit = (n: number): Expr => ({ op: "lit", type: t, value: BigInt(n) });
  const called: Expr = { op: "callValue", fn: f, args: [i] };
  const step: Stmt = {
    op: "expr",
    value:
      result.kind === "void"
        ? called
        : {
            op: "assign",
            type: t,
            operator: undefined,
            place: acc,
            value: {
              op: "wrap",
              type: t,
              operator: r.pick(["+", "*"] as const),
              left: acc,
              right: called,
            },
          },
  };
  const loop: Stmt = {
    op: "for",
    label: undefined,
    init: { op: "let", name: "hi", type: t, keyword: "let", annotated: true, init: lit(0) },
    condition: { op: "compare", operator: "<", left: i, right: lit(r.between(1, 4)) },
    update: { op: "step", type: t, operator: "+", prefix: false, place: i },
    body: [step],
  };
  const body: Stmt[] =
    result.kind === "void"
      ? [loop]
      : [
          {
            op: "let",
            name: "acc",
            type: t,
            keyword: "let",
            annotated: true,
            init: { op: "var", name: "h0", global: false },
          },
          loop,
          { op: "return", value: acc },
        ];
  const params: Param[] = [
    ...(result.kind === "void" ? [] : [{ name: "h0", type: t }]),
    { name: "hf", type: fnType },
  ];
  const fn: FunctionDecl = {
    name: w.fresh("each"),
    generics: [],
    hint: r.pick(hints),
    params,
    result,
    body,
  };
  w.program.functions.push(fn);
  w.callable.push(fn);
}

/** `fold<T>(s: Slice<T>, seed: T, f: (a: T, b: T) => T): T`. */
export function fold(w: World): void {
  const { r } = w;
  const t: Type = { kind: "param", name: "T" };
  const name = (text: string): Expr => ({ op: "var", name: text, global: false });
  const called: Expr = {
    op: "callValue",
    fn: name("ff"),
    args: r.chance(50) ? [name("acc"), name("x")] : [name("x"), name("acc")],
  };
  const body: Stmt[] = [
    {
      op: "let",
      name: "acc",
      type: t,
      keyword: "let",
      annotated: r.chance(50),
      init: name("seed"),
    },
    {
      op: "forOf",
      label: undefined,
      name: "x",
      list: name("list"),
      body: [
        {
          op: "expr",
          value: { op: "assign", type: t, operator: undefined, place: name("acc"), value: called },
        },
      ],
    },
    { op: "return", value: name("acc") },
  ];
  const params: Param[] = [
    { name: "list", type: { kind: "slice", of: t } },
    { name: "seed", type: t },
    { name: "ff", type: { kind: "fn", params: [t, t], result: t, plain: false } },
  ];
  const fn: FunctionDecl = {
    name: w.fresh("fold"),
    generics: ["T"],
    hint: r.pick(hints),
    params,
    result: t,
    body,
  };
  w.program.functions.push(fn);
  w.callable.push(fn);
}

/** Writes functions: plain ones, of tuples and unions, recursive ones, tables of function pointers. */
import { INTS } from "./ast.ts";
import type { Expr, FunctionDecl, Param, Stmt, Type } from "./ast.ts";
import { int } from "./expressions.ts";
import type { Random } from "./random.ts";
import { resultValue, statements } from "./statements.ts";
import { BOOL, VOID } from "./world.ts";
import type { World } from "./world.ts";

/** Parameters of kinds that the program has values for. */
export function parameters(w: World, count: number): Param[] {
  const { r } = w;
  return Array.from({ length: count }, () => ({ name: w.fresh("p"), type: parameterType(w, r) }));
}

function parameterType(w: World, r: Random): Type {
  const kinds: (() => Type | undefined)[] = [
    () => r.pick(INTS),
    () => BOOL,
    () => {
      const decl = r.pickAny(w.program.enums);
      return decl && { kind: "enum", decl };
    },
    () => {
      const decl = r.pickAny(
        w.program.classes.filter((c) => c.generics.length === 0 && !c.disposable),
      );
      return decl && { kind: "class", decl, nullable: false, args: [] };
    },
    () => {
      const decl = r.pickAny(w.program.interfaces);
      return decl && { kind: "iface", decl };
    },
    () => ({ kind: "slice", of: r.pick(INTS) }),
    () => ({
      kind: "fn",
      params: [r.pick(INTS)],
      result: r.chance(30) ? VOID : r.pick(INTS),
      plain: r.chance(25),
    }),
    () => {
      const decl = r.pickAny(w.program.unions);
      return decl && { kind: "union", decl };
    },
  ];
  return (r.chance(65) ? undefined : r.pick(kinds)()) ?? r.pick(INTS);
}

/** A function with this head and random statements; it may be called from then on. */
export function writeFunction(
  w: World,
  head: Omit<FunctionDecl, "body">,
  count: number,
): FunctionDecl {
  const vars = head.params.map((p) => ({
    name: p.name,
    type: p.type,
    assignable: p.type.kind === "int" || p.type.kind === "bool" || p.type.kind === "slice",
    global: false,
  }));
  const body = w.inFunction(head.result, undefined, vars, () => {
    const list = statements(w, count);
    const value = head.result.kind === "void" ? undefined : resultValue(w, 3);
    return head.result.kind === "void" ? list : [...list, { op: "return" as const, value }];
  });
  const fn: FunctionDecl = { ...head, body };
  w.program.functions.push(fn);
  w.callable.push(fn);
  return fn;
}

/** Hints to the C compiler: most functions have none. */
export const hints = ["noinline", "inline", undefined, undefined] as const;

export function addFunction(w: World): void {
  const { r } = w;
  const enumDecl = r.pickAny(w.program.enums);
  const result: Type = r.chance(15)
    ? VOID
    : r.chance(12)
      ? BOOL
      : enumDecl !== undefined && r.chance(15)
        ? { kind: "enum", decl: enumDecl }
        : r.pick(INTS);
  writeFunction(
    w,
    {
      name: w.fresh("fn"),
      generics: [],
      hint: r.pick(hints),
      params: parameters(w, r.between(0, 3)),
      result,
    },
    r.between(1, 5),
  );
}

export function tupleFunction(w: World): void {
  const items = Array.from({ length: w.r.between(2, 3) }, (): Type =>
    w.r.chance(20) ? BOOL : w.r.pick(INTS),
  );
  writeFunction(
    w,
    {
      name: w.fresh("tuple"),
      generics: [],
      hint: w.r.pick(hints),
      params: parameters(w, w.r.between(0, 2)),
      result: { kind: "tuple", items },
    },
    2,
  );
}

export function unionMaker(w: World): void {
  const decl = w.r.pick(w.program.unions);
  writeFunction(
    w,
    {
      name: w.fresh("make"),
      generics: [],
      hint: w.r.pick(hints),
      params: parameters(w, w.r.between(1, 2)),
      result: { kind: "union", decl },
    },
    2,
  );
}

/** Recursion that ends: the depth is an argument below 6 at the first call. */
export function recursive(w: World): void {
  const { r } = w;
  const t = r.pick(INTS);
  const [inner, outer] = [w.fresh("down"), w.fresh("fn")];
  const u8 = INTS[0] ?? t;
  const n: Expr = { op: "var", name: "n", global: false };
  const vars = [
    { name: "n", type: u8, assignable: false, global: false, below: 6 },
    { name: "x", type: t, assignable: true, global: false },
  ];
  const fn: FunctionDecl = {
    name: inner,
    generics: [],
    hint: undefined,
    params: [
      { name: "n", type: u8 },
      { name: "x", type: t },
    ],
    result: t,
    body: [],
  };
  fn.body = w.inFunction(t, undefined, vars, (): Stmt[] => {
    const stop: Expr = {
      op: "compare",
      operator: "===",
      left: n,
      right: { op: "lit", type: u8, value: 0n },
    };
    const ground = int(w, t, 1, true);
    const before = statements(w, 2);
    const less: Expr = {
      op: "binary",
      type: u8,
      operator: "-",
      left: n,
      right: { op: "lit", type: u8, value: 1n },
    };
    const again: Expr = { op: "call", fn, types: [], written: false, args: [less, int(w, t, 2)] };
    const combined: Expr = {
      op: "binary",
      type: t,
      operator: r.pick(["^", "|"] as const),
      left: again,
      right: int(w, t, 2, true),
    };
    return [
      { op: "if", condition: stop, then: [{ op: "return", value: ground }], else: undefined },
      ...before,
      { op: "return", value: combined },
    ];
  });
  w.program.functions.push(fn);
  const first: Expr = {
    op: "call",
    fn,
    types: [],
    written: false,
    args: [
      {
        op: "binary",
        type: u8,
        operator: "%",
        left: { op: "var", name: "a", global: false },
        right: { op: "lit", type: u8, value: 6n },
      },
      { op: "var", name: "b", global: false },
    ],
  };
  const start: FunctionDecl = {
    name: outer,
    generics: [],
    hint: undefined,
    params: [
      { name: "a", type: u8 },
      { name: "b", type: t },
    ],
    result: t,
    body: [{ op: "return", value: first }],
  };
  w.program.functions.push(start);
  w.callable.push(start);
}

/** A constant table of function pointers. */
export function functionTable(w: World): void {
  const { r } = w;
  const t = r.pick(INTS);
  const result = r.pick(INTS);
  const count = r.between(2, 3);
  const fns = Array.from({ length: count }, () =>
    writeFunction(
      w,
      {
        name: w.fresh("h"),
        generics: [],
        hint: undefined,
        params: [{ name: w.fresh("p"), type: t }],
        result,
      },
      1,
    ),
  );
  const type: Type = { kind: "fn", params: [t], result, plain: true };
  const name = w.fresh("table");
  w.program.globals.push({
    name,
    type: { kind: "slice", of: type },
    constant: true,
    annotated: false,
    init: { op: "sliceOf", type, items: fns.map((fn) => ({ op: "function", fn })) },
  });
  w.globals.push({
    name,
    type: { kind: "slice", of: type },
    assignable: false,
    global: true,
    below: count,
  });
}

/**
 * Makes one random program from a seed: declarations in a random order, each using what is there before it, and a main
 * function that uses them all and ends by noting the whole state of the module.
 */
import { INTS } from "./ast.ts";
import type { Expr, FunctionDecl, Param, Program, Stmt, Type } from "./ast.ts";
import { abstractFamily, disposable, genericClass, implementers, plainClass } from "./classes.ts";
import { int, literal } from "./expressions.ts";
import { Random } from "./random.ts";
import { resultValue, statements } from "./statements.ts";
import { BOOL, fieldsOf, variable, VOID, World } from "./world.ts";

export function generate(seed: number): Program {
  const r = new Random(seed);
  const w = new World(r, { wrap: r.pick([95, 95, 90, 60]), wild: r.pick([0, 1, 1, 5]) });
  w.budget = r.between(8, 30);
  enums(w);
  unions(w);
  globals(w);
  constants(w);
  effect(w);
  const parts: (() => void)[] = [];
  for (let i = r.between(1, 3); i > 0; i--) parts.push(() => addFunction(w));
  if (r.chance(60)) parts.push(() => plainClass(w));
  if (r.chance(30)) parts.push(() => implementers(w));
  if (r.chance(25)) parts.push(() => abstractFamily(w));
  if (r.chance(25)) parts.push(() => disposable(w));
  if (r.chance(25)) parts.push(() => genericClass(w));
  if (r.chance(30)) parts.push(() => genericFunction(w));
  if (r.chance(30)) parts.push(() => higherOrder(w));
  if (r.chance(20)) parts.push(() => fold(w));
  if (r.chance(25)) parts.push(() => recursive(w));
  if (r.chance(25)) parts.push(() => functionTable(w));
  if (r.chance(25)) parts.push(() => tupleFunction(w));
  if (w.program.unions.length > 0) parts.push(() => unionMaker(w));
  while (parts.length > 0) parts.splice(r.below(parts.length), 1)[0]?.();
  w.budget = r.between(5, 10);
  return { ...w.program, main: main(w) };
}

function main(w: World): FunctionDecl {
  const body = w.inFunction(VOID, undefined, [], () => statements(w, 8));
  return {
    name: "run",
    generics: [],
    hint: undefined,
    params: [],
    result: VOID,
    body: [...body, ...finalState(w)],
  };
}

/** Notes every global variable, array element and field. */
function finalState(w: World): Stmt[] {
  return w.globals.flatMap((g): Stmt[] => {
    const expr = variable(g);
    const { type } = g;
    if (type.kind === "int" || type.kind === "bool" || type.kind === "enum")
      return [{ op: "note", value: expr }];
    if (type.kind === "array" && type.of.kind === "int") {
      const name = w.fresh("e");
      return [
        {
          op: "forOf",
          label: undefined,
          name,
          list: expr,
          body: [{ op: "note", value: { op: "var", name, global: false } }],
        },
      ];
    }
    if (type.kind !== "class" || type.nullable || type.decl.generics.length > 0) return [];
    return fieldsOf(type.decl).flatMap((f): Stmt[] =>
      f.type.kind === "int" || f.type.kind === "bool" || f.type.kind === "enum"
        ? [{ op: "note", value: { op: "field", object: expr, name: f.name } }]
        : [],
    );
  });
}

function enums(w: World): void {
  if (!w.r.chance(35)) return;
  let value = 0;
  const members = Array.from({ length: w.r.between(2, 4) }, (_, i) => {
    const written = w.r.chance(30);
    if (written) value += w.r.between(1, 9);
    const member = { name: `M${String(i)}`, value, written };
    value += 1;
    return member;
  });
  w.program.enums.push({ name: w.fresh("E"), members });
}

function unions(w: World): void {
  if (!w.r.chance(25)) return;
  const variants = ["one", "two", "three"].slice(0, w.r.between(2, 3)).map((tag) => ({
    tag,
    fields: Array.from({ length: w.r.below(3) }, (): Param => ({
      name: w.fresh("fn"),
      type: w.r.pick(INTS),
    })),
  }));
  w.program.unions.push({ name: w.fresh("U"), variants });
}

function globals(w: World): void {
  const { r } = w;
  const add = (name: string, type: Type, init: Expr, constant: boolean, annotated = true): void => {
    w.program.globals.push({ name, type, constant, annotated, init });
    w.globals.push({
      name,
      type,
      assignable: !constant,
      global: true,
      ...(type.kind === "slice" && init.op === "sliceOf" ? { below: init.items.length } : {}),
    });
  };
  for (let i = r.between(2, 4); i > 0; i--) {
    const t = r.pick(INTS);
    add(w.fresh("x"), t, literal(w, t), false);
  }
  if (r.chance(40)) add(w.fresh("b"), BOOL, { op: "bool", value: r.chance(50) }, false);
  if (r.chance(50)) {
    const type: Type = { kind: "array", of: r.pick(INTS), count: r.between(2, 8) };
    add(w.fresh("y"), type, { op: "fixedArray", type }, true, false);
  }
  if (r.chance(40)) {
    const t = r.pick(INTS);
    const items = Array.from({ length: r.between(2, 5) }, () => literal(w, t));
    add(w.fresh("z"), { kind: "slice", of: t }, { op: "sliceOf", type: t, items }, true, false);
  }
}

/** Constants of the module: with a type, whose value the compiler knows. */
function constants(w: World): void {
  for (let i = w.r.below(3); i > 0; i--) {
    const type = w.r.pick(INTS);
    const name = w.fresh("K");
    w.program.globals.push({ name, type, constant: true, annotated: true, init: literal(w, type) });
    w.constants.push({ name, type });
  }
}

/** A function that changes a global each time: what shows a wrong order of evaluation. */
function effect(w: World): void {
  const g = w.globals.find((v) => v.type.kind === "int" && v.assignable);
  if (g?.type.kind !== "int") return;
  const type = g.type;
  const next: Expr = {
    op: "wrap",
    type,
    operator: "+",
    left: {
      op: "wrap",
      type,
      operator: "*",
      left: variable(g),
      right: { op: "lit", type, value: 3n },
    },
    right: { op: "lit", type, value: 1n },
  };
  const fn: FunctionDecl = {
    name: w.fresh("next"),
    generics: [],
    hint: w.r.pick(["noinline", undefined] as const),
    params: [],
    result: type,
    body: [
      {
        op: "expr",
        value: { op: "assign", type, operator: undefined, place: variable(g), value: next },
      },
      { op: "return", value: variable(g) },
    ],
  };
  w.program.functions.push(fn);
  w.callable.push(fn);
}

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

const hints = ["noinline", "inline", undefined, undefined] as const;

function addFunction(w: World): void {
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

function tupleFunction(w: World): void {
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

function unionMaker(w: World): void {
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

/** `f<T>(a: T, b: T, c: boolean): T`, of what every integer type can do. */
function genericFunction(w: World): void {
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
function higherOrder(w: World): void {
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
function fold(w: World): void {
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

/** Recursion that ends: the depth is an argument below 6 at the first call. */
function recursive(w: World): void {
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
function functionTable(w: World): void {
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

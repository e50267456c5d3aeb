/**
 * Makes one random program from a seed: declarations in a random order, each using what is there before it, and a main
 * function that uses them all and ends by noting the whole state of the module.
 */
import { INTS } from "./ast.ts";
import type { Expr, FunctionDecl, Param, Program, Stmt, Type } from "./ast.ts";
import { abstractFamily, disposable, genericClass, implementers, plainClass } from "./classes.ts";
import { literal } from "./expressions.ts";
import { addFunction, functionTable, recursive, tupleFunction, unionMaker } from "./functions.ts";
import { fold, genericFunction, higherOrder } from "./generic-functions.ts";
import { Random } from "./random.ts";
import { statements } from "./statements.ts";
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

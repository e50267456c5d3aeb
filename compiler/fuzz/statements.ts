/** Writes random statements and declares the variables that later ones use. */
import { INTS } from "./ast.ts";
import type { Expr, IntType, Stmt, Type } from "./ast.ts";
import { bool } from "./booleans.ts";
import { anyCall, argumentsFor, isGlobal, valueOf } from "./calls.ts";
import {
  assignment,
  coerced,
  compound,
  convertible,
  enumValue,
  int,
  places,
  step,
} from "./expressions.ts";
import { guarded } from "./guards.ts";
import { objects, tuples, union, using } from "./locals.ts";
import { loop } from "./loops.ts";
import { BOOL, sameType, variable } from "./world.ts";
import type { World } from "./world.ts";

const DEPTH = 3;

/** A list of statements in a scope of its own. */
export function block(w: World, count: number): Stmt[] {
  return w.scoped(() => statements(w, count));
}

/** Statements in the scope at hand. */
export function statements(w: World, count: number): Stmt[] {
  const list: Stmt[] = [];
  for (let i = 0; i < count && w.budget > 0; i++) {
    w.budget -= 1;
    list.push(...statement(w));
  }
  return list;
}

function statement(w: World): Stmt[] {
  const { r } = w;
  const deep = w.nesting > 3;
  const note = (): Stmt[] => [{ op: "note", value: convertible(w, DEPTH) }];
  return r.weighted<Stmt[]>([
    [22, () => declaration(w)],
    [24, () => assign(w) ?? note()],
    [10, note],
    [deep ? 0 : 12, () => [choice(w)]],
    [deep ? 0 : 12, () => loop(w)],
    [deep ? 0 : 5, () => selection(w)],
    [10, () => call(w) ?? note()],
    [5, () => jump(w) ?? note()],
    [7, () => objects(w) ?? note()],
    [2, () => bytes(w) ?? note()],
    [5, () => tuples(w) ?? note()],
    [4, () => union(w) ?? note()],
    [4, () => using(w) ?? note()],
    [deep ? 0 : 9, () => guarded(w) ?? note()],
    [deep ? 0 : 2, () => [{ op: "block", body: block(w, 2) }]],
  ]);
}

/** Declares a variable with this value. */
export function declare(
  w: World,
  type: Type,
  init: Expr,
  keyword: "let" | "const",
  annotated: boolean,
  below?: number,
): Stmt {
  const name = w.fresh("v");
  w.vars.push({
    name,
    type,
    assignable: keyword === "let",
    global: false,
    ...(below === undefined ? {} : { below }),
  });
  return { op: "let", name, type, keyword, annotated, init };
}

function declaration(w: World): Stmt[] {
  const { r } = w;
  if (r.chance(15))
    return [declare(w, BOOL, bool(w, DEPTH), r.pick(["let", "const"] as const), r.chance(50))];
  const enumDecl = r.pickAny(w.program.enums);
  if (enumDecl !== undefined && r.chance(10)) {
    return [
      declare(
        w,
        { kind: "enum", decl: enumDecl },
        enumValue(w, enumDecl, 2),
        r.pick(["let", "const"] as const),
        true,
      ),
    ];
  }
  const t = r.pick(INTS);
  if (r.chance(30))
    return [declare(w, t, int(w, t, DEPTH, true), r.pick(["let", "const"] as const), false)];
  if (r.chance(10)) {
    const value = int(w, t, DEPTH, true);
    const name = w.fresh("v");
    w.vars.push({ name, type: t, assignable: true, global: false });
    return [
      { op: "let", name, type: t, keyword: "let", annotated: true, init: undefined },
      setTo(name, t, value),
    ];
  }
  return [declare(w, t, coercedFirm(w, t), r.pick(["let", "const"] as const), true)];
}

const setTo = (name: string, type: IntType, value: Expr): Stmt => ({
  op: "expr",
  value: {
    op: "assign",
    type,
    operator: undefined,
    place: { op: "var", name, global: false },
    value,
  },
});

/** A `const` with a constant value is a constant of the compiler's, which it checks where it is used. */
function coercedFirm(w: World, t: IntType): Expr {
  const value = coerced(w, t, DEPTH);
  return value.op === "lit" ? int(w, t, DEPTH, true) : value;
}

function assign(w: World): Stmt[] | undefined {
  const { r } = w;
  const t = r.pick(INTS);
  if (r.chance(12)) {
    const place = r.pickAny(places(w, BOOL, DEPTH));
    return (
      place && [
        {
          op: "expr",
          value: {
            op: "assign",
            type: BOOL,
            operator: undefined,
            place: place(),
            value: bool(w, DEPTH),
          },
        },
      ]
    );
  }
  const enumDecl = r.pickAny(w.program.enums);
  if (enumDecl !== undefined && r.chance(10)) {
    const type: Type = { kind: "enum", decl: enumDecl };
    const place = r.pickAny(places(w, type, DEPTH));
    return (
      place && [
        {
          op: "expr",
          value: {
            op: "assign",
            type,
            operator: undefined,
            place: place(),
            value: enumValue(w, enumDecl, 2),
          },
        },
      ]
    );
  }
  const kept = r.chance(15) ? keep(w) : undefined;
  if (kept !== undefined) return [kept];
  const setter = r.chance(15) ? throughSetter(w) : undefined;
  if (setter !== undefined) return [setter];
  const place = r.pickAny(places(w, t, DEPTH));
  if (place === undefined) return undefined;
  const value = r.weighted<Expr | undefined>([
    [
      45,
      () => ({
        op: "assign",
        type: t,
        operator: undefined,
        place: place(),
        value: coerced(w, t, DEPTH),
      }),
    ],
    [40, () => compound(w, t, place(), DEPTH)],
    [15, () => step(w, t, DEPTH) ?? assignment(w, t, DEPTH)],
  ]);
  return value && [{ op: "expr", value }];
}

/** Makes a variable refer to another object, slice or interface value. */
function keep(w: World): Stmt | undefined {
  const variables = w.vars.filter(
    (v) =>
      v.assignable &&
      (v.type.kind === "class" || v.type.kind === "slice" || v.type.kind === "iface"),
  );
  const v = w.r.pickAny(variables);
  const value = v && valueOf(w, v.type, 2);
  if (v === undefined || value === undefined || !isGlobal(value)) return undefined;
  return {
    op: "expr",
    value: { op: "assign", type: v.type, operator: undefined, place: variable(v), value },
  };
}

/** `copyBytes` and its like; the two parts are of different arrays, unless they may overlap. */
function bytes(w: World): Stmt[] | undefined {
  const u8 = INTS[0] ?? w.r.pick(INTS);
  const arrays = w.all().filter((v) => v.type.kind === "array" && sameType(v.type.of, u8));
  const [to, from] = [w.r.pickAny(arrays), w.r.pickAny(arrays)];
  if (to?.type.kind !== "array" || from?.type.kind !== "array") return undefined;
  const part = (v: typeof to, count: number): Expr => ({
    op: "sub",
    slice: { op: "slice", array: variable(v) },
    offset: { op: "lit", type: u8, value: BigInt(w.r.below(2)) },
    length: { op: "lit", type: u8, value: BigInt(count) },
  });
  if (w.r.chance(30))
    return [{ op: "bytes", name: "fillBytes", to: part(to, 1), from: coerced(w, u8, 2) }];
  return [
    {
      op: "bytes",
      name: to === from ? "moveBytes" : "copyBytes",
      to: part(to, 1),
      from: part(from, 1),
    },
  ];
}

function throughSetter(w: World): Stmt | undefined {
  const setters = w
    .objects()
    .flatMap((o) => o.decl.methods.filter((m) => m.modifier === "set").map((m) => ({ o, m })));
  const found = w.r.pickAny(setters);
  const [param] = found?.m.params ?? [];
  if (found === undefined || param?.type.kind !== "int") return undefined;
  return {
    op: "expr",
    value: {
      op: "set",
      object: found.o.expr,
      name: found.m.name,
      value: coerced(w, param.type, DEPTH),
    },
  };
}

function choice(w: World): Stmt {
  const condition = bool(w, DEPTH);
  const then = block(w, w.r.between(1, 2));
  const otherwise = w.r.chance(50) ? block(w, w.r.between(1, 2)) : undefined;
  return { op: "if", condition, then, else: otherwise };
}

/** `switch` over an integer or an enum. */
function selection(w: World): Stmt[] {
  const { r } = w;
  const enumDecl = r.pickAny(w.program.enums);
  const outer = w.inSwitch;
  w.inSwitch = true;
  try {
    if (enumDecl !== undefined && r.chance(50)) {
      const subject = enumValue(w, enumDecl, 2);
      const arms = enumDecl.members.map((_, i) => ({
        labels: [{ op: "member" as const, decl: enumDecl, index: i }],
        isDefault: false,
        body: block(w, 1),
      }));
      if (r.chance(50)) return [{ op: "switch", subject, arms }];
      const rest = r.between(0, arms.length - 1);
      return [
        {
          op: "switch",
          subject,
          arms: [...arms.slice(0, rest), { labels: [], isDefault: true, body: block(w, 1) }],
        },
      ];
    }
    const t = r.pick(INTS);
    const mask: Expr = { op: "lit", type: t, value: 3n };
    const subject: Expr = {
      op: "binary",
      type: t,
      operator: "&",
      left: int(w, t, DEPTH, true),
      right: mask,
    };
    const values = [0n, 1n, 2n, 3n].filter(() => r.chance(70));
    const labels = values.map((value): Expr => ({ op: "lit", type: t, value }));
    const arms = labels.map((l, i) => ({
      labels: i === 0 && r.chance(30) ? [l, { op: "lit" as const, type: t, value: 100n }] : [l],
      isDefault: false,
      body: block(w, 1),
    }));
    const last = {
      labels: r.chance(30) ? [{ op: "lit" as const, type: t, value: 77n }] : [],
      isDefault: true,
      body: block(w, 1),
    };
    const at = r.chance(60) ? arms.length : r.below(arms.length + 1);
    return [{ op: "switch", subject, arms: [...arms.slice(0, at), last, ...arms.slice(at)] }];
  } finally {
    w.inSwitch = outer;
  }
}

function call(w: World): Stmt[] | undefined {
  const value = anyCall(w, DEPTH);
  return value && [{ op: "expr", value }];
}

/** `break`, `continue` or `return` behind a condition. */
function jump(w: World): Stmt[] | undefined {
  const { r } = w;
  const condition = bool(w, 2);
  if (w.loops.length > 0 && r.chance(75)) {
    const label = r.pick(w.loops);
    const op =
      label === undefined && w.inSwitch ? "continue" : r.pick(["break", "continue"] as const);
    const named =
      label !== undefined && w.loops.at(-1) === label && !w.inSwitch && r.chance(50)
        ? undefined
        : label;
    if (named === undefined && w.loops.at(-1) !== label) return undefined;
    return [{ op: "if", condition, then: [{ op, label: named }], else: undefined }];
  }
  if (w.result.kind === "void")
    return [{ op: "if", condition, then: [{ op: "return", value: undefined }], else: undefined }];
  const value = resultValue(w, 2);
  return value && [{ op: "if", condition, then: [{ op: "return", value }], else: undefined }];
}

/** What the function at hand may return. */
export function resultValue(w: World, depth: number): Expr | undefined {
  if (w.result.kind !== "tuple") return valueOf(w, w.result, depth);
  const items = argumentsFor(w, w.result.items, depth + 1);
  return items && { op: "tuple", items };
}

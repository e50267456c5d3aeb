/** Writes declarations of local objects, arrays, slices, tuples and unions, and what uses them at once. */
import { INTS } from "./ast.ts";
import type { Expr, Stmt, Type } from "./ast.ts";
import { argumentsFor, implementsIt, isGlobal, sliceValue } from "./calls.ts";
import { bool } from "./booleans.ts";
import { places } from "./expressions.ts";
import { block, declare, statements } from "./statements.ts";
import { BOOL, sameType, variable } from "./world.ts";
import type { World } from "./world.ts";

/** Local objects, arrays, slices, interface values. */
export function objects(w: World): Stmt[] | undefined {
  const { r } = w;
  const plain = w.program.classes.filter(
    (c) => !c.abstract && c.generics.length === 0 && c !== w.self && !c.disposable,
  );
  return r.weighted<Stmt[] | undefined>([
    [
      40,
      () => {
        const decl = r.pickAny(plain);
        const args = decl && argumentsFor(w, constructorParams(decl), 2);
        if (decl === undefined || args === undefined) return undefined;
        return [
          declareFixed(
            w,
            { kind: "class", decl, nullable: false, args: [] },
            { op: "new", decl, types: [], args },
          ),
        ];
      },
    ],
    [
      25,
      () => {
        const type: Type = {
          kind: "array",
          of: r.chance(20) ? BOOL : r.pick(INTS),
          count: r.between(2, 6),
        };
        return [declareFixed(w, type, { op: "fixedArray", type })];
      },
    ],
    [
      20,
      () => {
        const globals = w
          .objects()
          .filter((o) => isGlobal(o.expr) && !o.decl.abstract && o.decl.generics.length === 0);
        const o = r.pickAny(globals);
        if (o === undefined) return undefined;
        const type: Type = { kind: "class", decl: o.decl, nullable: false, args: [] };
        const name = w.fresh("r");
        w.vars.push({ name, type, assignable: true, global: false });
        return [{ op: "let", name, type, keyword: "let", annotated: r.chance(50), init: o.expr }];
      },
    ],
    [
      10,
      () => {
        const simple = plain.filter(
          (c) => c.params.length === 0 && (c.base === undefined || c.base.params.length === 0),
        );
        const decl = r.pickAny(simple);
        if (decl === undefined) return undefined;
        const type: Type = {
          kind: "array",
          of: { kind: "class", decl, nullable: false, args: [] },
          count: r.between(2, 4),
        };
        return [declareFixed(w, type, { op: "fixedArray", type })];
      },
    ],
    [
      20,
      () => {
        const of = r.pick(INTS);
        const value = sliceValue(w, of, 2);
        if (value === undefined) return undefined;
        const name = w.fresh("s");
        w.vars.push({ name, type: { kind: "slice", of }, assignable: true, global: false });
        return [
          {
            op: "let",
            name,
            type: { kind: "slice", of },
            keyword: "let",
            annotated: r.chance(50),
            init: value,
          },
        ];
      },
    ],
    [
      15,
      () => {
        const decl = r.pickAny(w.program.interfaces);
        const fitting = w
          .objects()
          .filter((o) => decl !== undefined && implementsIt(o.decl, decl) && o.expr.op !== "this");
        if (decl === undefined || fitting.length === 0) return undefined;
        const one = r.pick(fitting).expr;
        const init: Expr = r.chance(50)
          ? one
          : { op: "cond", condition: bool(w, 2), then: one, else: r.pick(fitting).expr };
        if (r.chance(50) || !fitting.some((o) => isGlobal(o.expr)))
          return [declareFixed(w, { kind: "iface", decl }, init, true)];
        const name = w.fresh("n");
        w.vars.push({ name, type: { kind: "iface", decl }, assignable: true, global: false });
        return [
          { op: "let", name, type: { kind: "iface", decl }, keyword: "let", annotated: true, init },
        ];
      },
    ],
  ]);
}

export function constructorParams(decl: {
  readonly params: readonly { readonly type: Type }[];
  readonly base: { readonly params: readonly { readonly type: Type }[] } | undefined;
  readonly superArgs: readonly Expr[];
  readonly constructorBody: readonly Stmt[];
}): Type[] {
  const own =
    decl.params.length > 0 || decl.superArgs.length > 0 || decl.constructorBody.length > 0;
  return (own || decl.base === undefined ? decl : decl.base).params.map((p) => p.type);
}

function declareFixed(w: World, type: Type, init: Expr, annotated = false): Stmt {
  const name = w.fresh("o");
  w.vars.push({ name, type, assignable: false, global: false });
  return { op: "let", name, type, keyword: "const", annotated, init };
}

/** `const [a, b] = f()` and `[x, y] = f()`. */
export function tuples(w: World): Stmt[] | undefined {
  const { r } = w;
  const fn = r.pickAny(w.callable.filter((f) => f.result.kind === "tuple"));
  if (fn?.result.kind !== "tuple") return undefined;
  const args = argumentsFor(
    w,
    fn.params.map((p) => p.type),
    2,
  );
  if (args === undefined) return undefined;
  const value: Expr = { op: "call", fn, types: [], written: false, args };
  const into = fn.result.items.map((t) => r.pickAny(places(w, t, 2)));
  if (r.chance(40) && into.every((p) => p !== undefined)) {
    return [{ op: "takeInto", places: into.map((p) => p()), value }];
  }
  const keyword = r.pick(["let", "const"] as const);
  const names = fn.result.items.map(() => (r.chance(10) ? undefined : w.fresh("t")));
  fn.result.items.forEach((type, i) => {
    const name = names[i];
    if (name !== undefined)
      w.vars.push({ name, type, assignable: keyword === "let", global: false });
  });
  return [{ op: "take", names, keyword, value }];
}

/** Takes a union apart by its tag. */
export function union(w: World): Stmt[] | undefined {
  const { r } = w;
  const decl = r.pickAny(w.program.unions);
  if (decl === undefined) return undefined;
  const type: Type = { kind: "union", decl };
  const makers = w.callable.filter((f) => sameType(f.result, type));
  const maker = r.pickAny(makers);
  const args =
    maker &&
    argumentsFor(
      w,
      maker.params.map((p) => p.type),
      2,
    );
  const passed = w.vars.filter((v) => sameType(v.type, type)).map(variable);
  // tsc narrows a variable to the variant that it was given: only calls and parameters are of the whole union.
  const made =
    maker !== undefined && args !== undefined
      ? [{ op: "call" as const, fn: maker, types: [], written: false, args }]
      : [];
  const init = r.pickAny<Expr>([...passed, ...made]);
  if (init === undefined) return undefined;
  if (r.chance(25)) return reassigned(w, type, init, made);
  const name = w.fresh("un");
  const subject: Expr = { op: "var", name, global: false };
  const outer = w.inSwitch;
  w.inSwitch = true;
  const arms = decl.variants.map((v) => ({
    labels: [v.tag],
    isDefault: false,
    body: w.scoped(() => [
      ...v.fields.map((f) =>
        declare(w, f.type, { op: "field", object: subject, name: f.name }, "let", true),
      ),
      ...v.fields.map((f): Stmt => ({
        op: "note",
        value: { op: "field", object: subject, name: f.name },
      })),
      ...statements(w, 1),
    ]),
  }));
  w.inSwitch = outer;
  return [
    { op: "let", name, type, keyword: "const", annotated: r.chance(50), init },
    { op: "switch", subject: { op: "field", object: subject, name: "kind" }, arms },
  ];
}

/** A union variable that is given another value, then asked what it is. */
function reassigned(
  w: World,
  type: Extract<Type, { kind: "union" }>,
  init: Expr,
  made: readonly Expr[],
): Stmt[] {
  const { r } = w;
  const name = w.fresh("ur");
  const subject: Expr = { op: "var", name, global: false };
  const [again] = made;
  const other = again ?? init;
  const variant = r.pick(type.decl.variants);
  const tag: Expr = { op: "tag", text: variant.tag };
  const notes = variant.fields.map((f): Stmt => ({
    op: "note",
    value: { op: "field", object: subject, name: f.name },
  }));
  const is: Expr = {
    op: "compare",
    operator: "===",
    left: { op: "field", object: subject, name: "kind" },
    right: tag,
  };
  return [
    { op: "let", name, type, keyword: "let", annotated: r.chance(50), init },
    ...(r.chance(60)
      ? [
          {
            op: "if" as const,
            condition: bool(w, 2),
            then: [
              {
                op: "expr" as const,
                value: {
                  op: "assign" as const,
                  type,
                  operator: undefined,
                  place: subject,
                  value: other,
                },
              },
            ],
            else: undefined,
          },
        ]
      : []),
    {
      op: "if",
      condition: is,
      then: [
        ...notes,
        { op: "note", value: { op: "lit", type: INTS[0] ?? r.pick(INTS), value: 1n } },
      ],
      else: r.chance(30) ? block(w, 1) : undefined,
    },
  ];
}

export function using(w: World): Stmt[] | undefined {
  const decl = w.r.pickAny(w.program.classes.filter((c) => c.disposable && c !== w.self));
  const args = decl && argumentsFor(w, constructorParams(decl), 2);
  if (decl === undefined || args === undefined) return undefined;
  const name = w.fresh("g");
  const type: Type = { kind: "class", decl, nullable: false, args: [] };
  w.vars.push({ name, type, assignable: false, global: false });
  return [
    {
      op: "let",
      name,
      type,
      keyword: "using",
      annotated: false,
      init: { op: "new", decl, types: [], args },
    },
  ];
}

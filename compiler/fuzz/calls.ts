/** Writes calls: of functions, methods, closures' takers and function pointers, with arguments of every kind. */
import { INTS, intNamed } from "./ast.ts";
import type { ClassDecl, Expr, FunctionDecl, InterfaceDecl, Type, TypeArgument } from "./ast.ts";
import { bool } from "./booleans.ts";
import { coerced, enumValue, index, int } from "./expressions.ts";
import { statements } from "./statements.ts";
import { fieldsOf, methodsOf, sameType, substitute, variable } from "./world.ts";
import type { World } from "./world.ts";

/** A call whose result is exactly of this type; undefined where nothing gives it or an argument cannot be made. */
export function callGiving(w: World, type: Type, depth: number): Expr | undefined {
  if (depth <= 0) return undefined;
  const candidates: (() => Expr | undefined)[] = [];
  for (const fn of w.callable) {
    if (fn.generics.length > 0) {
      const [name] = fn.generics;
      if (type.kind === "int" && fn.result.kind === "param" && fn.result.name === name) {
        candidates.push(() => callOf(w, fn, [type], depth));
      }
    } else if (sameType(fn.result, type)) {
      candidates.push(() => callOf(w, fn, [], depth));
    }
  }
  for (const o of w.objects()) {
    for (const m of methodsOf(o.decl)) {
      if (m.modifier === "get" || m.modifier === "set" || m.name.startsWith("[")) continue;
      const result = substitute(m.result, o.types);
      // A method may call those before it only: what calls itself would not end.
      if (o.expr.op === "this" && !o.decl.methods.includes(m)) continue;
      if (result !== undefined && sameType(result, type))
        candidates.push(() => methodCall(w, o.expr, m, o.types, depth));
    }
  }
  for (const v of w.all()) {
    if (v.type.kind === "iface") {
      for (const m of v.type.decl.methods) {
        if (sameType(m.result, type))
          candidates.push(() =>
            methodCall(
              w,
              variable(v),
              { ...m, generics: [], hint: undefined, body: [] },
              new Map(),
              depth,
            ),
          );
      }
    }
    const fn = v.type.kind === "slice" ? v.type.of : v.type;
    if (fn.kind === "fn" && sameType(fn.result, type))
      candidates.push(() => valueCall(w, v, fn, depth));
  }
  return w.r.pickAny(candidates)?.();
}

export function callOf(
  w: World,
  fn: FunctionDecl,
  types: readonly TypeArgument[],
  depth: number,
): Expr | undefined {
  const bound = new Map(fn.generics.map((g, i) => [g, types[i] ?? 0] as const));
  const args = argumentsFor(
    w,
    fn.params.map((p) => substitute(p.type, bound)),
    depth,
  );
  // A call that a literal could make wider than its arguments says its types.
  return args === undefined
    ? undefined
    : { op: "call", fn, types, written: types.length > 0, args };
}

function methodCall(
  w: World,
  object: Expr,
  m: FunctionDecl,
  types: ReadonlyMap<string, TypeArgument>,
  depth: number,
): Expr | undefined {
  const args = argumentsFor(
    w,
    m.params.map((p) => substitute(p.type, types)),
    depth,
  );
  return args === undefined ? undefined : { op: "method", object, name: m.name, args };
}

function valueCall(
  w: World,
  v: World["vars"][number],
  fn: Extract<Type, { kind: "fn" }>,
  depth: number,
): Expr | undefined {
  const callee: Expr =
    v.type.kind === "slice"
      ? { op: "index", base: variable(v), index: index(w, v.below ?? 2, depth - 1) }
      : variable(v);
  const args = argumentsFor(w, fn.params, depth);
  return args === undefined ? undefined : { op: "callValue", fn: callee, args };
}

export function argumentsFor(
  w: World,
  types: readonly (Type | undefined)[],
  depth: number,
): Expr[] | undefined {
  const args: Expr[] = [];
  for (const type of types) {
    const value = type === undefined ? undefined : valueOf(w, type, depth - 1);
    if (value === undefined) return undefined;
    args.push(value);
  }
  return args;
}

/** Some value for a parameter, variable or result of the type; undefined where there is none at hand. */
export function valueOf(w: World, type: Type, depth: number): Expr | undefined {
  switch (type.kind) {
    case "int":
      return coerced(w, type, depth);
    case "bool":
      return bool(w, depth);
    case "enum":
      return enumValue(w, type.decl, depth);
    case "class":
      return through(w, type, objectOf(w, type), true);
    case "iface": {
      const fitting = w
        .objects()
        .filter((o) => implementsIt(o.decl, type.decl) && o.expr.op !== "this");
      const passed = w
        .all()
        .filter((v) => v.type.kind === "iface" && v.type.decl === type.decl)
        .map(variable);
      return w.r.pickAny([...fitting.map((o) => o.expr), ...passed]);
    }
    case "slice":
      return through(w, type, sliceValue(w, type.of, depth), depth > 0);
    case "fn":
      return functionValue(w, type, depth);
    case "union":
      return variantValue(w, type, depth);
    default:
      return undefined;
  }
}

/** The value itself, or `(variable = value)` on its way; only what lives as long as the program is kept that way. */
function through(
  w: World,
  type: Type,
  value: Expr | undefined,
  allowed: boolean,
): Expr | undefined {
  const kept = w.vars.filter((v) => v.assignable && sameType(v.type, type));
  const place = w.r.pickAny(kept);
  if (value === undefined || place === undefined || !allowed || !isGlobal(value) || !w.r.chance(25))
    return value;
  return { op: "assign", type, operator: undefined, place: variable(place), value };
}

/** Whether the expression is a global object or array, or a part of one. */
export function isGlobal(e: Expr): boolean {
  if (e.op === "var") return e.global;
  if (e.op === "field") return isGlobal(e.object);
  if (e.op === "index") return isGlobal(e.base);
  if (e.op === "slice") return isGlobal(e.array);
  return e.op === "sub" && isGlobal(e.slice);
}

export function implementsIt(decl: ClassDecl, wanted: InterfaceDecl): boolean {
  return decl.implements.includes(wanted);
}

function objectOf(w: World, type: Extract<Type, { kind: "class" }>): Expr | undefined {
  const matching = w
    .objects()
    .filter(
      (o) =>
        (type.nullable ? o.global : true) &&
        extendsIt(o.decl, type.decl) &&
        o.decl.generics.length === 0,
    );
  // What has an abstract type is not converted again: its class is not known any more.
  const concrete = matching.filter(
    (o) => !o.decl.abstract || (o.decl === type.decl && o.expr.op === "var"),
  );
  if (type.nullable && w.r.chance(30)) return { op: "null" };
  if (type.nullable) {
    const passed = w
      .all()
      .filter((v) => sameType(v.type, type))
      .map(variable);
    return w.r.pickAny([...concrete.map((o) => o.expr), ...passed]) ?? { op: "null" };
  }
  const fallbacks = w.globals.filter(
    (v) => v.type.kind === "class" && v.type.nullable && v.type.decl === type.decl,
  );
  const some = w.r.pickAny(concrete);
  const maybe = w.r.pickAny(fallbacks);
  if (some !== undefined && maybe !== undefined && some.decl === type.decl && w.r.chance(25)) {
    return { op: "coalesce", left: variable(maybe), right: some.expr };
  }
  if (maybe !== undefined && w.r.chance(w.habits.wild))
    return { op: "nonNull", operand: variable(maybe) };
  return some?.expr;
}

export function extendsIt(decl: ClassDecl, base: ClassDecl): boolean {
  for (let c: ClassDecl | undefined = decl; c !== undefined; c = c.base)
    if (c === base) return true;
  return false;
}

/** A whole array or slice, or a part of one. */
export function sliceValue(w: World, of: Type, depth: number): Expr | undefined {
  const whole: Expr[] = [];
  for (const v of w.all()) {
    if (v.type.kind === "array" && sameType(v.type.of, of))
      whole.push({ op: "slice", array: variable(v) });
    if (v.type.kind === "slice" && sameType(v.type.of, of) && (v.assignable || of.kind !== "int"))
      whole.push(variable(v));
  }
  for (const o of w.objects()) {
    for (const f of fieldsOf(o.decl)) {
      if (f.type.kind !== "array" || !sameType(f.type.of, of) || typeof f.type.count !== "number")
        continue;
      whole.push({ op: "slice", array: { op: "field", object: o.expr, name: f.name } });
    }
  }
  const slice = w.r.pickAny(whole);
  if (slice === undefined || w.r.chance(70)) return slice;
  const u64 = intNamed("u64");
  const offset: Expr = w.r.chance(w.habits.wild)
    ? int(w, u64, depth - 1, true)
    : { op: "lit", type: u64, value: BigInt(w.r.below(2)) };
  const length: Expr | undefined = w.r.chance(50) ? undefined : index(w, 4, depth - 1);
  return { op: "sub", slice, offset, length };
}

function functionValue(
  w: World,
  type: Extract<Type, { kind: "fn" }>,
  depth: number,
): Expr | undefined {
  const named = w.callable.filter(
    (f) =>
      f.generics.length === 0 &&
      sameType(f.result, type.result) &&
      f.params.length === type.params.length &&
      f.params.every((p, i) => sameType(p.type, type.params[i] ?? p.type)),
  );
  const fn = w.r.pickAny(named);
  if (fn !== undefined && w.r.chance(type.plain ? 70 : 30)) return { op: "function", fn };
  if (type.plain && fn !== undefined && depth <= 0) return { op: "function", fn };
  return closure(w, type, depth);
}

/** A function expression; as a function pointer it sees none of the variables around it. */
export function closure(w: World, type: Extract<Type, { kind: "fn" }>, depth: number): Expr {
  const params = type.params.map((t) => ({ name: w.fresh("a"), type: t }));
  const own = params.map((p) => ({
    name: p.name,
    type: p.type,
    assignable: w.r.chance(50),
    global: false,
  }));
  const visible = type.plain ? own : [...w.vars, ...own];
  return w.inFunction(type.result, type.plain ? undefined : w.self, visible, (): Expr => {
    w.nesting += 1;
    if (type.result.kind !== "void" && (w.r.chance(50) || w.nesting > 3)) {
      const body = valueOf(w, type.result, Math.min(depth, 2));
      // A constant as the whole body has no type of its own where the result is inferred.
      if (body !== undefined) return { op: "closure", params, body };
    }
    const body = statements(w, w.r.between(1, 2));
    if (type.result.kind !== "void") {
      const value = valueOf(w, type.result, Math.min(depth, 2));
      if (value === undefined) throw new Error("closures give integers, booleans or nothing");
      body.push({ op: "return", value });
    }
    return { op: "closure", params, body };
  });
}

function variantValue(w: World, type: Extract<Type, { kind: "union" }>, depth: number): Expr {
  const variant = w.r.pick(type.decl.variants);
  const fields = variant.fields.map((f) => ({
    name: f.name,
    value: valueOf(w, f.type, Math.min(depth, 2)) ?? { op: "null" as const },
  }));
  return { op: "variant", decl: type.decl, tag: variant.tag, fields };
}

/** A call as a statement. */
export function anyCall(w: World, depth: number): Expr | undefined {
  const t = w.r.chance(60) ? ({ kind: "void" } as const) : w.r.pick(INTS);
  return callGiving(w, t, depth);
}

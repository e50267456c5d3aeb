/** Writes classes: plain ones, implementers of an interface, abstract families, guards for `using`, generic containers. */
import { INTS, intNamed } from "./ast.ts";
import type {
  ClassDecl,
  Expr,
  FieldDecl,
  FunctionDecl,
  InterfaceDecl,
  Param,
  Stmt,
  Type,
} from "./ast.ts";
import { int, literal } from "./expressions.ts";
import { parameters } from "./functions.ts";
import { resultValue, statements } from "./statements.ts";
import { BOOL, variable, VOID } from "./world.ts";
import type { World } from "./world.ts";

const lit = (type: Type, value: number): Expr => ({ op: "lit", type, value: BigInt(value) });

function emptyClass(w: World, abstract = false): ClassDecl {
  return {
    name: w.fresh("C"),
    abstract,
    generics: [],
    base: undefined,
    superArgs: [],
    implements: [],
    disposable: false,
    fields: [],
    statics: [],
    params: [],
    constructorBody: [],
    methods: [],
  };
}

function field(w: World): FieldDecl {
  const { r } = w;
  const t = r.pick(INTS);
  const plain = (): FieldDecl => ({
    name: w.fresh("m"),
    type: t,
    init: literal(w, t),
    annotated: true,
  });
  const embeddable = w.program.classes.filter(
    (c) =>
      c.params.length === 0 &&
      c.base === undefined &&
      !c.abstract &&
      c.generics.length === 0 &&
      !c.disposable,
  );
  return r.weighted<FieldDecl>([
    [60, plain],
    [
      10,
      () => ({
        name: w.fresh("m"),
        type: BOOL,
        init: { op: "bool", value: r.chance(50) },
        annotated: true,
      }),
    ],
    [
      12,
      () => {
        const type: Type = { kind: "array", of: t, count: r.between(2, 5) };
        return {
          name: w.fresh("m"),
          type,
          init: { op: "fixedArray", type },
          annotated: r.chance(50),
        };
      },
    ],
    [
      18,
      () => {
        const decl = r.pickAny(embeddable);
        if (decl === undefined) return plain();
        return {
          name: w.fresh("m"),
          type: { kind: "class", decl, nullable: false, args: [] },
          init: { op: "new", decl, types: [], args: [] },
          annotated: false,
        };
      },
    ],
  ]);
}

/** A constructor that sets fields and cannot panic, so that it may also run at module level. */
function addConstructor(w: World, c: ClassDecl): void {
  const { r } = w;
  for (let i = r.between(1, 2); i > 0; i--) {
    const property = r.pick(["public", "readonly", "", ""] as const);
    c.params.push({
      name: w.fresh("k"),
      type: r.pick(INTS),
      property: property === "readonly" ? "public" : property,
    });
  }
  for (const f of c.fields) {
    const t = f.type;
    const param = c.params.find(
      (p) => p.type.kind === "int" && t.kind === "int" && p.type.name === t.name,
    );
    if (t.kind !== "int" || param === undefined || !r.chance(60)) continue;
    const place: Expr = { op: "field", object: { op: "this" }, name: f.name };
    const value: Expr = {
      op: "wrap",
      type: t,
      operator: r.pick(["+", "-", "*"] as const),
      left: place,
      right: { op: "var", name: param.name, global: false },
    };
    c.constructorBody.push({
      op: "expr",
      value: { op: "assign", type: t, operator: undefined, place, value },
    });
  }
}

function addMethod(
  w: World,
  c: ClassDecl,
  head: Pick<FunctionDecl, "name" | "params" | "result" | "modifier">,
  count: number,
): FunctionDecl {
  const vars = head.params.map((p) => ({
    name: p.name,
    type: p.type,
    assignable: p.type.kind === "int" || p.type.kind === "bool",
    global: false,
  }));
  const body = w.inFunction(head.result, c, vars, (): Stmt[] => {
    const list = statements(w, count);
    if (head.result.kind === "void") return list;
    return [...list, { op: "return", value: resultValue(w, 3) }];
  });
  const method: FunctionDecl = { ...head, generics: [], hint: undefined, body };
  c.methods.push(method);
  return method;
}

/** A global object of the class, and perhaps a nullable reference to it. */
function addGlobal(w: World, c: ClassDecl): void {
  const name = w.fresh("obj");
  const type: Type = { kind: "class", decl: c, nullable: false, args: [] };
  const params =
    c.params.length > 0 || c.superArgs.length > 0 || c.base === undefined
      ? c.params
      : c.base.params;
  const args = params.map((p): Expr =>
    p.type.kind === "int" ? literal(w, p.type) : lit(p.type, 0),
  );
  w.program.globals.push({
    name,
    type,
    constant: true,
    annotated: false,
    init: { op: "new", decl: c, types: [], args },
  });
  w.globals.push({ name, type, assignable: false, global: true });
  if (c.abstract || !w.r.chance(30)) return;
  const maybe = w.fresh("maybe");
  const nullable: Type = { kind: "class", decl: c, nullable: true, args: [] };
  w.program.globals.push({
    name: maybe,
    type: nullable,
    constant: false,
    annotated: true,
    init: { op: "null" },
  });
  w.globals.push({ name: maybe, type: nullable, assignable: true, global: true });
  const setter: FunctionDecl = {
    name: w.fresh("set"),
    generics: [],
    hint: undefined,
    params: [{ name: "s0", type: BOOL }],
    result: VOID,
    body: [
      {
        op: "if",
        condition: { op: "var", name: "s0", global: false },
        then: [reference(maybe, { op: "var", name, global: true })],
        else: [reference(maybe, { op: "null" })],
      },
    ],
  };
  w.program.functions.push(setter);
  w.callable.push(setter);
}

const reference = (name: string, value: Expr): Stmt => ({
  op: "expr",
  value: {
    op: "assign",
    type: VOID,
    operator: undefined,
    place: { op: "var", name, global: true },
    value,
  },
});

export function plainClass(w: World): void {
  const { r } = w;
  const c = emptyClass(w);
  for (let i = r.between(1, 4); i > 0; i--) c.fields.push(field(w));
  if (r.chance(30)) {
    const t = r.pick(INTS);
    c.statics.push({ name: w.fresh("st"), type: t, init: literal(w, t), annotated: true });
  }
  if (r.chance(50)) addConstructor(w, c);
  for (let i = r.between(1, 2); i > 0; i--) {
    addMethod(
      w,
      c,
      {
        name: w.fresh("do"),
        params: parameters(w, r.between(0, 2)),
        result: r.chance(25) ? VOID : r.pick(INTS),
      },
      r.between(1, 3),
    );
  }
  if (r.chance(40)) {
    const t = r.pick(INTS);
    const name = w.fresh("q");
    const get = addMethod(w, c, { name, params: [], result: t, modifier: "get" }, 1);
    if (r.chance(60))
      addMethod(
        w,
        c,
        {
          name: get.name,
          params: [{ name: w.fresh("p"), type: t }],
          result: VOID,
          modifier: "set",
        },
        2,
      );
  }
  w.program.classes.push(c);
  addGlobal(w, c);
  if (r.chance(25)) extended(w, c);
}

/** A class that extends a plain one and adds to it. */
function extended(w: World, base: ClassDecl): void {
  const c = emptyClass(w);
  c.base = base;
  c.fields.push(field(w));
  if (base.params.length > 0 && w.r.chance(50)) {
    c.superArgs.push(
      ...base.params.map((p): Expr =>
        p.type.kind === "int" ? literal(w, p.type) : lit(p.type, 0),
      ),
    );
  }
  addMethod(w, c, { name: w.fresh("do"), params: [], result: w.r.pick(INTS) }, 2);
  w.program.classes.push(c);
  addGlobal(w, c);
}

/** An interface with one to three classes that implement it. */
export function implementers(w: World): void {
  const { r } = w;
  const methods = Array.from({ length: r.between(1, 2) }, () => ({
    name: w.fresh("act"),
    params: parameters(w, r.between(0, 2)).map((p): Param =>
      p.type.kind === "int" || p.type.kind === "bool" ? p : { name: p.name, type: r.pick(INTS) },
    ),
    result: r.chance(20) ? VOID : r.pick(INTS),
  }));
  const decl: InterfaceDecl = { name: w.fresh("I"), methods };
  for (let i = r.between(1, 3); i > 0; i--) {
    const c = emptyClass(w);
    c.implements.push(decl);
    for (let f = r.between(0, 2); f > 0; f--) c.fields.push(field(w));
    for (const m of methods) addMethod(w, c, m, r.between(0, 2));
    w.program.classes.push(c);
    addGlobal(w, c);
  }
  w.program.interfaces.push(decl);
}

/** An abstract class whose method calls an abstract one, and one to three classes that define it. */
export function abstractFamily(w: World): void {
  const { r } = w;
  const base = emptyClass(w, true);
  base.fields.push(field(w));
  if (r.chance(50)) addConstructor(w, base);
  const t = r.pick(INTS);
  const raw: FunctionDecl = {
    name: w.fresh("raw"),
    generics: [],
    hint: undefined,
    params: [{ name: w.fresh("p"), type: r.pick(INTS) }],
    result: t,
    body: [],
    modifier: "abstract",
  };
  base.methods.push(raw);
  const scale = addMethod(
    w,
    base,
    { name: w.fresh("scale"), params: [{ name: w.fresh("p"), type: t }], result: t },
    1,
  );
  addMethod(
    w,
    base,
    {
      name: w.fresh("work"),
      params: parameters(w, 1).map((p) => ({ ...p, type: r.pick(INTS) })),
      result: t,
    },
    2,
  );
  w.program.classes.push(base);
  for (let i = r.between(1, 3); i > 0; i--) {
    const c = emptyClass(w);
    c.base = base;
    if (r.chance(60)) c.fields.push(field(w));
    if (base.params.length > 0) {
      c.superArgs.push(
        ...base.params.map((p): Expr =>
          p.type.kind === "int" ? literal(w, p.type) : lit(p.type, 0),
        ),
      );
    }
    const own = (m: FunctionDecl): Param[] =>
      m.params.map((p) => ({ name: w.fresh("p"), type: p.type }));
    addMethod(
      w,
      c,
      {
        name: raw.name,
        params: own(raw),
        result: t,
        ...(r.chance(50) ? { modifier: "override" as const } : {}),
      },
      1,
    );
    if (r.chance(40)) overrideWithSuper(w, c, scale, own(scale));
    w.program.classes.push(c);
    addGlobal(w, c);
  }
}

/** `override m(x) { return super.m(x) ^ …; }` */
function overrideWithSuper(w: World, c: ClassDecl, m: FunctionDecl, params: Param[]): void {
  const vars = params.map((p) => ({ name: p.name, type: p.type, assignable: true, global: false }));
  const t = m.result;
  if (t.kind !== "int") return;
  const body = w.inFunction(t, c, vars, (): Stmt[] => {
    const [first] = vars;
    const called: Expr = {
      op: "super",
      name: m.name,
      args: first === undefined ? [] : [variable(first)],
    };
    return [
      {
        op: "return",
        value: { op: "binary", type: t, operator: "^", left: called, right: int(w, t, 2) },
      },
    ];
  });
  c.methods.push({
    name: m.name,
    generics: [],
    hint: undefined,
    params,
    result: t,
    body,
    modifier: "override",
  });
}

/** A class for `using`, whose clean-up shows in the trace. */
export function disposable(w: World): void {
  const c = emptyClass(w);
  c.disposable = true;
  const t = w.r.pick(INTS);
  const k = w.fresh("k");
  c.params.push({ name: k, type: t, property: "public" });
  const own: Expr = { op: "field", object: { op: "this" }, name: k };
  if (w.r.chance(50)) c.constructorBody.push({ op: "note", value: own });
  const method = addMethod(w, c, { name: "[Symbol.dispose]", params: [], result: VOID }, 1);
  method.body.unshift({ op: "note", value: own });
  w.program.classes.push(c);
}

/** A ring of `N` elements of type `T`. */
export function genericClass(w: World): void {
  const { r } = w;
  const c = emptyClass(w);
  const u64 = intNamed("u64");
  const element: Type = { kind: "param", name: "T" };
  c.generics.push({ name: "T", number: false }, { name: "N", number: true });
  const items: Type = { kind: "array", of: element, count: "N" };
  c.fields.push(
    { name: "items", type: items, init: { op: "fixedArray", type: items }, annotated: true },
    { name: "used", type: u64, init: lit(u64, 0), annotated: true },
  );
  const own = (name: string): Expr => ({ op: "field", object: { op: "this" }, name });
  const at: Expr = {
    op: "binary",
    type: u64,
    operator: "%",
    left: own("used"),
    right: { op: "valueOf", name: "N" },
  };
  const x: Expr = { op: "var", name: "x", global: false };
  const method = (name: string, params: Param[], result: Type, body: Stmt[]): void => {
    c.methods.push({ name, generics: [], hint: undefined, params, result, body });
  };
  const put: Expr = {
    op: "assign",
    type: element,
    operator: undefined,
    place: { op: "index", base: own("items"), index: at },
    value: x,
  };
  method("put", [{ name: "x", type: element }], VOID, [
    { op: "expr", value: put },
    {
      op: "expr",
      value: { op: "step", type: u64, operator: "+", prefix: false, place: own("used") },
    },
  ]);
  const i: Expr = {
    op: "binary",
    type: u64,
    operator: "%",
    left: x,
    right: r.chance(10) ? lit(u64, 9) : { op: "valueOf", name: "N" },
  };
  method("at", [{ name: "x", type: u64 }], element, [
    { op: "return", value: { op: "index", base: own("items"), index: i } },
  ]);
  method("size", [], u64, [{ op: "return", value: { op: "length", base: own("items") } }]);
  w.program.classes.push(c);
  for (let n = r.between(1, 2); n > 0; n--) {
    const name = w.fresh("ring");
    const args = [r.pick(INTS), r.between(2, 8)];
    const type: Type = { kind: "class", decl: c, nullable: false, args };
    w.program.globals.push({
      name,
      type,
      constant: true,
      annotated: false,
      init: { op: "new", decl: c, types: args, args: [] },
    });
    w.globals.push({ name, type, assignable: false, global: true });
  }
}

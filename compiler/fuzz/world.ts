/** What the generator knows while it writes a program: declarations so far, variables in scope, its habits. */
import type {
  ClassDecl,
  EnumDecl,
  Expr,
  FunctionDecl,
  IntType,
  Program,
  Type,
  TypeArgument,
} from "./ast.ts";
import { INTS, widens } from "./ast.ts";
import type { Random } from "./random.ts";

export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly assignable: boolean;
  readonly global: boolean;
  /** Its values are below this, so that it can be an index. */
  readonly below?: number;
}

/** How often the program does what may panic; drawn once for each program. */
export interface Habits {
  /** Percent of additions, subtractions, multiplications that are wrapAdd and so on. */
  readonly wrap: number;
  /** Percent of divisors, shift counts and indices that are left unguarded. */
  readonly wild: number;
}

/** An object that an expression can reach, and what its class's type parameters stand for. */
export interface Reachable {
  readonly expr: Expr;
  readonly decl: ClassDecl;
  readonly types: ReadonlyMap<string, TypeArgument>;
  readonly global: boolean;
}

/** A declared integer constant: as good as a literal. */
export interface Constant {
  readonly name: string;
  readonly type: IntType;
}

export class World {
  readonly program: Omit<Program, "main"> = {
    enums: [],
    unions: [],
    interfaces: [],
    classes: [],
    globals: [],
    functions: [],
  };
  readonly globals: Variable[] = [];
  readonly constants: Constant[] = [];
  /** Finished functions that may be called. */
  readonly callable: FunctionDecl[] = [];
  /** Variables of the function being written, the innermost last. */
  vars: Variable[] = [];
  self: ClassDecl | undefined;
  result: Type = VOID;
  /** Labels of the loops around, `undefined` for one without; a switch is no target of ours. */
  loops: (string | undefined)[] = [];
  /** A `break` without label would leave a switch here. */
  inSwitch = false;
  /** Depth of the blocks around; deep ones become simple. */
  nesting = 0;
  /** Statements that may still be written into this program. */
  budget = 0;
  private counter = 0;

  constructor(
    readonly r: Random,
    readonly habits: Habits,
  ) {}

  fresh(prefix: string): string {
    this.counter += 1;
    return `${prefix}${String(this.counter)}`;
  }

  all(): Variable[] {
    return [...this.vars, ...this.globals];
  }

  /** Writes something in a scope of its own. */
  scoped<T>(write: () => T): T {
    const count = this.vars.length;
    this.nesting += 1;
    try {
      return write();
    } finally {
      this.nesting -= 1;
      this.vars.length = count;
    }
  }

  /** Writes a function: nothing of the function around is visible, except for closures. */
  inFunction<T>(
    result: Type,
    self: ClassDecl | undefined,
    vars: readonly Variable[],
    write: () => T,
  ): T {
    const saved = {
      vars: this.vars,
      self: this.self,
      result: this.result,
      loops: this.loops,
      inSwitch: this.inSwitch,
      nesting: this.nesting,
    };
    Object.assign(this, {
      vars: [...vars],
      self,
      result,
      loops: [],
      inSwitch: false,
      nesting: saved.nesting,
    });
    try {
      return write();
    } finally {
      Object.assign(this, saved);
    }
  }

  /** The objects at hand: `this`, variables, and what is embedded in those. */
  objects(): Reachable[] {
    const found: Reachable[] = [];
    if (this.self !== undefined && this.self.generics.length === 0) {
      found.push({ expr: { op: "this" }, decl: this.self, types: NOTHING, global: false });
    }
    for (const v of this.all()) {
      if (v.type.kind !== "class" || v.type.nullable) continue;
      found.push({
        expr: variable(v),
        decl: v.type.decl,
        types: typesOf(v.type),
        global: v.global,
      });
    }
    for (const v of this.all()) {
      const { type } = v;
      if (
        (type.kind !== "array" && type.kind !== "slice") ||
        type.of.kind !== "class" ||
        type.of.nullable
      )
        continue;
      const count = type.kind === "array" && typeof type.count === "number" ? type.count : 2;
      const u64: IntType = { kind: "int", name: "u64", bits: 64, signed: false };
      const counter = this.vars.find(
        (c) => c.below !== undefined && c.below <= count && c.type.kind === "int" && !c.type.signed,
      );
      const at: Expr =
        counter !== undefined && this.r.chance(60)
          ? variable(counter)
          : { op: "lit", type: u64, value: BigInt(this.r.below(count)) };
      found.push({
        expr: { op: "index", base: variable(v), index: at },
        decl: type.of.decl,
        types: NOTHING,
        global: v.global,
      });
    }
    for (const o of [...found]) {
      for (const f of fieldsOf(o.decl)) {
        if (f.type.kind !== "class" || f.init?.op !== "new") continue;
        found.push({
          expr: { op: "field", object: o.expr, name: f.name },
          decl: f.type.decl,
          types: typesOf(f.type),
          global: o.global,
        });
      }
    }
    return found;
  }
}

const NOTHING: ReadonlyMap<string, TypeArgument> = new Map();
export const VOID: Type = { kind: "void" };
export const BOOL: Type = { kind: "bool" };

export const variable = (v: Variable): Expr => ({ op: "var", name: v.name, global: v.global });

function typesOf(type: Extract<Type, { kind: "class" }>): ReadonlyMap<string, TypeArgument> {
  return new Map(type.decl.generics.map((g, i) => [g.name, type.args[i] ?? 0]));
}

/** All fields of the class with those that its constructor declares and those of its bases. */
export function fieldsOf(
  decl: ClassDecl,
): { readonly name: string; readonly type: Type; readonly init?: Expr | undefined }[] {
  const inherited = decl.base === undefined ? [] : fieldsOf(decl.base);
  return [...inherited, ...decl.params.filter((p) => p.property !== ""), ...decl.fields];
}

/** Methods by name, the nearest first. */
export function methodsOf(decl: ClassDecl): FunctionDecl[] {
  const inherited = decl.base === undefined ? [] : methodsOf(decl.base);
  return [
    ...decl.methods,
    ...inherited.filter((m) => !decl.methods.some((own) => own.name === m.name)),
  ];
}

/** The type with a class's type parameters replaced; undefined where it has one that is not known. */
export function substitute(type: Type, types: ReadonlyMap<string, TypeArgument>): Type | undefined {
  if (type.kind === "slice") {
    const of = substitute(type.of, types);
    return of && { kind: "slice", of };
  }
  if (type.kind === "fn") {
    const params = type.params.flatMap((p) => substitute(p, types) ?? []);
    const result = substitute(type.result, types);
    return result && { ...type, params, result };
  }
  if (type.kind !== "param") return type;
  const bound = types.get(type.name);
  return typeof bound === "number" ? undefined : bound;
}

export function sameType(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === "int" || a.kind === "param") return a.name === (b as typeof a).name;
  if (a.kind === "enum" || a.kind === "iface" || a.kind === "union")
    return a.decl === (b as typeof a).decl;
  if (a.kind === "class") {
    const other = b as typeof a;
    return (
      a.decl === other.decl &&
      a.nullable === other.nullable &&
      a.args.length === 0 &&
      other.args.length === 0
    );
  }
  if (a.kind === "slice") return sameType(a.of, (b as typeof a).of);
  return a.kind === "bool" || a.kind === "void";
}

export const narrower = (t: IntType): IntType[] => INTS.filter((s) => widens(s, t));

/** Calls of it: what an enum's value goes through, so that tsc does not narrow the variable to one member. */
export function enumIdentity(w: World, decl: EnumDecl): FunctionDecl {
  const name = `same${decl.name}`;
  const found = w.program.functions.find((f) => f.name === name);
  if (found !== undefined) return found;
  const type: Type = { kind: "enum", decl };
  const body = [{ op: "return" as const, value: { op: "var" as const, name: "x", global: false } }];
  const made: FunctionDecl = {
    name,
    generics: [],
    hint: "noinline",
    params: [{ name: "x", type }],
    result: type,
    body,
  };
  w.program.functions.push(made);
  return made;
}

/** A function that gives its argument back, unseen by every constant folder. */
export function hide(w: World, t: IntType, operand: Expr): Expr {
  const name = `hide_${t.name}`;
  let fn = w.program.functions.find((f) => f.name === name);
  if (fn === undefined) {
    const body = [
      { op: "return" as const, value: { op: "var" as const, name: "x", global: false } },
    ];
    fn = {
      name,
      generics: [],
      hint: "noinline",
      params: [{ name: "x", type: t }],
      result: t,
      body,
    };
    w.program.functions.push(fn);
  }
  return { op: "call", fn, types: [], written: false, args: [operand] };
}

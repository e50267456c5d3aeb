/**
 * Finds objects on the stack that outlive their function: returned, or stored where somebody keeps them, directly or by
 * a function that is called.
 *
 * Mechanism: for each function, which parameters it keeps (`escapes`), stores into the memory of another parameter
 * (`into`) or gives back (`returned`); computed together for all functions until nothing changes. Within a function,
 * each local has the set of origins that its value may point to: stack storage of the function, or a parameter. The
 * order of statements is ignored. What lies inside objects is followed one level deep, through own stack storage only;
 * code in unsafe files vouches for itself.
 */
import { typeKey } from "../ir/build.ts";
import type { Expr, Function, FunctionId, Location, Program, Stmt, Type } from "../ir/ir.ts";
import { forEachStatement } from "../ir/walk.ts";

/** A pointer to the stack that would outlive it. */
export interface Escape {
  readonly at: Location;
  /** The object's name in the source. */
  readonly object: string;
  readonly function: string;
  /** What keeps it: "returned", "stored", or the function that it was passed to. */
  readonly how: string;
}

interface Summary {
  readonly escapes: Set<number>;
  readonly into: Map<number, Set<number>>;
  readonly returned: Set<number>;
}

/** `p3` for a parameter, `s` and the local's name for stack storage. */
type Origin = string;
type Origins = ReadonlySet<Origin>;

const NONE: Origins = new Set();

/**
 * @param program as lowered, before any pass
 * @param trusted whether the code at a place vouches for what it does with pointers
 * @returns every escape, once for a place
 */
export function findEscapes(program: Program, trusted: (at: Location) => boolean): Escape[] {
  const analysis = new Analysis(program);
  analysis.solve();
  return analysis.report(trusted);
}

class Analysis {
  private readonly summaries = new Map<FunctionId, Summary>();
  private readonly implementations = new Map<string, FunctionId[]>();
  private readonly values = new Map<string, FunctionId[]>();
  private changed = false;

  constructor(private readonly program: Program) {
    for (const f of program.functions.values()) {
      this.summaries.set(f.id, { escapes: new Set(), into: new Map(), returned: new Set() });
    }
    for (const i of program.implementations) {
      program.interfaces.get(i.interface)?.methods.forEach((m, n) => {
        const key = `${i.interface}.${m.name}`;
        this.implementations.set(key, [
          ...(this.implementations.get(key) ?? []),
          i.functions[n] ?? "",
        ]);
      });
    }
    for (const f of program.functions.values()) {
      // Any function whose shape fits may be behind a function pointer or closure.
      const shape = (types: readonly Type[]): string => types.map(typeKey).join();
      const types = f.params.map((p) => p.type);
      for (const key of [`function ${shape(types)}`, `closure ${shape(types.slice(1))}`]) {
        this.values.set(key, [...(this.values.get(key) ?? []), f.id]);
      }
    }
  }

  solve(): void {
    const bodies = [...this.program.functions.values()].filter(
      (f) => f.body !== undefined && f.keepsNothing !== true,
    );
    do {
      this.changed = false;
      for (const f of bodies) this.scan(f, undefined);
    } while (this.changed);
  }

  report(trusted: (at: Location) => boolean): Escape[] {
    const found = new Map<string, Escape>();
    for (const f of this.program.functions.values()) {
      if (f.body === undefined) continue;
      this.scan(f, (at, object, how) => {
        if (!trusted(at))
          found.set(`${at.file}:${String(at.line)}:${object}`, {
            at,
            object,
            function: f.source,
            how,
          });
      });
    }
    return [...found.values()];
  }

  private scan(
    f: Function,
    report: ((at: Location, object: string, how: string) => void) | undefined,
  ): void {
    new FunctionScan(this, f, report).run();
  }

  summary(id: FunctionId): Summary | undefined {
    return this.program.functions.get(id)?.keepsNothing === true
      ? undefined
      : this.summaries.get(id);
  }

  /** The functions that a call may reach. */
  callees(s: Stmt): readonly FunctionId[] {
    if (s.op === "call") return [s.function];
    if (s.op === "callInterface")
      return this.implementations.get(`${s.interface}.${s.method}`) ?? [];
    if (s.op !== "callValue") return [];
    const { type } = s.callee;
    if (type.kind !== "function" && type.kind !== "closure") return [];
    return this.values.get(`${type.kind} ${type.params.map(typeKey).join()}`) ?? [];
  }

  add<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    set.add(item);
    this.changed = true;
  }
}

class FunctionScan {
  private readonly locals = new Map<string, Set<Origin>>();
  /** What own stack storage holds. */
  private readonly contents = new Map<Origin, Set<Origin>>();
  private readonly summary: Summary;
  private grown = false;

  constructor(
    private readonly analysis: Analysis,
    private readonly f: Function,
    private readonly tell: ((at: Location, object: string, how: string) => void) | undefined,
  ) {
    this.summary = analysis.summary(f.id) ?? {
      escapes: new Set(),
      into: new Map(),
      returned: new Set(),
    };
    f.params.forEach((p, i) => {
      if (holdsPointers(p.type)) this.locals.set(p.id, new Set([`p${String(i)}`]));
    });
  }

  run(): void {
    do {
      this.grown = false;
      forEachStatement(this.f.body ?? [], (s) => {
        this.statement(s, undefined);
      });
    } while (this.grown);
    forEachStatement(this.f.body ?? [], (s) => {
      this.statement(s, this.tell);
    });
  }

  private statement(s: Stmt, tell: typeof this.tell): void {
    switch (s.op) {
      case "assign":
        this.flow(s.local, this.origins(s.value));
        break;
      case "store":
        this.keep(this.origins(s.to), this.origins(s.value), s.at, "stored", tell);
        break;
      case "atomicStore":
      case "atomic":
        this.keep(this.origins(s.place), this.origins(s.value), s.at, "stored", tell);
        break;
      case "return":
        if (s.value !== null) this.returned(this.origins(s.value), s.at, tell);
        break;
      case "call":
        this.call(s, s.args, s.result, tell);
        break;
      case "callInterface":
        this.call(s, [s.receiver, ...s.args], s.result, tell);
        break;
      case "callValue":
        this.call(
          s,
          s.callee.type.kind === "closure" ? [s.callee, ...s.args] : s.args,
          s.result,
          tell,
        );
        break;
      default:
    }
  }

  private call(
    s: Stmt,
    args: readonly Expr[],
    result: string | null,
    tell: typeof this.tell,
  ): void {
    const origins = args.map((a) => this.origins(a));
    if (origins.every((o) => o.size === 0)) return;
    for (const id of this.analysis.callees(s)) {
      const callee = this.analysis.summary(id);
      if (callee === undefined) continue;
      origins.forEach((own, i) => {
        if (own.size === 0) return;
        if (callee.escapes.has(i)) this.escape(own, s.at, id, tell);
        for (const target of callee.into.get(i) ?? [])
          this.keep(origins[target] ?? NONE, own, s.at, id, tell);
        if (callee.returned.has(i) && result !== null) this.flow(result, own);
      });
    }
  }

  private flow(local: string, origins: Origins): void {
    if (origins.size === 0) return;
    const set = this.locals.get(local) ?? new Set<Origin>();
    this.locals.set(local, set);
    for (const o of origins) if (!set.has(o)) this.grow(set, o);
  }

  private grow(set: Set<Origin>, origin: Origin): void {
    set.add(origin);
    this.grown = true;
  }

  /** `origins` are stored in the memory of `target`; memory of nothing known here is somebody else's. */
  private keep(
    target: Origins,
    origins: Origins,
    at: Location,
    how: string,
    tell: typeof this.tell,
  ): void {
    if (origins.size === 0) return;
    if (target.size === 0) {
      this.escape(origins, at, how, tell);
      return;
    }
    for (const t of target) {
      if (t.startsWith("s")) {
        const inside = this.contents.get(t) ?? new Set<Origin>();
        this.contents.set(t, inside);
        for (const o of origins) if (!inside.has(o)) this.grow(inside, o);
        continue;
      }
      const parameter = Number(t.slice(1));
      for (const o of origins) {
        if (o.startsWith("s")) tell?.(at, o.slice(1), how);
        else this.into(Number(o.slice(1)), parameter);
      }
    }
  }

  private into(parameter: number, target: number): void {
    if (parameter === target) return;
    const set = this.summary.into.get(parameter) ?? new Set<number>();
    this.summary.into.set(parameter, set);
    this.analysis.add(set, target);
  }

  private escape(origins: Origins, at: Location, how: string, tell: typeof this.tell): void {
    for (const o of origins) {
      if (o.startsWith("s")) tell?.(at, o.slice(1), how);
      else this.analysis.add(this.summary.escapes, Number(o.slice(1)));
    }
  }

  private returned(origins: Origins, at: Location, tell: typeof this.tell): void {
    for (const o of origins) {
      if (o.startsWith("s")) tell?.(at, o.slice(1), "returned");
      else this.analysis.add(this.summary.returned, Number(o.slice(1)));
    }
  }

  /** What the value of an expression may point to. */
  private origins(e: Expr): Origins {
    switch (e.op) {
      case "local": {
        const own = this.locals.get(e.local) ?? NONE;
        // A struct by value (a union, a tuple) carries what was stored in its fields.
        return e.type.kind === "struct"
          ? merge([own, this.contents.get(`s${e.local}`) ?? NONE])
          : own;
      }
      case "localAddress":
        return new Set([`s${e.local}`]);
      case "load":
        return holdsPointers(e.type) ? this.loaded(e.from) : NONE;
      case "fieldAddress":
      case "elementAddress":
      case "member":
        return e.op === "member" && !holdsPointers(e.type) ? NONE : this.origins(e.base);
      case "sliceData":
        return this.origins(e.slice);
      case "makeSlice":
        return this.origins(e.data);
      case "makeStruct":
        return merge(e.items.map((i) => this.origins(i)));
      case "makeClosure":
        return e.environment === null ? NONE : this.origins(e.environment);
      case "makeInterface":
        return this.origins(e.object);
      case "interfaceObject":
        return this.origins(e.value);
      case "convert":
        return e.type.kind === "pointer" ? this.origins(e.operand) : NONE;
      case "select":
        return merge([this.origins(e.then), this.origins(e.else)]);
      default:
        return NONE;
    }
  }

  /** What was stored in own storage; a pointer read from other memory points to nothing of this function. */
  private loaded(from: Expr): Origins {
    return merge([...this.origins(from)].map((o) => this.contents.get(o) ?? NONE));
  }
}

function merge(sets: readonly Origins[]): Origins {
  const [first, ...rest] = sets.filter((s) => s.size > 0);
  if (first === undefined || rest.length === 0) return first ?? NONE;
  return new Set([...first, ...rest.flatMap((s) => [...s])]);
}

function holdsPointers(type: Type): boolean {
  return (
    type.kind !== "int" && type.kind !== "float" && type.kind !== "bool" && type.kind !== "function"
  );
}

/**
 * Builds the body of one IR function: statements in order, temporaries, variables, scopes with their clean-up.
 * The order of evaluation is made here: what an operand reads is kept in a temporary where a later operand acts.
 */
import type ts from "typescript";
import { localValue } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { Env } from "../sema/context.ts";
import type { Const } from "../sema/fold.ts";
import type { ClassTy, Ty } from "../sema/types.ts";

/** The value of an expression. `expr` of an untyped constant is meaningless: it is converted first. */
export interface Value {
  readonly ty: Ty;
  readonly expr: ir.Expr;
  readonly constant?: Const | undefined;
  /** The result of wrapping arithmetic: not widened implicitly. */
  readonly arithmetic?: boolean;
}

/** Where a value lies. */
export interface Place {
  readonly ty: Ty;
  /** A local that is read and written directly. */
  readonly local?: string;
  /** Otherwise its address. */
  readonly address?: ir.Expr;
  /** The object or array itself lies there: reading gives its address. */
  readonly embedded: boolean;
  readonly volatile: boolean;
  /** The struct that makes unaligned access to a byte-order integer defined. */
  readonly unaligned?: ir.StructId;
  /** Why it cannot be assigned to. */
  readonly readonly?: string;
}

/** A variable of the source in the function that declares it. */
export interface Variable {
  readonly ty: Ty;
  readonly local: ir.Local;
  /** The storage of an object or array. */
  readonly embedded: boolean;
  /** Never reassigned. */
  readonly fixed: boolean;
}

/** A block: its names, and what `using` cleans up at its end. */
export interface Scope {
  readonly cleanups: (() => void)[];
  /** Label of the loop or block that this scope is the body of. */
  readonly label?: string;
  /** Source label, and whether `break`/`continue` without label mean it. */
  readonly target?: {
    readonly kind: "loop" | "switch";
    readonly name: string | undefined;
  };
}

/** What a closure captured, in order. */
export interface Capture {
  readonly name: string;
  /** Copied (never changes) or pointed to. */
  readonly byValue: boolean;
  readonly type: ir.Type;
  /** Read in the function around the closure. */
  readonly source: ir.Expr;
}

export class Body {
  statements: ir.Stmt[] = [];
  readonly locals: ir.Local[] = [];
  readonly variables = new Map<ts.Node, Variable>();
  readonly scopes: Scope[] = [];
  readonly captures = new Map<ts.Node | "this", { capture: Capture; place: Place }>();
  /** Locals that never change after their first assignment. */
  readonly stable = new Set<string>();
  at: ir.Location;
  self: { readonly ty: ClassTy; readonly expr: ir.Expr } | undefined;
  /** Undefined until the first return of a closure without annotation tells. */
  result: Ty | undefined;
  private readonly names = new Map<string, number>();
  private labels = 0;

  constructor(
    readonly env: Env,
    at: ir.Location,
    /** The function around a closure, and the closure's environment. */
    readonly outer:
      { readonly body: Body; readonly struct: string; readonly environment: ir.Local } | undefined,
    /** As backtraces name it. */
    readonly source: string,
  ) {
    this.at = at;
  }

  emit(statement: DistributiveOmit<ir.Stmt, "at">): void {
    this.statements.push({ ...statement, at: this.at });
  }

  newLocal(hint: string, type: ir.Type, temporary: boolean): ir.Local {
    const count = this.names.get(hint) ?? 0;
    this.names.set(hint, count + 1);
    const local = { id: count === 0 ? hint : `${hint}_${String(count)}`, type, temporary };
    this.locals.push(local);
    if (temporary) this.stable.add(local.id);
    return local;
  }

  temporary(type: ir.Type): ir.Local {
    return this.newLocal("t", type, true);
  }

  newLabel(): string {
    this.labels += 1;
    return `L${String(this.labels)}`;
  }

  /** A local for a result that several branches assign. */
  merged(type: ir.Type): ir.Local {
    const local = this.newLocal("m", type, false);
    this.stable.add(local.id);
    return local;
  }

  /** Keeps the value as it is now. */
  keep(expr: ir.Expr): ir.Expr {
    if (this.isStable(expr)) return expr;
    const local = this.temporary(expr.type);
    this.emit({ op: "assign", local: local.id, value: expr });
    return localValue(local);
  }

  /** A temporary with the value as it is now, whatever it is. */
  keepCopy(expr: ir.Expr): ir.Expr {
    const local = this.temporary(expr.type);
    this.emit({ op: "assign", local: local.id, value: expr });
    return localValue(local);
  }

  /** Runs `build` with a statement list of its own and gives that list. */
  nested(build: () => void): ir.Stmt[] {
    const outer = this.statements;
    this.statements = [];
    try {
      build();
      return this.statements;
    } finally {
      this.statements = outer;
    }
  }

  /**
   * Lowers operands in order. One that a later operand's statements could change is kept in a temporary at the point
   * where it was evaluated.
   */
  inOrder<T extends { readonly expr: ir.Expr }>(operands: readonly (() => T)[]): T[] {
    const list = this.statements;
    const done = operands.map((lower) => {
      const value = lower();
      return { value, end: list.length };
    });
    for (let i = done.length - 1; i >= 0; i--) {
      const entry = done[i];
      if (entry === undefined || list.length === entry.end || this.isStable(entry.value.expr))
        continue;
      const local = this.temporary(entry.value.expr.type);
      const keep: ir.Stmt = { op: "assign", local: local.id, value: entry.value.expr, at: this.at };
      list.splice(entry.end, 0, keep);
      entry.value = { ...entry.value, expr: localValue(local) };
    }
    return done.map((d) => d.value);
  }

  /** Whether nothing that runs later can change what the expression gives. */
  isStable(expr: ir.Expr): boolean {
    switch (expr.op) {
      case "int":
      case "float":
      case "bool":
      case "null":
      case "string":
      case "function":
      case "localAddress":
      case "globalAddress":
        return true;
      case "local":
        return this.stable.has(expr.local);
      case "load":
        return false;
      case "fieldAddress":
      case "member":
        return this.isStable(expr.base);
      case "elementAddress":
        return this.isStable(expr.base) && this.isStable(expr.index);
      case "sliceLength":
      case "sliceData":
        return this.isStable(expr.slice);
      case "makeSlice":
        return this.isStable(expr.data) && this.isStable(expr.length);
      case "makeStruct":
        return expr.items.every((i) => this.isStable(i));
      case "makeClosure":
        return true;
      case "makeInterface":
        return this.isStable(expr.object);
      case "interfaceObject":
        return this.isStable(expr.value);
      case "unary":
      case "convert":
      case "expect":
        return this.isStable(expr.operand);
      case "binary":
      case "andAlso":
      case "orElse":
        return this.isStable(expr.left) && this.isStable(expr.right);
      case "select":
        return (
          this.isStable(expr.condition) && this.isStable(expr.then) && this.isStable(expr.else)
        );
    }
  }

  /** Runs `build` in a scope; its clean-up follows where the end is reached. */
  scope(scope: Omit<Scope, "cleanups">, build: () => void): void {
    const entry: Scope = { ...scope, cleanups: [] };
    this.scopes.push(entry);
    try {
      build();
      if (!this.ended()) this.runCleanups(entry);
    } finally {
      this.scopes.pop();
    }
  }

  /** Emits the clean-up of all scopes from the innermost down to `depth`. */
  unwind(depth: number): void {
    for (let i = this.scopes.length - 1; i >= depth; i--) {
      const scope = this.scopes[i];
      if (scope !== undefined) this.runCleanups(scope);
    }
  }

  /** Whether the statement before this point never lets control pass. */
  ended(): boolean {
    const last = this.statements.at(-1);
    if (last === undefined) return false;
    return (
      last.op === "return" ||
      last.op === "break" ||
      last.op === "continue" ||
      last.op === "leave" ||
      last.op === "unreachable"
    );
  }

  private runCleanups(scope: Scope): void {
    for (const cleanup of [...scope.cleanups].reverse()) cleanup();
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * Copies functions that take closures for the closures that they are called with, so that the closure's code is called
 * directly and can be inlined: `sort(items, (a, b) => a < b)` becomes a sort whose comparison is `<`.
 *
 * The parameter becomes the environment's address; where the function hands its closure on (recursion), the copy of that
 * function is called. A copy belongs to the package of the closure, so that both are in one unit of C. There are at most as
 * many copies as pairs of functions and closures, and limits on the size and number of copies of one function.
 */
import type { ClosureType, Expr, Function, FunctionId, Program, Stmt } from "../ir/ir.ts";
import { expressionsOf, forEachExpression, forEachStatement, resultOf } from "../ir/walk.ts";
import { type Rewriter, rewriteStatements } from "./rewrite.ts";

/** Statements of a function that is still copied. */
const LARGEST = 120;
/** Copies of one function. */
const MOST_COPIES = 16;

type Call = Extract<Stmt, { op: "call" }>;
type MakeClosure = Extract<Expr, { op: "makeClosure" }>;

/** Changes the program in place; originals that nothing calls any more stay for `removeDead`. */
export function specialise(program: Program): void {
  const pass = new Specialiser(program);
  const work = [...program.functions.values()];
  for (let fn = work.shift(); fn !== undefined; fn = work.shift()) {
    if (fn.body !== undefined) {
      fn.body = pass.body(fn.body);
      work.push(...pass.takeNew());
    }
  }
}

class Specialiser {
  private readonly program: Program;
  private readonly copies = new Map<FunctionId, number>();
  private readonly suitable = new Map<FunctionId, boolean>();
  private fresh: Function[] = [];

  constructor(program: Program) {
    this.program = program;
  }

  /** The copies made since the last time; their calls are still to be looked at. */
  takeNew(): readonly Function[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  body(body: readonly Stmt[]): Stmt[] {
    return rewriteStatements(body, {
      type: (type) => type,
      expression: (e) => e,
      statement: (s) => [s.op === "call" ? this.call(s) : s],
    });
  }

  private call(s: Call): Call {
    const callee = this.program.functions.get(s.function);
    if (callee === undefined || !s.args.some((arg) => arg.op === "makeClosure")) {
      return s;
    }
    const copy = this.isSuitable(callee) ? this.copyFor(callee, s.args) : null;
    if (copy === null) {
      return s;
    }
    const args = s.args.map((arg) => (arg.op === "makeClosure" ? this.environment(arg) : arg));
    return { ...s, function: copy, args };
  }

  private environment(closure: MakeClosure): Expr {
    const type = this.program.functions.get(closure.function)?.params[0]?.type;
    if (type === undefined) {
      throw new Error(`${closure.function} takes no environment`);
    }
    return closure.environment ?? { op: "null", type };
  }

  private isSuitable(fn: Function): boolean {
    let known = this.suitable.get(fn.id);
    if (known === undefined) {
      known = !fn.exported && fn.symbol === undefined && isSmall(fn) && keepsParameters(fn);
      this.suitable.set(fn.id, known);
    }
    return known;
  }

  /** The copy for these arguments, made where there is none yet; null where there are too many. */
  private copyFor(fn: Function, args: readonly Expr[]): FunctionId | null {
    const closures = new Map<string, MakeClosure>();
    fn.params.forEach((param, i) => {
      const arg = args[i];
      if (arg?.op === "makeClosure") {
        closures.set(param.id, arg);
      }
    });
    const id = [
      fn.id,
      ...fn.params.map(({ id: name }) => closures.get(name)?.function ?? "any"),
    ].join("__");
    if (this.program.functions.has(id)) {
      return id;
    }
    const count = this.copies.get(fn.id) ?? 0;
    if (count >= MOST_COPIES) {
      return null;
    }
    this.copies.set(fn.id, count + 1);
    const copy = this.copy(fn, id, closures);
    this.program.functions.set(id, copy);
    this.fresh.push(copy);
    return id;
  }

  private copy(fn: Function, id: FunctionId, closures: Map<string, MakeClosure>): Function {
    const params = fn.params.map((param) => {
      const closure = closures.get(param.id);
      return closure === undefined
        ? param
        : { ...param, type: this.environment({ ...closure, environment: null }).type };
    });
    const [first] = closures.values();
    const owner = this.program.functions.get(first?.function ?? "") ?? fn;
    return {
      ...fn,
      id,
      package: owner.package,
      generic: owner.generic,
      params,
      locals: [...fn.locals],
      body: rewriteStatements(fn.body ?? [], knowing(params, closures)),
    };
  }
}

/** Replaces the parameters by the closures that they are. */
function knowing(
  params: readonly Function["params"][number][],
  closures: ReadonlyMap<string, MakeClosure>,
): Rewriter {
  const types = new Map(params.map(({ id, type }) => [id, type]));
  return {
    type: (type) => type,
    expression: (e) => {
      const closure = e.op === "local" ? closures.get(e.local) : undefined;
      const type = e.op === "local" ? types.get(e.local) : undefined;
      if (e.op !== "local" || closure === undefined || type === undefined) {
        return e;
      }
      const environment: Expr = { op: "local", type, local: e.local };
      const made = e.type as ClosureType;
      return { op: "makeClosure", type: made, function: closure.function, environment };
    },
    statement: (s) => [s.op === "callValue" ? direct(s) : s],
  };
}

function direct(s: Extract<Stmt, { op: "callValue" }>): Stmt {
  const { at, result, callee, args } = s;
  if (callee.op !== "makeClosure" || callee.environment === null) {
    return s;
  }
  return {
    op: "call",
    at,
    result,
    function: callee.function,
    args: [callee.environment, ...args],
  };
}

function isSmall(fn: Function): boolean {
  let count = fn.body === undefined ? LARGEST + 1 : 0;
  forEachStatement(fn.body ?? [], () => {
    count += 1;
  });
  return count <= LARGEST;
}

/** Whether the closures it gets stay in their parameters: none is assigned, and nothing takes the address of one. */
function keepsParameters(fn: Function): boolean {
  const closures = new Set(
    fn.params.filter(({ type }) => type.kind === "closure").map(({ id }) => id),
  );
  let kept = true;
  forEachStatement(fn.body ?? [], (s) => {
    kept &&= !closures.has(resultOf(s) ?? "");
    for (const e of expressionsOf(s)) {
      forEachExpression(e, (inner) => {
        kept &&= inner.op !== "localAddress" || !closures.has(inner.local);
      });
    }
  });
  return kept;
}

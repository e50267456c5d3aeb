/**
 * Removes checks that cannot fail: indexes below a length by a loop condition, an earlier check or comparison, a mask, a
 * remainder or a range; divisors that are not zero, shift counts in range, pointers found not null before.
 *
 * One walk over the statements carries what is known (facts.ts) along every path. Where paths meet, what both know stays;
 * before a loop everything is forgotten that an iteration may change.
 */
import { ALWAYS_CHECKED } from "../ir/checks.ts";
import type { Expr, Function, Program, Stmt, Type } from "../ir/ir.ts";
import { Facts } from "./facts.ts";
import { Results } from "./results.ts";
import { type FunctionFacts, MEMORY } from "./values.ts";
import {
  bodiesOf,
  expressionsOf,
  forEachExpression,
  forEachStatement,
  resultOf,
} from "../ir/walk.ts";

/**
 * Changes the bodies of the program's functions in place. An `unchecked` build leaves out all but what is always checked,
 * so that nothing is learnt from the others.
 */
export function removeChecks(program: Program, unchecked = false): void {
  const results = new Results(program);
  for (const fn of calleesFirst(program)) {
    if (fn.body !== undefined && (hasChecks(fn.body) || hasRanges(program, fn.result))) {
      const of = { program, addressed: addressedLocals(fn), results };
      results.start();
      fn.body = new Walk(of, unchecked).list(fn.body, new Facts(of)).body;
      results.finish(fn.id);
    }
  }
}

/** The functions, each behind those that it calls, except where they call each other. */
function calleesFirst(program: Program): readonly Function[] {
  const order: Function[] = [];
  const seen = new Set<string>();
  for (const root of program.functions.values()) {
    const stack: { readonly fn: Function; readonly callees: string[] }[] = [];
    const enter = (fn: Function | undefined): void => {
      if (fn !== undefined && !seen.has(fn.id)) {
        seen.add(fn.id);
        stack.push({ fn, callees: calleesOf(fn) });
      }
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const callee = top.callees.pop();
      if (callee === undefined) {
        order.push(top.fn);
        stack.pop();
      } else {
        enter(program.functions.get(callee));
      }
    }
  }
  return order;
}

function calleesOf(fn: Function): string[] {
  const callees: string[] = [];
  forEachStatement(fn.body ?? [], (s) => {
    if (s.op === "call") {
      callees.push(s.function);
    }
  });
  return callees;
}

/** Whether what a function gives is an integer, or a struct with one. */
function hasRanges(program: Program, result: Type): boolean {
  const fields = result.kind === "struct" ? program.structs.get(result.struct)?.fields : undefined;
  return result.kind === "int" || (fields?.some(({ type }) => type.kind === "int") ?? false);
}

function hasChecks(body: readonly Stmt[]): boolean {
  let found = false;
  forEachStatement(body, (s) => {
    found ||= s.op === "boundsCheck" || s.op === "check";
  });
  return found;
}

function addressedLocals(fn: Function): Set<string> {
  const locals = new Set<string>();
  forEachStatement(fn.body ?? [], (s) => {
    for (const e of expressionsOf(s)) {
      forEachExpression(e, (inner) => {
        if (inner.op === "localAddress") {
          locals.add(inner.local);
        }
      });
    }
  });
  return locals;
}

/** A list after the walk, and what holds behind it: null where control does not get there. */
interface Walked {
  readonly body: Stmt[];
  readonly after: Facts | null;
}

class Walk {
  private readonly of: FunctionFacts;
  /** What holds at each jump to a label (`break L`, `next L`, `leave L`). */
  private readonly jumps = new Map<string, Facts[]>();

  constructor(
    of: FunctionFacts,
    private readonly unchecked: boolean,
  ) {
    this.of = of;
  }

  /** `facts` is used up. */
  list(body: readonly Stmt[], facts: Facts): Walked {
    const result: Stmt[] = [];
    let now: Facts | null = facts;
    for (const s of body) {
      if (now === null) {
        // Never reached; left for dead-code elimination.
        result.push(s);
        continue;
      }
      now = this.statement(s, now, result);
    }
    return { body: result, after: now };
  }

  private statement(s: Stmt, facts: Facts, out: Stmt[]): Facts | null {
    switch (s.op) {
      case "boundsCheck": {
        if (!facts.less(s.index, s.length)) {
          out.push(s);
          if (this.unchecked) return facts;
          facts.assume(
            {
              op: "binary",
              type: { kind: "bool" },
              operator: "lt",
              left: s.index,
              right: s.length,
            },
            true,
          );
        }
        return facts;
      }
      case "check":
        if (!facts.implies(s.condition, true)) {
          out.push(s);
          if (!this.unchecked || ALWAYS_CHECKED.has(s.kind)) facts.assume(s.condition, true);
        }
        return facts;
      case "if":
        return this.conditional(s, facts, out);
      case "loop":
        return this.loop(s, facts, out);
      case "switch": {
        const walked = bodiesOf(s).map((body) => this.list(body, facts.clone()));
        const arms = s.arms.map((arm, i) => ({ ...arm, body: walked[i]?.body ?? [] }));
        out.push({ ...s, arms, otherwise: walked.at(-1)?.body ?? [] });
        return joinAll(walked.map((one) => one.after));
      }
      case "block": {
        const { body, after } = this.list(s.body, facts);
        out.push({ ...s, body });
        return joinAll([after, ...this.takeJumps(`leave ${s.label}`)]);
      }
      case "leave":
      case "break":
      case "continue":
        out.push(s);
        this.noteJump(`${s.op} ${s.label}`, facts);
        return null;
      case "return":
        if (s.value !== null) {
          this.of.results.addReturn(s.value, facts);
        }
        out.push(s);
        return null;
      case "unreachable":
        out.push(s);
        return null;
      default:
        out.push(s);
        return this.simple(s, facts);
    }
  }

  private simple(s: Stmt, facts: Facts): Facts | null {
    if (writesMemory(s)) {
      facts.forget(MEMORY);
    }
    if (s.op === "assign") {
      facts.assign(s.local, s.value);
    } else if (s.op === "arith") {
      const { operator, left, right } = s;
      facts.assign(s.result, { op: "binary", type: left.type, operator, left, right });
    } else {
      const result = resultOf(s);
      if (result !== null) {
        facts.assign(result, null);
        if (s.op === "call") {
          this.assumeResult(s.function, result, facts);
        }
      }
    }
    const returns =
      s.op !== "call" || this.of.program.functions.get(s.function)?.result.kind !== "never";
    return returns ? facts : null;
  }

  private assumeResult(callee: string, local: string, facts: Facts): void {
    const type = this.of.program.functions.get(callee)?.result;
    if (type !== undefined && !this.of.addressed.has(local)) {
      this.of.results.assume(callee, { op: "local", type, local }, facts);
    }
  }

  private conditional(s: Extract<Stmt, { op: "if" }>, facts: Facts, out: Stmt[]): Facts | null {
    const yes = facts.clone();
    yes.assume(s.condition, true);
    facts.assume(s.condition, false);
    const then = this.list(s.then, yes);
    const otherwise = this.list(s.else, facts);
    out.push({ ...s, then: then.body, else: otherwise.body });
    return joinAll([then.after, otherwise.after]);
  }

  private loop(s: Extract<Stmt, { op: "loop" }>, facts: Facts, out: Stmt[]): Facts | null {
    forgetChanges(s, facts);
    const before = s.postTest ? null : this.list(s.before, facts);
    const exits: (Facts | null)[] = [];
    let inside = before === null ? facts : before.after;
    if (before !== null && inside !== null) {
      inside = splitOn(s.condition, inside, exits);
    }
    const body = this.reached(s.body, inside);
    const update = this.reached(
      s.update,
      joinAll([body.after, ...this.takeJumps(`continue ${s.label}`)]),
    );
    const last = before ?? this.reached(s.before, update.after);
    if (s.postTest && last.after !== null) {
      splitOn(s.condition, last.after, exits);
    }
    out.push({ ...s, before: last.body, body: body.body, update: update.body });
    return joinAll([...exits, ...this.takeJumps(`break ${s.label}`)]);
  }

  private reached(body: readonly Stmt[], facts: Facts | null): Walked {
    return facts === null ? { body: [...body], after: null } : this.list(body, facts);
  }

  private noteJump(label: string, facts: Facts): void {
    const known = this.jumps.get(label);
    const [first] = known ?? [];
    // One state for all jumps to a label: joining at once keeps the cost of each jump constant.
    this.jumps.set(label, [first === undefined ? facts : Facts.join(first, facts)]);
  }

  private takeJumps(label: string): Facts[] {
    const facts = this.jumps.get(label) ?? [];
    this.jumps.delete(label);
    return facts;
  }
}

/** What holds where the condition is true; what holds where it is false is added to the exits. */
function splitOn(condition: Expr | null, facts: Facts, exits: (Facts | null)[]): Facts {
  if (condition !== null) {
    const exit = facts.clone();
    exit.assume(condition, false);
    exits.push(exit);
    facts.assume(condition, true);
  }
  return facts;
}

function joinAll(points: readonly (Facts | null)[]): Facts | null {
  return points.reduce<Facts | null>(
    (a, b) => (a === null || b === null ? (a ?? b) : Facts.join(a, b)),
    null,
  );
}

function forgetChanges(loop: Stmt, facts: Facts): void {
  const changed = new Set<string>();
  forEachStatement([loop], (s) => {
    const result = resultOf(s);
    if (result !== null) {
      changed.add(result);
    }
    if (writesMemory(s)) {
      changed.add(MEMORY);
    }
  });
  for (const local of changed) {
    facts.forget(local);
  }
}

function writesMemory(s: Stmt): boolean {
  switch (s.op) {
    case "assign":
    case "arith":
    case "boundsCheck":
    case "check":
    case "if":
    case "loop":
    case "switch":
    case "block":
    case "leave":
    case "break":
    case "continue":
    case "return":
    case "unreachable":
      return false;
    default:
      return true;
  }
}

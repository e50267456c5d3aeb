/**
 * Runs a function of the IR on integers, for tests that compare a program before and after a pass. It knows just the
 * statements that the generator of such tests makes, and says by its line which check failed first.
 */
import type { Expr, IntType, Stmt } from "../ir/ir.ts";

/** A slice is its length only; memory is one cell that a `store` changes and a `load` reads. */
export interface Machine {
  readonly locals: Map<string, bigint>;
  memory: bigint;
  steps: number;
}

type Exit =
  | { readonly kind: "next" | "end" }
  | { readonly kind: "jump" | "continue"; readonly label: string };

const NEXT: Exit = { kind: "next" };
const END: Exit = { kind: "end" };

class CheckFailed extends Error {
  readonly line: number;
  constructor(line: number) {
    super(`check of line ${String(line)}`);
    this.line = line;
  }
}

/** The line of the check that failed, or null where none did (or the steps were used up). */
export function firstFailure(body: readonly Stmt[], machine: Machine): number | null {
  try {
    runList(body, machine);
    return null;
  } catch (error) {
    if (error instanceof CheckFailed) {
      return error.line;
    }
    throw error;
  }
}

function runList(body: readonly Stmt[], machine: Machine): Exit {
  for (const s of body) {
    const exit = runStatement(s, machine);
    if (exit.kind !== "next") {
      return exit;
    }
  }
  return NEXT;
}

function runStatement(s: Stmt, machine: Machine): Exit {
  machine.steps -= 1;
  if (machine.steps < 0) {
    return END;
  }
  const value = (e: Expr): bigint => evaluate(e, machine);
  switch (s.op) {
    case "assign":
      machine.locals.set(s.local, value(s.value));
      return NEXT;
    case "store":
      machine.memory = value(s.value);
      return NEXT;
    case "boundsCheck":
    case "check":
      if (s.op === "check" ? value(s.condition) === 0n : value(s.index) >= value(s.length)) {
        throw new CheckFailed(s.at.line);
      }
      return NEXT;
    case "if":
      return runList(value(s.condition) === 0n ? s.else : s.then, machine);
    case "block": {
      const exit = runList(s.body, machine);
      return exit.kind === "jump" && exit.label === s.label ? NEXT : exit;
    }
    case "leave":
    case "break":
      return { kind: "jump", label: s.label };
    case "continue":
      return { kind: "continue", label: s.label };
    case "loop":
      return runLoop(s, machine);
    case "return":
      return END;
    default:
      throw new Error(`the test machine has no ${s.op}`);
  }
}

function runLoop(s: Extract<Stmt, { op: "loop" }>, machine: Machine): Exit {
  const ends = (): boolean => s.condition !== null && evaluate(s.condition, machine) === 0n;
  for (;;) {
    if (machine.steps < 0) {
      return END;
    }
    machine.steps -= 1;
    if (!s.postTest && ends()) {
      return NEXT;
    }
    const exit = runList(s.body, machine);
    if (exit.kind === "jump" && exit.label === s.label) {
      return NEXT;
    }
    if (exit.kind !== "next" && !(exit.kind === "continue" && exit.label === s.label)) {
      return exit;
    }
    runList(s.update, machine);
    if (s.postTest && ends()) {
      return NEXT;
    }
  }
}

function evaluate(e: Expr, machine: Machine): bigint {
  switch (e.op) {
    case "int":
      return e.value;
    case "local":
      return machine.locals.get(e.local) ?? 0n;
    case "load":
      return machine.memory;
    case "sliceLength":
      return evaluate(e.slice, machine);
    case "convert":
      return BigInt.asUintN((e.type as IntType).bits, evaluate(e.operand, machine));
    case "unary":
      return evaluate(e.operand, machine) === 0n ? 1n : 0n;
    case "andAlso":
      return evaluate(e.left, machine) === 0n ? 0n : evaluate(e.right, machine);
    case "orElse":
      return evaluate(e.left, machine) === 0n ? evaluate(e.right, machine) : 1n;
    case "binary":
      return binary(e, evaluate(e.left, machine), evaluate(e.right, machine));
    default:
      throw new Error(`the test machine has no ${e.op}`);
  }
}

function binary(e: Extract<Expr, { op: "binary" }>, a: bigint, b: bigint): bigint {
  const wrap = (value: bigint): bigint => BigInt.asUintN((e.left.type as IntType).bits, value);
  const truth = (value: boolean): bigint => (value ? 1n : 0n);
  switch (e.operator) {
    case "add":
      return wrap(a + b);
    case "sub":
      return wrap(a - b);
    case "mul":
      return wrap(a * b);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return wrap(a << b);
    case "shr":
      return a >> b;
    case "div":
      return b === 0n ? 0n : a / b;
    case "rem":
      return b === 0n ? 0n : a % b;
    case "eq":
      return truth(a === b);
    case "ne":
      return truth(a !== b);
    case "lt":
      return truth(a < b);
    case "le":
      return truth(a <= b);
    case "gt":
      return truth(a > b);
    case "ge":
      return truth(a >= b);
  }
}

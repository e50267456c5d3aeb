/**
 * The reference: runs generated programs on BigInt by walking their syntax. It shares nothing with the compiler, so
 * that a misunderstanding has to happen twice to go unseen.
 *
 * What it gives is what the native program prints: the hash of everything noted, and how the program ended.
 */
import type { Expr, Program, Stmt } from "./ast.ts";
import { type Completion, Evaluator, NO_TYPES } from "./evaluate.ts";
import {
  Cell,
  Elements,
  type Frame,
  type ObjectValue,
  OutOfFuel,
  Panic,
  type TupleValue,
} from "./values.ts";
import type { Value } from "./values.ts";

/** How a program ended: `hash` of what it noted, and the text of its panic where it panicked. */
export interface Outcome {
  readonly hash: bigint;
  readonly panic: string | undefined;
}
const MASK = 0xffff_ffff_ffff_ffffn;

/** The trace function of runtime/index.ts. */
export function addToHash(hash: bigint, value: bigint): bigint {
  const mixed = ((hash ^ value) * 0x9e37_79b9_7f4a_7c15n) & MASK;
  return mixed ^ (mixed >> 29n);
}

/** Runs the program; undefined where it takes more than `fuel` steps. */
export function interpret(
  program: Program,
  trapping: boolean,
  fuel: number,
  onNote?: (value: bigint) => void,
): Outcome | undefined {
  const run = new Interpreter(trapping, fuel, onNote);
  try {
    run.initialise(program);
    run.call(program.main, [], undefined, undefined, NO_TYPES);
    return { hash: run.hash, panic: undefined };
  } catch (error) {
    if (error instanceof Panic) return { hash: run.hash, panic: error.message };
    if (error instanceof OutOfFuel) return undefined;
    throw error;
  }
}

class Interpreter extends Evaluator {
  hash = 0n;

  constructor(
    trapping: boolean,
    fuel: number,
    private readonly onNote: ((value: bigint) => void) | undefined,
  ) {
    super(trapping, fuel);
  }

  initialise(program: Program): void {
    for (const c of program.classes) {
      const cells = new Map<string, Cell>();
      for (const f of c.statics)
        cells.set(
          f.name,
          new Cell(
            f.init === undefined
              ? this.zero(f.type, this.globals)
              : this.eval(f.init, this.globals),
          ),
        );
      this.statics.set(c, cells);
    }
    for (const g of program.globals)
      this.globals.cells.set(g.name, new Cell(this.eval(g.init, this.globals)));
    this.hash = 0n;
  }

  protected block(body: readonly Stmt[], frame: Frame): Completion {
    const cleanups: ObjectValue[] = [];
    let done: Completion;
    for (const s of body) {
      done = this.exec(s, frame);
      if (s.op === "let" && s.keyword === "using")
        cleanups.unshift(frame.find(s.name).value as ObjectValue);
      if (done !== undefined) break;
    }
    for (const object of cleanups) this.callMethod(object, "[Symbol.dispose]", []);
    return done;
  }

  private exec(s: Stmt, frame: Frame): Completion {
    if (--this.fuel < 0) throw new OutOfFuel();
    switch (s.op) {
      case "let":
        frame.cells.set(
          s.name,
          new Cell(s.init === undefined ? this.zero(s.type, frame) : this.eval(s.init, frame)),
        );
        return undefined;
      case "take": {
        const { items } = this.eval(s.value, frame) as TupleValue;
        s.names.forEach((n, i) => {
          if (n !== undefined) frame.cells.set(n, new Cell(items[i] ?? null));
        });
        return undefined;
      }
      case "takeInto": {
        const { items } = this.eval(s.value, frame) as TupleValue;
        s.places.forEach((p, i) => (this.place(p, frame).value = items[i] ?? null));
        return undefined;
      }
      case "expr":
        this.eval(s.value, frame);
        return undefined;
      case "note":
        this.note(this.eval(s.value, frame));
        return undefined;
      case "assert":
        if (this.eval(s.condition, frame) !== true)
          throw new Panic(`assertion failed: ${s.message}`);
        return undefined;
      case "bytes":
        this.moveBytes(s, frame);
        return undefined;
      case "block":
        return this.block(s.body, frame);
      case "if":
        if (this.eval(s.condition, frame) === true) return this.block(s.then, frame);
        return s.else === undefined ? undefined : this.block(s.else, frame);
      case "switch":
        return this.switch(s, frame);
      case "break":
      case "continue":
        return { kind: s.op, label: s.label };
      case "return":
        return { kind: "return", value: s.value === undefined ? null : this.eval(s.value, frame) };
      default:
        return this.loop(s, frame);
    }
  }

  private moveBytes(s: Extract<Stmt, { op: "bytes" }>, frame: Frame): void {
    const to = this.eval(s.to, frame) as Elements;
    const from = this.eval(s.from, frame);
    const values =
      from instanceof Elements
        ? Array.from({ length: from.length }, (_, i) => from.cells[from.offset + i]?.value ?? null)
        : Array.from({ length: to.length }, () => from);
    if (values.length > to.length) throw new Panic("copy to a shorter slice");
    values.forEach((v, i) => {
      const cell = to.cells[to.offset + i];
      if (cell !== undefined) cell.value = v;
    });
  }

  private note(value: Value): void {
    const number = typeof value === "boolean" ? BigInt(value) : BigInt.asUintN(64, value as bigint);
    this.onNote?.(number);
    this.hash = addToHash(this.hash, number);
  }

  private loop(
    s: Extract<Stmt, { op: "while" | "do" | "for" | "forOf" }>,
    frame: Frame,
  ): Completion {
    if (s.op === "forOf") {
      const list = this.eval(s.list, frame) as Elements;
      for (let i = 0; i < list.length; i++) {
        const element = list.cells[list.offset + i]?.value ?? null;
        frame.cells.set(s.name, new Cell(element));
        const done = this.body(s, frame);
        if (done !== undefined) return done === "leave" ? undefined : done;
      }
      return undefined;
    }
    if (s.op === "for") this.exec(s.init, frame);
    for (let first = true; ; first = false) {
      if (!(first && s.op === "do") && this.eval(s.condition, frame) !== true) return undefined;
      const done = this.body(s, frame);
      if (done !== undefined) return done === "leave" ? undefined : done;
      if (s.op === "for") this.eval(s.update, frame);
    }
  }

  /** One round of a loop: undefined where the loop goes on, "leave" where it ends. */
  private body(
    s: { readonly label: string | undefined; readonly body: readonly Stmt[] },
    frame: Frame,
  ): Completion | "leave" {
    if (--this.fuel < 0) throw new OutOfFuel();
    const done = this.block(s.body, frame);
    if (done === undefined || done.kind === "return") return done;
    if (done.label !== undefined && done.label !== s.label) return done;
    return done.kind === "break" ? "leave" : undefined;
  }

  private switch(s: Extract<Stmt, { op: "switch" }>, frame: Frame): Completion {
    const subject = this.eval(s.subject, frame);
    const matches = (l: Expr | string): boolean =>
      (typeof l === "string" ? l : this.eval(l, frame)) === subject;
    const arm = s.arms.find((a) => a.labels.some(matches)) ?? s.arms.find((a) => a.isDefault);
    const done = arm === undefined ? undefined : this.block(arm.body, frame);
    return done?.kind === "break" && done.label === undefined ? undefined : done;
  }
}

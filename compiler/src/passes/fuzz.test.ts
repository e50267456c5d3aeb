/** Removed checks against an interpreter, on random control flow. */
import { expect, it } from "vitest";
import { pointerTo, sliceOf, U64, U8, VOID } from "../ir/build.ts";
import type { BinaryOp, Expr, Function, Stmt } from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { random } from "../ir/testing.ts";
import { removeChecks } from "./bounds.ts";
import { firstFailure } from "./testing.ts";
import { forEachStatement } from "../ir/walk.ts";

const NAMES = ["i", "j", "n", "k"];
const SLICES = ["s", "r"];
const COUNTER = t.struct("Counter", { value: U64 });
const counter = pointerTo({ kind: "struct", struct: "Counter" });
const cell = t.field(COUNTER, t.use("c", counter), "value");

/** Random bodies over a few variables, slices and one cell of memory; each check stands on a line of its own. */
class Generator {
  private readonly next: (below: number) => number;
  private line = 1;
  private labels: { label: string; loop: boolean }[] = [];
  private made = 0;

  constructor(seed: number) {
    this.next = random(seed);
  }

  body(depth: number): Stmt[] {
    return Array.from({ length: 1 + this.next(5) }, () => this.statement(depth));
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.next(items.length)] as T;
  }

  private length(): Expr {
    return this.next(4) === 0 ? t.load(cell) : t.lengthOf(t.use(this.pick(SLICES), sliceOf(U8)));
  }

  private atom(): Expr {
    switch (this.next(6)) {
      case 0:
        return t.num(this.pick([0, 1, 2, 3, 4, 7, 2n ** 64n - 1n]));
      case 1:
        return this.length();
      default:
        return t.use(this.pick(NAMES));
    }
  }

  private value(): Expr {
    const operators: BinaryOp[] = ["add", "sub", "and", "rem", "shr", "mul", "div"];
    switch (this.next(4)) {
      case 0: {
        const operator = this.pick(operators);
        const right =
          operator === "shr"
            ? t.num(this.next(8))
            : operator === "rem" || operator === "div"
              ? t.num(1 + this.next(5))
              : this.atom();
        return t.bin(operator, this.atom(), right);
      }
      case 1:
        return t.convert(U64, t.convert(U8, this.atom()));
      default:
        return this.atom();
    }
  }

  private condition(): Expr {
    const compare: BinaryOp[] = ["eq", "ne", "lt", "le", "gt", "ge"];
    const one = (): Expr =>
      t.bin(this.pick(compare), this.value(), this.next(2) === 0 ? this.length() : this.value());
    const first = one();
    switch (this.next(5)) {
      case 0:
        return { op: "andAlso", type: first.type as never, left: first, right: one() };
      case 1:
        return { op: "orElse", type: first.type as never, left: first, right: one() };
      case 2:
        return { op: "unary", type: first.type, operator: "lnot", operand: first };
      default:
        return first;
    }
  }

  private statement(depth: number): Stmt {
    this.line += 1;
    const at = t.at(this.line);
    switch (this.next(depth === 0 ? 6 : 10)) {
      case 0:
      case 1:
        return { op: "assign", at, local: this.pick(NAMES), value: this.value() };
      case 2:
      case 3:
        return { op: "boundsCheck", at, index: this.value(), length: this.length() };
      case 4:
        return this.next(2) === 0
          ? this.change(at)
          : { op: "check", at, kind: "slice", condition: this.condition(), message: "" };
      case 5:
        return this.jump(at);
      case 6:
      case 7:
        return {
          op: "if",
          at,
          condition: this.condition(),
          then: this.body(depth - 1),
          else: this.body(depth - 1),
        };
      case 8:
        return this.labelled(false, (label) => ({
          op: "block",
          at,
          label,
          body: this.body(depth - 1),
        }));
      default:
        return this.loop(at, depth);
    }
  }

  private change(at: Stmt["at"]): Stmt {
    const slice = this.pick(SLICES);
    return this.next(2) === 0
      ? { op: "store", at, to: cell, value: this.value() }
      : { op: "assign", at, local: slice, value: t.use(this.pick(SLICES), sliceOf(U8)) };
  }

  private jump(at: Stmt["at"]): Stmt {
    const target = this.labels[this.next(Math.max(1, this.labels.length))];
    if (target === undefined) {
      return { op: "assign", at, local: "i", value: this.value() };
    }
    const op = target.loop ? this.pick(["break", "continue"] as const) : "leave";
    const jump: Stmt = { op, at, label: target.label };
    return { op: "if", at, condition: this.condition(), then: [jump], else: [] };
  }

  private loop(at: Stmt["at"], depth: number): Stmt {
    const counter = this.pick(NAMES);
    const update: Stmt[] = [
      { op: "assign", at, local: counter, value: t.bin("add", t.use(counter), t.num(1)) },
    ];
    const condition =
      this.next(2) === 0 ? t.bin("lt", t.use(counter), this.length()) : this.condition();
    return this.labelled(true, (label) => ({
      op: "loop",
      at,
      label,
      before: [],
      condition,
      body: this.body(depth - 1),
      update,
      postTest: this.next(4) === 0,
    }));
  }

  private labelled(loop: boolean, make: (label: string) => Stmt): Stmt {
    this.made += 1;
    const label = `L${String(this.made)}`;
    this.labels.push({ label, loop });
    const result = make(label);
    this.labels.pop();
    return result;
  }
}

function countChecks(body: readonly Stmt[]): number {
  let count = 0;
  forEachStatement(body, (s) => {
    count += s.op === "boundsCheck" || s.op === "check" ? 1 : 0;
  });
  return count;
}

const first = Number(process.env["FUZZ_SEED"] ?? 1);
const runs = Number(process.env["FUZZ_RUNS"] ?? 2000);

it(`no removed check would have failed (FUZZ_SEED=${String(first)}, FUZZ_RUNS=${String(runs)})`, () => {
  let before = 0;
  let after = 0;
  for (let seed = first; seed < first + runs; seed += 1) {
    const body = new Generator(seed).body(3);
    const params = [
      ...NAMES.map((id) => t.param(id, U64)),
      ...SLICES.map((id) => t.param(id, sliceOf(U8))),
      t.param("c", counter),
    ];
    const fn: Function = t.fn("f", params, VOID, body);
    removeChecks(t.program([fn], [COUNTER]));
    before += countChecks(body);
    after += countChecks(fn.body ?? []);
    const next = random(seed * 7 + 1);
    for (let input = 0; input < 12; input += 1) {
      const values = [0, 1, 2, 3, 5, 8];
      const pick = (): bigint =>
        next(12) === 0 ? 2n ** 64n - 1n : BigInt(values[next(values.length)] ?? 0);
      const start = [...NAMES, ...SLICES].map((id) => [id, pick()] as const);
      const memory = pick();
      const run = (list: readonly Stmt[]): number | null =>
        firstFailure(list, { locals: new Map(start), memory, steps: 400 });
      const expected = run(body);
      // A check fewer is a step fewer, so only a failure that the original shows says something.
      if (expected !== null) {
        expect({ seed, failure: run(fn.body ?? []) }).toEqual({ seed, failure: expected });
      }
    }
  }
  expect(after).toBeLessThan(before);
});

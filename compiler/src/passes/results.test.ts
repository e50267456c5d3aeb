/** What the pass on results makes of small programs. */
import { describe, expect, it } from "vitest";
import { U32, U64, VOID } from "../ir/build.ts";
import type { Expr, Function, Stmt, Type } from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { forEachStatement } from "../ir/walk.ts";
import { removeChecks } from "./bounds.ts";

const Pair = t.struct("Pair", { first: U64, second: U64 });
const PAIR: Type = { kind: "struct", struct: "Pair" };

const bounds = (index: Expr, length: number): Stmt => ({
  op: "boundsCheck",
  at: t.at(1),
  index,
  length: t.num(length),
});
const pair = (first: Expr, second: Expr): Expr => ({
  op: "makeStruct",
  type: PAIR,
  items: [first, second],
});
const item = (field: "first" | "second"): Expr => ({
  op: "member",
  type: U64,
  base: t.use("p", PAIR),
  struct: "Pair",
  field,
});
const low = (bits: number): Expr => t.bin("and", t.use("n"), t.num(2 ** bits - 1));

/** How many checks stay in a function with this body, which may call the others. */
function remaining(body: Stmt[], others: readonly Function[] = []): number {
  const caller = t.fn("caller", [t.param("n", U64), t.param("m", U64)], VOID, body, {
    locals: [t.local("r", U64), t.local("p", PAIR), t.local("i", U64)],
  });
  // The caller comes first: the order of the functions must not matter.
  removeChecks(t.program([caller, ...others], [Pair]));
  let count = 0;
  forEachStatement(caller.body ?? [], (s) => {
    count += s.op === "boundsCheck" ? 1 : 0;
  });
  return count;
}

const callee = (result: Type, body: Stmt[]): Function =>
  t.fn("callee", [t.param("n", U64)], result, body);
const isZero = t.bin("eq", t.use("n"), t.num(0));

describe("what functions give", () => {
  it("is in the range of all its returns", () => {
    const small = callee(U64, [t.when(isZero, [t.ret(t.num(3))]), t.ret(low(4))]);
    const body = [
      t.call("r", "callee", [t.use("n")]),
      bounds(t.use("r"), 16),
      bounds(t.use("r"), 15),
    ];
    expect(remaining(body, [small])).toBe(1);
  });
  it("holds for the items of tuples", () => {
    const two = callee(PAIR, [
      t.when(isZero, [t.ret(pair(t.num(1), t.use("n")))]),
      t.ret(pair(low(3), low(5))),
    ]);
    const body = [
      t.call("p", "callee", [t.use("n")]),
      bounds(item("first"), 8),
      bounds(item("second"), 32),
      t.call("p", "callee", [t.use("m")]),
      bounds(item("first"), 7),
    ];
    expect(remaining(body, [two])).toBe(1);
  });
  it("is not known of a function that calls itself", () => {
    const again = t.call("n", "callee", [t.use("n")]);
    const recursive = callee(U64, [t.when(isZero, [t.ret(t.num(0))]), again, t.ret(t.use("n"))]);
    const body = [t.call("r", "callee", [t.use("n")]), bounds(t.use("r"), 16)];
    expect(remaining(body, [recursive])).toBe(1);
  });
  it("is forgotten where the local changes", () => {
    const small = callee(U64, [t.ret(low(4))]);
    const call = t.call("r", "callee", [t.use("n")]);
    expect(remaining([call, t.assign("r", t.use("m")), bounds(t.use("r"), 16)], [small])).toBe(1);
  });
});

describe("a limit on a sum or product", () => {
  const sum = t.bin("add", t.bin("mul", t.use("i"), t.num(16)), low(4));
  it("limits its operands where it has not wrapped", () => {
    const start = t.assign("i", t.bin("and", t.use("m"), t.num(63)));
    expect(remaining([start, bounds(sum, 400), bounds(t.use("i"), 25)])).toBe(1);
    expect(remaining([start, bounds(sum, 401), bounds(t.use("i"), 25)])).toBe(2);
  });
  it("says nothing of operands where it may have wrapped", () => {
    expect(remaining([t.assign("i", t.use("m")), bounds(sum, 400), bounds(t.use("i"), 25)])).toBe(
      2,
    );
  });
  it("works for differences", () => {
    const body = [
      t.when(t.bin("lt", t.use("n"), t.num(5)), [t.ret(null)]),
      bounds(t.bin("sub", t.use("n"), t.num(5)), 10),
      bounds(t.use("n"), 15),
      bounds(t.use("n"), 14),
    ];
    expect(remaining(body)).toBe(2);
  });
});

it("counting bits gives at most the width", () => {
  const count = (operator: "clz" | "ctz" | "popcount", type: Type): Expr =>
    t.convert(U64, {
      op: "unary",
      type: U32,
      operator,
      operand: t.use(type === U32 ? "w" : "n", type),
    });
  const nonZero = t.when(isZero, [t.ret(null)]);
  expect(remaining([bounds(count("ctz", U64), 65), bounds(count("clz", U64), 65)])).toBe(0);
  expect(remaining([bounds(count("ctz", U64), 64)])).toBe(1);
  expect(remaining([nonZero, bounds(count("ctz", U64), 64), bounds(count("clz", U64), 64)])).toBe(
    0,
  );
  const large = t.when(t.bin("lt", t.use("n"), t.num(256)), [t.ret(null)]);
  expect(remaining([large, bounds(count("clz", U64), 56), bounds(count("clz", U64), 55)])).toBe(1);
  expect(remaining([bounds(count("popcount", U32), 33)])).toBe(0);
});

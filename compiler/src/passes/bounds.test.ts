/** Which checks are removed, and which must stay. */
import { describe, expect, it } from "vitest";
import { pointerTo, sliceOf, U32, U64, U8, VOID } from "../ir/build.ts";
import type { Expr, Function, Local, Stmt } from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { removeChecks } from "./bounds.ts";
import { forEachStatement } from "../ir/walk.ts";

const BYTES = sliceOf(U8);
const s = t.use("s", BYTES);
const i = t.use("i");
const length = t.lengthOf(s);
const bounds = (index: Expr, limit: Expr = length): Stmt => ({
  op: "boundsCheck",
  at: t.at(1),
  index,
  length: limit,
});
const check = (kind: "null" | "divide" | "shift", condition: Expr): Stmt => ({
  op: "check",
  at: t.at(1),
  kind,
  condition,
  message: kind,
});
const loop = (
  condition: Expr | null,
  body: Stmt[],
  update: Stmt[] = [],
  postTest = false,
): Stmt => ({
  op: "loop",
  at: t.at(1),
  label: "L",
  before: [],
  condition,
  body,
  update,
  postTest,
});
const increment = t.assign("i", t.bin("add", i, t.num(1)));
const touch: Stmt = {
  op: "store",
  at: t.at(1),
  to: t.use("p", pointerTo(U8)),
  value: t.num(1, U8),
};

/** How many checks stay in a function with this body. */
function remaining(body: Stmt[], locals: Local[] = [], unchecked = false): number {
  const params = [
    t.param("s", BYTES),
    t.param("p", pointerTo(U8)),
    t.param("x", U32),
    t.param("n", U64),
    t.param("h", holder),
  ];
  const fn: Function = t.fn("f", params, VOID, body, { locals: [t.local("i", U64), ...locals] });
  removeChecks(t.program([fn], [Holder]), unchecked);
  let count = 0;
  forEachStatement(fn.body ?? [], (stmt) => {
    count += stmt.op === "boundsCheck" || stmt.op === "check" ? 1 : 0;
  });
  return count;
}

const Holder = t.struct("Holder", { items: BYTES, count: U64 });
const holder = pointerTo({ kind: "struct", struct: "Holder" });
const items = t.load(t.field(Holder, t.use("h", holder), "items"));

describe("builds without checks", () => {
  it("keep an assertion that only a check implies which they leave out", () => {
    const asserted: Stmt = {
      op: "check",
      kind: "assert",
      at: t.at(1),
      condition: t.bin("lt", i, length),
      message: "",
    };
    expect(remaining([bounds(i), asserted])).toBe(1);
    expect(remaining([bounds(i), asserted], [], true)).toBe(2);
    expect(remaining([asserted, bounds(i), asserted], [], true)).toBe(1);
  });
});

describe("checks that go", () => {
  it("an index below the length by the condition of its loop", () => {
    expect(
      remaining([t.assign("i", t.num(0)), loop(t.bin("lt", i, length), [bounds(i)], [increment])]),
    ).toBe(0);
  });
  it("the same through temporaries and a copy of the length", () => {
    const body = [
      t.assign("len", length),
      loop(t.bin("lt", i, t.use("len")), [t.assign("k", i), bounds(t.use("k"))], [increment]),
    ];
    expect(remaining(body, [t.local("len", U64), t.local("k", U64)])).toBe(0);
  });
  it("the second of two equal ones", () => {
    expect(remaining([bounds(i), bounds(i)])).toBe(1);
  });
  it("masks, remainders, constants, short types", () => {
    const x = t.convert(U64, t.use("x", U32));
    expect(remaining([bounds(t.bin("and", i, t.num(63)), t.num(64))])).toBe(0);
    expect(remaining([bounds(t.bin("rem", i, length))])).toBe(0);
    expect(remaining([bounds(t.bin("rem", i, t.num(10)), t.num(10))])).toBe(0);
    expect(remaining([bounds(t.num(3), t.num(4))])).toBe(0);
    expect(remaining([bounds(t.bin("shr", x, t.num(28)), t.num(16))])).toBe(0);
    expect(remaining([bounds(t.convert(U64, t.convert(U8, t.use("x", U32))), t.num(256))])).toBe(0);
  });
  it("constant indexes behind a comparison of the length that returns", () => {
    const guard = t.when(t.bin("lt", length, t.num(20)), [t.ret(null)]);
    expect(remaining([guard, bounds(t.num(0)), bounds(t.num(19)), bounds(t.num(20))])).toBe(1);
  });
  it("divisors and shift counts that a comparison covers", () => {
    const n = t.use("n");
    const zero = t.bin("eq", n, t.num(0));
    expect(
      remaining([t.when(zero, [t.ret(null)]), check("divide", t.bin("ne", n, t.num(0)))]),
    ).toBe(0);
    const small = t.bin("lt", t.bin("and", n, t.num(7)), t.num(64));
    expect(remaining([check("shift", small)])).toBe(0);
  });
  it("a null check repeated without a write between", () => {
    const p = t.use("p", pointerTo(U8));
    const notNull = t.bin("ne", p, { op: "null", type: p.type });
    expect(remaining([t.when(notNull, [check("null", notNull)])])).toBe(0);
  });
  it("a length read from memory again, with no write between", () => {
    expect(
      remaining([
        loop(t.bin("lt", i, t.lengthOf(items)), [bounds(i, t.lengthOf(items))], [increment]),
      ]),
    ).toBe(0);
  });
});

describe("checks that stay", () => {
  it("after the index changed", () => {
    expect(remaining([loop(t.bin("lt", i, length), [increment, bounds(i)])])).toBe(1);
    expect(remaining([bounds(i), increment, bounds(i)])).toBe(2);
  });
  it("after the slice changed", () => {
    expect(remaining([bounds(i), t.assign("s", items), bounds(i)])).toBe(2);
  });
  it("in an iteration after one that changed the index", () => {
    expect(remaining([bounds(i), loop(null, [bounds(i), increment])])).toBe(2);
  });
  it("a length from memory after a write", () => {
    const limit = t.lengthOf(items);
    expect(remaining([bounds(i, limit), touch, bounds(i, limit)])).toBe(2);
  });
  it("where only one of two paths has checked", () => {
    expect(remaining([t.when(t.bin("eq", t.use("n"), t.num(1)), [bounds(i)]), bounds(i)])).toBe(2);
  });
  it("in a loop that tests afterwards", () => {
    expect(remaining([loop(t.bin("lt", i, length), [bounds(i)], [increment], true)])).toBe(1);
  });
  it("an index that its address may change", () => {
    const address: Expr = { op: "localAddress", type: pointerTo(U64), local: "i" };
    const write: Stmt = { op: "store", at: t.at(1), to: address, value: t.num(9) };
    expect(remaining([bounds(i), write, bounds(i)])).toBe(2);
  });
  it("`i + 1` below the length says nothing of `i`, because it may wrap", () => {
    expect(remaining([t.when(t.bin("lt", t.bin("add", i, t.num(1)), length), [bounds(i)])])).toBe(
      1,
    );
  });
  it("after a break or continue that skipped the check", () => {
    const skip = t.when(t.bin("eq", i, t.use("n")), [{ op: "break", at: t.at(1), label: "L" }]);
    expect(
      remaining([
        loop(null, [skip, bounds(i), { op: "break", at: t.at(1), label: "L" }]),
        bounds(i),
      ]),
    ).toBe(2);
  });
});

it("takes linear time on chains of variables that double", () => {
  const locals = Array.from({ length: 400 }, (_, n) => t.local(`v${String(n)}`, U64));
  const body = locals.slice(1).flatMap((local, n) => {
    const previous = t.use(`v${String(n)}`);
    return [t.assign(local.id, t.bin("add", previous, previous)), bounds(t.use(local.id))];
  });
  expect(remaining(body, locals)).toBeGreaterThan(300);
});

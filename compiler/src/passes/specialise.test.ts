/** Copies of functions for the closures that they are called with. */
import { expect, it } from "vitest";
import { BOOL, pointerTo, U64, U8, VOID } from "../ir/build.ts";
import type { Expr, Function, Program, Stmt, Type } from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { forEachStatement } from "../ir/walk.ts";
import { removeDead } from "./dead.ts";
import { specialise } from "./specialise.ts";
import { verify } from "../ir/verify.ts";

const PREDICATE: Type = { kind: "closure", params: [U64], result: BOOL };
const ENVIRONMENT = pointerTo(U8);
const test = t.use("test", PREDICATE);

const closureOf = (name: string): Expr => ({
  op: "makeClosure",
  type: PREDICATE,
  function: name,
  environment: null,
});

const predicate = (name: string): Function =>
  t.fn(name, [t.param("env", ENVIRONMENT), t.param("x", U64)], BOOL, [
    t.ret(t.bin("lt", t.use("x"), t.num(7))),
  ]);

/** `find(test, n)`, recursive: calls what it is given, and itself with the same. */
function find(more: Stmt[] = []): Function {
  const body: Stmt[] = [
    ...more,
    { op: "callValue", at: t.at(1), result: "found", callee: test, args: [t.use("n")] },
    t.when(t.use("found", BOOL), [t.ret(null)]),
    t.call(null, "find", [test, t.bin("add", t.use("n"), t.num(1))]),
    t.ret(null),
  ];
  return t.fn("find", [t.param("test", PREDICATE), t.param("n", U64)], VOID, body, {
    locals: [t.temporary("found", BOOL)],
  });
}

function run(callee: Function, closures: readonly string[]): Program {
  const calls = closures.map((name) => t.call(null, "find", [closureOf(name), t.num(0)]));
  const main = t.fn("main", [], VOID, [...calls, t.ret(null)], { exported: true });
  const program = t.program([callee, main, ...[...new Set(closures)].map(predicate)]);
  specialise(program);
  removeDead(program);
  expect(verify(program)).toEqual([]);
  return program;
}

function callees(program: Program, id: string): string[] {
  const found: string[] = [];
  forEachStatement(program.functions.get(id)?.body ?? [], (s) => {
    if (s.op === "call") found.push(s.function);
    if (s.op === "callValue") found.push("?");
  });
  return found;
}

it("makes one copy for each closure, which calls it and itself directly", () => {
  const program = run(find(), ["small", "small", "other"]);
  expect(callees(program, "main")).toEqual([
    "find__small__any",
    "find__small__any",
    "find__other__any",
  ]);
  expect(callees(program, "find__small__any")).toEqual(["small", "find__small__any"]);
  expect(program.functions.has("find")).toBe(false);
});

it("leaves functions alone that assign their parameter", () => {
  const program = run(find([t.assign("test", closureOf("small"))]), ["small"]);
  expect(callees(program, "main")).toEqual(["find"]);
});

it("makes a limited number of copies of one function", () => {
  const names = Array.from({ length: 40 }, (_, i) => `p${String(i)}`);
  const called = new Set(callees(run(find(), names), "main"));
  expect(called.size).toBe(17);
  expect(called.has("find")).toBe(true);
});

/** The verifier rejects every broken rule. */
import { describe, expect, it } from "vitest";
import { BOOL, I32, NEVER, pointerTo, sliceOf, U16, U32, U64, U8, VOID } from "./build.ts";
import type { Expr, Function, Local, Program, Stmt, Type } from "./ir.ts";
import * as t from "./testing.ts";
import { verify } from "./verify.ts";

const x = t.use("x");
const truth: Expr = { op: "bool", type: BOOL, value: true };
const Pair = t.struct("Pair", { a: U32, b: U64 });
const pair: Type = { kind: "struct", struct: "Pair" };
const other: Function = t.fn("other", [t.param("y", U32)], U64, [t.ret(t.num(1))]);
const stop: Function = t.fn("stop", [], NEVER, [
  {
    op: "loop",
    at: t.at(1),
    label: "S",
    before: [],
    condition: null,
    body: [],
    update: [],
    postTest: false,
  },
]);

function messages(program: Program): string[] {
  return verify(program).map((error) => error.message);
}

/** The errors of a program with a function of parameter `x: u64`, result void and this body. */
function errors(body: Stmt[], locals: Local[] = [], result: Type = VOID): string[] {
  const params = [t.param("x", U64), t.param("p", pointerTo(pair)), t.param("s", sliceOf(U8))];
  return messages(t.program([other, stop, t.fn("f", params, result, body, { locals })], [Pair]));
}

const set = (value: Expr): Stmt => t.assign("x", value);
const jump = (op: "leave" | "break" | "continue", label: string): Stmt => ({
  op,
  at: t.at(1),
  label,
});
const loop = (body: Stmt[], update: Stmt[] = [], condition: Expr | null = truth): Stmt => ({
  op: "loop",
  at: t.at(1),
  label: "L",
  before: [],
  condition,
  body,
  update,
  postTest: false,
});
const block = (body: Stmt[]): Stmt => ({ op: "block", at: t.at(1), label: "B", body });
const p = t.use("p", pointerTo(pair));

describe("accepts", () => {
  it("a function with each kind of control", () => {
    const body: Stmt[] = [
      loop([t.when(truth, [jump("break", "L")], [jump("continue", "L")])]),
      block([jump("leave", "B")]),
      {
        op: "switch",
        at: t.at(1),
        value: x,
        arms: [{ values: [1n, 2n], body: [set(t.num(1))] }],
        otherwise: [],
      },
      t.call("r", "other", [t.num(1, U32)]),
      { op: "arith", at: t.at(1), result: "q", operator: "mul", left: t.use("r"), right: x },
      set(t.use("q")),
    ];
    expect(errors(body, [t.temporary("r", U64), t.temporary("q", U64)])).toEqual([]);
  });
  it("an endless loop, a panic or a return in both branches as the end of a function with a result", () => {
    expect(errors([loop([], [], null)], [], U64)).toEqual([]);
    expect(errors([t.call(null, "stop", [])], [], U64)).toEqual([]);
    expect(errors([t.when(truth, [t.ret(x)], [t.ret(x)])], [], U64)).toEqual([]);
  });
});

describe("rejects in expressions", () => {
  const cases: [string, Expr, string][] = [
    ["a literal that does not fit", { op: "int", type: U8, value: 256n }, "256 does not fit"],
    ["an unknown local", t.use("nobody"), "no local nobody"],
    ["a local of another type", t.use("x", U32), "local x has type u32, expected u64"],
    [
      "operands of two types",
      t.bin("add", x, t.num(1, U32)),
      "the right operand of add has type u32, expected u64",
    ],
    [
      "a comparison that is no boolean",
      { op: "binary", type: U64, operator: "lt", left: x, right: x },
      "the value of lt has type u64, expected bool",
    ],
    ["an order of pointers", t.bin("lt", p, p), "lt of a pointer"],
    [
      "an unknown function",
      { op: "function", type: { kind: "function", params: [], result: VOID }, function: "no" },
      "no function no",
    ],
    [
      "an unknown global",
      { op: "globalAddress", type: pointerTo(U8), global: "no" },
      "no global no",
    ],
    ["an unknown field", t.field(Pair, p, "c"), "no field c in struct Pair"],
    [
      "a field of something else",
      t.field(Pair, x, "a"),
      "what field a is of has type u64, expected PSPair",
    ],
    ["an element of a number", t.element(U8, x, t.num(0)), "an element of u64"],
    [
      "an index that is not u64",
      t.element(U8, t.use("s", sliceOf(U8)), t.num(0, U32)),
      "an index has type u32, expected u64",
    ],
    [
      "a load through a number",
      { op: "load", type: U8, from: x },
      "the address of a load has type u64, expected Pu8",
    ],
    ["the length of a number", t.lengthOf(x), "the length of what is no slice"],
    [
      "a conversion between a short number and a pointer",
      t.convert(pointerTo(U8), t.num(1, U32)),
      "no conversion from u32 to Pu8",
    ],
    [
      "a struct value without all fields",
      { op: "makeStruct", type: { kind: "struct", struct: "Pair" }, items: [] },
      "makeStruct needs a value for every field",
    ],
    [
      "a closure of a function without environment",
      {
        op: "makeClosure",
        type: { kind: "closure", params: [], result: U64 },
        function: "other",
        environment: null,
      },
      "other takes no environment",
    ],
    ["null of a number", { op: "null", type: U64 }, "null of a int"],
    [
      "lnot of a number",
      { op: "unary", type: U64, operator: "lnot", operand: x },
      "the operand of lnot has type u64, expected bool",
    ],
    [
      "a choice by a number",
      { op: "select", type: U64, condition: x, then: x, else: x },
      "the condition of select has type u64, expected bool",
    ],
    [
      "&& of numbers",
      { op: "andAlso", type: BOOL, left: x, right: truth },
      "the left operand of andAlso has type u64, expected bool",
    ],
    [
      "a type whose struct does not exist",
      { op: "null", type: pointerTo({ kind: "struct", struct: "No" }) },
      "the value of null: no struct No",
    ],
    [
      "an interface value without implementation",
      {
        op: "makeInterface",
        type: { kind: "interface", interface: "I" },
        object: p,
        struct: "Pair",
      },
      "no implementation of I by Pair",
    ],
  ];
  it.each(cases)("%s", (_, e, message) => {
    // The type of the variable does not matter here, so errors about the assignment come on top.
    expect(errors([set(e)])).toContain(message);
  });
});

describe("rejects in statements", () => {
  const temp = [t.temporary("v", U64)];
  const check = (index: Expr): Stmt => ({ op: "boundsCheck", at: t.at(1), index, length: x });
  const cases: [string, Stmt[], string, Local[]?, Type?][] = [
    [
      "a second assignment of a temporary",
      [t.assign("v", x), t.assign("v", x)],
      "temporary v is assigned a second time",
      temp,
    ],
    [
      "a temporary that nothing assigns",
      [set(t.use("v"))],
      "temporary v is read but never assigned",
      temp,
    ],
    ["two locals of one name", [], "two locals have the name x", [t.local("x", U64)]],
    ["a local of type void", [], "local w cannot be void", [t.local("w", VOID)]],
    [
      "an assignment of another type",
      [set(t.num(1, U32))],
      "what is assigned to x has type u32, expected u64",
    ],
    [
      "an array as a value",
      [t.assign("a", x)],
      "local a cannot be an array, which is no value",
      [t.local("a", { kind: "array", element: U8, count: 2 })],
    ],
    ["too few arguments", [t.call(null, "other", [])], "0 arguments for 1"],
    [
      "an argument of another type",
      [t.call(null, "other", [x])],
      "argument 1 has type u64, expected u32",
    ],
    ["a call of nothing", [t.call(null, "no", [])], "no function no"],
    [
      "the result of a call that has none",
      [t.call("x", "stop", [])],
      "the result of a call that has none",
    ],
    [
      "a call of a number",
      [{ op: "callValue", at: t.at(1), result: null, callee: x, args: [] }],
      "a call of what is no function",
    ],
    ["break outside of a loop", [jump("break", "L")], "break of L, which is no enclosing loop"],
    ["break of a block", [block([jump("break", "B")])], "break of B, which is no enclosing loop"],
    ["leave of a loop", [loop([jump("leave", "L")])], "leave of L, which is no enclosing block"],
    [
      "continue in the update of its loop",
      [loop([], [jump("continue", "L")])],
      "continue of L outside of its body",
    ],
    ["a label in itself", [block([block([])])], "label B is inside of its like"],
    ["a condition that is a number", [t.when(x, [])], "a condition has type u64, expected bool"],
    [
      "two arms of one value",
      [
        {
          op: "switch",
          at: t.at(1),
          value: x,
          arms: [{ values: [1n, 1n], body: [] }],
          otherwise: [],
        },
      ],
      "two arms for 1",
    ],
    [
      "a switch over booleans",
      [{ op: "switch", at: t.at(1), value: truth, arms: [], otherwise: [] }],
      "a switch over what is no integer",
    ],
    ["an end without return", [set(x)], "control reaches the end without a return", [], U64],
    ["a return without value", [t.ret(null)], "a return without value", [], U64],
    [
      "a return of another type",
      [t.ret(t.num(1, I32))],
      "the returned value has type i32, expected u64",
      [],
      U64,
    ],
    [
      "a return of what never returns",
      [t.ret(null)],
      "a function that never returns does",
      [],
      NEVER,
    ],
    [
      "a store of another type",
      [{ op: "store", at: t.at(1), to: t.field(Pair, p, "a"), value: x }],
      "the place of a store has type Pu32, expected Pu64",
    ],
    [
      "a bounds check of a short index",
      [check(t.num(1, U32))],
      "the index of a check has type u32, expected u64",
    ],
    [
      "a check of a number",
      [{ op: "check", at: t.at(1), kind: "assert", condition: x, message: "" }],
      "the condition of a check has type u64, expected bool",
    ],
    [
      "an atomic sum of pointers",
      [
        {
          op: "atomic",
          at: t.at(1),
          result: null,
          operator: "add",
          place: t.use("p", pointerTo(pair)),
          value: x,
        },
      ],
      "an atomic struct",
    ],
    [
      "a port of 64 bits",
      [{ op: "portOut", at: t.at(1), port: t.num(1, U16), value: x }],
      "ports have 8, 16 or 32 bits",
    ],
    [
      "a copy of numbers",
      [{ op: "copy", at: t.at(1), to: x, from: x, bytes: x, overlapping: false }],
      "where copy writes has type u64, expected Pu8",
    ],
  ];
  it.each(cases)("%s", (_, body, message, locals = [], result = VOID) => {
    expect(errors(body, locals, result)).toContain(message);
  });
});

describe("rejects in declarations", () => {
  const withStruct = (more: Partial<typeof Pair>): string[] =>
    messages(t.program([], [{ ...Pair, ...more }]));
  it("structs with wrong layouts", () => {
    expect(withStruct({ size: 12 })).toContain("its size is no multiple of its alignment");
    expect(withStruct({ align: 3 })).toContain("its alignment is no power of two");
    expect(withStruct({ fields: [{ name: "a", type: U32, offset: 2 }] })).toContain(
      "field a is not aligned",
    );
    const overlapping = [
      { name: "a", type: U32, offset: 0 },
      { name: "b", type: U16, offset: 2 },
    ];
    expect(withStruct({ fields: overlapping })).toContain("field b overlaps another");
    expect(withStruct({ fields: [{ name: "a", type: pair, offset: 0 }] })).toContain(
      "field a contains its own struct",
    );
    expect(withStruct({ size: 8 })).toContain("field b ends outside of the struct");
  });
  it("two definitions of one symbol", () => {
    const same = ["one", "two"].map((id) => t.fn(id, [], VOID, [], { symbol: "start" }));
    expect(messages(t.program(same))).toContain("the symbol start is also that of one");
  });
  it("implementations whose functions have other parameters", () => {
    const program = t.program([other], [Pair]);
    program.interfaces.set("I", {
      id: "I",
      source: "I",
      package: "@t/main",
      methods: [{ name: "m", params: [], result: VOID }],
    });
    program.implementations.push({ interface: "I", struct: "Pair", functions: ["other"] });
    expect(messages(program)).toEqual([
      "other does not have the parameters and result of method m",
    ]);
  });
  it("globals with initial values of another type, stores to constants", () => {
    const program = t.program([]);
    const place = {
      source: "g",
      package: "@t/main",
      location: t.at(1),
      exported: false,
      external: false,
      constant: true,
    };
    program.globals.set("g", {
      ...place,
      id: "g",
      type: U8,
      initial: { kind: "int", value: 300n },
    });
    const to: Expr = { op: "globalAddress", type: pointerTo(U8), global: "g" };
    program.functions.set(
      "w",
      t.fn("w", [], VOID, [{ op: "store", at: t.at(1), to, value: t.num(1, U8) }]),
    );
    expect(messages(program)).toEqual(["300 does not fit", "a store to a constant"]);
  });
  it("a program without its panic functions", () => {
    const program = t.program([]);
    program.functions.delete("panic_check");
    expect(messages(program)).toContain(
      "the panic function does not exist or has other parameters",
    );
  });
});

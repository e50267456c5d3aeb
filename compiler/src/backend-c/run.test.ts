/** Programs made by hand, compiled and executed. */
import { describe, expect, it } from "vitest";
import {
  BOOL,
  I32,
  I64,
  I8,
  pointerTo,
  sliceOf,
  STR,
  U16,
  U32,
  U64,
  U8,
  VOID,
} from "../ir/build.ts";
import type {
  Expr,
  Function,
  Global,
  InterfaceType,
  Local,
  Program,
  Stmt,
  Type,
} from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { verify } from "../ir/verify.ts";
import { optimise } from "../passes/index.ts";
import { COMPILERS, compileAndRun } from "./testing.ts";

type Float = { readonly kind: "float"; readonly bits: 64 };
const F64: Float = { kind: "float", bits: 64 };
const yes = (condition: Expr, line = 1): Stmt => ({
  op: "check",
  at: t.at(line),
  kind: "assert",
  condition,
  message: "expected",
});
const equal = (a: Expr, b: Expr, line = 1): Stmt => yes(t.bin("eq", a, b), line);

function main(body: Stmt[], locals: Local[] = []): Function {
  const done = t.ret(t.num(0, I32), 99);
  return t.fn("main_", [], I32, [...body, done], { exported: true, symbol: "main", locals });
}

/** It exits with `status`: as it is, sanitized, and after the passes, with the optimising compilers. */
function expectStatus(
  make: () => Program,
  status: number,
  checks: "debug" | "release" | "none" = "debug",
): void {
  const program = make();
  expect(verify(program)).toEqual([]);
  const [sanitized = "", ...optimising] = Object.keys(COMPILERS);
  const plain = compileAndRun(program, checks, [sanitized]);
  optimise(program, {
    after: (pass) => {
      expect({ pass, errors: verify(program) }).toEqual({ pass, errors: [] });
    },
  });
  for (const outcome of [...plain, ...compileAndRun(program, checks, optimising)]) {
    expect(outcome).toEqual({ compiler: outcome.compiler, errors: "", status, stdout: "" });
  }
}

describe("integers", () => {
  it("wrap, shift, divide and convert at their own width", () => {
    const x = t.use("x", U8);
    const y = t.use("y", I8);
    const big = t.use("big", I64);
    const body = [
      t.assign("x", t.num(200, U8)),
      t.assign("y", t.num(-128, I8)),
      t.assign("big", t.num(-(2n ** 63n), I64)),
      equal(t.bin("add", x, x), t.num(144, U8)),
      equal(t.bin("mul", y, y), t.num(0, I8)),
      equal(t.bin("sub", y, t.num(1, I8)), t.num(127, I8)),
      equal(t.bin("shr", y, t.num(7, I8)), t.num(-1, I8)),
      equal(t.bin("shl", x, t.num(1, U8)), t.num(144, U8)),
      equal(t.convert(I64, y), t.num(-128, I64)),
      equal(t.convert(U32, y), t.num(2n ** 32n - 128n, U32)),
      equal(t.bin("sub", big, t.num(1, I64)), t.num(2n ** 63n - 1n, I64)),
      equal({ op: "unary", type: I64, operator: "neg", operand: big }, big),
      equal(t.convert(U16, t.convert(U32, big)), t.num(0, U16)),
    ];
    expectStatus(
      () => t.program([main(body, [t.local("x", U8), t.local("y", I8), t.local("big", I64)])]),
      0,
    );
  });

  it("count bits of zero and swap bytes", () => {
    const zero = (type: typeof U8): Expr => t.convert(type, t.use("z"));
    const unary = (operator: "clz" | "ctz" | "popcount" | "bswap", e: Expr): Expr => ({
      op: "unary",
      type: operator === "bswap" ? e.type : U32,
      operator,
      operand: e,
    });
    const body = [
      t.assign("z", t.num(0)),
      ...[U8, U16, U32, U64].flatMap((type) => [
        equal(unary("clz", zero(type)), t.num(type.bits, U32)),
        equal(unary("ctz", zero(type)), t.num(type.bits, U32)),
        equal(unary("clz", t.bin("add", zero(type), t.num(1, type))), t.num(type.bits - 1, U32)),
        equal(unary("ctz", t.bin("add", zero(type), t.num(4, type))), t.num(2, U32)),
        equal(unary("popcount", t.bin("sub", zero(type), t.num(1, type))), t.num(type.bits, U32)),
      ]),
      equal(unary("bswap", t.num(0x1234, U16)), t.num(0x3412, U16)),
      equal(unary("bswap", t.num(0x12345678, I32)), t.num(0x78563412, I32)),
    ];
    expectStatus(() => t.program([main(body, [t.local("z", U64)])]), 0);
  });

  it("come saturated from floats", () => {
    const f = (value: number): Expr => ({ op: "float", type: F64, value });
    const body = [
      equal(t.convert(I32, f(1e20)), t.num(2n ** 31n - 1n, I32)),
      equal(t.convert(I32, f(-1e20)), t.num(-(2n ** 31n), I32)),
      equal(t.convert(U8, f(-3)), t.num(0, U8)),
      equal(t.convert(U64, f(Infinity)), t.num(2n ** 64n - 1n)),
      equal(t.convert(I64, f(NaN)), t.num(0, I64)),
      equal(t.convert(U16, f(65534.9)), t.num(65534, U16)),
    ];
    expectStatus(() => t.program([main(body)]), 0);
  });

  it("panic on overflow in debug builds and wrap in release builds", () => {
    const make = (): Program => {
      const add: Stmt = {
        op: "arith",
        at: t.at(3),
        result: "r",
        operator: "add",
        left: t.use("x", U8),
        right: t.num(100, U8),
      };
      const body = [t.assign("x", t.num(200, U8)), add, equal(t.use("r", U8), t.num(44, U8))];
      return t.program([main(body, [t.local("x", U8), t.temporary("r", U8)])]);
    };
    expectStatus(make, 41, "debug");
    expectStatus(make, 0, "release");
  });
});

describe("memory", () => {
  const Inner = t.struct("Inner", { a: U8, b: U32 }, { align: 4 });
  const inner: Type = { kind: "struct", struct: "Inner" };
  const Wire = {
    ...t.struct(
      "Wire",
      { kind: U8, length: U16, words: { kind: "array", element: U32, count: 2 }, value: U64 },
      { packed: true },
    ),
  };
  const wire: Type = { kind: "struct", struct: "Wire" };
  const address: Expr = { op: "localAddress", type: pointerTo(wire), local: "w" };

  it("is reached through packed structs and arrays in them", () => {
    const words = t.field(Wire, address, "words");
    const body: Stmt[] = [
      { op: "zero", at: t.at(1), to: address },
      { op: "store", at: t.at(2), to: t.field(Wire, address, "value"), value: t.num(7) },
      { op: "store", at: t.at(2), to: t.element(U32, words, t.num(1)), value: t.num(9, U32) },
      t.assign("p", t.field(Wire, address, "kind")),
      { op: "store", at: t.at(2), to: t.use("p", pointerTo(U8)), value: t.num(3, U8) },
      equal(t.load(t.field(Wire, address, "value")), t.num(7)),
      equal(t.load(t.element(U32, words, t.num(1))), t.num(9, U32)),
      equal(t.load(t.field(Wire, address, "kind")), t.num(3, U8)),
    ];
    const locals = [t.local("w", wire), t.local("p", pointerTo(U8))];
    expectStatus(() => t.program([main(body, locals)], [Wire, Inner]), 0);
  });

  it("holds arrays of arrays and structs by value", () => {
    const row: Type = { kind: "array", element: inner, count: 3 };
    const table: Type = { kind: "array", element: row, count: 2 };
    const cell = (y: number, x: number): Expr =>
      t.element(
        inner,
        t.element(row, { op: "localAddress", type: pointerTo(table), local: "m" }, t.num(y)),
        t.num(x),
      );
    const value: Expr = {
      op: "makeStruct",
      type: { kind: "struct", struct: "Inner" },
      items: [t.num(1, U8), t.num(2, U32)],
    };
    const member: Expr = {
      op: "member",
      type: U32,
      base: t.load(cell(1, 2)),
      struct: "Inner",
      field: "b",
    };
    const body: Stmt[] = [
      { op: "zero", at: t.at(1), to: { op: "localAddress", type: pointerTo(table), local: "m" } },
      { op: "store", at: t.at(2), to: cell(1, 2), value },
      equal(member, t.num(2, U32)),
      equal(t.load(t.field(Inner, cell(1, 1), "b")), t.num(0, U32)),
    ];
    expectStatus(() => t.program([main(body, [t.local("m", table)])], [Inner]), 0);
  });

  it("has globals with initial values, constants and slices over them", () => {
    const globals: Global[] = [
      global("numbers", { kind: "array", element: U16, count: 4 }, true, {
        kind: "aggregate",
        items: [1n, 2n, 3n, 4n].map((value) => ({ kind: "int", value })),
      }),
      global("view", sliceOf(U16), false, { kind: "slice", global: "numbers", count: 4 }),
      global("name", STR, true, {
        kind: "string",
        utf8: new TextEncoder().encode('a"??/\n\u00e9'),
      }),
      global("inner", inner, false, {
        kind: "aggregate",
        items: [
          { kind: "int", value: 0n },
          { kind: "int", value: 5n },
        ],
      }),
      global("pointer", pointerTo(inner), true, { kind: "global", global: "inner" }),
    ];
    const at = (name: string, type: Type): Expr => ({
      op: "globalAddress",
      type: pointerTo(type),
      global: name,
    });
    const view = t.load(at("view", sliceOf(U16)));
    const body: Stmt[] = [
      equal(t.load(t.element(U16, view, t.num(3))), t.num(4, U16)),
      equal(t.lengthOf(t.load(at("name", STR))), t.num(8)),
      equal(t.load(t.element(U8, t.load(at("name", STR)), t.num(5))), t.num(10, U8)),
      equal(t.load(t.field(Inner, t.load(at("pointer", pointerTo(inner))), "b")), t.num(5, U32)),
    ];
    const make = (): Program => {
      const program = t.program([main(body)], [Inner]);
      for (const item of globals) {
        program.globals.set(item.id, item);
      }
      return program;
    };
    expectStatus(make, 0);
  });

  it("is checked: an index outside panics with the bounds function", () => {
    const s = t.use("s", STR);
    const check: Stmt = {
      op: "boundsCheck",
      at: t.at(7),
      index: t.use("i"),
      length: t.lengthOf(s),
    };
    const body = [t.assign("s", t.text("abc")), t.call("i", "three", []), check];
    const locals = [t.local("s", STR), t.local("i", U64)];
    const three = t.fn("three", [], U64, [t.ret(t.num(3))], {
      inline: "never",
      package: "@t/other",
    });
    expectStatus(() => t.program([main(body, locals), three]), 40);
    expectStatus(() => t.program([main(body, locals), three]), 0, "none");
  });

  it("is moved, filled and changed atomically", () => {
    const array: Type = { kind: "array", element: U8, count: 8 };
    const base: Expr = { op: "localAddress", type: pointerTo(array), local: "a" };
    const n: Expr = { op: "localAddress", type: pointerTo(U32), local: "n" };
    const body: Stmt[] = [
      {
        op: "fill",
        at: t.at(1),
        to: t.element(U8, base, t.num(0)),
        byte: t.num(7, U8),
        bytes: t.num(8),
      },
      { op: "store", at: t.at(1), to: t.element(U8, base, t.num(0)), value: t.num(1, U8) },
      {
        op: "copy",
        at: t.at(1),
        to: t.element(U8, base, t.num(1)),
        from: t.element(U8, base, t.num(0)),
        bytes: t.num(7),
        overlapping: true,
      },
      equal(t.load(t.element(U8, base, t.num(1))), t.num(1, U8)),
      { op: "atomicStore", at: t.at(2), place: n, value: t.num(5, U32) },
      { op: "atomic", at: t.at(2), result: "old", operator: "add", place: n, value: t.num(3, U32) },
      {
        op: "atomicCompareExchange",
        at: t.at(2),
        result: "ok",
        place: n,
        expected: t.num(8, U32),
        value: t.num(1, U32),
      },
      { op: "barrier", at: t.at(2), barrier: "full" },
      equal(t.use("old", U32), t.num(5, U32)),
      yes(t.use("ok", BOOL)),
      { op: "atomicLoad", at: t.at(2), result: "now", place: n },
      equal(t.use("now", U32), t.num(1, U32)),
      { op: "asm", at: t.at(3), parts: ["pushq %rax\npopq %rax"], operands: [], args: [] },
      { op: "timestamp", at: t.at(3), result: "time" },
    ];
    const locals = [
      t.local("a", array),
      t.local("n", U32),
      t.temporary("old", U32),
      t.temporary("ok", BOOL),
      t.temporary("now", U32),
      t.temporary("time", U64),
    ];
    expectStatus(() => t.program([main(body, locals)]), 0);
  });
});

function global(id: string, type: Type, constant: boolean, initial: Global["initial"]): Global {
  return {
    id,
    source: id,
    package: "@t/data",
    location: t.at(1),
    type,
    exported: false,
    external: false,
    constant,
    ...(initial === undefined ? {} : { initial }),
  };
}

describe("control", () => {
  it("leaves blocks, breaks and continues outer loops from switches", () => {
    const i = t.use("i");
    const inSwitch: Stmt = {
      op: "switch",
      at: t.at(3),
      value: t.bin("rem", i, t.num(4)),
      arms: [
        { values: [0n, 1n], body: [{ op: "continue", at: t.at(4), label: "L" }] },
        {
          values: [2n],
          body: [t.when(t.bin("gt", i, t.num(9)), [{ op: "break", at: t.at(5), label: "L" }])],
        },
      ],
      otherwise: [{ op: "leave", at: t.at(6), label: "B" }],
    };
    const body: Stmt[] = [
      t.assign("i", t.num(0)),
      t.assign("n", t.num(0)),
      {
        op: "loop",
        at: t.at(2),
        label: "L",
        before: [],
        condition: null,
        postTest: false,
        body: [
          {
            op: "block",
            at: t.at(2),
            label: "B",
            body: [inSwitch, t.assign("n", t.bin("add", t.use("n"), t.num(100)))],
          },
          t.assign("n", t.bin("add", t.use("n"), t.num(1))),
        ],
        update: [t.assign("i", t.bin("add", i, t.num(1)))],
      },
      equal(i, t.num(10)),
      equal(t.use("n"), t.num(204)),
    ];
    expectStatus(() => t.program([main(body, [t.local("i", U64), t.local("n", U64)])]), 0);
  });

  it("nests thousands of terms and else-ifs", () => {
    let sum: Expr = t.use("i");
    for (let n = 0; n < 3000; n += 1) {
      sum = t.bin(n % 2 === 0 ? "add" : "sub", sum, t.num(n, U64));
    }
    let chain: Stmt[] = [];
    for (let n = 0; n < 600; n += 1) {
      chain = [t.when(t.bin("eq", t.use("i"), t.num(n)), [t.assign("i", t.num(n + 1))], chain)];
    }
    const body = [t.assign("i", t.num(5)), ...chain, equal(t.bin("sub", sum, sum), t.num(0))];
    expectStatus(() => t.program([main(body, [t.local("i", U64)])]), 0);
  });

  it("calls closures and function pointers", () => {
    const Env = t.struct("Env", { factor: U64 });
    const env: Type = { kind: "struct", struct: "Env" };
    const scale = t.fn(
      "scale",
      [t.param("env", pointerTo(env)), t.param("x", U64)],
      U64,
      [
        t.ret(
          t.bin("mul", t.use("x"), t.load(t.field(Env, t.use("env", pointerTo(env)), "factor"))),
        ),
      ],
      { generic: true },
    );
    const twice = t.fn("twice", [t.param("x", U64)], U64, [
      t.ret(t.bin("mul", t.use("x"), t.num(2))),
    ]);
    const closure = { kind: "closure", params: [U64], result: U64 } as const;
    const pointer = { kind: "function", params: [U64], result: U64 } as const;
    const apply = t.fn(
      "apply",
      [t.param("f", closure)],
      U64,
      [
        {
          op: "callValue",
          at: t.at(1),
          result: "r",
          callee: t.use("f", closure),
          args: [t.num(5)],
        },
        t.ret(t.use("r")),
      ],
      { locals: [t.temporary("r", U64)], package: "@t/other" },
    );
    const environment: Expr = { op: "localAddress", type: pointerTo(env), local: "e" };
    const body: Stmt[] = [
      { op: "store", at: t.at(2), to: t.field(Env, environment, "factor"), value: t.num(3) },
      t.call("a", "apply", [{ op: "makeClosure", type: closure, function: "scale", environment }]),
      {
        op: "callValue",
        at: t.at(2),
        result: "b",
        callee: { op: "function", type: pointer, function: "twice" },
        args: [t.use("a")],
      },
      equal(t.use("b"), t.num(30)),
    ];
    const locals = [t.local("e", env), t.temporary("a", U64), t.temporary("b", U64)];
    expectStatus(() => t.program([scale, twice, apply, main(body, locals)], [Env]), 0);
  });
});

describe("interfaces", () => {
  const shape: InterfaceType = { kind: "interface", interface: "Shape" };
  const make = (kinds: readonly string[]): Program => {
    const structs = kinds.map((id) =>
      t.struct(id, { size: U64 }, { package: `@t/${id.toLowerCase()}` }),
    );
    const methods = structs.map((s, n) =>
      t.fn(
        `${s.id}_area`,
        [t.param("self", pointerTo({ kind: "struct", struct: s.id })), t.param("k", U64)],
        U64,
        [
          t.ret(
            t.bin(
              "mul",
              t.num(n + 1),
              t.bin(
                "add",
                t.use("k"),
                t.load(
                  t.field(s, t.use("self", pointerTo({ kind: "struct", struct: s.id })), "size"),
                ),
              ),
            ),
          ),
        ],
        { package: s.package },
      ),
    );
    const area = t.fn(
      "area",
      [t.param("s", shape)],
      U64,
      [
        {
          op: "callInterface",
          at: t.at(1),
          result: "r",
          receiver: t.use("s", shape),
          interface: "Shape",
          method: "area",
          args: [t.num(10)],
        },
        t.ret(t.use("r")),
      ],
      { locals: [t.temporary("r", U64)] },
    );
    const locals: Local[] = [t.local("total", U64)];
    const body: Stmt[] = [t.assign("total", t.num(0))];
    for (const s of structs) {
      const type: Type = { kind: "struct", struct: s.id };
      const object: Expr = { op: "localAddress", type: pointerTo(type), local: `o${s.id}` };
      locals.push(t.local(`o${s.id}`, type), t.temporary(`r${s.id}`, U64));
      body.push(
        { op: "store", at: t.at(2), to: t.field(s, object, "size"), value: t.num(1) },
        t.call(`r${s.id}`, "area", [{ op: "makeInterface", type: shape, object, struct: s.id }]),
        t.assign("total", t.bin("add", t.use("total"), t.use(`r${s.id}`))),
        yes(
          t.bin(
            "ne",
            { op: "makeInterface", type: shape, object, struct: s.id },
            { op: "null", type: shape },
          ),
        ),
      );
    }
    body.push(equal(t.use("total"), t.num(kinds.reduce((sum, _, n) => sum + 11 * (n + 1), 0))));
    const program = t.program([...methods, area, main(body, locals)], structs);
    program.interfaces.set("Shape", {
      id: "Shape",
      source: "Shape",
      package: "@t/main",
      methods: [{ name: "area", params: [U64], result: U64 }],
    });
    program.implementations.push(
      ...kinds.map((id) => ({ interface: "Shape", struct: id, functions: [`${id}_area`] })),
    );
    return program;
  };

  it("of several structs go through tables", () => {
    expectStatus(() => make(["Circle", "Square"]), 0);
  });
  it("of one struct become direct calls", () => {
    expectStatus(() => make(["Circle"]), 0);
    const program = make(["Circle"]);
    optimise(program);
    expect(program.interfaces.size + program.implementations.length).toBe(0);
  });
  it("of no struct are null", () => {
    expectStatus(() => make([]), 0);
  });
});

it("passes void results and empty structs", () => {
  const Empty = t.struct("Empty", {});
  const nothing = t.fn(
    "nothing",
    [t.param("e", pointerTo({ kind: "struct", struct: "Empty" }))],
    VOID,
    [],
  );
  const address: Expr = {
    op: "localAddress",
    type: pointerTo({ kind: "struct", struct: "Empty" }),
    local: "e",
  };
  expectStatus(
    () =>
      t.program(
        [
          nothing,
          main(
            [t.call(null, "nothing", [address])],
            [t.local("e", { kind: "struct", struct: "Empty" })],
          ),
        ],
        [Empty],
      ),
    0,
  );
});

/** What the removal of dead code leaves. */
import { describe, expect, it } from "vitest";
import { BOOL, pointerTo, U32, U64, VOID } from "../ir/build.ts";
import type { Expr, Function, InterfaceType, Program, Stmt, Type } from "../ir/ir.ts";
import { printFunction } from "../ir/print.ts";
import * as t from "../ir/testing.ts";
import { verify } from "../ir/verify.ts";
import { removeDead } from "./dead.ts";
import { devirtualise } from "./devirtualise.ts";

const value = (truth: boolean): Expr => ({ op: "bool", type: BOOL, value: truth });
const shape: InterfaceType = { kind: "interface", interface: "Shape" };
const main = (body: Stmt[], locals: Function["locals"] = []): Function =>
  t.fn("start", [], VOID, body, { exported: true, locals });

/** A program with structs `A` and `B` that implement `Shape` by `A_m`, `A_n`, `B_m`, `B_n`. */
function shapes(body: Stmt[], locals: Function["locals"] = []): Program {
  const structs = ["A", "B"].map((id) => t.struct(id, { x: U64 }));
  const methods = ["A", "B"].flatMap((id) =>
    ["m", "n"].map((name) =>
      t.fn(`${id}_${name}`, [t.param("self", pointerTo({ kind: "struct", struct: id }))], VOID, []),
    ),
  );
  const program = t.program([...methods, main(body, locals)], structs);
  const method = (name: string) => ({ name, params: [], result: VOID });
  program.interfaces.set("Shape", {
    id: "Shape",
    source: "Shape",
    package: "@t/main",
    methods: [method("m"), method("n")],
  });
  program.implementations.push(
    ...["A", "B"].map((id) => ({
      interface: "Shape",
      struct: id,
      functions: [`${id}_m`, `${id}_n`],
    })),
  );
  return program;
}

const object = (id: string): Expr => {
  const type: Type = { kind: "struct", struct: id };
  return {
    op: "makeInterface",
    type: shape,
    object: { op: "null", type: pointerTo(type) },
    struct: id,
  };
};
const callM = (receiver: Expr): Stmt => ({
  op: "callInterface",
  at: t.at(1),
  result: null,
  receiver,
  interface: "Shape",
  method: "m",
  args: [],
});
const shapeLocal = [t.local("s", shape)];
const s = t.use("s", shape);

describe("dead code", () => {
  it("goes with branches of constant conditions and what only they use", () => {
    const unused = t.fn("unused", [], VOID, []);
    const used = t.fn("used", [], VOID, []);
    const not: Expr = { op: "unary", type: BOOL, operator: "lnot", operand: value(true) };
    const body = [
      t.when(not, [t.call(null, "unused", [])], [t.call(null, "used", [])]),
      t.ret(null),
      t.call(null, "unused", []),
    ];
    const program = t.program([unused, used, main(body, [t.local("gone", U32)])]);
    removeDead(program);
    expect([...program.functions.keys()].sort()).toEqual([
      "exit_",
      "panic_bounds",
      "panic_check",
      "start",
      "used",
    ]);
    expect(printFunction(program.functions.get("start") as Function)).toMatchInlineSnapshot(`
      "export function start(): void {
        used()
        return
      }"
    `);
  });
  it("keeps of an interface the called methods of converted structs", () => {
    const program = shapes([t.assign("s", object("A")), callM(s)], shapeLocal);
    removeDead(program);
    expect(program.implementations).toEqual([
      { interface: "Shape", struct: "A", functions: ["A_m"] },
    ]);
    expect([...program.functions.keys()]).not.toContain("A_n");
    expect([...program.structs.keys()]).toEqual(["A"]);
    expect(verify(program)).toEqual([]);
  });
});

describe("an interface", () => {
  const after = (program: Program): Program => {
    removeDead(program);
    devirtualise(program);
    expect(verify(program)).toEqual([]);
    removeDead(program);
    return program;
  };
  it("of one struct becomes its pointer", () => {
    const program = after(shapes([t.assign("s", object("A")), callM(s)], shapeLocal));
    expect(printFunction(program.functions.get("start") as Function)).toMatchInlineSnapshot(`
      "export function start(): void {
        local s: *A
        s = null
        A_m(s)
      }"
    `);
  });
  it("of two structs stays, but a receiver converted on the spot is called directly", () => {
    const program = after(
      shapes([t.assign("s", object("A")), callM(s), callM(object("B"))], shapeLocal),
    );
    expect(printFunction(program.functions.get("start") as Function)).toMatchInlineSnapshot(`
      "export function start(): void {
        local s: Shape
        s = Shape(null as A)
        s.Shape::m()
        B_m(null)
      }"
    `);
  });
  it("of none can only be null", () => {
    const program = after(
      shapes([t.assign("s", { op: "null", type: shape }), callM(s)], shapeLocal),
    );
    expect(printFunction(program.functions.get("start") as Function)).toMatchInlineSnapshot(`
      "export function start(): void {
        local s: *u8
        s = null
        check assert false "call of m of an interface that nothing implements"
        unreachable
      }"
    `);
  });
});

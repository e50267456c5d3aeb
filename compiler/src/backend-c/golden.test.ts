/** The C text of small programs made by hand. */
import { describe, expect, it } from "vitest";
import { pointerTo, sliceOf, STR, U16, U32, U64, U8, VOID } from "../ir/build.ts";
import type { Expr, Function, Program, Stmt, Type } from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { emitC } from "./index.ts";

/** The text of one function of the only unit, without what every unit starts with. */
function emitted(
  fn: Function,
  structs: Parameters<typeof t.program>[1] = [],
  checks: "debug" | "none" = "debug",
): string {
  const [unit] = emitC(t.program([fn], structs), { checks });
  const text = unit?.text ?? "";
  return (
    text
      .slice(text.indexOf(`/* ${fn.source} */`))
      .split("\n\n")[0]
      ?.trim() ?? ""
  );
}

const s = t.use("s", sliceOf(U32));
const i = t.use("i");

describe("the C of", () => {
  it("a loop with a check, with a line directive only where lines do not follow", () => {
    const item = t.load(t.element(U32, s, i));
    const body: Stmt[] = [
      t.assign("sum", t.num(0, U32), 3),
      t.assign("i", t.num(0), 3),
      {
        op: "loop",
        at: t.at(4),
        label: "L",
        before: [],
        condition: t.bin("lt", i, t.lengthOf(s)),
        postTest: false,
        body: [
          { op: "boundsCheck", at: t.at(5), index: i, length: t.lengthOf(s) },
          t.when(
            t.bin("eq", item, t.num(0, U32)),
            [{ op: "continue", at: t.at(6), label: "L" }],
            [],
            6,
          ),
          t.assign("sum", t.bin("add", t.use("sum", U32), item), 9),
        ],
        update: [t.assign("i", t.bin("add", i, t.num(1)), 4)],
      },
      t.ret(t.use("sum", U32), 11),
    ];
    const locals = [t.local("sum", U32), t.local("i", U64)];
    const fn = t.fn("total", [t.param("s", sliceOf(U32))], U32, body, {
      locals,
      location: t.at(2),
    });
    expect(emitted(fn)).toMatchInlineSnapshot(`
      "/* total */
      #line 2 "test.ts"
      static u32 total(struct slice_u32 s) {
        u32 sum;
        u64 i;
      #line 3
        sum = 0u; i = 0ull;
        for (;;) {
      #line 4
          if (!(i < s.length)) break;
          if (__builtin_expect(i >= s.length, 0)) tk_outside_0(i, s.length, 5);
          if (s.data[i] == 0u) {
      #line 6
            goto next_L;
          }
      #line 9
          sum = sum + s.data[i];
          next_L:;
      #line 4
          i = i + 1ull;
        }
      #line 11
        return sum;
      }"
    `);
  });

  it("fields of packed structs, read in place and by address", () => {
    const Header = t.struct("Header", { kind: U8, length: U16 }, { packed: true });
    const type: Type = { kind: "struct", struct: "Header" };
    const h = t.use("h", pointerTo(type));
    const place: Expr = t.field(Header, h, "length");
    const body: Stmt[] = [
      t.assign("p", place, 2),
      { op: "store", at: t.at(3), to: place, value: t.num(5, U16) },
    ];
    const fn = t.fn("f", [t.param("h", pointerTo(type))], VOID, body, {
      locals: [t.local("p", pointerTo(U16))],
    });
    expect(emitted(fn, [Header])).toMatchInlineSnapshot(`
      "/* f */
      #line 1 "test.ts"
      static void f(struct t_Header *h) {
        u16 *p;
      #line 2
        p = (u16 *)(void *)((u8 *)h + 1);
        h->length = 5;
      }"
    `);
  });

  it("device registers: every access is volatile", () => {
    const fields = [{ name: "status", type: U32, offset: 0x70, volatile: true }];
    const Device = { ...t.struct("Device", {}), fields, size: 0x74, align: 4 };
    const type: Type = { kind: "struct", struct: "Device" };
    const status = t.field(Device, t.use("d", pointerTo(type)), "status");
    const body: Stmt[] = [
      { op: "store", at: t.at(2), to: status, value: t.bin("or", t.load(status), t.num(1, U32)) },
    ];
    expect(emitted(t.fn("f", [t.param("d", pointerTo(type))], VOID, body), [Device]))
      .toMatchInlineSnapshot(`
        "/* f */
        #line 1 "test.ts"
        static void f(struct t_Device *d) {
          *(u32 volatile *)&d->status = *(u32 volatile *)&d->status | 1u;
        }"
      `);
  });

  it("assembly text with the characters that operands use", () => {
    const body: Stmt[] = [
      { op: "asm", at: t.at(2), parts: ["movq %rax, %rbx"], operands: [], args: [] },
    ];
    expect(emitted(t.fn("f", [], VOID, body))).toMatchInlineSnapshot(`
      "/* f */
      #line 1 "test.ts"
      static void f(void) {
        __asm__ volatile("movq %%rax, %%rbx" :  :  : "memory", "cc");
      }"
    `);
  });
});

it("checks: none drops what guards memory and keeps assertions and division", () => {
  const truth: Expr = t.bin("lt", t.use("n"), t.num(4));
  const body: Stmt[] = (
    ["null", "shift", "slice", "divide", "assert", "enum", "length"] as const
  ).map((kind) => ({
    op: "check",
    at: t.at(2),
    kind,
    condition: truth,
    message: kind,
  }));
  body.push({ op: "boundsCheck", at: t.at(2), index: t.use("n"), length: t.num(4) });
  const text = emitted(t.fn("f", [t.param("n", U64)], VOID, body), [], "none");
  expect([...text.matchAll(/tk_\w+\("(\w+)/g)].map((match) => match[1])).toEqual([
    "divide",
    "assert",
    "enum",
    "length",
  ]);
});

describe("units", () => {
  const names = (program: Program): Record<string, string> =>
    Object.fromEntries(emitC(program, { checks: "release" }).map((unit) => [unit.name, unit.text]));
  const make = (): Program =>
    t.program([
      t.fn("late", [], VOID, [t.call(null, "shared", [])], { location: t.at(9), exported: true }),
      t.fn("early", [], VOID, [], { location: t.at(5), exported: true }),
      t.fn("shared", [], VOID, [], { package: "@t/lib" }),
      t.fn("instance", [t.param("x", STR)], VOID, [], {
        package: "@t/lib",
        generic: true,
        exported: true,
      }),
    ]);

  it("are one for each package and one for its generic instances", () => {
    expect(Object.keys(names(make()))).toEqual(["t_lib.c", "t_lib_generic.c", "t_main.c"]);
  });
  it("have functions in the order of the source, static where no other unit names them", () => {
    const main = names(make())["t_main.c"] ?? "";
    expect(main.indexOf("/* early */")).toBeLessThan(main.indexOf("/* late */"));
    expect(main).toContain('void shared(void) __attribute__((visibility("hidden")));');
  });
  it("are the same text whatever the order of the declarations", () => {
    const program = make();
    const reversed: Program = { ...program, functions: new Map([...program.functions].reverse()) };
    expect(names(reversed)).toEqual(names(program));
  });
  it("do not change when another package does", () => {
    const before = names(make());
    const changed = make();
    changed.functions.set("more", t.fn("more", [], VOID, [t.ret(null)], { exported: true }));
    const after = names(changed);
    expect(after["t_lib.c"]).toBe(before["t_lib.c"]);
    expect(after["t_main.c"]).not.toBe(before["t_main.c"]);
  });
});

it("small instances are in the units that call them, to be inlined, and in their own", () => {
  const next = t.fn("next", [t.param("n", U64)], U64, [t.ret(t.bin("add", t.use("n"), t.num(1)))], {
    generic: true,
  });
  const call = [t.call("r", "next", [t.num(1)]), t.ret(t.use("r"))];
  const main = t.fn("main", [], U64, call, { exported: true, locals: [t.temporary("r", U64)] });
  const [own, generic] = emitC(t.program([next, main]), { checks: "release" });
  expect(own?.text).toContain("extern inline __attribute__((gnu_inline)) u64 next(");
  expect(generic?.text).toContain("\nu64 next(u64 n) {");
  const large = {
    ...next,
    body: [...Array.from({ length: 30 }, () => t.assign("n", t.num(1))), ...(next.body ?? [])],
  };
  expect(emitC(t.program([large, main]), { checks: "release" })[0]?.text).not.toContain(
    "gnu_inline",
  );
});

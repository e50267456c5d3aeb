/** Random expressions in C against BigInt arithmetic, with every compiler. */
import { expect, it } from "vitest";
import { I16, I32, I64, I8, U16, U32, U64, U8 } from "../ir/build.ts";
import type { BinaryOp, Expr, IntType, Local, Stmt } from "../ir/ir.ts";
import * as t from "../ir/testing.ts";
import { random } from "../ir/testing.ts";
import { verify } from "../ir/verify.ts";
import { compileAndRun } from "./testing.ts";

const TYPES: readonly IntType[] = [U8, U16, U32, U64, I8, I16, I32, I64];
const EXPRESSIONS = 250;

/** The value in the range of the type, as two's complement has it. */
function wrap(type: IntType, value: bigint): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

interface Sample {
  readonly e: Expr;
  readonly value: bigint;
}

/** Random expressions together with the values that BigInt arithmetic gives them. */
class Generator {
  private readonly next: (below: number) => number;
  readonly variables: { local: Local; type: IntType; value: bigint }[];

  constructor(seed: number) {
    this.next = random(seed);
    this.variables = Array.from({ length: 24 }, (_, n) => {
      const type = TYPES[n % TYPES.length] ?? U8;
      return { local: t.local(`v${String(n)}`, type), type, value: this.literal(type) };
    });
  }

  literal(type: IntType): bigint {
    const bits = BigInt(type.bits);
    const edges = [
      0n,
      1n,
      -1n,
      1n << (bits - 1n),
      (1n << (bits - 1n)) - 1n,
      7n,
      BigInt(this.next(1 << 30)),
    ];
    return wrap(type, edges[this.next(edges.length)] ?? 0n);
  }

  sample(type: IntType, depth: number): Sample {
    const choice = depth === 0 ? this.next(2) : this.next(8);
    switch (choice) {
      case 0: {
        const value = this.literal(type);
        return { e: t.num(value, type), value };
      }
      case 1: {
        const fitting = this.variables.filter((v) => v.type === type);
        const one = fitting[this.next(fitting.length)];
        return one === undefined
          ? this.sample(type, 0)
          : { e: t.use(one.local.id, type), value: one.value };
      }
      case 2: {
        const inner = this.sample(TYPES[this.next(TYPES.length)] ?? U8, depth - 1);
        return { e: t.convert(type, inner.e), value: wrap(type, inner.value) };
      }
      case 3: {
        const inner = this.sample(type, depth - 1);
        const operator = this.next(2) === 0 ? "neg" : "not";
        const value = operator === "neg" ? -inner.value : ~inner.value;
        return { e: { op: "unary", type, operator, operand: inner.e }, value: wrap(type, value) };
      }
      case 4:
        return this.choice(type, depth);
      default:
        return this.binary(type, depth);
    }
  }

  private choice(type: IntType, depth: number): Sample {
    const a = this.sample(I32, depth - 1);
    const b = this.sample(I32, depth - 1);
    const then = this.sample(type, depth - 1);
    const otherwise = this.sample(type, depth - 1);
    const condition = t.bin("lt", a.e, b.e);
    const value = a.value < b.value ? then.value : otherwise.value;
    return { e: { op: "select", type, condition, then: then.e, else: otherwise.e }, value };
  }

  private binary(type: IntType, depth: number): Sample {
    const operators: readonly BinaryOp[] = [
      "add",
      "sub",
      "mul",
      "and",
      "or",
      "xor",
      "shl",
      "shr",
      "div",
      "rem",
    ];
    const operator = operators[this.next(operators.length)] ?? "add";
    const left = this.sample(type, depth - 1);
    if (operator === "shl" || operator === "shr") {
      const count = BigInt(this.next(type.bits));
      const value = operator === "shl" ? left.value << count : left.value >> count;
      return { e: t.bin(operator, left.e, t.num(count, type)), value: wrap(type, value) };
    }
    const right = this.sample(type, depth - 1);
    const { value: a } = left;
    const { value: b } = right;
    // What a check would have stopped: division by zero, and the quotient that does not fit.
    const undefinedQuotient =
      b === 0n || (type.signed && b === -1n && a === wrap(type, 1n << BigInt(type.bits - 1)));
    if ((operator === "div" || operator === "rem") && undefinedQuotient) {
      return left;
    }
    const compute: Partial<Record<BinaryOp, () => bigint>> = {
      add: () => a + b,
      sub: () => a - b,
      mul: () => a * b,
      and: () => a & b,
      or: () => a | b,
      xor: () => a ^ b,
      div: () => a / b,
      rem: () => a % b,
    };
    return { e: t.bin(operator, left.e, right.e), value: wrap(type, compute[operator]?.() ?? 0n) };
  }
}

const seeds = (process.env["FUZZ_SEED"] ?? "1,2").split(",").map(Number);

it.each(seeds)("random expressions have the values of BigInt arithmetic (FUZZ_SEED=%i)", (seed) => {
  const generator = new Generator(seed);
  const next = random(seed + 1000);
  const body: Stmt[] = generator.variables.map((v) => t.assign(v.local.id, t.num(v.value, v.type)));
  for (let n = 0; n < EXPRESSIONS; n += 1) {
    const type = TYPES[next(TYPES.length)] ?? U8;
    const { e, value } = generator.sample(type, 4);
    const condition = t.bin("eq", e, t.num(value, type));
    const fail = [t.call(null, "print", [t.num(n, I32)]), t.ret(t.num(1, I32))];
    body.push(t.when(condition, [], fail, n + 1));
  }
  body.push(t.ret(t.num(0, I32)));
  const locals = generator.variables.map((v) => v.local);
  const program = t.program([
    t.fn("print", [t.param("n", I32)], I32, undefined, { symbol: "putchar" }),
    t.fn("main_", [], I32, body, { exported: true, symbol: "main", locals }),
  ]);
  expect(verify(program)).toEqual([]);
  for (const outcome of compileAndRun(program, "release")) {
    expect(outcome).toEqual({ compiler: outcome.compiler, errors: "", status: 0, stdout: "" });
  }
});

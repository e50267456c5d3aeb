/**
 * Expressions in C without undefined behaviour: signed and short arithmetic is done in u32 or u64 and converted back,
 * which both supported compilers define as wrapping. Chains of one operator are walked in a loop, so that a sum of
 * thousands of terms is neither deep recursion nor deep parentheses.
 */
import { typeKey } from "../ir/build.ts";
import type { Expr, IntType } from "../ir/ir.ts";
import type { UnitContext } from "./context.ts";
import { floatLiteral, intLiteral, wideLiteral } from "./literals.ts";
import { fieldName, localName, stringLiteral } from "./names.ts";
import { addressValue, lvalue } from "./places.ts";
import { type C, cast, chain, Level, operand, postfix, primary, unary } from "./text.ts";

type Binary = Extract<Expr, { op: "binary" }>;

const ARITHMETIC = new Map([
  ["add", "+"],
  ["sub", "-"],
  ["mul", "*"],
  ["div", "/"],
  ["rem", "%"],
  ["shl", "<<"],
  ["shr", ">>"],
]);
const BITS = new Map([
  ["and", "&"],
  ["or", "|"],
  ["xor", "^"],
]);
const COMPARE = new Map([
  ["eq", "=="],
  ["ne", "!="],
  ["lt", "<"],
  ["le", "<="],
  ["gt", ">"],
  ["ge", ">="],
]);

export class Emitter {
  readonly context: UnitContext;

  constructor(context: UnitContext) {
    this.context = context;
  }

  /** The expression as text for a place where any operator may stand. */
  text(e: Expr): string {
    return this.value(e).text;
  }

  /** An expression with exactly the value of `e`; a short integer may have C's type `int`. */
  value(e: Expr): C {
    const { types } = this.context;
    switch (e.op) {
      case "int":
        return primary(intLiteral(e.type, e.value));
      case "float":
        return primary(floatLiteral(e.type, e.value));
      case "bool":
        return primary(e.value ? "1" : "0");
      case "null":
        return this.nullValue(e);
      case "string":
        return this.compound(e.type, `(u8 *)${stringLiteral(e.utf8)}, ${String(e.utf8.length)}`);
      case "local":
        return primary(localName(e.local));
      case "localAddress":
      case "globalAddress":
      case "fieldAddress":
      case "elementAddress":
        return addressValue(this, e);
      case "function":
        return primary(this.context.useFunction(e.function));
      case "load":
        return lvalue(this, e.from, e.volatile);
      case "member":
        types.completeStruct(e.struct);
        return postfix(this.value(e.base), `.${fieldName(e.field)}`);
      case "sliceLength":
        return this.sliceLength(e.slice);
      case "sliceData":
        return this.sliceData(e.slice);
      case "interfaceObject":
        return cast("u8 *", postfix(this.value(e.value), ".object"));
      case "unary":
        return this.unaryValue(e);
      case "binary":
        return this.binaryValue(e);
      case "convert":
        return this.convert(e);
      case "andAlso":
        return this.logic(e, "&&");
      case "orElse":
        return this.logic(e, "||");
      case "select":
        return this.select(e);
      case "expect":
        return primary(`__builtin_expect(${this.text(e.operand)}, ${e.value ? "1" : "0"})`);
      default:
        return this.construct(e);
    }
  }

  /** The data pointer of a slice value. */
  sliceData(slice: Expr): C {
    if (slice.op === "makeSlice") {
      return this.value(slice.data);
    }
    return slice.op === "string"
      ? cast("u8 *", primary(stringLiteral(slice.utf8)))
      : postfix(this.value(slice), ".data");
  }

  /** The C type of a value. */
  typeName(e: Expr): string {
    return this.context.types.name(e.type);
  }

  /** `e` modulo 2^32 (up to 32 bits) or 2^64, as a C unsigned type of that width: what wraps is computed on these. */
  wide(e: Expr): C {
    if (e.type.kind !== "int") {
      throw new Error(`${e.op} of ${typeKey(e.type)} is no integer`);
    }
    const type = e.type;
    if (e.op === "int") {
      return primary(wideLiteral(type, e.value));
    }
    if (e.op === "unary" && (e.operator === "neg" || e.operator === "not")) {
      return unary(e.operator === "neg" ? "-" : "~", this.wide(e.operand));
    }
    if (
      e.op === "binary" &&
      (e.operator === "add" || e.operator === "sub" || e.operator === "mul")
    ) {
      return this.wideChain(e, e.operator === "mul" ? ["mul"] : ["add", "sub"], Level.arithmetic);
    }
    if (e.op === "binary" && BITS.has(e.operator)) {
      return this.wideChain(e, [e.operator], Level.bits);
    }
    if (e.op === "binary" && e.operator === "shl") {
      return chain([this.wide(e.left), this.shiftCount(e)], "<<", Level.arithmetic, Level.unary);
    }
    const value = this.value(e);
    return !type.signed && type.bits >= 32 ? value : cast(type.bits === 64 ? "u64" : "u32", value);
  }

  /** Left-leaning operations with operators of one precedence, without parentheses between them. */
  private wideChain(e: Binary, operators: readonly string[], level: Level): C {
    const rest: string[] = [];
    let at: Expr = e;
    while (at.op === "binary" && operators.includes(at.operator)) {
      const symbol = ARITHMETIC.get(at.operator) ?? BITS.get(at.operator) ?? "";
      rest.push(`${symbol} ${operand(this.wide(at.right), Level.unary)}`);
      at = at.left;
    }
    return { text: [operand(this.wide(at), Level.unary), ...rest.reverse()].join(" "), level };
  }

  private binaryValue(e: Binary): C {
    const compare = COMPARE.get(e.operator);
    if (compare !== undefined) {
      return chain(
        [this.comparand(e.left), this.comparand(e.right)],
        compare,
        Level.compare,
        Level.arithmetic,
      );
    }
    if (
      e.type.kind === "float" ||
      e.operator === "div" ||
      e.operator === "rem" ||
      e.operator === "shr"
    ) {
      const right = e.operator === "shr" ? this.shiftCount(e) : this.value(e.right);
      const symbol = ARITHMETIC.get(e.operator);
      if (symbol === undefined) {
        throw new Error(`${e.operator} of ${typeKey(e.type)}`);
      }
      return this.shorten(
        e,
        chain([this.value(e.left), right], symbol, Level.arithmetic, Level.unary),
      );
    }
    if (e.type.kind === "bool") {
      const symbol = BITS.get(e.operator) ?? "";
      return cast(
        "_Bool",
        primary(
          `(${chain([this.value(e.left), this.value(e.right)], symbol, Level.bits, Level.unary).text})`,
        ),
      );
    }
    const wide = this.wide(e);
    return e.type.kind === "int" && !e.type.signed && e.type.bits >= 32
      ? wide
      : cast(this.typeName(e), wide);
  }

  /** C computes short integers as int: back to their own width. */
  private shorten(e: Expr, c: C): C {
    return e.type.kind === "int" && e.type.bits < 32 ? cast(this.typeName(e), c) : c;
  }

  /** With checks off nothing has checked the count; hardware and C disagree about counts that are too great. */
  private shiftCount(e: Binary): C {
    const count = this.value(e.right);
    return this.context.checks === "none" && e.right.op !== "int" && e.type.kind === "int"
      ? chain([count, primary(String(e.type.bits - 1))], "&", Level.bits, Level.unary)
      : count;
  }

  private comparand(e: Expr): C {
    const value = this.value(e);
    return e.type.kind === "interface" ? postfix(value, ".object") : value;
  }

  private unaryValue(e: Extract<Expr, { op: "unary" }>): C {
    switch (e.operator) {
      case "lnot":
        // `!` beside a comparison draws a warning, so it counts as loosely as one.
        return { text: `!${operand(this.value(e.operand), Level.primary)}`, level: Level.compare };
      case "neg":
        return e.type.kind === "float"
          ? unary("-", this.value(e.operand))
          : cast(this.typeName(e), this.wide(e));
      case "not":
        return cast(this.typeName(e), this.wide(e));
      default:
        return this.bitCount(e.operator, e.operand);
    }
  }

  private bitCount(operator: "clz" | "ctz" | "popcount" | "bswap", e: Expr): C {
    const type = e.type as IntType;
    const { bits } = type;
    const name = `u${String(bits)}`;
    const plain = type.signed ? cast(name, this.value(e)) : this.value(e);
    switch (operator) {
      case "bswap":
        return bits === 8
          ? plain
          : cast(this.typeName(e), primary(`__builtin_bswap${String(bits)}(${plain.text})`));
      case "popcount":
        return cast("u32", primary(`__builtin_popcountll(${plain.text})`));
      case "clz":
      case "ctz":
        if (bits === 64) {
          return primary(`${this.context.helpers.zeros(operator)}(${plain.text})`);
        }
        // A set bit just outside of the operand makes the count of 0 the operand's width.
        return cast(
          "u32",
          operator === "ctz"
            ? primary(
                `__builtin_ctzll((u64)${operand(plain, Level.unary)} | ${String(1n << BigInt(bits))}ull)`,
              )
            : primary(
                `__builtin_clzll((u64)${operand(plain, Level.unary)} << ${String(64 - bits)} | ` +
                  `${String(1n << BigInt(63 - bits))}ull)`,
              ),
        );
    }
  }

  private convert(e: Extract<Expr, { op: "convert" }>): C {
    const from = e.operand.type;
    if (from.kind === "float" && e.type.kind === "int") {
      return primary(`${this.context.helpers.floatToInt(from, e.type)}(${this.text(e.operand)})`);
    }
    return cast(this.typeName(e), this.value(e.operand));
  }

  private logic(e: Extract<Expr, { op: "andAlso" | "orElse" }>, symbol: string): C {
    const operands: C[] = [];
    let at: Expr = e;
    while (at.op === e.op) {
      operands.push(this.value(at.right));
      at = at.left;
    }
    operands.push(this.value(at));
    return chain(operands.reverse(), symbol, Level.logic, Level.compare);
  }

  private select(e: Extract<Expr, { op: "select" }>): C {
    const parts: string[] = [];
    let at: Expr = e;
    while (at.op === "select") {
      parts.push(
        `${operand(this.value(at.condition), Level.compare)} ? ${operand(this.value(at.then), Level.compare)} : `,
      );
      at = at.else;
    }
    return {
      text: parts.join("") + operand(this.value(at), Level.compare),
      level: Level.conditional,
    };
  }

  private sliceLength(slice: Expr): C {
    if (slice.op === "makeSlice") {
      return this.value(slice.length);
    }
    return slice.op === "string"
      ? primary(`${String(slice.utf8.length)}ull`)
      : postfix(this.value(slice), ".length");
  }

  private nullValue(e: Extract<Expr, { op: "null" }>): C {
    const pair =
      e.type.kind === "interface" || e.type.kind === "closure" || e.type.kind === "slice";
    return pair ? this.compound(e.type, "0, 0") : cast(this.typeName(e), primary("0"));
  }

  private construct(
    e: Extract<Expr, { op: "makeSlice" | "makeStruct" | "makeClosure" | "makeInterface" }>,
  ): C {
    switch (e.op) {
      case "makeSlice":
        return this.compound(e.type, `${this.text(e.data)}, ${this.text(e.length)}`);
      case "makeStruct": {
        const { fields } = this.context.types.completeStruct(e.type.struct);
        const items = e.items.map(
          (item, i) => `.${fieldName(fields[i]?.name ?? "")} = ${this.text(item)}`,
        );
        return this.compound(e.type, items.join(", "));
      }
      case "makeClosure": {
        const { types } = this.context;
        const environment = e.environment === null ? "0" : this.text(e.environment);
        const name = this.context.useFunction(e.function);
        const params = ["void *", ...e.type.params.map((p) => types.name(p))].join(", ");
        return this.compound(
          e.type,
          `(${types.name(e.type.result)} (*)(${params}))${name}, ${environment}`,
        );
      }
      case "makeInterface": {
        const table = this.context.useVtable({ interface: e.type.interface, struct: e.struct });
        return this.compound(e.type, `${this.text(e.object)}, &${table}`);
      }
    }
  }

  private compound(type: Expr["type"], items: string): C {
    return primary(`(${this.context.types.name(type)}){${items}}`);
  }
}

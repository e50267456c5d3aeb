/** Types and expressions of the IR as text. */
import type { BinaryOp, Expr, Type } from "./ir.ts";

/** A type in the notation of the language, pointers as `*T`. */
export function printType(type: Type): string {
  switch (type.kind) {
    case "int":
      return `${type.signed ? "i" : "u"}${String(type.bits)}`;
    case "float":
      return `f${String(type.bits)}`;
    case "bool":
    case "void":
    case "never":
      return type.kind;
    case "pointer":
      return `*${printType(type.to)}`;
    case "struct":
      return type.struct;
    case "array":
      return `${printType(type.element)}[${String(type.count)}]`;
    case "slice":
      return `Slice<${printType(type.element)}>`;
    case "interface":
      return type.interface;
    case "function":
    case "closure": {
      const arrow = type.kind === "function" ? "->" : "=>";
      return `(${type.params.map(printType).join(", ")}) ${arrow} ${printType(type.result)}`;
    }
  }
}

const SYMBOLS: Record<BinaryOp, string> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  rem: "%",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr: ">>",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

/** The expression; every operation with two operands is in parentheses. */
export function printExpression(e: Expr): string {
  const p = printExpression;
  switch (e.op) {
    case "int":
      return e.value.toString();
    case "float":
    case "bool":
      return String(e.value);
    case "null":
      return "null";
    case "string":
      return JSON.stringify(new TextDecoder().decode(e.utf8));
    case "local":
      return e.local;
    case "localAddress":
      return `&${e.local}`;
    case "globalAddress":
      return `&${e.global}`;
    case "function":
      return e.function;
    case "load":
      return e.volatile === true ? `volatile *${p(e.from)}` : `*${p(e.from)}`;
    case "fieldAddress":
      return `${p(e.base)}->${e.field}`;
    case "elementAddress":
      return `${p(e.base)}[${p(e.index)}]`;
    case "member":
      return `${p(e.base)}.${e.field}`;
    case "sliceLength":
      return `${p(e.slice)}.length`;
    case "sliceData":
      return `${p(e.slice)}.data`;
    case "makeSlice":
      return `slice(${p(e.data)}, ${p(e.length)})`;
    case "makeStruct":
      return `${e.type.struct}{${e.items.map(p).join(", ")}}`;
    case "makeClosure":
      return `closure(${e.function}, ${e.environment === null ? "null" : p(e.environment)})`;
    case "makeInterface":
      return `${e.type.interface}(${p(e.object)} as ${e.struct})`;
    case "interfaceObject":
      return `object(${p(e.value)})`;
    case "unary":
      return `${e.operator}(${p(e.operand)})`;
    case "binary":
      return printChain(e);
    case "convert":
      return `${printType(e.type)}(${p(e.operand)})`;
    case "andAlso":
      return `(${p(e.left)} && ${p(e.right)})`;
    case "orElse":
      return `(${p(e.left)} || ${p(e.right)})`;
    case "select":
      return `(${p(e.condition)} ? ${p(e.then)} : ${p(e.else)})`;
    case "expect":
      return `${e.value ? "likely" : "unlikely"}(${p(e.operand)})`;
  }
}

/** Left-leaning chains in a loop: a sum may have thousands of terms. */
function printChain(e: Extract<Expr, { op: "binary" }>): string {
  const rest: string[] = [];
  let at: Expr = e;
  while (at.op === "binary") {
    rest.push(` ${SYMBOLS[at.operator]} ${printExpression(at.right)})`);
    at = at.left;
  }
  return "(".repeat(rest.length) + printExpression(at) + rest.reverse().join("");
}

/**
 * Statements for memory blocks, atomics, barriers, ports and assembly text, for x86_64. Atomics are sequentially
 * consistent; assembly is volatile and clobbers memory, so nothing moves across it.
 */
import type { AsmOperand, Expr, MemoryOrder, Stmt } from "../ir/ir.ts";
import { localName, textLiteral } from "./names.ts";
import { operand, Level } from "./text.ts";
import { withSpace } from "./types.ts";
import type { Statements } from "./statements.ts";

type MachineStmt = Extract<
  Stmt,
  {
    op:
      | "copy"
      | "fill"
      | "atomic"
      | "atomicLoad"
      | "atomicStore"
      | "atomicCompareExchange"
      | "barrier"
      | "portIn"
      | "portOut"
      | "timestamp"
      | "asm";
  }
>;

const FENCES = {
  read: "__atomic_thread_fence(__ATOMIC_ACQUIRE);",
  write: "__atomic_thread_fence(__ATOMIC_RELEASE);",
  full: "__atomic_thread_fence(__ATOMIC_SEQ_CST);",
  compiler: '__asm__ volatile("" : : : "memory");',
} as const;

const ATOMIC = {
  add: "fetch_add",
  sub: "fetch_sub",
  and: "fetch_and",
  or: "fetch_or",
  exchange: "exchange_n",
} as const;

const ORDERS: Readonly<Record<MemoryOrder, string>> = {
  relaxed: "__ATOMIC_RELAXED",
  acquire: "__ATOMIC_ACQUIRE",
  release: "__ATOMIC_RELEASE",
  acqRel: "__ATOMIC_ACQ_REL",
  seqCst: "__ATOMIC_SEQ_CST",
};

/** On failure a compare-and-exchange only loads. */
const FAILURE: Readonly<Record<MemoryOrder, MemoryOrder>> = {
  relaxed: "relaxed",
  acquire: "acquire",
  release: "relaxed",
  acqRel: "acquire",
  seqCst: "seqCst",
};

/** The text of one such statement, on one line. */
export function machineStatement(context: Statements, s: MachineStmt): string {
  const { emitter } = context;
  switch (s.op) {
    case "copy": {
      const args = [s.to, s.from, s.bytes].map((e) => emitter.text(e)).join(", ");
      return `__builtin_${s.overlapping ? "memmove" : "memcpy"}(${args});`;
    }
    case "fill":
      return `__builtin_memset(${[s.to, s.byte, s.bytes].map((e) => emitter.text(e)).join(", ")});`;
    case "atomic": {
      const call = `__atomic_${ATOMIC[s.operator]}(${emitter.text(s.place)}, ${emitter.text(s.value)}, ${ORDERS[s.order ?? "seqCst"]})`;
      return s.result === null ? `${call};` : `${localName(s.result)} = ${call};`;
    }
    case "atomicLoad":
      return `${localName(s.result)} = __atomic_load_n(${emitter.text(s.place)}, ${ORDERS[s.order ?? "seqCst"]});`;
    case "atomicStore":
      return `__atomic_store_n(${emitter.text(s.place)}, ${emitter.text(s.value)}, ${ORDERS[s.order ?? "seqCst"]});`;
    case "atomicCompareExchange": {
      const declaration = `${withSpace(emitter.typeName(s.expected))}expected_ = ${emitter.text(s.expected)};`;
      const order = s.order ?? "seqCst";
      const orders = `${ORDERS[order]}, ${ORDERS[FAILURE[order]]}`;
      const args = `${emitter.text(s.place)}, &expected_, ${emitter.text(s.value)}, 0, ${orders}`;
      return `{ ${declaration} ${localName(s.result)} = __atomic_compare_exchange_n(${args}); }`;
    }
    case "barrier":
      return FENCES[s.barrier];
    case "portIn":
      return (
        `__asm__ volatile("in${portSuffix(context, s.result)} %w1, %0" : ` +
        `"=a"(${localName(s.result)}) : "Nd"(${portText(context, s.port)}) : "memory");`
      );
    case "portOut": {
      const type = s.value.type;
      const bits = type.kind === "int" ? type.bits : 0;
      const value = `(u${String(bits)})${operand(emitter.value(s.value), Level.unary)}`;
      return `__asm__ volatile("out${suffixOf(bits)} %0, %w1" : : "a"(${value}), "Nd"(${portText(context, s.port)}) : "memory");`;
    }
    case "timestamp":
      return `${localName(s.result)} = __builtin_ia32_rdtsc();`;
    case "asm":
      return assembly(context, s);
  }
}

/**
 * Outputs are numbered first, as GNU C has it; an operand in a fixed register has no text. Operand syntax of extended
 * assembly is no syntax of the program's text: its special characters are escaped.
 */
function assembly(context: Statements, s: Extract<Stmt, { op: "asm" }>): string {
  const { emitter } = context;
  const indices = s.operands.map((_, i) => i);
  const isOut = (i: number): boolean => s.operands[i]?.direction !== "in";
  const order = [...indices.filter(isOut), ...indices.filter((i) => !isOut(i))];
  const constraint = (i: number): string => {
    const { direction, register } = s.operands[i] as AsmOperand;
    return `"${{ in: "", out: "=", inout: "+" }[direction]}${register ?? "r"}"`;
  };
  const passed = (i: number): string => {
    const value = emitter.value(s.args[i] as Expr);
    const text = isOut(i) ? `*${operand(value, Level.unary)}` : operand(value, Level.conditional);
    return `${constraint(i)}(${text})`;
  };
  const text = s.parts
    .map((part, i) => {
      const escaped = part.replace(/[%{|}]/g, "%$&");
      return s.operands[i]?.register === null ? `${escaped}%${String(order.indexOf(i))}` : escaped;
    })
    .join("");
  const outs = order.filter(isOut).map(passed).join(", ");
  const ins = order
    .filter((i) => !isOut(i))
    .map(passed)
    .join(", ");
  return `__asm__ volatile(${textLiteral(text)} : ${outs} : ${ins} : "memory", "cc");`;
}

function portText(context: Statements, port: Parameters<Statements["emitter"]["text"]>[0]): string {
  return `(u16)${operand(context.emitter.value(port), Level.unary)}`;
}

function portSuffix(context: Statements, local: string): string {
  const type = context.typeOfLocal(local);
  return suffixOf(type.kind === "int" ? type.bits : 0);
}

function suffixOf(bits: number): string {
  switch (bits) {
    case 8:
      return "b";
    case 16:
      return "w";
    case 32:
      return "l";
    default:
      throw new Error(`ports have no access of ${String(bits)} bits`);
  }
}

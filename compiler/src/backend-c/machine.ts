/**
 * Statements for memory blocks, atomics, barriers, ports and assembly text, for x86_64. Atomics are sequentially
 * consistent; assembly is volatile and clobbers memory, so nothing moves across it.
 */
import type { Stmt } from "../ir/ir.ts";
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
      const call = `__atomic_${ATOMIC[s.operator]}(${emitter.text(s.place)}, ${emitter.text(s.value)}, __ATOMIC_SEQ_CST)`;
      return s.result === null ? `${call};` : `${localName(s.result)} = ${call};`;
    }
    case "atomicLoad":
      return `${localName(s.result)} = __atomic_load_n(${emitter.text(s.place)}, __ATOMIC_SEQ_CST);`;
    case "atomicStore":
      return `__atomic_store_n(${emitter.text(s.place)}, ${emitter.text(s.value)}, __ATOMIC_SEQ_CST);`;
    case "atomicCompareExchange": {
      const declaration = `${withSpace(emitter.typeName(s.expected))}expected_ = ${emitter.text(s.expected)};`;
      const args = `${emitter.text(s.place)}, &expected_, ${emitter.text(s.value)}, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST`;
      return `{ ${declaration} ${localName(s.result)} = __atomic_compare_exchange_n(${args}); }`;
    }
    case "barrier":
      return FENCES[s.barrier];
    case "portIn":
      return `__asm__ volatile("in${portSuffix(context, s.result)} %w1, %0" : "=a"(${localName(s.result)}) : "Nd"(${portText(context, s.port)}) : "memory");`;
    case "portOut": {
      const type = s.value.type;
      const bits = type.kind === "int" ? type.bits : 0;
      const value = `(u${String(bits)})${operand(emitter.value(s.value), Level.unary)}`;
      return `__asm__ volatile("out${suffixOf(bits)} %0, %w1" : : "a"(${value}), "Nd"(${portText(context, s.port)}) : "memory");`;
    }
    case "timestamp":
      return `${localName(s.result)} = __builtin_ia32_rdtsc();`;
    case "asm":
      return `__asm__ volatile(${assemblyText(s.text)} : : : "memory");`;
  }
}

/** Operand syntax of extended assembly is no syntax of the program's text: its special characters are escaped. */
function assemblyText(text: string): string {
  return textLiteral(text.replace(/[%{|}]/g, "%$&"));
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

/** The compiler as a function: sources in, C units or diagnostics out. */
import { emitC } from "../backend-c/index.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { loadProgram } from "../frontend/program.ts";
import { lowerProgram } from "../lower/whole.ts";
import { optimise } from "../passes/index.ts";
import type { Program } from "../ir/ir.ts";
import { Context } from "../sema/context.ts";
import { finishLayouts } from "../sema/layout.ts";
import { resetTypes } from "../sema/types.ts";
import type { CompileOptions, CompileResult } from "./interface.ts";

export * from "./interface.ts";

/** Called with the name of each stage and the program after it. */
export type StageHook = (stage: string, program: Program) => void;

/** Compiles a program to C. Errors in the sources are diagnostics, never exceptions. */
export function compileProgram(options: CompileOptions, after?: StageHook): CompileResult {
  resetTypes();
  const sink = new DiagnosticSink(options.base);
  const frontend = loadProgram(options, sink);
  const inputs = frontend?.modules.map((m) => m.fileName) ?? [];
  const failed = (): CompileResult => ({ diagnostics: sink.all(), units: [], inputs });
  if (frontend === null) return failed();
  const context = new Context(frontend, options, sink);
  const program = lowerProgram(context);
  if (!sink.hasErrors) finishLayouts(context);
  if (sink.hasErrors) return failed();
  after?.("lower", program);
  optimise(program, after === undefined ? {} : { after });
  return { diagnostics: sink.all(), units: emitC(program, { checks: options.checks }), inputs };
}

/** The compiler as a function: sources in, C units or diagnostics out. */
import { emitC } from "../backend-c/index.ts";
import { Abandon, DiagnosticSink } from "../diagnostics/sink.ts";
import { loadProgram, type Frontend } from "../frontend/program.ts";
import { lowerProgram } from "../lower/whole.ts";
import { findEscapes } from "../passes/escape.ts";
import { optimise } from "../passes/index.ts";
import type { Program } from "../ir/ir.ts";
import { Context } from "../sema/context.ts";
import { finishLayouts } from "../sema/layout.ts";
import { resetTypes } from "../sema/types.ts";
import type { CompileOptions, CompileResult, CUnit } from "./interface.ts";

export * from "./interface.ts";
export { statementLines } from "./lines.ts";

/** Called with the name of each stage and the program after it. */
export type StageHook = (stage: string, program: Program) => void;

/** Reports objects on the stack that something keeps after their function has ended. */
function rejectEscapes(context: Context, program: Program): void {
  const unsafe = new Set(
    context.frontend.modules.filter((m) => context.isUnsafe(m)).map((m) => context.sink.path(m)),
  );
  for (const e of findEscapes(program, (at) => unsafe.has(at.file))) {
    const name = e.object.replace(/_\d+$/, "");
    const keeper = program.functions.get(e.how)?.source;
    const how = keeper === undefined ? `it is ${e.how}` : `${keeper} keeps it`;
    context.sink.atLine(
      e.at.file,
      e.at.line,
      "TK3001",
      `\`${name}\` is on the stack of ${e.function} and would outlive it: ${how}; ` +
        "embed it in a longer-lived object, or say @noescape where the callee lets go of it in time",
    );
  }
}

/**
 * Compiles a program to C. Errors in the sources are diagnostics, never exceptions; so is an error of the compiler itself
 * (TK9001), except with a hook: who looks into the stages wants to see where it comes from.
 */
export function compileProgram(options: CompileOptions, after?: StageHook): CompileResult {
  resetTypes();
  const sink = new DiagnosticSink(options.base);
  let frontend: Frontend | null = null;
  const units: CUnit[] = [];
  try {
    frontend = loadProgram(options, sink);
    if (frontend !== null) units.push(...unitsOf(options, sink, frontend, after));
  } catch (error) {
    // A layout that is not possible abandons whatever asked for it; it has been reported.
    if (!(error instanceof Abandon)) {
      if (after !== undefined || !(error instanceof Error)) throw error;
      const isDepth = error instanceof RangeError && error.message.includes("call stack");
      const where = error.stack?.split("\n")[1]?.trim() ?? "?";
      const what = isDepth
        ? "the source is nested too deeply; split its expressions"
        : error.message;
      sink.general("TK9001", `${what} (${where})`);
    }
  }
  return {
    diagnostics: sink.all(),
    units: sink.hasErrors ? [] : units,
    inputs: frontend?.modules.map((m) => m.fileName) ?? [],
    checkedCount: frontend?.checkedCount ?? 0,
  };
}

/** The stages behind the front end; nothing where a stage has reported errors. */
function unitsOf(
  options: CompileOptions,
  sink: DiagnosticSink,
  frontend: Frontend,
  after: StageHook | undefined,
): CUnit[] {
  const context = new Context(frontend, options, sink);
  const program = lowerProgram(context);
  if (!sink.hasErrors) finishLayouts(context);
  if (sink.hasErrors || options.check !== undefined) return [];
  after?.("lower", program);
  rejectEscapes(context, program);
  if (sink.hasErrors) return [];
  const unchecked = options.checks === "none";
  optimise(program, { unchecked, ...(after === undefined ? {} : { after }) });
  return emitC(program, { checks: options.checks });
}

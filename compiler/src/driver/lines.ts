/** Which lines of packages hold code, whether or not a program uses it: what line coverage is a share of. */
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { loadProgram } from "../frontend/program.ts";
import { forEachStatement } from "../ir/walk.ts";
import { lowerProgram } from "../lower/whole.ts";
import { Context } from "../sema/context.ts";
import { resetTypes } from "../sema/types.ts";
import type { CompileOptions } from "./interface.ts";

/**
 * Lines from 1 on which a statement begins, by path relative to `base`, in the packages that `options.check` names. Generic functions count
 * with their instances; those that nothing instantiates have no lines. Sources with errors give what could be lowered.
 */
export function statementLines(options: CompileOptions): Map<string, Set<number>> {
  resetTypes();
  const lines = new Map<string, Set<number>>();
  const sink = new DiagnosticSink(options.base);
  const frontend = loadProgram(options, sink);
  if (frontend === null) return lines;
  const wanted = new Set(options.check);
  for (const fn of lowerProgram(new Context(frontend, options, sink)).functions.values()) {
    if (!wanted.has(fn.package)) continue;
    forEachStatement(fn.body ?? [], ({ op, at }) => {
      if (op === "unreachable") return;
      const known = lines.get(at.file) ?? new Set<number>();
      lines.set(at.file, known.add(at.line));
    });
  }
  return lines;
}

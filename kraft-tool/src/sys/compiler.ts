/** Loads the compiler when the first program is compiled: its front end takes longer to load than all else. */
import type { CompileOptions, CompileResult } from "@typekraft/compiler";

/** Compiles a program to C; the first call loads the compiler. */
export async function compile(options: CompileOptions): Promise<CompileResult> {
  const { compileProgram } = await import("@typekraft/compiler");
  return compileProgram(options);
}

/** Which lines of packages hold code. */
export async function statementLines(options: CompileOptions): Promise<Map<string, Set<number>>> {
  const compiler = await import("@typekraft/compiler");
  return compiler.statementLines(options);
}

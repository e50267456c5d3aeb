/** Loads the compiler when the first program is compiled: its front end takes longer to load than all else. */
import type { CompileOptions, CompileResult } from "@typekraft/compiler";

export async function compile(options: CompileOptions): Promise<CompileResult> {
  const { compileProgram } = await import("@typekraft/compiler");
  return compileProgram(options);
}

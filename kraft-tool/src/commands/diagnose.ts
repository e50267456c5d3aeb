/** Shows the compiler's diagnostics: in tsc's form, with paths from where the user stands, once each. */
import { join } from "node:path";
import type { Diagnostic } from "@typekraft/compiler";
import type { Resolution } from "../resolve/resolve.ts";
import { shownPath } from "../sys/paths.ts";

/** The compiler's code for an API that has no implementation in the program. */
const UNIMPLEMENTED = "TK4001";

/** `file(line,column): error TK2003: message`; editors and people open the file by this text. */
export function formatSourceDiagnostic(diagnostic: Diagnostic, base: string): string {
  const { file, line, column, severity, code, message } = diagnostic;
  const text = `${severity} ${code}: ${message}`;
  if (file === undefined) return text;
  const shown = shownPath(join(base, file));
  return `${shown}(${String(line)},${String(column)}): ${text}`;
}

/** All errors and how many there are; an API without implementation is explained. */
export function errorReport(
  diagnostics: readonly Diagnostic[],
  base: string,
  resolution: Resolution,
): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const lines = [...new Set(errors.map((error) => formatSourceDiagnostic(error, base)))];
  const missing = errors.some(({ code }) => code === UNIMPLEMENTED) ? resolution.unbound : [];
  for (const { api, reason, elsewhere } of missing) {
    const where =
      elsewhere.length === 0
        ? "no library implements it"
        : `only ${elsewhere.join(", ")} implement it`;
    lines.push(
      `note: nothing implements ${api} on ${resolution.target} (${where}); it is there because ${reason}`,
    );
  }
  lines.push(`${String(errors.length)} error${errors.length === 1 ? "" : "s"}`);
  return lines.join("\n");
}

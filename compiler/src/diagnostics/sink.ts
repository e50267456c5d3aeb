/** Collects diagnostics, each once for a place, in the order of files and lines. */
import ts from "typescript";
import { relative } from "node:path";
import type { Diagnostic } from "../driver/interface.ts";
import type { Code } from "./codes.ts";

/** Thrown to give up the function that is being lowered; the diagnostic has been reported. */
export class Abandon extends Error {}

export class DiagnosticSink {
  private readonly found = new Map<string, Diagnostic>();

  constructor(private readonly base: string) {}

  get hasErrors(): boolean {
    return [...this.found.values()].some((d) => d.severity === "error");
  }

  error(node: ts.Node, code: Code, message: string): void {
    const file = node.getSourceFile();
    this.add("error", code, file, node.getStart(file), message);
  }

  /** Reports at an offset in a file, such as within a comment. */
  errorAt(file: ts.SourceFile, position: number, code: Code, message: string): void {
    this.add("error", code, file, position, message);
  }

  /** Reports and gives up the function. */
  fatal(node: ts.Node, code: Code, message: string): never {
    this.error(node, code, message);
    throw new Abandon(message);
  }

  /** An error found in the IR, which knows lines only. */
  atLine(file: string, line: number, code: Code, message: string): void {
    const key = `${file}:${String(line)}:${message}`;
    this.found.set(key, { code, severity: "error", file, line, column: 1, message });
  }

  /** An error that belongs to no place in a file. */
  general(code: Code, message: string): void {
    this.found.set(`${code}:${message}`, { code, severity: "error", line: 1, column: 1, message });
  }

  fromTsc(diagnostic: ts.Diagnostic): void {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const code = `TS${String(diagnostic.code)}`;
    const severity = diagnostic.category === ts.DiagnosticCategory.Error ? "error" : "warning";
    if (diagnostic.file === undefined || diagnostic.start === undefined) {
      this.found.set(`${code}:${message}`, { code, severity, line: 1, column: 1, message });
    } else {
      this.add(severity, code, diagnostic.file, diagnostic.start, message);
    }
  }

  /** The path as diagnostics show it. */
  path(file: ts.SourceFile): string {
    const path = relative(this.base, file.fileName);
    return path.startsWith("../../..") ? file.fileName : path;
  }

  all(): Diagnostic[] {
    return [...this.found.values()].sort(
      (a, b) =>
        (a.file ?? "").localeCompare(b.file ?? "") || a.line - b.line || a.column - b.column,
    );
  }

  private add(
    severity: "error" | "warning",
    code: string,
    file: ts.SourceFile,
    position: number,
    message: string,
  ): void {
    const { line, character } = file.getLineAndCharacterOfPosition(position);
    const path = this.path(file);
    const key = `${path}:${String(position)}:${code}`;
    if (this.found.has(key)) return;
    this.found.set(key, {
      code,
      severity,
      file: path,
      line: line + 1,
      column: character + 1,
      message,
    });
  }
}

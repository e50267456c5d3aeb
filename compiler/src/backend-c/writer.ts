/**
 * Output lines with `#line` directives: the C compiler, and through it debuggers, sanitizers and backtraces, believe that
 * every statement stands where the TypeScript says. A directive is written only where the next line would otherwise be
 * counted wrongly, and statements of one source line share one output line.
 */
import type { Location } from "../ir/ir.ts";
import { textLiteral } from "./names.ts";

export class Writer {
  private readonly lines: string[] = [];
  private file = "";
  /** What the C compiler takes for the number of the next line; 0 before the first directive. */
  private next = 0;
  private depth = 0;
  /** The last line holds complete statements only, and another of the same place may follow in it. */
  private open = false;
  private last: Location | null = null;

  /** A complete simple statement. */
  statement(at: Location, text: string): void {
    if (
      this.open &&
      this.last !== null &&
      this.last.line === at.line &&
      this.last.file === at.file
    ) {
      this.lines.push(`${this.lines.pop() ?? ""} ${text}`);
      return;
    }
    this.line(at, text);
    this.open = true;
    this.last = at;
  }

  /** A line of its own that belongs to this place. */
  line(at: Location, text: string): void {
    if (this.file !== at.file) {
      this.lines.push(`#line ${String(at.line)} ${textLiteral(at.file)}`);
    } else if (this.next !== at.line) {
      this.lines.push(`#line ${String(at.line)}`);
    }
    this.file = at.file;
    this.next = at.line;
    this.push(text);
  }

  /** A line wherever it stands: braces, declarations. */
  plain(text: string): void {
    this.push(text);
  }

  indent(): void {
    this.depth += 1;
    this.open = false;
  }

  outdent(): void {
    this.depth -= 1;
    this.open = false;
  }

  text(): string {
    return this.lines.join("\n");
  }

  private push(text: string): void {
    this.lines.push("  ".repeat(Math.min(this.depth, 40)) + text);
    this.next += 1;
    this.open = false;
  }
}

/**
 * Splits Kconfig text into logical lines of tokens.
 *
 * Kconfig is line-oriented: a statement ends with its line (a backslash continues it), and help text is told from
 * statements by its indentation only. So the lexer keeps the indentation of every line, and hands out help text whole.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Kconfig syntax" and "Menu attributes".
 */
import { KraftError } from "../diagnostics/error.ts";

export type TokenKind = "word" | "string" | "operator";

/** A word, text or operator of a line. */
export interface Token {
  readonly kind: TokenKind;
  /** Strings without their quotes, with escapes undone. */
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** The tokens of a logical line. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly tokens: readonly Token[];
}

const OPERATORS = ["&&", "||", "!=", "<=", ">=", "=", "<", ">", "!", "(", ")"] as const;
const TAB_WIDTH = 8;

/** Hands out the lines of one file, one after the other. */
export class KconfigLexer {
  private readonly lines: readonly string[];
  private next = 0;
  readonly file: string;

  constructor(text: string, file: string) {
    this.lines = text.split(/\r?\n/);
    this.file = file;
  }

  /** The next line that is neither blank nor only a comment; undefined at the end. */
  line(): Line | undefined {
    while (this.next < this.lines.length) {
      const number = this.next + 1;
      const tokens = this.tokens(this.logicalLine(), number);
      if (tokens.length > 0) return { number, tokens };
    }
    return undefined;
  }

  /**
   * The help text that follows: all lines indented at least as far as its first one, blank lines among them included.
   * Its own indentation is taken off.
   */
  helpText(): string {
    const text: string[] = [];
    let indentation = -1;
    for (; this.next < this.lines.length; this.next++) {
      const line = this.lines[this.next] ?? "";
      const blank = line.trim() === "";
      const indent = indentOf(line);
      if (!blank && indentation < 0) indentation = indent;
      if (!blank && (indent < indentation || indent === 0)) break;
      text.push(blank ? "" : " ".repeat(indent - indentation) + line.trim());
    }
    return text.join("\n").trim();
  }

  /** An error at a token of a line. */
  error(code: string, line: number, column: number, what: string, next: string): KraftError {
    return new KraftError({ code, what, next, place: { file: this.file, line, column } });
  }

  private logicalLine(): string {
    let line = this.lines[this.next++] ?? "";
    while (line.endsWith("\\") && this.next < this.lines.length) {
      // One blank stands for the backslash, so that columns of the first line stay right.
      line = `${line.slice(0, -1)} ${this.lines[this.next++] ?? ""}`;
    }
    return line;
  }

  private tokens(line: string, number: number): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    while (at < line.length) {
      const column = at + 1;
      const character = line.charAt(at);
      if (character === "#") break;
      if (/\s/.test(character)) {
        at++;
      } else if (character === '"' || character === "'") {
        const [text, end] = this.quoted(line, at, number);
        tokens.push({ kind: "string", text, column });
        at = end;
      } else {
        const operator = OPERATORS.find((text) => line.startsWith(text, at));
        const text = operator ?? /^[A-Za-z0-9_./-]+/.exec(line.slice(at))?.[0];
        if (text === undefined) {
          throw this.error(
            "KR3001",
            number,
            column,
            `unexpected character "${character}"`,
            "remove it or quote the text",
          );
        }
        tokens.push({ kind: operator === undefined ? "word" : "operator", text, column });
        at += text.length;
      }
    }
    return tokens;
  }

  /** The text in quotes at `start`, and the index behind the closing quote. */
  private quoted(line: string, start: number, number: number): [string, number] {
    const quote = line.charAt(start);
    let text = "";
    for (let at = start + 1; at < line.length; at++) {
      const character = line.charAt(at);
      if (character === quote) return [text, at + 1];
      if (character === "\\" && at + 1 < line.length) at++;
      text += line.charAt(at);
    }
    throw this.error(
      "KR3002",
      number,
      start + 1,
      "the quoted text has no end",
      `close it with ${quote} on the same line`,
    );
  }
}

function indentOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === " ") width++;
    else if (character === "\t") width += TAB_WIDTH - (width % TAB_WIDTH);
    else break;
  }
  return width;
}

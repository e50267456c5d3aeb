/**
 * Splits a Kconfig file into logical lines of tokens, with macros expanded.
 *
 * The language is line-oriented: a statement ends with its line, a backslash continues it, and help text is told from
 * statements by its indentation only. An expanded macro stays part of the word or quoted text it stands in.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Kconfig syntax"; kconfig-macro-language.rst, "Caveats".
 */
import { KraftError } from "../diagnostics/error.ts";
import type { Place } from "../diagnostics/error.ts";
import type { MacroProcessor } from "./macro.ts";

/** A word, text or operator of a line. */
export interface ScannedToken {
  readonly kind: "word" | "string" | "operator";
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** The tokens of a logical line, read from left to right. */
export class TokenLine {
  readonly tokens: readonly ScannedToken[];
  readonly place: Place;
  private index = 0;

  constructor(tokens: readonly ScannedToken[], place: Place) {
    this.tokens = tokens;
    this.place = place;
  }

  /** The first word, empty where the line begins otherwise. */
  get keyword(): string {
    const first = this.tokens[0];
    return first?.kind === "word" ? first.text : "";
  }

  peek(): ScannedToken | undefined {
    return this.tokens[this.index];
  }

  next(): ScannedToken | undefined {
    return this.tokens[this.index++];
  }

  /** Takes the token if it is this word or operator. */
  accept(text: string): boolean {
    const token = this.tokens[this.index];
    if (token === undefined || token.kind === "string" || token.text !== text) return false;
    this.index++;
    return true;
  }

  /** The next token, which must exist. */
  take(expected: string): ScannedToken {
    const token = this.next();
    if (token !== undefined) return token;
    const last = this.tokens.at(-1);
    const column = last === undefined ? 1 : last.column + last.text.length;
    throw new KraftError({
      code: "KR3003",
      what: `${expected} is missing`,
      next: "complete the line",
      place: { ...this.place, column },
    });
  }

  /** Nothing may follow. */
  end(): void {
    const token = this.peek();
    if (token !== undefined) throw this.unexpected(token);
  }

  unexpected(token: ScannedToken): KraftError {
    return new KraftError({
      code: "KR3005",
      what: `unexpected "${token.text}"`,
      next: "see the line's syntax in the Kconfig language",
      place: this.at(token),
    });
  }

  at(token: ScannedToken): Place {
    return { file: this.place.file, line: this.place.line, column: token.column };
  }
}

const TOKEN = /[ \t\r\f]+|(&&|\|\||!=|<=|>=|[=<>!()])|([A-Za-z0-9_./-]+)/y;
const WORD_PART = /[A-Za-z0-9_./-]+/y;
const ASSIGNMENT = /^[ \t]*((?:[A-Za-z0-9_-]|\$\([^=()]*\))+)[ \t]*(=|:=|\+=)[ \t]*(.*)$/;
const TAB_WIDTH = 8;

/** Hands out the lines of one file, one after the other. */
export class KconfigScanner {
  readonly file: string;
  private readonly lines: readonly string[];
  private readonly macros: MacroProcessor;
  private nextLine = 0;

  constructor(text: string, file: string, macros: MacroProcessor) {
    this.file = file;
    this.macros = macros;
    this.lines = text.split(/\r?\n/);
  }

  /** The next line that is a statement or an attribute; assignments are done on the way. Undefined at the end. */
  line(): TokenLine | undefined {
    while (this.nextLine < this.lines.length) {
      const place = { file: this.file, line: this.nextLine + 1, column: 1 };
      const text = this.logicalLine();
      if (this.assignment(text, place)) continue;
      const tokens = this.tokens(text, place);
      if (tokens.length > 0) return new TokenLine(tokens, place);
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
    for (; this.nextLine < this.lines.length; this.nextLine++) {
      const line = this.lines[this.nextLine] ?? "";
      const words = line.trim();
      const indent = words === "" ? 0 : indentOf(line);
      if (words !== "") {
        if (indentation < 0) indentation = indent;
        if (indent < indentation || indent === 0) break;
      }
      text.push(words === "" ? "" : " ".repeat(indent - indentation) + words);
    }
    return text.join("\n").replace(/^\n+|\n+$/g, "");
  }

  private logicalLine(): string {
    let line = this.lines[this.nextLine++] ?? "";
    if (!line.endsWith("\\")) return line;
    const parts: string[] = [];
    while (line.endsWith("\\") && this.nextLine < this.lines.length) {
      // One blank stands for the backslash, so that columns of the first line stay right.
      parts.push(`${line.slice(0, -1)} `);
      line = this.lines[this.nextLine++] ?? "";
    }
    return parts.join("") + line;
  }

  private assignment(text: string, place: Place): boolean {
    if (!text.includes("=")) return false;
    const found = ASSIGNMENT.exec(text);
    if (found === null) return false;
    const [, name = "", operator = "", value = ""] = found;
    this.macros.assign(this.macros.expand(name, place), operator, value, place);
    return true;
  }

  private tokens(line: string, place: Place): ScannedToken[] {
    const tokens: ScannedToken[] = [];
    let at = 0;
    while (at < line.length) {
      const character = line.charAt(at);
      const column = at + 1;
      if (character === "#") break;
      if (character === '"' || character === "'") {
        const [text, end] = this.quoted(line, at, place);
        tokens.push({ kind: "string", text, column });
        at = end;
        continue;
      }
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(line);
      if (found !== null && TOKEN.lastIndex > at && line.charAt(TOKEN.lastIndex) !== "$") {
        const [, operator, word] = found;
        if (operator !== undefined) tokens.push({ kind: "operator", text: operator, column });
        else if (word !== undefined) tokens.push({ kind: "word", text: word, column });
        at = TOKEN.lastIndex;
        continue;
      }
      if (found !== null && found[2] === undefined) {
        if (found[1] !== undefined) tokens.push({ kind: "operator", text: found[1], column });
        at += found[0].length;
        continue;
      }
      const [text, end] = this.expandedWord(line, at, place);
      // A macro that expands to nothing is no token: `$(warning-if,…)` may stand alone.
      if (text !== "") tokens.push({ kind: "word", text, column });
      at = end;
    }
    return tokens;
  }

  /** A word with references in it, and the index behind it. */
  private expandedWord(line: string, start: number, place: Place): [string, number] {
    let text = "";
    let at = start;
    for (;;) {
      WORD_PART.lastIndex = at;
      const plain = WORD_PART.exec(line)?.[0] ?? "";
      text += plain;
      at += plain.length;
      if (!line.startsWith("$(", at)) break;
      const end = this.referenceEnd(line, at, place);
      text += this.macros.expand(line.slice(at, end), place);
      at = end;
    }
    if (at > start) return [text, at];
    throw new KraftError({
      code: "KR3001",
      what: `unexpected character "${line.charAt(at)}"`,
      next: "remove it or quote the text",
      place: { ...place, column: at + 1 },
    });
  }

  private referenceEnd(line: string, start: number, place: Place): number {
    let open = 0;
    for (let at = start + 2; at < line.length; at++) {
      if (line.charAt(at) === "(") open++;
      else if (line.charAt(at) === ")" && open-- === 0) return at + 1;
    }
    throw new KraftError({
      code: "KR3040",
      what: "this reference has no end",
      next: "close it with `)`",
      place: { ...place, column: start + 1 },
    });
  }

  /** The text in quotes at `start`, and the index behind the closing quote. */
  private quoted(line: string, start: number, place: Place): [string, number] {
    const quote = line.charAt(start);
    let text = "";
    let at = start + 1;
    while (at < line.length) {
      const character = line.charAt(at);
      if (character === quote) return [text, at + 1];
      if (character === "$" && line.charAt(at + 1) === "(") {
        const end = this.referenceEnd(line, at, place);
        text += this.macros.expand(line.slice(at, end), place);
        at = end;
        continue;
      }
      if (character === "\\" && at + 1 < line.length) at++;
      text += line.charAt(at++);
    }
    throw new KraftError({
      code: "KR3002",
      what: "the quoted text has no end",
      next: `close it with ${quote} on the same line`,
      place: { ...place, column: start + 1 },
    });
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

/**
 * Parses expressions of Kconfig: `!` binds tightest, then comparisons, `&&`, `||`.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu dependencies".
 */
import type { KconfigLexer, Line, Token } from "./lexer.ts";
import type { Expression } from "./syntax.ts";

const COMPARISONS = ["=", "!=", "<", "<=", ">", ">="] as const;
/** No file written by people nests deeper; the limit keeps hostile input from exhausting the stack. */
const MAXIMUM_DEPTH = 64;

/** Reads the tokens of one line from left to right. */
export class LineReader {
  private index: number;
  private depth = 0;
  private readonly lexer: KconfigLexer;
  readonly line: Line;

  constructor(lexer: KconfigLexer, line: Line, from: number) {
    this.lexer = lexer;
    this.line = line;
    this.index = from;
  }

  peek(): Token | undefined {
    return this.line.tokens[this.index];
  }

  /** The next token, which must exist. */
  take(expected: string): Token {
    const token = this.peek();
    if (token === undefined) {
      const last = this.line.tokens.at(-1);
      const column = last === undefined ? 1 : last.column + last.text.length;
      throw this.lexer.error(
        "KR3003",
        this.line.number,
        column,
        `${expected} is missing`,
        "complete the line",
      );
    }
    this.index++;
    return token;
  }

  /** Takes the token if it is this word or operator. */
  accept(text: string): boolean {
    const token = this.peek();
    if (token === undefined || token.kind === "string" || token.text !== text) return false;
    this.index++;
    return true;
  }

  /** The condition behind `if`, where there is one; nothing may follow. */
  condition(): Expression | undefined {
    const found = this.accept("if") ? this.expression() : undefined;
    this.end();
    return found;
  }

  end(): void {
    const token = this.peek();
    if (token !== undefined) throw this.unexpected(token);
  }

  expression(): Expression {
    let left = this.conjunction();
    while (this.accept("||")) left = { kind: "or", left, right: this.conjunction() };
    return left;
  }

  /** A symbol or constant, as `default` and `range` have them. */
  value(): Expression {
    const token = this.take("a value");
    if (token.kind === "operator") throw this.unexpected(token);
    const isSymbol = token.kind === "word" && /^[A-Z][A-Z0-9_]*$/.test(token.text);
    return isSymbol ? { kind: "symbol", name: token.text } : { kind: "text", value: token.text };
  }

  private conjunction(): Expression {
    let left = this.comparison();
    while (this.accept("&&")) left = { kind: "and", left, right: this.comparison() };
    return left;
  }

  private comparison(): Expression {
    const left = this.unary();
    const operator = COMPARISONS.find((text) => this.accept(text));
    return operator === undefined ? left : { kind: "compare", operator, left, right: this.unary() };
  }

  private unary(): Expression {
    const token = this.peek();
    if (++this.depth > MAXIMUM_DEPTH) {
      throw this.lexer.error(
        "KR3004",
        this.line.number,
        token?.column ?? 1,
        "the expression is nested too deeply",
        "simplify it",
      );
    }
    let result: Expression;
    if (this.accept("!")) result = { kind: "not", operand: this.unary() };
    else if (this.accept("(")) {
      result = this.expression();
      const close = this.take("`)`");
      if (close.kind !== "operator" || close.text !== ")") throw this.unexpected(close);
    } else result = this.value();
    this.depth--;
    return result;
  }

  private unexpected(token: Token): Error {
    const what = `unexpected "${token.text}"`;
    return this.lexer.error(
      "KR3005",
      this.line.number,
      token.column,
      what,
      "see the line's syntax in the Kconfig language",
    );
  }
}

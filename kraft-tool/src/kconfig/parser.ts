/**
 * Parses the part of the Kconfig language that the libraries use: `config` with types, prompts, defaults, ranges,
 * dependencies, selections and help, `menu` and `if`, whose
 * dependencies hold for all within. Every other statement of the language fails by name instead of being skipped.
 * Source: Linux Documentation/kbuild/kconfig-language.rst.
 */
import { suggestion } from "../diagnostics/suggest.ts";
import { LineReader } from "./expression.ts";
import { KconfigLexer } from "./lexer.ts";
import type { Line } from "./lexer.ts";
import type { Default, Expression, Range, Select, SymbolDefinition, SymbolType } from "./syntax.ts";

const TYPES: readonly SymbolType[] = ["bool", "int", "hex", "string"];
const STATEMENTS = ["config", "menu", "endmenu", "if", "endif"];
const ATTRIBUTES = [
  ...TYPES,
  "prompt",
  "default",
  "def_bool",
  "range",
  "depends",
  "select",
  "help",
];
/** Statements and attributes of the full language that are not understood yet. */
const UNSUPPORTED = [
  "menuconfig",
  "choice",
  "endchoice",
  "comment",
  "source",
  "osource",
  "rsource",
  "orsource",
  "mainmenu",
  "tristate",
  "def_tristate",
  "imply",
  "visible",
  "option",
  "modules",
  "optional",
  "transitional",
];

/** The symbols defined by a Kconfig file. Throws `KraftError` at the first mistake. */
export function parseKconfig(text: string, file: string): SymbolDefinition[] {
  return new KconfigParser(new KconfigLexer(text, file)).file();
}

class KconfigParser {
  private readonly lexer: KconfigLexer;
  private pending: Line | undefined;
  /** The menus and conditions that we are in. */
  private readonly blocks: {
    readonly keyword: "menu" | "if";
    readonly dependsOn: Expression[];
    readonly line: number;
  }[] = [];

  constructor(lexer: KconfigLexer) {
    this.lexer = lexer;
    this.pending = lexer.line();
  }

  file(): SymbolDefinition[] {
    const symbols: SymbolDefinition[] = [];
    const places = new Map<string, number>();
    while (this.pending !== undefined) {
      if (this.block(this.pending)) continue;
      const symbol = this.definition(this.pending);
      const earlier = places.get(symbol.name);
      if (earlier !== undefined) {
        const what = `${symbol.name} is defined twice, first in line ${String(earlier)}`;
        throw this.lexer.error(
          "KR3006",
          symbol.place.line,
          symbol.place.column,
          what,
          "remove one of the two",
        );
      }
      places.set(symbol.name, symbol.place.line);
      symbols.push(symbol);
    }
    const open = this.blocks.at(-1);
    if (open === undefined) return symbols;
    const [what, next] = [
      `this ${open.keyword} has no end`,
      `close it with \`end${open.keyword}\``,
    ];
    throw this.lexer.error("KR3011", open.line, 1, what, next);
  }

  /** Enters or leaves a menu or condition; whether the line was about one. */
  private block(line: Line): boolean {
    const reader = this.reader(line);
    for (const keyword of ["menu", "if"] as const) {
      if (reader.accept(`end${keyword}`)) {
        reader.end();
        this.leave(keyword, line);
        return true;
      }
      if (!reader.accept(keyword)) continue;
      const dependsOn: Expression[] = [];
      if (keyword === "if") dependsOn.push(reader.expression());
      else reader.take("the title of the menu");
      reader.end();
      this.blocks.push({ keyword, dependsOn, line: line.number });
      this.advance();
      if (keyword === "menu") this.menuDependencies(dependsOn);
      return true;
    }
    return false;
  }

  private leave(keyword: "menu" | "if", line: Line): void {
    if (this.blocks.pop()?.keyword !== keyword) {
      const what = `there is no ${keyword} to end here`;
      throw this.lexer.error("KR3011", line.number, 1, what, "remove the line");
    }
    this.advance();
  }

  private menuDependencies(into: Expression[]): void {
    for (let next = this.pending; next?.tokens[0]?.text === "depends"; next = this.pending) {
      into.push(this.dependency(next, this.reader(next)));
      this.advance();
    }
  }

  /** The expression of `depends on …`. */
  private dependency(line: Line, reader: LineReader): Expression {
    reader.accept("depends");
    const on = reader.take("`on`");
    if (on.text !== "on") throw this.unknown(line, on.text, on.column, ["on"]);
    const expression = reader.expression();
    reader.end();
    return expression;
  }

  private definition(line: Line): SymbolDefinition {
    const reader = this.reader(line);
    const keyword = reader.take("a statement");
    if (keyword.text !== "config")
      throw this.unknown(line, keyword.text, keyword.column, STATEMENTS);
    const name = reader.take("the name of the symbol");
    if (!/^[A-Z][A-Z0-9_]*$/.test(name.text)) {
      throw this.lexer.error(
        "KR3007",
        line.number,
        name.column,
        `"${name.text}" is no symbol name`,
        "use capitals, digits and `_`",
      );
    }
    reader.end();
    const parts = new SymbolParts();
    this.advance();
    while (this.pending !== undefined && !STATEMENTS.includes(this.pending.tokens[0]?.text ?? ""))
      this.attribute(this.pending, parts);
    if (parts.type === undefined) {
      throw this.lexer.error(
        "KR3008",
        line.number,
        name.column,
        `${name.text} has no type`,
        "add bool, int, hex or string",
      );
    }
    return {
      name: name.text,
      type: parts.type,
      prompt: parts.prompt,
      defaults: parts.defaults,
      ranges: parts.ranges,
      dependsOn: [...this.blocks.flatMap((block) => block.dependsOn), ...parts.dependsOn],
      selects: parts.selects,
      help: parts.help,
      place: { file: this.lexer.file, line: line.number, column: name.column },
    };
  }

  private attribute(line: Line, parts: SymbolParts): void {
    const reader = this.reader(line);
    const keyword = reader.take("an attribute");
    const type = TYPES.find((known) => known === keyword.text);
    if (type !== undefined) {
      parts.type = type;
      if (reader.peek()?.kind === "string") parts.prompt = reader.take("the prompt").text;
      const condition = reader.condition();
      if (condition !== undefined) parts.dependsOn.push(condition);
    } else if (keyword.text === "prompt") {
      parts.prompt = reader.take("the prompt").text;
      reader.end();
    } else if (keyword.text === "default" || keyword.text === "def_bool") {
      if (keyword.text === "def_bool") parts.type = "bool";
      parts.defaults.push({ value: reader.value(), condition: reader.condition() });
    } else if (keyword.text === "range") {
      parts.ranges.push({
        low: reader.value(),
        high: reader.value(),
        condition: reader.condition(),
      });
    } else if (keyword.text === "depends") {
      parts.dependsOn.push(this.dependency(line, reader));
    } else if (keyword.text === "select") {
      const symbol = reader.take("the symbol to select").text;
      parts.selects.push({ symbol, condition: reader.condition() });
    } else if (keyword.text === "help") {
      reader.end();
      parts.help = this.lexer.helpText();
    } else throw this.unknown(line, keyword.text, keyword.column, ATTRIBUTES);
    this.advance();
  }

  private unknown(line: Line, text: string, column: number, known: readonly string[]): Error {
    if (UNSUPPORTED.includes(text)) {
      const what = `"${text}" of the Kconfig language is not supported yet`;
      return this.lexer.error(
        "KR3009",
        line.number,
        column,
        what,
        `write it with ${ATTRIBUTES.join(", ")}`,
      );
    }
    return this.lexer.error(
      "KR3010",
      line.number,
      column,
      `unknown word "${text}"`,
      suggestion(text, known),
    );
  }

  private reader(line: Line): LineReader {
    return new LineReader(this.lexer, line, 0);
  }

  private advance(): void {
    this.pending = this.lexer.line();
  }
}

/** The attributes of a symbol while they are collected. */
class SymbolParts {
  type: SymbolType | undefined;
  prompt: string | undefined;
  help = "";
  readonly defaults: Default[] = [];
  readonly ranges: Range[] = [];
  readonly dependsOn: Expression[] = [];
  readonly selects: Select[] = [];
}

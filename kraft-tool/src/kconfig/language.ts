/**
 * Parses a Kconfig tree: the statements of all its files, as one menu of nodes.
 *
 * A file is a list of statements; a block (`menu`, `choice`, `if`) ends in the file it begins in. The attributes of an
 * entry are the lines behind it up to the next statement, whatever their indentation.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu structure", "Kconfig syntax", "Kconfig hints".
 */
import { KraftError } from "../diagnostics/error.ts";
import type { Place } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import { ATTRIBUTE_NAMES, AttributeParser } from "./attributes.ts";
import { ConditionParser } from "./condition.ts";
import { finalize } from "./finalize.ts";
import type { KconfigHost } from "./host.ts";
import { MacroProcessor } from "./macro.ts";
import { KconfigSymbol, KconfigTree, MenuNode } from "./model.ts";
import { KconfigScanner } from "./scanner.ts";
import type { TokenLine } from "./scanner.ts";
import { SourceFinder } from "./sources.ts";

const STATEMENTS = [
  "config",
  "menuconfig",
  "choice",
  "endchoice",
  "menu",
  "endmenu",
  "if",
  "endif",
  "comment",
  "mainmenu",
  "source",
  "osource",
  "rsource",
  "orsource",
];
const SOURCES = ["source", "osource", "rsource", "orsource"];
const ENDS: Readonly<Record<string, string>> = {
  endmenu: "menu",
  endif: "if",
  endchoice: "choice",
};
/** Blocks within blocks; the limit keeps hostile input from exhausting the stack. */
const MAXIMUM_NESTING = 200;

/**
 * Reads the tree whose first file is `file`. Throws `KraftError` at the first mistake. Warnings, such as two types of a
 * symbol, are in the result.
 */
export function readKconfig(file: string, host: KconfigHost): KconfigTree {
  const tree = new KconfigTree(file);
  const parser = new KconfigFileParser(tree, host);
  parser.file({ file, line: 1, column: 1 }, "source", file);
  finalize(tree);
  return tree;
}

class KconfigFileParser {
  private readonly tree: KconfigTree;
  private readonly macros: MacroProcessor;
  private readonly sources: SourceFinder;
  private readonly attributes: AttributeParser;
  private readonly scanners: KconfigScanner[] = [];
  private pending: TokenLine | undefined;
  private parent: MenuNode;
  private nesting = 0;

  constructor(tree: KconfigTree, host: KconfigHost) {
    this.tree = tree;
    this.parent = tree.root;
    this.macros = new MacroProcessor(host, (text, place) => tree.warnings.push({ place, text }));
    this.sources = new SourceFinder(tree, host);
    this.attributes = new AttributeParser(tree, host, this.macros);
  }

  /** The files that a source statement at `place` means. */
  file(place: Place, statement: string, path: string): void {
    for (const { file, text } of this.sources.open(place, statement, path)) {
      const earlier = this.pending;
      this.scanners.push(new KconfigScanner(text, file, this.macros));
      this.advance();
      this.statements(undefined);
      this.scanners.pop();
      this.sources.close();
      this.pending = earlier;
    }
  }

  /** Statements up to the end of the block that `block` began, or of the file. */
  private statements(block: MenuNode | undefined): void {
    if (++this.nesting > MAXIMUM_NESTING) {
      throw this.failure("KR3012", this.parent.place, "the blocks are nested too deeply", {
        next: `at most ${String(MAXIMUM_NESTING)} are possible`,
      });
    }
    for (let line = this.pending; line !== undefined; line = this.pending) {
      const ended = ENDS[line.keyword];
      if (ended !== undefined) {
        if (block?.kind !== ended) {
          const hint = block === undefined ? "" : `, but the ${block.kind} of line ${at(block)}`;
          throw this.failure("KR3011", line.place, `there is no ${ended} to end here${hint}`, {
            next: block === undefined ? "remove the line" : `write \`end${block.kind}\``,
          });
        }
        line.next();
        line.end();
        this.advance();
        this.nesting--;
        return;
      }
      this.statement(line);
    }
    if (block !== undefined) {
      throw this.failure("KR3011", block.place, `this ${block.kind} has no end`, {
        next: `close it with \`end${block.kind}\` in the same file`,
      });
    }
    this.nesting--;
  }

  private statement(line: TokenLine): void {
    const { keyword } = line;
    if (this.parent.kind === "choice" && ["menu", "choice", "mainmenu"].includes(keyword)) {
      throw this.failure("KR3013", line.place, `a ${keyword} cannot be in a choice`, {
        next: "close the choice first with `endchoice`",
      });
    }
    line.next();
    if (keyword === "config" || keyword === "menuconfig") this.config(line);
    else if (keyword === "choice") this.choice(line);
    else if (keyword === "menu") this.menu(line);
    else if (keyword === "comment") this.comment(line);
    else if (keyword === "if") this.condition(line);
    else if (keyword === "mainmenu") this.mainmenu(line);
    else if (SOURCES.includes(keyword)) this.source(line);
    else throw this.unknown(line);
  }

  private config(line: TokenLine): void {
    const isMenuconfig = line.keyword === "menuconfig";
    const name = line.take("the name of the symbol");
    if (name.kind !== "word" || !/^[A-Za-z0-9_]+$/.test(name.text) || /^[ymn]$/.test(name.text)) {
      throw this.failure("KR3007", line.at(name), `"${name.text}" is no symbol name`, {
        next: "use capitals, digits and `_`",
      });
    }
    line.end();
    const symbol = this.tree.lookup(name.text);
    if (!symbol.isDefined) this.tree.defined.push(symbol);
    const node = this.node("symbol", line.at(name), symbol);
    node.isMenuconfig = isMenuconfig;
    symbol.nodes.push(node);
    this.attributeLines(node);
  }

  private choice(line: TokenLine): void {
    const name = line.peek() === undefined ? "" : line.take("a name").text;
    line.end();
    const earlier = name === "" ? undefined : this.tree.choices.find((it) => it.name === name);
    const symbol = earlier ?? new KconfigSymbol(name, true);
    if (earlier === undefined) this.tree.choices.push(symbol);
    const node = this.node("choice", line.place, symbol);
    symbol.nodes.push(node);
    this.attributeLines(node);
    this.within(node);
  }

  private menu(line: TokenLine): void {
    const node = this.node("menu", line.place);
    this.title(line, node, "the title of the menu");
    this.attributeLines(node);
    this.within(node);
  }

  private comment(line: TokenLine): void {
    const node = this.node("comment", line.place);
    this.title(line, node, "the text of the comment");
    this.attributeLines(node);
  }

  private condition(line: TokenLine): void {
    const node = this.node("if", line.place);
    node.dependency = new ConditionParser(this.tree, line).expression();
    line.end();
    this.advance();
    this.within(node);
  }

  private mainmenu(line: TokenLine): void {
    const title = line.take("the title");
    if (title.kind !== "string") throw line.unexpected(title);
    line.end();
    this.tree.title = title.text;
    this.advance();
  }

  private source(line: TokenLine): void {
    const path = line.take("the path of a file");
    if (path.kind === "operator") throw line.unexpected(path);
    line.end();
    this.file(line.place, line.keyword, path.text);
    this.advance();
  }

  private title(line: TokenLine, node: MenuNode, expected: string): void {
    const title = line.take(expected);
    if (title.kind === "operator") throw line.unexpected(title);
    line.end();
    node.prompt = { node, place: line.place, text: title.text, condition: undefined };
  }

  private within(node: MenuNode): void {
    const { parent } = this;
    this.parent = node;
    this.statements(node);
    this.parent = parent;
  }

  /** The attributes of the node, and its line of the menu that they come from. */
  private attributeLines(node: MenuNode): void {
    this.advance();
    for (let line = this.pending; line !== undefined; line = this.pending) {
      if (STATEMENTS.includes(line.keyword) || line.keyword in ENDS) {
        // `if` and `menu` begin statements; everything else that is known is an attribute.
        break;
      }
      const scanner = this.scanners.at(-1);
      if (scanner === undefined || !this.attributes.attribute(line, node, scanner)) {
        throw this.unknown(line);
      }
      this.advance();
    }
  }

  private node(kind: MenuNode["kind"], place: Place, symbol?: KconfigSymbol): MenuNode {
    const node = new MenuNode(kind, place, this.parent, symbol);
    this.parent.children.push(node);
    return node;
  }

  private unknown(line: TokenLine): KraftError {
    const [first] = line.tokens;
    if (first === undefined || first.kind !== "word") {
      return first === undefined
        ? this.failure("KR3005", line.place, "the line is empty", {})
        : line.unexpected(first);
    }
    const known = [...STATEMENTS, ...ATTRIBUTE_NAMES];
    const isAttribute = ATTRIBUTE_NAMES.includes(first.text);
    return this.failure("KR3010", line.at(first), `unknown word "${first.text}"`, {
      ...(isAttribute ? { why: "this entry has no such attribute" } : {}),
      next: isAttribute ? "see the attributes of this entry" : suggestion(first.text, known),
    });
  }

  private failure(
    code: string,
    place: Place,
    what: string,
    more: { why?: string; next?: string },
  ): KraftError {
    return new KraftError({ code, what, place, ...more });
  }

  private advance(): void {
    this.pending = this.scanners.at(-1)?.line();
  }
}

function at(node: MenuNode): string {
  return String(node.place.line);
}

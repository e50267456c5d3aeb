/**
 * Parses the attributes of entries: type, prompt, defaults, dependencies, selections, ranges, visibility, help.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu attributes".
 */
import { KraftError } from "../diagnostics/error.ts";
import { ConditionParser } from "./condition.ts";
import type { KconfigHost } from "./host.ts";
import type { MacroProcessor } from "./macro.ts";
import { and } from "./model.ts";
import type { KconfigSymbol, KconfigTree, KconfigType, MenuNode } from "./model.ts";
import type { KconfigScanner, TokenLine } from "./scanner.ts";

const TYPES: readonly string[] = ["bool", "tristate", "int", "hex", "string"];

export const ATTRIBUTE_NAMES = [
  ...TYPES,
  "boolean",
  "def_bool",
  "def_tristate",
  "prompt",
  "default",
  "depends",
  "select",
  "imply",
  "range",
  "visible",
  "help",
  "modules",
  "optional",
  "option",
];

/** Lines `depends on` and `visible if` of one entry; more would make conditions too deep to compute. */
const MAXIMUM_CONDITIONS = 200;

/** Adds attributes to nodes and their symbols. */
export class AttributeParser {
  private readonly tree: KconfigTree;
  private readonly host: KconfigHost;
  private readonly macros: MacroProcessor;
  private readonly conditions = new Map<MenuNode, number>();

  constructor(tree: KconfigTree, host: KconfigHost, macros: MacroProcessor) {
    this.tree = tree;
    this.host = host;
    this.macros = macros;
  }

  /** Handles the line if it is an attribute that this kind of node has; says whether it was. */
  attribute(line: TokenLine, node: MenuNode, scanner: KconfigScanner): boolean {
    const { keyword } = line;
    line.next();
    if (keyword === "depends") this.depends(line, node);
    else if (keyword === "visible" && node.kind === "menu") this.visible(line, node);
    else if ((keyword === "help" || isOldHelp(line)) && node.kind !== "if") {
      node.help = scanner.helpText();
    } else if (node.symbol === undefined) return false;
    else return this.ofSymbol(line, node, node.symbol);
    return true;
  }

  private ofSymbol(line: TokenLine, node: MenuNode, symbol: KconfigSymbol): boolean {
    const { keyword } = line;
    const type = keyword === "boolean" ? "bool" : keyword;
    if (isType(type)) {
      if (symbol.isChoice && !["bool", "tristate"].includes(type)) return false;
      this.setType(line, symbol, type);
      if (line.peek() !== undefined && line.peek()?.text !== "if") this.prompt(line, node, symbol);
      else line.end();
    } else if (keyword === "prompt") this.prompt(line, node, symbol);
    else if (keyword === "default") this.addDefault(line, node, symbol);
    else if (keyword === "optional" && symbol.isChoice) {
      line.end();
      symbol.isOptional = true;
    } else if (symbol.isChoice) return false;
    else return this.ofConfig(line, node, symbol);
    return true;
  }

  private ofConfig(line: TokenLine, node: MenuNode, symbol: KconfigSymbol): boolean {
    const { keyword } = line;
    if (keyword === "def_bool" || keyword === "def_tristate") {
      this.setType(line, symbol, keyword === "def_bool" ? "bool" : "tristate");
      this.addDefault(line, node, symbol);
    } else if (keyword === "select") symbol.selects.push(this.pull(line, node));
    else if (keyword === "imply") symbol.implies.push(this.pull(line, node));
    else if (keyword === "range") {
      const parser = this.parser(line);
      const [low, high] = [parser.symbol(), parser.symbol()];
      symbol.ranges.push({ node, place: line.place, low, high, condition: parser.optional() });
    } else if (keyword === "modules") {
      line.end();
      this.setModules(line, symbol);
    } else if (keyword === "option") this.option(line, node, symbol);
    else return false;
    return true;
  }

  private depends(line: TokenLine, node: MenuNode): void {
    const on = line.take("`on`");
    if (on.text !== "on") {
      throw new KraftError({
        code: "KR3010",
        what: `unknown word "${on.text}"`,
        next: "write `depends on`",
        place: line.at(on),
      });
    }
    this.countCondition(line, node);
    node.dependency = and(node.dependency, this.parser(line).expression());
    line.end();
  }

  private countCondition(line: TokenLine, node: MenuNode): void {
    const count = (this.conditions.get(node) ?? 0) + 1;
    this.conditions.set(node, count);
    if (count <= MAXIMUM_CONDITIONS) return;
    throw new KraftError({
      code: "KR3017",
      what: "the entry has too many conditions",
      next: `combine them with \`&&\`: at most ${String(MAXIMUM_CONDITIONS)} lines are possible`,
      place: line.place,
    });
  }

  private visible(line: TokenLine, node: MenuNode): void {
    if (line.peek() === undefined) line.take("`if`");
    this.countCondition(line, node);
    node.visibility = and(node.visibility, this.parser(line).optional());
  }

  private prompt(line: TokenLine, node: MenuNode, symbol: KconfigSymbol): void {
    const token = line.take("the prompt");
    if (token.kind === "operator") throw line.unexpected(token);
    const condition = this.parser(line).optional();
    if (node.prompt !== undefined) this.warn(line, "the prompt is given twice");
    const text = token.text.trim();
    if (text !== token.text) this.warn(line, "the prompt has blanks around it");
    node.prompt = { node, place: line.place, text, condition: visibleTo(node, condition) };
    symbol.prompts.push(node.prompt);
  }

  private addDefault(line: TokenLine, node: MenuNode, symbol: KconfigSymbol): void {
    const parser = this.parser(line);
    const value = parser.expression();
    symbol.defaults.push({ node, place: line.place, value, condition: parser.optional() });
  }

  private pull(line: TokenLine, node: MenuNode): KconfigSymbol["selects"][number] {
    const token = line.take("the name of a symbol");
    if (token.kind !== "word") throw line.unexpected(token);
    const target = this.tree.lookup(token.text);
    if (target.isConstant) throw line.unexpected(token);
    return { node, place: line.place, target, condition: this.parser(line).optional() };
  }

  /** The `option` of kernels before 5.14. */
  private option(line: TokenLine, node: MenuNode, symbol: KconfigSymbol): void {
    const name = line.take("the name of the option");
    if (name.text === "modules") this.setModules(line, symbol);
    else if (name.text === "allnoconfig_y") symbol.allnoconfigYes = true;
    else if (name.text === "defconfig_list") {
      this.warn(line, "`option defconfig_list` has no effect: name the file with --config");
    } else if (name.text === "env") {
      if (!line.accept("=")) throw line.unexpected(line.take("`=`"));
      const variable = line.take("the name of a variable").text;
      const value = this.host.environment(variable);
      if (value === undefined) this.warn(line, `${variable} is not set in the environment`);
      else {
        const constant = this.tree.constant(value);
        const expression = { kind: "symbol", symbol: constant } as const;
        symbol.defaults.push({ node, place: line.place, value: expression, condition: undefined });
        this.macros.assign(symbol.name, ":=", value.replaceAll("$", ""), line.place);
      }
      symbol.isEnvironment = true;
    } else throw line.unexpected(name);
    line.end();
  }

  private setModules(line: TokenLine, symbol: KconfigSymbol): void {
    if (this.tree.modules !== undefined && this.tree.modules !== symbol) {
      this.warn(line, `${this.tree.modules.name} decides about modules already`);
    }
    this.tree.modules = symbol;
  }

  private setType(line: TokenLine, symbol: KconfigSymbol, type: KconfigType): void {
    if (symbol.type !== "unknown" && symbol.type !== type) {
      this.warn(line, `${symbol.name || "the choice"} is ${symbol.type}, which stays: not ${type}`);
    } else symbol.type = type;
  }

  private warn(line: TokenLine, text: string): void {
    this.tree.warnings.push({ place: line.place, text });
  }

  private parser(line: TokenLine): ConditionParser {
    return new ConditionParser(this.tree, line);
  }
}

/** The condition of a prompt: its own, and `visible if` of the menus around it. */
function visibleTo(node: MenuNode, condition: MenuNode["visibility"]): MenuNode["visibility"] {
  let result = condition;
  for (let menu = node.parent; menu !== undefined; menu = menu.parent) {
    result = and(result, menu.visibility);
  }
  return result;
}

function isType(word: string): word is KconfigType {
  return TYPES.includes(word);
}

function isOldHelp(line: TokenLine): boolean {
  return line.keyword === "---help---";
}

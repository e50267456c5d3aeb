/**
 * Says in words why a symbol has its value: what it depends on, down to what the user can change, and which selections
 * go against dependencies.
 */
import { eachSymbol, showCondition, showSymbol } from "./condition.ts";
import type { Configuration } from "./evaluate.ts";
import { NO, TRISTATE_TEXT } from "./model.ts";
import type { Condition, KconfigExpression, KconfigSymbol, KconfigWarning } from "./model.ts";

/** Steps of a chain that are shown; what lies deeper is named without its reasons. */
const MAXIMUM_DEPTH = 6;

/** Why a symbol is as it is, one reason a line, the deeper the more indented; then what to turn on. */
export function explainSymbol(configuration: Configuration, symbol: KconfigSymbol): string {
  configuration.compute();
  const explanation = new Explanation(configuration);
  explanation.add(symbol, 0);
  return explanation.text();
}

/** Every symbol that is selected although its dependencies do not hold. */
export function unmetDependencies(configuration: Configuration): KconfigWarning[] {
  configuration.compute();
  return configuration.tree.order.flatMap((symbol) => {
    if (symbol.isChoice || !symbol.isLogical || symbol.direct >= symbol.selected) return [];
    const by = symbol.selectedBy.filter(
      (source) => source.by.tri !== NO && configuration.evaluate(source.pull.condition) !== NO,
    );
    const names = [...new Set(by.map((source) => source.by.name))];
    const unmet = unmetFactors(configuration, symbol).map((factor) => showCondition(factor, true));
    const missing = switchesOf(configuration, unmetFactors(configuration, symbol));
    const on = missing.length === 0 ? "" : `turn on ${list(missing, "and")}, or `;
    const text =
      `${symbol.name} is ${symbol.text} because ${list(names, "and")} ` +
      `${names.length === 1 ? "selects" : "select"} it, ` +
      `although it depends on ${list(unmet, "and")}, which is ${modeOf(symbol.direct)}: ` +
      `${on}turn off ${list(names, "and")}`;
    return [{ place: by[0]?.pull.place ?? symbol.nodes[0]?.place, text }];
  });
}

class Explanation {
  private readonly configuration: Configuration;
  private readonly lines: string[] = [];
  private readonly seen = new Set<KconfigSymbol>();
  private readonly switches = new Set<string>();

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  text(): string {
    const switches = [...this.switches];
    const advice = switches.length === 0 ? [] : [`turn on ${list(switches, "and")}`];
    return [...this.lines, ...advice].join("\n");
  }

  add(symbol: KconfigSymbol, depth: number): void {
    if (this.seen.has(symbol)) return;
    this.seen.add(symbol);
    const name = showSymbol(symbol);
    if (!symbol.isDefined) {
      this.say(depth, `nothing defines ${name}, so that it is always off`);
    } else if (!symbol.isLogical) {
      this.say(depth, `${name} is ${symbol.type === "string" ? `"${symbol.text}"` : symbol.text}`);
    } else if (symbol.tri !== NO) this.addOn(symbol, name, depth);
    else this.addOff(symbol, name, depth);
  }

  private addOn(symbol: KconfigSymbol, name: string, depth: number): void {
    const by = symbol.selectedBy.filter((source) => source.by.tri !== NO && source.by.isDefined);
    const state = symbol.tri === 2 ? "on" : "a module";
    if (symbol.selected !== NO && by.length > 0) {
      const names = [...new Set(by.map((source) => source.by.name))];
      const verb = names.length === 1 ? "selects" : "select";
      this.say(depth, `${name} is ${state} because ${list(names, "and")} ${verb} it`);
    } else if (symbol.user !== undefined && symbol.visible !== NO) {
      this.say(depth, `${name} is ${state} because it was chosen`);
    } else if (symbol.implied !== NO) {
      const names = symbol.impliedBy.filter((source) => source.by.tri !== NO);
      const shown = names.map((source) => source.by.name);
      this.say(depth, `${name} is ${state} because it is implied by ${list(shown, "and")}`);
    } else this.say(depth, `${name} is ${state} by default`);
  }

  private addOff(symbol: KconfigSymbol, name: string, depth: number): void {
    if (symbol.visible !== NO) {
      const reason =
        symbol.memberOf !== undefined && symbol.memberOf.chosen !== undefined
          ? `${showSymbol(symbol.memberOf)} has ${symbol.memberOf.chosen.name} chosen`
          : symbol.user === undefined
            ? "it is off by default"
            : "it was turned off";
      this.say(depth, `${name} is off because ${reason}`);
      this.switches.add(name);
      return;
    }
    const factors = unmetFactors(this.configuration, symbol);
    if (factors.length > 0) {
      const shown = factors.map((factor) => showCondition(factor, true));
      const states = `which ${factors.length === 1 ? "does" : "do"} not hold`;
      this.say(depth, `${name} is off because it depends on ${list(shown, "and")}, ${states}`);
      this.addFactors(factors, depth + 1);
      return;
    }
    const sources = [...new Set(symbol.selectedBy.map((source) => source.by.name))];
    const selectable =
      sources.length === 0 ? "nothing selects it" : `${list(sources, "or")} would select it`;
    this.say(depth, `${name} is off because it cannot be chosen by itself, and ${selectable}`);
    for (const source of sources) this.switches.add(source);
  }

  private addFactors(factors: readonly KconfigExpression[], depth: number): void {
    if (depth > MAXIMUM_DEPTH) return;
    for (const factor of factors) {
      eachSymbol(factor, (symbol) => {
        if (!symbol.isConstant) this.add(symbol, depth);
      });
    }
  }

  private say(depth: number, text: string): void {
    this.lines.push("  ".repeat(depth) + text);
  }
}

/** The parts of what a symbol requires that do not hold. */
function unmetFactors(
  configuration: Configuration,
  symbol: KconfigSymbol,
): readonly KconfigExpression[] {
  const conditions: Condition[] =
    symbol.prompts.length > 0 ? symbol.prompts.map(({ condition }) => condition) : [];
  const candidates = symbol.direct === NO ? symbol.dependencies : conditions;
  const found = candidates.map((condition) => unmetIn(configuration, condition));
  return found.sort((a, b) => a.length - b.length)[0] ?? [];
}

function unmetIn(configuration: Configuration, condition: Condition): KconfigExpression[] {
  if (condition === undefined || configuration.evaluate(condition) !== NO) return [];
  if (condition.kind !== "and") return [condition];
  return [...unmetIn(configuration, condition.left), ...unmetIn(configuration, condition.right)];
}

/** The symbols in these conditions that are off. */
function switchesOf(configuration: Configuration, factors: readonly KconfigExpression[]): string[] {
  const names = new Set<string>();
  for (const factor of factors) {
    if (factor.kind === "symbol" || factor.kind === "or") {
      eachSymbol(factor, (symbol) => {
        if (symbol.isDefined && symbol.tri === NO && configuration.tree.no !== symbol) {
          names.add(symbol.name);
        }
      });
    }
  }
  return [...names];
}

function modeOf(tri: number): string {
  const text = TRISTATE_TEXT[tri as 0 | 1 | 2];
  return text === "n" ? "off" : text;
}

function list(words: readonly string[], last: string): string {
  if (words.length <= 1) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}

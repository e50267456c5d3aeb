/**
 * Computes the value of every symbol: what the user chose, else the first default whose condition holds, else the empty
 * value of the type; bounded by ranges, and off where the dependencies do not hold.
 *
 * Symbols are evaluated on demand, each once; a symbol that is met again while it is evaluated is a cycle.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu attributes" (default value, range, depends on).
 */
import { KraftError } from "../diagnostics/error.ts";
import type { Place } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import type { Expression, Range, Select, SymbolDefinition } from "./syntax.ts";

export type ConfigValue = boolean | bigint | string;

/** A value that the user gave to a symbol. */
export interface Choice {
  readonly symbol: string;
  readonly value: string;
  readonly place: Place;
}

/**
 * The values of all symbols. `choices` are the user's, the last one for a symbol counts;
 * `fixed` are values that are not up to anybody's choice, with or without a definition.
 * Throws `KraftError` for a choice that the definitions do not allow, saying why.
 */
export function configure(
  definitions: readonly SymbolDefinition[],
  choices: readonly Choice[],
  fixed: ReadonlyMap<string, ConfigValue> = new Map(),
): Map<string, ConfigValue> {
  return new Evaluation(definitions, choices, fixed).all();
}

class Evaluation {
  private readonly definitions = new Map<string, SymbolDefinition>();
  private readonly choices = new Map<string, Choice>();
  private readonly values = new Map<string, ConfigValue>();
  private readonly underway: string[] = [];
  /** Symbol → those that select it. */
  private readonly selectors = new Map<string, [by: SymbolDefinition, select: Select][]>();

  constructor(
    definitions: readonly SymbolDefinition[],
    choices: readonly Choice[],
    fixed: ReadonlyMap<string, ConfigValue>,
  ) {
    for (const [name, value] of fixed) this.values.set(name, value);
    for (const definition of definitions) this.define(definition);
    for (const choice of choices) {
      if (!this.definitions.has(choice.symbol)) {
        const what = `no library of this program has an option ${choice.symbol}`;
        const next = suggestion(choice.symbol, [...this.definitions.keys()].sort());
        throw new KraftError({ code: "KR3020", what, next, place: choice.place });
      }
      this.choices.set(choice.symbol, choice);
    }
  }

  all(): Map<string, ConfigValue> {
    const names = [...new Set([...this.definitions.keys(), ...this.values.keys()])].sort();
    return new Map(names.map((name) => [name, this.value(name)]));
  }

  private define(definition: SymbolDefinition): void {
    const earlier = this.definitions.get(definition.name);
    if (earlier !== undefined) {
      throw new KraftError({
        code: "KR3006",
        what: `${definition.name} is defined twice, also in ${earlier.place.file}`,
        next: "rename the option of one library",
        place: definition.place,
      });
    }
    this.definitions.set(definition.name, definition);
    for (const select of definition.selects) {
      const others = this.selectors.get(select.symbol) ?? [];
      this.selectors.set(select.symbol, [...others, [definition, select]]);
    }
  }

  /** Symbols that nobody defines are off, as in Linux. */
  private value(name: string): ConfigValue {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const definition = this.definitions.get(name);
    if (definition === undefined) return false;
    if (this.underway.includes(name)) {
      const cycle = [...this.underway.slice(this.underway.indexOf(name)), name].join(" → ");
      throw new KraftError({
        code: "KR3021",
        what: `the value of ${name} depends on itself: ${cycle}`,
        next: "remove one of these dependencies",
        place: definition.place,
      });
    }
    this.underway.push(name);
    const value = this.evaluate(definition);
    this.underway.pop();
    this.values.set(name, value);
    return value;
  }

  private evaluate(definition: SymbolDefinition): ConfigValue {
    const choice = this.choices.get(definition.name);
    const unmet = definition.dependsOn.find((condition) => !this.holds(condition));
    const selector = this.selector(definition);
    if (selector !== undefined && unmet === undefined) return true;
    if (unmet !== undefined) {
      if (selector !== undefined) {
        throw new KraftError({
          code: "KR3026",
          what: `${selector} selects ${definition.name}, which depends on ${show(unmet)}`,
          why: `which does not hold: ${this.explain(unmet)}`,
          next: `set what ${definition.name} depends on, or leave ${selector} out`,
          place: definition.place,
        });
      }
      if (choice !== undefined && choice.value !== "n") {
        throw new KraftError({
          code: "KR3022",
          what: `${definition.name} cannot be set: it depends on ${show(unmet)}`,
          why: `which does not hold: ${this.explain(unmet)}`,
          next: "set what it depends on, or leave the option out",
          place: choice.place,
        });
      }
      return emptyValue(definition);
    }
    if (choice === undefined) return this.defaultValue(definition);
    if (definition.prompt === undefined) {
      throw new KraftError({
        code: "KR3023",
        what: `${definition.name} has no prompt: only its defaults give it a value`,
        next: "leave the option out",
        place: choice.place,
      });
    }
    const value = convert(definition, choice.value, choice.place);
    this.checkRange(definition, value, choice.place);
    return value;
  }

  /** The name of a symbol that is on and selects this one. */
  private selector(definition: SymbolDefinition): string | undefined {
    if (definition.type !== "bool") return undefined;
    const found = (this.selectors.get(definition.name) ?? []).find(
      ([by, { condition }]) =>
        this.value(by.name) === true && (condition === undefined || this.holds(condition)),
    );
    return found?.[0].name;
  }

  private defaultValue(definition: SymbolDefinition): ConfigValue {
    for (const { value, condition } of definition.defaults) {
      if (condition !== undefined && !this.holds(condition)) continue;
      if (definition.type === "bool") return this.holds(value);
      const found = convert(definition, this.text(value), definition.place);
      this.checkRange(definition, found, definition.place);
      return found;
    }
    return emptyValue(definition);
  }

  private checkRange(definition: SymbolDefinition, value: ConfigValue, place: Place): void {
    if (typeof value !== "bigint") return;
    const applies = ({ condition }: Range): boolean =>
      condition === undefined || this.holds(condition);
    const range = definition.ranges.find(applies);
    if (range === undefined) return;
    const low = convert(definition, this.text(range.low), definition.place);
    const high = convert(definition, this.text(range.high), definition.place);
    if (typeof low === "bigint" && typeof high === "bigint" && value >= low && value <= high)
      return;
    throw new KraftError({
      code: "KR3024",
      what: `${definition.name} is ${String(value)}, but must be from ${String(low)} to ${String(high)}`,
      next: "choose a value in this range",
      place,
    });
  }

  private holds(expression: Expression): boolean {
    switch (expression.kind) {
      case "symbol":
        return this.value(expression.name) === true;
      case "text":
        return expression.value === "y";
      case "not":
        return !this.holds(expression.operand);
      case "and":
        return this.holds(expression.left) && this.holds(expression.right);
      case "or":
        return this.holds(expression.left) || this.holds(expression.right);
      case "compare":
        return this.compare(
          expression.operator,
          this.text(expression.left),
          this.text(expression.right),
        );
    }
  }

  private compare(operator: string, left: string, right: string): boolean {
    const numbers = [left, right].map(parseNumber);
    const [a, b] = numbers.includes(undefined) ? [left, right] : numbers;
    if (a === undefined || b === undefined) return false;
    switch (operator) {
      case "=":
        return a === b;
      case "!=":
        return a !== b;
      case "<":
        return a < b;
      case "<=":
        return a <= b;
      case ">":
        return a > b;
      default:
        return a >= b;
    }
  }

  private text(expression: Expression): string {
    if (expression.kind === "text") return expression.value;
    if (expression.kind !== "symbol") return this.holds(expression) ? "y" : "n";
    const value = this.value(expression.name);
    if (typeof value === "boolean") return value ? "y" : "n";
    return String(value);
  }

  /** The symbols of an expression with their values, for people. */
  private explain(expression: Expression): string {
    const names = [...new Set(symbolsOf(expression))];
    return names
      .map((name) =>
        this.definitions.has(name)
          ? `${name} is ${this.text({ kind: "symbol", name })}`
          : `nothing defines ${name}`,
      )
      .join(", ");
  }
}

function emptyValue(definition: SymbolDefinition): ConfigValue {
  if (definition.type === "bool") return false;
  return definition.type === "string" ? "" : 0n;
}

function convert(definition: SymbolDefinition, text: string, place: Place): ConfigValue {
  if (definition.type === "string") return text;
  if (definition.type === "bool") {
    if (["y", "yes", "true", "Y"].includes(text)) return true;
    if (["n", "no", "false", "N"].includes(text)) return false;
  } else {
    const hexDigits = definition.type === "hex" && /^[0-9a-fA-F]+$/.test(text);
    const value = parseNumber(hexDigits ? `0x${text}` : text);
    if (value !== undefined) return value;
  }
  const wanted = { bool: "y or n", int: "a whole number", hex: "a number such as 0x1f" }[
    definition.type
  ];
  throw new KraftError({
    code: "KR3025",
    what: `"${text}" is no value for ${definition.name}, which is of type ${definition.type}`,
    next: `write ${wanted}`,
    place,
  });
}

function parseNumber(text: string): bigint | undefined {
  if (/^-[0-9]{1,20}$/.test(text)) return -BigInt(text.slice(1));
  return /^([0-9]{1,20}|0[xX][0-9a-fA-F]{1,16})$/.test(text) ? BigInt(text) : undefined;
}

/** The expression as it would be written. */
export function show(expression: Expression): string {
  switch (expression.kind) {
    case "symbol":
      return expression.name;
    case "text":
      return expression.value;
    case "not":
      return `!${show(expression.operand)}`;
    case "and":
      return `(${show(expression.left)} && ${show(expression.right)})`;
    case "or":
      return `(${show(expression.left)} || ${show(expression.right)})`;
    case "compare":
      return `${show(expression.left)} ${expression.operator} ${show(expression.right)}`;
  }
}

function symbolsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case "symbol":
      return [expression.name];
    case "text":
      return [];
    case "not":
      return symbolsOf(expression.operand);
    default:
      return [...symbolsOf(expression.left), ...symbolsOf(expression.right)];
  }
}

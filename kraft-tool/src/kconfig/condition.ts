/**
 * Parses expressions: `!` binds tightest, then `&&`, then `||`; comparisons are between two symbols or constants.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu dependencies".
 */
import { KraftError } from "../diagnostics/error.ts";
import type { Comparison, Condition, KconfigExpression, KconfigSymbol } from "./model.ts";
import type { KconfigTree } from "./model.ts";
import type { TokenLine } from "./scanner.ts";

const COMPARISONS: readonly string[] = ["=", "!=", "<", "<=", ">", ">="] satisfies Comparison[];
/** No file written by people nests deeper; the limit keeps hostile input from exhausting the stack. */
const MAXIMUM_DEPTH = 64;
/** Operands of one expression, for the same reason: evaluation recurses to the left. */
const MAXIMUM_OPERANDS = 1000;

/** Reads the expression at the line's position. */
export class ConditionParser {
  private readonly tree: KconfigTree;
  private readonly line: TokenLine;
  private depth = 0;
  private operands = 0;

  constructor(tree: KconfigTree, line: TokenLine) {
    this.tree = tree;
    this.line = line;
  }

  /** The condition behind `if`, where there is one; nothing may follow. */
  optional(): Condition {
    const found = this.line.accept("if") ? this.expression() : undefined;
    this.line.end();
    return found;
  }

  expression(): KconfigExpression {
    let left = this.conjunction();
    while (this.line.accept("||")) left = { kind: "or", left, right: this.conjunction() };
    return left;
  }

  /** A symbol or constant. */
  symbol(): KconfigSymbol {
    const token = this.line.take("a symbol or value");
    if (token.kind === "string") return this.tree.constant(token.text);
    if (token.kind === "operator") throw this.line.unexpected(token);
    return this.tree.lookup(token.text);
  }

  private conjunction(): KconfigExpression {
    let left = this.factor();
    while (this.line.accept("&&")) left = { kind: "and", left, right: this.factor() };
    return left;
  }

  private factor(): KconfigExpression {
    if (++this.depth > MAXIMUM_DEPTH || ++this.operands > MAXIMUM_OPERANDS) throw this.tooDeep();
    const result = this.operand();
    this.depth--;
    return result;
  }

  private operand(): KconfigExpression {
    if (this.line.accept("!")) return { kind: "not", operand: this.factor() };
    if (this.line.accept("(")) {
      const inner = this.expression();
      const close = this.line.take("`)`");
      if (close.kind !== "operator" || close.text !== ")") throw this.line.unexpected(close);
      return inner;
    }
    const left = this.symbol();
    const operator = this.line.peek();
    if (operator?.kind !== "operator" || !isComparison(operator.text)) {
      return { kind: "symbol", symbol: left };
    }
    this.line.next();
    return { kind: "compare", operator: operator.text, left, right: this.symbol() };
  }

  private tooDeep(): KraftError {
    return new KraftError({
      code: "KR3004",
      what: "the expression is nested too deeply",
      next: "simplify it",
      place: { ...this.line.place, column: this.line.peek()?.column ?? 1 },
    });
  }
}

function isComparison(text: string): text is Comparison {
  return COMPARISONS.includes(text);
}

/** Each plain `m` as `m && MODULES`, which is what it means in a condition. */
export function withModules(tree: KconfigTree, condition: Condition): Condition {
  if (condition === undefined) return undefined;
  switch (condition.kind) {
    case "symbol": {
      if (condition.symbol !== tree.mod) return condition;
      const modules = tree.modules ?? tree.no;
      return { kind: "and", left: condition, right: { kind: "symbol", symbol: modules } };
    }
    case "not":
      return { kind: "not", operand: withModules(tree, condition.operand) ?? condition.operand };
    case "compare":
      return condition;
    default:
      return {
        kind: condition.kind,
        left: withModules(tree, condition.left) ?? condition.left,
        right: withModules(tree, condition.right) ?? condition.right,
      };
  }
}

/** Calls for every symbol in the expression. */
export function eachSymbol(condition: Condition, visit: (symbol: KconfigSymbol) => void): void {
  if (condition === undefined) return;
  switch (condition.kind) {
    case "symbol":
      visit(condition.symbol);
      return;
    case "not":
      eachSymbol(condition.operand, visit);
      return;
    case "compare":
      visit(condition.left);
      visit(condition.right);
      return;
    default:
      eachSymbol(condition.left, visit);
      eachSymbol(condition.right, visit);
  }
}

/** The expression as it would be written; `inner` puts brackets around `||`. */
export function showCondition(expression: KconfigExpression, inner = false): string {
  switch (expression.kind) {
    case "symbol":
      return showSymbol(expression.symbol);
    case "not": {
      const text = showCondition(expression.operand, true);
      return expression.operand.kind === "and" ? `!(${text})` : `!${text}`;
    }
    case "compare":
      return `${showSymbol(expression.left)} ${expression.operator} ${showSymbol(expression.right)}`;
    case "and":
      return `${showCondition(expression.left, true)} && ${showCondition(expression.right, true)}`;
    case "or": {
      const text = `${showCondition(expression.left)} || ${showCondition(expression.right)}`;
      return inner ? `(${text})` : text;
    }
  }
}

/** Its name, a choice by its prompt, a constant in quotes where it is no mode. */
export function showSymbol(symbol: KconfigSymbol): string {
  if (symbol.isChoice) return symbol.name || `the choice "${symbol.prompts[0]?.text ?? ""}"`;
  if (symbol.isConstant && symbol.type === "unknown") return `"${symbol.name}"`;
  return symbol.name;
}

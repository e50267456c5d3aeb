/**
 * Computes values: of a symbol from what the user chose, its defaults, who selects or implies it, and its ranges; of a
 * choice which member is on.
 *
 * Everything is computed in the tree's order, in which a symbol comes behind what it needs, so that no recursion is
 * deeper than one expression. A change makes all values invalid; the next question computes them anew.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu attributes", "Choices"; for what it leaves open the
 * behaviour of scripts/kconfig/conf 6.1.
 */
import { comparisonHolds, numberIn } from "./compare.ts";
import { MOD, NO, TRISTATE_TEXT, YES } from "./model.ts";
import type {
  Condition,
  KconfigExpression,
  KconfigSymbol,
  KconfigTree,
  PulledBy,
  RangeLimits,
  UserValue,
} from "./model.ts";

/** A tree with the values that a user chose. */
export class Configuration {
  readonly tree: KconfigTree;
  private computed = false;
  private hasModules = false;

  constructor(tree: KconfigTree) {
    this.tree = tree;
  }

  /** Makes sure that the values in the symbols are right. */
  compute(): void {
    if (this.computed) return;
    this.computed = true;
    this.hasModules = false;
    for (const symbol of this.tree.order) {
      symbol.isValid = false;
      symbol.isWritten = false;
    }
    // Before anything is known about modules there are none, also while the symbol about them is computed.
    const { modules } = this.tree;
    if (modules !== undefined) {
      this.value(modules);
      this.hasModules = modules.tri !== NO;
      if (this.hasModules) {
        for (const symbol of this.tree.order) symbol.isValid = symbol === modules;
      }
    }
    for (const symbol of this.tree.order) this.value(symbol);
  }

  /** What the user chose for a symbol; undefined takes it back. */
  set(symbol: KconfigSymbol, user: UserValue | undefined): void {
    symbol.user = user;
    this.computed = false;
  }

  /** All that the user chose is forgotten. */
  clear(): void {
    for (const symbol of this.tree.order) symbol.user = undefined;
    this.computed = false;
  }

  /** `n`, `m` or `y`. */
  evaluate(condition: Condition): number {
    return condition === undefined ? YES : this.expression(condition);
  }

  /** What the type is at the moment: without modules, and in a choice of one, a tristate is a bool. */
  isTristate(symbol: KconfigSymbol): boolean {
    if (symbol.type !== "tristate" || !this.hasModules) return false;
    return symbol.memberOf === undefined || symbol.visible !== YES;
  }

  /** The range that holds now. */
  range(symbol: KconfigSymbol): { low: bigint; high: bigint; limits: RangeLimits } | undefined {
    const limits = symbol.ranges.find(({ condition }) => this.evaluate(condition) !== NO);
    if (limits === undefined || (symbol.type !== "int" && symbol.type !== "hex")) return undefined;
    const base = symbol.type === "hex" ? 16 : 10;
    return { low: this.limit(limits.low, base), high: this.limit(limits.high, base), limits };
  }

  /** The member that a choice has by default: of its defaults the first visible one, else its first visible member. */
  choiceDefault(choice: KconfigSymbol): KconfigSymbol | undefined {
    for (const { value, condition } of choice.defaults) {
      if (this.evaluate(condition) === NO || value.kind !== "symbol") continue;
      // Only its visibility may be asked: which member is on is what is being decided.
      if (value.symbol.visible !== NO) return value.symbol;
    }
    return choice.members.find((member) => member.visible !== NO);
  }

  /** Whether the user has chosen a value, one that its range allows. */
  hasValue(symbol: KconfigSymbol): boolean {
    const { user } = symbol;
    if (user === undefined || symbol.isLogical || symbol.ranges.length === 0) {
      return user !== undefined;
    }
    const range = this.range(symbol);
    if (range === undefined) return true;
    const value = numberIn(user.text, symbol.type === "hex" ? 16 : 10);
    return value >= range.low && value <= range.high;
  }

  /** Whether the user can change the value at all: it is visible, and not selected as far as it is visible. */
  isChangeable(symbol: KconfigSymbol): boolean {
    return symbol.visible > symbol.selected;
  }

  /** The default that holds now, with its text or mode. */
  defaultValue(symbol: KconfigSymbol): { tri: number; text: string } | undefined {
    for (const { value, condition } of symbol.defaults) {
      const visible = this.evaluate(condition);
      if (visible === NO) continue;
      if (symbol.isLogical) return { tri: Math.min(this.expression(value), visible), text: "" };
      if (value.kind !== "symbol") return { tri: NO, text: TRISTATE_TEXT[this.limitTri(value)] };
      return { tri: NO, text: this.value(value.symbol).text };
    }
    return undefined;
  }

  private limitTri(value: KconfigExpression): 0 | 1 | 2 {
    const tri = this.expression(value);
    return tri === YES ? YES : tri === MOD ? MOD : NO;
  }

  private expression(expression: KconfigExpression): number {
    switch (expression.kind) {
      case "symbol":
        return this.value(expression.symbol).tri;
      case "not":
        return YES - this.expression(expression.operand);
      case "and": {
        const left = this.expression(expression.left);
        return left === NO ? NO : Math.min(left, this.expression(expression.right));
      }
      case "or": {
        const left = this.expression(expression.left);
        return left === YES ? YES : Math.max(left, this.expression(expression.right));
      }
      case "compare": {
        const left = this.value(expression.left);
        const right = this.value(expression.right);
        return comparisonHolds(expression.operator, left, right) ? YES : NO;
      }
    }
  }

  private value(symbol: KconfigSymbol): KconfigSymbol {
    if (symbol.isValid || symbol.type === "unknown") return symbol;
    // Members are computed by what their choice is.
    if (symbol.memberOf?.isValid === false) this.value(symbol.memberOf);
    symbol.isValid = true;
    symbol.tri = NO;
    symbol.text = symbol.isLogical ? "n" : "";
    symbol.chosen = undefined;
    this.visibility(symbol);
    // What a choice has marked as written stays so.
    symbol.isWritten = symbol.visible !== NO || (symbol.memberOf !== undefined && symbol.isWritten);
    if (symbol.isLogical) this.logical(symbol);
    else this.textual(symbol);
    if (symbol.isEnvironment) symbol.isWritten = false;
    return symbol;
  }

  private visibility(symbol: KconfigSymbol): void {
    const choice = symbol.memberOf;
    let visible = NO;
    for (const { condition } of symbol.prompts) {
      let tri = this.evaluate(condition);
      // In a choice that is `y` one member is on; members that could only be `m` are not shown.
      if (choice?.tri === YES && symbol.type === "tristate" && tri === MOD) tri = NO;
      visible = Math.max(visible, tri);
    }
    if (visible === MOD && (symbol.type !== "tristate" || !this.hasModules)) visible = YES;
    symbol.visible = visible;
    symbol.direct = YES;
    symbol.selected = NO;
    symbol.implied = NO;
    if (choice !== undefined) return;
    const { dependencies } = symbol;
    if (dependencies.length > 0 && !symbol.dependsOnNothing) {
      symbol.direct = this.mode(symbol, this.any(dependencies));
    }
    symbol.selected = this.mode(symbol, this.pulled(symbol.selectedBy));
    symbol.implied = this.mode(symbol, this.pulled(symbol.impliedBy));
  }

  private any(conditions: readonly KconfigExpression[]): number {
    let result = NO;
    for (const condition of conditions) result = Math.max(result, this.expression(condition));
    return result;
  }

  private pulled(sources: readonly PulledBy[]): number {
    let result = NO;
    for (const { by, pull } of sources) {
      const { tri } = this.value(by);
      if (tri > result) result = Math.max(result, Math.min(tri, this.evaluate(pull.condition)));
    }
    return result;
  }

  private mode(symbol: KconfigSymbol, tri: number): number {
    return tri === MOD && !this.isTristate(symbol) ? YES : tri;
  }

  private logical(symbol: KconfigSymbol): void {
    const choice = symbol.memberOf;
    let tri: number;
    if (choice !== undefined && symbol.visible === YES) {
      tri = choice.chosen === symbol ? YES : NO;
    } else {
      tri = Math.max(this.ownMode(symbol), symbol.selected);
    }
    symbol.tri = this.mode(symbol, tri);
    symbol.text = TRISTATE_TEXT[symbol.tri as 0 | 1 | 2];
    if (symbol.isChoice) this.chooseMember(symbol);
  }

  /** The mode without what selects the symbol. */
  private ownMode(symbol: KconfigSymbol): number {
    if (symbol.visible !== NO && symbol.user !== undefined) {
      return Math.min(symbol.user.tri, symbol.visible);
    }
    if (symbol.selected !== NO) symbol.isWritten = true;
    if (symbol.isChoice) return NO;
    let tri = this.defaultValue(symbol)?.tri ?? NO;
    if (tri !== NO) symbol.isWritten = true;
    if (symbol.implied !== NO) {
      symbol.isWritten = true;
      tri = Math.min(Math.max(tri, symbol.implied), symbol.direct);
    }
    return tri;
  }

  private chooseMember(choice: KconfigSymbol): void {
    for (const member of choice.members) {
      member.isWritten = false;
      this.visibility(member);
    }
    if (choice.tri === YES) {
      const wanted = choice.user?.member;
      choice.chosen =
        wanted !== undefined && wanted.visible !== NO ? wanted : this.choiceDefault(choice);
      if (choice.chosen === undefined) {
        choice.tri = NO;
        choice.text = "n";
      }
    }
    for (const member of choice.members) {
      if (choice.isWritten && member.visible !== NO) member.isWritten = true;
    }
    choice.isWritten = false;
  }

  private textual(symbol: KconfigSymbol): void {
    const range = symbol.ranges.length === 0 ? undefined : this.range(symbol);
    const { user } = symbol;
    const base = symbol.type === "hex" ? 16 : 10;
    if (symbol.visible !== NO && user !== undefined && this.hasValue(symbol)) {
      symbol.text = user.text;
      return;
    }
    const found = this.defaultValue(symbol);
    if (found !== undefined) {
      symbol.isWritten = true;
      symbol.text = found.text;
    }
    if (range === undefined) return;
    const value = numberIn(symbol.text, base);
    if (value >= range.low && value <= range.high) return;
    // As the limit is written, not as it would be written.
    symbol.text = value < range.low ? range.limits.low.text : range.limits.high.text;
  }

  private limit(symbol: KconfigSymbol, base: number): bigint {
    this.value(symbol);
    const own = symbol.type === "int" ? 10 : symbol.type === "hex" ? 16 : base;
    return numberIn(symbol.text, own);
  }
}

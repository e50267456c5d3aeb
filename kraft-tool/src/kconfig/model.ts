/**
 * What a Kconfig tree is made of: symbols with their properties, and the menu in which they are shown.
 *
 * A choice is a symbol too, without a name: its value is its mode, and `members` are what is chosen among. Constants
 * and names that nobody defines are symbols of unknown type whose text is their name.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu entries" and "Menu attributes".
 */
import type { Place } from "../diagnostics/error.ts";

/** `n`, `m`, `y`: and is the minimum, or the maximum, not is 2 - x. */
export const NO = 0;
export const MOD = 1;
export const YES = 2;
export const TRISTATE_TEXT = ["n", "m", "y"] as const;

export type KconfigType = "unknown" | "bool" | "tristate" | "int" | "hex" | "string";

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

export type KconfigExpression =
  | { readonly kind: "symbol"; readonly symbol: KconfigSymbol }
  | { readonly kind: "not"; readonly operand: KconfigExpression }
  | {
      readonly kind: "and" | "or";
      readonly left: KconfigExpression;
      readonly right: KconfigExpression;
    }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: KconfigSymbol;
      readonly right: KconfigSymbol;
    };

/** A condition: absent means always. */
export type Condition = KconfigExpression | undefined;

/** A property of a symbol that one of its menu nodes gave it; `condition` includes the node's dependencies in the end. */
export interface Property {
  readonly node: MenuNode;
  readonly place: Place;
  condition: Condition;
}

/** What a user is asked. */
export interface Prompt extends Property {
  readonly text: string;
}

/** A value where nobody chooses one. */
export interface DefaultValue extends Property {
  readonly value: KconfigExpression;
}

/** The least and the greatest value of a number. */
export interface RangeLimits extends Property {
  readonly low: KconfigSymbol;
  readonly high: KconfigSymbol;
}

/** `select` and `imply`. */
export interface Pull extends Property {
  readonly target: KconfigSymbol;
}

/** Who selects or implies a symbol, under which condition. */
export interface PulledBy {
  readonly by: KconfigSymbol;
  readonly pull: Pull;
}

/** What the user chose: a mode for bool, tristate and choices, a text for the others. */
export interface UserValue {
  readonly tri: number;
  readonly text: string;
  /** Of a choice: the member that is on. */
  readonly member?: KconfigSymbol | undefined;
}

/** A symbol, a constant or a choice, with what was computed for it last. */
export class KconfigSymbol {
  readonly name: string;
  readonly isChoice: boolean;
  readonly isConstant: boolean;
  type: KconfigType = "unknown";
  readonly nodes: MenuNode[] = [];
  readonly prompts: Prompt[] = [];
  readonly defaults: DefaultValue[] = [];
  readonly ranges: RangeLimits[] = [];
  readonly selects: Pull[] = [];
  readonly implies: Pull[] = [];
  readonly selectedBy: PulledBy[] = [];
  readonly impliedBy: PulledBy[] = [];
  /** One for each place that defines the symbol; one of them has to hold. Empty means that nothing is required. */
  readonly dependencies: KconfigExpression[] = [];
  /** Some definition requires nothing. */
  dependsOnNothing = false;
  /** Of a choice: it may be `n` although it is visible. */
  isOptional = false;
  readonly members: KconfigSymbol[] = [];
  memberOf: KconfigSymbol | undefined;
  /** Its value is that of an environment variable: `option env` of kernels before 4.18. It is not written. */
  isEnvironment = false;
  /** `option allnoconfig_y` of kernels before 5.14. */
  allnoconfigYes = false;

  user: UserValue | undefined;

  isValid = false;
  visible = NO;
  tri = NO;
  text = "";
  /** Of a choice in mode `y`. */
  chosen: KconfigSymbol | undefined;
  isWritten = false;
  direct = YES;
  selected = NO;
  implied = NO;

  constructor(name: string, isChoice = false, isConstant = false) {
    this.name = name;
    this.isChoice = isChoice;
    this.isConstant = isConstant;
    this.text = name;
  }

  get isDefined(): boolean {
    return this.nodes.length > 0;
  }

  get isLogical(): boolean {
    return this.type === "bool" || this.type === "tristate";
  }
}

export type NodeKind = "symbol" | "choice" | "menu" | "comment" | "if";

/** An entry of the menu. */
export class MenuNode {
  readonly kind: NodeKind;
  readonly place: Place;
  parent: MenuNode | undefined;
  readonly symbol: KconfigSymbol | undefined;
  /** Of menus and comments their title. */
  prompt: Prompt | undefined;
  /** What `depends on` and `if` require; after finalizing also what the entries around it require. */
  dependency: Condition;
  /** `visible if` of a menu. */
  visibility: Condition;
  help: string | undefined;
  isMenuconfig = false;
  children: MenuNode[] = [];

  constructor(kind: NodeKind, place: Place, parent?: MenuNode, symbol?: KconfigSymbol) {
    this.kind = kind;
    this.place = place;
    this.parent = parent;
    this.symbol = symbol;
  }
}

/** A remark about the tree or a configuration that does not stop anything. */
export interface KconfigWarning {
  readonly place: Place | undefined;
  readonly text: string;
}

/** A whole tree. */
export class KconfigTree {
  readonly root: MenuNode;
  readonly symbols = new Map<string, KconfigSymbol>();
  readonly choices: KconfigSymbol[] = [];
  /** In the order of their first definition. */
  readonly defined: KconfigSymbol[] = [];
  readonly yes = constant("y", YES);
  readonly mod = constant("m", MOD);
  readonly no = constant("n", NO);
  /** The symbol that decides whether `m` exists; undefined: it does not. */
  modules: KconfigSymbol | undefined;
  readonly warnings: KconfigWarning[] = [];
  /** Files read, in order. */
  readonly files: string[] = [];
  /** Symbols and choices such that each comes behind all it is computed from. */
  order: KconfigSymbol[] = [];
  title = "Main menu";

  constructor(file: string) {
    this.root = new MenuNode("menu", { file, line: 1, column: 1 });
  }

  /** The symbol of this name, made where there is none. */
  lookup(name: string): KconfigSymbol {
    if (name === "y") return this.yes;
    if (name === "m") return this.mod;
    if (name === "n") return this.no;
    let symbol = this.symbols.get(name);
    if (symbol === undefined) this.symbols.set(name, (symbol = new KconfigSymbol(name)));
    return symbol;
  }

  /** A quoted text. The three modes are the same with and without quotes. */
  constant(text: string): KconfigSymbol {
    if (text === "y" || text === "m" || text === "n") return this.lookup(text);
    return new KconfigSymbol(text, false, true);
  }
}

function constant(name: string, tri: number): KconfigSymbol {
  const symbol = new KconfigSymbol(name, false, true);
  symbol.type = "tristate";
  symbol.tri = tri;
  symbol.isValid = true;
  return symbol;
}

/** Both conditions. */
export function and(left: Condition, right: Condition): Condition {
  if (left === undefined) return right;
  return right === undefined ? left : { kind: "and", left, right };
}

/** All nodes below `root`, each before its children, without recursion. */
export function* walk(root: MenuNode): Generator<MenuNode> {
  const pending = root.children.toReversed();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child !== undefined) pending.push(child);
    }
  }
}

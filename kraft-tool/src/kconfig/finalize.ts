/**
 * Makes a parsed tree ready for computing: every condition includes what the entries around it require, entries that
 * depend on the one before them become its submenu, and choices learn their members.
 *
 * The order of the passes is that of the kernel: submenus are found with propagated dependencies, and a member that is
 * in a submenu of another member is no member. All passes are iterative or limited by the nesting of blocks.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Menu structure"; behaviour of scripts/kconfig/conf 6.1.
 */
import { eachSymbol, showSymbol, withModules } from "./condition.ts";
import { dependencyOrder } from "./order.ts";
import { and, walk } from "./model.ts";
import type {
  Condition,
  KconfigExpression,
  KconfigSymbol,
  KconfigTree,
  MenuNode,
  Property,
} from "./model.ts";

/** Does all passes, and checks the tree for dependencies in circles. */
export function finalize(tree: KconfigTree): void {
  chooseTypes(tree);
  propagate(tree, tree.root);
  makeSubmenus(tree.root);
  flattenAndJoinChoices(tree);
  selectChoices(tree);
  warnAboutSymbols(tree);
  tree.order = dependencyOrder(tree);
}

/** A choice without a type has that of its first member that has one; members without a type have the choice's. */
function chooseTypes(tree: KconfigTree): void {
  for (const choice of tree.choices) {
    const members = choice.nodes.flatMap(membersOf);
    if (choice.type === "unknown") {
      choice.type = members.find(({ type }) => type !== "unknown")?.type ?? "unknown";
    }
    for (const member of members) {
      if (member.type === "unknown") member.type = choice.type;
    }
  }
}

/** The symbols directly in the node, and in its `if` blocks. */
function membersOf(node: MenuNode): KconfigSymbol[] {
  return node.children.flatMap((child) => {
    if (child.kind === "if") return membersOf(child);
    return child.kind === "symbol" && child.symbol !== undefined ? [child.symbol] : [];
  });
}

function propagate(tree: KconfigTree, parent: MenuNode): void {
  const { symbol: choice } = parent;
  const outer: Condition =
    parent.kind === "choice" && choice !== undefined
      ? { kind: "symbol", symbol: choice }
      : parent.dependency;
  for (const child of parent.children) {
    child.dependency = and(outer, withModules(tree, child.dependency));
    if (child.symbol !== undefined) propagateToSymbol(tree, child, child.symbol);
    else if (child.prompt !== undefined) child.prompt.condition = child.dependency;
    if (child.children.length > 0) propagate(tree, child);
  }
}

function propagateToSymbol(tree: KconfigTree, node: MenuNode, symbol: KconfigSymbol): void {
  const complete = (property: Property): void => {
    property.condition = and(node.dependency, withModules(tree, property.condition));
  };
  const ofNode = (property: Property): boolean => property.node === node;
  symbol.prompts.filter(ofNode).forEach(complete);
  symbol.defaults.filter(ofNode).forEach(complete);
  symbol.ranges.filter(ofNode).forEach(complete);
  for (const pull of symbol.selects.filter(ofNode)) {
    complete(pull);
    pull.target.selectedBy.push({ by: symbol, pull });
  }
  for (const pull of symbol.implies.filter(ofNode)) {
    complete(pull);
    pull.target.impliedBy.push({ by: symbol, pull });
  }
  if (symbol.isChoice) return;
  if (node.dependency === undefined) symbol.dependsOnNothing = true;
  else symbol.dependencies.push(node.dependency);
}

/** Moves entries that depend on the entry before them below it, in this list and all lists below. */
function makeSubmenus(root: MenuNode): void {
  const lists = [root];
  for (let parent = lists.pop(); parent !== undefined; parent = lists.pop()) {
    const siblings = parent.children;
    const kept: MenuNode[] = [];
    const open: MenuNode[] = [];
    for (const node of siblings) {
      if (node.children.length > 0) lists.push(node);
      while (open.length > 0 && !belongsBelow(open.at(-1), node)) open.pop();
      const above = open.at(-1);
      if (above === undefined) kept.push(node);
      else {
        above.children.push(node);
        node.parent = above;
      }
      if (node.children.length === 0 && node.symbol !== undefined) open.push(node);
    }
    parent.children = kept;
  }
}

/** Whether `node` requires the symbol of `above`, or requires a part of it besides all that `above` requires itself. */
function belongsBelow(above: MenuNode | undefined, node: MenuNode): boolean {
  const symbol = above?.symbol;
  if (symbol === undefined) return false;
  const condition = node.prompt === undefined ? node.dependency : node.prompt.condition;
  if (!contains(condition, symbol)) return false;
  const factors = factorsOf(condition);
  if (factors.some((factor) => requires(factor, symbol))) return true;
  return factorsOf(above?.prompt?.condition).every((wanted) =>
    factors.some((factor) => sameExpression(wanted, factor)),
  );
}

function contains(condition: Condition, symbol: KconfigSymbol): boolean {
  let found = false;
  eachSymbol(condition, (other) => {
    if (other === symbol) found = true;
  });
  return found;
}

/** Whether the factor is the symbol itself, or says that it is `m`, `y`, or not `n`. */
function requires(factor: KconfigExpression, symbol: KconfigSymbol): boolean {
  if (factor.kind === "symbol") return factor.symbol === symbol;
  if (factor.kind !== "compare" || factor.left !== symbol || !factor.right.isConstant) return false;
  if (factor.operator === "=") return factor.right.name === "y" || factor.right.name === "m";
  return factor.operator === "!=" && factor.right.name === "n";
}

function factorsOf(condition: Condition): KconfigExpression[] {
  const factors: KconfigExpression[] = [];
  const pending = condition === undefined ? [] : [condition];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "and") pending.push(next.right, next.left);
    else factors.push(next);
  }
  return factors;
}

function sameExpression(left: KconfigExpression, right: KconfigExpression): boolean {
  if (left === right) return true;
  if (left.kind === "symbol") return right.kind === "symbol" && left.symbol === right.symbol;
  if (left.kind === "not") {
    return right.kind === "not" && sameExpression(left.operand, right.operand);
  }
  if (left.kind === "compare") {
    return (
      right.kind === "compare" &&
      left.operator === right.operator &&
      left.left === right.left &&
      (left.right === right.right ||
        (left.right.isConstant && left.right.name === right.right.name))
    );
  }
  if (right.kind !== left.kind) return false;
  const straight = sameExpression(left.left, right.left) && sameExpression(left.right, right.right);
  return (
    straight || (sameExpression(left.left, right.right) && sameExpression(left.right, right.left))
  );
}

/** `if` blocks and entries without a prompt give their children to the list they are in; choices get their members. */
function flattenAndJoinChoices(tree: KconfigTree): void {
  const nodes = [tree.root, ...walk(tree.root)];
  for (const node of nodes.toReversed()) {
    if (node.children.some((child) => child.children.length > 0 && !hasPromptText(child))) {
      flatten(node);
    }
    if (node.kind === "choice" && node.symbol !== undefined) {
      for (const child of node.children) joinChoice(tree, node.symbol, child);
    }
  }
}

function flatten(node: MenuNode): void {
  const pending = node.children.toReversed();
  const children: MenuNode[] = [];
  for (let child = pending.pop(); child !== undefined; child = pending.pop()) {
    children.push(child);
    if (hasPromptText(child)) continue;
    for (const inner of child.children) inner.parent = node;
    for (const inner of child.children.toReversed()) pending.push(inner);
    child.children = [];
  }
  node.children = children;
}

function hasPromptText(node: MenuNode): boolean {
  return node.prompt !== undefined;
}

function joinChoice(tree: KconfigTree, choice: KconfigSymbol, node: MenuNode): void {
  const { symbol } = node;
  if (symbol === undefined || symbol.isChoice || symbol.memberOf !== undefined) return;
  const warn = (text: string): void => {
    tree.warnings.push({ place: node.place, text: `${symbol.name} in a choice ${text}` });
  };
  symbol.memberOf = choice;
  choice.members.push(symbol);
  if (node.prompt === undefined) warn("has no prompt, so that nobody can choose it");
  if (symbol.defaults.length > 0) warn("has a default, which has no effect: give it to the choice");
  if (choice.type !== "tristate" || symbol.type === "tristate") return;
  // In a choice of several modules a bool member makes no sense: it needs the mode in which one member is on.
  const inModeYes = { kind: "compare", operator: "=", left: choice, right: tree.yes } as const;
  node.dependency = and(inModeYes, node.dependency);
  for (const property of [...symbol.prompts, ...symbol.defaults, ...symbol.ranges]) {
    if (property.node === node) property.condition = and(inModeYes, property.condition);
  }
}

/** A visible choice that is not optional is at least `m`. */
function selectChoices(tree: KconfigTree): void {
  for (const choice of tree.choices) {
    if (choice.isOptional) continue;
    for (const node of choice.nodes) {
      const { prompt } = node;
      if (prompt === undefined) continue;
      const pull = { node, place: node.place, target: choice, condition: prompt.condition };
      choice.selectedBy.push({ by: tree.mod, pull });
    }
  }
}

function warnAboutSymbols(tree: KconfigTree): void {
  for (const symbol of [...tree.defined, ...tree.choices]) {
    const place = symbol.nodes[0]?.place;
    const warn = (text: string): void => {
      tree.warnings.push({ place, text: `${showSymbol(symbol)} ${text}` });
    };
    if (symbol.type === "unknown") warn("has no type");
    if (symbol.isChoice && symbol.prompts.length === 0) warn("has no prompt");
    if (symbol.ranges.length > 0 && symbol.type !== "int" && symbol.type !== "hex") {
      warn("has a range, which only numbers can have");
    }
    for (const { target, place: at } of [...symbol.selects, ...symbol.implies]) {
      if (target.isDefined && !target.isLogical) {
        const text = `${symbol.name} selects or implies ${target.name}, which is neither bool nor tristate`;
        tree.warnings.push({ place: at, text });
      }
    }
  }
}

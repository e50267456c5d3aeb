/**
 * Orders the symbols so that each comes behind all its value is computed from, and finds dependencies in circles.
 *
 * A choice and its members count as one: whether a member is on depends on its siblings by nature. The search keeps its
 * own stack, since chains of ten thousand symbols are legal.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "Kconfig recursive dependency limitations".
 */
import { KraftError } from "../diagnostics/error.ts";
import { eachSymbol, showSymbol } from "./condition.ts";
import type { Condition, KconfigSymbol, KconfigTree, Property } from "./model.ts";

/** Why the value of `from` needs that of `to`. */
interface Edge {
  readonly from: KconfigSymbol;
  readonly to: KconfigSymbol;
  readonly reason: string;
  readonly property: Property | undefined;
}

interface Frame {
  readonly group: KconfigSymbol;
  readonly edges: readonly Edge[];
  next: number;
}

/** All defined symbols and choices in this order. Throws `KraftError` that tells a circle step by step. */
export function dependencyOrder(tree: KconfigTree): KconfigSymbol[] {
  const done = new Set<KconfigSymbol>();
  const underway = new Set<KconfigSymbol>();
  const order: KconfigSymbol[] = [];
  const stack: Frame[] = [];
  const path: Edge[] = [];
  const enter = (group: KconfigSymbol): void => {
    underway.add(group);
    stack.push({ group, edges: edgesOf(group), next: 0 });
  };
  for (const symbol of [...tree.defined, ...tree.choices]) {
    const start = groupOf(symbol);
    if (done.has(start)) continue;
    enter(start);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const edge = frame.edges[frame.next++];
      if (edge === undefined) {
        underway.delete(frame.group);
        done.add(frame.group);
        order.push(frame.group, ...frame.group.members);
        stack.pop();
        path.pop();
        continue;
      }
      const target = groupOf(edge.to);
      if (done.has(target)) continue;
      if (underway.has(target)) throw circle([...path, edge], target);
      path.push(edge);
      enter(target);
    }
  }
  return order;
}

function groupOf(symbol: KconfigSymbol): KconfigSymbol {
  return symbol.memberOf ?? symbol;
}

function edgesOf(group: KconfigSymbol): Edge[] {
  const edges: Edge[] = [];
  for (const symbol of [group, ...group.members]) collect(symbol, group, edges);
  return edges;
}

function collect(from: KconfigSymbol, group: KconfigSymbol, edges: Edge[]): void {
  const add = (condition: Condition, reason: string, property?: Property): void => {
    eachSymbol(condition, (to) => {
      if (to === group && group.isChoice) return;
      if (to.isDefined) edges.push({ from, to, reason, property });
    });
  };
  for (const prompt of from.prompts) add(prompt.condition, "is shown depending on", prompt);
  for (const value of from.defaults) {
    // Which member a choice takes by default is the choice's own business.
    if (!from.isChoice) add(value.value, "has a default that uses", value);
    add(value.condition, "has a default depending on", value);
  }
  for (const range of from.ranges) {
    for (const symbol of [range.low, range.high]) {
      if (symbol.isDefined)
        edges.push({ from, to: symbol, reason: "has a range up to", property: range });
    }
    add(range.condition, "has a range depending on", range);
  }
  for (const condition of from.dependencies) add(condition, "depends on");
  for (const [sources, word] of [
    [from.selectedBy, "is selected by"],
    [from.impliedBy, "is implied by"],
  ] as const) {
    for (const { by, pull } of sources) {
      if (by.isDefined) edges.push({ from, to: by, reason: word, property: pull });
      add(pull.condition, `${word} ${by.name} depending on`, pull);
    }
  }
}

function circle(path: readonly Edge[], start: KconfigSymbol): KraftError {
  const from = path.findIndex((edge) => groupOf(edge.from) === start);
  const steps = path.slice(Math.max(from, 0));
  const lines = steps.flatMap(({ from: symbol, to, reason, property }, index) => {
    const place = property?.place ?? symbol.nodes[0]?.place;
    const where = place === undefined ? "" : ` (${place.file}:${String(place.line)})`;
    const line = `${showSymbol(symbol)} ${reason} ${showSymbol(to)}${where}`;
    const next = steps[index + 1]?.from ?? steps[0]?.from;
    if (next === undefined || next === to) return [line];
    return [line, `${showSymbol(to)} is decided together with ${showSymbol(next)}, in one choice`];
  });
  const name = showSymbol(steps[0]?.from ?? start);
  const place = steps[0]?.property?.place ?? start.nodes[0]?.place;
  return new KraftError({
    code: "KR3021",
    what: `the value of ${name} depends on itself`,
    why: lines.join("\n"),
    next: "remove one of these steps; often a `select` has to become a `depends on`",
    ...(place === undefined ? {} : { place }),
  });
}

/**
 * Reads and writes `.config` files, byte for byte as the kernel's `conf` does.
 *
 * A line is `CONFIG_NAME=value` or `# CONFIG_NAME is not set`; all other comments are for people. Of bool and tristate
 * values only the first character counts.
 * Source: Linux Documentation/kbuild/kconfig.rst; behaviour of scripts/kconfig/conf 6.1.
 */
import { isNumberText } from "./compare.ts";
import { showSymbol } from "./condition.ts";
import type { Configuration } from "./evaluate.ts";
import { MOD, NO, YES } from "./model.ts";
import type { KconfigSymbol, KconfigWarning, MenuNode, UserValue } from "./model.ts";

const PREFIX = "CONFIG_";

/** How the file is written; the default is what kernels since 5.5 do. */
export interface DotConfigStyle {
  /** `# end of TITLE` behind a menu, which older tools do not write. */
  readonly endsOfMenus?: boolean;
}

/** Takes over what the text sets, in place of all chosen before. Returns what was wrong with single lines. */
export function readDotConfig(
  configuration: Configuration,
  text: string,
  file: string,
): KconfigWarning[] {
  const { tree } = configuration;
  const warnings: KconfigWarning[] = [];
  const inconsistent = new Set<KconfigSymbol>();
  configuration.clear();
  for (const choice of tree.choices) configuration.set(choice, { tri: NO, text: "" });
  const lines = text.split("\n");
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const place = { file, line: index + 1, column: 1 };
    const warn = (what: string): number => warnings.push({ place, text: what });
    const assignment = parseLine(line);
    if (assignment === undefined) {
      if (line !== "" && !line.startsWith("#") && !line.startsWith(PREFIX)) {
        warn(`unexpected text: ${line.slice(0, 60)}`);
      }
      continue;
    }
    const symbol = tree.symbols.get(assignment.name);
    if (symbol === undefined || !symbol.isDefined) {
      warn(`nothing defines ${assignment.name}`);
      continue;
    }
    const user = userValue(symbol, assignment.value);
    if (user === undefined) {
      if (assignment.value !== undefined) {
        warn(`"${assignment.value}" is no value for ${symbol.name}, which is ${symbol.type}`);
      }
      continue;
    }
    if (symbol.user !== undefined) warn(`${symbol.name} is set again`);
    configuration.set(symbol, user);
    const choice = symbol.memberOf;
    if (choice === undefined) continue;
    if (user.tri === MOD && choice.user?.tri === YES) {
      // One member on and another a module cannot be: nobody has chosen the mode then.
      warn(`${symbol.name} does not go with the other choices of ${showSymbol(choice)}`);
      inconsistent.add(choice);
    }
    chooseMember(configuration, symbol, user, inconsistent.has(choice));
  }
  return warnings;
}

/** Name and value of the line; value undefined: it is not set. */
function parseLine(line: string): { name: string; value: string | undefined } | undefined {
  if (line.startsWith(`# ${PREFIX}`)) {
    const end = line.indexOf(" ", PREFIX.length + 2);
    if (end < 0 || !line.startsWith("is not set", end + 1)) return undefined;
    return { name: line.slice(PREFIX.length + 2, end), value: undefined };
  }
  if (!line.startsWith(PREFIX)) return undefined;
  const equals = line.indexOf("=");
  if (equals < 0) return undefined;
  return { name: line.slice(PREFIX.length, equals), value: line.slice(equals + 1) };
}

/** What a text means for a symbol; undefined where it is no value of its type. */
export function userValue(symbol: KconfigSymbol, value: string | undefined): UserValue | undefined {
  if (symbol.isLogical) {
    const first = value === undefined ? "n" : value.charAt(0);
    if (first === "y") return { tri: YES, text: "" };
    if (first === "n") return { tri: NO, text: "" };
    return first === "m" && symbol.type === "tristate" ? { tri: MOD, text: "" } : undefined;
  }
  if (value === undefined || symbol.type === "unknown") return undefined;
  if (symbol.type !== "string") {
    return isNumberText(symbol.type, value) ? { tri: NO, text: value } : undefined;
  }
  const text = unquoted(value);
  return text === undefined ? undefined : { tri: NO, text };
}

function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return undefined;
  let text = "";
  for (let at = 1; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === '"') return text;
    text += character === "\\" ? value.charAt(++at) : character;
  }
  return undefined;
}

/** The mode of the choice is the greatest of its members' modes; the last member that is `y` is the one chosen. */
function chooseMember(
  configuration: Configuration,
  member: KconfigSymbol,
  user: UserValue,
  isInconsistent: boolean,
): void {
  const choice = member.memberOf;
  if (choice === undefined) return;
  const earlier = choice.user ?? { tri: NO, text: "" };
  configuration.set(choice, {
    tri: isInconsistent ? NO : Math.max(earlier.tri, user.tri),
    text: "",
    member: user.tri === YES ? member : earlier.member,
  });
}

/** The whole configuration. */
export function writeDotConfig(configuration: Configuration, style: DotConfigStyle = {}): string {
  const { tree } = configuration;
  configuration.compute();
  const parts = [
    `#\n# Automatically generated file; DO NOT EDIT.\n# ${tree.title.split("\n").join("\n# ")}\n#\n`,
  ];
  const written = new Set<KconfigSymbol>();
  let needsBlank = false;
  for (const [node, leaves] of walkMenus(tree.root)) {
    const { symbol } = node;
    if (symbol === undefined) {
      if (node.prompt === undefined || !isNodeVisible(configuration, node)) continue;
      const ends = style.endsOfMenus ?? true;
      if (leaves && node.kind === "menu" && ends) parts.push(`# end of ${node.prompt.text}\n`);
      if (!leaves) parts.push(`\n#\n# ${node.prompt.text}\n#\n`);
      needsBlank = leaves && node.kind === "menu" && ends;
    } else if (!leaves && !symbol.isChoice && symbol.isWritten && !written.has(symbol)) {
      if (needsBlank) parts.push("\n");
      needsBlank = false;
      written.add(symbol);
      parts.push(configLine(symbol));
    }
  }
  return parts.join("");
}

/** All nodes in order, and those with children or of menus a second time when they are left. */
export function* walkMenus(root: MenuNode): Generator<readonly [MenuNode, boolean]> {
  const pending: (readonly [MenuNode, boolean])[] = [];
  const open = (node: MenuNode): void => {
    for (const child of node.children.toReversed()) pending.push([child, false]);
  };
  open(root);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    const [node, leaves] = next;
    if (leaves) continue;
    if (node.symbol === undefined) pending.push([node, true]);
    open(node);
  }
}

/** Whether a menu or comment is shown, or of an entry with a symbol the prompt or anything below it. */
export function isNodeVisible(configuration: Configuration, node: MenuNode): boolean {
  if (node.prompt === undefined) return false;
  if (configuration.evaluate(node.visibility) === NO) return false;
  if (configuration.evaluate(node.prompt.condition) !== NO) return true;
  if (node.symbol === undefined || node.symbol.tri === NO) return false;
  return node.children.some((child) => isNodeVisible(configuration, child));
}

/** The line of a symbol. With `off` as `value` what is off reads `=n`. */
export function configLine(symbol: KconfigSymbol, off: "comment" | "value" = "comment"): string {
  if (symbol.type === "unknown") return "";
  if (symbol.isLogical && symbol.tri === NO && off === "comment") {
    return `# ${PREFIX}${symbol.name} is not set\n`;
  }
  const text = symbol.type === "string" ? quoted(symbol.text) : symbol.text;
  return `${PREFIX}${symbol.name}=${text}\n`;
}

/** As C and `.config` write a text. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

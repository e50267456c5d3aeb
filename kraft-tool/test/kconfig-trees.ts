/**
 * Makes random Kconfig trees and configurations for them, from a seed.
 *
 * Symbols are numbered in the order of the file, and values are computed from earlier symbols only (`depends on`,
 * defaults, ranges; `select` and `imply` go to later ones), so that no tree depends on itself. Within that everything
 * the language has is mixed, in ways nobody would write.
 */

/** A sequence of numbers from 0 up to 1 that the seed determines. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A tree of one file, and a configuration for it. */
export interface RandomTree {
  /** With `modules`, as kernels since 5.14 have it. */
  readonly kconfig: string;
  readonly config: string;
}

type Type = "bool" | "tristate" | "int" | "hex" | "string";

interface Planned {
  readonly name: string;
  readonly type: Type;
}

class TreeWriter {
  private readonly random: () => number;
  private readonly lines: string[] = ['mainmenu "Random"', ""];
  private readonly plan: Planned[] = [];
  private next = 0;
  /** Symbols from here on may be selected: those of the current choice may not. */
  private groupEnd = 0;
  private titles = 0;
  private readonly inChoice = new Set<number>();

  constructor(random: () => number) {
    this.random = random;
    const count = 3 + this.below(22);
    for (let index = 0; index < count; index++) {
      const type = this.pick<Type>([
        "bool",
        "bool",
        "bool",
        "tristate",
        "tristate",
        "tristate",
        "int",
        "hex",
        "string",
      ]);
      this.plan.push({ name: `S${String(index)}`, type });
    }
  }

  tree(): RandomTree {
    if (this.chance(0.7)) {
      const value = this.pick(["y", "y", "n"]);
      this.lines.push("config MODULES", '\tbool "modules"', `\tdefault ${value}`, "\tmodules", "");
    }
    while (this.next < this.plan.length) this.statement(0);
    return { kconfig: `${this.lines.join("\n")}\n`, config: this.config() };
  }

  private statement(depth: number): void {
    const kind = depth > 3 ? 0 : this.random();
    if (kind < 0.55) this.symbol(this.next++, false);
    else if (kind < 0.65) this.menu(depth);
    else if (kind < 0.75) this.block(`if ${this.condition(this.next)}`, "endif", depth);
    else if (kind < 0.88) this.choice();
    else if (kind < 0.94) {
      this.lines.push(`comment "${this.title("comment")}"`);
      if (this.chance(0.6)) this.lines.push(`\tdepends on ${this.condition(this.next)}`);
      this.lines.push("");
    } else if (this.next > 0 && depth === 0) this.again();
  }

  private block(
    begin: string,
    end: string,
    depth: number,
    attributes: readonly string[] = [],
  ): void {
    this.lines.push(begin, ...attributes, "");
    this.symbol(this.next++, false);
    for (let count = this.below(4); count > 0 && this.next < this.plan.length; count--) {
      this.statement(depth + 1);
    }
    this.lines.push(end, "");
  }

  private menu(depth: number): void {
    const attributes: string[] = [];
    // In this order, which kernels before 4.18 demand.
    if (this.chance(0.3)) attributes.push(`\tvisible if ${this.condition(this.next)}`);
    if (this.chance(0.4)) attributes.push(`\tdepends on ${this.condition(this.next)}`);
    this.block(`menu "${this.title("menu")}"`, "endmenu", depth, attributes);
  }

  private choice(): void {
    const first = this.next;
    const count = Math.min(1 + this.below(4), this.plan.length - first);
    if (count <= 0) return;
    this.groupEnd = first + count;
    const type = this.pick(["bool", "bool", "tristate"] as const);
    this.lines.push("choice");
    const guarded = this.chance(0.2) && first > 0 ? ` if ${this.condition(first)}` : "";
    if (this.chance(0.5)) this.lines.push(`\t${type} "${this.title("choice")}"${guarded}`);
    else this.lines.push(`\t${type}`, `\tprompt "${this.title("choice")}"${guarded}`);
    if (this.chance(0.3)) this.lines.push(`\tdepends on ${this.condition(first)}`);
    if (this.chance(0.2)) this.lines.push("\toptional");
    if (this.chance(0.5)) {
      const member = `S${String(first + this.below(count))}`;
      this.lines.push(`\tdefault ${member}${this.suffix(first)}`);
    }
    this.lines.push("");
    for (let index = first; index < first + count; index++) {
      this.inChoice.add(index);
      const memberType = type === "bool" || this.chance(0.3) ? "bool" : "tristate";
      this.plan[index] = { name: `S${String(index)}`, type: memberType };
    }
    for (; this.next < first + count; this.next++) this.member(this.next, first);
    this.lines.push("endchoice", "");
    this.groupEnd = 0;
  }

  private member(index: number, first: number): void {
    const { name = "", type = "bool" } = this.plan[index] ?? {};
    const within = this.chance(0.1);
    if (within) this.lines.push(`if ${this.condition(first)}`);
    this.lines.push(`config ${name}`, `\t${type} "${name}"${this.suffix(first)}`);
    if (this.chance(0.25)) this.lines.push(`\tdepends on ${this.condition(first)}`);
    if (this.chance(0.2)) this.pull("select", first);
    if (within) this.lines.push("endif");
    this.lines.push("");
  }

  /** A second definition of an earlier symbol, outside of blocks, whose conditions would be later ones. */
  private again(): void {
    const index = this.below(this.next);
    if (!this.inChoice.has(index)) this.symbol(index, true);
  }

  private symbol(index: number, isAgain: boolean): void {
    const { name = "", type = "bool" } = this.plan[index] ?? {};
    this.lines.push(`${this.pick(["config", "config", "menuconfig"])} ${name}`);
    const hasPrompt = this.chance(isAgain ? 0.3 : 0.75);
    const prompt = hasPrompt ? ` "${name} prompt"${this.suffix(index)}` : "";
    const logical = type === "bool" || type === "tristate";
    if (logical && this.chance(0.15)) {
      this.lines.push(`\tdef_${type} ${this.logicalValue(index)}${this.suffix(index)}`);
      if (hasPrompt) this.lines.push(`\tprompt${prompt}`);
    } else this.lines.push(`\t${type}${prompt}`);
    if (this.chance(0.35)) this.lines.push(`\tdepends on ${this.condition(index)}`);
    if (this.chance(0.1)) this.lines.push(`\tdepends on ${this.condition(index)}`);
    for (let count = this.below(3); count > 0; count--) {
      const value = logical ? this.logicalValue(index) : this.value(type, index);
      this.lines.push(`\tdefault ${value}${this.suffix(index)}`);
    }
    if (logical && this.chance(0.25)) this.pull("select", index);
    if (logical && this.chance(0.2)) this.pull("imply", index);
    if ((type === "int" || type === "hex") && this.chance(0.5)) this.range(type, index);
    if (this.chance(0.2)) this.lines.push("\thelp", "\t  Some help.", "", "\t   config NOT", "");
    this.lines.push("");
  }

  private pull(word: string, index: number): void {
    const from = Math.max(index + 1, this.groupEnd);
    const later = this.plan
      .slice(from)
      .filter(({ type }, at) => (type === "bool" || type === "tristate") && at < 8);
    if (later.length === 0) return;
    this.lines.push(
      `\t${word} ${this.pick(later).name}${this.suffix(this.groupEnd > 0 ? 0 : index)}`,
    );
  }

  private range(type: "int" | "hex", index: number): void {
    const low = this.below(40);
    const [from, to] = [low, low + this.below(60)].map((value) =>
      type === "int" ? String(value) : `0x${value.toString(16)}`,
    );
    const earlier = this.earlier(index, [type]);
    const top = earlier !== undefined && this.chance(0.15) ? earlier : to;
    this.lines.push(`\trange ${from ?? ""} ${top ?? ""}${this.suffix(index)}`);
  }

  private suffix(index: number): string {
    return this.chance(0.35) ? ` if ${this.condition(index)}` : "";
  }

  private condition(index: number, depth = 0): string {
    const kind = this.random();
    if (depth < 3 && kind < 0.15) return `!${this.atom(index)}`;
    if (depth < 3 && kind < 0.35) {
      const operator = this.pick(["&&", "||"]);
      return `${this.side(index, depth)} ${operator} ${this.side(index, depth)}`;
    }
    if (kind < 0.5) return this.comparison(index);
    return this.atom(index);
  }

  private side(index: number, depth: number): string {
    return `(${this.condition(index, depth + 1)})`;
  }

  private comparison(index: number): string {
    const operator = this.pick(["=", "=", "!=", "!=", "<", "<=", ">", ">="]);
    const number = this.earlier(index, ["int", "hex"]);
    if (number !== undefined && this.chance(0.5)) {
      return `${number} ${operator} ${String(this.below(60))}`;
    }
    const text = this.earlier(index, ["string"]);
    if (text !== undefined && this.chance(0.3)) return `${text} ${operator} "${this.word()}"`;
    return `${this.atom(index)} ${this.pick(["=", "!="])} ${this.pick(["y", "m", "n"])}`;
  }

  private atom(index: number): string {
    const kind = this.random();
    if (kind < 0.04) return this.pick(["y", "n", "m"]);
    if (kind < 0.06) return "UNDEFINED";
    return this.earlier(index, ["bool", "tristate"]) ?? this.pick(["y", "m"]);
  }

  private earlier(index: number, types: readonly Type[]): string | undefined {
    const limit = this.groupEnd > 0 ? Math.min(index, this.next) : index;
    const found = this.plan.slice(0, limit).filter(({ type }) => types.includes(type));
    return found.length === 0 ? undefined : this.pick(found).name;
  }

  private logicalValue(index: number): string {
    return this.chance(0.6) ? this.pick(["y", "y", "m", "n"]) : this.condition(index);
  }

  private value(type: Type, index: number): string {
    const other = this.earlier(index, [type]);
    if (other !== undefined && this.chance(0.2)) return other;
    if (type === "int") return String(this.below(100) - (this.chance(0.1) ? 50 : 0));
    if (type === "hex") return `0x${this.below(100).toString(16)}`;
    return `"${this.word()}"`;
  }

  private word(): string {
    return this.pick(["", "a", "b c", 'q\\"uote', "back\\\\slash", "12", "0x1f", "y", "# no"]);
  }

  private title(kind: string): string {
    return `${kind} ${String(this.titles++)}`;
  }

  /** Some symbols with some values, a few of which are impossible. */
  private config(): string {
    const lines: string[] = [];
    for (const { name, type } of this.plan) {
      if (this.chance(0.5)) continue;
      if (type === "bool" || type === "tristate") {
        const value = this.pick(["y", "y", "m", "n", ""]);
        lines.push(value === "" ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`);
      } else if (type === "string") {
        lines.push(`CONFIG_${name}="${this.word()}"`);
      } else {
        const number = this.below(110);
        lines.push(
          `CONFIG_${name}=${type === "int" ? String(number) : `0x${number.toString(16)}`}`,
        );
      }
    }
    return lines.map((line) => `${line}\n`).join("");
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }

  private pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }
}

/** The tree of a seed: the same for the same seed. */
export function randomTree(seed: number): RandomTree {
  return new TreeWriter(randomFrom(seed)).tree();
}

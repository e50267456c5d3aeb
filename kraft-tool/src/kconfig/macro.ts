/**
 * The macro language of Kconfig: `$(NAME)`, variables, functions of the user, and the built-in ones.
 *
 * A `=` variable is expanded where it is used, a `:=` one where it is set. References to what nobody sets are looked up
 * in the environment, else empty. Depth and length of an expansion are limited, which ends variables that refer to
 * themselves and texts that double with every step.
 * Source: Linux Documentation/kbuild/kconfig-macro-language.rst.
 */
import { KraftError } from "../diagnostics/error.ts";
import type { Place } from "../diagnostics/error.ts";
import type { KconfigHost } from "./host.ts";

const MAXIMUM_DEPTH = 100;
/** In characters, of one expansion; the kernel's longest are some thousands. */
const MAXIMUM_LENGTH = 1 << 20;
/** References in one outermost expansion. */
const MAXIMUM_REFERENCES = 100_000;

interface Variable {
  readonly simple: boolean;
  readonly value: string;
}

interface BuiltIn {
  readonly arguments: number;
  readonly call: (args: readonly string[], place: Place) => string;
}

/** Holds the variables while a tree is read. */
export class MacroProcessor {
  private readonly variables = new Map<string, Variable>();
  private readonly host: KconfigHost;
  private readonly warn: (text: string, place: Place) => void;
  private readonly builtIns: ReadonlyMap<string, BuiltIn>;
  private depth = 0;
  private references = 0;

  constructor(host: KconfigHost, warn: (text: string, place: Place) => void) {
    this.host = host;
    this.warn = warn;
    this.builtIns = new Map<string, BuiltIn>([
      ["error-if", { arguments: 2, call: (args, place) => errorIf(args, place) }],
      ["filename", { arguments: 0, call: (_, place) => place.file }],
      ["info", { arguments: 1, call: (args) => this.info(args) }],
      ["lineno", { arguments: 0, call: (_, place) => String(place.line) }],
      ["shell", { arguments: 1, call: (args, place) => this.shell(args, place) }],
      ["warning-if", { arguments: 2, call: (args, place) => this.warningIf(args, place) }],
    ]);
  }

  /** `NAME = value`, `NAME := value` or `NAME += value`. */
  assign(name: string, operator: string, value: string, place: Place): void {
    const earlier = this.variables.get(name);
    const simple = operator === ":=" || (operator === "+=" && earlier?.simple === true);
    const given = simple ? this.expand(value, place) : value;
    const appends = operator === "+=" && earlier !== undefined;
    const whole = appends ? `${earlier.value} ${given}` : given;
    if (whole.length > MAXIMUM_LENGTH) throw tooLong(place);
    this.variables.set(name, { simple, value: whole });
  }

  /** The text with all references replaced. `args` are what `$(1)` … stand for. */
  expand(text: string, place: Place, args: readonly string[] = []): string {
    if (!text.includes("$(")) return text;
    if (this.depth === 0) this.references = 0;
    if (++this.depth > MAXIMUM_DEPTH) {
      this.depth = 0;
      throw failure("KR3041", "the macros refer to each other without end", place, {
        next: "use `:=` where a variable is to contain its own earlier value",
      });
    }
    let result = "";
    let at = 0;
    for (let start = text.indexOf("$("); start >= 0; start = text.indexOf("$(", at)) {
      const end = closing(text, start + 2, place);
      result += text.slice(at, start) + this.reference(text.slice(start + 2, end), place, args);
      at = end + 1;
      if (result.length > MAXIMUM_LENGTH) throw tooLong(place);
    }
    this.depth--;
    return result + text.slice(at);
  }

  /** After an error in the middle of an expansion. */
  reset(): void {
    this.depth = 0;
  }

  /** What is between the brackets of `$(…)`. */
  private reference(clause: string, place: Place, args: readonly string[]): string {
    if (++this.references > MAXIMUM_REFERENCES) throw tooLong(place);
    const parts = splitArguments(clause).map((part) => this.expand(part, place, args));
    const name = parts[0] ?? "";
    if (/^[0-9]+$/.test(name) && parts.length === 1) return args[Number(name)] ?? "";
    const variable = this.variables.get(name);
    if (variable !== undefined) {
      if (variable.simple) return variable.value;
      return this.expand(variable.value, place, ["", ...parts.slice(1)]);
    }
    const builtIn = this.builtIns.get(name);
    if (builtIn !== undefined) return this.call(name, builtIn, parts.slice(1), place);
    return parts.length > 1 ? "" : (this.host.environment(name) ?? "");
  }

  private call(name: string, builtIn: BuiltIn, args: readonly string[], place: Place): string {
    if (args.length === builtIn.arguments) return builtIn.call(args, place);
    const few = args.length < builtIn.arguments ? "few" : "many";
    throw failure("KR3042", `too ${few} arguments for $(${name})`, place, {
      next: `pass ${String(builtIn.arguments)}`,
    });
  }

  private info([text = ""]: readonly string[]): string {
    this.host.print(`${text}\n`);
    return "";
  }

  private warningIf([condition, text = ""]: readonly string[], place: Place): string {
    if (condition === "y") this.warn(text, place);
    return "";
  }

  private shell([command = ""]: readonly string[], place: Place): string {
    const output = this.host.shell(command);
    if (output === undefined) {
      throw failure("KR3043", `the command did not run: ${command}`, place, {
        next: "correct it, or run kraft where a shell exists",
      });
    }
    return output.replace(/\n+$/, "").replaceAll("\n", " ");
  }
}

function errorIf([condition, text = ""]: readonly string[], place: Place): string {
  if (condition !== "y") return "";
  throw failure("KR3044", text, place, { why: "the Kconfig file itself says so" });
}

function closing(text: string, from: number, place: Place): number {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "(") open++;
    else if (character === ")" && open-- === 0) return at;
  }
  throw failure("KR3040", `the reference $(${text.slice(from, from + 20)} has no end`, place, {
    next: "close it with `)`",
  });
}

function splitArguments(clause: string): string[] {
  const parts: string[] = [];
  let open = 0;
  let start = 0;
  for (let at = 0; at < clause.length; at++) {
    const character = clause.charAt(at);
    if (character === "(") open++;
    else if (character === ")") open--;
    else if (character === "," && open === 0) {
      parts.push(clause.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, clause.slice(start)];
}

function tooLong(place: Place): KraftError {
  return failure("KR3045", "the macros expand to more than a mebibyte of text", place, {
    next: "look for a variable that contains itself several times",
  });
}

function failure(
  code: string,
  what: string,
  place: Place,
  more: { why?: string; next?: string },
): KraftError {
  return new KraftError({ code, what, place, ...more });
}

/** The syntax tree of a Kconfig file: symbols with their attributes, and expressions over symbols. */
import type { Place } from "../diagnostics/error.ts";

export type SymbolType = "bool" | "int" | "hex" | "string";

export type Expression =
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "compare";
      readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Expression;
      readonly right: Expression;
    };

/** A value that holds where its condition does; the first that holds counts. */
export interface Default {
  readonly value: Expression;
  readonly condition: Expression | undefined;
}

/** The least and the greatest value of a number, where its condition holds. */
export interface Range {
  readonly low: Expression;
  readonly high: Expression;
  readonly condition: Expression | undefined;
}

/** A bool symbol that is on whenever this one is, and the condition holds. */
export interface Select {
  readonly symbol: string;
  readonly condition: Expression | undefined;
}

/** An option: a `config` entry with its attributes. */
export interface SymbolDefinition {
  readonly name: string;
  readonly type: SymbolType;
  /** What a user is asked; without it only defaults give the value. */
  readonly prompt: string | undefined;
  readonly defaults: readonly Default[];
  readonly ranges: readonly Range[];
  readonly dependsOn: readonly Expression[];
  readonly selects: readonly Select[];
  readonly help: string;
  readonly place: Place;
}

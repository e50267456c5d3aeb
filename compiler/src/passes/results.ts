/**
 * The ranges of what functions give, integers and the integers in tuples, gathered from their `return` statements. A
 * function that is called before it has been looked at (recursion) may give anything.
 */
import type { Expr, FunctionId, Program, Struct } from "../ir/ir.ts";
import type { Facts } from "./facts.ts";
import { type Range, union } from "./range.ts";

/** The range of the result, or of each field of the result; null where it is no integer. */
type Result = readonly (Range | null)[];

export class Results {
  private readonly program: Program;
  private readonly known = new Map<FunctionId, Result>();
  private current: Result | null = null;

  constructor(program: Program) {
    this.program = program;
  }

  /** From here on `addReturn` is about another function. */
  start(): void {
    this.current = null;
  }

  /** The function that is looked at returns this value where `facts` hold. */
  addReturn(value: Expr, facts: Facts): void {
    const result = this.parts(value, facts).map((part) =>
      part.type.kind === "int" ? facts.rangeOf(part) : null,
    );
    this.current =
      this.current === null
        ? result
        : result.map((range, i) => join(range, this.current?.[i] ?? null));
  }

  /** All of the function has been looked at. */
  finish(id: FunctionId): void {
    if (this.current !== null) {
      this.known.set(id, this.current);
    }
  }

  /** Tells `facts` what a call of the function has just put into the local. */
  assume(id: FunctionId, local: Expr, facts: Facts): void {
    const known = this.known.get(id) ?? [];
    if (known.some((range) => range !== null)) {
      this.parts(local, facts).forEach((part, i) => {
        const range = known[i] ?? null;
        if (range !== null) {
          facts.assumeResult(part, range);
        }
      });
    }
  }

  /** The value itself, or the fields of a struct. */
  private parts(value: Expr, facts: Facts): readonly Expr[] {
    const { type } = value;
    if (type.kind !== "struct") {
      return [value];
    }
    const made = facts.knownAs(value);
    const struct = this.program.structs.get(type.struct);
    return made.op === "makeStruct"
      ? made.items
      : (struct?.fields ?? []).map(memberOf(value, struct));
  }
}

function memberOf(
  base: Expr,
  struct: Struct | undefined,
): (field: Struct["fields"][number]) => Expr {
  return ({ name, type }) => ({ op: "member", type, base, struct: struct?.id ?? "", field: name });
}

function join(a: Range | null, b: Range | null): Range | null {
  return a === null || b === null ? null : union(a, b);
}

/** Finds initialisers of module-level variables that read a variable before its own initialiser has run. */
import type { Expr, FunctionId, GlobalId, Location, Program } from "../ir/ir.ts";
import { expressionsOf, forEachExpression, forEachStatement } from "../ir/walk.ts";

/** A global and the function that initialises it at start. */
export interface Initializer {
  readonly global: GlobalId;
  readonly function: FunctionId;
}

/** One variable read too early. */
export interface EarlyRead {
  readonly at: Location;
  /** The variable that is being initialised, and the one that it reads. */
  readonly variable: string;
  readonly reads: string;
}

/**
 * @param program as lowered
 * @param order the initialisers as they run
 * @returns for each initialiser the variables that it reads although theirs runs later
 */
export function findEarlyReads(program: Program, order: readonly Initializer[]): EarlyRead[] {
  const position = new Map(order.map((o, i) => [o.global, i]));
  return order.flatMap((o, i) => {
    const own = program.globals.get(o.global);
    const early = [...globalsRead(program, o.function)].filter((g) => (position.get(g) ?? -1) >= i);
    return early.map((g) => ({
      at: own?.location ?? { file: "program", line: 1 },
      variable: own?.source ?? o.global,
      reads: program.globals.get(g)?.source ?? g,
    }));
  });
}

/** The globals that a function, and the functions that it calls, load from. */
function globalsRead(program: Program, root: FunctionId): Set<GlobalId> {
  const found = new Set<GlobalId>();
  const seen = new Set<FunctionId>([root]);
  for (const id of seen) {
    forEachStatement(program.functions.get(id)?.body ?? [], (s) => {
      if (s.op === "call") seen.add(s.function);
      for (const e of expressionsOf(s)) {
        forEachExpression(e, (inner) => {
          if (inner.op === "makeClosure") seen.add(inner.function);
          const global = inner.op === "load" ? rootOf(inner.from) : undefined;
          if (global !== undefined) found.add(global);
        });
      }
    });
  }
  return found;
}

/** The global that an address lies in, where the address itself says so. */
function rootOf(address: Expr): GlobalId | undefined {
  let at = address;
  while (at.op === "fieldAddress" || at.op === "elementAddress") at = at.base;
  return at.op === "globalAddress" ? at.global : undefined;
}

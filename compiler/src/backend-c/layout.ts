/** Storage in C: its size, and how arrays are nested. */
import type { Program, Type } from "../ir/ir.ts";
import { layoutOf, type Layout } from "../ir/layout.ts";

/**
 * The layout of a type of storage.
 * @throws Error for structs that the program does not have: the verifier excludes them
 */
export function storageLayout(program: Program, type: Type): Layout {
  return layoutOf(type, (id) => {
    const struct = program.structs.get(id);
    if (struct === undefined) throw new Error(`the program has no struct ${id}`);
    return struct;
  });
}

/** What an array of arrays (of arrays) finally consists of, and how many of it: C sees it as one flat array. */
export function flatten(type: Type): { readonly element: Type; readonly count: number } {
  let element = type;
  let count = 1;
  while (element.kind === "array") {
    count *= element.count;
    element = element.element;
  }
  return { element, count };
}

/** Size and alignment in bytes of every IR type, as the C compiler for x86_64 and arm64 lays them out. */
import type { Program, Type } from "../ir/ir.ts";

/** In bytes. */
export interface Layout {
  readonly size: number;
  readonly align: number;
}

/**
 * The layout of a type of storage.
 * @throws Error for void, never and structs that the program does not have: the verifier excludes them.
 */
export function layoutOf(program: Program, type: Type): Layout {
  switch (type.kind) {
    case "int":
    case "float":
      return { size: type.bits / 8, align: type.bits / 8 };
    case "bool":
      return { size: 1, align: 1 };
    case "pointer":
    case "function":
      return { size: 8, align: 8 };
    case "slice":
    case "interface":
    case "closure":
      return { size: 16, align: 8 };
    case "array": {
      const element = layoutOf(program, type.element);
      return { size: element.size * type.count, align: element.align };
    }
    case "struct": {
      const struct = program.structs.get(type.struct);
      if (struct === undefined) {
        throw new Error(`the program has no struct ${type.struct}`);
      }
      return { size: struct.size, align: struct.align };
    }
    case "void":
    case "never":
      throw new Error(`${type.kind} has no layout`);
  }
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

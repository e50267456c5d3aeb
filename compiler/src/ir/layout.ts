/** Size and alignment in bytes of every IR type, as the C compiler for x86_64 and arm64 lays them out. */
import type { StructId, Type } from "./ir.ts";

/** In bytes. */
export interface Layout {
  readonly size: number;
  readonly align: number;
}

/** The layout of a type of storage; nothing for void and never. `structOf` says how large structs are. */
export function layoutOf(type: Type, structOf: (id: StructId) => Layout): Layout {
  switch (type.kind) {
    case "int":
    case "float":
      return { size: type.bits / 8, align: type.bits / 8 };
    case "bool":
      return { size: 1, align: 1 };
    case "void":
    case "never":
      return { size: 0, align: 1 };
    case "pointer":
    case "function":
      return { size: 8, align: 8 };
    case "slice":
    case "interface":
    case "closure":
      return { size: 16, align: 8 };
    case "array": {
      const element = layoutOf(type.element, structOf);
      return { size: element.size * type.count, align: element.align };
    }
    case "struct": {
      const { size, align } = structOf(type.struct);
      return { size, align };
    }
  }
}

/** The names of the members of a type, for proposals in messages. */
import type { Context } from "./context.ts";
import { classInfo, memberNames } from "./classes.ts";
import { interfaceMethods } from "./layout.ts";
import type { Ty } from "./types.ts";

/** Fields, methods and accessors of a value of this type. */
export function membersOf(context: Context, ty: Ty): readonly string[] {
  switch (ty.kind) {
    case "class":
      return memberNames(classInfo(context, ty));
    case "interface":
      return interfaceMethods(context, ty).map((m) => m.name);
    case "slice":
      return ["length", "addr", "sub"];
    case "array":
      return ["length", "slice"];
    case "str":
      return ["length"];
    default:
      return [];
  }
}

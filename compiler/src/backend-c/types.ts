/**
 * The type declarations of one unit: it learns which types the unit names or needs complete, and prints exactly those.
 *
 * A pointer to an array is a pointer to its first element, and an array of arrays is one flat array. So a pointer never
 * needs more than the forward declaration of a struct, and every type is written before the declared name.
 * Definitions are kept in the order in which they became complete, which is an order of dependency.
 */
import { typeKey } from "../ir/build.ts";
import type { Field, InterfaceId, Program, Struct, StructId, Type } from "../ir/ir.ts";
import { flatten, storageLayout } from "./layout.ts";
import { fieldName, shortName } from "./names.ts";

export class TypeTable {
  private readonly program: Program;
  private readonly forward = new Set<string>();
  /** C name to definition; an empty text while it is being made. */
  private readonly definitions = new Map<string, string>();

  constructor(program: Program) {
    this.program = program;
  }

  /** The C spelling of a type of values, e.g. `struct slice_u8`; never of an array. */
  name(type: Type): string {
    switch (type.kind) {
      case "int":
        return `${type.signed ? "i" : "u"}${String(type.bits)}`;
      case "float":
        return type.bits === 64 ? "double" : "float";
      case "bool":
        return "_Bool";
      case "void":
      case "never":
        return "void";
      case "pointer":
        return star(this.name(flatten(type.to).element));
      case "struct":
        return this.declareTag(`t_${type.struct}`);
      case "slice":
        return this.pairName(`slice_${typeKey(type.element)}`, () => [
          `${star(this.name(flatten(type.element).element))}data;`,
          "u64 length;",
        ]);
      case "interface":
        return this.pairName(`interface_${type.interface}`, () => [
          "void *object;",
          `${this.declareTag(`vtable_${type.interface}`)} const *vtable;`,
        ]);
      case "closure":
        return this.pairName(`closure_${typeKey(type)}`, () => [
          `${this.functionPointer(["void *", ...type.params.map((p) => this.name(p))], type.result, typeKey(type))} fn;`,
          "void *env;",
        ]);
      case "function":
        return this.functionPointer(
          type.params.map((p) => this.name(p)),
          type.result,
          typeKey(type),
        );
      case "array":
        throw new Error("an array is no value");
    }
  }

  /** A declaration without its semicolon: `u32 name`, `u8 name[16]`. */
  declare(type: Type, name: string): string {
    const { element, count } = flatten(type);
    return `${withSpace(this.name(element))}${name}${type.kind === "array" ? `[${String(count)}]` : ""}`;
  }

  /** The same for an object in read-only memory. */
  declareConstant(type: Type, name: string): string {
    const { element, count } = flatten(type);
    return `${withSpace(this.name(element))}const ${name}${type.kind === "array" ? `[${String(count)}]` : ""}`;
  }

  /** The unit uses objects of this type by value, so its definition has to be there. */
  complete(type: Type): void {
    const { element } = flatten(type);
    if (element.kind === "struct") {
      this.completeStruct(element.struct);
    } else if (element.kind !== "void" && element.kind !== "never") {
      this.name(element);
    }
  }

  /** As `complete`, for a struct. */
  completeStruct(id: StructId): Struct {
    const struct = this.program.structs.get(id);
    if (struct === undefined) {
      throw new Error(`the program has no struct ${id}`);
    }
    const name = this.declareTag(`t_${id}`);
    if (!this.definitions.has(name)) {
      this.definitions.set(name, "");
      for (const field of struct.fields) {
        this.complete(field.type);
      }
      this.define(name, structText(this.program, this, struct));
    }
    return struct;
  }

  /** The unit calls through, or defines, tables of functions of this interface. */
  completeVtable(id: InterfaceId): string {
    const name = this.declareTag(`vtable_${id}`);
    if (!this.definitions.has(name)) {
      this.definitions.set(name, "");
      const lines = (this.program.interfaces.get(id)?.methods ?? []).map((method) => {
        const params = ["void *", ...method.params.map((p) => this.name(p))].join(", ");
        return `  ${withSpace(this.name(method.result))}(*${fieldName(method.name)})(${params});`;
      });
      this.define(name, [`${name} {`, ...lines, "};"].join("\n"));
    }
    return name;
  }

  /** All declarations, in an order in which C accepts them. */
  text(): string {
    const forward = [...this.forward].sort().map((tag) => `${tag};`);
    return [...forward, ...[...this.definitions.values()].filter((text) => text !== "")].join("\n");
  }

  private declareTag(tag: string): string {
    const name = `struct ${shortName(tag)}`;
    this.forward.add(name);
    return name;
  }

  private pairName(key: string, fields: () => string[]): string {
    const name = this.declareTag(key);
    if (!this.definitions.has(name)) {
      this.definitions.set(name, "");
      this.define(name, `${name} { ${fields().join(" ")} };`);
    }
    return name;
  }

  private functionPointer(params: readonly string[], result: Type, key: string): string {
    const name = shortName(`fn_${key}`);
    if (!this.definitions.has(name)) {
      const list = params.length === 0 ? "void" : params.join(", ");
      this.define(name, `typedef ${withSpace(this.name(result))}(*${name})(${list});`);
    }
    return name;
  }

  /** (Re-)inserts at the end, behind everything that was defined while the text was made. */
  private define(name: string, text: string): void {
    this.definitions.delete(name);
    this.definitions.set(name, text);
  }
}

/** `u8` → `u8 *`, `u8 *` → `u8 **`. */
function star(name: string): string {
  return `${withSpace(name)}*`;
}

/** The type before a declared name: a space unless it ends in a star. */
export function withSpace(name: string): string {
  return name.endsWith("*") ? name : `${name} `;
}

/** The definition of a struct with explicit padding, and assertions that C lays it out as sema did. */
function structText(program: Program, types: TypeTable, struct: Struct): string {
  const name = types.name({ kind: "struct", struct: struct.id });
  const lines: string[] = [];
  let cursor = 0;
  let natural = 1;
  const pad = (bytes: number): void => {
    lines.push(`  u8 pad_${String(cursor)}[${String(bytes)}];`);
  };
  for (const field of inLayoutOrder(struct)) {
    const { size, align } = storageLayout(program, field.type);
    const step = struct.packed ? 1 : align;
    natural = Math.max(natural, step);
    if (!struct.union && field.offset !== Math.ceil(cursor / step) * step) {
      pad(field.offset - cursor);
    }
    lines.push(`  ${types.declare(field.type, fieldName(field.name))};`);
    cursor = struct.union ? Math.max(cursor, size) : field.offset + size;
  }
  const end = Math.ceil(cursor / struct.align) * struct.align;
  if (struct.size > end) {
    if (struct.union) {
      lines.push(`  u8 pad_all[${String(struct.size)}];`);
    } else {
      pad(struct.size - cursor);
    }
  }
  const attributes = [
    ...(struct.packed ? ["packed"] : []),
    ...(struct.align > natural ? [`aligned(${String(struct.align)})`] : []),
  ];
  const suffix = attributes.length === 0 ? "" : ` __attribute__((${attributes.join(", ")}))`;
  // A union keeps the tag of a struct: it is wrapped, and its members are reached as if they were direct.
  const body = struct.union ? [`  union${suffix} {`, ...lines, "  };"] : lines;
  return [`${name} {`, ...body, `}${suffix};`, ...layoutAssertions(struct, name)].join("\n");
}

function inLayoutOrder(struct: Struct): readonly Field[] {
  return struct.union ? struct.fields : [...struct.fields].sort((a, b) => a.offset - b.offset);
}

function layoutAssertions(struct: Struct, name: string): string[] {
  const message = `"layout of ${struct.id}"`;
  const offsets = struct.fields.map(
    (field) =>
      `_Static_assert(__builtin_offsetof(${name}, ${fieldName(field.name)}) == ${String(field.offset)}, ${message});`,
  );
  return [`_Static_assert(sizeof(${name}) == ${String(struct.size)}, ${message});`, ...offsets];
}

/** Rules for structs, interfaces, globals and their initial values. */
import type { Constant, Global, Interface, Struct, Type } from "./ir.ts";
import { layoutOf, type Layout } from "./layout.ts";
import type { Report } from "./verify-report.ts";
import { fitsInteger } from "./verify-expression.ts";

/** Layout: alignment, order, size, and no struct in itself. */
export function verifyStruct(report: Report, struct: Struct): void {
  const { size, align } = struct;
  report.check(align > 0 && (align & (align - 1)) === 0, "its alignment is no power of two");
  report.check(size >= 0 && size % align === 0, "its size is no multiple of its alignment");
  const names = new Set(struct.fields.map((field) => field.name));
  report.check(names.size === struct.fields.length, "two fields have one name");
  let end = 0;
  for (const field of struct.union ? struct.fields : byOffset(struct)) {
    report.storage(field.type, `field ${field.name}`);
    const layout = sizeAndAlign(report, field.type, new Set([struct.id]));
    if (layout === null) {
      report.add(`field ${field.name} contains its own struct`);
      continue;
    }
    const step = struct.packed ? 1 : layout.align;
    report.check(field.offset % step === 0, `field ${field.name} is not aligned`);
    report.check(
      struct.packed || align >= layout.align,
      `field ${field.name} needs a greater alignment of the struct`,
    );
    report.check(field.offset >= (struct.union ? 0 : end), `field ${field.name} overlaps another`);
    end = field.offset + layout.size;
    report.check(end <= size, `field ${field.name} ends outside of the struct`);
    report.check(
      !struct.union || field.offset === 0,
      `field ${field.name} of a union is not at its start`,
    );
  }
}

function byOffset(struct: Struct): Struct["fields"] {
  return [...struct.fields].sort((a, b) => a.offset - b.offset);
}

/** Null where the type contains one of `inside` by value. */
function sizeAndAlign(report: Report, type: Type, inside: ReadonlySet<string>): Layout | null {
  let isCyclic = false;
  const layout = layoutOf(type, (id) => {
    if (inside.has(id)) isCyclic = true;
    return report.program.structs.get(id) ?? { size: 0, align: 1 };
  });
  return isCyclic ? null : layout;
}

/** Methods have distinct names and sound types. */
export function verifyInterface(report: Report, type: Interface): void {
  const names = new Set(type.methods.map((method) => method.name));
  report.check(names.size === type.methods.length, "two methods have one name");
  for (const method of type.methods) {
    for (const param of method.params) {
      report.value(param, `a parameter of ${method.name}`);
    }
    report.result(method.result, `the result of ${method.name}`);
  }
}

/** The type is one of storage, and the initial value is of it. */
export function verifyGlobal(report: Report, global: Global): void {
  report.storage(global.type, "the global");
  report.check(
    !global.external || global.initial === undefined,
    "it is external and has an initial value",
  );
  if (global.initial !== undefined) {
    verifyConstant(report, global.type, global.initial);
  }
}

function verifyConstant(report: Report, type: Type, constant: Constant): void {
  switch (constant.kind) {
    case "int":
      if (type.kind === "int") {
        report.check(
          fitsInteger(type, constant.value),
          `${constant.value.toString()} does not fit`,
        );
      } else {
        report.check(type.kind === "pointer", "an integer initialises something else");
      }
      break;
    case "float":
      report.check(type.kind === "float", "a float initialises something else");
      break;
    case "bool":
      report.check(type.kind === "bool", "a boolean initialises something else");
      break;
    case "null":
      report.check(
        ["pointer", "function", "interface"].includes(type.kind),
        "null initialises something else",
      );
      break;
    case "string":
      report.check(
        type.kind === "slice" && report.key(type.element) === "u8",
        "a string initialises something else",
      );
      break;
    case "aggregate":
      verifyAggregate(report, type, constant.items);
      break;
    default:
      verifyReference(report, type, constant);
  }
}

function verifyAggregate(report: Report, type: Type, items: readonly Constant[]): void {
  if (type.kind === "array") {
    report.check(items.length <= type.count, "an array has more initial values than elements");
    for (const item of items) {
      verifyConstant(report, type.element, item);
    }
  } else if (type.kind === "struct") {
    const fields = report.program.structs.get(type.struct)?.fields ?? [];
    report.check(items.length <= fields.length, "a struct has more initial values than fields");
    items.forEach((item, i) => {
      const field = fields[i];
      if (field !== undefined) {
        verifyConstant(report, field.type, item);
      }
    });
  } else {
    report.add("an aggregate initialises something else");
  }
}

function verifyReference(
  report: Report,
  type: Type,
  constant: Extract<Constant, { kind: "slice" | "global" | "function" }>,
): void {
  const { program } = report;
  if (constant.kind === "function") {
    report.check(program.functions.has(constant.function), `no function ${constant.function}`);
    report.check(
      type.kind === "function" || report.key(type) === "u64",
      "a function initialises something else",
    );
    return;
  }
  const global = program.globals.get(constant.global);
  if (global === undefined) {
    report.add(`no global ${constant.global}`);
  } else if (constant.kind === "global") {
    report.check(
      type.kind === "pointer" || report.key(type) === "u64",
      "an address initialises something else",
    );
  } else {
    const array = global.type;
    report.check(type.kind === "slice" && array.kind === "array", "a slice is over an array");
    if (type.kind === "slice" && array.kind === "array") {
      report.expect(array.element, type.element, "an element of the array behind the slice");
      report.check(constant.count <= array.count, "a slice is longer than its array");
    }
  }
}

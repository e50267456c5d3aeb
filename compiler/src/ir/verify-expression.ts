/** Rules for expressions: operands and results have exactly the types that each operation says. */
import { BOOL, U32, U64, U8 } from "./build.ts";
import type { Expr, IntType, Type } from "./ir.ts";
import { operands } from "./walk.ts";
import type { Report } from "./verify-report.ts";

/** The variables of the function that the expressions are in. */
export interface Scope {
  typeOf(local: string): Type | undefined;
  /** The expression reads this local or takes its address. */
  used(local: string, address: boolean): void;
}

/** Whether the type has this value. */
export function fitsInteger(type: IntType, value: bigint): boolean {
  const bits = BigInt(type.bits);
  return type.signed
    ? value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n)
    : value >= 0n && value < 1n << bits;
}

/** The kind of its type as it is: programs that are checked may break what the declarations say. */
function kindOf(e: { readonly type: Type }): Type["kind"] {
  return e.type.kind;
}

/** Checks an expression and everything in it. */
export function verifyExpression(report: Report, scope: Scope, root: Expr): void {
  const stack: Expr[] = [root];
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    report.value(e.type, `the value of ${e.op}`);
    verifyOne(report, scope, e);
    stack.push(...operands(e));
  }
}

function verifyOne(report: Report, scope: Scope, e: Expr): void {
  switch (e.op) {
    case "int":
      report.check(
        kindOf(e) === "int" && fitsInteger(e.type, e.value),
        `${e.value.toString()} does not fit`,
      );
      return;
    case "float":
      report.check(kindOf(e) === "float", "a float literal has another type");
      return;
    case "bool":
      report.expect(e.type, BOOL, "a boolean literal");
      return;
    case "null":
      report.check(
        ["pointer", "function", "interface"].includes(e.type.kind),
        `null of a ${e.type.kind}`,
      );
      return;
    case "string":
      report.check(
        kindOf(e) === "slice" && report.same(e.type.element, U8),
        "a string is a slice of u8",
      );
      return;
    case "local":
    case "localAddress":
    case "globalAddress":
    case "function":
      verifyName(report, scope, e);
      return;
    case "load":
    case "fieldAddress":
    case "elementAddress":
    case "member":
      verifyAccess(report, e);
      return;
    case "unary":
      verifyUnary(report, e);
      return;
    case "binary":
      verifyBinary(report, e);
      return;
    case "convert":
      report.check(
        canConvert(report, e.operand.type, e.type),
        `no conversion from ${report.key(e.operand.type)} to ${report.key(e.type)}`,
      );
      return;
    case "andAlso":
    case "orElse":
      report.expect(e.left.type, BOOL, `the left operand of ${e.op}`);
      report.expect(e.right.type, BOOL, `the right operand of ${e.op}`);
      report.expect(e.type, BOOL, `the value of ${e.op}`);
      return;
    case "select":
      report.expect(e.condition.type, BOOL, "the condition of select");
      report.expect(e.then.type, e.type, "the first value of select");
      report.expect(e.else.type, e.type, "the second value of select");
      return;
    case "expect":
      report.expect(e.operand.type, BOOL, "the operand of expect");
      report.expect(e.type, BOOL, "the value of expect");
      return;
    default:
      verifyConstruction(report, e);
  }
}

function verifyName(
  report: Report,
  scope: Scope,
  e: Extract<Expr, { op: "local" | "localAddress" | "globalAddress" | "function" }>,
): void {
  if (e.op === "globalAddress") {
    const global = report.program.globals.get(e.global);
    if (global === undefined) {
      report.add(`no global ${e.global}`);
    } else {
      report.expect(e.type, { kind: "pointer", to: global.type }, `the address of ${e.global}`);
    }
  } else if (e.op === "function") {
    const fn = report.program.functions.get(e.function);
    if (fn === undefined) {
      report.add(`no function ${e.function}`);
    } else {
      const params = fn.params.map((param) => param.type);
      report.expect(
        e.type,
        { kind: "function", params, result: fn.result },
        `function ${e.function}`,
      );
    }
  } else {
    scope.used(e.local, e.op === "localAddress");
    const type = scope.typeOf(e.local);
    if (type === undefined) {
      report.add(`no local ${e.local}`);
    } else {
      report.expect(
        e.type,
        e.op === "local" ? type : { kind: "pointer", to: type },
        `local ${e.local}`,
      );
    }
  }
}

type Access = Extract<Expr, { op: "load" | "fieldAddress" | "elementAddress" | "member" }>;

function verifyAccess(report: Report, e: Access): void {
  if (e.op === "load") {
    report.expect(e.from.type, { kind: "pointer", to: e.type }, "the address of a load");
    return;
  }
  if (e.op === "elementAddress") {
    const { type } = e.base;
    report.expect(e.index.type, U64, "an index");
    const array = type.kind === "pointer" ? type.to : type;
    const isSequence = array.kind === "slice" ? type.kind === "slice" : array.kind === "array";
    if (isSequence && (array.kind === "slice" || array.kind === "array")) {
      report.expect(e.type, { kind: "pointer", to: array.element }, "the address of an element");
    } else {
      report.add(`an element of ${report.key(type)}`);
    }
    return;
  }
  const field = report.program.structs.get(e.struct)?.fields.find((f) => f.name === e.field);
  if (field === undefined) {
    report.add(`no field ${e.field} in struct ${e.struct}`);
    return;
  }
  const struct: Type = { kind: "struct", struct: e.struct };
  const address = e.op === "fieldAddress";
  report.expect(
    e.base.type,
    address ? { kind: "pointer", to: struct } : struct,
    `what field ${e.field} is of`,
  );
  report.expect(
    e.type,
    address ? { kind: "pointer", to: field.type } : field.type,
    `field ${e.field}`,
  );
}

function verifyUnary(report: Report, e: Extract<Expr, { op: "unary" }>): void {
  const { type } = e.operand;
  switch (e.operator) {
    case "lnot":
      report.expect(type, BOOL, "the operand of lnot");
      break;
    case "neg":
      report.check(type.kind === "int" || type.kind === "float", "neg of what is no number");
      break;
    default:
      report.check(type.kind === "int", `${e.operator} of what is no integer`);
  }
  const counts = e.operator === "clz" || e.operator === "ctz" || e.operator === "popcount";
  report.expect(e.type, counts ? U32 : type, `the value of ${e.operator}`);
}

function verifyBinary(report: Report, e: Extract<Expr, { op: "binary" }>): void {
  const { kind } = e.left.type;
  report.expect(e.right.type, e.left.type, `the right operand of ${e.operator}`);
  let allowed: readonly Type["kind"][];
  let result = e.left.type;
  switch (e.operator) {
    case "eq":
    case "ne":
      allowed = ["int", "float", "bool", "pointer", "function", "interface"];
      result = BOOL;
      break;
    case "lt":
    case "le":
    case "gt":
    case "ge":
      allowed = ["int", "float"];
      result = BOOL;
      break;
    case "and":
    case "or":
    case "xor":
      allowed = ["int", "bool"];
      break;
    case "add":
    case "sub":
    case "mul":
    case "div":
      allowed = ["int", "float"];
      break;
    default:
      allowed = ["int"];
  }
  report.check(allowed.includes(kind), `${e.operator} of a ${kind}`);
  report.expect(e.type, result, `the value of ${e.operator}`);
}

function canConvert(report: Report, from: Type, to: Type): boolean {
  switch (from.kind) {
    case "int":
      if (to.kind === "pointer" || to.kind === "function") {
        return report.same(from, U64);
      }
      return to.kind === "int" || to.kind === "float";
    case "float":
      return to.kind === "int" || to.kind === "float";
    case "bool":
      return to.kind === "int" || to.kind === "bool";
    case "pointer":
      return to.kind === "pointer" || report.same(to, U64);
    case "function":
      return report.same(to, U64);
    default:
      return false;
  }
}

type Construction = Exclude<
  Expr,
  {
    op:
      | "int"
      | "float"
      | "bool"
      | "null"
      | "string"
      | "local"
      | "localAddress"
      | "globalAddress"
      | "function"
      | "load"
      | "fieldAddress"
      | "elementAddress"
      | "member"
      | "unary"
      | "binary"
      | "convert"
      | "andAlso"
      | "orElse"
      | "select"
      | "expect";
  }
>;

function verifyConstruction(report: Report, e: Construction): void {
  switch (e.op) {
    case "sliceLength":
      report.check(e.slice.type.kind === "slice", "the length of what is no slice");
      report.expect(e.type, U64, "a length");
      return;
    case "sliceData":
      if (e.slice.type.kind === "slice") {
        report.expect(e.type, { kind: "pointer", to: e.slice.type.element }, "the data of a slice");
      } else {
        report.add("the data of what is no slice");
      }
      return;
    case "makeSlice":
      report.check(kindOf(e) === "slice", "makeSlice makes a slice");
      report.expect(e.data.type, { kind: "pointer", to: e.type.element }, "the data of makeSlice");
      report.expect(e.length.type, U64, "the length of makeSlice");
      return;
    case "makeStruct": {
      const fields = report.program.structs.get(e.type.struct)?.fields ?? [];
      report.check(fields.length === e.items.length, "makeStruct needs a value for every field");
      e.items.forEach((item, i) => {
        const field = fields[i];
        if (field !== undefined) {
          report.expect(item.type, field.type, `field ${field.name} of makeStruct`);
        }
      });
      return;
    }
    case "makeClosure":
      verifyClosure(report, e);
      return;
    case "makeInterface": {
      const pair = report.implementation(e.type.interface, e.struct);
      report.check(pair, `no implementation of ${e.type.interface} by ${e.struct}`);
      const object: Type = { kind: "pointer", to: { kind: "struct", struct: e.struct } };
      report.expect(e.object.type, object, "the object of makeInterface");
      return;
    }
    case "interfaceObject":
      report.check(e.value.type.kind === "interface", "interfaceObject of what is no interface");
      report.expect(e.type, { kind: "pointer", to: U8 }, "the value of interfaceObject");
  }
}

function verifyClosure(report: Report, e: Extract<Expr, { op: "makeClosure" }>): void {
  const fn = report.program.functions.get(e.function);
  if (fn === undefined) {
    report.add(`no function ${e.function}`);
    return;
  }
  const [environment, ...params] = fn.params.map((param) => param.type);
  report.check(environment?.kind === "pointer", `${e.function} takes no environment`);
  const { params: expected, result } = e.type;
  const fits =
    params.length === expected.length &&
    params.every((param, i) => report.same(param, expected[i] as Type));
  report.check(fits, `${e.function} has other parameters than the closure`);
  report.expect(fn.result, result, `the result of ${e.function}`);
  if (e.environment !== null && environment !== undefined) {
    report.expect(e.environment.type, environment, "the environment");
  }
}

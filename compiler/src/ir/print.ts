/**
 * The IR as text for people and goldens: one statement a line, expressions in the notation of TypeScript with their types
 * only where they decide something.
 */
import type { Constant, Function, Global, Local, Program, Stmt } from "./ir.ts";
import { printExpression, printType } from "./print-expression.ts";

/**
 * The whole program, each kind of declaration in the program's order. Called by hand, from the hook of `compileProgram`.
 * @public
 */
export function printProgram(program: Program): string {
  const structs = [...program.structs.values()].map((struct) => {
    const traits = `${struct.packed ? " packed" : ""}${struct.union ? " union" : ""}`;
    const fields = struct.fields.map(
      (f) =>
        `  ${f.name}: ${printType(f.type)} @ ${String(f.offset)}${f.volatile === true ? " volatile" : ""}\n`,
    );
    const size = `size ${String(struct.size)} align ${String(struct.align)}`;
    return `struct ${struct.id} ${size}${traits} {\n${fields.join("")}}`;
  });
  const interfaces = [...program.interfaces.values()].map((type) => {
    const methods = type.methods.map(
      (m) => `  ${m.name}(${m.params.map(printType).join(", ")}): ${printType(m.result)}\n`,
    );
    return `interface ${type.id} {\n${methods.join("")}}`;
  });
  const implementations = program.implementations.map(
    (i) => `${i.struct} implements ${i.interface}: ${i.functions.join(", ")}`,
  );
  const globals = [...program.globals.values()].map(printGlobal);
  const functions = [...program.functions.values()].map(printFunction);
  return `${[...structs, ...interfaces, ...implementations, ...globals, ...functions].join("\n")}\n`;
}

/** One function with its locals and body. */
export function printFunction(fn: Function): string {
  const params = fn.params.map(printLocal).join(", ");
  const traits = [
    ...(fn.exported ? ["export"] : []),
    ...(fn.generic ? ["generic"] : []),
    ...(fn.inline === "default" ? [] : [`inline=${fn.inline}`]),
    ...(fn.symbol === undefined ? [] : [`symbol=${fn.symbol}`]),
  ];
  const head = `${traits.map((trait) => `${trait} `).join("")}function ${fn.id}(${params}): ${printType(fn.result)}`;
  if (fn.body === undefined) {
    return `${head};`;
  }
  const lines: string[] = [];
  for (const local of fn.locals) {
    lines.push(`  ${local.temporary ? "temporary" : "local"} ${printLocal(local)}`);
  }
  printList(fn.body, "  ", lines);
  return [`${head} {`, ...lines, "}"].join("\n");
}

function printLocal(local: Local): string {
  return `${local.id}: ${printType(local.type)}`;
}

function printGlobal(global: Global): string {
  const kind = global.external ? "extern" : global.constant ? "const" : "global";
  const initial = global.initial === undefined ? "" : ` = ${printConstant(global.initial)}`;
  return `${global.exported ? "export " : ""}${kind} ${global.id}: ${printType(global.type)}${initial}`;
}

function printConstant(constant: Constant): string {
  switch (constant.kind) {
    case "int":
      return constant.value.toString();
    case "float":
    case "bool":
      return String(constant.value);
    case "null":
      return "null";
    case "string":
      return JSON.stringify(new TextDecoder().decode(constant.utf8));
    case "aggregate":
      return `[${constant.items.map(printConstant).join(", ")}]`;
    case "slice":
      return `${constant.global}[0..${String(constant.count)}]`;
    case "global":
      return `&${constant.global}`;
    case "function":
      return constant.function;
  }
}

function printList(body: readonly Stmt[], indent: string, lines: string[]): void {
  for (const s of body) {
    printStatement(s, indent, lines);
  }
}

function printStatement(s: Stmt, indent: string, lines: string[]): void {
  const nested = (body: readonly Stmt[]): void => {
    printList(body, `${indent}  `, lines);
  };
  const line = (text: string): void => {
    lines.push(indent + text);
  };
  switch (s.op) {
    case "if":
      line(`if ${printExpression(s.condition)} {`);
      nested(s.then);
      if (s.else.length > 0) {
        line("} else {");
        nested(s.else);
      }
      line("}");
      return;
    case "loop":
      line(`${s.postTest ? "do" : "loop"} ${s.label} {`);
      nested(s.before);
      line(
        `${s.postTest ? "last" : "while"} ${s.condition === null ? "true" : printExpression(s.condition)}`,
      );
      nested(s.body);
      if (s.update.length > 0) {
        line("update");
        nested(s.update);
      }
      line("}");
      return;
    case "switch":
      line(`switch ${printExpression(s.value)} {`);
      for (const arm of s.arms) {
        line(`case ${arm.values.join(", ")}:`);
        nested(arm.body);
      }
      line("default:");
      nested(s.otherwise);
      line("}");
      return;
    case "block":
      line(`block ${s.label} {`);
      nested(s.body);
      line("}");
      return;
    default:
      line(printSimple(s));
  }
}

type Simple = Exclude<Stmt, { op: "if" | "loop" | "switch" | "block" }>;

function printSimple(s: Simple): string {
  const e = printExpression;
  const all = (...items: Parameters<typeof e>[0][]): string =>
    items.map((item) => e(item)).join(", ");
  const result = (name: string | null): string => (name === null ? "" : `${name} = `);
  switch (s.op) {
    case "assign":
      return `${s.local} = ${e(s.value)}`;
    case "store":
      return `*${e(s.to)} = ${e(s.value)}${s.volatile === true ? " volatile" : ""}`;
    case "zero":
      return `zero ${e(s.to)}`;
    case "call":
      return `${result(s.result)}${s.function}(${all(...s.args)})`;
    case "callValue":
      return `${result(s.result)}call ${e(s.callee)}(${all(...s.args)})`;
    case "callInterface":
      return `${result(s.result)}${e(s.receiver)}.${s.interface}::${s.method}(${all(...s.args)})`;
    case "arith":
      return `${s.result} = checked ${s.operator}(${all(s.left, s.right)})`;
    case "boundsCheck":
      return `bounds ${e(s.index)} < ${e(s.length)}`;
    case "check":
      return `check ${s.kind} ${e(s.condition)} ${JSON.stringify(s.message)}`;
    case "leave":
    case "break":
    case "continue":
      return `${s.op} ${s.label}`;
    case "return":
      return s.value === null ? "return" : `return ${e(s.value)}`;
    case "unreachable":
      return "unreachable";
    case "copy":
      return `${s.overlapping ? "move" : "copy"}(${all(s.to, s.from, s.bytes)})`;
    case "fill":
      return `fill(${all(s.to, s.byte, s.bytes)})`;
    case "atomic":
      return `${result(s.result)}atomic ${s.operator}(${all(s.place, s.value)})`;
    case "atomicLoad":
      return `${s.result} = atomic load(${e(s.place)})`;
    case "atomicStore":
      return `atomic store(${all(s.place, s.value)})`;
    case "atomicCompareExchange":
      return `${s.result} = atomic compareExchange(${all(s.place, s.expected, s.value)})`;
    case "barrier":
      return `barrier ${s.barrier}`;
    case "portIn":
      return `${s.result} = in(${e(s.port)})`;
    case "portOut":
      return `out(${all(s.port, s.value)})`;
    case "timestamp":
      return `${s.result} = timestamp`;
    case "asm":
      return `asm ${JSON.stringify(s.parts)} (${all(...s.args)})`;
  }
}

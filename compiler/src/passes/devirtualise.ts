/**
 * Replaces interfaces by what the program really makes of them. The program is whole, so the conversions in live code say
 * which structs a value of an interface can be: an interface of one struct becomes a pointer to it and its calls direct
 * calls; one of none can only be null. Interfaces of several structs stay pairs of object and table, except where the
 * receiver of a call is converted on the spot.
 *
 * Struct layouts stay as they are: the second word of a field that became a pointer is padding.
 */
import { pointerTo, U8 } from "../ir/build.ts";
import type { Expr, FunctionId, InterfaceId, Program, Stmt, StructId, Type } from "../ir/ir.ts";
import { type Rewriter, rewriteLocals, rewriteStatements, typeRewriter } from "./rewrite.ts";

/** Changes the program in place; run `removeDead` before, so that only live conversions count, and after. */
export function devirtualise(program: Program): void {
  const structsOf = new Map<InterfaceId, StructId[]>();
  const functions = new Map<string, FunctionId>();
  for (const i of program.implementations) {
    structsOf.set(i.interface, [...(structsOf.get(i.interface) ?? []), i.struct]);
    const methods = program.interfaces.get(i.interface)?.methods ?? [];
    methods.forEach((method, n) =>
      functions.set(`${i.interface} ${i.struct} ${method.name}`, i.functions[n] ?? ""),
    );
  }
  const single = new Map<InterfaceId, StructId | null>();
  for (const id of program.interfaces.keys()) {
    const structs = structsOf.get(id) ?? [];
    if (structs.length <= 1) {
      single.set(id, structs[0] ?? null);
    }
  }
  const unassigned = new Set<string>();
  const rewriter = makeRewriter(single, functions, unassigned);
  rewriteProgram(program, rewriter, unassigned);
  const kept = program.implementations.filter((i) => !single.has(i.interface));
  program.implementations.splice(0, program.implementations.length, ...kept);
  for (const id of single.keys()) {
    program.interfaces.delete(id);
  }
}

function makeRewriter(
  single: Map<InterfaceId, StructId | null>,
  functions: Map<string, FunctionId>,
  unassigned: Set<string>,
): Rewriter {
  const pointers = new Map<StructId | null, Type>();
  const pointerOf = (struct: StructId | null): Type => {
    let type = pointers.get(struct);
    if (type === undefined) {
      type = pointerTo(struct === null ? U8 : { kind: "struct", struct });
      pointers.set(struct, type);
    }
    return type;
  };
  return {
    type: typeRewriter((type) => {
      const struct = single.get(type.interface);
      return struct === undefined ? type : pointerOf(struct);
    }),
    expression: (after) => {
      if (after.op === "makeInterface") {
        return (after.type as Type).kind === "interface" ? after : after.object;
      }
      if (after.op === "interfaceObject" && after.value.type.kind !== "interface") {
        return { op: "convert", type: after.type, operand: after.value };
      }
      return after;
    },
    statement: (s, before) => {
      if (s.op !== "callInterface") {
        return [s];
      }
      if (single.get(s.interface) === null) {
        unassigned.add(s.result ?? "");
        return impossibleCall(s);
      }
      return directCall(s, before, single, functions);
    },
  };
}

type InterfaceCall = Extract<Stmt, { op: "callInterface" }>;

/** Nothing is ever converted to the interface, so the receiver is a null that a check should have caught. */
function impossibleCall(s: InterfaceCall): readonly Stmt[] {
  const condition: Expr = { op: "bool", type: { kind: "bool" }, value: false };
  const message = `call of ${s.method} of an interface that nothing implements`;
  return [
    { op: "check", at: s.at, kind: "assert", condition, message },
    { op: "unreachable", at: s.at },
  ];
}

function directCall(
  s: InterfaceCall,
  before: Stmt,
  single: Map<InterfaceId, StructId | null>,
  functions: Map<string, FunctionId>,
): readonly Stmt[] {
  const struct = single.get(s.interface);
  const receiver = before.op === "callInterface" ? before.receiver : s.receiver;
  const known = struct ?? (receiver.op === "makeInterface" ? receiver.struct : undefined);
  const callee =
    known === undefined ? undefined : functions.get(`${s.interface} ${known} ${s.method}`);
  if (callee === undefined) {
    return [s];
  }
  const object = s.receiver.op === "makeInterface" ? s.receiver.object : s.receiver;
  return [{ op: "call", at: s.at, result: s.result, function: callee, args: [object, ...s.args] }];
}

function rewriteProgram(program: Program, rewriter: Rewriter, unassigned: Set<string>): void {
  for (const [id, struct] of program.structs) {
    const fields = struct.fields.map((field) => ({ ...field, type: rewriter.type(field.type) }));
    program.structs.set(id, { ...struct, fields });
  }
  for (const [id, type] of program.interfaces) {
    const methods = type.methods.map((method) => ({
      ...method,
      params: method.params.map((param) => rewriter.type(param)),
      result: rewriter.type(method.result),
    }));
    program.interfaces.set(id, { ...type, methods });
  }
  for (const [id, global] of program.globals) {
    program.globals.set(id, { ...global, type: rewriter.type(global.type) });
  }
  for (const [id, fn] of program.functions) {
    unassigned.clear();
    const body = fn.body === undefined ? {} : { body: rewriteStatements(fn.body, rewriter) };
    const locals = rewriteLocals(fn.locals, rewriter);
    program.functions.set(id, {
      ...fn,
      params: rewriteLocals(fn.params, rewriter),
      result: rewriter.type(fn.result),
      // What only an impossible call assigned is read by nothing that runs, and is no temporary any more.
      locals: locals.map((x) => (unassigned.has(x.id) ? { ...x, temporary: false } : x)),
      ...body,
    });
  }
}

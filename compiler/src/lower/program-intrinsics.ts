/** Lowers the built-ins that stand for the whole program: start-up, main, tests. Their bodies are made at the end. */
import type ts from "typescript";
import { boolValue, I32, localValue, STR, U64 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { argumentsAs } from "./intrinsics.ts";
import type { Lowerer } from "./lowerer.ts";

interface Shape {
  readonly params: readonly Ty[];
  readonly result: Ty;
  readonly type: ir.Type;
}

/** Names and types; the function of each is called `program_NAME`. */
export const PROGRAM: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["runModuleInitializers", { params: [], result: T.voidTy, type: { kind: "void" } }],
  ["runInitCalls", { params: [], result: T.voidTy, type: { kind: "void" } }],
  ["runMain", { params: [], result: T.i32, type: I32 }],
  ["testCount", { params: [], result: T.usize, type: U64 }],
  ["testName", { params: [T.usize], result: T.str, type: STR }],
  ["runTest", { params: [T.usize], result: T.voidTy, type: { kind: "void" } }],
]);

export const programFunction = (name: string): ir.FunctionId => `program_${name}`;

/** A call of a function of the prelude that concerns the program as a whole. */
export function lowerProgramIntrinsic(
  l: Lowerer,
  body: Body,
  node: ts.CallExpression,
  name: string,
): Value {
  const shape = PROGRAM.get(name);
  if (shape === undefined) throw new Error(name);
  const args = argumentsAs(l, body, node, shape.params);
  const isVoid = shape.type.kind === "void";
  const result = isVoid ? undefined : body.temporary(shape.type);
  body.emit({ op: "call", result: result?.id ?? null, function: programFunction(name), args });
  return { ty: shape.result, expr: result === undefined ? boolValue(false) : localValue(result) };
}

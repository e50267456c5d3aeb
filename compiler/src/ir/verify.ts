/**
 * Checks the rules of the IR (ir.ts says them). A program without errors can be translated without further questions, so
 * every pass and the backend rely on them and none checks again. Linear in the size of the program.
 */
import { sameType, STR, U32, U64 } from "./build.ts";
import type { Function, FunctionId, Implementation, Location, Program, Type } from "./ir.ts";
import { verifyGlobal, verifyInterface, verifyStruct } from "./verify-data.ts";
import { verifyFunction } from "./verify-function.ts";
import { Report } from "./verify-report.ts";

/** One broken rule. */
export interface VerifyError {
  /** Id of the function, global, struct, interface … that breaks the rule. */
  readonly where: string;
  /** The statement, where it is in one. */
  readonly at?: Location;
  readonly message: string;
}

/** All broken rules, in the order of the program; empty where it is well formed. */
export function verify(program: Program): VerifyError[] {
  const report = new Report(program);
  for (const struct of program.structs.values()) {
    report.within(struct.id);
    verifyStruct(report, struct);
  }
  for (const type of program.interfaces.values()) {
    report.within(type.id);
    verifyInterface(report, type);
  }
  for (const implementation of program.implementations) {
    report.within(`${implementation.struct} as ${implementation.interface}`);
    verifyImplementation(report, implementation);
  }
  for (const [id, global] of program.globals) {
    report.within(id);
    report.check(global.id === id, "its id differs from its key");
    verifyGlobal(report, global);
  }
  for (const [id, fn] of program.functions) {
    report.within(id);
    report.check(fn.id === id, "its id differs from its key");
    verifyFunction(report, fn);
  }
  verifySymbols(report);
  verifyPanics(report);
  return report.errors;
}

function verifyImplementation(report: Report, implementation: Implementation): void {
  const { program } = report;
  const type = program.interfaces.get(implementation.interface);
  report.check(type !== undefined, "the interface does not exist");
  report.check(program.structs.has(implementation.struct), "the struct does not exist");
  const methods = type?.methods ?? [];
  report.check(
    methods.length === implementation.functions.length,
    "one function for each method is needed",
  );
  const receiver: Type = { kind: "pointer", to: { kind: "struct", struct: implementation.struct } };
  methods.forEach((method, i) => {
    const fn = program.functions.get(implementation.functions[i] ?? "");
    if (fn === undefined) {
      report.add(`the function of method ${method.name} does not exist`);
      return;
    }
    const expected = [receiver, ...method.params];
    const fits = hasSignature(fn, expected, method.result);
    report.check(fits, `${fn.id} does not have the parameters and result of method ${method.name}`);
  });
}

function hasSignature(fn: Function, params: readonly Type[], result: Type): boolean {
  return (
    fn.params.length === params.length &&
    fn.params.every((param, i) => sameType(param.type, params[i] as Type)) &&
    sameType(fn.result, result)
  );
}

/** A symbol that two definitions have would only be found by the linker, or silently by nobody. */
function verifySymbols(report: Report): void {
  const defined = new Map<string, string>();
  const { functions, globals } = report.program;
  const items = [
    ...[...functions.values()].filter((fn) => fn.body !== undefined),
    ...[...globals.values()].filter((global) => !global.external),
  ];
  for (const { id, symbol } of items) {
    const name = symbol ?? id;
    const other = defined.get(name);
    report.within(id);
    report.check(other === undefined, `the symbol ${name} is also that of ${other ?? ""}`);
    defined.set(name, id);
  }
}

function verifyPanics(report: Report): void {
  const { program } = report;
  const expected: [FunctionId, Type[]][] = [
    [program.panics.bounds, [U64, U64, STR, U32]],
    [program.panics.check, [STR, STR, U32]],
  ];
  for (const [id, params] of expected) {
    report.within(id);
    const fn = program.functions.get(id);
    const fits = fn !== undefined && hasSignature(fn, params, { kind: "never" });
    report.check(fits, "the panic function does not exist or has other parameters");
  }
}

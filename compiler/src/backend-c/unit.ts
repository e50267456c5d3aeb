/**
 * One C file: the bodies are written first and record what they name; the declarations of exactly that are put in front.
 */
import type { CUnit, Checks } from "../driver/interface.ts";
import type { Function, Global, Program } from "../ir/ir.ts";
import { initializer } from "./constants.ts";
import { UnitContext, type VtableKey, vtableName } from "./context.ts";
import { fieldName, localName, textLiteral } from "./names.ts";
import type { Ownership, UnitPlan } from "./plan.ts";
import { Statements } from "./statements.ts";
import { withSpace } from "./types.ts";
import { Writer } from "./writer.ts";

const PREAMBLE = `typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char i8;
typedef short i16;
typedef int i32;
typedef long long i64;
#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wmisleading-indentation"
#pragma GCC diagnostic ignored "-Wuninitialized"
#ifdef __clang__
#pragma clang diagnostic ignored "-Wsometimes-uninitialized"
#pragma clang diagnostic ignored "-Wself-assign"
#else
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wsign-compare"
#endif`;

/** The text of one unit. */
export function emitUnit(
  program: Program,
  checks: Checks,
  ownership: Ownership,
  plan: UnitPlan,
): CUnit {
  const context = new UnitContext(program, checks);
  const bodies = [
    ...plan.copies.map((fn) => functionText(context, fn, "copy")),
    ...plan.functions.map((fn) =>
      functionText(context, fn, ownership.isShared(fn.id) ? "shared" : "own"),
    ),
  ];
  const globals = plan.globals.map((global) =>
    definitionOf(context, global, ownership.isShared(global.id)),
  );
  const tables = plan.vtables.map((key) =>
    tableText(context, key, ownership.isShared(vtableName(key))),
  );
  const failures = failureText(context);
  const owned = new Set([...plan.functions, ...plan.globals].map((item) => item.id));
  const declarations = [
    ...[...context.globals]
      .sort()
      .flatMap((id) => (owned.has(id) ? [] : [externText(context, context.globalOf(id))])),
    ...plan.globals.map((global) => forwardText(context, global, ownership.isShared(global.id))),
    ...prototypes(context, plan, ownership),
    ...[...context.vtables]
      .sort(byKey)
      .flatMap(([name, key]) => externTable(context, name, key, plan)),
  ];
  const sections = [
    `/* ${plan.package}${plan.generic ? ", instances of generic code" : ""}: made by the Typekraft compiler. */`,
    PREAMBLE,
    context.types.text(),
    declarations.filter((line) => line !== "").join("\n"),
    context.helpers.text().join("\n"),
    failures,
    globals.join("\n"),
    tables.join("\n"),
    ...bodies,
  ];
  return {
    name: plan.name,
    package: plan.package,
    text: `${sections.filter((section) => section !== "").join("\n\n")}\n`,
  };
}

function prototypes(context: UnitContext, plan: UnitPlan, ownership: Ownership): string[] {
  const all = new Set([...plan.functions.map((fn) => fn.id), ...context.functions]);
  return [...all].sort().map((id) => {
    const fn = context.functionOf(id);
    const linkage = ownership.isShared(id) ? "shared" : "own";
    return `${signature(context, fn, linkage)}${attributesOf(fn, ownership.isShared(id))};`;
  });
}

/** Whose the function is: this unit's alone, named by others too, or another's and here only to be inlined. */
type Linkage = "own" | "shared" | "copy";

/** `static u32 name(u64 l_x)`; names of parameters only where it is the head of the definition. */
function signature(
  context: UnitContext,
  fn: Function,
  linkage: Linkage,
  definition = false,
): string {
  const params = fn.params.map((param) =>
    definition
      ? context.types.declare(param.type, localName(param.id))
      : context.types.name(param.type),
  );
  const inline = fn.inline === "always" || fn.inline === "hint" ? "inline " : "";
  // Without `inline` on the prototype, an `inline` definition is also the external one.
  const external = definition ? inline : "";
  const storage = isLocal(fn, linkage !== "own") ? `static ${inline}` : external;
  const result = withSpace(context.types.name(fn.result));
  return `${linkage === "copy" ? COPY : storage}${result}${fn.id}(${params.length === 0 ? "void" : params.join(", ")})`;
}

/** GNU's meaning of `extern inline`: the definition is inlined or not used at all. */
const COPY = "extern inline __attribute__((gnu_inline)) ";

function isLocal(fn: Function, shared: boolean): boolean {
  return fn.body !== undefined && !fn.exported && !shared;
}

function attributesOf(fn: Function, shared: boolean): string {
  const attributes = [
    ...(fn.result.kind === "never" ? ["noreturn", "cold"] : []),
    ...(fn.inline === "always" && fn.body !== undefined ? ["always_inline"] : []),
    ...(fn.inline === "never" ? ["noinline"] : []),
    ...(fn.body !== undefined && !fn.exported && shared ? ['visibility("hidden")'] : []),
  ];
  const symbol =
    fn.symbol !== undefined && fn.symbol !== fn.id ? ` __asm__(${textLiteral(fn.symbol)})` : "";
  return `${symbol}${attributes.length === 0 ? "" : ` __attribute__((${attributes.join(", ")}))`}`;
}

function functionText(context: UnitContext, fn: Function, linkage: Linkage): string {
  const out = new Writer();
  const localTypes = new Map([...fn.params, ...fn.locals].map((local) => [local.id, local.type]));
  for (const type of [fn.result, ...localTypes.values()]) {
    context.types.complete(type);
  }
  out.plain(`/* ${fn.source.replaceAll("*/", "* /").replaceAll("/*", "/ *")} */`);
  out.line(fn.location, `${signature(context, fn, linkage, true)} {`);
  out.indent();
  for (const local of fn.locals) {
    out.plain(`${context.types.declare(local.type, localName(local.id))};`);
  }
  new Statements(context, out, localTypes).list(fn.body ?? []);
  out.outdent();
  out.plain("}");
  return out.text();
}

/** Functions that know their file, so that each check passes only what differs. */
function failureText(context: UnitContext): string {
  const { types, program } = context;
  const str = types.name({ kind: "slice", element: { kind: "int", bits: 8, signed: false } });
  const head = "static __attribute__((noreturn, cold, noinline)) void";
  const fileValue = (file: string): string =>
    `(${str}){(u8 *)${textLiteral(file)}, ${String(new TextEncoder().encode(file).length)}}`;
  const lines = [
    ...[...context.boundsFiles].map(
      ([file, index]) =>
        `${head} tk_outside_${String(index)}(u64 index, u64 length, u32 line) { ` +
        `${program.panics.bounds}(index, length, ${fileValue(file)}, line); }`,
    ),
    ...[...context.checkFiles].map(
      ([file, index]) =>
        `${head} tk_fail_${String(index)}(const char *message, u64 length, u32 line) { ` +
        `${program.panics.check}((${str}){(u8 *)message, length}, ${fileValue(file)}, line); }`,
    ),
  ];
  return lines.join("\n");
}

function declarationOf(context: UnitContext, global: Global): string {
  context.types.complete(global.type);
  return global.constant && !global.external
    ? context.types.declareConstant(global.type, global.id)
    : context.types.declare(global.type, global.id);
}

function symbolOf(global: Global): string {
  return global.symbol !== undefined && global.symbol !== global.id
    ? ` __asm__(${textLiteral(global.symbol)})`
    : "";
}

function externText(context: UnitContext, global: Global): string {
  const hidden = global.external || global.exported ? "" : ' __attribute__((visibility("hidden")))';
  return `extern ${declarationOf(context, global)}${symbolOf(global)}${hidden};`;
}

/** Initialisers and functions may name globals that are defined after them. */
function forwardText(context: UnitContext, global: Global, shared: boolean): string {
  if (global.external || shared || global.exported) {
    return externText(context, global);
  }
  return global.initial === undefined ? "" : `static ${declarationOf(context, global)};`;
}

function definitionOf(context: UnitContext, global: Global, shared: boolean): string {
  if (global.external) {
    return "";
  }
  const storage = shared || global.exported ? "" : "static ";
  const initial =
    global.initial === undefined ? null : initializer(context, global.type, global.initial);
  return `${storage}${declarationOf(context, global)}${initial === null ? "" : ` = ${initial}`};`;
}

function tableText(context: UnitContext, key: VtableKey, shared: boolean): string {
  const { program, types } = context;
  const implementation = program.implementations.find(
    (i) => i.interface === key.interface && i.struct === key.struct,
  );
  const methods = program.interfaces.get(key.interface)?.methods;
  if (implementation === undefined || methods === undefined) {
    throw new Error(`${key.struct} does not implement ${key.interface}`);
  }
  const items = methods.map((method, i) => {
    const params = ["void *", ...method.params.map((p) => types.name(p))].join(", ");
    const fn = context.useFunction(implementation.functions[i] ?? "");
    return `  .${fieldName(method.name)} = (${types.name(method.result)} (*)(${params}))${fn},`;
  });
  const name = types.completeVtable(key.interface);
  return [`${shared ? "" : "static "}const ${name} ${vtableName(key)} = {`, ...items, "};"].join(
    "\n",
  );
}

function externTable(context: UnitContext, name: string, key: VtableKey, plan: UnitPlan): string[] {
  if (plan.vtables.some((own) => vtableName(own) === name)) {
    return [];
  }
  const type = context.types.completeVtable(key.interface);
  return [`extern const ${type} ${name} __attribute__((visibility("hidden")));`];
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

/** What belongs to the program as a whole: its roots, and the functions for start-up, main and tests. */
import ts from "typescript";
import { checkDocTags } from "../diagnostics/doc-tags.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { docTag } from "../frontend/tags.ts";
import { I32, intValue, localValue, STR, U64, VOID } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { classInfo } from "../sema/classes.ts";
import { EMPTY_ENV, type Context } from "../sema/context.ts";
import { resolveType, typeParameters } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import { findEarlyReads, type Initializer } from "../passes/init-order.ts";
import { checkStatic, stringExpr } from "./intrinsics.ts";
import { functionShell, Lowerer } from "./lowerer.ts";
import { programFunction } from "./program-intrinsics.ts";

export const INIT_LEVELS = ["early", "bus", "device", "network", "service"] as const;

/** Lowers everything that the roots of the program need. */
export function lowerProgram(context: Context): ir.Program {
  const l = new Lowerer(context);
  const panics = l.panics();
  const inits = new Map<string, ir.FunctionId[]>();
  const tests: { readonly name: string; readonly function: ir.FunctionId }[] = [];
  for (const file of context.frontend.modules) {
    checkDocTags(file, context.sink);
    collectRoots(l, file, inits, tests);
  }
  const main = mainFunction(l);
  if (context.options.main !== undefined) lowerOwnPackage(l, context.options.main);
  lowerPackages(l, new Set(context.options.check));
  l.drain();
  const at = { file: "program", line: 1 };
  const define = (
    name: string,
    params: readonly ir.Local[],
    result: ir.Type,
    body: ir.Stmt[],
    locals: ir.Local[],
  ): void => {
    l.addFunction({
      ...functionShell(context, context.frontend.prelude, {
        id: programFunction(name),
        source: name,
        params,
        result,
      }),
      package: "program",
      location: at,
      locals,
      body,
    });
  };
  const call = (fn: ir.FunctionId): ir.Stmt => ({
    op: "call",
    result: null,
    function: fn,
    args: [],
    at,
  });
  const initializers = orderedInitializers(l);
  rejectEarlyReads(context, { ...context.program, panics }, initializers);
  define("runModuleInitializers", [], VOID, initializers.map((i) => i.function).map(call), []);
  const calls = INIT_LEVELS.flatMap((level) => inits.get(level) ?? []).map(call);
  define("runInitCalls", [], VOID, calls, []);
  defineMain(main, define, at);
  defineTests(tests, define, at);
  return { ...context.program, panics };
}

type Define = (
  name: string,
  params: readonly ir.Local[],
  result: ir.Type,
  body: ir.Stmt[],
  locals: ir.Local[],
) => void;

function collectRoots(
  l: Lowerer,
  file: ts.SourceFile,
  inits: Map<string, ir.FunctionId[]>,
  tests: { readonly name: string; readonly function: ir.FunctionId }[],
): void {
  const { context } = l;
  const isTest = context.options.tests?.includes(file.fileName) === true;
  for (const s of file.statements) {
    l.attempt(() => {
      checkTopLevel(l, s);
      if (!ts.isFunctionDeclaration(s)) return;
      if (docTag(s, "export") !== undefined && docTag(s, "extern") === undefined)
        l.function(s, EMPTY_ENV, undefined);
      const level = docTag(s, "init");
      if (level !== undefined && takesPart(context, file)) addInit(l, s, level, inits);
      const test = docTag(s, "test");
      if (test !== undefined && isTest) {
        const instance = l.function(s, EMPTY_ENV, undefined);
        if (instance.params.length > 0 || instance.result !== T.voidTy) {
          context.sink.error(s, "TK4006", "a @test function takes nothing and gives void");
        }
        tests.push({
          name: `${s.name?.text ?? ""}${test === "" ? "" : ` ${test}`}`,
          function: instance.id,
        });
      }
    });
  }
}

/**
 * Whether the `@init` functions of a module run. In a test build only those of the platform and of bound
 * implementations do: a test of TCP does not start a network.
 */
function takesPart(context: Context, file: ts.SourceFile): boolean {
  const { tests, roots, bindings } = context.options;
  if (tests === undefined) return true;
  const own = context.frontend.packageOf(file);
  return (
    [...bindings.values()].includes(own) ||
    roots.some((r) => context.frontend.packageOfPath(r) === own)
  );
}

function checkTopLevel(l: Lowerer, s: ts.Statement): void {
  if (
    ts.isExpressionStatement(s) &&
    ts.isCallExpression(s.expression) &&
    s.expression.expression.getText() === "staticAssert"
  ) {
    checkStatic(l, s.expression, EMPTY_ENV);
    return;
  }
  const allowed =
    ts.isImportDeclaration(s) ||
    ts.isExportDeclaration(s) ||
    ts.isFunctionDeclaration(s) ||
    ts.isClassDeclaration(s) ||
    ts.isInterfaceDeclaration(s) ||
    ts.isEnumDeclaration(s) ||
    ts.isTypeAliasDeclaration(s) ||
    ts.isVariableStatement(s) ||
    ts.isModuleDeclaration(s) ||
    ts.isEmptyStatement(s);
  if (!allowed) {
    l.context.sink.error(
      s,
      "TK1007",
      "a module has only declarations at top level; move this into main() or an @init function",
    );
  }
}

function addInit(
  l: Lowerer,
  s: ts.FunctionDeclaration,
  level: string,
  inits: Map<string, ir.FunctionId[]>,
): void {
  if (!(INIT_LEVELS as readonly string[]).includes(level)) {
    const hint = didYouMean(level, INIT_LEVELS);
    const levels = INIT_LEVELS.join(", ");
    l.context.sink.error(s, "TK4006", `@init ${level}: the levels are ${levels}${hint}`);
    return;
  }
  const instance = l.function(s, EMPTY_ENV, undefined);
  if (instance.params.length > 0 || instance.result !== T.voidTy) {
    l.context.sink.error(s, "TK4006", "an @init function takes nothing and gives void");
  }
  inits.set(level, [...(inits.get(level) ?? []), instance.id]);
}

/** The application's own package is checked as a whole, whether or not everything is used. */
function lowerOwnPackage(l: Lowerer, main: string): void {
  const { frontend } = l.context;
  const file = frontend.moduleAt(main);
  if (file === undefined) return;
  const own = frontend.packageOf(file);
  if (own === "program") lowerModule(l, file);
  else lowerPackages(l, new Set([own]));
}

function lowerPackages(l: Lowerer, names: ReadonlySet<string>): void {
  const { frontend } = l.context;
  for (const module of frontend.modules) {
    if (names.has(frontend.packageOf(module))) lowerModule(l, module);
  }
}

function lowerModule(l: Lowerer, module: ts.SourceFile): void {
  for (const s of module.statements)
    l.attempt(() => {
      lowerDeclaration(l, s);
    });
}

function lowerDeclaration(l: Lowerer, s: ts.Statement): void {
  if (ts.isFunctionDeclaration(s) && typeParameters(s).length === 0) {
    const declared = docTag(s, "bind") ?? docTag(s, "template");
    if (declared === undefined) l.function(s, EMPTY_ENV, undefined);
  } else if (ts.isVariableStatement(s)) {
    for (const d of s.declarationList.declarations) {
      l.attempt(() => {
        if ((s.declarationList.flags & ts.NodeFlags.BlockScoped) === 0)
          l.context.sink.error(s, "TK1005", "use `const` or `let`");
        if (
          docTag(d, "bind") === undefined &&
          d.initializer !== undefined &&
          ts.isIdentifier(d.name)
        )
          checkVariable(l, d);
      });
    }
  } else if (ts.isClassDeclaration(s) && typeParameters(s).length === 0) {
    lowerClass(l, s);
  } else if (ts.isEnumDeclaration(s)) {
    l.enumMembers(s);
  } else if (ts.isTypeAliasDeclaration(s) && typeParameters(s).length === 0) {
    resolveType(l.context, s.type, EMPTY_ENV);
  }
}

function checkVariable(l: Lowerer, d: ts.VariableDeclaration): void {
  const initializer = d.initializer;
  if (
    initializer !== undefined &&
    ts.isAsExpression(initializer) &&
    ts.isConstTypeReference(initializer.type)
  )
    return;
  const constant = l.constantOf(d);
  if (constant) return;
  l.global(d);
}

function lowerClass(l: Lowerer, s: ts.ClassDeclaration): void {
  const info = classInfo(l.context, T.classType(s, [], l.context.typeName(s)));
  // The methods of an abstract class are lowered with each class that inherits them.
  if (T.isAbstract(info.type)) return;
  l.constructorOf(info);
  for (const m of s.members) {
    l.attempt(() => {
      const isFunction = ts.isMethodDeclaration(m) || ts.isGetAccessor(m) || ts.isSetAccessor(m);
      if (!isFunction || typeParameters(m).length > 0 || m.body === undefined) return;
      const isStatic = (ts.getCombinedModifierFlags(m) & ts.ModifierFlags.Static) !== 0;
      l.function(m, info.env, isStatic ? undefined : info.type);
    });
  }
}

/** Initialisers in the order of modules, then of declarations. */
function orderedInitializers(l: Lowerer): Initializer[] {
  const order = new Map(l.context.frontend.modules.map((m, i) => [m, i]));
  const key = (d: ts.Declaration): [number, number] => [order.get(d.getSourceFile()) ?? 0, d.pos];
  return [...l.initializers].sort((a, b) => {
    const [fileA, posA] = key(a.declaration);
    const [fileB, posB] = key(b.declaration);
    return fileA - fileB || posA - posB;
  });
}

function rejectEarlyReads(
  context: Context,
  program: ir.Program,
  initializers: readonly Initializer[],
): void {
  if (context.sink.hasErrors) return;
  for (const e of findEarlyReads(program, initializers)) {
    const why =
      e.variable === e.reads
        ? `the initialiser of \`${e.variable}\` reads it`
        : `the initialiser of \`${e.variable}\` reads \`${e.reads}\`, whose own runs later; declare that one before`;
    context.sink.atLine(e.at.file, e.at.line, "TK3005", why);
  }
}

interface Main {
  readonly id: ir.FunctionId;
  readonly result: T.Ty;
  readonly type: ir.Type;
}

function mainFunction(l: Lowerer): Main | undefined {
  const { context } = l;
  const path = context.options.main;
  if (path === undefined) return undefined;
  const file = context.frontend.moduleAt(path);
  if (file === undefined) {
    context.sink.general("TK4004", `the module ${path} does not exist`);
    return undefined;
  }
  const symbol = context.checker.getSymbolAtLocation(file);
  const exported =
    symbol && context.checker.getExportsOfModule(symbol).find((s) => s.name === "main");
  const declaration = exported?.valueDeclaration;
  if (declaration === undefined || !ts.isFunctionDeclaration(declaration)) {
    context.sink.general(
      "TK4005",
      `${context.sink.path(file)} exports no function \`main\`; write \`export function main(): i32\``,
    );
    return undefined;
  }
  let main: Main | undefined;
  l.attempt(() => {
    const instance = l.function(declaration, EMPTY_ENV, undefined);
    const { result } = instance;
    if (
      instance.params.length > 0 ||
      (result.kind !== "int" && result !== T.voidTy && result !== T.never)
    ) {
      context.sink.error(
        declaration,
        "TK4005",
        "`main` takes nothing and gives an integer, the exit status, or void",
      );
      return;
    }
    const type: ir.Type =
      result.kind === "int" ? { kind: "int", bits: result.bits, signed: result.signed } : VOID;
    main = { id: instance.id, result, type };
  });
  return main;
}

function defineMain(main: Main | undefined, define: Define, at: ir.Location): void {
  const status: ir.Stmt = { op: "return", value: intValue(I32, 0n), at };
  if (main === undefined) {
    define("runMain", [], I32, [status], []);
    return;
  }
  if (main.type.kind !== "int") {
    const never: ir.Stmt = { op: "unreachable", at };
    const call: ir.Stmt = { op: "call", result: null, function: main.id, args: [], at };
    define("runMain", [], I32, [call, main.result === T.never ? never : status], []);
    return;
  }
  const local: ir.Local = { id: "status", type: main.type, temporary: true };
  const value = localValue(local);
  const same = main.type.bits === 32 && main.type.signed;
  define(
    "runMain",
    [],
    I32,
    [
      { op: "call", result: local.id, function: main.id, args: [], at },
      { op: "return", value: same ? value : { op: "convert", type: I32, operand: value }, at },
    ],
    [local],
  );
}

function defineTests(
  tests: readonly { readonly name: string; readonly function: ir.FunctionId }[],
  define: Define,
  at: ir.Location,
): void {
  define("testCount", [], U64, [{ op: "return", value: intValue(U64, tests.length), at }], []);
  const index: ir.Local = { id: "index", type: U64, temporary: false };
  define(
    "testName",
    [index],
    STR,
    [
      {
        op: "switch",
        value: localValue(index),
        arms: tests.map((t, i) => ({
          values: [BigInt(i)],
          body: [{ op: "return", value: stringExpr(t.name), at }],
        })),
        otherwise: [{ op: "return", value: stringExpr(""), at }],
        at,
      },
      { op: "unreachable", at },
    ],
    [],
  );
  define(
    "runTest",
    [index],
    VOID,
    [
      {
        op: "switch",
        value: localValue(index),
        arms: tests.map((t, i) => ({
          values: [BigInt(i)],
          body: [{ op: "call", result: null, function: t.function, args: [], at }],
        })),
        otherwise: [],
        at,
      },
    ],
    [],
  );
}

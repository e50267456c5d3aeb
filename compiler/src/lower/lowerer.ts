/**
 * Instances on demand: a function, constructor, global or interface table is lowered when something first needs it,
 * once for each set of type arguments. Work is queued, so that recursion in the source is none here.
 */
import ts from "typescript";
import { Abandon } from "../diagnostics/sink.ts";
import { docTag } from "../frontend/tags.ts";
import { STR, U32, U64 } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import {
  classInfo,
  findMember,
  implementedInterfaces,
  receiverClass,
  type ClassInfo,
} from "../sema/classes.ts";
import { declaredConstant, enumValues } from "../sema/constants.ts";
import { EMPTY_ENV, type Context, type Env } from "../sema/context.ts";
import { interfaceId, interfaceMethods, structType, valueType } from "../sema/layout.ts";
import { parameterType, resolveType, typeParameters } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { ClassTy, Ty } from "../sema/types.ts";
import { lowerConstructor, lowerFunctionBody } from "./functions.ts";
import { lowerGlobal, type GlobalInstance } from "./globals.ts";

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.MethodDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

/** The types of a function. */
export interface Signature {
  readonly params: readonly Ty[];
  readonly result: Ty;
}

/** A function with its type arguments chosen: what is lowered once. */
export interface FunctionInstance extends Signature {
  readonly id: ir.FunctionId;
}

export class Lowerer {
  readonly globals = new Map<ts.VariableDeclaration | ts.PropertyDeclaration, GlobalInstance>();
  /** Functions that initialise globals at start, with the place of the global in the program's order. */
  readonly initializers: {
    readonly declaration: ts.Declaration;
    readonly global: ir.GlobalId;
    readonly function: ir.FunctionId;
  }[] = [];
  private readonly instances = new Map<string, FunctionInstance>();
  private readonly keys = new Map<ts.Node, number>();
  private readonly queue: (() => void)[] = [];
  private readonly langItems = new Map<string, ts.FunctionDeclaration>();
  private readonly implemented = new Set<string>();
  private readonly enums = new Map<ts.EnumDeclaration, ReadonlyMap<string, bigint>>();

  constructor(readonly context: Context) {
    for (const file of context.frontend.modules) {
      for (const s of file.statements) {
        const name = ts.isFunctionDeclaration(s) ? docTag(s, "lang") : undefined;
        if (name === undefined || !ts.isFunctionDeclaration(s)) continue;
        if (this.langItems.has(name))
          context.sink.error(s, "TK4007", `a second function is marked @lang ${name}`);
        this.langItems.set(name, s);
      }
    }
  }

  /** The declaration that the compiler calls under this name. */
  langDeclaration(name: string): ts.FunctionDeclaration | undefined {
    return this.langItems.get(name);
  }

  /** The members of an enum with their values, evaluated once. */
  enumMembers(declaration: ts.EnumDeclaration): ReadonlyMap<string, bigint> {
    let values = this.enums.get(declaration);
    if (values === undefined) {
      values = enumValues(this.context, declaration);
      this.enums.set(declaration, values);
    }
    return values;
  }

  /** Whether the variable is a compile-time constant, which needs no storage. */
  constantOf(declaration: ts.VariableDeclaration): boolean {
    return declaredConstant(this.context, declaration, EMPTY_ENV) !== undefined;
  }

  /** Lowers all that is queued; what that needs is queued in turn. */
  drain(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) next();
  }

  /** Queues work whose errors abandon only itself. */
  enqueue(work: () => void): void {
    this.queue.push(() => {
      this.attempt(work);
    });
  }

  /** Runs work; whether it was not abandoned because of an error. */
  attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (error instanceof Abandon) return false;
      throw error;
    }
  }

  /** The types of a function under `env`. */
  signature(node: ts.SignatureDeclaration, env: Env): Signature {
    return {
      params: node.parameters
        .filter((p) => p.name.getText() !== "this")
        .map((p) => parameterType(this.context, p, env)),
      result: this.resultType(node, env),
    };
  }

  private resultType(node: ts.SignatureDeclaration, env: Env): Ty {
    if (node.type !== undefined) {
      if (ts.isTypePredicateNode(node.type)) {
        return node.type.assertsModifier === undefined ? T.bool : T.voidTy;
      }
      return resolveType(this.context, node.type, env);
    }
    if (ts.isSetAccessor(node) || ts.isConstructorDeclaration(node)) return T.voidTy;
    const signature = this.context.checker.getSignatureFromDeclaration(node);
    const flags = signature && this.context.checker.getReturnTypeOfSignature(signature).flags;
    if (flags !== undefined) {
      if ((flags & ts.TypeFlags.Void) !== 0) return T.voidTy;
      if ((flags & ts.TypeFlags.Never) !== 0) return T.never;
      if ((flags & ts.TypeFlags.BooleanLike) !== 0) return T.bool;
    }
    return this.context.sink.fatal(node, "TK1002", "write the result type of the function");
  }

  /** The instance of a function, static method, method or accessor under `env`. */
  function(node: FunctionNode, env: Env, self: ClassTy | undefined): FunctionInstance {
    const key = this.instanceKey(node, env, self);
    const known = this.instances.get(key);
    if (known !== undefined) return known;
    this.rejectAsync(node);
    this.rejectEndless(node, env);
    const signature = this.signature(node, env);
    const source = functionName(node, self);
    const symbol = this.symbolOf(node);
    const args = argumentsOf(node, env);
    const suffix = args.length === 0 ? "" : `<${args.map((a) => T.show(a)).join(",")}>`;
    const id = this.context.identifier(node, source + accessorSuffix(node) + suffix);
    const instance: FunctionInstance = { id, ...signature };
    this.instances.set(key, instance);
    this.enqueue(() => {
      lowerFunctionBody(this, node, env, self, {
        id,
        source: source + (args.length === 0 ? "" : suffix.replaceAll(",", ", ")),
        generic: args.length > 0,
        ...(symbol === undefined ? {} : { symbol }),
        signature,
      });
    });
    return instance;
  }

  /**
   * The constructor function of a class: parameters `this` and the declared ones; undefined where nothing runs.
   * That of an abstract class is made for each class `self` that extends it.
   */
  constructorOf(info: ClassInfo, self: ClassTy = info.type): FunctionInstance | undefined {
    const key = `constructor ${info.type.key} of ${self.key}`;
    const known = this.instances.get(key);
    if (known !== undefined) return known.id === "" ? undefined : known;
    const owner = constructing(info);
    const params = owner?.construct ? this.signature(owner.construct, owner.env).params : [];
    const of = self === info.type ? "" : `_of_${T.show(self)}`;
    const id = this.context.identifier(info.type.declaration, `${T.show(info.type)}_new${of}`);
    const instance: FunctionInstance = { id, params, result: T.voidTy };
    this.instances.set(key, instance);
    if (this.isTrivial(info)) {
      this.instances.set(key, { ...instance, id: "" });
      return undefined;
    }
    this.enqueue(() => {
      lowerConstructor(this, info, self, { id, params });
    });
    return instance;
  }

  /** Whether construction of zeroed memory does nothing. */
  private isTrivial(info: ClassInfo): boolean {
    if (info.construct !== undefined) return false;
    if (info.base !== undefined && this.constructorOf(info.base) !== undefined) return false;
    return info.fields.every((f) => {
      if (f.initializer === undefined || isZeroInitializer(f.initializer)) {
        return (
          f.ty.kind !== "array" ||
          f.ty.of.kind !== "class" ||
          this.constructorOf(classInfo(this.context, f.ty.of)) === undefined
        );
      }
      if (ts.isNewExpression(f.initializer) && f.ty.kind === "class") {
        const inner = classInfo(this.context, f.ty);
        return (
          (f.initializer.arguments?.length ?? 0) === 0 && this.constructorOf(inner) === undefined
        );
      }
      return false;
    });
  }

  /** Makes sure that the class has a table for the interface; reports where it does not say `implements`. */
  implement(node: ts.Node, type: ClassTy, target: T.InterfaceTy | ClassTy): void {
    const key = `${type.key} as ${target.key}`;
    if (this.implemented.has(key)) return;
    const info = classInfo(this.context, type);
    if (
      target.kind === "interface" &&
      !implementedInterfaces(this.context, info).includes(target)
    ) {
      this.context.sink.fatal(
        node,
        "TK2015",
        `class ${T.show(type)} does not say that it implements ${T.show(target)}`,
      );
    }
    this.implemented.add(key);
    const functions = interfaceMethods(this.context, target).map((m) => {
      const member = findMember(info, m.name);
      if (member?.kind !== "method") {
        return this.context.sink.fatal(
          node,
          "TK2015",
          `${T.show(type)} has no method ${m.name}, which ${T.show(target)} needs`,
        );
      }
      const instance = this.function(
        member.declaration,
        member.owner.env,
        receiverClass(member.owner, type),
      );
      const same =
        instance.result === m.result &&
        instance.params.length === m.params.length &&
        instance.params.every((p, i) => p === m.params[i]);
      if (!same) {
        this.context.sink.fatal(
          member.declaration,
          "TK2015",
          `${T.show(type)}.${m.name} does not have the exact parameter and result types of ${T.show(target)}.${m.name}: ` +
            `(${m.params.map(T.show).join(", ")}) => ${T.show(m.result)}`,
        );
      }
      return instance.id;
    });
    structType(this.context, type);
    this.context.program.implementations.push({
      interface: interfaceId(this.context, target),
      struct: info.structId,
      functions,
    });
  }

  /** The global behind a module-level variable or static field. */
  global(node: ts.VariableDeclaration | ts.PropertyDeclaration): GlobalInstance {
    const known = this.globals.get(node);
    return known ?? lowerGlobal(this, node);
  }

  /** A function that stands for one that the compiler makes itself. */
  addFunction(fn: ir.Function): void {
    this.context.program.functions.set(fn.id, fn);
  }

  /** The panic functions; without the panic package in the program, checks cannot be compiled. */
  panics(): ir.PanicFunctions {
    return {
      bounds: this.langFunction("panicBounds", [U64, U64, STR, U32]),
      check: this.langFunction("panicCheck", [STR, STR, U32]),
    };
  }

  private langFunction(name: string, params: readonly ir.Type[]): ir.FunctionId {
    const declaration = this.langItems.get(name);
    if (declaration === undefined) {
      this.context.sink.general(
        "TK4007",
        `no package of the program has a function marked @lang ${name} (@typekraft/panic has)`,
      );
      return "";
    }
    const instance = this.function(declaration, EMPTY_ENV, undefined);
    const given = instance.params.map((p) => JSON.stringify(valueType(this.context, p)));
    if (
      instance.result !== T.never ||
      given.join() !== params.map((p) => JSON.stringify(p)).join()
    ) {
      this.context.sink.error(
        declaration,
        "TK4007",
        `@lang ${name} has other parameters than the compiler passes, or its result is not never`,
      );
    }
    return instance.id;
  }

  /** An instance that needs another one of a deeper type, and so on. */
  private rejectEndless(node: FunctionNode, env: Env): void {
    if (argumentsOf(node, env).every((a) => T.nesting(a) <= T.MAX_NESTING)) return;
    this.context.sink.fatal(
      node,
      "TK2012",
      `the type arguments nest deeper than ${String(T.MAX_NESTING)}: the function calls itself with ever new types`,
    );
  }

  private rejectAsync(node: FunctionNode): void {
    if (node.asteriskToken !== undefined) {
      this.context.sink.fatal(node, "TK1001", "generators are not part of the kernel profile");
    }
    if (ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword) === true) {
      this.context.sink.fatal(
        node,
        "TK1001",
        "async functions are not part of the kernel profile; start a thread instead",
      );
    }
  }

  private symbolOf(node: FunctionNode): string | undefined {
    for (const tag of ["extern", "export"]) {
      const text = docTag(node, tag);
      if (text === undefined) continue;
      const symbol = text.split(/\s/)[0] ?? "";
      const name = symbol === "" ? (node.name?.getText() ?? "") : symbol;
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
      this.context.sink.error(
        node,
        "TK4006",
        `@${tag} ${name}: a symbol has only letters, digits and _`,
      );
    }
    return undefined;
  }

  private instanceKey(node: ts.Node, env: Env, self: ClassTy | undefined): string {
    let id = this.keys.get(node);
    if (id === undefined) {
      id = this.keys.size;
      this.keys.set(node, id);
    }
    const inherited = self !== undefined && self.declaration !== node.parent ? self.key : "";
    return `${String(id)} ${inherited} ${argumentsOf(node, env)
      .map((a) => a.key)
      .join("|")}`;
  }
}

/** The type arguments of the class around, then the function's own. */
function argumentsOf(node: ts.Node, env: Env): Ty[] {
  const parameters = [...typeParameters(node.parent), ...typeParameters(node)];
  return parameters.flatMap((p) => env.get(p) ?? []);
}

/** The class whose written constructor runs for `new`, its own or an inherited one. */
export function constructing(info: ClassInfo): ClassInfo | undefined {
  for (let c: ClassInfo | undefined = info; c !== undefined; c = c.base) {
    if (c.construct !== undefined) return c;
  }
  return undefined;
}

/** Whether an initialiser leaves zeroed memory as it is. */
export function isZeroInitializer(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node)) return Number(node.text) === 0;
  if (node.kind === ts.SyntaxKind.FalseKeyword || node.kind === ts.SyntaxKind.NullKeyword)
    return true;
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return false;
  const [argument] = node.arguments;
  if (node.expression.text === "fixedArray") return true;
  return (
    argument !== undefined &&
    node.arguments.length === 1 &&
    /^(virt|phys|dma|u8|u16|u32|u64|usize|i8|i16|i32|i64|isize|htons|htonl)$/.test(
      node.expression.text,
    ) &&
    isZeroInitializer(argument)
  );
}

function functionName(node: FunctionNode, self: ClassTy | undefined): string {
  const name = node.name?.getText() ?? "function";
  if (self !== undefined) return `${T.show(self)}.${name}`;
  return ts.isClassDeclaration(node.parent) ? `${node.parent.name?.text ?? "class"}.${name}` : name;
}

function accessorSuffix(node: FunctionNode): string {
  return ts.isGetAccessor(node) ? "_get" : ts.isSetAccessor(node) ? "_set" : "";
}

/** What a body-less or compiler-made function has in common. */
export function functionShell(
  context: Context,
  node: ts.Node,
  parts: Pick<ir.Function, "id" | "source" | "params" | "result"> & Partial<ir.Function>,
): ir.Function {
  return {
    package: context.packageOf(node),
    generic: false,
    location: context.location(node),
    exported: false,
    inline: "default",
    locals: [],
    ...parts,
  };
}

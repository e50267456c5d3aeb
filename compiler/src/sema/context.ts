/** What all stages of one compilation share: the front end, the diagnostics, the program being built, names. */
import ts from "typescript";
import type { CompileOptions } from "../driver/interface.ts";
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Frontend } from "../frontend/program.ts";
import type * as ir from "../ir/ir.ts";
import { isUnsafeFile } from "../frontend/tags.ts";
import type { ClassInfo } from "./classes.ts";
import type { Ty } from "./types.ts";

/** Type parameter → argument, within one instance of generic code. */
export type Env = ReadonlyMap<ts.Node, Ty>;

export const EMPTY_ENV: Env = new Map();

/** A mutable view of the program under construction. */
export interface ProgramBuilder {
  readonly structs: Map<string, ir.Struct>;
  readonly interfaces: Map<string, ir.Interface>;
  readonly implementations: ir.Implementation[];
  readonly globals: Map<string, ir.Global>;
  readonly functions: Map<string, ir.Function>;
}

export class Context {
  readonly program: ProgramBuilder = {
    structs: new Map(),
    interfaces: new Map(),
    implementations: [],
    globals: new Map(),
    functions: new Map(),
  };
  readonly classes = new Map<Ty, ClassInfo>();
  private readonly declarations = new Map<ts.Node, ts.Declaration | null>();
  private accessorNames: Set<string> | undefined;
  private readonly unsafe = new Map<ts.SourceFile, boolean>();
  private readonly ids = new Map<ts.Node, number>();
  private readonly taken = new Map<string, number>();

  constructor(
    readonly frontend: Frontend,
    readonly options: CompileOptions,
    readonly sink: DiagnosticSink,
  ) {}

  get checker(): ts.TypeChecker {
    return this.frontend.checker;
  }

  location(node: ts.Node): ir.Location {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    return { file: this.sink.path(file), line: line + 1 };
  }

  isUnsafe(node: ts.Node): boolean {
    const file = node.getSourceFile();
    let unsafe = this.unsafe.get(file);
    if (unsafe === undefined) {
      unsafe = isUnsafeFile(file);
      this.unsafe.set(file, unsafe);
    }
    return unsafe;
  }

  packageOf(node: ts.Node): string {
    return this.frontend.packageOf(node.getSourceFile());
  }

  inPrelude(node: ts.Node): boolean {
    return node.getSourceFile() === this.frontend.prelude;
  }

  /** The name of a declared type in type keys: unique, while `show` gives what the source says. */
  typeName(declaration: ts.Node & { readonly name?: ts.Identifier | undefined }): string {
    let id = this.ids.get(declaration);
    if (id === undefined) {
      id = this.ids.size + 1;
      this.ids.set(declaration, id);
    }
    return `${declaration.name?.text ?? "class"}#${String(id)}`;
  }

  /**
   * A C identifier for something declared at `node`: package, file, and its name. The same sources give the same
   * identifiers, so that unchanged packages keep their C.
   */
  identifier(node: ts.Node, name: string): string {
    const file = node.getSourceFile().fileName;
    const stem = file.slice(file.lastIndexOf("/") + 1).replace(/\.ts$/, "");
    const pack = this.packageOf(node).replace(/^@typekraft\//, "");
    return this.unique(clean(`${pack}__${stem}__${name}`));
  }

  unique(wanted: string): string {
    const count = this.taken.get(wanted) ?? 0;
    this.taken.set(wanted, count + 1);
    return count === 0 ? wanted : this.unique(`${wanted}_${String(count)}`);
  }

  /** The declaration that a name means, through imports and re-exports. */
  declarationOf(name: ts.Node): ts.Declaration | undefined {
    const known = this.declarations.get(name);
    if (known !== undefined) return known === null ? undefined : known;
    const found = this.findDeclaration(name);
    this.declarations.set(name, found ?? null);
    return found;
  }

  /**
   * The declaration behind `Class.member`, `Enum.Member` or `namespace.name`. Members of values have none here: their
   * class finds them, which spares tsc the type of the value.
   */
  staticMember(node: ts.PropertyAccessExpression): ts.Declaration | undefined {
    return this.isScope(node.expression) ? this.declarationOf(node.name) : undefined;
  }

  /** Whether some class of the program has an accessor of this name. */
  isAccessorName(name: string): boolean {
    if (this.accessorNames === undefined) {
      const names = new Set<string>();
      const visit = (n: ts.Node): void => {
        if (ts.isGetAccessor(n) || ts.isSetAccessor(n)) names.add(n.name.getText());
        if (ts.isClassDeclaration(n) || ts.isSourceFile(n)) ts.forEachChild(n, visit);
      };
      for (const module of this.frontend.modules) visit(module);
      this.accessorNames = names;
    }
    return this.accessorNames.has(name);
  }

  private isScope(node: ts.Expression): boolean {
    const isName = ts.isIdentifier(node);
    if (!isName && !(ts.isPropertyAccessExpression(node) && this.isScope(node.expression)))
      return false;
    const declaration = this.declarationOf(isName ? node : node.name);
    return (
      declaration !== undefined &&
      (ts.isClassDeclaration(declaration) ||
        ts.isEnumDeclaration(declaration) ||
        ts.isSourceFile(declaration) ||
        ts.isModuleDeclaration(declaration))
    );
  }

  private findDeclaration(name: ts.Node): ts.Declaration | undefined {
    let symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(name.parent)
      : this.checker.getSymbolAtLocation(name);
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      symbol = this.checker.getAliasedSymbol(symbol);
    }
    if (symbol === undefined) return undefined;
    return symbol.valueDeclaration ?? symbol.declarations?.[0];
  }
}

function clean(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9_]+/g, "_").replace(/_+$/, "");
  if (safe.length <= 120) return safe;
  let hash = 0;
  for (const c of text) hash = (Math.imul(hash, 31) + (c.codePointAt(0) ?? 0)) >>> 0;
  return `${safe.slice(0, 100)}_${hash.toString(16)}`;
}

/** Replaces an API's `@bind` declaration by the export of the package that implements it. */
import ts from "typescript";
import { docTag } from "../frontend/tags.ts";
import type { Lowerer } from "./lowerer.ts";

/** The declaration to use: the provider's for a `@bind` one, otherwise itself. */
export function boundDeclaration(
  l: Lowerer,
  declaration: ts.Declaration,
  use: ts.Node,
): ts.Declaration {
  if (!ts.isFunctionDeclaration(declaration) && !ts.isVariableDeclaration(declaration))
    return declaration;
  if (docTag(declaration, "bind") === undefined) return declaration;
  const { context } = l;
  const api = context.packageOf(declaration);
  const name = declaration.name?.getText() ?? "";
  const provider = context.options.bindings.get(api);
  // What is only checked stays as it is declared.
  if (provider === undefined && context.options.check !== undefined) return declaration;
  if (provider === undefined) {
    return context.sink.fatal(
      use,
      "TK4001",
      `nothing in this program implements ${api}, which \`${name}\` belongs to`,
    );
  }
  const found = providerExport(l, provider, name);
  if (found === undefined) {
    return context.sink.fatal(
      use,
      "TK4002",
      `${provider} implements ${api} but exports no \`${name}\``,
    );
  }
  return found;
}

/** Whether the declaration stands for something outside the program: assembly, or an API in code that is only checked. */
export function isExternal(l: Lowerer, declaration: ts.Node): boolean {
  if (docTag(declaration, "extern") !== undefined) return true;
  return l.context.options.check !== undefined && docTag(declaration, "bind") !== undefined;
}

function providerExport(l: Lowerer, provider: string, name: string): ts.Declaration | undefined {
  const { context } = l;
  const entry = context.options.packages.find((p) => p.name === provider)?.entry;
  const module = entry === undefined ? undefined : context.frontend.moduleAt(entry);
  const symbol = module && context.checker.getSymbolAtLocation(module);
  const exported =
    symbol && context.checker.getExportsOfModule(symbol).find((s) => s.name === name);
  if (exported === undefined) return undefined;
  const target =
    (exported.flags & ts.SymbolFlags.Alias) === 0
      ? exported
      : context.checker.getAliasedSymbol(exported);
  return target.valueDeclaration;
}

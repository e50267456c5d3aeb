/** Lowers statements and declarations of variables; loops and switch have files of their own. */
import ts from "typescript";
import type * as ir from "../ir/ir.ts";
import { Abandon } from "../diagnostics/sink.ts";
import { createdType } from "../sema/classes.ts";
import { declaredConstant, evaluate } from "../sema/constants.ts";
import { structType, valueType } from "../sema/layout.ts";
import { resolveStorable, resolveType } from "../sema/resolve.ts";
import * as T from "../sema/types.ts";
import type { Ty } from "../sema/types.ts";
import { assignedVariables } from "./assigned.ts";
import type { Body } from "./body.ts";
import { constructFresh, newClass, stackArray } from "./construct.ts";
import { coerce, unreadValue, settle } from "./convert.ts";
import { lowerCondition, lowerExpression } from "./expression.ts";
import type { Lowerer } from "./lowerer.ts";
import { lowerDo, lowerFor, lowerForOf, lowerJump, lowerWhile } from "./loops.ts";
import { lowerSwitch } from "./switch.ts";
import { lowerTemplate } from "./template.ts";
import { registerCleanup } from "./using.ts";

/** The statements of a block in a scope of their own. */
export function lowerBlock(l: Lowerer, body: Body, block: ts.Block): void {
  body.scope({}, () => {
    lowerStatements(l, body, block.statements);
  });
}

/** Lowers statements in order; an error in one does not hide those in the next. */
export function lowerStatements(l: Lowerer, body: Body, statements: readonly ts.Statement[]): void {
  let abandoned: Abandon | undefined;
  for (const statement of statements) {
    if (body.ended()) break;
    try {
      lowerStatement(l, body, statement);
    } catch (error) {
      if (!(error instanceof Abandon)) throw error;
      abandoned = error;
      if (ts.isVariableStatement(statement)) break;
    }
  }
  if (abandoned !== undefined) throw abandoned;
}

/** Any statement. */
export function lowerStatement(l: Lowerer, body: Body, node: ts.Statement): void {
  const { context } = l;
  body.at = context.location(node);
  switch (node.kind) {
    case ts.SyntaxKind.EmptyStatement:
      return;
    case ts.SyntaxKind.ThrowStatement:
    case ts.SyntaxKind.TryStatement:
      context.sink.fatal(
        node,
        "TK1006",
        "there are no exceptions: return an error value; for cleaning up there is `using`",
      );
      break;
    case ts.SyntaxKind.ForInStatement:
      context.sink.fatal(
        node,
        "TK1001",
        "objects have no keys at run time; `for … of` goes through slices and arrays",
      );
  }
  if (ts.isBlock(node)) lowerBlock(l, body, node);
  else if (ts.isExpressionStatement(node)) lowerExpressionStatement(l, body, node.expression);
  else if (ts.isVariableStatement(node)) lowerVariables(l, body, node.declarationList);
  else if (ts.isIfStatement(node)) lowerIf(l, body, node);
  else if (ts.isReturnStatement(node)) lowerReturn(l, body, node);
  else if (ts.isWhileStatement(node)) lowerWhile(l, body, node);
  else if (ts.isDoStatement(node)) lowerDo(l, body, node);
  else if (ts.isForStatement(node)) lowerFor(l, body, node);
  else if (ts.isForOfStatement(node)) lowerForOf(l, body, node);
  else if (ts.isSwitchStatement(node)) lowerSwitch(l, body, node);
  else if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) lowerJump(l, body, node);
  else if (ts.isLabeledStatement(node)) lowerStatement(l, body, node.statement);
  else
    context.sink.fatal(
      node,
      "TK1001",
      "this declaration or statement is only at the top of a module, or not part of the kernel profile",
    );
}

function lowerExpressionStatement(l: Lowerer, body: Body, node: ts.Expression): void {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  if (ts.isTaggedTemplateExpression(inner)) {
    lowerTemplate(l, body, inner);
    return;
  }
  lowerExpression(l, body, inner);
}

function lowerIf(l: Lowerer, body: Body, node: ts.IfStatement): void {
  const known = evaluate(l.context, node.expression, body.env);
  if (typeof known?.value === "boolean") {
    // The branch that configuration switches off is not even lowered: what only it uses vanishes.
    const taken = known.value ? node.thenStatement : node.elseStatement;
    if (taken !== undefined) scoped(l, body, taken);
    return;
  }
  const condition = lowerCondition(l, body, node.expression);
  const { elseStatement } = node;
  const thenList = body.nested(() => {
    scoped(l, body, node.thenStatement);
  });
  const elseList =
    elseStatement === undefined
      ? []
      : body.nested(() => {
          scoped(l, body, elseStatement);
        });
  body.at = l.context.location(node);
  body.emit({ op: "if", condition, then: thenList, else: elseList });
}

/** A statement that may be a block, in a scope of its own. */
export function scoped(l: Lowerer, body: Body, node: ts.Statement): void {
  body.scope({}, () => {
    lowerStatement(l, body, node);
  });
}

function lowerReturn(l: Lowerer, body: Body, node: ts.ReturnStatement): void {
  const hasCleanup = body.scopes.some((s) => s.cleanups.length > 0);
  if (node.expression === undefined) {
    body.result ??= T.voidTy;
    body.unwind(0);
    body.emit({ op: "return", value: null });
    return;
  }
  const value = lowerExpression(l, body, node.expression, body.result);
  body.result ??= settle(l, body, value, node.expression).ty;
  if (body.result === T.voidTy && (value.ty === T.voidTy || value.ty === T.never)) {
    body.unwind(0);
    if (value.ty === T.voidTy) body.emit({ op: "return", value: null });
    return;
  }
  if (body.result === T.never) {
    if (value.ty !== T.never)
      l.context.sink.error(node, "TK2001", "a function of type never does not return");
    return;
  }
  if (value.ty === T.never) {
    if (!body.ended()) body.emit({ op: "unreachable" });
    return;
  }
  rejectLocalObject(l, body, node.expression);
  const expr = coerce(l, body, value, body.result, node.expression);
  const kept = hasCleanup ? body.keep(expr) : expr;
  body.at = l.context.location(node);
  body.unwind(0);
  body.emit({ op: "return", value: kept });
}

/** An object in this function's frame must not be returned. */
function rejectLocalObject(l: Lowerer, body: Body, node: ts.Expression): void {
  if (!ts.isIdentifier(node)) return;
  const declaration = l.context.declarationOf(node);
  if (declaration !== undefined && body.variables.get(declaration)?.embedded === true) {
    l.context.sink.error(
      node,
      "TK3001",
      `\`${node.text}\` is on the stack and would outlive its function; let the caller pass the object in`,
    );
  }
}

/** Declares the variables of a `const`, `let` or `using`. */
export function lowerVariables(l: Lowerer, body: Body, list: ts.VariableDeclarationList): void {
  if ((list.flags & ts.NodeFlags.BlockScoped) === 0)
    l.context.sink.error(list, "TK1005", "use `const` or `let`");
  for (const declaration of list.declarations) lowerVariable(l, body, declaration);
}

function lowerVariable(l: Lowerer, body: Body, node: ts.VariableDeclaration): void {
  const { context } = l;
  const isUsing =
    (node.parent.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using &&
    (node.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using;
  const isAwait = (node.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing;
  if (isAwait)
    context.sink.fatal(node, "TK1001", "`await using` is not part of the kernel profile");
  if (ts.isArrayBindingPattern(node.name)) {
    lowerDestructuring(l, body, node, node.name);
    return;
  }
  if (!ts.isIdentifier(node.name))
    return context.sink.fatal(node, "TK1001", "only tuples are taken apart: `const [a, b] = f()`");
  if (declaredConstant(context, node, body.env) !== undefined) return;
  const annotated =
    node.type === undefined ? undefined : resolveStorable(context, node.type, body.env);
  if (annotated?.kind === "closure") {
    context.sink.fatal(
      node,
      "TK3002",
      "a closure cannot be kept in a variable; pass it directly, or use CFn<F>",
    );
  }
  const fixed = isConst(node) || !assignedVariables(functionAround(node)).has(node);
  const { initializer } = node;
  if (initializer === undefined) {
    declareEmpty(l, body, node, annotated);
    return;
  }
  if (declareObject(l, body, node, initializer, annotated)) {
    if (isUsing) registerCleanup(l, body, node);
    return;
  }
  const value = lowerExpression(l, body, initializer, annotated);
  const { ty, expr } =
    annotated === undefined
      ? settle(l, body, value, initializer)
      : { ty: annotated, expr: coerce(l, body, value, annotated, initializer) };
  if (ty.kind === "closure")
    context.sink.fatal(
      node,
      "TK3002",
      "a closure cannot be kept in a variable; pass it directly, or use CFn<F>",
    );
  body.at = context.location(node);
  declareValue(l, body, node, node.name.text, ty, expr, fixed);
  if (isUsing) registerCleanup(l, body, node);
}

const isConst = (node: ts.VariableDeclaration): boolean =>
  (node.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const ||
  (node.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using;

/** The outermost function around, so that closures' assignments count. */
export function functionAround(node: ts.Node): ts.Node {
  let found: ts.Node = node;
  for (let n: ts.Node = node; !ts.isSourceFile(n); n = n.parent)
    if (ts.isFunctionLike(n)) found = n;
  return found;
}

/** A variable that starts with a value. */
export function declareValue(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  name: string,
  ty: Ty,
  expr: ir.Expr,
  fixed: boolean,
): void {
  const local = body.newLocal(name, valueType(l.context, ty), false);
  if (fixed) body.stable.add(local.id);
  body.variables.set(node, { ty, local, embedded: false, fixed });
  body.emit({ op: "assign", local: local.id, value: expr });
}

function declareEmpty(
  l: Lowerer,
  body: Body,
  node: ts.VariableDeclaration,
  ty: Ty | undefined,
): void {
  if (ty === undefined)
    return l.context.sink.fatal(
      node,
      "TK1002",
      "write the type of the variable, or give it a value",
    );
  const local = body.newLocal(node.name.getText(), valueType(l.context, ty), false);
  body.variables.set(node, { ty, local, embedded: false, fixed: false });
  // tsc proves that it is assigned before it is read; the start value keeps the C compiler from guessing otherwise.
  body.emit({ op: "assign", local: local.id, value: unreadValue(l, ty) });
}

/** `const x = new C()` and `const a = fixedArray<T, N>()` are storage in the frame. */
function declareObject(
  l: Lowerer,
  body: Body,
  node: ts.VariableDeclaration,
  initializer: ts.Expression,
  annotated: Ty | undefined,
): boolean {
  const name = node.name.getText();
  if (ts.isNewExpression(initializer)) {
    const info = newClass(l, body, initializer, annotated);
    if (annotated !== undefined && annotated !== info.type) return false;
    const local = body.newLocal(name, structType(l.context, info.type), false);
    const address: ir.Expr = {
      op: "localAddress",
      type: { kind: "pointer", to: local.type },
      local: local.id,
    };
    constructFresh(l, body, initializer, info, address);
    body.variables.set(node, { ty: info.type, local, embedded: true, fixed: true });
    return true;
  }
  const isArray =
    ts.isCallExpression(initializer) &&
    ts.isIdentifier(initializer.expression) &&
    initializer.expression.text === "fixedArray";
  if (!isArray) return false;
  const ty = createdType(l.context, initializer, body.env) ?? annotated;
  if (ty?.kind !== "array")
    return l.context.sink.fatal(initializer, "TK2012", "write the types: fixedArray<T, N>()");
  const { local } = stackArray(l, body, ty, name);
  body.variables.set(node, { ty, local, embedded: true, fixed: true });
  return true;
}

function lowerDestructuring(
  l: Lowerer,
  body: Body,
  node: ts.VariableDeclaration,
  pattern: ts.ArrayBindingPattern,
): void {
  if (node.initializer === undefined) return;
  const annotated =
    node.type === undefined ? undefined : resolveType(l.context, node.type, body.env);
  const value = lowerExpression(l, body, node.initializer, annotated);
  if (value.ty.kind !== "tuple") {
    l.context.sink.fatal(
      node.initializer,
      "TK2001",
      `only a tuple can be taken apart, this is ${T.show(value.ty)}`,
    );
  }
  const { items } = value.ty;
  const kept = body.keep(value.expr);
  if (kept.type.kind !== "struct") throw new Error("a tuple is a struct");
  const { struct } = kept.type;
  pattern.elements.forEach((element, i) => {
    if (ts.isOmittedExpression(element)) return;
    const ty = items[i];
    if (
      ty === undefined ||
      !ts.isIdentifier(element.name) ||
      element.initializer !== undefined ||
      element.dotDotDotToken !== undefined
    ) {
      l.context.sink.fatal(
        element,
        "TK1001",
        "a tuple is taken apart into plain names, at most one for each item",
      );
    }
    const expr: ir.Expr = {
      op: "member",
      type: valueType(l.context, ty),
      base: kept,
      struct,
      field: `item${String(i)}`,
    };
    const fixed =
      (node.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const ||
      !assignedVariables(functionAround(node)).has(element);
    declareValue(l, body, element, element.name.text, ty, expr, fixed);
  });
}

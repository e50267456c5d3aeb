/**
 * Lowers tagged templates: log`x is ${x}` calls functions of the tag's module with each part, so that no text is built
 * in memory. asm`…` is the assembler's. docs/design/0001-how-the-parts-meet.md has the rules.
 */
import ts from "typescript";
import { docTag } from "../frontend/tags.ts";
import { BOOL, localValue } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { EMPTY_ENV } from "../sema/context.ts";
import { evaluate } from "../sema/constants.ts";
import * as T from "../sema/types.ts";
import type { Body, Value } from "./body.ts";
import { coerce } from "./convert.ts";
import { lowerExpression } from "./expression.ts";
import { stringExpr } from "./intrinsics.ts";
import { lowerAsm } from "./assembly.ts";
import type { FunctionInstance, Lowerer } from "./lowerer.ts";

/** A tagged template: `log`, `asm`, or one of the program's own. */
export function lowerTemplate(l: Lowerer, body: Body, node: ts.TaggedTemplateExpression): void {
  const declaration = l.context.declarationOf(
    ts.isPropertyAccessExpression(node.tag) ? node.tag.name : node.tag,
  );
  if (declaration === undefined || !ts.isFunctionDeclaration(declaration)) {
    return l.context.sink.fatal(
      node,
      "TK1001",
      "the tag of a template is a function marked @template",
    );
  }
  const name = declaration.name?.text ?? "";
  if (l.context.inPrelude(declaration) && name === "asm") {
    lowerAsm(l, body, node);
    return;
  }
  const begin = beginOf(l, node, declaration, name);
  const module = begin.getSourceFile();
  const { template } = node;
  const parts = ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map((s) => s.literal.text)];
  const nodes = ts.isNoSubstitutionTemplateLiteral(template)
    ? []
    : template.templateSpans.map((s) => s.expression);
  const values = body.inOrder<Value>(nodes.map((n) => () => lowerPart(l, body, n)));
  // The writer's functions may change what the values are read from.
  const kept = values.map((v) => ({ ...v, expr: body.keep(v.expr) }));
  body.at = l.context.location(node);
  const enabled = body.temporary(BOOL);
  body.emit({
    op: "call",
    result: enabled.id,
    function: l.function(begin, EMPTY_ENV, undefined).id,
    args: [],
  });
  const list = body.nested(() => {
    parts.forEach((part, i) => {
      if (part !== "") call(l, body, writer(l, node, module, "templateText"), stringExpr(part));
      const value = kept[i];
      if (value !== undefined) writeValue(l, body, nodes[i] ?? node, module, value);
    });
    call(l, body, writer(l, node, module, "templateEnd"));
  });
  body.emit({ op: "if", condition: localValue(enabled), then: list, else: [] });
}

function beginOf(
  l: Lowerer,
  node: ts.Node,
  declaration: ts.FunctionDeclaration,
  name: string,
): ts.FunctionDeclaration {
  if (l.context.inPrelude(declaration) && name === "log") {
    const found = l.langDeclaration("logBegin");
    return (
      found ??
      l.context.sink.fatal(
        node,
        "TK4007",
        "no package of the program has a function marked @lang logBegin (@typekraft/log has)",
      )
    );
  }
  const wanted = docTag(declaration, "template");
  if (wanted === undefined)
    return l.context.sink.fatal(node, "TK1001", `\`${name}\` is not marked @template`);
  return functionIn(l, node, declaration.getSourceFile(), wanted.split(/\s/)[0] ?? "");
}

function functionIn(
  l: Lowerer,
  node: ts.Node,
  module: ts.SourceFile,
  name: string,
): ts.FunctionDeclaration {
  for (const s of module.statements) {
    if (ts.isFunctionDeclaration(s) && s.name?.text === name) return s;
  }
  return l.context.sink.fatal(
    node,
    "TK4007",
    `${l.context.sink.path(module)} has no function ${name}, which templates call`,
  );
}

function writer(l: Lowerer, node: ts.Node, module: ts.SourceFile, name: string): FunctionInstance {
  return l.function(functionIn(l, node, module, name), EMPTY_ENV, undefined);
}

function call(l: Lowerer, body: Body, instance: FunctionInstance, argument?: ir.Expr): void {
  if (instance.result !== T.voidTy || instance.params.length !== (argument === undefined ? 0 : 1)) {
    l.context.sink.general(
      "TK4007",
      `the template function ${instance.id} has other parameters than the compiler passes`,
    );
    return;
  }
  body.emit({
    op: "call",
    result: null,
    function: instance.id,
    args: argument === undefined ? [] : [argument],
  });
}

/** A value with a definite type. */
function lowerPart(l: Lowerer, body: Body, node: ts.Expression): Value {
  const constant = evaluate(l.context, node, body.env);
  const value = lowerExpression(l, body, node);
  if (value.ty === T.untyped) {
    const ty = typeof constant?.value === "bigint" && constant.value < 0n ? T.i64 : T.u64;
    return { ty, expr: coerce(l, body, value, ty, node) };
  }
  return value;
}

function writeValue(
  l: Lowerer,
  body: Body,
  node: ts.Node,
  module: ts.SourceFile,
  value: Value,
): void {
  const { ty } = value;
  const as = (name: string, target: T.Ty): void => {
    const expr: ir.Expr =
      ty.kind === "enum" || ty.kind === "address"
        ? { op: "convert", type: { kind: "int", bits: 64, signed: false }, operand: value.expr }
        : coerce(l, body, { ...value, arithmetic: false }, target, node);
    call(l, body, writer(l, node, module, name), expr);
  };
  if (ty.kind === "int")
    as(ty.signed ? "templateSigned" : "templateUnsigned", ty.signed ? T.i64 : T.u64);
  else if (ty.kind === "enum") as("templateUnsigned", T.u64);
  else if (ty.kind === "address")
    as(hasFunction(module, "templateAddress") ? "templateAddress" : "templateUnsigned", T.u64);
  else if (ty === T.bool) as("templateBoolean", T.bool);
  else if (ty === T.str) as("templateText", T.str);
  else if (ty.kind === "slice" && ty.of === T.u8)
    call(l, body, writer(l, node, module, "templateText"), value.expr);
  else
    l.context.sink.error(
      node,
      "TK2006",
      `a template takes integers, booleans, text and enums, not ${T.show(ty)}`,
    );
}

const hasFunction = (module: ts.SourceFile, name: string): boolean =>
  module.statements.some((s) => ts.isFunctionDeclaration(s) && s.name?.text === name);

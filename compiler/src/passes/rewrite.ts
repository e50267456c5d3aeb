/**
 * Rewriting of the IR by a function on types, one on expressions and one on statements. Each is called with what its parts
 * have already become; what does not change is kept as the same object.
 */
import type { Expr, Local, Stmt, Type } from "../ir/ir.ts";

/** What replaces types, expressions and statements. */
export interface Rewriter {
  type(type: Type): Type;
  /** The replacement of an expression whose operands and type are already rewritten; `before` is the original. */
  expression(after: Expr, before: Expr): Expr;
  /** The statements that take the place of one whose parts are already rewritten. */
  statement(after: Stmt, before: Stmt): readonly Stmt[];
}

/** A locally changed copy of an IR node. */
type Parts = Record<string, unknown>;

/** The keys under which expressions have operands (`items`, `args`: lists of them). */
const OPERANDS = [
  "from",
  "base",
  "index",
  "slice",
  "data",
  "length",
  "environment",
  "object",
  "value",
  "operand",
  "left",
  "right",
  "condition",
  "then",
  "else",
  "to",
  "callee",
  "receiver",
  "bytes",
  "byte",
  "place",
  "expected",
  "port",
] as const;
const LISTS = ["items", "args"] as const;

function isExpression(value: unknown): value is Expr {
  return typeof value === "object" && value !== null && "op" in value && "type" in value;
}

/** The expression with operands and types rewritten; chains that lean to the left are walked in a loop. */
export function rewriteExpression(e: Expr, rewriter: Rewriter): Expr {
  const spine: Chain[] = [];
  let at = e;
  while (at.op === "binary" || at.op === "andAlso" || at.op === "orElse") {
    spine.push(at);
    at = at.left;
  }
  let result = finish(at, rewriteOperands(at, rewriter), rewriter);
  for (let node = spine.pop(); node !== undefined; node = spine.pop()) {
    const right = rewriteExpression(node.right, rewriter);
    const same = result === node.left && right === node.right;
    result = finish(node, same ? {} : { left: result, right }, rewriter);
  }
  return result;
}

type Chain = Extract<Expr, { op: "binary" | "andAlso" | "orElse" }>;

function finish(e: Expr, parts: Parts, rewriter: Rewriter): Expr {
  const type = rewriter.type(e.type);
  return rewriter.expression(copyWith(e, type === e.type ? parts : { ...parts, type }), e);
}

/** A list of statements, rewritten. */
export function rewriteStatements(body: readonly Stmt[], rewriter: Rewriter): Stmt[] {
  return body.flatMap((s) => [...rewriter.statement(rewriteInside(s, rewriter), s)]);
}

function rewriteInside(s: Stmt, rewriter: Rewriter): Stmt {
  const list = (body: readonly Stmt[]): Stmt[] => rewriteStatements(body, rewriter);
  const inner = copyWith(s, rewriteOperands(s, rewriter));
  switch (inner.op) {
    case "if":
      return { ...inner, then: list(inner.then), else: list(inner.else) };
    case "loop":
      return {
        ...inner,
        before: list(inner.before),
        body: list(inner.body),
        update: list(inner.update),
      };
    case "switch":
      return {
        ...inner,
        arms: inner.arms.map((arm) => ({ ...arm, body: list(arm.body) })),
        otherwise: list(inner.otherwise),
      };
    case "block":
      return { ...inner, body: list(inner.body) };
    default:
      return inner;
  }
}

function rewriteOperands(node: object, rewriter: Rewriter): Parts {
  const parts: Parts = {};
  const values = node as Parts;
  for (const key of OPERANDS) {
    const value = values[key];
    if (isExpression(value)) {
      const changed = rewriteExpression(value, rewriter);
      if (changed !== value) {
        parts[key] = changed;
      }
    }
  }
  for (const key of LISTS) {
    const value = values[key];
    if (Array.isArray(value)) {
      const items = value as Expr[];
      const changed = items.map((item) => rewriteExpression(item, rewriter));
      if (changed.some((item, i) => item !== items[i])) {
        parts[key] = changed;
      }
    }
  }
  return parts;
}

function copyWith<T extends object>(node: T, parts: Parts): T {
  return Object.keys(parts).length === 0 ? node : { ...node, ...parts };
}

/** Locals with their types rewritten. */
export function rewriteLocals(locals: readonly Local[], rewriter: Rewriter): Local[] {
  return locals.map((local) => {
    const type = rewriter.type(local.type);
    return type === local.type ? local : { ...local, type };
  });
}

/** A function on types from one on interface types; the same type gives the same object, and is computed once. */
export function typeRewriter(
  ofInterface: (type: Extract<Type, { kind: "interface" }>) => Type,
): (type: Type) => Type {
  const known = new Map<Type, Type>();
  const rewrite = (type: Type): Type => {
    let result = known.get(type);
    if (result === undefined) {
      result = compute(type);
      known.set(type, result);
    }
    return result;
  };
  const compute = (type: Type): Type => {
    switch (type.kind) {
      case "interface":
        return ofInterface(type);
      case "pointer": {
        const to = rewrite(type.to);
        return to === type.to ? type : { ...type, to };
      }
      case "array":
      case "slice": {
        const element = rewrite(type.element);
        return element === type.element ? type : { ...type, element };
      }
      case "function":
      case "closure": {
        const params = type.params.map(rewrite);
        const result = rewrite(type.result);
        const same = result === type.result && params.every((param, i) => param === type.params[i]);
        return same ? type : { ...type, params, result };
      }
      default:
        return type;
    }
  };
  return rewrite;
}

/** Folds branches of constant conditions away, and drops statements behind a jump. */
import type { Expr, Stmt } from "../ir/ir.ts";

/** The value of a condition that is known without running the program, else null. */
export function constantCondition(e: Expr): boolean | null {
  switch (e.op) {
    case "bool":
      return e.value;
    case "expect":
      return constantCondition(e.operand);
    case "unary": {
      const inner = e.operator === "lnot" ? constantCondition(e.operand) : null;
      return inner === null ? null : !inner;
    }
    case "andAlso":
    case "orElse": {
      const left = constantCondition(e.left);
      const deciding = e.op === "orElse";
      if (left === deciding) {
        return deciding;
      }
      return left === null ? null : constantCondition(e.right);
    }
    case "binary":
      return compareConstants(e);
    default:
      return null;
  }
}

function compareConstants(e: Extract<Expr, { op: "binary" }>): boolean | null {
  if (e.left.op !== "int" || e.right.op !== "int" || e.type.kind !== "bool") {
    return null;
  }
  const { value: a } = e.left;
  const { value: b } = e.right;
  switch (e.operator) {
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
    default:
      return null;
  }
}

/** The statements without what constant conditions exclude and what no control reaches. */
export function foldStatements(body: readonly Stmt[]): Stmt[] {
  const result: Stmt[] = [];
  for (const s of body) {
    result.push(...foldStatement(s));
    const last = result.at(-1);
    if (last !== undefined && endsControl(last)) {
      break;
    }
  }
  return result;
}

function endsControl(s: Stmt): boolean {
  switch (s.op) {
    case "return":
    case "unreachable":
    case "leave":
    case "break":
    case "continue":
      return true;
    default:
      return false;
  }
}

function foldStatement(s: Stmt): readonly Stmt[] {
  switch (s.op) {
    case "if": {
      const value = constantCondition(s.condition);
      if (value !== null) {
        return foldStatements(value ? s.then : s.else);
      }
      return [{ ...s, then: foldStatements(s.then), else: foldStatements(s.else) }];
    }
    case "loop": {
      const value = s.condition === null ? null : constantCondition(s.condition);
      if (value === false && !s.postTest) {
        return foldStatements(s.before);
      }
      const condition = value === true ? null : s.condition;
      const parts = {
        before: foldStatements(s.before),
        body: foldStatements(s.body),
        update: foldStatements(s.update),
      };
      return [{ ...s, ...parts, condition }];
    }
    case "switch": {
      if (s.value.op === "int") {
        const { value } = s.value;
        return foldStatements(
          s.arms.find((arm) => arm.values.includes(value))?.body ?? s.otherwise,
        );
      }
      const arms = s.arms.map((arm) => ({ ...arm, body: foldStatements(arm.body) }));
      return [{ ...s, arms, otherwise: foldStatements(s.otherwise) }];
    }
    case "block":
      return [{ ...s, body: foldStatements(s.body) }];
    case "check":
      return constantCondition(s.condition) === true ? [] : [s];
    default:
      return [s];
  }
}

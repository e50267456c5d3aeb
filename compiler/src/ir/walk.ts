/**
 * Walks over the IR: the operands of an expression, the expressions and bodies of a statement, and everything that a
 * function or global refers to. Expressions are walked with an explicit stack, since their depth is the program's choice.
 */
import type {
  Constant,
  Expr,
  Function,
  FunctionId,
  Global,
  GlobalId,
  InterfaceId,
  Stmt,
  StructId,
} from "./ir.ts";

/** What has nothing inside: leaves are most of a program, and an array for each would cost a tenth of the passes. */
const NONE: readonly never[] = [];

/** The operands, in order. */
export function operands(e: Expr): readonly Expr[] {
  switch (e.op) {
    case "load":
      return [e.from];
    case "fieldAddress":
    case "member":
      return [e.base];
    case "elementAddress":
      return [e.base, e.index];
    case "sliceLength":
    case "sliceData":
      return [e.slice];
    case "makeSlice":
      return [e.data, e.length];
    case "makeStruct":
      return e.items;
    case "makeClosure":
      return e.environment === null ? [] : [e.environment];
    case "makeInterface":
      return [e.object];
    case "interfaceObject":
      return [e.value];
    case "unary":
    case "convert":
    case "expect":
      return [e.operand];
    case "binary":
    case "andAlso":
    case "orElse":
      return [e.left, e.right];
    case "select":
      return [e.condition, e.then, e.else];
    default:
      return NONE;
  }
}

/** The expressions that the statement itself evaluates, in order; not those of statements inside it. */
export function expressionsOf(s: Stmt): readonly Expr[] {
  switch (s.op) {
    case "assign":
      return [s.value];
    case "store":
    case "atomicStore":
      return s.op === "store" ? [s.to, s.value] : [s.place, s.value];
    case "zero":
      return [s.to];
    case "call":
      return s.args;
    case "callValue":
      return [s.callee, ...s.args];
    case "callInterface":
      return [s.receiver, ...s.args];
    case "arith":
      return [s.left, s.right];
    case "boundsCheck":
      return [s.index, s.length];
    case "check":
    case "if":
      return [s.condition];
    case "loop":
      return s.condition === null ? [] : [s.condition];
    case "switch":
      return [s.value];
    case "return":
      return s.value === null ? [] : [s.value];
    case "copy":
      return [s.to, s.from, s.bytes];
    case "fill":
      return [s.to, s.byte, s.bytes];
    case "atomic":
      return [s.place, s.value];
    case "atomicLoad":
      return [s.place];
    case "atomicCompareExchange":
      return [s.place, s.expected, s.value];
    case "portIn":
      return [s.port];
    case "portOut":
      return [s.port, s.value];
    case "asm":
      return s.args;
    default:
      return NONE;
  }
}

/** The lists of statements inside a statement, in order of their text. */
export function bodiesOf(s: Stmt): readonly Stmt[][] {
  switch (s.op) {
    case "if":
      return [s.then, s.else];
    case "loop":
      return [s.before, s.body, s.update];
    case "switch":
      return [...s.arms.map((arm) => arm.body), s.otherwise];
    case "block":
      return [s.body];
    default:
      return NONE;
  }
}

/** The local that the statement assigns, or null. */
export function resultOf(s: Stmt): string | null {
  switch (s.op) {
    case "assign":
      return s.local;
    case "call":
    case "callValue":
    case "callInterface":
    case "atomic":
    case "arith":
    case "atomicLoad":
    case "atomicCompareExchange":
    case "portIn":
    case "timestamp":
      return s.result;
    default:
      return null;
  }
}

/** Calls `visit` for every statement, outer before inner, in order of the text. */
export function forEachStatement(body: readonly Stmt[], visit: (s: Stmt) => void): void {
  const stack: Stmt[] = [...body].reverse();
  for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
    visit(s);
    const bodies = bodiesOf(s);
    for (let b = bodies.length - 1; b >= 0; b -= 1) {
      const inner = bodies[b] ?? NONE;
      for (let i = inner.length - 1; i >= 0; i -= 1) {
        stack.push(inner[i] as Stmt);
      }
    }
  }
}

/** Calls `visit` for the expression and everything in it, outer before inner. */
export function forEachExpression(e: Expr, visit: (e: Expr) => void): void {
  const stack: Expr[] = [e];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    visit(at);
    const inner = operands(at);
    for (let i = inner.length - 1; i >= 0; i -= 1) {
      stack.push(inner[i] as Expr);
    }
  }
}

/** Called with each thing that is named. */
export interface ReferenceVisitor {
  function(id: FunctionId): void;
  global(id: GlobalId): void;
  /** A struct is made a value of an interface. */
  conversion(interfaceId: InterfaceId, struct: StructId): void;
  /** A method is called through an interface. */
  method?(interfaceId: InterfaceId, method: string): void;
}

/** Everything that a function's body or a global's initial value names. */
export function forEachReference(item: Function | Global, visitor: ReferenceVisitor): void {
  if ("type" in item) {
    if (item.initial !== undefined) {
      constantReferences(item.initial, visitor);
    }
    return;
  }
  forEachStatement(item.body ?? [], (s) => {
    if (s.op === "call") {
      visitor.function(s.function);
    } else if (s.op === "callInterface") {
      visitor.method?.(s.interface, s.method);
    }
    for (const e of expressionsOf(s)) {
      forEachExpression(e, (inner) => {
        expressionReference(inner, visitor);
      });
    }
  });
}

function expressionReference(e: Expr, visitor: ReferenceVisitor): void {
  switch (e.op) {
    case "globalAddress":
      visitor.global(e.global);
      break;
    case "function":
    case "makeClosure":
      visitor.function(e.function);
      break;
    case "makeInterface":
      visitor.conversion(e.type.interface, e.struct);
      break;
    default:
  }
}

function constantReferences(constant: Constant, visitor: ReferenceVisitor): void {
  switch (constant.kind) {
    case "slice":
    case "global":
      visitor.global(constant.global);
      break;
    case "function":
      visitor.function(constant.function);
      break;
    case "aggregate":
      for (const item of constant.items) {
        constantReferences(item, visitor);
      }
      break;
    default:
  }
}

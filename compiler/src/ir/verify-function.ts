/**
 * Rules for functions and statements: names and types of variables, temporaries assigned once, jumps to what encloses them,
 * and control that never runs off the end of a function with a result.
 */
import { BOOL, U16, U64, U8 } from "./build.ts";
import { bodiesOf, expressionsOf, resultOf } from "./walk.ts";
import type { Expr, Function, Local, Stmt, Type } from "./ir.ts";
import { fitsInteger, type Scope, verifyExpression } from "./verify-expression.ts";
import type { Report } from "./verify-report.ts";

/** Everything about one function. */
export function verifyFunction(report: Report, fn: Function): void {
  const scope = new FunctionScope(report, fn);
  report.result(fn.result, "the result");
  if (fn.body === undefined) {
    report.check(fn.locals.length === 0, "a function without body has locals");
    return;
  }
  const completes = new Body(report, fn, scope).list(fn.body);
  report.statement(fn.location);
  report.check(!completes || fn.result.kind === "void", "control reaches the end without a return");
  scope.finish();
}

class FunctionScope implements Scope {
  private readonly report: Report;
  private readonly locals = new Map<string, Local>();
  private readonly assigned = new Set<string>();
  private readonly read = new Set<string>();
  /** Locals whose address is taken: they may be filled through it. */
  private readonly addressed = new Set<string>();

  constructor(report: Report, fn: Function) {
    this.report = report;
    for (const local of [...fn.params, ...fn.locals]) {
      report.check(!this.locals.has(local.id), `two locals have the name ${local.id}`);
      this.locals.set(local.id, local);
    }
    for (const param of fn.params) {
      report.value(param.type, `parameter ${param.id}`);
      report.check(!param.temporary, `parameter ${param.id} is called a temporary`);
    }
    for (const local of fn.locals) {
      report.storage(local.type, `local ${local.id}`);
    }
  }

  typeOf(id: string): Type | undefined {
    return this.locals.get(id)?.type;
  }

  used(id: string, address: boolean): void {
    (address ? this.addressed : this.read).add(id);
  }

  /** A statement assigns a value of this type to the local. */
  assign(id: string, type: Type): void {
    const local = this.locals.get(id);
    if (local === undefined) {
      this.report.add(`no local ${id}`);
      return;
    }
    this.report.value(local.type, `local ${id}`);
    this.report.expect(type, local.type, `what is assigned to ${id}`);
    const again = local.temporary && this.assigned.has(id);
    this.report.check(!again, `temporary ${id} is assigned a second time`);
    this.assigned.add(id);
  }

  /** Called after the whole body. */
  finish(): void {
    for (const local of this.locals.values()) {
      const filled = this.assigned.has(local.id) || this.addressed.has(local.id);
      const missing = local.temporary && this.read.has(local.id) && !filled;
      this.report.check(!missing, `temporary ${local.id} is read but never assigned`);
    }
  }
}

/** A label that jumps may name, while its statement is being checked. */
interface Target {
  readonly kind: "loop" | "block";
  left: boolean;
  /** Inside of the loop's body proper, where `continue` makes sense. */
  continuable: boolean;
}

class Body {
  private readonly report: Report;
  private readonly fn: Function;
  private readonly scope: FunctionScope;
  private readonly targets = new Map<string, Target>();

  constructor(report: Report, fn: Function, scope: FunctionScope) {
    this.report = report;
    this.fn = fn;
    this.scope = scope;
  }

  /** Whether control can reach the end of the list. */
  list(body: readonly Stmt[]): boolean {
    let completes = true;
    for (const s of body) {
      this.report.statement(s.at);
      for (const e of expressionsOf(s)) {
        verifyExpression(this.report, this.scope, e);
      }
      const next = this.statement(s);
      completes = completes && next;
    }
    return completes;
  }

  private statement(s: Stmt): boolean {
    switch (s.op) {
      case "assign":
        this.scope.assign(s.local, s.value.type);
        return true;
      case "if": {
        this.expect(s.condition, BOOL, "a condition");
        const then = this.list(s.then);
        return this.list(s.else) || then;
      }
      case "loop":
        return this.loop(s);
      case "switch":
        return this.switch(s);
      case "block": {
        const target = this.enter(s.label, "block");
        const completes = this.list(s.body);
        this.targets.delete(s.label);
        return completes || target.left;
      }
      case "leave":
      case "break":
      case "continue":
        this.jump(s.op, s.label);
        return false;
      case "return":
        this.return(s.value);
        return false;
      case "unreachable":
        return false;
      case "call":
      case "callValue":
      case "callInterface":
        return this.call(s);
      default:
        this.simple(s);
        return true;
    }
  }

  private expect(e: Expr, type: Type, what: string): void {
    this.report.expect(e.type, type, what);
  }

  private enter(label: string, kind: "loop" | "block"): Target {
    this.report.check(!this.targets.has(label), `label ${label} is inside of its like`);
    const target = { kind, left: false, continuable: false };
    this.targets.set(label, target);
    return target;
  }

  private loop(s: Extract<Stmt, { op: "loop" }>): boolean {
    const target = this.enter(s.label, "loop");
    if (s.condition !== null) {
      this.expect(s.condition, BOOL, "the condition of a loop");
    }
    this.list(s.before);
    target.continuable = true;
    this.list(s.body);
    target.continuable = false;
    this.list(s.update);
    this.targets.delete(s.label);
    return s.condition !== null || target.left;
  }

  private switch(s: Extract<Stmt, { op: "switch" }>): boolean {
    const { type } = s.value;
    this.report.check(type.kind === "int", "a switch over what is no integer");
    const seen = new Set<bigint>();
    for (const value of s.arms.flatMap((arm) => arm.values)) {
      this.report.check(!seen.has(value), `two arms for ${value.toString()}`);
      this.report.check(
        type.kind !== "int" || fitsInteger(type, value),
        `${value.toString()} does not fit`,
      );
      seen.add(value);
    }
    const ends = bodiesOf(s).map((body) => this.list(body));
    return ends.includes(true);
  }

  private jump(op: "leave" | "break" | "continue", label: string): void {
    const target = this.targets.get(label);
    const kind = op === "leave" ? "block" : "loop";
    if (target?.kind !== kind) {
      this.report.add(`${op} of ${label}, which is no enclosing ${kind}`);
      return;
    }
    this.report.check(
      op !== "continue" || target.continuable,
      `continue of ${label} outside of its body`,
    );
    target.left ||= op !== "continue";
  }

  private return(value: Expr | null): void {
    const { result } = this.fn;
    this.report.check(result.kind !== "never", "a function that never returns does");
    if (value === null) {
      this.report.check(
        result.kind === "void" || result.kind === "never",
        "a return without value",
      );
    } else {
      this.expect(value, result, "the returned value");
    }
  }

  private call(s: Extract<Stmt, { op: "call" | "callValue" | "callInterface" }>): boolean {
    const signature = this.signatureOf(s);
    if (signature === null) {
      return true;
    }
    const { params, result } = signature;
    this.report.check(
      params.length === s.args.length,
      `${String(s.args.length)} arguments for ${String(params.length)}`,
    );
    s.args.forEach((arg, i) => {
      const param = params[i];
      if (param !== undefined) {
        this.expect(arg, param, `argument ${String(i + 1)}`);
      }
    });
    if (s.result !== null) {
      if (result.kind === "void" || result.kind === "never") {
        this.report.add("the result of a call that has none");
      } else {
        this.scope.assign(s.result, result);
      }
    }
    return result.kind !== "never";
  }

  private signatureOf(
    s: Extract<Stmt, { op: "call" | "callValue" | "callInterface" }>,
  ): { params: readonly Type[]; result: Type } | null {
    if (s.op === "call") {
      const fn = this.report.program.functions.get(s.function);
      this.report.check(fn !== undefined, `no function ${s.function}`);
      return fn === undefined
        ? null
        : { params: fn.params.map((param) => param.type), result: fn.result };
    }
    if (s.op === "callValue") {
      const { type } = s.callee;
      const callable = type.kind === "function" || type.kind === "closure";
      this.report.check(callable, "a call of what is no function");
      return callable ? type : null;
    }
    this.expect(s.receiver, { kind: "interface", interface: s.interface }, "the receiver");
    const method = this.report.program.interfaces
      .get(s.interface)
      ?.methods.find((m) => m.name === s.method);
    this.report.check(method !== undefined, `no method ${s.method} in interface ${s.interface}`);
    return method ?? null;
  }

  private simple(s: Stmt): void {
    switch (s.op) {
      case "store":
        this.expect(s.to, { kind: "pointer", to: s.value.type }, "the place of a store");
        this.report.check(!this.isConstantPlace(s.to), "a store to a constant");
        return;
      case "zero":
        this.report.check(s.to.type.kind === "pointer", "zero of what is no address");
        this.report.check(!this.isConstantPlace(s.to), "zero of a constant");
        return;
      case "arith":
        this.report.check(s.left.type.kind === "int", "arith of what is no integer");
        this.expect(s.right, s.left.type, "the right operand of arith");
        this.scope.assign(s.result, s.left.type);
        return;
      case "boundsCheck":
        this.expect(s.index, U64, "the index of a check");
        this.expect(s.length, U64, "the length of a check");
        return;
      case "check":
        this.expect(s.condition, BOOL, "the condition of a check");
        return;
      case "copy":
        this.expect(s.to, BYTES, "where copy writes");
        this.expect(s.from, BYTES, "what copy reads");
        this.expect(s.bytes, U64, "the length of copy");
        return;
      case "fill":
        this.expect(s.to, BYTES, "where fill writes");
        this.expect(s.byte, U8, "the byte of fill");
        this.expect(s.bytes, U64, "the length of fill");
        return;
      default:
        this.machine(s);
    }
  }

  private machine(s: Stmt): void {
    switch (s.op) {
      case "atomic":
      case "atomicLoad":
      case "atomicStore":
      case "atomicCompareExchange":
        this.atomic(s);
        return;
      case "portIn": {
        this.expect(s.port, U16, "a port");
        const type = this.scope.typeOf(s.result) ?? U8;
        this.report.check(type.kind === "int" && type.bits < 64, "ports have 8, 16 or 32 bits");
        this.scope.assign(s.result, type);
        return;
      }
      case "portOut":
        this.expect(s.port, U16, "a port");
        this.report.check(
          s.value.type.kind === "int" && s.value.type.bits < 64,
          "ports have 8, 16 or 32 bits",
        );
        return;
      case "asm":
        this.assembly(s);
        return;
      default: {
        const result = resultOf(s);
        if (result !== null) {
          this.scope.assign(result, U64);
        }
      }
    }
  }

  private assembly(s: Extract<Stmt, { op: "asm" }>): void {
    const counts = s.parts.length === s.operands.length + 1 && s.args.length === s.operands.length;
    this.report.check(counts, "asm has a part more than operands, and an argument for each");
    s.args.forEach((arg, i) => {
      const { type } = arg;
      const place = s.operands[i]?.direction !== "in";
      const moved = place && type.kind === "pointer" ? type.to : type;
      const fits = moved.kind === "int" || moved.kind === "bool" || moved.kind === "pointer";
      this.report.check(
        fits && (!place || type.kind === "pointer"),
        "asm moves integers and addresses",
      );
    });
  }

  private atomic(
    s: Extract<Stmt, { op: "atomic" | "atomicLoad" | "atomicStore" | "atomicCompareExchange" }>,
  ): void {
    const place = s.place.type;
    const type = place.kind === "pointer" ? place.to : place;
    const counts = s.op === "atomic" && s.operator !== "exchange";
    const allowed = counts ? ["int"] : ["int", "bool", "pointer", "function"];
    this.report.check(
      place.kind === "pointer" && allowed.includes(type.kind),
      `an atomic ${type.kind}`,
    );
    if (s.op !== "atomicLoad") {
      this.expect(s.value, type, "the value of an atomic operation");
    }
    if (s.op === "atomicCompareExchange") {
      this.expect(s.expected, type, "the expected value");
      this.scope.assign(s.result, BOOL);
    } else if (s.op !== "atomicStore" && s.result !== null) {
      this.scope.assign(s.result, type);
    }
  }

  private isConstantPlace(place: Expr): boolean {
    let e = place;
    while (e.op === "fieldAddress" || e.op === "elementAddress") {
      e = e.base;
    }
    return e.op === "globalAddress" && this.report.program.globals.get(e.global)?.constant === true;
  }
}

const BYTES: Type = { kind: "pointer", to: U8 };

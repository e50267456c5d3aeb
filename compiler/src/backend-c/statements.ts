/**
 * Statements in C, in their order. Loops are endless `for`s with explicit exits, so that C's licence to assume that loops
 * end never applies; exits that C's `break` and `continue` cannot express are gotos.
 */
import { ALWAYS_CHECKED } from "../ir/checks.ts";
import type { Expr, Location, Stmt, Type } from "../ir/ir.ts";
import { Emitter } from "./expressions.ts";
import { storageLayout } from "./layout.ts";
import { intLiteral } from "./literals.ts";
import { machineStatement } from "./machine.ts";
import { fieldName, localName, sanitize, textLiteral } from "./names.ts";
import { lvalue } from "./places.ts";
import { operand, Level, unary } from "./text.ts";
import { withSpace } from "./types.ts";
import type { UnitContext } from "./context.ts";
import type { Writer } from "./writer.ts";

type Of<Op extends Stmt["op"]> = Extract<Stmt, { op: Op }>;

export class Statements {
  readonly context: UnitContext;
  readonly emitter: Emitter;
  readonly out: Writer;
  private readonly localTypes: ReadonlyMap<string, Type>;
  /** What C's `break` and `continue` would mean here: the label of a loop, or null in a switch. */
  private innermost: string | null = null;
  /** C's labels hold for a whole function, the IR's for one statement: the C name of each that is open. */
  private readonly open = new Map<string, string>();
  private readonly names = new Set<string>();
  private readonly usedLabels = new Set<string>();

  constructor(context: UnitContext, out: Writer, localTypes: ReadonlyMap<string, Type>) {
    this.context = context;
    this.emitter = new Emitter(context);
    this.out = out;
    this.localTypes = localTypes;
  }

  list(body: readonly Stmt[]): void {
    for (const stmt of body) {
      this.statement(stmt);
    }
  }

  typeOfLocal(id: string): Type {
    const type = this.localTypes.get(id);
    if (type === undefined) {
      throw new Error(`the function has no local ${id}`);
    }
    return type;
  }

  private statement(s: Stmt): void {
    const { emitter, out } = this;
    switch (s.op) {
      case "assign":
        this.context.types.complete(s.value.type);
        out.statement(s.at, `${localName(s.local)} = ${emitter.text(s.value)};`);
        return;
      case "store": {
        const place = lvalue(emitter, s.to, s.volatile);
        out.statement(s.at, `${place.text} = ${emitter.text(s.value)};`);
        return;
      }
      case "zero":
        this.zero(s);
        return;
      case "call":
      case "callValue":
      case "callInterface":
        this.call(s);
        return;
      case "arith":
        this.arith(s);
        return;
      case "boundsCheck":
        this.boundsCheck(s);
        return;
      case "check":
        if (this.context.checks !== "none" || ALWAYS_CHECKED.has(s.kind)) {
          const failed = unary("!", { text: emitter.text(s.condition), level: Level.logic });
          this.failUnless(s.at, failed.text, s.message);
        }
        return;
      case "if":
        this.conditional(s);
        return;
      case "loop":
        this.loop(s);
        return;
      case "switch":
        this.switch(s);
        return;
      case "block":
        this.block(s);
        return;
      case "leave":
        out.statement(s.at, this.jump("leave", s.label));
        return;
      case "break":
        out.statement(s.at, this.innermost === s.label ? "break;" : this.jump("break", s.label));
        return;
      case "continue":
        out.statement(s.at, this.jump("next", s.label));
        return;
      case "return":
        out.statement(s.at, s.value === null ? "return;" : `return ${emitter.text(s.value)};`);
        return;
      case "unreachable":
        out.statement(s.at, "__builtin_unreachable();");
        return;
      default:
        out.statement(s.at, machineStatement(this, s));
    }
  }

  private zero(s: Of<"zero">): void {
    if (s.to.type.kind !== "pointer") {
      throw new Error("zero needs an address");
    }
    this.context.types.complete(s.to.type.to);
    const { size } = storageLayout(this.context.program, s.to.type.to);
    this.out.statement(s.at, `__builtin_memset(${this.emitter.text(s.to)}, 0, ${String(size)});`);
  }

  private call(s: Of<"call" | "callValue" | "callInterface">): void {
    const args = s.args.map((arg) => this.emitter.text(arg));
    const assignment = s.result === null ? "" : `${localName(s.result)} = `;
    for (const arg of s.args) {
      this.context.types.complete(arg.type);
    }
    if (s.op === "call") {
      this.context.types.complete(this.context.functionOf(s.function).result);
      this.out.statement(
        s.at,
        `${assignment}${this.context.useFunction(s.function)}(${args.join(", ")});`,
      );
      return;
    }
    const callee = s.op === "callValue" ? s.callee : s.receiver;
    const type = callee.type;
    const text = operand(this.emitter.value(callee), Level.primary);
    if (type.kind === "function") {
      this.context.types.complete(type.result);
      this.out.statement(s.at, `${assignment}${text}(${args.join(", ")});`);
      return;
    }
    let code = "fn";
    let object = "env";
    if (s.op === "callInterface") {
      this.context.types.completeVtable(s.interface);
      const method = this.context.program.interfaces
        .get(s.interface)
        ?.methods.find((m) => m.name === s.method);
      this.context.types.complete(method?.result ?? { kind: "void" });
      code = `vtable->${fieldName(s.method)}`;
      object = "object";
    } else if (type.kind === "closure") {
      this.context.types.complete(type.result);
    }
    // The callee is named twice; what is more than a variable is evaluated once before.
    const simple = callee.op === "local";
    const name = simple ? text : "callee_";
    const call = `${assignment}${name}.${code}(${[`${name}.${object}`, ...args].join(", ")});`;
    const declaration = `${withSpace(this.context.types.name(type))}callee_ = ${text};`;
    this.out.statement(s.at, simple ? call : `{ ${declaration} ${call} }`);
  }

  private arith(s: Of<"arith">): void {
    const { emitter } = this;
    const result = localName(s.result);
    if (this.context.checks === "debug") {
      const args = `${emitter.text(s.left)}, ${emitter.text(s.right)}, &${result}`;
      this.failUnless(s.at, `__builtin_${s.operator}_overflow(${args})`, "overflow");
      return;
    }
    const type = s.left.type;
    if (type.kind !== "int") {
      throw new Error("arith is for integers");
    }
    const value: Expr = { op: "binary", type, operator: s.operator, left: s.left, right: s.right };
    this.out.statement(s.at, `${result} = ${emitter.text(value)};`);
  }

  private failUnless(at: Location, failed: string, message: string): void {
    const bytes = new TextEncoder().encode(message).length;
    const fail = this.context.checkFailure(at.file);
    const args = `${textLiteral(message)}, ${String(bytes)}, ${String(at.line)}`;
    this.out.statement(at, `if (__builtin_expect(${failed}, 0)) ${fail}(${args});`);
  }

  private boundsCheck(s: Of<"boundsCheck">): void {
    if (this.context.checks === "none") {
      return;
    }
    const fail = this.context.boundsFailure(s.at.file);
    const index = this.emitter.text(s.index);
    const length = this.emitter.text(s.length);
    const line = String(s.at.line);
    this.out.statement(
      s.at,
      isSimple(s.index) && isSimple(s.length)
        ? `if (__builtin_expect(${index} >= ${length}, 0)) ${fail}(${index}, ${length}, ${line});`
        : `{ const u64 index_ = ${index}, length_ = ${length}; ` +
            `if (__builtin_expect(index_ >= length_, 0)) ${fail}(index_, length_, ${line}); }`,
    );
  }

  /** `else if` chains stay flat: C compilers limit how deep braces may nest. */
  private conditional(s: Of<"if">): void {
    let at = s;
    let head = "";
    for (;;) {
      const inverted = at.then.length === 0 && at.else.length > 0;
      const condition = this.emitter.value(at.condition);
      const text = inverted ? `!${operand(condition, Level.primary)}` : condition.text;
      if (head !== "") {
        this.out.plain(head);
      }
      this.out.line(at.at, `if (${text}) {`);
      this.nested(inverted ? at.else : at.then);
      const rest = inverted ? [] : at.else;
      const [only] = rest;
      if (rest.length === 1 && only?.op === "if") {
        head = "} else";
        at = only;
        continue;
      }
      if (rest.length > 0) {
        this.out.plain("} else {");
        this.nested(rest);
      }
      this.out.plain("}");
      return;
    }
  }

  private nested(body: readonly Stmt[]): void {
    this.out.indent();
    this.list(body);
    this.out.outdent();
  }

  private loop(s: Of<"loop">): void {
    const { out } = this;
    const outer = this.innermost;
    this.innermost = s.label;
    const name = this.enter(s.label);
    out.line(s.at, "for (;;) {");
    out.indent();
    if (!s.postTest) {
      this.list(s.before);
      this.exitUnless(s);
    }
    this.list(s.body);
    if (this.usedLabels.has(`next_${name}`)) {
      out.plain(`next_${name}:;`);
    }
    this.list(s.update);
    if (s.postTest) {
      this.list(s.before);
      this.exitUnless(s);
    }
    out.outdent();
    out.plain("}");
    this.innermost = outer;
    this.placeLabel("break", name);
  }

  private exitUnless(s: Of<"loop">): void {
    if (s.condition !== null) {
      const condition = this.emitter.value(s.condition);
      this.out.statement(s.at, `if (!${operand(condition, Level.primary)}) break;`);
    }
  }

  private switch(s: Of<"switch">): void {
    const { out } = this;
    const type = s.value.type;
    if (type.kind !== "int") {
      throw new Error("a switch is over integers");
    }
    const outer = this.innermost;
    this.innermost = null;
    out.line(s.at, `switch (${this.emitter.text(s.value)}) {`);
    for (const arm of s.arms) {
      const values = arm.values.map((value) => `case ${intLiteral(type, value)}:`);
      if (values.length > 0) {
        this.arm(values.join(" "), arm.body);
      }
    }
    this.arm("default:", s.otherwise);
    out.plain("}");
    this.innermost = outer;
  }

  private arm(head: string, body: readonly Stmt[]): void {
    this.out.plain(`${head} {`);
    this.nested(body);
    this.out.plain("} break;");
  }

  private block(s: Of<"block">): void {
    const name = this.enter(s.label);
    this.out.line(s.at, "{");
    this.nested(s.body);
    this.out.plain("}");
    this.placeLabel("leave", name);
  }

  /** A C label for the statement that is being entered; different in name from all others of the function. */
  private enter(label: string): string {
    const stem = sanitize(label);
    let name = stem;
    for (let n = 2; this.names.has(name); n += 1) {
      name = `${stem}_${String(n)}`;
    }
    this.names.add(name);
    this.open.set(label, name);
    return name;
  }

  private jump(kind: "leave" | "break" | "next", label: string): string {
    const name = `${kind}_${this.open.get(label) ?? label}`;
    this.usedLabels.add(name);
    return `goto ${name};`;
  }

  private placeLabel(kind: "leave" | "break", label: string): void {
    const name = `${kind}_${label}`;
    if (this.usedLabels.has(name)) {
      this.out.plain(`${name}:;`);
    }
  }
}

/** Cheap enough to be written twice. */
function isSimple(e: Expr): boolean {
  return e.op === "local" || e.op === "int" || (e.op === "sliceLength" && e.slice.op === "local");
}

/**
 * The reference: runs generated programs on BigInt by walking their syntax. It shares nothing with the compiler, so
 * that a misunderstanding has to happen twice to go unseen.
 *
 * What it gives is what the native program prints: the hash of everything noted, and how the program ended.
 */
import { hasConstructor, wrapTo } from "./ast.ts";
import type {
  ClassDecl,
  Expr,
  FunctionDecl,
  IntType,
  Param,
  Program,
  Stmt,
  Type,
  TypeArgument,
} from "./ast.ts";
import {
  arithmetic,
  atomicResult,
  bitOperation,
  Cell,
  ClosureValue,
  compare,
  Elements,
  floatArithmetic,
  floatToInteger,
  Frame,
  FunctionValue,
  integerToFloat,
  ObjectValue,
  OutOfFuel,
  Panic,
  rounded,
  TupleValue,
  VariantValue,
} from "./values.ts";
import type { Value } from "./values.ts";

/** How a program ended: `hash` of what it noted, and the text of its panic where it panicked. */
export interface Outcome {
  readonly hash: bigint;
  readonly panic: string | undefined;
}

type Completion =
  | { readonly kind: "break" | "continue"; readonly label: string | undefined }
  | { readonly kind: "return"; readonly value: Value }
  | undefined;

const NO_TYPES: ReadonlyMap<string, TypeArgument> = new Map();
const MASK = 0xffff_ffff_ffff_ffffn;

/** The trace function of runtime/trace.ts. */
export function addToHash(hash: bigint, value: bigint): bigint {
  const mixed = ((hash ^ value) * 0x9e37_79b9_7f4a_7c15n) & MASK;
  return mixed ^ (mixed >> 29n);
}

/** Runs the program; undefined where it takes more than `fuel` steps. */
export function interpret(
  program: Program,
  trapping: boolean,
  fuel: number,
  onNote?: (value: bigint) => void,
): Outcome | undefined {
  const run = new Interpreter(trapping, fuel, onNote);
  try {
    run.initialise(program);
    run.call(program.main, [], undefined, undefined, NO_TYPES);
    return { hash: run.hash, panic: undefined };
  } catch (error) {
    if (error instanceof Panic) return { hash: run.hash, panic: error.message };
    if (error instanceof OutOfFuel) return undefined;
    throw error;
  }
}

class Interpreter {
  hash = 0n;
  private readonly globals = new Frame(undefined, undefined, NO_TYPES, undefined);
  private readonly statics = new Map<ClassDecl, Map<string, Cell>>();

  constructor(
    private readonly trapping: boolean,
    private fuel: number,
    private readonly onNote: ((value: bigint) => void) | undefined,
  ) {}

  initialise(program: Program): void {
    for (const c of program.classes) {
      const cells = new Map<string, Cell>();
      for (const f of c.statics)
        cells.set(
          f.name,
          new Cell(
            f.init === undefined
              ? this.zero(f.type, this.globals)
              : this.eval(f.init, this.globals),
          ),
        );
      this.statics.set(c, cells);
    }
    for (const g of program.globals)
      this.globals.cells.set(g.name, new Cell(this.eval(g.init, this.globals)));
    this.hash = 0n;
  }

  call(
    fn: { readonly params: readonly Param[]; readonly body: readonly Stmt[] },
    args: readonly Value[],
    self: ObjectValue | undefined,
    owner: ClassDecl | undefined,
    types: ReadonlyMap<string, TypeArgument>,
  ): Value {
    const frame = new Frame(self, owner, types, undefined);
    fn.params.forEach((p, i) => frame.cells.set(p.name, new Cell(args[i] ?? null)));
    const done = this.block(fn.body, frame);
    return done?.kind === "return" ? done.value : null;
  }

  // -- statements ---------------------------------------------------------------------------------------------------

  private block(body: readonly Stmt[], frame: Frame): Completion {
    const cleanups: ObjectValue[] = [];
    let done: Completion;
    for (const s of body) {
      done = this.exec(s, frame);
      if (s.op === "let" && s.keyword === "using")
        cleanups.unshift(frame.find(s.name).value as ObjectValue);
      if (done !== undefined) break;
    }
    for (const object of cleanups) this.callMethod(object, "[Symbol.dispose]", []);
    return done;
  }

  private exec(s: Stmt, frame: Frame): Completion {
    if (--this.fuel < 0) throw new OutOfFuel();
    switch (s.op) {
      case "let":
        frame.cells.set(
          s.name,
          new Cell(s.init === undefined ? this.zero(s.type, frame) : this.eval(s.init, frame)),
        );
        return undefined;
      case "take": {
        const { items } = this.eval(s.value, frame) as TupleValue;
        s.names.forEach((n, i) => {
          if (n !== undefined) frame.cells.set(n, new Cell(items[i] ?? null));
        });
        return undefined;
      }
      case "takeInto": {
        const { items } = this.eval(s.value, frame) as TupleValue;
        s.places.forEach((p, i) => (this.place(p, frame).value = items[i] ?? null));
        return undefined;
      }
      case "expr":
        this.eval(s.value, frame);
        return undefined;
      case "note":
        this.note(this.eval(s.value, frame));
        return undefined;
      case "assert":
        if (this.eval(s.condition, frame) !== true)
          throw new Panic(`assertion failed: ${s.message}`);
        return undefined;
      case "bytes":
        this.moveBytes(s, frame);
        return undefined;
      case "block":
        return this.block(s.body, frame);
      case "if":
        if (this.eval(s.condition, frame) === true) return this.block(s.then, frame);
        return s.else === undefined ? undefined : this.block(s.else, frame);
      case "switch":
        return this.switch(s, frame);
      case "break":
      case "continue":
        return { kind: s.op, label: s.label };
      case "return":
        return { kind: "return", value: s.value === undefined ? null : this.eval(s.value, frame) };
      default:
        return this.loop(s, frame);
    }
  }

  private moveBytes(s: Extract<Stmt, { op: "bytes" }>, frame: Frame): void {
    const to = this.eval(s.to, frame) as Elements;
    const from = this.eval(s.from, frame);
    const values =
      from instanceof Elements
        ? Array.from({ length: from.length }, (_, i) => from.cells[from.offset + i]?.value ?? null)
        : Array.from({ length: to.length }, () => from);
    if (values.length > to.length) throw new Panic("copy to a shorter slice");
    values.forEach((v, i) => {
      const cell = to.cells[to.offset + i];
      if (cell !== undefined) cell.value = v;
    });
  }

  private note(value: Value): void {
    const number = typeof value === "boolean" ? BigInt(value) : BigInt.asUintN(64, value as bigint);
    this.onNote?.(number);
    this.hash = addToHash(this.hash, number);
  }

  private loop(
    s: Extract<Stmt, { op: "while" | "do" | "for" | "forOf" }>,
    frame: Frame,
  ): Completion {
    if (s.op === "forOf") {
      const list = this.eval(s.list, frame) as Elements;
      for (let i = 0; i < list.length; i++) {
        const element = list.cells[list.offset + i]?.value ?? null;
        frame.cells.set(s.name, new Cell(element));
        const done = this.body(s, frame);
        if (done !== undefined) return done === "leave" ? undefined : done;
      }
      return undefined;
    }
    if (s.op === "for") this.exec(s.init, frame);
    for (let first = true; ; first = false) {
      if (!(first && s.op === "do") && this.eval(s.condition, frame) !== true) return undefined;
      const done = this.body(s, frame);
      if (done !== undefined) return done === "leave" ? undefined : done;
      if (s.op === "for") this.eval(s.update, frame);
    }
  }

  /** One round of a loop: undefined where the loop goes on, "leave" where it ends. */
  private body(
    s: { readonly label: string | undefined; readonly body: readonly Stmt[] },
    frame: Frame,
  ): Completion | "leave" {
    if (--this.fuel < 0) throw new OutOfFuel();
    const done = this.block(s.body, frame);
    if (done === undefined || done.kind === "return") return done;
    if (done.label !== undefined && done.label !== s.label) return done;
    return done.kind === "break" ? "leave" : undefined;
  }

  private switch(s: Extract<Stmt, { op: "switch" }>, frame: Frame): Completion {
    const subject = this.eval(s.subject, frame);
    const matches = (l: Expr | string): boolean =>
      (typeof l === "string" ? l : this.eval(l, frame)) === subject;
    const arm = s.arms.find((a) => a.labels.some(matches)) ?? s.arms.find((a) => a.isDefault);
    const done = arm === undefined ? undefined : this.block(arm.body, frame);
    return done?.kind === "break" && done.label === undefined ? undefined : done;
  }

  // -- expressions --------------------------------------------------------------------------------------------------

  private eval(e: Expr, frame: Frame): Value {
    if (--this.fuel < 0) throw new OutOfFuel();
    switch (e.op) {
      case "lit":
      case "bool":
      case "constant":
        return e.value;
      case "tag":
        return e.text;
      case "null":
        return null;
      case "this":
        return this.self(frame);
      case "member":
        return BigInt(e.decl.members[e.index]?.value ?? 0);
      case "var":
      case "static":
      case "field":
      case "index":
        return this.place(e, frame).value;
      case "unary":
        return this.unary(e, frame);
      case "binary": {
        const left = this.int(e.left, frame);
        return arithmetic(
          this.intType(e.type, frame),
          e.operator,
          left,
          this.int(e.right, frame),
          this.trapping,
        );
      }
      case "wrap": {
        const left = this.int(e.left, frame);
        return arithmetic(
          this.intType(e.type, frame),
          e.operator,
          left,
          this.int(e.right, frame),
          false,
        );
      }
      case "compare": {
        const left = this.eval(e.left, frame);
        return compare(e.operator, left, this.eval(e.right, frame));
      }
      case "logic": {
        const left = this.eval(e.left, frame);
        return left === (e.operator === "&&") ? this.eval(e.right, frame) : left;
      }
      case "coalesce":
        return this.eval(e.left, frame) ?? this.eval(e.right, frame);
      case "cond":
        return this.eval(this.eval(e.condition, frame) === true ? e.then : e.else, frame);
      case "convert": {
        const value = this.eval(e.operand, frame);
        return wrapTo(e.type, typeof value === "boolean" ? BigInt(value) : (value as bigint));
      }
      case "bits": {
        const value = this.int(e.operand, frame);
        return bitOperation(
          e.name,
          e.type,
          value,
          e.count === undefined ? 0n : this.int(e.count, frame),
        );
      }
      case "atomic": {
        const place = this.place(e.place, frame);
        const value = this.int(e.value, frame);
        const old = place.value as bigint;
        place.value = atomicResult(e.name, e.type, old, value);
        return old;
      }
      case "toFloat": {
        const value = this.eval(e.operand, frame);
        return typeof value === "bigint"
          ? integerToFloat(e.bits, value)
          : rounded(e.bits, value as number);
      }
      case "floatBinary": {
        const left = this.eval(e.left, frame) as number;
        return floatArithmetic(e.bits, e.operator, left, this.eval(e.right, frame) as number);
      }
      case "fromFloat":
        return floatToInteger(e.type, this.eval(e.operand, frame) as number);
      case "orders":
      case "likely":
        return this.eval(e.operand, frame);
      case "comma":
        this.eval(e.left, frame);
        return this.eval(e.right, frame);
      case "enumOf": {
        const value = this.int(e.operand, frame);
        if (!e.decl.members.some((m) => BigInt(m.value) === value))
          throw new Panic(`the value is no member of enum ${e.decl.name}`);
        return value;
      }
      case "assign":
        return this.assign(e, frame);
      case "step": {
        const place = this.place(e.place, frame);
        const old = place.value as bigint;
        place.value = arithmetic(this.intType(e.type, frame), e.operator, old, 1n, this.trapping);
        return e.prefix ? place.value : old;
      }
      default:
        return this.evalObject(e, frame);
    }
  }

  private unary(e: Extract<Expr, { op: "unary" }>, frame: Frame): Value {
    const value = this.eval(e.operand, frame);
    if (e.operator === "!") return value !== true;
    const type = this.intType(e.type, frame);
    if (e.operator === "-") return arithmetic(type, "-", 0n, value as bigint, this.trapping);
    return wrapTo(type, ~(value as bigint));
  }

  /** The place first, then the value, then the store; a compound assignment reads the place before the value. */
  private assign(e: Extract<Expr, { op: "assign" }>, frame: Frame): Value {
    const place = this.place(e.place, frame);
    if (e.operator === undefined) {
      place.value = this.eval(e.value, frame);
    } else {
      const old = place.value as bigint;
      place.value = arithmetic(
        this.intType(e.type, frame),
        e.operator,
        old,
        this.int(e.value, frame),
        this.trapping,
      );
    }
    return place.value;
  }

  private evalObject(e: Expr, frame: Frame): Value {
    switch (e.op) {
      case "length":
        return BigInt((this.eval(e.base, frame) as Elements).length);
      case "slice":
        return this.eval(e.array, frame);
      case "sub":
        return this.sub(e, frame);
      case "call":
        return this.call(
          e.fn,
          this.args(e.args, frame),
          undefined,
          undefined,
          this.typeArguments(e.fn.generics, e.types, frame),
        );
      case "callValue": {
        const fn = this.eval(e.fn, frame);
        return this.callValue(fn, this.args(e.args, frame));
      }
      case "method": {
        const object = this.object(e.object, frame);
        return this.callMethod(object, e.name, this.args(e.args, frame));
      }
      case "super": {
        const self = this.self(frame);
        const [owner, method] = methodOf(frame.owner?.base, e.name, undefined);
        return this.call(method, this.args(e.args, frame), self, owner, self.types);
      }
      case "get": {
        const object = this.object(e.object, frame);
        const [owner, method] = methodOf(object.decl, e.name, "get");
        return this.call(method, [], object, owner, object.types);
      }
      case "set": {
        const object = this.object(e.object, frame);
        const value = this.eval(e.value, frame);
        const [owner, method] = methodOf(object.decl, e.name, "set");
        this.call(method, [value], object, owner, object.types);
        return value;
      }
      case "new": {
        const types = this.typeArguments(
          e.decl.generics.map((g) => g.name),
          e.types,
          frame,
        );
        return this.create(e.decl, types, this.args(e.args, frame));
      }
      case "fixedArray":
        return this.zero(e.type, frame);
      case "sliceOf": {
        const cells = e.items.map((i) => new Cell(this.eval(i, frame)));
        return new Elements(cells, 0, cells.length);
      }
      case "function":
        return new FunctionValue(e.fn);
      case "closure":
        return new ClosureValue(e.params, e.body, frame);
      case "tuple":
        return new TupleValue(this.args(e.items, frame));
      case "variant":
        return new VariantValue(
          e.tag,
          new Map(e.fields.map((f) => [f.name, this.eval(f.value, frame)])),
        );
      case "nonNull":
        return this.object(e.operand, frame);
      case "valueOf":
        return BigInt(frame.types.get(e.name) as number);
      default:
        throw new Error(`no expression ${e.op}`);
    }
  }

  private callValue(fn: Value, args: readonly Value[]): Value {
    if (fn instanceof FunctionValue) return this.call(fn.fn, args, undefined, undefined, NO_TYPES);
    if (!(fn instanceof ClosureValue)) throw new Error("not a function");
    const frame = new Frame(fn.frame.self, fn.frame.owner, fn.frame.types, fn.frame);
    fn.params.forEach((p, i) => frame.cells.set(p.name, new Cell(args[i] ?? null)));
    if (!Array.isArray(fn.body)) return this.eval(fn.body as Expr, frame);
    const done = this.block(fn.body as readonly Stmt[], frame);
    return done?.kind === "return" ? done.value : null;
  }

  private callMethod(object: ObjectValue, name: string, args: readonly Value[]): Value {
    const [owner, method] = methodOf(object.decl, name, undefined);
    return this.call(method, args, object, owner, object.types);
  }

  private sub(e: Extract<Expr, { op: "sub" }>, frame: Frame): Value {
    const slice = this.eval(e.slice, frame) as Elements;
    const offset = this.int(e.offset, frame);
    const given = e.length === undefined ? undefined : this.int(e.length, frame);
    if (offset > BigInt(slice.length))
      throw new Panic("the offset of sub() is behind the end of the slice");
    const rest = BigInt(slice.length) - offset;
    if (given !== undefined && given > rest)
      throw new Panic("sub() reaches behind the end of the slice");
    return new Elements(slice.cells, slice.offset + Number(offset), Number(given ?? rest));
  }

  // -- objects ------------------------------------------------------------------------------------------------------

  /** Constructs: the base first, then the own fields in order, then the constructor's statements. */
  private create(
    decl: ClassDecl,
    types: ReadonlyMap<string, TypeArgument>,
    args: readonly Value[],
  ): ObjectValue {
    const object = new ObjectValue(decl, types);
    this.construct(object, decl, args);
    return object;
  }

  private construct(object: ObjectValue, decl: ClassDecl, args: readonly Value[]): void {
    const frame = new Frame(object, decl, object.types, undefined);
    decl.params.forEach((p, i) => frame.cells.set(p.name, new Cell(args[i] ?? null)));
    if (decl.base !== undefined) {
      this.construct(
        object,
        decl.base,
        hasConstructor(decl) ? this.args(decl.superArgs, frame) : args,
      );
    }
    decl.params.forEach((p, i) => {
      if (p.property !== "") object.fields.set(p.name, new Cell(args[i] ?? null));
    });
    for (const f of decl.fields) {
      object.fields.set(
        f.name,
        new Cell(f.init === undefined ? this.zero(f.type, frame) : this.eval(f.init, frame)),
      );
    }
    this.block(decl.constructorBody, frame);
  }

  private zero(type: Type, frame: Frame): Value {
    switch (type.kind) {
      case "int":
      case "enum":
        return 0n;
      case "param": {
        const bound = frame.types.get(type.name);
        return bound === undefined || typeof bound === "number" ? 0n : this.zero(bound, frame);
      }
      case "bool":
        return false;
      case "array": {
        const count =
          typeof type.count === "number" ? type.count : (frame.types.get(type.count) as number);
        const cells = Array.from({ length: count }, () => new Cell(this.element(type.of, frame)));
        return new Elements(cells, 0, count);
      }
      default:
        return null;
    }
  }

  private element(type: Type, frame: Frame): Value {
    if (type.kind === "class" && !type.nullable) return this.create(type.decl, NO_TYPES, []);
    return this.zero(type, frame);
  }

  // -- helpers ------------------------------------------------------------------------------------------------------

  private place(e: Expr, frame: Frame): Cell {
    switch (e.op) {
      case "var":
        return e.global ? this.globals.find(e.name) : frame.find(e.name);
      case "static":
        return this.statics.get(e.decl)?.get(e.name) ?? unknown(e.name);
      case "field": {
        const object = this.eval(e.object, frame);
        if (object instanceof VariantValue)
          return new Cell(e.name === "kind" ? object.tag : (object.fields.get(e.name) ?? null));
        if (!(object instanceof ObjectValue)) throw new Panic("null dereference");
        return object.fields.get(e.name) ?? unknown(e.name);
      }
      case "index": {
        const list = this.eval(e.base, frame) as Elements;
        const index = this.int(e.index, frame);
        const cell =
          index < BigInt(list.length) ? list.cells[list.offset + Number(index)] : undefined;
        if (cell === undefined)
          throw new Panic(`index ${String(index)} is outside 0..${String(list.length)}`);
        return cell;
      }
      default:
        throw new Error(`${e.op} is no place`);
    }
  }

  private int(e: Expr, frame: Frame): bigint {
    const value = this.eval(e, frame);
    if (typeof value !== "bigint") throw new Error(`an integer is expected from ${e.op}`);
    return value;
  }

  private object(e: Expr, frame: Frame): ObjectValue {
    const value = this.eval(e, frame);
    if (value instanceof ObjectValue) return value;
    throw new Panic("null dereference");
  }

  private self(frame: Frame): ObjectValue {
    if (frame.self === undefined) throw new Error("no `this` here");
    return frame.self;
  }

  private args(list: readonly Expr[], frame: Frame): Value[] {
    return list.map((e) => this.eval(e, frame));
  }

  private intType(type: Type, frame: Frame): IntType {
    const bound = type.kind === "param" ? frame.types.get(type.name) : type;
    if (bound === undefined || typeof bound === "number" || bound.kind !== "int")
      throw new Error("an integer type");
    return bound;
  }

  private typeArguments(
    names: readonly string[],
    given: readonly TypeArgument[],
    frame: Frame,
  ): ReadonlyMap<string, TypeArgument> {
    return new Map(
      names.map((name, i): [string, TypeArgument] => {
        const type = given[i];
        if (type === undefined) throw new Error("a type argument for each parameter");
        const bound =
          typeof type !== "number" && type.kind === "param" ? frame.types.get(type.name) : type;
        return [name, bound ?? type];
      }),
    );
  }
}

function unknown(name: string): never {
  throw new Error(`no field ${name}`);
}

/** The nearest method of that name, from the class upwards, with the class that has it. */
function methodOf(
  from: ClassDecl | undefined,
  name: string,
  accessor: "get" | "set" | undefined,
): readonly [ClassDecl, FunctionDecl] {
  for (let c = from; c !== undefined; c = c.base) {
    const found = c.methods.find((m) => {
      const kind = m.modifier === "get" || m.modifier === "set" ? m.modifier : undefined;
      return m.name === name && kind === accessor && m.modifier !== "abstract";
    });
    if (found !== undefined) return [c, found];
  }
  throw new Error(`no method ${name}`);
}

/**
 * How the reference interpreter evaluates expressions: operands from left to right, places before the values that are
 * stored into them, every result in its type. Statements are in interpret.ts.
 */
import { hasConstructor, wrapTo } from "./ast.ts";
import type {
  ClassDecl,
  Expr,
  FunctionDecl,
  IntType,
  Param,
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

/** How a list of statements ended: undefined where its end was reached. */
export type Completion =
  | { readonly kind: "break" | "continue"; readonly label: string | undefined }
  | { readonly kind: "return"; readonly value: Value }
  | undefined;

/** No type parameters. */
export const NO_TYPES: ReadonlyMap<string, TypeArgument> = new Map();

export abstract class Evaluator {
  protected readonly globals = new Frame(undefined, undefined, NO_TYPES, undefined);
  protected readonly statics = new Map<ClassDecl, Map<string, Cell>>();

  constructor(
    protected readonly trapping: boolean,
    protected fuel: number,
  ) {}

  protected abstract block(body: readonly Stmt[], frame: Frame): Completion;

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

  protected eval(e: Expr, frame: Frame): Value {
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

  protected unary(e: Extract<Expr, { op: "unary" }>, frame: Frame): Value {
    const value = this.eval(e.operand, frame);
    if (e.operator === "!") return value !== true;
    const type = this.intType(e.type, frame);
    if (e.operator === "-") return arithmetic(type, "-", 0n, value as bigint, this.trapping);
    return wrapTo(type, ~(value as bigint));
  }

  /** The place first, then the value, then the store; a compound assignment reads the place before the value. */
  protected assign(e: Extract<Expr, { op: "assign" }>, frame: Frame): Value {
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

  protected evalObject(e: Expr, frame: Frame): Value {
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

  protected callValue(fn: Value, args: readonly Value[]): Value {
    if (fn instanceof FunctionValue) return this.call(fn.fn, args, undefined, undefined, NO_TYPES);
    if (!(fn instanceof ClosureValue)) throw new Error("not a function");
    const frame = new Frame(fn.frame.self, fn.frame.owner, fn.frame.types, fn.frame);
    fn.params.forEach((p, i) => frame.cells.set(p.name, new Cell(args[i] ?? null)));
    if (!Array.isArray(fn.body)) return this.eval(fn.body as Expr, frame);
    const done = this.block(fn.body as readonly Stmt[], frame);
    return done?.kind === "return" ? done.value : null;
  }

  protected callMethod(object: ObjectValue, name: string, args: readonly Value[]): Value {
    const [owner, method] = methodOf(object.decl, name, undefined);
    return this.call(method, args, object, owner, object.types);
  }

  protected sub(e: Extract<Expr, { op: "sub" }>, frame: Frame): Value {
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
  protected create(
    decl: ClassDecl,
    types: ReadonlyMap<string, TypeArgument>,
    args: readonly Value[],
  ): ObjectValue {
    const object = new ObjectValue(decl, types);
    this.construct(object, decl, args);
    return object;
  }

  protected construct(object: ObjectValue, decl: ClassDecl, args: readonly Value[]): void {
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

  protected zero(type: Type, frame: Frame): Value {
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

  protected element(type: Type, frame: Frame): Value {
    if (type.kind === "class" && !type.nullable) return this.create(type.decl, NO_TYPES, []);
    return this.zero(type, frame);
  }

  // -- helpers ------------------------------------------------------------------------------------------------------

  protected place(e: Expr, frame: Frame): Cell {
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

  protected int(e: Expr, frame: Frame): bigint {
    const value = this.eval(e, frame);
    if (typeof value !== "bigint") throw new Error(`an integer is expected from ${e.op}`);
    return value;
  }

  protected object(e: Expr, frame: Frame): ObjectValue {
    const value = this.eval(e, frame);
    if (value instanceof ObjectValue) return value;
    throw new Panic("null dereference");
  }

  protected self(frame: Frame): ObjectValue {
    if (frame.self === undefined) throw new Error("no `this` here");
    return frame.self;
  }

  protected args(list: readonly Expr[], frame: Frame): Value[] {
    return list.map((e) => this.eval(e, frame));
  }

  protected intType(type: Type, frame: Frame): IntType {
    const bound = type.kind === "param" ? frame.types.get(type.name) : type;
    if (bound === undefined || typeof bound === "number" || bound.kind !== "int")
      throw new Error("an integer type");
    return bound;
  }

  protected typeArguments(
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

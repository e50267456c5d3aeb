/** What all parts of the verifier share: where they are, the errors, and the rules for types. */
import { typeKey } from "./build.ts";
import type { Location, Program, Type } from "./ir.ts";
import type { VerifyError } from "./verify.ts";

export class Report {
  readonly program: Program;
  readonly errors: VerifyError[] = [];
  private where = "";
  private at: Location | undefined;
  private readonly keys = new WeakMap<Type, string>();
  private readonly sound = new WeakSet<Type>();
  private readonly pairs: ReadonlySet<string>;

  constructor(program: Program) {
    this.program = program;
    this.pairs = new Set(program.implementations.map((i) => `${i.interface} ${i.struct}`));
  }

  /** Whether the program says how the struct implements the interface. */
  implementation(interfaceId: string, struct: string): boolean {
    return this.pairs.has(`${interfaceId} ${struct}`);
  }

  /** What follows is about this declaration. */
  within(where: string): void {
    this.where = where;
    this.at = undefined;
  }

  /** What follows is about the statement here. */
  statement(at: Location): void {
    this.at = at;
  }

  add(message: string): void {
    this.errors.push({
      where: this.where,
      ...(this.at === undefined ? {} : { at: this.at }),
      message,
    });
  }

  check(condition: boolean, message: string): void {
    if (!condition) {
      this.add(message);
    }
  }

  same(a: Type, b: Type): boolean {
    return a === b || this.key(a) === this.key(b);
  }

  /** Both types are equal, or an error says that `what` has another. */
  expect(actual: Type, expected: Type, what: string): void {
    if (!this.same(actual, expected)) {
      this.add(`${what} has type ${this.key(actual)}, expected ${this.key(expected)}`);
    }
  }

  key(type: Type): string {
    let key = this.keys.get(type);
    if (key === undefined) {
      key = typeKey(type);
      this.keys.set(type, key);
    }
    return key;
  }

  /** A type of storage: fields, globals, locals. */
  storage(type: Type, what: string): void {
    this.wellFormed(type, what);
    this.check(type.kind !== "void" && type.kind !== "never", `${what} cannot be ${type.kind}`);
  }

  /** A type of values: parameters, operands. */
  value(type: Type, what: string): void {
    this.storage(type, what);
    this.check(type.kind !== "array", `${what} cannot be an array, which is no value`);
  }

  /** Structs and interfaces exist, arrays have a length, and so on inwards. */
  wellFormed(type: Type, what: string): void {
    if (this.sound.has(type)) {
      return;
    }
    const before = this.errors.length;
    switch (type.kind) {
      case "pointer":
        this.wellFormed(type.to, what);
        break;
      case "slice":
        this.storage(type.element, `an element of ${what}`);
        break;
      case "array":
        this.storage(type.element, `an element of ${what}`);
        this.check(
          Number.isSafeInteger(type.count) && type.count >= 0,
          `${what} has no proper length`,
        );
        break;
      case "struct":
        this.check(this.program.structs.has(type.struct), `${what}: no struct ${type.struct}`);
        break;
      case "interface":
        this.check(
          this.program.interfaces.has(type.interface),
          `${what}: no interface ${type.interface}`,
        );
        break;
      case "function":
      case "closure":
        for (const param of type.params) {
          this.value(param, `a parameter of ${what}`);
        }
        this.result(type.result, `the result of ${what}`);
        break;
      default:
    }
    if (this.errors.length === before) {
      this.sound.add(type);
    }
  }

  /** A type of results: values, void and never. */
  result(type: Type, what: string): void {
    if (type.kind !== "void" && type.kind !== "never") {
      this.value(type, what);
    }
  }
}

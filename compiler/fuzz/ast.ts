/**
 * The syntax of generated programs: the part of the kernel dialect that the fuzzer knows, as plain data. The generator
 * makes it, the printer writes it as TypeScript for the compiler, the interpreter runs it; none of them uses a type or
 * a function of the compiler.
 */

export interface IntType {
  readonly kind: "int";
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
}
export type Type =
  | IntType
  | { readonly kind: "bool" | "void" }
  | { readonly kind: "enum"; readonly decl: EnumDecl }
  | {
      readonly kind: "class";
      readonly decl: ClassDecl;
      readonly nullable: boolean;
      readonly args: readonly TypeArgument[];
    }
  | { readonly kind: "iface"; readonly decl: InterfaceDecl }
  | { readonly kind: "array"; readonly of: Type; readonly count: number | string }
  | { readonly kind: "slice"; readonly of: Type }
  | { readonly kind: "tuple"; readonly items: readonly Type[] }
  | { readonly kind: "union"; readonly decl: UnionDecl }
  | {
      readonly kind: "fn";
      readonly params: readonly Type[];
      readonly result: Type;
      readonly plain: boolean;
    }
  | { readonly kind: "param"; readonly name: string };
/** Of a generic class or function: a type, or the value of a `const` parameter. */
export type TypeArgument = Type | number;

export interface EnumDecl {
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    readonly value: number;
    readonly written: boolean;
  }[];
}
export interface InterfaceDecl {
  readonly name: string;
  readonly methods: readonly Signature[];
}
export interface UnionDecl {
  readonly name: string;
  readonly variants: readonly { readonly tag: string; readonly fields: readonly Param[] }[];
}
export interface Param {
  readonly name: string;
  readonly type: Type;
}
export interface Signature {
  readonly name: string;
  readonly params: readonly Param[];
  readonly result: Type;
}
export interface FunctionDecl extends Signature {
  /** Integer type parameters. */
  readonly generics: readonly string[];
  /** `@noinline`, `@inline`, or nothing. */
  readonly hint: "noinline" | "inline" | undefined;
  body: Stmt[];
  readonly modifier?: "get" | "set" | "abstract" | "override" | "static";
}
export interface FieldDecl extends Param {
  readonly init: Expr | undefined;
  readonly annotated: boolean;
}
export interface ClassDecl {
  readonly name: string;
  readonly abstract: boolean;
  readonly generics: { readonly name: string; readonly number: boolean }[];
  base: ClassDecl | undefined;
  superArgs: Expr[];
  readonly implements: InterfaceDecl[];
  disposable: boolean;
  readonly fields: FieldDecl[];
  readonly statics: FieldDecl[];
  /** Of the constructor; `property` names those that are fields at once. */
  readonly params: (Param & { readonly property: string })[];
  constructorBody: Stmt[];
  readonly methods: FunctionDecl[];
}
export interface GlobalDecl {
  readonly name: string;
  readonly type: Type;
  readonly constant: boolean;
  readonly annotated: boolean;
  readonly init: Expr;
}
export interface Program {
  readonly enums: EnumDecl[];
  readonly unions: UnionDecl[];
  readonly interfaces: InterfaceDecl[];
  readonly classes: ClassDecl[];
  readonly globals: GlobalDecl[];
  readonly functions: FunctionDecl[];
  /** Entry point of the program. */
  readonly main: FunctionDecl;
}

export type ArithmeticOp = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
export type CompareOp = "===" | "!==" | "<" | "<=" | ">" | ">=";

export type Expr =
  | { readonly op: "lit"; readonly type: Type; readonly value: bigint }
  | { readonly op: "bool"; readonly value: boolean }
  /** Arithmetic on literals, which the compiler does exactly and at once. */
  | { readonly op: "constant"; readonly text: string; readonly value: bigint }
  /** The text of a union's discriminant. */
  | { readonly op: "tag"; readonly text: string }
  | { readonly op: "null" }
  | { readonly op: "this" }
  | { readonly op: "member"; readonly decl: EnumDecl; readonly index: number }
  | { readonly op: "var"; readonly name: string; readonly global: boolean }
  | {
      readonly op: "unary";
      readonly type: Type;
      readonly operator: "-" | "~" | "!";
      readonly operand: Expr;
    }
  /** `type` is what both operands widen to; for shifts that of the left. */
  | {
      readonly op: "binary";
      readonly type: Type;
      readonly operator: ArithmeticOp;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly op: "compare";
      readonly operator: CompareOp;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly op: "logic";
      readonly operator: "&&" | "||";
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly op: "coalesce"; readonly left: Expr; readonly right: Expr }
  | { readonly op: "cond"; readonly condition: Expr; readonly then: Expr; readonly else: Expr }
  | { readonly op: "convert"; readonly type: IntType; readonly operand: Expr }
  | {
      readonly op: "wrap";
      readonly type: Type;
      readonly operator: "+" | "-" | "*";
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly op: "bits";
      readonly name: string;
      readonly type: IntType;
      readonly operand: Expr;
      readonly count?: Expr;
    }
  /** atomicAdd, atomicSub, atomicAnd, atomicOr, atomicExchange: gives the old value, wraps in every build. */
  | {
      readonly op: "atomic";
      readonly type: IntType;
      readonly name: string;
      readonly place: Expr;
      readonly value: Expr;
    }
  /** Floating point, of 32 or 64 bits: from an integer, arithmetic, back to an integer (nearest within its range; NaN is 0). */
  | { readonly op: "toFloat"; readonly bits: 32 | 64; readonly operand: Expr }
  | {
      readonly op: "floatBinary";
      readonly bits: 32 | 64;
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly op: "fromFloat"; readonly type: IntType; readonly operand: Expr }
  /** Into a byte order and back; `ntohs(htons(x))` is `x` whatever the machine. */
  | {
      readonly op: "orders";
      readonly type: IntType;
      readonly little: boolean;
      readonly operand: Expr;
    }
  /** `first, second`. */
  | { readonly op: "comma"; readonly left: Expr; readonly right: Expr }
  | { readonly op: "likely"; readonly operand: Expr }
  | { readonly op: "enumOf"; readonly decl: EnumDecl; readonly operand: Expr }
  /** `type` is that of the place; without `operator` a plain assignment. */
  | {
      readonly op: "assign";
      readonly type: Type;
      readonly operator: ArithmeticOp | undefined;
      readonly place: Expr;
      readonly value: Expr;
    }
  | {
      readonly op: "step";
      readonly type: Type;
      readonly operator: "+" | "-";
      readonly prefix: boolean;
      readonly place: Expr;
    }
  | { readonly op: "field"; readonly object: Expr; readonly name: string }
  | { readonly op: "static"; readonly decl: ClassDecl; readonly name: string }
  | { readonly op: "index"; readonly base: Expr; readonly index: Expr }
  | { readonly op: "length"; readonly base: Expr }
  | { readonly op: "slice"; readonly array: Expr }
  | {
      readonly op: "sub";
      readonly slice: Expr;
      readonly offset: Expr;
      readonly length: Expr | undefined;
    }
  | {
      readonly op: "call";
      readonly fn: FunctionDecl;
      readonly types: readonly TypeArgument[];
      readonly written: boolean;
      readonly args: readonly Expr[];
    }
  | { readonly op: "callValue"; readonly fn: Expr; readonly args: readonly Expr[] }
  | {
      readonly op: "method";
      readonly object: Expr;
      readonly name: string;
      readonly args: readonly Expr[];
    }
  | { readonly op: "super"; readonly name: string; readonly args: readonly Expr[] }
  | { readonly op: "get"; readonly object: Expr; readonly name: string }
  | { readonly op: "set"; readonly object: Expr; readonly name: string; readonly value: Expr }
  | {
      readonly op: "new";
      readonly decl: ClassDecl;
      readonly types: readonly TypeArgument[];
      readonly args: readonly Expr[];
    }
  | { readonly op: "fixedArray"; readonly type: Type }
  | { readonly op: "sliceOf"; readonly type: Type; readonly items: readonly Expr[] }
  | { readonly op: "function"; readonly fn: FunctionDecl }
  | {
      readonly op: "closure";
      readonly params: readonly Param[];
      readonly body: readonly Stmt[] | Expr;
    }
  | { readonly op: "tuple"; readonly items: readonly Expr[] }
  | {
      readonly op: "variant";
      readonly decl: UnionDecl;
      readonly tag: string;
      readonly fields: readonly { readonly name: string; readonly value: Expr }[];
    }
  | { readonly op: "nonNull"; readonly operand: Expr }
  | { readonly op: "valueOf"; readonly name: string };

export type Stmt =
  | {
      readonly op: "let";
      readonly name: string;
      readonly type: Type;
      readonly keyword: "let" | "const" | "using";
      readonly annotated: boolean;
      readonly init: Expr | undefined;
    }
  | {
      readonly op: "take";
      readonly names: readonly (string | undefined)[];
      readonly keyword: "let" | "const";
      readonly value: Expr;
    }
  | { readonly op: "takeInto"; readonly places: readonly Expr[]; readonly value: Expr }
  | { readonly op: "expr"; readonly value: Expr }
  /** Adds an integer, boolean or enum to the trace. */
  | { readonly op: "note"; readonly value: Expr }
  | { readonly op: "assert"; readonly condition: Expr; readonly message: string }
  /** copyBytes, moveBytes, fillBytes. */
  | {
      readonly op: "bytes";
      readonly name: "copyBytes" | "moveBytes" | "fillBytes";
      readonly to: Expr;
      readonly from: Expr;
    }
  | { readonly op: "block"; readonly body: readonly Stmt[] }
  | {
      readonly op: "if";
      readonly condition: Expr;
      readonly then: readonly Stmt[];
      readonly else: readonly Stmt[] | undefined;
    }
  | {
      readonly op: "while";
      readonly label: string | undefined;
      readonly condition: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly op: "do";
      readonly label: string | undefined;
      readonly condition: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly op: "for";
      readonly label: string | undefined;
      readonly init: Stmt;
      readonly condition: Expr;
      readonly update: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly op: "forOf";
      readonly label: string | undefined;
      readonly name: string;
      readonly list: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly op: "switch";
      readonly subject: Expr;
      readonly arms: readonly {
        readonly labels: readonly (Expr | string)[];
        readonly isDefault: boolean;
        readonly body: readonly Stmt[];
      }[];
    }
  | { readonly op: "break" | "continue"; readonly label: string | undefined }
  | { readonly op: "return"; readonly value: Expr | undefined };

export const INTS: readonly IntType[] = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"].map(
  (name) => ({
    kind: "int",
    name,
    bits: Number(name.slice(1)),
    signed: name.startsWith("i"),
  }),
);

export function intNamed(name: string): IntType {
  const found = INTS.find((t) => t.name === name);
  if (found === undefined) throw new Error(`no integer type ${name}`);
  return found;
}

/** The least and the greatest value. */
export function rangeOf(t: IntType): readonly [bigint, bigint] {
  const half = 1n << BigInt(t.bits - 1);
  return t.signed ? [-half, half - 1n] : [0n, 2n * half - 1n];
}

/** The value modulo 2^bits, as the type reads it. */
export function wrapTo(t: IntType, value: bigint): bigint {
  return t.signed ? BigInt.asIntN(t.bits, value) : BigInt.asUintN(t.bits, value);
}

/** Whether every value of `from` is one of the wider type `to`. */
export function widens(from: IntType, to: IntType): boolean {
  if (from.bits >= to.bits) return false;
  return from.signed === to.signed || (!from.signed && to.signed);
}

/** Whether the class has a constructor of its own; otherwise it takes the arguments of its base. */
export function hasConstructor(c: ClassDecl): boolean {
  return c.params.length > 0 || c.constructorBody.length > 0 || c.superArgs.length > 0;
}

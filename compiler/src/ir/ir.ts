/**
 * The typed intermediate representation: what a checked program means, before it is C.
 *
 * Rules that make it safe to translate (verify.ts checks each of them):
 * - An expression (`Expr`) has no side effect and cannot fail: no call, no assignment, no check. It may read variables and
 *   memory. Everything that acts is a statement (`Stmt`), so the order of statements is the order of evaluation.
 * - What may fail is preceded by its check: an `index` by `boundsCheck`, an integer `div`/`rem` by `check` of the divisor.
 * - Temporaries are explicit (`Local` with `temporary: true`) and assigned exactly once.
 * - Every expression carries its type; operand types agree exactly, all conversions are explicit (`convert`).
 * - `&&`, `||` and `?:` of expressions evaluate lazily, as in C.
 */

// -- types ---------------------------------------------------------------------------------------------------------

export type IntType = {
  readonly kind: "int";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
};
export type FloatType = { readonly kind: "float"; readonly bits: 32 | 64 };
export type BoolType = { readonly kind: "bool" };
export type VoidType = { readonly kind: "void" };
/** The type of what does not return (calls of panics). */
export type NeverType = { readonly kind: "never" };
/** A pointer to a struct, array element or scalar; null is allowed by the type, and excluded by sema. */
export type PointerType = { readonly kind: "pointer"; readonly to: Type };
/** A struct by value: class storage, tuple, or closure environment. */
export type StructType = { readonly kind: "struct"; readonly struct: StructId };
/** `count` elements inline; only as storage (fields, globals, locals), never as a value. */
export type ArrayType = { readonly kind: "array"; readonly element: Type; readonly count: number };
/** Pointer and length by value. `str` is a slice of u8. */
export type SliceType = { readonly kind: "slice"; readonly element: Type };
/** A value of an interface; pass `devirtualise` turns it into a class pointer or keeps it as a fat pointer. */
export type InterfaceType = { readonly kind: "interface"; readonly interface: InterfaceId };
/** Code pointer without environment (`CFn`). */
export type FunctionType = {
  readonly kind: "function";
  readonly params: readonly Type[];
  readonly result: Type;
};
/** Code and environment pointer by value: `{ fn(env, params…), env }`. */
export type ClosureType = {
  readonly kind: "closure";
  readonly params: readonly Type[];
  readonly result: Type;
};

export type Type =
  | IntType
  | FloatType
  | BoolType
  | VoidType
  | NeverType
  | PointerType
  | StructType
  | ArrayType
  | SliceType
  | InterfaceType
  | FunctionType
  | ClosureType;

/** Unique names within the program, valid C identifiers; `source` names are for people. */
export type StructId = string;
export type InterfaceId = string;
export type FunctionId = string;
export type GlobalId = string;

/** A place in the sources. */
export interface Location {
  /** Path as diagnostics and `#line` show it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

// -- declarations --------------------------------------------------------------------------------------------------

/** A field of a struct. */
export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly offset: number;
  /** Every access is volatile (`@mmio`). */
  readonly volatile?: boolean;
}

/** Layout is decided before the IR: offsets, size and alignment are final and asserted in the C. */
export interface Struct {
  readonly id: StructId;
  /** Its TypeScript name, e.g. `Ring<u32>`. */
  readonly source: string;
  readonly package: string;
  readonly fields: readonly Field[];
  readonly size: number;
  readonly align: number;
  readonly packed: boolean;
  readonly union: boolean;
}

/** A method that implementations of an interface have. */
export interface InterfaceMethod {
  readonly name: string;
  readonly params: readonly Type[]; // without the receiver
  readonly result: Type;
}

/** An interface of the program. */
export interface Interface {
  readonly id: InterfaceId;
  readonly source: string;
  readonly package: string;
  readonly methods: readonly InterfaceMethod[];
}

/**
 * How a struct implements an interface: one function per interface method, in its order; the receiver
 * (`pointer` to the struct) is the first parameter of each.
 */
export interface Implementation {
  readonly interface: InterfaceId;
  readonly struct: StructId;
  readonly functions: readonly FunctionId[];
}

/** A variable of a function, parameters included. */
export interface Local {
  /** Unique within the function; a valid C identifier after the backend's prefix. */
  readonly id: string;
  readonly type: Type;
  /** Made by the compiler and assigned exactly once. */
  readonly temporary: boolean;
}

/** A function with its code, or one that is defined elsewhere. */
export interface Function {
  readonly id: FunctionId;
  /** As backtraces show it: `Tlsf.alloc`, `parse`, `closure in serve`. */
  readonly source: string;
  readonly package: string;
  /** Instance of generic code: goes to a unit of its own. */
  readonly generic: boolean;
  readonly location: Location;
  /** The linker's name where the program fixes it (`@export`, `@extern`, `@lang`). */
  readonly symbol?: string;
  /** Visible outside the program, a root for dead-code elimination. */
  readonly exported: boolean;
  readonly inline: "hint" | "always" | "never" | "default";
  /** `@noescape`: vouches that it keeps none of its arguments. */
  readonly keepsNothing?: boolean;
  readonly params: readonly Local[];
  readonly result: Type;
  /** Locals that are not parameters. */
  locals: Local[];
  /** Absent for `@extern`. */
  body?: Stmt[];
}

/** A variable or constant table of the program. */
export interface Global {
  readonly id: GlobalId;
  readonly source: string;
  readonly package: string;
  readonly location: Location;
  readonly type: Type;
  readonly symbol?: string;
  readonly exported: boolean;
  /** Defined elsewhere (linker script, assembly). */
  readonly external: boolean;
  /** In read-only memory. */
  readonly constant: boolean;
  /** Absent: zero. */
  readonly initial?: Constant;
}

/** Data known at compile time. */
export type Constant =
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "string"; readonly utf8: Uint8Array } // of type slice of u8
  | { readonly kind: "aggregate"; readonly items: readonly Constant[] } // struct fields or array elements, in order
  | { readonly kind: "slice"; readonly global: GlobalId; readonly count: number } // over a constant array
  | { readonly kind: "global"; readonly global: GlobalId } // its address
  | { readonly kind: "function"; readonly function: FunctionId };

/** A whole program, between any two stages. */
export interface Program {
  readonly structs: Map<StructId, Struct>;
  readonly interfaces: Map<InterfaceId, Interface>;
  /** Only for (struct, interface) pairs that are converted somewhere. */
  readonly implementations: Implementation[];
  readonly globals: Map<GlobalId, Global>;
  readonly functions: Map<FunctionId, Function>;
  /** The linker symbols of the panic functions that checks call; see Stmt `check`. */
  readonly panics: PanicFunctions;
}

/**
 * Functions that the checks call when they fail; all are `never`. `file` is a str (slice of u8), `line` u32.
 */
export interface PanicFunctions {
  readonly bounds: FunctionId; // (index: u64, length: u64, file, line)
  readonly check: FunctionId; // (message: str, file, line)
}

// -- expressions ---------------------------------------------------------------------------------------------------

export type BinaryOp =
  | "add"
  | "sub"
  | "mul" // wrap around, whatever the signedness; floats: IEEE
  | "div"
  | "rem" // the divisor was checked; INT_MIN / -1 as well; floats: div only
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr" // the count (same type as the left operand) was checked to be below the width; shr of a signed is arithmetic
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"; // result bool; eq/ne also for bool, pointers, functions, interfaces

export type UnaryOp =
  | "neg"
  | "not" /* bits */
  | "lnot" /* bool */
  | "clz"
  | "ctz"
  | "popcount" /* defined for 0, result u32 */
  | "bswap";

export type Expr =
  | { readonly op: "int"; readonly type: IntType; readonly value: bigint }
  | { readonly op: "float"; readonly type: FloatType; readonly value: number }
  | { readonly op: "bool"; readonly type: BoolType; readonly value: boolean }
  /** Null of a pointer, function or interface type. */
  | { readonly op: "null"; readonly type: Type }
  | { readonly op: "string"; readonly type: SliceType; readonly utf8: Uint8Array }
  | { readonly op: "local"; readonly type: Type; readonly local: string }
  /** The address of a local, global or function. */
  | { readonly op: "localAddress"; readonly type: PointerType; readonly local: string }
  | { readonly op: "globalAddress"; readonly type: PointerType; readonly global: GlobalId }
  | { readonly op: "function"; readonly type: FunctionType; readonly function: FunctionId }
  /** Reads through a pointer; the pointer is not null. */
  | { readonly op: "load"; readonly type: Type; readonly from: Expr; readonly volatile?: boolean }
  /** The address of a field, given the address of its struct. */
  | {
      readonly op: "fieldAddress";
      readonly type: PointerType;
      readonly base: Expr;
      readonly struct: StructId;
      readonly field: string;
    }
  /** The address of element `index` of an array (base: pointer to the array) or slice (base: the slice); index is u64. */
  | {
      readonly op: "elementAddress";
      readonly type: PointerType;
      readonly base: Expr;
      readonly index: Expr;
    }
  /** A field of a struct value. */
  | {
      readonly op: "member";
      readonly type: Type;
      readonly base: Expr;
      readonly struct: StructId;
      readonly field: string;
    }
  | { readonly op: "sliceLength"; readonly type: IntType; readonly slice: Expr }
  | { readonly op: "sliceData"; readonly type: PointerType; readonly slice: Expr }
  | {
      readonly op: "makeSlice";
      readonly type: SliceType;
      readonly data: Expr;
      readonly length: Expr;
    }
  | { readonly op: "makeStruct"; readonly type: StructType; readonly items: readonly Expr[] } // every field, in order
  /** `fn` takes the environment pointer (to a struct) first. */
  | {
      readonly op: "makeClosure";
      readonly type: ClosureType;
      readonly function: FunctionId;
      readonly environment: Expr | null;
    }
  /** The object (pointer to struct) as a value of the interface; `Program.implementations` has the pair. */
  | {
      readonly op: "makeInterface";
      readonly type: InterfaceType;
      readonly object: Expr;
      readonly struct: StructId;
    }
  /** The object's address, whatever it is: pointer to u8. */
  | { readonly op: "interfaceObject"; readonly type: PointerType; readonly value: Expr }
  | {
      readonly op: "unary";
      readonly type: Type;
      readonly operator: UnaryOp;
      readonly operand: Expr;
    }
  | {
      readonly op: "binary";
      readonly type: Type;
      readonly operator: BinaryOp;
      readonly left: Expr;
      readonly right: Expr;
    }
  /**
   * int↔int (truncate, or extend by the operand's signedness), int↔float (saturating towards int), bool→int, pointer↔u64,
   * pointer↔pointer, function↔u64.
   */
  | { readonly op: "convert"; readonly type: Type; readonly operand: Expr }
  | { readonly op: "andAlso"; readonly type: BoolType; readonly left: Expr; readonly right: Expr }
  | { readonly op: "orElse"; readonly type: BoolType; readonly left: Expr; readonly right: Expr }
  | {
      readonly op: "select";
      readonly type: Type;
      readonly condition: Expr;
      readonly then: Expr;
      readonly else: Expr;
    }
  | {
      readonly op: "expect";
      readonly type: BoolType;
      readonly value: boolean;
      readonly operand: Expr;
    }; // likely/unlikely

// -- statements ----------------------------------------------------------------------------------------------------

/** How an operand of `asm` is passed. */
export interface AsmOperand {
  readonly direction: "in" | "out" | "inout";
  /** The one register that the instructions mean, or null for any, whose name then stands in the text. */
  readonly register: AsmRegister | null;
}

/** The constraint letters of GNU C for single registers. */
export type AsmRegister = "a" | "b" | "c" | "d" | "S" | "D";

/** What an atomic operation orders; as in C11. */
export type MemoryOrder = "relaxed" | "acquire" | "release" | "acqRel" | "seqCst";

export type AtomicOp = "add" | "sub" | "and" | "or" | "exchange";

export type Barrier = "read" | "write" | "full" | "compiler";

export type Stmt = { readonly at: Location } & (
  | { readonly op: "assign"; readonly local: string; readonly value: Expr }
  | { readonly op: "store"; readonly to: Expr; readonly value: Expr; readonly volatile?: boolean }
  /** Storage of a local struct or array becomes all zero. */
  | { readonly op: "zero"; readonly to: Expr }
  | {
      readonly op: "call";
      readonly result: string | null;
      readonly function: FunctionId;
      readonly args: readonly Expr[];
    }
  /** `callee` is of function or closure type. */
  | {
      readonly op: "callValue";
      readonly result: string | null;
      readonly callee: Expr;
      readonly args: readonly Expr[];
    }
  | {
      readonly op: "callInterface";
      readonly result: string | null;
      readonly receiver: Expr;
      readonly interface: InterfaceId;
      readonly method: string;
      readonly args: readonly Expr[];
    }
  /**
   * Debug builds panic with "overflow" where the exact result does not fit; others wrap. The result is in a temporary.
   * Where the result cannot overflow the lowering uses `binary` directly.
   */
  | {
      readonly op: "arith";
      readonly result: string;
      readonly operator: "add" | "sub" | "mul";
      readonly left: Expr;
      readonly right: Expr;
    }
  /** Panics with index and length where index >= length; both u64. */
  | { readonly op: "boundsCheck"; readonly index: Expr; readonly length: Expr }
  /** Panics with the message where the condition is false. */
  | {
      readonly op: "check";
      readonly kind: CheckKind;
      readonly condition: Expr;
      readonly message: string;
    }
  | { readonly op: "if"; readonly condition: Expr; readonly then: Stmt[]; readonly else: Stmt[] }
  /**
   * for (;;) { before; if (!condition) break; body; next: update; }   condition null: endless.
   * `postTest`: do { body; next: update; before; } while (condition).
   */
  | {
      readonly op: "loop";
      readonly label: string;
      readonly before: Stmt[];
      readonly condition: Expr | null;
      readonly body: Stmt[];
      readonly update: Stmt[];
      readonly postTest: boolean;
    }
  /** No fall-through: each arm ends by itself. Values are distinct constants of the type of `value`. */
  | {
      readonly op: "switch";
      readonly value: Expr;
      readonly arms: readonly { readonly values: readonly bigint[]; readonly body: Stmt[] }[];
      readonly otherwise: Stmt[];
    }
  /** Statements that `leave` with this label can leave. */
  | { readonly op: "block"; readonly label: string; readonly body: Stmt[] }
  | { readonly op: "leave"; readonly label: string } // of an enclosing block
  | { readonly op: "break"; readonly label: string } // of an enclosing loop
  | { readonly op: "continue"; readonly label: string } // of an enclosing loop; goes to its update
  | { readonly op: "return"; readonly value: Expr | null }
  | { readonly op: "unreachable" } // after a call that never returns
  | {
      readonly op: "copy";
      readonly to: Expr;
      readonly from: Expr;
      readonly bytes: Expr;
      readonly overlapping: boolean;
    } // pointers to u8, length checked
  | { readonly op: "fill"; readonly to: Expr; readonly byte: Expr; readonly bytes: Expr }
  | {
      readonly op: "atomic";
      readonly order?: MemoryOrder;
      readonly result: string | null;
      readonly operator: AtomicOp;
      readonly place: Expr;
      readonly value: Expr;
    } // the old value
  | {
      readonly op: "atomicLoad";
      readonly order?: MemoryOrder;
      readonly result: string;
      readonly place: Expr;
    }
  | {
      readonly op: "atomicStore";
      readonly order?: MemoryOrder;
      readonly place: Expr;
      readonly value: Expr;
    }
  | {
      readonly op: "atomicCompareExchange";
      readonly order?: MemoryOrder;
      readonly result: string;
      readonly place: Expr;
      readonly expected: Expr;
      readonly value: Expr;
    } // bool
  | { readonly op: "barrier"; readonly barrier: Barrier }
  | { readonly op: "portIn"; readonly result: string; readonly port: Expr } // width by the result's type
  | { readonly op: "portOut"; readonly port: Expr; readonly value: Expr }
  | { readonly op: "timestamp"; readonly result: string } // rdtsc, u64
  /** Text between operands, one part more than operands; `args` are their values (in) or the addresses of their places. */
  | {
      readonly op: "asm";
      readonly parts: readonly string[];
      readonly operands: readonly AsmOperand[];
      readonly args: readonly Expr[];
    }
);

/** What a check is for; `--checks` drops some kinds. */
export type CheckKind = "null" | "divide" | "shift" | "enum" | "slice" | "assert" | "length";

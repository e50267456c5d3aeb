// The prelude is the whole standard environment of the kernel profile: programs compile with `noLib`, so what is not
// declared here (or imported) does not exist. Stock tsc checks against these declarations; the compiler recognises them
// by name and applies the stricter rules of docs/reference/language.md.

// -- what tsc itself needs to know ---------------------------------------------------------------------------------
interface Boolean {}
interface Function {}
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments {}
interface Number {}
interface BigInt {}
interface Object {}
interface RegExp {}
interface String {
  readonly length: usize;
}
/** Tuples only: a growing array would have to allocate. */
interface Array<T> {
  readonly length: number;
  [index: number]: T;
  [Symbol.iterator](): IterableIterator<T>;
}
interface ReadonlyArray<T> {
  readonly length: number;
  readonly [index: number]: T;
  [Symbol.iterator](): IterableIterator<T>;
}
interface TemplateStringsArray extends ReadonlyArray<string> {}
interface SymbolConstructor {
  readonly dispose: unique symbol;
  readonly iterator: unique symbol;
}
declare var Symbol: SymbolConstructor;
interface IteratorResult<T> {
  done?: boolean;
  value: T;
}
interface Iterator<T> {
  next(): IteratorResult<T>;
}
interface Iterable<T> {
  [Symbol.iterator](): Iterator<T>;
}
interface IterableIterator<T> extends Iterator<T> {
  [Symbol.iterator](): IterableIterator<T>;
}
/** What `using` cleans up at the end of its scope, on every path. */
interface Disposable {
  [Symbol.dispose](): void;
}
interface ClassDecoratorContext<
  C extends abstract new (...args: never) => unknown = abstract new (...args: never) => unknown,
> {
  readonly kind: "class";
  readonly name: string | undefined;
  readonly class?: C;
}
interface ClassFieldDecoratorContext<This = unknown, Value = unknown> {
  readonly kind: "field";
  readonly holder?: This;
  readonly value?: Value;
}

// -- integers: tag *sets* let tsc see lossless widening (u8 -> u32 is fine, u32 -> u8 is TS2322) --------------------
type u8 = number & { readonly __t?: "u8" };
type u16 = number & { readonly __t?: "u8" | "u16" };
type u32 = number & { readonly __t?: "u8" | "u16" | "u32" };
type u64 = number & { readonly __t?: "u8" | "u16" | "u32" | "u64" };
type i8 = number & { readonly __t?: "i8" };
type i16 = number & { readonly __t?: "i8" | "i16" | "u8" };
type i32 = number & { readonly __t?: "i8" | "i16" | "i32" | "u8" | "u16" };
type i64 = number & { readonly __t?: "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" };
type usize = u64;
type isize = i64;
type f32 = number & { readonly __t?: "f32" };
type f64 = number & { readonly __t?: "f32" | "f64" };

// -- addresses and byte orders never mix with each other or with plain integers -------------------------------------
/** A physical address. */
type PhysAddr = number & { readonly __t?: "PhysAddr" };
/** An address that the program itself can load from and store to. */
type VirtAddr = number & { readonly __t?: "VirtAddr" };
/** An address as a device sees it. */
type DmaAddr = number & { readonly __t?: "DmaAddr" };
type be16 = number & { readonly __t?: "be16" };
type be32 = number & { readonly __t?: "be32" };
type be64 = number & { readonly __t?: "be64" };
type le16 = number & { readonly __t?: "le16" };
type le32 = number & { readonly __t?: "le32" };
type le64 = number & { readonly __t?: "le64" };

// -- explicit conversions: truncate or extend, never check ----------------------------------------------------------
declare function u8(value: number | bigint | boolean): u8;
declare function u16(value: number | bigint | boolean): u16;
declare function u32(value: number | bigint | boolean): u32;
declare function u64(value: number | bigint | boolean): u64;
declare function usize(value: number | bigint | boolean): usize;
declare function i8(value: number | bigint | boolean): i8;
declare function i16(value: number | bigint | boolean): i16;
declare function i32(value: number | bigint | boolean): i32;
declare function i64(value: number | bigint | boolean): i64;
declare function isize(value: number | bigint | boolean): isize;
declare function f32(value: number): f32;
declare function f64(value: number): f64;
declare function phys(value: u64): PhysAddr;
declare function virt(value: u64): VirtAddr;
declare function dma(value: u64): DmaAddr;
declare function htons(value: u16): be16;
declare function htonl(value: u32): be32;
declare function htonll(value: u64): be64;
declare function ntohs(value: be16): u16;
declare function ntohl(value: be32): u32;
declare function ntohll(value: be64): u64;
declare function toLe16(value: u16): le16;
declare function toLe32(value: u32): le32;
declare function toLe64(value: u64): le64;
declare function fromLe16(value: le16): u16;
declare function fromLe32(value: le32): u32;
declare function fromLe64(value: le64): u64;
/** The enum member with this value; panics where no member has it. */
declare function enumOf<E>(value: number): E;

// -- arithmetic that says what it means -----------------------------------------------------------------------------
/** Wraps around in every build; both operands have the same type. */
declare function wrapAdd<T extends number>(a: T, b: T): T;
declare function wrapSub<T extends number>(a: T, b: T): T;
declare function wrapMul<T extends number>(a: T, b: T): T;
/** Leading zero bits; the width of T for 0. */
declare function clz<T extends number>(value: T): u32;
/** Trailing zero bits; the width of T for 0. */
declare function ctz<T extends number>(value: T): u32;
declare function popcount<T extends number>(value: T): u32;
declare function bswap<T extends number>(value: T): T;
declare function rotateLeft<T extends number>(value: T, count: u32): T;

// -- memory ---------------------------------------------------------------------------------------------------------
/** UTF-8 text, not owned: pointer and length in bytes. */
type str = string;
/** Pointer and length, not owned. `T` a class means the objects themselves in a row; `T | null` means pointers. */
interface Slice<T> {
  readonly length: usize;
  readonly addr: VirtAddr;
  [index: number]: T;
  /** Elements `offset` to `offset + length`; panics where that is outside. Without `length`: all that follow. */
  sub(offset: usize, length?: usize): Slice<T>;
  [Symbol.iterator](): IterableIterator<T>;
}
/** `N` elements inline. */
interface FixedArray<T, N extends number> {
  readonly length: usize;
  readonly __n?: N;
  [index: number]: T;
  slice(): Slice<T>;
  [Symbol.iterator](): IterableIterator<T>;
}
/** Storage for N elements, zeroed (class elements: constructed with `new T()`). */
declare function fixedArray<T, N extends number>(): FixedArray<T, N>;
/** A constant table in read-only memory; every item must be a constant. */
declare function sliceOf<T>(...items: T[]): Slice<T>;
/** The value of a `const` type parameter such as `N`. */
declare function valueOf<N extends number>(): usize;
declare function bytes(text: string): Slice<u8>;
/** The text in these bytes, which must be valid UTF-8 (not checked). */
declare function text(utf8: Slice<u8>): str;
/** A bounds-checked view of a `@packed` class at byte `offset` of `data`. */
declare function overlay<T>(data: Slice<u8>, offset: usize): T;
/** `data` as elements of T (a byte-order type or a `@packed` class: any alignment); a rest that is no whole T is left out. */
declare function viewAs<T>(data: Slice<u8>): Slice<T>;
/** The bytes of a `@packed` object. */
declare function bytesOf(object: object): Slice<u8>;
declare function sizeof<T>(): usize;
declare function alignof<T>(): usize;
/** Copies as many bytes as `from` has; panics where `to` is shorter. They may not overlap. */
declare function copyBytes(to: Slice<u8>, from: Slice<u8>): void;
/** As copyBytes, but they may overlap. */
declare function moveBytes(to: Slice<u8>, from: Slice<u8>): void;
declare function fillBytes(to: Slice<u8>, value: u8): void;

// Only in files whose head comment has `@unsafe REASON`:
declare function sliceAt<T>(at: VirtAddr, count: usize): Slice<T>;
declare function objectAt<T>(at: VirtAddr): T;
/** Constructs `value`, which must be a `new` expression, at this address. */
declare function placeAt<T>(at: VirtAddr, value: T): T;
declare function load<T>(at: VirtAddr): T;
declare function store<T>(at: VirtAddr, value: T): void;
declare function volatileLoad<T>(at: VirtAddr): T;
declare function volatileStore<T>(at: VirtAddr, value: T): void;
/** Address of a function, for tables that hardware or assembly reads. */
declare function functionAddress<F>(fn: CFn<F>): VirtAddr;
/** A function pointer from an address. */
declare function functionAt<F>(at: VirtAddr): CFn<F>;
/** The address of an object, of a global, or of a field: `addressOf(this.state)`. Reading it needs an unsafe file. */
declare function addressOf(object: unknown): VirtAddr;

// -- atomics: `place` is a variable or field, not a copy of it; sequentially consistent where no order is given -------
/** As in C11; orders that an operation cannot have (`acquire` of a store) are errors. */
type MemoryOrder = "relaxed" | "acquire" | "release" | "acqRel" | "seqCst";
declare function atomicLoad<T>(place: T, order?: MemoryOrder): T;
declare function atomicStore<T>(place: T, value: T, order?: MemoryOrder): void;
/** These give the old value. */
declare function atomicAdd<T>(place: T, value: T, order?: MemoryOrder): T;
declare function atomicSub<T>(place: T, value: T, order?: MemoryOrder): T;
declare function atomicAnd<T>(place: T, value: T, order?: MemoryOrder): T;
declare function atomicOr<T>(place: T, value: T, order?: MemoryOrder): T;
declare function atomicExchange<T>(place: T, value: T, order?: MemoryOrder): T;
/** Stores `value` where `place` holds `expected`; whether it did. */
declare function atomicCompareExchange<T>(
  place: T,
  expected: T,
  value: T,
  order?: MemoryOrder,
): boolean;
/** Loads before it stay before it and loads after it after it (device rings read by polling). */
declare function readBarrier(): void;
/** Stores before it are seen before stores after it. */
declare function writeBarrier(): void;
declare function fullBarrier(): void;
/** The compiler moves no access across it. */
declare function compilerBarrier(): void;

// -- the machine ----------------------------------------------------------------------------------------------------
declare function inb(port: u16): u8;
declare function inw(port: u16): u16;
declare function inl(port: u16): u32;
declare function outb(port: u16, value: u8): void;
declare function outw(port: u16, value: u16): void;
declare function outl(port: u16, value: u32): void;
declare function rdtsc(): u64;
/**
 * Instructions as the assembler reads them (AT&T syntax); they may change memory and flags. Operands stand in the text as
 * registers; one with a register of its own (`asmIn(x, "rcx")`) stands nowhere in the text:
 * asm`rdmsr${asmIn(index, "rcx")}${asmOut(low, "rax")}${asmOut(high, "rdx")}`
 */
declare function asm(text: TemplateStringsArray, ...operands: AsmOperand[]): void;
interface AsmOperand {
  readonly __asm: true;
}
type AsmRegister = "rax" | "rbx" | "rcx" | "rdx" | "rsi" | "rdi";
/** A value that the instructions read. */
declare function asmIn(value: number | boolean, register?: AsmRegister): AsmOperand;
/** A `let` variable or field that they set; nothing is read from it. */
declare function asmOut(place: number | boolean, register?: AsmRegister): AsmOperand;
/** A `let` variable or field that they read and set. */
declare function asmInOut(place: number | boolean, register?: AsmRegister): AsmOperand;
declare function likely(condition: boolean): boolean;
declare function unlikely(condition: boolean): boolean;

// -- program structure ----------------------------------------------------------------------------------------------
/** A line on the console. Takes integers, booleans, text and enums; allocates nothing. */
declare function log(parts: TemplateStringsArray, ...values: TemplateValue[]): void;
type TemplateValue = number | boolean | string;
/** Panics with the text of the condition, file and line where it is false. */
declare function assert(condition: boolean, message?: string): asserts condition;
/** Fails the build with `message` where the constant condition is false. */
declare function staticAssert(condition: boolean, message?: string): void;
declare function panic(message: string): never;
/** Says that this point is never reached; panics where it is. */
declare function unreachable(): never;
/** A function pointer: storable, without captured variables. */
type CFn<F> = F & { readonly __c?: true };
/** Runs the static initialisers of all modules in dependency order, once, before anything else of the program. */
declare function runModuleInitializers(): void;
/** Calls every `@init LEVEL` function of the program, by level, then in dependency order. */
declare function runInitCalls(): void;
/** Calls the program's `main` and gives its result (0 for void). */
declare function runMain(): i32;
/** The number of `@test` functions in a test build, and calls one of them. */
declare function testCount(): usize;
declare function testName(index: usize): str;
declare function runTest(index: usize): void;

// -- layout decorators ----------------------------------------------------------------------------------------------
/** No padding, any alignment: wire formats. */
declare function packed(target: unknown, context: ClassDecoratorContext): void;
declare function align(bytes: number): (target: unknown, context: ClassDecoratorContext) => void;
/** All fields at offset 0. */
declare function union(target: unknown, context: ClassDecoratorContext): void;
/** Device registers: every access is volatile and of the field's exact width; fields carry `@offset`. */
declare function mmio(target: unknown, context: ClassDecoratorContext): void;
declare function offset(
  bytes: number,
): (target: undefined, context: ClassFieldDecoratorContext) => void;

/** Types, classes and memory that must be rejected. */
interface Reader {
  read(n: u32): u32;
}
class File1 {
  read(n: u32): u32 {
    return n;
  }
}
class P {
  x: u32 = 0;
}
class Q {
  x: u32 = 0;
}
class Holder {
  p: P | null = null;
  f: ((x: u32) => u32) | null = null; // TK1009
}
class Node1 {
  p: P | null = null;
  items: FixedArray<P, 2> = fixedArray();
  readonly fixed: u32 = 1;
}
const node = new Node1();
let kept: P | null = null;

export function anyParameter(x: any): void {} // TK1002
export function escapingObject(): P {
  const p = new P();
  return p; // TK3001
}
export function escapingNew(): P {
  return new P(); // TK3001
}
export function storedStackObject(): void {
  node.p = new P(); // TK3001
}
export function closureVariable(): void {
  const f = (x: u32): u32 => x; // TK3002
}
export function dynamicKey(k: "x"): u32 { // TK1001
  const p = new P();
  return p[k];
}
export function nominal(): void {
  const q: Q = new P(); // TK2015
}
export function notImplemented(file: File1): Reader {
  return file; // TK2015
}
export function stringBuilding(x: u32): string {
  return `x${x}`; // TK1001
}
export function objectLiteral(): void {
  const o = { a: 1 }; // TK1001
}
export function nullableInteger(): u32 | null { // TK1009
  return null;
}
export function generalUnion(x: u32 | P): void {} // TK1009
export function arrayLiteral(): void {
  const t = [1, 2]; // TK1001
}
export function mayBeNull(): u32 {
  return kept.x; // TS18047 TK2011
}
export function nullArgument(p: P): void {
  nullArgument(kept); // TS2345 TK2011
}
export function elementCopy(): void {
  node.items[0] = node.items[1]; // TK2020
}
export function embeddedAssignment(): void {
  node.items = fixedArray(); // TK2019
}
export function readonlyField(): void {
  node.fixed = 2; // TS2540 TK2019
}
export function assignToCall(): void {
  anyNumber() = 3; // TS2364 TK2019
}
export function anyNumber(): u32 {
  return 1;
}
export function noSuchMember(p: P): u32 {
  return p.y; // TS2339 TK2014
}
export function tooManyArguments(): u32 {
  return anyNumber(1); // TS2554 TK2013
}
export function takesPointer(f: CFn<() => u32>): void {}
export function capturingPointer(x: u32): void {
  takesPointer(() => x); // TK3002
}
class Self { // TK3004
  inner = new Self();
}
@mmio
class Registers {
  a!: u32; // TK3003
}
export function useRegisters(r: Registers): u32 {
  return r.a;
}
export function rawMemory(): u32 {
  return load<u32>(virt(0)); // TK1008
}
export function noTypeArgument(): void {
  const size = sizeof(); // TK2012
}
export function compare(p: P): boolean {
  return p > p; // TK2006
}
class Base {
  run(): u32 {
    return 1;
  }
}
class Derived extends Base {
  override run(): u32 { // TK2021
    return 2;
  }
}
export function useDerived(d: Derived): u32 {
  return d.run();
}
abstract class Shape1 {
  abstract area(): u32;
}
export function newAbstract(): u32 {
  const s = new Shape1(); // TS2511 TK1001
  return 1;
}
class Late1 {
  p!: P; // TK3006
  list: FixedArray<Reader, 2> = fixedArray(); // TK3006
}
export function useLate(l: Late1): u32 {
  return l.p.x + l.list[0].read(1);
}
@packed
class Wire {
  flag!: boolean;
}
export function forged(data: Slice<u8>): boolean {
  return overlay<Wire>(data, 0).flag; // TK3007
}
@union
class Punned {
  bits!: u64;
  p: P | null = null; // TK3007
}
export function usePunned(x: Punned): u64 {
  return x.bits;
}
function deeper<T>(n: u32, x: Slice<T>): u32 { // TK2012
  const a = fixedArray<Slice<T>, 1>();
  return n === 0 ? 0 : deeper<Slice<T>>(n - 1, a.slice());
}
export function endlessInstances(s: Slice<u8>): u32 {
  return deeper(3, s);
}
function runs(f: () => void): void {
  f();
}
export function readByClosure(all: Slice<P>): u32 {
  let late: P; // TK3006
  let sum: u32 = 0;
  runs(() => {
    sum += late.x;
  });
  late = all[0];
  for (const p of all) {
    runs(() => {
      sum += p.x;
    });
  }
  return sum;
}
class UncheckedArrays {
  readers = fixedArray<Reader, 2>(); // TK3006
  nothings = fixedArray<never, 2>(); // TK1001
}
export function useUncheckedArrays(u: UncheckedArrays): usize {
  const late = fixedArray<Reader, 2>(); // TK3006
  return u.readers.length + late.length;
}

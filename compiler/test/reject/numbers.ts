/** Integers and arithmetic that must be rejected; a comment names the codes expected on its line. */
declare const nothing: u8;
let a8: u8 = 1;
let a32: u32 = 2;
let a64: u64 = 3;
let s32: i32 = 4;
let port: be16 = htons(1);
let pa: PhysAddr = phys(1);
let va: VirtAddr = virt(1);

export function narrowing(): u32 {
  return a32 + a64; // TK2001
}
export function wideningOfArithmetic(): u64 {
  return a32 * a32; // TK2004
}
export function wideningInCompoundAssignment(): void {
  a64 += a32 * a32; // TK2004
}
export function literalTooLarge(): u8 {
  return 300; // TK2003
}
export function signednessMix(): boolean {
  return a32 < s32; // TK2002
}
export function byteOrderToInteger(): u16 {
  return u16(port); // TK2001
}
export function addressesMix(): u64 {
  return pa - va; // TK2006
}
export function plainNumber(): void {
  let n: number = 5; // TK1003
}
export function wideShift(): u32 {
  return a32 << 32; // TK2007
}
export function fraction(): u32 {
  return a32 & 1.5; // TK2001
}
export function literalAsByteOrder(): void {
  const p: be16 = 80; // TK2001
}
export function signedIndex(data: Slice<u8>): u8 {
  return data[s32]; // TK2001
}
export function constantIndex(): u8 {
  const data = fixedArray<u8, 4>();
  return data[4]; // TK2008
}
export function zeroDivisor(): u32 {
  return a32 / 0; // TK2009
}
export function shiftedConstant(): u32 {
  return 1 << a32; // TK2010
}
export function notANumber(): u32 {
  return a32 + true; // TS2365 TK2002
}
export function negativeOfUnsigned(): u32 {
  return -a32; // TK2006
}
export function truthy(): u32 {
  if (a32) return 1; // TK2005
  return 0;
}
export function looseEquality(): boolean {
  return a32 == 1; // TK1004
}
export function castOfInteger(): u32 {
  return a64 as number as u32; // TK1003
}
export function literalsOnly<T extends number>(x: T, y: T): T {
  return x;
}
export function cannotInfer(): u32 {
  return literalsOnly(1, 2); // TK2012
}
export function implicitSignChange(): i32 {
  return a32; // TS2322 TK2001
}
enum Flag {
  A = 1 << 40, // TS6807 TK2016
}
export function useFlag(): u32 {
  return u32(Flag.A);
}
staticAssert(sizeof<u32>() === 8); // TK2018
staticAssert(a32 === 2); // TK2017

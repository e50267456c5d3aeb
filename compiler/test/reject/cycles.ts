/** What refers to itself, and numbers that are none: errors, where the compiler once ran in circles or threw. */
class Selfish extends Selfish {} // TK3004 TS2506
class Hen extends Egg {} // TK3004 TS2449 TS2506
class Egg extends Hen {} // TK3004 TS2506
enum Circle {
  A = B, // TK2016 TS2651
  B = A,
}
type First = Second; // TK3004 TS2456
type Second = First; // TK3004 TS2456
type Endless<T> = Endless<T>; // TK3004 TS2315 TS2456
type Inside = { kind: "more"; next: Inside } | { kind: "end" }; // TK3004
type Both = First | { kind: "end" };
const reading = giveBack(reading); // TK1002 TS2448 TS2454
function giveBack(x: u32): u32 {
  return x;
}
export function useClasses(): void {
  const s = new Selfish();
  const h = new Hen();
}
export function useTypes(a: First): void {}
export function useGeneric(b: Endless<u8>): void {} // TS2315
export function useUnion(c: Inside): void {}
export function useBoth(d: Both): void {}
export function useEnum(): u32 {
  return u32(Circle.A);
}
export function useGlobal(): u32 {
  return reading;
}
export function noDigits(): u64 {
  return u64(0b); // TK2001 TS1177
}
export function halfAnElement(): void {
  const a = fixedArray<u8, 1.5>(); // TK1001
}
export function endlessArray(): void {
  const a = fixedArray<u8, 1e400>(); // TK1001
}

/** Statements and declarations that must be rejected. */
class Box {
  a: u32 = 1;
}
export function throwing(): void {
  throw 1; // TK1006
}
export function catching(): void {
  try { // TK1006
    nothing();
  } catch {
    nothing();
  }
}
export function nothing(): void {}
export async function asynchronous() {} // TK1001
export function* generating() {} // TK1001
export function oldVariable(): void {
  var x: u32 = 1; // TK1005
}
export function keys(h: Box): void {
  for (const k in h) { // TK1001
    nothing();
  }
}
export function unknownName(): void {
  missing(); // TS2304 TK1010
}
declare function bodiless(): void; // TK1010
export function callsBodiless(): void {
  bodiless();
}
export function typeofOperator(x: u32): boolean {
  return typeof x === "number"; // TK1001
}
export function deleting(h: Box): void {
  delete h.a; // TS2790 TK1001
}
export function spread(): void {
  nothing(...[]); // TK2013
}
nothing(); // TK1007
/** @init sometime */
export function wrongLevel(): void {} // TK4006
/** @test */
export function notInATestModule(): void {}
export function templateCalledAsFunction(): void {
  log([]); // TK1001
}

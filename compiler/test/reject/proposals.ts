/** Misspelt names: the message proposes the right one (documentation.test.ts looks at the texts). */
class Packet {
  length: usize = 0;
  release(): void {}
}
type Reply = { kind: "ok"; value: u32 } | { kind: "late" };
export function misspeltField(p: Packet): usize {
  return p.lenght; // TS2551 TK2014
}
export function misspeltMethod(p: Packet): void {
  p.relaese(); // TS2551 TK2014
}
export function misspeltSliceMethod(s: Slice<u8>): Slice<u8> {
  return s.sbu(1); // TS2339 TK2014
}
export function misspeltTag(r: Reply): boolean {
  return r.kind === "okk"; // TS2367 TK2014
}
/** @noinlin */
export function misspeltHint(): void {} // TK4006
/** @init devices */
export function misspeltLevel(): void {} // TK4006
/** @returns nothing; a tag of other tools is let be */
export function foreignTag(): void {}

/** Tests of what a failed check prints. */

/** @test panics index 19 is outside 0..19 */
export function namesIndexAndLength(): void {
  const data = bytes("The quick brown fox");
  let past: usize = 18;
  past++;
  assert(data[past] === 0);
}

/** @test panics the reason is this */
export function printsTheMessage(): void {
  panic("the reason is this");
}

/** @test panics panic.test.ts */
export function namesTheFile(): void {
  panic("anything");
}

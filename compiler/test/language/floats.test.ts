/** Floating-point numbers, little-endian types, text. */

@packed
class Record1 {
  id!: le16;
  size!: le32;
  stamp!: le64;
}

/** @noinline */
function hide(x: f64): f64 {
  return x;
}
/** @noinline */
function hideF32(x: f32): f32 {
  return x;
}
/** @noinline */
function name(index: u32): str {
  return index === 0 ? "zero" : "one";
}

/** @test */
export function floatsCalculate(): void {
  const x = hide(1.5);
  assert(x * 2 + 0.25 === 3.25);
  assert(-x === -1.5);
  assert(x / 2 < 1 && x >= 1.5);
  const half: f32 = 0.5;
  const wide: f64 = hideF32(half);
  assert(wide === 0.5);
}

/** @test */
export function floatsConvert(): void {
  assert(u32(hide(3.99)) === 3);
  assert(i32(hide(-3.99)) === -3);
  assert(u8(hide(1000)) === 255);
  assert(u32(hide(-5)) === 0);
  assert(f64(u32(7)) / 2 === 3.5);
  assert(f32(hide(0.5)) === hideF32(0.5));
}

/** @test */
export function nanComparesWithNothing(): void {
  const zero = hide(0);
  const nan = zero / zero;
  assert(nan !== nan);
  assert(!(nan < 1) && !(nan > 1));
  assert(u32(nan) === 0);
}

/** @test */
export function littleEndianFields(): void {
  const data = fixedArray<u8, 15>();
  const r = overlay<Record1>(data.slice(), 1);
  r.id = toLe16(0x1234);
  r.size = toLe32(0xaabb_ccdd);
  r.stamp = toLe64(7);
  assert(data[1] === 0x34 && data[2] === 0x12 && data[3] === 0xdd && data[7] === 7);
  assert(fromLe32(r.size) === 0xaabb_ccdd && fromLe64(r.stamp) === 7);
}

/** @test */
export function textIsComparedByContent(): void {
  assert(name(0) === "zero" && name(1) !== "zero");
  assert(name(1) === "one");
  assert("" !== name(0));
}

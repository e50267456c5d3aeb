/** Integers: widths, wrapping, conversions, shifts, constants. */

/** Hides a value from constant folding. */
/** @noinline */
function hide32(x: u32): u32 {
  return x;
}
/** @noinline */
function hide64(x: u64): u64 {
  return x;
}
/** @noinline */
function hideI32(x: i32): i32 {
  return x;
}
/** @noinline */
function hide8(x: u8): u8 {
  return x;
}

const ALIGN = 16;
const MASK: u32 = 0xffff_0000;
const BIG = u64(0xffff_ffff_ffff_f000n);

/** @test */
export function narrowTypesWrap(): void {
  const a = hide8(200);
  assert(wrapAdd(a, 100) === 44);
  const b = hide32(0xffff_ffff);
  assert(wrapAdd(b, 1) === 0);
  assert(wrapMul(b, b) === 1);
  assert(wrapSub(hide32(0), 1) === 0xffff_ffff);
  assert(wrapAdd(hideI32(0x7fff_ffff), 1) === -0x8000_0000);
}

/** @test panics overflow */
export function additionTrapsInDebugBuilds(): void {
  const a = hide8(200);
  const b = a + 100;
  if (b === 44) panic("overflow (release build wraps)");
}

/** @test */
export function wideningKeepsTheValue(): void {
  const a = hide8(200);
  const b: u32 = a;
  const c: i32 = a;
  const d: u64 = b;
  assert(b === 200 && c === 200 && d === 200);
  const s = hideI32(-5);
  const wide: i64 = s;
  assert(wide === -5);
}

/** @test */
export function conversionsTruncateAndExtend(): void {
  const x = hide32(0x1234_5678);
  assert(u8(x) === 0x78);
  assert(u16(x) === 0x5678);
  assert(i8(hide32(0xff)) === -1);
  assert(u64(i64(hideI32(-1))) === u64(0xffff_ffff_ffff_ffffn));
  assert(u32(hideI32(-1)) === 0xffff_ffff);
  assert(i32(hide32(0xffff_fffe)) === -2);
  assert(u32(hide8(7) === 7) === 1);
}

/** @test */
export function signedDivisionTruncates(): void {
  assert(hideI32(-7) / 2 === -3);
  assert(hideI32(-7) % 2 === -1);
  assert(hide32(7) / 2 === 3);
  assert(hide32(7) % 4 === 3);
}

/** @test panics division by zero */
export function divisionByZeroPanics(): void {
  const zero = hide32(0);
  const x = hide32(5) / zero;
  assert(x === 0);
}

/** @test panics divided by -1 */
export function leastDividedByMinusOnePanics(): void {
  const x = hideI32(-0x8000_0000) / hideI32(-1);
  assert(x === 0);
}

/** @test panics shift count */
export function tooWideShiftPanics(): void {
  const x = hide32(1) << hide32(32);
  assert(x === 0);
}

/** @test */
export function shiftsAreLogicalOrArithmeticByType(): void {
  assert(hide32(0x8000_0000) >> 31 === 1);
  assert(hideI32(-8) >> 1 === -4);
  assert(hide32(1) << hide8(31) === 0x8000_0000);
  assert(u64(1) << hide32(63) === u64(0x8000_0000_0000_0000n));
  assert(hide8(0x81) >> 1 === 0x40);
}

/** @test */
export function untypedConstantsTakeTheirUse(): void {
  const a: u16 = ALIGN;
  const b = hide64(100) & ~(ALIGN - 1);
  assert(a === 16 && b === 96);
  assert((hide32(0xabcd_1234) & MASK) === 0xabcd_0000);
  assert(hide64(BIG) === BIG);
  assert(BIG + 0xfff === u64(0xffff_ffff_ffff_ffffn));
}

/** @test */
export function bitCounts(): void {
  assert(clz(hide32(1)) === 31);
  assert(clz(hide32(0)) === 32);
  assert(ctz(hide64(0)) === 64);
  assert(ctz(hide64(8)) === 3);
  assert(clz(hide8(1)) === 7);
  assert(popcount(hide32(0xf0f0)) === 8);
  assert(bswap(hide32(0x1122_3344)) === 0x4433_2211);
  assert(rotateLeft(hide32(0x8000_0001), 1) === 3);
  assert(rotateLeft(hide32(5), 32) === 5);
}

/** @test */
export function byteOrders(): void {
  const port = htons(u16(hide32(0x1f90)));
  assert(ntohs(port) === 8080);
  assert(port === htons(8080));
  assert(ntohl(htonl(hide32(0xdead_beef))) === 0xdead_beef);
  assert(fromLe32(toLe32(hide32(77))) === 77);
}

/** @test */
export function compoundAssignment(): void {
  let x = hide32(10);
  x += 5;
  x -= 3;
  x *= 2;
  x /= 3;
  x %= 6;
  x <<= 4;
  x >>= 1;
  x |= 1;
  x &= 0xf1;
  x ^= 0xff;
  assert(x === (((((((((10 + 5 - 3) * 2) / 3) % 6) << 4) >> 1) | 1) & 0xf1) ^ 0xff));
}

/** @test */
export function incrementsAsValues(): void {
  let i = hide32(5);
  const a = i++;
  const b = ++i;
  const c = i--;
  assert(a === 5 && b === 7 && c === 7 && i === 6);
}

/** @test */
export function signedComparison(): void {
  assert(hideI32(-1) < hideI32(1));
  assert(!(hide32(0xffff_ffff) < hide32(1)));
  const mixed: i64 = hideI32(-1);
  assert(mixed < hide32(0));
}

/** @test */
export function conditionalConstants(): void {
  const flag = hide32(1) === 1;
  const x = hide32(4) + (flag ? 1 : 0);
  const y: u8 = flag ? 3 : 4;
  assert(x === 5 && y === 3);
}

/** @test */
export function addresses(): void {
  const a = virt(0x1000);
  const b = a + hide64(0x20);
  assert(b - a === 0x20);
  assert(u64(b) === 0x1020);
  assert(b > a && a !== b);
}

/** @test */
export function aResultDoesNotWidenItsOperands(): void {
  const flag = hide32(1) === 1;
  const a = hide8(0x81);
  const b = hide8(0xff);
  const rotated: u16 = rotateLeft(flag ? a : b, 1);
  assert(rotated === 3);
  const sum = wrapAdd(flag ? b : a, flag ? 2 : 3);
  assert(sum === 1);
}

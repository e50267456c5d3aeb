/** Classes, layouts, slices, arrays, tuples, enums. */

@packed
class Header {
  kind!: u8;
  length!: be16;
  value!: be32;
}
staticAssert(sizeof<Header>() === 7);

class Pair {
  a: u8 = 1;
  b: u32 = 2;
}
staticAssert(sizeof<Pair>() === 8);

@align(64)
class Line {
  x: u64 = 0;
}
staticAssert(sizeof<Line>() === 64 && alignof<Line>() === 64);

@union
class Either {
  whole!: u32;
  low!: u8;
}
staticAssert(sizeof<Either>() === 4);

class Inner {
  count: u32 = 3;
  constructor() {
    this.count += 1;
  }
}
class Outer {
  readonly inner = new Inner();
  readonly table: FixedArray<Inner, 3> = fixedArray();
  next: Outer | null = null;
  #secret: u32 = 9;
  static made: u32 = 0;
  constructor(
    readonly id: u32,
    private factor: u32 = 2,
  ) {
    Outer.made++;
  }
  get secret(): u32 {
    return this.#secret * this.factor;
  }
  set secret(x: u32) {
    this.#secret = x;
  }
}

const globalOuter = new Outer(77);
const table = sliceOf<u16>(10, 20, 30);
const storage = fixedArray<u32, 8>();
const counter: u32 = 5;

/** @test */
export function fieldsAreInitialised(): void {
  const o = new Outer(1, 3);
  assert(o.inner.count === 4);
  assert(o.table[2].count === 4);
  assert(o.next === null && o.id === 1);
  assert(o.secret === 27);
  o.secret = 2;
  assert(o.secret === 6);
}

/** @test */
export function globalsAreConstructedBeforeMain(): void {
  assert(globalOuter.id === 77 && globalOuter.inner.count === 4);
  assert(globalOuter.secret === 18);
  assert(Outer.made >= 1);
  assert(counter === 5);
}

/** @test */
export function overlaysReadNetworkOrder(): void {
  const data = fixedArray<u8, 16>();
  const s = data.slice();
  s[3] = 6;
  s[4] = 0x12;
  s[5] = 0x34;
  s[6] = 0xde;
  s[7] = 0xad;
  s[8] = 0xbe;
  s[9] = 0xef;
  const h = overlay<Header>(s, 3);
  assert(h.kind === 6 && ntohs(h.length) === 0x1234 && ntohl(h.value) === 0xdead_beef);
  h.length = htons(0xabcd);
  assert(s[4] === 0xab && s[5] === 0xcd);
}

/** @test panics behind the end */
export function overlaysAreChecked(): void {
  const data = fixedArray<u8, 16>();
  const h = overlay<Header>(data.slice(), 10);
  assert(h.kind === 0);
}

/** @test */
export function viewsGoThroughUnalignedWords(): void {
  const data = fixedArray<u8, 7>();
  const s = data.slice();
  for (let i: u8 = 0; i < 7; i++) s[i] = i;
  let sum: u64 = 0;
  for (const w of viewAs<be16>(s.sub(1))) sum += ntohs(w);
  assert(sum === 0x0102 + 0x0304 + 0x0506);
}

/** @test panics index 8 is outside 0..8 */
export function arraysAreChecked(): void {
  let i: u32 = 8;
  if (counter === 0) i = 0;
  storage[i] = 1;
}

/** @test panics index 3 is outside 0..3 */
export function slicesAreChecked(): void {
  let i: u32 = 3;
  if (counter === 0) i = 0;
  assert(table[i] === 0);
}

/** @test panics sub() reaches */
export function subSlicesAreChecked(): void {
  const part = storage.slice().sub(4, 5);
  assert(part.length === 5);
}

/** @test */
export function slicesShareTheirMemory(): void {
  const part = storage.slice().sub(2, 3);
  part[0] = 42;
  assert(storage[2] === 42 && part.length === 3);
  assert(part.sub(3).length === 0);
  let sum: u32 = 0;
  for (const x of table) sum += x;
  assert(sum === 60);
}

/** @test */
export function copies(): void {
  const a = fixedArray<u8, 8>();
  const text = bytes("typekraft");
  copyBytes(a.slice(), text.sub(0, 8));
  assert(a[0] === 116 && a[7] === 102);
  moveBytes(a.slice().sub(1), a.slice().sub(0, 7));
  assert(a[1] === 116 && a[7] === 97);
  fillBytes(a.slice().sub(0, 2), 9);
  assert(a[0] === 9 && a[1] === 9 && a[2] === 121);
}

/** @test panics overlapping */
export function copiesOfOverlappingBytesAreFound(): void {
  const a = fixedArray<u8, 8>();
  copyBytes(a.slice().sub(0, 4), a.slice().sub(4));
  copyBytes(a.slice().sub(0, 2), a.slice().sub(0, 2));
  panic("overlapping bytes are looked for in debug builds only");
}

function divmod(a: u32, b: u32): [u32, u32] {
  return [a / b, a % b];
}

/** @test */
export function tuplesReturnSeveralValues(): void {
  const [q, r] = divmod(17, 5);
  assert(q === 3 && r === 2);
  let x: u32 = 1;
  let y: u32 = 2;
  [x, y] = divmod(9, 2);
  assert(x === 4 && y === 1);
}

enum Op {
  Add,
  Sub = 5,
  Mul,
}
function step(op: Op, a: u32, b: u32): u32 {
  switch (op) {
    case Op.Add:
      return a + b;
    case Op.Sub:
      return a - b;
    case Op.Mul: {
      const r = a * b;
      return r;
    }
  }
}

/** @test */
export function enumsSwitch(): void {
  assert(step(Op.Add, 3, 4) === 7 && step(Op.Sub, 9, 4) === 5 && step(Op.Mul, 3, 4) === 12);
  assert(u32(Op.Mul) === 6);
  assert(enumOf<Op>(counter) === Op.Sub);
}

/** @test panics no member of enum Op */
export function enumsAreChecked(): void {
  const op = enumOf<Op>(counter + 10);
  assert(op !== Op.Add);
}

/** @test */
export function switchGroupsLabels(): void {
  let hits: u32 = 0;
  for (let i: u32 = 0; i < 6; i++) {
    switch (i) {
      case 1:
      case 2:
        hits += 1;
        break;
      case 4:
        if (hits > 0) break;
        hits += 100;
        break;
      default:
        hits += 10;
    }
  }
  assert(hits === 32);
}

const Flags = { Fin: 1, Syn: 2, Ack: 16 } as const;

/** @test */
export function constantObjects(): void {
  const both: u8 = Flags.Syn | Flags.Ack;
  assert(both === 18);
}

/** @test */
export function unionsShareTheirBytes(): void {
  const e = new Either();
  e.whole = 0x1122_3344;
  assert(e.low === 0x44);
}

/** @test panics null dereference */
export function nonNullIsChecked(): void {
  const o = new Outer(1);
  const next = o.next!;
  assert(next.id === 1);
}

/** @test */
export function narrowedFields(): void {
  const a = new Outer(1);
  const b = new Outer(2);
  a.next = b;
  if (a.next !== null) assert(a.next.id === 2);
  const c = b.next ?? a;
  assert(c === a);
}

/** @test */
export function atomics(): void {
  const b = new Pair();
  assert(atomicAdd(b.b, 5) === 2 && b.b === 7);
  assert(atomicExchange(b.b, 1) === 7);
  assert(atomicCompareExchange(b.b, 1, 3) && !atomicCompareExchange(b.b, 1, 4));
  assert(atomicLoad(b.b) === 3);
  atomicStore(counter, 5);
  fullBarrier();
}

/** @test */
export function textIsUtf8(): void {
  assert("äb".length === 3);
  assert(bytes("äb")[0] === 0xc3);
}

/** @test */
export function booleans(): void {
  const yes = counter === 5;
  const no = !yes;
  assert(yes !== no);
}

type Parsed =
  { kind: "ok"; value: u32; text: str } | { kind: "short"; missing: usize } | { kind: "empty" };
type Result<T> = { ok: "yes"; value: T } | { ok: "no"; error: u8 };

function parse(data: Slice<u8>): Parsed {
  if (data.length === 0) return { kind: "empty" };
  if (data.length < 4) return { kind: "short", missing: 4 - data.length };
  return { kind: "ok", value: u32(data[0]) + data[3], text: "good" };
}
function score(p: Parsed): u64 {
  switch (p.kind) {
    case "ok":
      return u64(p.value) + p.text.length;
    case "short":
      return p.missing * 1000;
    case "empty":
      return 7;
  }
}
function half(x: u32): Result<u64> {
  return x % 2 === 0 ? { ok: "yes", value: u64(x / 2) } : { ok: "no", error: 3 };
}

/** @test */
export function discriminatedUnions(): void {
  assert(score(parse(bytes("abcd"))) === 97 + 100 + 4);
  assert(score(parse(bytes("ab"))) === 2000);
  assert(score(parse(bytes(""))) === 7);
  const h = half(10);
  assert(h.ok === "yes" && h.value === 5);
  const n = half(3);
  if (n.ok === "no") assert(n.error === 3);
  else panic("three is odd");
}

/** @test */
export function takenItemsAreAssignable(): void {
  let [q, r] = divmod(17, 5);
  q += 1;
  [r, q] = divmod(9, 2);
  assert(q === 1 && r === 4);
}

type First = { kind: "one"; a: u8 } | { kind: "two"; b: u64 };
type Second = { kind: "one"; c: u32 } | { kind: "two"; d: u16 };
function first(x: u8): First {
  return x === 0 ? { kind: "one", a: 7 } : { kind: "two", b: 8 };
}
function second(x: u8): Second {
  return x === 0 ? { kind: "one", c: 9 } : { kind: "two", d: 10 };
}

/** @test */
export function unionsWithTheSameTagsAreDifferent(): void {
  const f = first(1);
  const s = second(1);
  assert(f.kind === "two" && f.b === 8);
  assert(s.kind === "two" && s.d === 10);
}

/** @test panics null dereference */
export function closuresChangeWhatWasNarrowed(): void {
  const a = new Outer(1);
  let x: Outer | null = a;
  const clear = fixedArray<u32, 1>();
  if (x !== null) {
    run(() => {
      x = null;
      clear[0] = 1;
    });
    assert(clear[0] === 1);
    assert(x.id === 1);
  }
}
function run(f: () => void): void {
  f();
}

class Nothing {}
staticAssert(sizeof<Nothing>() === 1);

/** @test */
export function objectsWithoutFieldsDiffer(): void {
  const a = new Nothing();
  const b = new Nothing();
  assert(a !== b);
}

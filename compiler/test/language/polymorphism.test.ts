/** Generics, interfaces, closures, function pointers, using. */

interface Shape {
  area(): u32;
  scale(by: u32): void;
}
class Square implements Shape {
  constructor(private side: u32) {}
  area(): u32 {
    return this.side * this.side;
  }
  scale(by: u32): void {
    this.side *= by;
  }
}
class Rectangle implements Shape {
  constructor(
    private w: u32,
    private h: u32,
  ) {}
  area(): u32 {
    return this.w * this.h;
  }
  scale(by: u32): void {
    this.w *= by;
  }
}
interface Only {
  get(): u32;
}
class TheOne implements Only {
  n: u32 = 5;
  get(): u32 {
    return this.n;
  }
}

function total(a: Shape, b: Shape): u32 {
  a.scale(2);
  return a.area() + b.area();
}
function ask(o: Only | null): u32 {
  return o === null ? 0 : o.get();
}

/** @test */
export function interfacesDispatch(): void {
  const s = new Square(3);
  const r = new Rectangle(2, 5);
  assert(total(s, r) === 36 + 10);
  assert(total(r, s) === 20 + 36);
}

/** @test */
export function oneImplementationIsDirect(): void {
  const one = new TheOne();
  assert(ask(one) === 5 && ask(null) === 0);
}

/** @test */
export function interfacesCompareByObject(): void {
  const s = new Square(3);
  const a: Shape = s;
  const b: Shape = s;
  const r = new Rectangle(1, 1);
  const c: Shape = r;
  assert(a === b && a !== c);
}

class Ring<T> {
  private head: u32 = 0;
  private tail: u32 = 0;
  constructor(
    private readonly buffer: Slice<T>,
    private readonly mask: u32,
  ) {}
  push(v: T): boolean {
    if (wrapSub(this.head, this.tail) > this.mask) return false;
    this.buffer[this.head & this.mask] = v;
    this.head = wrapAdd(this.head, 1);
    return true;
  }
  pop(missing: T): T {
    if (this.head === this.tail) return missing;
    const v = this.buffer[this.tail & this.mask];
    this.tail = wrapAdd(this.tail, 1);
    return v;
  }
}

class Pool<T, N extends number> {
  readonly items: FixedArray<T, N> = fixedArray();
  used: u32 = 0;
  capacity(): usize {
    return valueOf<N>();
  }
}

/** @test */
export function genericClasses(): void {
  const storage = fixedArray<u64, 4>();
  const ring = new Ring<u64>(storage.slice(), 3);
  for (let i: u64 = 0; i < 5; i++) assert(ring.push(i) === i < 4);
  assert(ring.pop(99) === 0 && ring.pop(99) === 1);
  const small = fixedArray<u8, 2>();
  const bytesRing = new Ring(small.slice(), 1);
  assert(bytesRing.pop(7) === 7);
  const pool = new Pool<u32, 64>();
  assert(pool.capacity() === 64 && pool.items.length === 64);
}

function largest<T extends number>(a: T, b: T): T {
  return a > b ? a : b;
}
function reduce<T, R>(s: Slice<T>, seed: R, f: (acc: R, x: T) => R): R {
  let acc = seed;
  for (const x of s) acc = f(acc, x);
  return acc;
}
function each(n: u32, f: (i: u32) => void): void {
  for (let i: u32 = 0; i < n; i++) f(i);
}
function twice(x: u32): u32 {
  return x * 2;
}
function apply(f: (x: u32) => u32, x: u32): u32 {
  return f(x);
}

const numbers = sliceOf<u32>(1, 2, 3, 4);

/** @test */
export function genericFunctionsInfer(): void {
  const a: u16 = 5;
  assert(largest(a, 9) === 9);
  assert(reduce(numbers, u64(0), (acc, x) => acc + u64(x) * x) === 30);
  assert(reduce<u32, u32>(numbers, 0, (acc, x) => acc + x) === 10);
}

/** @test */
export function closuresCapture(): void {
  let sum: u32 = 0;
  const k: u32 = 3;
  each(4, (i) => {
    each(2, (j) => {
      sum += i * j * k;
    });
  });
  assert(sum === 18);
  assert(apply(twice, 21) === 42);
  assert(apply((x) => x + k, 4) === 7);
}

class Adder {
  base: u32 = 10;
  run(): u32 {
    let seen: u32 = 0;
    each(3, (i) => {
      this.base += i;
      seen++;
    });
    return this.base + seen;
  }
}

/** @test */
export function closuresCaptureThis(): void {
  const a = new Adder();
  assert(a.run() === 16);
}

type Handler = CFn<(x: u32) => u32>;
function increment(x: u32): u32 {
  return x + 1;
}
const handlers = fixedArray<Handler | null, 4>();
const handlerTable = sliceOf<Handler>(twice, increment);

/** @test */
export function functionPointers(): void {
  handlers[0] = twice;
  handlers[1] = increment;
  handlers[2] = (x) => x * x;
  let sum: u32 = 0;
  for (const h of handlers) sum += h !== null ? h(20) : 7;
  assert(sum === 40 + 21 + 400 + 7);
  assert(handlerTable[1](1) === 2);
  assert(apply(handlerTable[0], 5) === 10);
}

class Counter {
  n: u32 = 0;
}
class Guard implements Disposable {
  constructor(private readonly c: Counter) {
    c.n += 1;
  }
  [Symbol.dispose](): void {
    this.c.n += 100;
  }
}
const counter = new Counter();

function early(x: u32): u32 {
  using g = new Guard(counter);
  if (x > 3) return counter.n;
  return counter.n + 1;
}

/** @test */
export function usingCleansUpOnEveryPath(): void {
  counter.n = 0;
  assert(early(5) === 1 && counter.n === 101);
  assert(early(1) === 103 && counter.n === 202);
  for (let i: u32 = 0; i < 4; i++) {
    using g = new Guard(counter);
    if (i === 1) continue;
    if (i === 2) break;
  }
  assert(counter.n === 202 + 303);
}

class Animal {
  legs: u32 = 4;
  constructor(readonly weight: u32) {}
  heavy(): boolean {
    return this.weight > 100;
  }
}
class Horse extends Animal {
  speed: u32 = 50;
  constructor() {
    super(500);
    this.speed += 5;
  }
}
function legs(a: Animal): u32 {
  return a.legs;
}

/** @test */
export function classesExtend(): void {
  const h = new Horse();
  assert(h.weight === 500 && h.heavy() && h.speed === 55 && legs(h) === 4);
}

class Link<T> {
  next: Link<T> | null = null;
  prev: Link<T> | null = null;
  constructor(readonly owner: T | null) {}
}
class List<T> {
  private readonly root = new Link<T>(null);
  init(): void {
    this.root.next = this.root;
    this.root.prev = this.root;
  }
  pushBack(l: Link<T>): void {
    const last = this.root.prev!;
    l.prev = last;
    l.next = this.root;
    last.next = l;
    this.root.prev = l;
  }
  forEach(f: (x: T) => void): void {
    for (let l = this.root.next!; l !== this.root; l = l.next!) f(l.owner!);
  }
}
class Task {
  readonly link = new Link<Task>(this);
  constructor(public id: u32) {}
}

const list = new List<Task>();
const first = new Task(1);
const second = new Task(2);

/** @test */
export function intrusiveLists(): void {
  list.init();
  list.pushBack(first.link);
  list.pushBack(second.link);
  let seen: u32 = 0;
  list.forEach((t) => {
    seen = seen * 10 + t.id;
  });
  assert(seen === 12);
}

/** @test */
export function logTakesEveryKind(): void {
  const x: i32 = -5;
  log`text ${"inner"} ${x} ${u8(255)} ${true} ${counter.n}`;
}

abstract class Sensor {
  reads: u32 = 0;
  constructor(readonly id: u32) {}
  abstract raw(): u32;
  scale(x: u32): u32 {
    return x * 10;
  }
  read(): u32 {
    this.reads++;
    return this.scale(this.raw()) + this.id;
  }
}
class Constant extends Sensor {
  constructor(private value: u32) {
    super(1);
  }
  raw(): u32 {
    return this.value;
  }
}
class Ramp extends Sensor {
  next: u32 = 0;
  raw(): u32 {
    this.next++;
    return this.next;
  }
  override scale(x: u32): u32 {
    return super.scale(x) * 10;
  }
}
function readTwice(s: Sensor): u32 {
  s.read();
  return s.read() + s.reads * 10000;
}

/** @test */
export function abstractClassesDispatch(): void {
  const c = new Constant(7);
  const r = new Ramp(2);
  assert(c.read() === 71 && r.read() === 102);
  assert(readTwice(c) === 30000 + 71);
  assert(readTwice(r) === 30000 + 302);
  let some: Sensor | null = null;
  if (r.next > 0) some = r;
  assert(some !== null && some.id === 2);
}

class Plain {
  kept: u32 = 6;
}
class Inheriting extends Plain {
  own: u32 = 0;
}
class Empty extends Inheriting {}

/** @test */
export function inheritedFieldsAreInitialisedWithoutConstructors(): void {
  const i = new Inheriting();
  const e = new Empty();
  assert(i.kept === 6 && e.kept === 6);
}

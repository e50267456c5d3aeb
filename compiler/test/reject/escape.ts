/** Objects on the stack that something keeps: found in the IR, across calls, interfaces and closures. */
class Item {
  next: Item | null = null;
  value: u32 = 0;
}
class Keeper {
  kept: Item | null = null;
  keep(item: Item): void {
    this.kept = item;
  }
}
class Chain {
  head: Item | null = null;
  push(item: Item): void {
    item.next = this.head;
    this.head = item;
  }
}
class Window1 {
  constructor(readonly data: Slice<u8>) {}
}
interface Sink {
  take(item: Item): void;
}
class Storing implements Sink {
  private last: Item | null = null;
  take(item: Item): void {
    this.last = item;
  }
}
class Dropping implements Sink {
  sum: u32 = 0;
  take(item: Item): void {
    this.sum += item.value;
  }
}
const keeper = new Keeper();
const chain = new Chain();
const storing = new Storing();
const dropping = new Dropping();
let last: Item | null = null;

function same(item: Item): Item {
  return item;
}
function remember(item: Item): void {
  last = item;
}
function pass(item: Item): void {
  remember(same(item));
}
export function throughCalls(): void {
  const item = new Item();
  pass(item); // TK3001
}
export function throughMethods(): void {
  const item = new Item();
  keeper.keep(item); // TK3001
}
export function throughLists(): void {
  const item = new Item();
  chain.push(item); // TK3001
}
export function returnedSlice(): Slice<u8> {
  const data = fixedArray<u8, 16>();
  return data.slice(); // TK3001
}
export function returnedThroughCall(): Item {
  const item = new Item();
  return same(item); // TK3001
}
export function throughInterface(sink: Sink): void {
  const item = new Item();
  sink.take(item); // TK3001
}
export function useSinks(): void {
  throughInterface(storing);
  throughInterface(dropping);
}
export function stackObjectsMayHoldEachOther(): u32 {
  const data = fixedArray<u8, 16>();
  const window = new Window1(data.slice());
  const own = new Keeper();
  const item = new Item();
  own.keep(item);
  return u32(window.data[0]) + (own.kept === null ? 0 : 1);
}
type Found = { kind: "at"; item: Item } | { kind: "nothing" };
function wrap(item: Item): Found {
  return { kind: "at", item };
}
export function returnedInUnion(): Found {
  const item = new Item();
  return wrap(item); // TK3001
}
export function unionOnTheStack(): u32 {
  const item = new Item();
  const found = wrap(item);
  return found.kind === "at" ? found.item.value : 0;
}
function pairOf(item: Item): [Item, u32] {
  return [item, 1];
}
export function returnedInTuple(): Item {
  const item = new Item();
  const [same1] = pairOf(item);
  return same1; // TK3001
}
export function main(): void {}

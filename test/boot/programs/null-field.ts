/** Uses a field of an object that is not there, after saying with `!` that it is. */

class Item {
  next: Item | null = null;
  value: i32 = 7;
}

const item = new Item();

/** @noinline */
function valueOfNext(of: Item): i32 {
  return of.next!.value;
}

/** The program. */
export function main(): i32 {
  log`looking behind the last item`;
  return valueOfNext(item);
}

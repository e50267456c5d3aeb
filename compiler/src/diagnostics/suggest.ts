/**
 * "Did you mean": the known name that is nearest to a misspelt one, by the number of letters to insert, remove, replace or
 * swap with their neighbour (optimal string alignment), upper and lower case apart by less than a letter.
 */

/** Cost of another letter; that of the same letter in the other case is 1. */
const LETTER = 4;

/**
 * The nearest of the names, undefined where none is near: more than a third of its letters would have to change.
 * @param wrong what the source says
 * @param names in the order in which equal distances are decided
 */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = (LETTER * Math.max(3, wrong.length)) / 3;
  for (const name of names) {
    if (name === wrong || Math.abs(name.length - wrong.length) * LETTER > least) continue;
    const cost = distance(wrong, name);
    if (cost < least || (cost === least && best === undefined)) {
      best = name;
      least = cost;
    }
  }
  return best;
}

/** For the end of a message: `; did you mean count?`, or nothing. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  return name === undefined ? "" : `; did you mean ${name}?`;
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j * LETTER);
  for (let i = 1; i <= a.length; i++) {
    const row = [i * LETTER];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + difference(a.charAt(i - 1), b.charAt(j - 1));
      const dropped = (last[j] ?? 0) + LETTER;
      const added = (row[j - 1] ?? 0) + LETTER;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchange = swapped ? (before[j - 2] ?? 0) + LETTER : replaced;
      row.push(Math.min(replaced, dropped, added, exchange));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

function difference(a: string, b: string): number {
  if (a === b) return 0;
  return a.toLowerCase() === b.toLowerCase() ? 1 : LETTER;
}

/** The order of evaluation is that of JavaScript: left to right, each operand before the next acts. */

interface Device {
  poll(): u32;
}
class Counting implements Device {
  n: u32 = 0;
  poll(): u32 {
    this.n++;
    return this.n;
  }
}
class Fixed implements Device {
  poll(): u32 {
    return 100;
  }
}
const counting = new Counting();
const fixed = new Fixed();
let n: u32 = 0;

function next(): u32 {
  n++;
  return n;
}
function two(x: u32, y: u32): u32 {
  return x * 10 + y;
}
function device(): Device {
  return n < 5 ? counting : fixed;
}

/** @test */
export function argumentsGoLeftToRight(): void {
  n = 0;
  assert(two(next(), next()) === 12);
}

/** @test */
export function conditionsAreEvaluatedEachTime(): void {
  let k: u32 = 0;
  n = 0;
  while (device().poll() < 50) {
    k++;
    n++;
  }
  assert(k === 5);
}

/** @test */
export function anOperandIsReadBeforeTheNextChangesIt(): void {
  n = 7;
  assert(n + next() === 15);
  n = 7;
  assert(next() + n === 16);
  let x: u32 = 1;
  const y = x + (x = 10) + x;
  assert(y === 21);
}

class Box {
  value: u32 = 0;
  bump(): u32 {
    this.value += 1;
    return this.value;
  }
}

/** @test */
export function fieldsAreReadBeforeCallsChangeThem(): void {
  const b = new Box();
  b.value = 3;
  assert(b.value * 100 + b.bump() * 10 + b.value === 344);
}

/** @test */
export function assignmentTargetsComeFirst(): void {
  const a = fixedArray<u32, 4>();
  let i: u32 = 0;
  a[i] = i = 2;
  assert(a[0] === 2 && i === 2);
  a[i++] += 5;
  assert(a[2] === 5 && i === 3);
}

/** @test */
export function andAndOrStopEarly(): void {
  n = 0;
  const no = n > 0 && next() > 0;
  assert(!no && n === 0);
  const yes = n === 0 || next() > 0;
  assert(yes && n === 0);
  const both = next() === 1 && next() === 2;
  assert(both && n === 2);
}

/** @test */
export function conditionalEvaluatesOneBranch(): void {
  n = 0;
  const x = n === 0 ? 5 : next();
  assert(x === 5 && n === 0);
  const y = n === 1 ? u32(5) : next();
  assert(y === 1 && n === 1);
}

/** @test */
export function nestedCallsKeepTheirTemporaries(): void {
  n = 0;
  assert(two(two(next(), next()), two(next(), next())) === 12 * 10 + 34);
}

/** @test */
export function forUpdatesAfterContinue(): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < 10; i++) {
    if (i % 2 === 0) continue;
    if (i === 7) break;
    sum += i;
  }
  assert(sum === 9);
}

/** @test */
export function doRunsOnce(): void {
  let k: u8 = 0;
  do {
    k += 50;
  } while (k < 200);
  assert(k === 200);
}

/** @test */
export function labelsNameTheLoop(): void {
  let count: u32 = 0;
  outer: for (let i: u32 = 0; i < 5; i++) {
    for (let j: u32 = 0; j < 5; j++) {
      if (j === 3) continue outer;
      if (i === 3) break outer;
      count++;
    }
  }
  assert(count === 9);
}

/**
 * Benchmark `list`: a generic intrusive list as a run queue; the first is taken, counted and put at the end.
 * Links are embedded in their owners, so that no operation allocates.
 */

class Link<T> {
  next: Link<T> | null = null;
  previous: Link<T> | null = null;
  constructor(readonly owner: T | null) {}
}

class List<T> {
  private readonly root: Link<T> = new Link<T>(null);

  reset(): void {
    this.root.next = this.root;
    this.root.previous = this.root;
  }

  pushBack(link: Link<T>): void {
    const last = this.root.previous;
    assert(last !== null);
    link.previous = last;
    link.next = this.root;
    last.next = link;
    this.root.previous = link;
  }

  popFront(): T | null {
    const first = this.root.next;
    assert(first !== null);
    if (first === this.root) return null;
    const second = first.next;
    assert(second !== null);
    this.root.next = second;
    second.previous = this.root;
    return first.owner;
  }

  forEach(visit: (item: T) => void): void {
    let link = this.root.next;
    while (link !== null && link !== this.root) {
      const owner = link.owner;
      if (owner !== null) visit(owner);
      link = link.next;
    }
  }
}

class Task {
  readonly link: Link<Task> = new Link<Task>(this);
  ticks: u64 = 0;
  constructor(readonly id: u64) {}
}

const first = new Task(1);
const second = new Task(2);
const third = new Task(3);
const runQueue = new List<Task>();

/** `rounds` turns of a run queue with three tasks; a sum over their ticks. It needs no buffer. */
export function listTs(_at: VirtAddr, _length: usize, rounds: u64): u64 {
  first.ticks = 0;
  second.ticks = 0;
  third.ticks = 0;
  runQueue.reset();
  runQueue.pushBack(first.link);
  runQueue.pushBack(second.link);
  runQueue.pushBack(third.link);
  for (let i: u64 = 0; i < rounds; i++) {
    const task = runQueue.popFront();
    if (task === null) return 0;
    task.ticks += 1 + task.id;
    runQueue.pushBack(task.link);
  }
  let total: u64 = 0;
  runQueue.forEach((task) => {
    total += task.ticks * task.id;
  });
  return total;
}

/**
 * Virtual time: a list of what is to happen when. It moves from one thing to the next, and what follows at once from
 * each (answers, and what is asked because of them) has come to rest before the next.
 */
interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Behind everything that follows at once: reads that are put together wait for one turn themselves. */
const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

export class Timeline {
  now: number;
  private order = 0;
  private over = false;
  private readonly heap: Planned[] = [];

  constructor(from: number) {
    this.now = from;
  }

  /** Things of one instant happen in the order in which they were planned. */
  at(instant: number, run: () => void): void {
    const planned = { at: Math.max(instant, this.now), order: ++this.order, run };
    const { heap } = this;
    let place = heap.length;
    heap.push(planned);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Planned;
      if (!isBefore(planned, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = planned;
  }

  after(ms: number, run: () => void): void {
    this.at(this.now + ms, run);
  }

  end(): void {
    this.over = true;
  }

  /** Until an instant, until nothing is planned any more, or until somebody ends it. */
  async run(until: number): Promise<void> {
    while (!this.over) {
      const next = this.take();
      if (next === undefined || next.at > until) return;
      this.now = next.at;
      next.run();
      await settled();
    }
  }

  private take(): Planned | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child += 1;
      if (!isBefore(heap[child] as Planned, last)) break;
      heap[place] = heap[child] as Planned;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

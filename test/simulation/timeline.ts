/**
 * Virtual time: a list of what is to happen when. It moves from one thing to the next, and what follows at once from
 * each (answers, and what is asked because of them) has come to rest before the next.
 */
interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** What asks for the end of a turn, as reads do that are put together; while time runs, the turns are ours. */
let turns: (() => void)[] = [];

/** Behind everything that follows at once: node empties its microtasks before the next tick. */
const rest = () => new Promise<void>((resolve) => process.nextTick(resolve));

async function settled(): Promise<void> {
  await rest();
  while (turns.length > 0) {
    const due = turns;
    turns = [];
    for (const turn of due) turn();
    await rest();
  }
}

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
    const real = globalThis.setImmediate;
    globalThis.setImmediate = ((turn: () => void) => void turns.push(turn)) as unknown as typeof setImmediate;
    try {
      while (!this.over) {
        const next = this.take();
        if (next === undefined || next.at > until) return;
        this.now = next.at;
        next.run();
        await settled();
      }
    } finally {
      globalThis.setImmediate = real;
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

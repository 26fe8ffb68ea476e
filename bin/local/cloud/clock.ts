/**
 * Virtual time. It stands still while anything works, and is moved by the cloud's loop only, to the earliest
 * instant at which something is due. `Date` is replaced as a whole, so that the emulators, the AWS clients and
 * the operators in this process live in the same time as the functions in theirs; timers stay real.
 */

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

export interface Clock {
  now(): Instant;
  /** Moves on to `instant`; throws where that lies in the past. */
  moveTo(instant: Instant): void;
  /** Gives the process its own `Date` back. */
  release(): void;
}

const RealDate = Date;

/** Puts this process on virtual time from `from` on. One clock a process: a second one throws. */
export function installClock(from: Instant): Clock {
  if (globalThis.Date !== RealDate)
    throw new Error('this process is on virtual time already: stop the other cloud first');
  let current = from;
  const now = () => current;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [current], newTarget),
    apply: () => new RealDate(current).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  return {
    now,
    moveTo(instant) {
      if (instant < current) throw new Error(`time does not go back: ${iso(current)} to ${iso(instant)}`);
      current = instant;
    },
    release() {
      globalThis.Date = RealDate;
    },
  };
}

/** ISO 8601 with milliseconds, as in the details of SES events. */
export const iso = (at: Instant) => new RealDate(at).toISOString();
/** ISO 8601 in whole seconds, as EventBridge writes the `time` of an event. */
export const isoSeconds = (at: Instant) => iso(at).replace(/\.\d{3}Z$/, 'Z');

/** Something that becomes due: `next` says when, `run` does what is due at the present instant. */
export interface Agenda {
  next(): Instant | undefined;
  run(): void | Promise<void>;
}

/** Things due at instants, in the order in which they were added where the instants are the same. */
export function timetable<T>(run: (due: T[]) => void | Promise<void>, now: () => Instant) {
  const due = new Map<Instant, T[]>();
  let earliest: Instant | undefined;
  return {
    add(at: Instant, item: T) {
      const there = due.get(at);
      if (there) there.push(item);
      else due.set(at, [item]);
      if (earliest === undefined || at < earliest) earliest = at;
    },
    next: () => earliest,
    async run() {
      while (earliest !== undefined && earliest <= now()) {
        const items = due.get(earliest) ?? [];
        due.delete(earliest);
        earliest = undefined;
        for (const at of due.keys()) if (earliest === undefined || at < earliest) earliest = at;
        await run(items);
      }
    },
  } satisfies Agenda & { add(at: Instant, item: T): void };
}

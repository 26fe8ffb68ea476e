/**
 * Time for several calls at once. It stands still while anybody works, and then moves to whoever waits least; what a call
 * asks of the world takes a drawn part of it. So one seed is one interleaving, however fast the machine is.
 */
import type { Instant } from '../../functions/domain/time.ts';
import type { Clock } from '../../functions/ports.ts';

export interface VirtualTime {
  now(): Instant;
  until(at: Instant): Promise<void>;
  pass(ms: number): Promise<void>;
  /** Something real, during which time stands still. */
  work<T>(something: () => Promise<T>): Promise<T>;
}

export function startTime(at: Instant): VirtualTime {
  let now = at;
  let atWork = 0;
  let looking = false;
  const waiters: { readonly at: Instant; go(): void }[] = [];

  /** Behind everything that follows at once from what has just happened. */
  function look(): void {
    if (looking) return;
    looking = true;
    setImmediate(() => {
      looking = false;
      if (atWork > 0) return;
      const next = waiters.shift();
      if (next === undefined) return;
      now = next.at;
      next.go();
      look();
    });
  }

  const time: VirtualTime = {
    now: () => now,
    until: (instant) =>
      new Promise((go) => {
        const waiter = { at: Math.max(instant, now), go };
        const behind = waiters.findIndex((other) => other.at > waiter.at);
        waiters.splice(behind < 0 ? waiters.length : behind, 0, waiter);
        look();
      }),
    pass: (ms) => time.until(now + ms),
    async work(something) {
      atWork += 1;
      try {
        return await something();
      } finally {
        atWork -= 1;
        look();
      }
    },
  };
  return time;
}

/** A machine's clock, which is so much ahead of the others. */
export function clockOf(time: VirtualTime, ahead: number): Clock {
  return { now: () => time.now() + ahead, waitUntil: (instant) => time.until(instant - ahead) };
}

/** A port whose every call takes a while before it is there, and a while until its answer is back. */
export function slow<T extends object>(port: T, time: VirtualTime, takes: (method: string) => [number, number]): T {
  return new Proxy(port, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...x: unknown[]): Promise<unknown> => {
        const [there, back] = takes(String(name));
        await time.pass(there);
        const answer = await time.work(async () => (await (method as (...x: unknown[]) => unknown)(...x)) as unknown);
        await time.pass(back);
        return answer;
      };
    },
  });
}

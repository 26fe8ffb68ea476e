import { afterEach, describe, expect, it } from 'vitest';

import { type Clock, installClock, iso, isoSeconds, timetable } from '../../bin/local/cloud/clock.ts';
import { DAY, MINUTE, parseInstant } from '../../functions/domain/time.ts';

const NOW = parseInstant('2026-04-14T08:00:00Z');

describe('virtual time', () => {
  let clock: Clock | undefined;
  const start = () => (clock = installClock(NOW));
  afterEach(() => {
    clock?.release();
    clock = undefined;
  });

  it('stands still until it is moved', () => {
    const own = start();
    expect([Date.now(), new Date().getTime(), own.now()]).toEqual([NOW, NOW, NOW]);
    own.moveTo(NOW + MINUTE);
    expect([Date.now(), new Date().getTime(), own.now()]).toEqual(Array.from({ length: 3 }, () => NOW + MINUTE));
  });

  it('moves to where it is, and never back', () => {
    const own = start();
    own.moveTo(NOW);
    expect(() => own.moveTo(NOW - 1)).toThrow(
      'time does not go back: 2026-04-14T08:00:00.000Z to 2026-04-14T07:59:59.999Z',
    );
    expect(own.now()).toBe(NOW);
  });

  it('changes nothing of a date that is given, nor of what a date can do', () => {
    start();
    expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
    expect(new Date(2026, 0, 2).getDate()).toBe(2);
    expect(Date.UTC(2026, 0, 1)).toBe(parseInstant('2026-01-01T00:00:00Z'));
    expect(Date.parse('2026-01-01')).toBe(parseInstant('2026-01-01T00:00:00Z'));
    expect(new Date()).toBeInstanceOf(Date);
    expect(Date()).toBe(new Date(NOW).toString());
  });

  it('lets who extends a date have it too', () => {
    start();
    class Stamp extends Date {}
    expect(new Stamp().getTime()).toBe(NOW);
    expect(new Stamp()).toBeInstanceOf(Stamp);
  });

  it('leaves timers as they are', () => {
    const [timeout, interval] = [globalThis.setTimeout, globalThis.setInterval];
    start();
    expect([globalThis.setTimeout, globalThis.setInterval]).toEqual([timeout, interval]);
  });

  it('is one in a process, and ends with its release', () => {
    const before = Date;
    const own = start();
    expect(() => installClock(NOW)).toThrow('stop the other cloud first');
    own.release();
    expect(Date).toBe(before);
    expect(Date.now()).not.toBe(NOW);
    clock = installClock(NOW + DAY);
    expect(Date.now()).toBe(NOW + DAY);
  });

  it('is written as AWS writes it, whatever the process’s own time', () => {
    start();
    expect(iso(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(isoSeconds(NOW + 999)).toBe('2026-04-14T08:00:00Z');
  });
});

describe('a timetable', () => {
  let now = NOW;
  const started = () => {
    now = NOW;
    const ran: string[][] = [];
    const table = timetable<string>(
      (due) => void ran.push(due),
      () => now,
    );
    return { table, ran };
  };

  it('says what comes next, and nothing where nothing does', async () => {
    const { table } = started();
    expect(table.next()).toBeUndefined();
    table.add(NOW + 5, 'b');
    table.add(NOW + 3, 'a');
    table.add(NOW + 9, 'c');
    expect(table.next()).toBe(NOW + 3);
    now = NOW + 5;
    await table.run();
    expect(table.next()).toBe(NOW + 9);
  });

  it('runs what is due, at this very instant too, the earliest first and in the order in which it was added', async () => {
    const { table, ran } = started();
    for (const [at, item] of [
      [2, 'c'],
      [1, 'a'],
      [2, 'd'],
      [1, 'b'],
      [3, 'e'],
    ] as const)
      table.add(NOW + at, item);
    now = NOW + 2;
    await table.run();
    expect(ran).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('runs nothing twice, and nothing early', async () => {
    const { table, ran } = started();
    table.add(NOW, 'a');
    table.add(NOW + 1, 'b');
    await table.run();
    await table.run();
    expect(ran).toEqual([['a']]);
  });

  it('runs what is added on the way where it is due already', async () => {
    now = NOW;
    const ran: string[] = [];
    const table = timetable<string>(
      async (due) => {
        ran.push(...due);
        await Promise.resolve();
        if (due.includes('a')) {
          table.add(NOW, 'b');
          table.add(NOW + 1, 'later');
        }
      },
      () => now,
    );
    table.add(NOW, 'a');
    await table.run();
    expect(ran).toEqual(['a', 'b']);
    expect(table.next()).toBe(NOW + 1);
  });
});

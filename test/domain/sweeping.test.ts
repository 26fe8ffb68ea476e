import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstNotice } from '../../functions/domain/group.ts';
import { nextSweepAt } from '../../functions/domain/sweeping.ts';
import { addDays, DAY, EARLIEST_ZONE, HOUR, parseInstant, startOfDay } from '../../functions/domain/time.ts';
import { aPlan, END, endDates, endOfDay, PLAN } from './examples.ts';

const FAR_OFF = aPlan({}, { closedFrom: parseInstant('2030-01-01T00:00:00Z') });
const dates = fc.array(endDates, { maxLength: 5 });
const instants = fc
  .integer({ min: 0, max: 900 * 24 })
  .map((hours) => parseInstant('2026-02-01T00:00:00Z') + hours * HOUR);

/** The sweeps from one instant on, as each names the next. */
function sweepsFrom(start: number, until: number, ends: Parameters<typeof nextSweepAt>[1], plan = FAR_OFF): number[] {
  const sweeps = [];
  for (let at = nextSweepAt(plan, ends, start); at < until; at = nextSweepAt(plan, ends, at)) sweeps.push(at);
  return sweeps;
}

describe('the next sweep', () => {
  it('is always to come, and at most a week away', () => {
    fc.assert(
      fc.property(dates, instants, (ends, last) => {
        const next = nextSweepAt(PLAN, ends, last);
        expect(next).toBeGreaterThan(last);
        expect(next).toBeLessThanOrEqual(last + 7 * DAY);
      }),
    );
  });

  it('is a week away where nothing is near', () => {
    const last = parseInstant('2026-09-01T00:00:00Z');
    expect(nextSweepAt(FAR_OFF, [END], last)).toBe(last + 7 * DAY);
    expect(nextSweepAt(FAR_OFF, [], last)).toBe(last + 7 * DAY);
  });

  it('comes daily only where the day after lies within that week', () => {
    const [from, to] = [startOfDay(addDays(END, -7), EARLIEST_ZONE), endOfDay(END, 'Etc/GMT+12') + 7 * DAY];
    const comesDaily = (day: number) => nextSweepAt(FAR_OFF, [END], day - DAY) === day;
    expect([comesDaily(from), comesDaily(from + 1)]).toEqual([false, true]);
    expect([comesDaily(to - 1), comesDaily(to)]).toEqual([true, false]);
  });

  it('comes daily within a week of an end date, on either side of it', () => {
    const noon = endOfDay(END, 'UTC') - 12 * HOUR;
    for (const days of [-6, -3, 2, 5]) {
      expect(nextSweepAt(FAR_OFF, [END], noon + days * DAY)).toBeLessThanOrEqual(noon + (days + 1) * DAY);
    }
  });

  it('does not miss the instant at which an end date is over everywhere: then the first wave can open', () => {
    fc.assert(
      fc.property(dates, instants, endDates, (ends, start, endDate) => {
        const end = endOfDay(endDate, 'Etc/GMT+12');
        fc.pre(start < end && start > end - 60 * DAY);
        expect(sweepsFrom(start, end + DAY, [...ends, endDate])).toContain(end);
      }),
      { numRuns: 50 },
    );
  });

  it('finds who is new before their group is sealed, in every zone (promise 8)', () => {
    fc.assert(
      fc.property(endDates, instants, (endDate, start) => {
        const first = firstNotice(PLAN, endDate, EARLIEST_ZONE);
        fc.pre(start < first - 2 * DAY && start > first - 60 * DAY);
        const sweeps = sweepsFrom(start, first, [endDate]);
        expect(sweeps).toContain(first - 2 * DAY);
        expect(sweeps).toContain(first - DAY);
      }),
      { numRuns: 50 },
    );
  });

  it('comes at the instant from which the platform is closed: who joins a chat after it has joined late', () => {
    const { closedFrom } = PLAN.guardRails;
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 60 * 24 }), (ends, hours) => {
        expect(sweepsFrom(closedFrom - hours * HOUR, closedFrom + DAY, ends, PLAN)).toContain(closedFrom);
      }),
    );
  });

  it('does not depend on the order of the dates, nor on a date that is named twice', () => {
    fc.assert(
      fc.property(dates, instants, (ends, last) => {
        const doubled = [...ends, ...ends].reverse();
        expect(nextSweepAt(PLAN, doubled, last)).toBe(nextSweepAt(PLAN, ends, last));
      }),
    );
  });

  it('costs a bounded number of sweeps: one date in half a year brings fewer than fifty', () => {
    const start = parseInstant('2026-03-01T00:00:00Z');
    expect(sweepsFrom(start, start + 180 * DAY, [END]).length).toBeLessThan(50);
  });
});

/** Dates that move: which may, which is the earliest, and what a release needs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { effectiveEndDate, firstNotice } from '../../functions/domain/group.ts';
import { ladder } from '../../functions/domain/notice.ts';
import {
  earliestEndDate,
  type FirstStage,
  type GroupTold,
  judgeMove,
  judgeRelease,
} from '../../functions/domain/reschedule.ts';
import {
  addDays,
  DAY,
  EARLIEST_ZONE,
  endInstant,
  HOUR,
  type Instant,
  LATEST_ZONE,
  type LocalDate,
  localDate,
  parseInstant,
} from '../../functions/domain/time.ts';
import { type CohortState, newCohort } from '../../functions/domain/wave.ts';
import { BERLIN, END, hold, PLAN, zones } from './examples.ts';

const FIRST = parseInstant('2026-04-14T08:00:00Z');
/** @param since since when all of it have the first notice; null: it is due yet */
const group = (since: Instant | null, zone = BERLIN, notBefore: LocalDate | null = null): GroupTold => ({
  key: { zone, notBefore },
  first: since === null ? { is: 'ahead' } : { is: 'had', since },
  isTold: since !== null,
});
const at = (first: FirstStage, notBefore: LocalDate | null = null): GroupTold => ({
  key: { zone: BERLIN, notBefore },
  first,
  isTold: first.is !== 'ahead',
});
const earliest = (groups: readonly GroupTold[], now: Instant, of = cohort()) =>
  earliestEndDate({ plan: PLAN, cohort: of, groups, now });
const cohort = (changes: Partial<CohortState> = {}): CohortState => ({
  ...newCohort({ id: 'eea', endDate: END }),
  ...changes,
});
const judge = (to: string, now: Instant, x: { cohort?: CohortState; groups?: readonly GroupTold[] } = {}) =>
  judgeMove({ plan: PLAN, cohort: cohort(), groups: [group(FIRST)], ...x, to: localDate(to), now });
const asked = fc.record({
  now: fc.integer({ min: FIRST - 60 * DAY, max: FIRST + 90 * DAY }),
  groups: fc.array(
    fc
      .record({
        zone: zones,
        told: fc.option(fc.integer({ min: 0, max: 60 })),
        late: fc.option(fc.integer({ min: 1, max: 40 })),
      })
      .map(({ zone, told, late }) =>
        group(told === null ? null : FIRST - told * DAY, zone, late === null ? null : addDays(END, late)),
      ),
    { maxLength: 4 },
  ),
});

/** Whether a group lacks a notice by this date, as the promises say it. */
function lacks({ key, first }: GroupTold, date: LocalDate, now: Instant): boolean {
  const ends = effectiveEndDate(date, key.notBefore);
  if (ends === effectiveEndDate(END, key.notBefore) || first.is === 'not-theirs') return false;
  if (first.is === 'ahead') return firstNotice(PLAN, ends, key.zone) <= now;
  const since = first.is === 'had' ? first.since : now + DAY;
  return endInstant(ends, EARLIEST_ZONE) < since + 30 * DAY;
}

describe('the earliest end date', () => {
  it('leaves everybody the last notice, and the first to who has not had it', () => {
    fc.assert(
      fc.property(asked, ({ now, groups }) => {
        const date = earliest(groups, now);
        expect(ladder(PLAN, date, EARLIEST_ZONE).at(-1)!.at).toBeGreaterThan(now);
        expect(groups.filter((each) => lacks(each, date, now))).toEqual([]);
      }),
    );
  });

  it('is the earliest: on every other day before it somebody would lack one', () => {
    fc.assert(
      fc.property(asked, ({ now, groups }) => {
        const date = earliest(groups, now);
        const all = groups.length === 0 ? [group(null, EARLIEST_ZONE)] : groups;
        for (let days = 1; days < 20; days++) {
          const before = addDays(date, -days);
          if (before === END) continue;
          const lacksLast = ladder(PLAN, before, EARLIEST_ZONE).at(-1)!.at <= now;
          const lacksFirst = groups.length === 0 && firstNotice(PLAN, before, EARLIEST_ZONE) <= now;
          expect(lacksLast || lacksFirst || all.some((each) => lacks(each, before, now))).toBe(true);
        }
      }),
    );
  });

  it.each<[string, GroupTold]>([
    ['whose own date is later', group(FIRST + 30 * DAY, BERLIN, addDays(END, 33))],
    ['whose people came with what they had been told', at({ is: 'not-theirs' })],
  ])('asks nothing of a group %s', (_, other) => {
    const now = FIRST + 31 * DAY;
    expect(earliest([group(FIRST), other], now)).toBe(earliest([group(FIRST)], now));
  });

  it('leaves the minimum notice, and a day to send it in, to a group that is being told', () => {
    const date = earliest([at({ is: 'under-way' })], FIRST);
    expect(endInstant(date, EARLIEST_ZONE)).toBeGreaterThanOrEqual(FIRST + 31 * DAY);
    expect(endInstant(addDays(date, -1), EARLIEST_ZONE)).toBeLessThan(FIRST + 31 * DAY);
  });
});

describe('the earliest end date, to the instant', () => {
  const LATER = addDays(END, 21);
  const lastOf = (date: LocalDate) => ladder(PLAN, date, EARLIEST_ZONE).at(-1)!.at;

  it('is another than the present one, though that would leave everybody their notices', () => {
    const since = endInstant(END, EARLIEST_ZONE) - 30 * DAY;
    expect(earliest([group(since)], since)).toBe(addDays(END, 1));
  });

  it('has its last notice yet to come', () => {
    const had = [group(FIRST)];
    expect(earliest(had, lastOf(LATER) - 1)).toBe(LATER);
    expect(earliest(had, lastOf(LATER))).toBe(addDays(LATER, 1));
  });

  it('has its first notice yet to come, while nobody is enrolled', () => {
    const first = firstNotice(PLAN, LATER, EARLIEST_ZONE);
    expect(earliest([], first - 1)).toBe(LATER);
    expect(earliest([], first)).toBe(addDays(LATER, 1));
    expect(judge(LATER, first, { groups: [] })).toEqual({
      kind: 'refuse',
      reason: 'notice-too-short',
      earliest: addDays(LATER, 1),
    });
  });

  it('leaves the minimum notice to the instant, to who has had the first', () => {
    const since = endInstant(LATER, EARLIEST_ZONE) - 30 * DAY;
    expect(earliest([group(since)], since)).toBe(LATER);
    expect(earliest([group(since + 1)], since + 1)).toBe(addDays(LATER, 1));
  });

  it('leaves a day for sending to the instant, to a group that is being told', () => {
    const latest = endInstant(LATER, EARLIEST_ZONE) - 31 * DAY;
    expect(earliest([at({ is: 'under-way' })], latest)).toBe(LATER);
    expect(earliest([at({ is: 'under-way' })], latest + 1)).toBe(addDays(LATER, 1));
  });
});

describe('a move', () => {
  it('to the present date is none', () => {
    expect(judge(END, FIRST)).toStrictEqual({ kind: 'refuse', reason: 'same-date' });
  });

  it('later is made while nobody lacks a notice by it', () => {
    expect(judge('2026-05-28', FIRST + 20 * DAY)).toEqual({ kind: 'move' });
  });

  it('is never made to an earlier day once anybody was told (promise 2)', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 60 }), ({ now, groups }, days) => {
        const told = [...groups, group(FIRST)];
        const held = cohort({ hold, permitUntil: 0 });
        const answer = judge(addDays(END, -days), now, { cohort: held, groups: told });
        expect(answer).toMatchObject({ kind: 'refuse', reason: 'date-told' });
      }),
    );
  });

  it('is never made to a day that leaves somebody without a notice, and names one that does not', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: -40, max: 90 }), ({ now, groups }, days) => {
        const held = cohort({ hold, permitUntil: 0 });
        const to = addDays(END, days);
        const answer = judge(to, now, { cohort: held, groups });
        const least = earliest(groups, now, held);
        if (answer.kind === 'move') expect(groups.filter((each) => lacks(each, to, now))).toEqual([]);
        else if (answer.reason === 'notice-too-short') expect(answer.earliest).toBe(least);
      }),
    );
  });

  it('is not made by more than half a year: no way leads back from a slip of the finger', () => {
    expect(judge('2062-05-19', FIRST)).toEqual({ kind: 'refuse', reason: 'date-too-far' });
    expect(judge(addDays(END, 180), FIRST)).toEqual({ kind: 'move' });
  });

  it('to an earlier day is refused also while the first notice is only going out', () => {
    const held = cohort({ hold, permitUntil: 0 });
    const groups = [at({ is: 'under-way' })];
    expect(judge('2026-05-18', FIRST, { cohort: held, groups })).toMatchObject({ reason: 'date-told' });
  });

  it.each<[string, Partial<CohortState>, string]>([
    ['without a hold', {}, 'hold-not-certain'],
    ['under a hold whose permit has not run out', { hold, permitUntil: FIRST }, 'hold-not-certain'],
    ['after the first wave, whatever the arming since', { hold, firstWaveAt: 1, arming: null }, 'date-fixed'],
  ])('to an earlier day is refused %s', (_, changes, reason) => {
    const x = { cohort: cohort(changes), groups: [group(null)] };
    expect(judge('2026-05-18', FIRST - 20 * DAY, x)).toMatchObject({ kind: 'refuse', reason });
  });

  it('to an earlier day is made under a hold that is certain, while nobody was told', () => {
    const x = { cohort: cohort({ hold, permitUntil: FIRST - 20 * DAY }), groups: [group(null)] };
    expect(judge('2026-05-18', FIRST - 20 * DAY, x)).toEqual({ kind: 'move' });
  });
});

describe('a release', () => {
  const LAST = ladder(PLAN, END, EARLIEST_ZONE).at(-1)!.at;
  const release = (
    since: Instant,
    now: Instant,
    x: { cohort?: Partial<CohortState>; groups?: readonly GroupTold[] } = {},
  ) =>
    judgeRelease({
      plan: PLAN,
      cohort: cohort({ hold: { ...hold, since }, ...x.cohort }),
      groups: x.groups ?? [group(FIRST)],
      now,
    });

  it.each([
    ['it was over before the last notice was due anywhere', LAST - 5 * DAY, LAST - 1],
    ['it began after the day was over everywhere', endInstant(END, LATEST_ZONE), LAST + 30 * DAY],
  ])('leaves the date where %s', (_, since, now) => {
    expect(release(since, now).to).toBe(END);
  });

  it.each([
    ['the last notice fell due in it', LAST - 5 * DAY, LAST],
    ['the last notice and the end fell into it', LAST - HOUR, LAST + 3 * DAY],
    ['it began between the two', LAST + HOUR, LAST + 2 * HOUR],
    ['it began a moment before the day was over everywhere', endInstant(END, LATEST_ZONE) - 1, LAST + 3 * DAY],
  ])('moves it, to a day that leaves the last notice, where %s', (_, since, now) => {
    const { to, why } = release(since, now);
    expect(to > END).toBe(true);
    expect(to).toBe(earliest([group(FIRST)], now));
    expect(why).toContain('d1@2026-05-19');
  });

  it('moves it where the last notice of a later group fell into it', () => {
    const later = group(FIRST, BERLIN, addDays(END, 33));
    const last = ladder(PLAN, addDays(END, 33), EARLIEST_ZONE).at(-1)!.at;
    const since = endInstant(END, LATEST_ZONE);
    expect(release(since, last - 1, { groups: [group(FIRST), later] }).to).toBe(END);
    expect(release(since, last, { groups: [group(FIRST), later] }).to > addDays(END, 33)).toBe(true);
  });

  it('moves it where a group was not told in time for the minimum notice', () => {
    const groups = [group(null)];
    expect(release(FIRST - DAY, FIRST + 2 * DAY, { groups }).to).toBe(END);
    const { to, why } = release(FIRST - DAY, FIRST + 10 * DAY, { groups });
    expect(firstNotice(PLAN, to, BERLIN)).toBeGreaterThan(FIRST + 10 * DAY);
    // Those who are being told need no more than the minimum.
    expect(release(FIRST - DAY, FIRST + 10 * DAY, { groups: [at({ is: 'under-way' })] }).to < to).toBe(true);
    expect(why).toContain('d35@2026-05-19');
  });

  it('leaves it once the first wave has opened, and says who stays blocked', () => {
    const { to, why } = release(LAST - DAY, LAST + 9 * DAY, { cohort: { firstWaveAt: LAST } });
    expect(to).toBe(END);
    expect(why).toContain('stays blocked');
  });

  it('of a cohort that is not held moves nothing', () => {
    const groups = [group(null)];
    const question = { plan: PLAN, cohort: cohort(), groups, now: LAST + DAY };
    expect(judgeRelease(question)).toEqual({ to: END, why: 'it is not held' });
  });

  it('says that nobody has missed anything, where that is so', () => {
    expect(release(LAST - 5 * DAY, LAST - 1)).toEqual({ to: END, why: 'nobody has missed a notice in the hold' });
  });

  it('moves the date of who is being told, from the instant on at which the minimum notice is lost', () => {
    const groups = [at({ is: 'under-way' })];
    const latest = endInstant(END, BERLIN) - 31 * DAY;
    expect(release(FIRST - DAY, latest, { groups }).to).toBe(END);
    expect(release(FIRST - DAY, latest + 1, { groups }).to > END).toBe(true);
  });

  it('does not push the date behind a later group’s own that has missed nothing', () => {
    const groups = [group(FIRST), group(FIRST, BERLIN, addDays(END, 33))];
    const { to } = release(LAST - DAY, LAST + HOUR, { groups });
    expect(to > END).toBe(true);
    expect(to < addDays(END, 33)).toBe(true);
  });

  it('goes by the present date, not by the plan’s', () => {
    const moved = { endDate: localDate('2026-06-30') };
    expect(release(LAST - DAY, LAST + 3 * DAY, { cohort: moved }).to).toBe('2026-06-30');
  });
});

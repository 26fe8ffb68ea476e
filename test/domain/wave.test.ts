import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, DAY, HOUR, localDate, localInstant, parseInstant } from '../../functions/domain/time.ts';
import {
  type Arming,
  atWork,
  CLOCK_SKEW,
  type CohortState,
  headCountLeft,
  isInWave,
  isPermitted,
  missedInHold,
  newCohort,
  nextWaveAt,
  ownerOf,
  owningCohort,
  PERMIT,
  SEND_TIMEOUT,
  WRITE_TIMEOUT,
} from '../../functions/domain/wave.ts';
import { aMember, aPlan, END, endDates, endOfDay, hold, PLAN, ZONES } from './examples.ts';

const NOW = parseInstant('2026-05-20T12:00:00Z');
const ARMING: Arming = { id: 'eea@1', headCount: 1000, at: NOW - DAY, by: ['ops@example.com', 'lead@example.com'] };

function aCohort(changes: Partial<CohortState> = {}): CohortState {
  const permitted = { ...newCohort({ id: 'eea', endDate: END }), permitUntil: NOW + PERMIT };
  return { ...permitted, arming: ARMING, headCount: 1000, ...changes };
}

describe('a permit (promise 6)', () => {
  const timeouts = fc.constantFrom(SEND_TIMEOUT, WRITE_TIMEOUT);

  it('lets nothing begin that a hold set meanwhile could not stop: it ends before the permit does', () => {
    fc.assert(
      fc.property(timeouts, fc.integer({ min: -PERMIT, max: PERMIT }), (timeout, left) => {
        const cohort = aCohort({ permitUntil: NOW + left });
        if (isPermitted(cohort, NOW, timeout)) expect(NOW + timeout + CLOCK_SKEW).toBeLessThan(cohort.permitUntil);
        else expect(NOW + timeout + CLOCK_SKEW).toBeGreaterThanOrEqual(cohort.permitUntil);
      }),
    );
  });

  it('is not enough where what it would permit could end in its last instant', () => {
    const left = SEND_TIMEOUT + CLOCK_SKEW;
    expect(isPermitted(aCohort({ permitUntil: NOW + left }), NOW, SEND_TIMEOUT)).toBe(false);
    expect(isPermitted(aCohort({ permitUntil: NOW + left + 1 }), NOW, SEND_TIMEOUT)).toBe(true);
  });

  it('is worth nothing under a hold, however long it runs', () => {
    fc.assert(
      fc.property(timeouts, fc.integer({ min: 0, max: 365 * DAY }), (timeout, left) => {
        expect(isPermitted(aCohort({ hold, permitUntil: NOW + left }), NOW, timeout)).toBe(false);
      }),
    );
  });

  it('is longer than what it permits, so that a tick a minute keeps work going', () => {
    for (const timeout of [SEND_TIMEOUT, WRITE_TIMEOUT]) expect(PERMIT).toBeGreaterThan(timeout + CLOCK_SKEW + 60_000);
  });
});

describe('permits that are renewed', () => {
  const ids = (cohorts: readonly CohortState[]) => atWork(cohorts, NOW).map(({ id }) => id);
  const idle = aCohort({ id: 'idle' });

  it('are those of cohorts under whom somebody is at work, and only so long', () => {
    const busy = aCohort({ id: 'busy', permitNeeded: NOW + 1 });
    expect(ids([idle, busy, aCohort({ id: 'over', permitNeeded: NOW })])).toEqual(['busy']);
    expect(ids([idle])).toEqual([]);
  });

  it('are all while nominated chats of one cohort wait: a chat needs those of all its participants', () => {
    expect(ids([idle, aCohort({ id: 'waving', wave: 1, nominated: 1 })])).toEqual(['idle', 'waving']);
  });

  it.each([
    ['nominated before the first wave', { wave: 0, nominated: 5 }],
    ['in a wave in which nothing is left', { wave: 2, nominated: 0 }],
  ])('are not those of a cohort %s', (_, changes) => {
    expect(ids([idle, aCohort(changes)])).toEqual([]);
  });
});

describe('the waves of a cohort (promise 11)', () => {
  it('begin when its end date is over in every zone, not before (promise 1)', () => {
    fc.assert(
      fc.property(endDates, (endDate) => {
        expect(nextWaveAt(PLAN, aCohort({ endDate }))).toBe(endOfDay(endDate, 'Etc/GMT+12'));
      }),
    );
  });

  it('go on after the soak', () => {
    const opened = endOfDay(END, 'Etc/GMT+12') + 3 * HOUR;
    expect(nextWaveAt(PLAN, aCohort({ wave: 1, waveOpenedAt: opened }))).toBe(
      opened + PLAN.guardRails.soakHours * HOUR,
    );
  });

  it('never open before the end date is over, nor before the soak has passed', () => {
    fc.assert(
      fc.property(endDates, fc.nat({ max: 1 }), fc.integer({ min: -400, max: 400 }), (endDate, wave, days) => {
        const waveOpenedAt = wave === 0 ? null : NOW + days * DAY;
        const at = nextWaveAt(PLAN, aCohort({ endDate, wave, waveOpenedAt }));
        expect(at).toBeGreaterThanOrEqual(endOfDay(endDate, 'Etc/GMT+12'));
        if (waveOpenedAt !== null) expect(at).toBeGreaterThanOrEqual(waveOpenedAt + PLAN.guardRails.soakHours * HOUR);
      }),
    );
  });

  it.each([
    ['not armed', { arming: null }],
    ['held', { hold }],
    ['through all of them', { wave: 2, waveOpenedAt: NOW }],
  ])('do not open while it is %s', (_, changes) => {
    expect(nextWaveAt(PLAN, aCohort(changes))).toBeNull();
  });

  it('hold nobody before the first and everybody in the last', () => {
    fc.assert(
      fc.property(fc.string(), (chatId) => {
        expect(isInWave(PLAN, 0, chatId)).toBe(false);
        expect(isInWave(PLAN, PLAN.guardRails.waves.length, chatId)).toBe(true);
      }),
    );
  });

  it('never let out again whom an earlier one held', () => {
    const plan = aPlan({}, { waves: [1, 10, 50, 100] });
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 3 }), (chatId, wave) => {
        if (isInWave(plan, wave, chatId)) expect(isInWave(plan, wave + 1, chatId)).toBe(true);
      }),
    );
  });

  it('hold the share that the plan says: of 20 000 chats the first has about 200', () => {
    const chats = Array.from({ length: 20_000 }, (_, at) => `chat-${at}`);
    const first = chats.filter((chatId) => isInWave(PLAN, 1, chatId));
    // Four standard deviations on either side.
    expect(first.length).toBeGreaterThan(144);
    expect(first.length).toBeLessThan(256);
  });

  it('choose other chats in another sunset', () => {
    const chats = Array.from({ length: 2000 }, (_, at) => `chat-${at}`);
    const firstOf = (sunset: string) => chats.filter((chatId) => isInWave(aPlan({ sunset }), 1, chatId));
    expect(firstOf('one')).not.toEqual(firstOf('other'));
  });
});

describe('a cohort that is paused', () => {
  it('opens no further wave, and goes on with the next when it is released', () => {
    const opened = { wave: 1, waveOpenedAt: NOW };
    expect(nextWaveAt(PLAN, aCohort({ ...opened, paused: hold }))).toBeNull();
    expect(nextWaveAt(PLAN, aCohort(opened))).toBe(NOW + PLAN.guardRails.soakHours * HOUR);
  });
});

describe('what a hold has kept from people', () => {
  const held = (since: number, now: number, endDate = END) => missedInHold(PLAN, { ...hold, since }, [endDate], now);
  const lastFirst = (endDate: typeof END) =>
    Math.min(...ZONES.map((zone) => localInstant(addDays(endDate, -1), PLAN.sendHour, zone)));
  const over = endOfDay(END, 'Etc/GMT+12');

  it('is the last notice, from the instant on at which it is due anywhere', () => {
    expect(held(0, lastFirst(END) - 1)).toBeNull();
    expect(held(0, lastFirst(END))).toBe(`d1@${END}`);
    expect(held(lastFirst(END) - 60_000, lastFirst(END))).toBe(`d1@${END}`);
  });

  it('is the last notice also long after the end date: who was held then was not told', () => {
    expect(held(0, over + 90 * DAY)).toBe(`d1@${END}`);
    expect(held(over - 1, over + 90 * DAY)).toBe(`d1@${END}`);
  });

  it('is nothing where the hold began when the end date was over everywhere', () => {
    expect(held(over, over + DAY)).toBeNull();
  });

  it('is that of whichever date it fell into: a later group has one of its own', () => {
    const later = addDays(END, 33);
    const between = { ...hold, since: over + DAY };
    expect(missedInHold(PLAN, between, [END], lastFirst(later))).toBeNull();
    expect(missedInHold(PLAN, between, [later, END], lastFirst(later) - 1)).toBeNull();
    expect(missedInHold(PLAN, between, [later, END], lastFirst(later))).toBe(`d1@${later}`);
    expect(missedInHold(PLAN, between, [], lastFirst(later))).toBeNull();
  });

  it('is the stage that comes last, in whichever order the plan has them', () => {
    const stages = [
      { name: 'd3', days: 3, required: true },
      { name: 'd60', days: 60, required: true },
    ];
    const at = (days: number) => localInstant(addDays(END, -days), PLAN.sendHour, 'Etc/GMT-14');
    const missed = (order: typeof stages, now: number) =>
      missedInHold(aPlan({ stages: order }), { ...hold, since: 0 }, [END], now);
    expect(missed(stages, at(3))).toBe(`d3@${END}`);
    expect(missed(stages, at(3) - 1)).toBeNull();
    expect(missed(stages.toReversed(), at(60))).toBeNull();
  });

  it('is told of the earliest date first, in whichever order the groups have them', () => {
    const later = addDays(END, 7);
    const now = localInstant(addDays(later, -1), PLAN.sendHour, 'Etc/GMT-14');
    for (const dates of [
      [END, later],
      [later, END],
    ])
      expect(missedInHold(PLAN, { ...hold, since: 0 }, dates, now)).toBe(`d1@${END}`);
  });

  it('follows the cohort’s own date', () => {
    const moved = addDays(END, 30);
    expect(held(0, lastFirst(END), moved)).toBeNull();
    expect(held(0, lastFirst(moved), moved)).toBe(`d1@${moved}`);
  });

  it('is never nothing where somebody’s last notice fell into it, whatever their zone', () => {
    fc.assert(
      fc.property(
        endDates,
        fc.constantFrom(...ZONES),
        fc.nat(40 * DAY),
        fc.nat(40 * DAY),
        (endDate, zone, before, after) => {
          const theirs = localInstant(addDays(endDate, -1), PLAN.sendHour, zone);
          expect(held(theirs - before, theirs + after, endDate)).toBe(`d1@${endDate}`);
        },
      ),
    );
  });

  it('does not come back to nothing by waiting', () => {
    fc.assert(
      fc.property(
        endDates,
        fc.integer({ min: -60 * DAY, max: 60 * DAY }),
        fc.nat(60 * DAY),
        (endDate, since, later) => {
          const end = endOfDay(endDate, 'Etc/GMT+12');
          const missed = held(end + since, end + since + later, endDate);
          if (missed !== null) expect(held(end + since, end + since + later + 10 * DAY, endDate)).toBe(missed);
        },
      ),
    );
  });
});

describe('the head-count that was approved (promise 11)', () => {
  it.each([
    [{ arming: null }, 0],
    [{ disabled: 0 }, 1020],
    [{ disabled: 1020 }, 0],
    [{ disabled: 1030 }, -10],
  ])('with %j leaves %d', (changes, left) => {
    expect(headCountLeft(PLAN, aCohort(changes))).toBe(left);
  });

  it('is never rounded up: fewer than fifty chats have no tolerance of 2 %', () => {
    expect(headCountLeft(PLAN, aCohort({ arming: { ...ARMING, headCount: 49 } }))).toBe(49);
    expect(headCountLeft(PLAN, aCohort({ arming: { ...ARMING, headCount: 50 } }))).toBe(51);
  });

  it('never leaves more than was approved and tolerated', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000_000 }),
        fc.nat({ max: 1_000_000 }),
        fc.integer({ min: 0, max: 20 }),
        (headCount, disabled, headCountTolerance) => {
          const plan = aPlan({}, { headCountTolerance });
          const left = headCountLeft(plan, aCohort({ arming: { ...ARMING, headCount }, disabled }));
          expect((left + disabled) * 100).toBeLessThanOrEqual(headCount * (100 + headCountTolerance) + 1e-3);
        },
      ),
    );
  });
});

describe('the cohort for which a chat counts', () => {
  const participant = (userId: string, cohort: string, timeZone: string) => ({
    userId,
    member: aMember({ userId, cohort, timeZone }),
    profile: undefined,
    endDate: END,
  });

  it('is that of the participant whose day ends last; who is no member counts for none', () => {
    const berlin = participant('ana', 'eea', 'Europe/Berlin');
    const lima = participant('bo', 'rest', 'America/Lima');
    const stranger = { userId: 'cy', member: undefined, profile: undefined, endDate: END };
    const nowhere = { ...participant('di', 'us', 'Etc/GMT+12'), endDate: undefined };
    expect(ownerOf([berlin, lima, stranger, nowhere])).toBe('rest');
    expect(ownerOf([stranger, nowhere])).toBeUndefined();
  });

  it('is the first by id of those that end together', () => {
    const ends = ['b', 'a', 'c'].map((cohort) => ({ cohort, end: NOW }));
    expect(owningCohort(ends)).toBe('a');
    expect(owningCohort(ends.toReversed())).toBe('a');
  });

  const ends = fc.array(
    fc.record({ cohort: fc.constantFrom('eea', 'pilot', 'rest', 'rest-first'), end: fc.integer({ min: 0, max: 5 }) }),
    { minLength: 1, maxLength: 6 },
  );

  it('is the one that ends last', () => {
    const [early, late] = [localDate('2026-05-08'), END].map((date) => endOfDay(date, 'UTC'));
    expect(
      owningCohort([
        { cohort: 'eea', end: late as number },
        { cohort: 'pilot', end: early as number },
      ]),
    ).toBe('eea');
  });

  it('never ends before any participant’s (promise 1)', () => {
    fc.assert(
      fc.property(ends, (each) => {
        const owner = owningCohort(each);
        const latest = Math.max(...each.map(({ end }) => end));
        expect(each.some(({ cohort, end }) => cohort === owner && end === latest)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of the participants', () => {
    fc.assert(
      fc.property(
        ends.chain((each) => fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length }))),
        ([one, other]) => {
          expect(owningCohort(one)).toBe(owningCohort(other));
        },
      ),
    );
  });

  it('is nobody’s where nobody is enrolled', () => {
    expect(owningCohort([])).toBeUndefined();
  });
});

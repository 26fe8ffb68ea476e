import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, localDate, parseInstant } from '../../functions/domain/time.ts';
import {
  type Arming,
  CLOCK_SKEW,
  type CohortState,
  headCountLeft,
  isInWave,
  isPermitted,
  newCohort,
  nextWaveAt,
  owningCohort,
  PERMIT,
  SEND_TIMEOUT,
  WRITE_TIMEOUT,
} from '../../functions/domain/wave.ts';
import { aPlan, END, endDates, endOfDay, hold, PLAN } from './examples.ts';

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

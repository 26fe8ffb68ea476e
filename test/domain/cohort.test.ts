import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohortOf, shareOf } from '../../functions/domain/cohort.ts';
import { parsePlan } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { localDate } from '../../functions/domain/time.ts';

function aPlan(
  cohorts: readonly (readonly [id: string, countries: readonly string[], percentage: number])[],
  sunset = 'chats',
): Plan {
  const parsed = parsePlan(readFileSync(new URL('../../examples/instagram-e2ee.yaml', import.meta.url), 'utf8'));
  if ('errors' in parsed) throw new Error(parsed.errors.map(({ sentence }) => sentence).join('\n'));
  const endDate = localDate('2026-05-08');
  return {
    ...parsed.plan,
    sunset,
    cohorts: cohorts.map(([id, countries, percentage]) => ({ id, endDate, match: { countries, percentage } })),
  };
}

const PLAN = aPlan([
  ['pilot', ['NZ', 'AU'], 100],
  ['eea-first', ['DE', 'FR'], 10],
  ['first', ['*'], 20],
  ['eea', ['DE', 'FR'], 90],
  ['rest', ['*'], 80],
]);
const person = fc.record({
  userId: fc.string({ unit: 'grapheme', minLength: 1 }),
  country: fc.constantFrom('NZ', 'DE', 'FR', 'BR', '*', '', 'ZZ', 'xx', null),
});

describe('a person’s share', () => {
  it('is what it was when these were written: an enrolled person must never change cohort with a release', () => {
    expect(['chats:ana', 'chats:bo', ''].map(shareOf)).toEqual([78.5326661497308, 98.68089470212773, 88.9415994891337]);
  });

  it('is spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 50_000; i++) {
      const tenth = Math.floor(shareOf(`chats:user-${i}`) / 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Six standard deviations of a fair draw.
    for (const count of tenths) expect(Math.abs(count - 5000)).toBeLessThan(6 * Math.sqrt(50_000 * 0.1 * 0.9));
  });

  it('is at least 0 and less than 100', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (seed) => shareOf(seed) >= 0 && shareOf(seed) < 100));
  });
});

describe('cohorts', () => {
  it('gives every person exactly one, from the set that names their country', () => {
    fc.assert(
      fc.property(person, (one) => {
        const cohort = cohortOf(PLAN, one);
        expect(PLAN.cohorts.filter(({ id }) => id === cohort.id)).toEqual([cohort]);
        const named = PLAN.cohorts.some(
          ({ match }) => one.country !== '*' && match.countries.includes(one.country ?? ''),
        );
        expect(cohort.match.countries.includes(named ? (one.country ?? '') : '*')).toBe(true);
      }),
    );
  });

  it('does not depend on who else is there, nor on the order in which people are asked for', () => {
    fc.assert(
      fc.property(fc.array(person, { minLength: 1 }), (people) => {
        const alone = people.map((one) => cohortOf(PLAN, one).id);
        const backwards = people.toReversed().map((one) => cohortOf(PLAN, one).id);
        expect(backwards.toReversed()).toEqual(alone);
      }),
    );
  });

  it('splits a set by its percentages', () => {
    const people = Array.from({ length: 20_000 }, (_, index) => ({ userId: `user-${index}`, country: 'BR' }));
    const first = people.filter((one) => cohortOf(PLAN, one).id === 'first').length;
    expect(first / people.length).toBeCloseTo(0.2, 1);
    expect(Math.abs(first - 4000)).toBeLessThan(6 * Math.sqrt(20_000 * 0.2 * 0.8));
  });

  it('lays the shares end to end in the plan’s order', () => {
    for (let i = 0; i < 5000; i++) {
      const one = { userId: `user-${i}`, country: 'BR' };
      expect(cohortOf(PLAN, one).id).toBe(shareOf(`chats:user-${i}`) < 20 ? 'first' : 'rest');
    }
  });

  it('moves nobody out of the first share when it grows: the shares lie end to end', () => {
    const small = aPlan([
      ['first', ['*'], 10],
      ['rest', ['*'], 90],
    ]);
    const large = aPlan([
      ['first', ['*'], 30],
      ['rest', ['*'], 70],
    ]);
    fc.assert(
      fc.property(person, (one) => {
        if (cohortOf(small, one).id === 'first') expect(cohortOf(large, one).id).toBe('first');
      }),
    );
  });

  it('draws the shares of two sunsets apart, so that nobody is always first', () => {
    const other = { ...PLAN, sunset: 'albums' };
    const people = Array.from({ length: 2000 }, (_, index) => ({ userId: `user-${index}`, country: null }));
    const both = people.filter(
      (one) => cohortOf(PLAN, one).id === 'first' && cohortOf(other, one).id === 'first',
    ).length;
    expect(both).toBeGreaterThan(2000 * 0.04 * 0.4);
    expect(both).toBeLessThan(2000 * 0.04 * 2);
  });

  it('reads a country in whatever case and takes an unknown one for any other', () => {
    expect(cohortOf(PLAN, { userId: 'ana', country: ' nz ' }).id).toBe('pilot');
    for (const country of [null, undefined, '', '*', 'Atlantis']) {
      expect(cohortOf(PLAN, { userId: 'ana', ...(country === undefined ? {} : { country }) })).toBe(
        cohortOf(PLAN, { userId: 'ana', country: 'BR' }),
      );
    }
  });

  it('throws where a plan forgot everybody else', () => {
    expect(() => cohortOf(aPlan([['pilot', ['NZ'], 100]]), { userId: 'ana', country: 'BR' })).toThrow(
      "no cohort has the countries ['*']",
    );
  });
});

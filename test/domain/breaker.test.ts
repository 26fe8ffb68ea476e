import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakersOf,
  NO_OUTCOMES,
  type Outcomes,
  percentOfLimit,
  trippedBreaker,
} from '../../functions/domain/breaker.ts';
import { aPlan, PLAN } from './examples.ts';

const LIMITS = { minimumSample: 1000, bounces: 4, complaints: 0.1, suppressed: 10, failures: 1, softBounces: 20 };
const plan = aPlan({}, { breakers: LIMITS });
const some = (more: Partial<Outcomes>): Outcomes => ({ ...NO_OUTCOMES, ...more });
const outcomes = fc.record({
  delivered: fc.nat({ max: 5000 }),
  bounced: fc.nat({ max: 500 }),
  complained: fc.nat({ max: 50 }),
  suppressed: fc.nat({ max: 1000 }),
  failed: fc.nat({ max: 100 }),
  softBounced: fc.nat({ max: 2000 }),
});

describe('a breaker (promise 11)', () => {
  it.each([
    ['bounces', { delivered: 959, bounced: 41 }, 'bounced: 41 of 1000 outcomes (4.10 %), limit 4 %'],
    ['complaints', { delivered: 2000, complained: 3 }, 'complained: 3 of 2000 outcomes (0.15 %), limit 0.1 %'],
    [
      'suppressed addresses',
      { delivered: 899, suppressed: 101 },
      'suppressed: 101 of 1000 outcomes (10.10 %), limit 10 %',
    ],
    [
      'what is given back for now',
      { delivered: 799, softBounced: 201 },
      'softBounced: 201 of 1000 outcomes (20.10 %), limit 20 %',
    ],
    ['failures', { delivered: 989, failed: 11 }, 'failed: 11 of 1000 outcomes (1.10 %), limit 1 %'],
  ])('trips on %s, and says by how much', (_, seen, reason) => {
    expect(trippedBreaker(plan, some(seen))).toBe(reason);
  });

  it.each([
    ['bounces', { delivered: 960, bounced: 40 }],
    ['complaints', { delivered: 3000, complained: 3 }],
    ['suppressed addresses', { delivered: 900, suppressed: 100 }],
    ['failures', { delivered: 990, failed: 10 }],
    ['what is given back for now', { delivered: 800, softBounced: 200 }],
  ])('does not trip on %s at the limit itself', (_, seen) => {
    expect(trippedBreaker(plan, some(seen))).toBeNull();
  });

  it('waits for the minimum sample, however bad it looks', () => {
    expect(trippedBreaker(plan, some({ bounced: 999 }))).toBeNull();
    expect(trippedBreaker(plan, some({ bounced: 1000 }))).toContain('bounced: 1000 of 1000');
  });

  it('does not count complaints into the sample: who complains has been delivered to', () => {
    expect(trippedBreaker(plan, some({ delivered: 990, complained: 10 }))).toBeNull();
    expect(trippedBreaker(plan, some({ delivered: 1000, complained: 10 }))).toContain('complained');
  });

  it('counts suppression apart from bounces', () => {
    expect(trippedBreaker(plan, some({ delivered: 900, suppressed: 90, bounced: 10 }))).toBeNull();
    expect(trippedBreaker(plan, some({ delivered: 900, suppressed: 0, bounced: 100 }))).toContain('bounced');
  });

  it('counts failures apart, and as outcomes of their own: a cohort of nothing but failures is held', () => {
    expect(trippedBreaker(plan, some({ delivered: 950, bounced: 40, failed: 10 }))).toBeNull();
    expect(trippedBreaker(plan, some({ failed: 999 }))).toBeNull();
    expect(trippedBreaker(plan, some({ failed: 1000 }))).toBe('failed: 1000 of 1000 outcomes (100.00 %), limit 1 %');
  });

  it('counts what is given back for now for nothing else: a cohort of full mailboxes is held, automatic answers hide no bounce', () => {
    expect(trippedBreaker(plan, some({ softBounced: 999 }))).toBeNull();
    expect(trippedBreaker(plan, some({ softBounced: 1000 }))).toContain('softBounced: 1000 of 1000');
    expect(trippedBreaker(plan, some({ delivered: 959, bounced: 41, softBounced: 200 }))).toContain(
      'bounced: 41 of 1000',
    );
    expect(trippedBreaker(plan, some({ delivered: 958, bounced: 41, softBounced: 200 }))).toBeNull();
  });

  it('is not tripped by two failures either, though their share be over the limit', () => {
    const strict = aPlan({}, { breakers: { ...LIMITS, failures: 0.1, softBounces: 20 } });
    expect(trippedBreaker(strict, some({ delivered: 998, failed: 2 }))).toBeNull();
    expect(trippedBreaker(strict, some({ delivered: 997, failed: 3 }))).toContain('failed: 3');
  });

  it('names the bounces where two limits are broken: those are what Amazon stops an account for', () => {
    expect(trippedBreaker(plan, some({ delivered: 800, bounced: 100, failed: 100 }))).toContain('bounced: 100');
  });

  it('is not tripped by one or two people, though their share be over a limit', () => {
    const strict = aPlan({}, { breakers: { ...LIMITS, complaints: 0.01 } });
    expect(trippedBreaker(strict, some({ delivered: 1000, complained: 2 }))).toBeNull();
    expect(trippedBreaker(strict, some({ delivered: 1000, complained: 3 }))).toContain('complained: 3');
  });

  it('never trips below the sample, and never on what is at or below every limit', () => {
    fc.assert(
      fc.property(outcomes, (seen) => {
        const sample = seen.delivered + seen.bounced + seen.suppressed + seen.failed;
        const over = (count: number, limit: number, of = sample) =>
          of >= LIMITS.minimumSample && count * 100 > limit * of;
        const anyOver =
          over(seen.bounced, LIMITS.bounces) ||
          over(seen.complained, LIMITS.complaints) ||
          over(seen.suppressed, LIMITS.suppressed) ||
          over(seen.failed, LIMITS.failures) ||
          over(seen.softBounced, LIMITS.softBounces, sample + seen.softBounced);
        if (!anyOver) expect(trippedBreaker(plan, seen)).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('once it has tripped on bounces, more bounces do not close it again', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 500 }), (seen, more) => {
        fc.pre(trippedBreaker(plan, seen)?.startsWith('bounced') === true);
        expect(trippedBreaker(plan, { ...seen, bounced: seen.bounced + more })).toContain('bounced');
      }),
    );
  });

  it('is quiet on what a healthy list looks like', () => {
    expect(
      trippedBreaker(PLAN, some({ delivered: 98_500, bounced: 900, complained: 20, suppressed: 600, failed: 4 })),
    ).toBeNull();
  });
});

describe('how near breakers are', () => {
  const percents = (seen: Partial<Outcomes>) =>
    Object.fromEntries(breakersOf(plan, some(seen)).map((each) => [each.name, percentOfLimit(each)]));

  it('is told as percent of what each allows', () => {
    expect(percents({ delivered: 960, bounced: 20, suppressed: 20 })).toEqual({
      bounces: 50,
      complaints: 0,
      suppressed: 20,
      failures: 0,
      softBounces: 0,
    });
  });

  it('says nothing of a cohort that nobody has told of', () => {
    expect(Object.values(percents({}))).toEqual([0, 0, 0, 0, 0]);
  });

  it('is over 100 exactly where one trips', () => {
    fc.assert(
      fc.property(outcomes, (seen) => {
        const over = breakersOf(plan, seen).filter((each) => percentOfLimit(each) > 100);
        expect(over.length > 0).toBe(trippedBreaker(plan, seen) !== null);
      }),
    );
  });
});

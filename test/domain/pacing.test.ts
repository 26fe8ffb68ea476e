import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../../functions/domain/group.ts';
import { budgetLeft, largestBurst, queueAhead, sendingTime, slotLength } from '../../functions/domain/pacing.ts';
import { aPlan } from './examples.ts';

const atShare = (sendShare: number) => aPlan({}, { sendShare });
const shares = fc.integer({ min: 1, max: 100 });
/** From the sandbox to what SES gives on request. */
const rates = fc.oneof(fc.constantFrom(1, 14, 50, 80, 250, 1000), fc.integer({ min: 1, max: 5000 }));

interface Slot {
  readonly at: number;
  readonly count: number;
}

/** The pacer's rule: each reservation takes the next free instant, and keeps it for the length of its slot. */
function slots(x: {
  plan: ReturnType<typeof atShare>;
  rate: number;
  asked: readonly { after: number; count: number }[];
}) {
  const taken: Slot[] = [];
  let [now, free] = [0, 0];
  for (const { after, count } of x.asked) {
    now += after;
    const at = Math.max(now, free);
    free = at + slotLength(x.plan, x.rate, count);
    taken.push({ at, count });
  }
  return taken;
}

/** The most recipients of any second, wherever it begins. */
function busiestSecond(taken: readonly Slot[]): number {
  return Math.max(
    ...taken.map(({ at: from }) =>
      taken.filter(({ at }) => at >= from && at < from + 1000).reduce((sum, { count }) => sum + count, 0),
    ),
  );
}

/** Reservations that come at once, in time or late. */
const pauses = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3000 }) });

describe('the pacer', () => {
  it('sends no more than the account’s rate in any second, while its bursts are of one size', () => {
    const question = fc
      .tuple(shares, rates)
      .chain(([share, rate]) =>
        fc.tuple(
          fc.constant(share),
          fc.constant(rate),
          fc.integer({ min: 1, max: largestBurst(atShare(share), rate) }),
          fc.array(pauses, { minLength: 1, maxLength: 60 }),
        ),
      );
    fc.assert(
      fc.property(question, ([share, rate, count, after]) => {
        const asked = after.map((each) => ({ after: each, count }));
        expect(busiestSecond(slots({ plan: atShare(share), rate, asked }))).toBeLessThanOrEqual(rate);
      }),
    );
  });

  const mixed = fc.tuple(shares, rates).chain(([share, rate]) =>
    fc.tuple(
      fc.constant(share),
      fc.constant(rate),
      fc.array(fc.record({ after: pauses, count: fc.integer({ min: 1, max: largestBurst(atShare(share), rate) }) }), {
        minLength: 1,
        maxLength: 60,
      }),
    ),
  );

  it('sends no more than our share on average, whatever the sequence of reservations', () => {
    fc.assert(
      fc.property(mixed, ([share, rate, asked]) => {
        const taken = slots({ plan: atShare(share), rate, asked });
        for (let from = 0; from < taken.length; from++) {
          let sum = 0;
          for (const { at, count } of taken.slice(from)) {
            // The burst that ends the stretch has its own length still before it.
            const seconds = (at - (taken[from] as Slot).at) / 1000;
            expect(sum).toBeLessThanOrEqual((seconds * rate * share) / 100 + 1e-6);
            sum += count;
          }
        }
      }),
    );
  });

  it('sends in any second no more than the rate and one burst, whatever the sequence of reservations', () => {
    fc.assert(
      fc.property(mixed, ([share, rate, asked]) => {
        const plan = atShare(share);
        expect(busiestSecond(slots({ plan, rate, asked }))).toBeLessThanOrEqual(rate + largestBurst(plan, rate));
      }),
    );
  });

  it('uses the rate: full pages at a large rate lose no more than a millisecond each', () => {
    const plan = atShare(97);
    expect(slotLength(plan, 500, 50)).toBe(Math.ceil(50_000 / (500 * 0.97)));
    expect(slotLength(plan, 14, largestBurst(plan, 14))).toBe(1000);
  });

  it('never asks for more than fifty at once, nor for more than our share of a second, nor for nobody', () => {
    fc.assert(
      fc.property(shares, rates, (share, rate) => {
        const burst = largestBurst(atShare(share), rate);
        expect(burst).toBeGreaterThanOrEqual(1);
        expect(burst).toBeLessThanOrEqual(Math.max(1, Math.min(50, (rate * share) / 100)));
        expect(Number.isInteger(burst)).toBe(true);
      }),
    );
  });
});

describe('the day’s budget', () => {
  const quota = fc.record({
    rate: rates,
    daily: fc.integer({ min: 1, max: 10_000_000 }),
    sentToday: fc.nat({ max: 10_000_000 }),
  });

  it('never goes over our share of the day’s quota, and is never negative', () => {
    fc.assert(
      fc.property(shares, quota, (share, account) => {
        const left = budgetLeft(atShare(share), account);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(Number.isInteger(left)).toBe(true);
        if (left > 0) expect(left + account.sentToday).toBeLessThanOrEqual((account.daily * share) / 100);
      }),
    );
  });

  it('keeps back a minute of our rate once anything was sent, and a hundredth of the day at most', () => {
    const left = (rate: number, sentToday: number) => budgetLeft(atShare(50), { daily: 1_000_000, rate, sentToday });
    expect(left(100, 0)).toBe(500_000);
    expect(left(100, 1)).toBe(500_000 - 1 - 3000);
    expect(left(1000, 1)).toBe(500_000 - 1 - 10_000);
  });

  it('shrinks as mail is sent', () => {
    fc.assert(
      fc.property(shares, quota, fc.nat({ max: 10_000 }), (share, account, more) => {
        const plan = atShare(share);
        const later = { ...account, sentToday: account.sentToday + more };
        expect(budgetLeft(plan, later)).toBeLessThanOrEqual(budgetLeft(plan, account));
      }),
    );
  });

  it('keeps room for what is under way and not counted yet', () => {
    const account = { rate: 100, daily: 100_000, sentToday: 10_000 };
    expect(budgetLeft(atShare(100), account)).toBe(100_000 - 10_000 - 1000);
    expect(budgetLeft(atShare(100), { ...account, sentToday: 0 })).toBe(100_000);
  });
});

describe('what dispatch queues', () => {
  it('is a quarter of an hour of our share, in whole pages, and one page at least', () => {
    expect(queueAhead(atShare(80), 14)).toBe(201);
    expect(queueAhead(atShare(50), 1)).toBe(9);
    expect(queueAhead(atShare(1), 1)).toBe(1);
  });

  it('is no more than a quarter of an hour of sending', () => {
    fc.assert(
      fc.property(shares, rates, (share, rate) => {
        const pages = queueAhead(atShare(share), rate);
        expect(pages).toBeGreaterThanOrEqual(1);
        if (pages > 1) expect(pages * PAGE_SIZE).toBeLessThanOrEqual((rate * share * 15 * 60) / 100);
      }),
    );
  });

  it('takes as long as our share of the rate needs', () => {
    fc.assert(
      fc.property(shares, rates, fc.integer({ min: 1, max: 100_000 }), (share, rate, people) => {
        const needed = (people / ((rate * share) / 100)) * 1000;
        const time = sendingTime(atShare(share), rate, people);
        expect([time >= needed - 1e-6, time < needed + 1 + 1e-6]).toEqual([true, true]);
      }),
    );
  });
});

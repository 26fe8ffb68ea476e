import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { crowdedRuns, dailyLimit, type Mailing, mailingsOf, spreadMail } from '../../functions/domain/mail-load.ts';
import { addDays, daysBetween, localDate } from '../../functions/domain/time.ts';
import { aPlan, BERLIN, endDates, PLAN, zones } from './examples.ts';

const END = localDate('2026-05-19');
const groups = fc.array(
  fc.record({ cohort: fc.constantFrom('a', 'b'), endDate: endDates, zone: zones, count: fc.nat(5000) }),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const perDay = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 6000 }));

describe('the mail of an end date', () => {
  it('is one for each stage and one at the end, each with the last day on which it may go out', () => {
    const mailings = mailingsOf(PLAN, { cohort: 'eea', endDate: END, zone: BERLIN, count: 7 });
    expect(mailings.map(({ stage, day, until }) => [stage, day, until])).toEqual([
      ['d35', '2026-04-14', '2026-05-04'],
      ['d14', '2026-05-05', '2026-05-11'],
      ['d7', '2026-05-12', '2026-05-17'],
      // It says "tomorrow".
      ['d1', '2026-05-18', '2026-05-18'],
      ['done', '2026-05-26', '2026-08-24'],
    ]);
  });

  it('is the same in whichever order the plan has its stages', () => {
    const people = { cohort: 'eea', endDate: END, zone: BERLIN, count: 7 };
    expect(mailingsOf(aPlan({ stages: PLAN.stages.toReversed() }), people)).toEqual(mailingsOf(PLAN, people));
  });

  it('may go out until the end date itself where the last stage does not say "tomorrow"', () => {
    const plan = aPlan({ stages: [{ name: 'd3', days: 3, required: true }] });
    expect(mailingsOf(plan, { cohort: 'eea', endDate: END, zone: BERLIN, count: 1 })[0]?.until).toBe(END);
  });
});

describe('what an account can send in a day', () => {
  test.each([
    [{ daily: 50_000, rate: 14 }, 90, { mails: 45_000, by: 'quota' }],
    [{ daily: 1_000_000, rate: 10 }, 90, { mails: 324_000, by: 'rate' }],
    [{ daily: 200, rate: 1 }, 100, { mails: 200, by: 'quota' }],
  ] as const)('%o at %i %% is %o', (account, sendShare, limit) => {
    // From ten to eight in the evening are ten hours.
    expect(dailyLimit(aPlan({}, { sendShare }), account)).toEqual(limit);
  });
});

describe('mail over days', () => {
  it('leaves nearest end date first, and what is left over the next day', () => {
    const mailing = (cohort: string, endDate: string, mails: number): Mailing => ({
      cohort,
      stage: 'd7',
      endDate: localDate(endDate),
      day: localDate('2026-05-01'),
      until: localDate('2026-05-06'),
      mails,
    });
    const { days, mailed } = spreadMail([mailing('later', '2026-05-20', 50), mailing('sooner', '2026-05-08', 70)], 50);
    expect(days).toEqual([
      { day: '2026-05-01', due: 120, sent: 50, waiting: 70, missed: 0 },
      { day: '2026-05-02', due: 0, sent: 50, waiting: 20, missed: 0 },
      { day: '2026-05-03', due: 0, sent: 20, waiting: 0, missed: 0 },
    ]);
    expect(mailed.map(({ mailing: { cohort }, lastDay, place }) => [cohort, lastDay, place])).toEqual([
      ['sooner', '2026-05-02', 20],
      ['later', '2026-05-03', 20],
    ]);
    expect(crowdedRuns(days)).toEqual([{ from: '2026-05-01', until: '2026-05-03', due: 120, missed: 0 }]);
  });

  it('is reckoned day by day, in whichever order the cohorts are', () => {
    const of = (cohort: string, endDate: string) =>
      mailingsOf(PLAN, { cohort, endDate: localDate(endDate), zone: BERLIN, count: 10 });
    const [early, late] = [of('a', '2026-05-19'), of('b', '2026-06-30')];
    const { days } = spreadMail([...late, ...early], 10);
    expect(days).toEqual(spreadMail([...early, ...late], 10).days);
    expect(days.map(({ day }) => day)).toEqual(days.map(({ day }) => day).toSorted());
    expect(days[0]?.day).toBe('2026-04-14');
  });

  it('that says "tomorrow" never waits for tomorrow', () => {
    const mailings = mailingsOf(PLAN, { cohort: 'eea', endDate: END, zone: BERLIN, count: 100 });
    const last = spreadMail(mailings, 60).mailed.find(({ mailing }) => mailing.stage === 'd1');
    expect(last).toMatchObject({ lastDay: '2026-05-18', missed: 40 });
  });

  it('adds up to people times stages, whatever fits into a day, and ends', () => {
    fc.assert(
      fc.property(groups, perDay, (people, limit) => {
        const mailings = people.flatMap((group) => mailingsOf(PLAN, group));
        const { days, mailed } = spreadMail(mailings, limit);
        const total = people.reduce((sum, { count }) => sum + count, 0) * (PLAN.stages.length + 1);
        const sum = (count: (day: (typeof days)[number]) => number) => days.reduce((all, day) => all + count(day), 0);
        expect(sum(({ due }) => due)).toBe(total);
        expect(sum(({ sent, missed }) => sent + missed)).toBe(total);
        expect(mailed.reduce((all, { missed }) => all + missed, 0)).toBe(sum(({ missed }) => missed));
        expect(mailed).toHaveLength(mailings.filter(({ mails }) => mails > 0).length);
        for (const { sent } of days) expect(sent).toBeLessThanOrEqual(limit ?? total);
        for (const { mailing, lastDay, place } of mailed) {
          expect(lastDay >= mailing.day && lastDay <= mailing.until).toBe(true);
          expect(place).toBeLessThanOrEqual(limit ?? total);
        }
        expect(days.at(-1)?.waiting ?? 0).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves on its own day where a day takes all of it', () => {
    fc.assert(
      fc.property(groups, (people) => {
        const mailings = people.flatMap((group) => mailingsOf(PLAN, group));
        const most = Math.max(...spreadMail(mailings, null).days.map(({ due }) => due), 0);
        const { days, mailed } = spreadMail(mailings, most);
        expect(mailed.every(({ mailing, lastDay }) => lastDay === mailing.day)).toBe(true);
        expect(crowdedRuns(days)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('that is too much is told in days in a row', () => {
    const mailings = mailingsOf(PLAN, { cohort: 'eea', endDate: END, zone: BERLIN, count: 100 });
    const { days } = spreadMail(mailings, 40);
    const runs = crowdedRuns(days);
    expect(runs.map(({ from, until }) => daysBetween(from, until))).toEqual([2, 2, 2, 0, 2]);
    expect(runs[0]).toMatchObject({ from: '2026-04-14', until: addDays(localDate('2026-04-14'), 2), due: 100 });
    expect(runs[3]).toMatchObject({ from: '2026-05-18', missed: 60 });
  });
});

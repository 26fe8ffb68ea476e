import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { type CalendarFinding, calendarOf, type CalendarQuestion, weekdayOf } from '../../functions/domain/calendar.ts';
import { doneFrom, ladder, wavesStart } from '../../functions/domain/notice.ts';
import type { CohortPlan, Plan } from '../../functions/domain/plan.ts';
import { DAY, HOUR, isoInstant, localDate, parseInstant } from '../../functions/domain/time.ts';
import { nextWaveAt, newCohort } from '../../functions/domain/wave.ts';
import { aPlan, endDates, PLAN, wallClock, ZONES, zones } from './examples.ts';

const NOW = parseInstant('2026-03-01T00:00:00Z');

function calendar(changes: Partial<CalendarQuestion> = {}) {
  return calendarOf({ plan: PLAN, now: NOW, people: new Map(), account: null, ...changes });
}
const cohort = (id: string, endDate: string, countries = ['*'], percentage = 100): CohortPlan => ({
  id,
  match: { countries, percentage },
  endDate: localDate(endDate),
});
/** A plan about which nothing is to be found. */
const ownDomain = (changes: Partial<Plan> = {}): Plan =>
  aPlan({
    support: { url: 'https://simulator.amazonses.com/chats', email: 'help@simulator.amazonses.com' },
    sender: { ...PLAN.sender, address: 'notices@simulator.amazonses.com', replyTo: 'help@simulator.amazonses.com' },
    cohorts: [cohort('everybody', '2026-05-19')],
    ...changes,
  });
const sentences = (findings: readonly CalendarFinding[]) =>
  findings.map(({ level, sentence }) => `${level}: ${sentence}`);
const found = (plan: Plan, changes: Partial<CalendarQuestion> = {}) =>
  sentences(calendar({ plan, ...changes }).findings);

describe('the instants of a calendar', () => {
  it('hold everybody’s, in whatever zone, and are the same as those that notices and waves follow', () => {
    const one = (endDate: string) => calendar({ plan: ownDomain({ cohorts: [cohort('a', endDate)] }) }).cohorts[0];
    fc.assert(
      fc.property(endDates, zones, (endDate, zone) => {
        const dates = one(endDate);
        const due = [
          ...ladder(PLAN, endDate, zone).map(({ stage, at }) => ({ stage, at })),
          { stage: 'done', at: doneFrom(PLAN, endDate, zone) },
        ];
        for (const { stage, at } of due) {
          const named = dates?.stages.find((each) => each.stage === stage);
          expect(named).toBeDefined();
          expect(at).toBeGreaterThanOrEqual(named?.first ?? Infinity);
          expect(at).toBeLessThanOrEqual(named?.last ?? 0);
        }
        const armed = {
          ...newCohort({ id: 'a', endDate }),
          arming: { id: '1', headCount: 1, at: 0, by: [] },
        };
        expect(dates?.waves[0]?.at).toBe(nextWaveAt(PLAN, armed));
        expect(dates?.waves[1]?.at).toBe(nextWaveAt(PLAN, { ...armed, wave: 1, waveOpenedAt: wavesStart(endDate) }));
        expect(dates?.restorableUntil).toBe((dates?.waves[1]?.at ?? 0) + 72 * HOUR);
      }),
      { numRuns: 30 },
    );
  });

  it('of the example begin on 3 April at ten in the earliest zone, and end where the day ends last', () => {
    const [pilot] = calendar().cohorts;
    expect(pilot?.stages.map(({ stage, required }) => [stage, required])).toEqual([
      ['d35', true],
      ['d14', false],
      ['d7', false],
      ['d1', true],
      ['done', false],
    ]);
    const [first] = pilot?.stages ?? [];
    expect([first?.day, isoInstant(first?.first ?? 0), isoInstant(first?.last ?? 0)]).toEqual([
      '2026-04-03',
      '2026-04-02T20:00:00.000Z',
      '2026-04-03T22:00:00.000Z',
    ]);
    expect(isoInstant(pilot?.waves[0]?.at ?? 0)).toBe('2026-05-09T12:00:00.000Z');
  });

  it('without numbers of people have no mails, days or costs', () => {
    const { cohorts, days, cost } = calendar({ account: { daily: 100, rate: 1 } });
    expect(cohorts.flatMap(({ people, stages }) => [people, ...stages.map(({ mails }) => mails)])).toEqual(
      Array.from({ length: 24 }, () => null),
    );
    expect([days, cost]).toEqual([[], null]);
  });
});

describe('mails and costs', () => {
  it('add up to people times stages, however many there are and whatever the account can send', () => {
    const counts = fc.array(fc.nat(3_000_000), { minLength: 0, maxLength: 4 });
    const accounts = fc.option(
      fc.record({ daily: fc.integer({ min: 1, max: 9_000_000 }), rate: fc.integer({ min: 1, max: 900 }) }),
    );
    fc.assert(
      fc.property(counts, accounts, (given, account) => {
        const people = new Map(given.map((count, at) => [PLAN.cohorts[at]?.id ?? '', count]));
        const { days, cost, cohorts } = calendar({ people, account });
        const total = given.reduce((sum, count) => sum + count, 0) * 5;
        expect(days.reduce((sum, { due }) => sum + due, 0)).toBe(total);
        expect(days.reduce((sum, { sent, missed }) => sum + sent + missed, 0)).toBe(total);
        if (cost !== null) expect(cost.mails).toBe(total);
        for (const { stages } of cohorts) {
          for (const { finished, first, mails } of stages) {
            if (account === null || mails === null || mails === 0) expect(finished).toBeNull();
            else expect(finished).toBeGreaterThanOrEqual(first);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are ten or sixteen cents a thousand', () => {
    const people = new Map([['everybody', 1_000_000]]);
    expect(calendar({ plan: ownDomain(), people }).cost).toEqual({ mails: 5_000_000, aLaCarte: 500, essentials: 800 });
  });

  it('leave within the hour at the account’s rate, where a day takes them', () => {
    const people = new Map([['everybody', 90_000]]);
    const { cohorts } = calendar({ plan: ownDomain(), people, account: { daily: 1_000_000, rate: 100 } });
    const [stage] = cohorts[0]?.stages ?? [];
    // 90,000 at 90 a second.
    expect((stage?.finished ?? 0) - (stage?.last ?? 0)).toBe(1_000_000);
  });
});

describe('a stage in a calendar', () => {
  const stages = (plan: Plan, count: number) =>
    calendar({
      plan,
      people: new Map([['everybody', count]]),
      account: { daily: 50_000, rate: 14 },
    }).cohorts[0]?.stages.map(({ stage, spills, missed }) => [stage, spills, missed]);

  it('says on how many more days it leaves, and how many mails cannot', () => {
    expect(stages(ownDomain(), 100_000)).toEqual([
      ['d35', 2, 0],
      ['d14', 2, 0],
      ['d7', 2, 0],
      ['d1', 0, 55_000],
      ['done', 2, 0],
    ]);
  });

  it('spills and misses nothing while nobody knows how many people there are', () => {
    const known = calendar({ plan: ownDomain() }).cohorts[0]?.stages ?? [];
    expect(known.map(({ spills, missed, mails, finished }) => [spills, missed, mails, finished])).toEqual(
      known.map(() => [0, 0, null, null]),
    );
  });

  it('is from the first zone to the last, `done` too, whose day is another in some zones', () => {
    const done = calendar({ plan: ownDomain() }).cohorts[0]?.stages.at(-1);
    const end = localDate('2026-05-19');
    const at = ZONES.map((zone) => doneFrom(PLAN, end, zone));
    expect(done?.first).toBe(Math.min(...at));
    expect(done?.last).toBe(Math.max(...at));
  });

  it('is followed by as many waves as the plan has, and by the restore window of the last', () => {
    const guardRails = { ...PLAN.guardRails, waves: [1, 10, 100] };
    const of = calendar({ plan: { ...ownDomain(), guardRails } }).cohorts[0];
    expect(of?.waves.map(({ percent }) => percent)).toEqual([1, 10, 100]);
    const { soakHours, restoreWindowHours } = guardRails;
    expect(of?.restorableUntil).toBe(wavesStart(localDate('2026-05-19')) + (2 * soakHours + restoreWindowHours) * HOUR);
  });
});

describe('findings', () => {
  it('are none for a plan that has room for everything', () => {
    const people = new Map([['everybody', 10_000]]);
    expect(found(ownDomain(), { people, account: { daily: 50_000, rate: 14 } })).toEqual([]);
  });

  it('are an error where an end date cannot be reached any more', () => {
    const late = found(ownDomain(), { now: parseInstant('2026-04-20T00:00:00Z') });
    expect(late).toEqual([
      expect.stringMatching(/^error: cohorts\[0\]\.endDate: given "2026-05-19".*2026-05-27 or later/),
    ]);
  });

  it('say by how many days a first stage spills, and what margin is left', () => {
    const people = new Map([['everybody', 100_000]]);
    const [first] = found(ownDomain(), { people, account: { daily: 50_000, rate: 14 } }).filter((each) =>
      each.includes('d35'),
    );
    expect(first).toBe(
      'warning: d35 of everybody is 100,000 mails on 14 April 2026, and your quota allows 45,000 a day, 90 % of 50,000: the last leaves 2 days later, on 16 April 2026, 3 days before the minimum notice of 30 days; ask SES for more, or end cohorts further apart',
    );
  });

  it('are an error where the margin is not enough, and where people cannot be told "tomorrow"', () => {
    const people = new Map([['everybody', 400_000]]);
    const all = found(ownDomain(), { people, account: { daily: 50_000, rate: 14 } });
    expect(all.filter((each) => each.startsWith('error'))).toEqual([
      expect.stringMatching(/d35 .* 8 days later, on 22 April 2026, 3 days too late for the minimum notice of 30 days/),
      expect.stringMatching(/d1 .* 355,000 people would never get it, and whoever then lacks proof/),
    ]);
    // Errors come first.
    expect(all.findIndex((each) => each.startsWith('warning'))).toBe(2);
  });

  it('name the send rate where that is the narrower', () => {
    const people = new Map([['everybody', 100_000]]);
    const [first] = found(ownDomain(), { people, account: { daily: 500_000, rate: 2 } });
    expect(first).toContain('your send rate allows 64,800 a day, at 90 % of 2 a second');
  });

  test.each([
    ['2026-05-15', ['has its first wave on Saturday, 16 May 2026']],
    ['2026-05-16', ['ends on Saturday, 16 May 2026 and has its first wave on Sunday, 17 May 2026']],
    ['2026-05-17', ['ends on Sunday, 17 May 2026']],
    ['2026-05-18', []],
  ])('of an end date on %s: %j', (endDate, when) => {
    expect(found(ownDomain({ cohorts: [cohort('everybody', endDate)] }))).toEqual(
      when.map((each) => expect.stringContaining(`warning: cohort everybody ${each}, when fewer people are there`)),
    );
  });

  it('are two cohorts whose last stage falls on one day', () => {
    const cohorts = [cohort('a', '2026-05-19', ['*'], 50), cohort('b', '2026-05-19', ['*'], 50)];
    expect(found(ownDomain({ cohorts }))).toEqual([
      expect.stringContaining('d1 of a and b falls on one day, 18 May 2026'),
    ]);
  });

  it('are a second wave that opens while the cohort before can still be restored, and when it would not', () => {
    const cohorts = (second: string) => [cohort('a', '2026-05-19', ['*'], 50), cohort('b', second, ['*'], 50)];
    const [overlap, ...others] = found(ownDomain({ cohorts: cohorts('2026-05-20') }));
    expect(others).toEqual([]);
    expect(overlap).toContain(
      'the second wave of b can open at 2026-05-22T12:00:00.000Z, while chats of a can be restored until 2026-05-24T12:00:00.000Z; end b 2 days later',
    );
    expect(found(ownDomain({ cohorts: cohorts('2026-05-21') }))).toHaveLength(1);
    // A Friday, but no overlap.
    expect(found(ownDomain({ cohorts: cohorts('2026-05-22') }))).toEqual([expect.stringContaining('Saturday')]);
  });

  it('are addresses of an example, languages that the plan does not speak, and one person who decides alone', () => {
    const { de: _, ...reason } = PLAN.reason;
    const plan = ownDomain({ sender: PLAN.sender, reason, approvals: 1 });
    expect(found(plan)).toEqual([
      expect.stringContaining('warning: sender.address and sender.replyTo are at an example domain'),
      expect.stringContaining(
        'the plan does not speak de: who reads de is written to in another language; it lacks reason',
      ),
      expect.stringContaining('approvals is 1: one person alone can activate'),
    ]);
  });

  it('say where in the plan file they are', () => {
    const paths = (plan: Plan, changes: Partial<CalendarQuestion> = {}) =>
      calendar({ plan, ...changes }).findings.map(({ path }) => path);
    const cohorts = [cohort('a', '2026-05-19', ['*'], 50), cohort('b', '2026-05-19', ['*'], 50)];
    const people = new Map([['b', 100_000]]);
    expect(paths(ownDomain({ cohorts }))).toEqual(['cohorts[1].endDate']);
    expect(new Set(paths(ownDomain({ cohorts }), { people, account: { daily: 50_000, rate: 14 } }))).toEqual(
      new Set(['cohorts[1].endDate']),
    );
    expect(paths(ownDomain({ cohorts: [cohort('a', '2026-05-19', ['*'], 50), cohort('b', '2026-05-20')] }))).toEqual([
      'cohorts[1].endDate',
    ]);
    expect(paths(ownDomain({ cohorts: [cohort('a', '2026-05-18'), cohort('b', '2026-06-14')] }))).toEqual([
      'cohorts[1].endDate',
    ]);
    const { de: _, ...reason } = PLAN.reason;
    expect(paths(ownDomain({ reason, approvals: 1 }))).toEqual(['reason', 'approvals']);
  });

  it('count one person, one mail and one day as one', () => {
    const account = { daily: 50_000, rate: 14 };
    const all = (count: number) => found(ownDomain(), { people: new Map([['everybody', count]]), account }).join('\n');
    expect(all(45_001)).toContain('1 person would never get it, and whoever then lacks proof');
    expect(all(45_001)).toContain(
      'the last leaves 1 day later, on 15 April 2026, 4 days before the minimum notice of 30 days',
    );
    expect(
      found(ownDomain(), { people: new Map([['everybody', 1]]), account: { daily: 0, rate: 1 } }).join(),
    ).toContain('is 1 mail on ');
    const [overlap] = found(
      ownDomain({ cohorts: [cohort('a', '2026-05-19', ['*'], 50), cohort('b', '2026-05-21', ['*'], 50)] }),
    );
    expect(overlap).toContain('end b 1 day later');
  });

  it('are a warning while the first stage leaves the minimum notice to the day, and no error', () => {
    const first = (count: number) =>
      found(ownDomain(), { people: new Map([['everybody', count]]), account: { daily: 50_000, rate: 14 } }).find(
        (each) => each.includes('d35'),
      );
    expect(first(45_000 * 6)).toMatch(/^warning: .* 5 days later, on 19 April 2026, 0 days before the minimum notice/);
    expect(first(45_000 * 6 + 1)).toMatch(/^error: .* 6 days later, on 20 April 2026, 1 day too late for the minimum/);
    expect(first(45_000 * 4)).toMatch(/2 days before the minimum notice|1 day before|2 days/);
  });

  it('speak of the minimum notice at the first required stage only, in whichever order the plan has them', () => {
    const stages = [{ name: 'd40', days: 40, required: false }, ...PLAN.stages].toReversed();
    const people = new Map([['everybody', 100_000]]);
    const all = found(ownDomain({ stages }), { people, account: { daily: 50_000, rate: 14 } });
    const withMargin = all.filter((each) => each.includes('the minimum notice'));
    expect(withMargin).toEqual([expect.stringMatching(/^warning: d35 /)]);
    expect(all).toContainEqual(
      expect.stringMatching(/^warning: d40 .*: the last leaves 2 days later, on 11 April 2026; ask/),
    );
    expect(all).toContainEqual(expect.stringMatching(/^warning: d14 /));
  });

  it('are the same in whichever order the plan has its cohorts', () => {
    const cohorts = [
      cohort('a', '2026-05-19', ['*'], 50),
      cohort('b', '2026-05-20', ['*'], 50),
      cohort('c', '2026-05-21'),
    ];
    const sorted = (order: readonly CohortPlan[]) => found(ownDomain({ cohorts: [...order] })).toSorted();
    expect(sorted(cohorts)).toEqual(sorted(cohorts.toReversed()));
  });

  it('are none of a second wave where everybody is in the first', () => {
    const cohorts = [cohort('a', '2026-05-19', ['*'], 50), cohort('b', '2026-05-20', ['*'], 50)];
    const plan = { ...ownDomain({ cohorts }), guardRails: { ...PLAN.guardRails, waves: [100] } };
    expect(found(plan)).toEqual([]);
  });

  test.each([
    ['https://example.com/chats', 'help@simulator.amazonses.com', ['support.url is at an example domain']],
    [
      'https://help.example.org',
      ['help', 'example.net'].join('@'),
      ['support.email and support.url are at an example domain'],
    ],
    ['https://simulator.amazonses.com/', 'help@example.com', ['support.email is at an example domain']],
    ['https://example.community/', ['help', 'myexample.com'].join('@'), []],
  ])('of support at %s and %s: %j', (url, email, expected) => {
    expect(found(ownDomain({ support: { url, email } }))).toEqual(
      expected.map((each) => expect.stringContaining(`warning: ${each}`)),
    );
  });

  it('name each text that lacks one of the languages that are not spoken', () => {
    const { de: _, fr: __, ...reason } = PLAN.reason;
    const { fr: ___, ...dataFate } = PLAN.dataFate;
    expect(found(ownDomain({ reason, dataFate }))).toEqual([expect.stringContaining('it lacks reason and dataFate')]);
  });

  it('of the example are known, and no errors', () => {
    expect(found(PLAN)).toEqual([
      expect.stringContaining('pilot has its first wave on Saturday'),
      expect.stringContaining('d1 of eea and rest-first'),
      expect.stringContaining('example domain'),
    ]);
  });
});

describe('a weekday', () => {
  it('is that of the calendar', () => {
    const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
    fc.assert(
      fc.property(endDates, (date) => {
        const { weekday } = wallClock(parseInstant(`${date}T00:00:00Z`) + DAY / 2, 'UTC');
        expect(weekdayOf(date)).toBe(names[weekday - 1]);
      }),
    );
  });
});

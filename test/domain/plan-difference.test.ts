import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { planDifference } from '../../functions/domain/plan-difference.ts';
import { planHash } from '../../functions/domain/plan-file.ts';
import type { CohortPlan, GuardRails, Plan } from '../../functions/domain/plan.ts';
import { localDate } from '../../functions/domain/time.ts';
import { aPlan, PLAN } from './examples.ts';

const NOW = new Map(PLAN.cohorts.map(({ id, endDate }) => [id, endDate]));
const differences = (next: Plan, running: Plan = PLAN, endDates = NOW) => planDifference(running, next, { endDates });
const told = (next: Plan, running: Plan = PLAN) =>
  differences(next, running).map(({ kind, path }) => `${kind} ${path}`);

/** The example with its cohorts as they come out of `change`. */
const withCohorts = (change: (cohorts: CohortPlan[]) => CohortPlan[]): Plan =>
  aPlan({ cohorts: change(structuredClone(PLAN.cohorts) as CohortPlan[]) });
const withCohort = (id: string, changes: Partial<CohortPlan>): Plan =>
  withCohorts((cohorts) => cohorts.map((cohort) => (cohort.id === id ? { ...cohort, ...changes } : cohort)));
const breakers = (changes: Partial<GuardRails['breakers']>): Plan =>
  aPlan({}, { breakers: { ...PLAN.guardRails.breakers, ...changes } });
const matchOf = (id: string) => PLAN.cohorts.find((cohort) => cohort.id === id)?.match as CohortPlan['match'];

describe('a plan and itself', () => {
  it('have no difference, whatever the order of keys, of countries and of cohorts that share none', () => {
    expect(differences(structuredClone(PLAN))).toEqual([]);
    const turned = withCohorts(([pilot, eea, ...rest]) => [
      { ...(eea as CohortPlan), match: { ...matchOf('eea'), countries: [...matchOf('eea').countries].reverse() } },
      pilot as CohortPlan,
      ...rest,
    ]);
    expect(differences(turned)).toEqual([]);
  });
});

describe('while a plan runs', () => {
  it('an end date moves, from where the cohort is now to where the file says', () => {
    const next = withCohort('eea', { endDate: localDate('2026-05-26') });
    expect(differences(next)).toEqual([
      {
        path: 'cohorts[1].endDate',
        kind: 'date',
        cohort: 'eea',
        to: '2026-05-26',
        sentence: 'cohort eea ends on 19 May 2026, given 26 May 2026',
      },
    ]);
    expect(differences(next, PLAN, new Map([...NOW, ['eea', localDate('2026-05-26')]]))).toEqual([]);
  });

  it('a file with the date from before a move says so, since its author may only have wanted another text', () => {
    const [difference, ...others] = differences(PLAN, PLAN, new Map([...NOW, ['eea', localDate('2026-05-26')]]));
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind: 'date', cohort: 'eea', to: '2026-05-19' });
    expect(difference?.sentence).toContain('before the cohort was moved: write 2026-05-26 to leave it');
  });

  it('texts that letters say are put otherwise, each by its path', () => {
    const next = aPlan({
      feature: { ...PLAN.feature, de: 'andere Chats' },
      alternatives: PLAN.alternatives.slice(0, 1),
      support: { ...PLAN.support, url: 'https://example.com/other' },
      sender: { ...PLAN.sender, address: 'other@example.com' },
      texts: { en: { never: 'Never.' } },
    });
    const found = differences(next);
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['text']));
    expect(found.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['feature.de', 'alternatives[1].name', 'support.url', 'sender.address', 'texts.en.never']),
    );
    const sentence = (path: string) => found.find((one) => one.path === path)?.sentence;
    expect(sentence('feature.de')).toContain(`"${PLAN.feature['de']}", given "andere Chats"`);
    expect(sentence('alternatives[1].name')).toContain('given nothing');
    expect(sentence('texts.en.never')).toContain('was not there, given "Never."');
    expect(sentence('sender.address')).toContain('SES must have verified it');
  });

  test.each<[string, Plan, Plan, string]>([
    ['guardRails.breakers.bounces', breakers({ bounces: 4.5 }), PLAN, '4 %, given 4.5 %'],
    ['guardRails.breakers.complaints', breakers({ complaints: 0.09 }), PLAN, '0.08 %, given 0.09 %'],
    ['guardRails.breakers.suppressed', breakers({ suppressed: 11 }), PLAN, '10 %, given 11 %'],
    ['guardRails.breakers.failures', breakers({ failures: 2 }), PLAN, '1 %, given 2 %'],
    ['guardRails.breakers.softBounces', breakers({ softBounces: 30 }), PLAN, '20 %, given 30 %'],
    ['guardRails.breakers.minimumSample', breakers({ minimumSample: 5000 }), PLAN, '1,000 outcomes, given 5,000'],
    ['guardRails.soak', aPlan({}, { soakHours: 1 }), PLAN, '24 hours, given 1 hour'],
    ['guardRails.disableRate', aPlan({}, { disablePerSecond: 60 }), PLAN, '50 per second, given 60 per second'],
    ['guardRails.headCountTolerance', aPlan({}, { headCountTolerance: 3 }), PLAN, '2 %, given 3 %'],
    ['guardRails.sendShare', aPlan({}, { sendShare: 95 }), PLAN, '90 %, given 95 %'],
    ['approvals', aPlan({ approvals: 1 }), PLAN, '2 people, given 1 person'],
  ])('the limit %s is loosened with a second person, and tightened without', (path, looser, running, change) => {
    expect(differences(looser, running)).toEqual([
      {
        path,
        kind: 'limit',
        looser: true,
        sentence: `${path} is ${change}${path.endsWith('minimumSample') ? ' outcomes' : ''}: that is less careful, so a second person has to approve it`,
      },
    ]);
    expect(differences(running, looser)).toEqual([
      { path, kind: 'limit', looser: false, sentence: expect.stringContaining('that is more careful') },
    ]);
  });

  it('nobody else is promised where one person decides alone', () => {
    const alone = aPlan({ approvals: 1 });
    const [difference] = differences({ ...alone, guardRails: { ...alone.guardRails, soakHours: 1 } }, alone);
    expect(difference?.sentence).toContain('while approvals is 1 nobody has to approve it');
  });
});

describe('what is refused while a plan runs', () => {
  const REFUSED: readonly [string, Plan, string, string, string][] = [
    ['another sunset', aPlan({ sunset: 'other' }), 'sunset', '"instagram-e2ee", given "other"', 'dealt anew'],
    ['another zone', aPlan({ timeZone: 'Asia/Tokyo' }), 'timeZone', 'UTC, given Asia/Tokyo', 'unknown'],
    ['a stage less', aPlan({ stages: PLAN.stages.toSpliced(1, 1) }), 'stages', '14 days', 'ladder'],
    ['another send hour', aPlan({ sendHour: 11 }), 'sendHour', '10:00, given 11:00', 'could be due again'],
    [
      'another window',
      aPlan({ sendWindow: { from: 9, to: 18 } }),
      'sendWindow',
      '9:00 to 20:00, given 9:00 to 18:00',
      'sendShare',
    ],
    ['less notice', aPlan({}, { minimumNoticeDays: 20 }), 'guardRails.minimumNotice', '30 days, given 20', 'promised'],
    ['less margin', aPlan({}, { marginDays: 1 }), 'guardRails.margin', '5 days, given 1 day', 'promised'],
    ['more notices', aPlan({}, { requiredNotices: 3 }), 'guardRails.requiredNotices', '2, given 3', 'promised'],
    ['a later last notice', aPlan({}, { finalNoticeHours: 1 }), 'guardRails.finalNotice', '24 hours', 'promised'],
    ['an older last notice', aPlan({}, { finalWithinDays: 20 }), 'guardRails.finalWithin', '10 days', 'promised'],
    ['another closing', aPlan({}, { closedFrom: 0 }), 'guardRails.closedFrom', '1970-01-01', 'joined'],
    ['other waves', aPlan({}, { waves: [50, 100] }), 'guardRails.waves', '1 %, 100 %, given 50 %, 100 %', 'Pause'],
    [
      'a shorter restore window',
      aPlan({}, { restoreWindowHours: 1 }),
      'guardRails.restoreWindow',
      '72 hours, given 1 hour',
      'destroys nothing',
    ],
    ['less more time', aPlan({}, { moreTimeDays: 0 }), 'guardRails.moreTime', '14 days, given 0 days', 'offered'],
    [
      'a cohort that is smaller',
      withCohort('rest-first', { match: { countries: ['*'], percentage: 10 } }),
      'cohorts[2].match.percentage',
      '20 % of its countries, given 10 %',
      'splitting, merging or shrinking',
    ],
    [
      'a cohort of other countries',
      withCohort('pilot', { match: { countries: ['NZ', 'FJ'], percentage: 100 } }),
      'cohorts[0].match.countries',
      'NZ, AU, given the same without AU and with FJ',
      'fixed at enrolment',
    ],
    [
      'a cohort taken out',
      withCohorts((cohorts) => cohorts.toSpliced(0, 1)),
      'cohorts',
      'cohort pilot is in the running plan and not in this one',
      'without an end date',
    ],
    [
      'a cohort more',
      withCohorts((cohorts) => [
        ...cohorts,
        { id: 'asia', match: { countries: ['JP'], percentage: 100 }, endDate: localDate('2026-06-02') },
      ]),
      'cohorts[4].id',
      'there is no cohort asia in the running plan, which has pilot, eea, rest-first, rest',
      'fixed at enrolment',
    ],
    [
      'a cohort with a name misspelt',
      withCohort('pilot', { id: 'pliot' }),
      'cohorts[0].id',
      'there is no cohort pliot in the running plan, and pilot is missing',
      'Write pilot again',
    ],
    [
      'a cohort with quite another name, by its people',
      withCohort('pilot', { id: 'oceania' }),
      'cohorts[0].id',
      'and pilot is missing',
      'cannot be renamed',
    ],
    [
      'cohorts that share countries in another order',
      withCohorts((cohorts) => cohorts.toReversed()),
      'cohorts',
      'pilot, eea, rest-first, rest, given rest, rest-first, eea, pilot',
      'dealt otherwise',
    ],
  ];

  test.each(REFUSED)('is %s, once, with the reason', (_, next, path, given, why) => {
    const found = differences(next);
    expect(found.map(({ kind, path: at }) => `${kind} ${at}`)).toEqual([`refused ${path}`]);
    expect(found[0]?.sentence).toContain(given);
    expect(found[0]?.sentence).toContain(why);
  });

  it('stands beside what is allowed, each on its own', () => {
    const next = { ...withCohort('eea', { endDate: localDate('2026-05-26') }), sendHour: 11 };
    expect(told({ ...next, guardRails: { ...next.guardRails, soakHours: 48 } })).toEqual([
      'refused sendHour',
      'date cohorts[1].endDate',
      'limit guardRails.soak',
    ]);
  });
});

describe('nothing slips through', () => {
  /** Every place of a value in the plan, however deep; of lists each member. */
  function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
    if (typeof value !== 'object' || value === null) return [path];
    return Object.entries(value).flatMap(([key, inner]) =>
      places(inner, [...path, Array.isArray(value) ? Number(key) : key]),
    );
  }

  function changed(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
    if (key === undefined) {
      if (typeof value === 'number') return value + 1;
      return typeof value === 'boolean'
        ? !value
        : `${String(value).slice(0, -1)}${String(value).endsWith('1') ? '2' : '1'}`;
    }
    if (Array.isArray(value)) return value.map((each, at) => (at === key ? changed(each, rest) : each));
    return Object.fromEntries(
      Object.entries(value as object).map(([name, each]) => [name, name === key ? changed(each, rest) : each]),
    );
  }

  it('any one value that changes is told: what has no kind of its own would otherwise begin to hold unseen', () => {
    const running = aPlan({ texts: { en: { never: 'Never.' } } });
    const all = places(running).filter((path) => path.at(-1) !== 'name' || path[0] !== 'stages');
    expect(all.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(fc.constantFrom(...all), (path) => {
        const next = changed(running, path) as Plan;
        expect(planHash(next)).not.toBe(planHash(running));
        expect([path.join('.'), told(next, running).length]).not.toEqual([path.join('.'), 0]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('a difference in words', () => {
  const sentences = (next: Plan, running: Plan = PLAN) => differences(next, running).map(({ sentence }) => sentence);
  const countries = (from: readonly string[], to: readonly string[]) => {
    const of = (names: readonly string[]) =>
      aPlan({
        cohorts: [{ ...(PLAN.cohorts[0] as CohortPlan), match: { countries: names, percentage: 100 } }],
      });
    return sentences(of(to), of(from))[0];
  };

  it('names the countries that are gone and those that have come', () => {
    expect(countries(['DE', 'FR', 'IT'], ['DE', 'FR'])).toMatch(/is DE, FR, IT, given the same without IT: /);
    expect(countries(['DE', 'FR'], ['DE', 'FR', 'IT', 'ES'])).toMatch(/is DE, FR, given the same with IT, ES: /);
    expect(countries(['DE', 'FR', 'PL'], ['DE', 'IT'])).toMatch(/given the same without FR, PL and with IT: /);
  });

  it('quotes a text on one line, and a long one by its beginning', () => {
    const of = (text: string) => aPlan({ feature: { en: text } });
    const change = (text: string) => sentences(of(text), of('chats'))[0];
    const todo = 'letters from now on say so, those that are out stay as they are: look at them (sunset preview)';
    expect(change('  all\n\n your   chats ')).toBe(`feature.en is "chats", given "all your chats"; ${todo}`);
    expect(change('x'.repeat(120))).toContain(`given "${'x'.repeat(120)}";`);
    expect(change('x'.repeat(121))).toContain(`given "${'x'.repeat(117)}...";`);
  });

  it('tells what to do before letters come from another address, and of nothing else', () => {
    const next = aPlan({ sender: { ...PLAN.sender, address: 'news@example.com', replyTo: 'other@example.com' } });
    const [address, replyTo] = sentences(next);
    expect(address).toContain('SES must have verified it before (sunset doctor)');
    expect(replyTo).toContain('letters from now on say so');
  });

  it('writes a ladder as a ladder', () => {
    const next = aPlan({ stages: PLAN.stages.slice(0, -1) });
    expect(sentences(next)[0]).toContain('35 days (required), 14 days, 7 days, 1 day (required)');
  });

  it('takes a cohort of another name for the missing one with the same people, and for no other', () => {
    const renamed = (changes: Partial<CohortPlan['match']>) =>
      sentences(
        withCohorts((all) =>
          all.map((one) =>
            one.id === 'eea' ? { ...one, id: 'the-continent', match: { ...one.match, ...changes } } : one,
          ),
        ),
      );
    expect(renamed({})).toEqual([expect.stringContaining('and eea is missing')]);
    for (const changes of [{ percentage: 99 }, { countries: ['DE'] }])
      expect(renamed(changes)).toEqual([
        expect.stringMatching(
          /^there is no cohort the-continent in the running plan, which has \w[\w-]*(, \w[\w-]*)+; /,
        ),
        expect.stringContaining('cohort eea is in the running plan and not in this one'),
      ]);
  });

  it('names the order of cohorts that share countries', () => {
    const turned = withCohorts((all) => all.toReversed());
    const ids = PLAN.cohorts.map(({ id }) => id);
    expect(sentences(turned)).toEqual([
      expect.stringContaining(`the order of cohorts is ${ids.join(', ')}, given ${ids.toReversed().join(', ')}: `),
    ]);
  });

  it('counts one outcome as one', () => {
    expect(sentences(breakers({ minimumSample: 1 }))[0]).toContain('given 1 outcome: ');
  });
});

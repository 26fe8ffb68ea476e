import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type AffectedGroup, effectsOf } from '../../functions/domain/effects.ts';
import { doneFrom } from '../../functions/domain/notice.ts';
import { addDays, DAY, localDate, localDateAt, localInstant, parseInstant } from '../../functions/domain/time.ts';
import { aPlan, BERLIN, endDates, PLAN, zones } from './examples.ts';

const NOW = parseInstant('2026-04-20T12:00:00Z');
const END = localDate('2026-05-08');
const PLAN_AT_ALL = aPlan({}, { sendShare: 100 });

function aGroup(changes: Partial<AffectedGroup> = {}): AffectedGroup {
  return { cohort: 'eu-2', zone: BERLIN, endDate: END, next: END, people: 100, told: 0, ...changes };
}
const effects = (groups: readonly AffectedGroup[], quota: { daily: number; rate: number } | null = null, plan = PLAN) =>
  effectsOf({ plan, groups, now: NOW, quota });

describe('a date that moves', () => {
  it('is told in people: how many are re-timed, and how many get a correction', () => {
    const next = localDate('2026-05-13');
    const { sentences, moves } = effects([
      aGroup({ next, people: 12_000, told: 310 }),
      aGroup({ next, people: 114, zone: 'Asia/Tokyo' }),
    ]);
    expect(sentences[0]).toBe(
      'reschedules eu-2 by 5 days, from 8 May 2026 to 13 May 2026: 12,114 people are re-timed, 310 who were told 8 May get a correction',
    );
    expect(moves).toEqual([
      { cohort: 'eu-2', from: '2026-05-08', to: '2026-05-13', days: 5, retimed: 12_114, corrected: 310 },
    ]);
  });

  it('does not touch who came late and has a later date already', () => {
    const next = localDate('2026-05-13');
    const late = localDate('2026-05-17');
    const { moves } = effects([
      aGroup({ next, people: 10, told: 10 }),
      aGroup({ endDate: late, next: late, people: 5, told: 5 }),
      aGroup({ endDate: localDate('2026-05-10'), next, people: 2, told: 1 }),
    ]);
    expect(moves).toEqual([expect.objectContaining({ from: END, to: next, days: 5, retimed: 12, corrected: 11 })]);
  });

  it('names each date that people were told, and one person as one', () => {
    const next = localDate('2026-05-13');
    const sentence = (...groups: AffectedGroup[]) => effects(groups).sentences[0];
    expect(sentence(aGroup({ next, told: 2 }), aGroup({ next, told: 1, endDate: localDate('2026-05-10') }))).toContain(
      '200 people are re-timed, 3 who were told 8 May and 10 May get a correction',
    );
    const tenth = { next, endDate: localDate('2026-05-10') };
    expect(sentence(aGroup({ ...tenth, told: 1 }), aGroup({ next, told: 2 }))).toContain('told 8 May and 10 May get');
    expect(sentence(aGroup({ next, told: 2 }), aGroup(tenth))).toContain('2 who were told 8 May get a correction');
    expect(sentence(aGroup({ next, people: 1, told: 1 }))).toContain('1 person is re-timed, 1 who was told 8 May gets');
    expect(sentence(aGroup({ next }))).toContain('100 people are re-timed, nobody was told the old date');
    expect(sentence(aGroup({ next, people: 0 }))).toBe(
      'reschedules eu-2 by 5 days, from 8 May 2026 to 13 May 2026: nobody is in it yet',
    );
  });

  it('may come forward, and says that it does', () => {
    const { sentences, moves } = effects([aGroup({ endDate: localDate('2026-06-19'), next: localDate('2026-06-18') })]);
    expect(sentences[0]).toContain('by 1 day earlier, from 19 June 2026 to 18 June 2026');
    expect(moves[0]?.days).toBe(-1);
  });
});

describe('the mail after it', () => {
  it('is counted on the days on which it is due, and held against the quota', () => {
    const { sentences, busiest } = effects([aGroup({ people: 45_000 })], { daily: 50_000, rate: 100 }, PLAN_AT_ALL);
    expect(sentences).toEqual(['sends 45,000 mails on 24 April 2026, your quota allows 50,000 a day, 100 % of 50,000']);
    expect(busiest).toEqual([
      { date: '2026-04-24', mails: 45_000, allowed: 50_000 },
      { date: '2026-05-01', mails: 45_000, allowed: 50_000 },
      { date: '2026-05-07', mails: 45_000, allowed: 50_000 },
    ]);
  });

  it('is said to be too much where it is, with the day until which it takes', () => {
    const next = localDate('2026-06-05');
    const { sentences } = effects([aGroup({ next, people: 100_000 })], { daily: 50_000, rate: 100 });
    // 100,000 mails at 45,000 a day.
    expect(sentences.slice(1, 2)).toEqual([
      'sends 100,000 mails from 1 May 2026 on, more than fit into a day (your quota allows 45,000 a day, 90 % of 50,000): it takes until 3 May 2026',
    ]);
    expect(sentences.at(-2)).toContain('on, more than fit into a day');
    expect(sentences.at(-2)).toContain('55,000 of them would never be sent');
  });

  it('has the corrections on the next local day, unless a stage of that day carries the new date', () => {
    const correction = (next: string, now = NOW) =>
      effectsOf({ plan: PLAN, groups: [aGroup({ next: localDate(next), told: 40 })], now, quota: null }).busiest;
    // 21 April is the day after; d14 of 5 May falls on it.
    expect(effects([aGroup({ next: localDate('2026-06-26'), told: 40 })]).busiest).not.toContainEqual(
      expect.objectContaining({ mails: 140 }),
    );
    expect(correction('2026-05-05')[0]).toEqual({ date: '2026-04-21', mails: 100, allowed: null });
    const onlyDone = correction('2026-05-13', parseInstant('2026-05-12T12:00:00Z'));
    expect(onlyDone).toEqual([
      { date: '2026-05-20', mails: 100, allowed: null },
      { date: '2026-05-13', mails: 40, allowed: null },
    ]);
  });

  it('has no correction for who keeps their date, and none for who was told nothing', () => {
    const days = (changes: Partial<AffectedGroup>) => effects([aGroup(changes)]).busiest.map(({ date }) => date);
    expect(days({ told: 100 })).not.toContain('2026-04-21');
    expect(days({ next: localDate('2026-05-13') })).not.toContain('2026-04-21');
    expect(days({ next: localDate('2026-05-13'), told: 1, people: 1 })).toContain('2026-04-21');
  });

  it('is only what is still to come: nothing whose instant is now, no last letter of today', () => {
    const at = (now: number) =>
      effectsOf({ plan: PLAN, groups: [aGroup()], now, quota: null }).busiest.map(({ date }) => date);
    const d14 = localInstant(addDays(END, -14), PLAN.sendHour, BERLIN);
    expect(at(d14 - 1)).toContain(addDays(END, -14));
    expect(at(d14)).not.toContain(addDays(END, -14));
    const done = doneFrom(PLAN, END, BERLIN);
    expect(at(done - DAY)).toEqual([localDateAt(done, BERLIN)]);
    expect(at(done)).toEqual([]);
  });

  it('of one person is one mail', () => {
    expect(effects([aGroup({ people: 1 })]).sentences).toEqual([
      'sends 1 mail on 24 April 2026; your quota is not known',
    ]);
  });

  it('of one person does not fit where nothing may be sent', () => {
    const { sentences } = effects([aGroup({ people: 1 })], { daily: 0, rate: 14 });
    expect(sentences[0]).toMatch(/^sends 1 mail from 24 April 2026 on, more than fit into a day /);
  });

  it('says when it does not know: the quota, or anybody whom it would reach', () => {
    expect(effects([aGroup()]).sentences).toEqual(['sends 100 mails on 24 April 2026; your quota is not known']);
    expect(effects([]).sentences).toEqual(['sends no mail: nobody is enrolled whose notices are still to come']);
  });

  it('never says another number of people than were given, wherever they are', () => {
    const group = fc.record({
      cohort: fc.constantFrom('a', 'b', 'c'),
      zone: zones,
      endDate: endDates,
      moved: fc.integer({ min: 0, max: 40 }),
      people: fc.nat(1000),
      toldShare: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 8 }), endDates, (given, today) => {
        const groups = given.map(({ moved, toldShare, ...rest }) => ({
          ...rest,
          next: addDays(rest.endDate, moved),
          told: Math.floor((rest.people * toldShare) / 100),
        }));
        const now = parseInstant(`${today}T00:00:00Z`);
        const { moves, busiest, sentences } = effectsOf({ plan: PLAN, groups, now, quota: { daily: 900, rate: 1 } });
        const moving = groups.filter(({ endDate, next }) => endDate !== next);
        const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
        expect(sum(moves.map(({ retimed }) => retimed))).toBe(sum(moving.map(({ people }) => people)));
        expect(sum(moves.map(({ corrected }) => corrected))).toBe(sum(moving.map(({ told }) => told)));
        expect(new Set(moves.map(({ cohort }) => cohort)).size).toBe(moves.length);
        expect(busiest.length).toBeLessThanOrEqual(3);
        expect(sentences.length).toBeGreaterThan(moves.length);
        // Nothing of a day that is over, in whichever zone.
        for (const { date } of busiest) expect(date >= addDays(today, -1)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

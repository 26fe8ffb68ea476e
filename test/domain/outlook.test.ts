import { describe, expect, it } from 'vitest';
import { doneFrom, ladder, wavesStart } from '../../functions/domain/notice.ts';
import { nextOf, type OutlookQuestion, span, stagesOfDate } from '../../functions/domain/outlook.ts';
import {
  addDays,
  DAY,
  EARLIEST_ZONE,
  HOUR,
  type Instant,
  isoInstant,
  LATEST_ZONE,
  localInstant,
  parseInstant,
} from '../../functions/domain/time.ts';
import { type CohortState, newCohort } from '../../functions/domain/wave.ts';
import { BERLIN, END, PLAN } from './examples.ts';

const OVER = wavesStart(END);
const { waves, soakHours, restoreWindowHours } = PLAN.guardRails;
const COHORT = newCohort({ id: 'eea', endDate: END });
const HOLD = { who: 'first-operator', why: 'support overloaded', since: OVER - DAY };
const ARMING = { id: 'eea@1', headCount: 100, at: OVER - DAY, by: ['first-operator', 'second-operator'] };
const rung = (stage: string, zone: string) => ladder(PLAN, END, zone).find((each) => each.stage === stage)?.at ?? 0;

function next(now: Instant, cohort: Partial<CohortState> = {}, more: Partial<OutlookQuestion> = {}) {
  const question = { plan: PLAN, active: true, endDates: [END], zones: [BERLIN, 'America/New_York'], now };
  return nextOf({ ...question, cohort: { ...COHORT, ...cohort }, ...more });
}

describe('what comes next for a cohort', () => {
  it('is an activation, before anything runs', () => {
    const { what, at } = next(OVER, { hold: HOLD }, { active: false });
    expect([what, at]).toEqual(['the plan waits to be activated', null]);
  });

  it('is an operator, while it is held', () => {
    expect(next(rung('d14', BERLIN) - HOUR, { hold: HOLD, arming: ARMING })).toEqual({
      what: 'held by first-operator: support overloaded; waits to be released',
      at: null,
    });
  });

  it('is the stage that begins first, then its last zone', () => {
    expect(next(rung('d35', BERLIN) - DAY)).toEqual({
      what: `d35@${END} begins to go out`,
      at: rung('d35', BERLIN),
    });
    expect(next(rung('d35', BERLIN))).toEqual({
      what: `d35@${END} is due in the last zone`,
      at: rung('d35', 'America/New_York'),
    });
    expect(next(rung('d35', 'America/New_York')).what).toBe(`d14@${END} begins to go out`);
  });

  it('is the end of the last day everywhere, once the ladder has gone out', () => {
    expect(next(rung('d1', 'America/New_York'))).toEqual({
      what: `${END} is over in the last zone; the cohort is not armed yet`,
      at: OVER,
    });
  });

  it('is an arming, once the last day is over', () => {
    expect(next(OVER, { headCount: 120 })).toEqual({ what: 'waits to be armed for its 120 chats', at: null });
  });

  it('is a wave, once it is armed; at once where that is due', () => {
    const first = `wave 1 of ${waves.length} opens, up to ${waves[0]} % of the chats`;
    expect(next(OVER - HOUR, { arming: ARMING })).toEqual({ what: `${END} is over in the last zone`, at: OVER });
    expect(next(OVER + HOUR, { arming: ARMING })).toEqual({ what: first, at: OVER + HOUR });
  });

  it('is the end of the soak, and then the next wave', () => {
    const opened = { arming: ARMING, wave: 1, waveOpenedAt: OVER, firstWaveAt: OVER };
    expect(next(OVER + HOUR, opened)).toEqual({
      what: `wave 2 of ${waves.length} opens, up to ${waves[1]} % of the chats; wave 1 soaks since ${isoInstant(OVER)}`,
      at: OVER + soakHours * HOUR,
    });
    expect(next(OVER + HOUR, { ...opened, soakWaived: 1 }).at).toBe(OVER + HOUR);
  });

  it('is an operator, while waves are paused', () => {
    const paused = { ...HOLD, why: 'over the weekend' };
    expect(next(OVER + HOUR, { arming: ARMING, wave: 1, waveOpenedAt: OVER, firstWaveAt: OVER, paused })).toEqual({
      what: 'waves are paused by first-operator: over the weekend; waits to be resumed',
      at: null,
    });
    // Its last wave is open: there is nothing left to pause.
    expect(next(OVER + HOUR, { arming: ARMING, wave: waves.length, firstWaveAt: OVER, paused }).at).not.toBeNull();
  });

  it('is the end of the restore window, the last letter, and then nothing', () => {
    const all = { arming: ARMING, wave: waves.length, waveOpenedAt: OVER, firstWaveAt: OVER, lastFlipAt: OVER };
    expect(next(OVER + HOUR, all)).toEqual({
      what: 'the restore window of what was disabled last closes',
      at: OVER + restoreWindowHours * HOUR,
    });
    const done = doneFrom(PLAN, END, BERLIN);
    expect(next(done - HOUR, all)).toEqual({ what: `done@${END} begins to go out`, at: done });
    expect(next(done, all)).toEqual({ what: 'nothing more: everything has ended', at: null });
  });

  it('is no last letter before anything was done to anybody', () => {
    const armed = { arming: ARMING, wave: waves.length, waveOpenedAt: OVER };
    expect(next(OVER + HOUR, { ...armed, firstWaveAt: null })).toEqual({
      what: 'nothing more: everything has ended',
      at: null,
    });
    expect(next(OVER + HOUR, { ...armed, firstWaveAt: OVER }).what).toContain('done@');
  });

  it('is what a later group is due, where nothing else is left', () => {
    const all = { arming: ARMING, wave: waves.length, waveOpenedAt: OVER, firstWaveAt: OVER };
    const late = addDays(END, 60);
    const now = doneFrom(PLAN, END, LATEST_ZONE);
    expect(next(now, all, { endDates: [END, late] })).toEqual({
      what: `d35@${late} begins to go out`,
      at: localInstant(addDays(late, -35), PLAN.sendHour, BERLIN),
    });
  });
});

describe('when a stage goes out', () => {
  it('is from its first zone to its last', () => {
    const [d35] = stagesOfDate(PLAN, END, ['America/New_York', BERLIN, 'Asia/Tokyo']);
    expect(d35).toEqual({
      stage: 'd35',
      notice: `d35@${END}`,
      from: rung('d35', 'Asia/Tokyo'),
      to: rung('d35', 'America/New_York'),
    });
    expect(isoInstant(d35?.from ?? 0)).toBe('2026-04-14T01:00:00.000Z');
  });

  it('is around the whole earth while nobody is enrolled', () => {
    const at = (zone: string) => (zone === EARLIEST_ZONE ? 1 : zone === LATEST_ZONE ? 2 : parseInstant(END));
    expect(span(at, [])).toEqual({ from: 1, to: 2 });
  });
});

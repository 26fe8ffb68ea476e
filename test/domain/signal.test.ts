import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../functions/domain/member.ts';
import { noticeId } from '../../functions/domain/notice-id.ts';
import {
  CHOICES,
  judgeSignal,
  SIGNAL_REFUSALS,
  type SignalAnswer,
  type SignalQuestion,
  type SignalRefusal,
  SIGNALS,
} from '../../functions/domain/signal.ts';
import {
  addDays,
  DAY,
  HOUR,
  type Instant,
  type LocalDate,
  localDate,
  localInstant,
  nextSunday,
} from '../../functions/domain/time.ts';
import { CLOCK_SKEW } from '../../functions/domain/wave.ts';
import {
  aMember,
  aPlan,
  aProfile,
  badZones,
  BERLIN,
  END,
  endDates,
  endOfDay,
  PLAN,
  wallClock,
  ZONES,
  zones,
} from './examples.ts';

/** The end of the day in Berlin. */
const OVER = endOfDay(END, BERLIN);
/** Until when more time can be asked for. */
const LATEST = OVER - PLAN.guardRails.finalNoticeHours * HOUR;
const LATER = localDate('2026-06-21');

/** Ana in Berlin, ten days before her end date, says that she has saved her chats. */
function aQuestion(changes: Partial<SignalQuestion> = {}): SignalQuestion {
  const now = localInstant(addDays(END, -10), 12, BERLIN);
  const standing = { member: aMember(), profile: aProfile(), endDate: END };
  // Heard of at once, unless a test says otherwise.
  return { plan: PLAN, signal: 'saved', ...standing, at: changes.now ?? now, now, ...changes };
}
const ask = (changes: Partial<SignalQuestion> = {}): SignalAnswer => judgeSignal(aQuestion(changes));
const moreTime = (changes: Partial<SignalQuestion> = {}) => ask({ signal: 'more-time', ...changes });
/** The app has shown the reminder of fourteen days before. */
const seen = (notice: string | undefined, changes: Partial<SignalQuestion> = {}) =>
  ask({ signal: 'seen', notice, ...changes });
const D14 = noticeId('d14', END);
const refused = (reason: SignalRefusal) => ({ kind: 'refuse', reason });
const withFacts = (facts: Partial<Facts>) => ({ member: aMember({ facts }) });
const SEEN = { seen: new Map([[D14, 1]]) };
const MOVING = { member: aMember({ leaving: { notBefore: LATER, since: 0 } }) };
/** A plan in which nobody can ask for more time. */
const NEVER = aPlan({}, { moreTimeDays: 0 });

describe('a signal', () => {
  it.each(['saved', 'stopped'] as const)('%s is taken, and moves nothing', (signal) => {
    expect(ask({ signal })).toEqual({ kind: 'take' });
  });

  it('more-time is taken with the date that the person is given', () => {
    expect(moreTime()).toEqual({ kind: 'take', notBefore: '2026-06-07' });
  });

  it('seen is taken for the notice that it names', () => {
    expect(seen(D14)).toEqual({ kind: 'take' });
  });

  const REFUSED: readonly [reason: SignalRefusal, why: string, question: Partial<SignalQuestion>][] = [
    ...SIGNALS.flatMap((signal): [SignalRefusal, string, Partial<SignalQuestion>][] => [
      ['no-member', `nobody is enrolled by that name (${signal})`, { signal, notice: D14, member: undefined }],
      ['no-member', `the cohort is not known (${signal})`, { signal, notice: D14, endDate: undefined }],
    ]),
    ...CHOICES.map((signal): [SignalRefusal, string, Partial<SignalQuestion>] => [
      'over',
      `the person’s day is over (${signal})`,
      { signal, now: OVER },
    ]),
    ['not-offered', 'the plan gives nobody more time', { signal: 'more-time', plan: NEVER }],
    ['moving', 'a later date is on its way', { signal: 'more-time', ...MOVING }],
    ['too-late', 'the final notice could not come any more', { signal: 'more-time', now: LATEST }],
    ['no-such-notice', 'no notice is named', { signal: 'seen' }],
    ['no-such-notice', 'the plan has no such stage', { signal: 'seen', notice: noticeId('d2', END) }],
    ['no-such-notice', 'it says what was done', { signal: 'seen', notice: noticeId('done', END) }],
    ['no-such-notice', 'it is a correction', { signal: 'seen', notice: noticeId('moved', END) }],
    ['not-due-then', 'it was not due anywhere', { signal: 'seen', notice: D14, at: 0 }],
    ['in-the-future', 'it will be seen in a minute', { signal: 'seen', notice: D14, at: aQuestion().now + 60_000 }],
  ];

  it.each(REFUSED)('is refused as %s where %s', (reason, _why, question) => {
    expect(ask(question)).toEqual(refused(reason));
  });

  it('has a twin for every refusal on the list', () => {
    expect(new Set(REFUSED.map(([reason]) => reason))).toEqual(new Set(SIGNAL_REFUSALS));
  });

  it('is known, whatever it is, once it was said', () => {
    for (const signal of CHOICES) {
      expect(ask({ signal, ...withFacts({ [signal]: 1 }) })).toEqual({ kind: 'known' });
      for (const other of CHOICES.filter((each) => each !== signal))
        expect(ask({ signal, ...withFacts({ [other]: 1 }) })).toMatchObject({ kind: 'take' });
    }
    expect(seen(D14, withFacts(SEEN))).toEqual({ kind: 'known' });
    expect(seen(noticeId('d35', END), withFacts(SEEN))).toEqual({ kind: 'take' });
    expect(seen(D14, withFacts({ delivered: new Map([[D14, 1]]) }))).toEqual({ kind: 'take' });
  });

  it('stays known when it could not be said any more: nobody is told that their choice was too late', () => {
    for (const late of [{ now: OVER }, { now: LATEST }, { plan: NEVER }])
      for (const signal of CHOICES)
        expect(ask({ signal, ...withFacts({ [signal]: 1 }), ...late })).toEqual({ kind: 'known' });
    const moved = {
      member: aMember({ facts: { 'more-time': 1 }, leaving: { notBefore: LATER, since: 0, asked: true } }),
    };
    expect(moreTime(moved)).toEqual({ kind: 'known' });
    expect(seen(D14, { ...withFacts(SEEN), at: aQuestion().now + DAY })).toEqual({ kind: 'known' });
  });

  it('saved or stopped is taken also of who is about to move, and where more time is not offered', () => {
    for (const signal of ['saved', 'stopped'] as const) {
      expect(ask({ signal, ...MOVING })).toEqual({ kind: 'take' });
      expect(ask({ signal, plan: NEVER })).toEqual({ kind: 'take' });
      expect(ask({ signal, now: OVER - 1 })).toEqual({ kind: 'take' });
    }
  });

  it('is an answer and no error, whatever it says and of whomever', () => {
    const odd = fc.record({
      signal: fc.constantFrom(...SIGNALS),
      notice: fc.option(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.tuple(fc.constantFrom('d14', 'd1', '', 'done', 'd14@'), fc.string()).map((parts) => parts.join('@')),
          fc.constantFrom(
            'd14@2026-02-30',
            'd14@2026-05-19@',
            '@2026-05-19',
            'd14@0000-01-01',
            'constructor@2026-05-19',
          ),
        ),
        { nil: undefined },
      ),
      member: fc.constantFrom(undefined, aMember(), aMember({ cohort: 'gone' }), aMember({ timeZone: null })),
      profile: fc.constantFrom(undefined, aProfile(), aProfile({ timeZone: 'Mars/Base' })),
      endDate: fc.constantFrom(undefined, END, LATER),
      at: fc.integer({ min: OVER - 100 * DAY, max: OVER + 100 * DAY }),
      now: fc.integer({ min: OVER - 100 * DAY, max: OVER + 100 * DAY }),
    });
    fc.assert(
      fc.property(odd, (question) => {
        const answer = judgeSignal({ plan: PLAN, ...question });
        if (answer.kind === 'refuse') expect(SIGNAL_REFUSALS).toContain(answer.reason);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the end of choices', () => {
  const somebody = fc.oneof({ weight: 4, arbitrary: zones }, { weight: 1, arbitrary: badZones });

  it('is the end of the day in the later of the zone at enrolment and the zone now, to the instant', () => {
    fc.assert(
      fc.property(endDates, somebody, somebody, fc.constantFrom(...CHOICES), (endDate, then, there, signal) => {
        const who = { member: aMember({ timeZone: then }), profile: aProfile({ timeZone: there }), endDate, signal };
        const end = Math.max(endOfDay(endDate, then), endOfDay(endDate, there));
        expect(ask({ ...who, now: end })).toEqual(refused('over'));
        const before = ask({ ...who, now: end - 1 });
        expect(before).toEqual(signal === 'more-time' ? refused('too-late') : { kind: 'take' });
      }),
    );
  });

  it('is that of the zone at enrolment where the platform does not know the person any more', () => {
    expect(ask({ profile: undefined, now: OVER - 1 })).toEqual({ kind: 'take' });
    expect(ask({ profile: undefined, now: OVER })).toEqual(refused('over'));
  });

  it('is not before a later date that the person was told is over (promise 2)', () => {
    const member = aMember({ told: { endDate: LATER } });
    expect(ask({ member, now: endOfDay(LATER, BERLIN) - 1 })).toEqual({ kind: 'take' });
    expect(ask({ member, now: endOfDay(LATER, BERLIN) })).toEqual(refused('over'));
  });

  it('does not come to `seen`: what was shown in time may be heard of late', () => {
    expect(seen(noticeId('d1', END), { at: OVER - 30 * HOUR, now: OVER + 3 * DAY })).toEqual({ kind: 'take' });
  });
});

describe('more time', () => {
  it('can be asked for until the final notice would come too late, to the instant', () => {
    expect(moreTime({ now: LATEST - 1 })).toMatchObject({ kind: 'take' });
    expect(moreTime({ now: LATEST })).toEqual(refused('too-late'));
    expect(moreTime({ now: OVER - 1 })).toEqual(refused('too-late'));
    expect(moreTime({ now: OVER })).toEqual(refused('over'));
  });

  it('said in time counts although it is heard of later, while the day is not over', () => {
    expect(moreTime({ at: LATEST - 1, now: LATEST + HOUR })).toMatchObject({ kind: 'take' });
    expect(moreTime({ at: LATEST, now: LATEST + HOUR })).toEqual(refused('too-late'));
    expect(moreTime({ at: LATEST - 1, now: OVER })).toEqual(refused('over'));
  });

  it('goes on from the latest date that the person was told', () => {
    const member = aMember({ told: { endDate: LATER } });
    expect(moreTime({ member })).toEqual({
      kind: 'take',
      notBefore: nextSunday(addDays(LATER, PLAN.guardRails.moreTimeDays)),
    });
  });

  it('ends by the plan’s own number of hours before the later zone’s end', () => {
    const rails = fc.integer({ min: 1, max: 240 });
    fc.assert(
      fc.property(endDates, zones, zones, rails, (endDate, then, there, finalNoticeHours) => {
        const plan = aPlan({}, { finalNoticeHours });
        const who = { member: aMember({ timeZone: then }), profile: aProfile({ timeZone: there }), endDate, plan };
        const latest = Math.max(endOfDay(endDate, then), endOfDay(endDate, there)) - finalNoticeHours * HOUR;
        expect(moreTime({ ...who, now: latest - 1 })).toMatchObject({ kind: 'take' });
        expect(moreTime({ ...who, now: latest })).toEqual(refused('too-late'));
      }),
    );
  });

  it('is offered to nobody where the plan gives no days, and to everybody from one day on', () => {
    for (const now of [LATEST - 40 * DAY, LATEST - 1])
      expect(moreTime({ plan: NEVER, now })).toEqual(refused('not-offered'));
    expect(moreTime({ plan: aPlan({}, { moreTimeDays: 1 }) })).toEqual({ kind: 'take', notBefore: '2026-05-24' });
  });

  it('is not given to who is moving: a later date is on its way to them', () => {
    expect(moreTime(MOVING)).toEqual(refused('moving'));
  });

  it('is given once, also to who was moved since: the second end date stays', () => {
    const moved = { ...withFacts({ 'more-time': 1 }), endDate: localDate('2026-06-07') };
    expect(moreTime(moved)).toEqual({ kind: 'known' });
  });

  it('is given to who was moved for want of proof: they have not asked', () => {
    expect(moreTime({ member: aMember({ moves: 2 }), endDate: LATER })).toEqual({
      kind: 'take',
      notBefore: '2026-07-05',
    });
  });

  it('ends on the Sunday itself where the days lead to one', () => {
    expect(wallClock(localInstant(localDate('2026-05-17'), 12, 'UTC'), 'UTC').weekday).toBe(7);
    expect(moreTime({ endDate: localDate('2026-05-17') })).toEqual({ kind: 'take', notBefore: '2026-05-31' });
    expect(moreTime({ endDate: localDate('2026-05-18') })).toEqual({ kind: 'take', notBefore: '2026-06-07' });
  });

  /** What every date that is given must be; as a check, so that it can be shown to fail. */
  function wrongWith(given: LocalDate | undefined, endDate: LocalDate, days: number): string[] {
    if (given === undefined) return ['none'];
    const weekday = wallClock(localInstant(given, 12, 'UTC'), 'UTC').weekday;
    return [
      ...(given < endDate ? ['earlier than the present one'] : []),
      ...(given < addDays(endDate, days) ? ['too few days'] : []),
      ...(given > addDays(endDate, days + 6) ? ['a week too late'] : []),
      ...(weekday === 7 ? [] : ['no Sunday']),
    ];
  }

  it('is never earlier than the present end date, and a Sunday at least the plan’s days after it', () => {
    const days = fc.integer({ min: 1, max: 60 });
    let taken = 0;
    fc.assert(
      fc.property(
        endDates,
        zones,
        days,
        fc.integer({ min: -60 * DAY, max: DAY }),
        (endDate, zone, moreTimeDays, offset) => {
          const who = { member: aMember({ timeZone: zone }), profile: aProfile({ timeZone: zone }), endDate };
          const now: Instant = endOfDay(endDate, zone) + offset;
          const answer = moreTime({ ...who, plan: aPlan({}, { moreTimeDays }), now });
          if (answer.kind !== 'take') return;
          taken += 1;
          expect(wrongWith(answer.notBefore, endDate, moreTimeDays)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('would be seen to be wrong', () => {
    expect(wrongWith(addDays(END, -2), END, 14)).toEqual(['earlier than the present one', 'too few days']);
    expect(wrongWith(localDate('2026-05-31'), END, 14)).toEqual(['too few days']);
    expect(wrongWith(localDate('2026-06-02'), END, 14)).toEqual(['no Sunday']);
    expect(wrongWith(localDate('2026-06-14'), END, 14)).toEqual(['a week too late']);
    expect(wrongWith(undefined, END, 14)).toEqual(['none']);
  });
});

describe('a notice that the app has shown', () => {
  it.each(PLAN.stages.map(({ name, days }) => [name, days] as const))(
    '%s counts from the first instant on at which it is %i days before the end date anywhere',
    (stage, days) => {
      const due = Math.min(...ZONES.map((zone) => localInstant(addDays(END, -days), 0, zone)));
      const now = OVER;
      expect(seen(noticeId(stage, END), { at: due, now })).toEqual({ kind: 'take' });
      expect(seen(noticeId(stage, END), { at: due - 1, now })).toEqual(refused('not-due-then'));
    },
  );

  it('is not due by the clock of who heard of it, but of who saw it', () => {
    const due = localInstant(addDays(END, -14), 0, 'Pacific/Kiritimati');
    expect(seen(D14, { at: due - 1, now: OVER })).toEqual(refused('not-due-then'));
    // The platform's clock may be ahead of ours.
    expect(seen(D14, { at: due, now: due - CLOCK_SKEW })).toEqual({ kind: 'take' });
  });

  it('may be dated ahead by what two clocks differ by, and not by more', () => {
    const { now } = aQuestion();
    expect(seen(D14, { now, at: now + CLOCK_SKEW })).toEqual({ kind: 'take' });
    expect(seen(D14, { now, at: now + CLOCK_SKEW + 1 })).toEqual(refused('in-the-future'));
  });

  it.each([
    ['a day before the plan’s', addDays(END, -1)],
    ['a day after the person’s', addDays(END, 1)],
    ['of another cohort', localDate('2026-05-08')],
  ])('counts for nothing where its date is %s', (_, date) => {
    expect(seen(noticeId('d14', date), { now: OVER })).toEqual(refused('no-such-notice'));
  });

  it('counts about the old date and about the new one of who was moved, and about none beside them', () => {
    const moved = { member: aMember({ group: `eea~${BERLIN}~${LATER}` }), endDate: LATER };
    const now = endOfDay(LATER, BERLIN);
    expect(seen(D14, { ...moved, at: OVER, now })).toEqual({ kind: 'take' });
    expect(seen(noticeId('d14', LATER), { ...moved, at: now, now })).toEqual({ kind: 'take' });
    expect(seen(noticeId('d14', addDays(LATER, 1)), { ...moved, at: now, now })).toEqual(refused('no-such-notice'));
    expect(seen(noticeId('d14', addDays(END, -1)), { ...moved, at: now, now })).toEqual(refused('no-such-notice'));
  });

  it.each([
    '',
    'd14',
    '@2026-05-19',
    'd14@',
    'd14@2026-02-30',
    // As text it lies between the plan’s date and the person’s.
    'd14@2026-05-32',
    'd14@2026-05-19@2026-05-19',
    'd14@19.5.2026',
    ' d14@2026-05-19',
  ])('is none by the name of “%s”', (notice) => {
    for (const endDate of [END, LATER]) expect(seen(notice, { endDate })).toEqual(refused('no-such-notice'));
  });

  it('is none for who is in a cohort that the plan does not have', () => {
    expect(seen(D14, { member: aMember({ cohort: 'gone' }) })).toEqual(refused('no-such-notice'));
  });

  it('is taken of who has saved, stopped, moves or asked for time: it says nothing of what they want', () => {
    for (const changes of [withFacts({ saved: 1 }), withFacts({ stopped: 1 }), withFacts({ 'more-time': 1 }), MOVING])
      expect(seen(D14, changes)).toEqual({ kind: 'take' });
  });

  it('is never taken before its day, nor from the future, nor about a foreign date: it would be a proof (promise 5)', () => {
    const stage = fc.constantFrom(...PLAN.stages);
    const offset = fc.integer({ min: -60 * DAY, max: 60 * DAY });
    let taken = 0;
    fc.assert(
      fc.property(stage, fc.integer({ min: -3, max: 40 }), offset, offset, ({ name, days }, late, at, now) => {
        const date = addDays(END, late);
        const question = { member: aMember(), endDate: LATER, at: OVER + at, now: OVER + now };
        if (seen(noticeId(name, date), question).kind !== 'take') return;
        taken += 1;
        expect(question.at).toBeLessThanOrEqual(question.now + CLOCK_SKEW);
        expect(wallClock(question.at, 'Etc/GMT-14').date >= addDays(date, -days)).toBe(true);
        expect(date >= END && date <= LATER).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

describe('a notice about a date that came forward', () => {
  it('was seen, as of the date that the person has now', () => {
    const planned = PLAN.cohorts.find(({ id }) => id === 'eea')?.endDate as LocalDate;
    const endDate = addDays(planned, -2);
    const of = (date: LocalDate) => seen(noticeId('d14', date), { endDate });
    expect(of(endDate)).toEqual({ kind: 'take' });
    expect(of(addDays(endDate, -1))).toEqual(refused('no-such-notice'));
    expect(of(addDays(endDate, 1))).toEqual(refused('no-such-notice'));
  });
});

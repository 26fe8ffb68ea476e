import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earliestOpen, explainAuthority, explainParticipants } from '../../functions/domain/explain.ts';
import { ownerOf } from '../../functions/domain/wave.ts';
import {
  askGate,
  BLOCK_REASONS,
  type BlockReason,
  type Chat,
  type GateQuestion,
  type Participant,
} from '../../functions/domain/gate.ts';
import type { Member } from '../../functions/domain/member.ts';
import { addDays, DAY, endInstant, HOUR, type Instant, isoInstant } from '../../functions/domain/time.ts';
import { type CohortState, isInWave, newCohort, PERMIT } from '../../functions/domain/wave.ts';
import { aMember, aPlan, aProfile, BERLIN, END, PLAN } from './examples.ts';

const RAILS = PLAN.guardRails;
const OVER = endInstant(END, BERLIN);
const D35 = `d35@${END}`;
const D1 = `d1@${END}`;
const FIRST = OVER - 35 * DAY;
const LATEST = OVER - 38 * HOUR;
const told = (...at: Instant[]) => ({ delivered: new Map(at.map((each, n) => [n === 0 ? D35 : D1, each])) });
const INFORMED = { facts: told(FIRST, LATEST) };
const CHAT: Chat = {
  chatId: 'chat-1',
  participants: ['ana'],
  encrypted: true,
  version: 1,
  encryptedSince: 'x',
  mark: null,
};
const MARK = {
  intent: 'intent-1',
  arming: 'eea@1',
  cohort: 'eea',
  at: OVER,
  prior: { encrypted: true, encryptedSince: 'x', version: 1 },
} as const;

type Someone = Parameters<typeof aMember>[0];
const somebody = (changes: Someone = INFORMED, more: Partial<Participant> = {}): Participant => {
  const member: Member = aMember(changes);
  return { userId: member.userId, member, profile: aProfile(), endDate: END, ...more };
};
const asked = (participants: readonly Participant[], more: Partial<GateQuestion> = {}): GateQuestion => ({
  rails: RAILS,
  chat: CHAT,
  participants,
  arming: 'eea@1',
  now: OVER,
  ...more,
});

/** For each reason a question whose answer it is, when time alone changes it, and what is said. */
const CASES: Readonly<Record<Exclude<BlockReason, 'no-participants'>, [GateQuestion, Instant | null, string]>> = {
  'not-encrypted': [
    asked([somebody()], { chat: { ...CHAT, encrypted: false } }),
    null,
    'the chat is not encrypted: there is nothing to disable',
  ],
  'not-enrolled': [
    asked([somebody(INFORMED, { member: undefined })]),
    OVER,
    'this person is not enrolled yet: the next sweep does it',
  ],
  'not-due': [asked([somebody()], { now: OVER - HOUR }), OVER, `their last day is not over until ${isoInstant(OVER)}`],
  leaving: [
    asked([somebody({ ...INFORMED, leaving: { notBefore: addDays(END, 14), since: OVER - HOUR / 2 } })]),
    OVER + HOUR / 2,
    'this person is being moved to a later end date',
  ],
  'joined-after-closing': [
    asked([somebody({ ...INFORMED, joinedLate: new Set(['chat-1']) })]),
    null,
    'this person was first seen in the chat after the platform had closed new encryption: they leave it, or are waived',
  ],
  restored: [
    asked([somebody()], { chat: { ...CHAT, mark: { ...MARK, restoredAt: OVER } } }),
    null,
    'the chat was restored: it stays as it is until its cohort is armed anew',
  ],
  'encrypted-again': [
    asked([somebody()], { chat: { ...CHAT, mark: MARK } }),
    null,
    'the chat was disabled once and encrypted again by the platform: it stays as it is until its cohort is armed anew',
  ],
  exempt: [
    asked([somebody({ ...INFORMED, exempt: true })]),
    null,
    'this person is exempt: their chats stay until the exemption is ended',
  ],
  'no-address': [
    asked([somebody({ facts: told(FIRST) }, { profile: aProfile({ email: null }) })]),
    null,
    'this person has no address and fewer than 2 notices are known to have reached them: the app shows them, or they are waived',
  ],
  unreachable: [
    asked([somebody({ facts: { ...told(FIRST), unreachable: FIRST } })]),
    null,
    'mail does not reach this person and fewer than 2 notices are known to have: the app shows them, or they are waived',
  ],
  complained: [
    asked([somebody({ facts: { ...told(FIRST), complained: FIRST } })]),
    null,
    'this person has called our mail spam and fewer than 2 notices are known to have reached them: the app shows them, or they are waived',
  ],
  unproven: [asked([somebody({})]), null, 'no notice is known to have reached this person'],
  'too-few-notices': [
    asked([somebody({ facts: told(FIRST) })]),
    null,
    'fewer than 2 notices are known to have reached this person',
  ],
  'notice-too-short': [
    asked([somebody({ facts: told(OVER - 20 * DAY, LATEST) })]),
    OVER + 10 * DAY,
    `their first notice reached them less than 30 days ago: the gate is shut until ${isoInstant(OVER + 10 * DAY)}`,
  ],
  'final-notice-too-recent': [
    asked([somebody({ facts: told(FIRST, OVER - HOUR) })]),
    OVER + 23 * HOUR,
    `their latest notice reached them less than 24 hours ago: the gate is shut until ${isoInstant(OVER + 23 * HOUR)}`,
  ],
  'final-notice-too-old': [
    asked([somebody({ facts: told(FIRST, OVER - 20 * DAY) })]),
    null,
    'their latest notice reached them more than 10 days before their last day',
  ],
};

describe('why a chat is not disabled', () => {
  it.each(Object.entries(CASES))('%s: says so, and when time changes it', (reason, [question, earliest, sentence]) => {
    const [explained] = explainParticipants(question);
    expect(explained?.answer).toMatchObject({ open: false, reason });
    expect(explained).toMatchObject({ userId: 'ana', earliest, sentence });
    expect(sentence).not.toContain('ana');
    expect(earliestOpen(question)).toBe(earliest);
  });

  it('has a case here for every reason of the gate', () => {
    expect([...Object.keys(CASES), 'no-participants'].sort()).toEqual(Object.keys(BLOCK_REASONS).sort());
  });

  it('has nobody to be explained where nobody takes part', () => {
    expect(explainParticipants(asked([]))).toEqual([]);
    expect(earliestOpen(asked([]))).toBe(OVER);
  });

  it('is said of an open gate too', () => {
    const [explained] = explainParticipants(asked([somebody()]));
    expect(explained).toEqual({
      userId: 'ana',
      cohort: 'eea',
      endInstant: OVER,
      answer: { open: true },
      earliest: OVER,
      sentence: 'the gate is open for this person',
    });
  });

  it('says before the end what would be said at it', () => {
    const question = asked([somebody({ facts: told(FIRST) })], { now: OVER - DAY });
    expect(explainParticipants(question)[0]?.sentence).toBe(
      `their last day is not over until ${isoInstant(OVER)}; as things stand it then says: fewer than 2 notices are known to have reached this person`,
    );
  });

  it('reckons, before the end, with the mail that is still to come', () => {
    const at = (now: Instant, facts: Parameters<typeof told>) =>
      earliestOpen(asked([somebody({ facts: told(...facts) })], { now }));
    // A first notice now would count in thirty days, a last one in a day.
    expect(at(OVER - 2 * DAY, [])).toBe(OVER + 28 * DAY);
    expect(at(OVER - 34 * DAY, [])).toBe(OVER);
    expect(at(OVER - HOUR, [FIRST])).toBe(OVER + 23 * HOUR);
    expect(at(OVER - 3 * DAY, [FIRST])).toBe(OVER);
  });

  it('of several participants waits for the last, and for ever where one waits for people', () => {
    const late = somebody({ userId: 'ben', facts: told(OVER - 20 * DAY, LATEST) });
    expect(earliestOpen(asked([somebody(), late]))).toBe(OVER + 10 * DAY);
    expect(earliestOpen(asked([somebody({ ...INFORMED, exempt: true }), late]))).toBeNull();
    const each = explainParticipants(asked([somebody(), late]));
    expect(each.map(({ userId, answer }) => [userId, answer.open])).toEqual([
      ['ana', true],
      ['ben', false],
    ]);
  });

  it('of several who lack a notice waits for the one whose notice takes longest, in whichever order they are', () => {
    const tooFew = somebody({ userId: 'ana', facts: told(FIRST) });
    const unproven = somebody({ userId: 'bo', facts: {} });
    const now = OVER - 2 * DAY;
    const longest = now + RAILS.minimumNoticeDays * DAY;
    expect(earliestOpen(asked([tooFew, unproven], { now }))).toBe(longest);
    expect(earliestOpen(asked([unproven, tooFew], { now }))).toBe(longest);
  });

  it('never promises an instant before which the gate opens', () => {
    const instants = fc.integer({ min: -45 * 24, max: 3 * 24 }).map((hours) => OVER + hours * HOUR);
    const people = fc.array(
      fc.record({
        delivered: fc.array(instants, { maxLength: 2 }),
        exempt: fc.boolean(),
        waived: fc.boolean(),
        zone: fc.constantFrom(BERLIN, 'Asia/Tokyo', null),
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(people, instants, (some, now) => {
        const participants = some.map(({ delivered, exempt, waived, zone }, n) =>
          somebody({
            userId: `person-${n}`,
            timeZone: zone,
            exempt,
            // Nothing has reached anybody that is not over yet.
            facts: { ...told(...delivered.filter((at) => at <= now)), ...(waived ? { waived: now } : {}) },
          }),
        );
        const question = asked(participants, { now });
        const earliest = earliestOpen(question);
        const opens = (at: Instant) => askGate({ ...question, now: at }).open;
        if (earliest === null) for (let days = 0; days < 90; days++) expect(opens(now + days * DAY)).toBe(false);
        else {
          expect(earliest).toBeGreaterThanOrEqual(now);
          if (earliest > now) expect([opens(now), opens(earliest - 1)]).toEqual([false, false]);
          else expect(opens(now)).toBe(true);
        }
      }),
    );
  });
});

describe('whose chat it is', () => {
  it('is the cohort of whoever ends last', () => {
    const later = somebody({ userId: 'ben', cohort: 'others' }, { endDate: addDays(END, 7) });
    expect(ownerOf([somebody(), later])).toBe('others');
    expect(ownerOf([somebody(INFORMED, { member: undefined })])).toBeUndefined();
  });
});

describe('what keeps a chat back besides the gate', () => {
  const WAVES = RAILS.waves;
  const chatIn = (wave: number) => {
    for (let n = 0; ; n++) {
      const id = `chat-${n}`;
      if (isInWave(PLAN, wave, id) && (wave === 1 || !isInWave(PLAN, wave - 1, id))) return id;
    }
  };
  const [EARLY, LATE] = [chatIn(1), chatIn(WAVES.length)];
  const ARMING = { id: 'eea@1', headCount: 10, at: OVER, by: ['first-operator', 'second-operator'] };
  const HOLD = { who: 'second-operator', why: 'too many bounces', since: OVER };
  const OPEN: CohortState = {
    ...newCohort({ id: 'eea', endDate: END }),
    arming: ARMING,
    wave: 1,
    waveOpenedAt: OVER + DAY,
    permitUntil: OVER + 2 * DAY + PERMIT,
  };
  const keeps = (cohort: Partial<CohortState>, chatId = EARLY, others: readonly CohortState[] = [], active = true) => {
    const owner = { ...OPEN, ...cohort };
    const now = OVER + 2 * DAY;
    return explainAuthority({ plan: PLAN, active, chatId, owner, cohorts: [owner, ...others], now });
  };

  const explained = (plan: typeof PLAN, cohort: Partial<CohortState>) => {
    const owner = { ...OPEN, ...cohort };
    return explainAuthority({ plan, active: true, chatId: LATE, owner, cohorts: [owner], now: OVER + 2 * DAY });
  };

  it('is nothing where everything is open', () => expect(keeps({})).toEqual([]));

  it.each([
    [
      'a hold',
      { hold: HOLD },
      'cohort eea is held by second-operator since 2026-05-19T22:00:00.000Z: too many bounces',
    ],
    ['no arming', { arming: null }, 'cohort eea is not armed'],
    ['the head-count', { disabled: 99 }, 'cohort eea was armed for 10 chats, and 99 are disabled'],
    ['the head-count, to the chat', { disabled: 10 }, 'cohort eea was armed for 10 chats, and 10 are disabled'],
    ['no permit', { permitUntil: 0 }, 'cohort eea has no permit at this moment: tick renews it while there is work'],
    [
      'no wave',
      { wave: 0, waveOpenedAt: null },
      `no wave of cohort eea has opened; the chat is in wave 1 of ${WAVES.length}, which opens at 2026-05-21T22:00:00.000Z`,
    ],
  ] as const)('%s', (_, cohort, sentence) => {
    expect(keeps(cohort)).toEqual([sentence]);
  });

  it('its share of the chats, until its wave opens after the soak', () => {
    expect(keeps({}, LATE)[0]).toContain(`wave 1 of cohort eea holds ${WAVES[0]} % of its chats; this one is in wave `);
    expect(keeps({ wave: WAVES.length }, LATE)).toEqual([]);
  });

  it('a wave whose instant nobody knows: behind the next one, or of a cohort that is not armed', () => {
    const plan = aPlan({}, { waves: [0.5, 1, 100] });
    const [, , last] = explained(plan, { wave: 0, waveOpenedAt: null, arming: null });
    expect(last).toBeUndefined();
    expect(explained(plan, { wave: 0, waveOpenedAt: null })).toEqual([
      'no wave of cohort eea has opened; the chat is in wave 3 of 3',
    ]);
    expect(explained(plan, { wave: 2 })[0]).toContain('this one is in wave 3 of 3, which opens at ');
    expect(explained(plan, { wave: 2, arming: null })).toEqual([
      'cohort eea is not armed',
      'wave 2 of cohort eea holds 1 % of its chats; this one is in wave 3 of 3',
    ]);
  });

  it('a pause, but only of a chat whose wave has not opened', () => {
    expect(keeps({ paused: HOLD })).toEqual([]);
    expect(keeps({ paused: HOLD }, LATE)[1]).toBe(
      'waves of cohort eea are paused by second-operator since 2026-05-19T22:00:00.000Z: too many bounces',
    );
  });

  it('a hold on the cohort of anybody who takes part', () => {
    const other = { ...newCohort({ id: 'others', endDate: END }), hold: HOLD };
    expect(keeps({}, EARLY, [other])).toEqual([
      'cohort others is held by second-operator since 2026-05-19T22:00:00.000Z: too many bounces',
    ]);
  });

  it('a plan that is not active, and belonging to nobody', () => {
    expect(keeps({}, EARLY, [], false)).toEqual(['the plan is not active']);
    const nobody = { plan: PLAN, active: true, chatId: EARLY, owner: undefined, cohorts: [], now: OVER };
    expect(explainAuthority(nobody)).toEqual(['the chat belongs to no cohort']);
  });
});

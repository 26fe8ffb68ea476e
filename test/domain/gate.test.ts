import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askGate,
  BLOCK_REASONS,
  type BlockReason,
  type Chat,
  endInstantOf,
  type GateQuestion,
  isFinal,
  isOfArming,
  type Mark,
  MOST_MOVES,
  needsMoreTime,
  type Participant,
  proofsOf,
} from '../../functions/domain/gate.ts';
import type { Facts } from '../../functions/domain/member.ts';
import { wavesStart } from '../../functions/domain/notice.ts';
import { noticeId } from '../../functions/domain/notice-id.ts';
import { addDays, DAY, HOUR, type Instant, localInstant } from '../../functions/domain/time.ts';
import { aMember, aProfile, badZones, BERLIN, END, endDates, endOfDay, NO_FACTS, PLAN, zones } from './examples.ts';

const RAILS = PLAN.guardRails;
const at = (days: number, hour = 10): Instant => localInstant(addDays(END, days), hour, BERLIN);
const delivered = (entries: readonly (readonly [stage: string, at: Instant])[]): Facts => {
  const map = new Map(entries.map(([stage, when]) => [noticeId(stage, END), when]));
  return { ...NO_FACTS, delivered: map, heard: new Set(map.keys()) };
};
/** The ladder as it goes where nothing goes wrong. */
const INFORMED = delivered([
  ['d35', at(-35)],
  ['d14', at(-14)],
  ['d7', at(-7)],
  ['d1', at(-1)],
]);
const aChat = (changes: Partial<Chat> = {}): Chat => ({
  chatId: 'chat-1',
  participants: ['ana', 'bo'],
  encrypted: true,
  version: 1,
  encryptedSince: '2025-01-01',
  mark: null,
  ...changes,
});
const aMark = (changes: Partial<Mark> = {}): Mark => ({
  intent: 'intent-1',
  arming: 'arming-1',
  cohort: 'eea',
  at: 1,
  prior: { encrypted: true, encryptedSince: null, version: 1 },
  ...changes,
});
const told = { notices: [...INFORMED.delivered.keys()], lastDay: addDays(END, -1), endDate: END };
const informed = (changes: Parameters<typeof aMember>[0] = {}) =>
  aMember({ told, ...changes, facts: { ...INFORMED, ...changes.facts } });
const aParticipant = (userId: string, changes: Partial<Participant> = {}): Participant => ({
  userId,
  member: informed({ userId }),
  profile: aProfile({ userId }),
  endDate: END,
  ...changes,
});
/** Two people in Berlin who have had the whole ladder, asked when the end date is over everywhere. */
const aQuestion = (changes: Partial<GateQuestion> = {}): GateQuestion => ({
  rails: RAILS,
  chat: aChat(),
  participants: [aParticipant('ana'), aParticipant('bo')],
  arming: 'arming-1',
  now: wavesStart(END),
  ...changes,
});
/** The second of two people otherwise; the first stays as they are. */
const bo = (changes: Partial<Participant>): Partial<GateQuestion> => ({
  participants: [aParticipant('ana'), aParticipant('bo', changes)],
});
const boMember = (changes: Parameters<typeof aMember>[0]) => bo({ member: informed({ userId: 'bo', ...changes }) });
/** Who has had too little; a fact about them says why. */
const boUnproven = (facts: Partial<Facts> = {}) => boMember({ facts: { ...NO_FACTS, ...facts } });

const TWINS: readonly [reason: BlockReason, why: string, change: Partial<GateQuestion>][] = [
  ['not-encrypted', 'the chat is not encrypted', { chat: aChat({ encrypted: false }) }],
  ['encrypted-again', 'it was disabled under this arming', { chat: aChat({ mark: aMark() }) }],
  ['restored', 'it was restored under this arming', { chat: aChat({ mark: aMark({ restoredAt: 2 }) }) }],
  ['not-enrolled', 'a participant is no member', bo({ member: undefined })],
  ['not-enrolled', 'a participant’s cohort is not known', bo({ endDate: undefined })],
  ['no-participants', 'everybody has left', { participants: [] }],
  ['not-due', 'a participant’s day is not over', bo({ endDate: addDays(END, 1) })],
  ['not-due', 'a participant was told a later date (promise 2)', boMember({ told: { endDate: addDays(END, 7) } })],
  ['not-due', 'an instant is missing', { now: endOfDay(END, BERLIN) - 1 }],
  ['not-due', 'a zone at enrolment is unknown', { ...boMember({ timeZone: null }), now: wavesStart(END) - 1 }],
  [
    'not-due',
    'a participant has moved to Honolulu since',
    {
      ...bo({ profile: aProfile({ userId: 'bo', timeZone: 'Pacific/Honolulu' }) }),
      now: endOfDay(END, 'Pacific/Honolulu') - 1,
    },
  ],
  ['exempt', 'a participant is exempt', boMember({ exempt: true })],
  [
    'leaving',
    'a participant is about to get more time',
    boMember({ leaving: { notBefore: addDays(END, 7), since: 0 } }),
  ],
  ['joined-after-closing', 'a participant joined late', boMember({ joinedLate: new Set(['chat-1']) })],
  ['joined-after-closing', 'a participant joined too many late', boMember({ lateEverywhere: true })],
  ['unproven', 'nothing is known to have reached a participant', boUnproven()],
  ['too-few-notices', 'one notice reached them', boMember({ facts: delivered([['d35', at(-35)]]) })],
  ['unreachable', 'their mail bounced', boUnproven({ unreachable: 1 })],
  ['complained', 'they complained', boUnproven({ complained: 1 })],
  [
    'no-address',
    'the platform has no address',
    {
      participants: [
        aParticipant('ana'),
        aParticipant('bo', { member: aMember(), profile: aProfile({ email: null }) }),
      ],
    },
  ],
  [
    'no-address',
    'the address that the platform has is none',
    bo({
      member: informed({ userId: 'bo', facts: NO_FACTS }),
      profile: aProfile({ userId: 'bo', email: 'bo@example.com,' }),
    }),
  ],
  [
    'notice-too-short',
    'the first notice came late',
    boMember({
      facts: delivered([
        ['d14', at(-14)],
        ['d1', at(-1)],
      ]),
    }),
  ],
  [
    'final-notice-too-recent',
    'the last notice came a day ago',
    boMember({
      facts: delivered([
        ['d35', at(-35)],
        ['d1', wavesStart(END) - DAY + 1],
      ]),
    }),
  ],
  [
    'final-notice-too-old',
    'the last notice came eleven days before',
    boMember({
      facts: delivered([
        ['d35', at(-35)],
        ['d14', at(-11, 23)],
      ]),
    }),
  ],
];

describe('the gate', () => {
  it('opens where everybody was told in time and the day is over for all', () => {
    expect(askGate(aQuestion())).toEqual({ open: true });
  });

  it.each(TWINS)('answers %s where %s', (reason, _why, change) => {
    expect(askGate(aQuestion(change))).toMatchObject({ open: false, reason });
  });

  it('has a twin for every reason on its list', () => {
    expect(new Set(TWINS.map(([reason]) => reason))).toEqual(new Set(Object.keys(BLOCK_REASONS)));
  });

  it('names the person it is about', () => {
    for (const [reason, , change] of TWINS) {
      if (['not-encrypted', 'encrypted-again', 'restored', 'no-participants', 'not-due'].includes(reason)) continue;
      expect(askGate(aQuestion(change))).toMatchObject({ userId: 'bo' });
    }
  });

  it('opens for a chat that was disabled or restored under an earlier arming (promise 13)', () => {
    for (const mark of [aMark({ arming: 'arming-0' }), aMark({ arming: 'arming-0', restoredAt: 2 })]) {
      expect(askGate(aQuestion({ chat: aChat({ mark }), armedAt: 3 }))).toEqual({ open: true });
    }
  });

  it.each([
    ['armed before the restore, under another arming', 1],
    ['armed at its very instant', 2],
    ['not armed any more', null],
  ])('stays shut for a chat that was restored while its cohort was %s (promise 13)', (_, armedAt) => {
    const mark = aMark({ arming: 'arming-0', restoredAt: 2 });
    const arming = armedAt === null ? null : 'arming-1';
    expect(askGate(aQuestion({ chat: aChat({ mark }), arming, armedAt }))).toEqual({ open: false, reason: 'restored' });
  });

  it('opens for who joined another chat late', () => {
    expect(askGate(aQuestion(boMember({ joinedLate: new Set(['chat-2']) })))).toEqual({ open: true });
  });

  it('opens for who stopped reminders, saved, bounced or complained after they were told in time', () => {
    for (const fact of ['stopped', 'saved', 'unreachable', 'complained']) {
      expect(askGate(aQuestion(boMember({ facts: { ...INFORMED, [fact]: 1 } })))).toEqual({ open: true });
    }
  });

  it('takes a seen signal for a delivery (promise 3)', () => {
    const seen = new Map(INFORMED.delivered);
    expect(askGate(aQuestion(boMember({ facts: { ...NO_FACTS, seen } })))).toEqual({ open: true });
  });

  it('never takes what SES accepted for delivered (promise 5)', () => {
    const heard = new Set(INFORMED.delivered.keys());
    expect(askGate(aQuestion(boUnproven({ heard })))).toMatchObject({ reason: 'unproven' });
  });

  it('tells a reason that people must act on before one that time will change', () => {
    const leaving = { leaving: { notBefore: addDays(END, 7), since: 0 } };
    const participants = [
      aParticipant('ana', { member: informed(leaving) }),
      aParticipant('bo', { member: informed({ exempt: true }) }),
    ];
    for (const order of [participants, participants.toReversed()]) {
      expect(askGate(aQuestion({ participants: order }))).toMatchObject({ reason: 'exempt', userId: 'bo' });
    }
  });

  it('stays shut for a chat of which no participant is known', () => {
    expect(askGate(aQuestion({ participants: [], now: 0 })).open).toBe(false);
  });
});

describe('a block', () => {
  it('names an instant only where time alone may change it', () => {
    expect(askGate(aQuestion(boMember({ exempt: true })))).toStrictEqual({
      open: false,
      reason: 'exempt',
      userId: 'bo',
    });
    const leaving = boMember({ leaving: { notBefore: addDays(END, 7), since: at(0) } });
    expect(askGate(aQuestion(leaving))).toMatchObject({ reason: 'leaving', earliest: at(0) + HOUR });
  });

  it('is for want of proof, not of an address, where nobody has read the profile', () => {
    const unread = bo({ member: informed({ userId: 'bo', facts: NO_FACTS }), profile: undefined });
    expect(askGate(aQuestion(unread))).toMatchObject({ reason: 'unproven', userId: 'bo' });
  });

  it('is told as restored under the arming that disabled the chat, though the clocks of two functions differ', () => {
    const question = aQuestion({ chat: aChat({ mark: aMark({ restoredAt: 99 }) }), armedAt: 100 });
    expect(askGate(question)).toMatchObject({ reason: 'restored' });
    expect(askGate({ ...question, arming: 'arming-2' })).toEqual({ open: true });
  });

  it.each(Object.keys(BLOCK_REASONS) as BlockReason[])('for %s ends with a new arming, or does not', (reason) => {
    expect(isOfArming(reason)).toBe(['restored', 'encrypted-again'].includes(reason));
  });
});

describe('a waiver', () => {
  it('lifts notice and time for its person (promise 3)', () => {
    for (const [reason, , change] of TWINS) {
      const lifted = [
        'joined-after-closing',
        'unproven',
        'too-few-notices',
        'unreachable',
        'complained',
        'no-address',
        'notice-too-short',
        'final-notice-too-recent',
        'final-notice-too-old',
      ];
      const question = aQuestion(change);
      const participants = question.participants.map((each) => {
        if (each.userId !== 'bo' || each.member === undefined) return each;
        return { ...each, member: { ...each.member, facts: { ...each.member.facts, waived: 1 } } };
      });
      const answer = askGate({ ...question, participants });
      if (lifted.includes(reason)) expect(answer).toEqual({ open: true });
      else expect(answer).toMatchObject({ open: false, reason });
    }
  });

  it('lifts nothing for anybody else', () => {
    const participants = [
      aParticipant('ana', { member: informed({ facts: { ...NO_FACTS, waived: 1 } }) }),
      aParticipant('bo', { member: aMember() }),
    ];
    expect(askGate(aQuestion({ participants }))).toMatchObject({ reason: 'unproven', userId: 'bo' });
  });
});

describe('the promises, over all people and instants', () => {
  const someZone = fc.oneof({ weight: 4, arbitrary: zones }, { weight: 1, arbitrary: badZones });
  const flag = fc.constantFrom(...Array<boolean>(19).fill(false), true);
  /** Mostly a ladder as it should be, with a rung gone, late, or seen in the app only. */
  const rung = fc.record({
    how: fc.constantFrom('delivered', 'delivered', 'delivered', 'delivered', 'seen', 'both', 'bounced'),
    late: fc.oneof({ weight: 5, arbitrary: fc.nat(6 * HOUR) }, { weight: 1, arbitrary: fc.nat(8 * DAY) }),
  });
  const person = fc.record({
    zone: someZone,
    zoneNow: fc.oneof({ weight: 3, arbitrary: fc.constant('same') }, { weight: 1, arbitrary: someZone }),
    profile: fc.constantFrom(true, true, true, false),
    endsLater: fc.constantFrom(0, 0, 0, 0, 1, 7),
    toldLater: fc.constantFrom(null, 0, 0, 0, 0, 1, -7),
    rungs: fc.tuple(rung, rung, rung, rung),
    exempt: flag,
    leaving: flag,
    late: flag,
    waived: fc.constantFrom(false, false, false, false, true),
  });
  const question = fc
    .record({
      endDate: endDates,
      people: fc.array(person, { minLength: 1, maxLength: 3 }),
      offset: fc.oneof(
        { weight: 2, arbitrary: fc.integer({ min: -30 * HOUR, max: 30 * HOUR }) },
        { weight: 1, arbitrary: fc.integer({ min: -DAY, max: 15 * DAY }) },
      ),
    })
    .map(({ endDate, people, offset }): GateQuestion => {
      const participants = people.map((x, index): Participant => {
        const userId = `person-${index}`;
        const ends = addDays(endDate, x.endsLater);
        const [deliveries, seen] = [new Map<string, Instant>(), new Map<string, Instant>()];
        for (const [step, { days, name }] of PLAN.stages.entries()) {
          const { how = '', late = 0 } = x.rungs[step] ?? {};
          const when = localInstant(addDays(ends, -days), 10, 'UTC') + late;
          if (how === 'delivered' || how === 'both') deliveries.set(noticeId(name, ends), when);
          if (how === 'seen' || how === 'both') seen.set(noticeId(name, ends), when + HOUR);
        }
        const member = aMember({
          userId,
          timeZone: x.zone,
          exempt: x.exempt,
          leaving: x.leaving ? { notBefore: addDays(endDate, 21), since: 0 } : null,
          joinedLate: new Set(x.late ? ['chat-1'] : []),
          told: { endDate: x.toldLater === null ? null : addDays(ends, x.toldLater) },
          facts: { ...NO_FACTS, delivered: deliveries, seen, ...(x.waived ? { waived: 1 } : {}) },
        });
        const timeZone = x.zoneNow === 'same' ? x.zone : x.zoneNow;
        return { userId, member, profile: x.profile ? aProfile({ userId, timeZone }) : undefined, endDate: ends };
      });
      return aQuestion({ participants, now: wavesStart(endDate) + offset });
    });

  /** The promises in other words than the gate's, for one participant. */
  function broken(q: GateQuestion, { member, profile, endDate }: Participant): number[] {
    if (member === undefined || endDate === undefined) return [8];
    const promises: number[] = [];
    const zonesOfPerson = [member.timeZone, ...(profile === undefined ? [] : [profile.timeZone])];
    if (zonesOfPerson.some((zone) => q.now < endOfDay(endDate, zone))) promises.push(1);
    const { endDate: date } = member.told;
    if (date !== null && zonesOfPerson.some((zone) => q.now < endOfDay(date, zone))) promises.push(2);
    if (member.facts.waived !== undefined) return promises;
    const { delivered: deliveries, seen } = member.facts;
    const proofs = [...new Set([...deliveries.keys(), ...seen.keys()])].map((id) =>
      Math.min(...[deliveries.get(id), seen.get(id)].filter((when) => when !== undefined)),
    );
    if (proofs.length < RAILS.requiredNotices) promises.push(3);
    const [first, latest] = [Math.min(...proofs), Math.max(...proofs)];
    const tooOld = latest < endOfDay(addDays(endDate, -RAILS.finalWithinDays - 1), member.timeZone);
    if (first > q.now - 30 * DAY || latest > q.now - DAY || tooOld) promises.push(4);
    return promises;
  }

  it('never opens against promises 1 to 4, for any participant', () => {
    let opened = 0;
    fc.assert(
      fc.property(question, (q) => {
        if (!askGate(q).open) return;
        opened += 1;
        expect(q.participants.flatMap((each) => broken(q, each))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(opened).toBeGreaterThan(50);
  });

  it('opens wherever promises 1 to 4 are kept and nobody is exempt, leaving or late: nothing stays for no reason', () => {
    fc.assert(
      fc.property(question, (q) => {
        const free = q.participants.every(
          ({ member }) =>
            member?.exempt === false &&
            member.leaving === null &&
            (member.facts.waived !== undefined || !member.joinedLate.has('chat-1')),
        );
        const kept = q.participants.flatMap((each) => broken(q, each)).length === 0;
        expect(askGate(q).open).toBe(free && kept);
      }),
      { numRuns: 1000 },
    );
  });

  it('never opens an instant before the latest end instant, and says when that is (promise 1)', () => {
    fc.assert(
      fc.property(endDates, fc.array(someZone, { minLength: 1, maxLength: 4 }), (endDate, zonesOfPeople) => {
        const participants = zonesOfPeople.map((timeZone, index) =>
          aParticipant(`person-${index}`, {
            endDate,
            member: aMember({ timeZone, facts: { waived: 1 } }),
            profile: undefined,
          }),
        );
        const end = Math.max(...zonesOfPeople.map((zone) => endOfDay(endDate, zone)));
        expect(askGate(aQuestion({ participants, now: end - 1 }))).toEqual({
          open: false,
          reason: 'not-due',
          earliest: end,
        });
        expect(askGate(aQuestion({ participants, now: end }))).toEqual({ open: true });
      }),
    );
  });

  it('never opens before the instant that it has named', () => {
    fc.assert(
      fc.property(question, fc.nat(40 * DAY), (q, later) => {
        const answer = askGate(q);
        if (answer.open || answer.earliest === undefined) return;
        if (q.now + later < answer.earliest) expect(askGate({ ...q, now: q.now + later }).open).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives no instant for a reason that only people can change', () => {
    fc.assert(
      fc.property(question, (q) => {
        const answer = askGate(q);
        if (answer.open || !isFinal(answer.reason)) return;
        expect(answer.earliest).toBeUndefined();
        // Whatever time passes, the answer stays no.
        expect(askGate({ ...q, now: q.now + 365 * DAY }).open).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('is no wider without the profiles than the sweep’s guess allows: who nominates never decides more', () => {
    fc.assert(
      fc.property(question, (q) => {
        const unread = { ...q, participants: q.participants.map((each) => ({ ...each, profile: undefined })) };
        if (askGate(q).open) expect(askGate(unread).open).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the edges of promise 4', () => {
  const now = wavesStart(END);
  const twoNotices = (first: Instant, latest: Instant) =>
    askGate(
      aQuestion({
        ...boMember({
          facts: delivered([
            ['d35', first],
            ['d1', latest],
          ]),
        }),
        now,
      }),
    );

  it('is thirty days from the first proof, to the instant', () => {
    expect(twoNotices(now - 30 * DAY, at(-1))).toEqual({ open: true });
    expect(twoNotices(now - 30 * DAY + 1, at(-1))).toMatchObject({ reason: 'notice-too-short', earliest: now + 1 });
  });

  it('is twenty-four hours from the latest proof, to the instant', () => {
    expect(twoNotices(at(-35), now - DAY)).toEqual({ open: true });
    expect(twoNotices(at(-35), now - DAY + 1)).toMatchObject({ reason: 'final-notice-too-recent', earliest: now + 1 });
  });

  it('is the tenth day before the end date for the latest proof', () => {
    expect(twoNotices(at(-35), at(-10, 0))).toEqual({ open: true });
    expect(twoNotices(at(-35), at(-10, 0) - 1)).toMatchObject({ reason: 'final-notice-too-old' });
  });
});

describe('an end instant', () => {
  it('is the later of the zone at enrolment and the zone now', () => {
    fc.assert(
      fc.property(zones, zones, (then, now) => {
        const participant = aParticipant('ana', {
          member: aMember({ timeZone: then }),
          profile: aProfile({ timeZone: now }),
        });
        expect(endInstantOf(participant)).toBe(Math.max(endOfDay(END, then), endOfDay(END, now)));
      }),
    );
  });

  it('is not known of who is not enrolled', () => {
    expect(endInstantOf(aParticipant('ana', { member: undefined }))).toBeUndefined();
    expect(endInstantOf(aParticipant('ana', { endDate: undefined }))).toBeUndefined();
  });

  it('never comes before a date that was told (promise 2)', () => {
    fc.assert(
      fc.property(endDates, endDates, zones, (endDate, date, timeZone) => {
        const member = aMember({ timeZone, told: { endDate: date } });
        const end = endInstantOf(aParticipant('ana', { member, endDate, profile: aProfile({ timeZone }) }));
        expect(end).toBe(Math.max(endOfDay(endDate, timeZone), endOfDay(date, timeZone)));
      }),
    );
  });
});

describe('proofs', () => {
  it('are one a notice, from the first instant at which it is known to have arrived', () => {
    const member = aMember({
      facts: {
        delivered: new Map([
          ['d35@2026-05-19', 100],
          ['d14@2026-05-19', 300],
        ]),
        seen: new Map([
          ['d35@2026-05-19', 90],
          ['d7@2026-05-19', 400],
        ]),
      },
    });
    expect(proofsOf(member).sort((a, b) => a - b)).toEqual([90, 300, 400]);
  });

  it('count old notices where the date has moved, and never `done`', () => {
    const seen = new Map([
      ['d35@2026-05-08', 1],
      ['done@2026-05-19', 2],
    ]);
    expect(proofsOf(aMember({ facts: { seen } }))).toEqual([1]);
  });
});

describe('who needs more time', () => {
  const asked = (changes: Parameters<typeof aMember>[0], profile = aProfile()) =>
    needsMoreTime(aMember(changes), profile, RAILS, END, BERLIN);
  const latestFirst = endOfDay(END, BERLIN) - 30 * DAY;

  it('is whoever has no proof that keeps the minimum notice', () => {
    expect(asked({})).toBe(true);
    expect(asked({ facts: delivered([['d35', latestFirst + 1]]) })).toBe(true);
    expect(asked({ facts: delivered([['d35', latestFirst]]) })).toBe(false);
  });

  it('is nobody whom mail cannot reach, who is exempt or waived, or who is moving already', () => {
    for (const facts of [{ unreachable: 1 }, { complained: 1 }, { waived: 1 }]) expect(asked({ facts })).toBe(false);
    expect(asked({ exempt: true })).toBe(false);
    expect(asked({ leaving: { notBefore: END, since: 0 } })).toBe(false);
    for (const email of ['', null, 'ana', 'ana@example.com,bo@example.com'])
      expect(asked({}, aProfile({ email }))).toBe(false);
  });

  it('is nobody who was moved as often as it helps', () => {
    expect(asked({ moves: MOST_MOVES - 1 })).toBe(true);
    expect(asked({ moves: MOST_MOVES })).toBe(false);
  });

  it('is never somebody for whom the gate finds the first notice early enough when their day ends', () => {
    fc.assert(
      fc.property(zones, fc.integer({ min: -40 * DAY, max: 0 }), (timeZone, offset) => {
        const end = endOfDay(END, timeZone);
        const facts = delivered([
          ['d35', end + offset],
          ['d1', end - 38 * HOUR],
        ]);
        const member = aMember({ timeZone, facts });
        const participants = [aParticipant('ana', { member, profile: undefined })];
        const answer = askGate(aQuestion({ participants, now: end }));
        const tooShort = !answer.open && answer.reason === 'notice-too-short';
        if (end + offset <= end - DAY) expect(needsMoreTime(member, aProfile(), RAILS, END, timeZone)).toBe(tooShort);
      }),
    );
  });
});

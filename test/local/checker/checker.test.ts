/** A campaign in which every promise is held, and for each clause of each promise a twin that breaks nothing else. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { main } from './check.ts';
import {
  type CohortChange,
  type Flip,
  judge,
  type Mail,
  type PlanNumbers,
  type Report,
  type World,
} from './checker.ts';
import { instant, iso } from './dates.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const END = '2026-05-08';
const PLAN: PlanNumbers = {
  timeZone: 'UTC',
  endDates: new Map([['pilot', END]]),
  stages: [
    { name: 'd35', days: 35, required: true },
    { name: 'd14', days: 14, required: false },
    { name: 'd7', days: 7, required: false },
    { name: 'd1', days: 1, required: true },
  ],
  sendWindow: { from: 9, to: 20 },
  requiredNotices: 2,
  minimumNotice: 30 * DAY,
  finalNotice: 24 * HOUR,
  finalWithinDays: 10,
  restoreWindow: 72 * HOUR,
};
const LADDER = { d35: '2026-04-03', d14: '2026-04-24', d7: '2026-05-01', d1: '2026-05-07', done: '2026-05-14' };

const MARKED = { cohort: 'pilot', arming: 'first', encryptedSince: '2025-05-09T00:00:00Z', version: 1 };

/** Ten in the morning where somebody lives, in UTC. */
const TEN = { ana: 'T08:00:00Z', bo: 'T14:00:00Z', cy: 'T10:00:00Z', dee: 'T08:00:00Z' };
const OTHERS = 'T10:00:00Z';
const tenFor = (userId: string, date: string) => instant(`${date}${(TEN as Record<string, string>)[userId] ?? OTHERS}`);

/**
 * Ana in Berlin, Bo in New York and Cy nobody knows where lose their chats; Dee's mail bounces and keeps hers; Eve never
 * had an encrypted one. `crowd` adds people in UTC, each in a chat with Cy.
 */
function aWorld(crowd = 0): World {
  const others = Array.from({ length: crowd }, (_, n) => `p${n}`);
  const reached = ['ana', 'bo', 'cy', ...others];
  const mail = Object.entries(LADDER).flatMap(([stage, date]) =>
    [...reached, ...(stage === 'd35' ? ['dee'] : [])].map((userId): Mail => {
      return { at: tenFor(userId, date), userId, notice: `${stage}@${END}`, endDate: END };
    }),
  );
  const off = (chatId: string, participants: string[]): Flip => {
    return { ...MARKED, at: instant('2026-05-09T14:00:00Z'), chatId, to: 'off', participants };
  };
  const flips = [off('pair', ['ana', 'bo']), off('trio', ['bo', 'cy']), ...others.map((id) => off(id, [id, 'cy']))];
  const skipped = { delivered: reached.length, 'skipped: unreachable': 1 };
  return {
    mail,
    events: mail.map(({ at, userId, notice }) => {
      return { at: at + MINUTE, kind: userId === 'dee' ? 'bounced' : 'delivered', userId, notice };
    }),
    flips,
    people: [
      { userId: 'ana', cohort: 'pilot', timeZones: ['Europe/Berlin'] },
      { userId: 'bo', cohort: 'pilot', timeZones: ['America/New_York'] },
      { userId: 'cy', cohort: 'pilot', timeZones: [null] },
      { userId: 'dee', cohort: 'pilot', timeZones: ['Europe/Berlin'] },
      ...others.map((userId) => ({ userId, cohort: 'pilot', timeZones: ['UTC'] })),
    ],
    signals: [],
    chats: [
      ...flips.map(({ chatId, participants }) => ({ chatId, participants, encryption: 'off' })),
      { chatId: 'stuck', participants: ['ana', 'dee'], encryption: 'e2ee', blocked: 'unreachable' },
      { chatId: 'plain', participants: ['ana', 'eve'], encryption: 'off' },
    ],
    cohorts: [],
    operators: [],
    report: {
      people: { total: 5 + crowd, enrolled: 4 + crowd, withoutEncryptedChat: 1 },
      chats: { total: 4 + crowd, neverEncrypted: 1, open: 0 },
      notices: {
        d35: { delivered: reached.length, bounced: 1 },
        d14: skipped,
        d7: skipped,
        d1: skipped,
        done: skipped,
      },
      disabled: flips.length,
      blocked: { unreachable: 1 },
    },
  };
}

/** A change to a world; several in a row make a case. */
type Change = (world: World) => World;
interface Case {
  readonly changes: readonly Change[];
  readonly crowd?: number;
  readonly plan?: Partial<PlanNumbers>;
  readonly kills?: number;
  readonly unfinished?: boolean;
}
const judged = ({ changes, crowd, plan, ...circumstances }: Case) =>
  judge(
    changes.reduce((world, change) => change(world), aWorld(crowd)),
    { ...PLAN, ...plan },
    circumstances,
  );
const brokenIn = (given: Case) =>
  judged(given)
    .filter(({ violations }) => violations > 0)
    .map(({ promise }) => promise);

const isOf = (userId: string, stage: string) => (line: { userId: string; notice: string }) =>
  line.userId === userId && line.notice.startsWith(`${stage}@`);

const flipAt =
  (chatId: string, at: string): Change =>
  (world) => ({
    ...world,
    flips: world.flips.map((flip) => (flip.chatId === chatId ? { ...flip, at: instant(at) } : flip)),
  });
const livesIn =
  (userId: string, ...timeZones: (string | null)[]): Change =>
  (world) => ({
    ...world,
    people: world.people.map((person) => (person.userId === userId ? { ...person, timeZones } : person)),
  });
/** Letter and events an hour of the clock, or days, apart from where they were. */
const mailAt =
  (userId: string, stage: string, at: string): Change =>
  (world) => ({
    ...world,
    mail: world.mail.map((mail) => (isOf(userId, stage)(mail) ? { ...mail, at: instant(at) } : mail)),
    events: world.events.map((event) => (isOf(userId, stage)(event) ? { ...event, at: instant(at) + MINUTE } : event)),
  });
const deliveredAt =
  (userId: string, stage: string, at: string): Change =>
  (world) => ({
    ...world,
    events: world.events.map((event) => (isOf(userId, stage)(event) ? { ...event, at: instant(at) } : event)),
  });
const undelivered =
  (userId: string, ...stages: string[]): Change =>
  (world) => ({
    ...world,
    events: world.events.filter((event) => !stages.some((stage) => isOf(userId, stage)(event))),
  });
const about =
  (userId: string, stage: string, endDate: string, notice = `${stage}@${endDate}`): Change =>
  (world) => {
    const changed = <L extends { userId: string; notice: string }>(line: L): L =>
      isOf(userId, stage)(line) ? { ...line, notice } : line;
    return {
      ...world,
      mail: world.mail.map((mail) => (isOf(userId, stage)(mail) ? { ...changed(mail), endDate } : mail)),
      events: world.events.map(changed),
    };
  };
/** The notice was not delivered: the mailbox was full. */
const cameBackSoftly =
  (userId: string, stage: string): Change =>
  (world) => ({
    ...world,
    events: world.events.map((event) => (isOf(userId, stage)(event) ? { ...event, kind: 'soft-bounced' } : event)),
  });
const heardOf =
  (userId: string, notice: string, kind: string, at: string): Change =>
  (world) => ({ ...world, events: [...world.events, { at: instant(at), kind, userId, notice }] });
const mailedToo =
  (userId: string, notice: string, at: string): Change =>
  (world) => ({
    ...world,
    mail: [...world.mail, { at: instant(at), userId, notice, endDate: notice.split('@')[1] ?? '' }],
  });
const signalled =
  (userId: string, kind: string, at: string, notice?: string): Change =>
  (world) => ({ ...world, signals: [...world.signals, { at: instant(at), userId, kind, notice }] });
const reported =
  (change: (report: Report) => Partial<Report>): Change =>
  (world) => ({ ...world, report: { ...world.report, ...change(world.report) } });
const outcomes = (stage: string, counts: Record<string, number>): Change =>
  reported(({ notices }) => ({ notices: { ...notices, [stage]: counts } }));
/** `d1` a second time after two hours, heard of only after that. */
const repeated =
  (...userIds: string[]): Change =>
  (world) => {
    const again = (line: { userId: string; notice: string }) => userIds.some((userId) => isOf(userId, 'd1')(line));
    return {
      ...world,
      mail: [...world.mail, ...world.mail.filter(again).map((mail) => ({ ...mail, at: mail.at + 2 * HOUR }))],
      events: world.events.map((event) => (again(event) ? { ...event, at: event.at + 2 * HOUR } : event)),
    };
  };
/** The pilot's item as it was written; what is not named is as it was in the beginning. */
const wrote =
  (at: string, change: Partial<CohortChange>): Change =>
  (world) => {
    const certainFrom = change.hold === true ? instant(at) : null;
    const item = { at: instant(at), cohort: 'pilot', endDate: END, arming: 'first', hold: false, certainFrom };
    return { ...world, cohorts: [...world.cohorts, { ...item, ...change }] };
  };
const flippedToo =
  (at: string, to: string, mark: Partial<Flip> = {}): Change =>
  (world) => ({
    ...world,
    flips: [...world.flips, { ...MARKED, at: instant(at), chatId: 'pair', to, participants: ['ana', 'bo'], ...mark }],
  });
const staysBlocked =
  (blocked: string): Change =>
  (world) => ({
    ...world,
    chats: world.chats.map((chat) => (chat.chatId === 'pair' ? { ...chat, encryption: 'e2ee', blocked } : chat)),
  });
const restoredAt = (at: string, mark: Partial<Flip> = {}): Change[] => [
  flippedToo(at, 'e2ee', mark),
  staysBlocked('restored'),
  reported(() => ({ disabled: 1, blocked: { unreachable: 1, restored: 1 } })),
];

const LATER = '2026-05-20';
const REACHED = ['ana', 'bo', 'cy'];
/** The pilot moves by twelve days between `d14` and `d7`: all are corrected the next morning, and what follows comes later. */
const moved = (item: Partial<CohortChange> = {}): Change[] => [
  wrote('2026-03-27T00:00:00Z', {}),
  wrote('2026-04-26T12:00:00Z', { endDate: LATER, ...item }),
  ...REACHED.flatMap((userId) => [
    mailedToo(userId, `moved@${LATER}`, iso(tenFor(userId, '2026-04-27'))),
    ...(['d7', 'd1', 'done'] as const).flatMap((stage) => [
      about(userId, stage, LATER),
      mailAt(userId, stage, iso(tenFor(userId, LADDER[stage]) + 12 * DAY)),
    ]),
  ]),
  (world) => ({ ...world, flips: world.flips.map((flip) => ({ ...flip, at: flip.at + 12 * DAY })) }),
  outcomes('moved', { delivered: 3, 'skipped: unreachable': 1 }),
];
const MOVED = moved();
/** One person had a stage instead of the correction, or of nothing. */
const alsoHad = (stage: string): Change[] => [
  outcomes(stage, { delivered: 4, 'skipped: unreachable': 1 }),
  outcomes('moved', { delivered: 2, 'skipped: unreachable': 1 }),
];

const crowdOf = (size: number) => Array.from({ length: size }, (_, n) => `p${n}`);

/** The blocked chat is not judged yet. */
const stillOpen: Change = (world) => ({
  ...world,
  chats: world.chats.map(({ blocked: _, ...chat }) => chat),
});

describe('holds', () => {
  const held: Record<string, Case> = {
    'a campaign in which everything went well': { changes: [] },
    'a campaign that was stopped with notices and a chat open': {
      unfinished: true,
      changes: [
        outcomes('d14', { delivered: 3, open: 1 }),
        stillOpen,
        reported(({ chats }) => ({ blocked: {}, chats: { ...chats, open: 1 } })),
      ],
    },
    'what a full mailbox gave back is sent once more': {
      changes: [
        cameBackSoftly('ana', 'd14'),
        mailedToo('ana', `d14@${END}`, '2026-04-25T10:00:00Z'),
        heardOf('ana', `d14@${END}`, 'delivered', '2026-04-25T10:01:00Z'),
      ],
    },
    'a person who saw in the app what was not proved to be delivered': {
      changes: [undelivered('ana', 'd14', 'd7', 'd1'), signalled('ana', 'seen', '2026-05-07T09:00:00Z', `d1@${END}`)],
    },
    'a waived person who was never reached': {
      changes: [undelivered('ana', 'd35', 'd14', 'd7', 'd1'), signalled('ana', 'waived', '2026-05-09T10:00:00Z')],
    },
    'a waived person whose notice was short': {
      changes: [undelivered('ana', 'd35'), signalled('ana', 'waived', '2026-05-09T10:00:00Z')],
    },
    'a date that moved later, with its correction': {
      changes: [
        mailedToo('ana', 'moved@2026-05-20', '2026-04-27T08:00:00Z'),
        outcomes('moved', { delivered: 1 }),
        about('ana', 'd7', '2026-05-20'),
        mailAt('ana', 'd7', '2026-05-13T08:00:00Z'),
        about('ana', 'd1', '2026-05-20'),
        mailAt('ana', 'd1', '2026-05-19T08:00:00Z'),
        about('ana', 'done', '2026-05-20'),
        mailAt('ana', 'done', '2026-05-26T08:00:00Z'),
        flipAt('pair', '2026-05-21T14:00:00Z'),
      ],
    },
    'a chat that was restored and stays blocked': {
      changes: [
        flippedToo('2026-05-10T14:00:00Z', 'e2ee'),
        staysBlocked('restored'),
        reported(() => ({ disabled: 1, blocked: { unreachable: 1, restored: 1 } })),
      ],
    },
    'a chat that was restored just in time': { changes: restoredAt('2026-05-12T14:00:00Z') },
    'a chat that the platform has encrypted again, as it pleased': {
      changes: [
        flippedToo('2026-06-10T14:00:00Z', 'e2ee', { version: 3, encryptedSince: '2026-06-10T14:00:00Z' }),
        staysBlocked('encrypted-again'),
        reported(() => ({ disabled: 1, blocked: { unreachable: 1, 'encrypted-again': 1 } })),
      ],
    },
    'a chat that was restored, armed anew and disabled again': {
      changes: [
        flippedToo('2026-05-10T14:00:00Z', 'e2ee'),
        flippedToo('2026-05-12T14:00:00Z', 'off', { arming: 'second' }),
      ],
    },
    'a chat that was restored and armed anew, and has another reason now': {
      changes: [
        flippedToo('2026-05-10T14:00:00Z', 'e2ee'),
        wrote('2026-05-11T14:00:00Z', { arming: 'second' }),
        staysBlocked('exempt'),
        reported(() => ({ disabled: 1, blocked: { unreachable: 1, exempt: 1 } })),
      ],
    },
    'a cohort that moved between two stages': { changes: MOVED },
    'a cohort that moved, and one correction that a stage carried': {
      changes: [...MOVED, about('ana', 'moved', LATER, `d14@${LATER}`), ...alsoHad('d14')],
    },
    'a cohort that moved under a hold, and was corrected when that was released': {
      changes: [
        ...moved({ hold: true }),
        wrote('2026-04-30T12:00:00Z', { endDate: LATER }),
        ...REACHED.map((userId) => mailAt(userId, 'moved', iso(tenFor(userId, '2026-05-01')))),
      ],
    },
    'a cohort that moved twice, with one correction for both': {
      changes: [wrote('2026-04-26T11:00:00Z', { endDate: '2026-05-12' }), ...MOVED],
    },
    'a cohort that moved before anybody was told': {
      changes: [
        wrote('2026-03-27T00:00:00Z', { endDate: '2026-05-20' }),
        wrote('2026-03-28T00:00:00Z', { endDate: END }),
      ],
    },
    'a campaign that was stopped before anybody could be corrected': {
      unfinished: true,
      changes: [
        wrote('2026-05-14T12:00:00Z', { endDate: END }),
        wrote('2026-05-14T13:00:00Z', { endDate: LATER }),
        (world) => ({ ...world, flips: world.flips.map((flip) => ({ ...flip, cohort: 'another' })) }),
      ],
    },
    'a hold in which nothing happened': {
      changes: [wrote('2026-04-25T12:00:00Z', { hold: true }), wrote('2026-04-26T12:00:00Z', {})],
    },
    'a letter that left before a hold was certain, and one when it was released': {
      changes: [
        wrote('2026-04-24T07:59:00Z', { hold: true, certainFrom: instant('2026-04-24T08:00:01Z') }),
        wrote('2026-04-24T10:00:00Z', {}),
      ],
    },
    'as many repeats of a required notice as one crash explains': {
      changes: [repeated(...crowdOf(50))],
      crowd: 50,
      kills: 1,
    },
    'a claim that a crash kept from SES': {
      changes: [
        (world) => ({ ...world, mail: world.mail.filter((mail) => !isOf('ana', 'd14')(mail)) }),
        undelivered('ana', 'd14'),
        outcomes('d14', { delivered: 2, unproven: 1, 'skipped: unreachable': 1 }),
      ],
      kills: 1,
    },
  };
  it.each(Object.entries(held))('%s', (_, given) => expect(brokenIn(given)).toEqual([]));
});

/** Promise, what is wrong, the violation that says so. */
const twins: readonly (readonly [promise: number, wrong: string, says: RegExp, given: Case])[] = [
  [
    1,
    'a chat goes off before the day is over in the westernmost zone',
    /2026-05-08 ends for bo at 2026-05-09T04:00:00Z/,
    { changes: [flipAt('pair', '2026-05-09T03:59:59Z')] },
  ],
  [
    1,
    'a chat goes off before the day is over everywhere, although one zone is unknown',
    /ends for cy at 2026-05-09T12:00:00Z/,
    { changes: [flipAt('trio', '2026-05-09T11:59:59Z')] },
  ],
  [
    1,
    'a zone that does not exist is taken for one',
    /ends for cy at 2026-05-09T12:00:00Z/,
    { changes: [livesIn('cy', 'Mars/Olympus'), flipAt('trio', '2026-05-09T11:59:59Z')] },
  ],
  [
    1,
    'the zone since enrolment is forgotten',
    /ends for ana at 2026-05-09T10:00:00Z/,
    { changes: [livesIn('ana', 'Europe/Berlin', 'Pacific/Honolulu'), flipAt('pair', '2026-05-09T09:00:00Z')] },
  ],
  [
    1,
    "the cohort's date is later than what was told",
    /2026-05-15 ends for ana/,
    { changes: [], plan: { endDates: new Map([['pilot', '2026-05-15']]) } },
  ],
  [
    1,
    'a later date was told before the flip',
    /2026-05-12 ends for ana/,
    {
      changes: [
        about('ana', 'd1', '2026-05-12', 'moved@2026-05-12'),
        outcomes('d1', { delivered: 2, 'skipped: unreachable': 1, 'skipped: superseded': 1 }),
        outcomes('moved', { delivered: 1 }),
      ],
    },
  ],
  [
    2,
    'a letter tells an earlier date than the one before it',
    /ana was told 2026-05-08, then 2026-05-07 by d14@2026-05-07/,
    { changes: [about('ana', 'd14', '2026-05-07')] },
  ],
  [
    2,
    'a later date is told when the chat is off already',
    /chat pair off at 2026-05-09T14:00:00Z, before 2026-05-30, which ana was told/,
    {
      changes: [mailedToo('ana', 'moved@2026-05-30', '2026-05-11T08:00:00Z'), outcomes('moved', { delivered: 1 })],
    },
  ],
  [
    3,
    'nothing was delivered',
    /0 notices had reached ana, not 2/,
    { changes: [undelivered('ana', 'd35', 'd14', 'd7', 'd1')] },
  ],
  [
    3,
    'one notice is missing',
    /1 notices had reached ana, not 2/,
    { changes: [undelivered('ana', 'd35', 'd14', 'd7')] },
  ],
  [
    3,
    'the plan asks for more notices',
    /2 notices had reached ana, not 3/,
    { changes: [undelivered('ana', 'd14', 'd7')], plan: { requiredNotices: 3 } },
  ],
  [
    3,
    'the second notice was delivered after the flip',
    /1 notices had reached ana/,
    { changes: [undelivered('ana', 'd14', 'd7'), deliveredAt('ana', 'd1', '2026-05-09T15:00:00Z')] },
  ],
  [
    3,
    'one notice was delivered twice',
    /1 notices had reached ana/,
    { changes: [undelivered('ana', 'd14', 'd7'), about('ana', 'd1', END), sameNotice('ana')] },
  ],
  [
    3,
    'done is taken for a notice',
    /1 notices had reached ana/,
    { changes: [undelivered('ana', 'd14', 'd7', 'd1'), mailAt('ana', 'done', '2026-05-09T08:00:00Z')] },
  ],
  [
    3,
    'the notice was seen after the flip',
    /1 notices had reached ana/,
    {
      changes: [undelivered('ana', 'd14', 'd7', 'd1'), signalled('ana', 'seen', '2026-05-09T15:00:00Z', `d1@${END}`)],
    },
  ],
  [
    3,
    'the waiver came after the flip',
    /0 notices had reached ana/,
    {
      changes: [undelivered('ana', 'd35', 'd14', 'd7', 'd1'), signalled('ana', 'waived', '2026-05-09T15:00:00Z')],
    },
  ],
  [
    4,
    'the first notice was delivered too late',
    /to ana the first notice came at 2026-04-24T08:01:00Z, too late/,
    { changes: [undelivered('ana', 'd35')] },
  ],
  [
    4,
    'the latest notice was delivered less than a day before',
    /to ana the latest came at 2026-05-08T14:00:01Z, too recently/,
    { changes: [deliveredAt('ana', 'd1', '2026-05-08T14:00:01Z')] },
  ],
  [
    4,
    'the latest notice is older than ten days at the end date',
    /to ana the latest about 2026-05-08 came at 2026-04-27T21:59:59Z, too long ago/,
    { changes: [undelivered('ana', 'd14', 'd1'), deliveredAt('ana', 'd7', '2026-04-27T21:59:59Z')] },
  ],
  [
    2,
    'a cohort comes forward although it was told',
    /cohort pilot moved from 2026-05-08 to 2026-05-07 at 2026-04-05T00:00:00Z, although it was told/,
    { changes: [wrote('2026-03-27T00:00:00Z', {}), wrote('2026-04-05T00:00:00Z', { endDate: '2026-05-07' })] },
  ],
  [
    2,
    'a cohort moves although its first chat is off',
    /moved from 2026-05-08 to 2026-05-20 at 2026-05-10T00:00:00Z, although chat pair had gone off at 2026-05-09T14/,
    { changes: [wrote('2026-03-27T00:00:00Z', {}), wrote('2026-05-10T00:00:00Z', { endDate: LATER })] },
  ],
  [
    2,
    'somebody who was told the old date hears nothing of the new one',
    /ana was told 2026-05-08, and by 2026-04-28T22:00:00Z not that it is 2026-05-20 since 2026-04-26T12:00:00Z/,
    {
      changes: [
        ...MOVED,
        (world) => ({ ...world, mail: world.mail.filter((mail) => !isOf('ana', 'moved')(mail)) }),
        outcomes('moved', { delivered: 2, 'skipped: unreachable': 1 }),
      ],
    },
  ],
  [
    2,
    'a correction comes days too late',
    /ana was told 2026-05-08, and by 2026-04-28T22:00:00Z not that it is 2026-05-20/,
    { changes: [...MOVED, mailAt('ana', 'moved', '2026-04-29T08:00:00Z')] },
  ],
  [
    2,
    'a correction does not come when the hold is released in which the date moved',
    /ana was told 2026-05-08, and by 2026-05-02T22:00:00Z not that it is 2026-05-20/,
    {
      changes: [
        ...moved({ hold: true }),
        wrote('2026-04-30T12:00:00Z', { endDate: LATER }),
        ...REACHED.map((userId) => mailAt(userId, 'moved', iso(tenFor(userId, '2026-05-01')))),
        mailAt('ana', 'moved', '2026-05-03T08:00:00Z'),
      ],
    },
  ],
  [
    2,
    'a letter names the date that was, the day after it moved',
    /ana was told 2026-05-08 by d7@2026-05-08 at 2026-04-27T08:00:00Z, when it was 2026-05-20/,
    {
      changes: [
        ...MOVED,
        mailAt('ana', 'moved', '2026-04-28T08:00:00Z'),
        mailedToo('ana', `d7@${END}`, '2026-04-27T08:00:00Z'),
        outcomes('d7', { delivered: 4, 'skipped: unreachable': 1 }),
      ],
    },
  ],
  [
    6,
    'a letter leaves from the instant on at which a hold is certain',
    /ana got d14@2026-05-08 at 2026-04-24T08:00:00Z, but pilot was held from 2026-04-24T08:00:00Z/,
    {
      changes: [
        wrote('2026-04-24T07:55:00Z', { hold: true, certainFrom: instant('2026-04-24T08:00:00Z') }),
        wrote('2026-04-24T09:00:00Z', {}),
      ],
    },
  ],
  [
    6,
    'a letter leaves that operators were told would not',
    /ana got d14@2026-05-08 at 2026-04-24T08:00:00Z, but pilot was held from 2026-04-24T07:55:00Z/,
    {
      changes: [
        wrote('2026-04-24T07:55:00Z', { hold: true, certainFrom: instant('2026-04-24T08:00:01Z') }),
        wrote('2026-04-24T09:00:00Z', {}),
        (world) => ({
          ...world,
          operators: [
            {
              at: instant('2026-04-24T07:55:00Z'),
              run: "hold pilot --reason 'support overloaded' --json",
              exit: 0,
              stdout: '{"cohorts":[{"cohort":"pilot","certainFrom":"2026-04-24T07:55:00Z"}]}',
            },
          ],
        }),
      ],
    },
  ],
  [
    6,
    'a chat goes off while the cohort of one of its people is held, and is never released',
    /chat pair off at 2026-05-09T14:00:00Z, but pilot was held from 2026-05-09T13:55:00Z/,
    {
      changes: [
        wrote('2026-05-09T13:50:00Z', { hold: true, certainFrom: instant('2026-05-09T13:55:00Z') }),
        wrote('2026-05-09T13:52:00Z', { hold: true, arming: 'second' }),
        wrote('2026-05-10T00:00:00Z', {}),
      ],
    },
  ],
  [7, 'a notice comes twice without a crash', /more than 50 for each of 0 crashes/, { changes: [repeated('ana')] }],
  [
    7,
    'a notice that is not required comes again after a crash',
    /ana got d14@2026-05-08 again at 2026-04-24T10:00:00Z, which is not required/,
    {
      changes: [
        mailedToo('ana', `d14@${END}`, '2026-04-24T10:00:00Z'),
        deliveredAt('ana', 'd14', '2026-04-24T10:01:00Z'),
      ],
      kills: 1,
    },
  ],
  [
    7,
    'a required notice comes again although the first was heard of',
    /ana got d1@2026-05-08 again at 2026-05-07T10:00:00Z, although an event had come/,
    { changes: [mailedToo('ana', `d1@${END}`, '2026-05-07T10:00:00Z')], kills: 1 },
  ],
  [
    7,
    'what came back softly is sent a third time',
    /ana got d14@2026-05-08 again at 2026-04-26T10:00:00Z, although an event had come/,
    {
      changes: [
        cameBackSoftly('ana', 'd14'),
        mailedToo('ana', `d14@${END}`, '2026-04-25T10:00:00Z'),
        heardOf('ana', `d14@${END}`, 'soft-bounced', '2026-04-25T10:01:00Z'),
        mailedToo('ana', `d14@${END}`, '2026-04-26T10:00:00Z'),
      ],
    },
  ],
  [
    7,
    'what was delivered is sent again because of an automatic answer',
    /ana got d14@2026-05-08 again at 2026-04-25T10:00:00Z, although an event had come/,
    {
      changes: [
        heardOf('ana', `d14@${END}`, 'soft-bounced', '2026-04-24T10:02:00Z'),
        mailedToo('ana', `d14@${END}`, '2026-04-25T10:00:00Z'),
      ],
    },
  ],
  [
    7,
    'more repeats than a crash explains',
    /more than 50 for each of 1 crashes/,
    { changes: [repeated(...crowdOf(51))], crowd: 51, kills: 1 },
  ],
  [
    8,
    'somebody is neither enrolled nor without encrypted chat',
    /people.total is 6, enrolled and without encrypted chat 5/,
    { changes: [reported(({ people }) => ({ people: { ...people, total: 6 } }))] },
  ],
  [
    8,
    'a participant was never enrolled',
    /dee of chat stuck was never enrolled/,
    { changes: [(world) => ({ ...world, people: world.people.filter(({ userId }) => userId !== 'dee') })] },
  ],
  [
    8,
    'somebody is mailed who was never enrolled',
    /zoe was mailed, but never enrolled/,
    { changes: [mailedToo('zoe', `d35@${END}`, '2026-04-03T10:00:00Z')] },
  ],
  [
    8,
    'a chat is in no sum',
    /chats.total is 5, disabled, blocked, never encrypted and open 4/,
    { changes: [reported(({ chats }) => ({ chats: { ...chats, total: 5 } }))] },
  ],
  [
    8,
    'a chat is left open',
    /chat stuck is e2ee without a reason/,
    {
      changes: [
        (world) => ({ ...world, chats: world.chats.map(({ blocked: _, ...chat }) => chat) }),
        reported(({ chats }) => ({ chats: { ...chats, open: 1 }, blocked: {} })),
      ],
    },
  ],
  [
    8,
    'a flipped chat is missing at the end',
    /chat pair was flipped, then forgotten/,
    { changes: [(world) => ({ ...world, chats: world.chats.filter(({ chatId }) => chatId !== 'pair') })] },
  ],
  [
    8,
    'a chat is encrypted again behind the flips',
    /chat pair is e2ee, but was last flipped to off/,
    {
      changes: [
        (world) => ({
          ...world,
          chats: world.chats.map((chat) =>
            chat.chatId === 'pair' ? { ...chat, encryption: 'e2ee', blocked: 'encrypted-again' } : chat,
          ),
        }),
        reported(() => ({ disabled: 1, blocked: { unreachable: 1, 'encrypted-again': 1 } })),
      ],
    },
  ],
  [
    8,
    'a chat is reported as disabled that was not flipped',
    /disabled is 3, flipped to off 2/,
    { changes: [reported(({ chats }) => ({ disabled: 3, chats: { ...chats, neverEncrypted: 0 } }))] },
  ],
  [
    8,
    'a chat is blocked for another reason than reported',
    /blocked.unreachable is 0, chats.jsonl 1/,
    { changes: [reported(() => ({ blocked: { complained: 1 } }))] },
  ],
  [8, 'a chat is open at the end', /chat stuck is e2ee without a reason/, { changes: [stillOpen] }],
  [
    8,
    'a stopped campaign does not count what is open',
    /chats.open is 0, at the end 1/,
    { unfinished: true, changes: [stillOpen, reported(() => ({ blocked: {} }))] },
  ],
  [8, 'a due notice is open at the end', /d14: 1 are open/, { changes: [outcomes('d14', { delivered: 3, open: 1 })] }],
  [8, 'a due notice has no outcome', /d14: 3 outcomes for 4 people/, { changes: [outcomes('d14', { delivered: 3 })] }],
  [
    8,
    'nobody learns what was done',
    /done: 0 outcomes for 4 people/,
    {
      changes: [
        (world) => ({ ...world, mail: world.mail.filter(({ notice }) => !notice.startsWith('done')) }),
        reported(({ notices: { done: _, ...notices } }) => ({ notices })),
      ],
    },
  ],
  [
    8,
    'a stage has more outcomes than people',
    /d14: 5 outcomes for 4 people, none moved/,
    { changes: [outcomes('d14', { delivered: 3, 'skipped: unreachable': 2 })] },
  ],
  [
    8,
    'a notice is reported as delivered that SES never took',
    /d14: accepted 4 by the report, mailed 3/,
    { changes: [outcomes('d14', { delivered: 4 })] },
  ],
  [
    8,
    'a notice is reported as skipped that was mailed',
    /d14: accepted 2 by the report, mailed 3/,
    { changes: [outcomes('d14', { delivered: 2, 'skipped: saved': 2 })], kills: 1 },
  ],
  [
    8,
    'a notice stays unproven that was never mailed, and nothing crashed',
    /d14: accepted 4 by the report, mailed 3/,
    { changes: [outcomes('d14', { delivered: 3, unproven: 1 })] },
  ],
  [
    10,
    'two notices come on one local day',
    /ana got d7@2026-05-08 at 2026-04-24T12:00:00Z, the day of d14@2026-05-08/,
    { changes: [mailAt('ana', 'd7', '2026-04-24T12:00:00Z'), ...stillProven('ana', 'd7')] },
  ],
  [
    10,
    'a notice comes before nine',
    /ana got d14@2026-05-08 at 2026-04-24T06:59:00Z, which is 8 o'clock there/,
    { changes: [mailAt('ana', 'd14', '2026-04-24T06:59:00Z')] },
  ],
  [
    10,
    'a notice comes at eight in the evening',
    /bo got d14@2026-05-08 at 2026-04-25T00:00:00Z, which is 20 o'clock there/,
    { changes: [mailAt('bo', 'd14', '2026-04-25T00:00:00Z')] },
  ],
  [
    10,
    "a notice comes at night by the plan's zone to somebody without one",
    /cy got d14@2026-05-08 at 2026-04-24T22:00:00Z, which is 22 o'clock there/,
    { changes: [mailAt('cy', 'd14', '2026-04-24T22:00:00Z')] },
  ],
  [
    10,
    'an earlier stage comes after a later one',
    /ana got d14@2026-05-08 at 2026-05-03T08:00:00Z, after a later stage/,
    { changes: [mailAt('ana', 'd14', '2026-05-03T08:00:00Z')] },
  ],
  [
    10,
    'a stage comes after done',
    /ana got d14@2026-05-08 at 2026-05-16T08:00:00Z, after a later stage/,
    { changes: [mailAt('ana', 'd14', '2026-05-16T08:00:00Z')] },
  ],
  [
    10,
    'a correction comes after a stage that told the new date',
    /ana got moved@2026-05-20 at 2026-04-28T08:00:00Z, which d14@2026-05-20 had told/,
    {
      changes: [
        ...MOVED,
        mailAt('ana', 'moved', '2026-04-28T08:00:00Z'),
        mailedToo('ana', `d14@${LATER}`, '2026-04-27T08:00:00Z'),
        outcomes('d14', { delivered: 4, 'skipped: unreachable': 1 }),
      ],
    },
  ],
  [
    10,
    'a correction comes to somebody who was told nothing',
    /ana got moved@2026-05-08 at 2026-04-03T08:00:00Z, but was told no other date/,
    {
      changes: [
        about('ana', 'd35', END, `moved@${END}`),
        outcomes('d35', { delivered: 2, bounced: 1, 'skipped: superseded': 1 }),
        outcomes('moved', { delivered: 1 }),
      ],
    },
  ],
  [
    10,
    'tomorrow is said of today',
    /ana got d1@2026-05-08 at 2026-05-08T08:00:00Z, which is not the day before 2026-05-08/,
    { changes: [mailAt('ana', 'd1', '2026-05-08T08:00:00Z')] },
  ],
  [
    13,
    'a restored chat goes off again under the arming that it was restored from',
    /chat pair off again at 2026-05-12T14:00:00Z under the arming first/,
    { changes: [flippedToo('2026-05-10T14:00:00Z', 'e2ee'), flippedToo('2026-05-12T14:00:00Z', 'off')] },
  ],
  [
    13,
    'a chat is restored when its window has closed',
    /chat pair restored at 2026-05-12T14:00:01Z, too long after it went off at 2026-05-09T14:00:00Z/,
    { changes: restoredAt('2026-05-12T14:00:01Z') },
  ],
  [
    13,
    'a chat is restored with another version',
    /chat pair restored at 2026-05-10T14:00:00Z with version 2, not 1/,
    { changes: restoredAt('2026-05-10T14:00:00Z', { version: 2 }) },
  ],
  [
    13,
    'a chat is restored without what the index knew of it',
    /chat pair restored at 2026-05-10T14:00:00Z with encryptedSince null, not 2025-05-09T00:00:00Z/,
    { changes: restoredAt('2026-05-10T14:00:00Z', { encryptedSince: null }) },
  ],
  [
    13,
    'a restored chat waits for another reason than that',
    /chat pair was restored at 2026-05-10T14:00:00Z, but is blocked as not-due/,
    {
      changes: [
        wrote('2026-05-10T15:00:00Z', { arming: null }),
        flippedToo('2026-05-10T14:00:00Z', 'e2ee'),
        staysBlocked('not-due'),
        reported(() => ({ disabled: 1, blocked: { unreachable: 1, 'not-due': 1 } })),
      ],
    },
  ],
];

describe('finds broken', () => {
  it.each(twins)('promise %i alone: %s', (promise, _, says, given) => {
    expect(brokenIn(given)).toEqual([promise]);
    const { first = [] } = judged(given).find((verdict) => verdict.promise === promise) ?? {};
    expect(first.filter((violation) => says.test(violation))).not.toEqual([]);
  });

  it('every promise that it judges in some twin', () => {
    const promises = judged({ changes: [] }).map(({ promise }) => promise);
    expect([...new Set(twins.map(([promise]) => promise))]).toEqual(promises);
  });
});

describe('the command', () => {
  let directory = '';
  const file = (name: string) => join(directory, name);
  const edit = (name: string, from: string, to: string) => {
    const text = readFileSync(file(name), 'utf8');
    expect(text).toContain(from);
    writeFileSync(file(name), text.replace(from, to));
  };
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const code = await main([directory, ...args], (line) => lines.push(line));
    return { code, lines };
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'checker-'));
    const { report, ...files } = aWorld();
    for (const [name, lines] of Object.entries(files))
      writeFileSync(file(`${name}.jsonl`), lines.map((line) => `${JSON.stringify(asWritten(line))}\n`).join(''));
    writeFileSync(file('report.json'), JSON.stringify({ ...report, requests: {}, wallSeconds: 1 }));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('says of each promise that it was held, by the plan of the example', async () => {
    expect(await run()).toEqual({
      code: 0,
      lines: [
        'promise 1: held (2 flips)',
        'promise 2: held (16 mails, 2 flips)',
        'promise 3: held (4 participants of 2 flips)',
        'promise 4: held (4 participants of 2 flips)',
        'promise 6: held (0 holds, 16 mails, 2 flips)',
        'promise 7: held (16 mails)',
        'promise 8: held (4 people, 4 chats)',
        'promise 10: held (16 mails)',
        'promise 13: held (2 flips, 0 restores)',
      ],
    });
  });

  it('names the flip that came too early', async () => {
    edit('flips.jsonl', '2026-05-09T14:00:00Z', '2026-05-09T03:00:00Z');
    const { code, lines } = await run();
    expect(code).toBe(1);
    expect(lines[0]).toBe(
      'promise 1: BROKEN: chat pair off at 2026-05-09T03:00:00Z, but 2026-05-08 ends for bo at 2026-05-09T04:00:00Z',
    );
    expect(lines.filter((line) => line.includes('BROKEN'))).toHaveLength(1);
  });

  it('excuses a repeat only by the crashes that it is told of', async () => {
    edit('events.jsonl', '2026-05-07T08:01:00Z', '2026-05-07T10:01:00Z');
    const again = { at: '2026-05-07T10:00:00Z', userId: 'ana', notice: `d1@${END}`, endDate: END };
    appendFileSync(file('mail.jsonl'), `${JSON.stringify(again)}\n`);
    expect((await run()).code).toBe(1);
    expect((await run('--kills', '1')).code).toBe(0);
  });

  it('takes the numbers of another plan', async () => {
    const plan = file('plan.yaml');
    const cohorts = `cohorts: [{ id: pilot, endDate: ${END} }]`;
    writeFileSync(plan, `${cohorts}\nguardRails: { requiredNotices: 5, minimumNotice: 5 weeks }\n`);
    const { code, lines } = await run('--plan', plan);
    expect(code).toBe(1);
    expect(lines.filter((line) => line.includes('BROKEN')).map((line) => line.slice(0, 9))).toEqual(['promise 3']);
    writeFileSync(plan, `${cohorts}\nguardRails: { minimumNotice: 6 weeks }\n`);
    expect((await run('--plan', plan)).lines[3]).toContain('promise 4: BROKEN');
  });

  it('judges nothing where a file is missing, cut off or of another shape', async () => {
    rmSync(file('signals.jsonl'));
    expect((await run()).lines).toEqual([expect.stringContaining('signals.jsonl cannot be read (ENOENT)')]);
    writeFileSync(file('signals.jsonl'), '{"at":"2026-05-0');
    expect(await run()).toEqual({ code: 2, lines: [expect.stringContaining('signals.jsonl, line 1: not JSON')] });
    writeFileSync(file('signals.jsonl'), '');
    edit('mail.jsonl', '2026-04-03T08:00:00Z', 'ana@example.com');
    const { code, lines } = await run();
    expect(code).toBe(2);
    expect(lines).toEqual([expect.stringContaining('mail.jsonl, line 1: at: expected an instant')]);
    expect(lines.join()).not.toContain('example.com');
  });

  it('judges nothing by a plan of another campaign, or without a directory', async () => {
    edit('people.jsonl', 'pilot', 'elsewhere');
    expect(await run()).toEqual({ code: 2, lines: [expect.stringContaining('cohort elsewhere is not in')] });
    expect((await run('--kills', 'some')).code).toBe(2);
    expect((await run('--plan', file('none.yaml'))).code).toBe(2);
    expect((await run('another')).code).toBe(2);
    expect((await run('--wrong')).code).toBe(2);
  });
});

/** As a campaign writes it: instants as text, letters with what must not be printed. */
function asWritten(line: object): object {
  if (!('at' in line)) return line;
  const letter = 'endDate' in line ? { to: 'somebody@example.com', text: 'Hello' } : {};
  return { ...line, at: iso(line.at as number), ...letter };
}

/** Turns the events of `d1` into a second delivery of `d35`. */
function sameNotice(userId: string): Change {
  return (world) => ({
    ...world,
    events: world.events.map((event) => (isOf(userId, 'd1')(event) ? { ...event, notice: `d35@${END}` } : event)),
  });
}

/** Nothing more than the letter has moved. */
function stillProven(userId: string, stage: string): Change[] {
  return [deliveredAt(userId, stage, '2026-05-01T08:01:00Z')];
}

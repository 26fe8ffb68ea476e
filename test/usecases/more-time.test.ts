/**
 * Who asks for more time is brought to the group of the later date: from the signal through tick, dispatch and notify to
 * what SES saw, and to the gate.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DAY, HOUR, type Instant, isoInstant, localDate, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { LEAVING } from '../../functions/domain/member.ts';
import type { Mailer } from '../../functions/ports.ts';
import { disable } from '../../functions/usecases/disable.ts';
import { dispatch } from '../../functions/usecases/dispatch.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { aPlan, BERLIN, END, GROUP, PAGE, PLAN } from '../domain/examples.ts';
import {
  accepting,
  anEvent,
  answering,
  armed,
  cutOffAtEveryWrite,
  D1,
  D1_AT,
  D14,
  D14_AT,
  D35,
  D35_AT,
  delivering,
  enrolled,
  ENDED,
  isEncrypted,
  mailTo,
  onPage,
  putChat,
  putUser,
  recordOf,
  MUTATING,
  startWorld,
  type TestWorld,
  workUntil,
} from './world.ts';

/** Fourteen days after the end date, rounded up to a Sunday. */
const NEW = localDate('2026-06-07');
const LATER = `eea~${BERLIN}~${NEW}`;
const LATER_PAGE = `${LATER}~de~1`;
const MOVED = `moved@${NEW}`;
const tenIn = (date: string) => parseInstant(`${date}T10:00:00+02:00`);
const OVER = parseInstant('2026-06-08T12:00:00Z');

let world: TestWorld;
/** Ana and Ben, whose group is on the agenda from its first notice on. */
async function begin(plan: Plan = PLAN, from: Instant = D35_AT): Promise<TestWorld> {
  const begun = await startWorld({ at: from - DAY, plan });
  await onPage(begun, ['ana', 'ben']);
  await begun.plan.schedule({ at: from, kind: 'group', id: GROUP });
  begun.mailer.answer = delivering(begun);
  return begun;
}
beforeEach(async () => {
  world = await begin();
});
afterEach(() => world.tables.stop());

/** As the page, or the platform, queues it. */
const ask = (of: TestWorld = world, userId = 'ana') =>
  void of.queued.signals.push({ userId, signal: 'more-time', at: isoInstant(of.clock.now()) });
/** Asked at an instant, and worked off until another. */
async function asked(at: Instant, until: Instant, of: TestWorld = world) {
  await workUntil(of, at);
  ask(of);
  await workUntil(of, until);
}
const member = async (of: TestWorld = world, userId = 'ana') => (await of.ledger.members([userId])).get(userId)!;
/** Each mail to a person, and the hour in which it was sent. */
const mails = (userId: string, of: TestWorld = world) =>
  mailTo(of, userId).map(({ notice, at }) => [notice, isoInstant(at - (at % HOUR))]);
const mail = (notice: string, at: Instant) => [notice, isoInstant(at)];
const runs = async (group = LATER, of: TestWorld = world) =>
  Object.fromEntries(
    (await of.plan.runs())
      .filter((run) => run.group === group)
      .map(({ notice, state, tally }) => [notice, [state, tally?.accepted ?? null, tally?.skipped ?? null]]),
  );

/** What the rest of the ladder brings to who has moved. */
const REST = [
  mail(`d14@${NEW}`, tenIn('2026-05-24')),
  mail(`d7@${NEW}`, tenIn('2026-05-31')),
  mail(`d1@${NEW}`, tenIn('2026-06-06')),
];

describe('who asks for more time', () => {
  it('leaves, moves after the longest call has ended, and is told the new date the next morning', async () => {
    await workUntil(world, D35_AT + 2 * HOUR);
    ask();
    await workUntil(world, D35_AT + 2 * HOUR + LEAVING - 1);
    expect(await member()).toMatchObject({
      page: PAGE,
      leaving: { notBefore: NEW, since: D35_AT + 2 * HOUR, asked: true },
      facts: { 'more-time': D35_AT + 2 * HOUR },
    });
    await workUntil(world, D35_AT + 2 * HOUR + LEAVING);
    expect(await member()).toMatchObject({
      group: LATER,
      page: LATER_PAGE,
      leaving: null,
      moves: 1,
      told: { notices: [D35], lastDay: '2026-04-14', endDate: END },
      facts: { 'more-time': D35_AT + 2 * HOUR },
    });
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(MOVED, D35_AT + DAY)]);
    expect(mailTo(world, 'ana')).toHaveLength(2);
  });

  it('is told what remains of the new ladder, and of the old one nothing', async () => {
    await asked(D35_AT + 2 * HOUR, OVER);
    expect(mails('ana')).toEqual([
      mail(D35, D35_AT),
      mail(MOVED, D35_AT + DAY),
      mail(`d35@${NEW}`, tenIn('2026-05-03')),
      ...REST,
    ]);
    expect(mails('ben').map(([notice]) => notice)).toEqual([D35, D14, `d7@${END}`, D1]);
    for (const notice of [D14, D1]) expect((await recordOf(world, notice))?.skipped).toEqual({ 0: 'not-on-this-page' });
  });

  it('reads the new date in the letter, and in none of the later ones the old', async () => {
    await asked(D35_AT + 2 * HOUR, OVER);
    const letters = world.mailer.calls.filter(({ people }) => people.includes('ana')).slice(1);
    expect(letters.map(({ values }) => values[0]?.['endDay'])).toEqual(letters.map(() => '7. Juni'));
  });

  it('is told once on a day on which a stage of the new date is due too: it carries the date', async () => {
    await asked(parseInstant('2026-05-02T15:00:00+02:00'), OVER);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(`d35@${NEW}`, tenIn('2026-05-03')), ...REST]);
    expect(await runs()).toMatchObject({ [MOVED]: ['closed', 0, { 'not-told-another-date': 1 }] });
  });

  it('is told nothing about a date that they were never told: the ladder itself is the news', async () => {
    await world.plan.unschedule({ at: D35_AT, kind: 'group', id: GROUP });
    await asked(D35_AT - HOUR, OVER);
    expect(mails('ana')).toEqual([mail(`d35@${NEW}`, tenIn('2026-05-03')), ...REST]);
    expect(await world.plan.run(LATER, MOVED)).toBeUndefined();
  });

  it('moves once, although they ask twice, and although the move is asked for twice (promise 9)', async () => {
    await workUntil(world, D35_AT + 2 * HOUR);
    ask();
    ask();
    await workUntil(world, D35_AT + 2 * HOUR + MINUTE);
    ask();
    await workUntil(world, D35_AT + 2 * HOUR + LEAVING);
    const move = () => dispatch(world, { kind: 'move', userId: 'ana' });
    await Promise.all([move(), move(), move()]);
    await workUntil(world, D35_AT + DAY + HOUR);
    ask();
    await workUntil(world, D35_AT + 5 * DAY);
    expect(await member()).toMatchObject({ group: LATER, moves: 1, leaving: null });
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(MOVED, D35_AT + DAY)]);
    expect((await world.ledger.page(LATER_PAGE))?.members).toEqual(['ana']);
  });

  it('is told the new date once more where that comes back for now, and not oftener', async () => {
    const deliver = delivering(world);
    world.mailer.answer = (call) => (call.notice === MOVED ? accepting(call) : deliver(call));
    await asked(D35_AT + 2 * HOUR, D35_AT + DAY + HOUR);
    const bounce = { page: LATER_PAGE, notice: MOVED, bounceType: 'Transient', bounceSubType: 'MailboxFull' };
    const hear = (at: Instant) => feedback(world, [anEvent('Bounce', 'ana', { ...bounce, time: isoInstant(at) })]);
    expect(await hear(D35_AT + DAY + MINUTE)).toEqual([null]);
    await workUntil(world, D35_AT + 2 * DAY + HOUR);
    expect(await hear(D35_AT + 2 * DAY + MINUTE)).toEqual([null]);
    await workUntil(world, D35_AT + 5 * DAY);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(MOVED, D35_AT + DAY), mail(MOVED, D35_AT + 2 * DAY)]);
    expect(await runs()).toMatchObject({ [MOVED]: ['closed', 1, {}] });
  });

  it('is told the new date though their mailbox had answered by itself, which was heard of before the delivery', async () => {
    world.mailer.answer = accepting;
    await workUntil(world, D35_AT + HOUR);
    const answer = anEvent('Bounce', 'ana', { bounceType: 'Transient', bounceSubType: 'General' });
    expect(await feedback(world, [answer])).toEqual([null]);
    expect(await feedback(world, [anEvent('Delivery', 'ana')])).toEqual([null]);
    await asked(D35_AT + 2 * HOUR, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(MOVED, D35_AT + DAY)]);
  });

  it('is in the group of those who asked with them, each told once', async () => {
    await workUntil(world, D35_AT + 2 * HOUR);
    ask();
    await workUntil(world, D35_AT + 2 * DAY);
    ask(world, 'ben');
    await workUntil(world, D35_AT + 5 * DAY);
    expect((await world.ledger.page(LATER_PAGE))?.members).toEqual(['ana', 'ben']);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(MOVED, D35_AT + DAY)]);
    expect(mails('ben')).toEqual([mail(D35, D35_AT), mail(MOVED, D35_AT + 3 * DAY)]);
  });
});

describe('stages of the new date that are past', () => {
  it('are recorded as superseded in a group that is new, and sent to nobody (promises 8, 10)', async () => {
    const at = D14_AT + DAY;
    await asked(at, OVER);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(D14, D14_AT), mail(MOVED, at + DAY), ...REST]);
    expect(await runs()).toMatchObject({
      [`d35@${NEW}`]: ['closed', 0, { superseded: 1 }],
      [MOVED]: ['closed', 1, {}],
      [`d14@${NEW}`]: ['closed', 1, {}],
    });
    expect(await recordOf(world, `d35@${NEW}`, LATER_PAGE)).toMatchObject({
      complete: true,
      skipped: { 0: 'superseded' },
      attempts: [],
    });
  });

  it('are recorded as superseded where several are past: the earlier ones for the whole group', async () => {
    await world.tables.stop();
    world = await begin(aPlan({}, { moreTimeDays: 7 }));
    const date = localDate('2026-05-31');
    const group = `eea~${BERLIN}~${date}`;
    const at = D1_AT + 4 * HOUR;
    await asked(at, OVER);
    expect(mails('ana')).toEqual([
      mail(D35, D35_AT),
      mail(D14, D14_AT),
      mail(`d7@${END}`, tenIn('2026-05-12')),
      mail(D1, D1_AT),
      mail(`moved@${date}`, D1_AT + DAY),
      mail(`d7@${date}`, tenIn('2026-05-24')),
      mail(`d1@${date}`, tenIn('2026-05-30')),
    ]);
    expect(await runs(group)).toMatchObject({
      [`d35@${date}`]: ['superseded', null, null],
      [`d14@${date}`]: ['closed', 0, { superseded: 1 }],
    });
  });

  describe('of a group that was there, and has been through them', () => {
    const at = D14_AT + DAY;
    /** Who came late and has had their first notice about this date, in a group of their own. */
    beforeEach(async () => {
      await onPage(world, ['lea'], LATER_PAGE);
      await world.plan.schedule({ at: tenIn('2026-05-03'), kind: 'group', id: LATER });
      await workUntil(world, at);
      expect(await runs()).toEqual({ [`d35@${NEW}`]: ['closed', 1, {}] });
    });

    it('are recorded as superseded for the newcomer alone, whose runs stay closed', async () => {
      ask();
      await workUntil(world, OVER);
      expect((await world.ledger.page(LATER_PAGE))?.members).toEqual(['lea', 'ana']);
      expect(await recordOf(world, `d35@${NEW}`, LATER_PAGE)).toMatchObject({
        complete: true,
        skipped: { 1: 'superseded' },
        attempts: [{ outcomes: { 0: 'accepted' } }],
      });
      expect(await runs()).toMatchObject({ [`d35@${NEW}`]: ['closed', 1, {}] });
    });

    it('are sent to nobody; what follows is sent to both, the correction to the newcomer only', async () => {
      ask();
      await workUntil(world, OVER);
      expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(D14, D14_AT), mail(MOVED, at + DAY), ...REST]);
      expect(mails('lea')).toEqual([mail(`d35@${NEW}`, tenIn('2026-05-03')), ...REST]);
    });

    it('are recorded on a page of the newcomer’s own too, where they read another language', async () => {
      await putUser(world, 'ana', { locale: 'fr-FR' });
      ask();
      await workUntil(world, OVER);
      expect(await recordOf(world, `d35@${NEW}`, `${LATER}~fr~1`)).toMatchObject({
        skipped: { 0: 'superseded' },
        attempts: [],
      });
      expect(mails('ana').slice(2)).toEqual([mail(MOVED, at + DAY), ...REST]);
      expect(mails('lea')).toEqual([mail(`d35@${NEW}`, tenIn('2026-05-03')), ...REST]);
    });
  });
});

describe('a stage of the new date that is being sent while they come', () => {
  const FIRST = `d35@${NEW}`;
  const at = tenIn('2026-05-03');

  it.each([
    ['the first attempt', 1],
    ['a further one', 2],
  ])('is recorded as superseded for them, and as sent for who was there: %s', async (_, race) => {
    await onPage(world, ['lea'], LATER_PAGE);
    await world.plan.schedule({ at, kind: 'group', id: LATER });
    await workUntil(world, at - MINUTE);
    const since = at - LEAVING;
    await world.ledger.setLeaving('ana', { notBefore: NEW, since, asked: true }, { kind: 'more-time', at: since });
    let attempts = 0;
    const send: Mailer['send'] = async (x) => {
      if (x.notice !== FIRST) return world.mailer.send(x);
      attempts += 1;
      if (attempts < race) return answering(['throttled']);
      await dispatch(world, { kind: 'move', userId: 'ana' });
      expect(await member()).toMatchObject({ page: LATER_PAGE, leaving: null });
      return world.mailer.send(x);
    };
    await workUntil({ ...world, mailer: { ...world.mailer, send } }, at + 3 * DAY);
    expect(attempts).toBe(race);
    const record = await recordOf(world, FIRST, LATER_PAGE);
    expect(record).toMatchObject({ complete: true, skipped: { 1: 'superseded' } });
    expect(record?.attempts.at(-1)).toMatchObject({ slots: [0], outcomes: { 0: 'accepted' } });
    expect(await runs()).toMatchObject({ [FIRST]: ['closed', 1, { superseded: 1 }], [MOVED]: ['closed', 1, {}] });
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(MOVED, at + DAY)]);
    expect(mails('lea')).toEqual([mail(FIRST, at)]);
  });
});

describe('the gate', () => {
  const nominate = () => disable(world, { kind: 'chats', chats: ['chat-of-ana', 'chat-of-ben', 'chat-1'] });
  const encrypted = async () => ({
    ana: await isEncrypted(world, 'chat-of-ana'),
    ben: await isEncrypted(world, 'chat-of-ben'),
    both: await isEncrypted(world, 'chat-1'),
  });
  const at = async (instant: Instant) => {
    await workUntil(world, instant);
    await armed(world, 'eea', 10);
    await nominate();
  };
  beforeEach(() => putChat(world, 'chat-1', ['ana', 'ben']));

  it('stays closed until the new end, for the person and for whom they chat with (promises 1, 2)', async () => {
    await asked(D1_AT + 2 * HOUR, D1_AT + 3 * HOUR);
    await at(ENDED);
    expect(await encrypted()).toEqual({ ana: true, ben: false, both: true });
    expect(await world.ledger.blocked(['chat-of-ana', 'chat-1'])).toEqual(new Map());
    await at(parseInstant('2026-06-08T00:00:00+02:00') - 1);
    expect(await encrypted()).toEqual({ ana: true, ben: false, both: true });
    await at(OVER);
    expect(await encrypted()).toEqual({ ana: false, ben: false, both: false });
  });

  it('opens at the old end to who has not asked: it is the signal that keeps it closed', async () => {
    await at(ENDED);
    expect(await encrypted()).toEqual({ ana: false, ben: false, both: false });
  });

  it('stays closed while they are about to move, though nobody ever moves them', async () => {
    await workUntil(world, D1_AT + 2 * HOUR);
    ask();
    await workUntil(world, D1_AT + 2 * HOUR);
    await armed(world, 'eea', 10);
    world.clock.set(ENDED);
    await nominate();
    expect(await encrypted()).toEqual({ ana: true, ben: false, both: true });
    expect((await world.ledger.blocked(['chat-of-ana'])).get('chat-of-ana')?.reason).toBe('leaving');
  });
});

describe('cut off anywhere, it comes to the same (promise 9)', { timeout: 240_000 }, () => {
  const outcome = async (of: TestWorld) => {
    const { group, page, told, leaving, moves, facts } = await member(of);
    const past = await recordOf(of, `d35@${NEW}`, page);
    return {
      member: { group, told, leaving, moves, asked: facts['more-time'] },
      mails: [mails('ana', of), mails('ben', of)],
      // Whichever page of the group it is: the number of one that was never written is not given again.
      past: past && { ...past, changes: 'once or more' },
      moved: (await of.plan.run(LATER, MOVED))?.state,
      open: (await of.plan.runs()).filter(({ state }) => state === 'open').map(({ notice }) => notice),
    };
  };
  const AT = D14_AT + DAY;
  const EXPECTED = {
    member: {
      group: LATER,
      told: { notices: [D14], lastDay: '2026-05-05', endDate: END },
      leaving: null,
      moves: 1,
      asked: AT,
    },
    mails: [[mail(D14, D14_AT), mail(MOVED, AT + DAY)], [mail(D14, D14_AT)]],
    past: { attempts: [], skipped: { 0: 'superseded' }, complete: true, until: null, changes: 'once or more' },
    moved: 'closed',
    open: [],
  };
  /** The first notice was missed: it has nothing to do with this. */
  async function beginAsking(): Promise<TestWorld> {
    const begun = await begin(PLAN, D14_AT);
    await workUntil(begun, AT);
    return begun;
  }

  it.skipIf(MUTATING)('where the signal, its move, or the correction is cut off', async () => {
    const outcomes = await cutOffAtEveryWrite(beginAsking, async (mortal, immortal) => {
      ask(mortal);
      await workUntil(mortal, AT + 3 * DAY);
      return outcome(immortal);
    });
    expect(outcomes.length).toBeGreaterThan(20);
    for (const each of outcomes) expect(each).toEqual(EXPECTED);
  });

  it('where only the move is cut off, and tick asks for it again', async () => {
    const outcomes = await cutOffAtEveryWrite(beginAsking, async (mortal, immortal) => {
      ask(immortal);
      await workUntil(immortal, AT + LEAVING - 1);
      immortal.clock.set(AT + LEAVING);
      await dispatch(mortal, { kind: 'move', userId: 'ana' }).catch(() => {});
      await workUntil(immortal, AT + 3 * DAY);
      return outcome(immortal);
    });
    expect(outcomes.length).toBeGreaterThan(5);
    for (const each of outcomes) expect(each).toEqual(EXPECTED);
  });

  it('where the move into a group that was there is cut off, and nobody who was there is told anything', async () => {
    const beginBoth = async () => {
      const begun = await beginAsking();
      await onPage(begun, ['lea'], LATER_PAGE);
      await begun.plan.schedule({ at: AT, kind: 'group', id: LATER });
      ask(begun, 'ben');
      await workUntil(begun, AT + 2 * DAY);
      return begun;
    };
    const outcomes = await cutOffAtEveryWrite(beginBoth, async (mortal, immortal) => {
      ask(immortal);
      await workUntil(immortal, AT + 2 * DAY + LEAVING - 1);
      immortal.clock.set(AT + 2 * DAY + LEAVING);
      await dispatch(mortal, { kind: 'move', userId: 'ana' }).catch(() => {});
      await workUntil(immortal, AT + 5 * DAY);
      const { page, moves } = await member(immortal);
      const slot = (await immortal.ledger.page(page))?.members.indexOf('ana') ?? -1;
      return {
        moves,
        mails: ['ana', 'ben', 'lea'].map((userId) => mails(userId, immortal)),
        past: (await recordOf(immortal, `d35@${NEW}`, page))?.skipped[slot],
        runs: await runs(LATER, immortal),
      };
    });
    expect(outcomes.length).toBeGreaterThan(5);
    for (const each of outcomes)
      expect(each).toEqual({
        moves: 1,
        mails: [
          [mail(D14, D14_AT), mail(MOVED, AT + 3 * DAY)],
          [mail(D14, D14_AT), mail(MOVED, AT + DAY)],
          [mail(`d35@${NEW}`, AT)],
        ],
        past: 'superseded',
        runs: {
          [`d35@${NEW}`]: ['closed', 1, { superseded: 1 }],
          [MOVED]: ['closed', 2, { 'not-told-another-date': 1 }],
        },
      });
  });

  it('though nobody works for a day between the signal and the move', async () => {
    await workUntil(world, AT);
    ask();
    await workUntil(world, AT);
    world.clock.set(AT + 2 * DAY);
    await tick(world, AT + 2 * DAY);
    await workUntil(world, AT + 5 * DAY);
    expect(mails('ana').at(-1)).toEqual(mail(MOVED, AT + 3 * DAY));
    expect(await member()).toMatchObject({ group: LATER, moves: 1, leaving: null });
  });
});

it('brings along a chat that was found meanwhile: nothing of the person is left behind', async () => {
  await world.ledger.addChats(await member(), ['chat-2'], []);
  await asked(D35_AT + 2 * HOUR, D35_AT + 2 * DAY);
  expect((await member()).chats).toEqual(new Set(['chat-of-ana', 'chat-2']));
  await enrolled(world, 'ana', { group: 'other' });
  expect((await member()).group).toBe(LATER);
});

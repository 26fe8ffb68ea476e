/**
 * A mailbox that is full, a server that is down: the notice is sent once more, the next morning, to that person only.
 * Played through tick, dispatch and notify, and judged by what SES saw.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FeedbackMessage } from '../../functions/contracts/messages.ts';
import { DAY, HOUR, type Instant, isoInstant, localDate, MINUTE } from '../../functions/domain/time.ts';
import { RECONCILE_AFTER } from '../../functions/domain/page.ts';
import type { Ledger, Mailer } from '../../functions/ports.ts';
import { dispatch } from '../../functions/usecases/dispatch.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { BERLIN, GROUP, PAGE, PLAN } from '../domain/examples.ts';
import {
  accepting,
  anEvent,
  answering,
  cutOffAtEveryWrite,
  D1,
  D1_AT,
  D14,
  D14_AT,
  D35,
  D35_AT,
  delivering,
  losingTheAnswer,
  mailTo,
  onPage,
  putUser,
  recordOf,
  MUTATING,
  startWorld,
  type TestWorld,
  unlessKilled,
  workUntil,
} from './world.ts';

const EN = `${GROUP}~en~1`;
const MORNING = D35_AT + DAY;

let world: TestWorld;
/** Ana and Ben were sent their first notice, with Cem, who reads English. */
async function begin(at: Instant = D35_AT): Promise<TestWorld> {
  const begun = await startWorld({ at });
  await onPage(begun, ['ana', 'ben']);
  await onPage(begun, ['cem'], EN);
  await putUser(begun, 'cem', { locale: 'en' });
  await begun.plan.schedule({ at, kind: 'group', id: GROUP });
  await workUntil(begun, at);
  return begun;
}
/** The same, and the run of the notice is through. */
async function beginClosed(): Promise<TestWorld> {
  const begun = await begin();
  await workUntil(begun, D35_AT + HOUR);
  return begun;
}
beforeEach(async () => {
  world = await beginClosed();
});
afterEach(() => world.tables.stop());
const beginAnew = async (anew: Promise<TestWorld>) => {
  await world.tables.stop();
  world = await anew;
};

const full = (userId: string, x: Parameters<typeof anEvent>[2] = {}) =>
  anEvent('Bounce', userId, { bounceType: 'Transient', bounceSubType: 'MailboxFull', ...x });
const hear = async (...messages: FeedbackMessage[]) => {
  const errors = await feedback(world, messages);
  expect(errors.filter((error) => error !== null)).toEqual([]);
};
const run = async (notice = D35) => world.plan.run(GROUP, notice);
/** Each mail to a person, and the hour in which it was sent: the pacer spreads them over some milliseconds. */
const mails = (userId: string, of: TestWorld = world) =>
  mailTo(of, userId).map(({ notice, at }) => [notice, at - (at % HOUR)]);
const ONCE = [[D35, D35_AT]];
const TWICE = [
  [D35, D35_AT],
  [D35, MORNING],
];

describe('a notice that a mailbox gave back for now', () => {
  it('is sent once more the next morning, and to nobody else, though its run was closed', async () => {
    expect((await run())?.state).toBe('closed');
    await hear(full('ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(TWICE);
    expect([mails('ben'), mails('cem')]).toEqual([ONCE, ONCE]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 3, skipped: {} } });
  });

  it('is not sent again where nothing came back: it is the event that makes it so', async () => {
    await hear(anEvent('DeliveryDelay', 'ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(ONCE);
  });

  it('is sent once more while its run is still open, the page through', async () => {
    await beginAnew(begin());
    expect([(await run())?.state, (await recordOf(world, D35))?.complete]).toEqual(['open', true]);
    await hear(full('ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect([mails('ana'), mails('ben'), mails('cem')]).toEqual([TWICE, ONCE, ONCE]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 3 } });
  });

  it('is sent once more while others of its page have yet to be sent to, who need not wait for it', async () => {
    await world.tables.stop();
    world = await startWorld({ at: D35_AT });
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => answering(['accepted', 'throttled']);
    await world.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
    await workUntil(world, D35_AT);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false });
    world.mailer.answer = accepting;
    await hear(full('ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(TWICE);
    const [first, second, ...more] = mailTo(world, 'ben').map(({ at }) => at);
    expect([first, more]).toEqual([D35_AT, []]);
    expect(second).toBeLessThan(D35_AT + HOUR);
  });

  it('is sent once more on the same day where it came back in the night', async () => {
    world.clock.set(MORNING - 5 * HOUR);
    await hear(full('ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(TWICE);
  });

  it.each([
    ['a message that is too large', { bounceSubType: 'MessageTooLarge' }],
    ['a reason that nobody knows', { bounceType: 'Undetermined', bounceSubType: 'Undetermined' }],
    ['no reason at all', { bounceType: '', bounceSubType: '' }],
  ])('is sent once more with %s: only what is for good is for good', async (_, x) => {
    await hear(full('ana', x));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(TWICE);
  });

  it('is sent once more though it is no required one', async () => {
    await workUntil(world, D14_AT + HOUR);
    await hear(full('ana', { notice: D14 }));
    await workUntil(world, D14_AT + 3 * DAY);
    expect(mails('ana')).toEqual([...ONCE, [D14, D14_AT], [D14, D14_AT + DAY]]);
  });

  it('is sent once more to each of many, whose events come together', { timeout: 60_000 }, async () => {
    const people = Array.from({ length: 40 }, (_, at) => `p${at}`);
    await world.tables.stop();
    world = await startWorld({ at: D35_AT });
    await onPage(world, people);
    await world.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
    await workUntil(world, D35_AT + HOUR);
    await hear(...people.slice(0, 30).map((userId) => full(userId)));
    await workUntil(world, D35_AT + 3 * DAY);
    for (const [at, userId] of people.entries()) expect(mails(userId)).toEqual(at < 30 ? TWICE : ONCE);
  });

  it('says of the person that they may be mailed, and nothing to the platform', async () => {
    await hear(full('ana'));
    const { facts } = (await world.ledger.members(['ana'])).get('ana')!;
    expect([facts.unreachable, facts.failed]).toEqual([undefined, new Map([[D35, 'soft-bounced']])]);
    expect(world.published).toEqual([]);
  });
});

describe('is sent once more, and not oftener (promises 7, 9)', () => {
  it('however often the event comes, before and after', async () => {
    await hear(full('ana'), full('ana'), full('ana', { id: 'another' }));
    world.clock.set(D35_AT + 2 * HOUR);
    await hear(full('ana'));
    await workUntil(world, MORNING + HOUR);
    for (const after of [0, HOUR, DAY, 2 * DAY]) {
      await workUntil(world, MORNING + HOUR + after);
      await hear(full('ana'), full('ana'));
    }
    await workUntil(world, D35_AT + 6 * DAY);
    expect(mails('ana')).toEqual(TWICE);
    expect((await run())?.state).toBe('closed');
  });

  it('where the second try comes back too: they hear of it by the next stage', async () => {
    await hear(full('ana'));
    await workUntil(world, MORNING + HOUR);
    await hear(full('ana', { id: 'second', messageId: 'message-2', time: isoInstant(MORNING + MINUTE) }));
    await workUntil(world, D14_AT + HOUR);
    expect(mails('ana')).toEqual([...TWICE, [D14, D14_AT]]);
  });

  it('where it is asked for again by hand: the record alone keeps it from being sent', async () => {
    await hear(full('ana'));
    await workUntil(world, MORNING + HOUR);
    await notify(world, { page: PAGE, notice: D35 });
    await workUntil(world, MORNING + DAY + HOUR);
    await notify(world, { page: PAGE, notice: D35 });
    expect(mails('ana')).toEqual(TWICE);
  });
});

describe('is not sent again', () => {
  const delivered = anEvent('Delivery', 'ana', { time: isoInstant(D35_AT + 4_000) });

  it.each<[string, readonly FeedbackMessage[]]>([
    ['delivered before', [delivered, full('ana')]],
    ['delivered after', [full('ana'), delivered]],
    ['delivered in between, and both told twice', [full('ana'), delivered, full('ana'), delivered]],
  ])('where it was %s: what came back is an automatic answer', async (_, messages) => {
    for (const message of messages) await hear(message);
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(ONCE);
    expect((await run())?.state).toBe('closed');
    expect((await world.ledger.members(['ana'])).get('ana')?.facts.delivered.has(D35)).toBe(true);
  });

  it('where it was delivered before: nothing is opened or written for it but the fact', async () => {
    await hear(delivered);
    const before = [await run(), await recordOf(world, D35)];
    await hear(full('ana'));
    expect([await run(), await recordOf(world, D35)]).toEqual(before);
    expect((await world.ledger.members(['ana'])).get('ana')?.facts.failed.get(D35)).toBe('soft-bounced');
  });

  it('where it was delivered, whatever the order of the events and however often they come', async () => {
    const order = fc.tuple(
      fc.shuffledSubarray([delivered, full('ana'), full('ben')], { minLength: 3 }),
      fc.array(fc.constantFrom(delivered, full('ana'), full('ben')), { maxLength: 4 }),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(order, async ([each, again, together]) => {
        await beginAnew(beginClosed());
        if (together) await hear(...each, ...again);
        else for (const message of [...each, ...again]) await hear(message);
        await workUntil(world, D35_AT + 3 * DAY);
        expect([mails('ana'), mails('ben'), mails('cem')]).toEqual([ONCE, TWICE, ONCE]);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('where the person was moved meanwhile: they are told another date', async () => {
    const notBefore = localDate('2026-06-21');
    await world.ledger.setLeaving('ana', { notBefore, since: D35_AT });
    await world.plan.schedule({ at: D35_AT + HOUR, kind: 'move', id: 'ana' });
    await workUntil(world, D35_AT + 2 * HOUR);
    expect((await world.ledger.members(['ana'])).get('ana')?.group).toBe(`eea~${BERLIN}~${notBefore}`);
    await hear(full('ana'), full('ben'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual([...ONCE, [`moved@${notBefore}`, MORNING]]);
    expect(mails('ben')).toEqual(TWICE);
  });

  it('where they are moved before the morning comes', async () => {
    const notBefore = localDate('2026-06-21');
    await hear(full('ana'));
    await world.ledger.setLeaving('ana', { notBefore, since: D35_AT });
    await world.plan.schedule({ at: D35_AT + HOUR, kind: 'move', id: 'ana' });
    const first = D35_AT + 33 * DAY;
    await workUntil(world, first + HOUR);
    // No correction: what came back told them no date. The ladder itself is the news.
    expect(mails('ana')).toEqual([...ONCE, [`d35@${notBefore}`, first]]);
    expect((await run())?.state).toBe('closed');
  });

  it('on the last day, on which "tomorrow" is not tomorrow (promise 10)', async () => {
    await beginAnew(begin(D1_AT));
    await workUntil(world, D1_AT + HOUR);
    await hear(full('ana', { notice: D1 }));
    await workUntil(world, D1_AT + 2 * DAY);
    expect(mails('ana')).toEqual([[D1, D1_AT]]);
    expect((await recordOf(world, D1))?.attempts).toMatchObject([{ outcomes: { 0: 'accepted' } }]);
    expect((await run(D1))?.state).toBe('closed');
  });

  it('where nothing of it was ever sent, or to somebody who is nobody', async () => {
    await hear(full('ana', { notice: D14 }), full('nobody'), full('ana', { page: `${GROUP}~de~9` }));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(ONCE);
    expect(await run(D14)).toBeUndefined();
  });

  it('where its address is found to be none meanwhile', async () => {
    await hear(full('ana'));
    await hear(anEvent('Bounce', 'ana', { bounceType: 'Permanent', bounceSubType: 'General' }));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(ONCE);
    expect(await recordOf(world, D35)).toMatchObject({ complete: true, skipped: { 0: 'unreachable' } });
  });
});

describe('cut off anywhere, it comes to the same (promises 7, 9)', { timeout: 120_000 }, () => {
  const outcome = async (of: TestWorld) => ({
    mailed: ['ana', 'ben', 'cem'].map((userId) => mails(userId, of)),
    record: (await recordOf(of, D35))?.attempts.map(({ slots, outcomes }) => ({ slots, outcomes })),
    facts: (await of.ledger.members(['ana'])).get('ana')?.facts.failed,
    run: (await of.plan.run(GROUP, D35))?.state,
    tally: (await of.plan.run(GROUP, D35))?.tally,
  });
  const EXPECTED = {
    mailed: [TWICE, ONCE, ONCE],
    record: [
      { slots: [0, 1], outcomes: { 0: 'returned', 1: 'accepted' } },
      { slots: [0], outcomes: { 0: 'accepted' } },
    ],
    facts: new Map([[D35, 'soft-bounced']]),
    run: 'closed',
    tally: { accepted: 3, skipped: {} },
  };

  it.each([
    ['closed', beginClosed],
    ['open', begin],
  ])('where the event comes again at once, the run %s', async (_, start) => {
    const outcomes = await cutOffAtEveryWrite(start, async (mortal, immortal) => {
      await feedback(mortal, [full('ana')]).catch(unlessKilled);
      await feedback(immortal, [full('ana')]);
      await workUntil(immortal, D35_AT + 3 * DAY);
      return outcome(immortal);
    });
    expect(outcomes.length).toBeGreaterThan(4);
    for (const each of outcomes) expect(each).toEqual(EXPECTED);
  });

  it('where the event comes again hours later', async () => {
    const outcomes = await cutOffAtEveryWrite(beginClosed, async (mortal, immortal) => {
      await feedback(mortal, [full('ana')]).catch(unlessKilled);
      await workUntil(immortal, D35_AT + 8 * HOUR);
      await feedback(immortal, [full('ana')]);
      await workUntil(immortal, D35_AT + 3 * DAY);
      return outcome(immortal);
    });
    for (const each of outcomes) expect(each).toEqual(EXPECTED);
  });

  it.skipIf(MUTATING)(
    'where tick, dispatch or notify is killed on the way to the second try, of which SES tells',
    async () => {
      const outcomes = await cutOffAtEveryWrite(beginClosed, async (mortal, immortal) => {
        await feedback(immortal, [full('ana')]);
        immortal.mailer.answer = delivering(immortal);
        await workUntil(mortal, D35_AT + 3 * DAY);
        return outcome(immortal);
      });
      expect(outcomes.length).toBeGreaterThan(10);
      for (const each of outcomes) expect(each).toEqual(EXPECTED);
    },
  );

  it('is never sent a third time where SES tells of the second, though nobody knows whether SES has taken the second', async () => {
    world.mailer.answer = (call) => (call.at >= MORNING ? losingTheAnswer() : accepting(call));
    await hear(full('ana'));
    await workUntil(world, MORNING + HOUR);
    await hear(full('ana'));
    world.mailer.answer = accepting;
    await hear(anEvent('Delivery', 'ana', { time: isoInstant(MORNING + 5_000) }));
    await workUntil(world, D35_AT + 4 * DAY);
    expect(mails('ana')).toEqual(TWICE);
    expect((await run())?.state).toBe('closed');
  });
});

describe('a second try of unknown end, of which nothing is heard (promise 7)', () => {
  it('is not taken as accepted because the first came back: a required notice is sent again', async () => {
    world.mailer.answer = (call) =>
      call.at >= MORNING && call.at < MORNING + HOUR ? losingTheAnswer() : accepting(call);
    await hear(full('ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual([...TWICE, [D35, MORNING + RECONCILE_AFTER]]);
    expect((await recordOf(world, D35))?.attempts.map(({ outcomes }) => outcomes)).toEqual([
      { 0: 'returned', 1: 'accepted' },
      { 0: 'unheard' },
      { 0: 'accepted' },
    ]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 3, skipped: {} } });
  });

  it('is unknown where the notice is optional, and is not sent again', async () => {
    await workUntil(world, D14_AT + HOUR);
    world.mailer.answer = losingTheAnswer;
    await hear(full('ana', { notice: D14, time: isoInstant(D14_AT + 5_000) }));
    await workUntil(world, D14_AT + DAY + HOUR);
    world.mailer.answer = accepting;
    await workUntil(world, D14_AT + 3 * DAY);
    expect(mails('ana')).toEqual([...ONCE, [D14, D14_AT], [D14, D14_AT + DAY]]);
    expect((await recordOf(world, D14))?.attempts.map(({ outcomes }) => outcomes)).toEqual([
      { 0: 'returned', 1: 'accepted' },
      { 0: 'unknown' },
    ]);
    expect(await run(D14)).toMatchObject({ state: 'closed', tally: { accepted: 2, skipped: { unknown: 1 } } });
  });
});

describe('of what is lost the platform hears', () => {
  const told = (notice: string) => [
    {
      type: 'PersonUnreachable',
      detail: { sunset: PLAN.sunset, userId: 'ana', notice, reason: 'soft-bounced' },
    },
  ];
  const second = (notice: string, at: Instant) =>
    full('ana', { notice, id: 'second', messageId: 'message-2', time: isoInstant(at) });

  it('where a required notice comes back a second time, and not because the first event comes again', async () => {
    await hear(full('ana'));
    await workUntil(world, MORNING + HOUR);
    await hear(full('ana'));
    expect(world.published).toEqual([]);
    await hear(second(D35, MORNING + MINUTE));
    expect(world.published).toEqual(told(D35));
  });

  it('not where an optional one comes back a second time', async () => {
    await workUntil(world, D14_AT + HOUR);
    await hear(full('ana', { notice: D14, time: isoInstant(D14_AT + 5_000) }));
    await workUntil(world, D14_AT + DAY + HOUR);
    expect(mails('ana')).toEqual([...ONCE, [D14, D14_AT], [D14, D14_AT + DAY]]);
    await hear(second(D14, D14_AT + DAY + MINUTE));
    expect(world.published).toEqual([]);
  });

  it('where the last notice came back, and "tomorrow" is not tomorrow any more', async () => {
    await beginAnew(begin(D1_AT));
    await workUntil(world, D1_AT + HOUR);
    await hear(full('ana', { notice: D1, time: isoInstant(D1_AT + 5_000) }));
    // At once: the app has this one day to show it.
    expect(world.published).toEqual(told(D1));
    await workUntil(world, D1_AT + 2 * DAY);
    expect(mails('ana')).toEqual([[D1, D1_AT]]);
    expect(world.published).toEqual(told(D1));
  });

  it.each([
    ['where a required one came back', D35, D35_AT, D14_AT, told(D35)],
    ['not where an optional one came back', D14, D14_AT, D14_AT + 7 * DAY, []],
  ])('%s, and the next stage was due before it could be sent again', async (_, notice, at, next, published) => {
    await workUntil(world, next - MINUTE);
    await hear(full('ana', { notice, time: isoInstant(at + 5_000) }));
    expect(world.published).toEqual([]);
    await workUntil(world, next + HOUR);
    expect((await recordOf(world, notice))?.skipped).toEqual({ 0: 'superseded' });
    expect(world.published).toEqual(published);
  });
});

describe('a soft bounce that comes in the middle of something else', () => {
  const withLedger = (changes: Partial<Ledger>): TestWorld => ({ ...world, ledger: { ...world.ledger, ...changes } });
  const outcomes = async () => (await recordOf(world, D35))?.attempts.map(({ outcomes: each }) => each);
  /** Nothing was sent yet. */
  async function beginUnsent(...pages: readonly (readonly string[])[]) {
    await world.tables.stop();
    world = await startWorld({ at: D35_AT });
    for (const [at, people] of pages.entries()) await onPage(world, people, `${GROUP}~de~${at + 1}`);
    await world.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
  }
  /** Ana's letter was taken, Ben's has to be sent again. */
  async function beginHalfSent() {
    await beginUnsent(['ana', 'ben']);
    world.mailer.answer = () => answering(['accepted', 'throttled']);
    await workUntil(world, D35_AT);
    world.mailer.answer = accepting;
  }

  it('of SES, who is asked for another of the page: what notify concluded before is not written', async () => {
    await beginHalfSent();
    const send: Mailer['send'] = async (x) => {
      await hear(full('ana'));
      return world.mailer.send(x);
    };
    await notify({ ...world, mailer: { ...world.mailer, send } }, { page: PAGE, notice: D35 });
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, until: null });
    expect(await outcomes()).toEqual([{ 0: 'returned', 1: 'throttled' }, { 1: 'accepted' }]);
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(TWICE);
    expect(mails('ben')).toEqual([...ONCE, ...ONCE]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 2, skipped: {} } });
  });

  it('of itself: the page is settled, and its run closed, between its reading and its writing', async () => {
    await beginHalfSent();
    const racing = withLedger({
      giveBack: async (...x) => {
        await workUntil(world, D35_AT + HOUR);
        expect([(await recordOf(world, D35))?.complete, (await run())?.state]).toEqual([true, 'closed']);
        return world.ledger.giveBack(...x);
      },
    });
    expect(await feedback(racing, [full('ana')])).toEqual([null]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, until: null });
    expect(await outcomes()).toEqual([{ 0: 'returned', 1: 'throttled' }, { 1: 'accepted' }]);
    await workUntil(world, D35_AT + 3 * DAY);
    expect(mails('ana')).toEqual(TWICE);
    expect(mails('ben')).toEqual([...ONCE, ...ONCE]);
  });

  it('of its own attempt, which is not settled yet: it comes again, and then is sent once more', async () => {
    await beginUnsent(['ana', 'ben']);
    const errors: unknown[] = [];
    const racing = withLedger({
      settle: async (...x) => {
        if (errors.length === 0) errors.push(...(await feedback(world, [full('ana')])));
        return world.ledger.settle(...x);
      },
    });
    await workUntil(racing, D35_AT + HOUR);
    expect(errors).toEqual([expect.any(Error)]);
    expect((await world.ledger.members(['ana'])).get('ana')?.facts.failed).toEqual(new Map());
    await hear(full('ana'));
    await workUntil(world, D35_AT + 3 * DAY);
    expect([mails('ana'), mails('ben')]).toEqual([TWICE, ONCE]);
  });

  it('of its own attempt, whose process has died: it is recorded after five minutes, and comes no more', async () => {
    await beginUnsent(['ana', 'ben']);
    world.mailer.answer = losingTheAnswer;
    await workUntil(world, D35_AT);
    const claimedAt = (await recordOf(world, D35))?.attempts[0]?.at ?? 0;
    world.clock.set(claimedAt + 5 * MINUTE - 1);
    expect(await feedback(world, [full('ana')])).toEqual([expect.any(Error)]);
    world.clock.set(claimedAt + 5 * MINUTE);
    await hear(full('ana'));
    expect(await recordOf(world, D35)).toMatchObject({ attempts: [{ settledAt: null }] });
    const { failed } = (await world.ledger.members(['ana'])).get('ana')!.facts;
    expect(failed).toEqual(new Map([[D35, 'soft-bounced']]));
  });

  it('of a second attempt whose answer was lost: it proves that SES had taken that, and there is no third (promise 7)', async () => {
    await beginUnsent(['ana']);
    await workUntil(world, D35_AT);
    await hear(full('ana'));
    world.mailer.answer = losingTheAnswer;
    await workUntil(world, MORNING + MINUTE);
    const second = (await recordOf(world, D35))?.attempts[1]?.at ?? 0;
    expect(second).toBeGreaterThan(0);
    world.mailer.answer = accepting;
    world.clock.set(second + HOUR);
    await hear({ ...full('ana'), id: 'another', time: isoInstant(second + 1000) });
    await workUntil(world, D35_AT + 5 * DAY);
    expect(mails('ana')).toEqual(TWICE);
  });

  it('of dispatch, which holds what it read, and of another in the same millisecond: nobody is lost', async () => {
    await beginUnsent(['ana'], ['ben']);
    await workUntil(world, D35_AT);
    world.clock.set((await run())?.lookAt ?? 0);
    // The first page as it was before, the second as it is by now; the run looks the same before and after.
    await hear(full('ben', { page: `${GROUP}~de~2` }));
    const racing = withLedger({
      records: async (...x) => {
        const read = await world.ledger.records(...x);
        await hear(full('ana'));
        return read;
      },
    });
    await dispatch(racing, { kind: 'run', group: GROUP, notice: D35 });
    // It waits for Ben’s morning; the agenda opens it again for both.
    expect(await run()).toMatchObject({ state: 'open', lookAt: MORNING, reopened: 0 });
    await workUntil(world, D35_AT + 3 * DAY);
    expect([mails('ana'), mails('ben')]).toEqual([TWICE, TWICE]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 2, skipped: {} } });
  });

  it('of dispatch, which holds what it read while tick opens the run again: nobody is lost', async () => {
    await beginUnsent(['ana'], ['ben']);
    await workUntil(world, D35_AT);
    // Nobody has looked at it since: but for the count it is the same before and after.
    world.clock.set(MORNING - 1);
    const before = await run();
    const racing = withLedger({
      records: async (...x) => {
        const read = await world.ledger.records(...x);
        await hear(full('ana'), full('ben', { page: `${GROUP}~de~2` }));
        world.clock.set(MORNING);
        await tick(world, MORNING);
        return read;
      },
    });
    await dispatch(racing, { kind: 'run', group: GROUP, notice: D35 });
    expect(await run()).toEqual({ ...before, reopened: 1 });
    await workUntil(world, D35_AT + 3 * DAY);
    expect([mails('ana'), mails('ben')]).toEqual([TWICE, TWICE]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 2, skipped: {} } });
  });
});

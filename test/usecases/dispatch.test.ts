import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { groupKey, PAGE_SIZE, reviewAt } from '../../functions/domain/group.ts';
import { RECONCILE_AFTER } from '../../functions/domain/page.ts';
import { DAY, HOUR, localDate, MINUTE } from '../../functions/domain/time.ts';
import { dispatch } from '../../functions/usecases/dispatch.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { END, GROUP, PAGE, PLAN } from '../domain/examples.ts';
import {
  answering,
  D14,
  D35,
  D35_AT,
  LEASE,
  LETTER,
  losingTheAnswer,
  onPage,
  putUser,
  recordOf,
  startWorld,
  type TestWorld,
} from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

const OPENED = {
  group: GROUP,
  state: 'open',
  planHash: 'hash-1',
  openedAt: D35_AT,
  queued: 0,
  settled: {},
  reopened: 0,
  through: null,
  tally: null,
} as const;
const open = (notice = D35) => world.plan.openRun({ ...OPENED, notice, lookAt: D35_AT });
const go = (notice = D35) => dispatch(world, { kind: 'run', group: GROUP, notice });
const run = async (notice = D35) => (await world.plan.run(GROUP, notice))!;
/** Works off what was queued. */
async function send() {
  for (const message of world.queued.notices.splice(0)) await notify(world, message);
}
/** Goes on with a run whenever it may be looked at, so many times. */
async function goOn(times: number, notice = D35) {
  for (let each = 0; each < times; each++) {
    const { lookAt, state } = await run(notice);
    if (state !== 'open') return;
    world.clock.set(Math.max(world.clock.now(), lookAt));
    await go(notice);
    await send();
  }
}

describe('an open run', () => {
  it('queues every page once, then closes when each has settled, with its tally (promise 8)', async () => {
    const pages = [1, 2, 3].map((number) => `${GROUP}~de~${number}`);
    for (const page of pages) await onPage(world, [`${page}-a`, `${page}-b`], page);
    await putUser(world, `${pages[0]}-a`, { email: null });
    await open();
    await go();
    expect(world.queued.notices).toEqual(pages.map((page) => ({ page, notice: D35 })));
    await send();
    await goOn(3);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 5, skipped: { 'no-address': 1 } } });
    expect(world.mailer.calls).toHaveLength(3);
  });

  it('queues no more than a quarter of an hour of sending, and goes on after it', async () => {
    await world.plan.setBudget({ left: 100_000, rate: 1 });
    const quarter = (15 * 60 * PLAN.guardRails.sendShare) / 100;
    const count = 40;
    await world.plan.createGroup(GROUP);
    for (let page = 1; page <= count; page++) await world.plan.nextPage(GROUP, 'de');
    await open();
    for (let before = 0; before < count; before = world.queued.notices.length) {
      world.clock.set((await run()).lookAt);
      await go();
      await go();
      expect(world.queued.notices.length).toBeGreaterThan(before);
      expect((world.queued.notices.length - before - 1) * PAGE_SIZE).toBeLessThan(quarter);
    }
    expect(world.queued.notices.map(({ page }) => page)).toEqual(
      Array.from({ length: count }, (_, at) => `${GROUP}~de~${at + 1}`),
    );
  });

  it('queues so much that sending need not pause until it is looked at again', async () => {
    const rate = 50;
    await world.plan.setBudget({ left: 1_000_000, rate });
    await open();
    const large = {
      ...world,
      plan: { ...world.plan, group: async () => ({ id: GROUP, pages: { de: 2000 }, people: 100_000, review: null }) },
    };
    await dispatch(large, { kind: 'run', group: GROUP, notice: D35 });
    const people = world.queued.notices.length * PAGE_SIZE;
    const seconds = people / ((rate * PLAN.guardRails.sendShare) / 100);
    const pause = ((await run()).lookAt - D35_AT) / 1000;
    expect(seconds).toBeGreaterThan(0.8 * pause);
  });

  it('mails nobody twice because it is asked for twice (promise 9)', async () => {
    await onPage(world, ['ana', 'ben']);
    await open();
    await Promise.all([go(), go()]);
    await go();
    await send();
    await goOn(3);
    expect(world.mailer.calls).toHaveLength(1);
    expect((await run()).state).toBe('closed');
  });

  it('queues a page again that was not settled', async () => {
    await onPage(world, ['ana', 'ben']);
    await open();
    world.mailer.answer = () => answering(['accepted', 'throttled']);
    await go();
    await send();
    world.mailer.answer = (call) => answering(call.people.map(() => 'accepted'));
    await goOn(3);
    expect(world.mailer.calls.map(({ people }) => people)).toEqual([['ana', 'ben'], ['ben']]);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 2, skipped: {} } });
  });

  it('queues a page again whose message was lost', async () => {
    await onPage(world, ['ana']);
    await open();
    await go();
    world.queued.notices.splice(0);
    await goOn(3);
    expect((await run()).tally).toEqual({ accepted: 1, skipped: {} });
  });

  it('waits, without asking anybody, until a claim of unknown end can be reconciled (promise 7)', async () => {
    await onPage(world, ['ana']);
    await open();
    world.mailer.answer = losingTheAnswer;
    await go();
    await send();
    world.mailer.answer = (call) => answering(call.people.map(() => 'accepted'));
    world.clock.set(D35_AT + LEASE);
    await go();
    await send();
    await goOn(1);
    expect((await run()).lookAt).toBe(D35_AT + RECONCILE_AFTER);
    await goOn(5);
    expect(await run()).toMatchObject({ state: 'closed', tally: { accepted: 1 } });
    expect(world.mailer.calls).toHaveLength(2);
  });

  it('does nothing before its time, once it is closed, and where it is not there', async () => {
    await onPage(world, ['ana']);
    await go();
    await world.plan.openRun({ ...OPENED, notice: D35, lookAt: D35_AT + 1 });
    await go();
    await world.plan.openRun({ ...OPENED, notice: D14, state: 'superseded', lookAt: 0 });
    await go(D14);
    expect(world.queued.notices).toEqual([]);
  });

  it('closes, though one of its pages was counted and never written (promise 8)', async () => {
    await onPage(world, ['ana']);
    await world.plan.nextPage(GROUP, 'de');
    await open();
    await go();
    await send();
    await goOn(20);
    expect((await run()).state).toBe('closed');
  });
});

describe('a review', () => {
  const at = reviewAt(PLAN, END, groupKey(GROUP, PLAN));
  const review = () => dispatch(world, { kind: 'review', group: GROUP });
  const leaving = async (userId: string) => (await world.ledger.members([userId])).get(userId)?.leaving ?? null;

  beforeEach(async () => {
    await onPage(world, ['ana', 'ben']);
    await world.ledger.addFacts('ana', [{ kind: 'delivered', notice: D35, at: D35_AT }]);
    world.clock.set(at);
  });

  it('gives a later date to who has no proof in time, and to nobody else (promise 4)', async () => {
    await review();
    expect(await leaving('ana')).toBeNull();
    const { notBefore } = (await leaving('ben'))!;
    expect(notBefore > END).toBe(true);
    expect(await world.plan.due(at + LEASE, 10)).toContainEqual({ at: at + LEASE, kind: 'move', id: 'ben' });
  });

  it('comes to the same, however often it is asked for (promise 9)', async () => {
    await review();
    const first = await leaving('ben');
    world.clock.set(at + 2 * DAY);
    await review();
    expect(await leaving('ben')).toEqual(first);
    expect((await world.plan.group(GROUP))?.review).toEqual({ endDate: END, pages: 1 });
  });

  it('leaves alone who cannot be reached by any mail', async () => {
    await world.ledger.addFacts('ben', [{ kind: 'unreachable', at }]);
    await review();
    expect(await leaving('ben')).toBeNull();
  });
});

describe('a move to a later group', () => {
  const notBefore = localDate('2026-06-21');
  const LATER = `eea~Europe/Berlin~${notBefore}`;
  const moved = `moved@${notBefore}`;
  const move = () => dispatch(world, { kind: 'move', userId: 'ben' });
  const ben = async () => (await world.ledger.members(['ben'])).get('ben')!;
  const mailed = (userId: string) => world.mailer.calls.filter(({ people }) => people.includes(userId));

  beforeEach(async () => {
    await onPage(world, ['ana', 'ben']);
    await notify(world, { page: PAGE, notice: D35 });
    world.clock.set(D35_AT + 2 * HOUR);
    await world.ledger.setLeaving('ben', { notBefore, since: D35_AT + 2 * HOUR });
  });

  it('waits until no call that read the old page can be at work', async () => {
    world.clock.set(D35_AT + 2 * HOUR + LEASE - 1);
    await move();
    expect((await ben()).page).toBe(PAGE);
    world.clock.set(D35_AT + 2 * HOUR + LEASE);
    await move();
    expect(await ben()).toMatchObject({ group: LATER, page: `${LATER}~de~1`, leaving: null, moves: 1 });
  });

  it('takes along what the person was told (promises 2, 10)', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await move();
    expect((await ben()).told).toEqual({ notices: [D35], lastDay: '2026-04-14', endDate: END });
  });

  it('waits while a claim that holds the person is open', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    const claim = { number: 1, at: D35_AT, language: 'de', slots: [1], letter: LETTER };
    await world.ledger.claim(PAGE, D14, claim);
    await move();
    expect((await ben()).page).toBe(PAGE);
    await world.ledger.settle(PAGE, D14, { number: 1, at: D35_AT, outcomes: { 1: 'accepted' } });
    await move();
    expect((await ben()).page).toBe(`${LATER}~de~1`);
  });

  it('is told to the person once, the next morning, though it is done twice (promises 2, 9)', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await Promise.all([move(), move()]);
    await move();
    const { lookAt } = (await world.plan.run(LATER, moved))!;
    expect(lookAt).toBe(D35_AT + DAY);
    const goLater = () => dispatch(world, { kind: 'run', group: LATER, notice: moved });
    await goLater();
    expect(world.queued.notices).toEqual([]);
    for (const after of [0, 15 * MINUTE, 30 * MINUTE]) {
      world.clock.set(lookAt + after);
      await goLater();
      await send();
    }
    expect(mailed('ben').map(({ notice }) => notice)).toEqual([D35, moved]);
    expect(mailed('ana').map(({ notice }) => notice)).toEqual([D35]);
  });

  it('ends the old page’s notices for that person, and only for them', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await move();
    world.clock.set(D35_AT + 21 * DAY);
    await notify(world, { page: PAGE, notice: D14 });
    expect(mailed('ana').map(({ notice }) => notice)).toEqual([D35, D14]);
    expect(mailed('ben').map(({ notice }) => notice)).toEqual([D35]);
    expect((await recordOf(world, D14))?.skipped).toEqual({ 1: 'not-on-this-page' });
  });

  it('has its group on the agenda: its ladder and its review', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await move();
    const items = (await world.plan.due(D35_AT + 365 * DAY, 100)).filter(({ id }) => id === LATER);
    expect(items.map(({ kind }) => kind).toSorted()).toEqual(['group', 'review']);
  });
});

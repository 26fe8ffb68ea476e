import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { groupKey, OPENING, PAGE_SIZE, reviewAt } from '../../functions/domain/group.ts';
import { queueAhead, sendingTime } from '../../functions/domain/pacing.ts';
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

  it('says once that it has closed, and with what, and remembers when it was through for the first time', async () => {
    await onPage(world, ['ana', 'ben']);
    await putUser(world, 'ben', { email: null });
    await open();
    await go();
    await send();
    await goOn(3);
    const { through } = await run();
    expect(through).toEqual({ at: (await run()).lookAt, accepted: 1 });
    expect(world.logged.filter(([what]) => what === 'a run has closed')).toEqual([
      ['a run has closed', { group: GROUP, notice: D35, accepted: 1, 'no-address': 1 }],
    ]);
    const closed = await run();
    await world.plan.saveRun({ ...closed, state: 'open', settled: {}, tally: null }, closed);
    world.clock.set(closed.lookAt + DAY);
    await go();
    expect(await run()).toMatchObject({
      state: 'closed',
      through,
      tally: { accepted: 1, skipped: { 'no-address': 1 } },
    });
  });

  it('says nothing of a run that somebody else has changed at that moment', async () => {
    await onPage(world, ['ana']);
    await open();
    await go();
    await send();
    world.clock.set((await run()).lookAt);
    await dispatch(
      { ...world, plan: { ...world.plan, saveRun: async () => false } },
      { kind: 'run', group: GROUP, notice: D35 },
    );
    expect(world.logged.map(([what]) => what)).not.toContain('a run has closed');
  });

  it('is looked at again two minutes after what was queued has had its time', async () => {
    await onPage(world, ['ana']);
    await open();
    await go();
    const { rate } = (await world.plan.budget())!;
    const length = sendingTime(PLAN, rate, PAGE_SIZE);
    expect(await run()).toMatchObject({ queued: 1, lookAt: D35_AT + length + 2 * MINUTE });
  });

  it('waits five minutes where other groups’ pages fill the queue, and queues nothing', async () => {
    await onPage(world, ['ana']);
    await open();
    await world.plan.reserve('dispatch', { now: D35_AT, length: 5 * MINUTE + 1, latest: D35_AT });
    await go();
    expect(world.queued.notices).toEqual([]);
    expect(await run()).toMatchObject({ queued: 0, lookAt: D35_AT + 5 * MINUTE });
  });

  it('queues where the queue reaches just five minutes ahead', async () => {
    await onPage(world, ['ana']);
    await open();
    await world.plan.reserve('dispatch', { now: D35_AT, length: 5 * MINUTE, latest: D35_AT });
    await go();
    expect(world.queued.notices).toHaveLength(1);
  });

  it.each(['sunset', 'group', 'budget'] as const)('does nothing where there is no %s', async (port) => {
    await onPage(world, ['ana']);
    await open();
    const without = { ...world, plan: { ...world.plan, [port]: async () => undefined } };
    await dispatch(without, { kind: 'run', group: GROUP, notice: D35 });
    expect(world.queued.notices).toEqual([]);
    expect(await run()).toMatchObject({ queued: 0, lookAt: D35_AT });
  });

  it('waits for the earliest of its pages where none has anything to do', async () => {
    await onPage(world, ['ana'], `${GROUP}~de~1`);
    await onPage(world, ['ben'], `${GROUP}~de~2`);
    await world.plan.openRun({ ...OPENED, notice: D35, queued: 2, lookAt: D35_AT });
    const waits = (until: number) => ({ skipped: {}, complete: false, until, changes: 0 });
    await world.ledger.note(`${GROUP}~de~1`, D35, waits(D35_AT + 3 * HOUR));
    await world.ledger.note(`${GROUP}~de~2`, D35, waits(D35_AT + 2 * HOUR));
    await go();
    expect(world.queued.notices).toEqual([]);
    expect(await run()).toMatchObject({ state: 'open', lookAt: D35_AT + 2 * HOUR });
    world.clock.set(D35_AT + 2 * HOUR);
    await go();
    expect(world.queued.notices).toEqual([{ page: `${GROUP}~de~2`, notice: D35 }]);
  });

  it('counts what has settled once, however often it is looked at, and only from the first page on', async () => {
    for (const number of [1, 2, 3]) await onPage(world, [`p${number}`], `${GROUP}~de~${number}`);
    await world.plan.openRun({ ...OPENED, notice: D35, queued: 3, lookAt: D35_AT });
    for (const number of [1, 3]) await notify(world, { page: `${GROUP}~de~${number}`, notice: D35 });
    await go();
    expect(world.queued.notices).toEqual([{ page: `${GROUP}~de~2`, notice: D35 }]);
    expect(await run()).toMatchObject({ settled: { de: 1 }, tally: { accepted: 1, skipped: {} } });
    await send();
    await goOn(1);
    expect(await run()).toMatchObject({ state: 'closed', settled: { de: 3 }, tally: { accepted: 3, skipped: {} } });
  });

  it('queues again no more than a quarter of an hour of sending, and keeps what it has counted', async () => {
    await world.plan.setBudget({ left: 100_000, rate: 1 });
    const atOnce = queueAhead(PLAN, 1);
    await onPage(world, ['ana'], `${GROUP}~de~1`);
    await putUser(world, 'ana', { email: null });
    for (let page = 2; page <= 2 * atOnce + 2; page++) await world.plan.nextPage(GROUP, 'de');
    const settled = { settled: {}, tally: { accepted: 2, skipped: { saved: 1 } } };
    await world.plan.openRun({ ...OPENED, ...settled, notice: D35, queued: 2 * atOnce + 2, lookAt: D35_AT });
    await notify(world, { page: `${GROUP}~de~1`, notice: D35 });
    await go();
    expect(world.queued.notices.map(({ page }) => page)).toEqual(
      Array.from({ length: atOnce }, (_, at) => `${GROUP}~de~${at + 2}`),
    );
    expect((await run()).tally).toEqual({ accepted: 2, skipped: { saved: 1, 'no-address': 1 } });
  });

  it('counts each person by what became of them: once, though they were passed over after an attempt', async () => {
    await onPage(world, ['ana', 'ben', 'cem', 'dan', 'eva']);
    await world.plan.openRun({ ...OPENED, notice: D35, queued: 1, lookAt: D35_AT });
    const slots = [0, 1, 2, 3, 4];
    await world.ledger.claim(PAGE, D35, { number: 1, at: D35_AT, language: 'de', slots, letter: LETTER });
    const outcomes = { 0: 'accepted', 1: 'refused', 2: 'unknown', 3: 'throttled', 4: 'unheard' } as const;
    const noted = { skipped: { 3: 'saved', 4: 'superseded' }, complete: true, until: null, changes: 0 };
    await world.ledger.settle(PAGE, D35, { number: 1, at: D35_AT, outcomes, noted });
    await go();
    expect((await run()).tally).toEqual({ accepted: 1, skipped: { refused: 1, saved: 1, unknown: 2 } });
  });
});

describe('a correction and the stages about the same date', () => {
  const CORRECTION = `moved@${END}`;
  const at = (notice: string, changes: object = {}) =>
    world.plan.openRun({ ...OPENED, notice, lookAt: D35_AT, ...changes });
  beforeEach(() => onPage(world, ['ana']));

  it('the correction waits a quarter of an hour for a stage that is open, and is begun anew after it', async () => {
    await at(D14);
    await at(CORRECTION, { queued: 1 });
    await go(CORRECTION);
    expect(world.queued.notices).toEqual([]);
    expect(await run(CORRECTION)).toMatchObject({ queued: 0, lookAt: D35_AT + 15 * MINUTE });
  });

  it.each(['closed', 'superseded'] as const)('the correction does not wait for a stage that is %s', async (state) => {
    await at(D14, { state });
    await at(CORRECTION);
    await go(CORRECTION);
    expect(world.queued.notices).toEqual([{ page: PAGE, notice: CORRECTION }]);
  });

  it('a stage waits for the correction whose pages may be in somebody’s hands', async () => {
    await at(CORRECTION, { queued: 1, lookAt: D35_AT + HOUR });
    await at(D35);
    await go();
    expect(world.queued.notices).toEqual([]);
    expect(await run()).toMatchObject({ queued: 0, lookAt: D35_AT + HOUR });
  });

  it.each<[string, object]>([
    ['of which nothing was queued', { queued: 0, lookAt: D35_AT + HOUR }],
    ['that is closed', { queued: 1, lookAt: D35_AT + HOUR, state: 'closed' }],
    ['that is to be looked at now', { queued: 1, lookAt: D35_AT }],
  ])('a stage does not wait for a correction %s', async (_, changes) => {
    await at(CORRECTION, changes);
    await at(D35);
    await go();
    expect(world.queued.notices).toEqual([{ page: PAGE, notice: D35 }]);
  });
});

describe('a run, at its end', () => {
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

describe('a run of a group that was never opened', () => {
  it('waits a day for whoever was cut off, then closes: nobody is in it (promise 8)', async () => {
    expect(OPENING).toBe(DAY);
    await world.plan.setBudget({ left: 100, rate: 1 });
    await open();
    world.clock.set(D35_AT + OPENING - 1);
    await go();
    expect(await run()).toMatchObject({ state: 'open', lookAt: D35_AT });
    world.clock.set(D35_AT + OPENING);
    await go();
    const nobody = { tally: { accepted: 0, skipped: {} }, through: { at: D35_AT + OPENING, accepted: 0 } };
    expect(await run()).toMatchObject({ state: 'closed', ...nobody });
    expect(world.queued.notices).toEqual([]);
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

  it('says how many pages it has seen, and of whom it asks to leave', async () => {
    await review();
    await review();
    expect(world.logged).toEqual([
      ['a group was reviewed', { group: GROUP, pages: 1, leaving: 1 }],
      ['a group was reviewed', { group: GROUP, pages: 0, leaving: 0 }],
    ]);
  });

  it('does not count who was asked to leave before', async () => {
    await world.ledger.setLeaving('ben', { notBefore: localDate('2026-06-21'), since: at });
    await review();
    expect(world.logged).toContainEqual(['a group was reviewed', { group: GROUP, pages: 1, leaving: 0 }]);
  });

  it('goes on with the page after those that it has seen for this date, and begins anew for another', async () => {
    await onPage(world, ['cem'], `${GROUP}~de~2`);
    await world.plan.setReview(GROUP, { endDate: localDate(END), pages: 1 });
    await review();
    expect([await leaving('ben'), await leaving('cem')]).toEqual([null, expect.anything()]);
    expect((await world.plan.group(GROUP))?.review).toEqual({ endDate: END, pages: 2 });
    await world.plan.setReview(GROUP, { endDate: localDate('2026-05-18'), pages: 2 });
    await review();
    expect(await leaving('ben')).not.toBeNull();
  });

  it('leaves alone whose row points at another page', async () => {
    await world.ledger.createPage(`${GROUP}~de~2`, ['ben']);
    await world.plan.nextPage(GROUP, 'de');
    await world.plan.setReview(GROUP, { endDate: localDate(END), pages: 1 });
    await review();
    expect(await leaving('ben')).toBeNull();
  });

  it('passes a page that was counted and never written', async () => {
    await world.plan.nextPage(GROUP, 'de');
    await review();
    expect((await world.plan.group(GROUP))?.review).toEqual({ endDate: END, pages: 2 });
  });

  it.each(['sunset', 'group', 'cohort'] as const)('does nothing where there is no %s', async (port) => {
    await dispatch(
      { ...world, plan: { ...world.plan, [port]: async () => undefined } },
      { kind: 'review', group: GROUP },
    );
    expect([await leaving('ben'), (await world.plan.group(GROUP))?.review]).toEqual([null, null]);
  });

  it('has the move on the agenda before it is asked for: cut off in between, it is found', async () => {
    const dying = {
      ...world,
      ledger: { ...world.ledger, setLeaving: async () => Promise.reject(new Error('killed')) },
    };
    await expect(dispatch(dying, { kind: 'review', group: GROUP })).rejects.toThrow('killed');
    expect(await world.plan.due(at + LEASE, 10)).toContainEqual({ at: at + LEASE, kind: 'move', id: 'ben' });
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

  it('is counted in both groups, and said', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await world.plan.countPeople(GROUP, 2);
    await move();
    await move();
    expect([(await world.plan.group(GROUP))?.people, (await world.plan.group(LATER))?.people]).toEqual([1, 1]);
    expect(world.logged).toContainEqual(['a member was moved to a later group', { from: GROUP, to: LATER }]);
  });

  it('is to a page of the language that they read now', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await putUser(world, 'ben', { locale: 'fr-FR' });
    await move();
    expect((await ben()).page).toBe(`${LATER}~fr~1`);
  });

  it('is to a later group yet where the one that was named is sealed', async () => {
    world.clock.set(D35_AT + 40 * DAY);
    await move();
    const { group } = await ben();
    expect(group.startsWith('eea~Europe/Berlin~') && group > LATER).toBe(true);
  });

  it('is told to nobody who was told no date', async () => {
    await onPage(world, ['cem'], `${GROUP}~de~2`);
    await world.ledger.setLeaving('cem', { notBefore, since: D35_AT });
    world.clock.set(D35_AT + 3 * HOUR);
    await dispatch(world, { kind: 'move', userId: 'cem' });
    expect((await world.ledger.members(['cem'])).get('cem')?.group).toBe(LATER);
    expect(await world.plan.run(LATER, moved)).toBeUndefined();
  });

  it('waits for no claim of others on the page', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await world.ledger.claim(PAGE, D14, { number: 1, at: D35_AT, language: 'de', slots: [0], letter: LETTER });
    await move();
    expect((await ben()).group).toBe(LATER);
  });

  it('is none of who stays, or is nobody', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await dispatch(world, { kind: 'move', userId: 'ana' });
    await dispatch(world, { kind: 'move', userId: 'nobody' });
    expect((await world.ledger.members(['ana'])).get('ana')?.page).toBe(PAGE);
    expect(await world.plan.group(LATER)).toBeUndefined();
  });

  it('is not done while no plan is there, or where their page is not', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    const message = { kind: 'move', userId: 'ben' } as const;
    await dispatch({ ...world, plan: { ...world.plan, sunset: async () => undefined } }, message);
    await dispatch({ ...world, ledger: { ...world.ledger, page: async () => undefined } }, message);
    expect((await ben()).page).toBe(PAGE);
  });

  it('is not done where its correction was opened by somebody else at that moment: it is asked for again', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await dispatch({ ...world, plan: { ...world.plan, openRun: async () => false } }, { kind: 'move', userId: 'ben' });
    expect((await ben()).page).toBe(PAGE);
    await move();
    expect((await ben()).group).toBe(LATER);
  });

  it('is done for who is gone from the platform too, to a page in the language that is fallen back to', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await world.tables.users.batchWrite({ deletes: [{ userId: 'ben' }] });
    await move();
    expect((await ben()).page).toBe(`${LATER}~en~1`);
  });

  describe('that somebody has asked for, to a date of which two stages are past', () => {
    const near = localDate('2026-05-24');
    const NEAR = `eea~Europe/Berlin~${near}`;
    const [first, second] = [`d35@${near}`, `d14@${near}`];
    const passedOver = async (notice: string) => (await recordOf(world, notice, `${NEAR}~de~1`))?.skipped;
    const put = (notice: string, state: 'open' | 'closed' | 'superseded') =>
      world.plan.openRun({ ...OPENED, group: NEAR, notice, state, lookAt: D35_AT });
    const moveThere = async () => {
      world.clock.set(D35_AT + 27 * DAY);
      await dispatch(world, { kind: 'move', userId: 'cem' });
      expect((await world.ledger.members(['cem'])).get('cem')?.group).toBe(NEAR);
    };
    beforeEach(async () => {
      await onPage(world, ['cem'], `${GROUP}~de~2`);
      await world.ledger.setLeaving('cem', { notBefore: near, since: D35_AT, asked: true });
    });

    it('passes them over for the latest, where no run of the group is there yet: tick supersedes the others', async () => {
      await moveThere();
      expect([await passedOver(first), await passedOver(second)]).toEqual([undefined, { 0: 'superseded' }]);
    });

    it.each([
      ['the latest', 'superseded', 'open', undefined, { 0: 'superseded' }],
      ['the first', 'closed', 'superseded', { 0: 'superseded' }, undefined],
      ['both', 'closed', 'open', { 0: 'superseded' }, { 0: 'superseded' }],
      ['none', 'superseded', 'superseded', undefined, undefined],
    ] as const)('passes them over for %s where the runs are %s and %s', async (_, one, other, ofFirst, ofSecond) => {
      await put(first, one);
      await put(second, other);
      await moveThere();
      expect([await passedOver(first), await passedOver(second)]).toEqual([ofFirst, ofSecond]);
    });
  });

  it('has its group on the agenda: its ladder and its review', async () => {
    world.clock.set(D35_AT + 3 * HOUR);
    await move();
    const items = (await world.plan.due(D35_AT + 365 * DAY, 100)).filter(({ id }) => id === LATER);
    expect(items.map(({ kind }) => kind).toSorted()).toEqual(['group', 'review']);
  });
});

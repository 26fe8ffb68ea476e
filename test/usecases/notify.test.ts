import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { linkExpiry, sealLink } from '../../functions/domain/link.ts';
import { RECONCILE_AFTER } from '../../functions/domain/page.ts';
import { DAY, HOUR, localDate, MINUTE } from '../../functions/domain/time.ts';
import { SEND_TIMEOUT } from '../../functions/domain/wave.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { aPlan, BERLIN, END, GROUP, hold, PAGE, PLAN } from '../domain/examples.ts';
import {
  accepting,
  answering,
  anEvent,
  cutOffAtEveryWrite,
  D1,
  D14,
  D14_AT,
  D1_AT,
  D35,
  D35_AT,
  ENDED,
  LEASE,
  LETTER,
  LINK_KEY,
  losingTheAnswer,
  onPage,
  putChat,
  putUser,
  recordOf,
  setCohort,
  MUTATING,
  startWorld,
  type TestWorld,
  workUntil,
} from './world.ts';
import { feedback } from '../../functions/usecases/feedback.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

const send = (notice = D35) => notify(world, { page: PAGE, notice });
const mailed = () => world.mailer.calls.map(({ notice, people }) => [notice, ...people]);
const linkOf = (userId: string) =>
  world.links.base + sealLink(LINK_KEY, { sunset: PLAN.sunset, userId, expires: linkExpiry(localDate(END)) });

describe('a page that is due', () => {
  it('is sent with one call, to everybody on it, and settled', async () => {
    await onPage(world, ['ana', 'ben', 'cem']);
    await send();
    expect(world.mailer.calls).toEqual([
      {
        at: D35_AT,
        template: 'd35/de',
        page: PAGE,
        notice: D35,
        people: ['ana', 'ben', 'cem'],
        addresses: ['ana@example.com', 'ben@example.com', 'cem@example.com'],
        values: ['ana', 'ben', 'cem'].map((userId) => ({
          endDate: 'Dienstag, 19. Mai 2026',
          endDay: '19. Mai',
          zone: BERLIN,
          chats_one: '1',
          chats_other: '',
          link: linkOf(userId),
        })),
      },
    ]);
    expect(await recordOf(world, D35)).toMatchObject({
      complete: true,
      attempts: [{ number: 1, settledAt: D35_AT, outcomes: { 0: 'accepted', 1: 'accepted', 2: 'accepted' } }],
    });
  });

  it('is sent once although its message comes twice (promise 7)', async () => {
    await onPage(world, ['ana', 'ben']);
    await send();
    await send();
    expect(mailed()).toEqual([[D35, 'ana', 'ben']]);
  });

  it('is sent once although its message comes twice at the same moment (promise 7)', async () => {
    await onPage(world, ['ana', 'ben']);
    await Promise.all([send(), send(), send()]);
    expect(mailed()).toEqual([[D35, 'ana', 'ben']]);
    expect((await recordOf(world, D35))?.attempts).toHaveLength(1);
  });

  it('is sent again where its claim is lost: it is the claim that keeps it from happening', async () => {
    await onPage(world, ['ana']);
    await send();
    await world.tables.ledger.batchWrite({ deletes: [{ pk: `PAGE#${PAGE}`, sk: `NOTICE#${D35}` }] });
    await send();
    expect(mailed()).toEqual([
      [D35, 'ana'],
      [D35, 'ana'],
    ]);
  });

  it('is sent to each in the language of their present profile, with a call for each language', async () => {
    await onPage(world, ['ana', 'ben', 'cem']);
    await putUser(world, 'ben', { locale: 'fr-FR', email: 'ben.new@example.org' });
    await send();
    expect(world.mailer.calls.map(({ template, addresses }) => [template, ...addresses])).toEqual([
      ['d35/de', 'ana@example.com', 'cem@example.com'],
      ['d35/fr', 'ben.new@example.org'],
    ]);
    expect((await recordOf(world, D35))?.attempts.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is sent in bursts that the account takes in a second', async () => {
    await world.plan.setBudget({ left: 100, rate: 3 });
    await onPage(world, ['ana', 'ben', 'cem']);
    await send();
    expect(world.mailer.calls.map(({ people }) => people.length)).toEqual([2, 1]);
    expect(world.mailer.calls[1]!.at - world.mailer.calls[0]!.at).toBeGreaterThanOrEqual(666);
  });

  it('leaves out whoever need not or cannot be told, each with a reason (promise 8)', async () => {
    await onPage(world, ['ana', 'ben', 'cem', 'dan']);
    await putUser(world, 'ana', { email: null });
    await world.ledger.addFacts('ben', [{ kind: 'unreachable', at: D35_AT }]);
    await world.tables.chats.put({ chatId: 'chat-of-cem', participants: new Set(['cem']), encryption: 'off' });
    await send();
    expect(mailed()).toEqual([[D35, 'dan']]);
    expect(await recordOf(world, D35)).toMatchObject({
      complete: true,
      skipped: { 0: 'no-address', 1: 'unreachable', 2: 'no-encrypted-chat' },
    });
  });

  it('loses nobody whose profile makes no sense (promise 8)', async () => {
    await onPage(world, ['ana']);
    await putUser(world, 'ana', { locale: '??', timeZone: 'Mars/Base', country: '' });
    await send();
    expect(world.mailer.calls).toMatchObject([{ template: 'd35/en', people: ['ana'] }]);
  });

  it('does not tell a person whose row points at another page', async () => {
    await onPage(world, ['ana', 'ben']);
    await world.ledger.setLeaving('ben', { notBefore: '2026-06-21' as never, since: D35_AT });
    const told = { notices: [], lastDay: null, endDate: null };
    await world.ledger.movePointer('ben', { from: PAGE, group: 'eea~x~', page: 'eea~x~~de~1', told });
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
    expect((await recordOf(world, D35))?.skipped).toEqual({ 1: 'not-on-this-page' });
  });
});

describe('what is not asked for, or not there', () => {
  it.each(['sunset', 'cohort', 'budget'] as const)('nothing is sent where there is no %s', async (port) => {
    await onPage(world, ['ana']);
    const without = { ...world, plan: { ...world.plan, [port]: async () => undefined } };
    await notify(without, { page: PAGE, notice: D35 });
    expect([mailed(), await recordOf(world, D35)]).toEqual([[], undefined]);
  });

  it('a page that waits is left alone until then', async () => {
    await onPage(world, ['ana']);
    await world.ledger.note(PAGE, D35, { skipped: {}, complete: false, until: D35_AT + HOUR, changes: 0 });
    world.clock.set(D35_AT + HOUR - 1);
    await send();
    expect(mailed()).toEqual([]);
    world.clock.set(D35_AT + HOUR);
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
  });

  it('a page that was counted and never written is noted as complete', async () => {
    await send();
    expect(await recordOf(world, D35)).toBeUndefined();
    expect((await world.ledger.records([PAGE], D35)).get(PAGE)).toMatchObject({
      skipped: {},
      complete: true,
      until: null,
    });
  });

  it('no slot is reserved, and none waited for, where everybody is passed over or waits', async () => {
    await onPage(world, ['ana', 'ben']);
    await putUser(world, 'ana', { email: null });
    await world.ledger.setLeaving('ben', { notBefore: localDate('2026-06-21'), since: D35_AT });
    const reserve = async () => Promise.reject(new Error('not asked for'));
    await notify({ ...world, plan: { ...world.plan, reserve } }, { page: PAGE, notice: D35 });
    expect(await recordOf(world, D35)).toMatchObject({ skipped: { 0: 'no-address' }, until: D35_AT + HOUR });
  });

  it('a slot is reserved for those who are sent to, and for nobody else', async () => {
    await onPage(world, ['ana', 'ben', 'cem']);
    await putUser(world, 'ana', { email: null });
    const asked: unknown[] = [];
    const { reserve } = world.plan;
    const plan = {
      ...world.plan,
      reserve: (...x: Parameters<typeof reserve>) => (asked.push(x[1].budget), reserve(...x)),
    };
    await notify({ ...world, plan }, { page: PAGE, notice: D35 });
    expect(asked).toEqual([2]);
  });

  it('a slot is waited for as long as what follows it has time in this call, and no longer', async () => {
    const rest = SEND_TIMEOUT + 10_000;
    await onPage(world, ['ana']);
    await world.plan.reserve('mail', { now: D35_AT, length: LEASE - rest + 1, latest: D35_AT });
    let waited = 0;
    world.clock.whileWaiting = async () => void waited++;
    await send();
    expect([waited, mailed()]).toEqual([0, []]);
    world.clock.set(D35_AT + 1);
    await send();
    expect([waited, mailed()]).toEqual([1, [[D35, 'ana']]]);
  });

  it('a page is asked about again when the first of those who wait may be mailed', async () => {
    await onPage(world, ['ana', 'ben']);
    await world.ledger.setLeaving('ana', { notBefore: localDate('2026-06-21'), since: D35_AT });
    world.clock.set(D35_AT + 12 * HOUR);
    await send();
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, until: D35_AT + 13 * HOUR });
  });

  it('only those are looked at whose row points at the page, and of whom it is not known yet', async () => {
    await onPage(world, ['ana', 'ben', 'cem']);
    await world.ledger.setLeaving('ben', { notBefore: localDate('2026-06-21'), since: D35_AT });
    const told = { notices: [], lastDay: null, endDate: null };
    await world.ledger.movePointer('ben', { from: PAGE, group: 'eea~x~', page: 'eea~x~~de~1', told });
    await world.ledger.note(PAGE, D35, { skipped: { 2: 'exempt' }, complete: false, until: null, changes: 0 });
    const asked: unknown[] = [];
    const { users } = world.platform;
    const platform = { ...world.platform, users: (ids: readonly string[]) => (asked.push(...ids), users(ids)) };
    await notify({ ...world, platform }, { page: PAGE, notice: D35 });
    expect(asked).toEqual(['ana']);
  });

  it('somebody of whom there is no row is passed over', async () => {
    await onPage(world, ['ana']);
    await world.ledger.appendToPage(PAGE, 1, ['ghost']);
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
    expect((await recordOf(world, D35))?.skipped).toEqual({ 1: 'not-on-this-page' });
  });

  it('nothing is claimed for which the plan has no letter, and the error names it', async () => {
    await onPage(world, ['ana']);
    const sunset = async () => ({ ...(await world.plan.sunset())!, templates: {} });
    await expect(notify({ ...world, plan: { ...world.plan, sunset } }, { page: PAGE, notice: D35 })).rejects.toThrow(
      'the plan has no template for d35/de',
    );
    expect([mailed(), await recordOf(world, D35)]).toEqual([[], undefined]);
  });

  it('what was settled with its attempt is not noted a second time', async () => {
    await onPage(world, ['ana']);
    const note = async () => Promise.reject(new Error('not asked for'));
    await notify({ ...world, ledger: { ...world.ledger, note } }, { page: PAGE, notice: D35 });
    expect(await recordOf(world, D35)).toMatchObject({ complete: true });
  });
});

describe('the number of their chats', () => {
  it('counts those too that stand in further rows', async () => {
    await onPage(world, ['ana', 'ben']);
    const [ben] = [...(await world.ledger.members(['ben'])).values()];
    await world.ledger.addChats(
      ben!,
      Array.from({ length: 230 }, (_, at) => `chat-${at}`),
      [],
    );
    await send();
    expect(world.mailer.calls[0]?.values.map((each) => [each['chats_one'], each['chats_other']])).toEqual([
      ['1', ''],
      ['', '231'],
    ]);
  });
});

describe('"done"', () => {
  const DONE_NOTICE = `done@${END}`;
  /** Ana lost one chat and has kept another; Ben has kept his. */
  beforeEach(async () => {
    await onPage(world, ['ana', 'ben']);
    await send();
    const at = ENDED;
    const prior = { encrypted: true, encryptedSince: null, version: 1 };
    const sunset = { intent: 'i', arming: 'eea@1', cohort: 'eea', at, prior };
    await putChat(world, 'chat-of-ana', ['ana'], { encryption: 'off', encryptedSince: undefined, sunset });
    await putChat(world, 'chat-2', ['ana', 'ben']);
    for (const member of (await world.ledger.members(['ana', 'ben'])).values())
      await world.ledger.addChats(member, ['chat-2'], []);
    for (const chatId of ['chat-2', 'chat-of-ben'])
      await world.ledger.setBlocked({
        chatId,
        cohort: 'eea',
        reason: 'exempt',
        userId: 'ben',
        nominatedAs: null,
        arming: null,
        at,
      });
  });

  it('says to each how many were disabled and how many not, a day after the restore window', async () => {
    const over = ENDED + (PLAN.guardRails.restoreWindowHours + 24) * HOUR;
    world.clock.set(over - DAY);
    await send(DONE_NOTICE);
    expect(mailed().slice(1)).toEqual([[DONE_NOTICE, 'ben']]);
    world.clock.set(over + DAY);
    await send(DONE_NOTICE);
    expect(mailed().slice(2)).toEqual([[DONE_NOTICE, 'ana']]);
    const figures = world.mailer.calls
      .slice(1)
      .map(({ values: [letter] }) =>
        Object.fromEntries(Object.entries(letter!).filter(([key]) => /^(disabled|kept)_/.test(key))),
      );
    expect(figures).toEqual([
      { disabled_one: '', disabled_other: '', kept_one: '', kept_other: '2' },
      { disabled_one: '1', disabled_other: '', kept_one: '1', kept_other: '' },
    ]);
  });
});

describe('whom mail cannot reach, the platform hears of', () => {
  /** Who is passed over, and why. */
  async function begin() {
    await onPage(world, ['ana', 'ben', 'cem', 'dan']);
    await putUser(world, 'ana', { email: null });
    await world.ledger.addFacts('ben', [{ kind: 'unreachable', at: D35_AT }]);
    await world.ledger.addFacts('cem', [{ kind: 'complained', at: D35_AT }]);
  }
  const told = (notice: string) =>
    [
      ['ana', 'no-address'],
      ['ben', 'unreachable'],
      ['cem', 'complained'],
    ].map(([userId, reason]) => ({
      type: 'PersonUnreachable',
      detail: { sunset: PLAN.sunset, userId, notice, reason },
    }));

  it.each([
    [D35, D35_AT],
    [D1, D1_AT],
  ])('with the notice and the reason, where it is required: %s', async (notice, at) => {
    await begin();
    world.clock.set(at);
    await send(notice);
    expect(world.published).toEqual(told(notice));
    expect(mailed()).toEqual([[notice, 'dan']]);
    await send(notice);
    expect(world.published).toHaveLength(3);
  });

  it('not where the notice is optional: it is the requirement that makes it so', async () => {
    await begin();
    world.clock.set(D14_AT);
    await send(D14);
    expect(world.published).toEqual([]);
    expect((await recordOf(world, D14))?.skipped).toEqual({ 0: 'no-address', 1: 'unreachable', 2: 'complained' });
  });

  it('not of who is passed over for another reason', async () => {
    await onPage(world, ['ana', 'ben', 'cem', 'dan']);
    await world.tables.chats.put({ chatId: 'chat-of-ana', participants: new Set(['ana']), encryption: 'off' });
    await world.ledger.addFacts('ben', [{ kind: 'saved', at: D35_AT }]);
    await world.ledger.addFacts('cem', [{ kind: 'stopped', at: D35_AT }]);
    await send();
    expect(mailed()).toEqual([[D35, 'ben', 'cem', 'dan']]);
    expect(world.published).toEqual([]);
  });

  it('not of who is too late for it, and was given back nothing', async () => {
    await onPage(world, ['ana']);
    world.clock.set(D1_AT + DAY);
    await send(D1);
    expect((await recordOf(world, D1))?.skipped).toEqual({ 0: 'superseded' });
    expect(world.published).toEqual([]);
  });

  /** Ana's mailbox has given her notice back, for a second try the next morning. */
  async function givenBack() {
    await onPage(world, ['ana']);
    await send();
    await world.ledger.giveBack(PAGE, D35, { number: 1, slot: 0, until: D35_AT + DAY });
  }

  it('where their mailbox gave it back, and it is too late for a second try', async () => {
    await givenBack();
    world.clock.set(D14_AT);
    await send();
    expect(world.published).toEqual([
      {
        type: 'PersonUnreachable',
        detail: { sunset: PLAN.sunset, userId: 'ana', notice: D35, reason: 'soft-bounced' },
      },
    ]);
  });

  it('not where it was given back, and there is nothing to be told any more', async () => {
    await givenBack();
    await world.tables.chats.put({ chatId: 'chat-of-ana', participants: new Set(['ana']), encryption: 'off' });
    world.clock.set(D35_AT + DAY);
    await send();
    expect((await recordOf(world, D35))?.skipped).toEqual({ 0: 'no-encrypted-chat' });
    expect(world.published).toEqual([]);
  });

  it('nor where it was delivered after all: then it is not sent again either', async () => {
    await givenBack();
    await world.ledger.addFacts('ana', [{ kind: 'delivered', notice: D35, at: D35_AT + HOUR }]);
    world.clock.set(D35_AT + DAY);
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
    expect([(await recordOf(world, D35))?.skipped, world.published]).toEqual([{ 0: 'already-has-it' }, []]);
  });

  it('with "rejected" where SES refuses their letter for good', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => answering(['refused', 'accepted']);
    await send();
    expect(world.published).toEqual([
      { type: 'PersonUnreachable', detail: { sunset: PLAN.sunset, userId: 'ana', notice: D35, reason: 'refused' } },
    ]);
    world.clock.set(D14_AT);
    await send(D14);
    expect(world.published).toHaveLength(1);
  });

  describe('with "rejected", once or more', () => {
    const rejected = {
      type: 'PersonUnreachable',
      detail: { sunset: PLAN.sunset, userId: 'ana', notice: D35, reason: 'refused' },
    };
    /** SES refuses Ana's letter for good, whenever it is asked. */
    async function beginRefused() {
      await world.tables.stop();
      world = await startWorld({ at: D35_AT });
      await onPage(world, ['ana', 'ben']);
      world.mailer.answer = ({ people }) =>
        answering(people.map((userId) => (userId === 'ana' ? 'refused' : 'accepted')));
      await world.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
      return world;
    }
    const outcome = async (of: TestWorld) => ({
      published: [...new Set(of.published.map((event) => JSON.stringify(event)))],
      failed: (await of.ledger.members(['ana'])).get('ana')?.facts.failed.get(D35),
      complete: (await recordOf(of, D35))?.complete,
      run: (await of.plan.run(GROUP, D35))?.state,
    });
    const EXPECTED = { published: [JSON.stringify(rejected)], failed: 'refused', complete: true, run: 'closed' };

    it.skipIf(MUTATING)(
      'wherever a process is killed, also after SES has refused (promises 8, 9)',
      { timeout: 120_000 },
      async () => {
        const outcomes = await cutOffAtEveryWrite(beginRefused, async (mortal, immortal) => {
          await workUntil(mortal, D35_AT + 2 * DAY);
          return { ...(await outcome(immortal)), times: immortal.published.length };
        });
        expect(outcomes.length).toBeGreaterThan(10);
        for (const each of outcomes) expect(each).toMatchObject(EXPECTED);
        expect(outcomes.at(-1)?.times).toBe(1);
        // Killed after it was told, before the slots have ended.
        expect(outcomes.some(({ times }) => times === 2)).toBe(true);
      },
    );

    it('though the bus fails after SES has refused', async () => {
      await beginRefused();
      const failing = { ...world, bus: { publish: () => Promise.reject(new Error('the bus is away')) } };
      await expect(notify(failing, { page: PAGE, notice: D35 })).rejects.toThrow('the bus is away');
      expect(mailed()).toEqual([[D35, 'ana', 'ben']]);
      await workUntil(world, D35_AT + 2 * DAY);
      expect(await outcome(world)).toEqual(EXPECTED);
    });
  });

  it('again, never not at all, wherever the process is cut off (promises 8, 9)', { timeout: 60_000 }, async () => {
    const outcomes = await cutOffAtEveryWrite(
      async () => {
        await world.tables.stop();
        world = await startWorld({ at: D35_AT });
        await begin();
        return world;
      },
      async (mortal, immortal) => {
        await notify(mortal, { page: PAGE, notice: D35 }).catch(() => {});
        const before = immortal.published.length;
        await notify(immortal, { page: PAGE, notice: D35 });
        immortal.clock.set(D35_AT + RECONCILE_AFTER);
        await notify(immortal, { page: PAGE, notice: D35 });
        immortal.clock.set(D35_AT + DAY);
        await notify(immortal, { page: PAGE, notice: D35 });
        const record = await recordOf(immortal, D35);
        return { before, published: immortal.published, skipped: record?.skipped, complete: record?.complete };
      },
    );
    const once = outcomes.at(-1)!;
    expect(once.published).toEqual(told(D35));
    expect(outcomes.length).toBeGreaterThan(3);
    for (const { published, skipped, complete } of outcomes) {
      expect([...new Set(published.map((event) => JSON.stringify(event)))]).toEqual(
        told(D35).map((event) => JSON.stringify(event)),
      );
      expect([skipped, complete]).toEqual([once.skipped, true]);
    }
    // Cut off right before the note, after they were told: told a second time.
    expect(outcomes.some(({ published }) => published.length === 6)).toBe(true);
  });

  it('before it is noted that they are passed over: a bus that fails leaves them to be told', async () => {
    await begin();
    const failing = { ...world, bus: { publish: () => Promise.reject(new Error('the bus is away')) } };
    await expect(notify(failing, { page: PAGE, notice: D35 })).rejects.toThrow('the bus is away');
    expect([await recordOf(world, D35), mailed()]).toEqual([undefined, []]);
    await send();
    expect(world.published).toEqual(told(D35));
  });
});

describe('outside of what is allowed', () => {
  it.each([
    ['at night', D35_AT + 12 * HOUR, D35_AT + DAY],
    ['before the window opens', D35_AT - 3 * HOUR, D35_AT],
  ])('nobody is mailed %s: it waits for the morning', async (_, at, morning) => {
    world.clock.set(at);
    await onPage(world, ['ana']);
    await send();
    expect(mailed()).toEqual([]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, until: morning });
    world.clock.set(morning);
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
  });

  it('nobody gets two notices on one local day (promise 10)', async () => {
    await onPage(world, ['ana']);
    world.clock.set(D14_AT - HOUR);
    await send(D35);
    world.clock.set(D14_AT);
    await send(D14);
    expect(mailed()).toEqual([[D35, 'ana']]);
    world.clock.set(D14_AT + DAY);
    await send(D14);
    expect(mailed()).toEqual([
      [D35, 'ana'],
      [D14, 'ana'],
    ]);
  });

  it('nothing says "tomorrow" on another day (promise 10)', async () => {
    await onPage(world, ['ana']);
    world.clock.set(D1_AT + DAY);
    await send(D1);
    expect(mailed()).toEqual([]);
    expect((await recordOf(world, D1))?.skipped).toEqual({ 0: 'superseded' });
  });

  it('no more is sent than the day’s budget holds', async () => {
    await world.plan.setBudget({ left: 1, rate: 50 });
    await onPage(world, ['ana', 'ben']);
    await send();
    expect(mailed()).toEqual([]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, attempts: [] });
  });

  it('nothing is sent while the plan is not active', async () => {
    await onPage(world, ['ana']);
    await world.plan.putSunset({ plan: aPlan({}), hash: 'hash-1', active: false, templates: {} });
    await send();
    expect(mailed()).toEqual([]);
  });
});

describe('a hold (promise 6)', () => {
  it('stops what was read before it was set', async () => {
    await onPage(world, ['ana']);
    world.clock.whileWaiting = () => world.plan.hold('eea', hold);
    await send();
    expect(mailed()).toEqual([]);
    expect((await recordOf(world, D35))?.attempts).toEqual([]);
  });

  it('does not stop it on another cohort', async () => {
    await onPage(world, ['ana']);
    world.clock.whileWaiting = () => world.plan.hold('pilot', hold);
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
  });

  it('is certain from the instant that it answers: no call of SES can run longer than the permit', async () => {
    await onPage(world, ['ana']);
    for (const seconds of [0, 20, 69, 70]) {
      await setCohort(world, 'eea', { permitUntil: D35_AT + seconds * 1000 });
      await send();
    }
    expect(mailed()).toEqual([]);
    await setCohort(world, 'eea', { permitUntil: D35_AT + 71_000 });
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
  });

  it('counts after the wait for a slot, not before it: a permit that ran out meanwhile sends nothing', async () => {
    await onPage(world, ['ana']);
    await setCohort(world, 'eea', { permitUntil: D35_AT + 5 * MINUTE });
    world.clock.whileWaiting = async () => world.clock.set(D35_AT + 5 * MINUTE);
    await send();
    expect(mailed()).toEqual([]);
  });

  it('leaves the notice to be sent after its release', async () => {
    await onPage(world, ['ana']);
    await world.plan.hold('eea', hold);
    await send();
    await setCohort(world, 'eea', { hold: null });
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
  });
});

describe('what changes while a slot is waited for', () => {
  it('is respected: who is marked as leaving meanwhile is not sent to', async () => {
    await onPage(world, ['ana', 'ben']);
    world.clock.whileWaiting = () =>
      world.ledger.setLeaving('ben', { notBefore: '2026-06-21' as never, since: D35_AT });
    await send();
    expect(mailed()).toEqual([[D35, 'ana']]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false });
  });

  it('is respected: nothing is claimed where nobody is left to be sent to, and the others are sent theirs', async () => {
    await onPage(world, ['ana', 'ben']);
    await putUser(world, 'ben', { locale: 'fr' });
    world.clock.whileWaiting = () => world.ledger.addFacts('ana', [{ kind: 'unreachable', at: D35_AT }]);
    await send();
    expect(mailed()).toEqual([[D35, 'ben']]);
    expect((await recordOf(world, D35))?.attempts).toMatchObject([{ number: 1, slots: [1] }]);
  });

  it('is respected: nothing is sent for a cohort that is gone', async () => {
    await onPage(world, ['ana']);
    let reads = 0;
    const { cohort } = world.plan;
    const plan = { ...world.plan, cohort: async (id: string) => (reads++ === 0 ? cohort(id) : undefined) };
    await notify({ ...world, plan }, { page: PAGE, notice: D35 });
    expect(mailed()).toEqual([]);
  });

  it('is respected: a claim made meanwhile wins', async () => {
    await onPage(world, ['ana']);
    world.clock.whileWaiting = () =>
      world.ledger.claim(PAGE, D35, { number: 1, at: D35_AT, language: 'de', slots: [0], letter: LETTER });
    await send();
    expect(mailed()).toEqual([]);
  });
});

describe('a claim of which nobody knows whether SES has it (promise 7)', () => {
  const later = D35_AT + RECONCILE_AFTER;

  it('is not sent again while whoever made it may be at work, nor while events may come', async () => {
    await onPage(world, ['ana']);
    world.mailer.answer = losingTheAnswer;
    await send();
    world.mailer.answer = accepting;
    for (const at of [D35_AT + 1, D35_AT + LEASE - 1, D35_AT + LEASE, D35_AT + 4 * HOUR, later - 1]) {
      world.clock.set(at);
      await send();
    }
    expect(mailed()).toEqual([[D35, 'ana']]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, attempts: [{ settledAt: null }] });
  });

  it('is said to the log by the kind of error, with nothing of its text (promise 15)', async () => {
    await onPage(world, ['ana']);
    world.mailer.answer = () => {
      throw new TypeError('of ana@example.com');
    };
    await send();
    world.clock.set(later);
    await send();
    expect(world.logged.slice(0, 2)).toEqual([
      ['it is unknown whether SES has accepted a claim', { notice: D35, page: PAGE, error: 'TypeError' }],
      ['an attempt of unknown end was reconciled', { notice: D35, page: PAGE, people: 1 }],
    ]);
  });

  it('is waited for from the end of the lease on, with a note until when, and settled exactly then', async () => {
    await onPage(world, ['ana']);
    world.mailer.answer = losingTheAnswer;
    await send();
    world.clock.set(D35_AT + LEASE - 1);
    await send();
    expect((await recordOf(world, D35))?.until).toBeNull();
    world.clock.set(D35_AT + LEASE);
    await send();
    expect((await recordOf(world, D35))?.until).toBe(later);
    world.clock.set(later);
    await send();
    expect((await recordOf(world, D35))?.attempts[0]).toMatchObject({ settledAt: later, outcomes: { 0: 'unheard' } });
  });

  it('is settled for who has no row too', async () => {
    await onPage(world, ['ana']);
    await world.ledger.appendToPage(PAGE, 1, ['ghost']);
    await world.ledger.claim(PAGE, D35, { number: 1, at: D35_AT, language: 'de', slots: [0, 1], letter: LETTER });
    world.clock.set(later);
    await send();
    expect((await recordOf(world, D35))?.attempts[0]?.outcomes).toEqual({ 0: 'unheard', 1: 'unheard' });
  });

  it('is the same whether the answer was lost or the process died between the claim and the call', async () => {
    await onPage(world, ['ana']);
    await world.ledger.claim(PAGE, D35, { number: 1, at: D35_AT, language: 'de', slots: [0], letter: LETTER });
    world.clock.set(later - 1);
    await send();
    expect(mailed()).toEqual([]);
  });

  it('is sent again in the end where the notice is required and no event has come', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = losingTheAnswer;
    await send();
    world.mailer.answer = accepting;
    for (const at of [later, later + HOUR, D35_AT + DAY, D35_AT + DAY + HOUR]) {
      world.clock.set(at);
      await send();
    }
    expect(mailed()).toEqual([
      [D35, 'ana', 'ben'],
      [D35, 'ana', 'ben'],
    ]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: true, attempts: [{ number: 1 }, { number: 2 }] });
  });

  it('is sent again to those only of whom nothing was heard', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = losingTheAnswer;
    await send();
    await feedback(world, [anEvent('Delivery', 'ana')]);
    world.mailer.answer = accepting;
    for (const at of [later, D35_AT + DAY]) {
      world.clock.set(at);
      await send();
    }
    expect(mailed()).toEqual([
      [D35, 'ana', 'ben'],
      [D35, 'ben'],
    ]);
    expect((await recordOf(world, D35))?.attempts[0]?.outcomes).toEqual({ 0: 'accepted', 1: 'unheard' });
  });

  it('may have told its date: where that has moved, it is corrected, on another day (promises 2, 10)', async () => {
    const moved = 'moved@2026-06-21';
    await onPage(world, ['ana']);
    world.mailer.answer = losingTheAnswer;
    await send();
    world.mailer.answer = accepting;
    world.clock.set(later);
    await setCohort(world, 'eea', { endDate: localDate('2026-06-21') });
    await send();
    await send(moved);
    expect(mailed()).toEqual([[D35, 'ana']]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: true, skipped: { 0: 'superseded' } });
    world.clock.set(D35_AT + DAY);
    await send(moved);
    expect(mailed()).toEqual([
      [D35, 'ana'],
      [moved, 'ana'],
    ]);
  });

  it('is not sent again where the notice is not required', async () => {
    world.clock.set(D14_AT);
    await onPage(world, ['ana']);
    world.mailer.answer = losingTheAnswer;
    await send(D14);
    world.mailer.answer = accepting;
    for (const at of [D14_AT + RECONCILE_AFTER, D14_AT + DAY]) {
      world.clock.set(at);
      await send(D14);
    }
    expect(mailed()).toEqual([[D14, 'ana']]);
    expect(await recordOf(world, D14)).toMatchObject({ complete: true, attempts: [{ outcomes: { 0: 'unknown' } }] });
  });

  it('is sent again the same day where it is the notice of the last day', async () => {
    world.clock.set(D1_AT);
    await onPage(world, ['ana']);
    world.mailer.answer = losingTheAnswer;
    await send(D1);
    world.mailer.answer = accepting;
    for (const at of [D1_AT + RECONCILE_AFTER, D1_AT + RECONCILE_AFTER + 15 * MINUTE, D1_AT + DAY]) {
      world.clock.set(at);
      await send(D1);
    }
    expect(mailed()).toEqual([
      [D1, 'ana'],
      [D1, 'ana'],
    ]);
  });

  it('lets no further attempt begin before it is settled', async () => {
    await onPage(world, ['ana', 'ben']);
    const claim = { at: D35_AT, language: 'de', letter: LETTER };
    expect(await world.ledger.claim(PAGE, D35, { ...claim, number: 1, slots: [0] })).toBe(true);
    expect(await world.ledger.claim(PAGE, D35, { ...claim, number: 1, slots: [0] })).toBe(false);
    expect(await world.ledger.claim(PAGE, D35, { ...claim, number: 2, slots: [1] })).toBe(false);
    const settlement = { number: 1, at: D35_AT, outcomes: { 0: 'accepted' as const } };
    expect(await world.ledger.settle(PAGE, D35, settlement)).toBe(true);
    expect(await world.ledger.settle(PAGE, D35, { ...settlement, outcomes: { 0: 'refused' } })).toBe(false);
    expect(await world.ledger.claim(PAGE, D35, { ...claim, number: 2, slots: [1] })).toBe(true);
  });
});

describe('what SES says', () => {
  it('of one destination, "too fast", is tried again as the next attempt, for that person only', async () => {
    await onPage(world, ['ana', 'ben', 'cem']);
    world.mailer.answer = () => answering(['accepted', 'throttled', 'accepted']);
    await send();
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, until: null });
    world.mailer.answer = accepting;
    await send();
    expect(mailed()).toEqual([
      [D35, 'ana', 'ben', 'cem'],
      [D35, 'ben'],
    ]);
    expect(await recordOf(world, D35)).toMatchObject({
      complete: true,
      attempts: [{ number: 1 }, { number: 2, slots: [1], outcomes: { 1: 'accepted' } }],
    });
  });

  it('of a whole call, "too fast", sends nobody anything, and everybody again', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => ({ kind: 'throttled' });
    await send();
    world.mailer.answer = accepting;
    await send();
    expect(mailed()).toEqual([
      [D35, 'ana', 'ben'],
      [D35, 'ana', 'ben'],
    ]);
    expect((await recordOf(world, D35))?.complete).toBe(true);
  });

  it('of a whole call, "too fast", ends the work on the page: the others of it are not tried right then', async () => {
    await onPage(world, ['ana', 'ben']);
    await putUser(world, 'ben', { locale: 'fr' });
    world.mailer.answer = () => ({ kind: 'throttled' });
    await send();
    expect(world.mailer.calls).toHaveLength(1);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, attempts: [{ outcomes: { 0: 'throttled' } }] });
  });

  it('of a whole call about one person, "too fast", is nothing against that person', async () => {
    await onPage(world, ['ana']);
    world.mailer.answer = () => ({ kind: 'throttled' });
    await send();
    expect((await recordOf(world, D35))?.attempts[0]?.outcomes).toEqual({ 0: 'throttled' });
    expect((await world.ledger.members(['ana'])).get('ana')?.facts.failed.size).toBe(0);
  });

  it('of fewer destinations than it was asked about, is unknown of the others', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => answering(['accepted']);
    await send();
    expect((await recordOf(world, D35))?.attempts[0]?.outcomes).toEqual({ 0: 'accepted', 1: 'unknown' });
  });

  it('of one destination, "never", becomes a fact about the person and is not tried again', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => answering(['accepted', 'refused']);
    await send();
    world.mailer.answer = accepting;
    await send();
    expect(mailed()).toEqual([[D35, 'ana', 'ben']]);
    const members = await world.ledger.members(['ana', 'ben']);
    expect(members.get('ben')?.facts.failed).toEqual(new Map([[D35, 'refused']]));
    expect(members.get('ana')?.facts.failed.size).toBe(0);
    expect((await recordOf(world, D35))?.complete).toBe(true);
  });

  it('of the account, in answer to a call, sets a hold that names it, and leaves everybody to be sent to', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => ({ kind: 'account', why: 'AccountSendingPaused' });
    await send();
    expect((await world.plan.cohort('eea'))?.hold).toEqual({
      who: 'sunset',
      why: 'SES refuses to send: AccountSendingPaused',
      since: D35_AT,
    });
    world.mailer.answer = accepting;
    await send();
    expect(world.mailer.calls).toHaveLength(1);
    await setCohort(world, 'eea', { hold: null });
    await send();
    expect(mailed().at(-1)).toEqual([D35, 'ana', 'ben']);
  });

  it('of the account, in a destination’s status, sets the hold too, and settles the others as they are', async () => {
    await onPage(world, ['ana', 'ben']);
    world.mailer.answer = () => ({ ...answering(['accepted', 'throttled']), account: 'AccountSuspended' }) as never;
    await send();
    expect((await world.plan.cohort('eea'))?.hold?.why).toContain('AccountSuspended');
    expect((await recordOf(world, D35))?.attempts[0]?.outcomes).toEqual({ 0: 'accepted', 1: 'throttled' });
  });

  it('of a call that one of its letters spoils, is bisected: only that letter is given up', async () => {
    const people = ['ana', 'ben', 'cem', 'dan', 'eva', 'fay', 'gil'];
    await onPage(world, people);
    world.mailer.answer = (call) => (call.people.includes('eva') ? { kind: 'malformed' } : accepting(call));
    await send();
    const record = await recordOf(world, D35);
    expect(record?.complete).toBe(true);
    const accepted = record?.attempts.flatMap(({ outcomes }) =>
      Object.entries(outcomes).flatMap(([slot, outcome]) => (outcome === 'accepted' ? [people[Number(slot)]] : [])),
    );
    expect(accepted?.toSorted()).toEqual(people.filter((each) => each !== 'eva'));
    // Never repeated unchanged.
    const calls = world.mailer.calls.map((call) => call.people.join());
    expect(new Set(calls).size).toBe(calls.length);
    expect((await world.ledger.members(['eva'])).get('eva')?.facts.failed.get(D35)).toBe('refused');
  });
});

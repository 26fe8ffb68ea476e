import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HOUR, isoInstant, localDate, MINUTE } from '../../functions/domain/time.ts';
import { CLOCK_SKEW, isInWave } from '../../functions/domain/wave.ts';
import type { Intent, Platform } from '../../functions/ports.ts';
import type { PlanStore } from '../../functions/ports.ts';
import { disable } from '../../functions/usecases/disable.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { hold, PLAN } from '../domain/examples.ts';
import {
  armed,
  ENDED,
  enrolled,
  informed,
  isEncrypted,
  LEASE,
  onPage,
  putChat,
  putUser,
  rowsOf,
  setCohort,
  startWorld,
  type TestWorld,
} from './world.ts';

let world: TestWorld;
/** Ana and Ben were told in time, their chat is due, and the cohort is armed for it. */
beforeEach(async () => {
  world = await startWorld({ at: ENDED });
  await onPage(world, ['ana', 'ben']);
  await informed(world, 'ana', 'ben');
  await putChat(world, 'chat-1', ['ana', 'ben']);
  await armed(world, 'eea', 10);
});
afterEach(() => world.tables.stop());

const nominate = (...chats: string[]) => disable(world, { kind: 'chats', chats });
const blockedReason = async (chatId: string) => (await world.ledger.blocked([chatId])).get(chatId)?.reason;
const cohort = async (id = 'eea') => (await world.plan.cohort(id))!;
const intents = async () =>
  (await rowsOf(world, world.tables.ledger)).filter(({ pk }) => (pk as string).startsWith('INTENTS#'));

/** The world with a platform to whose writes something happens. */
function withDisable(
  onDisable: (disableIt: Platform['disable'], ...x: Parameters<Platform['disable']>) => Promise<boolean>,
) {
  const { platform } = world;
  return { ...world, platform: { ...platform, disable: onDisable.bind(undefined, platform.disable) } };
}
/** The process is killed: nothing that follows happens. */
function killed(): never {
  throw new Error('killed');
}

const PUBLISHED = {
  type: 'ChatEncryptionDisabled',
  detail: {
    sunset: PLAN.sunset,
    chatId: 'chat-1',
    cohort: 'eea',
    at: isoInstant(ENDED),
    finalAfter: isoInstant(ENDED + PLAN.guardRails.restoreWindowHours * HOUR),
  },
};

/** `chat-2`, of somebody of each cohort, both told in time; that of the other has ended before. */
async function putOfTwoCohorts(): Promise<void> {
  await enrolled(world, 'noa', { cohort: 'pilot', group: 'pilot~Europe/Berlin~', page: 'pilot~Europe/Berlin~~en~1' });
  await putUser(world, 'noa');
  await informed(world, 'noa');
  await setCohort(world, 'pilot', { endDate: '2026-05-08' as never });
  await putChat(world, 'chat-2', ['ana', 'noa']);
}

describe('a chat that is due', () => {
  it('is disabled with our mark, written down, counted, and told to the platform', async () => {
    await nominate('chat-1');
    const chat = (await world.platform.chats(['chat-1'])).get('chat-1');
    expect(chat).toMatchObject({
      encrypted: false,
      mark: {
        arming: 'eea@1',
        cohort: 'eea',
        at: ENDED,
        prior: { encrypted: true, encryptedSince: '2026-01-01T00:00:00.000Z', version: 1 },
      },
    });
    expect(await world.tables.ledger.get({ pk: 'CHAT#chat-1', sk: 'DISABLED#eea@1' })).toMatchObject({ at: ENDED });
    expect((await cohort()).disabled).toBe(1);
    expect(world.published).toEqual([PUBLISHED]);
    expect(await intents()).toMatchObject([{ chats: ['chat-1'], closedAt: ENDED }]);
  });

  it('leaves no blocked row, of itself or of anything else', async () => {
    const blocked = async () => (await rowsOf(world, world.tables.ledger)).filter(({ sk }) => sk === 'BLOCKED');
    await enrolled(world, 'cem');
    await putUser(world, 'cem');
    await putChat(world, 'chat-2', ['cem']);
    await nominate('chat-1', 'chat-2');
    expect((await blocked()).map(({ pk }) => pk)).toEqual(['CHAT#chat-2']);
  });

  it('is flipped and published once although its message comes twice (promise 9)', async () => {
    await nominate('chat-1');
    world.clock.set(ENDED + HOUR);
    await nominate('chat-1');
    expect(world.published).toEqual([PUBLISHED]);
    expect((await cohort()).disabled).toBe(1);
  });

  it('is flipped once, and only told with one content, although two messages meet (promise 9)', async () => {
    await Promise.all([nominate('chat-1'), nominate('chat-1')]);
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
    const at = (await world.platform.chats(['chat-1'])).get('chat-1')?.mark?.at ?? 0;
    expect(world.published.length).toBeGreaterThan(0);
    for (const each of world.published)
      expect(each).toMatchObject({ detail: { chatId: 'chat-1', at: isoInstant(at) } });
    expect((await cohort()).disabled).toBe(1);
    expect((await intents()).every(({ closedAt }) => closedAt !== null)).toBe(true);
  });

  it('sets no hold because its message comes a second time while the first is at work (promise 9)', async () => {
    await armed(world, 'eea', 1);
    const twice = withDisable(async (disableIt, chat, mark) => {
      world.clock.set(ENDED + 1000);
      await nominate('chat-1');
      return disableIt(chat, mark);
    });
    await disable(twice, { kind: 'chats', chats: ['chat-1'] });
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
    expect((await cohort()).hold).toBeNull();
  });

  it('counts once for the cohort that ends last, and needs the permits of both', async () => {
    await enrolled(world, 'noa', {
      cohort: 'pilot',
      group: 'pilot~Pacific/Auckland~',
      page: 'pilot~Pacific/Auckland~~en~1',
    });
    await putUser(world, 'noa', { timeZone: 'Europe/Berlin' });
    await informed(world, 'noa');
    await setCohort(world, 'pilot', { endDate: '2026-05-08' as never });
    await putChat(world, 'chat-2', ['ana', 'noa']);
    await setCohort(world, 'pilot', { hold });
    await nominate('chat-2');
    expect(await isEncrypted(world, 'chat-2')).toBe(true);
    await setCohort(world, 'pilot', { hold: null });
    await nominate('chat-2');
    expect(await isEncrypted(world, 'chat-2')).toBe(false);
    expect([(await cohort()).disabled, (await cohort('pilot')).disabled]).toEqual([1, 0]);
  });

  it('fixes the dates of all its people: one that moved now would be told to whose chat is off (promise 2)', async () => {
    await putOfTwoCohorts();
    expect((await cohort('pilot')).firstWaveAt).toBeNull();
    await nominate('chat-2');
    expect(await isEncrypted(world, 'chat-2')).toBe(false);
    expect((await cohort('pilot')).firstWaveAt).toBe(world.clock.now());
  });

  it('is left to the next sweep where the date of another of its cohorts is about to move (promise 2)', async () => {
    await putOfTwoCohorts();
    const moving: PlanStore['fixDate'] = async (read, at) => {
      await world.plan.setCohort(read, { endDate: '2026-09-01' as never });
      return world.plan.fixDate(read, at);
    };
    await disable({ ...world, plan: { ...world.plan, fixDate: moving } }, { kind: 'chats', chats: ['chat-2'] });
    expect(await isEncrypted(world, 'chat-2')).toBe(true);
    expect((await cohort('pilot')).firstWaveAt).toBeNull();
  });

  it('is left to the next sweep where the date of another of its cohorts has moved since it was asked about (promise 1)', async () => {
    await putOfTwoCohorts();
    const reserve: PlanStore['reserve'] = async (name, x) => {
      await world.plan.setCohort(await cohort('pilot'), { endDate: '2026-09-01' as never });
      return world.plan.reserve(name, x);
    };
    await disable({ ...world, plan: { ...world.plan, reserve } }, { kind: 'chats', chats: ['chat-1', 'chat-2'] });
    expect(await isEncrypted(world, 'chat-2')).toBe(true);
    expect((await cohort('pilot')).firstWaveAt).toBeNull();
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });

  it('counts for the same cohort wherever its people are now: sweeps, which read no profile, count it there too (promise 8)', async () => {
    await putOfTwoCohorts();
    await setCohort(world, 'pilot', { endDate: (await cohort()).endDate, arming: null, wave: 0 });
    // There the day ends later than in Berlin, where both were found.
    await putUser(world, 'noa', { timeZone: 'America/New_York' });
    await nominate('chat-2');
    expect(await isEncrypted(world, 'chat-2')).toBe(false);
    expect((await cohort()).disabled).toBe(1);
  });
});

describe('an intent', () => {
  it('names what is disabled, under what, in which wave and since when; the log says how many', async () => {
    await nominate('chat-1', 'chat-of-ana');
    expect(await intents()).toMatchObject([
      { cohort: 'eea', arming: 'eea@1', wave: 2, at: ENDED, chats: ['chat-1', 'chat-of-ana'], closedAt: ENDED },
    ]);
    const [{ id }] = (await world.ledger.intentsOf('eea', { after: null, limit: 1 })) as [Intent];
    expect(id).toMatch(/^eea-2-[0-9a-f]{24}$/);
    expect((await world.platform.chats(['chat-1'])).get('chat-1')?.mark?.intent).toBe(id);
    expect(world.logged).toContainEqual(['an intent has ended', { cohort: 'eea', disabled: 2, of: 2 }]);
  });

  it('is another for other chats, another instant or another arming, and the same for the same', async () => {
    const ids = async (chats: string[], at: number, arming: string) => {
      await world.tables.stop();
      world = await startWorld({ at });
      await onPage(world, ['ana', 'ben']);
      await informed(world, 'ana', 'ben');
      for (const id of chats) await putChat(world, id, ['ana', 'ben']);
      await armed(world, 'eea', 10);
      await setCohort(world, 'eea', { arming: { id: arming, headCount: 10, at: ENDED - HOUR, by: [] } });
      await nominate(...chats);
      return (await world.ledger.intentsOf('eea', { after: null, limit: 10 })).map(({ id }) => id);
    };
    const same = [await ids(['chat-1'], ENDED, 'eea@1'), await ids(['chat-1'], ENDED, 'eea@1')];
    const [first] = same as [string[]];
    expect(same).toEqual([first, first]);
    const others = [
      await ids(['chat-2'], ENDED, 'eea@1'),
      await ids(['chat-1'], ENDED + 1, 'eea@1'),
      await ids(['chat-1'], ENDED, 'eea@2'),
    ];
    expect(new Set([first, ...others].flat()).size).toBe(4);
  });

  it('is on the agenda before it is there, for when nobody can be at work any more', async () => {
    const dying = { ...world, ledger: { ...world.ledger, openIntent: async () => killed() } };
    await expect(disable(dying, { kind: 'chats', chats: ['chat-1'] })).rejects.toThrow('killed');
    const [item, ...more] = await world.plan.due(ENDED + HOUR, 10);
    expect([item, more]).toEqual([{ at: ENDED + 2 * LEASE, kind: 'intent', id: expect.any(String) }, []]);
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
  });

  it('whose head-count is gone meanwhile flips nothing, and is ended by the agenda', async () => {
    const raced = { ...world, plan: { ...world.plan, reserveHeadCount: async () => false } };
    await disable(raced, { kind: 'chats', chats: ['chat-1'] });
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    const [left] = await intents();
    expect(left).toMatchObject({ closedAt: null });
    world.clock.set(ENDED + LEASE);
    await disable(world, { kind: 'intent', intent: left?.['id'] as string });
    expect(await intents()).toMatchObject([{ closedAt: ENDED + LEASE }]);
    expect((await cohort()).disabled).toBe(0);
    expect(world.published).toEqual([]);
  });

  it('is not ended by a doubled message that came in the same millisecond (promise 13)', async () => {
    const doubled = withDisable(async (disableIt, chat, mark) => {
      world.clock.set(ENDED);
      await nominate('chat-1');
      return disableIt(chat, mark);
    });
    const refusing = { ...doubled, bus: { publish: () => killed() } };
    await expect(disable(refusing, { kind: 'chats', chats: ['chat-1'] })).rejects.toThrow('killed');
    const [open, ...more] = await intents();
    expect([open?.['closedAt'], more]).toEqual([null, []]);
    world.clock.set(ENDED + LEASE);
    await disable(world, { kind: 'intent', intent: open?.['id'] as string });
    expect(world.published).toEqual([PUBLISHED]);
    expect((await cohort()).disabled).toBe(1);
  });

  it('that somebody else has opened is left to them', async () => {
    const late = { ...world, ledger: { ...world.ledger, openIntent: async () => false } };
    await disable(late, { kind: 'chats', chats: ['chat-1'] });
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect((await cohort()).disabled).toBe(0);
  });

  it('is none of an arming that was given since the chats were asked about (promise 11)', async () => {
    const reserve: PlanStore['reserve'] = async (name, x) => {
      const slot = await world.plan.reserve(name, x);
      await setCohort(world, 'eea', { arming: { id: 'eea@2', headCount: 10, at: ENDED, by: [] }, wave: 0 });
      return slot;
    };
    await setCohort(world, 'eea', { arming: null });
    await disable({ ...world, plan: { ...world.plan, reserve } }, { kind: 'chats', chats: ['chat-1'] });
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(await intents()).toEqual([]);
  });

  it('flips no chat after the permit has run out while others were written', async () => {
    const ids = Array.from({ length: 15 }, (_, at) => `many-${String(at).padStart(2, '0')}`);
    for (const id of ids) await putChat(world, id, ['ana']);
    await armed(world, 'eea', 100);
    await setCohort(world, 'eea', { permitUntil: ENDED + 10 * MINUTE });
    // Which is long after the slot that is waited for.
    const slow = withDisable(async (disableIt, chat, mark) => {
      const done = await disableIt(chat, mark);
      world.clock.set(ENDED + 10 * MINUTE);
      return done;
    });
    await disable(slow, { kind: 'chats', chats: ids });
    const off = await Promise.all(ids.map((id) => isEncrypted(world, id)));
    expect(off.filter((each) => each === false)).toHaveLength(10);
    expect((await cohort()).disabled).toBe(10);
    expect(world.published).toHaveLength(10);
  });
});

describe('its turn', () => {
  const reserve = (length: number) => world.plan.reserve('disable#eea', { now: ENDED, length, latest: ENDED });

  it('comes to one cohort after another, each asked about when the one before is done (promise 4)', async () => {
    await putOfTwoCohorts();
    await putChat(world, 'chat-3', ['noa']);
    await armed(world, 'pilot', 10);
    await reserve(2000);
    const asked: number[] = [];
    const chats: Platform['chats'] = async (ids) => {
      const found = await world.platform.chats(ids);
      if (found.get('chat-3')?.encrypted === true) asked.push(world.clock.now());
      return found;
    };
    await disable({ ...world, platform: { ...world.platform, chats } }, { kind: 'chats', chats: ['chat-1', 'chat-3'] });
    expect([await isEncrypted(world, 'chat-1'), await isEncrypted(world, 'chat-3')]).toEqual([false, false]);
    expect(asked).toEqual([ENDED, ENDED + 2000]);
    expect([(await cohort()).disabled, (await cohort('pilot')).disabled]).toEqual([1, 1]);
  });

  it('is waited for, at the plan’s rate, each cohort for itself', async () => {
    await reserve(2000);
    await nominate('chat-1');
    expect((await world.platform.chats(['chat-1'])).get('chat-1')?.mark?.at).toBe(ENDED + 2000);
    const next = await world.plan.reserve('disable#eea', { now: ENDED, length: 1, latest: ENDED + HOUR });
    expect(next).toBe(ENDED + 2000 + Math.ceil(1000 / PLAN.guardRails.disablePerSecond));
  });

  it('is waited for as long as the call lives, less a minute', async () => {
    await reserve(LEASE - MINUTE);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });

  it('gives who asks for more time while it is waited for what they ask for', async () => {
    await reserve(2000);
    const leaving = { notBefore: localDate('2026-06-21'), since: ENDED };
    world.clock.whileWaiting = () => world.ledger.setLeaving('ana', leaving);
    await nominate('chat-1', 'chat-of-ben');
    expect([await isEncrypted(world, 'chat-1'), await isEncrypted(world, 'chat-of-ben')]).toEqual([true, false]);
    expect(await intents()).toMatchObject([{ chats: ['chat-of-ben'] }]);
  });

  it('that has come at once is taken without asking again', async () => {
    let reads = 0;
    const { users } = world.platform;
    const platform = { ...world.platform, users: (ids: readonly string[]) => (reads++, users(ids)) };
    await disable({ ...world, platform }, { kind: 'chats', chats: ['chat-1'] });
    expect([reads, await isEncrypted(world, 'chat-1')]).toEqual([1, false]);
  });

  it('that is too late is left to the next sweep', async () => {
    await reserve(LEASE - MINUTE + 1);
    let waited = false;
    world.clock.whileWaiting = async () => void (waited = true);
    await nominate('chat-1');
    expect([waited, await isEncrypted(world, 'chat-1')]).toEqual([false, true]);
  });

  it('of a chat that counts for another cohort after the wait has not come', async () => {
    await reserve(2000);
    world.clock.whileWaiting = () => setCohort(world, 'eea', { arming: null });
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
  });
});

describe('a chat that has changed since it was nominated', () => {
  it('is not flipped where somebody has joined it', async () => {
    await putChat(world, 'chat-1', ['ana', 'ben', 'new']);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(world.published).toEqual([]);
  });

  it.each([
    ['somebody joins it', { participants: new Set(['ana', 'ben', 'new']) }],
    ['somebody leaves it', { participants: new Set(['ana']) }],
    ['its version changes', { version: 2 }],
  ])('is not flipped where %s between our reading and our writing', async (_, change) => {
    const racing = withDisable(async (disableIt, chat, mark) => {
      await putChat(world, 'chat-1', ['ana', 'ben'], change);
      return disableIt(chat, mark);
    });
    await disable(racing, { kind: 'chats', chats: ['chat-1'] });
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(world.published).toEqual([]);
    expect((await cohort()).disabled).toBe(0);
    expect(await intents()).toMatchObject([{ closedAt: ENDED }]);
  });

  it('is flipped where nothing happens in between: it is the change that keeps it', async () => {
    await disable(
      withDisable((disableIt, chat, mark) => disableIt(chat, mark)),
      { kind: 'chats', chats: ['chat-1'] },
    );
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });

  it('is passed over where it is gone, or off already', async () => {
    await putChat(world, 'chat-2', ['ana'], { encryption: 'off' });
    await nominate('chat-0', 'chat-2');
    expect(world.published).toEqual([]);
    expect(await blockedReason('chat-2')).toBeUndefined();
  });

  it('is asked about again after the wait for its turn: who has come meanwhile counts', async () => {
    await world.plan.reserve('disable#eea', { now: ENDED, length: 2000, latest: ENDED });
    world.clock.whileWaiting = () => putChat(world, 'chat-1', ['ana', 'ben', 'new']);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
  });
});

describe('a chat that may not be disabled', () => {
  it('is not flipped early: it is encrypted until the last end instant has come by every clock (promise 1)', async () => {
    await putUser(world, 'ben', { timeZone: 'Mars/Base' });
    world.clock.set(ENDED + CLOCK_SKEW - 1);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(await blockedReason('chat-1')).toBeUndefined();
    world.clock.set(ENDED + CLOCK_SKEW);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });

  it('is blocked with its reason where a participant was not informed, and the others are not (promise 3)', async () => {
    await enrolled(world, 'cem');
    await putUser(world, 'cem');
    await putChat(world, 'chat-2', ['ana', 'cem']);
    await nominate('chat-1', 'chat-2');
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
    expect(await isEncrypted(world, 'chat-2')).toBe(true);
    expect(await world.ledger.blocked(['chat-2'])).toEqual(
      new Map([
        [
          'chat-2',
          {
            chatId: 'chat-2',
            cohort: 'eea',
            reason: 'unproven',
            userId: 'cem',
            nominatedAs: 'unproven',
            arming: null,
            at: ENDED,
          },
        ],
      ]),
    );
  });

  it('is blocked where nobody is in it, for no cohort', async () => {
    await world.tables.chats.put({ chatId: 'chat-0', encryption: 'e2ee', version: 1, encryptedSince: 'x' });
    await nominate('chat-0');
    expect((await world.ledger.blocked(['chat-0'])).get('chat-0')).toEqual({
      chatId: 'chat-0',
      cohort: '',
      reason: 'no-participants',
      userId: null,
      nominatedAs: 'no-participants',
      arming: null,
      at: ENDED,
    });
    expect(await intents()).toEqual([]);
  });

  it('is not blocked where nobody is in it and it is off', async () => {
    await world.tables.chats.put({ chatId: 'chat-0', encryption: 'off', version: 1 });
    await nominate('chat-0');
    expect(await blockedReason('chat-0')).toBeUndefined();
  });

  it('is written down with what a sweep would expect, where that reads less', async () => {
    await enrolled(world, 'cem');
    await putUser(world, 'cem', { email: null });
    await putChat(world, 'chat-2', ['ana', 'cem']);
    await nominate('chat-2');
    expect((await world.ledger.blocked(['chat-2'])).get('chat-2')).toMatchObject({
      reason: 'no-address',
      userId: 'cem',
      nominatedAs: 'unproven',
      arming: null,
    });
  });

  it('is written down with the arming under which it was flipped, where that is why', async () => {
    await nominate('chat-1');
    const mark = (await world.platform.chats(['chat-1'])).get('chat-1')?.mark;
    await putChat(world, 'chat-1', ['ana', 'ben'], { sunset: mark });
    await nominate('chat-1');
    expect((await world.ledger.blocked(['chat-1'])).get('chat-1')).toMatchObject({
      reason: 'encrypted-again',
      nominatedAs: null,
      arming: 'eea@1',
    });
  });

  it.each([
    ['person', { userId: 'ana' }],
    ['expectation of a sweep', { nominatedAs: null }],
    ['arming', { arming: 'eea@0' }],
  ])('is written down anew where another %s is why', async (_, changes) => {
    await enrolled(world, 'cem');
    await putUser(world, 'cem');
    await putChat(world, 'chat-2', ['cem']);
    await nominate('chat-2');
    const row = (await world.ledger.blocked(['chat-2'])).get('chat-2')!;
    await world.ledger.setBlocked({ ...row, ...changes });
    world.clock.set(ENDED + HOUR);
    await nominate('chat-2');
    expect((await world.ledger.blocked(['chat-2'])).get('chat-2')).toEqual({ ...row, at: ENDED + HOUR });
  });

  it('stays as it is where no plan was ever applied', async () => {
    await disable(
      { ...world, plan: { ...world.plan, sunset: async () => undefined } },
      { kind: 'chats', chats: ['chat-1'] },
    );
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
  });

  it('keeps one row, which is written again only when its reason changes', async () => {
    await enrolled(world, 'cem');
    await putUser(world, 'cem');
    await putChat(world, 'chat-2', ['cem']);
    await nominate('chat-2');
    world.clock.set(ENDED + HOUR);
    await nominate('chat-2');
    expect((await world.ledger.blocked(['chat-2'])).get('chat-2')?.at).toBe(ENDED);
    await putUser(world, 'cem', { email: null });
    await nominate('chat-2');
    expect((await world.ledger.blocked(['chat-2'])).get('chat-2')).toMatchObject({
      reason: 'no-address',
      at: ENDED + HOUR,
    });
  });

  it('is not flipped a second time under one arming: what the platform encrypted again stays (promise 13)', async () => {
    await nominate('chat-1');
    const mark = (await world.platform.chats(['chat-1'])).get('chat-1')?.mark;
    expect(mark?.arming).toBe('eea@1');
    await putChat(world, 'chat-1', ['ana', 'ben'], { sunset: mark });
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(await blockedReason('chat-1')).toBe('encrypted-again');
  });

  it.each([
    ['not active', async () => world.plan.putSunset({ ...(await world.plan.sunset())!, active: false })],
    ['held', () => world.plan.hold('eea', hold)],
    ['without a permit', () => setCohort(world, 'eea', { permitUntil: ENDED + 40_000 })],
    ['not armed', () => setCohort(world, 'eea', { arming: null })],
    ['before its first wave', () => setCohort(world, 'eea', { wave: 0 })],
  ])('stays as it is while its cohort or the sunset is %s', async (_, stop) => {
    await stop();
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(world.published).toEqual([]);
    expect(await intents()).toEqual([]);
  });

  it('stays as it is where a hold was set while its turn was waited for (promise 6)', async () => {
    world.clock.whileWaiting = () => world.plan.hold('eea', hold);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
  });

  it('waits for its wave: in the first one only its share of the chats is disabled (promise 11)', async () => {
    const ids = Array.from({ length: 400 }, (_, at) => `many-${at}`);
    const first = ids.filter((id) => isInWave(PLAN, 1, id)).slice(0, 3);
    const rest = ids.filter((id) => !isInWave(PLAN, 1, id)).slice(0, 3);
    for (const id of [...first, ...rest]) await putChat(world, id, ['ana']);
    await setCohort(world, 'eea', { wave: 1 });
    await nominate(...first, ...rest);
    for (const id of first) expect(await isEncrypted(world, id)).toBe(false);
    for (const id of rest) expect(await isEncrypted(world, id)).toBe(true);
  });
});

describe('the head-count (promise 11)', () => {
  it('stops the cohort with its reason where more is due than was approved, before anything is flipped', async () => {
    await armed(world, 'eea', 2);
    await putChat(world, 'chat-2', ['ana']);
    await putChat(world, 'chat-3', ['ben']);
    await nominate('chat-1', 'chat-2', 'chat-3');
    expect(world.published).toEqual([]);
    expect((await cohort()).hold).toMatchObject({ who: 'breaker', why: expect.stringMatching(/^head-count: 0 .* 2 /) });
  });

  it('says in its hold how many are disabled of how many, with which tolerance, and how many more are due', async () => {
    await armed(world, 'eea', 2);
    for (const id of ['chat-2', 'chat-3']) await putChat(world, id, ['ana']);
    await nominate('chat-1', 'chat-2', 'chat-3');
    const { headCountTolerance } = PLAN.guardRails;
    expect((await cohort()).hold).toMatchObject({
      who: 'breaker',
      why: `head-count: 0 chats are disabled of 2 approved, tolerance ${headCountTolerance} %; 3 more are due`,
    });
  });

  it('is used up to the last', async () => {
    await armed(world, 'eea', 2);
    await nominate('chat-1', 'chat-of-ana');
    expect([(await cohort()).disabled, (await cohort()).hold]).toEqual([2, null]);
  });

  it('stops nothing while another call has reserved some of it: these very chats may be among them', async () => {
    await armed(world, 'eea', 1);
    const busy = { ...world, plan: { ...world.plan, headCount: async () => ({ disabled: 0, intents: 1 }) } };
    await disable(busy, { kind: 'chats', chats: ['chat-1', 'chat-of-ana'] });
    expect((await cohort()).hold).toBeNull();
    expect(world.published).toEqual([]);
  });

  it('stops nothing where what is still encrypted fits: the others were disabled meanwhile', async () => {
    await armed(world, 'eea', 1);
    const { headCount } = world.plan;
    const raced = {
      ...world,
      plan: {
        ...world.plan,
        headCount: async (id: string) => {
          await putChat(world, 'chat-of-ana', ['ana'], { encryption: 'off', encryptedSince: undefined });
          return headCount(id);
        },
      },
    };
    await disable(raced, { kind: 'chats', chats: ['chat-1', 'chat-of-ana'] });
    expect((await cohort()).hold).toBeNull();
  });

  it('is given back for what could not be disabled', async () => {
    await putChat(world, 'chat-2', ['ana']);
    const racing = withDisable(async (disableIt, chat, mark) => {
      if (chat.chatId === 'chat-2') await putChat(world, 'chat-2', ['ana'], { version: 9 });
      return disableIt(chat, mark);
    });
    await disable(racing, { kind: 'chats', chats: ['chat-1', 'chat-2'] });
    expect((await cohort()).disabled).toBe(1);
  });
});

describe('an intent that was left open', () => {
  /** As it is when the process is killed right after its chats were written. */
  async function leftOpen() {
    const dying = { ...world, ledger: { ...world.ledger, recordDisabled: async () => killed() } };
    await expect(disable(dying, { kind: 'chats', chats: ['chat-1'] })).rejects.toThrow('killed');
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
    expect(world.published).toEqual([]);
  }
  async function tickAndWork(at: number) {
    world.clock.set(at);
    await tick(world, at);
    for (const message of world.queued.disable.splice(0)) await disable(world, message);
  }

  it('is finished by a later tick: written down, told to the platform, closed', async () => {
    await leftOpen();
    await tickAndWork(ENDED + 2 * LEASE);
    expect(world.published).toEqual([PUBLISHED]);
    expect(await world.tables.ledger.get({ pk: 'CHAT#chat-1', sk: 'DISABLED#eea@1' })).toMatchObject({ at: ENDED });
    expect(await intents()).toMatchObject([{ closedAt: ENDED + 2 * LEASE }]);
    expect((await cohort()).disabled).toBe(1);
  });

  it('is left to whoever opened it while they may be at work', async () => {
    await leftOpen();
    const [intent] = await intents();
    world.clock.set(ENDED + LEASE - 1);
    await disable(world, { kind: 'intent', intent: intent!['id'] as string });
    expect(world.published).toEqual([]);
  });

  it('is finished from the end of the lease on, and once', async () => {
    await leftOpen();
    const [{ id }] = (await world.ledger.intentsOf('eea', { after: null, limit: 1 })) as [Intent];
    world.clock.set(ENDED + LEASE);
    await disable(world, { kind: 'intent', intent: id });
    expect(world.published).toEqual([PUBLISHED]);
    await disable(world, { kind: 'intent', intent: id });
    await disable(world, { kind: 'intent', intent: 'nowhere' });
    expect(world.published).toEqual([PUBLISHED]);
  });

  it('waits while no plan is there', async () => {
    await leftOpen();
    const [{ id }] = (await world.ledger.intentsOf('eea', { after: null, limit: 1 })) as [Intent];
    world.clock.set(ENDED + LEASE);
    const without = { ...world, plan: { ...world.plan, sunset: async () => undefined } };
    await disable(without, { kind: 'intent', intent: id });
    expect(world.published).toEqual([]);
  });

  it('says nothing of a chat that was flipped under another intent since', async () => {
    await leftOpen();
    const [{ id }] = (await world.ledger.intentsOf('eea', { after: null, limit: 1 })) as [Intent];
    const mark = (await world.platform.chats(['chat-1'])).get('chat-1')!.mark!;
    await putChat(world, 'chat-1', ['ana', 'ben'], { encryption: 'off', sunset: { ...mark, intent: 'another' } });
    world.clock.set(ENDED + LEASE);
    await disable(world, { kind: 'intent', intent: id });
    expect(world.published).toEqual([]);
    expect((await cohort()).disabled).toBe(0);
    expect(world.logged).toContainEqual(['an intent has ended', { cohort: 'eea', disabled: 0, of: 1 }]);
  });

  it('gives back what it did not flip, and flips nothing', async () => {
    const dying = withDisable(async () => killed());
    await expect(disable(dying, { kind: 'chats', chats: ['chat-1'] })).rejects.toThrow('killed');
    expect((await cohort()).disabled).toBe(1);
    await tickAndWork(ENDED + 2 * LEASE);
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect((await cohort()).disabled).toBe(0);
    expect(world.published).toEqual([]);
  });

  it('is published with the same content if it was published already', async () => {
    const dying = { ...world, plan: { ...world.plan, releaseHeadCount: async () => killed() } };
    await expect(disable(dying, { kind: 'chats', chats: ['chat-1'] })).rejects.toThrow('killed');
    await tickAndWork(ENDED + 2 * LEASE);
    await tickAndWork(ENDED + 2 * LEASE + 20 * MINUTE);
    expect(world.published).toEqual([PUBLISHED, PUBLISHED]);
    expect((await cohort()).disabled).toBe(1);
  });

  it('is finished under a hold too: what was flipped is told', async () => {
    await leftOpen();
    await world.plan.hold('eea', hold);
    await tickAndWork(ENDED + 2 * LEASE);
    expect(world.published).toEqual([PUBLISHED]);
  });

  it('is asked for until it is closed, though messages get lost', async () => {
    await leftOpen();
    for (let at = ENDED + 2 * LEASE; at < ENDED + 2 * LEASE + HOUR; at += 5 * MINUTE) await tick(world, at);
    expect(world.queued.disable.length).toBeGreaterThan(1);
    await tickAndWork(ENDED + 2 * LEASE + 2 * HOUR);
    expect(world.published).toEqual([PUBLISHED]);
    await tickAndWork(ENDED + 2 * LEASE + 3 * HOUR);
    await tickAndWork(ENDED + 2 * LEASE + 4 * HOUR);
    expect(world.queued.disable).toEqual([]);
  });
});

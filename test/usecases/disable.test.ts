import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HOUR, isoInstant, MINUTE } from '../../functions/domain/time.ts';
import { isInWave } from '../../functions/domain/wave.ts';
import type { Platform } from '../../functions/ports.ts';
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
  it('is not flipped early: a millisecond before the last end instant it is encrypted (promise 1)', async () => {
    await putUser(world, 'ben', { timeZone: 'Mars/Base' });
    world.clock.set(ENDED - 1);
    await nominate('chat-1');
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(await blockedReason('chat-1')).toBeUndefined();
    world.clock.set(ENDED);
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

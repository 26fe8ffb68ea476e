/** What a notice learns of people's chats, and how few of them it reads for that. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Mark } from '../../functions/domain/gate.ts';
import { finalAfter } from '../../functions/domain/restoring.ts';
import { DAY, HOUR } from '../../functions/domain/time.ts';
import type { Blocked } from '../../functions/ports.ts';
import { chatsForDone, chatsForReminder } from '../../functions/usecases/chats-of-people.ts';
import { PLAN } from '../domain/examples.ts';
import { armed, ENDED, enrolled, putChat, startWorld, type TestWorld } from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: ENDED });
});
afterEach(() => world.tables.stop());

const members = async (...userIds: string[]) => [...(await world.ledger.members(userIds)).values()];
const off = (chatId: string, participants: readonly string[], more = {}) =>
  putChat(world, chatId, participants, { encryption: 'off', encryptedSince: undefined, ...more });
/** Asks as a reminder does, and keeps which chats were read in each request. */
async function remind(...userIds: string[]) {
  const rounds: string[][] = [];
  const { chats } = world.platform;
  const platform = {
    ...world.platform,
    chats: (ids: readonly string[]) => (rounds.push([...ids]), chats(ids)),
  };
  const found = await chatsForReminder({ ...world, platform }, await members(...userIds));
  return { found, rounds };
}
const ENCRYPTED = { encrypted: true, openUntil: null, ended: false, disabled: 0, kept: 0 };

describe('a reminder', () => {
  it('reads one chat of each who has an encrypted one, all of them in one request', async () => {
    for (const userId of ['ana', 'ben']) {
      await enrolled(world, userId, { chats: [`${userId}-1`, `${userId}-2`] });
      for (const number of [1, 2]) await putChat(world, `${userId}-${number}`, [userId]);
    }
    const { found, rounds } = await remind('ana', 'ben');
    expect(found).toEqual(
      new Map([
        ['ana', ENCRYPTED],
        ['ben', ENCRYPTED],
      ]),
    );
    expect(rounds).toEqual([['ana-1', 'ben-1']]);
  });

  it('reads the next of who was not found in the first, and of nobody else', async () => {
    await enrolled(world, 'ana', { chats: ['ana-1', 'ana-2', 'ana-3'] });
    await enrolled(world, 'ben', { chats: ['ben-1', 'ben-2'] });
    await off('ana-1', ['ana']);
    await putChat(world, 'ana-2', ['ana']);
    await putChat(world, 'ben-1', ['ben']);
    const { found, rounds } = await remind('ana', 'ben');
    expect([...found.keys()].toSorted()).toEqual(['ana', 'ben']);
    expect(rounds).toEqual([['ana-1', 'ben-1'], ['ana-2']]);
  });

  it.each<[string, () => Promise<void>]>([
    ['whose chat is off', () => off('chat-1', ['ana'])],
    ['who has left it', () => putChat(world, 'chat-1', ['ben'])],
    ['whose chat is gone', async () => {}],
  ])('finds none of somebody %s', async (_, happens) => {
    await enrolled(world, 'ana', { chats: ['chat-1'] });
    await happens();
    expect((await remind('ana')).found).toEqual(new Map());
  });

  it('asks nothing for nobody', async () => {
    expect((await remind()).rounds).toEqual([]);
  });

  describe('of somebody with more chats than one row holds', () => {
    const ids = Array.from({ length: 203 }, (_, at) => `chat-${at}`);
    beforeEach(async () => {
      await enrolled(world, 'ana', { chats: ids });
      expect((await members('ana'))[0]?.chatRows).toBe(2);
    });

    it.each([0, 1, 2])('finds the only encrypted one, though it is number %i of the second row', async (at) => {
      const [ana] = await members('ana');
      const further = (await world.ledger.chatsOf(ana!)).filter((id) => !ana!.chats.has(id));
      await putChat(world, further[at]!, ['ana']);
      expect((await remind('ana')).found).toEqual(new Map([['ana', ENCRYPTED]]));
    });

    it('reads each of their chats once where none is encrypted, and their rows once', async () => {
      let looks = 0;
      const { chatsOf } = world.ledger;
      const ledger = { ...world.ledger, chatsOf: (...x: Parameters<typeof chatsOf>) => (looks++, chatsOf(...x)) };
      const { found, rounds } = await remind('ana');
      expect([found.size, rounds.flat().toSorted()]).toEqual([0, ids.toSorted()]);
      await chatsForReminder({ ...world, ledger }, await members('ana'));
      expect(looks).toBe(1);
    });

    it('does not read their further rows while the first one is enough', async () => {
      const [ana] = await members('ana');
      await putChat(world, [...ana!.chats].at(-1)!, ['ana']);
      const ledger = { ...world.ledger, chatsOf: async () => Promise.reject(new Error('not asked for')) };
      expect((await chatsForReminder({ ...world, ledger }, [ana!])).get('ana')).toEqual(ENCRYPTED);
    });
  });
});

describe('"done"', () => {
  const ask = async (userId = 'ana', now = ENDED) =>
    (await chatsForDone(world, await members(userId), { now, rails: PLAN.guardRails })).get(userId);
  const mark = (at: number): Mark => ({
    intent: 'i',
    arming: 'eea@1',
    cohort: 'eea',
    at,
    prior: {
      encrypted: true,
      encryptedSince: null,
      version: 1,
    },
  });
  const block = (changes: Partial<Blocked> = {}) =>
    world.ledger.setBlocked({
      chatId: 'chat-1',
      cohort: 'eea',
      reason: 'unproven',
      userId: 'ana',
      nominatedAs: null,
      arming: null,
      at: ENDED,
      ...changes,
    } as Blocked);
  beforeEach(() => enrolled(world, 'ana', { chats: ['chat-1', 'chat-2'] }));

  it('is open for a disabled chat until a day after its restore window, and counts it', async () => {
    await off('chat-1', ['ana'], { sunset: mark(ENDED - HOUR) });
    const until = finalAfter(PLAN, ENDED - HOUR) + DAY;
    const found = { encrypted: false, ended: true, disabled: 1, kept: 0 };
    expect(await ask()).toEqual({ ...found, openUntil: until });
    expect(await ask('ana', until - 1)).toEqual({ ...found, openUntil: until });
    expect(await ask('ana', until)).toEqual({ ...found, openUntil: null });
  });

  it('is open until the last of them', async () => {
    await off('chat-1', ['ana'], { sunset: mark(ENDED - HOUR) });
    await off('chat-2', ['ana'], { sunset: mark(ENDED - DAY) });
    expect(await ask()).toMatchObject({ openUntil: finalAfter(PLAN, ENDED - HOUR) + DAY, disabled: 2 });
  });

  it.each<[string, Partial<Blocked> | undefined, boolean]>([
    ['is not blocked', undefined, true],
    ['is blocked for now', { reason: 'notice-too-short' }, true],
    ['is blocked for good', { reason: 'unproven' }, false],
    ['was restored under the arming that stands', { reason: 'restored', arming: 'eea@1' }, false],
    ['was restored under another arming than the one that stands', { reason: 'restored', arming: 'eea@0' }, true],
    ['was encrypted again under another', { reason: 'encrypted-again', arming: 'eea@0' }, true],
    ['is blocked for good, whatever arming it was under', { reason: 'unproven', arming: 'eea@0' }, false],
    ['was restored in a cohort that is gone', { reason: 'restored', arming: 'x@0', cohort: 'gone' }, false],
  ])('of a chat that is encrypted and %s', async (_, blocked, isOpen) => {
    await armed(world, 'eea', 10);
    await putChat(world, 'chat-1', ['ana']);
    if (blocked !== undefined) await block(blocked);
    expect(await ask()).toEqual({
      encrypted: true,
      ended: true,
      disabled: 0,
      kept: 1,
      openUntil: isOpen ? ENDED + 1 : null,
    });
  });

  it('of what was restored in a cohort that is not armed any more is over', async () => {
    await putChat(world, 'chat-1', ['ana']);
    await block({ reason: 'restored', arming: 'eea@1' });
    expect(await ask()).toMatchObject({ openUntil: null, kept: 1 });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is gone', async () => {}],
    ['they have left', () => putChat(world, 'chat-1', ['ben'])],
    ['the platform itself has turned off', () => off('chat-1', ['ana'])],
  ])('says nothing of a chat that %s', async (_, happens) => {
    await happens();
    expect(await ask()).toEqual({ encrypted: false, openUntil: null, ended: false, disabled: 0, kept: 0 });
  });

  it('counts what was disabled and what was kept, each person’s own', async () => {
    await enrolled(world, 'ben', { chats: ['chat-2'] });
    await off('chat-1', ['ana'], { sunset: mark(ENDED - 30 * DAY) });
    await putChat(world, 'chat-2', ['ana', 'ben']);
    await block({ chatId: 'chat-2' });
    expect(await ask()).toEqual({ encrypted: true, openUntil: null, ended: true, disabled: 1, kept: 1 });
    expect(await ask('ben')).toEqual({ encrypted: true, openUntil: null, ended: true, disabled: 0, kept: 1 });
  });
});

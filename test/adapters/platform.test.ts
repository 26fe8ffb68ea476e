import { beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';

import { createPlatform } from '../../functions/adapters/platform.ts';
import { PlatformMapping } from '../../functions/contracts/tables.ts';
import type { Mark } from '../../functions/domain/gate.ts';
import type { Platform } from '../../functions/ports.ts';
import { onEveryDynamoDB } from './every.ts';

onEveryDynamoDB((started, implementation) => {
  let platform: Platform;
  beforeAll(() => {
    const { users, chats } = started();
    platform = createPlatform({ users, chats, mapping: v.parse(PlatformMapping, {}) });
  });

  const since = '2026-01-01T00:00:00.000Z';
  const mark: Mark = {
    intent: 'i1',
    arming: 'a1',
    cohort: 'pilot',
    at: 1_000,
    prior: { encrypted: true, encryptedSince: since, version: 1 },
  };
  const put = (chatId: string, more: object = {}) =>
    started().chats.put({
      chatId,
      participants: new Set(['ann', 'ben']),
      encryption: 'e2ee',
      version: 1,
      encryptedSince: since,
      ...more,
    });
  const read = async (chatId: string) => {
    const chat = (await platform.chats([chatId])).get(chatId);
    if (chat === undefined) throw new Error('not there');
    return chat;
  };

  describe('disable', () => {
    it('turns a chat off, marks it and takes it out of the index', async () => {
      await put('c1');
      expect(await platform.disable(await read('c1'), mark)).toBe(true);
      expect(await read('c1')).toMatchObject({ encrypted: false, encryptedSince: null, mark });
      const { chats } = await platform.encryptedChats({ segment: 0, segments: 1, cursor: null, limit: 10 });
      expect(chats.map(({ chatId }) => chatId)).not.toContain('c1');
    });

    const changed: readonly [string, object][] = [
      ['is off already', { encryption: 'off' }],
      ['has somebody more in it', { participants: new Set(['ann', 'ben', 'cem']) }],
      ['has others in it', { participants: new Set(['ann', 'cem']) }],
      ['has another version', { version: 2 }],
    ];
    it.each(changed)('leaves a chat alone that, since it was read, %s', async (what, more) => {
      const id = `since ${what}`;
      await put(id);
      const chat = await read(id);
      await put(id, more);
      expect(await platform.disable(chat, mark)).toBe(false);
      expect(await read(id)).toMatchObject({ mark: null });
    });

    it('does not ask for a version where the platform keeps none, and for participants in their order where it has a list', async () => {
      await put('c2', { version: undefined, participants: ['ben', 'ann'] });
      const chat = await read('c2');
      expect(chat).toMatchObject({ version: null, participants: ['ben', 'ann'] });
      await put('c2', { version: undefined, participants: ['ann', 'ben'] });
      expect(await platform.disable(chat, mark)).toBe(false);
      // Dynalite finds no list equal to another.
      if (implementation !== 'dynalite') expect(await platform.disable(await read('c2'), mark)).toBe(true);
    });

    it('is for chats as they were read, not as somebody imagines them', async () => {
      await put('c3');
      const imagined = { ...(await read('c3')) };
      await expect(platform.disable(imagined, mark)).rejects.toThrow('as this adapter has read it');
    });
  });

  describe('restore', () => {
    const disabled = async (chatId: string, more: Partial<Mark> = {}) => {
      await put(chatId);
      await platform.disable(await read(chatId), { ...mark, ...more });
      return read(chatId);
    };

    it('brings a chat back to what it was, and into the index, and says so in the mark', async () => {
      expect(await platform.restore(await disabled('r1'), 2_000)).toBe(true);
      expect(await read('r1')).toMatchObject({
        encrypted: true,
        encryptedSince: since,
        version: 1,
        mark: { ...mark, restoredAt: 2_000 },
      });
      const { chats } = await platform.encryptedChats({ segment: 0, segments: 1, cursor: null, limit: 100 });
      expect(chats.map(({ chatId }) => chatId)).toContain('r1');
    });

    it('leaves the index alone where the chat was not in it', async () => {
      const chat = await disabled('r2', { prior: { encrypted: true, encryptedSince: null, version: null } });
      expect(await platform.restore(chat, 2_000)).toBe(true);
      expect(await read('r2')).toMatchObject({ encrypted: true, encryptedSince: null });
    });

    it('is done once', async () => {
      const chat = await disabled('r3');
      expect(await platform.restore(chat, 2_000)).toBe(true);
      await put('r3', { encryption: 'off', mark: undefined, sunset: { ...mark, restoredAt: 2_000 } });
      expect(await platform.restore(chat, 3_000)).toBe(false);
      expect((await read('r3')).mark?.restoredAt).toBe(2_000);
    });

    it.each([
      ['is encrypted again', { encryption: 'e2ee', sunset: mark }],
      ['was disabled by another call', { encryption: 'off', sunset: { ...mark, intent: 'i2' } }],
      ['was disabled under another arming', { encryption: 'off', sunset: { ...mark, arming: 'a2' } }],
      ['carries no mark', { encryption: 'off' }],
    ])('leaves a chat alone that, since it was read, %s', async (what, more) => {
      const chat = await disabled(`restore ${what}`);
      await put(`restore ${what}`, more);
      expect(await platform.restore(chat, 2_000)).toBe(false);
      expect((await read(`restore ${what}`)).mark?.restoredAt).toBeUndefined();
    });

    it('is not for a chat that carries no mark of ours', async () => {
      await put('r4');
      await expect(platform.restore(await read('r4'), 2_000)).rejects.toThrow('no mark of ours');
    });
  });

  describe('chats and users', () => {
    it('are found each once, however often and whoever is asked for; who is not there is missing', async () => {
      const ids = Array.from({ length: 120 }, (_, at) => `many-${at}`);
      for (const id of ids) await started().users.put({ userId: id, email: `${id}@example.com`, locale: 'de' });
      const found = await platform.users([...ids, ...ids, 'nobody']);
      expect([...found.keys()].sort()).toEqual([...ids].sort());
      expect(found.get('many-7')).toEqual({
        userId: 'many-7',
        email: 'many-7@example.com',
        locale: 'de',
        timeZone: null,
        country: null,
      });
      await put('u1');
      expect([...(await platform.chats(['u1', 'u1', 'gone'])).keys()]).toEqual(['u1']);
    });

    it('that hold something else than text are as if they held nothing', async () => {
      await started().users.put({ userId: 'odd', email: 7, locale: null, timeZone: ['UTC'] });
      expect((await platform.users(['odd'])).get('odd')).toEqual({
        userId: 'odd',
        email: null,
        locale: null,
        timeZone: null,
        country: null,
      });
    });
  });

  it('walks over all encrypted chats, page by page, each in one segment', async () => {
    for (let n = 0; n < 30; n++) await put(`walk-${n}`);
    const seen: string[] = [];
    for (const segment of [0, 1, 2])
      for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
        const page = await platform.encryptedChats({ segment, segments: 3, cursor, limit: 4 });
        expect(page.chats.length).toBeLessThanOrEqual(4);
        seen.push(...page.chats.map(({ chatId }) => chatId).filter((id) => id.startsWith('walk-')));
        cursor = page.cursor;
      }
    expect(seen.toSorted()).toEqual(Array.from({ length: 30 }, (_, n) => `walk-${n}`).toSorted());
  });
});

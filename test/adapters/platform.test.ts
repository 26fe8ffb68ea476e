import { beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';

import { createPlatform } from '../../functions/adapters/platform.ts';
import { PlatformMapping } from '../../functions/contracts/tables.ts';
import type { Mark } from '../../functions/domain/gate.ts';
import type { Platform } from '../../functions/ports.ts';
import { onEveryDynamoDB } from './every.ts';

onEveryDynamoDB((started) => {
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
  });
});

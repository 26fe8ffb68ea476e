import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BlockedChats } from '../../../functions/contracts/operator-api.ts';
import type { BlockReason } from '../../../functions/domain/gate.ts';
import { isoInstant, MINUTE } from '../../../functions/domain/time.ts';
import { blocked } from '../../../functions/usecases/operator/blocked.ts';
import { ENDED, officeOf, putChat, startWorld, type TestWorld } from '../world.ts';

let world: TestWorld;
const ask = async (query: Parameters<typeof blocked>[1]) => {
  const answer = await blocked(officeOf(world), query);
  expect(v.parse(BlockedChats, answer)).toEqual(answer);
  return answer;
};
const idsOf = ({ chats }: { chats: readonly { chatId: string }[] }) => chats.map(({ chatId }) => chatId);

/** Ten chats, blocked one after the other; every third was disabled since. */
const IDS = Array.from({ length: 10 }, (_, n) => `chat-${n}`);
const STILL = IDS.filter((_, n) => n % 3 !== 0);

beforeAll(async () => {
  world = await startWorld({ at: ENDED });
  for (const [n, chatId] of IDS.entries()) {
    await putChat(world, chatId, ['ana'], n % 3 === 0 ? { encryption: 'off' } : {});
    const reason: BlockReason = n % 2 === 0 ? 'unproven' : 'exempt';
    await world.ledger.setBlocked({
      chatId,
      cohort: 'eea',
      reason,
      userId: 'ana',
      nominatedAs: null,
      arming: null,
      at: ENDED + n * MINUTE,
    });
  }
});
afterAll(() => world.tables.stop());

describe('chats that are due and may not be disabled', () => {
  it('are listed oldest first, without those that were disabled since', async () => {
    const answer = await ask({ cohort: 'eea' });
    expect(idsOf(answer)).toEqual(STILL);
    expect(answer.chats[0]).toEqual({
      chatId: 'chat-1',
      cohort: 'eea',
      reason: 'exempt',
      person: 'ana',
      at: isoInstant(ENDED + MINUTE),
    });
    expect(answer.cursor).toBeNull();
  });

  it('are listed for one reason', async () => {
    const answer = await ask({ cohort: 'eea', reason: 'unproven' });
    expect(idsOf(answer)).toEqual(['chat-2', 'chat-4', 'chat-8']);
  });

  it('come page by page, each once', async () => {
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const answer = await ask({ cohort: 'eea', limit: '2', ...(cursor == null ? {} : { cursor }) });
      expect(answer.chats.length).toBeLessThanOrEqual(2);
      seen.push(...idsOf(answer));
      ({ cursor } = answer);
    } while (cursor !== null);
    expect(seen).toEqual(STILL);
  });

  it('of a cohort in which nothing is blocked are none', async () => {
    const [, other] = await world.plan.cohorts();
    expect(await ask({ cohort: other?.id === 'eea' ? 'rest' : (other?.id ?? '') })).toEqual({
      chats: [],
      cursor: null,
    });
  });

  it('of a cohort that is not there are refused, with the nearest name', async () => {
    await expect(ask({ cohort: 'eeaa' })).rejects.toMatchObject({ error: { code: 'unknown-cohort', nearest: 'eea' } });
  });

  it.each(['nonsense', '{"pk":"x"}', '{}'])('refuse the cursor %s, which is none', async (cursor) => {
    await expect(ask({ cohort: 'eea', cursor })).rejects.toMatchObject({ error: { code: 'bad-request' } });
  });
});

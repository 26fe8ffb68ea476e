import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Explanation } from '../../../functions/contracts/operator-api.ts';
import { DAY, HOUR, isoInstant } from '../../../functions/domain/time.ts';
import { countRequests } from '../../../functions/runtime/counted.ts';
import { disable } from '../../../functions/usecases/disable.ts';
import { explain } from '../../../functions/usecases/operator/explain.ts';
import { BERLIN, endOfDay, END } from '../../domain/examples.ts';
import {
  armed,
  D1_AT,
  ENDED,
  informed,
  isEncrypted,
  officeOf,
  onPage,
  putChat,
  setCohort,
  startWorld,
  type TestWorld,
} from '../world.ts';

let world: TestWorld;
const OVER = endOfDay(END, BERLIN);
const ask = async (chat: string, now = ENDED) => {
  const answer = await explain(officeOf(world), { now }, { chat });
  expect(v.parse(Explanation, answer)).toEqual(answer);
  return answer;
};

beforeAll(async () => {
  world = await startWorld({ at: ENDED });
  await onPage(world, ['ana', 'ben', 'cem', 'dia']);
  await informed(world, 'ana', 'ben', 'dia');
  await armed(world, 'eea', 10);
  await putChat(world, 'ana-and-ben', ['ana', 'ben']);
  await putChat(world, 'ana-and-cem', ['ana', 'cem']);
  await putChat(world, 'ana-and-a-stranger', ['ana', 'stranger']);
  await putChat(world, 'nobody', [], { participants: [] });
  await putChat(world, 'off', ['ana'], { encryption: 'off' });
});
afterAll(() => world.tables.stop());

describe('why a chat is not disabled', () => {
  it('is told for each participant', async () => {
    expect(await ask('ana-and-cem')).toEqual({
      at: isoInstant(ENDED),
      chatId: 'ana-and-cem',
      encrypted: true,
      cohort: 'eea',
      open: false,
      reason: 'unproven',
      earliest: null,
      participants: [
        {
          person: 'ana',
          cohort: 'eea',
          endInstant: isoInstant(OVER),
          open: true,
          reason: null,
          earliest: isoInstant(ENDED),
          sentence: 'the gate is open for this person',
        },
        {
          person: 'cem',
          cohort: 'eea',
          endInstant: isoInstant(OVER),
          open: false,
          reason: 'unproven',
          earliest: null,
          sentence: 'no notice is known to have reached this person',
        },
      ],
      authority: [],
    });
  });

  it('is nothing where it is disabled next: what explain calls open, disable disables', async () => {
    expect(await ask('chat-of-dia')).toMatchObject({ open: true, reason: null, authority: [] });
    expect(await ask('ana-and-cem')).toMatchObject({ open: false });
    await disable(world, { kind: 'chats', chats: ['chat-of-dia', 'ana-and-cem'] });
    expect(await isEncrypted(world, 'chat-of-dia')).toBe(false);
    expect(await isEncrypted(world, 'ana-and-cem')).toBe(true);
    expect(await ask('chat-of-dia')).toMatchObject({ encrypted: false, open: false, reason: 'not-encrypted' });
  });

  it('is the date before its end, with the instant at which that is over', async () => {
    expect(await ask('ana-and-ben', D1_AT + HOUR)).toMatchObject({
      open: false,
      reason: 'not-due',
      earliest: isoInstant(OVER),
    });
  });

  it('is whoever holds the authority, where the gate is open', async () => {
    const hold = { who: 'first-operator', why: 'support overloaded', since: ENDED };
    await setCohort(world, 'eea', { hold, arming: null });
    expect(await ask('ana-and-ben')).toMatchObject({
      open: true,
      authority: [
        `cohort eea is held by first-operator since ${isoInstant(ENDED)}: support overloaded`,
        'cohort eea is not armed',
      ],
    });
    await setCohort(world, 'eea', { hold: null });
    await armed(world, 'eea', 10);
  });

  it('is a participant who is not enrolled, or that there is none', async () => {
    const stranger = await ask('ana-and-a-stranger');
    expect(stranger).toMatchObject({ cohort: 'eea', reason: 'not-enrolled' });
    expect(stranger.participants[1]).toMatchObject({ person: 'stranger', cohort: null, endInstant: null });
    expect(await ask('nobody')).toMatchObject({ cohort: null, reason: 'no-participants', participants: [] });
    expect(await ask('off')).toMatchObject({ encrypted: false, reason: 'not-encrypted' });
  });

  it('waits for the end of a zone to which somebody has moved', async () => {
    await world.tables.users.put({ userId: 'ben', email: 'ben@example.com', timeZone: 'Pacific/Honolulu' });
    const answer = await ask('ana-and-ben', OVER + HOUR);
    expect(answer).toMatchObject({ reason: 'not-due', earliest: isoInstant(endOfDay(END, 'Pacific/Honolulu')) });
    expect(answer.participants.map(({ open }) => open)).toEqual([true, false]);
  });

  it('costs few requests', async () => {
    const requests = countRequests(world.tables.client);
    await explain(officeOf(world), { now: ENDED + DAY }, { chat: 'ana-and-ben' });
    expect(requests()).toBeLessThanOrEqual(4);
  });

  it('cannot be told of a chat that is not there', async () => {
    await expect(ask('no-such-chat')).rejects.toMatchObject({ error: { code: 'unknown-chat' } });
  });
});

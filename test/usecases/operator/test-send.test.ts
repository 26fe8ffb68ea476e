import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { renderer } from '../../../bin/local/cloud/rendering.ts';
import type { Language } from '../../../functions/domain/language.ts';
import { stagesOf } from '../../../functions/mail/roles.ts';
import { templateOf } from '../../../functions/mail/templates.ts';
import { testSend } from '../../../functions/usecases/operator/test-send.ts';
import { PLAN } from '../../domain/examples.ts';
import {
  accepting,
  anEvent,
  answering,
  D35_AT,
  officeOf,
  rowsOf,
  startWorld,
  type TestWorld,
  workOff,
} from '../world.ts';

const TO = 'letters@example.org';
let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ at: D35_AT });
});
beforeEach(() => {
  world.mailer.calls.length = 0;
  world.mailer.answer = accepting;
});
afterAll(() => world.tables.stop());

const send = (stage: string, language = 'de') =>
  testSend(officeOf(world), { now: D35_AT, who: 'first-operator' }, { to: TO, stage, language });

describe('one letter for an operator to look at', () => {
  it.each(stagesOf(PLAN))('%s goes to that address alone, with every value that it needs', async (stage) => {
    const { sentence } = await send(stage);
    expect(sentence).toContain(`SES has taken letter ${stage} in de.`);
    const [call, ...more] = world.mailer.calls;
    expect(more).toEqual([]);
    expect(call).toMatchObject({ template: `${stage}/de`, addresses: [TO], people: ['test-send'], page: 'test' });
    const { text } = renderer(templateOf(PLAN, stage, 'de' satisfies Language))(call?.values[0]);
    expect(text).not.toContain('{{');
    expect(text).not.toContain('notices.example.com');
  });

  it('is on record, without the address', async () => {
    await send('d35');
    const last = (await world.ledger.audit({ after: 0, limit: 100 })).at(-1);
    expect(last).toMatchObject({ who: 'first-operator', what: 'test-sent', subject: 'd35/de' });
    expect(JSON.stringify(last)).not.toContain(TO);
  });

  it('counts for nobody, whatever SES tells of it', async () => {
    await send('d35');
    const before = await rowsOf(world, world.tables.ledger);
    world.queued.events.push(
      anEvent('Delivery', 'test-send', { page: 'test', notice: world.mailer.calls[0]?.notice ?? '' }),
    );
    await workOff(world);
    expect(await rowsOf(world, world.tables.ledger)).toEqual(before);
    expect(await world.plan.outcomes()).toEqual(new Map());
  });

  it('names the stages that there are, and the nearest', async () => {
    await expect(send('moves')).rejects.toMatchObject({
      error: {
        code: 'bad-request',
        sentence: 'The plan has no letter for stage "moves"; allowed: d35, d14, d7, d1, moved, done.',
        nearest: 'moved',
      },
    });
    expect(world.mailer.calls).toEqual([]);
  });

  it('names the languages that there are', async () => {
    const refusal = await send('d35', 'pt-PT').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ error: { code: 'bad-request', nearest: 'pt-BR' } });
    expect(refusal).toMatchObject({ error: { sentence: expect.stringContaining('ar, de, en, es') as unknown } });
  });

  it.each([
    ['refused for good', () => answering(['refused']), 'refused'],
    ['throttled', () => answering(['throttled']), 'Throttling'],
    ['throttled as a whole', () => ({ kind: 'throttled' }) as const, 'Throttling'],
    ['malformed', () => ({ kind: 'malformed' }) as const, 'MessageRejected'],
    [
      'the sender',
      () => ({ ...answering(['throttled']), account: 'IdentityNotVerified' }) as const,
      'IdentityNotVerified',
    ],
    ['the account', () => ({ kind: 'account', why: 'AccountSendingPaused' }) as const, 'AccountSendingPaused'],
  ])('that SES does not take (%s) is refused in its own word, without the address', async (_, answer, word) => {
    world.mailer.answer = answer;
    const refusal = await send('d35').catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      error: { code: 'letter-refused', sentence: `SES did not take letter d35 in de: ${word}.` },
    });
    expect(JSON.stringify(refusal)).not.toContain(TO);
  });
});

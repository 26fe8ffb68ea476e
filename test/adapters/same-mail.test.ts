/**
 * The mailer, over SES in memory, as the simulation has it, and over the SES of the local system: who is taken, who is
 * dropped for the rate or the day, and what an account says of itself.
 */
import { CreateTemplateCommand, SESClient } from '@aws-sdk/client-ses';
import { afterEach, describe, expect, it } from 'vitest';

import { startSes } from '../../bin/local/cloud/ses.ts';
import { createWire } from '../../bin/local/cloud/wire.ts';
import { createMailer } from '../../functions/adapters/mailer.ts';
import { DAY, type Instant, parseInstant } from '../../functions/domain/time.ts';
import type { Letter, Mailer } from '../../functions/ports.ts';
import { createMemorySes } from '../memory/ses.ts';
import { PLAN } from '../domain/examples.ts';

const NOW = parseInstant('2026-04-14T08:00:00Z');
const SET = 'sunset';

interface Limits {
  readonly rate: number;
  readonly daily: number;
}
interface Implementation {
  readonly mailer: Mailer;
  /** Whom SES has taken, and the tags of each letter. */
  taken(): { address: string; tags: Readonly<Record<string, string>> }[];
  set(at: Instant): void;
  stop(): Promise<void>;
}

async function inMemory({ rate, daily }: Limits): Promise<Implementation> {
  let now = NOW;
  const taken: { address: string; tags: Readonly<Record<string, string>> }[] = [];
  const moods = { now: () => now, refuses: () => undefined, refusesAll: () => undefined };
  const ses = createMemorySes(moods, { rate, daily }, ({ address, tags }) => void taken.push({ address, tags }));
  const client = { send: async (command: object) => ses.execute(command) } as unknown as SESClient;
  return { mailer: createMailer(client, SET), taken: () => taken, set: (at) => (now = at), stop: async () => {} };
}

async function onThisMachine({ rate, daily }: Limits): Promise<Implementation> {
  let now = NOW;
  const taken: { address: string; tags: Readonly<Record<string, string>> }[] = [];
  const set = { type: 'AWS::SES::ConfigurationSet', id: SET, stack: 'stack', name: SET, arn: SET, properties: {} };
  const ses = await startSes({
    wire: createWire({ changed: () => {}, fate: () => undefined, kill: () => {}, allows: () => true }),
    assembly: { ofType: (type) => (type === set.type ? [set] : []) },
    now: () => now,
    rate,
    quota: daily,
    onMail: ({ to, tags }) =>
      void taken.push({
        address: to[0] ?? '',
        tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value].flat()[0] ?? ''])),
      }),
    onEvent: () => {},
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SESClient({ endpoint: ses.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const Template = { TemplateName: 'd35', SubjectPart: 'Until {{endDate}}', HtmlPart: '-', TextPart: '-' };
  await client.send(new CreateTemplateCommand({ Template }));
  return {
    mailer: createMailer(client, SET),
    taken: () => taken,
    set: (at) => (now = at),
    async stop() {
      client.destroy();
      await ses.close();
    },
  };
}

const letters = (count: number, from = 0): Letter[] =>
  Array.from({ length: count }, (_, at) => ({
    userId: `u${from + at}`,
    address: `u${from + at}@example.com`,
    values: { endDate: 'Tuesday' },
  }));

describe.each([
  ['in memory', inMemory],
  ['on this machine', onThisMachine],
])('SES %s', (_, start) => {
  let own: Implementation;
  afterEach(() => own.stop());
  const send = (some: readonly Letter[]) =>
    own.mailer.send({
      template: 'd35',
      page: 'eea~UTC~~en~1',
      notice: 'd35@2026-05-19',
      sender: PLAN.sender,
      shared: { endDay: 'Tuesday' },
      letters: some,
    });
  const countOf = (answer: Awaited<ReturnType<Mailer['send']>>) =>
    answer.kind === 'answered' ? Object.groupBy(answer.outcomes, (outcome) => outcome) : answer.kind;

  it('takes a page, each letter with the tags by which its events find back', async () => {
    own = await start({ rate: 100, daily: 1000 });
    expect(await send(letters(3))).toEqual({ kind: 'answered', outcomes: ['accepted', 'accepted', 'accepted'] });
    expect(own.taken().map(({ address }) => address)).toEqual(letters(3).map(({ address }) => address));
    expect(own.taken()[1]?.tags).toMatchObject({
      notice: 'd35_2026-05-19',
      person: Buffer.from('u1').toString('base64url'),
    });
  });

  it('takes fifty to a call, and of fifty-one nobody', async () => {
    own = await start({ rate: 100, daily: 1000 });
    expect(countOf(await send(letters(50)))).toMatchObject({ accepted: expect.any(Array) });
    expect(own.taken()).toHaveLength(50);
    expect(countOf(await send(letters(51, 50)))).toBe('malformed');
    expect(own.taken()).toHaveLength(50);
  });

  it('drops whoever is too many for a second, and takes them later', async () => {
    own = await start({ rate: 5, daily: 1000 });
    const answer = await send(letters(30));
    const { accepted = [], throttled = [] } = countOf(answer) as Record<string, string[]>;
    expect([accepted.length > 0, throttled.length > 0]).toEqual([true, true]);
    expect(own.taken()).toHaveLength(accepted.length);
    own.set(NOW + 60_000);
    expect(await send(letters(2, 100))).toEqual({ kind: 'answered', outcomes: ['accepted', 'accepted'] });
  });

  it('drops whoever is too many for 24 hours, and takes them the day after', async () => {
    own = await start({ rate: 100, daily: 5 });
    expect(countOf(await send(letters(8)))).toEqual({ accepted: expect.any(Array), throttled: expect.any(Array) });
    expect(own.taken()).toHaveLength(5);
    own.set(NOW + DAY + 60_000);
    expect(await send(letters(1, 50))).toEqual({ kind: 'answered', outcomes: ['accepted'] });
  });

  it('tells what the account may send, and has sent in 24 hours', async () => {
    own = await start({ rate: 14, daily: 200 });
    expect(await own.mailer.quota()).toEqual({ rate: 14, daily: 200, sentToday: 0 });
    await send(letters(7));
    expect(await own.mailer.quota()).toMatchObject({ sentToday: 7 });
    own.set(NOW + DAY + 60_000);
    expect(await own.mailer.quota()).toMatchObject({ sentToday: 0 });
  });
});

/**
 * A campaign with 5 % bounces, 1 % suppressed addresses and 0.5 % complaints in one of two cohorts: its breaker holds it,
 * the other goes on, and released it ends; whom mail does not reach keeps their encryption until they are known to know.
 */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Chat, User } from '../../bin/local/audience/read.ts';
import type { AcceptedMail } from '../../bin/local/cloud/cloud.ts';
import { CREDENTIALS } from '../../bin/local/cloud/emulators.ts';
import { countAll } from '../../bin/local/figures.ts';
import { armingTimes, typeScript } from '../../bin/local/operators.ts';
import type { OperatorLine } from '../../bin/local/outside/record.ts';
import { startSystem, type System } from '../../bin/local/system.ts';
import { scan } from '../../bin/local/tables.ts';
import { createLedger } from '../../functions/adapters/ledger.ts';
import { SIGNAL_TYPE } from '../../functions/contracts/events.ts';
import { DAY, HOUR, type LocalDate, parseInstant } from '../../functions/domain/time.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';
import { aPlan, PLAN } from '../domain/examples.ts';
import { armCohort, beginSunset } from './desk.ts';

const PATIENCE = 240_000;
const END = '2026-05-19' as LocalDate;
const RULES = aPlan(
  {
    cohorts: [
      { id: 'troubled', match: { countries: ['DE'], percentage: 100 }, endDate: END },
      { id: 'calm', match: { countries: ['*'], percentage: 100 }, endDate: END },
    ],
  },
  { breakers: { ...PLAN.guardRails.breakers, minimumSample: 100 } },
);
const FROM = parseInstant('2026-04-10T00:00:00Z');
const D35 = parseInstant('2026-04-14T08:00:00Z');
const OVER = parseInstant('2026-05-20T12:00:00Z');

/** 200 in Germany: ten bounce, two are suppressed, one complains. 40 in France, whose mail all arrives. */
const ADDRESSES: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Array.from({ length: 10 }, (_, at) => [at, 'bounce'])),
  10: 'suppressionlist',
  11: 'suppressionlist',
  12: 'complaint',
};
const users: User[] = [
  ...Array.from({ length: 200 }, (_, at) => ({
    userId: `de-${at}`,
    email: ADDRESSES[at] ? `${ADDRESSES[at]}+de-${at}@simulator.amazonses.com` : `de-${at}@example.com`,
    locale: 'de-DE',
    timeZone: 'Europe/Berlin',
    country: 'DE',
  })),
  ...Array.from({ length: 40 }, (_, at) => ({
    userId: `fr-${at}`,
    email: `fr-${at}@example.com`,
    locale: 'fr-FR',
    timeZone: 'Europe/Paris',
    country: 'FR',
  })),
];
const chats: Chat[] = users.map(({ userId }) => ({
  chatId: `chat-of-${userId}`,
  participants: [userId],
  encryption: 'e2ee',
}));
/** Who does not get the first notice, nor any other. */
const UNREACHED = Array.from({ length: 12 }, (_, at) => `de-${at}`);

let system: System;
const mails: AcceptedMail[] = [];
const published: { type: string; detail: { userId?: string; notice?: string; reason?: string } }[] = [];

beforeAll(async () => {
  system = await startSystem({
    plan: RULES,
    audience: { users, chats },
    from: FROM,
    tickMinutes: 60,
    onMail: (mail) => void mails.push(mail),
    onEvent: () => {},
    onChatWrite: () => {},
    onBusEvent: ({ 'detail-type': type, detail }) => void published.push({ type, detail: detail as object }),
  });
  system.cloud.at(FROM, () => beginSunset(system.desk, RULES));
  for (const { at, cohort } of armingTimes(RULES))
    system.cloud.at(at, () => armCohort(system.desk, cohort, system.cloud.now()));
  await system.cloud.advance(D35 + 24 * HOUR);
}, PATIENCE);
afterAll(() => system?.stop());

const cohort = async (id: string) => (await system.desk.plan.cohorts()).find((each) => each.id === id);
const told = (reason: string) =>
  published.filter(({ type, detail }) => type === 'PersonUnreachable' && detail.reason === reason);
const sent = (notice: string, country: string) =>
  mails.filter(({ tags, to }) => tags['notice'] === notice && to[0]?.includes(`${country}-`));

async function ends(): Promise<Readonly<Record<string, string>>> {
  const ledger = () => scan(system.dynamodb, system.cloud.tables.ledger);
  async function* rows() {
    for await (const row of scan(system.dynamodb, system.cloud.tables.chats))
      yield { chatId: row['chatId'] as string, encrypted: row['encryption'] === 'e2ee', disabled: 'sunset' in row };
  }
  const { blockedChats } = await countAll({
    ledger: ledger(),
    plan: scan(system.dynamodb, system.cloud.tables.plan),
    chats: rows(),
  });
  const found: Record<string, string> = {};
  for await (const { chatId, encrypted } of rows())
    found[chatId] = encrypted ? (blockedChats.get(chatId) ?? 'open') : 'off';
  return found;
}
async function seen(userId: string, notice: string): Promise<void> {
  const bus = new EventBridgeClient({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    endpoint: system.cloud.endpoints.eventbridge,
  });
  const detail = JSON.stringify({ userId, signal: 'seen', notice });
  const entry = { EventBusName: system.cloud.platformBus, Source: 'app', DetailType: SIGNAL_TYPE, Detail: detail };
  await bus.send(new PutEventsCommand({ Entries: [entry] }));
  bus.destroy();
}

describe('a cohort whose mail comes back', () => {
  it('is held by its breaker, with the figures as the reason; the other is not', async () => {
    const held = (await cohort('troubled'))?.hold;
    expect(held?.who).toBe('breaker');
    expect(held?.why).toMatch(/^bounced: \d+ of \d+ outcomes \(\d\.\d\d %\), limit 4 %$/);
    const [bounced = 0, sample = 0] = (held?.why.match(/\d+/g) ?? []).map(Number);
    expect(sample).toBeGreaterThanOrEqual(100);
    expect((100 * bounced) / sample).toBeGreaterThan(4);
    expect((await cohort('calm'))?.hold).toBeNull();
  });

  it('is known to the app: whom the required notice did not reach, once each, with the reason', () => {
    expect(
      told('bounced')
        .map(({ detail }) => detail.userId as string)
        .sort(),
    ).toEqual(UNREACHED.slice(0, 10).sort());
    expect(
      told('suppressed')
        .map(({ detail }) => detail.userId as string)
        .sort(),
    ).toEqual(UNREACHED.slice(10).sort());
    for (const { detail } of [...told('bounced'), ...told('suppressed')]) expect(detail.notice).toBe(`d35@${END}`);
  });

  it('is not mailed while it is held, and the other is', { timeout: PATIENCE }, async () => {
    for (const userId of ['de-0', 'de-10']) await seen(userId, `d35@${END}`);
    await system.cloud.advance(parseInstant('2026-05-06T00:00:00Z'));
    expect(sent(`d14_${END}`, 'fr')).toHaveLength(40);
    expect(sent(`d14_${END}`, 'de')).toEqual([]);
    expect((await cohort('troubled'))?.hold?.who).toBe('breaker');
  });

  it(
    'goes on when it is released: each notice that was missed and is still worth it, once',
    { timeout: PATIENCE },
    async () => {
      const at = system.cloud.now();
      const run = "release troubled --reason 'the addresses were cleaned' --yes";
      const answers: OperatorLine[] = [];
      system.cloud.at(at, () =>
        typeScript(system.cloud, [{ at, as: 'first-operator', run }], (line) => answers.push(line)),
      );
      await system.cloud.advance(parseInstant('2026-05-19T00:00:00Z'));
      expect(answers).toMatchObject([{ exit: 0, stderr: '' }]);
      expect((await cohort('troubled'))?.hold).toBeNull();
      // Twelve are unreachable, one has complained.
      expect(sent(`d7_${END}`, 'de')).toHaveLength(187);
      expect(sent(`d1_${END}`, 'de')).toHaveLength(187);
      const pairs = mails.map(({ to, tags }) => `${to[0]} ${tags['notice']}`);
      expect(new Set(pairs).size).toBe(pairs.length);
    },
  );

  it('tells the app of the last notice too, for those whom mail does not reach and who complained', () => {
    expect(
      told('unreachable')
        .map(({ detail }) => `${detail.userId} ${detail.notice}`)
        .sort(),
    ).toEqual(UNREACHED.map((userId) => `${userId} d1@${END}`).sort());
    expect(told('complained').map(({ detail }) => `${detail.userId} ${detail.notice}`)).toEqual([`de-12 d1@${END}`]);
  });

  it(
    'ends: whoever was told has ordinary chats, whoever was not keeps theirs and is reported',
    { timeout: PATIENCE },
    async () => {
      // One of them sees both notices in the app.
      await seen('de-0', `d1@${END}`);
      await system.cloud.advance(OVER + 3 * DAY);
      const found = await ends();
      const others = users.map(({ userId }) => userId).filter((userId) => ![...UNREACHED, 'de-12'].includes(userId));
      for (const userId of ['de-0', ...others]) expect([userId, found[`chat-of-${userId}`]]).toEqual([userId, 'off']);
      for (const userId of UNREACHED.slice(1))
        expect([userId, found[`chat-of-${userId}`]]).toEqual([userId, 'unreachable']);
      expect(found['chat-of-de-12']).toBe('complained');
    },
  );

  it('lets go of who was waived, at the next sweep, and of nobody else', { timeout: PATIENCE }, async () => {
    const ledger = createLedger(new Table(system.dynamodb, new Reader(system.dynamodb), system.cloud.tables.ledger));
    await ledger.addFacts('de-5', [{ kind: 'waived', at: system.cloud.now() }]);
    const before = await ends();
    await system.cloud.advance(system.cloud.now() + 9 * DAY);
    expect(await ends()).toEqual({ ...before, 'chat-of-de-5': 'off' });
  });
});

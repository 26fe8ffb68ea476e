/**
 * A world for use cases: the real adapters over tables in this process. What is outside of it (SES, the queues, the
 * platform's bus, the clock) is a small fake that keeps what it saw, for the tests to look at from outside.
 */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as v from 'valibot';

import { createLedger } from '../../functions/adapters/ledger.ts';
import { createPlanStore } from '../../functions/adapters/plan-store.ts';
import { createPlatform } from '../../functions/adapters/platform.ts';
import type { PlatformEvent } from '../../functions/contracts/events.ts';
import type {
  DisableMessage,
  DispatchMessage,
  FeedbackMessage,
  NoticeMessage,
  SignalMessage,
  SweepMessage,
} from '../../functions/contracts/messages.ts';
import { PlatformMapping } from '../../functions/contracts/tables.ts';
import { pageParts } from '../../functions/domain/group.ts';
import { LANGUAGES } from '../../functions/domain/language.ts';
import { type NoticeId, noticeTag } from '../../functions/domain/notice-id.ts';
import { type LinkKey, linkKey } from '../../functions/domain/link.ts';
import type { AttemptOutcome, SentLetter } from '../../functions/domain/page.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { tagOfId } from '../../functions/domain/tags.ts';
import { DAY, type Instant, isoInstant, parseInstant } from '../../functions/domain/time.ts';
import { type CohortState, newCohort } from '../../functions/domain/wave.ts';
import type { AuditEntry } from '../../functions/domain/audit.ts';
import type { Clock, Mailer, Office, PlanOffice, PlanStore, SendAnswer, World } from '../../functions/ports.ts';
import type { Item, Table } from '../../functions/runtime/table.ts';
import { dispatch } from '../../functions/usecases/dispatch.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { takeSignal } from '../../functions/usecases/signals.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { startTables, type Tables } from '../adapters/tables.ts';
import { ALL_IS_WELL, witnessOf } from '../memory/office.ts';
import { BERLIN, GROUP, PAGE, PLAN } from '../domain/examples.ts';

/**
 * Mutants run (`test/mutation`). What plays one thing dozens of times is left out then: it would be played for each
 * mutant, and ten such tests would take longer than all the others.
 */
export const MUTATING: boolean = globalThis.examplePlan !== undefined;

/** The group's notices, and the instants at which they are due in Berlin. */
export const D35 = 'd35@2026-05-19';
export const D35_AT: Instant = parseInstant('2026-04-14T10:00:00+02:00');
export const D14 = 'd14@2026-05-19';
export const D14_AT: Instant = parseInstant('2026-05-05T10:00:00+02:00');
export const D1 = 'd1@2026-05-19';
export const D1_AT: Instant = parseInstant('2026-05-18T10:00:00+02:00');
/** The end date is over in every zone. */
export const ENDED: Instant = parseInstant('2026-05-20T12:00:00Z');
export const LEASE: number = 15 * 60_000;
export const LINK_KEY: LinkKey = linkKey(Buffer.alloc(32, 'key'));
/** What a claim keeps of its letter, where that is not what a test is about. */
export const LETTER: SentLetter = { template: 'template-1', shared: {}, own: {} };

/** One call of SES, as SES saw it. */
export interface Call {
  readonly at: Instant;
  readonly template: string;
  readonly page: string;
  readonly notice: NoticeId;
  readonly people: readonly string[];
  readonly addresses: readonly string[];
  /** Each letter's values, shared and own. */
  readonly values: readonly Readonly<Record<string, string>>[];
}

export interface TestClock extends Clock {
  set(at: Instant): void;
  /** What happens in the world while somebody waits. */
  whileWaiting: () => Promise<unknown>;
}

export interface TestMailer extends Mailer {
  readonly calls: Call[];
  /** What SES says to a call; it accepts everybody unless told otherwise. Throws where its answer is lost. */
  answer: (call: Call) => SendAnswer;
}

export interface TestWorld extends World {
  readonly clock: TestClock;
  readonly plan: PlanStore & PlanOffice;
  readonly mailer: TestMailer;
  readonly tables: Tables;
  readonly queued: {
    readonly dispatch: DispatchMessage[];
    readonly notices: NoticeMessage[];
    readonly sweep: SweepMessage[];
    readonly disable: DisableMessage[];
    readonly signals: SignalMessage[];
    /** What SES tells of its mail; nothing, unless `delivering`. */
    readonly events: FeedbackMessage[];
  };
  readonly published: PlatformEvent[];
  readonly warnings: string[];
  /** Every line of the log, warnings too: what it says, and about what. */
  readonly logged: readonly (readonly [string, object | undefined])[];
}

export const accepting = (call: Call): SendAnswer => answering(call.people.map(() => 'accepted'));
export const answering = (outcomes: readonly AttemptOutcome[]): SendAnswer => ({ kind: 'answered', outcomes });
/** SES accepts everybody, and tells of each delivery. */
export function delivering({ queued }: Pick<TestWorld, 'queued'>): (call: Call) => SendAnswer {
  return (call) => {
    const { people, page, notice, at } = call;
    queued.events.push(
      ...people.map((userId) => anEvent('Delivery', userId, { page, notice, time: isoInstant(at + 5_000) })),
    );
    return accepting(call);
  };
}
/** SES has taken the mail, and its answer got lost: nobody knows. */
export function losingTheAnswer(): never {
  throw new Error('the connection was reset');
}

/** An active plan whose cohorts may be mailed and disabled, and nobody enrolled. */
export async function startWorld(x: { at: Instant; plan?: Plan }): Promise<TestWorld> {
  const { plan: rules = PLAN } = x;
  const tables = await startTables();
  const plan = createPlanStore(tables.plan);
  const stages = [...rules.stages.map(({ name }) => name), 'moved', 'done'];
  const names = stages.flatMap((stage) => LANGUAGES.map((language) => `${stage}/${language}`));
  const templates = Object.fromEntries(names.map((name) => [name, name]));
  await plan.putSunset({ plan: rules, hash: 'hash-1', active: true, templates });
  for (const cohort of rules.cohorts) await plan.putCohort({ ...newCohort(cohort), permitUntil: D35_AT + 365 * DAY });
  await plan.setBudget({ left: 100_000, rate: 50 });

  let now = x.at;
  const clock: TestClock = {
    now: () => now,
    set: (at) => (now = at),
    whileWaiting: async () => {},
    async waitUntil(instant) {
      await clock.whileWaiting();
      now = Math.max(now, instant);
    },
  };
  const mailer: TestMailer = {
    calls: [],
    answer: accepting,
    quota: async () => ({ rate: 50, daily: 1_000_000, sentToday: 0 }),
    async send({ template, page, notice, shared, letters }) {
      const values = letters.map((letter) => ({ ...shared, ...letter.values }));
      const people = letters.map(({ userId }) => userId);
      const call = {
        at: now,
        template,
        page,
        notice,
        people,
        addresses: letters.map(({ address }) => address),
        values,
      };
      mailer.calls.push(call);
      return mailer.answer(call);
    },
  };
  const queued: TestWorld['queued'] = { dispatch: [], notices: [], sweep: [], disable: [], signals: [], events: [] };
  const keep =
    <M>(queue: M[]) =>
    async (messages: readonly M[]) =>
      void queue.push(...messages);
  const published: PlatformEvent[] = [];
  const warnings: string[] = [];
  const logged: [string, object | undefined][] = [];
  return {
    clock,
    log: {
      info: (what, about) => void logged.push([what, about]),
      warn: (what, about) => void (warnings.push(what), logged.push([what, about])),
    },
    plan,
    ledger: createLedger(tables.ledger),
    platform: createPlatform({ users: tables.users, chats: tables.chats, mapping: v.parse(PlatformMapping, {}) }),
    queues: {
      dispatch: keep(queued.dispatch),
      notices: keep(queued.notices),
      sweep: keep(queued.sweep),
      disable: keep(queued.disable),
      signals: keep(queued.signals),
    },
    mailer,
    bus: { publish: keep(published) },
    links: { base: 'https://notices.example.com/p/', key: async () => LINK_KEY },
    lease: LEASE,
    segments: 1,
    tables,
    queued,
    published,
    warnings,
    logged,
  };
}

/** The same world for operators. What AWS would tell of it says that all is well, unless a test puts it otherwise. */
export function officeOf(
  world: TestWorld,
  { quota, ...x }: Partial<Office['surroundings'] & Pick<Mailer, 'quota'>> = {},
): Office & { copies: AuditEntry[] } {
  const copies: AuditEntry[] = [];
  return {
    ...world,
    office: world.plan,
    mailer: { ...world.mailer, ...(quota === undefined ? {} : { quota }) },
    templates: { create: async () => 'there' },
    copies,
    witness: witnessOf(copies),
    surroundings: { ...ALL_IS_WELL, ...x },
    sunset: PLAN.sunset,
    roles: ['Operators'],
    requests: () => 0,
  };
}

/** Changes a cohort's item behind the product's back, wherever it is kept. */
export async function setCohort(world: TestWorld, id: string, changes: Partial<CohortState>): Promise<void> {
  const items = await rowsOf(world, world.tables.plan);
  const own = items.find(({ sk, permitUntil }) => permitUntil !== undefined && (sk as string).split('#').at(-1) === id);
  if (own === undefined) throw new Error(`cohort ${id} has no item`);
  await world.tables.plan.put({ ...own, ...changes });
}

/** Armed for so many chats, with every wave open. */
export async function armed(world: TestWorld, id: string, headCount: number): Promise<void> {
  const arming = { id: `${id}@1`, headCount, at: ENDED - DAY, by: ['ops@example.com', 'lead@example.com'] };
  await setCohort(world, id, { arming, wave: PLAN.guardRails.waves.length, waveOpenedAt: ENDED });
}

export interface SomeUser {
  readonly email?: string | null;
  readonly locale?: string | null;
  readonly timeZone?: string | null;
  readonly country?: string | null;
}

/** What the platform says of people. Somebody in Berlin who reads German, unless told otherwise. */
export async function putUser({ tables }: TestWorld, userId: string, user: SomeUser = {}): Promise<void> {
  const profile = { email: `${userId}@example.com`, locale: 'de-DE', timeZone: BERLIN, country: 'DE', ...user };
  await tables.users.put({ userId, ...profile });
}

export async function putChat({ tables }: TestWorld, chatId: string, participants: readonly string[], more: Item = {}) {
  const since = '2026-01-01T00:00:00.000Z';
  const row = { chatId, participants: new Set(participants), encryption: 'e2ee', version: 1, encryptedSince: since };
  await tables.chats.put({ ...row, ...more });
}

/** Members on one page, in slots 0, 1, …, each with a chat of their own. */
export async function onPage(world: TestWorld, userIds: readonly string[], page: string = PAGE): Promise<void> {
  const { plan, ledger } = world;
  const { group, language } = pageParts(page);
  await plan.createGroup(group);
  await plan.nextPage(group, language);
  await ledger.createPage(page, userIds);
  for (const userId of userIds) {
    await putUser(world, userId);
    await putChat(world, `chat-of-${userId}`, [userId]);
    await enrolled(world, userId, { group, page });
  }
}

export async function enrolled(
  { ledger }: TestWorld,
  userId: string,
  x: { group?: string; page?: string; cohort?: string; chats?: readonly string[] } = {},
): Promise<void> {
  const { group = GROUP, page = PAGE, cohort = 'eea', chats = [`chat-of-${userId}`] } = x;
  const enrolledAt = D35_AT - 10 * DAY;
  await ledger.enrol({ userId, cohort, timeZone: BERLIN, group, page, enrolledAt, chats, joinedLate: [] });
}

/** Delivered on time: all that the gate asks for. */
export async function informed({ ledger }: TestWorld, ...userIds: string[]): Promise<void> {
  for (const userId of userIds)
    for (const [notice, at] of [
      [D35, D35_AT],
      [D1, D1_AT],
    ] as const)
      await ledger.addFacts(userId, [{ kind: 'delivered', notice, at }]);
}

/** An event of SES, as its rule passes it on. */
export function anEvent(
  type: string,
  userId: string,
  x: Partial<FeedbackMessage> & { page?: string; notice?: NoticeId } = {},
): FeedbackMessage {
  const { page = PAGE, notice = D35, ...rest } = x;
  return {
    id: `${type} ${userId}`,
    time: isoInstant(D35_AT + 5_000),
    type,
    messageId: 'message-1',
    tags: { person: [tagOfId(userId)], page: [tagOfId(page)], notice: [noticeTag(notice)] },
    ...rest,
  };
}

/** Every row of a table, in the order of its keys. */
export async function rowsOf({ tables }: TestWorld, table: Table): Promise<Item[]> {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
  const key = ({ pk, sk, userId, chatId }: Item) => JSON.stringify([pk, sk, userId, chatId]);
  return Items.map((item) => unmarshall(item)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What is written of one notice on one page. */
export async function recordOf({ ledger }: TestWorld, notice: NoticeId, page: string = PAGE) {
  return (await ledger.page(page))?.records.get(notice);
}

export async function isEncrypted({ platform }: TestWorld, chatId: string): Promise<boolean | undefined> {
  return (await platform.chats([chatId])).get(chatId)?.encrypted;
}

const READS: ReadonlySet<string> = new Set(
  [
    'sunset situation cohorts cohort due run runs group groups sweeps segment segments budget headCount outcomes populations agenda',
    'sizes planOf template change changes letter intentsOf blockedOf restore audit copiedAudit',
    'members chatsOf page records intent blocked encryptedChats chats users',
  ].flatMap((names) => names.split(' ')),
);

class Killed extends Error {}

/** A process that was killed is heard of no more: its message, or the next tick, comes again. */
export function unlessKilled(error: unknown): void {
  const all = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  if (!all.every((each) => each instanceof Killed)) throw error;
}

/** The same world, whose processes are killed before a write whenever `dies` says so; it is asked once a write. */
export function killed(world: TestWorld, dies: () => boolean): TestWorld {
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function' || READS.has(String(name))) return method;
        return async (...x: unknown[]): Promise<unknown> => {
          if (dies()) throw new Killed('killed');
          return (await (method as (...x: unknown[]) => unknown).apply(target, x)) as unknown;
        };
      },
    });
  const { plan, ledger, platform, queues, bus } = world;
  return {
    ...world,
    plan: mortal(plan),
    ledger: mortal(ledger),
    platform: mortal(platform),
    queues: mortal(queues),
    bus: mortal(bus),
  };
}

/** Works off what is queued until nothing is; the message of a process that was killed comes again. */
export async function workOff(world: TestWorld): Promise<void> {
  const { signals, dispatch: runs, notices, events } = world.queued;
  const each = async <M>(queue: M[], step: (world: TestWorld, message: M) => Promise<void>) => {
    for (const message of queue.splice(0)) {
      const first = await step(world, message).then(() => 'done', unlessKilled);
      if (first !== 'done') await step(world, message);
    }
  };
  while (signals.length + runs.length + notices.length + events.length > 0) {
    await each(signals, takeSignal);
    await each(runs, dispatch);
    await each(notices, notify);
    await each(events, async (of, event) => {
      const [error] = await feedback(of, [event]);
      if (error !== null) throw error;
    });
  }
}

/** Ticks whenever something is on the agenda, and works off what that queues, until an instant. */
export async function workUntil(world: TestWorld, until: Instant): Promise<void> {
  const { clock, plan } = world;
  for (;;) {
    await workOff(world);
    const [next] = await plan.due(until, 1);
    if (next === undefined) break;
    clock.set(Math.max(clock.now(), next.at));
    await tick(world, clock.now()).catch(unlessKilled);
  }
  clock.set(Math.max(clock.now(), until));
}

/**
 * Plays the same in worlds of which each is cut off once: the first at its first write, and so on, until one ends
 * before its turn has come.
 * @returns what each play came to; the last one was not cut off
 */
export async function cutOffAtEveryWrite<T>(
  begin: () => Promise<TestWorld>,
  play: (mortal: TestWorld, immortal: TestWorld) => Promise<T>,
): Promise<T[]> {
  const outcomes: T[] = [];
  for (let cutOff = true; cutOff;) {
    const world = await begin();
    let writes = 0;
    const outcome = await play(
      killed(world, () => ++writes === outcomes.length + 1),
      world,
    );
    cutOff = writes > outcomes.length;
    outcomes.push(outcome);
    await world.tables.stop();
  }
  return outcomes;
}

/** What a person was mailed, and when; in order. */
export function mailTo({ mailer }: TestWorld, userId: string): { notice: NoticeId; at: Instant }[] {
  return mailer.calls.filter(({ people }) => people.includes(userId)).map(({ notice, at }) => ({ notice, at }));
}

/**
 * One campaign on this machine: the tables are filled, the operators begin, latecomers appear, and the clock runs until
 * nothing is open. What the outside world saw is written down as it happens.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESClient } from '@aws-sdk/client-ses';

import { createPlanStore } from '../../functions/adapters/plan-store.ts';
import { createTemplates } from '../../functions/adapters/templates.ts';
import { firstNotice } from '../../functions/domain/group.ts';
import { noticeOfTag, noticeParts } from '../../functions/domain/notice-id.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { tagOfId } from '../../functions/domain/tags.ts';
import { DAY, EARLIEST_ZONE, HOUR, type Instant, isoInstant, parseInstant } from '../../functions/domain/time.ts';
import { type CohortState, nextWaveAt } from '../../functions/domain/wave.ts';
import { mailTemplates } from '../../functions/mail/templates.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';
import type { Audience, Chat } from './audience/read.ts';
import { type AcceptedMail, type LocalCloud, type SesEvent, startCloud } from './cloud/cloud.ts';
import { CREDENTIALS } from './cloud/emulators.ts';
import { countAll, type Figures } from './figures.ts';
import { armCohort, armingTimes, beginSunset, type Desk } from './operators.ts';
import type { EventLine, OutsideRecord, ReportFile } from './outside/record.ts';
import { synthesise } from './synthesis.ts';
import { putAll, putOne, type Row, scan, sortKeys } from './tables.ts';

export interface CampaignOptions {
  readonly plan: Plan;
  readonly audience: Audience;
  readonly from: Instant;
  /** Where the clock stops; absent: when nothing is open any more. */
  readonly until?: Instant | undefined;
  readonly tickMinutes: number;
  readonly chaosSeed?: number | undefined;
  readonly record: OutsideRecord;
  /** Where the functions' own lines go. */
  readonly logFile: string;
  /** Told now and then how far it has come. */
  onProgress(state: CampaignState): void;
  /** Ends the campaign at the next quiet moment. */
  readonly stopping: () => boolean;
}

export interface CampaignState {
  readonly now: Instant;
  readonly cohorts: readonly CohortState[];
  /** Letters that SES accepted, and events that it sent. */
  readonly mails: number;
  readonly events: number;
  readonly disabled: number;
}

export interface CampaignEnd {
  readonly ended: Instant;
  readonly report: ReportFile;
  /** Cohorts under a hold, with its reason, where their work was left. */
  readonly held: readonly { readonly cohort: string; readonly why: string }[];
  readonly failures: Readonly<Record<string, { readonly count: number; readonly last: string }>>;
  readonly kills: number;
  readonly deadLetters: number;
}

/** How far apart the end and the progress are asked for, of virtual time. */
const LOOK = 6 * HOUR;
/** How often a function may fail while nobody kills it. */
const MOST_FAILURES = 50;
/** Open runs of cohorts that are not held may wait for chats of one that is: so long nothing can come of them by itself. */
const LONGEST_WAIT = 7 * DAY;
const EVENT_KINDS: Partial<Record<SesEvent['detail']['eventType'], EventLine['kind']>> = {
  Delivery: 'delivered',
  Bounce: 'bounced',
  Complaint: 'complained',
  Reject: 'rejected',
  'Rendering Failure': 'rendering-failed',
  DeliveryDelay: 'delayed',
};

/** Seven days before the first stage of the first cohort, wherever that day begins first. */
export function defaultStart(plan: Plan): Instant {
  return Math.min(...plan.cohorts.map(({ endDate }) => firstNotice(plan, endDate, EARLIEST_ZONE))) - 7 * DAY;
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignEnd> {
  const { plan, audience, from, record } = options;
  const started = performance.now();
  const assembly = mkdtempSync(join(tmpdir(), 'sunset-assembly-'));
  const counts = { mails: 0, events: 0, disabled: 0 };
  const languages = new Map(mailTemplates(plan).map(({ name, language }) => [name, language]));
  const userIds = new Map(audience.users.map(({ userId }) => [tagOfId(userId), userId]));
  const encryption = new Map<string, string>();
  let cloud: LocalCloud | undefined;

  const aboutOf = (tags: Readonly<Record<string, string | readonly string[]>>) => {
    const tag = (name: string) => [tags[name] ?? []].flat()[0] ?? '';
    return { userId: userIds.get(tag('person')) ?? tag('person'), notice: noticeOfTag(tag('notice')) };
  };
  const onMail = ({ at, to, template, subject, text, html, tags }: AcceptedMail) => {
    counts.mails += 1;
    const { userId, notice } = aboutOf(tags);
    const { endDate } = noticeParts(notice);
    const locale = languages.get(template) ?? template;
    record.write('mail', {
      at: isoInstant(at),
      to: to.join(', '),
      userId,
      notice,
      endDate,
      locale,
      subject,
      text,
      html,
    });
  };
  const onEvent = ({ at, detail }: SesEvent) => {
    const kind = EVENT_KINDS[detail.eventType];
    if (kind === undefined) return;
    counts.events += 1;
    record.write('events', { at: isoInstant(at), kind, ...aboutOf(detail.mail.tags) });
  };
  /** What the table holds now, compared with what it held: whoever wrote it. */
  const onChatWrite = ({ at, row }: { at: Instant; row: Row }) => {
    const { chatId, encryption: after, sunset: mark } = row;
    const before = encryption.get(chatId as string);
    encryption.set(chatId as string, after as string);
    if (before === undefined || before === after) return;
    counts.disabled += after === 'off' ? 1 : -1;
    record.write('flips', {
      at: isoInstant(at),
      chatId,
      from: before,
      to: after,
      cohort: (mark as { cohort: string } | undefined)?.cohort ?? null,
      participants: [...(row['participants'] as Iterable<string>)],
    });
  };

  try {
    await synthesise(plan, assembly);
    cloud = await startCloud({
      assembly,
      from,
      tickMinutes: options.tickMinutes,
      ...(options.chaosSeed === undefined ? {} : { chaos: { seed: options.chaosSeed } }),
      onMail,
      onEvent,
      onChatWrite,
      logFile: options.logFile,
    });
    const running = cloud;
    const settings = { region: 'us-east-1', credentials: CREDENTIALS };
    const dynamodb = new DynamoDBClient({ ...settings, endpoint: running.endpoints.dynamodb });
    const planTable = new Table(dynamodb, new Reader(dynamodb), running.tables.plan);
    const store = createPlanStore(planTable);
    const ses = new SESClient({ ...settings, endpoint: running.endpoints.ses, maxAttempts: 1 });
    const clock = { now: () => running.now(), waitUntil: (at: Instant) => running.until(at) };
    const desk: Desk = { clock, plan: store, office: store, templates: createTemplates(ses) };

    const outside = await fill(running, dynamodb, audience, from);
    for (const chat of outside.there) encryption.set(chat.chatId, chat.encryption);
    for (const { at, cohort } of armingTimes(plan)) running.at(at, () => armCohort(desk, cohort, running.now()));
    const lastWork = Math.max(outside.last, ...armingTimes(plan).map(({ at }) => at));
    running.at(from, () => beginSunset(desk, plan));

    let held: CampaignEnd['held'] = [];
    let lookAt = from;
    let runsSeen = { runs: '', since: from };
    const isOver = async ({ now }: { now: Instant }) => {
      if (options.stopping()) return true;
      if (options.chaosSeed === undefined) refuseToGoOn(running.failures());
      if (now < lookAt) return false;
      lookAt = now + LOOK;
      const cohorts = await store.cohorts();
      options.onProgress({ now, cohorts, ...counts });
      if (options.until !== undefined || now <= lastWork) return false;
      const left = await workLeft(running, dynamodb, plan, cohorts);
      if (left.runs !== runsSeen.runs) runsSeen = { runs: left.runs, since: now };
      const waits = left.runs !== '' && (left.held.length === 0 || now < runsSeen.since + LONGEST_WAIT);
      if (left.free || waits) return false;
      held = left.held;
      return true;
    };
    if (options.until === undefined) await running.advance(isOver);
    else await running.advance(async (state) => (await isOver(state)) || state.now >= (options.until ?? 0));

    const figures = await figuresOf(running, dynamodb);
    writeEnd(record, audience, figures, encryption);
    const report = reportOf(audience, figures, {
      requests: byStep(running.requests()),
      wallSeconds: Math.round((performance.now() - started) / 100) / 10,
      peakMemoryMB: running.memoryMB(),
    });
    record.report(report);
    options.onProgress({ now: running.now(), cohorts: await store.cohorts(), ...counts });
    const depths = Object.entries(running.depths());
    dynamodb.destroy();
    ses.destroy();
    return {
      ended: running.now(),
      report,
      held,
      failures: running.failures(),
      kills: running.kills(),
      deadLetters: depths.filter(([name]) => isDeadLetters(name)).reduce((sum, [, { ready }]) => sum + ready, 0),
    };
  } finally {
    await cloud?.stop();
    rmSync(assembly, { recursive: true, force: true });
  }
}

/** A function that always fails is a broken system: nothing that it would show by going on is worth waiting for. */
function refuseToGoOn(failures: CampaignEnd['failures']): void {
  for (const [name, { count, last }] of Object.entries(failures))
    if (count >= MOST_FAILURES) throw new Error(`${name} has failed ${count} times, the last time: ${last}`);
}

/** Fills the platform's tables; who comes later, comes at that moment of the virtual clock. */
async function fill(
  cloud: LocalCloud,
  client: DynamoDBClient,
  { users, chats }: Audience,
  from: Instant,
): Promise<{ there: readonly Chat[]; last: Instant }> {
  const rowOf = ({ chatId, participants, encryption, encryptedSince = isoInstant(from) }: Chat): Row => ({
    chatId,
    participants: new Set(participants),
    encryption,
    version: 1,
    // The key of the sparse index: only while the chat is encrypted.
    ...(encryption === 'e2ee' ? { encryptedSince } : {}),
  });
  const since = ({ encryptedSince }: Chat) => (encryptedSince === undefined ? from : parseInstant(encryptedSince));
  const there = chats.filter((chat) => since(chat) <= from);
  await putAll(client, cloud.tables.users, users);
  await putAll(client, cloud.tables.chats, there.map(rowOf));
  const coming = Map.groupBy(
    chats.filter((chat) => since(chat) > from),
    since,
  );
  for (const [at, arriving] of coming)
    cloud.at(at, async () => {
      for (const chat of arriving) await putOne(client, cloud.tables.chats, rowOf(chat));
    });
  return { there, last: Math.max(from, ...coming.keys()) };
}

/**
 * Whether anybody has something to do that is not held; which runs are open in cohorts that are not held, and which
 * cohorts are.
 */
async function workLeft(cloud: LocalCloud, client: DynamoDBClient, plan: Plan, cohorts: readonly CohortState[]) {
  const holds = new Map(cohorts.flatMap(({ id, hold }) => (hold === null ? [] : [[id, hold.why] as const])));
  const underway = Object.entries(cloud.depths()).some(
    ([name, { ready, hidden }]) => !isDeadLetters(name) && ready + hidden > 0,
  );
  const waves = cohorts.some((cohort) => nextWaveAt(plan, cohort) !== null);
  const items = (await sortKeys(client, cloud.tables.plan, 'AGENDA')).map((key) => {
    const [, kind = '', id = ''] = key.split('#');
    return { kind, id };
  });
  const isHeld = ({ kind, id }: { kind: string; id: string }) =>
    ['group', 'run', 'review'].includes(kind) && holds.has(id.split('~')[0] ?? '');
  const open = items.filter((item) => !isHeld(item) && (item.kind !== 'sweep' || item.id === 'extra'));
  return {
    free: underway || waves || open.some(({ kind }) => kind !== 'run'),
    runs: open.map(({ id }) => id).join('\n'),
    held: [...holds].map(([cohort, why]) => ({ cohort, why })),
  };
}

const isDeadLetters = (queue: string) => queue.includes('Dead');

/** A function's physical name carries its step's: `Sunset-NotifyFunction7D549D6F`. */
function byStep(requests: ReportFile['requests']): ReportFile['requests'] {
  return Object.fromEntries(
    Object.entries(requests).map(([name, counts]) => [
      /-(\w+)Function[0-9A-F]{8}$/.exec(name)?.[1]?.toLowerCase() ?? name,
      counts,
    ]),
  );
}

function figuresOf(cloud: LocalCloud, client: DynamoDBClient): Promise<Figures> {
  async function* chats() {
    for await (const row of scan(client, cloud.tables.chats))
      yield {
        chatId: row['chatId'] as string,
        encrypted: row['encryption'] === 'e2ee',
        disabled: row['sunset'] !== undefined,
      };
  }
  return countAll({
    ledger: scan(client, cloud.tables.ledger),
    plan: scan(client, cloud.tables.plan),
    chats: chats(),
  });
}

function writeEnd(
  record: OutsideRecord,
  { users, chats }: Audience,
  { members, blockedChats }: Figures,
  encryption: ReadonlyMap<string, string>,
): void {
  const zones = new Map(users.map(({ userId, timeZone }) => [userId, timeZone]));
  for (const { userId, cohort, timeZone } of members)
    record.write('people', {
      userId,
      cohort,
      timeZones: [...new Set([timeZone, zones.get(userId) ?? null])],
    });
  for (const { chatId, participants } of chats) {
    const end = encryption.get(chatId);
    const reason = blockedChats.get(chatId);
    if (end === undefined) continue;
    record.write('chats', {
      chatId,
      participants,
      encryption: end,
      ...(end === 'off' || reason === undefined ? {} : { blocked: reason }),
    });
  }
}

function reportOf(
  { users, chats }: Audience,
  { members, notices, disabled, blocked, openChats }: Figures,
  run: Pick<ReportFile, 'requests' | 'wallSeconds' | 'peakMemoryMB'>,
): ReportFile {
  return {
    people: {
      total: users.length,
      enrolled: members.length,
      withoutEncryptedChat: users.length - members.length,
    },
    chats: {
      total: chats.length,
      neverEncrypted: chats.filter(({ encryption }) => encryption === 'off').length,
      open: openChats,
    },
    notices,
    disabled,
    blocked,
    ...run,
  };
}

/**
 * One campaign on this machine: the tables are filled, the operators begin, latecomers appear, and the clock runs until
 * nothing is open. What the outside world saw is written down as it happens.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { firstNotice } from '../../functions/domain/group.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { DAY, EARLIEST_ZONE, HOUR, type Instant } from '../../functions/domain/time.ts';
import { type CohortState, nextWaveAt } from '../../functions/domain/wave.ts';
import type { Audience } from './audience/read.ts';
import type { LocalCloud, LocalCloudOptions } from './cloud/cloud.ts';
import { countAll, type Figures } from './figures.ts';
import { typeScript } from './operators.ts';
import type { OperatorLine, OutsideRecord, ReportFile } from './outside/record.ts';
import { createWatch } from './outside/watch.ts';
import type { ScriptEntry } from './script.ts';
import { startSystem, type System } from './system.ts';
import { scan, sortKeys } from './tables.ts';

export interface CampaignOptions {
  readonly plan: Plan;
  readonly audience: Audience;
  /** What operators type, in order of time. */
  readonly script: readonly ScriptEntry[];
  /** Told where the operator API is, as soon as it can be asked. */
  onStart(cloud: Pick<LocalCloud, 'operatorUrl'>): void;
  readonly from: Instant;
  /** Where the clock stops; absent: when nothing is open any more. */
  readonly until?: Instant | undefined;
  readonly tickMinutes: number;
  readonly chaosSeed?: number | undefined;
  /** Who dies when, and which events get lost: for whoever looks at one death at a time. */
  readonly mishaps?: Pick<LocalCloudOptions, 'fate' | 'losesEvent'>;
  /** Where the plan's stacks were synthesised already. */
  readonly assembly?: string;
  readonly record: OutsideRecord;
  /** Where the functions' own lines go. */
  readonly logFile: string;
  /** Told now and then how far it has come. */
  onProgress(state: CampaignState): void;
  /** What is done when the campaign is over, before the system ends: until then links in letters work. */
  readonly afterwards?: (end: CampaignEnd, serve: LocalCloud['serve']) => Promise<void>;
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
  /** Commands that ended with another exit code than 0. */
  readonly notDone: readonly OperatorLine[];
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
/** Seven days before the first stage of the first cohort, wherever that day begins first. */
export function defaultStart(plan: Plan): Instant {
  return Math.min(...plan.cohorts.map(({ endDate }) => firstNotice(plan, endDate, EARLIEST_ZONE))) - 7 * DAY;
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignEnd> {
  const { plan, audience, from, record } = options;
  const started = performance.now();
  const watch = createWatch({ plan, audience, record });
  let system: System | undefined;

  try {
    system = await startSystem({
      plan,
      audience,
      from,
      tickMinutes: options.tickMinutes,
      ...(options.chaosSeed === undefined ? {} : { chaos: { seed: options.chaosSeed } }),
      ...options.mishaps,
      assembly: options.assembly,
      ...watch.watchers,
      logFile: options.logFile,
    });
    const { cloud: running, dynamodb, desk, chats } = system;
    const store = desk.plan;
    watch.begin(running, chats.there);
    options.onStart(running);
    const notDone: OperatorLine[] = [];
    let typing = true;
    running.at(from, async () => {
      await typeScript(running, options.script, (line) => {
        record.write('operators', line);
        if (line.exit !== 0) notDone.push(line);
      });
      typing = false;
    });

    let held: CampaignEnd['held'] = [];
    let lookAt = from;
    let runsSeen = { runs: '', since: from };
    const isOver = async ({ now }: { now: Instant }) => {
      if (options.stopping()) return true;
      if (options.chaosSeed === undefined) refuseToGoOn(running.failures());
      if (now < lookAt) return false;
      lookAt = now + LOOK;
      const cohorts = await store.cohorts();
      options.onProgress({ now, cohorts, ...watch.counts() });
      if (options.until !== undefined || typing || now <= Math.max(chats.last, watch.busyUntil())) return false;
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
    writeEnd(record, audience, figures, watch.encryption());
    const report = reportOf(audience, figures, watch.encryption(), {
      requests: byStep(running.requests()),
      wallSeconds: Math.round((performance.now() - started) / 100) / 10,
      peakMemoryMB: running.memoryMB(),
    });
    record.report(report);
    options.onProgress({ now: running.now(), cohorts: await store.cohorts(), ...watch.counts() });
    const depths = Object.entries(running.depths());
    watch.end();
    const end: CampaignEnd = {
      ended: running.now(),
      report,
      notDone,
      held,
      failures: running.failures(),
      kills: running.kills(),
      deadLetters: depths.filter(([name]) => isDeadLetters(name)).reduce((sum, [, { ready }]) => sum + ready, 0),
    };
    await options.afterwards?.(end, running.serve);
    return end;
  } finally {
    await system?.stop();
  }
}

/** A function that always fails is a broken system: nothing that it would show by going on is worth waiting for. */
function refuseToGoOn(failures: CampaignEnd['failures']): void {
  for (const [name, { count, last }] of Object.entries(failures))
    if (count >= MOST_FAILURES) throw new Error(`${name} has failed ${count} times, the last time: ${last}`);
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
    ['group', 'run', 'again', 'review'].includes(kind) && holds.has(id.split('~')[0] ?? '');
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
  encryption: ReadonlyMap<string, string>,
  run: Pick<ReportFile, 'requests' | 'wallSeconds' | 'peakMemoryMB'>,
): ReportFile {
  return {
    people: {
      total: users.length,
      enrolled: members.length,
      withoutEncryptedChat: users.length - members.length,
    },
    chats: {
      // Who had not begun by then is in no table.
      total: encryption.size,
      neverEncrypted: chats.filter(({ encryption }) => encryption === 'off').length,
      open: openChats,
    },
    notices,
    disabled,
    blocked,
    ...run,
  };
}

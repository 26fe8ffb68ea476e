/** One seed, played from the plan's activation until all has ended, or should have; then judged. */
import { createHash } from 'node:crypto';

import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

import { LANGUAGES } from '../../functions/domain/language.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { DAY, HOUR, MINUTE } from '../../functions/domain/time.ts';
import { type CohortState, nextWaveAt } from '../../functions/domain/wave.ts';
import type { Write } from '../memory/dynamodb.ts';
import { Account } from './account.ts';
import { Audience, drawScenario, type Scenario } from './audience.ts';
import { Draw } from './draw.ts';
import { worldOf, ENVIRONMENT } from './entries.ts';
import { type Fault, Faults } from './faults.ts';
import { PostOffice } from './mail.ts';
import { Operators } from './operators.ts';
import { judge, type Violation } from './oracle.ts';
import { Seen } from './record.ts';
import { Timeline } from './timeline.ts';

export interface Played {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly struck: ReadonlyMap<Fault, number>;
  /** Of everything that was seen, in order: the same seed, the same digest. */
  readonly digest: string;
  readonly counts: {
    readonly letters: number;
    readonly flips: number;
    readonly restores: number;
    readonly requests: number;
    readonly days: number;
  };
  readonly seen: Seen;
  readonly scenario: Scenario;
  readonly account: Account;
}

/** From then on nothing goes wrong, so that what is open can end. */
const CALM_AFTER = 70 * DAY;

export async function play(seed: number, { days = 240 }: { days?: number } = {}): Promise<Played> {
  const draw = new Draw(seed);
  const seen = new Seen();
  const faults = new Faults(draw.of('faults'));
  const scenario = drawScenario(draw.of('scenario'), faults.has('daylight saving'));
  const { begin } = scenario;
  const timeline = new Timeline(begin);
  let audience: Audience;
  const post = new PostOffice({ account: () => account, audience: () => audience, timeline, draw, faults, seen });
  const account: Account = new Account({
    timeline,
    draw,
    faults,
    seen,
    quota: { rate: draw.pick([2, 14, 50]), daily: 50_000 },
    segments: draw.pick([1, 2]),
    onMail: (mail, call) => post.take(mail, call),
    onTaken: (body) => {
      post.taken(body);
      audience.taken(body);
    },
    onBus: ({ type, detail }) => {
      const parsed: unknown = JSON.parse(detail);
      seen.published.push({ at: timeline.now, type, detail: parsed });
      if (type === 'PersonUnreachable') audience.appWasTold(parsed as { userId: string; notice: string });
    },
  });
  account.db.onWrite = (write) => watch(write, seen, timeline);
  await applyPlan(account, timeline, scenario);
  audience = new Audience({ account, timeline, seen, draw, faults, scenario });
  new Operators({ account, audience, timeline, seen, draw, scenario });
  startRules({ account, timeline, draw: draw.of('rules'), faults, plan: scenario.plan });
  timeline.at(scenario.lastEnd + CALM_AFTER - 40 * DAY, () => account.calm());
  const over = endWhenAllHasEnded({ account, timeline, seen, from: scenario.lastEnd + CALM_AFTER - 40 * DAY });
  await timeline.run(begin + days * DAY);
  const violations = judge({ seen, scenario, account, faults, ended: over(), now: timeline.now });
  return {
    seed,
    violations,
    struck: faults.struck,
    digest: digestOf(seen),
    counts: {
      letters: seen.letters.length,
      flips: seen.flips.filter(({ to, by }) => to === 'off' && by === 'sunset').length,
      restores: seen.flips.filter(({ to, by }) => to === 'e2ee' && by === 'sunset').length,
      requests: seen.invocations.reduce((sum, { requests }) => sum + requests, 0),
      days: Math.round((timeline.now - begin) / DAY),
    },
    seen,
    scenario,
    account,
  };
}

/** As `plan apply` leaves it; its letters are no part of this world. */
async function applyPlan(account: Account, timeline: Timeline, { plan }: Scenario): Promise<void> {
  const log = { info() {}, warn() {}, error() {} };
  const client = { send: async (command: object) => account.db.execute(command) };
  const clock = { now: () => timeline.now, waitUntil: async () => {} };
  const links = { base: '', key: () => Promise.reject(new Error('no links')) };
  const { plan: store } = worldOf(
    ENVIRONMENT,
    log,
    { dynamodb: client, sqs: client, ses: client, eventbridge: client },
    { clock, links },
  );
  const stages = [...plan.stages.map(({ name }) => name), 'moved', 'done'];
  const templates = Object.fromEntries(
    stages.flatMap((stage) => LANGUAGES.map((language) => [`${stage}/${language}`, `${stage}-${language}`])),
  );
  await store.saveSunset(
    { plan, hash: createHash('sha256').update(JSON.stringify(plan)).digest('hex'), active: false, templates },
    undefined,
  );
}

/** The two rules of the clock. Of ticks only those are played in which there is something to do: the others do nothing. */
function startRules({
  account,
  timeline,
  draw,
  faults,
  plan,
}: {
  plan: Plan;
  account: Account;
  timeline: Timeline;
  draw: Draw;
  faults: Faults;
}): void {
  const minute = (at: number) => Math.ceil(at / MINUTE) * MINUTE;
  const grid = (at: number) => (account.isBusy(3 * MINUTE) ? minute(at) : Math.ceil(at / (5 * MINUTE)) * 5 * MINUTE);
  const event = (at: number) => ({ time: new Date(at).toISOString().replace('.000Z', 'Z') });
  const tick = () => {
    const at = timeline.now;
    timeline.at(grid(Math.max(at + 1, nextTick(account, at, plan))), tick);
    if (faults.strikes('tick missed')) return;
    const late = faults.strikes('tick out of order') ? draw.between(1, 30) * MINUTE : draw.between(1, 30_000);
    timeline.after(late, () => void account.invoke('tick', event(at)));
    if (faults.strikes('tick doubled'))
      timeline.after(draw.pick([late, late + MINUTE, 3 * HOUR]), () => void account.invoke('tick', event(at)));
  };
  timeline.at(minute(timeline.now + 1), tick);
  const report = () => {
    timeline.after(7 * DAY, report);
    void account.invoke('report', event(minute(timeline.now)));
  };
  timeline.after(HOUR, report);
}

/** The earliest minute whose tick may find something to do. */
function nextTick(account: Account, now: number, plan: Plan): number {
  if (account.isBusy(3 * MINUTE)) return now + 2 * MINUTE;
  const rows = (pk: string, Limit?: number) =>
    (
      account.db.execute(
        new QueryCommand({
          TableName: 'plan',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
          ...(Limit === undefined ? {} : { Limit }),
        }),
      ) as { Items: Record<string, AttributeValue>[] }
    ).Items;
  const agenda = Date.parse((rows('AGENDA', 1)[0]?.['sk']?.S ?? '').slice(0, 24));
  const waves = rows('SUNSET')
    .filter(({ sk }) => sk?.S?.startsWith('COHORT#') === true)
    .map((row) => nextWaveAt(plan, unmarshall(row) as CohortState) ?? Infinity);
  return Math.max(now + 1, Math.min(Number.isNaN(agenda) ? Infinity : agenda, now + 12 * HOUR, ...waves));
}

/** Looks every day whether anything is still open. @returns whether all had ended */
function endWhenAllHasEnded({
  account,
  timeline,
  seen,
  from,
}: {
  account: Account;
  timeline: Timeline;
  seen: Seen;
  from: number;
}): () => boolean {
  let quiet = 0;
  let letters = 0;
  let over = false;
  const look = () => {
    timeline.after(DAY, look);
    const isQuiet = seen.letters.length === letters && openOf(account).length === 0;
    letters = seen.letters.length;
    quiet = isQuiet ? quiet + 1 : 0;
    if (quiet < 3) return;
    over = true;
    timeline.end();
  };
  timeline.at(from, look);
  return () => over;
}

/** Runs and encrypted chats that have not ended, and what somebody will look at. */
export function openOf(account: Account): string[] {
  const reasons = new Map<string, string>();
  for (const row of account.db.rows('ledger'))
    if (row['sk']?.S === 'BLOCKED') reasons.set(row['chatId']?.S ?? '', row['reason']?.S ?? '');
  const chats = account.db
    .rows('chats')
    .filter(({ chatId, encryption }) => encryption?.S === 'e2ee' && !isFinal(reasons.get(chatId?.S ?? '')))
    .map(({ chatId }) => `chat ${chatId?.S}: ${reasons.get(chatId?.S ?? '') ?? 'no reason'}`);
  const runs = account.db
    .rows('plan')
    .filter(({ pk, state }) => pk?.S === 'RUN' && state?.S === 'open')
    .map(({ sk }) => `run ${sk?.S}`);
  // Somebody's next stage is still to come.
  const agenda = account.db
    .rows('plan')
    .flatMap(({ pk, sk }) => (pk?.S === 'AGENDA' && !/#(sweep|segment)#/.test(sk?.S ?? '') ? [`agenda ${sk?.S}`] : []));
  return [...chats, ...runs, ...agenda];
}

const PASSING = new Set(['not-due', 'leaving', 'not-enrolled', 'notice-too-short', 'final-notice-too-recent']);
const isFinal = (reason: string | undefined) => reason !== undefined && !PASSING.has(reason);

/** What the tables saw of chats, cohorts and people. */
function watch({ table, before, after }: Write, seen: Seen, timeline: Timeline): void {
  const at = timeline.now;
  if (table === 'chats' && before !== undefined && after !== undefined) {
    const [was, is] = [before['encryption']?.S, after['encryption']?.S];
    if (was === is) return;
    const mark = after['sunset']?.M;
    const byUs =
      is === 'off'
        ? mark !== undefined
        : mark?.['restoredAt'] !== undefined && before['sunset']?.M?.['restoredAt'] === undefined;
    const of = is === 'off' ? before : after;
    seen.flips.push({
      at,
      chatId: after['chatId']?.S ?? '',
      to: is as 'off' | 'e2ee',
      by: byUs ? 'sunset' : 'platform',
      participants: after['participants']?.SS ?? [],
      cohort: mark?.['cohort']?.S ?? '',
      arming: mark?.['arming']?.S ?? '',
      intent: mark?.['intent']?.S ?? '',
      encryptedSince: of['encryptedSince']?.S,
      version: of['version']?.N,
      versioned: before['version']?.N !== after['version']?.N,
    });
  }
  const sk = after?.['sk']?.S ?? '';
  if (table === 'plan' && sk.startsWith('COHORT#') && after !== undefined) {
    const row = unmarshall({ ...after }) as Record<string, any>;
    seen.cohorts.push({
      at,
      cohort: sk.slice('COHORT#'.length),
      endDate: row['endDate'],
      held: row['hold'] !== null,
      heldBy: row['hold']?.who ?? null,
      permitUntil: row['permitUntil'],
      arming:
        row['arming'] === null
          ? null
          : { id: row['arming'].id, headCount: row['arming'].headCount, by: row['arming'].by },
      wave: row['wave'],
      soakWaived: row['soakWaived'],
    });
  }
  if (table === 'ledger' && sk === 'MEMBER' && after !== undefined) {
    const userId = (after['pk']?.S ?? '').slice('PERSON#'.length);
    if (after['facts']?.M?.['waived'] !== undefined && !seen.waived.has(userId)) seen.waived.set(userId, at);
    const [was, is] = [before?.['exempt']?.BOOL === true, after['exempt']?.BOOL === true];
    const spans = seen.exempt.get(userId) ?? [];
    if (is && !was) seen.exempt.set(userId, [...spans, { from: at, to: Infinity }]);
    if (was && !is)
      seen.exempt.set(
        userId,
        spans.map((span) => (span.to === Infinity ? { ...span, to: at } : span)),
      );
  }
}

function digestOf({ letters, flips, commands, invocations }: Seen): string {
  const hash = createHash('sha256');
  for (const each of [...letters, ...flips, ...invocations]) hash.update(JSON.stringify(each));
  for (const { at, path, status } of commands) hash.update(`${at} ${path} ${status}\n`);
  return hash.digest('hex').slice(0, 16);
}

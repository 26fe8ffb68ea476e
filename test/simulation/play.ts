/** One seed, played from the plan's activation until all has ended, or should have; then judged. One in some is played twice. */
import { createHash } from 'node:crypto';

import { LANGUAGES } from '../../functions/domain/language.ts';
import { DAY } from '../../functions/domain/time.ts';
import type { Write } from '../memory/dynamodb.ts';
import { Account } from './account.ts';
import { Audience } from './audience.ts';
import { Draw } from './draw.ts';
import { worldOf, ENVIRONMENT } from './entries.ts';
import { type Fault, Faults } from './faults.ts';
import { keptByOperators } from './given-up.ts';
import { PostOffice } from './post-office.ts';
import { Operators } from './operators.ts';
import { isFinal, judge, SHOWN, type Violation } from './oracle.ts';
import { startRules } from './rules.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { Seen } from './seen.ts';
import { Timeline } from './timeline.ts';
import { CARRIERS, differences, ONE_IN } from './twins.ts';
import { watch } from './watch.ts';

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

/** So long after the last end date everything begins to go well, so that what is open can end. */
const CALM_AFTER = 25 * DAY;

interface World {
  readonly days?: number;
  /** Instead of those that the seed chooses, and with people and operators who do nothing at bad moments. */
  readonly only?: readonly Fault[];
}

export async function play(seed: number, world: Pick<World, 'days'> = {}): Promise<Played> {
  if (seed % ONE_IN !== 0) return playOnce(seed, world);
  const one = await playOnce(seed, { ...world, only: CARRIERS });
  const other = await playOnce(seed, { ...world, only: [] });
  const different = differences(one, other).slice(0, SHOWN);
  const requests = one.counts.requests + other.counts.requests;
  return {
    ...one,
    violations: [...one.violations, ...other.violations, ...different.map((what): Violation => ({ promise: 9, what }))],
    counts: { ...one.counts, requests },
  };
}

async function playOnce(seed: number, { days = 240, only }: World): Promise<Played> {
  const draw = new Draw(seed);
  const seen = new Seen();
  const faults = new Faults(draw.of('faults'), only);
  const quiet = only !== undefined;
  const scenario = drawScenario(draw.of('scenario'), faults.has('daylight saving'));
  const { begin } = scenario;
  const timeline = new Timeline(begin);
  let audience: Audience;
  const post = new PostOffice({ account: () => account, audience: () => audience, timeline, draw, faults, seen });
  let operators: Operators | undefined;
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
    onLate: (arrivesAt) => operators?.holdBefore(arrivesAt),
    onWait: () => operators?.holdAtOnce(),
    onBus: ({ type, detail }) => {
      const parsed: unknown = JSON.parse(detail);
      seen.published.push({ at: timeline.now, type, detail: parsed });
      if (type === 'PersonUnreachable') audience.appWasTold(parsed as { userId: string; notice: string });
    },
  });
  let written: ((write: Write) => void) | undefined;
  account.db.onWrite = (write) => {
    watch(write, seen, timeline);
    written?.(write);
  };
  await applyPlan(account, timeline, scenario);
  audience = new Audience({ account, timeline, seen, draw, faults, scenario, quiet });
  operators = new Operators({ account, audience, timeline, seen, draw, scenario, quiet });
  written = startRules({ account, timeline, draw: draw.of('rules'), faults, plan: scenario.plan });
  const calmFrom = scenario.lastEnd + CALM_AFTER;
  timeline.at(calmFrom, () => account.calm());
  endWhenAllHasEnded({ account, timeline, seen, scenario, from: calmFrom });
  await timeline.run(begin + days * DAY);
  const violations = judge({ seen, scenario, account, faults, now: timeline.now });
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

/** Looks every day whether anything is still open. */
function endWhenAllHasEnded(x: {
  account: Account;
  timeline: Timeline;
  seen: Seen;
  scenario: Scenario;
  from: number;
}): void {
  const { timeline, seen, from } = x;
  let quiet = 0;
  let letters = 0;
  const look = () => {
    timeline.after(DAY, look);
    const isQuiet = seen.letters.length === letters && openOf(x).length === 0;
    letters = seen.letters.length;
    quiet = isQuiet ? quiet + 1 : 0;
    if (quiet >= 3) timeline.end();
  };
  timeline.at(from, look);
}

/** Runs and encrypted chats that have not ended, and what somebody will look at. */
function openOf(x: { account: Account; timeline: Timeline; seen: Seen; scenario: Scenario }): string[] {
  const { account } = x;
  const reasons = new Map<string, string>();
  for (const row of account.db.rows('ledger'))
    if (row['sk']?.S === 'BLOCKED') reasons.set(row['chatId']?.S ?? '', row['reason']?.S ?? '');
  const isListed = (chatId: string) => isFinal(reasons.get(chatId));
  const kept = keptByOperators({ ...x, now: x.timeline.now, isListed });
  const chats = account.db
    .rows('chats')
    .flatMap(({ chatId, encryption }) => (encryption?.S === 'e2ee' ? [chatId?.S ?? ''] : []))
    .filter((id) => !isListed(id) && !kept.chats.has(id))
    .map((id) => `chat ${id}: ${reasons.get(id) ?? 'no reason'}`);
  const runs = account.db
    .rows('plan')
    .filter(({ pk, state, sk }) => pk?.S === 'RUN' && state?.S === 'open' && !kept.runs.has(sk?.S ?? ''))
    .map(({ sk }) => `run ${sk?.S}`);
  // Somebody's next stage is still to come.
  const agenda = account.db
    .rows('plan')
    .flatMap(({ pk, sk }) => (pk?.S === 'AGENDA' ? [(sk?.S ?? '').split('#')] : []))
    .filter(([, kind, id]) => kind !== 'sweep' && kind !== 'segment' && !(kind === 'run' && kept.runs.has(id ?? '')))
    .map((parts) => `agenda ${parts.join('#')}`);
  return [...chats, ...runs, ...agenda];
}

function digestOf({ letters, flips, commands, invocations }: Seen): string {
  const hash = createHash('sha256');
  for (const each of [...letters, ...flips, ...invocations]) hash.update(JSON.stringify(each));
  for (const { at, path, status } of commands) hash.update(`${at} ${path} ${status}\n`);
  return hash.digest('hex').slice(0, 16);
}

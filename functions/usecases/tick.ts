/**
 * What is due and not done? Level-triggered: the agenda holds a row for everything that somebody must look at, at
 * the instant from which they must. A row's successor is written before the row is removed, and every step may be
 * repeated, so that a tick that is missed, doubled or killed changes nothing. `now` is the event's time.
 */
import { effectiveEndDate, groupKey } from '../domain/group.ts';
import { DONE, due, type NoticeId } from '../domain/notice.ts';
import { budgetLeft } from '../domain/pacing.ts';
import { nextSweepAt } from '../domain/sweeping.ts';
import { DAY, HOUR, type Instant, isoInstant, MINUTE } from '../domain/time.ts';
import { type CohortState, nextWaveAt, PERMIT } from '../domain/wave.ts';
import type { AgendaItem, AgendaKind, Run, Sunset, World } from '../ports.ts';

type Needs = Pick<World, 'log' | 'plan' | 'ledger' | 'queues' | 'mailer' | 'segments'>;
interface Situation {
  readonly now: Instant;
  readonly sunset: Sunset;
  readonly cohorts: ReadonlyMap<string, CohortState>;
}
/** When to look again; null: never. */
type Next = Instant | null;

/** Whoever was asked to do something is asked again after this. */
const AGAIN = 15 * MINUTE;
const AT_ONCE = 100;

export async function tick(world: Needs, now: Instant): Promise<void> {
  const { plan, log } = world;
  const [sunset, found, first] = await Promise.all([plan.sunset(), plan.cohorts(), plan.due(now, AT_ONCE)]);
  if (sunset?.active !== true) return;

  const opened = await renewPermits(world, sunset, found, now);
  const cohorts = opened ? await plan.cohorts() : found;
  const situation = { now, sunset, cohorts: new Map(cohorts.map((cohort) => [cohort.id, cohort])) };
  const counts: Partial<Record<AgendaKind, number>> = {};
  let budgeted = false;
  for (let items = opened ? await plan.due(now, AT_ONCE) : first; items.length > 0;) {
    // Before the first run of this tick is dispatched.
    if (!budgeted && items.some(({ kind }) => kind === 'run' || kind === 'group')) {
      await refreshBudget(world, sunset);
      budgeted = true;
    }
    for (const item of items) {
      const next = await handle(world, situation, item);
      if (next !== null && next <= now) throw new Error(`agenda ${item.kind} ${item.id}: comes again at once`);
      if (next !== null) await plan.schedule({ ...item, at: next });
      await plan.unschedule(item);
      counts[item.kind] = (counts[item.kind] ?? 0) + 1;
    }
    items = await plan.due(now, AT_ONCE);
  }
  if (Object.keys(counts).length > 0) log.info('agenda', counts);
}

async function refreshBudget({ plan, mailer }: Needs, { plan: rules }: Sunset): Promise<void> {
  const quota = await mailer.quota();
  await plan.setBudget({ left: budgetLeft(rules, quota), rate: quota.rate });
}

/** @returns whether a wave has opened: then what follows must see it */
async function renewPermits(
  { plan, log }: Needs,
  { plan: rules }: Sunset,
  cohorts: readonly CohortState[],
  now: Instant,
): Promise<boolean> {
  const opened = await Promise.all(
    cohorts.map(async (cohort) => {
      if (cohort.hold !== null) return false;
      const waveAt = nextWaveAt(rules, cohort);
      if (waveAt !== null && waveAt <= now && (await plan.openWave(cohort, now))) {
        await plan.schedule({ at: now, kind: 'sweep', id: 'extra' });
        log.info('a wave has opened', { cohort: cohort.id, wave: cohort.wave + 1 });
        await plan.renewPermit({ ...cohort, version: cohort.version + 1 }, now + PERMIT);
        return true;
      }
      await plan.renewPermit(cohort, now + PERMIT);
      return false;
    }),
  );
  return opened.includes(true);
}

function handle(world: Needs, situation: Situation, item: AgendaItem): Promise<Next> {
  const { now } = situation;
  switch (item.kind) {
    case 'group':
      return openRuns(world, situation, item.id);
    case 'run':
      return goOn(world, situation, item.id);
    case 'review':
      return review(world, situation, item.id);
    case 'move':
      return move(world, now, item.id);
    case 'sweep':
      return sweep(world, situation, item);
    case 'segment':
      return segment(world, now, item.id);
    case 'intent':
      return finish(world, now, item.id);
  }
}

function endDateOf({ sunset, cohorts }: Situation, group: string) {
  const key = groupKey(group, sunset.plan);
  const cohort = cohorts.get(key.cohort);
  if (cohort === undefined) throw new Error(`group ${group}: its cohort is not there`);
  return { key, cohort, endDate: effectiveEndDate(cohort.endDate, key.notBefore) };
}

/** Opens the run of a group's latest due notice; those before it that were missed are superseded. */
async function openRuns({ plan, log }: Needs, situation: Situation, group: string): Promise<Next> {
  const { now, sunset } = situation;
  const { key, endDate } = endDateOf(situation, group);
  const { notices, next } = due(sunset.plan, endDate, key.zone, now);
  const ladder = notices.filter(({ stage }) => stage !== DONE);
  const done = notices.filter(({ stage }) => stage === DONE);
  const latest = ladder.at(-1);
  const run = (notice: NoticeId, state: Run['state']): Run => ({
    group,
    notice,
    state,
    planHash: sunset.hash,
    openedAt: now,
    queued: 0,
    lookAt: now,
    tally: null,
  });
  for (const { id } of ladder.slice(0, -1)) await plan.openRun(run(id, 'superseded'));
  for (const { id } of [...(latest === undefined ? [] : [latest]), ...done]) {
    // The agenda first: a run that nobody looks at would stay open for ever.
    if ((await plan.run(group, id)) !== undefined) continue;
    await plan.schedule({ at: now, kind: 'run', id: `${group}|${id}` });
    await plan.openRun(run(id, 'open'));
    log.info('a run has opened', { group, notice: id });
  }
  return next;
}

async function goOn({ plan, queues }: Needs, situation: Situation, id: string): Promise<Next> {
  const [group = '', notice = ''] = id.split('|');
  const run = await plan.run(group, notice);
  const { now } = situation;
  // The row stands before its run: another look, in case whoever wrote it was cut off in between.
  if (run === undefined) return now + MINUTE;
  if (run.state !== 'open') return null;
  if (run.lookAt > now) return run.lookAt;
  if (endDateOf(situation, group).cohort.hold !== null) return now + HOUR;
  await queues.dispatch([{ kind: 'run', group, notice }]);
  return now + AGAIN;
}

async function review({ plan, queues }: Needs, situation: Situation, group: string): Promise<Next> {
  const { now } = situation;
  const { cohort, endDate } = endDateOf(situation, group);
  const state = await plan.group(group);
  const pages = Object.values(state?.pages ?? {}).reduce((sum, count) => sum + count, 0);
  if (state?.review?.endDate === endDate && state.review.pages >= pages) return null;
  if (cohort.hold !== null) return now + HOUR;
  await queues.dispatch([{ kind: 'review', group }]);
  return now + AGAIN;
}

async function move({ ledger, queues }: Needs, now: Instant, userId: string): Promise<Next> {
  const member = (await ledger.members([userId])).get(userId);
  if (member === undefined || member.leaving === null) return null;
  await queues.dispatch([{ kind: 'move', userId }]);
  return now + AGAIN;
}

/** Begins a sweep. The regular one names its successor; `extra` ones, asked for in between, have none. */
async function sweep(
  { plan, queues, segments }: Needs,
  { now, sunset, cohorts }: Situation,
  { at, id }: AgendaItem,
): Promise<Next> {
  const regular = id === 'regular';
  const { next } = await plan.sweeps();
  // Two ticks may have named two successors; the one that was written down counts.
  if (regular && next !== at) return null;

  const name = isoInstant(at);
  const numbers = Array.from({ length: segments }, (_, segment) => segment);
  for (const number of numbers) {
    await plan.schedule({ at: now + AGAIN, kind: 'segment', id: `${name}#${number}` });
    await plan.createSegment({ sweep: name, segment: number, startedAt: at, cursor: null, done: false, tally: {} });
  }
  await queues.sweep(numbers.map((number) => ({ sweep: name, segment: number })));
  if (!regular) return null;

  const dates = new Set([...cohorts.values()].map(({ endDate }) => endDate));
  for (const { id: group } of await plan.groups()) dates.add(endDateOf({ now, sunset, cohorts }, group).endDate);
  const to = Math.max(nextSweepAt(sunset.plan, [...dates], at), now + MINUTE);
  await plan.schedule({ at: to, kind: 'sweep', id: 'regular' });
  await plan.nextSweep({ from: at, to });
  return null;
}

async function segment({ plan, queues }: Needs, now: Instant, id: string): Promise<Next> {
  const [name = '', number] = id.split('#');
  const state = await plan.segment(name, Number(number));
  if (state === undefined || state.done) return null;
  // A sweep that could not end in a day is overtaken by the next.
  if (now > state.startedAt + DAY) return null;
  await queues.sweep([{ sweep: name, segment: Number(number) }]);
  return now + AGAIN;
}

async function finish({ ledger, queues }: Needs, now: Instant, id: string): Promise<Next> {
  const intent = await ledger.intent(id);
  if (intent === undefined || intent.closedAt !== null) return null;
  await queues.disable([{ kind: 'intent', intent: id }]);
  return now + AGAIN;
}

/**
 * What is due and not done? Level-triggered: the agenda holds a row for everything that somebody must look at, at
 * the instant from which they must. A row's successor is written before the row is removed, and every step may be
 * repeated, so that a tick that is missed, doubled or killed changes nothing. `now` is the event's time.
 */
import type { DisableMessage, DispatchMessage, SweepMessage } from '../contracts/messages.ts';
import { effectiveEndDate, groupKey } from '../domain/group.ts';
import { due, wavesStart } from '../domain/notice.ts';
import { DONE, type NoticeId } from '../domain/notice-id.ts';
import { budgetLeft } from '../domain/pacing.ts';
import { nextSweepAt } from '../domain/sweeping.ts';
import { DAY, HOUR, type Instant, isoInstant, localDate, MINUTE, parseInstant } from '../domain/time.ts';
import { atWork, type CohortState, nextWaveAt, PERMIT } from '../domain/wave.ts';
import type { AgendaItem, AgendaKind, Group, Sunset, World } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { followDate as follow } from './follow-date.ts';
import { newRun, openAgain } from './open-run.ts';
import { stopForRestore } from './restore.ts';

type Needs = Pick<World, 'log' | 'plan' | 'ledger' | 'queues' | 'mailer' | 'segments'>;
interface Situation {
  readonly now: Instant;
  readonly sunset: Sunset;
  readonly cohorts: ReadonlyMap<string, CohortState>;
}
/** What somebody is asked to do, and when to look again; null: never. */
interface Asked {
  readonly next: Instant | null;
  /** Cohorts under whose permits it is done. */
  readonly under?: readonly string[];
  readonly dispatch?: readonly DispatchMessage[];
  readonly sweep?: readonly SweepMessage[];
  readonly disable?: readonly DisableMessage[];
}
const NEVER: Asked = { next: null };

/** Whoever was asked to do something is asked again after this. */
const AGAIN = 15 * MINUTE;
const AT_ONCE = 100;
/** Items whose rows are read together. */
const HANDLED_AT_ONCE = 25;

export async function tick(world: Needs, now: Instant): Promise<void> {
  const { plan, log } = world;
  const [{ sunset, cohorts: found }, first] = await Promise.all([plan.situation(), plan.due(now, AT_ONCE)]);
  if (sunset?.active !== true) return;

  const opened = await openWaves(world, sunset, found, now);
  const cohorts = opened ? await plan.cohorts() : found;
  const situation = { now, sunset, cohorts: new Map(cohorts.map((cohort) => [cohort.id, cohort])) };
  await renewPermits(
    world,
    situation,
    atWork(cohorts, now).map(({ id }) => id),
  );
  const asked = new Set<string>();
  const counts: Partial<Record<AgendaKind, number>> = {};
  const failures: unknown[] = [];
  let budgeted = false;
  for (let items = opened ? await plan.due(now, AT_ONCE) : first; items.length > 0;) {
    // Before the first run of this tick is dispatched.
    if (!budgeted && items.some(({ kind }) => kind === 'run' || kind === 'group')) {
      await refreshBudget(world, sunset);
      budgeted = true;
    }
    const answers = await inParallel(HANDLED_AT_ONCE, items, async (item): Promise<Asked & { item: AgendaItem }> => {
      try {
        return { item, ...(await handle(world, situation, item)) };
      } catch (error) {
        failures.push(error);
        log.warn('an agenda item failed', { kind: item.kind, error: error instanceof Error ? error.name : 'unknown' });
        return { item, next: now + AGAIN };
      }
    });
    const under = new Set(answers.flatMap(({ under = [] }) => under));
    await renewPermits(
      world,
      situation,
      [...under].filter((id) => !asked.has(id)),
      now + AGAIN,
    );
    for (const id of under) asked.add(id);
    await send(world, answers);
    const successors = answers.flatMap(({ item, next }) => (next === null ? [] : [{ ...item, at: next }]));
    const tooEarly = successors.find(({ at }) => at <= now);
    if (tooEarly !== undefined) throw new Error(`agenda ${tooEarly.kind} ${tooEarly.id}: comes again at once`);
    await plan.schedule(...successors);
    await plan.unschedule(...items);
    for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
    items = await plan.due(now, AT_ONCE);
  }
  if (Object.keys(counts).length > 0) log.info('agenda', counts);
  // After all others were served: what fails is asked again and keeps nobody back, but must be heard of.
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} agenda items failed`);
}

async function send({ queues }: Needs, asked: readonly Asked[]): Promise<void> {
  await queues.dispatch(asked.flatMap(({ dispatch = [] }) => dispatch));
  await queues.sweep(asked.flatMap(({ sweep = [] }) => sweep));
  await queues.disable(asked.flatMap(({ disable = [] }) => disable));
}

async function refreshBudget({ plan, mailer }: Needs, { plan: rules }: Sunset): Promise<void> {
  const quota = await mailer.quota();
  await plan.setBudget({ left: budgetLeft(rules, quota), rate: quota.rate });
}

/** @returns whether a wave has opened: then what follows must see it */
async function openWaves(
  { plan, log }: Needs,
  { plan: rules }: Sunset,
  cohorts: readonly CohortState[],
  now: Instant,
): Promise<boolean> {
  let opened = false;
  for (const cohort of cohorts) {
    const waveAt = nextWaveAt(rules, cohort);
    if (waveAt === null || waveAt > now) continue;
    // The agenda first: a wave without its sweep would wait for the next regular one.
    await plan.schedule({ at: now, kind: 'sweep', id: 'extra' });
    if (!(await plan.openWave(cohort, now))) continue;
    log.info('a wave has opened', { cohort: cohort.id, wave: cohort.wave + 1 });
    opened = true;
  }
  return opened;
}

/**
 * Renews the permits of cohorts under whom somebody works, or will `until` then. Nobody else has one, so that a hold
 * on a quiet cohort is certain at once.
 */
async function renewPermits(
  { plan }: Needs,
  { now, cohorts }: Situation,
  ids: readonly string[],
  until: Instant = 0,
): Promise<void> {
  const free = [...cohorts.values()].filter(({ id, hold }) => ids.includes(id) && hold === null);
  await inParallel(AT_ONCE, free, (cohort) =>
    plan.renewPermit(cohort, { until: now + PERMIT, needed: Math.max(cohort.permitNeeded, until) }),
  );
}

function handle(world: Needs, situation: Situation, item: AgendaItem): Promise<Asked> {
  const { now } = situation;
  switch (item.kind) {
    case 'group':
      return openRuns(world, situation, item.id);
    case 'run':
      return goOn(world, situation, item.id);
    case 'again':
      return again(world, situation, item.id);
    case 'review':
      return review(world, situation, item.id);
    case 'move':
      return move(world, now, item.id);
    case 'sweep':
      return sweep(world, situation, item);
    case 'segment':
      return segment(world, situation, item.id);
    case 'intent':
      return finish(world, now, item.id);
    case 'date':
      return followDate(world, situation, item.id);
    case 'restore':
      return restore(world, situation, item.id);
  }
}

function endDateOf({ sunset, cohorts }: Situation, group: string) {
  const key = groupKey(group, sunset.plan);
  const cohort = cohorts.get(key.cohort);
  if (cohort === undefined) throw new Error(`group ${group}: its cohort is not there`);
  return { key, cohort, endDate: effectiveEndDate(cohort.endDate, key.notBefore) };
}

/** Opens the run of a group's latest due notice; those before it that were missed are superseded. */
async function openRuns({ plan, log }: Needs, situation: Situation, group: string): Promise<Asked> {
  const { now, sunset } = situation;
  const { key, cohort, endDate } = endDateOf(situation, group);
  const { notices, next } = due(sunset.plan, endDate, key.zone, now);
  // Where the date has moved, the correction says what these would have said.
  const driven = key.notBefore === null || key.notBefore < cohort.endDate;
  const past = notices.filter(({ stage, at }) => stage !== DONE && driven && at <= (cohort.movedAt ?? 0));
  const ladder = notices.filter((each) => each.stage !== DONE && !past.includes(each));
  const done = notices.filter(({ stage }) => stage === DONE);
  const latest = ladder.at(-1);
  const run = (notice: NoticeId) => newRun(sunset, { group, notice, now });
  for (const { id } of [...past, ...ladder.slice(0, -1)]) await plan.openRun({ ...run(id), state: 'superseded' });
  for (const { id } of [...(latest === undefined ? [] : [latest]), ...done]) {
    // The agenda first: a run that nobody looks at would stay open for ever.
    if ((await plan.run(group, id)) !== undefined) continue;
    await plan.schedule({ at: now, kind: 'run', id: `${group}|${id}` });
    await plan.openRun(run(id));
    log.info('a run has opened', { group, notice: id });
  }
  return { next };
}

async function goOn({ plan }: Needs, situation: Situation, id: string): Promise<Asked> {
  const [group = '', notice = ''] = id.split('|');
  const run = await plan.run(group, notice);
  const { now } = situation;
  // The row stands before its run: another look, in case whoever wrote it was cut off in between.
  if (run === undefined) return { next: now + MINUTE };
  if (run.state !== 'open') return NEVER;
  if (run.lookAt > now) return { next: run.lookAt };
  const { cohort } = endDateOf(situation, group);
  if (cohort.hold !== null) return { next: now + HOUR };
  return { next: now + AGAIN, under: [cohort.id], dispatch: [{ kind: 'run', group, notice }] };
}

/** Some of a run's people were given back: it is gone through once more, whether it has closed or is still open. */
async function again({ plan }: Needs, { now, sunset }: Situation, id: string): Promise<Asked> {
  const [groupName = '', notice = ''] = id.split('|');
  const [run, group] = await Promise.all([plan.run(groupName, notice), plan.group(groupName)]);
  if (run === undefined || group === undefined || run.state === 'superseded') return NEVER;
  const queued = countPages(group);
  if (await openAgain(plan, sunset, { group: groupName, notice, at: now, now, queued })) return NEVER;
  // Somebody else wrote it: a doubled tick did the same, or a page was settled in between.
  const since = await plan.run(groupName, notice);
  return (since?.reopened ?? 0) > run.reopened ? NEVER : { next: now + MINUTE };
}

async function review({ plan }: Needs, situation: Situation, group: string): Promise<Asked> {
  const { now } = situation;
  const { cohort, endDate } = endDateOf(situation, group);
  const state = await plan.group(group);
  // Whoever was to open it was cut off, and nobody comes to it any more.
  if (state === undefined && now >= wavesStart(endDate)) return NEVER;
  if (state?.review?.endDate === endDate && state.review.pages >= countPages(state)) return NEVER;
  if (cohort.hold !== null) return { next: now + HOUR };
  return { next: now + AGAIN, dispatch: [{ kind: 'review', group }] };
}

function countPages({ pages }: Group): number {
  return Object.values(pages).reduce((sum, count) => sum + count, 0);
}

async function move({ ledger }: Needs, now: Instant, userId: string): Promise<Asked> {
  const member = (await ledger.members([userId])).get(userId);
  if (member === undefined || member.leaving === null) return NEVER;
  return { next: now + AGAIN, dispatch: [{ kind: 'move', userId }] };
}

/** Begins a sweep. The regular one names its successor; `extra` ones, asked for in between, have none. */
async function sweep(
  { plan, segments }: Needs,
  { now, sunset, cohorts }: Situation,
  { at, id }: AgendaItem,
): Promise<Asked> {
  const regular = id === 'regular';
  const { next } = await plan.sweeps();
  // Two ticks may have named two successors; the one that was written down counts, whichever item asks for it.
  if (regular && (next === null || next > now)) return NEVER;
  const startedAt = regular && next !== null ? next : at;
  const name = isoInstant(startedAt);
  const create = (segment: number, of: number) =>
    plan.createSegment({ sweep: name, segment, of, startedAt, cursor: null, done: false, tally: {} });
  const numbersOf = (length: number) => Array.from({ length }, (_, segment) => segment);
  const look = (numbers: readonly number[]) =>
    plan.schedule(...numbers.map((number) => ({ at: now + AGAIN, kind: 'segment' as const, id: `${name}#${number}` })));
  // The agenda first: a segment that nobody looks at would never end.
  await look(numbersOf(segments));
  await create(0, segments);
  // Whoever came first decides, should another number be deployed before all are there.
  const { of = segments } = (await plan.segment(name, 0)) ?? {};
  const numbers = numbersOf(of);
  await look(numbers.slice(segments));
  await Promise.all(numbers.slice(1).map((segment) => create(segment, of)));
  const asked: Asked = {
    next: null,
    under: disabling(cohorts),
    sweep: numbers.map((number) => ({ sweep: name, segment: number })),
  };
  if (!regular) return asked;

  const dates = new Set([...cohorts.values()].map(({ endDate }) => endDate));
  for (const { id: group } of await plan.groups()) dates.add(endDateOf({ now, sunset, cohorts }, group).endDate);
  const to = Math.max(nextSweepAt(sunset.plan, [...dates], startedAt), now + MINUTE);
  await plan.schedule({ at: to, kind: 'sweep', id: 'regular' });
  await plan.nextSweep({ from: startedAt, to });
  return asked;
}

/** Once a wave has opened a sweep may nominate a chat, which needs the permits of all its participants' cohorts. */
function disabling(cohorts: Situation['cohorts']): readonly string[] {
  return [...cohorts.values()].some(({ wave }) => wave > 0) ? [...cohorts.keys()] : [];
}

async function segment({ plan }: Needs, { now, cohorts }: Situation, id: string): Promise<Asked> {
  const [name = '', number] = id.split('#');
  const state = await plan.segment(name, Number(number));
  if (state === undefined || state.done) return NEVER;
  // A sweep that could not end in a day is overtaken by the next.
  if (now > state.startedAt + DAY) return NEVER;
  return { next: now + AGAIN, under: disabling(cohorts), sweep: [{ sweep: name, segment: Number(number) }] };
}

async function finish({ ledger }: Needs, now: Instant, id: string): Promise<Asked> {
  const intent = await ledger.intent(id);
  if (intent === undefined || intent.closedAt !== null) return NEVER;
  return { next: now + AGAIN, disable: [{ kind: 'intent', intent: id }] };
}

/** Whoever moves a date, or begins a restore, writes this row first, and may be cut off before the deed. */
const UNDONE = 10 * MINUTE;

/** A cohort's date has moved: what stood on the agenda for its groups is asked for anew. */
async function followDate({ plan, log }: Needs, { now, sunset, cohorts }: Situation, id: string): Promise<Asked> {
  const [cohortId = '', from = '', to = '', since = ''] = id.split('@');
  const cohort = cohorts.get(cohortId);
  if (cohort?.endDate !== to) return now > parseInstant(since) + UNDONE ? NEVER : { next: now + MINUTE };
  await follow(plan, sunset, cohort, { from: localDate(from), now });
  log.info('a date has moved', { cohort: cohortId, to });
  return NEVER;
}

/** A restore goes on, under the cohort's hold, from when that is certain. */
async function restore(world: Needs, { now, cohorts }: Situation, id: string): Promise<Asked> {
  const [cohortId = '', change = '', since = ''] = id.split('@');
  const [state, cohort] = [await world.ledger.restore(cohortId), cohorts.get(cohortId)];
  if (cohort === undefined) return NEVER;
  if (state?.change !== change) return now > parseInstant(since) + UNDONE ? NEVER : { next: now + MINUTE };
  if (state.done) return NEVER;
  if (cohort.hold === null || cohort.paused === null) {
    await stopForRestore(world, { id: cohortId, change, why: state.why }, now);
    return { next: now + MINUTE };
  }
  if (cohort.permitUntil >= now) return { next: cohort.permitUntil + MINUTE };
  return { next: now + AGAIN, disable: [{ kind: 'restore', cohort: cohortId }] };
}

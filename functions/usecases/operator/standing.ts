/** What every operator's decision begins with: the plan that runs, the cohort that is meant, and what its people were told. */
import { effectiveEndDate, groupKey } from '../../domain/group.ts';
import { nearest } from '../../domain/nearest.ts';
import { DONE, noticeParts } from '../../domain/notice-id.ts';
import { EMPTY_RECORD, sentToAll } from '../../domain/page.ts';
import type { FirstStage, GroupTold } from '../../domain/reschedule.ts';
import { type Instant, isLocalDate, type LocalDate } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Group, Run, Sunset, World } from '../../ports.ts';
import { wasBegun } from '../follow-date.ts';
import { pagesOf } from '../open-run.ts';
import { refuse } from './refusal.ts';

/** Who asks, and when. */
export interface Asker extends Caller {
  readonly now: Instant;
}

export interface Situation {
  readonly sunset: Sunset;
  readonly cohorts: readonly CohortState[];
}

/** The sunset and its cohorts, once it is active. */
export async function activeSunset({ plan }: Pick<World, 'plan'>): Promise<Situation> {
  const { sunset, cohorts } = await plan.situation();
  if (sunset === undefined)
    return refuse('no-plan', 'There is no plan yet.', 'Apply one: sunset plan apply FILE --reason "..."');
  if (!sunset.active)
    return refuse(
      'not-active',
      'The plan was applied and is not active yet: nothing of it runs.',
      'Propose to activate it: sunset plan activate --reason "..."',
    );
  return { sunset, cohorts };
}

export function cohortNamed({ cohorts }: Pick<Situation, 'cohorts'>, id: string): CohortState {
  const found = cohorts.find((cohort) => cohort.id === id);
  if (found !== undefined) return found;
  const known = cohorts.map((cohort) => cohort.id);
  const close = nearest(id, known);
  return refuse(
    'unknown-cohort',
    `There is no cohort "${id}"; there are ${known.join(', ')}.`,
    close === undefined ? 'Choose one of these.' : `Did you mean ${close}?`,
    close === undefined ? {} : { nearest: close },
  );
}

/** The day that a date names, where the calendar has it. */
export function dayNamed(date: string): LocalDate {
  if (isLocalDate(date)) return date;
  return refuse('bad-request', `There is no day ${date}.`, 'Give a day that exists, as YYYY-MM-DD.');
}

/** Refuses what was decided on an older state than there is. */
export function asSeen(cohort: CohortState, version: number): void {
  if (cohort.version !== version)
    refuse(
      'stale-version',
      `Cohort ${cohort.id} has changed: you saw version ${version}, it is ${cohort.version} now.`,
      'Look again (sunset status), then decide anew.',
      { version: cohort.version },
    );
}

/** Changes a cohort as it was read, or refuses. */
export async function setCohort(
  { plan }: Pick<World, 'plan'>,
  cohort: CohortState,
  changes: Parameters<World['plan']['setCohort']>[1],
): Promise<void> {
  if (await plan.setCohort(cohort, changes)) return;
  refuse(
    'stale-version',
    `Cohort ${cohort.id} has changed meanwhile.`,
    'Look again (sunset status), then decide anew.',
  );
}

/** One group as far as a date concerns it. */
export interface GroupStanding extends GroupTold {
  readonly zone: string;
  readonly endDate: LocalDate;
  readonly people: number;
  /** How many were told some date. */
  readonly told: number;
}

type Needs = Pick<World, 'plan' | 'ledger'>;

/** By cohort, what each of its groups has been told. */
export async function toldByCohort(
  { plan, ledger }: Needs,
  { sunset, cohorts }: Situation,
): Promise<Map<string, GroupStanding[]>> {
  const [groups, runs] = await Promise.all([plan.groups(), plan.runs()]);
  const byGroup = Map.groupBy(runs, ({ group }) => group);
  const first = Math.max(...sunset.plan.stages.map(({ days }) => days));
  const opening = sunset.plan.stages.find(({ days }) => days === first)?.name;
  const standing = new Map<string, GroupStanding[]>(cohorts.map(({ id }) => [id, []]));
  for (const group of groups) {
    const key = groupKey(group.id, sunset.plan);
    const cohort = cohorts.find(({ id }) => id === key.cohort);
    if (cohort === undefined) continue;
    const own = byGroup.get(group.id) ?? [];
    const begun = own.filter((run) => wasBegun(run) && stageOf(run) !== DONE);
    // Of a run that goes on it is not counted yet how many SES took: as many as there are, at most.
    const told = begun.map(({ state, tally }) => (state === 'closed' ? (tally?.accepted ?? 0) : group.people));
    standing.get(cohort.id)?.push({
      key,
      zone: key.zone,
      endDate: effectiveEndDate(cohort.endDate, key.notBefore),
      first: await firstStageOf(
        { ledger },
        group,
        own.filter((run) => stageOf(run) === opening),
      ),
      isTold: begun.length > 0,
      people: group.people,
      told: Math.max(0, ...told),
    });
  }
  return standing;
}

/** Pages that are looked at to know whether a run has gone out. Of a larger one it counts when it has closed. */
const MOST_PAGES = 5000;

/** @param runs of the group's first stage, for whatever date */
async function firstStageOf(
  { ledger }: Pick<World, 'ledger'>,
  group: Group,
  runs: readonly Run[],
): Promise<FirstStage> {
  const had = runs.flatMap(({ through }) => (through !== null && through.accepted > 0 ? [through.at] : []));
  if (had.length > 0) return { is: 'had', since: Math.min(...had) };
  const open = runs.find(({ state, through }) => state === 'open' && through === null);
  if (open === undefined) return { is: runs.length > 0 ? 'not-theirs' : 'ahead' };
  // A breaker often holds a cohort when all of it has been sent, and before anybody has concluded so.
  const since = await sentSince({ ledger }, group, open);
  return since === null ? { is: 'under-way' } : { is: 'had', since };
}

async function sentSince({ ledger }: Pick<World, 'ledger'>, group: Group, run: Run): Promise<Instant | null> {
  const pages = pagesOf(group);
  if (run.queued < pages.length || pages.length > MOST_PAGES) return null;
  const [sizes, records] = await Promise.all([ledger.sizes(pages), ledger.records(pages, run.notice)]);
  const sent = [...sizes].map(([page, size]) => sentToAll(records.get(page) ?? EMPTY_RECORD, size));
  return sent.includes(null) ? null : Math.max(0, ...sent.map((at) => at ?? 0));
}

const stageOf = ({ notice }: Run) => noticeParts(notice).stage;

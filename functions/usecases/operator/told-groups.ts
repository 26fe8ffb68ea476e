/** What each group has been told, and as it will be once dates have moved. */
import type { AffectedGroup } from '../../domain/effects.ts';
import { effectiveEndDate, groupKey } from '../../domain/group.ts';
import { DONE, noticeParts } from '../../domain/notice-id.ts';
import { EMPTY_RECORD, sentToAll } from '../../domain/page.ts';
import type { Plan } from '../../domain/plan.ts';
import type { FirstStage, GroupTold } from '../../domain/reschedule.ts';
import type { Instant, LocalDate } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Group, Run, World } from '../../ports.ts';
import { wasBegun } from '../follow-date.ts';
import { pagesOf } from '../open-run.ts';
import type { Situation } from './situation.ts';

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

/** @param dates by cohort, its new end date; whoever is not named keeps theirs */
export function groupsAfter(
  plan: Plan,
  cohorts: readonly CohortState[],
  told: ReadonlyMap<string, readonly GroupStanding[]>,
  dates: ReadonlyMap<string, LocalDate>,
): AffectedGroup[] {
  return cohorts.flatMap(({ id, endDate }) => {
    const to = dates.get(id) ?? endDate;
    const groups = told.get(id) ?? [];
    // A cohort whose date moves is named, also while nobody is in it.
    if (groups.length === 0)
      return [{ cohort: id, zone: plan.timeZone, endDate, next: to, people: 0, told: 0 } satisfies AffectedGroup];
    return groups.map(({ key, zone, endDate: ends, people, told: knew }) => ({
      cohort: id,
      zone,
      endDate: ends,
      next: effectiveEndDate(to, key.notBefore),
      people,
      told: knew,
    }));
  });
}

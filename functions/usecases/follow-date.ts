/**
 * What follows when a cohort's end date has moved: its groups, their reviews and the sweeps are put on the agenda, and
 * whoever was told another date gets one correction, the next morning. All of it may be done twice.
 */
import { effectiveEndDate, firstNotice, type GroupKey, groupKey, reviewAt } from '../domain/group.ts';
import { nextMorning, wavesStart } from '../domain/notice.ts';
import { DONE, MOVED, noticeId, noticeParts } from '../domain/notice-id.ts';
import { DAY, EARLIEST_ZONE, type Instant, type LocalDate, MINUTE } from '../domain/time.ts';
import type { CohortState } from '../domain/wave.ts';
import type { Group, Run, Sunset, World } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { openAgain } from './open-run.ts';

type Plan = World['plan'];

/** Groups whose rows are written at once. */
const AT_ONCE = 25;

/** @param x.from the date before */
export async function followDate(
  plan: Plan,
  sunset: Sunset,
  cohort: CohortState,
  x: { from: LocalDate; now: Instant },
): Promise<void> {
  const { from, now } = x;
  const { endDate } = cohort;
  const [groups, runs] = await Promise.all([plan.groups(), plan.runs()]);
  const rules = sunset.plan;
  const affected = groups
    .map((group) => ({ group, key: groupKey(group.id, rules) }))
    .filter(({ key }) => key.cohort === cohort.id)
    .map((each) => ({ ...each, ends: effectiveEndDate(endDate, each.key.notBefore) }))
    .filter(({ key, ends }) => effectiveEndDate(from, key.notBefore) !== ends);
  const toldBy = Map.groupBy(runs.filter(wasBegun), ({ group }) => group);
  await inParallel(AT_ONCE, affected, ({ group, key, ends }) =>
    followInGroup(plan, sunset, { ...x, group, key, endDate: ends, runs: toldBy.get(group.id) ?? [] }),
  );
  const first = firstNotice(rules, endDate, EARLIEST_ZONE);
  const sweeps = [now + MINUTE, first - 2 * DAY, first - DAY, wavesStart(endDate)].filter((at) => at > now);
  await plan.schedule(...sweeps.map((at) => ({ at, kind: 'sweep' as const, id: 'extra' })));
}

/** Whether any page of a run was given to somebody to be sent, or may have been. */
export function wasBegun({ state, queued }: Run): boolean {
  return state === 'open' || (state === 'closed' && queued > 0);
}

async function followInGroup(
  plan: Plan,
  sunset: Sunset,
  x: { group: Group; key: GroupKey; endDate: LocalDate; runs: readonly Run[]; now: Instant },
): Promise<void> {
  const { group, key, endDate, runs, now } = x;
  const rules = sunset.plan;
  // Whoever looks at the group supersedes what was past when the date moved, and says when its next stage is due.
  await plan.schedule(
    { at: now, kind: 'group', id: group.id },
    { at: Math.max(now + MINUTE, reviewAt(rules, endDate, key)), kind: 'review', id: group.id },
  );
  const toldAnother = runs.some(({ notice }) => {
    const told = noticeParts(notice);
    return told.stage !== DONE && told.endDate !== endDate;
  });
  if (!toldAnother) return;
  const notice = noticeId(MOVED, endDate);
  const at = nextMorning(rules, key.zone, now);
  if (await openAgain(plan, sunset, { group: group.id, notice, at, now, queued: 0 })) return;
  // Somebody else has just opened it: a doubled tick, or a person who was moved to this very date.
  if ((await plan.run(group.id, notice)) === undefined) throw new Error('a correction was not opened');
}

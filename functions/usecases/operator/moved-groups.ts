/** All groups as they will be once dates have moved: what `domain/effects.ts` asks for. */
import type { AffectedGroup } from '../../domain/effects.ts';
import { effectiveEndDate } from '../../domain/group.ts';
import type { Plan } from '../../domain/plan.ts';
import type { LocalDate } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { GroupStanding } from './standing.ts';

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

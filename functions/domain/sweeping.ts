/**
 * When to sweep: weekly, daily near an end date, hourly while an open wave still finds chats that are due,
 * and at the instants at which something changes for everybody: activation, the platform's closing, two days
 * before first notices, and the end of an end date in the last zone.
 */
import { firstNotice } from './group.ts';
import { wavesStart } from './notice.ts';
import type { Plan } from './plan.ts';
import { addDays, DAY, HOUR, type Instant, type LocalDate, startOfDay } from './time.ts';
import type { CohortState } from './wave.ts';

const EARLIEST_ZONE = 'Pacific/Kiritimati';

/**
 * @param endDates every effective end date of any group, ascending or not
 * @param last start of the latest sweep
 * @returns the instant of the next one, after `last`
 */
export function nextSweepAt(
  plan: Plan,
  cohorts: readonly CohortState[],
  endDates: readonly LocalDate[],
  last: Instant,
): Instant {
  const instants = [last + 7 * DAY, plan.guardRails.closedFrom];
  for (const date of endDates) {
    const end = wavesStart(date);
    const first = firstNotice(plan, date, EARLIEST_ZONE);
    instants.push(first - 2 * DAY, first - DAY, end);
    // Daily within a week of the date on either side: what the gate refused for time's sake is asked again.
    const daily = last + DAY;
    if (daily > startOfDay(addDays(date, -7), EARLIEST_ZONE) && daily < end + 7 * DAY) instants.push(daily);
  }
  if (cohorts.some((cohort) => cohort.wave > 0 && cohort.hold === null && cohort.nominated > 0))
    instants.push(last + HOUR);
  return Math.min(...instants.filter((instant) => instant > last));
}

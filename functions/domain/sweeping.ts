/**
 * When to sweep: weekly, daily near an end date, and at the instants at which something changes for everybody: activation, the platform's closing, two days
 * before first notices, and the end of an end date in the last zone.
 * Beside these, the opening of a wave asks for a sweep, and a sweep that nominated chats for another after an hour.
 */
import { firstNotice } from './group.ts';
import { wavesStart } from './notice.ts';
import type { Plan } from './plan.ts';
import { addDays, DAY, EARLIEST_ZONE, type Instant, type LocalDate, startOfDay } from './time.ts';

/**
 * @param endDates every effective end date of any group, ascending or not
 * @param last start of the latest sweep
 * @returns the instant of the next one, after `last`
 */
export function nextSweepAt(plan: Plan, endDates: readonly LocalDate[], last: Instant): Instant {
  const instants = [last + 7 * DAY, plan.guardRails.closedFrom];
  for (const date of endDates) {
    const end = wavesStart(date);
    const first = firstNotice(plan, date, EARLIEST_ZONE);
    instants.push(first - 2 * DAY, first - DAY, end);
    // Daily within a week of the date on either side: what the gate refused for time's sake is asked again.
    const daily = last + DAY;
    if (daily > startOfDay(addDays(date, -7), EARLIEST_ZONE) && daily < end + 7 * DAY) instants.push(daily);
  }
  return Math.min(...instants.filter((instant) => instant > last));
}

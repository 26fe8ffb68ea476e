/**
 * Dates that move. A date that was told only moves later; one that nobody was told may come forward while the cohort is
 * held and its permits have run out. Either way everybody must still be told in time: who has had the first notice keeps
 * it and needs the last one of the new date; who has not needs the whole ladder. Once the first wave has opened the date
 * is fixed. A hold in which a last notice or an end date fell is released only with a later date.
 */
import { effectiveEndDate, firstNotice, type GroupKey } from './group.ts';
import { ladder } from './notice.ts';
import type { Plan } from './plan.ts';
import {
  addDays,
  DAY,
  EARLIEST_ZONE,
  endInstant,
  type Instant,
  laterDate,
  type LocalDate,
  localDateAt,
} from './time.ts';
import { type CohortState, missedInHold } from './wave.ts';

/** What one of the cohort's groups has been told. */
export interface GroupTold {
  readonly key: Pick<GroupKey, 'zone' | 'notBefore'>;
  /** When its first stage, of whatever date, had gone out; null: it has not, or not to all. */
  readonly firstToldAt: Instant | null;
  /** Somebody of it was told a date, or may have been. */
  readonly isTold: boolean;
}

/** Days by which a date moves at most: further away it is a slip of the finger, and no way leads back. */
export const FURTHEST = 180;

export interface MoveQuestion {
  readonly plan: Plan;
  readonly cohort: CohortState;
  readonly groups: readonly GroupTold[];
  readonly to: LocalDate;
  readonly now: Instant;
}

export type MoveRefusal =
  'date-fixed' | 'same-date' | 'date-too-far' | 'date-told' | 'hold-not-certain' | 'notice-too-short';
export type MoveAnswer =
  { readonly kind: 'move' } | { readonly kind: 'refuse'; readonly reason: MoveRefusal; readonly earliest?: LocalDate };

export function judgeMove(q: MoveQuestion): MoveAnswer {
  const { plan, cohort, groups, to, now } = q;
  const refuse = (reason: MoveRefusal, earliest?: LocalDate): MoveAnswer => ({
    kind: 'refuse',
    reason,
    ...(earliest === undefined ? {} : { earliest }),
  });
  if (cohort.firstWaveAt !== null) return refuse('date-fixed');
  if (to === cohort.endDate) return refuse('same-date');
  if (to > addDays(cohort.endDate, FURTHEST)) return refuse('date-too-far');
  const earliest = earliestEndDate(plan, groups, now);
  if (to < cohort.endDate) {
    if (groups.some(({ isTold }) => isTold))
      return refuse('date-told', laterDate(earliest, addDays(cohort.endDate, 1)));
    if (cohort.hold === null || cohort.permitUntil > now) return refuse('hold-not-certain');
  }
  return to < earliest ? refuse('notice-too-short', earliest) : { kind: 'move' };
}

/** The earliest end date that leaves every group its notices: the last one, and the first where it was not had. */
export function earliestEndDate(plan: Plan, groups: readonly GroupTold[], now: Instant): LocalDate {
  let date = localDateAt(now, EARLIEST_ZONE);
  while (!leavesNotices(plan, groups, date, now)) date = addDays(date, 1);
  return date;
}

function leavesNotices(plan: Plan, groups: readonly GroupTold[], date: LocalDate, now: Instant): boolean {
  const last = ladder(plan, date, EARLIEST_ZONE).at(-1);
  if (last === undefined || last.at <= now) return false;
  // Whoever is about to be found is told the whole ladder.
  if (groups.length === 0) return firstNotice(plan, date, EARLIEST_ZONE) > now;
  return groups.every(({ key, firstToldAt }) => {
    const ends = effectiveEndDate(date, key.notBefore);
    if (firstToldAt === null) return firstNotice(plan, ends, key.zone) > now;
    return endInstant(ends, EARLIEST_ZONE) >= firstToldAt + plan.guardRails.minimumNoticeDays * DAY;
  });
}

export interface Release {
  /** The same as before where nobody has missed anything, or where the date is fixed. */
  readonly to: LocalDate;
  /** In words, why it moves or stays. */
  readonly why: string;
}

/** To which date a cohort is released: its own, or the earliest at which nobody has missed anything. */
export function judgeRelease({ plan, cohort, groups, now }: Omit<MoveQuestion, 'to'>): Release {
  const { hold, endDate } = cohort;
  const stay = (why: string): Release => ({ to: endDate, why });
  if (hold === null) return stay('it is not held');
  const ends = [...new Set([endDate, ...groups.map(({ key }) => effectiveEndDate(endDate, key.notBefore))])];
  const missed = missedInHold(plan, hold, ends, now) ?? missedFirst(plan, groups, endDate, now);
  if (missed === null) return stay('nobody has missed a notice in the hold');
  if (cohort.firstWaveAt !== null)
    return stay(`${missed} fell into the hold, but its first wave has opened: who was not told in time stays blocked`);
  return {
    to: laterDate(endDate, earliestEndDate(plan, groups, now)),
    why: `${missed} fell into the hold: the date moves, so that everybody is told in time`,
  };
}

/** Time in which a first notice that is late is sent and delivered. */
const SENDING = DAY;

/** The first stage, where a group has not had it and its date is too near for the minimum notice. */
function missedFirst(plan: Plan, groups: readonly GroupTold[], endDate: LocalDate, now: Instant): string | null {
  for (const { key, firstToldAt } of groups) {
    const ends = effectiveEndDate(endDate, key.notBefore);
    const latest = endInstant(ends, key.zone) - plan.guardRails.minimumNoticeDays * DAY - SENDING;
    if (firstToldAt === null && now > latest) return ladder(plan, ends, key.zone)[0]?.id ?? null;
  }
  return null;
}

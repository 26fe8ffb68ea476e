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

/**
 * Where a group is with its first stage, whose delivery begins the minimum notice. `ahead`: it is due yet. `under-way`: it
 * is being sent, or waits under a hold. `had`: since then all have it. `not-theirs`: its people came with what they had
 * been told before; each is judged alone, by the review and the gate.
 */
export type FirstStage =
  { readonly is: 'ahead' | 'under-way' | 'not-theirs' } | { readonly is: 'had'; readonly since: Instant };

export interface GroupTold {
  readonly key: Pick<GroupKey, 'zone' | 'notBefore'>;
  readonly first: FirstStage;
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
  const earliest = earliestEndDate({ plan, cohort, groups, now });
  if (to < cohort.endDate) {
    if (groups.some(({ isTold }) => isTold))
      return refuse('date-told', laterDate(earliest, addDays(cohort.endDate, 1)));
    if (cohort.hold === null || cohort.permitUntil > now) return refuse('hold-not-certain');
  }
  return leavesNotices(q, to) ? { kind: 'move' } : refuse('notice-too-short', earliest);
}

type Question = Omit<MoveQuestion, 'to'>;

/** The earliest other end date that leaves every group its notices: the last one, and the first where it was not had. */
export function earliestEndDate(q: Question): LocalDate {
  return firstDay(localDateAt(q.now, EARLIEST_ZONE), (day) => day !== q.cohort.endDate && leavesNotices(q, day));
}

function firstDay(from: LocalDate, fits: (day: LocalDate) => boolean): LocalDate {
  let day = from;
  while (!fits(day)) day = addDays(day, 1);
  return day;
}

function leavesNotices(
  { plan, cohort, groups, now }: Question,
  date: LocalDate,
  hasMissed: (group: GroupTold) => boolean = () => false,
): boolean {
  const last = ladder(plan, date, EARLIEST_ZONE).at(-1);
  if (last === undefined || last.at <= now) return false;
  // Whoever is about to be found is told the whole ladder.
  if (groups.length === 0) return firstNotice(plan, date, EARLIEST_ZONE) > now;
  return groups.every((group) => {
    const { key, first } = group;
    const ends = effectiveEndDate(date, key.notBefore);
    // Whose own date is later does not move with the cohort's.
    if (ends === effectiveEndDate(cohort.endDate, key.notBefore)) return !hasMissed(group);
    switch (first.is) {
      case 'ahead':
        return firstNotice(plan, ends, key.zone) > now;
      case 'under-way':
        return now <= latestFirst(plan, ends, EARLIEST_ZONE);
      case 'had':
        return endInstant(ends, EARLIEST_ZONE) >= first.since + plan.guardRails.minimumNoticeDays * DAY;
      case 'not-theirs':
        return true;
    }
  });
}

/** Time in which a first notice that is late is sent and delivered. */
const SENDING = DAY;

/** Until when a first notice can go out late, and still leaves the minimum notice. */
function latestFirst({ guardRails }: Plan, endDate: LocalDate, zone: string): Instant {
  return endInstant(endDate, zone) - guardRails.minimumNoticeDays * DAY - SENDING;
}

export interface Release {
  /** The same as before where nobody has missed anything, or where the date is fixed. */
  readonly to: LocalDate;
  /** In words, why it moves or stays. */
  readonly why: string;
}

/** To which date a cohort is released: its own, or the earliest at which nobody has missed anything. */
export function judgeRelease(q: Question): Release {
  const { plan, cohort, groups, now } = q;
  const { hold, endDate } = cohort;
  const stay = (why: string): Release => ({ to: endDate, why });
  if (hold === null) return stay('it is not held');
  const missedIn = (ends: LocalDate) => missedInHold(plan, hold, [ends], now);
  const missedOf = (group: GroupTold) => {
    const ends = effectiveEndDate(endDate, group.key.notBefore);
    return missedIn(ends) ?? missedFirst(plan, group, ends, now);
  };
  const missed = missedIn(endDate) ?? groups.map(missedOf).find((each) => each !== null) ?? null;
  if (missed === null) return stay('nobody has missed a notice in the hold');
  if (cohort.firstWaveAt !== null)
    return stay(
      `${missed}, or the end that it announces, fell into the hold, but its first wave has opened: who was not told in time stays blocked`,
    );
  return {
    to: firstDay(endDate, (day) => leavesNotices(q, day, (group) => missedOf(group) !== null)),
    why: `${missed}, or the end that it announces, fell into the hold: the date moves, so that everybody is told in time`,
  };
}

/** The first stage, where a group has not had it and its date is too near for the minimum notice. */
function missedFirst(plan: Plan, { key, first }: GroupTold, ends: LocalDate, now: Instant): string | null {
  const isLate = first.is === 'ahead' || first.is === 'under-way';
  return isLate && now > latestFirst(plan, ends, key.zone) ? (ladder(plan, ends, key.zone)[0]?.id ?? null) : null;
}

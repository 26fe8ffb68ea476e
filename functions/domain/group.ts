/**
 * Groups and pages. The members who share cohort, time zone and `notBefore` are always due at the same
 * instants; their pages of at most fifty are the unit of mailing. A group takes no newcomer from a day before
 * its first notice on ("sealed"): who comes later goes to a group whose end date leaves them the full notice.
 */
import type { Profile } from './member.ts';
import type { Plan } from './plan.ts';
import {
  addDays,
  DAY,
  endInstant,
  type Instant,
  isZone,
  laterDate,
  LATEST_ZONE,
  localDate,
  localDateAt,
  type LocalDate,
  localInstant,
  nextSunday,
} from './time.ts';

/** SES takes fifty destinations in one call. */
export const PAGE_SIZE = 50;

/**
 * Whoever opens a group puts it on the agenda first, and may be cut off before the group is there. By then they have
 * come again, or who was to be in it joins it as others do later.
 */
export const OPENING: number = DAY;

export interface GroupKey {
  readonly cohort: string;
  /** Zone in which the group is mailed. */
  readonly zone: string;
  /** The person's zone is unknown: mailed at the plan's, gated at UTC-12. */
  readonly unknownZone: boolean;
  /** Earliest end date of who came late. */
  readonly notBefore: LocalDate | null;
}

/** Ids are derived: `cohort~zone~notBefore`, an unknown zone is written `?`. None of the parts contains `~`. */
export function groupId(key: GroupKey): string {
  return [key.cohort, key.unknownZone ? '?' : key.zone, key.notBefore ?? ''].join('~');
}

export function groupKey(id: string, plan: Plan): GroupKey {
  const [cohort = '', zone = '', notBefore = ''] = id.split('~');
  const unknownZone = zone === '?';
  return {
    cohort,
    zone: unknownZone ? plan.timeZone : zone,
    unknownZone,
    notBefore: notBefore === '' ? null : localDate(notBefore),
  };
}

/** Page ids carry their group and language, so that a message need name nothing else. */
export function pageId(group: string, language: string, number: number): string {
  return `${group}~${language}~${number}`;
}

export function pageParts(page: string): { group: string; language: string; number: number } {
  const parts = page.split('~');
  if (parts.length !== 5) throw new Error(`page id ${page}: expected cohort~zone~notBefore~language~number`);
  return { group: parts.slice(0, 3).join('~'), language: parts[3] as string, number: Number(parts[4]) };
}

/** The last day with the feature for a group: the later of its cohort's end date and its own `notBefore`. */
export function effectiveEndDate(cohortEndDate: LocalDate, notBefore: LocalDate | null): LocalDate {
  return notBefore === null ? cohortEndDate : laterDate(cohortEndDate, notBefore);
}

/** The same for whoever is in a group now. */
export function endDateIn(group: string, cohort: { readonly endDate: LocalDate }, plan: Plan): LocalDate {
  return effectiveEndDate(cohort.endDate, groupKey(group, plan).notBefore);
}

/** When the first stage before `endDate` is due. */
export function firstNotice(plan: Plan, endDate: LocalDate, zone: string): Instant {
  const first = Math.max(...plan.stages.map((stage) => stage.days));
  return localInstant(addDays(endDate, -first), plan.sendHour, zone);
}

/** From when on a group takes no newcomers. */
export function sealedFrom(plan: Plan, endDate: LocalDate, zone: string): Instant {
  return firstNotice(plan, endDate, zone) - DAY;
}

/**
 * The group for a person found at `now`: the cohort's own while it is open, else the one with the earliest
 * end date that leaves the full ladder, rounded up to a Sunday so that latecomers share few groups.
 */
export function groupFor(
  plan: Plan,
  cohort: { readonly id: string; readonly endDate: LocalDate },
  timeZone: string | null | undefined,
  now: Instant,
): GroupKey {
  const unknownZone = !isZone(timeZone);
  const zone = unknownZone ? plan.timeZone : timeZone;
  const key = { cohort: cohort.id, zone, unknownZone };
  if (now < sealedFrom(plan, cohort.endDate, zone)) return { ...key, notBefore: null };
  // A group of its own even where the cohort's date was moved behind it: pages of a sealed group stay closed.
  return laterGroup(plan, key, now);
}

/** The group with the earliest end date that leaves the full ladder from `now` on, rounded up to a Sunday. */
export function laterGroup(
  plan: Plan,
  key: Omit<GroupKey, 'notBefore'>,
  now: Instant,
): GroupKey & { notBefore: LocalDate } {
  let notBefore = nextSunday(localDateAt(now, key.zone));
  while (now >= sealedFrom(plan, notBefore, key.zone)) notBefore = nextSunday(addDays(notBefore, 1));
  return { ...key, notBefore };
}

/** When who has no proof yet can no longer have the minimum notice: they are given a later group. */
export function reviewAt(plan: Plan, endDate: LocalDate, key: GroupKey): Instant {
  return endInstant(endDate, key.unknownZone ? LATEST_ZONE : key.zone) - plan.guardRails.minimumNoticeDays * DAY;
}

/** Where somebody is now, as far as the platform knows; else where their group is. */
export function zoneNow(profile: Pick<Profile, 'timeZone'> | undefined, groupZone: string): string {
  const zone = profile?.timeZone;
  return isZone(zone) ? zone : groupZone;
}

/** Zone in which a member's day ends for the gate. */
export function gateZone(timeZone: string | null | undefined): string {
  return isZone(timeZone) ? timeZone : LATEST_ZONE;
}

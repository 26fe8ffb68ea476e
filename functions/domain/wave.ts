/**
 * Who may act, and how much at once: holds, permits, arming and waves of a cohort. A cohort is disabled in
 * waves (1 %, soak, rest), only while armed, and for the head-count that was approved.
 */
import { shareOf } from './cohort.ts';
import { endInstantOf, isEnrolled, type Participant } from './gate.ts';
import { ladder, wavesStart } from './notice.ts';
import type { Plan } from './plan.ts';
import { EARLIEST_ZONE, HOUR, type Instant, type LocalDate, MINUTE } from './time.ts';

/** A permit's length. A hold is certain once the last permit has run out. */
export const PERMIT: number = 5 * MINUTE;
/** What two clocks may differ by. */
export const CLOCK_SKEW: number = 30_000;

/** The longest that one call of SES may take, by the client's own setting. */
export const SEND_TIMEOUT: number = 20_000;
/** The longest that one write to a chat may take, with the client's own repetitions. */
export const WRITE_TIMEOUT: number = 10_000;

export interface Hold {
  readonly who: string;
  readonly why: string;
  readonly since: Instant;
}

export interface Arming {
  readonly id: string;
  /** Chats that were approved to be disabled. */
  readonly headCount: number;
  readonly at: Instant;
  readonly by: readonly string[];
}

/** A cohort's item: its date, hold, wave and permit change together or not at all. */
export interface CohortState {
  readonly id: string;
  readonly version: number;
  readonly endDate: LocalDate;
  /** When the date moved last: stages of it that were past by then are not sent; null: it never has. */
  readonly movedAt: Instant | null;
  readonly hold: Hold | null;
  readonly permitUntil: Instant;
  /** Until when somebody may be at work under the permit: so long it is renewed. */
  readonly permitNeeded: Instant;
  readonly arming: Arming | null;
  /** 0 before the first wave, then 1 to the number of waves. */
  readonly wave: number;
  readonly waveOpenedAt: Instant | null;
  /** When its first wave opened, or a chat of its people was first disabled in another's: from then on the date is fixed. */
  readonly firstWaveAt: Instant | null;
  /** No further wave opens; the one that is open goes on. */
  readonly paused: Hold | null;
  /** The wave whose soak was approved to be cut short; 0: none. */
  readonly soakWaived: number;
  /** When chats were last disabled; null: never. */
  readonly lastFlipAt: Instant | null;
  /** Chats disabled under the present arming. */
  readonly disabled: number;
  /** Chats of the cohort as the last whole sweep counted them, and how many of them it nominated. */
  readonly headCount: number;
  readonly nominated: number;
}

/** A cohort as it begins: not held, not permitted, not armed, nothing counted. */
export function newCohort({ id, endDate }: Pick<CohortState, 'id' | 'endDate'>): CohortState {
  return {
    id,
    version: 1,
    endDate,
    movedAt: null,
    hold: null,
    permitUntil: 0,
    permitNeeded: 0,
    arming: null,
    wave: 0,
    waveOpenedAt: null,
    firstWaveAt: null,
    paused: null,
    soakWaived: 0,
    lastFlipAt: null,
    disabled: 0,
    headCount: 0,
    nominated: 0,
  };
}

/** Whether mail or a flip that takes up to `timeout` ms may start now. Asked last, after every wait. */
export function isPermitted(cohort: CohortState, now: Instant, timeout: number): boolean {
  return cohort.hold === null && cohort.permitUntil - now > timeout + CLOCK_SKEW;
}

/**
 * What people may have missed in a hold that lasts until now: the first of these end dates' last stages that fell into
 * it, anywhere; null: nothing.
 */
export function missedInHold(plan: Plan, hold: Hold, endDates: readonly LocalDate[], now: Instant): string | null {
  for (const endDate of [...endDates].sort()) {
    const last = ladder(plan, endDate, EARLIEST_ZONE).at(-1);
    // A hold that began after the end missed nothing that people are told before it.
    if (last !== undefined && now >= last.at && hold.since < wavesStart(endDate)) return last.id;
  }
  return null;
}

/** When the next wave opens; null while the cohort is not armed, is held or paused, or has no wave left. */
export function nextWaveAt(plan: Plan, cohort: CohortState): Instant | null {
  const { arming, hold, paused, wave, waveOpenedAt, soakWaived } = cohort;
  if (arming === null || hold !== null || paused !== null || wave >= plan.guardRails.waves.length) return null;
  const isCutShort = wave > 0 && soakWaived === wave;
  const soaked = isCutShort ? 0 : (waveOpenedAt ?? 0) + plan.guardRails.soakHours * HOUR;
  return Math.max(wavesStart(cohort.endDate), soaked);
}

/** Whether a chat is in a wave that has opened: its share of a stable hash lies below the wave's percentage. */
export function isInWave(plan: Plan, wave: number, chatId: string): boolean {
  const percent = plan.guardRails.waves[wave - 1];
  return percent !== undefined && shareOf(`${plan.sunset}:wave:${chatId}`) < percent;
}

/** Cohorts under whom somebody is at work, as far as their items tell: their permits are to be renewed. */
export function atWork(cohorts: readonly CohortState[], now: Instant): CohortState[] {
  // While nominated chats wait for their turn each needs the permits of all its participants' cohorts, whichever they are.
  if (cohorts.some(({ wave, nominated }) => wave > 0 && nominated > 0)) return [...cohorts];
  return cohorts.filter(({ permitNeeded }) => permitNeeded > now);
}

/** Chats that may still be disabled under the arming, with the plan's tolerance. */
export function headCountLeft(plan: Plan, cohort: CohortState): number {
  if (cohort.arming === null) return 0;
  return Math.floor(cohort.arming.headCount * (1 + plan.guardRails.headCountTolerance / 100)) - cohort.disabled;
}

/** The cohort whose wave, rate and head-count a chat counts for: the one that ends last; ties by id. */
export function owningCohort(ends: readonly { readonly cohort: string; readonly end: Instant }[]): string | undefined {
  return [...ends].sort((a, b) => b.end - a.end || (a.cohort < b.cohort ? -1 : 1))[0]?.cohort;
}

/** The same of a chat's participants; undefined: nobody of it is enrolled. */
export function ownerOf(participants: readonly Participant[]): string | undefined {
  const enrolled = participants.filter(isEnrolled);
  // By what does not change: whose wave it is must be the same to whoever asks with profiles, and without.
  return owningCohort(
    enrolled.map((each) => ({ cohort: each.member.cohort, end: endInstantOf({ ...each, profile: undefined }) })),
  );
}

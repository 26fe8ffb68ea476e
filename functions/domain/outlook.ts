/**
 * What comes next for a cohort, and when. What waits for people is told first, since no time brings it: an activation,
 * the end of a hold, and, once the last day is over, an arming or the end of a pause. Else it is the earliest of what
 * time brings: a stage that begins or has gone out everywhere, the end of the last day, a wave, the end of the restore
 * window, the last letter.
 */
import { doneFrom, ladder, wavesStart } from './notice.ts';
import type { Plan } from './plan.ts';
import { EARLIEST_ZONE, HOUR, type Instant, isoInstant, LATEST_ZONE, type LocalDate } from './time.ts';
import { type CohortState, nextWaveAt } from './wave.ts';

export interface Next {
  readonly what: string;
  /** Null: nothing by itself. */
  readonly at: Instant | null;
}

export interface OutlookQuestion {
  readonly plan: Plan;
  readonly active: boolean;
  readonly cohort: CohortState;
  /** Effective end dates of the cohort and of its later groups. */
  readonly endDates: readonly LocalDate[];
  /** The zones of its groups. */
  readonly zones: readonly string[];
  readonly now: Instant;
}

export function nextOf(q: OutlookQuestion): Next {
  const { plan, active, cohort, now } = q;
  const { hold, arming, paused, wave } = cohort;
  const left = plan.guardRails.waves.length - wave;
  if (!active) return byPeople('the plan waits to be activated');
  if (hold !== null) return byPeople(`held by ${hold.who}: ${hold.why}; waits to be released`);
  if (now >= wavesStart(cohort.endDate)) {
    if (arming === null) return byPeople(`waits to be armed for its ${cohort.headCount} chats`);
    if (paused !== null && left > 0)
      return byPeople(`waves are paused by ${paused.who}: ${paused.why}; waits to be resumed`);
  }
  const coming = [...stages(q), ...ends(q)].filter(({ at }) => at > now);
  const opens = nextWaveAt(plan, cohort);
  // What is due already happens with the next tick.
  if (opens !== null) coming.push({ what: waveOf(q), at: Math.max(opens, now) });
  const [first] = coming.sort((a, b) => a.at - b.at);
  return first ?? { what: 'nothing more: everything has ended', at: null };
}

const byPeople = (what: string): Next => ({ what, at: null });

/** The instants at which a stage of an end date begins in the first zone and in the last. */
export function span(
  instantIn: (zone: string) => Instant,
  zones: readonly string[],
): { readonly from: Instant; readonly to: Instant } {
  // Nobody is enrolled yet: the whole earth may be.
  const instants = (zones.length === 0 ? [EARLIEST_ZONE, LATEST_ZONE] : zones).map(instantIn);
  return { from: Math.min(...instants), to: Math.max(...instants) };
}

/** Each stage of an end date, in order, with when it is due in the first and in the last of these zones. */
export function stagesOfDate(
  plan: Plan,
  endDate: LocalDate,
  zones: readonly string[],
): { readonly stage: string; readonly notice: string; readonly from: Instant; readonly to: Instant }[] {
  const byZone = new Map([EARLIEST_ZONE, LATEST_ZONE, ...zones].map((zone) => [zone, ladder(plan, endDate, zone)]));
  return ladder(plan, endDate, EARLIEST_ZONE).map(({ id, stage }) => {
    const dueIn = (zone: string) => byZone.get(zone)?.find((rung) => rung.id === id)?.at ?? 0;
    return { stage, notice: id, ...span(dueIn, zones) };
  });
}

function stages({ plan, cohort, endDates, zones }: OutlookQuestion): { what: string; at: Instant }[] {
  return endDates.flatMap((endDate) => {
    const done = span((zone) => doneFrom(plan, endDate, zone), zones);
    return [
      ...stagesOfDate(plan, endDate, zones).flatMap(({ notice, from, to }) => [
        { what: `${notice} begins to go out`, at: from },
        { what: `${notice} is due in the last zone`, at: to },
      ]),
      // Nobody has anything done to them before the first wave.
      ...(cohort.firstWaveAt === null ? [] : [{ what: `done@${endDate} begins to go out`, at: done.from }]),
    ];
  });
}

function ends({ plan, cohort, endDates }: OutlookQuestion): { what: string; at: Instant }[] {
  const { arming, lastFlipAt } = cohort;
  const windowEnd = (lastFlipAt ?? 0) + plan.guardRails.restoreWindowHours * HOUR;
  return [
    ...endDates.map((endDate) => ({
      what: `${endDate} is over in the last zone${arming === null ? '; the cohort is not armed yet' : ''}`,
      at: wavesStart(endDate),
    })),
    ...(lastFlipAt === null ? [] : [{ what: 'the restore window of what was disabled last closes', at: windowEnd }]),
  ];
}

function waveOf({ plan, cohort }: OutlookQuestion): string {
  const { wave, waveOpenedAt } = cohort;
  const percent = plan.guardRails.waves[wave];
  const soaks = waveOpenedAt === null ? '' : `; wave ${wave} soaks since ${isoInstant(waveOpenedAt)}`;
  return `wave ${wave + 1} of ${plan.guardRails.waves.length} opens, up to ${percent} % of the chats${soaks}`;
}

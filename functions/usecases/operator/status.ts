/**
 * What runs, how far it has come, and what comes next. Nothing is counted person by person: about ten requests, however
 * large the audience. The longest list are the populations, and there are no more of them than cohorts times the world's
 * zones: some thousands of a few hundred bytes, of which one request reads a megabyte. Groups would be as many for each
 * Sunday on which somebody came late.
 */
import type { AnswerOf, Cohort } from '../../contracts/operator-api.ts';
import { breakersOf, NO_OUTCOMES, type Outcomes, percentOfLimit } from '../../domain/breaker.ts';
import { stateAt } from '../../domain/change.ts';
import { effectiveEndDate, groupKey } from '../../domain/group.ts';
import { doneFrom, wavesStart } from '../../domain/notice.ts';
import { DONE, MOVED, type NoticeId, noticeParts } from '../../domain/notice-id.ts';
import { nextOf, span, stagesOfDate } from '../../domain/outlook.ts';
import { type Instant, isoInstant } from '../../domain/time.ts';
import { type CohortState, nextWaveAt } from '../../domain/wave.ts';
import type { Office, Population, Sunset } from '../../ports.ts';
import { aloneWarning } from './changes.ts';
import type { Asker } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'office' | 'surroundings' | 'requests'>;

/** Changes end within a day: whatever is open is among the newest. */
const NEWEST_CHANGES = 100;

export async function status(
  { plan, office, surroundings, requests }: Needs,
  { now }: Pick<Asker, 'now'>,
): Promise<AnswerOf<'status'>> {
  const before = requests();
  const [{ sunset, cohorts }, populations, outcomes, { changes }, sweeps, budget, queues] = await Promise.all([
    plan.situation(),
    office.populations(),
    office.outcomes(),
    office.changes({ before: null, limit: NEWEST_CHANGES }),
    plan.sweeps(),
    plan.budget(),
    surroundings.queues(),
  ]);
  const people = sunset?.plan.approvals ?? 2;
  const orNull = (at: Instant | null) => (at === null ? null : isoInstant(at));
  return {
    at: isoInstant(now),
    sunset: sunset?.plan.sunset ?? null,
    active: sunset?.active ?? false,
    planHash: sunset?.hash ?? null,
    people,
    warning: aloneWarning(people),
    // In the order in which the plan names them.
    cohorts: (sunset?.plan.cohorts ?? []).flatMap(({ id }) =>
      cohorts
        .filter((cohort) => cohort.id === id)
        .map((cohort) => cohortView({ sunset: sunset as Sunset, cohort, populations, outcomes, now })),
    ),
    queues,
    openChanges: changes.filter((change) => stateAt(change, now) === 'open').length,
    lastSweep: orNull(sweeps.last),
    nextSweep: orNull(sweeps.next),
    budget: budget ?? null,
    requests: requests() - before,
  };
}

/** One cohort as operators see it. */
export function cohortView(x: {
  readonly sunset: Sunset;
  readonly cohort: CohortState;
  /** Of all cohorts. */
  readonly populations: readonly Population[];
  /** As the plan office has them. */
  readonly outcomes: ReadonlyMap<string, Outcomes>;
  readonly now: Instant;
}): Cohort {
  const { sunset, cohort, outcomes, now } = x;
  const { plan, active } = sunset;
  const own = x.populations.flatMap(({ group, people, notBefore }) => {
    const key = groupKey(group, plan);
    return key.cohort === cohort.id && people > 0 ? [{ zone: key.zone, people, notBefore }] : [];
  });
  const zones = [...new Set(own.map(({ zone }) => zone))];
  const later = own.flatMap(({ notBefore }) => notBefore.map((date) => effectiveEndDate(cohort.endDate, date)));
  const endDates = [...new Set([cohort.endDate, ...later])];
  const next = nextOf({ plan, active, cohort, endDates, zones, now });
  const opens = nextWaveAt(plan, cohort);
  return {
    id: cohort.id,
    version: cohort.version,
    endDate: cohort.endDate,
    hold: holdView(cohort.hold),
    permitUntil: cohort.permitUntil > now ? isoInstant(cohort.permitUntil) : null,
    arming: cohort.arming && {
      id: cohort.arming.id,
      headCount: cohort.arming.headCount,
      at: isoInstant(cohort.arming.at),
      by: [...cohort.arming.by],
    },
    wave: cohort.wave,
    waves: [...plan.guardRails.waves],
    waveOpenedAt: cohort.waveOpenedAt === null ? null : isoInstant(cohort.waveOpenedAt),
    nextWaveAt: opens === null ? null : isoInstant(opens),
    paused: holdView(cohort.paused),
    headCount: cohort.headCount,
    disabled: cohort.disabled,
    people: own.reduce((sum, { people }) => sum + people, 0),
    stages: stagesOf(x, zones),
    breakers: breakersOf(plan, outcomes.get(cohort.id) ?? NO_OUTCOMES).map((breaker) => ({
      name: breaker.name,
      percent: Math.round(percentOfLimit(breaker) * 10) / 10,
      limit: breaker.limit,
    })),
    next: { what: next.what, at: next.at === null ? null : isoInstant(next.at) },
  };
}

function holdView(hold: CohortState['hold']): Cohort['hold'] {
  return hold && { ...hold, since: isoInstant(hold.since) };
}

/** The ladder of the present date, then whatever else SES has told of: other dates, corrections, last letters. */
function stagesOf(
  { sunset: { plan }, cohort, outcomes }: Parameters<typeof cohortView>[0],
  zones: readonly string[],
): Cohort['stages'] {
  const told = (notice: NoticeId) => outcomes.get(`${cohort.id}|${notice}`);
  const ladderNow = stagesOfDate(plan, cohort.endDate, zones);
  // What was past when the date moved is sent to nobody.
  const present = ladderNow.filter(({ notice, to }) => to > (cohort.movedAt ?? 0) || told(notice) !== undefined);
  const others = [...outcomes.keys()].flatMap((key) => {
    const [id, notice] = key.split('|');
    return id === cohort.id && notice !== undefined && ladderNow.every((rung) => rung.notice !== notice)
      ? [notice]
      : [];
  });
  const byDate = Map.groupBy(others, (notice) => noticeParts(notice).endDate);
  const rungs = [...byDate].flatMap(([endDate, notices]) => {
    const ladder = stagesOfDate(plan, endDate, zones);
    return notices.flatMap((notice) => {
      const { stage } = noticeParts(notice);
      if (stage === DONE) return { stage, notice, ...span((zone) => doneFrom(plan, endDate, zone), zones) };
      // A date may be corrected as long as it is told.
      if (stage === MOVED) return { stage, notice, from: ladder[0]?.from ?? 0, to: wavesStart(endDate) };
      return ladder.find((rung) => rung.notice === notice) ?? [];
    });
  });
  return [...present, ...rungs]
    .sort((a, b) => a.from - b.from)
    .map(({ stage, notice, from, to }) => ({
      stage,
      notice,
      from: isoInstant(from),
      to: isoInstant(to),
      outcomes: { ...(told(notice) ?? NO_OUTCOMES) },
    }));
}

/** What is planned, drawn: when the campaign begins, its cohorts with their end dates, and its guard rails. */
import {
  addDays,
  DAY,
  HOUR,
  type LocalDate,
  localDate,
  localInstant,
  parseInstant,
} from '../../functions/domain/time.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { aPlan, PLAN } from '../domain/examples.ts';
import type { Draw } from './draw.ts';

export interface Scenario {
  readonly begin: number;
  readonly plan: Plan;
  readonly endDates: ReadonlyMap<string, LocalDate>;
  /** Of the last cohort, as planned. */
  readonly lastEnd: number;
}

/** So close that a letter which has to be sent again, or was held, meets the stage after it. */
const CLOSE: Plan['stages'] = PLAN.stages.flatMap((stage) =>
  stage.days === 1
    ? [{ name: 'd3', days: 3, required: true }, { name: 'd2', days: 2, required: false }, stage]
    : [stage],
);

/** @param changing in weeks in which clocks change in many places */
export function drawScenario(draw: Draw, changing: boolean): Scenario {
  const start = localDate(
    changing ? draw.pick(['2026-02-10', '2026-09-05', '2027-02-15']) : draw.pick(['2026-05-05', '2026-11-10']),
  );
  const begin = parseInstant(`${start}T06:00:00Z`) + draw.between(0, 23) * HOUR;
  // Activated a day or two later it still leaves the full notice; later than that it would be refused.
  const first = addDays(start, draw.between(41, 47));
  const count = draw.pick([1, 2, 2, 3]);
  const ids = ['eea', 'eu-2', 'rest'].slice(3 - count);
  const endDates = new Map(ids.map((id, at) => [id, addDays(first, at * draw.pick([0, 1, 4, 7]))]));
  const cohorts = ids.map((id) => ({
    id,
    match: { countries: id === 'rest' ? ['*'] : id === 'eea' ? ['DE'] : ['FR', 'US'], percentage: 100 },
    endDate: endDates.get(id) as LocalDate,
  }));
  const waves = draw.pick([
    [1, 100],
    [30, 100],
    [20, 60, 100],
    [50, 100],
  ]);
  const plan = aPlan(
    {
      cohorts,
      timeZone: draw.pick(['UTC', 'Europe/Berlin', 'America/New_York']),
      sendHour: draw.pick([9, 10, 15]),
      stages: draw.of('stages').chance(0.25) ? CLOSE : PLAN.stages,
    },
    {
      waves,
      soakHours: draw.pick([12, 24, 48]),
      closedFrom: begin + draw.between(1, 5) * DAY,
      disablePerSecond: draw.pick([1, 5, 100]),
      headCountTolerance: draw.pick([5, 20]),
      moreTimeDays: draw.pick([0, 14, 14, 30]),
      breakers: {
        minimumSample: draw.pick([10, 10, 10, 1000]),
        bounces: draw.of('bounces').pick([4, 4, 40]),
        complaints: 40,
        suppressed: 40,
        failures: 40,
        softBounces: 60,
      },
    },
  );
  const last = [...endDates.values()].toSorted().at(-1) as LocalDate;
  return { begin, plan, endDates, lastEnd: localInstant(addDays(last, 1), 12, 'UTC') };
}

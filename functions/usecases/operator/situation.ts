/** What every operator's request begins with: who asks, the plan that runs, and the cohort that is meant, as it was seen. */
import type { Caller } from '../../domain/caller.ts';
import { nearest } from '../../domain/nearest.ts';
import { type Instant, isLocalDate, type LocalDate } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Sunset, World } from '../../ports.ts';
import { refuse } from './refusal.ts';

/** Who asks, and when. */
export interface Asker extends Caller {
  readonly now: Instant;
}

export interface Situation {
  readonly sunset: Sunset;
  readonly cohorts: readonly CohortState[];
}

/** The sunset and its cohorts, once it is active. */
export async function activeSunset({ plan }: Pick<World, 'plan'>): Promise<Situation> {
  const { sunset, cohorts } = await plan.situation();
  if (sunset === undefined)
    return refuse('no-plan', 'There is no plan yet.', 'Apply one: sunset plan apply FILE --reason "..."');
  if (!sunset.active)
    return refuse(
      'not-active',
      'The plan was applied and is not active yet: nothing of it runs.',
      'Propose to activate it: sunset plan activate --reason "..."',
    );
  return { sunset, cohorts };
}

export function cohortNamed({ cohorts }: Pick<Situation, 'cohorts'>, id: string): CohortState {
  const found = cohorts.find((cohort) => cohort.id === id);
  if (found !== undefined) return found;
  const known = cohorts.map((cohort) => cohort.id);
  const close = nearest(id, known);
  return refuse(
    'unknown-cohort',
    `There is no cohort "${id}"; there are ${known.join(', ')}.`,
    close === undefined ? 'Choose one of these.' : `Did you mean ${close}?`,
    close === undefined ? {} : { nearest: close },
  );
}

/** The day that a date names, where the calendar has it. */
export function dayNamed(date: string): LocalDate {
  if (isLocalDate(date)) return date;
  return refuse('bad-request', `There is no day ${date}.`, 'Give a day that exists, as YYYY-MM-DD.');
}

/** Refuses what was decided on an older state than there is. */
export function asSeen(cohort: CohortState, version: number): void {
  if (cohort.version !== version)
    refuse(
      'stale-version',
      `Cohort ${cohort.id} has changed: you saw version ${version}, it is ${cohort.version} now.`,
      'Look again (sunset status), then decide anew.',
      { version: cohort.version },
    );
}

/** Changes a cohort as it was read, or refuses. */
export async function setCohort(
  { plan }: Pick<World, 'plan'>,
  cohort: CohortState,
  changes: Parameters<World['plan']['setCohort']>[1],
): Promise<void> {
  if (await plan.setCohort(cohort, changes)) return;
  refuse(
    'stale-version',
    `Cohort ${cohort.id} has changed meanwhile.`,
    'Look again (sunset status), then decide anew.',
  );
}

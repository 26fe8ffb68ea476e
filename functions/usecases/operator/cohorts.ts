/** What one person may do to a cohort, because it only makes it slower: take its arming back, open no further wave. */
import type { BodyOf } from '../../contracts/operator-api.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Office } from '../../ports.ts';
import { record } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, asSeen, type Asker, cohortNamed } from './standing.ts';

type Needs = Pick<Office, 'plan' | 'office' | 'ledger'>;
type Input = BodyOf<'disarm'> & { readonly cohort: string };

export async function disarm(office: Needs, asker: Asker, { cohort: id, version, reason }: Input): Promise<void> {
  const cohort = cohortNamed(await activeSunset(office), id);
  asSeen(cohort, version);
  if (cohort.arming === null)
    refuse('not-armed', `Cohort ${id} is not armed.`, 'There is nothing to take back: none of its chats is disabled.');
  await write(office, cohort, { arming: null });
  await record(office, asker, { what: 'disarmed', why: reason, subject: id, from: cohort.arming?.id ?? null });
}

export async function pause(office: Needs, asker: Asker, { cohort: id, version, reason }: Input): Promise<void> {
  const { who, now } = asker;
  const cohort = cohortNamed(await activeSunset(office), id);
  asSeen(cohort, version);
  if (cohort.paused !== null)
    refuse('already-paused', `Cohort ${id} is paused already, by ${cohort.paused.who}.`, 'There is nothing to do.');
  await write(office, cohort, { paused: { who, why: reason, since: now } });
  await record(office, asker, { what: 'paused', why: reason, subject: id, from: `wave ${cohort.wave}` });
}

export async function resume(office: Needs, asker: Asker, { cohort: id, version, reason }: Input): Promise<void> {
  const cohort = cohortNamed(await activeSunset(office), id);
  asSeen(cohort, version);
  if (cohort.paused === null) refuse('not-paused', `Cohort ${id} is not paused.`, 'There is nothing to do.');
  await write(office, cohort, { paused: null });
  await record(office, asker, { what: 'resumed', why: reason, subject: id, to: `wave ${cohort.wave}` });
}

async function write(
  { office }: Pick<Needs, 'office'>,
  cohort: CohortState,
  changes: Parameters<Needs['office']['setCohort']>[1],
): Promise<void> {
  if (!(await office.setCohort(cohort, changes)))
    refuse(
      'stale-version',
      `Cohort ${cohort.id} has changed meanwhile.`,
      'Look again (sunset status), then decide anew.',
    );
}

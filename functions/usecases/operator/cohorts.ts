/** What one person may do to a cohort, because it only makes it slower: take its arming back, open no further wave. */
import type { BodyOf } from '../../contracts/operator-api.ts';
import type { Office } from '../../ports.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, asSeen, type Asker, cohortNamed, setCohort } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'office' | 'ledger'>;
type Input = BodyOf<'disarm'> & { readonly cohort: string };

export async function disarm(office: Needs, asker: Asker, { cohort: id, version, reason }: Input): Promise<void> {
  const cohort = cohortNamed(await activeSunset(office), id);
  asSeen(cohort, version);
  if (cohort.arming === null)
    refuse('not-armed', `Cohort ${id} is not armed.`, 'There is nothing to take back: none of its chats is disabled.');
  const fact = { what: 'disarmed', why: reason, subject: id, from: cohort.arming?.id ?? null } as const;
  await recorded(office, asker, fact, () => setCohort(office, cohort, { arming: null }));
}

export async function pause(office: Needs, asker: Asker, { cohort: id, version, reason }: Input): Promise<void> {
  const { who, now } = asker;
  const cohort = cohortNamed(await activeSunset(office), id);
  asSeen(cohort, version);
  if (cohort.paused !== null)
    refuse('already-paused', `Cohort ${id} is paused already, by ${cohort.paused.who}.`, 'There is nothing to do.');
  const fact = { what: 'paused', why: reason, subject: id, from: `wave ${cohort.wave}` } as const;
  const paused = { who, why: reason, since: now };
  await recorded(office, asker, fact, () => setCohort(office, cohort, { paused }));
}

export async function resume(office: Needs, asker: Asker, { cohort: id, version, reason }: Input): Promise<void> {
  const cohort = cohortNamed(await activeSunset(office), id);
  asSeen(cohort, version);
  if (cohort.paused === null) refuse('not-paused', `Cohort ${id} is not paused.`, 'There is nothing to do.');
  const fact = { what: 'resumed', why: reason, subject: id, to: `wave ${cohort.wave}` } as const;
  await recorded(office, asker, fact, () => setCohort(office, cohort, { paused: null }));
}

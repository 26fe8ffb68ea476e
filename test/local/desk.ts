/** The short way to a running plan, for tests that ask about something else than operators: the tables are written directly. */
import type { Desk } from '../../bin/local/system.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { type Instant, isoInstant } from '../../functions/domain/time.ts';
import { activate, applyPlan } from '../../functions/usecases/operate.ts';

export async function beginSunset(desk: Desk, plan: Plan): Promise<void> {
  const hash = await applyPlan(desk, plan);
  await activate(desk, hash, desk.clock.now());
}

/** For the head-count of the latest sweep. */
export async function armCohort(desk: Desk, id: string, now: Instant): Promise<void> {
  const cohort = await desk.plan.cohort(id);
  if (cohort === undefined) throw new Error(`cohort ${id} is not there to be armed`);
  const by = ['first-operator', 'second-operator'];
  await desk.plan.arm(id, { id: `${id}@${isoInstant(now)}`, headCount: cohort.headCount, at: now, by });
}

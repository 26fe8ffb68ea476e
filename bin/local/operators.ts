/**
 * The operators of the local system: two people who apply and activate the plan, and arm each cohort, half a day
 * before its first wave, for the head-count of the latest sweep.
 */
import type { Plan } from '../../functions/domain/plan.ts';
import { HOUR, type Instant } from '../../functions/domain/time.ts';
import { wavesStart } from '../../functions/domain/notice.ts';
import type { Clock, PlanOffice, PlanStore, TemplateOffice } from '../../functions/ports.ts';
import { activate, applyPlan, arm } from '../../functions/usecases/operate.ts';

const TWO_PEOPLE = ['first-operator', 'second-operator'] as const;
const BEFORE_THE_WAVE = 12 * HOUR;

export interface Desk {
  readonly clock: Clock;
  readonly plan: PlanStore;
  readonly office: PlanOffice;
  readonly templates: TemplateOffice;
}

/** Applies and activates a plan whose dates can be reached. */
export async function beginSunset(desk: Desk, plan: Plan): Promise<void> {
  const hash = await applyPlan(desk, plan);
  await activate(desk, hash, desk.clock.now());
}

/** When the operators come to arm a cohort. */
export function armingTimes(plan: Plan): { cohort: string; at: Instant }[] {
  return plan.cohorts.map(({ id, endDate }) => ({ cohort: id, at: wavesStart(endDate) - BEFORE_THE_WAVE }));
}

export async function armCohort(desk: Desk, id: string, now: Instant): Promise<void> {
  const cohort = await desk.plan.cohort(id);
  if (cohort === undefined) throw new Error(`cohort ${id} is not there to be armed`);
  await arm(desk, id, { headCount: cohort.headCount, by: TWO_PEOPLE, now });
}

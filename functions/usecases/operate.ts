/**
 * What operators decide: a plan is applied, activated and its cohorts are armed. Each step may be repeated. Who may do
 * it, and that two people agree on the same content, is asked before (promise 12); here their names are kept.
 */
import { planHash } from '../domain/plan-file.ts';
import type { Plan } from '../domain/plan.ts';
import { type Instant, isoInstant } from '../domain/time.ts';
import { type Arming, newCohort } from '../domain/wave.ts';
import { mailTemplates } from '../mail/templates.ts';
import type { PlanOffice, TemplateOffice, World } from '../ports.ts';

type Needs = Pick<World, 'plan'> & { readonly office: PlanOffice; readonly templates: TemplateOffice };

/** Brings the plan's messages to SES and writes the plan, not yet active. @returns its hash */
export async function applyPlan({ plan: store, office, templates }: Needs, plan: Plan): Promise<string> {
  const there = await store.sunset();
  if (there?.active === true)
    throw new Error(`plan ${there.plan.sunset} is active: an active plan is changed cohort by cohort`);
  const messages = mailTemplates(plan);
  for (const message of messages) await templates.create(message);
  const hash = planHash(plan);
  const names = Object.fromEntries(messages.map(({ stage, language, name }) => [`${stage}/${language}`, name]));
  await office.putSunset({ plan, hash, active: false, templates: names });
  return hash;
}

/** From now on the plan runs. The cohorts stand before the first sweep can ask for them. */
export async function activate({ plan: store, office }: Needs, hash: string, now: Instant): Promise<void> {
  const sunset = await store.sunset();
  if (sunset?.hash !== hash)
    throw new Error(
      `the plan that was approved is ${hash}, the one that is there is ${sunset?.hash ?? 'none'}: apply it again`,
    );
  for (const cohort of sunset.plan.cohorts) await office.putCohort(newCohort(cohort));
  await store.schedule({ at: now, kind: 'sweep', id: 'regular' });
  await store.nextSweep({ from: null, to: now });
  await office.putSunset({ ...sunset, active: true });
}

/** Arms a cohort for the head-count that was approved. @returns false where it is armed so already */
export async function arm(
  { plan: store }: Pick<World, 'plan'>,
  cohort: string,
  { headCount, by, now }: { headCount: number; by: readonly [string, string]; now: Instant },
): Promise<boolean> {
  const arming: Arming = { id: `${cohort}@${isoInstant(now)}`, headCount, at: now, by };
  return store.arm(cohort, arming);
}

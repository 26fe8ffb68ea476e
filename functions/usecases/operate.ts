/**
 * What operators decide: a plan is applied, activated and its cohorts are armed. Each step may be repeated. Who may do
 * it, and that two people agree on the same content, is asked before (promise 12); here their names are kept.
 */
import { effectiveEndDate, groupKey } from '../domain/group.ts';
import { planHash } from '../domain/plan-file.ts';
import type { Plan } from '../domain/plan.ts';
import { type Instant, isoInstant } from '../domain/time.ts';
import { type Arming, missedInHold, newCohort } from '../domain/wave.ts';
import { checkMail, mailTemplates } from '../mail/templates.ts';
import type { PlanOffice, RecordedTemplate, TemplateOffice, World } from '../ports.ts';

type Needs = Pick<World, 'plan'> & { readonly office: PlanOffice; readonly templates: TemplateOffice };

/** SES takes one new template a second. */
const BETWEEN_TEMPLATES = 1000;
/** So often SES may ask for patience about one template, before that is taken for a failure. */
const PATIENCE = 60;

/**
 * Records the plan's letters, brings them to SES and writes the plan, not yet active.
 * @returns its hash
 * @throws for texts that are none of ours, naming each
 */
export async function applyPlan(
  { clock, plan: store, ...needs }: Needs & Pick<World, 'clock'>,
  plan: Plan,
): Promise<string> {
  const wrong = checkMail(plan);
  if (wrong.length > 0) throw new Error(wrong.map(({ sentence }) => sentence).join('\n'));
  const there = await store.sunset();
  if (there?.active === true)
    throw new Error(`plan ${there.plan.sunset} is active: an active plan is changed cohort by cohort`);
  const letters = mailTemplates(plan);
  for (const letter of letters) {
    // What can be sent has been recorded.
    await needs.office.putTemplate(letter);
    await bring({ clock, ...needs }, letter);
  }
  const hash = planHash(plan);
  const names = Object.fromEntries(letters.map(({ stage, language, name }) => [`${stage}/${language}`, name]));
  await needs.office.putSunset({ plan, hash, active: false, templates: names });
  return hash;
}

async function bring({ clock, templates }: Pick<Needs, 'templates'> & Pick<World, 'clock'>, letter: RecordedTemplate) {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const answer = await templates.create(letter);
    if (answer === 'there') return;
    await clock.waitUntil(clock.now() + BETWEEN_TEMPLATES);
    if (answer === 'created') return;
  }
  throw new Error(`SES has put off template ${letter.name} ${PATIENCE} times: apply the plan again later`);
}

/** From now on the plan runs. The cohorts stand before the first sweep can ask for them. */
export async function activate(
  { plan: store, office }: Omit<Needs, 'templates'>,
  hash: string,
  now: Instant,
): Promise<void> {
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

/**
 * Takes a hold away; outcomes are counted anew. Only while nothing has been missed: a hold in which a last notice or an
 * end date fell needs later dates first, or people would lose the feature without having been told in time.
 * @returns false where there is no hold, or somebody else has changed the cohort meanwhile
 */
export async function release(
  { plan: store, office }: Pick<World, 'plan'> & { readonly office: PlanOffice },
  id: string,
  now: Instant,
): Promise<boolean> {
  const [sunset, cohort, groups] = await Promise.all([store.sunset(), store.cohort(id), store.groups()]);
  if (sunset === undefined || cohort === undefined) throw new Error(`there is no cohort ${id} to release`);
  if (cohort.hold === null) return false;
  const { plan } = sunset;
  const later = groups
    .map((group) => groupKey(group.id, plan))
    .flatMap((key) => (key.cohort === id ? effectiveEndDate(cohort.endDate, key.notBefore) : []));
  const missed = missedInHold(plan, cohort.hold, [cohort.endDate, ...later], now);
  if (missed !== null)
    throw new Error(
      `cohort ${id} was held while ${missed} fell due: the date has to be moved before it is released, which this version cannot do`,
    );
  return office.release(cohort);
}

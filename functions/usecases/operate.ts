/**
 * How a sunset begins: its plan is applied, then activated. Each step may be repeated. Who may do it, and that two people
 * agree on the same content, is asked before (promise 12).
 */
import { planHash } from '../domain/plan-file.ts';
import type { Plan } from '../domain/plan.ts';
import type { Instant } from '../domain/time.ts';
import { newCohort } from '../domain/wave.ts';
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
  { clock, plan: store, office, templates }: Needs & Pick<World, 'clock'>,
  plan: Plan,
): Promise<string> {
  const wrong = checkMail(plan);
  if (wrong.length > 0) throw new Error(wrong.map(({ sentence }) => sentence).join('\n'));
  const there = await store.sunset();
  if (there?.active === true)
    throw new Error(`plan ${there.plan.sunset} is active: an active plan is changed cohort by cohort`);
  const hash = planHash(plan);
  const names = await bringLetters({ clock, office, templates }, plan);
  // Bringing the letters takes a minute or two, in which another plan may have been applied, or this one activated.
  if (!(await office.saveSunset({ plan, hash, active: false, templates: names }, there))) throw new OvertakenError();
  return hash;
}

/** Somebody else has applied or activated a plan meanwhile. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
  constructor() {
    super('Another plan was applied, or the one before was activated, meanwhile.');
  }
}

/**
 * Records the plan's letters and brings them to SES.
 * @returns the template's name by `stage/language`
 */
export async function bringLetters(
  { clock, office, templates }: Pick<Needs, 'office' | 'templates'> & Pick<World, 'clock'>,
  plan: Plan,
): Promise<Record<string, string>> {
  const letters = mailTemplates(plan);
  for (const letter of letters) {
    // What can be sent has been recorded.
    await office.putTemplate(letter);
    await bring({ clock, templates }, letter);
  }
  return Object.fromEntries(letters.map(({ stage, language, name }) => [`${stage}/${language}`, name]));
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
  const there = new Map((await store.cohorts()).map((cohort) => [cohort.id, cohort]));
  for (const cohort of sunset.plan.cohorts) {
    const read = there.get(cohort.id);
    // As an activation of this plan has left it that was cut off; one of another plan has left other dates.
    if (read?.endDate === cohort.endDate) continue;
    if (!(await office.putCohort(newCohort(cohort), read))) throw new OvertakenError();
  }
  await store.schedule({ at: now, kind: 'sweep', id: 'regular' });
  await store.nextSweep({ from: null, to: now });
  if (!(await office.saveSunset({ ...sunset, active: true }, sunset))) throw new OvertakenError();
}

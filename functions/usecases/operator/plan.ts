/**
 * The plan, seen before it is applied. One that does not run yet is simply put in the place of the one before; one that
 * runs is amended, and loosened limits take a second person.
 */
import type { AppliedPlan, BodyOf, PlanDiff, PlanView } from '../../contracts/operator-api.ts';
import { effectsOf } from '../../domain/effects.ts';
import type { Difference } from '../../domain/plan-difference.ts';
import { parsePlan, planHash } from '../../domain/plan-file.ts';
import type { Plan } from '../../domain/plan.ts';
import { type CohortState, newCohort } from '../../domain/wave.ts';
import { checkMail } from '../../mail/templates.ts';
import type { Office, Sunset } from '../../ports.ts';
import { applyPlan, bringLetters } from '../operate.ts';
import { amend, amendmentOf, compare, judgeAmendment, refusedDates } from './amend.ts';
import { aloneWarning, peopleNeeded, propose, viewOf } from './changes.ts';
import { unlessOvertaken } from './overtaken.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import type { Asker } from './situation.ts';
import { groupsAfter } from './told-groups.ts';

export async function showPlan(office: Office, { now }: Asker): Promise<PlanView> {
  const [{ sunset, cohorts }, people] = [await office.plan.situation(), await peopleNeeded(office)];
  const { changes } = await office.office.changes({ before: null, limit: 100 });
  const waiting = changes
    .map((change) => viewOf(change, people, now))
    .find(({ state, proposal }) => state === 'open' && (proposal.kind === 'amend' || proposal.kind === 'activate'));
  const proposed = waiting?.proposal.kind === 'amend' ? waiting.proposal.hash : null;
  return {
    plan: sunset === undefined ? null : withDates(sunset.plan, cohorts),
    hash: sunset?.hash ?? null,
    active: sunset?.active ?? false,
    pending: sunset?.active === false ? sunset.hash : proposed,
    people,
    warning: aloneWarning(people),
  };
}

/** With the dates that stand: applied again, it moves none. */
function withDates(plan: Plan, there: readonly CohortState[]): Plan {
  const dates = new Map(there.map(({ id, endDate }) => [id, endDate]));
  return { ...plan, cohorts: plan.cohorts.map((one) => ({ ...one, endDate: dates.get(one.id) ?? one.endDate })) };
}

export async function diffPlan(office: Office, { now }: Asker, { yaml }: BodyOf<'diff'>): Promise<PlanDiff> {
  return diffOf(office, readPlan(office, yaml), now);
}

export async function apply(
  office: Office,
  asker: Asker,
  { yaml, base, reason }: BodyOf<'apply'>,
): Promise<AppliedPlan> {
  const { plan: store } = office;
  const plan = readPlan(office, yaml);
  const hash = planHash(plan);
  const { sunset, cohorts } = await store.situation();
  asCompared(sunset, base);
  const diff = await diffOf(office, plan, asker.now);
  const fact = { what: 'plan-applied', why: reason, subject: 'plan', from: base, to: hash } as const;
  if (sunset?.active !== true) {
    await recorded(office, asker, fact, () => unlessOvertaken(applyPlan(office, plan)));
    return { hash, applied: true, change: null, diff };
  }
  const situation = { sunset, cohorts };
  await judgeAmendment(office, situation, await compare(office, situation, plan, asker.now), asker.now);
  await recorded(office, asker, fact, async () => {
    await office.office.putPlan({ plan, hash, templates: await bringLetters(office, plan) });
  });
  // Bringing letters takes its time.
  asCompared(await store.sunset(), base);
  const amendment = await amendmentOf(office, hash, asker.now);
  if (needsSecondPerson(amendment.differences)) {
    const change = await propose(office, asker, { kind: 'amend', hash, reason });
    return { hash, applied: change.state === 'applied', change, diff };
  }
  await amend(office, asker, { hash, pinned: amendment.pinned, reason });
  return { hash, applied: true, change: null, diff };
}

/** Refuses what was compared with another plan than there is. */
function asCompared(sunset: Sunset | undefined, base: string | null): void {
  if ((sunset?.hash ?? null) !== base)
    refuse(
      'stale-plan',
      `The plan that is there is ${sunset?.hash ?? 'none'}; what you saw was compared with ${base ?? 'none'}.`,
      'Look at the difference again: sunset plan diff FILE',
    );
}

/** Looser limits, and whatever letters say: two people have approved them as they are. */
function needsSecondPerson(differences: readonly Difference[]): boolean {
  return differences.some(({ kind, looser }) => kind === 'text' || looser === true);
}

/** The plan of a file, or every reason why it is none. */
function readPlan({ sunset }: Pick<Office, 'sunset'>, yaml: string): Plan {
  const result = parsePlan(yaml);
  const wrong = 'errors' in result ? result.errors : checkMail(result.plan);
  const fix = 'Correct the file, then try again.';
  if (wrong.length > 0)
    refuse('plan-refused', wrong[0]?.sentence ?? '', fix, { all: wrong.map((each) => each.sentence) });
  const { plan } = result as { plan: Plan };
  if (plan.sunset !== sunset)
    refuse('plan-refused', `The plan is for the sunset "${plan.sunset}", this deployment is "${sunset}".`, fix);
  return plan;
}

async function diffOf(office: Office, plan: Plan, now: number): Promise<PlanDiff> {
  const hash = planHash(plan);
  const { sunset, cohorts } = await office.plan.situation();
  if (sunset?.active === true) {
    const situation = { sunset, cohorts };
    const amendment = await compare(office, situation, plan, now);
    const { differences, effects } = amendment;
    const refused = await refusedDates(office, situation, amendment, now);
    return {
      hash,
      base: sunset.hash,
      active: true,
      changes: differences.map(({ path, kind, sentence, cohort }) => {
        const no = refused.get(cohort ?? '');
        return no === undefined ? { path, kind, sentence } : { path, kind: 'refused' as const, sentence: no };
      }),
      effects,
      needsSecondPerson: needsSecondPerson(differences),
    };
  }
  const fresh = plan.cohorts.map(newCohort);
  const quota = await office.mailer.quota();
  const base = sunset?.hash ?? null;
  const what =
    base === null
      ? 'is the first plan'
      : base === hash
        ? 'is the plan that is there'
        : 'takes the place of the plan that is there, which is not active';
  return {
    hash,
    base,
    active: false,
    changes: [{ path: '', kind: 'draft', sentence: `${what}; nothing runs before it is activated by two people` }],
    effects: effectsOf({ plan, now, quota, groups: groupsAfter(plan, fresh, new Map(), new Map()) }),
    needsSecondPerson: false,
  };
}

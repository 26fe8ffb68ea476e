/** A running plan is put otherwise: texts, limits and dates. What may change is `domain/plan-difference.ts`. */
import { createHash } from 'node:crypto';

import { effectsOf } from '../../domain/effects.ts';
import { type Difference, planDifference } from '../../domain/plan-difference.ts';
import { judgeMove, type MoveAnswer } from '../../domain/reschedule.ts';
import type { Instant, LocalDate } from '../../domain/time.ts';
import type { Plan } from '../../domain/plan.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Office } from '../../ports.ts';
import { moveDate, refuseMove } from './moves.ts';
import { recorded } from './record.ts';
import { Refusal, refuse } from './refusal.ts';
import { activeSunset, type Asker, cohortNamed, type Situation } from './situation.ts';
import { groupsAfter, toldByCohort } from './told-groups.ts';
import type { Effects } from '../../contracts/operator-api.ts';

export interface Amendment {
  readonly differences: readonly Difference[];
  /** By cohort whose date moves. */
  readonly dates: ReadonlyMap<string, LocalDate>;
  readonly effects: Effects;
}

export async function compare(
  office: Pick<Office, 'plan' | 'ledger' | 'mailer'>,
  situation: Situation,
  next: Plan,
  now: Instant,
): Promise<Amendment> {
  const { sunset, cohorts } = situation;
  const endDates = new Map(cohorts.map(({ id, endDate }) => [id, endDate]));
  const differences = planDifference(sunset.plan, next, { endDates });
  const dates = new Map(
    differences.flatMap(({ cohort, to }) => (cohort === undefined || to === undefined ? [] : [[cohort, to] as const])),
  );
  const told = await toldByCohort(office, situation);
  const effects = effectsOf({
    plan: next,
    now,
    quota: await office.mailer.quota(),
    groups: groupsAfter(sunset.plan, cohorts, told, dates),
  });
  return { differences, dates, effects };
}

/** Refuses what cannot be done to a plan that runs, all of it together. */
export async function judgeAmendment(
  office: Pick<Office, 'plan' | 'ledger'>,
  situation: Situation,
  { differences, dates }: Amendment,
  now: Instant,
): Promise<void> {
  const refused = differences.filter(({ kind }) => kind === 'refused').map(({ sentence }) => sentence);
  if (refused.length > 0)
    refuse(
      'running-cohort',
      refused[0] ?? '',
      'Take these changes out of the file; end dates, texts and limits can change while a plan runs.',
      { all: refused },
    );
  await eachDate(office, situation, dates, now, (cohort, to, answer) => refuseMove(cohort, to, answer));
}

/** By cohort, why its date cannot move so. */
export async function refusedDates(
  office: Pick<Office, 'plan' | 'ledger'>,
  situation: Situation,
  { dates }: Amendment,
  now: Instant,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  await eachDate(office, situation, dates, now, (cohort, to, answer) => {
    try {
      refuseMove(cohort, to, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.set(cohort.id, `${error.error.sentence} ${error.error.todo}`);
    }
  });
  return refused;
}

async function eachDate(
  office: Pick<Office, 'plan' | 'ledger'>,
  situation: Situation,
  dates: Amendment['dates'],
  now: Instant,
  onRefusal: (cohort: CohortState, to: LocalDate, answer: Extract<MoveAnswer, { kind: 'refuse' }>) => void,
): Promise<void> {
  const told = await toldByCohort(office, situation);
  for (const [id, to] of dates) {
    const cohort = cohortNamed(situation, id);
    const groups = told.get(id) ?? [];
    const answer = judgeMove({ plan: situation.sunset.plan, cohort, groups, to, now });
    if (answer.kind === 'refuse') onRefusal(cohort, to, answer);
  }
}

/** A plan that was applied beside the one that runs, judged against what is there now. */
export async function amendmentOf(
  office: Pick<Office, 'plan' | 'ledger' | 'office' | 'mailer'>,
  hash: string,
  now: Instant,
): Promise<Amendment & { readonly summary: string; readonly pinned: string }> {
  const situation = await activeSunset(office);
  const next = await office.office.planOf(hash);
  if (next === undefined)
    return refuse('stale-plan', `There is no plan ${hash}.`, 'Apply it: sunset plan apply FILE --reason "..."');
  const amendment = await compare(office, situation, next.plan, now);
  await judgeAmendment(office, situation, amendment, now);
  const sentences = amendment.differences.map(({ sentence }) => sentence);
  const summary = [...sentences, ...amendment.effects.sentences].join('; ');
  return {
    ...amendment,
    summary: summary === '' ? 'changes nothing' : shortened(summary),
    // Compared with another plan, or with other dates, it would do something else.
    pinned: createHash('sha256')
      .update([situation.sunset.hash, ...sentences].join('\n'))
      .digest('hex'),
  };
}

/** A change is one item of a table: all words of twelve languages would not fit. */
const LONGEST_SUMMARY = 20_000;
const shortened = (text: string) =>
  text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY)} …; sunset plan diff FILE shows all of it`;

/**
 * @param x.pinned what it was when it was looked at
 * @returns what came of it, in a sentence
 */
export async function amend(
  office: Pick<Office, 'plan' | 'office' | 'ledger' | 'mailer'>,
  asker: Asker,
  x: { hash: string; pinned: string; reason: string },
): Promise<string> {
  const { hash, reason } = x;
  const situation = await activeSunset(office);
  const running = situation.sunset.hash;
  const { dates, differences, pinned } = await amendmentOf(office, hash, asker.now);
  const overtaken = (): never =>
    refuse(
      'stale-plan',
      'The plan or a date has changed meanwhile.',
      'Look at the difference again: sunset plan diff FILE',
    );
  if (pinned !== x.pinned) overtaken();
  const why = `${reason} (${differences.map(({ path }) => path).join(', ')})`.slice(0, 500);
  const fact = { what: 'plan-amended', why, subject: 'plan', from: running, to: hash } as const;
  // The plan first: it says nothing of dates that have moved, and a date alone can be moved again.
  await recorded(office, asker, fact, async () => {
    if (running !== hash && !(await office.office.replacePlan(running, hash))) overtaken();
  });
  for (const [id, to] of dates) await moveDate(office, asker, cohortNamed(situation, id), { to, reason });
  return 'The plan that runs is amended.';
}

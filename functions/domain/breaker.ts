/** Breakers: what share of bounces, complaints, suppressed addresses, failures or soft bounces stops a cohort. */
import type { Plan } from './plan.ts';

/** One or two people are no rate, however small the limit: the first complaint among a thousand must not stop a cohort. */
const FEWEST = 3;

/** Outcomes since activation or the last release. */
export interface Outcomes {
  readonly delivered: number;
  readonly bounced: number;
  readonly complained: number;
  readonly suppressed: number;
  /** Rejected, or not to be rendered. */
  readonly failed: number;
  /** Given back for now, automatic answers among them: each may be delivered too, so only their own breaker counts them. */
  readonly softBounced: number;
}
export const NO_OUTCOMES: Outcomes = {
  delivered: 0,
  bounced: 0,
  complained: 0,
  suppressed: 0,
  failed: 0,
  softBounced: 0,
};

/** The reason for a hold, with its figures, or null. */
export function trippedBreaker(plan: Plan, outcomes: Outcomes): string | null {
  const { minimumSample, bounces, complaints, suppressed, failures, softBounces } = plan.guardRails.breakers;
  const limits: readonly [keyof Outcomes, number][] = [
    ['bounced', bounces],
    ['complained', complaints],
    ['suppressed', suppressed],
    ['failed', failures],
    ['softBounced', softBounces],
  ];
  const settled = outcomes.delivered + outcomes.bounced + outcomes.suppressed + outcomes.failed;
  for (const [kind, limit] of limits) {
    const count = outcomes[kind];
    // A cohort of nothing but full mailboxes has no other outcomes.
    const sample = kind === 'softBounced' ? settled + count : settled;
    const share = (100 * count) / sample;
    if (sample >= minimumSample && count >= FEWEST && share > limit)
      return `${kind}: ${count} of ${sample} outcomes (${share.toFixed(2)} %), limit ${limit} %`;
  }
  return null;
}

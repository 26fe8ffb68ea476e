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

/** One breaker as it stands. */
export interface Breaker {
  /** As the plan calls its limit. */
  readonly name: Exclude<keyof Plan['guardRails']['breakers'], 'minimumSample'>;
  readonly kind: keyof Outcomes;
  readonly count: number;
  readonly sample: number;
  /** Percent of the sample. */
  readonly share: number;
  /** The same, above which it trips. */
  readonly limit: number;
  readonly tripped: boolean;
}

const WATCHED: readonly (readonly [Breaker['name'], keyof Outcomes])[] = [
  ['bounces', 'bounced'],
  ['complaints', 'complained'],
  ['suppressed', 'suppressed'],
  ['failures', 'failed'],
  ['softBounces', 'softBounced'],
];

/** Every breaker, in the order in which they trip. */
export function breakersOf(plan: Plan, outcomes: Outcomes): Breaker[] {
  const limits = plan.guardRails.breakers;
  const settled = outcomes.delivered + outcomes.bounced + outcomes.suppressed + outcomes.failed;
  return WATCHED.map(([name, kind]) => {
    const count = outcomes[kind];
    // A cohort of nothing but full mailboxes has no other outcomes.
    const sample = kind === 'softBounced' ? settled + count : settled;
    const share = sample === 0 ? 0 : (100 * count) / sample;
    const limit = limits[name];
    const tripped = sample >= limits.minimumSample && count >= FEWEST && share > limit;
    return { name, kind, count, sample, share, limit, tripped };
  });
}

/** Percent of what a breaker allows; over 100 only where it trips: too small a sample is at its limit at most. */
export function percentOfLimit({ share, limit, tripped }: Breaker): number {
  const percent = (100 * share) / limit;
  return tripped ? percent : Math.min(percent, 100);
}

/** The reason for a hold, with its figures, or null. */
export function trippedBreaker(plan: Plan, outcomes: Outcomes): string | null {
  const breaker = breakersOf(plan, outcomes).find(({ tripped }) => tripped);
  if (breaker === undefined) return null;
  const { kind, count, sample, share, limit } = breaker;
  return `${kind}: ${count} of ${sample} outcomes (${share.toFixed(2)} %), limit ${limit} %`;
}

/** Breakers: what share of bounces, complaints or suppressions stops a cohort. Suppression counts apart from bounces. */
import type { Plan } from './plan.ts';

/** One or two people are no rate, however small the limit: the first complaint among a thousand must not stop a cohort. */
const FEWEST = 3;

/** Outcomes since activation or the last release. */
export interface Outcomes {
  readonly delivered: number;
  readonly bounced: number;
  readonly complained: number;
  readonly suppressed: number;
}

/** The reason for a hold, with its figures, or null. */
export function trippedBreaker(plan: Plan, outcomes: Outcomes): string | null {
  const { breakers } = plan.guardRails;
  const sample = outcomes.delivered + outcomes.bounced + outcomes.suppressed;
  if (sample < breakers.minimumSample) return null;
  const over = (['bounced', 'complained', 'suppressed'] as const).find(
    (kind) =>
      outcomes[kind] >= FEWEST &&
      (100 * outcomes[kind]) / sample >
        { bounced: breakers.bounces, complained: breakers.complaints, suppressed: breakers.suppressed }[kind],
  );
  if (over === undefined) return null;
  const limit = { bounced: breakers.bounces, complained: breakers.complaints, suppressed: breakers.suppressed }[over];
  const share = ((100 * outcomes[over]) / sample).toFixed(2);
  return `${over}: ${outcomes[over]} of ${sample} outcomes (${share} %), limit ${limit} %`;
}

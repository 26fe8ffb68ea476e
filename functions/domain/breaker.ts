/** Breakers: what share of bounces, complaints, suppressions or failures stops a cohort. Suppression counts apart from bounces. */
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
}
export const NO_OUTCOMES: Outcomes = { delivered: 0, bounced: 0, complained: 0, suppressed: 0, failed: 0 };

/** The reason for a hold, with its figures, or null. */
export function trippedBreaker(plan: Plan, outcomes: Outcomes): string | null {
  const { minimumSample, bounces, complaints, suppressed, failures } = plan.guardRails.breakers;
  const limits = { bounced: bounces, complained: complaints, suppressed, failed: failures };
  const sample = outcomes.delivered + outcomes.bounced + outcomes.suppressed + outcomes.failed;
  if (sample < minimumSample) return null;
  const over = (['bounced', 'complained', 'suppressed', 'failed'] as const).find(
    (kind) => outcomes[kind] >= FEWEST && (100 * outcomes[kind]) / sample > limits[kind],
  );
  if (over === undefined) return null;
  const share = ((100 * outcomes[over]) / sample).toFixed(2);
  return `${over}: ${outcomes[over]} of ${sample} outcomes (${share} %), limit ${limits[over]} %`;
}

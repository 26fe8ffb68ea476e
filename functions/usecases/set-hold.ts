/** A hold that the system sets by itself: it stays until an operator releases it, so somebody must hear of it. */
import { HOLD_SET } from '../contracts/log-lines.ts';
import { isoInstant } from '../domain/time.ts';
import type { World } from '../ports.ts';

/** `why` names the figures, or SES's own word; where there is a hold already, it stays. */
export async function setHold(
  { clock, ledger, log, plan }: Pick<World, 'clock' | 'ledger' | 'log' | 'plan'>,
  cohort: string,
  { who, why }: { who: 'breaker' | 'sunset'; why: string },
): Promise<void> {
  const at = isoInstant(clock.now());
  log.warn(HOLD_SET, { cohort, why });
  if ((await plan.cohort(cohort))?.hold !== null) return;
  // The entry first: a hold that nobody can account for would be worse than an entry without its hold.
  await ledger.appendAudit({ at, who, what: 'held', why, subject: cohort, from: null, to: null });
  const until = await plan.hold(cohort, { who, why, since: clock.now() });
  // Somebody else was faster, and has written an entry too.
  if (until === undefined)
    await ledger.appendAudit({ at, who, what: 'not-done', why: 'held', subject: cohort, from: null, to: null });
}

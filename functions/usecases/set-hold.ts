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
  const since = clock.now();
  const until = await plan.hold(cohort, { who, why, since });
  log.warn(HOLD_SET, { cohort, why });
  if (until === undefined) return;
  const to = `certain from ${isoInstant(Math.max(since, until))}`;
  await ledger.appendAudit({ at: isoInstant(since), who, what: 'held', why, subject: cohort, from: null, to });
}

/** A hold that the system sets by itself: it stays until an operator releases it, so somebody must hear of it. */
import { HOLD_SET } from '../contracts/log-lines.ts';
import type { World } from '../ports.ts';

/** `why` names the figures, or SES's own word; where there is a hold already, it stays. */
export async function setHold(
  { clock, log, plan }: Pick<World, 'clock' | 'log' | 'plan'>,
  cohort: string,
  { who, why }: { who: 'breaker' | 'sunset'; why: string },
): Promise<void> {
  await plan.hold(cohort, { who, why, since: clock.now() });
  log.warn(HOLD_SET, { cohort, why });
}

/** The rules of the clock: the tick of every minute, as far as there is something to do for it, and the report. */
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

import type { Plan } from '../../functions/domain/plan.ts';
import { DAY, HOUR, MINUTE } from '../../functions/domain/time.ts';
import { type CohortState, nextWaveAt, PERMIT } from '../../functions/domain/wave.ts';
import type { Account } from './account.ts';
import type { Draw } from './draw.ts';
import type { Faults } from './faults.ts';
import type { Timeline } from './timeline.ts';

/** Of ticks only those are played in which there is something to do: the others do nothing. */
export function startRules({
  account,
  timeline,
  draw,
  faults,
  plan,
}: {
  plan: Plan;
  account: Account;
  timeline: Timeline;
  draw: Draw;
  faults: Faults;
}): void {
  const minute = (at: number) => Math.ceil(at / MINUTE) * MINUTE;
  const grid = (at: number) => (account.isBusy(3 * MINUTE) ? minute(at) : Math.ceil(at / (5 * MINUTE)) * 5 * MINUTE);
  const event = (at: number) => ({ time: new Date(at).toISOString().replace('.000Z', 'Z') });
  let missedUntil = 0;
  const tick = () => {
    const at = timeline.now;
    // Once this one has done, most likely, what was due: another would find nothing.
    timeline.after(50_000, () => timeline.at(grid(Math.max(timeline.now + 1, nextTick(account, at, plan))), tick));
    if (at < missedUntil) return faults.count('tick missed');
    if (faults.strikes('tick missed')) {
      if (draw.chance(0.1)) missedUntil = at + draw.between(6, 30) * MINUTE;
      return;
    }
    const late = faults.strikes('tick out of order') ? draw.between(1, 30) * MINUTE : draw.between(1, 30_000);
    timeline.after(late, () => void account.invoke('tick', event(at)));
    if (faults.strikes('tick doubled'))
      timeline.after(draw.pick([late, late + MINUTE, 3 * HOUR]), () => void account.invoke('tick', event(at)));
  };
  timeline.at(minute(timeline.now + 1), tick);
  const report = () => {
    timeline.after(7 * DAY, report);
    void account.invoke('report', event(minute(timeline.now)));
  };
  timeline.after(HOUR, report);
}

/** The earliest minute whose tick may find something to do. */
function nextTick(account: Account, now: number, plan: Plan): number {
  if (account.isBusy(3 * MINUTE)) return now + PERMIT / 2;
  const rows = (pk: string, Limit?: number) =>
    (
      account.db.execute(
        new QueryCommand({
          TableName: 'plan',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
          ...(Limit === undefined ? {} : { Limit }),
        }),
      ) as { Items: Record<string, AttributeValue>[] }
    ).Items;
  const agenda = Date.parse((rows('AGENDA', 1)[0]?.['sk']?.S ?? '').slice(0, 24));
  const waves = rows('SUNSET')
    // No wave opens of a cohort that is not armed.
    .filter(({ sk, arming }) => sk?.S?.startsWith('COHORT#') === true && arming?.NULL !== true)
    .map((row) => nextWaveAt(plan, unmarshall(row) as CohortState) ?? Infinity);
  return Math.max(now + 1, Math.min(Number.isNaN(agenda) ? Infinity : agenda, now + 12 * HOUR, ...waves));
}

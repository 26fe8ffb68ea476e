/** The rules of the clock: the tick of every minute, as far as there is something to do for it, and the report. */
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

import type { Plan } from '../../functions/domain/plan.ts';
import { DAY, HOUR, MINUTE } from '../../functions/domain/time.ts';
import { type CohortState, nextWaveAt, PERMIT } from '../../functions/domain/wave.ts';
import type { Write } from '../memory/dynamodb.ts';
import type { Account } from './account.ts';
import type { Draw } from './draw.ts';
import type { Faults } from './faults.ts';
import type { Timeline } from './timeline.ts';

/** A tick has done, most likely, what was due: another before then would find nothing. */
const DONE_BY_THEN = 110_000;

/** When a row of the agenda is due, by its key. */
const dueAt = (sk: string | undefined) => Date.parse((sk ?? '').slice(0, 24));

/**
 * Of ticks only those are played in which there is something to do: the others do nothing.
 * @returns what is to be told of each write: there may be something to do sooner
 */
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
}): (write: Write) => void {
  const minute = (at: number) => Math.ceil(at / MINUTE) * MINUTE;
  const grid = (at: number) => (account.isBusy(3 * MINUTE) ? minute(at) : Math.ceil(at / (5 * MINUTE)) * 5 * MINUTE);
  const event = (at: number) => ({ time: new Date(at).toISOString().replace('.000Z', 'Z') });
  let planned = Infinity;
  const planTick = (wanted: number) => {
    const at = grid(Math.max(timeline.now + 1, wanted));
    if (at >= planned) return;
    planned = at;
    timeline.at(at, () => planned === at && tick());
  };
  let isLooking = false;
  const lookSoon = () => {
    if (isLooking) return;
    isLooking = true;
    timeline.after(DONE_BY_THEN, () => {
      isLooking = false;
      planTick(nextTick(account, timeline.now, plan));
    });
  };
  let missedUntil = 0;
  const tick = () => {
    const at = timeline.now;
    planned = Infinity;
    lookSoon();
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
  planTick(minute(timeline.now + 1));
  const report = () => {
    timeline.after(7 * DAY, report);
    void account.invoke('report', event(minute(timeline.now)));
  };
  timeline.after(HOUR, report);
  return ({ table, before, after }) => {
    if (table !== 'plan' || after === undefined) return;
    const sk = after['sk']?.S;
    const isSooner = after['pk']?.S === 'AGENDA' && dueAt(sk) < planned;
    // A permit that is renewed leaves a cohort's version as it is.
    const hasChanged = sk?.startsWith('COHORT#') === true && before?.['version']?.N !== after['version']?.N;
    if (isSooner || hasChanged) lookSoon();
  };
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
  const agenda = dueAt(rows('AGENDA', 1)[0]?.['sk']?.S);
  const waves = rows('SUNSET')
    // No wave opens of a cohort that is not armed.
    .filter(({ sk, arming }) => sk?.S?.startsWith('COHORT#') === true && arming?.NULL !== true)
    .map((row) => nextWaveAt(plan, unmarshall(row) as CohortState) ?? Infinity);
  return Math.max(now + 1, Math.min(Number.isNaN(agenda) ? Infinity : agenda, now + 7 * DAY, ...waves));
}

/** The nightly figures, from the tallies of runs and cohorts: O(groups), nothing is counted person by person. */
import { noticeParts } from '../domain/notice-id.ts';
import { isoInstant } from '../domain/time.ts';
import type { World } from '../ports.ts';

export interface NightlyReport {
  readonly runs: { readonly open: number; readonly closed: number; readonly superseded: number };
  /** People by stage, then by what became of their notice at SES. */
  readonly notices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly cohorts: readonly {
    readonly id: string;
    readonly endDate: string;
    readonly wave: number;
    readonly hold: string | null;
    readonly encrypted: number;
    readonly disabled: number;
  }[];
}

export async function report(
  { plan, bus, log }: Pick<World, 'plan' | 'bus' | 'log'>,
  now: number,
): Promise<NightlyReport | undefined> {
  const sunset = await plan.sunset();
  if (sunset === undefined) return undefined;
  const runs = { open: 0, closed: 0, superseded: 0 };
  const notices: Record<string, Record<string, number>> = {};
  for (const { notice, state, tally } of await plan.runs()) {
    runs[state] += 1;
    if (tally === null) continue;
    const stage = (notices[noticeParts(notice).stage] ??= {});
    stage['accepted'] = (stage['accepted'] ?? 0) + tally.accepted;
    for (const [reason, count] of Object.entries(tally.skipped)) stage[reason] = (stage[reason] ?? 0) + count;
  }
  const figures: NightlyReport = {
    runs,
    notices,
    cohorts: (await plan.cohorts()).map(({ id, endDate, wave, hold, headCount, disabled }) => ({
      id,
      endDate,
      wave,
      hold: hold?.why ?? null,
      encrypted: headCount,
      disabled,
    })),
  };
  const at = isoInstant(now);
  await plan.saveReport(now, figures);
  await bus.publish([{ type: 'SunsetReport', detail: { sunset: sunset.plan.sunset, at, report: figures } }]);
  log.info('the night was reported', runs);
  return figures;
}

/** Opens a run, or opens it again where it is through or has passed somebody: there is one more to be told. */
import type { NoticeId } from '../domain/notice-id.ts';
import type { Instant } from '../domain/time.ts';
import type { Run, Sunset, World } from '../ports.ts';

/**
 * @param x.at from when on there is something to do; whoever was to be told before still is
 * @param x.queued pages that need not be queued unseen: those that are not complete are found by their records
 * @returns false where somebody else has changed the run meanwhile
 */
export async function openAgain(
  plan: World['plan'],
  sunset: Sunset,
  x: { group: string; notice: NoticeId; at: Instant; now: Instant; queued: number },
): Promise<boolean> {
  const { group, notice, at, now, queued } = x;
  // The agenda first: a run that nobody looks at would stay open for ever.
  await plan.schedule({ at, kind: 'run', id: `${group}|${notice}` });
  const run: Run = {
    group,
    notice,
    queued,
    state: 'open',
    planHash: sunset.hash,
    openedAt: now,
    settled: {},
    lookAt: at,
    reopened: 0,
    tally: null,
  };
  const there = await plan.run(group, notice);
  if (there === undefined) return plan.openRun(run);
  const lookAt = there.state === 'open' ? Math.min(there.lookAt, at) : at;
  return plan.saveRun({ ...run, lookAt, reopened: there.reopened + 1 }, there);
}

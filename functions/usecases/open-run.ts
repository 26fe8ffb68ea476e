/** How runs are opened, and opened again where they are through or have passed somebody who is to be told. */
import { pageId } from '../domain/group.ts';
import type { NoticeId } from '../domain/notice-id.ts';
import type { Instant } from '../domain/time.ts';
import type { Group, Run, Sunset, World } from '../ports.ts';

/** A group's pages in the order in which they are queued. */
export function pagesOf({ id, pages }: Pick<Group, 'id' | 'pages'>): string[] {
  return Object.entries(pages)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([language, count]) => Array.from({ length: count }, (_, at) => pageId(id, language, at + 1)));
}

/** A run of which nothing is done yet. */
export function newRun(
  { hash }: Pick<Sunset, 'hash'>,
  { group, notice, now }: { group: string; notice: NoticeId; now: Instant },
): Run {
  return {
    group,
    notice,
    state: 'open',
    planHash: hash,
    openedAt: now,
    queued: 0,
    settled: {},
    lookAt: now,
    reopened: 0,
    through: null,
    tally: null,
  };
}

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
  const row = { at, kind: 'run' as const, id: `${group}|${notice}` };
  // The agenda first: a run that nobody looks at would stay open for ever.
  await plan.schedule(row);
  const run = newRun(sunset, { group, notice, now });
  const there = await plan.run(group, notice);
  // Of one that is still open, nobody waits longer for it, and what was not queued yet still will be.
  const isOpen = there?.state === 'open';
  const opened =
    there === undefined
      ? await plan.openRun({ ...run, queued, lookAt: at })
      : await plan.saveRun(
          {
            ...run,
            openedAt: isOpen ? there.openedAt : now,
            queued: isOpen ? Math.min(there.queued, queued) : queued,
            lookAt: isOpen ? Math.min(there.lookAt, at) : at,
            reopened: there.reopened + 1,
            through: there.through,
          },
          there,
        );
  // And again: a tick that came in between has seen the run as it was, closed, and taken the row away.
  if (opened) await plan.schedule(row);
  return opened;
}

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
  const look = (from: Instant) => plan.schedule({ at: from, kind: 'run', id: `${group}|${notice}` });
  // The agenda first: a run that nobody looks at would stay open for ever.
  await look(at);
  const run = newRun(sunset, { group, notice, now });
  const there = await plan.run(group, notice);
  if (there === undefined) return plan.openRun({ ...run, queued, lookAt: at });
  // Of one that is still open, nobody waits longer for it, and what was not queued yet still will be.
  const isOpen = there.state === 'open';
  const reopened = there.reopened + 1;
  const opened = await plan.saveRun(
    {
      ...run,
      openedAt: isOpen ? there.openedAt : now,
      queued: isOpen ? Math.min(there.queued, queued) : queued,
      lookAt: isOpen ? Math.min(there.lookAt, at) : at,
      reopened,
      through: there.through,
    },
    there,
  );
  // And again, as a row of its own: whoever has seen the run as it was, closed, takes the first one away, even now.
  if (opened) await look(at + reopened);
  return opened;
}

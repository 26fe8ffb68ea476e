/**
 * An open run: which pages? First all of them, a quarter of an hour of send rate at a time; then, until each has
 * settled, those that are not complete. Beside it, who must get more time: the review of a group finds them, and a
 * move brings them to a later group.
 */
import type { DispatchMessage } from '../contracts/messages.ts';
import { needsMoreTime } from '../domain/gate.ts';
import { effectiveEndDate, groupId, groupKey, laterGroup, PAGE_SIZE, pageId } from '../domain/group.ts';
import { languageOf } from '../domain/language.ts';
import { toldTogether } from '../domain/member.ts';
import { MOVED, nextMorning, noticeId } from '../domain/notice.ts';
import { doneBy, queueAhead } from '../domain/pacing.ts';
import { outcomesOf, toldOnPage, unsettled } from '../domain/page.ts';
import { laterDate, MINUTE } from '../domain/time.ts';
import type { Group, Run, RunTally, World } from '../ports.ts';
import { placeOnPages } from './enrol.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform' | 'queues'>;

/** From `leaving` on nobody begins to mail the person; whoever had begun has ended by then, as Lambda ends every call. */
const LEAVING = 15 * MINUTE;
/** Pages that one call reviews. */
const REVIEWED_AT_ONCE = 500;

export function dispatch(world: Needs, message: DispatchMessage): Promise<void> {
  switch (message.kind) {
    case 'run':
      return dispatchRun(world, message.group, message.notice);
    case 'review':
      return review(world, message.group);
    case 'move':
      return move(world, message.userId);
  }
}

/** A group's pages in the order in which they are queued. */
function pagesOf({ id, pages }: Group): string[] {
  return Object.entries(pages)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([language, count]) => Array.from({ length: count }, (_, at) => pageId(id, language, at + 1)));
}

async function dispatchRun({ clock, log, plan, ledger, queues }: Needs, groupName: string, notice: string) {
  const [sunset, run, group, budget] = await Promise.all([
    plan.sunset(),
    plan.run(groupName, notice),
    plan.group(groupName),
    plan.budget(),
  ]);
  const now = clock.now();
  if (sunset === undefined || group === undefined || budget === undefined) return;
  if (run?.state !== 'open' || run.lookAt > now) return;

  const pages = pagesOf(group);
  const atOnce = queueAhead(sunset.plan, budget.rate);
  // Another call, or a move that has reopened the run, was faster: it knows better.
  const save = async (changes: Partial<Run>) => void (await plan.saveRun({ ...run, ...changes }, run));
  const queue = async (some: readonly string[], queued: number) => {
    await queues.notices(some.map((page) => ({ page, notice })));
    // After the queue: a crash between the two queues pages twice, which their claims see; the other order forgets.
    await save({ queued, lookAt: doneBy(sunset.plan, budget.rate, some.length * PAGE_SIZE, now) });
  };
  const first = pages.slice(run.queued, run.queued + atOnce);
  if (first.length > 0) return queue(first, run.queued + first.length);

  const records = await ledger.records(pages, notice);
  const open = pages.filter((page) => records.get(page)?.complete !== true);
  const ready = open.filter((page) => (records.get(page)?.until ?? 0) <= now);
  if (ready.length > 0) return queue(ready.slice(0, atOnce), run.queued);
  if (open.length > 0) {
    const lookAt = Math.min(...open.map((page) => records.get(page)?.until ?? now + MINUTE));
    return save({ lookAt });
  }
  const tally: { accepted: number; skipped: Record<string, number> } = { accepted: 0, skipped: {} };
  for (const record of records.values()) {
    for (const outcome of outcomesOf(record).values()) {
      if (outcome === 'accepted') tally.accepted += 1;
      else tally.skipped[outcome] = (tally.skipped[outcome] ?? 0) + 1;
    }
    for (const reason of Object.values(record.skipped)) tally.skipped[reason] = (tally.skipped[reason] ?? 0) + 1;
  }
  if (!(await plan.saveRun({ ...run, state: 'closed', tally: tally satisfies RunTally }, run))) return;
  log.info('a run has closed', { group: groupName, notice, accepted: tally.accepted, ...tally.skipped });
}

/** Marks the members who have no proof in time as leaving, and puts their move on the agenda. */
async function review({ clock, log, plan, ledger, platform }: Needs, groupName: string): Promise<void> {
  const [sunset, group, cohort] = await Promise.all([
    plan.sunset(),
    plan.group(groupName),
    plan.cohort(groupName.split('~')[0] ?? ''),
  ]);
  if (sunset === undefined || group === undefined || cohort === undefined) return;
  const key = groupKey(groupName, sunset.plan);
  const endDate = effectiveEndDate(cohort.endDate, key.notBefore);
  const from = group.review?.endDate === endDate ? group.review.pages : 0;
  const pages = pagesOf(group).slice(from, from + REVIEWED_AT_ONCE);
  let leaving = 0;
  for (const id of pages) {
    const page = await ledger.page(id);
    const [members, profiles] = await Promise.all([
      ledger.members(page?.members ?? []),
      platform.users(page?.members ?? []),
    ]);
    for (const member of members.values()) {
      if (member.page !== id) continue;
      const profile = profiles.get(member.userId);
      if (!needsMoreTime(member, profile, sunset.plan.guardRails, endDate, member.timeZone)) continue;
      const now = clock.now();
      const { notBefore } = laterGroup(sunset.plan, key, now);
      await plan.schedule({ at: now + LEAVING, kind: 'move', id: member.userId });
      if (await ledger.setLeaving(member.userId, { notBefore, since: now })) leaving += 1;
    }
  }
  await plan.setReview(groupName, { endDate, pages: from + pages.length });
  log.info('a group was reviewed', { group: groupName, pages: pages.length, leaving });
}

/**
 * Moves one person's pointer, once no call that read the old one can still be at work. Nobody with a disabled chat
 * comes here: the review is over `minimumNotice` before anything of theirs can be due.
 */
async function move(world: Needs, userId: string): Promise<void> {
  const { clock, log, plan, ledger, platform } = world;
  const [sunset, members, profiles, cohorts] = await Promise.all([
    plan.sunset(),
    ledger.members([userId]),
    platform.users([userId]),
    plan.cohorts(),
  ]);
  const member = members.get(userId);
  const now = clock.now();
  if (sunset === undefined || member === undefined || member.leaving === null) return;
  if (now < member.leaving.since + LEAVING) return;
  const page = await ledger.page(member.page);
  const slot = page?.members.indexOf(userId) ?? -1;
  if (page === undefined || [...page.records.values()].some((record) => unsettled(record)?.slots.includes(slot)))
    return;

  const old = groupKey(member.group, sunset.plan);
  // The group that was named may have been sealed since.
  const notBefore = laterDate(member.leaving.notBefore, laterGroup(sunset.plan, old, now).notBefore);
  const group = groupId({ ...old, notBefore });
  const told = toldTogether(member.told, toldOnPage(page.records, slot, old.zone));
  const placed = await placeOnPages(world, {
    plan: sunset.plan,
    cohorts,
    group,
    language: languageOf(profiles.get(userId)?.locale),
    userIds: [userId],
  });
  const target = placed.get(userId);
  if (target === undefined) return;
  const notice = noticeId(MOVED, notBefore);
  if (told.endDate !== null) {
    const morning = nextMorning(sunset.plan, old.zone, now);
    await plan.schedule({ at: morning, kind: 'run', id: `${group}|${notice}` });
    const rest = { planHash: sunset.hash, openedAt: now, queued: 0, lookAt: morning, tally: null };
    const run: Run = { group, notice, state: 'open', ...rest };
    // Reopened where it was through: somebody new is on a page. Who was to be told this morning still is.
    const there = await plan.run(group, notice);
    const lookAt = there?.state === 'open' ? Math.min(there.lookAt, morning) : morning;
    const opened = there === undefined ? await plan.openRun(run) : await plan.saveRun({ ...run, lookAt }, there);
    // Somebody else was faster. Tick asks again.
    if (!opened) return;
  }
  // What the record says of the newcomer's slot, it says of somebody who was not there yet.
  const later = await ledger.page(target);
  const record = later?.records.get(notice);
  const theirs = String(later?.members.indexOf(userId));
  if (record !== undefined && (record.complete || theirs in record.skipped)) {
    const skipped = Object.fromEntries(Object.entries(record.skipped).filter(([each]) => each !== theirs));
    await ledger.note(target, notice, { skipped, complete: false, until: record.until });
  }
  // Last: until the pointer has moved, this is done again.
  await ledger.movePointer(userId, { from: member.page, group, page: target, told });
  log.info('a member was moved to a later group', { from: member.group, to: group });
}

/**
 * An open run: which pages? First all of them, a quarter of an hour of send rate at a time; then, until each has
 * settled, those that are not complete. Beside it, who must get more time: the review of a group finds them, and a
 * move brings them to a later group.
 */
import type { DispatchMessage } from '../contracts/messages.ts';
import { needsMoreTime } from '../domain/gate.ts';
import { effectiveEndDate, groupId, groupKey, laterGroup, OPENING, PAGE_SIZE, pageId } from '../domain/group.ts';
import { languageOf, languagesOf } from '../domain/language.ts';
import { LEAVING, toldTogether } from '../domain/member.ts';
import { ladder, nextMorning } from '../domain/notice.ts';
import { MOVED, noticeId, noticeParts } from '../domain/notice-id.ts';
import type { Plan } from '../domain/plan.ts';
import { queueAhead, sendingTime } from '../domain/pacing.ts';
import { endings, type NoticeRecord, toldOnPage, unsettled } from '../domain/page.ts';
import { type Instant, laterDate, type LocalDate, MINUTE } from '../domain/time.ts';
import type { Group, Run, RunTally, World } from '../ports.ts';
import { placeOnPages } from './enrol.ts';
import { openAgain, pagesOf } from './open-run.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform' | 'queues'>;

/** How far the queue may reach ahead before more is queued; what is queued then is a quarter of an hour at most. */
const MOST_AHEAD = 5 * MINUTE;
/** How long a correction waits for a stage that carries the same date. */
const CARRIED_FOR = 15 * MINUTE;
/** Pages whose records are read together. */
const STRETCH = 500;
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

async function dispatchRun(world: Needs, groupName: string, notice: string): Promise<void> {
  const { clock, log, plan, queues } = world;
  const { stage, endDate } = noticeParts(notice);
  const [sunset, run, group, budget, correction] = await Promise.all([
    plan.sunset(),
    plan.run(groupName, notice),
    plan.group(groupName),
    plan.budget(),
    plan.run(groupName, noticeId(MOVED, endDate)),
  ]);
  const now = clock.now();
  if (sunset === undefined || budget === undefined) return;
  if (run?.state !== 'open' || run.lookAt > now) return;
  if (group === undefined) {
    if (now < run.openedAt + OPENING) return;
    const nobody = { accepted: 0, skipped: {} };
    return void (await plan.saveRun(
      { ...run, state: 'closed', tally: nobody, through: { at: now, accepted: 0 } },
      run,
    ));
  }

  // Another call, or a move that has reopened the run, was faster: it knows better.
  const save = async (changes: Partial<Run>) => void (await plan.saveRun({ ...run, ...changes }, run));
  if (stage === MOVED && (await isCarried(plan, sunset.plan, groupName, endDate)))
    return save({ queued: 0, lookAt: now + CARRIED_FOR });
  if (stage !== MOVED && correction !== undefined && isUnderWay(correction, now))
    return save({ lookAt: correction.lookAt });

  const pages = pagesOf(group);
  const atOnce = queueAhead(sunset.plan, budget.rate);
  const queue = async (some: readonly string[], progress: Partial<Run>) => {
    const length = sendingTime(sunset.plan, budget.rate, some.length * PAGE_SIZE);
    const slot = await plan.reserve('dispatch', { now, length, latest: now + MOST_AHEAD });
    // Other groups' pages fill the queue.
    if (typeof slot === 'string') return save({ lookAt: now + MOST_AHEAD });
    await queues.notices(some.map((page) => ({ page, notice })));
    // After the queue: a crash between the two queues pages twice, which their claims see; the other order forgets.
    await save({ ...progress, lookAt: slot + length + 2 * MINUTE });
  };
  const first = pages.slice(run.queued, run.queued + atOnce);
  if (first.length > 0) return queue(first, { queued: run.queued + first.length });

  const { ready, lookAt, settled, tally } = await survey(world, { group, run, atOnce, now });
  if (ready.length > 0) return queue(ready, { settled, tally });
  if (lookAt !== null) return save({ settled, tally, lookAt });
  const through = run.through ?? { at: now, accepted: tally.accepted };
  if (!(await plan.saveRun({ ...run, state: 'closed', settled, tally, through }, run))) return;
  log.info('a run has closed', { group: groupName, notice, accepted: tally.accepted, ...tally.skipped });
}

/** A stage that is being sent carries the new date too; two at once could reach a person on one day. */
async function isCarried(plan: Needs['plan'], { stages }: Plan, group: string, endDate: LocalDate): Promise<boolean> {
  const runs = await Promise.all(stages.map(({ name }) => plan.run(group, noticeId(name, endDate))));
  return runs.some((run) => run?.state === 'open');
}

/** Whether pages of a run may be in somebody's hands. */
function isUnderWay({ state, queued, lookAt }: Run, now: Instant): boolean {
  return state === 'open' && queued > 0 && lookAt > now;
}

/**
 * Goes through the pages that have not settled, a stretch at a time: whose turn is it, and when is the next?
 * @returns `lookAt` null: all have settled
 */
async function survey(
  { ledger }: Needs,
  { group, run, atOnce, now }: { group: Group; run: Run; atOnce: number; now: Instant },
): Promise<{ ready: string[]; lookAt: Instant | null; settled: Record<string, number>; tally: RunTally }> {
  const settled: Record<string, number> = { ...run.settled };
  const tally = { accepted: run.tally?.accepted ?? 0, skipped: { ...run.tally?.skipped } };
  const ready: string[] = [];
  let lookAt: Instant | null = null;
  for (const [language, count] of Object.entries(group.pages)) {
    let allBefore = true;
    for (let from = settled[language] ?? 0; from < count && ready.length < atOnce; from += STRETCH) {
      const numbers = Array.from({ length: Math.min(STRETCH, count - from) }, (_, at) => from + at + 1);
      const records = await ledger.records(
        numbers.map((number) => pageId(group.id, language, number)),
        run.notice,
      );
      for (const number of numbers) {
        const page = pageId(group.id, language, number);
        const record = records.get(page);
        if (record?.complete === true) {
          if (!allBefore) continue;
          settled[language] = number;
          addRecord(tally, record);
          continue;
        }
        allBefore = false;
        const until = record?.until ?? now;
        if (until <= now) ready.push(page);
        lookAt = Math.min(lookAt ?? until, until);
      }
    }
  }
  return { ready: ready.slice(0, atOnce), lookAt, settled, tally };
}

function addRecord(tally: { accepted: number; skipped: Record<string, number> }, record: NoticeRecord): void {
  for (const ending of endings(record).values())
    if (ending === 'accepted') tally.accepted += 1;
    else tally.skipped[ending] = (tally.skipped[ending] ?? 0) + 1;
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
 * comes here: the review is over `minimumNotice` before anything of theirs can be due, and who asks for more time is
 * heard `finalNotice` before their end at the latest.
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
  // The group that was named may have been sealed since; who asked for a date gets that one.
  const wholeLadder = member.leaving.asked === true ? [] : [laterGroup(sunset.plan, old, now).notBefore];
  const notBefore = wholeLadder.reduce(laterDate, member.leaving.notBefore);
  const group = groupId({ ...old, notBefore });
  const told = toldTogether(member.told, toldOnPage(page.records, slot, old.zone, member.facts));
  const placed = await placeOnPages(world, {
    plan: sunset.plan,
    cohorts,
    group,
    language: languageOf(profiles.get(userId)?.locale, languagesOf(sunset.plan)),
    userIds: [userId],
  });
  const target = placed.get(userId);
  if (target === undefined) return;
  const notice = noticeId(MOVED, notBefore);
  if (told.endDate !== null) {
    const morning = nextMorning(sunset.plan, old.zone, now);
    // Somebody else was faster. Tick asks again.
    if (!(await openAgain(plan, sunset, { group, notice, at: morning, now, queued: 0 }))) return;
    // Whoever is at work on that page does not know them: what they conclude without them is not written.
    await ledger.reopenRecord(target, notice);
  }
  if (member.leaving.asked === true)
    await passOverPastStages(world, sunset.plan, { group, notBefore, zone: old.zone, page: target, userId, now });
  // Last: until the pointer has moved, this is done again.
  if (await ledger.movePointer(userId, { from: member.page, group, page: target, told })) {
    await plan.countPeople(member.group, -1);
    await plan.countPeople(group, 1);
  }
  log.info('a member was moved to a later group', { from: member.group, to: group });
}

/**
 * Whoever comes to a group after some of its stages gets the later ones, and the correction if they were told another
 * date: the earlier ones are superseded for them, and written down so. Stages that tick has superseded for the whole
 * group, or will, are not written twice.
 */
async function passOverPastStages(
  { plan, ledger }: Needs,
  rules: Plan,
  x: { group: string; notBefore: LocalDate; zone: string; page: string; userId: string; now: Instant },
): Promise<void> {
  const past = ladder(rules, x.notBefore, x.zone).filter(({ at }) => at <= x.now);
  const slot = (await ledger.page(x.page))?.members.indexOf(x.userId) ?? -1;
  for (const { id } of past) {
    const run = await plan.run(x.group, id);
    if (run === undefined ? id !== past.at(-1)?.id : run.state === 'superseded') continue;
    await ledger.passOver(x.page, id, { slot, reason: 'superseded' });
  }
}

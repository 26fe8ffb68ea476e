/**
 * One segment of the encrypted chats, from its cursor on: who is new is enrolled, the chat is noted with its people,
 * and what is due in an open wave is nominated. The cursor is saved last, so whatever was cut off is done again; all
 * of it may be done twice.
 */
import type { SweepMessage } from '../contracts/messages.ts';
import { chunks } from '../domain/chunks.ts';
import { cohortOf } from '../domain/cohort.ts';
import { askGate, type Chat, isOfArming } from '../domain/gate.ts';
import { groupFor, groupId } from '../domain/group.ts';
import { languageOf, languagesOf } from '../domain/language.ts';
import type { Member } from '../domain/member.ts';
import { HOUR } from '../domain/time.ts';
import { type CohortState, isInWave, ownerOf } from '../domain/wave.ts';
import type { CohortTally, Sunset, SweepSegment, World } from '../ports.ts';
import { placeOnPages } from './enrol.ts';
import { inParallel } from './in-parallel.ts';
import { participantsOf } from './participants.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform' | 'queues' | 'lease'>;

/** People whose chats are taken together: enough to fill pages, few enough for the memory. */
const TOGETHER = 10_000;
const READ_AT_ONCE = 250;
const NOMINATED_TOGETHER = 50;
const WRITTEN_AT_ONCE = 10;

interface Step {
  readonly sunset: Sunset;
  readonly cohorts: ReadonlyMap<string, CohortState>;
  readonly now: number;
  /** A whole sweep has been made since the platform closed: who is new in a chat now has joined it later. */
  readonly late: boolean;
}

export async function sweep(world: Needs, { sweep: name, segment: number }: SweepMessage): Promise<void> {
  const { clock, plan } = world;
  const started = clock.now();
  const [sunset, found, sweeps] = await Promise.all([plan.sunset(), plan.segment(name, number), plan.sweeps()]);
  if (sunset === undefined || found === undefined) return;
  let state: SweepSegment = found;
  while (!state.done) {
    if (clock.now() > started + world.lease / 2) {
      // The next tick asks to go on.
      await plan.schedule({ at: clock.now(), kind: 'segment', id: `${name}#${number}` });
      return;
    }
    const cohorts = new Map((await plan.cohorts()).map((cohort) => [cohort.id, cohort]));
    const late = sweeps.closing !== null && sweeps.closing < state.startedAt;
    const { chats, cursor } = await readChats(world, state);
    const tally = await take(world, { sunset, cohorts, now: clock.now(), late }, chats);
    state = { ...state, cursor, done: cursor === null, tally: added(state.tally, tally) };
    await plan.saveSegment(state);
  }
  await conclude(world, sunset, name);
}

async function readChats({ platform }: Needs, { segment, of: segments, cursor: from }: SweepSegment) {
  const chats: Chat[] = [];
  let people = 0;
  let cursor = from;
  do {
    const answer = await platform.encryptedChats({ segment, segments, cursor, limit: READ_AT_ONCE });
    chats.push(...answer.chats);
    for (const { participants } of answer.chats) people += participants.length;
    cursor = answer.cursor;
  } while (cursor !== null && people < TOGETHER);
  return { chats, cursor };
}

async function take(world: Needs, step: Step, chats: readonly Chat[]): Promise<Record<string, CohortTally>> {
  const { ledger } = world;
  const members = await ledger.members(chats.flatMap(({ participants }) => participants));
  const chatsOf = new Map<string, string[]>();
  for (const { chatId, participants } of chats) {
    for (const userId of new Set(participants)) {
      const there = chatsOf.get(userId);
      if (there === undefined) chatsOf.set(userId, [chatId]);
      else there.push(chatId);
    }
  }
  const newcomers = new Map([...chatsOf].filter(([userId]) => !members.has(userId)));
  await enrol(world, step, newcomers);
  await inParallel(WRITTEN_AT_ONCE, [...chatsOf], async ([userId, ids]) => {
    const member = members.get(userId);
    if (member !== undefined) await noteChats(world, step, member, ids);
  });
  return nominate(world, step, { chats, members: await withNew(ledger, members, [...newcomers.keys()]) });
}

async function noteChats({ ledger }: Needs, { late }: Step, member: Member, ids: readonly string[]): Promise<void> {
  let missing = ids.filter((id) => !member.chats.has(id));
  if (missing.length > 0 && member.chatRows > 1) {
    const known = new Set(await ledger.chatsOf(member));
    missing = missing.filter((id) => !known.has(id));
  }
  if (missing.length > 0) await ledger.addChats(member, missing, late ? missing : []);
}

async function withNew(ledger: Needs['ledger'], members: Map<string, Member>, newcomers: readonly string[]) {
  return new Map([...members, ...(await ledger.members(newcomers))]);
}

/** People of one group and language are placed together, so that pages fill. */
async function enrol(world: Needs, step: Step, newcomers: ReadonlyMap<string, string[]>): Promise<void> {
  const { plan, ledger, platform, log } = world;
  const { sunset, cohorts, now, late } = step;
  if (newcomers.size === 0) return;
  const profiles = await platform.users([...newcomers.keys()]);
  const spoken = languagesOf(sunset.plan);
  const people = [...newcomers].map(([userId, chats]) => {
    const profile = profiles.get(userId);
    const { id } = cohortOf(sunset.plan, { userId, country: profile?.country ?? null });
    const cohort = cohorts.get(id);
    if (cohort === undefined) throw new Error(`cohort ${id} of the plan has no item`);
    const timeZone = profile?.timeZone ?? null;
    const group = groupId(groupFor(sunset.plan, cohort, timeZone, now));
    return { userId, chats, cohort: id, timeZone, group, language: languageOf(profile?.locale, spoken) };
  });
  let enrolled = 0;
  for (const together of Map.groupBy(people, ({ group, language }) => `${group} ${language}`).values()) {
    const { group, language } = together[0] as (typeof people)[number];
    const userIds = together.map(({ userId }) => userId);
    const pages = await placeOnPages(world, {
      plan: sunset.plan,
      cohorts: [...cohorts.values()],
      group,
      language,
      userIds,
    });
    const done = await inParallel(WRITTEN_AT_ONCE, together, async ({ userId, chats, cohort, timeZone }) => {
      const page = pages.get(userId);
      if (page === undefined) throw new Error(`group ${group}: somebody was given no page`);
      const joinedLate = late ? chats : [];
      if (await ledger.enrol({ userId, cohort, timeZone, group, page, enrolledAt: now, chats, joinedLate }))
        return true;
      // Another segment has met them at the same time, in other chats.
      const member = (await ledger.members([userId])).get(userId);
      if (member !== undefined) await noteChats(world, step, member, chats);
      return false;
    });
    const more = done.filter(Boolean).length;
    await plan.countPeople(group, more);
    enrolled += more;
  }
  log.info('newcomers were enrolled', { people: enrolled });
}

async function nominate(
  { ledger, queues }: Needs,
  { sunset, cohorts, now }: Step,
  { chats, members }: { chats: readonly Chat[]; members: ReadonlyMap<string, Member> },
): Promise<Record<string, CohortTally>> {
  const { plan } = sunset;
  const tally: Record<string, { headCount: number; nominated: number }> = {};
  const all = [...cohorts.values()];
  const disabling = all.some(({ wave }) => wave > 0);
  const candidates: { chatId: string; owner: string; reason: string | null; arming: string | null }[] = [];
  for (const chat of chats) {
    const participants = participantsOf(chat, { plan, members, cohorts: all });
    const owner = cohorts.get(ownerOf(participants) ?? '');
    if (chat.participants.length === 0 && disabling)
      candidates.push({ chatId: chat.chatId, owner: '', reason: 'no-participants', arming: null });
    if (owner === undefined) continue;
    const counted = (tally[owner.id] ??= { headCount: 0, nominated: 0 });
    counted.headCount += 1;
    if (owner.hold !== null || !isInWave(plan, owner.wave, chat.chatId)) continue;
    // The platform's index may carry our mark, or not.
    const unmarked = { ...chat, mark: null };
    const arming = owner.arming?.id ?? null;
    const answer = askGate({ rails: plan.guardRails, chat: unmarked, participants, arming, now });
    if (!answer.open && (answer.reason === 'not-due' || answer.reason === 'not-enrolled')) continue;
    candidates.push({ chatId: chat.chatId, owner: owner.id, reason: answer.open ? null : answer.reason, arming });
  }
  const blocked = await ledger.blocked(candidates.map(({ chatId }) => chatId));
  const nominated = candidates.filter(({ chatId, reason, arming }) => {
    const row = blocked.get(chatId);
    if (row === undefined || row.nominatedAs !== reason) return true;
    return isOfArming(row.reason) && row.arming !== arming;
  });
  // Without arming they are asked about, so that what was restored is blocked as such. Nothing else follows.
  for (const { owner, arming } of nominated)
    if (arming !== null) (tally[owner] ??= { headCount: 0, nominated: 0 }).nominated += 1;
  // A message's chats count for one cohort: they are disabled under one intent.
  const messages = [...Map.groupBy(nominated, ({ owner }) => owner).values()].flatMap((own) =>
    chunks(own, NOMINATED_TOGETHER).map((some) => ({
      kind: 'chats' as const,
      chats: some.map(({ chatId }) => chatId),
    })),
  );
  await queues.disable(messages);
  return tally;
}

/** Whoever ends the last segment gives the cohorts their figures; done again it writes the same. */
async function conclude({ plan, log }: Needs, sunset: Sunset, name: string): Promise<void> {
  const segments = await plan.segments(name);
  const [first] = segments;
  if (first === undefined || segments.length < first.of || segments.some(({ done }) => !done)) return;
  const { startedAt } = first;
  const { last } = await plan.sweeps();
  // A straggler must not overwrite the figures of the sweep that overtook it.
  if (last !== null && last > startedAt) return;
  const total = segments.reduce((sum, { tally }) => added(sum, tally), {} as Record<string, CohortTally>);
  let nominated = 0;
  for (const { id } of sunset.plan.cohorts) {
    const figures = total[id] ?? { headCount: 0, nominated: 0 };
    nominated += figures.nominated;
    await plan.setTally(id, figures);
  }
  if (nominated > 0) await plan.schedule({ at: startedAt + HOUR, kind: 'sweep', id: 'extra' });
  await plan.sweepEnded(startedAt, { afterClosing: startedAt >= sunset.plan.guardRails.closedFrom });
  log.info('a sweep has ended', { sweep: name, nominated });
}

function added(a: Readonly<Record<string, CohortTally>>, b: Readonly<Record<string, CohortTally>>) {
  const sum: Record<string, CohortTally> = { ...a };
  for (const [cohort, { headCount, nominated }] of Object.entries(b)) {
    const there = sum[cohort];
    sum[cohort] = {
      headCount: headCount + (there?.headCount ?? 0),
      nominated: nominated + (there?.nominated ?? 0),
    };
  }
  return sum;
}

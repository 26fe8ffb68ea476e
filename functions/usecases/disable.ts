/**
 * Nominated chats: may each be disabled now? The gate is asked again on what is strongly read, with the current
 * profiles. What it lets through is disabled under an intent: an intent row, then the head-count, then the chats,
 * each on condition that it is as it was read, then the ledger, the platform's bus, and the intent's end. Whoever
 * finds an intent open accounts for what was flipped under it and gives the rest back; it flips nothing itself.
 */
import { createHash } from 'node:crypto';

import type { PlatformEvent } from '../contracts/events.ts';
import type { DisableMessage } from '../contracts/messages.ts';
import { askGate, type Chat, isOfArming, type Mark } from '../domain/gate.ts';
import { finalAfter } from '../domain/restoring.ts';
import { isoInstant, type LocalDate, MINUTE } from '../domain/time.ts';
import {
  CLOCK_SKEW,
  type CohortState,
  headCountLeft,
  isInWave,
  isPermitted,
  ownerOf,
  WRITE_TIMEOUT,
} from '../domain/wave.ts';
import type { Blocked, Intent, Sunset, World } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { participantsOf } from './participants.ts';
import { restore } from './restore.ts';
import { setHold } from './set-hold.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform' | 'bus' | 'lease'>;

/** Chats whose writes are under way at once. */
const AT_ONCE = 10;

export async function disable(world: Needs, message: DisableMessage): Promise<void> {
  if (message.kind === 'intent') return finish(world, message.intent);
  if (message.kind === 'restore') return restore(world, message.cohort);
  const sunset = await world.plan.sunset();
  if (sunset?.active !== true) return;
  const answers = await ask(world, sunset, message.chats);
  await writeBlocked(world, answers);
  const open = answers.filter(({ blocked }) => blocked === undefined);
  const [first, ...others] = Map.groupBy(open, ({ owner }) => owner);
  if (first !== undefined) await flip(world, sunset, ...first);
  // Whose owner has changed since they were nominated: what was answered may be old by now.
  const rest = others.flatMap(([, due]) => due.map(({ chat }) => chat.chatId));
  if (rest.length > 0) await disable(world, { kind: 'chats', chats: rest });
}

interface Asked {
  readonly chat: Chat;
  readonly owner: string;
  /** The owner's, as it was asked: another has waves of its own. */
  readonly arming: string | null;
  /** Cohorts of all participants, with the date by which it was asked: each must permit, and still have that date. */
  readonly cohorts: ReadonlyMap<string, LocalDate | undefined>;
  readonly blocked: Omit<Blocked, 'at'> | undefined;
}

async function ask({ clock, plan, ledger, platform }: Needs, sunset: Sunset, ids: readonly string[]) {
  const chats = await platform.chats(ids);
  const people = [...new Set([...chats.values()].flatMap(({ participants }) => participants))];
  const [members, profiles, cohorts] = await Promise.all([
    ledger.members(people),
    platform.users(people),
    plan.cohorts(),
  ]);
  // Its time has come once it has by every clock.
  const now = clock.now() - CLOCK_SKEW;
  const dates = new Map(cohorts.map(({ id, endDate }) => [id, endDate]));
  const asked: Asked[] = [];
  for (const chat of chats.values()) {
    const participants = participantsOf(chat, { plan: sunset.plan, members, profiles, cohorts });
    const owner = cohorts.find(({ id }) => id === ownerOf(participants));
    if (chat.encrypted && participants.length === 0) {
      const reason = 'no-participants';
      const blocked = {
        chatId: chat.chatId,
        cohort: '',
        reason,
        userId: null,
        nominatedAs: reason,
        arming: null,
      } as const;
      asked.push({ chat, owner: '', arming: null, cohorts: new Map(), blocked });
    }
    if (owner === undefined || !isInWave(sunset.plan, owner.wave, chat.chatId)) continue;
    const armed = { arming: owner.arming?.id ?? null, armedAt: owner.arming?.at ?? null };
    const question = { rails: sunset.plan.guardRails, chat, ...armed, now };
    const answer = askGate({ ...question, participants });
    if (!answer.open && PASSED_OVER.has(answer.reason)) continue;
    // As a sweep asks, which knows neither profiles nor marks: it would nominate for ever what it expects otherwise.
    const unread = askGate({
      ...question,
      chat: { ...chat, mark: null },
      participants: participants.map((each) => ({ ...each, profile: undefined })),
    });
    asked.push({
      chat,
      owner: owner.id,
      arming: armed.arming,
      cohorts: new Map(
        participants.flatMap(({ member }) => (member === undefined ? [] : [[member.cohort, dates.get(member.cohort)]])),
      ),
      blocked: answer.open
        ? undefined
        : {
            chatId: chat.chatId,
            cohort: owner.id,
            reason: answer.reason,
            userId: answer.userId ?? null,
            nominatedAs: unread.open ? null : unread.reason,
            arming: isOfArming(answer.reason) ? armed.arming : null,
          },
    });
  }
  return asked;
}

/** Not due, or no business of ours: nothing that anybody would look for. */
const PASSED_OVER: ReadonlySet<string> = new Set(['not-encrypted', 'not-due', 'not-enrolled']);

/** What makes it another reason. */
const WHY_BLOCKED = ['reason', 'userId', 'nominatedAs', 'arming'] as const;

/** One row a chat, rewritten only when its reason changes. */
async function writeBlocked({ ledger, clock }: Needs, answers: readonly Asked[]): Promise<void> {
  const refused = answers.flatMap(({ blocked }) => blocked ?? []);
  const rows = await ledger.blocked(refused.map(({ chatId }) => chatId));
  const changed = refused.filter((each) => {
    const row = rows.get(each.chatId);
    return row === undefined || WHY_BLOCKED.some((part) => row[part] !== each[part]);
  });
  await inParallel(AT_ONCE, changed, (blocked) => ledger.setBlocked({ ...blocked, at: clock.now() }));
}

async function flip(world: Needs, sunset: Sunset, owner: string, asked: readonly Asked[]): Promise<void> {
  const { clock, plan, ledger } = world;
  const started = clock.now();
  const { disablePerSecond } = sunset.plan.guardRails;
  const slot = await plan.reserve(`disable#${owner}`, {
    now: started,
    length: Math.ceil((asked.length * 1000) / disablePerSecond),
    latest: started + world.lease - MINUTE,
  });
  // The next sweep nominates them again.
  if (typeof slot === 'string') return;
  await clock.waitUntil(slot);
  // Who asked for more time while we waited has it.
  const ids = asked.map(({ chat }) => chat.chatId);
  const [again, now] = await Promise.all([slot > started ? ask(world, sunset, ids) : asked, plan.cohorts()]);
  const cohorts = new Map(now.map((cohort) => [cohort.id, cohort]));
  const cohort = cohorts.get(owner);
  if (cohort === undefined || cohort.arming === null) return;
  const { arming } = cohort;
  const due = again.filter((each) => each.blocked === undefined && each.owner === owner && each.arming === arming.id);
  const room = headCountLeft(sunset.plan, cohort);
  if (due.length === 0) return;
  if (room < due.length) return beyondHeadCount(world, sunset, cohort, due);
  const permitted = await withFixedDates(
    world,
    cohorts,
    due.filter((each) => mayWrite(each, cohorts, clock.now())),
  );
  if (permitted.length === 0) return;

  const chats = permitted.map(({ chat }) => chat.chatId);
  const intent: Intent = {
    id: intentId(owner, cohort.wave, arming.id, started, chats),
    cohort: owner,
    arming: arming.id,
    wave: cohort.wave,
    at: clock.now(),
    chats,
    closedAt: null,
  };
  // On the agenda before it is there: an intent that nobody would finish must not exist.
  await plan.schedule({ at: started + 2 * world.lease, kind: 'intent', id: intent.id });
  // A doubled message in the same millisecond has the very same: one is at work under it, and the agenda ends it.
  if (!(await ledger.openIntent(intent))) return;
  const limit = cohort.disabled + room;
  const reserved = { arming: arming.id, intent: intent.id, chats: chats.length, limit, at: intent.at };
  if (!(await plan.reserveHeadCount(owner, reserved))) return;

  await inParallel(AT_ONCE, permitted, async (each) => {
    const at = clock.now();
    // Last, right before the write: a hold wins.
    if (!mayWrite(each, cohorts, at)) return;
    await world.platform.disable(each.chat, markOf(each.chat, intent, at));
  });
  await account(world, sunset, intent);
}

/**
 * A chat in which people of several cohorts take part is disabled in the wave of the one that ends last. The others' dates
 * are over too, and must stay so: a date that moved now would be told to people whose chat is off. Where one has moved
 * since, or may be about to, its chats are asked about again by the next sweep.
 */
async function withFixedDates(
  { clock, plan }: Needs,
  cohorts: ReadonlyMap<string, CohortState>,
  permitted: readonly Asked[],
): Promise<Asked[]> {
  const asAsked = permitted.filter((each) =>
    each.cohorts.entries().every(([id, date]) => cohorts.get(id)?.endDate === date),
  );
  const open = [...new Set(asAsked.flatMap((each) => [...each.cohorts.keys()]))]
    .flatMap((id) => cohorts.get(id) ?? [])
    .filter(({ firstWaveAt }) => firstWaveAt === null);
  const changed = new Set<string>();
  for (const cohort of open) if (!(await plan.fixDate(cohort, clock.now()))) changed.add(cohort.id);
  return asAsked.filter((each) => !each.cohorts.keys().some((id) => changed.has(id)));
}

/** More chats are due than were approved: a hold, unless a call that is at work has counted these very chats already. */
async function beyondHeadCount(
  world: Needs,
  { plan: rules }: Sunset,
  cohort: CohortState,
  due: readonly Asked[],
): Promise<void> {
  const { disabled, intents } = await world.plan.headCount(cohort.id);
  if (intents > 0) return;
  const chats = await world.platform.chats(due.map(({ chat }) => chat.chatId));
  const more = [...chats.values()].filter(({ encrypted }) => encrypted).length;
  if (more <= headCountLeft(rules, { ...cohort, disabled })) return;
  const why = `head-count: ${disabled} chats are disabled of ${cohort.arming?.headCount} approved, tolerance ${rules.guardRails.headCountTolerance} %; ${more} more are due`;
  await setHold(world, cohort.id, { who: 'breaker', why });
}

function mayWrite({ cohorts: needed }: Asked, cohorts: ReadonlyMap<string, CohortState>, now: number): boolean {
  return needed.keys().every((id) => {
    const cohort = cohorts.get(id);
    return cohort !== undefined && isPermitted(cohort, now, WRITE_TIMEOUT);
  });
}

/** Derived from what it is about and when: who writes it twice writes the same. */
function intentId(cohort: string, wave: number, arming: string, at: number, chats: readonly string[]): string {
  const digest = createHash('sha256')
    .update([arming, at, ...chats].join('\n'))
    .digest('hex');
  return `${cohort}-${wave}-${digest.slice(0, 24)}`;
}

function markOf(chat: Chat, intent: Intent, at: number): Mark {
  return {
    intent: intent.id,
    arming: intent.arming,
    cohort: intent.cohort,
    at,
    prior: { encrypted: true, encryptedSince: chat.encryptedSince, version: chat.version },
  };
}

async function finish(world: Needs, id: string): Promise<void> {
  const { clock, plan, ledger } = world;
  const [sunset, intent] = await Promise.all([plan.sunset(), ledger.intent(id)]);
  if (sunset === undefined || intent === undefined || intent.closedAt !== null) return;
  // Whoever opened it may still be writing.
  if (clock.now() < intent.at + world.lease) return;
  await account(world, sunset, intent);
}

/** What was flipped under the intent goes into the ledger and to the platform; what was not is given back. */
async function account({ clock, log, plan, ledger, platform, bus }: Needs, { plan: rules }: Sunset, intent: Intent) {
  const chats = await platform.chats(intent.chats);
  const flipped = [...chats.values()].flatMap(({ chatId, mark }) =>
    mark?.intent === intent.id ? [{ chatId, mark }] : [],
  );
  // What was restored meanwhile is no news any more, and what was promised with it is void.
  const standing = flipped.filter(({ mark }) => mark.restoredAt === undefined);
  const events = standing.map(({ chatId, mark: { at } }): PlatformEvent => {
    const about = { sunset: rules.sunset, chatId, cohort: intent.cohort };
    return {
      type: 'ChatEncryptionDisabled',
      detail: { ...about, at: isoInstant(at), finalAfter: isoInstant(finalAfter(rules, at)) },
    };
  });
  // The proof first, then the news.
  await ledger.recordDisabled(flipped);
  await bus.publish(events);
  await plan.releaseHeadCount(intent.cohort, {
    intent: intent.id,
    notDisabled: intent.chats.length - flipped.length,
  });
  await ledger.closeIntent(intent.id, clock.now());
  log.info('an intent has ended', { cohort: intent.cohort, disabled: flipped.length, of: intent.chats.length });
}

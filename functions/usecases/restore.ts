/**
 * A cohort's chats are made again what they were, intent by intent, under its hold. The cursor is saved after each
 * stretch, so whatever was cut off is done again: a chat that is restored already is only written down once more.
 */
import type { Mark } from '../domain/gate.ts';
import { restorable } from '../domain/restoring.ts';
import { type Instant, isoInstant } from '../domain/time.ts';
import type { Restore, Sunset, World } from '../ports.ts';
import { inParallel } from './in-parallel.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform' | 'bus' | 'lease'>;

/** Intents that are taken together: at most five hundred chats, whose writes are done in seconds. */
const INTENTS_AT_ONCE = 10;
/** Chats whose writes are under way at once. */
const AT_ONCE = 10;

export async function restore(world: Needs, cohortId: string): Promise<void> {
  const { clock, plan, ledger } = world;
  const started = clock.now();
  let [state, sunset, cohort] = await Promise.all([ledger.restore(cohortId), plan.sunset(), plan.cohort(cohortId)]);
  if (state === undefined || state.done || sunset === undefined || cohort === undefined) return;
  // Only under its hold, and once nobody who began before it can still be disabling.
  if (cohort.hold === null || cohort.permitUntil > started) return;
  while (!state.done && clock.now() < started + world.lease / 2) {
    const next = await stretch(world, sunset, state);
    // Before it is written that all is done: cut off in between, it is said twice.
    if (next.done) await sayEnded(world, next);
    // Somebody else has done the same stretch: their count stands.
    if (!(await ledger.saveRestore(next, state))) return;
    state = next;
  }
  if (!state.done) return;
  // Whoever arms the cohort anew asks for its chats as they are now.
  await plan.schedule({ at: clock.now(), kind: 'sweep', id: 'extra' });
  world.log.info('a restore has ended', { cohort: cohortId, restored: state.restored, late: state.late });
}

function sayEnded({ clock, ledger }: Needs, { cohort: subject, change, restored, late }: Restore) {
  const to = `${restored} chats restored, ${late} not`;
  const at = isoInstant(clock.now());
  return ledger.appendAudit({
    at,
    who: 'sunset',
    what: 'restore-ended',
    why: `change ${change}`,
    subject,
    from: null,
    to,
  });
}

/** A restore works under a hold, and no further wave opens by itself once that is released. May be done twice. */
export async function stopForRestore(
  { plan }: Pick<World, 'plan'>,
  { id, change, why }: { id: string; change: string; why: string },
  now: Instant,
): Promise<void> {
  const who = `restore ${change}`;
  await plan.hold(id, { who, why, since: now });
  for (;;) {
    const cohort = await plan.cohort(id);
    if (cohort === undefined || cohort.paused !== null) return;
    if (await plan.setCohort(cohort, { paused: { who, why, since: now } })) return;
  }
}

async function stretch(world: Needs, sunset: Sunset, state: Restore): Promise<Restore> {
  const { clock, ledger, platform, bus } = world;
  const { cohort } = state;
  const found = await ledger.intentsOf(cohort, { after: state.cursor, limit: INTENTS_AT_ONCE });
  const chats = await platform.chats(found.flatMap((intent) => intent.chats));
  const ours = new Set(found.map(({ id }) => id));
  let late = 0;
  const done: { chatId: string; mark: Mark & { restoredAt: Instant } }[] = [];
  await inParallel(AT_ONCE, [...chats.values()], async (chat) => {
    if (chat.mark === null || !ours.has(chat.mark.intent)) return;
    const now = clock.now();
    let { mark } = chat;
    let answer = restorable(sunset.plan, chat, now);
    if (answer === 'yes' && (await platform.restore(chat, now))) mark = { ...mark, restoredAt: now };
    else if (answer === 'yes') {
      // Somebody was faster: another call of this restore, or the platform.
      const since = (await platform.chats([chat.chatId])).get(chat.chatId);
      if (since === undefined || since.mark === null) return;
      ({ mark } = since);
      answer = restorable(sunset.plan, since, now);
      if (answer === 'yes') answer = 'late';
    }
    if (answer === 'late') late += 1;
    // What an earlier restore has done is not told again.
    const { restoredAt } = mark;
    if (restoredAt !== undefined && restoredAt >= state.startedAt)
      done.push({ chatId: chat.chatId, mark: { ...mark, restoredAt } });
  });
  // The proof first, then the news.
  await ledger.recordRestored(done);
  await bus.publish(
    done.map(({ chatId, mark }) => ({
      type: 'ChatEncryptionRestored' as const,
      detail: { sunset: sunset.plan.sunset, chatId, cohort, at: isoInstant(mark.restoredAt) },
    })),
  );
  const last = found.at(-1);
  return {
    ...state,
    cursor: last?.id ?? state.cursor,
    restored: state.restored + done.length,
    late: state.late + late,
    done: found.length < INTENTS_AT_ONCE,
  };
}

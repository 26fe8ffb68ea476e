/** What a notice has to know of people's chats: for a reminder whether any is encrypted, for `done` what became of all. */
import type { GuardRails } from '../domain/plan.ts';
import { type Chat, isFinal, isOfArming } from '../domain/gate.ts';
import type { Member } from '../domain/member.ts';
import { finalAfter } from '../domain/restoring.ts';
import { DAY, type Instant } from '../domain/time.ts';
import type { Blocked, World } from '../ports.ts';

export interface ChatsOf {
  readonly encrypted: boolean;
  /** Until when some chat's outcome is not final, as far as that is known; null: all are. */
  readonly openUntil: Instant | null;
  readonly ended: boolean;
  readonly disabled: number;
  readonly kept: number;
}

type Needs = Pick<World, 'platform' | 'ledger' | 'plan'>;

/** One chat of each person at a time: the first that is still encrypted is enough. */
export async function chatsForReminder(
  { platform, ledger }: Needs,
  people: readonly Member[],
): Promise<Map<string, ChatsOf>> {
  const found = new Map<string, ChatsOf>();
  const candidates = new Map(people.map((member) => [member, [...member.chats]]));
  for (let round = 0; candidates.size > 0; round++) {
    for (const [member, ids] of candidates) {
      if (round < ids.length) continue;
      // The first row is through; who has more is rare. They are asked about in this very round: none is left out.
      const all = member.chatRows > 1 && round === member.chats.size ? await ledger.chatsOf(member) : [];
      const more = all.filter((id) => !member.chats.has(id));
      if (more.length > 0) candidates.set(member, [...ids, ...more]);
      else candidates.delete(member);
    }
    const chats = await platform.chats([...candidates.values()].flatMap((ids) => ids[round] ?? []));
    for (const [member, ids] of candidates) {
      const chat = chats.get(ids[round] ?? '');
      if (!isIn(chat, member) || chat?.encrypted !== true) continue;
      found.set(member.userId, { encrypted: true, openUntil: null, ended: false, disabled: 0, kept: 0 });
      candidates.delete(member);
    }
  }
  return found;
}

const isIn = (chat: Chat | undefined, { userId }: Member) => chat?.participants.includes(userId) === true;

/** A disabled chat is open until a day after its restore window, an encrypted one until it is blocked for good. */
export async function chatsForDone(
  { platform, ledger, plan }: Needs,
  people: readonly Member[],
  { now, rails }: { now: Instant; rails: GuardRails },
): Promise<Map<string, ChatsOf>> {
  const ids = new Map(
    await Promise.all(people.map(async (member) => [member.userId, await ledger.chatsOf(member)] as const)),
  );
  const all = [...new Set([...ids.values()].flat())];
  const [chats, blocked, cohorts] = await Promise.all([platform.chats(all), ledger.blocked(all), plan.cohorts()]);
  const armings = new Map(cohorts.map(({ id, arming }) => [id, arming?.id ?? null]));
  const isOver = ({ reason, cohort, arming }: Blocked) =>
    isFinal(reason) && !(isOfArming(reason) && (armings.get(cohort) ?? arming) !== arming);
  return new Map(
    [...ids].map(([userId, own]) => {
      let [openUntil, disabled, kept] = [0, 0, 0];
      for (const id of own) {
        const chat = chats.get(id);
        const block = blocked.get(id);
        if (chat === undefined || !chat.participants.includes(userId)) continue;
        if (chat.encrypted) {
          kept += 1;
          if (block === undefined || !isOver(block)) openUntil = Math.max(openUntil, now + 1);
        } else if (chat.mark !== null) {
          disabled += 1;
          openUntil = Math.max(openUntil, finalAfter({ guardRails: rails }, chat.mark.at) + DAY);
        }
      }
      const found: ChatsOf = {
        encrypted: kept > 0,
        openUntil: openUntil > now ? openUntil : null,
        ended: disabled + kept > 0,
        disabled,
        kept,
      };
      return [userId, found];
    }),
  );
}

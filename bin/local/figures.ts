/**
 * The report at the end, counted from the rows of the tables: every member's notices, one by one, and every chat. What
 * the nightly report of the product sums up from tallies is counted here from scratch, so that the two can be compared.
 */
import { type Facts, factsOf } from '../../functions/domain/member.ts';
import { noticeParts } from '../../functions/domain/notice-id.ts';
import type { Row } from './tables.ts';

type Counts = Record<string, number>;

export interface Figures {
  readonly members: { userId: string; cohort: string; timeZone: string | null }[];
  readonly notices: Record<string, Counts>;
  readonly disabled: number;
  readonly blocked: Counts;
  /** Reason by chat, of those that are blocked. */
  readonly blockedChats: ReadonlyMap<string, string>;
  /** Encrypted, and neither disabled nor blocked. */
  readonly openChats: number;
}

const count = (counts: Counts, key: string) => (counts[key] = (counts[key] ?? 0) + 1);

export async function countAll(x: {
  ledger: AsyncIterable<Row>;
  plan: AsyncIterable<Row>;
  chats: AsyncIterable<{ chatId: string; encrypted: boolean; disabled: boolean }>;
}): Promise<Figures> {
  const members = new Map<
    string,
    { userId: string; cohort: string; timeZone: string | null; page: string; facts: Facts }
  >();
  const pages = new Map<string, string[]>();
  const records: { page: string; notice: string; row: Row }[] = [];
  const reasons = new Map<string, string>();
  for await (const row of x.ledger) {
    const [kind, id] = split(row['pk'] as string);
    const sk = row['sk'] as string;
    if (kind === 'PERSON' && sk === 'MEMBER')
      members.set(id, {
        userId: id,
        cohort: row['cohort'],
        timeZone: row['timeZone'],
        page: row['page'],
        facts: factsOf(row['facts']),
      });
    else if (kind === 'PAGE' && sk === 'PAGE') pages.set(id, row['members']);
    else if (kind === 'PAGE') records.push({ page: id, notice: split(sk)[1], row });
    else if (kind === 'CHAT' && sk === 'BLOCKED') reasons.set(id, row['reason']);
  }

  const notices: Record<string, Counts> = {};
  for (const { page, notice, row } of records) {
    const { stage } = noticeParts(notice);
    const counts = (notices[stage] ??= {});
    for (const [slot, userId] of (pages.get(page) ?? []).entries()) {
      const member = members.get(userId);
      const outcome = outcomeOf(row, slot, member?.facts, notice);
      // A page may name people whose pointer never came to it: they are counted where it is.
      if (outcome === `skipped: ${NOT_HERE}`) continue;
      count(counts, outcome);
    }
  }
  for await (const { pk, sk, state } of x.plan) {
    if (pk !== 'RUN' || state !== 'superseded') continue;
    const [group = '', notice = ''] = (sk as string).split('|');
    for (const { page } of members.values())
      if (page.startsWith(`${group}~`)) count((notices[noticeParts(notice).stage] ??= {}), 'skipped: superseded');
  }

  let [disabled, openChats] = [0, 0];
  const blocked: Counts = {};
  const blockedChats = new Map<string, string>();
  for await (const chat of x.chats) {
    if (!chat.encrypted && chat.disabled) disabled += 1;
    if (!chat.encrypted) continue;
    const reason = reasons.get(chat.chatId);
    if (reason === undefined) openChats += 1;
    else {
      count(blocked, reason);
      blockedChats.set(chat.chatId, reason);
    }
  }
  return { members: [...members.values()], notices, disabled, blocked, blockedChats, openChats };
}

const NOT_HERE = 'not-on-this-page';

/** The latest attempt that named the slot decides, then what was heard of it, then why it was passed over. */
function outcomeOf(record: Row, slot: number, facts: Facts | undefined, notice: string): string {
  const attempts = Object.entries(record)
    .filter(([key]) => /^a\d+$/.test(key))
    .sort(([a], [b]) => Number(b.slice(1)) - Number(a.slice(1)))
    .map(([, attempt]) => attempt as { slots: number[]; outcomes: Record<string, string> });
  const last = attempts.find(({ slots }) => slots.includes(slot));
  const outcome = last?.outcomes[slot];
  const skipped = (record['skipped'] as Record<string, string> | undefined)?.[slot];
  // Whatever reached them came from the page that they have moved to; it may tell the same date as this one.
  if (last === undefined && skipped === NOT_HERE) return `skipped: ${NOT_HERE}`;
  const heard = facts?.failed.get(notice);
  if (facts?.delivered.has(notice) === true) return heard === 'complained' ? 'complained' : 'delivered';
  if (heard !== undefined) return heard;
  if (outcome === 'accepted' || outcome === 'unknown') return 'unproven';
  if (outcome === 'refused') return 'refused';
  // Whether they have it nobody knows, whatever has kept it from being sent again.
  if (outcome === 'unheard' && skipped !== undefined) return 'unproven';
  return skipped === undefined ? 'open' : `skipped: ${skipped}`;
}

function split(key: string): [string, string] {
  const at = key.indexOf('#');
  return [key.slice(0, at), key.slice(at + 1)];
}

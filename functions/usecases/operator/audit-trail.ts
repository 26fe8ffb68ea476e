/** The audit trail, and its copies where we can only add. */
import type { AnswerOf, QueryOf } from '../../contracts/operator-api.ts';
import type { Office } from '../../ports.ts';
import { inParallel } from '../in-parallel.ts';
import { limitOf, refuseCursor } from './paging.ts';

type Needs = Pick<Office, 'ledger' | 'witness'>;

/** Entries that are copied together. */
const TOGETHER = 50;
const READ_AT_ONCE = 10;

/**
 * One page of it, each entry with the hash of its copy: whoever reads it verifies it (`domain/audit.ts`), all pages with
 * the last copy that the first of them names.
 */
export async function auditPage(
  { ledger, witness }: Needs,
  { cursor, limit: wanted }: QueryOf<'audit'>,
): Promise<AnswerOf<'audit'>> {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) return refuseCursor();
  const limit = limitOf(wanted);
  // Before the entries, and each copy after: what is written and copied meanwhile is no cut, and no lost copy.
  const lastCopy = await witness.last();
  const entries = await ledger.audit({ after: Number(cursor ?? 0), limit });
  const copies = await inParallel(READ_AT_ONCE, entries, async ({ number }) => (await witness.hashOf(number)) ?? null);
  return {
    entries,
    copies,
    lastCopy,
    cursor: entries.length < limit ? null : String(entries.at(-1)?.number ?? 0),
  };
}

/**
 * Copies what has no copy yet, in order; the mark moves behind what is copied, so that whoever is cut off, or comes at
 * the same time, copies the same once more, which changes nothing.
 * @returns how many were copied
 */
export async function copyAudit({ ledger, witness }: Needs): Promise<number> {
  let copied = 0;
  let mark = await ledger.copiedAudit();
  for (;;) {
    const entries = await ledger.audit({ after: mark, limit: TOGETHER });
    for (const entry of entries) await witness.put(entry);
    const last = entries.at(-1);
    if (last === undefined) return copied;
    mark = last.number;
    await ledger.setCopiedAudit(mark);
    copied += entries.length;
  }
}

/** Chats of a cohort that are due and may not be disabled, oldest first. */
import type { AnswerOf, QueryOf } from '../../contracts/operator-api.ts';
import { isoInstant } from '../../domain/time.ts';
import type { Blocked, Office } from '../../ports.ts';
import { limitOf, refuseCursor } from './paging.ts';
import { cohortNamed } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'ledger' | 'platform'>;

/** Rows read for one answer: of a cohort that is done, most rows are of chats that were disabled since. */
const MOST_READS = 5;

export async function blocked(
  { plan, ledger, platform }: Needs,
  { cohort: id, reason, limit, cursor: from }: QueryOf<'blocked'>,
): Promise<AnswerOf<'blocked'>> {
  const cohort = cohortNamed(await plan.situation(), id);
  const wanted = limitOf(limit);
  const chats: Blocked[] = [];
  let cursor = from ?? null;
  for (let reads = 0; reads < MOST_READS && chats.length < wanted; reads++) {
    const { rows, cursor: next } = await readFrom(ledger, cohort.id, cursor, wanted - chats.length);
    const current = await platform.chats(rows.map(({ chatId }) => chatId));
    chats.push(
      ...rows.filter(
        (row) => current.get(row.chatId)?.encrypted === true && (reason === undefined || row.reason === reason),
      ),
    );
    cursor = next;
    if (next === null) break;
  }
  return {
    chats: chats.map(({ chatId, cohort: owner, reason: why, userId, at }) => ({
      chatId,
      cohort: owner,
      reason: why,
      person: userId,
      at: isoInstant(at),
    })),
    cursor,
  };
}

async function readFrom(ledger: Needs['ledger'], cohort: string, cursor: string | null, limit: number) {
  try {
    return await ledger.blockedOf(cohort, { cursor, limit });
  } catch (error) {
    // What was no cursor of ours is no text, or no key, of the table's.
    const isForeign = error instanceof Error && ['SyntaxError', 'ValidationException'].includes(error.name);
    if (cursor === null || !isForeign) throw error;
    return refuseCursor();
  }
}

/**
 * Promise 9 has a witness of its own: the same quiet campaign twice, once with ticks that are missed, doubled and out of
 * order and messages that come twice and in another order, once with neither. What people got and what became of their
 * chats must be the same.
 */
import type { Account } from './account.ts';
import type { Fault } from './faults.ts';
import type { Seen } from './seen.ts';

/** Of so many seeds one is a pair of twins. */
export const ONE_IN = 40;

/** What may go wrong for one of them. */
export const CARRIERS: readonly Fault[] = [
  'tick missed',
  'tick doubled',
  'tick out of order',
  'message doubled',
  'message out of order',
];

interface Twin {
  readonly seen: Seen;
  readonly account: Account;
}

/** Where one came out otherwise than the other: a clause for each. */
export function differences(one: Twin, other: Twin): string[] {
  const [here, there] = [outcomesOf(one), outcomesOf(other)];
  return [...new Set([...here.keys(), ...there.keys()])].flatMap((what) => {
    const [is, was] = [here.get(what) ?? 'nothing', there.get(what) ?? 'nothing'];
    return is === was ? [] : [`${what}: ${is}; with nothing missed or doubled: ${was}`];
  });
}

/** By person, the notices that they got; by chat, whether it is encrypted, and why. */
function outcomesOf({ seen, account }: Twin): Map<string, string> {
  const outcomes = new Map<string, string>();
  for (const [userId, letters] of Map.groupBy(seen.letters, (letter) => letter.userId))
    outcomes.set(userId, [...new Set(letters.map(({ notice }) => notice))].join(', '));
  const reasons = new Map(
    account.db
      .rows('ledger')
      .flatMap((row) => (row['sk']?.S === 'BLOCKED' ? [[row['chatId']?.S, row['reason']?.S]] : [])),
  );
  for (const { chatId, encryption } of account.db.rows('chats'))
    outcomes.set(
      `chat ${chatId?.S}`,
      encryption?.S === 'e2ee' ? `encrypted, ${reasons.get(chatId?.S) ?? 'without a reason'}` : 'disabled',
    );
  return outcomes;
}

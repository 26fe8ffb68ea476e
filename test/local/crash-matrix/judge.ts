/**
 * What became of a campaign in which processes died: by what the world outside saw, as the campaign wrote it down. The
 * checker says which promises were broken; here it is counted who got the same notice twice, and whether each chat has
 * ended as it does when nobody dies.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Lines } from '../../../bin/local/outside/record.ts';
import { main as check } from '../checker/check.ts';

/** How each chat ends: `off`, or the reason why it is still encrypted. */
export type Ends = Readonly<Record<string, string>>;

export interface Finding {
  /** One sentence of the checker for each promise that was not held. */
  readonly broken: readonly string[];
  /** Letters that somebody had had already; not counted where the mailbox had given the first one back. */
  readonly repeats: number;
  /** Chats that ended otherwise. */
  readonly otherwise: readonly string[];
}

/** The checker's promises: fewer lines would be promises that nobody has looked at. */
const PROMISES = [1, 2, 3, 4, 6, 7, 8, 10, 13];

/** @param kills how many processes died */
export async function judgeCampaign(
  out: string,
  { plan, kills, ends }: { plan: string; kills: number; ends: Ends },
): Promise<Finding> {
  const said: string[] = [];
  await check([out, '--plan', plan, '--kills', String(kills)], (line) => said.push(line));
  const broken = said.filter((line) => !/^promise \d+: held/.test(line));
  for (const promise of PROMISES)
    if (!said.some((line) => line.startsWith(`promise ${promise}:`))) broken.push(`promise ${promise}: not judged`);
  return { broken, repeats: repeatsIn(out), otherwise: otherwiseIn(out, ends) };
}

function repeatsIn(out: string): number {
  const had = new Set<string>();
  const pairOf = ({ userId, notice }: { userId: string; notice: string }) => `${userId} ${notice}`;
  const cameBack = new Set(
    linesOf(out, 'events').flatMap((event) => (event.kind === 'soft-bounced' ? pairOf(event) : [])),
  );
  let repeats = 0;
  for (const mail of linesOf(out, 'mail')) {
    const pair = pairOf(mail);
    if (!had.has(pair)) had.add(pair);
    // Once: whoever got it a third time got it twice too often.
    else if (!cameBack.delete(pair)) repeats += 1;
  }
  return repeats;
}

function otherwiseIn(out: string, ends: Ends): string[] {
  const found = endsOf(out);
  return [...new Set([...Object.keys(ends), ...Object.keys(found)])].flatMap((chatId) => {
    const [expected, end] = [ends[chatId] ?? 'not there', found[chatId] ?? 'not there'];
    return expected === end ? [] : [`${chatId} is ${end}, not ${expected}`];
  });
}

export function endsOf(out: string): Ends {
  return Object.fromEntries(
    linesOf(out, 'chats').map(({ chatId, encryption, blocked }) => [
      chatId,
      encryption === 'off' ? 'off' : (blocked ?? 'open'),
    ]),
  );
}

export function linesOf<K extends keyof Lines>(out: string, name: K): Lines[K][] {
  const text = readFileSync(join(out, `${name}.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Lines[K]]));
}

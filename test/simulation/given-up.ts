/**
 * Chats that stay encrypted because operators disarmed their cohort and armed it never again: a person's word, and no end
 * that anybody is owed. By the rows, and by what operators were answered; asked by the oracle, and by whoever waits for the end.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

import type { Account } from './account.ts';
import type { Scenario } from './scenario.ts';
import type { CohortRow, Seen } from './seen.ts';
import { shareOf } from './share.ts';

export interface Kept {
  readonly chats: ReadonlySet<string>;
  /** Keys of runs of the last notice, `GROUP|NOTICE`, that wait for such chats. */
  readonly runs: ReadonlySet<string>;
}

interface Question {
  readonly seen: Seen;
  readonly scenario: Scenario;
  readonly account: Account;
  readonly now: number;
  /** Whether a final reason stands with a chat: it has ended, whoever armed what. */
  isListed(chatId: string): boolean;
}

/** Whoever means to arm anew does so when they look in next, days later. */
const FOR_GOOD = 7 * 24 * 60 * 60 * 1000;

/** Of chats without a final reason: a cohort that was given up has the say over them, and none of them had to be listed. */
export function keptByOperators({ seen, scenario, account, now, isListed }: Question): Kept {
  const chats = new Set<string>();
  const runs = new Set<string>();
  const cohorts = new Map(seen.cohorts.map((row) => [row.cohort, row]));
  const givenUp = new Set([...cohorts.values()].filter((row) => isGivenUp(seen, row, now)).map(({ cohort }) => cohort));
  if (givenUp.size === 0) return { chats, runs };

  const members = new Map<string, Record<string, AttributeValue>>();
  for (const row of account.db.rows('ledger'))
    if (row['sk']?.S === 'MEMBER') members.set((row['pk']?.S ?? '').slice('PERSON#'.length), row);
  const told = new Map<string, string>();
  for (const { userId, notice } of seen.letters) {
    const [stage, date = ''] = notice.split('@');
    if (stage !== 'done' && date > (told.get(userId) ?? '')) told.set(userId, date);
  }
  const cohortOf = (userId: string) => members.get(userId)?.['cohort']?.S ?? '';
  /** `COHORT~ZONE~NOT-BEFORE~LANGUAGE~NUMBER`, of which the first three are their group. */
  const pageOf = (userId: string) => (members.get(userId)?.['page']?.S ?? '').split('~');
  // The date that they were told, their cohort's, or the one that they were given for themselves.
  const dateOf = (userId: string) =>
    [told.get(userId) ?? '', cohorts.get(cohortOf(userId))?.endDate ?? '', pageOf(userId)[2] ?? ''].toSorted().at(-1) ??
    '';
  const waiting = new Set<string>();
  for (const { chatId, encryption, participants } of account.db.rows('chats')) {
    const id = chatId?.S ?? '';
    if (encryption?.S !== 'e2ee' || isListed(id)) continue;
    const people = participants?.SS ?? [];
    const latest = people.map(dateOf).toSorted().at(-1);
    // Whose date is the latest, of them one cohort has the say; of the same day it may be any.
    const owners = people.filter((userId) => givenUp.has(cohortOf(userId)) && dateOf(userId) === latest).map(cohortOf);
    if (owners.every((cohort) => mustBeListed(id, cohorts.get(cohort)))) continue;
    chats.add(id);
    for (const userId of people) waiting.add(pageOf(userId).slice(0, 3).join('~'));
  }
  for (const { pk, sk } of account.db.rows('plan')) {
    const [group = '', notice = ''] = (sk?.S ?? '').split('|');
    if (pk?.S === 'RUN' && notice.startsWith('done@') && waiting.has(group)) runs.add(sk?.S ?? '');
  }
  return { chats, runs };

  /** What was off, and was given back, is listed as such while its wave is open, whoever arms the cohort or does not. */
  function mustBeListed(chatId: string, row: CohortRow | undefined): boolean {
    const flip = seen.flips.findLast((each) => each.chatId === chatId);
    const percent = scenario.plan.guardRails.waves[(row?.wave ?? 0) - 1];
    if (flip?.to !== 'e2ee' || flip.by !== 'sunset' || percent === undefined || row?.held === true) return false;
    return shareOf(chatId, scenario.plan.sunset) < percent;
  }
}

/** Not armed, and the last that was said of it, long ago, is that somebody took the arming back. */
function isGivenUp({ cohorts, commands }: Seen, { cohort, arming }: CohortRow, now: number): boolean {
  if (arming !== null) return false;
  const armed = cohorts.findLast((row) => row.cohort === cohort && row.arming !== null);
  return commands.some(
    ({ path, status, answeredAt }) =>
      path === `/v1/cohorts/${cohort}/disarm` &&
      status === 200 &&
      answeredAt >= (armed?.at ?? Infinity) &&
      answeredAt < now - FOR_GOOD,
  );
}

/** Looks on from outside while tables are written: chats that change, cohorts, and what stands with people. */
import { unmarshall } from '@aws-sdk/util-dynamodb';

import type { Write } from '../memory/dynamodb.ts';
import type { Seen } from './seen.ts';
import type { Timeline } from './timeline.ts';

export function watch({ table, before, after }: Write, seen: Seen, timeline: Timeline): void {
  const at = timeline.now;
  if (table === 'chats' && before !== undefined && after !== undefined) {
    const [was, is] = [before['encryption']?.S, after['encryption']?.S];
    if (was === is) return;
    const mark = after['sunset']?.M;
    const byUs =
      is === 'off'
        ? mark !== undefined
        : mark?.['restoredAt'] !== undefined && before['sunset']?.M?.['restoredAt'] === undefined;
    const of = is === 'off' ? before : after;
    seen.flips.push({
      at,
      chatId: after['chatId']?.S ?? '',
      to: is as 'off' | 'e2ee',
      by: byUs ? 'sunset' : 'platform',
      participants: after['participants']?.SS ?? [],
      cohort: mark?.['cohort']?.S ?? '',
      arming: mark?.['arming']?.S ?? '',
      encryptedSince: of['encryptedSince']?.S,
      version: of['version']?.N,
      versioned: before['version']?.N !== after['version']?.N,
    });
  }
  const sk = after?.['sk']?.S ?? '';
  if (table === 'plan' && sk.startsWith('COHORT#') && after !== undefined) {
    const row = unmarshall({ ...after }) as Record<string, any>;
    seen.cohorts.push({
      at,
      cohort: sk.slice('COHORT#'.length),
      endDate: row['endDate'],
      held: row['hold'] !== null,
      heldBy: row['hold']?.who ?? null,
      permitUntil: row['permitUntil'],
      arming:
        row['arming'] === null
          ? null
          : { id: row['arming'].id, headCount: row['arming'].headCount, by: row['arming'].by },
      wave: row['wave'],
      soakWaived: row['soakWaived'],
    });
  }
  if (table === 'ledger' && sk === 'MEMBER' && after !== undefined) {
    const userId = (after['pk']?.S ?? '').slice('PERSON#'.length);
    if (after['facts']?.M?.['waived'] !== undefined && !seen.waived.has(userId)) seen.waived.set(userId, at);
    const [was, is] = [before?.['exempt']?.BOOL === true, after['exempt']?.BOOL === true];
    const spans = seen.exempt.get(userId) ?? [];
    if (is && !was) seen.exempt.set(userId, [...spans, { from: at, to: Infinity }]);
    if (was && !is)
      seen.exempt.set(
        userId,
        spans.map((span) => (span.to === Infinity ? { ...span, to: at } : span)),
      );
  }
}

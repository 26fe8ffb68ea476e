/**
 * The one case in which somebody may be told twice: SES has the mail, the process died before it wrote that down, and no
 * event arrived. What is required is sent again while it is still true, the rest is not. Chats may end otherwise than if
 * nobody had died: of whom nothing was heard a date moves, or the chat is blocked; the promises hold all the same.
 */
import type { Crash } from './crashes.ts';

export interface LostCase {
  readonly name: string;
  readonly crash: Crash;
  /** A page: somebody must be told again. At most a page: perhaps it says something that is true no more by then. */
  readonly repeats: 'none' | 'a page' | 'at most a page';
}

const SES = 'notify SES.SendBulkTemplatedEmail';
const SETTLE =
  'notify DynamoDB.UpdateItem Ledger PAGE#/NOTICE# SET *.settledAt = :at, *.outcomes = :outcomes, skipped = :skipped, ' +
  'complete = :complete, until = :until if *.settledAt = :none AND (attribute_not_exists(changes) OR changes = :changes)';

/** @param word with the beginning of the date: two letters and a number stand in many a link by chance */
const lost = (point: string, death: Crash['death'], word: string): Crash => ({ point, death, word, losesEvents: true });

export const LOST: readonly LostCase[] = [
  {
    name: 'd12, required: killed with the reply of SES lost',
    crash: lost(SES, 'accepted', 'd12_2026'),
    repeats: 'a page',
  },
  { name: 'd12, required: killed after the reply of SES', crash: lost(SES, 'replied', 'd12_2026'), repeats: 'a page' },
  { name: 'd12, required: killed before it is settled', crash: lost(SETTLE, 'before', 'd12@2026'), repeats: 'a page' },
  { name: 'd12, required: killed once it was settled', crash: lost(SETTLE, 'accepted', 'd12@2026'), repeats: 'none' },
  {
    name: 'd6, not required: killed with the reply of SES lost',
    crash: lost(SES, 'accepted', 'd6_2026'),
    repeats: 'none',
  },
  {
    name: 'd1, required: killed with the reply of SES lost',
    crash: lost(SES, 'accepted', 'd1_2026'),
    repeats: 'at most a page',
  },
  {
    name: 'moved: killed with the reply of SES lost',
    crash: lost(SES, 'accepted', 'moved_2026'),
    repeats: 'at most a page',
  },
];

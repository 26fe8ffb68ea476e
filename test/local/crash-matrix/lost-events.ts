/**
 * The one case in which somebody may be told twice: SES has the mail, the process died before it wrote that down, and no
 * event arrived. What is required is sent again, the rest is not.
 */
import type { Crash } from './crashes.ts';

export interface LostCase {
  readonly name: string;
  readonly crash: Crash;
  readonly repeats: 'none' | 'a page';
}

const SES = 'notify SES.SendBulkTemplatedEmail';
const SETTLE =
  'notify DynamoDB.UpdateItem Ledger PAGE#/NOTICE# SET *.settledAt = :at, *.outcomes = :outcomes, skipped = :skipped, ' +
  'complete = :complete, until = :until if *.settledAt = :none AND (attribute_not_exists(changes) OR changes = :changes)';

const at = (point: string, death: Crash['death'], stage: string): Crash => ({
  point,
  death,
  word: stage,
  losesEvents: true,
});

export const LOST: readonly LostCase[] = [
  { name: 'd12, required: killed with the reply of SES lost', crash: at(SES, 'accepted', 'd12'), repeats: 'a page' },
  { name: 'd12, required: killed after the reply of SES', crash: at(SES, 'replied', 'd12'), repeats: 'a page' },
  { name: 'd12, required: killed before it is settled', crash: at(SETTLE, 'before', 'd12'), repeats: 'a page' },
  { name: 'd12, required: killed once it was settled', crash: at(SETTLE, 'accepted', 'd12'), repeats: 'none' },
  { name: 'd6, not required: killed with the reply of SES lost', crash: at(SES, 'accepted', 'd6'), repeats: 'none' },
  { name: 'd1, required: killed with the reply of SES lost', crash: at(SES, 'accepted', 'd1_'), repeats: 'a page' },
  { name: 'moved: killed with the reply of SES lost', crash: at(SES, 'accepted', 'moved'), repeats: 'a page' },
];

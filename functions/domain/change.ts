/**
 * Changes that take two people. One proposes a content, another approves exactly that content, by its hash, within a day.
 * Editing gives the content another hash and makes the editor its author: whatever was approved before is void. Nobody
 * approves their own content, and a change that has ended stays as it ended.
 */
import { createHash } from 'node:crypto';

import { HOUR, type Instant } from './time.ts';

/** What is proposed; the same shapes as the API's contract. */
export type Proposal =
  | OfPlan<'activate'>
  | OfPlan<'amend'>
  | Arm
  | OfCohort<'advance'>
  | OfCohort<'restore'>
  | OfPerson<'waive'>
  | OfPerson<'end-exemption'>;

interface Of<K extends string> {
  readonly kind: K;
  readonly reason: string;
}
/** A plan that was applied, by its hash. */
interface OfPlan<K extends string> extends Of<K> {
  readonly hash: string;
}
/** A cohort, as its author saw it. */
interface OfCohort<K extends string> extends Of<K> {
  readonly cohort: string;
  readonly version: number;
}
interface Arm extends OfCohort<'arm'> {
  readonly headCount: number;
}
interface OfPerson<K extends string> extends Of<K> {
  readonly person: string;
}

/** So long a change waits for its second person. */
export const CHANGE_LIFETIME: number = 24 * HOUR;

export interface Change {
  readonly version: number;
  readonly proposal: Proposal;
  /** What it does, in people, as its author was told. */
  readonly summary: string;
  /** What its author saw and nobody typed: the plan that it was compared with, the wave that stood. Part of the content. */
  readonly pinned: string;
  /** Of the content. */
  readonly hash: string;
  /** Who wrote the content as it is now. */
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly state: 'open' | 'applied' | 'rejected' | 'expired';
  readonly approvals: readonly { readonly by: string; readonly at: Instant }[];
}

/** sha256, hex: who approves the hash approves this content, by this author, and nothing else. */
export function changeHash({
  proposal,
  proposedBy,
  pinned,
}: Pick<Change, 'proposal' | 'proposedBy' | 'pinned'>): string {
  const content = Object.entries(proposal).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([proposedBy, pinned, content]))
    .digest('hex');
}

export function expiresAt({ proposedAt }: Pick<Change, 'proposedAt'>): Instant {
  return proposedAt + CHANGE_LIFETIME;
}

/** Approved, and not yet done to its end: its process was cut off. It neither expires nor can it be rejected. */
export function isBegun({ state, approvals }: Change): boolean {
  return state === 'open' && approvals.length > 0;
}

/** As it stands at an instant: nobody has to come by for a change to expire. */
export function stateAt(change: Change, now: Instant): Change['state'] {
  return change.state === 'open' && !isBegun(change) && now >= expiresAt(change) ? 'expired' : change.state;
}

export type ApprovalRefusal = 'change-ended' | 'change-expired' | 'content-changed' | 'own-approval';

/** Why this person cannot approve what they have seen; null: they can. */
export function refusedApproval(
  change: Change,
  { by, hash, now }: { by: string; hash: string; now: Instant },
): ApprovalRefusal | null {
  const state = stateAt(change, now);
  if (state === 'expired') return 'change-expired';
  if (state !== 'open') return 'change-ended';
  if (hash !== change.hash) return 'content-changed';
  return by === change.proposedBy ? 'own-approval' : null;
}

/**
 * The audit trail: a chain of entries, each of which carries the hash of the one before it, so that an edit, a removal,
 * an insertion and a change of order are seen by whoever reads the chain from its beginning. A cut at the end leaves a
 * whole chain: it is seen by the copies, which are kept where we can only add.
 */
import { createHash } from 'node:crypto';

/** What happened, before it has its place in the chain. Instants are ISO 8601. */
export interface AuditFact {
  readonly at: string;
  /** A person, a role, `breaker` or `sunset`. */
  readonly who: string;
  /** From a closed list of verbs. */
  readonly what: AuditVerb;
  readonly why: string;
  /** What it is about: a cohort, a change, a person's or a chat's id, a queue, the plan. */
  readonly subject: string;
  /** What it was before, and is now, as short text. */
  readonly from: string | null;
  readonly to: string | null;
}

export const AUDIT_VERBS = [
  'plan-applied',
  'plan-activated',
  'plan-amended',
  'change-proposed',
  'change-edited',
  'change-approved',
  'change-rejected',
  'change-expired',
  'rescheduled',
  'armed',
  'disarmed',
  'held',
  'released',
  'paused',
  'resumed',
  'soak-cut-short',
  'waived',
  'exempted',
  'exemption-ended',
  'signalled',
  'restore-begun',
  'restore-ended',
  'redriven',
  'test-sent',
  'not-done',
] as const;
export type AuditVerb = (typeof AUDIT_VERBS)[number];

export interface AuditEntry extends AuditFact {
  /** From 1 on, without a gap. */
  readonly number: number;
  /** The hash of the entry before it; of the first: `BEGINNING`. */
  readonly before: string;
  /** sha256, hex, of all the rest. */
  readonly hash: string;
}

export const BEGINNING: string = '0'.repeat(64);

/** The entry that a fact becomes behind `last`. */
export function entryAfter(last: AuditEntry | undefined, fact: AuditFact): AuditEntry {
  const { at, who, what, why, subject, from, to } = fact;
  const unsigned = {
    number: (last?.number ?? 0) + 1,
    at,
    who,
    what,
    why,
    subject,
    from,
    to,
    before: last?.hash ?? BEGINNING,
  };
  return { ...unsigned, hash: auditHash(unsigned) };
}

/** In a fixed order of fields, whatever order they were stored in. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { number, at, who, what, why, subject, from, to, before } = entry;
  return createHash('sha256')
    .update(JSON.stringify([number, at, who, what, why, subject, from, to, before]))
    .digest('hex');
}

export interface AuditFinding {
  /** Of the entry, or of the first of several. */
  readonly number: number;
  readonly kind: 'edited' | 'missing' | 'out-of-order' | 'cut' | 'not-copied';
  readonly sentence: string;
}

/**
 * What is wrong with the trail, read whole from its first entry on.
 *
 * The chain shows whoever changed a part of it; the copies show whoever changed it all and reckoned every hash anew. An
 * entry without a copy can be rewritten unseen as long as nothing follows on it, so that is a finding too.
 *
 * @param copies the hash of each entry's copy, in the same order; null: there is none
 * @param lastCopy number of the last copy, as it was before the entries were read; 0: there was none
 */
export function verifyAudit(
  entries: readonly AuditEntry[],
  copies: readonly (string | null)[],
  lastCopy: number,
): AuditFinding[] {
  const findings: AuditFinding[] = [];
  const found = (number: number, kind: AuditFinding['kind'], sentence: string) =>
    void findings.push({ number, kind, sentence });
  let last: Pick<AuditEntry, 'number' | 'hash'> = { number: 0, hash: BEGINNING };
  for (const [at, entry] of entries.entries()) {
    const { number, before, hash } = entry;
    const expected = last.number + 1;
    if (number > expected)
      found(expected, 'missing', `${entriesFrom(expected, number - 1)} missing: ${number} follows on ${last.number}`);
    if (number < expected) found(number, 'out-of-order', `entry ${number} stands behind entry ${last.number}`);
    if (number === expected && before !== last.hash)
      found(number, 'edited', `entry ${number} does not follow on entry ${last.number} as that one is now`);
    if (auditHash(entry) !== hash) found(number, 'edited', `entry ${number} is not what its own hash says`);
    const copy = copies[at] ?? null;
    // They are made in order: only behind the last can one be still to come.
    if (copy === null && number <= lastCopy)
      found(number, 'missing', `the copy of entry ${number} is missing: there are later ones`);
    else if (copy === null) found(number, 'not-copied', `entry ${number} has no copy: nothing else vouches for it`);
    else if (copy !== hash) found(number, 'edited', `entry ${number} is not what its copy says`);
    last = { number: Math.max(last.number, number), hash };
  }
  if (lastCopy > last.number)
    found(last.number + 1, 'cut', `${entriesFrom(last.number + 1, lastCopy)} missing at the end: there are copies`);
  return findings;
}

function entriesFrom(first: number, last: number): string {
  return first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
}

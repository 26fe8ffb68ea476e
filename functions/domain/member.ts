/** A person enrolled in the sunset, what they were told, and what is known to have reached them. */
import { isAddress } from './address.ts';
import type { NoticeId } from './notice-id.ts';
import { type Instant, laterDate, type LocalDate, MINUTE, parseInstant } from './time.ts';

/** The platform's current word on a person; any of it may be missing or wrong. */
export interface Profile {
  readonly userId: string;
  readonly email: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly country: string | null;
}

/** An address that is none is no way to reach anybody, whoever it would reach. */
export function hasAddress<P extends Pick<Profile, 'email'>>(profile: P | undefined): profile is P & { email: string } {
  return isAddress(profile?.email);
}

/**
 * Kinds of facts about one notice, then about the person. `refused`: SES said no in the call itself. All others of a
 * notice are events, which SES tells only of what it has accepted; `soft-bounced-again` is one about a second attempt.
 */
export const NOTICE_FACTS = [
  'delivered',
  'bounced',
  'soft-bounced',
  'soft-bounced-again',
  'suppressed',
  'complained',
  'rejected',
  'refused',
  'rendering-failed',
  'delayed',
] as const;
export type NoticeFact = (typeof NOTICE_FACTS)[number];
export const PERSON_FACTS = ['unreachable', 'complained', 'stopped', 'saved', 'more-time', 'waived', 'exempt'] as const;
export type PersonFact = (typeof PERSON_FACTS)[number];

export interface Facts {
  /** When each notice was delivered, and did not come back; or was seen in the app. */
  readonly delivered: ReadonlyMap<NoticeId, Instant>;
  readonly seen: ReadonlyMap<NoticeId, Instant>;
  /** Notices for which SES told us anything at all: proof that it accepted them. */
  readonly heard: ReadonlySet<NoticeId>;
  /** Notices that ended otherwise. */
  readonly failed: ReadonlyMap<NoticeId, NoticeFact>;
  readonly unreachable?: Instant;
  readonly complained?: Instant;
  readonly stopped?: Instant;
  readonly saved?: Instant;
  /** When they asked for a later end date. */
  readonly 'more-time'?: Instant;
  readonly waived?: Instant;
}

/** What a person was told before they came to their present page; it travels with the pointer. */
export interface Told {
  readonly notices: readonly NoticeId[];
  /** Local day they last had mail. */
  readonly lastDay: LocalDate | null;
  /** The latest end date they were told. */
  readonly endDate: LocalDate | null;
}

/** From `leaving` on nobody begins to mail the person; whoever had begun has ended by then, as Lambda ends every call. */
export const LEAVING: number = 15 * MINUTE;

export interface Leaving {
  /** The later group's end date. */
  readonly notBefore: LocalDate;
  readonly since: Instant;
  /** They asked for that date and get it; who only lacks proof is given the whole ladder, whenever the move is made. */
  readonly asked?: true;
}

export interface Member {
  readonly userId: string;
  readonly cohort: string;
  /** Zone at enrolment, null if unknown. */
  readonly timeZone: string | null;
  readonly group: string;
  readonly page: string;
  /** Pages they were on before, oldest first: what they were told there stays in their records. */
  readonly formerPages: readonly string[];
  readonly enrolledAt: Instant;
  readonly exempt: boolean;
  /** When they were left out; absent: they never were. */
  readonly exemptedAt?: Instant;
  /** Set while the pointer is about to move to a later group. */
  readonly leaving: Leaving | null;
  /** How often they were given a later group. */
  readonly moves: number;
  readonly told: Told;
  readonly facts: Facts;
  /** First row of the encrypted chats they were found in; more rows follow while `chatRows` > 1. */
  readonly chats: ReadonlySet<string>;
  readonly chatRows: number;
  /** Chats in which they were first seen after the platform had closed new encryption. */
  readonly joinedLate: ReadonlySet<string>;
  /** They joined so many late that they are not told apart any more: all of their chats count as such. */
  readonly lateEverywhere?: boolean;
}

/** What was told before and what was told here. */
export function toldTogether(before: Told, here: Told): Told {
  const later = (a: LocalDate | null, b: LocalDate | null) => {
    if (a === null) return b;
    return b === null ? a : laterDate(a, b);
  };
  return {
    notices: [...new Set([...before.notices, ...here.notices])],
    lastDay: later(before.lastDay, here.lastDay),
    endDate: later(before.endDate, here.endDate),
  };
}

/** A fact's key in the member's row: kind, then the notice it is about where there is one. */
export function factKey(kind: NoticeFact | PersonFact | 'seen', notice?: NoticeId): string {
  return notice === undefined ? kind : `${kind} ${notice}`;
}

/** Reads the row's map of facts, key to ISO instant. */
export function factsOf(map: Readonly<Record<string, string>>): Facts {
  const delivered = new Map<NoticeId, Instant>();
  const seen = new Map<NoticeId, Instant>();
  const heard = new Set<NoticeId>();
  const failed = new Map<NoticeId, NoticeFact>();
  const returned = new Map<NoticeId, Instant>();
  const person: Partial<Record<PersonFact, Instant>> = {};
  for (const [key, at] of Object.entries(map)) {
    const [kind = '', notice] = key.split(' ');
    const instant = parseInstant(at);
    if (notice === undefined) person[kind as PersonFact] = instant;
    else if (kind === 'seen') seen.set(notice, instant);
    else {
      if (kind === 'bounced') returned.set(notice, instant);
      if (kind !== 'refused') heard.add(notice);
      if (kind === 'delivered') delivered.set(notice, instant);
      // Given back for now says least: whatever else is known of the notice came of a later attempt.
      else if (kind !== 'delayed' && !(kind === 'soft-bounced' && failed.has(notice)))
        failed.set(notice, kind as NoticeFact);
    }
  }
  // A server may take mail and send it back for good. A passing bounce after a delivery is an absence note.
  for (const [notice, at] of returned) if (at >= (delivered.get(notice) ?? Infinity)) delivered.delete(notice);
  return { delivered, seen, heard, failed, ...person };
}

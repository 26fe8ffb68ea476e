/**
 * The gate decides whether a chat may be disabled now. It answers yes, or no with one reason from a closed
 * list, the person it is about, and, where time alone can change the answer, the earliest instant at which
 * it may. It knows dates, notices and signals; who holds the authority to act (holds, permits, waves,
 * arming) is `wave.ts`.
 */
import { hasAddress, type Member, type Profile } from './member.ts';
import { DONE, noticeParts } from './notice-id.ts';
import type { GuardRails } from './plan.ts';
import { gateZone } from './group.ts';
import { addDays, DAY, endInstant, HOUR, type Instant, laterDate, type LocalDate, startOfDay } from './time.ts';

export interface Chat {
  readonly chatId: string;
  readonly participants: readonly string[];
  readonly encrypted: boolean;
  /** Null where the platform keeps none. */
  readonly version: number | null;
  /** Value of the sparse index's key, opaque; put back by a restore. */
  readonly encryptedSince: string | null;
  readonly mark: Mark | null;
}

/** What we leave on a chat that we have disabled. */
export interface Mark {
  readonly intent: string;
  readonly arming: string;
  readonly cohort: string;
  readonly at: Instant;
  readonly prior: {
    readonly encrypted: true;
    readonly encryptedSince: string | null;
    readonly version: number | null;
  };
  readonly restoredAt?: Instant;
}

/** `final`: only people can change it (a waiver, an arming, a signal); `passing`: time or the next sweep may. */
export const BLOCK_REASONS = {
  'not-encrypted': 'final',
  'not-enrolled': 'passing',
  'no-participants': 'passing',
  'not-due': 'passing',
  leaving: 'passing',
  'joined-after-closing': 'final',
  restored: 'final',
  'encrypted-again': 'final',
  exempt: 'final',
  'no-address': 'final',
  unreachable: 'final',
  complained: 'final',
  unproven: 'final',
  'too-few-notices': 'final',
  'notice-too-short': 'passing',
  'final-notice-too-recent': 'passing',
  'final-notice-too-old': 'final',
} as const;
export type BlockReason = keyof typeof BLOCK_REASONS;

/** Our mark keeps the chat back, until its cohort is armed anew. */
export function isOfArming(reason: BlockReason): boolean {
  return reason === 'restored' || reason === 'encrypted-again';
}

export function isFinal(reason: BlockReason): boolean {
  return BLOCK_REASONS[reason] === 'final';
}

export type GateAnswer =
  | { readonly open: true }
  | { readonly open: false; readonly reason: BlockReason; readonly userId?: string; readonly earliest?: Instant };

export interface Participant {
  readonly userId: string;
  readonly member: Member | undefined;
  /** Current profile; undefined where the asker has not read it (the sweep, which only nominates). */
  readonly profile: Profile | undefined;
  /** Effective end date of the member's group now. */
  readonly endDate: LocalDate | undefined;
}

/** A participant about whom everything is known that a flip needs. */
export type Enrolled = Participant & { readonly member: Member; readonly endDate: LocalDate };

export function isEnrolled(participant: Participant): participant is Enrolled {
  return participant.member !== undefined && participant.endDate !== undefined;
}

/** The end instant of one participant: the later of the zone at enrolment and the zone now; unknown is UTC-12. */
export function endInstantOf(participant: Enrolled): Instant;
export function endInstantOf(participant: Participant): Instant | undefined;
export function endInstantOf(participant: Participant): Instant | undefined {
  if (!isEnrolled(participant)) return undefined;
  const { member, profile, endDate } = participant;
  const told = member.told.endDate;
  const date = told === null ? endDate : laterDate(endDate, told);
  const zones = [member.timeZone, ...(profile === undefined ? [] : [profile.timeZone])];
  return Math.max(...zones.map((zone) => endInstant(date, gateZone(zone))));
}

export interface GateQuestion {
  readonly rails: GuardRails;
  readonly chat: Chat;
  readonly participants: readonly Participant[];
  /** The arming under which the chat would be flipped. */
  readonly arming: string | null;
  /** When that was; null: the cohort is not armed. Absent where nobody asks for marks. */
  readonly armedAt?: Instant | null;
  readonly now: Instant;
}

export function askGate(q: GateQuestion): GateAnswer {
  const { chat, now } = q;
  if (!chat.encrypted) return { open: false, reason: 'not-encrypted' };
  const { mark } = chat;
  // Until it is armed anew, which is after it was restored.
  const restored = mark?.restoredAt !== undefined && (q.armedAt ?? 0) <= mark.restoredAt;
  if (restored) return { open: false, reason: 'restored' };
  if (mark !== null && mark.arming === q.arming)
    return { open: false, reason: mark.restoredAt === undefined ? 'encrypted-again' : 'restored' };
  if (q.participants.length === 0) return { open: false, reason: 'no-participants' };
  const enrolled: Enrolled[] = [];
  for (const participant of q.participants) {
    if (!isEnrolled(participant)) return { open: false, reason: 'not-enrolled', userId: participant.userId };
    enrolled.push(participant);
  }

  const end = Math.max(...enrolled.map((participant) => endInstantOf(participant)));
  if (now < end) return { open: false, reason: 'not-due', earliest: end };

  // A reason that only people can change is told before one that time will change: it is the one to act on.
  let passing: GateAnswer | undefined;
  for (const participant of enrolled) {
    const answer = askForParticipant(q, participant);
    if (answer.open) continue;
    if (isFinal(answer.reason)) return answer;
    passing ??= answer;
  }
  return passing ?? { open: true };
}

function askForParticipant(q: GateQuestion, { userId, member, profile, endDate }: Enrolled): GateAnswer {
  const no = (reason: BlockReason, earliest?: Instant): GateAnswer => ({
    open: false,
    reason,
    userId,
    ...(earliest === undefined ? {} : { earliest }),
  });
  if (member.exempt) return no('exempt');
  if (member.leaving !== null) return no('leaving', member.leaving.since + HOUR);
  if (member.facts.waived !== undefined) return { open: true };
  if (member.lateEverywhere === true || member.joinedLate.has(q.chat.chatId)) return no('joined-after-closing');

  const { rails, now } = q;
  const proofs = proofsOf(member);
  // At least two are required of every plan, so that there is a first and a latest.
  if (proofs.length < rails.requiredNotices) {
    if (member.facts.unreachable !== undefined) return no('unreachable');
    if (member.facts.complained !== undefined) return no('complained');
    if (profile !== undefined && !hasAddress(profile)) return no('no-address');
    return no(proofs.length === 0 ? 'unproven' : 'too-few-notices');
  }
  const first = Math.min(...proofs);
  const latest = Math.max(...proofs);
  if (now < first + rails.minimumNoticeDays * DAY) return no('notice-too-short', first + rails.minimumNoticeDays * DAY);
  if (now < latest + rails.finalNoticeHours * HOUR)
    return no('final-notice-too-recent', latest + rails.finalNoticeHours * HOUR);
  if (latest < startOfDay(addDays(endDate, -rails.finalWithinDays), gateZone(member.timeZone)))
    return no('final-notice-too-old');
  return { open: true };
}

/** When each notice about an end date is known to have reached the person: delivered, or seen in the app, whichever was first. */
export function proofsOf(member: Member): Instant[] {
  const { delivered, seen } = member.facts;
  const notices = new Set([...delivered.keys(), ...seen.keys()]);
  return [...notices]
    .filter((notice) => noticeParts(notice).stage !== DONE)
    .map((notice) =>
      Math.min(delivered.get(notice) ?? Number.POSITIVE_INFINITY, seen.get(notice) ?? Number.POSITIVE_INFINITY),
    );
}

/** Whose mail fails that often is not reached by a third ladder; they stay blocked, and are reported. */
export const MOST_MOVES = 2;

/** Whether a member still lacks the first proof that keeps the minimum notice, and mail could give it to them. */
export function needsMoreTime(
  member: Member,
  profile: Profile | undefined,
  rails: GuardRails,
  endDate: LocalDate,
  zone: string | null,
): boolean {
  const { facts } = member;
  if (member.moves >= MOST_MOVES) return false;
  if (member.leaving !== null || member.exempt || facts.unreachable !== undefined || facts.complained !== undefined)
    return false;
  if (facts.waived !== undefined || !hasAddress(profile)) return false;
  const latestFirst = endInstant(endDate, gateZone(zone)) - rails.minimumNoticeDays * DAY;
  return !proofsOf(member).some((proof) => proof <= latestFirst);
}

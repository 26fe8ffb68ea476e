/**
 * Signals: what a person, or the platform for them, tells us. Each counts once. `saved` and `stopped` end the optional
 * reminders; `more-time` moves the person to a later group, once, until `finalNotice` before their end; `seen` says
 * that the app has shown them a notice, and is as good as its delivery.
 */
import { endInstantOf } from './gate.ts';
import type { Member, Profile } from './member.ts';
import { noticeParts } from './notice-id.ts';
import type { Plan } from './plan.ts';
import {
  addDays,
  EARLIEST_ZONE,
  HOUR,
  type Instant,
  isLocalDate,
  laterDate,
  type LocalDate,
  localInstant,
  nextSunday,
} from './time.ts';
import { CLOCK_SKEW } from './wave.ts';

/** What a person can say on their page. */
export const CHOICES = ['saved', 'stopped', 'more-time'] as const;
export type Choice = (typeof CHOICES)[number];
export const SIGNALS = [...CHOICES, 'seen'] as const;
export type Signal = (typeof SIGNALS)[number];

export const SIGNAL_REFUSALS = [
  'no-member',
  'over',
  'not-offered',
  'too-late',
  'moving',
  'no-such-notice',
  'not-due-then',
  'in-the-future',
] as const;
export type SignalRefusal = (typeof SIGNAL_REFUSALS)[number];

export type SignalAnswer =
  /** `notBefore`: the end date that the person is given. */
  | { readonly kind: 'take'; readonly notBefore?: LocalDate }
  /** It was said before. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refuse'; readonly reason: SignalRefusal };

export interface SignalQuestion {
  readonly plan: Plan;
  readonly signal: Signal;
  /** Of `seen`: the notice that the app has shown. */
  readonly notice?: string | undefined;
  readonly member: Member | undefined;
  readonly profile: Profile | undefined;
  /** Effective end date of the member's group now. */
  readonly endDate: LocalDate | undefined;
  /** When it was said. */
  readonly at: Instant;
  readonly now: Instant;
}

export function judgeSignal(q: SignalQuestion): SignalAnswer {
  const { member, endDate, signal } = q;
  if (member === undefined || endDate === undefined) return refuse('no-member');
  if (signal === 'seen') return judgeSeen(q, member, endDate);
  if (member.facts[signal] !== undefined) return { kind: 'known' };
  const end = endInstantOf({ userId: member.userId, member, profile: q.profile, endDate });
  if (q.now >= end) return refuse('over');
  if (signal !== 'more-time') return { kind: 'take' };

  const { moreTimeDays, finalNoticeHours } = q.plan.guardRails;
  if (moreTimeDays === 0) return refuse('not-offered');
  // A later date is on its way to them anyway.
  if (member.leaving !== null) return refuse('moving');
  // What was said in time counts, though it is heard of later: the day is not over yet.
  if (q.at >= end - finalNoticeHours * HOUR) return refuse('too-late');
  return {
    kind: 'take',
    notBefore: nextSunday(addDays(laterDate(endDate, member.told.endDate ?? endDate), moreTimeDays)),
  };
}

function judgeSeen({ plan, notice = '', at, now }: SignalQuestion, member: Member, endDate: LocalDate): SignalAnswer {
  const [stage, date = ''] = notice.split('@');
  const rung = plan.stages.find(({ name }) => name === stage);
  const planned = plan.cohorts.find(({ id }) => id === member.cohort)?.endDate;
  // A notice of this plan, about a date that this person has, or had before it moved: the plan's first, or a later one.
  if (rung === undefined || planned === undefined || notice !== `${stage}@${date}`) return refuse('no-such-notice');
  if (!isLocalDate(date) || (date < planned && date < endDate) || date > endDate) return refuse('no-such-notice');
  if (member.facts.seen.has(notice)) return { kind: 'known' };
  if (at > now + CLOCK_SKEW) return refuse('in-the-future');
  const due = localInstant(addDays(noticeParts(notice).endDate, -rung.days), 0, EARLIEST_ZONE);
  return at < due ? refuse('not-due-then') : { kind: 'take' };
}

const refuse = (reason: SignalRefusal): SignalAnswer => ({ kind: 'refuse', reason });

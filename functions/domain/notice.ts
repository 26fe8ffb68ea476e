/**
 * Notices: which is due when, and whether one person is sent it now. A notice is one stage's message about
 * one end date; its id (`d35@2026-05-08`) is derived. Of several missed stages only the latest is sent; a
 * person gets at most one notice a local day; nothing says "tomorrow" that is not tomorrow.
 */
import { zoneNow } from './group.ts';
import type { Plan } from './plan.ts';
import { hasAddress, type Member, type Profile } from './member.ts';
import { DONE, MOVED, noticeId, type NoticeId, noticeParts } from './notice-id.ts';
import {
  addDays,
  endInstant,
  HOUR,
  type Instant,
  LATEST_ZONE,
  localDateAt,
  type LocalDate,
  localHourAt,
  localInstant,
} from './time.ts';
import { isOwed } from './page.ts';

export interface DueNotice {
  readonly id: NoticeId;
  readonly stage: string;
  readonly endDate: LocalDate;
  readonly at: Instant;
  readonly required: boolean;
}

/** The whole ladder of an end date in a zone, in order of time, `done` excluded. */
export function ladder(plan: Plan, endDate: LocalDate, zone: string): DueNotice[] {
  return plan.stages
    .map(({ name, days, required }) => ({
      id: noticeId(name, endDate),
      stage: name,
      endDate,
      at: localInstant(addDays(endDate, -days), plan.sendHour, zone),
      required,
    }))
    .sort((a, b) => a.at - b.at);
}

/**
 * When a group's `done` is first asked for: a day after the restore window of a chat that the last wave
 * disabled at once, at the send hour. Who still has open chats then is asked again the next day.
 */
export function doneFrom(plan: Plan, endDate: LocalDate, zone: string): Instant {
  const { waves, soakHours, restoreWindowHours } = plan.guardRails;
  const last = wavesStart(endDate) + ((waves.length - 1) * soakHours + restoreWindowHours) * HOUR;
  return localInstant(addDays(localDateAt(last, zone), 2), plan.sendHour, zone);
}

/** The instant at which an end date is over in every zone: from then on a wave can hold everybody who is due. */
export function wavesStart(endDate: LocalDate): Instant {
  return endInstant(endDate, LATEST_ZONE);
}

/** Where a group stands on its ladder at `now`. */
export interface Due {
  /** Every notice whose instant has come, oldest first; a day that is over has none left. */
  readonly notices: readonly DueNotice[];
  /** When to look at the group again; absent when nothing is left to come. */
  readonly next: Instant | null;
}

export function due(plan: Plan, endDate: LocalDate, zone: string, now: Instant): Due {
  const rungs: DueNotice[] = [
    ...ladder(plan, endDate, zone),
    { id: noticeId(DONE, endDate), stage: DONE, endDate, at: doneFrom(plan, endDate, zone), required: false },
  ];
  return {
    notices: rungs.filter((rung) => rung.at <= now),
    next: rungs.find((rung) => rung.at > now)?.at ?? null,
  };
}

export const SKIP_REASONS = [
  'stopped-reminders',
  'saved',
  'exempt',
  'no-address',
  'complained',
  'unreachable',
  'no-encrypted-chat',
  'already-has-it',
  'superseded',
  'not-on-this-page',
  'not-told-another-date',
  'nothing-done',
  'refused',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Who is passed over for one of these is not reached by mail: required notices are then for the app to show. */
export const NOT_BY_MAIL: ReadonlySet<SkipReason> = new Set(['no-address', 'unreachable', 'complained']);

export const POSTPONE_REASONS = ['mailed-today', 'outside-window', 'leaving', 'chats-open', 'held'] as const;
export type PostponeReason = (typeof POSTPONE_REASONS)[number];

export type NoticeDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'postpone'; readonly reason: PostponeReason; readonly until: Instant };

export interface NoticeQuestion {
  readonly plan: Plan;
  readonly notice: NoticeId;
  /** The page that asks; a member whose pointer names another page is not on it. */
  readonly page: string;
  /** Zone in which the page's group is mailed. */
  readonly zone: string;
  /** The group's end date now. A notice about another date is superseded. */
  readonly endDate: LocalDate;
  readonly member: Member | undefined;
  /** The platform's current profile. */
  readonly profile: Profile | undefined;
  /** What is known of the person's chats: any still encrypted, until when an outcome is open, any that we disabled or blocked. */
  readonly chats: { readonly encrypted: boolean; readonly openUntil: Instant | null; readonly ended: boolean };
  /** An earlier attempt of this notice was accepted, or may have been. */
  readonly had: boolean;
  readonly now: Instant;
}

/** Send to one person now, skip for good with a reason, or ask again later. The order of the questions is the order of the answers. */
export function decideNotice(q: NoticeQuestion): NoticeDecision {
  const { plan, member, now } = q;
  const { stage, endDate } = noticeParts(q.notice);
  const skip = (reason: SkipReason): NoticeDecision => ({ kind: 'skip', reason });
  const later = (reason: PostponeReason, until: Instant): NoticeDecision => ({ kind: 'postpone', reason, until });

  if (member === undefined) return skip('not-on-this-page');
  // Whoever is about to move may be about to come to this page.
  if (member.page !== q.page) return member.leaving === null ? skip('not-on-this-page') : later('leaving', now + HOUR);
  if (q.had || member.told.notices.includes(q.notice)) return skip('already-has-it');
  if (member.leaving !== null) return later('leaving', now + HOUR);
  if (isSuperseded(q, stage, endDate)) return skip('superseded');
  if (stage === MOVED && (member.told.endDate === null || member.told.endDate === endDate)) {
    return skip('not-told-another-date');
  }
  if (member.exempt) return skip('exempt');
  if (!hasAddress(q.profile)) return skip('no-address');
  if (member.facts.unreachable !== undefined) return skip('unreachable');
  if (member.facts.complained !== undefined) return skip('complained');
  // A date that was told and has changed concerns everybody who was told it, whatever they wish to be reminded of.
  const required = isOwed(plan, q.notice);
  if (member.facts.stopped !== undefined && !required) return skip('stopped-reminders');
  if (stage === DONE) {
    if (member.told.endDate === null) return skip('nothing-done');
    if (q.chats.openUntil !== null) return later('chats-open', nextMorning(plan, q.zone, q.chats.openUntil));
    if (!q.chats.ended) return skip('nothing-done');
  } else {
    if (!q.chats.encrypted) return skip('no-encrypted-chat');
    if (member.facts.saved !== undefined && !required) return skip('saved');
  }
  // Latest local date of every zone we ever mailed them in: the day they last had mail must be over here too.
  if (member.told.lastDay !== null && member.told.lastDay >= localDateAt(now, q.zone)) {
    return later('mailed-today', nextMorning(plan, q.zone, now));
  }
  // Where they are now it may be another day.
  const eve = addDays(endDate, -1);
  if (isDayBefore(plan, q.notice) && localDateAt(now, zoneNow(q.profile, q.zone)) < eve)
    return later('outside-window', localInstant(eve, plan.sendHour, zoneNow(q.profile, q.zone)));
  if (!isInWindow(plan, q.zone, now)) return later('outside-window', nextMorning(plan, q.zone, now));
  return { kind: 'send' };
}

/** A later rung is due, the date has moved, or `d1` could not say "tomorrow" any more. */
function isSuperseded(q: NoticeQuestion, stage: string, endDate: LocalDate): boolean {
  if (endDate !== q.endDate) return true;
  if (stage === MOVED || stage === DONE) return false;
  const rungs = ladder(q.plan, endDate, q.zone);
  const own = rungs.findIndex((rung) => rung.stage === stage);
  const next = rungs[own + 1];
  if (next !== undefined && next.at <= q.now) return true;
  if (isDayBefore(q.plan, q.notice)) return localDateAt(q.now, zoneNow(q.profile, q.zone)) > addDays(endDate, -1);
  return localDateAt(q.now, q.zone) > endDate;
}

/** Says "tomorrow", and may say it on one day only. */
export function isDayBefore(plan: Plan, notice: NoticeId): boolean {
  const { stage } = noticeParts(notice);
  return plan.stages.some(({ name, days }) => name === stage && days === 1);
}

export function isInWindow(plan: Plan, zone: string, now: Instant): boolean {
  const hour = localHourAt(now, zone);
  return hour >= plan.sendWindow.from && hour < plan.sendWindow.to;
}

/** The next instant after `now` at which a postponed notice may be sent: the send hour of this day or the next. */
export function nextMorning(plan: Plan, zone: string, now: Instant): Instant {
  const today = localDateAt(now, zone);
  const morning = localInstant(today, plan.sendHour, zone);
  return morning > now ? morning : localInstant(addDays(today, 1), plan.sendHour, zone);
}

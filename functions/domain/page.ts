/**
 * What became of one notice on one page. The people of a page have slots, their positions on it. An attempt
 * is a claim: these slots are being sent this notice; settled, it is the record of what SES accepted. A claim
 * that stays unsettled past its lease is unknown: SES may or may not have it. Only an event can tell, and once
 * none can come any more the attempt is settled from what was heard.
 */
import type { Facts } from './member.ts';
import { DONE, MOVED, type NoticeId, noticeParts } from './notice-id.ts';
import type { Plan } from './plan.ts';
import { HOUR, type Instant, laterDate, localDateAt, type LocalDate } from './time.ts';

/**
 * `accepted`: SES took it. `throttled`: dropped, to be sent again. `returned`: SES took it, the mailbox gave it back for
 * now; to be sent again. `refused`: for good, for this person. `unknown` and `unheard`: a process died in between and
 * nothing was heard, so that they may have it or not; `unheard` is owed, and sent again.
 */
export type AttemptOutcome = 'accepted' | 'throttled' | 'returned' | 'refused' | 'unknown' | 'unheard';
const TO_BE_SENT_AGAIN: ReadonlySet<AttemptOutcome> = new Set(['throttled', 'returned', 'unheard']);

export interface Attempt {
  readonly number: number;
  readonly at: Instant;
  readonly language: string;
  readonly slots: readonly number[];
  readonly settledAt: Instant | null;
  readonly outcomes: Readonly<Record<number, AttemptOutcome>>;
}

/** Exactly what was sent: the template (recorded by its name) and its values, those of all and each person's own. */
export interface SentLetter {
  readonly template: string;
  readonly shared: Readonly<Record<string, string>>;
  /** By slot; without the link, which only its person may have. */
  readonly own: Readonly<Record<number, Readonly<Record<string, string>>>>;
}

export interface NoticeRecord {
  readonly attempts: readonly Attempt[];
  /** Reason by slot. */
  readonly skipped: Readonly<Record<number, string>>;
  /** Every slot there was has ended. */
  readonly complete: boolean;
  /** Nothing to do before; null: at any time. */
  readonly until: Instant | null;
  /** How often somebody beside notify has changed it: what notify concluded from an earlier state is then not written. */
  readonly changes: number;
}

export const EMPTY_RECORD: NoticeRecord = { attempts: [], skipped: {}, complete: false, until: null, changes: 0 };

/** Longer than SES tries: the configuration set limits delivery to six hours, and events may follow late. */
export const RECONCILE_AFTER: number = 8 * HOUR;

/** Slots that need nothing any more: accepted, refused, unknown for good, or skipped. */
export function endedSlots(record: NoticeRecord): Set<number> {
  const ended = new Set(Object.keys(record.skipped).map(Number));
  for (const [slot, outcome] of outcomesOf(record)) if (!TO_BE_SENT_AGAIN.has(outcome)) ended.add(slot);
  return ended;
}

/** How each slot has ended, of a record that is complete: as SES or nobody said, or why it was passed over. */
export function endings({ skipped, ...record }: NoticeRecord): Map<number, string> {
  const outcomes = outcomesOf({ skipped, ...record });
  const endings = new Map<number, string>(outcomes);
  for (const [slot, reason] of Object.entries(skipped))
    // Whether they have it nobody knows, whatever has kept it from being sent again.
    endings.set(
      Number(slot),
      outcomes.get(Number(slot)) === 'unheard' && reason !== 'already-has-it' ? 'unknown' : reason,
    );
  return endings;
}

/** When the last of a page's `size` people had been sent a notice or passed over; null: somebody has not. */
export function sentToAll(record: NoticeRecord, size: number): Instant | null {
  if (unsettled(record) !== undefined) return null;
  const over = endedSlots(record);
  // What came back for now had gone out.
  for (const [slot, outcome] of outcomesOf(record)) if (outcome === 'returned') over.add(slot);
  if (over.size < size) return null;
  return Math.max(0, ...record.attempts.map(({ settledAt }) => settledAt ?? 0));
}

/** Latest outcome by slot; slots of an unsettled attempt have none. */
export function outcomesOf(record: NoticeRecord): Map<number, AttemptOutcome> {
  const outcomes = new Map<number, AttemptOutcome>();
  for (const attempt of record.attempts)
    for (const slot of attempt.slots) {
      const outcome = attempt.outcomes[slot];
      if (outcome !== undefined) outcomes.set(slot, outcome);
    }
  return outcomes;
}

/**
 * The attempt that a soft bounce is about and that makes another one worth it: the latest that SES took, unless one has
 * come back before. Whose mailbox is full for two days hears of it from the next stage.
 */
export function returnable({ attempts }: NoticeRecord, slot: number): Attempt | undefined {
  const own = attempts.filter(({ slots }) => slots.includes(slot));
  if (own.some(({ outcomes }) => outcomes[slot] === 'returned')) return undefined;
  return own.findLast(({ outcomes }) => outcomes[slot] === 'accepted');
}

export function unsettled(record: NoticeRecord): Attempt | undefined {
  return record.attempts.find((attempt) => attempt.settledAt === null);
}

/**
 * How an unknown attempt is settled once no event can come any more: any event about a person proves acceptance;
 * of the rest a required notice is sent again, any other is not (promise 7).
 */
export function reconciled(
  attempt: Attempt,
  x: { notice: NoticeId; required: boolean; record: NoticeRecord; factsOf: (slot: number) => Facts | undefined },
): Record<number, AttemptOutcome> {
  return Object.fromEntries(
    attempt.slots.map((slot): [number, AttemptOutcome] => {
      const facts = x.factsOf(slot);
      if (isHeardOf(x.record, slot, x.notice, facts)) return [slot, 'accepted'];
      // Its process died between the fact and the settling.
      if (facts?.failed.get(x.notice) === 'refused') return [slot, 'refused'];
      return [slot, x.required ? 'unheard' : 'unknown'];
    }),
  );
}

/** Once an attempt has come back, its bounce says nothing of those after it. */
function isHeardOf(record: NoticeRecord, slot: number, notice: NoticeId, facts: Facts | undefined): boolean {
  if (facts === undefined) return false;
  if (!record.attempts.some(({ outcomes }) => outcomes[slot] === 'returned')) return facts.heard.has(notice);
  const failed = facts.failed.get(notice);
  return facts.delivered.has(notice) || (failed !== undefined && failed !== 'soft-bounced' && failed !== 'refused');
}

/** A wish to stop reminders does not skip it, and whom mail does not reach the app must tell. */
export function isRequired(plan: Plan, notice: NoticeId): boolean {
  const { stage } = noticeParts(notice);
  return plan.stages.some((rung) => rung.name === stage && rung.required);
}

/** Sent to everybody whom it is about, and again where nobody knows whether it was: required, or a date that has changed. */
export function isOwed(plan: Plan, notice: NoticeId): boolean {
  return noticeParts(notice).stage === MOVED || isRequired(plan, notice);
}

/**
 * What the person in a slot was told on this page: every notice that SES accepted, the last day, the latest date.
 * @param x.again what is about to be sent: that it may have been before, unheard, keeps it back in nothing
 */
export function toldOnPage(
  records: ReadonlyMap<NoticeId, NoticeRecord>,
  slot: number,
  zone: string,
  x: { delivered: Facts['delivered']; again?: NoticeId },
): { notices: NoticeId[]; lastDay: LocalDate | null; endDate: LocalDate | null } {
  const notices: NoticeId[] = [];
  let lastDay: LocalDate | null = null;
  let endDate: LocalDate | null = null;
  for (const [notice, record] of records) {
    for (const attempt of record.attempts) {
      if (!attempt.slots.includes(slot)) continue;
      // An attempt whose end is unknown may have reached the person: the day counts, the notice not yet.
      // What came back and is known as delivered was an automatic answer, heard of before its delivery.
      const answered = attempt.outcomes[slot] === 'returned' && x.delivered.has(notice);
      const outcome = answered ? 'accepted' : attempt.outcomes[slot];
      if (outcome === 'throttled' || outcome === 'refused') continue;
      if (outcome === 'unheard' && notice === x.again) continue;
      const day = localDateAt(attempt.at, zone);
      lastDay = lastDay === null ? day : laterDate(lastDay, day);
      const { stage, endDate: date } = noticeParts(notice);
      // What came back told nobody a date.
      if (stage !== DONE && outcome !== 'returned') endDate = endDate === null ? date : laterDate(endDate, date);
      if (outcome === 'accepted') notices.push(notice);
    }
  }
  return { notices, lastDay, endDate };
}

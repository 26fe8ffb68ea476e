/**
 * How much mail a plan makes, day by day, and when it will have left. A day is the local one on which a notice is due:
 * the world's zones reach one send hour after another, within about the 24 hours in which SES counts. What does not fit
 * into a day waits for the next, nearest end date first; a notice that a later one supersedes, or that says "tomorrow",
 * waits no longer, and whoever did not get it is missed.
 *
 * It counts everybody for every notice. People who stop reminders, save or leave make it less, never more.
 */
import { figures } from './english.ts';
import { doneFrom } from './notice.ts';
import { DONE } from './notice-id.ts';
import { budgetLeft, type Quota } from './pacing.ts';
import type { Plan } from './plan.ts';
import { addDays, HOUR, localDateAt, type LocalDate } from './time.ts';

/** What SES allows an account. */
export type Account = Pick<Quota, 'daily' | 'rate'>;

/** One stage to some people. */
export interface Mailing {
  readonly cohort: string;
  readonly stage: string;
  readonly endDate: LocalDate;
  /** On which it is due. */
  readonly day: LocalDate;
  /** The last on which it may still be sent. */
  readonly until: LocalDate;
  readonly mails: number;
}

export interface MailDay {
  readonly day: LocalDate;
  /** Of this day alone. */
  readonly due: number;
  readonly sent: number;
  /** At its end, for the next day. */
  readonly waiting: number;
  /** Not to be sent any more, from the end of this day on. */
  readonly missed: number;
}

export interface Mailed {
  readonly mailing: Mailing;
  /** The day on which the last of them leaves. */
  readonly lastDay: LocalDate;
  /** Mails that leave on that day before its last one, itself included. */
  readonly place: number;
  readonly missed: number;
}

/** So long outcomes are waited for. */
const LONGEST_WAIT = 90;

/** The stages of an end date, `done` too, for people of one zone. */
export function mailingsOf(
  plan: Plan,
  people: { readonly cohort: string; readonly endDate: LocalDate; readonly zone: string; readonly count: number },
): Mailing[] {
  const { cohort, endDate, zone, count: mails } = people;
  const stages = [...plan.stages].sort((a, b) => b.days - a.days);
  const done = localDateAt(doneFrom(plan, endDate, zone), zone);
  return [
    ...stages.map(({ name: stage, days }, index): Mailing => {
      const next = stages[index + 1]?.days;
      const last = days === 1 ? 1 : next === undefined ? 0 : next + 1;
      return { cohort, stage, endDate, day: addDays(endDate, -days), until: addDays(endDate, -last), mails };
    }),
    { cohort, stage: DONE, endDate, day: done, until: addDays(done, LONGEST_WAIT), mails },
  ];
}

export interface DailyLimit {
  readonly mails: number;
  /** What sets it: the account's quota, or its rate within the hours in which people may be mailed. */
  readonly by: 'quota' | 'rate';
}

/** Mails that can leave in a day: as if everybody lived in one zone, who has the fewest hours. */
export function dailyLimit(plan: Plan, account: Account): DailyLimit {
  const quota = budgetLeft(plan, { ...account, sentToday: 0 });
  const seconds = ((plan.sendWindow.to - plan.sendHour) * HOUR) / 1000;
  const rate = Math.floor((seconds * account.rate * plan.guardRails.sendShare) / 100);
  return quota <= rate ? { mails: quota, by: 'quota' } : { mails: rate, by: 'rate' };
}

const compare = (a: LocalDate, b: LocalDate): number => (a === b ? 0 : a < b ? -1 : 1);

/** @param perDay mails that can leave in a day; null: not known, all leave when they are due */
export function spreadMail(
  mailings: readonly Mailing[],
  perDay: number | null,
): { readonly days: readonly MailDay[]; readonly mailed: readonly Mailed[] } {
  const due = [...mailings].filter(({ mails }) => mails > 0).sort((a, b) => compare(a.day, b.day));
  const days: MailDay[] = [];
  const mailed: Mailed[] = [];
  let waiting: { readonly mailing: Mailing; left: number }[] = [];
  let next = 0;
  let day = due[0]?.day;
  while (day !== undefined) {
    let dueToday = 0;
    for (let mailing = due[next]; mailing?.day === day; mailing = due[++next]) {
      waiting.push({ mailing, left: mailing.mails });
      dueToday += mailing.mails;
    }
    // Sorting is stable: of one end date, what has waited longest is first.
    waiting.sort((a, b) => compare(a.mailing.endDate, b.mailing.endDate));
    let [sent, missed] = [0, 0];
    const still: typeof waiting = [];
    for (const one of waiting) {
      const now = Math.min(one.left, (perDay ?? Number.POSITIVE_INFINITY) - sent);
      sent += now;
      one.left -= now;
      const isOver = day >= one.mailing.until;
      if (one.left > 0 && !isOver) still.push(one);
      else {
        missed += one.left;
        mailed.push({ mailing: one.mailing, lastDay: day, place: sent, missed: one.left });
      }
    }
    waiting = still;
    days.push({ day, due: dueToday, sent, waiting: waiting.reduce((sum, { left }) => sum + left, 0), missed });
    day = waiting.length > 0 ? addDays(day, 1) : due[next]?.day;
  }
  return { days, mailed };
}

/** Days in a row on which mail is left over. */
export interface CrowdedRun {
  readonly from: LocalDate;
  /** The day on which nothing is left over any more. */
  readonly until: LocalDate;
  readonly due: number;
  readonly missed: number;
}

export function crowdedRuns(days: readonly MailDay[]): CrowdedRun[] {
  const runs: CrowdedRun[] = [];
  let run: CrowdedRun | undefined;
  for (const { day, due, waiting, missed } of days) {
    if (run === undefined && waiting === 0 && missed === 0) continue;
    run = {
      from: run?.from ?? day,
      until: day,
      due: (run?.due ?? 0) + due,
      missed: (run?.missed ?? 0) + missed,
    };
    if (waiting > 0) continue;
    runs.push(run);
    run = undefined;
  }
  return runs;
}

/** `your quota allows 45,000 a day, 90 % of 50,000`. */
export function allowance(plan: Plan, { daily, rate }: Account, { mails, by }: DailyLimit): string {
  const { sendShare } = plan.guardRails;
  return by === 'quota'
    ? `your quota allows ${figures(mails)} a day, ${sendShare} % of ${figures(daily)}`
    : `your send rate allows ${figures(mails)} a day, at ${sendShare} % of ${figures(rate)} a second`;
}

/**
 * A plan as a calendar, before anything is deployed: who gets what when, in whichever zone, how much mail that is against
 * what the account may send, when each stage will have left, and what somebody should look at before people are told.
 *
 * Numbers need to be given: how many people a cohort has is known to the platform only. Without them there are instants,
 * with them mails and costs, and with the account's quota and rate also whether it all fits.
 */
import { counted, listed, spelled } from './english.ts';
import { LANGUAGES, languagesOf, textsInLetters } from './language.ts';
import {
  type Account,
  allowance,
  type DailyLimit,
  dailyLimit,
  type MailDay,
  type Mailed,
  type Mailing,
  mailingsOf,
  spreadMail,
} from './mail-load.ts';
import { doneFrom, wavesStart } from './notice.ts';
import { DONE } from './notice-id.ts';
import { sendingTime } from './pacing.ts';
import { checkReachable } from './plan-file.ts';
import type { CohortPlan, Plan } from './plan.ts';
import {
  addDays,
  daysBetween,
  EARLIEST_ZONE,
  HOUR,
  type Instant,
  isoInstant,
  LATEST_ZONE,
  localDateAt,
  type LocalDate,
  localInstant,
  nextSunday,
} from './time.ts';

export interface CalendarQuestion {
  readonly plan: Plan;
  /** When it is to be activated. */
  readonly now: Instant;
  /** By cohort; one that is not there has an unknown number. */
  readonly people: ReadonlyMap<string, number>;
  /** Null: not known. */
  readonly account: Account | null;
}

export interface StageDates {
  readonly stage: string;
  readonly required: boolean;
  /** The local day on which it is due; of `done`, where people are mailed whose zone is unknown. */
  readonly day: LocalDate;
  /** When it is due first and last, over all time zones. */
  readonly first: Instant;
  readonly last: Instant;
  readonly mails: number | null;
  /** When the last of it will have left, wherever people are; null where people or the account are not known. */
  readonly finished: Instant | null;
  /** Days after its own on which some of it still leaves. */
  readonly spills: number;
  /** Mails that can no longer be sent once their turn has come. */
  readonly missed: number;
}

export interface CohortDates {
  readonly cohort: string;
  readonly countries: readonly string[];
  readonly percentage: number;
  readonly people: number | null;
  readonly endDate: LocalDate;
  /** In order of time, `done` last. */
  readonly stages: readonly StageDates[];
  /** The earliest instants, if the cohort is armed by then and never held. */
  readonly waves: readonly { readonly percent: number; readonly at: Instant }[];
  /** Until then the last chat can be restored that its last wave disabled at once. */
  readonly restorableUntil: Instant;
}

export interface CalendarFinding {
  /** An error keeps the plan from doing what it says. */
  readonly level: 'error' | 'warning';
  /** As in the plan file; empty where it is about no one place. */
  readonly path: string;
  readonly sentence: string;
}

export interface Cost {
  readonly mails: number;
  /** US dollars of SES; what else AWS charges stays within a few percent of it. */
  readonly aLaCarte: number;
  readonly essentials: number;
}

export interface Calendar {
  readonly cohorts: readonly CohortDates[];
  /** Days with mail, of the cohorts whose people are known. */
  readonly days: readonly MailDay[];
  readonly limit: DailyLimit | null;
  readonly cost: Cost | null;
  readonly findings: readonly CalendarFinding[];
}

/** US dollars a thousand, us-east-1; new accounts begin with Essentials. */
const A_LA_CARTE = 0.1;
const ESSENTIALS = 0.16;

export function calendarOf(x: CalendarQuestion): Calendar {
  const { plan, people, account } = x;
  const limit = account === null ? null : dailyLimit(plan, account);
  const mailings = plan.cohorts.flatMap(({ id: cohort, endDate }) =>
    mailingsOf(plan, { cohort, endDate, zone: plan.timeZone, count: people.get(cohort) ?? 0 }),
  );
  const { days, mailed } = spreadMail(mailings, limit?.mails ?? null);
  const mails = days.reduce((sum, { due }) => sum + due, 0);
  return {
    cohorts: plan.cohorts.map((cohort) => datesOf(x, cohort, mailings, mailed)),
    days,
    limit,
    cost:
      people.size === 0
        ? null
        : { mails, aLaCarte: dollars(mails * A_LA_CARTE), essentials: dollars(mails * ESSENTIALS) },
    findings: findingsOf(x, mailed, limit),
  };
}

const dollars = (perThousand: number): number => Math.round(perThousand / 10) / 100;

const ZONES: readonly string[] = [...Intl.supportedValuesOf('timeZone'), EARLIEST_ZONE, LATEST_ZONE];

function datesOf(
  { plan, people, account }: CalendarQuestion,
  { id, match, endDate }: CohortPlan,
  mailings: readonly Mailing[],
  mailed: readonly Mailed[],
): CohortDates {
  const stages = mailings
    .filter(({ cohort }) => cohort === id)
    .map((mailing): StageDates => {
      const { stage, day } = mailing;
      const known = mailed.find((one) => one.mailing === mailing);
      const at = ZONES.map((zone) =>
        stage === DONE ? doneFrom(plan, endDate, zone) : localInstant(day, plan.sendHour, zone),
      );
      return {
        stage,
        required: plan.stages.some(({ name, required }) => name === stage && required),
        day,
        first: Math.min(...at),
        last: Math.max(...at),
        mails: people.has(id) ? mailing.mails : null,
        finished:
          known === undefined || account === null
            ? null
            : localInstant(known.lastDay, plan.sendHour, LATEST_ZONE) + sendingTime(plan, account.rate, known.place),
        spills: known === undefined ? 0 : daysBetween(day, known.lastDay),
        missed: known?.missed ?? 0,
      };
    });
  const waves = wavesOf(plan, endDate);
  return {
    cohort: id,
    countries: match.countries,
    percentage: match.percentage,
    people: people.get(id) ?? null,
    endDate,
    stages,
    waves,
    restorableUntil: restorableUntil(plan, endDate),
  };
}

function wavesOf(plan: Plan, endDate: LocalDate): { percent: number; at: Instant }[] {
  const { waves, soakHours } = plan.guardRails;
  return waves.map((percent, index) => ({ percent, at: wavesStart(endDate) + index * soakHours * HOUR }));
}

function restorableUntil(plan: Plan, endDate: LocalDate): Instant {
  return (wavesOf(plan, endDate).at(-1)?.at ?? 0) + plan.guardRails.restoreWindowHours * HOUR;
}

// --- What to look at before ------------------------------------------------------------------------------------

function findingsOf(x: CalendarQuestion, mailed: readonly Mailed[], limit: DailyLimit | null): CalendarFinding[] {
  const { plan, now } = x;
  const found = [
    ...checkReachable(plan, now).map(({ path, sentence }): CalendarFinding => ({ level: 'error', path, sentence })),
    ...overloads(x, mailed, limit),
    ...weekends(plan),
    ...sharedLastDays(plan),
    ...overlaps(plan),
    ...exampleDomains(plan),
    ...silentLanguages(plan),
    ...alone(plan),
  ];
  return found.sort((a, b) => (a.level === b.level ? 0 : a.level === 'error' ? -1 : 1));
}

const warning = (path: string, sentence: string): CalendarFinding => ({ level: 'warning', path, sentence });
const endDateOf = (plan: Plan, cohort: string): string =>
  `cohorts[${plan.cohorts.findIndex(({ id }) => id === cohort)}].endDate`;

/** Stages that do not leave on their day. */
function overloads(
  { plan, account }: CalendarQuestion,
  mailed: readonly Mailed[],
  limit: DailyLimit | null,
): CalendarFinding[] {
  if (account === null || limit === null) return [];
  const first = plan.stages.filter(({ required }) => required).sort((a, b) => b.days - a.days)[0];
  const fits = `and ${allowance(plan, account, limit)}`;
  const todo = 'ask SES for more, or end cohorts further apart';
  return mailed.flatMap(({ mailing, lastDay, missed }): CalendarFinding[] => {
    const { cohort, stage, endDate, day, mails } = mailing;
    const late = daysBetween(day, lastDay);
    if (late === 0 && missed === 0) return [];
    const rung = plan.stages.find(({ name }) => name === stage);
    const tell = (level: CalendarFinding['level'], what: string): CalendarFinding[] => {
      const load = `${stage} of ${cohort} is ${counted(mails, 'mail', 'mails')} on ${spelled(day)}, ${fits}`;
      return [{ level, path: endDateOf(plan, cohort), sentence: `${load}: ${what}; ${todo}` }];
    };
    if (missed > 0) {
      const whom = `${counted(missed, 'person', 'people')} would never get it`;
      if (rung?.required !== true) return tell('warning', whom);
      return tell('error', `${whom}, and whoever then lacks proof of notice is given a later end date`);
    }
    const spill = `the last leaves ${counted(late, 'day', 'days')} later, on ${spelled(lastDay)}`;
    if (rung === undefined || rung !== first) return tell('warning', spill);
    const { minimumNoticeDays } = plan.guardRails;
    const margin = daysBetween(lastDay, endDate) - minimumNoticeDays;
    const left = `${counted(Math.abs(margin), 'day', 'days')} ${margin < 0 ? 'too late for' : 'before'} the minimum notice of ${minimumNoticeDays} days`;
    return tell(margin < 0 ? 'error' : 'warning', `${spill}, ${left}`);
  });
}

/** By days until the next Sunday. */
const WEEKDAYS = ['Sunday', 'Saturday', 'Friday', 'Thursday', 'Wednesday', 'Tuesday', 'Monday'] as const;

export function weekdayOf(date: LocalDate): string {
  return WEEKDAYS[daysBetween(date, nextSunday(date))] as string;
}

const isWeekend = (date: LocalDate): boolean => ['Saturday', 'Sunday'].includes(weekdayOf(date));
const withWeekday = (date: LocalDate): string => `${weekdayOf(date)}, ${spelled(date)}`;

function weekends(plan: Plan): CalendarFinding[] {
  return plan.cohorts.flatMap(({ id, endDate }, at) => {
    const opens = localDateAt(wavesStart(endDate), 'UTC');
    const when = [
      ...(isWeekend(endDate) ? [`ends on ${withWeekday(endDate)}`] : []),
      ...(isWeekend(opens) ? [`has its first wave on ${withWeekday(opens)}`] : []),
    ];
    if (when.length === 0) return [];
    const why = 'when fewer people are there to see that something goes wrong';
    return [warning(`cohorts[${at}].endDate`, `cohort ${id} ${listed(when)}, ${why}; a Monday to Thursday is better`)];
  });
}

/** Most questions come the day before. */
function sharedLastDays(plan: Plan): CalendarFinding[] {
  const last = [...plan.stages].sort((a, b) => a.days - b.days)[0];
  if (last === undefined) return [];
  return [...Map.groupBy(plan.cohorts, ({ endDate }) => endDate)].flatMap(([endDate, cohorts]) => {
    if (cohorts.length < 2) return [];
    const ids = cohorts.map(({ id }) => id);
    const day = spelled(addDays(endDate, -last.days));
    const sentence = `${last.name} of ${listed(ids)} falls on one day, ${day}: all their mail and questions come at once`;
    return [warning(endDateOf(plan, ids[1] as string), `${sentence}; days of their own let support keep up`)];
  });
}

/** What goes wrong in one cohort should be seen, and undone, before most of the next is disabled. */
function overlaps(plan: Plan): CalendarFinding[] {
  const inOrder = [...plan.cohorts].sort((a, b) => daysBetween(b.endDate, a.endDate));
  return inOrder.flatMap((cohort) => {
    const before = inOrder.findLast(({ endDate }) => endDate < cohort.endDate);
    const second = wavesOf(plan, cohort.endDate)[1];
    if (before === undefined || second === undefined) return [];
    const until = restorableUntil(plan, before.endDate);
    if (second.at >= until) return [];
    const days = Math.ceil((until - second.at) / (24 * HOUR));
    const sentence = `the second wave of ${cohort.id} can open at ${isoInstant(second.at)}, while chats of ${before.id} can be restored until ${isoInstant(until)}`;
    const todo = `end ${cohort.id} ${counted(days, 'day', 'days')} later, so that what is wrong is found in ${before.id} first`;
    return [warning(endDateOf(plan, cohort.id), `${sentence}; ${todo}`)];
  });
}

const EXAMPLE = /[.@/]example\.(com|org|net)([/:?#]|$)/i;

function exampleDomains({ sender, support }: Plan): CalendarFinding[] {
  const paths = [
    ['sender.address', sender.address],
    ['sender.replyTo', sender.replyTo],
    ['support.email', support.email],
    ['support.url', support.url],
  ].flatMap(([path, value]) => (EXAMPLE.test(value ?? '') ? [path as string] : []));
  const [first] = paths;
  if (first === undefined) return [];
  const domain = 'an example domain, from which nobody can send and where nobody reads';
  return [warning(first, `${listed(paths)} ${paths.length === 1 ? 'is' : 'are'} at ${domain}; write your own`)];
}

function silentLanguages(plan: Plan): CalendarFinding[] {
  const spoken = languagesOf(plan);
  const silent = LANGUAGES.filter((language) => !spoken.includes(language));
  if (silent.length === 0) return [];
  const texts = Object.entries(textsInLetters(plan));
  const lacking = texts.flatMap(([path, text]) =>
    silent.some((language) => text[language] === undefined) ? [path] : [],
  );
  const whom = `who reads ${listed(silent)} is written to in another language`;
  return [warning(lacking[0] ?? '', `the plan does not speak ${listed(silent)}: ${whom}; it lacks ${listed(lacking)}`)];
}

function alone({ approvals }: Plan): CalendarFinding[] {
  if (approvals === 2) return [];
  const sentence = 'approvals is 1: one person alone can activate, arm, waive and restore, and nobody looks before';
  return [warning('approvals', `${sentence}; write 2 for anything that reaches people`)];
}

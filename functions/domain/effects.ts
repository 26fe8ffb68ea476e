/**
 * What another plan, or another date, does to people, in sentences for whoever decides: who is re-timed, who gets a
 * correction, and on which days how much mail leaves against the account's quota.
 */
import { counted, figures, listed, spelled, spelledShort } from './english.ts';
import {
  type Account,
  allowance,
  crowdedRuns,
  dailyLimit,
  type MailDay,
  type Mailing,
  mailingsOf,
  spreadMail,
} from './mail-load.ts';
import { ladder } from './notice.ts';
import { MOVED } from './notice-id.ts';
import type { Plan } from './plan.ts';
import { addDays, daysBetween, type Instant, localDateAt, type LocalDate } from './time.ts';

/** People who are due at the same instants. A cohort in which nobody is yet is a group of none. */
export interface AffectedGroup {
  readonly cohort: string;
  /** Zone in which they are mailed. */
  readonly zone: string;
  /** Their effective end date now, and as it will be. */
  readonly endDate: LocalDate;
  readonly next: LocalDate;
  readonly people: number;
  /** Of them, who were told `endDate`. */
  readonly told: number;
}

export interface EffectsQuestion {
  /** As it will be. */
  readonly plan: Plan;
  /** All groups, also those whose date stays: their mail counts too. */
  readonly groups: readonly AffectedGroup[];
  readonly now: Instant;
  /** Null: not known. */
  readonly quota: Account | null;
}

/** As the operator API answers it. */
export interface Effects {
  readonly sentences: string[];
  readonly moves: Move[];
  readonly busiest: { readonly date: LocalDate; readonly mails: number; readonly allowed: number | null }[];
}

interface Move {
  readonly cohort: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly days: number;
  readonly retimed: number;
  readonly corrected: number;
}

const BUSIEST = 3;

export function effectsOf(x: EffectsQuestion): Effects {
  const { plan, groups, now, quota } = x;
  const moving = Map.groupBy(
    groups.filter(({ endDate, next }) => endDate !== next),
    ({ cohort }) => cohort,
  );
  const moved = [...moving].map(([cohort, affected]) => ({ move: moveOf(cohort, affected), affected }));
  const mailings = groups.flatMap((group) => mailingsFrom(plan, group, now));
  const { days } = spreadMail(mailings, null);
  const limit = quota === null ? null : dailyLimit(plan, quota);
  const busiest = [...days].sort((a, b) => b.due - a.due).slice(0, BUSIEST);
  return {
    sentences: [
      ...moved.map(({ move, affected }) => moveSentence(move, affected)),
      ...loadSentences(x, mailings, busiest[0]),
    ],
    moves: moved.map(({ move }) => move),
    busiest: busiest.map(({ day, due }) => ({ date: day, mails: due, allowed: limit?.mails ?? null })),
  };
}

function moveOf(cohort: string, groups: readonly AffectedGroup[]): Move {
  // Who came late may have a later date than the cohort: the earliest is the cohort's own.
  const [first] = [...groups].sort((a, b) => daysBetween(b.endDate, a.endDate)) as [AffectedGroup];
  return {
    cohort,
    from: first.endDate,
    to: first.next,
    days: daysBetween(first.endDate, first.next),
    retimed: sum(groups.map(({ people }) => people)),
    corrected: sum(groups.map(({ told }) => told)),
  };
}

function moveSentence({ cohort, from, to, days, retimed, corrected }: Move, groups: readonly AffectedGroup[]): string {
  const by = `${counted(Math.abs(days), 'day', 'days')}${days < 0 ? ' earlier' : ''}`;
  const told = [...new Set(groups.filter((group) => group.told > 0).map(({ endDate }) => endDate))].sort();
  const people = retimed === 0 ? 'nobody is in it yet' : `${counted(retimed, 'person is', 'people are')} re-timed`;
  const corrections =
    corrected === 0
      ? 'nobody was told the old date'
      : `${figures(corrected)} who ${corrected === 1 ? 'was' : 'were'} told ${listed(told.map(spelledShort))} ${corrected === 1 ? 'gets' : 'get'} a correction`;
  const whom = retimed === 0 ? people : `${people}, ${corrections}`;
  return `reschedules ${cohort} by ${by}, from ${spelled(from)} to ${spelled(to)}: ${whom}`;
}

/** What is still to come for a group: the stages of its new date, and the correction where none of them carries it. */
function mailingsFrom(plan: Plan, group: AffectedGroup, now: Instant): Mailing[] {
  const { cohort, zone, endDate, next, people: count, told } = group;
  const coming = new Set(ladder(plan, next, zone).flatMap(({ stage, at }) => (at > now ? [stage] : [])));
  const today = localDateAt(now, zone);
  const stages = mailingsOf(plan, { cohort, endDate: next, zone, count }).filter(
    ({ stage, day }) => day > today || coming.has(stage),
  );
  const tomorrow = addDays(today, 1);
  if (endDate === next || stages.some(({ day }) => day === tomorrow)) return stages;
  return [{ cohort, stage: MOVED, endDate: next, day: tomorrow, until: next, mails: told }, ...stages];
}

function loadSentences(
  { plan, quota }: EffectsQuestion,
  mailings: readonly Mailing[],
  busiest: MailDay | undefined,
): string[] {
  if (busiest === undefined) return ['sends no mail: nobody is enrolled whose notices are still to come'];
  const most = `sends ${counted(busiest.due, 'mail', 'mails')} on ${spelled(busiest.day)}`;
  if (quota === null) return [`${most}; your quota is not known`];
  const limit = dailyLimit(plan, quota);
  const allowed = allowance(plan, quota, limit);
  const crowded = crowdedRuns(spreadMail(mailings, limit.mails).days);
  if (crowded.length === 0) return [`${most}, ${allowed}`];
  return crowded.map(({ from, until, due, missed }) => {
    const lost =
      missed === 0
        ? ''
        : `; ${figures(missed)} of them would never be sent, and whoever then lacks proof of notice is given a later end date`;
    return `sends ${counted(due, 'mail', 'mails')} from ${spelled(from)} on, more than fit into a day (${allowed}): it takes until ${spelled(until)}${lost}`;
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/**
 * Holds what was seen to the sixteen promises. It reads what SES, the queues, the tables and the clock saw, what people
 * were sent and operators were answered; it asks no rule of the product, and has its own arithmetic of dates. Each
 * promise says by what it is observed.
 */
import { createHash } from 'node:crypto';

import { unmarshall } from '@aws-sdk/util-dynamodb';

import { addDays, isZone, iso, LATEST_ZONE, localTime, startOfDay } from '../local/checker/dates.ts';
import type { Account } from './account.ts';
import type { Fault, Faults } from './faults.ts';
import { keptByOperators } from './given-up.ts';
import type { Scenario } from './scenario.ts';
import type { CohortRow, Flip, Letter, MailEvent, Seen } from './seen.ts';
import { shareOf } from './share.ts';

export interface Violation {
  readonly promise: number;
  /** A clause without addresses. */
  readonly what: string;
}

export interface Question {
  readonly seen: Seen;
  readonly scenario: Scenario;
  readonly account: Account;
  readonly faults: Faults;
  readonly now: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Violations of one promise that are told. */
export const SHOWN = 3;

/** Reasons that time, or the next sweep, takes away: whoever is kept back by one has not ended. */
const PASSING: ReadonlySet<string> = new Set([
  'not-due',
  'not-enrolled',
  'leaving',
  'notice-too-short',
  'final-notice-too-recent',
]);

export const isFinal = (reason: string | undefined): boolean => reason !== undefined && !PASSING.has(reason);

type Rows = Record<string, any>[];

/** What is asked again and again, gathered once. */
class Evidence {
  readonly seen: Seen;
  readonly x: Question;
  readonly flips: readonly Flip[];
  readonly members = new Map<string, Record<string, any>>();
  readonly pages = new Map<string, { members: string[]; records: Map<string, Record<string, any>> }>();
  readonly ledger: Rows;
  readonly plan: Rows;
  readonly chats: Rows;
  private readonly lettersOf: Map<string, Letter[]>;
  private readonly eventsOf: Map<string, MailEvent[]>;
  private readonly rowsOf: Map<string, CohortRow[]>;

  constructor(x: Question) {
    this.x = x;
    this.seen = x.seen;
    const read = (table: string) =>
      x.account.db.rows(table).map((row) => unmarshall({ ...row }) as Record<string, any>);
    [this.ledger, this.plan, this.chats] = [read('ledger'), read('plan'), read('chats')];
    this.flips = x.seen.flips.filter(({ to, by }) => to === 'off' && by === 'sunset');
    for (const row of this.ledger) if (row['sk'] === 'MEMBER') this.members.set((row['pk'] as string).slice(7), row);
    for (const row of this.ledger) {
      const [kind, id] = split(row['pk'] as string);
      if (kind !== 'PAGE') continue;
      const page = this.pages.get(id) ?? { members: [], records: new Map() };
      this.pages.set(id, page);
      if (row['sk'] === 'PAGE') page.members = row['members'] as string[];
      else page.records.set(split(row['sk'] as string)[1], row);
    }
    this.lettersOf = Map.groupBy(x.seen.letters, ({ userId }) => userId);
    this.eventsOf = Map.groupBy(x.seen.events, ({ userId }) => userId);
    this.rowsOf = Map.groupBy(x.seen.cohorts, ({ cohort }) => cohort);
  }

  letters(userId: string): readonly Letter[] {
    return this.lettersOf.get(userId) ?? [];
  }
  events(userId: string, notice?: string): readonly MailEvent[] {
    const own = this.eventsOf.get(userId) ?? [];
    return notice === undefined ? own : own.filter((each) => each.notice === notice);
  }
  cohortRows(cohort: string): readonly CohortRow[] {
    return this.rowsOf.get(cohort) ?? [];
  }
  cohortOf(userId: string): string {
    return this.members.get(userId)?.['cohort'] ?? '';
  }
  cohortAt(cohort: string, at: number): CohortRow | undefined {
    return this.cohortRows(cohort).findLast((row) => row.at <= at);
  }

  /** Where somebody may be when a day ends: where they were found, and where they are. Unknown is last of all. */
  zonesAt(userId: string, at: number): string[] {
    const enrolled: unknown = this.members.get(userId)?.['timeZone'];
    const now = this.seen.people.get(userId)?.zones.findLast(({ from }) => from <= at)?.zone ?? null;
    return [typeof enrolled === 'string' ? enrolled : null, now].map((zone) => (isZone(zone) ? zone : LATEST_ZONE));
  }
  /** Where they are mailed. */
  mailZone(userId: string): string {
    const zone: unknown = this.members.get(userId)?.['timeZone'];
    return typeof zone === 'string' && isZone(zone) ? zone : this.x.scenario.plan.timeZone;
  }
  endFor(userId: string, date: string, at: number): number {
    return Math.max(...this.zonesAt(userId, at).map((zone) => startOfDay(addDays(date, 1), zone)));
  }
  /** The latest date that they were told by then, and no earlier than their cohort's. */
  dateFor(userId: string, at: number): string {
    const told = this.letters(userId)
      .filter((letter) => letter.at <= at && tellsDate(letter))
      .map(dateOf);
    return [...told, this.cohortAt(this.cohortOf(userId), at)?.endDate ?? ''].toSorted().at(-1) ?? '';
  }
  /** Whether something was claimed for them of which nobody knows whether SES has taken it: it may have told a date. */
  mayHaveBeenTold(userId: string, by: number): boolean {
    return pagesOf(this.members.get(userId) ?? {}).some((id) => {
      const page = this.pages.get(id);
      const slot = page?.members.indexOf(userId) ?? -1;
      return [...(page?.records.values() ?? [])]
        .flatMap((record) => attemptsFor(record, slot))
        .some(({ at, outcomes }) => at < by && ['unheard', 'unknown'].includes(outcomes[slot] ?? ''));
    });
  }
  isWaived(userId: string, at: number): boolean {
    return (this.seen.waived.get(userId) ?? Infinity) <= at;
  }

  /**
   * When each notice reached somebody: delivered and not sent back for good, or seen in the app.
   * @param known what of it counts at `at`: all that was so; what had come to the queues; what was surely taken from them
   */
  proofs(userId: string, at: number, known: 'so' | 'come' | 'taken'): number[] {
    const proofs = new Map<string, number>();
    const counts = (event: MailEvent) => ({ so: event.at, come: event.arrivedAt, taken: event.takenAt })[known] <= at;
    for (const event of this.events(userId)) {
      if (event.kind !== 'delivered' || stageOf(event.notice) === 'done' || !counts(event)) continue;
      const bounced = this.events(userId, event.notice).some(
        // That it was sent back after all nobody can know before it is told, which may be never.
        (each) => each.kind === 'bounced' && each.letterAt === event.letterAt && counts(each) && each.arrivedAt <= at,
      );
      if (!bounced) proofs.set(event.notice, Math.min(event.at, proofs.get(event.notice) ?? Infinity));
    }
    for (const { userId: who, kind, notice, at: said, takenAt } of this.seen.signals)
      if (who === userId && kind === 'seen' && notice !== undefined && (known === 'taken' ? takenAt : said) <= at)
        proofs.set(notice, Math.min(said, proofs.get(notice) ?? Infinity));
    return [...proofs.values()].toSorted((a, b) => a - b);
  }
}

const stageOf = (notice: string) => notice.slice(0, notice.indexOf('@'));
const dateOf = ({ notice }: { readonly notice: string }) => notice.slice(notice.indexOf('@') + 1);
const tellsDate = ({ notice }: Letter) => stageOf(notice) !== 'done';

/** One line a promise: what is looked at, and how. */
const PROMISES: Readonly<Record<number, (x: Evidence) => Generator<string>>> = {
  1: neverEarly,
  2: onlyLater,
  3: nobodyUninformed,
  4: enoughTime,
  5: acceptedIsNotDelivered,
  6: holdWins,
  7: atMostOnce,
  8: nobodyForgotten,
  10: noFlood,
  11: smallFirst,
  12: twoPeople,
  13: reversible,
  14: accountable,
  15: isPrivate,
  16: bounded,
};

export function judge(x: Question): Violation[] {
  const evidence = new Evidence(x);
  return Object.entries(PROMISES).flatMap(([promise, look]) =>
    [...look(evidence)].slice(0, SHOWN).map((what) => ({ promise: Number(promise), what })),
  );
}

/** By the writes to chats: when each went off, against the end of the day for each participant. */
function* neverEarly(x: Evidence): Generator<string> {
  for (const { at, chatId, participants } of x.flips)
    for (const userId of participants) {
      const date = x.dateFor(userId, at);
      if (date === '') continue;
      const end = x.endFor(userId, date, at);
      if (at < end) yield `${chatId} off at ${iso(at)}, but ${date} ends for ${userId} at ${iso(end)}`;
    }
}

/** By the letters that SES took, in order, and by the cohorts' rows. */
function* onlyLater(x: Evidence): Generator<string> {
  for (const userId of x.members.keys()) {
    let latest = '';
    for (const letter of x.letters(userId).filter(tellsDate)) {
      if (dateOf(letter) < latest) yield `${userId} was told ${latest}, then ${letter.notice}`;
      if (dateOf(letter) > latest) latest = dateOf(letter);
    }
  }
  for (const { at, chatId, participants } of x.flips)
    for (const userId of participants) {
      const broken = x
        .letters(userId)
        .find((letter) => tellsDate(letter) && letter.at > at && at < x.endFor(userId, dateOf(letter), at));
      if (broken !== undefined)
        yield `${chatId} off at ${iso(at)}, before ${broken.notice}, which ${userId} was told at ${iso(broken.at)}`;
    }
  for (const cohort of x.x.scenario.endDates.keys()) {
    const rows = x.cohortRows(cohort);
    const firstWave = rows.find(({ wave }) => wave > 0)?.at ?? Infinity;
    for (const [n, row] of rows.entries()) {
      const before = rows[n - 1];
      if (before === undefined || before.endDate === row.endDate) continue;
      const moved = `${cohort} moved from ${before.endDate} to ${row.endDate} at ${iso(row.at)}`;
      if (row.at > firstWave) yield `${moved}, after its first wave`;
      const wasTold = x.seen.letters.some(
        (letter) => letter.at <= row.at && x.cohortOf(letter.userId) === cohort && dateOf(letter) === before.endDate,
      );
      if (row.endDate < before.endDate && wasTold) yield `${moved}, although that was told`;
    }
  }
}

/** By SES's deliveries and the app's signals, as of the instant they name. */
function* nobodyUninformed(x: Evidence): Generator<string> {
  const { requiredNotices } = x.x.scenario.plan.guardRails;
  for (const { at, chatId, participants } of x.flips)
    for (const userId of participants) {
      if (!x.members.has(userId)) yield `${chatId} off at ${iso(at)}, but ${userId} was never enrolled`;
      if (x.seen.exempt.get(userId)?.some(({ from, to }) => from + MINUTE < at && at < to) === true)
        yield `${chatId} off at ${iso(at)}, but ${userId} was exempt`;
      const had = x.proofs(userId, at, 'so').length;
      if (had < requiredNotices && !x.isWaived(userId, at))
        yield `${chatId} off at ${iso(at)} although ${had} notices had reached ${userId}`;
    }
}

/** By the same deliveries: the first and the latest of them before each flip. */
function* enoughTime(x: Evidence): Generator<string> {
  const { minimumNoticeDays, finalNoticeHours, finalWithinDays } = x.x.scenario.plan.guardRails;
  for (const { at, chatId, participants } of x.flips)
    for (const userId of participants) {
      const proofs = x.proofs(userId, at, 'so');
      const [first, latest] = [proofs[0], proofs.at(-1)];
      if (first === undefined || latest === undefined || x.isWaived(userId, at)) continue;
      const told = `${chatId} off at ${iso(at)}, but to ${userId}`;
      if (at - first < minimumNoticeDays * DAY) yield `${told} the first notice came at ${iso(first)}`;
      // Of what nobody could know yet it is not too soon.
      const known = x.proofs(userId, at - MINUTE, 'taken').at(-1) ?? -Infinity;
      if (at - known < finalNoticeHours * HOUR) yield `${told} the latest came at ${iso(known)}, too recently`;
      if (latest < startOfDay(addDays(x.dateFor(userId, at), -finalWithinDays), x.mailZone(userId)))
        yield `${told} the latest came at ${iso(latest)}, too long ago`;
    }
}

/** By what had come to the queues before the flip: whoever acts on less believes that accepted is delivered. */
function* acceptedIsNotDelivered(x: Evidence): Generator<string> {
  const { requiredNotices } = x.x.scenario.plan.guardRails;
  for (const { at, chatId, participants } of x.flips)
    for (const userId of participants) {
      const known = x.proofs(userId, at, 'come').length;
      if (known < requiredNotices && !x.isWaived(userId, at))
        yield `${chatId} off at ${iso(at)} although ${known} notices were known to have reached ${userId}`;
    }
}

/** By what operators were answered, and by the cohorts' rows: from when on a hold is certain. */
function* holdWins(x: Evidence): Generator<string> {
  const holds = [...x.x.scenario.endDates.keys()].flatMap((cohort) => {
    const rows = x.cohortRows(cohort);
    return rows.flatMap((row, n) => {
      if (!row.held || rows[n - 1]?.held === true) return [];
      const to = rows.slice(n).find(({ held }) => !held)?.at ?? Infinity;
      const answered = x.seen.commands
        .filter(
          ({ path, status, answeredAt, method }) =>
            path === '/v1/holds' && method === 'POST' && status === 200 && answeredAt >= row.at && answeredAt < to,
        )
        .flatMap(({ answer }) => (answer as { cohorts: { cohort: string; certainFrom: string }[] }).cohorts)
        .filter((each) => each.cohort === cohort)
        .map(({ certainFrom }) => Date.parse(certainFrom));
      return [{ cohort, from: Math.min(Math.max(row.at, row.permitUntil), ...answered), to }];
    });
  });
  const heldAt = (userId: string, at: number) =>
    holds.find(({ cohort, from, to }) => cohort === x.cohortOf(userId) && from < at && at < to);
  for (const { at, userId, notice } of x.seen.letters) {
    const hold = heldAt(userId, at);
    if (hold !== undefined)
      yield `${userId} got ${notice} at ${iso(at)}, but ${hold.cohort} was held from ${iso(hold.from)}`;
  }
  for (const { at, chatId, participants } of x.flips) {
    const hold = participants.map((userId) => heldAt(userId, at)).find((each) => each !== undefined);
    if (hold !== undefined) yield `${chatId} off at ${iso(at)}, but ${hold.cohort} was held from ${iso(hold.from)}`;
  }
  for (const { path, answer, answeredAt, status } of x.seen.commands)
    if (
      path === '/v1/holds' &&
      status === 200 &&
      Date.parse((answer as { certainFrom: string }).certainFrom) > answeredAt + 10 * MINUTE
    )
      yield `a hold at ${iso(answeredAt)} is certain from ${(answer as { certainFrom: string }).certainFrom} only`;
}

/** By the letters that SES took: the same notice twice, where the first was in no doubt, or was heard of. */
function* atMostOnce(x: Evidence): Generator<string> {
  const calls = new Map(x.seen.calls.map((call) => [call.number, call]));
  const isOwed = (notice: string) =>
    stageOf(notice) === 'moved' ||
    x.x.scenario.plan.stages.some(({ name, required }) => name === stageOf(notice) && required);
  for (const userId of x.members.keys())
    for (const [notice, letters] of Map.groupBy(x.letters(userId), (letter) => letter.notice)) {
      let sentOnceMore = false;
      for (const [n, letter] of letters.entries()) {
        const before = letters[n - 1];
        if (before === undefined) continue;
        const again = `${userId} got ${notice} again at ${iso(letter.at)}`;
        const heard = x.events(userId, notice).filter((event) => event.takenAt < letter.at - 2 * MINUTE);
        // Sent back for now, it is sent once more.
        const cameBack = heard.some(({ kind, letterAt }) => kind === 'soft-bounced' && letterAt === before.at);
        if (cameBack && !sentOnceMore && !heard.some(({ kind }) => kind === 'delivered')) {
          sentOnceMore = true;
          continue;
        }
        if (calls.get(before.call)?.doubtful !== true) yield `${again}, and the first was in no doubt`;
        else if (!isOwed(notice)) yield `${again}, which is not required`;
        else if (heard.some(({ letterAt }) => letterAt === before.at)) yield `${again}, although an event had come`;
      }
    }
}

/** By the rows at the end: chats without an end, people without a row, notices without an outcome. */
function* nobodyForgotten(x: Evidence): Generator<string> {
  const reasons = new Map<string, string>();
  for (const row of x.ledger)
    if (row['sk'] === 'BLOCKED') reasons.set(row['chatId'] as string, row['reason'] as string);
  const kept = keptByOperators({ ...x.x, isListed: (chatId) => isFinal(reasons.get(chatId)) });
  for (const { chatId, encryption, participants } of x.chats) {
    if (encryption !== 'e2ee') continue;
    const reason = reasons.get(chatId as string);
    if (!isFinal(reason) && !kept.chats.has(chatId as string))
      yield reason === undefined ? `${chatId} is encrypted without a reason` : `${chatId} waits for ever: ${reason}`;
    for (const userId of participants as Set<string>)
      if (!x.members.has(userId)) yield `${userId} of ${chatId} was never enrolled`;
  }
  for (const { pk, sk, state } of x.plan)
    if (pk === 'RUN' && state === 'open' && !kept.runs.has(sk as string)) yield `the run ${sk} is open`;
  yield* sweepsEnd(x);
  yield* noticesEnd(x);
  for (const { at, what } of unfinished(x)) yield `${what} of ${iso(at)} is open`;
}

/** A sweep has a day, within which nothing else than days without any function keeps it from its end. */
function* sweepsEnd(x: Evidence): Generator<string> {
  if ((x.x.faults.struck.get('all functions down') ?? 0) > 0) return;
  for (const { pk, sk, done, startedAt } of x.plan) {
    if (!(pk as string).startsWith('SWEEP#') || done === true || (startedAt as number) > x.x.now - 2 * DAY) continue;
    yield `segment ${sk} of ${pk} was never swept to its end`;
  }
}

function* unfinished(x: Evidence): Generator<{ at: number; what: string }> {
  for (const row of x.ledger)
    if ((row['pk'] as string).startsWith('INTENTS#') && row['closedAt'] === null)
      yield { at: row['at'] as number, what: `the intent ${row['sk']}` };
}

/** Everybody has an outcome of each stage of some date, on the page that they are on or were. */
function* noticesEnd(x: Evidence): Generator<string> {
  const { pages } = x;
  const runs = x.plan
    .filter(({ pk }) => pk === 'RUN')
    .map(({ sk, state }) => ({ sk: sk as string, state: state as string }));
  for (const [userId, member] of x.members) {
    const own = pagesOf(member);
    for (const { name } of x.x.scenario.plan.stages) {
      const outcomes = own.flatMap((id) => {
        const page = pages.get(id);
        const slot = page?.members.indexOf(userId) ?? -1;
        const records = [...(page?.records ?? [])]
          .filter(([notice]) => stageOf(notice) === name)
          .map(([, record]) => endedIn(record, slot));
        const group = id.split('~').slice(0, 3).join('~');
        const skipped = runs
          .filter(({ sk, state }) => state === 'superseded' && sk.startsWith(`${group}|${name}@`))
          .map(() => true);
        return [...records, ...skipped];
      });
      if (!outcomes.includes(true)) yield `${userId} has no outcome of ${name}`;
      const last = pages.get(own[0] ?? '');
      const slot = last?.members.indexOf(userId) ?? -1;
      // Of a date that had moved before they came nobody owes them anything.
      const [latest] = [...(last?.records ?? [])]
        .filter(([notice]) => stageOf(notice) === name)
        .toSorted(([a], [b]) => (a < b ? 1 : -1));
      if (latest !== undefined && !endedIn(latest[1], slot)) yield `${latest[0]} of ${userId} is open`;
    }
  }
}

function pagesOf(member: Record<string, any>): string[] {
  return [member['page'] as string, ...((member['formerPages'] as string[] | undefined) ?? [])];
}

/** Attempts that named the slot, the latest first. */
function attemptsFor(record: Record<string, any>, slot: number) {
  return Object.entries(record)
    .filter(([key]) => /^a\d+$/.test(key))
    .map(([key, attempt]) => ({
      number: Number(key.slice(1)),
      ...(attempt as { at: number; slots: number[]; outcomes: Record<string, string> }),
    }))
    .filter(({ slots }) => slots.includes(slot))
    .toSorted((a, b) => b.number - a.number);
}

function endedIn(record: Record<string, any>, slot: number): boolean {
  const outcome = attemptsFor(record, slot)[0]?.outcomes[slot];
  return (
    (outcome !== undefined && !['throttled', 'returned', 'unheard'].includes(outcome)) ||
    (record['skipped'] as Record<string, string> | undefined)?.[slot] !== undefined
  );
}

function split(key: string): [string, string] {
  const at = key.indexOf('#');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** By the letters: the hour and the day at which each came, where its person is mailed. */
function* noFlood(x: Evidence): Generator<string> {
  const { stages, sendHour, sendWindow } = x.x.scenario.plan;
  const daysLeft = new Map(stages.map(({ name, days }) => [name, days]));
  for (const userId of x.members.keys()) {
    const zone = x.mailZone(userId);
    const noticeOf = new Map<string, string>();
    const reached = new Map<string, number>();
    let told = false;
    for (const letter of x.letters(userId)) {
      const { at, notice } = letter;
      const { date, hour } = localTime(at, zone);
      const got = `${userId} got ${notice} at ${iso(at)}`;
      if ((noticeOf.get(date) ?? notice) !== notice) yield `${got}, the day of ${noticeOf.get(date)}`;
      noticeOf.set(date, notice);
      // By clocks that differ a little, and by calls that take their time.
      const [opened, closed] = [
        localTime(at + MINUTE / 2, zone).hour >= sendWindow.from,
        localTime(at - MINUTE, zone).hour >= sendWindow.to,
      ];
      if (!opened || closed) yield `${got}, which is ${hour} o'clock there`;
      const days = daysLeft.get(stageOf(notice));
      // Tomorrow is where they are now.
      const there = x.seen.people.get(userId)?.zones.findLast(({ from }) => from <= at)?.zone ?? null;
      const eve = addDays(dateOf(letter), -1);
      const isEve = [at, at - MINUTE].some((each) => localTime(each, isZone(there) ? there : zone).date === eve);
      if (days === 1 && !isEve) yield `${got}, which is not the day before`;
      if (stageOf(notice) === 'moved' && !told && !x.mayHaveBeenTold(userId, at))
        yield `${got}, but was told no date before`;
      told ||= tellsDate(letter);
      if (days === undefined) continue;
      const end = dateOf(letter);
      if (days > (reached.get(end) ?? days)) yield `${got}, after a later stage`;
      reached.set(end, Math.min(days, reached.get(end) ?? days));
      // By its own zone's calendar; a call that was under way when the next stage came was right when it was made.
      const next = stages.find((stage) => stage.days < days);
      const overdue = localTime(at - 3 * MINUTE, zone);
      const nextDay = next === undefined ? undefined : addDays(end, -next.days);
      if (nextDay !== undefined && (overdue.date > nextDay || (overdue.date === nextDay && overdue.hour >= sendHour)))
        yield `${got}, although ${next?.name} was due`;
    }
  }
}

/** By the flips of each arming: how many in which wave, how fast, and what the approved number was; and by holds that had to come. */
function* smallFirst(x: Evidence): Generator<string> {
  const { waves, soakHours, headCountTolerance, disablePerSecond } = x.x.scenario.plan.guardRails;
  const armings = new Map(
    x.seen.cohorts.flatMap(({ arming, cohort }) =>
      arming === null ? [] : [[arming.id, { ...arming, cohort }] as const],
    ),
  );
  for (const [id, flips] of Map.groupBy(x.flips, ({ arming }) => arming)) {
    const arming = armings.get(id);
    if (arming === undefined) {
      yield `${flips[0]?.chatId} off under the arming ${id}, which nobody gave`;
      continue;
    }
    const rows = x.cohortRows(arming.cohort);
    const most = Math.floor(arming.headCount * (1 + headCountTolerance / 100));
    if (flips.length > most) yield `${flips.length} chats off under ${id}, approved were ${arming.headCount}`;
    for (const { at, chatId } of flips) {
      const row = rows.findLast((each) => each.at <= at);
      const percent = waves[(row?.wave ?? 0) - 1];
      if (percent === undefined) yield `${chatId} off at ${iso(at)} before a wave had opened`;
      else if (shareOf(chatId, x.x.scenario.plan.sunset) >= percent)
        yield `${chatId} off at ${iso(at)} in wave ${row?.wave}, which has ${percent} %`;
      if (
        row?.arming?.id !== id &&
        !rows.some((each) => each.at > at - 10 * MINUTE && each.at <= at && each.arming?.id === id)
      )
        yield `${chatId} off at ${iso(at)} under ${id}, which had been taken back`;
    }
    const sorted = flips.toSorted((a, b) => a.at - b.at);
    for (const [n, { at }] of sorted.entries()) {
      // Fifty to a message, which may come at once.
      const within = sorted.slice(n).filter((each) => each.at < at + 60 * SECOND).length;
      if (within > 60 * disablePerSecond + 50) yield `${within} chats off within a minute of ${iso(at)}`;
    }
  }
  // A wave opens at the time that its tick names; one that came late, or came again, names an earlier one.
  const struck = (fault: Fault) => (x.x.faults.struck.get(fault) ?? 0) > 0;
  const lateness = struck('tick doubled') ? 3 * HOUR : struck('tick out of order') ? 31 * MINUTE : MINUTE;
  for (const cohort of x.x.scenario.endDates.keys()) {
    const rows = x.cohortRows(cohort);
    for (const [n, row] of rows.entries()) {
      const before = rows[n - 1];
      if (before === undefined || row.wave <= before.wave) continue;
      const opened = rows.find((each) => each.wave === before.wave && each.arming?.id === before.arming?.id);
      if (row.wave > before.wave + 1) yield `${cohort} went from wave ${before.wave} to ${row.wave}`;
      if (
        before.wave > 0 &&
        opened !== undefined &&
        row.at < opened.at + soakHours * HOUR - lateness &&
        before.soakWaived !== before.wave
      )
        yield `wave ${row.wave} of ${cohort} opened ${Math.round((row.at - opened.at) / HOUR)} h after the one before`;
    }
  }
  yield* breakersTrip(x);
}

/**
 * More bounces than the limit since the last release, and nobody stopped; where no call died between a fact and its count, or
 * took its own fact, written twice by the client, for another's.
 */
function* breakersTrip(x: Evidence): Generator<string> {
  const { minimumSample, bounces } = x.x.scenario.plan.guardRails.breakers;
  const mayHaveLost = x.seen.invocations.some(
    ({ name, outcome, repeated }) => name === 'feedback' && (outcome !== 'done' || repeated > 0),
  );
  if (mayHaveLost) return;
  const kinds = new Set(['delivered', 'bounced', 'suppressed', 'rendering-failed']);
  for (const cohort of x.x.scenario.endDates.keys()) {
    const rows = x.cohortRows(cohort);
    const known = new Set<string>();
    let [bounced, all, over, since] = [0, 0, 0, 0];
    for (const event of x.seen.events
      .filter((each) => each.takenAt < x.x.now - DAY && kinds.has(each.kind) && x.cohortOf(each.userId) === cohort)
      .toSorted((a, b) => a.takenAt - b.takenAt)) {
      const key = `${event.userId} ${event.notice} ${event.kind}`;
      if (known.has(key)) continue;
      known.add(key);
      const now = rows.findLastIndex(({ at }) => at <= event.takenAt);
      if (rows[now]?.held === true) continue;
      const releasedAt = rows.findLast(({ held }, n) => n <= now && !held && rows[n - 1]?.held === true)?.at ?? 0;
      if (releasedAt > since) [bounced, all, over, since] = [0, 0, 0, releasedAt];
      all += 1;
      if (event.kind === 'bounced') bounced += 1;
      over = all >= minimumSample && bounced >= 3 && (100 * bounced) / all > bounces + 5 ? over + 1 : 0;
      if (over === 5)
        yield `${bounced} of ${all} letters of ${cohort} had bounced by ${iso(event.takenAt)}, and it was not held`;
    }
  }
}

/** By what was asked and by whom: nothing that takes two happened without two people on the same content. */
function* twoPeople(x: Evidence): Generator<string> {
  const { commands } = x.seen;
  const isPerson = (who: string) => who.startsWith('arn:aws:iam::');
  const proposals = commands.filter(
    ({ method, path, status }) => method === 'POST' && path === '/v1/changes' && status === 200,
  );
  const wasApproved = (id: string, by: number) =>
    commands.some(({ path, who, body, at }) => {
      if (path !== `/v1/changes/${id}/approve` || at > by || !isPerson(who)) return false;
      return proposals.some(
        ({ who: first, answer }) =>
          first !== who && (answer as { id: string }).id === id && (answer as { hash: string }).hash === body['hash'],
      );
    });
  const approvedFor = (fits: (proposal: Record<string, unknown>) => boolean, by: number) =>
    proposals.some(({ body, answer }) => fits(body) && wasApproved((answer as { id: string }).id, by));
  for (const { at, cohort, arming } of x.seen.cohorts)
    if (arming !== null && !approvedFor((proposal) => proposal['kind'] === 'arm' && proposal['cohort'] === cohort, at))
      yield `${cohort} was armed by ${iso(at)} without two people`;
  for (const [person, at] of x.seen.waived)
    if (!approvedFor((proposal) => proposal['kind'] === 'waive' && proposal['person'] === person, at))
      yield `${person} was waived by ${iso(at)} without two people`;
  for (const { at, cohort } of x.seen.flips.filter(({ to, by }) => to === 'e2ee' && by === 'sunset'))
    if (!approvedFor((proposal) => proposal['kind'] === 'restore' && proposal['cohort'] === cohort, at))
      yield `a chat of ${cohort} was restored at ${iso(at)} without two people`;
  const first = x.seen.letters[0];
  if (first !== undefined && !approvedFor((proposal) => proposal['kind'] === 'activate', first.at))
    yield 'mail was sent before two people had activated the plan';
  for (const [person, spans] of x.seen.exempt)
    for (const { to } of spans)
      if (
        to < Infinity &&
        !approvedFor((proposal) => proposal['kind'] === 'end-exemption' && proposal['person'] === person, to)
      )
        yield `the exemption of ${person} ended without two people`;
}

/** By the writes to chats: off once under an arming, back to exactly what it was, and in time. */
function* reversible(x: Evidence): Generator<string> {
  const window = x.x.scenario.plan.guardRails.restoreWindowHours * HOUR;
  for (const [chatId, flips] of Map.groupBy(x.seen.flips, (flip) => flip.chatId)) {
    const armings = new Set<string>();
    let off: Flip | undefined;
    for (const flip of flips) {
      if (flip.to === 'off' && flip.by === 'sunset') {
        if (armings.has(flip.arming)) yield `${chatId} off again at ${iso(flip.at)} under ${flip.arming}`;
        armings.add(flip.arming);
      }
      if (flip.to === 'e2ee' && flip.by === 'sunset' && off !== undefined) {
        if (flip.at > off.at + window) yield `${chatId} restored at ${iso(flip.at)}, too long after ${iso(off.at)}`;
        if (flip.encryptedSince !== off.encryptedSince || flip.versioned)
          yield `${chatId} restored at ${iso(flip.at)} to something else than it was`;
      }
      if (flip.to === 'off') off = flip;
    }
  }
  for (const { at, type, detail } of x.seen.published) {
    if (type !== 'ChatEncryptionDisabled') continue;
    const { chatId, finalAfter } = detail as { chatId: string; finalAfter: string };
    const flip = x.flips.findLast((each) => each.chatId === chatId && each.at <= at);
    if (flip === undefined) yield `${chatId} was told to be off at ${iso(at)}, and was not`;
    else if (Date.parse(finalAfter) < flip.at + window - MINUTE)
      yield `${chatId} was told to be final after ${finalAfter}, too soon after ${iso(flip.at)}`;
  }
  const told = new Set(
    x.seen.published
      .filter(({ type }) => type === 'ChatEncryptionDisabled')
      .map(({ detail }) => (detail as { chatId: string }).chatId),
  );
  const restored = new Set(x.seen.flips.filter(({ to }) => to === 'e2ee').map(({ chatId }) => chatId));
  for (const { chatId } of x.flips)
    if (!told.has(chatId) && !restored.has(chatId)) yield `nobody told the platform that ${chatId} is off`;
}

/** By the audit trail, read here with its own arithmetic: a whole chain, copied, with an entry for each command that did something. */
function* accountable(x: Evidence): Generator<string> {
  const entries = x.ledger
    .filter(({ pk }) => pk === 'AUDIT')
    .toSorted((a, b) => (a['number'] as number) - (b['number'] as number));
  let before = '0'.repeat(64);
  for (const [n, entry] of entries.entries()) {
    const own = ['number', 'at', 'who', 'what', 'why', 'subject', 'from', 'to', 'before'].map(
      (field) => entry[field] as unknown,
    );
    const hash = createHash('sha256').update(JSON.stringify(own), 'utf8').digest('hex');
    if (entry['number'] !== n + 1 || entry['before'] !== before || entry['hash'] !== hash)
      yield `entry ${n + 1} of the audit trail does not follow`;
    before = entry['hash'] as string;
  }
  for (const copy of x.x.account.copies)
    if (entries[copy.number - 1]?.['hash'] !== copy.hash) yield `the copy of entry ${copy.number} is another`;
  const verbs: readonly [string, RegExp][] = [
    ['held', /^\/v1\/holds$/],
    ['released', /^\/v1\/releases$/],
    ['rescheduled', /\/reschedule$/],
    ['exempted', /\/exempt$/],
    ['change-proposed', /^\/v1\/changes$/],
    ['change-approved', /\/approve$/],
    ['disarmed', /\/disarm$/],
    ['paused', /\/pause$/],
    ['resumed', /\/resume$/],
  ];
  for (const { at, path, status, method, answeredAt, answer } of x.seen.commands) {
    const verb = method === 'POST' && status === 200 ? verbs.find(([, pattern]) => pattern.test(path))?.[0] : undefined;
    if (verb === undefined) continue;
    // A hold on what was held already did nothing.
    if (verb === 'held' && (answer as { cohorts: { already: boolean }[] }).cohorts.every(({ already }) => already))
      continue;
    if (
      !entries.some(
        (entry) =>
          entry['what'] === verb &&
          Date.parse(entry['at'] as string) >= at - MINUTE &&
          Date.parse(entry['at'] as string) <= answeredAt + MINUTE,
      )
    )
      yield `${path} at ${iso(at)} left no entry`;
  }
  const held = x.seen.cohorts.filter(
    ({ held: is, heldBy }, n, all) => is && (heldBy === 'breaker' || heldBy === 'sunset') && all[n - 1]?.held !== true,
  );
  for (const { cohort, at } of held)
    if (!entries.some((entry) => entry['what'] === 'held' && entry['subject'] === cohort))
      yield `nothing accounts for the hold of ${cohort} at ${iso(at)}`;
  // What a person was sent stands with them: a claim for each letter.
  const claimed = new Set<string>();
  const members = new Map(
    x.ledger
      .filter(({ sk }) => sk === 'PAGE')
      .map((row) => [split(row['pk'] as string)[1], row['members'] as string[]]),
  );
  for (const row of x.ledger) {
    const [kind, page] = split(row['pk'] as string);
    if (kind !== 'LETTER') continue;
    const [notice = ''] = (row['sk'] as string).split('#');
    for (const slot of Object.keys(row['own'] as object)) claimed.add(`${members.get(page)?.[Number(slot)]} ${notice}`);
  }
  for (const { userId, notice } of x.seen.letters)
    if (!claimed.has(`${userId} ${notice}`)) yield `${notice} to ${userId} stands nowhere`;
}

/** By every queue body, event, log line and error that was seen. */
function* isPrivate(x: Evidence): Generator<string> {
  for (const where of new Set(x.seen.leaks)) yield `an address stood in ${where}`;
}

/** Requests of a tick for which there is nothing to do: the situation, the agenda, a new process's plan, and what a batch left over. */
const IDLE = 6;

/** By the requests of each call, and by whose profiles were read. */
function* bounded(x: Evidence): Generator<string> {
  for (const userId of x.seen.profilesRead)
    if (userId.startsWith('bystander')) yield `the profile of ${userId} was read, whom nothing concerns`;
  const people = x.members.size;
  for (const { name, requests, messages, at, writes, outcome } of x.seen.invocations) {
    // Nothing was due: the situation and the agenda are all that is looked at. Whoever died may have been about to write.
    if (name === 'tick' && outcome === 'done' && writes === 0 && requests > IDLE)
      yield `a tick at ${iso(at)} had nothing to do, and made ${requests} requests`;
    const most = {
      tick: 400,
      dispatch: 60,
      notify: 120 + 8 * people,
      sweep: 400 + 12 * people,
      disable: 250,
      feedback: 20 + 14 * messages,
      signals: 20,
      report: 40,
      operator: 400,
    }[name];
    if (most !== undefined && requests > most) yield `${name} at ${iso(at)} made ${requests} requests`;
  }
}

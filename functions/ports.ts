/**
 * What the use cases need from the world. Each method is one step that either happened or did not: a condition
 * that fails is an answer (`false`), not an error. Instants are milliseconds since 1970, ids are derived.
 */
import type { PlatformEvent } from './contracts/events.ts';
import type {
  DisableMessage,
  DispatchMessage,
  NoticeMessage,
  SignalMessage,
  SweepMessage,
} from './contracts/messages.ts';
import type { AuditEntry, AuditFact } from './domain/audit.ts';
import type { Outcomes } from './domain/breaker.ts';
import type { Change } from './domain/change.ts';
import type { BlockReason, Chat, Mark } from './domain/gate.ts';
import type { LinkKey } from './domain/link.ts';
import type { Leaving, Member, NoticeFact, PersonFact, Profile, Told } from './domain/member.ts';
import type { SkipReason } from './domain/notice.ts';
import type { NoticeId } from './domain/notice-id.ts';
import type { AttemptOutcome, NoticeRecord, SentLetter } from './domain/page.ts';
import type { Plan } from './domain/plan.ts';
import type { Instant, LocalDate } from './domain/time.ts';
import type { Arming, CohortState, Hold } from './domain/wave.ts';

export interface Clock {
  now(): Instant;
  /** Resolves at an instant; at once where it has passed. */
  waitUntil(instant: Instant): Promise<void>;
}

/** Structured lines: what happened and how many, never who. Ids of groups, cohorts, sweeps and notices may be named. */
export interface Log {
  info(what: string, counts?: Readonly<Record<string, string | number | boolean>>): void;
  warn(what: string, counts?: Readonly<Record<string, string | number | boolean>>): void;
}

/** The plan as operators activated it. */
export interface Sunset {
  readonly plan: Plan;
  /** Hash of the plan's content. */
  readonly hash: string;
  readonly active: boolean;
  /** Name of the template in SES, by `stage/language`. */
  readonly templates: Readonly<Record<string, string>>;
}

/** Members who are always due at the same instants. `pages` counts the pages by language. */
export interface Group {
  readonly id: string;
  readonly pages: Readonly<Record<string, number>>;
  /** Who was enrolled into it or moved to it, less who has left; a process that dies may make it differ by a few. */
  readonly people: number;
  /** How far the review of who lacks proof has come, and for which end date. */
  readonly review: { readonly endDate: LocalDate; readonly pages: number } | null;
}

/** People of one cohort in one zone, whatever their groups: a list that grows neither with the audience nor with the weeks. */
export interface Population {
  /** As the id of their first group. */
  readonly group: string;
  readonly people: number;
  /** Dates of the later groups that some were given. */
  readonly notBefore: readonly LocalDate[];
}

/** What became of a group's notice, counted from its pages' records when the run closed. */
export interface RunTally {
  readonly accepted: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** One notice to one group: open until every page has settled. It pins the plan under which it was opened. */
export interface Run {
  readonly group: string;
  readonly notice: NoticeId;
  readonly state: 'open' | 'closed' | 'superseded';
  readonly planHash: string;
  readonly openedAt: Instant;
  /** Pages queued so far, in the order of the group's pages. */
  readonly queued: number;
  /** By language, pages from the first on that have settled; the tally has counted them. */
  readonly settled: Readonly<Record<string, number>>;
  /** Before this instant there is nothing to do for it. */
  readonly lookAt: Instant;
  /** How often it was opened again: who has looked at its pages before that does not know them. */
  readonly reopened: number;
  /** When every page had settled for the first time, and how many SES had taken by then; null: they have not yet. */
  readonly through: { readonly at: Instant; readonly accepted: number } | null;
  readonly tally: RunTally | null;
}

/** What the tick has to look at, and when. The kind says what the id names. */
export const AGENDA_KINDS = [
  'group',
  'run',
  'again',
  'review',
  'move',
  'sweep',
  'segment',
  'intent',
  'date',
  'restore',
] as const;
export type AgendaKind = (typeof AGENDA_KINDS)[number];
export interface AgendaItem {
  readonly at: Instant;
  readonly kind: AgendaKind;
  readonly id: string;
}

export interface CohortTally {
  /** Encrypted chats that count for the cohort. */
  readonly headCount: number;
  /** Those that were sent to disable. */
  readonly nominated: number;
}

/** One segment of a sweep. `cursor` is opaque; null with `done` false means: not begun. */
export interface SweepSegment {
  readonly sweep: string;
  readonly segment: number;
  /** Into how many the sweep is divided, whatever is deployed meanwhile: a cursor is of one of so many. */
  readonly of: number;
  readonly startedAt: Instant;
  readonly cursor: string | null;
  readonly done: boolean;
  readonly tally: Readonly<Record<string, CohortTally>>;
}

export interface SendQuota {
  /** Recipients a second, of the account. */
  readonly rate: number;
  /** Recipients in 24 hours, of the account. */
  readonly daily: number;
  readonly sentToday: number;
}

/** What shall happen: plan, cohorts, groups, runs, agenda, pacer. */
export interface PlanStore {
  /** Undefined before a plan was applied. */
  sunset(): Promise<Sunset | undefined>;
  /** The sunset and every cohort, in one request. */
  situation(): Promise<{ sunset: Sunset | undefined; cohorts: CohortState[] }>;
  /** Every cohort, read strongly. */
  cohorts(): Promise<CohortState[]>;
  cohort(id: string): Promise<CohortState | undefined>;
  /** On condition that there is no hold and nothing else changed since `cohort` was read. */
  renewPermit(cohort: CohortState, permit: { until: Instant; needed: Instant }): Promise<boolean>;
  openWave(cohort: CohortState, at: Instant): Promise<boolean>;
  /** From now on the date does not move; on condition that nothing changed since `cohort` was read. */
  fixDate(cohort: CohortState, at: Instant): Promise<boolean>;
  /** Sets a hold where there is none; answers the instant from which it is certain. */
  hold(cohort: string, hold: Hold): Promise<Instant | undefined>;
  /** On condition of the version that was read, where one is given; false where it is armed so already. */
  arm(cohort: string, arming: Arming, version?: number): Promise<boolean>;
  /** Changes what operators may change of a cohort, in one step; false where somebody has changed it meanwhile. */
  setCohort(
    cohort: CohortState,
    changes: Partial<Pick<CohortState, 'endDate' | 'movedAt' | 'arming' | 'paused' | 'soakWaived'>>,
  ): Promise<boolean>;
  setTally(cohort: string, tally: CohortTally): Promise<void>;
  /** Counts the intent's chats as disabled, once, while no more than `limit` are. */
  reserveHeadCount(
    cohort: string,
    x: { arming: string; intent: string; chats: number; limit: number; at: Instant },
  ): Promise<boolean>;
  /** Chats counted as disabled, with those that `intents` calls at work have reserved, as of one moment. */
  headCount(cohort: string): Promise<{ disabled: number; intents: number }>;
  /** Gives back what the intent did not disable, once. */
  releaseHeadCount(cohort: string, x: { intent: string; notDisabled: number }): Promise<void>;
  /** Adds to a cohort's outcomes, in all and for one notice; answers the cohort's since activation or release. */
  countOutcomes(cohort: string, notice: NoticeId, more: Partial<Outcomes>): Promise<Outcomes>;

  groups(): Promise<Group[]>;
  group(id: string): Promise<Group | undefined>;
  /** Does nothing where it is there. */
  createGroup(id: string): Promise<void>;
  /** Number of a new page, from 1 on. */
  nextPage(group: string, language: string): Promise<number>;
  setReview(group: string, review: { endDate: LocalDate; pages: number }): Promise<void>;
  /** Of the group, and of its population. */
  countPeople(group: string, more: number): Promise<void>;

  /** False where a run of this group and notice is there already. */
  openRun(run: Run): Promise<boolean>;
  run(group: string, notice: NoticeId): Promise<Run | undefined>;
  runs(): Promise<Run[]>;
  /** On condition that the run is as `read`; false where it is not any more. */
  saveRun(run: Run, read: Run): Promise<boolean>;

  /** What is due, earliest first, at most `limit`. */
  due(now: Instant, limit: number): Promise<AgendaItem[]>;
  schedule(...items: readonly AgendaItem[]): Promise<void>;
  unschedule(...items: readonly AgendaItem[]): Promise<void>;

  createSegment(segment: SweepSegment): Promise<void>;
  segment(sweep: string, segment: number): Promise<SweepSegment | undefined>;
  segments(sweep: string): Promise<SweepSegment[]>;
  saveSegment(segment: SweepSegment): Promise<void>;
  /** Starts of the latest whole sweep and of the first whole one after the platform's closing; when the next is due. */
  sweeps(): Promise<{ readonly last: Instant | null; readonly closing: Instant | null; readonly next: Instant | null }>;
  /** `closing` is kept where it is there. */
  sweepEnded(startedAt: Instant, x: { afterClosing: boolean }): Promise<void>;
  /** False where the next one is not `from` any more. */
  nextSweep(x: { from: Instant | null; to: Instant }): Promise<boolean>;

  /** Recipients that may still be sent today, and the account's rate. */
  setBudget(budget: { left: number; rate: number }): Promise<void>;
  budget(): Promise<{ left: number; rate: number } | undefined>;
  /**
   * Reserves `count` for `length` ms from the next free instant on.
   * @returns the slot's instant; 'late' if it lies after `latest`; 'spent' if the budget does not hold `count`
   */
  reserve(
    pacer: string,
    x: { now: Instant; length: number; latest: Instant; budget?: number },
  ): Promise<Instant | 'late' | 'spent'>;
  saveReport(at: Instant, report: unknown): Promise<void>;
}

/** What operators write to the plan's table, beside what the functions do. Each write asks for the version that was read. */
export interface PlanOffice {
  putSunset(sunset: Sunset): Promise<void>;
  /** The same, on condition that what was read is still there; undefined: nothing was. */
  saveSunset(sunset: Sunset, read: Pick<Sunset, 'hash' | 'active'> | undefined): Promise<boolean>;
  /** Keeps a plan beside the one that runs, until it is approved. */
  putPlan(plan: Pick<Sunset, 'plan' | 'hash' | 'templates'>): Promise<void>;
  /** A plan that was applied, whether it runs or not. */
  planOf(hash: string): Promise<Pick<Sunset, 'plan' | 'hash' | 'templates'> | undefined>;
  /** Makes a plan that was applied the one that runs, on condition that `from` runs now. */
  replacePlan(from: string, to: string): Promise<boolean>;
  /** In the place of the one that was read, if any; false where there is another. */
  putCohort(cohort: CohortState, read?: CohortState): Promise<boolean>;
  /** Keeps a letter's text for good; one that is there stays. */
  putTemplate(template: RecordedTemplate): Promise<void>;
  template(name: string): Promise<RecordedTemplate | undefined>;
  /** Takes the hold away, moves the date with it, and begins to count outcomes anew; false where somebody has changed the cohort. */
  release(cohort: CohortState, date: Pick<CohortState, 'endDate' | 'movedAt'>): Promise<boolean>;
  /** Outcomes since activation or the last release, by cohort; and by cohort and notice, `cohort|notice`. */
  outcomes(): Promise<Map<string, Outcomes>>;
  populations(): Promise<Population[]>;
  /** What comes first on the agenda after an instant, at most `limit`. */
  agenda(from: Instant, limit: number): Promise<AgendaItem[]>;

  /** The id of a new change. */
  nextChange(): Promise<string>;
  createChange(change: StoredChange): Promise<void>;
  change(id: string): Promise<StoredChange | undefined>;
  /** On condition of the version that was read; the change carries the next. */
  saveChange(change: StoredChange): Promise<boolean>;
  /** Newest first. */
  changes(x: { before: string | null; limit: number }): Promise<{ changes: StoredChange[]; cursor: string | null }>;

  /** Remembers a write's key: null where it is new, else what was remembered. */
  rememberKey(key: string, x: { who: string; request: string; at: Instant }): Promise<RememberedKey | null>;
  rememberAnswer(key: string, answer: { status: number; body: string }): Promise<void>;
}

export interface RememberedKey {
  /** sha256 of what was asked for. */
  readonly request: string;
  readonly who: string;
  /** Null while it is under way, or where its process died. */
  readonly answer: { readonly status: number; readonly body: string } | null;
}

/** A change as it is kept; what may be done with it is `domain/change.ts`. */
export interface StoredChange extends Change {
  readonly id: string;
  readonly result: string | null;
}

export interface RecordedTemplate {
  readonly name: string;
  readonly stage: string;
  readonly language: string;
  /** sha256, hex, of subject, HTML and text. */
  readonly hash: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Where SES keeps letters until they are sent. */
export interface TemplateOffice {
  /** `later`: SES asks to go slower. */
  create(template: RecordedTemplate): Promise<'created' | 'there' | 'later'>;
}

export interface Page {
  readonly id: string;
  readonly members: readonly string[];
  readonly records: ReadonlyMap<NoticeId, NoticeRecord>;
}

/** Whom a notice passes over, whether every slot has ended, and when to ask again, as concluded from `changes`. */
export type Noted = Pick<NoticeRecord, 'skipped' | 'complete' | 'until' | 'changes'>;

export interface NewMember {
  readonly userId: string;
  readonly cohort: string;
  readonly timeZone: string | null;
  readonly group: string;
  readonly page: string;
  readonly enrolledAt: Instant;
  readonly chats: readonly string[];
  readonly joinedLate: readonly string[];
}

/** Chats that are about to be disabled together; open until every one is accounted for. */
export interface Intent {
  readonly id: string;
  readonly cohort: string;
  readonly arming: string;
  readonly wave: number;
  readonly at: Instant;
  readonly chats: readonly string[];
  readonly closedAt: Instant | null;
}

export interface Blocked {
  readonly chatId: string;
  /** Whose wave it is in; empty where nobody takes part. */
  readonly cohort: string;
  readonly reason: BlockReason;
  /** The person on whom it depends, where it is one. */
  readonly userId: string | null;
  /** What the gate says without the platform's profiles, which the sweep does not read. */
  readonly nominatedAs: BlockReason | null;
  /** The arming under which our mark keeps it back; null: none, or another reason. */
  readonly arming: string | null;
  readonly at: Instant;
}

/** A restore under way: the cohort's intents are walked once; what is behind the cursor is done. */
export interface Restore {
  readonly cohort: string;
  /** The change that it carries out, and why. */
  readonly change: string;
  readonly why: string;
  readonly startedAt: Instant;
  readonly cursor: string | null;
  readonly restored: number;
  /** Not restored: the window has closed, or somebody else has changed the chat. */
  readonly late: number;
  readonly done: boolean;
}

/** What happened: members, pages, claims, facts, chats. */
export interface Ledger {
  members(userIds: readonly string[]): Promise<Map<string, Member>>;
  /** All chats of a member, with further rows. */
  chatsOf(member: Member): Promise<string[]>;
  page(id: string): Promise<Page | undefined>;
  /** How many people stand on each of these pages. */
  sizes(pages: readonly string[]): Promise<Map<string, number>>;
  /** Puts a new page; false where it is there. */
  createPage(id: string, members: readonly string[]): Promise<boolean>;
  /** Adds to a page that has `size` members; false where it has another number by now. */
  appendToPage(id: string, size: number, members: readonly string[]): Promise<boolean>;
  /** False where the person is a member already. */
  enrol(member: NewMember): Promise<boolean>;
  addChats(member: Member, chats: readonly string[], joinedLate: readonly string[]): Promise<void>;
  /** False where they are leaving already, or the fact is there; both are written in one step, or neither. */
  setLeaving(userId: string, leaving: Leaving, fact?: { kind: PersonFact; at: Instant }): Promise<boolean>;
  /** Moves the pointer from `from` to a page of a later group, and with it what the person was told. */
  movePointer(userId: string, x: { from: string; group: string; page: string; told: Told }): Promise<boolean>;

  records(pages: readonly string[], notice: NoticeId): Promise<Map<string, NoticeRecord>>;
  /** Writes attempt `number` on condition that it is not there and that the one before is settled; then its letter. */
  claim(
    page: string,
    notice: NoticeId,
    x: { number: number; at: Instant; language: string; slots: readonly number[]; letter: SentLetter },
  ): Promise<boolean>;
  /** What an attempt sends. */
  letter(page: string, notice: NoticeId, number: number): Promise<SentLetter | undefined>;
  /** Settles an attempt, once; what is `noted` only where nobody has changed the record meanwhile. */
  settle(
    page: string,
    notice: NoticeId,
    x: { number: number; at: Instant; outcomes: Readonly<Record<number, AttemptOutcome>>; noted?: Noted },
  ): Promise<boolean>;
  /** Does nothing where somebody has changed the record meanwhile. */
  note(page: string, notice: NoticeId, noted: Noted): Promise<void>;
  /** Skips one slot of a notice; the other slots' part of the record stays as it is. */
  passOver(page: string, notice: NoticeId, x: { slot: number; reason: SkipReason }): Promise<void>;
  /** Says of one slot of an attempt that SES gave it back: the record is not complete, and is asked for after `until`. */
  giveBack(page: string, notice: NoticeId, x: { number: number; slot: number; until: Instant | null }): Promise<void>;
  /** Says that there is somebody new on the page, whom whoever has read it before does not know. */
  reopenRecord(page: string, notice: NoticeId): Promise<void>;

  /** Adds facts that are not there yet; answers the member's cohort if the first of them was new, else undefined. */
  addFacts(
    userId: string,
    facts: readonly { kind: NoticeFact | PersonFact | 'seen'; notice?: NoticeId; at: Instant }[],
  ): Promise<{ cohort: string } | undefined>;
  /** Every fact of a person as it was written, those about a notice too; by its key (`factKey`). */
  writtenFacts(userId: string): Promise<Map<string, Instant>>;

  /** Leaves a person out; false where they are already, or nobody is there. */
  exempt(userId: string, at: Instant): Promise<boolean>;
  /** Takes that exemption back, and no later one. */
  endExemption(userId: string, since: Instant): Promise<boolean>;

  /** False where it is there. */
  openIntent(intent: Intent): Promise<boolean>;
  /** A cohort's intents, whatever their state, in the order of their ids. */
  intentsOf(cohort: string, x: { after: string | null; limit: number }): Promise<Intent[]>;
  intent(id: string): Promise<Intent | undefined>;
  closeIntent(id: string, at: Instant): Promise<void>;
  blocked(chatIds: readonly string[]): Promise<Map<string, Blocked>>;
  setBlocked(blocked: Blocked): Promise<void>;
  recordDisabled(chats: readonly { chatId: string; mark: Mark }[]): Promise<void>;
  recordRestored(chats: readonly { chatId: string; mark: Mark }[]): Promise<void>;
  /** Blocked rows of a cohort, oldest first; rows of chats that were disabled since are among them. */
  blockedOf(
    cohort: string,
    x: { cursor: string | null; limit: number },
  ): Promise<{ rows: Blocked[]; cursor: string | null }>;

  restore(cohort: string): Promise<Restore | undefined>;
  /** On condition that the one that was read is as it was. */
  saveRestore(restore: Restore, read: Restore | undefined): Promise<boolean>;

  /** Adds an entry behind the last one, whoever else does so at the same time. */
  appendAudit(fact: AuditFact): Promise<AuditEntry>;
  /** Entries in order, from after `after` on. */
  audit(x: { after: number; limit: number }): Promise<AuditEntry[]>;
  /** Number up to which all entries have been copied. */
  copiedAudit(): Promise<number>;
  setCopiedAudit(upTo: number): Promise<void>;
}

/** Where we can only add: an object-locked bucket. */
export interface Witness {
  /** Does nothing where there is a copy of this number. */
  put(entry: AuditEntry): Promise<void>;
  /** The hash of the oldest copy of this number, as it is there; undefined: none. */
  hashOf(number: number): Promise<string | undefined>;
  /** Number of the last copy; 0: none. */
  last(): Promise<number>;
}

export interface QueueDepth {
  readonly name: string;
  readonly waiting: number;
  /** Seconds; null where there is no metric yet. */
  readonly oldest: number | null;
  readonly deadLetters: number;
}

/** What AWS knows of the deployment. */
export interface Surroundings {
  /** All of our queues, in one request. */
  queues(): Promise<QueueDepth[]>;
  /** Messages that are in somebody's hands, and those that wait. */
  inFlight(queue: 'notify' | 'disable'): Promise<number>;
  /** Names of the alarms of this stack that sound, and how many there are. */
  alarms(): Promise<{ sounding: string[]; all: number }>;
  /** Whether SES has verified the sender's domain; and whether the configuration set tells its events to EventBridge. */
  sender(): Promise<{ verified: boolean; dkim: boolean; domain: string }>;
  configurationSet(): Promise<{ exists: boolean; events: boolean }>;
  /** Moves the dead letters of a queue back to it; answers about how many there were. */
  redrive(queue: string): Promise<number>;
}

/** The product whose feature ends. The only thing that knows its tables. */
export interface Platform {
  encryptedChats(x: {
    segment: number;
    segments: number;
    cursor: string | null;
    limit: number;
  }): Promise<{ chats: Chat[]; cursor: string | null }>;
  /** The rows themselves, read strongly; a chat that is gone is missing. */
  chats(ids: readonly string[]): Promise<Map<string, Chat>>;
  users(ids: readonly string[]): Promise<Map<string, Profile>>;
  /** On condition that the chat is encrypted, with the participants and the version as read. */
  disable(chat: Chat, mark: Mark): Promise<boolean>;
  /** To exactly what it was, on condition that it is off and carries the mark as read; the mark stays and says so. */
  restore(chat: Chat, at: Instant): Promise<boolean>;
}

/** Several messages to one step; each is a hint. */
export interface Queues {
  dispatch(messages: readonly DispatchMessage[]): Promise<void>;
  notices(messages: readonly NoticeMessage[]): Promise<void>;
  sweep(messages: readonly SweepMessage[]): Promise<void>;
  disable(messages: readonly DisableMessage[]): Promise<void>;
  signals(messages: readonly SignalMessage[]): Promise<void>;
}

export interface Letter {
  readonly address: string;
  readonly userId: string;
  /** Their own, beside those of all. */
  readonly values: Readonly<Record<string, string>>;
}

/** The link in each letter. */
export interface Links {
  /** Seals and opens tokens; the same for as long as the deployment lives. */
  key(): Promise<LinkKey>;
  /** Where the page is; ends with a slash. */
  readonly base: string;
}

/** What SES said. */
export type SendAnswer =
  /** By letter, in order; `account` names what keeps the account from sending, where some met it. */
  | { readonly kind: 'answered'; readonly outcomes: readonly AttemptOutcome[]; readonly account?: string }
  /** Nobody was sent anything: too fast, or today's quota is used up. */
  | { readonly kind: 'throttled' }
  /** Nobody was sent anything, and one of these letters is why. */
  | { readonly kind: 'malformed' }
  /** Nobody was sent anything, and nobody will be until people act: the account, sender or template. */
  | { readonly kind: 'account'; readonly why: string };

export interface Mailer {
  quota(): Promise<SendQuota>;
  /** One call of SES, for fifty letters at most. Throws where it is unknown whether SES accepted them. */
  send(x: {
    template: string;
    page: string;
    notice: NoticeId;
    sender: Plan['sender'];
    /** Values that all letters share. */
    shared: Readonly<Record<string, string>>;
    letters: readonly Letter[];
  }): Promise<SendAnswer>;
}

export interface Bus {
  publish(events: readonly PlatformEvent[]): Promise<void>;
}

/** Everything outside, as one use case may need a part of it. */
export interface World {
  readonly clock: Clock;
  readonly log: Log;
  readonly plan: PlanStore;
  readonly ledger: Ledger;
  readonly platform: Platform;
  readonly queues: Queues;
  readonly mailer: Mailer;
  readonly bus: Bus;
  readonly links: Links;
  /** Milliseconds after which whoever began something has ended. */
  readonly lease: number;
  /** Parallel segments of a sweep. */
  readonly segments: number;
}

/** What operators work with: the world, and what only they may write and see. */
export interface Office extends World {
  readonly office: PlanOffice;
  readonly templates: TemplateOffice;
  readonly witness: Witness;
  readonly surroundings: Surroundings;
  /** Name of the deployment: a plan of another sunset is none of ours. */
  readonly sunset: string;
  /** Roles whose session names name people. */
  readonly roles: readonly string[];
  /** Requests that this process has made so far. */
  readonly requests: () => number;
}

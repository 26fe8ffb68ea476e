/**
 * The operator API: what can be asked, by whom, with what, and what is answered. The function is held to these schemas,
 * the CLI is typed by them, and the OpenAPI document is made from them, so that none of the three can say otherwise.
 *
 * Instants are ISO 8601 in UTC, dates are local calendar days. A write carries the `version` (or hash) that its author
 * has seen and is refused where that is not the present one any more; sent again with the same `idempotency-key` it is
 * answered as before and does nothing.
 */
import * as v from 'valibot';

/** Ids and names: with three bytes a sign a key of DynamoDB still holds them. */
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(512));
const instant = v.pipe(v.string(), v.isoTimestamp());
const date = v.pipe(v.string(), v.isoDate());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const version = v.pipe(v.number(), v.integer(), v.minValue(1));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a sha256 in hex'));
/** Why; kept in the audit trail, so without addresses or names of people. */
const reason = v.pipe(v.string(), v.trim(), v.minLength(3), v.maxLength(500));
const cursor = v.nullable(v.string());
const counts = v.record(v.string(), count);
/** Whole, up to 100. */
const limit = v.optional(v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, 'a whole number from 1 to 100')));

/** Who may ask: anybody whom IAM lets in; a role may look, hold and release; all else takes a person. */
export type Authority = 'anybody' | 'person';

/** Why an answer is no. Closed: clients and exit codes depend on it. */
export const ERRORS = {
  'bad-request': 400,
  'not-a-person': 403,
  'own-approval': 403,
  'no-such-route': 404,
  'no-plan': 404,
  'unknown-cohort': 404,
  'unknown-change': 404,
  'unknown-person': 404,
  'unknown-chat': 404,
  'unknown-queue': 404,
  'stale-version': 409,
  'stale-head-count': 409,
  'stale-plan': 409,
  'content-changed': 409,
  'change-expired': 409,
  'change-ended': 409,
  'plan-refused': 422,
  'running-cohort': 422,
  'not-active': 422,
  'already-active': 422,
  'same-date': 422,
  'date-told': 422,
  'date-fixed': 422,
  'date-too-far': 422,
  'notice-too-short': 422,
  'not-held': 422,
  'restore-under-way': 422,
  'hold-not-certain': 422,
  'not-armed': 422,
  'already-armed': 422,
  'no-head-count': 422,
  'no-wave-left': 422,
  'soak-over': 422,
  'already-paused': 422,
  'not-paused': 422,
  'nothing-to-restore': 422,
  'restore-window-over': 422,
  'needs-no-waiver': 422,
  'already-waived': 422,
  'already-exempt': 422,
  'not-exempt': 422,
  'signal-refused': 422,
  'key-reused': 422,
  'letter-refused': 422,
  failed: 500,
} as const;
export type ErrorCode = keyof typeof ERRORS;

export const ApiError = v.strictObject({
  code: v.picklist(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  /** What was given and why it cannot be. */
  sentence: v.string(),
  /** What to do now. */
  todo: v.string(),
  /** The known name that is nearest to the one that was given. */
  nearest: v.optional(v.string()),
  /** The earliest end date that works. */
  earliest: v.optional(date),
  /** The version that is there now. */
  version: v.optional(version),
  /** All that is wrong, where it is more than one thing. */
  all: v.optional(v.array(v.string())),
});
export type ApiError = v.InferOutput<typeof ApiError>;

const Hold = v.strictObject({ who: v.string(), why: v.string(), since: instant });

/** What comes next for a cohort, and when; `at` null: nothing by itself, `what` says for whom it waits. */
const Next = v.strictObject({ what: v.string(), at: v.nullable(instant) });

export const Cohort = v.strictObject({
  id: v.string(),
  version,
  endDate: date,
  hold: v.nullable(Hold),
  /** Until when somebody may be at work under its permit; null: nobody is. */
  permitUntil: v.nullable(instant),
  arming: v.nullable(v.strictObject({ id: v.string(), headCount: count, at: instant, by: v.array(v.string()) })),
  /** 0 before the first. */
  wave: count,
  waves: v.array(v.number()),
  waveOpenedAt: v.nullable(instant),
  /** The next wave opens then; null: not by itself. */
  nextWaveAt: v.nullable(instant),
  paused: v.nullable(Hold),
  /** Encrypted chats as the last whole sweep counted them. */
  headCount: count,
  /** Disabled under the present arming. */
  disabled: count,
  people: count,
  /** By stage in the plan's order: what SES told of it. */
  stages: v.array(
    v.strictObject({ stage: v.string(), notice: v.string(), from: instant, to: instant, outcomes: counts }),
  ),
  /** Percent of what each breaker allows; over 100 it trips. */
  breakers: v.array(v.strictObject({ name: v.string(), percent: v.number(), limit: v.number() })),
  next: Next,
});
export type Cohort = v.InferOutput<typeof Cohort>;

/** One queue: `oldest` in seconds, null where no metric is there yet. */
const Queue = v.strictObject({ name: v.string(), waiting: count, oldest: v.nullable(count), deadLetters: count });
export type Queue = v.InferOutput<typeof Queue>;

const Alone = v.strictObject({
  /** How many people a change takes. */
  people: count,
  /** Said by every screen where one person is enough. */
  warning: v.nullable(v.string()),
});

export const Status = v.strictObject({
  at: instant,
  sunset: v.nullable(v.string()),
  active: v.boolean(),
  planHash: v.nullable(hash),
  ...Alone.entries,
  cohorts: v.array(Cohort),
  queues: v.array(Queue),
  openChanges: count,
  lastSweep: v.nullable(instant),
  nextSweep: v.nullable(instant),
  /** Mails that may still be sent today; null before the first is due. */
  budget: v.nullable(v.strictObject({ left: count, rate: v.number() })),
  /** Requests that this answer has cost. */
  requests: count,
});
export type Status = v.InferOutput<typeof Status>;

/** What a new plan, or a new date, does to people. */
export const Effects = v.strictObject({
  /** A sentence each, in people. */
  sentences: v.array(v.string()),
  /** By cohort whose date moves. */
  moves: v.array(
    v.strictObject({
      cohort: v.string(),
      from: date,
      to: date,
      days: v.number(),
      /** People whose next notices change their day. */
      retimed: count,
      /** People who were told the old date and get one correction. */
      corrected: count,
    }),
  ),
  /** The days on which most mail leaves after it, at most three; `allowed` by the account's quota and the plan's share. */
  busiest: v.array(v.strictObject({ date, mails: count, allowed: v.nullable(count) })),
});
export type Effects = v.InferOutput<typeof Effects>;

export const PlanDiff = v.strictObject({
  hash,
  /** Of the plan it was compared with; null: there is none. */
  base: v.nullable(hash),
  active: v.boolean(),
  /** `refused`: with the reason, cannot be done while the plan runs; `limit`: loosened limits take a second person. */
  changes: v.array(
    v.strictObject({
      path: v.string(),
      kind: v.picklist(['date', 'limit', 'text', 'refused', 'draft']),
      sentence: v.string(),
    }),
  ),
  effects: Effects,
  needsSecondPerson: v.boolean(),
});
export type PlanDiff = v.InferOutput<typeof PlanDiff>;

const about = { reason };
/** What takes a second person. `hash` names a plan that was applied. */
export const Proposal = v.variant('kind', [
  v.strictObject({ kind: v.literal('activate'), hash, ...about }),
  v.strictObject({ kind: v.literal('amend'), hash, ...about }),
  v.strictObject({ kind: v.literal('arm'), cohort: text, headCount: count, version, ...about }),
  v.strictObject({ kind: v.literal('advance'), cohort: text, version, ...about }),
  v.strictObject({ kind: v.literal('restore'), cohort: text, version, ...about }),
  v.strictObject({ kind: v.literal('waive'), person: text, ...about }),
  v.strictObject({ kind: v.literal('end-exemption'), person: text, ...about }),
]);
export type Proposal = v.InferOutput<typeof Proposal>;
export type ChangeKind = Proposal['kind'];

export const CHANGE_STATES = ['open', 'applied', 'rejected', 'expired'] as const;

export const Change = v.strictObject({
  id: v.string(),
  version,
  proposal: Proposal,
  /** What it does, in people. */
  summary: v.string(),
  /** Of the content; an approval names it. */
  hash,
  proposedBy: v.string(),
  proposedAt: instant,
  expiresAt: instant,
  state: v.picklist(CHANGE_STATES),
  approvals: v.array(v.strictObject({ by: v.string(), at: instant })),
  ...Alone.entries,
  /** What came of it, once it has ended. */
  result: v.nullable(v.string()),
});
export type Change = v.InferOutput<typeof Change>;

export const HoldAnswer = v.strictObject({
  cohorts: v.array(v.strictObject({ cohort: v.string(), certainFrom: instant, already: v.boolean() })),
  /** From then on nothing is mailed or disabled. */
  certainFrom: instant,
  certain: v.boolean(),
  /** What may still finish until then. */
  mayFinish: v.string(),
});
export type HoldAnswer = v.InferOutput<typeof HoldAnswer>;

export const ReleaseAnswer = v.strictObject({
  applied: v.boolean(),
  cohorts: v.array(
    v.strictObject({
      cohort: v.string(),
      version,
      from: date,
      /** The same where nobody has missed anything. */
      to: date,
      why: v.string(),
    }),
  ),
  effects: Effects,
});
export type ReleaseAnswer = v.InferOutput<typeof ReleaseAnswer>;

export const RescheduleAnswer = v.strictObject({
  applied: v.boolean(),
  cohort: v.string(),
  version,
  from: date,
  to: date,
  effects: Effects,
});
export type RescheduleAnswer = v.InferOutput<typeof RescheduleAnswer>;

export const PersonNotice = v.strictObject({
  notice: v.string(),
  /** `sent`, or why it was not; `waits` while nothing is decided. */
  outcome: v.string(),
  at: v.nullable(instant),
  /** What is known of it since, by kind. */
  facts: v.record(v.string(), instant),
  /** The exact text, without the link that only the person may have; null where nothing was sent. */
  letter: v.nullable(
    v.strictObject({
      language: v.string(),
      template: v.string(),
      subject: v.string(),
      text: v.string(),
      html: v.string(),
    }),
  ),
});
export const PersonChat = v.strictObject({
  chatId: v.string(),
  /** `encrypted`, `off`, `gone`. */
  state: v.string(),
  disabledAt: v.nullable(instant),
  restoredAt: v.nullable(instant),
  finalAfter: v.nullable(instant),
  blocked: v.nullable(v.strictObject({ reason: v.string(), at: instant, person: v.nullable(v.string()) })),
});
export const Person = v.strictObject({
  at: instant,
  person: v.string(),
  sunset: v.string(),
  cohort: v.string(),
  endDate: date,
  /** The instant from which their chats may end. */
  endInstant: instant,
  /** The latest end date they were told; null: none. */
  toldEndDate: v.nullable(date),
  timeZone: v.nullable(v.string()),
  group: v.string(),
  enrolledAt: instant,
  exempt: v.boolean(),
  /** Facts about the person: `saved`, `waived`, `unreachable`, … */
  facts: v.record(v.string(), instant),
  notices: v.array(PersonNotice),
  chats: v.array(PersonChat),
});
export type Person = v.InferOutput<typeof Person>;

export const Explanation = v.strictObject({
  at: instant,
  chatId: v.string(),
  encrypted: v.boolean(),
  /** Whose wave, rate and head-count it counts for; null: nobody of it is enrolled. */
  cohort: v.nullable(v.string()),
  open: v.boolean(),
  reason: v.nullable(v.string()),
  /** The earliest instant at which the gate's answer can change by time alone; null: only people can change it. */
  earliest: v.nullable(instant),
  participants: v.array(
    v.strictObject({
      person: v.string(),
      cohort: v.nullable(v.string()),
      endInstant: v.nullable(instant),
      open: v.boolean(),
      reason: v.nullable(v.string()),
      earliest: v.nullable(instant),
      sentence: v.string(),
    }),
  ),
  /** What keeps it back besides the gate: holds, arming, waves. */
  authority: v.array(v.string()),
});
export type Explanation = v.InferOutput<typeof Explanation>;

export const BlockedChats = v.strictObject({
  chats: v.array(
    v.strictObject({
      chatId: v.string(),
      cohort: v.string(),
      reason: v.string(),
      person: v.nullable(v.string()),
      at: instant,
    }),
  ),
  cursor,
});
export type BlockedChats = v.InferOutput<typeof BlockedChats>;

/** One entry of the audit trail: `hash` is of all the others, and of `before`, the hash of the entry before it. */
export const AuditEntry = v.strictObject({
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  at: instant,
  who: v.string(),
  what: v.string(),
  why: v.string(),
  /** What it is about: a cohort, a change, a person's or chat's id, a queue, the plan. */
  subject: v.string(),
  from: v.nullable(v.string()),
  to: v.nullable(v.string()),
  before: v.string(),
  hash,
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;

export const AuditPage = v.strictObject({
  entries: v.array(AuditEntry),
  /** The hash of each entry's copy in the bucket, in the same order; null: there is none. */
  copies: v.array(v.nullable(v.string())),
  /** Number of the last copy in the bucket: what is cut off at the end of the trail is missed there. */
  lastCopy: count,
  cursor,
});
export type AuditPage = v.InferOutput<typeof AuditPage>;

export const Finding = v.strictObject({
  check: v.string(),
  state: v.picklist(['ok', 'warning', 'wrong', 'unknown']),
  sentence: v.string(),
  todo: v.nullable(v.string()),
});
export type Finding = v.InferOutput<typeof Finding>;
export const Doctor = v.strictObject({ at: instant, senderDomain: v.nullable(v.string()), findings: v.array(Finding) });
export type Doctor = v.InferOutput<typeof Doctor>;

export const AppliedPlan = v.strictObject({
  hash,
  applied: v.boolean(),
  /** Where it takes a second person. */
  change: v.nullable(Change),
  diff: PlanDiff,
});
export type AppliedPlan = v.InferOutput<typeof AppliedPlan>;

export const PlanView = v.strictObject({
  /** The plan that runs, or will once it is activated; as `plan.ts` has it. */
  plan: v.nullable(v.unknown()),
  hash: v.nullable(hash),
  active: v.boolean(),
  /** A plan that was applied and waits to be approved: its hash. */
  pending: v.nullable(hash),
  ...Alone.entries,
});
export type PlanView = v.InferOutput<typeof PlanView>;

const Done = v.strictObject({ sentence: v.string() });
export const QUEUES = ['dispatch', 'notify', 'sweep', 'disable', 'feedback', 'signals'] as const;

const yaml = v.pipe(v.string(), v.minLength(1), v.maxLength(200_000));
const dryRun = v.optional(v.boolean(), false);
const Nothing = v.strictObject({});

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** A name in braces is a parameter. */
  readonly path: string;
  readonly who: Authority;
  readonly summary: string;
  readonly query: v.GenericSchema<any, any>;
  readonly body: v.GenericSchema<any, any>;
  readonly answer: v.GenericSchema<any, any>;
}
const read = { method: 'GET', who: 'anybody', body: Nothing, query: Nothing } as const;
const write = { method: 'POST', who: 'person', query: Nothing } as const;
const stop = { ...write, who: 'anybody' } as const;

export const ROUTES = {
  status: {
    ...read,
    path: '/v1/status',
    summary: 'Cohorts, stages, holds, breakers, queues and what comes next',
    answer: Status,
  },
  plan: { ...read, path: '/v1/plan', summary: 'The plan', answer: PlanView },
  diff: {
    ...stop,
    path: '/v1/plan/diff',
    summary: 'What a plan would change, in people',
    body: v.strictObject({ yaml }),
    answer: PlanDiff,
  },
  apply: {
    ...write,
    method: 'PUT',
    path: '/v1/plan',
    summary: 'Applies a plan; loosened limits of a running one become a change',
    /** `base`: hash of the plan that the diff was seen against; null: there was none. */
    body: v.strictObject({ yaml, base: v.nullable(hash), reason }),
    answer: AppliedPlan,
  },
  reschedule: {
    ...write,
    path: '/v1/cohorts/{cohort}/reschedule',
    summary: 'Moves the end date of a cohort',
    body: v.strictObject({ to: date, version, reason, dryRun }),
    answer: RescheduleAnswer,
  },
  disarm: {
    ...write,
    path: '/v1/cohorts/{cohort}/disarm',
    summary: 'Takes the arming back: no further chat is disabled',
    body: v.strictObject({ version, reason }),
    answer: Cohort,
  },
  pause: {
    ...write,
    path: '/v1/cohorts/{cohort}/pause',
    summary: 'Opens no further wave',
    body: v.strictObject({ version, reason }),
    answer: Cohort,
  },
  resume: {
    ...write,
    path: '/v1/cohorts/{cohort}/resume',
    summary: 'Opens waves again',
    body: v.strictObject({ version, reason }),
    answer: Cohort,
  },
  hold: {
    ...stop,
    path: '/v1/holds',
    summary: 'Stops mail and flips of a cohort, or of all',
    body: v.strictObject({ cohort: v.nullable(text), reason }),
    answer: HoldAnswer,
  },
  release: {
    ...stop,
    path: '/v1/releases',
    summary: 'Takes holds away; dates that were missed move',
    body: v.strictObject({ cohort: v.nullable(text), to: v.optional(date), reason, dryRun }),
    answer: ReleaseAnswer,
  },
  changes: {
    ...read,
    path: '/v1/changes',
    summary: 'What waits for a second person, and what has ended; newest first',
    query: v.strictObject({ state: v.optional(v.picklist(CHANGE_STATES)), cursor: v.optional(text), limit }),
    answer: v.strictObject({ changes: v.array(Change), cursor }),
  },
  propose: {
    ...write,
    path: '/v1/changes',
    summary: 'Proposes a change that takes a second person',
    body: Proposal,
    answer: Change,
  },
  change: { ...read, path: '/v1/changes/{change}', summary: 'One change', answer: Change },
  edit: {
    ...write,
    method: 'PUT',
    path: '/v1/changes/{change}',
    summary: 'Changes the content of an open change; approvals that it had are void',
    body: v.strictObject({ version, proposal: Proposal }),
    answer: Change,
  },
  approve: {
    ...write,
    path: '/v1/changes/{change}/approve',
    summary: 'Approves exactly the content of this hash',
    body: v.strictObject({ hash }),
    answer: Change,
  },
  reject: {
    ...write,
    path: '/v1/changes/{change}/reject',
    summary: 'Ends a change without doing it',
    body: v.strictObject({ reason }),
    answer: Change,
  },
  person: {
    ...read,
    path: '/v1/people/{person}',
    summary: 'Everything one person was told and what was done',
    answer: Person,
  },
  exempt: {
    ...write,
    path: '/v1/people/{person}/exempt',
    summary: 'Leaves a person out: no mail, and their chats stay',
    body: v.strictObject({ reason }),
    answer: Done,
  },
  signal: {
    ...write,
    path: '/v1/people/{person}/signals',
    summary: 'Says for a person what they have told support',
    /** Not `seen`, which is proof: only the platform, which has shown the notice, says so on its bus. */
    body: v.strictObject({ signal: v.picklist(['saved', 'stopped', 'more-time']), reason }),
    answer: Done,
  },
  explain: {
    ...read,
    path: '/v1/chats/{chat}',
    summary: "The gate's answer for a chat, and for each participant",
    answer: Explanation,
  },
  blocked: {
    ...read,
    path: '/v1/blocked',
    summary: 'Chats that are due and may not be disabled',
    query: v.strictObject({ cohort: text, reason: v.optional(text), cursor: v.optional(text), limit }),
    answer: BlockedChats,
  },
  redrive: {
    ...write,
    path: '/v1/queues/{queue}/redrive',
    summary: 'Brings dead letters back to their queue',
    body: v.strictObject({ reason }),
    answer: Done,
  },
  audit: {
    ...read,
    path: '/v1/audit',
    summary: 'The audit trail with its copies, oldest first',
    query: v.strictObject({ cursor: v.optional(text), limit }),
    answer: AuditPage,
  },
  doctor: { ...read, path: '/v1/doctor', summary: 'Whether all around it is as it must be', answer: Doctor },
  testSend: {
    ...write,
    path: '/v1/test-sends',
    summary: 'Sends one letter with made-up values to an address',
    body: v.strictObject({ to: v.pipe(v.string(), v.email(), v.maxLength(254)), stage: text, language: text }),
    answer: Done,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
export type BodyOf<N extends RouteName> = v.InferOutput<(typeof ROUTES)[N]['body']>;
export type BodyInputOf<N extends RouteName> = v.InferInput<(typeof ROUTES)[N]['body']>;
export type QueryOf<N extends RouteName> = v.InferOutput<(typeof ROUTES)[N]['query']>;
export type AnswerOf<N extends RouteName> = v.InferOutput<(typeof ROUTES)[N]['answer']>;

/** Asked for with every write; the same key with another content is refused. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

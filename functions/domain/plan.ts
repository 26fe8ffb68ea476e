/**
 * The plan: what is retired, why, whom it concerns and how careful we are. A plan is a value; it is read
 * from YAML once, when operators apply it (`plan-file.ts`), and is pinned by hash in everything it causes.
 */
import type { Instant, LocalDate } from './time.ts';

/** A text in several languages: BCP 47 tag to text. `en` is always there: it is the last fallback. */
export type Localised = Readonly<Record<string, string>>;

/** One rung of the ladder: `d35` is 35 days before the end date. */
export interface LadderStage {
  readonly name: string;
  /** Local calendar days before the end date. */
  readonly days: number;
  /** A wish to stop reminders does not skip it, and it is sent again where acceptance stayed unknown. */
  readonly required: boolean;
}

/** Who belongs to a cohort. Cohorts that name the same countries share them by percentage, in order. */
export interface CohortMatch {
  /** ISO 3166-1 alpha-2 codes, or `['*']`: every country that no other cohort names. */
  readonly countries: readonly string[];
  /** 1 to 100; the share of a stable hash of the person's id. */
  readonly percentage: number;
}

export interface CohortPlan {
  readonly id: string;
  readonly match: CohortMatch;
  /** The last local calendar day with the feature. */
  readonly endDate: LocalDate;
}

export interface GuardRails {
  /** Days between a person's first delivered notice and the flip. */
  readonly minimumNoticeDays: number;
  /** Days by which the first stage precedes `minimumNoticeDays`, for spreading, retries and delivery. */
  readonly marginDays: number;
  readonly requiredNotices: number;
  /** Hours between a person's latest delivered notice and the flip. */
  readonly finalNoticeHours: number;
  /** The latest delivered notice lies within so many days before the end date. */
  readonly finalWithinDays: number;
  /** When the platform stops new encryption. */
  readonly closedFrom: Instant;
  /** Percent of a cohort's chats up to which each wave goes, ascending; the last is 100. */
  readonly waves: readonly number[];
  /** Hours between the opening of one wave and the next. */
  readonly soakHours: number;
  /** Chats a second, for each cohort. */
  readonly disablePerSecond: number;
  /** Hours in which a disabled chat can be restored. */
  readonly restoreWindowHours: number;
  /** Percent by which the chats disabled may exceed the approved head-count. */
  readonly headCountTolerance: number;
  readonly breakers: {
    /** Delivery outcomes since activation or release, below which no breaker trips. */
    readonly minimumSample: number;
    /** Percent of outcomes. */
    readonly bounces: number;
    readonly complaints: number;
    readonly suppressed: number;
    /** Rejected, or not to be rendered: our own mistakes. */
    readonly failures: number;
    /** Given back for now: whole providers that defer us, with the usual automatic answers. */
    readonly softBounces: number;
  };
  /** Days, at least, by which the end date of a person who asks for more time moves, once; 0: nobody can ask. */
  readonly moreTimeDays: number;
  /** Share of the account's send rate and daily quota that we may use, percent. */
  readonly sendShare: number;
}

export interface Plan {
  /** `[a-z0-9-]+`; names the deployment, and seeds the stable hash. */
  readonly sunset: string;
  readonly feature: Localised;
  readonly reason: Localised;
  readonly whatChanges: Localised;
  readonly dataFate: Localised;
  /** How to save the data: a path inside the app, never a link. */
  readonly exportInstructions: Localised;
  /** How people can see, without any link, that a message is genuine: a path inside the app. */
  readonly authenticity: Localised;
  readonly alternatives: readonly { readonly name: string; readonly description: Localised }[];
  readonly support: { readonly url: string; readonly email: string };
  readonly sender: {
    readonly name: string;
    readonly address: string;
    readonly replyTo: string;
    readonly postalAddress: string;
  };
  /** Zone in which people with an unknown zone are mailed. */
  readonly timeZone: string;
  readonly stages: readonly LadderStage[];
  /** Local hour 0-23 at which a stage is due. */
  readonly sendHour: number;
  readonly sendWindow: { readonly from: number; readonly to: number };
  readonly cohorts: readonly CohortPlan[];
  /** How many people a change takes that needs more than its author: 2, or 1 where one person is trusted with all. */
  readonly approvals: 1 | 2;
  /** By language, texts of ours that are said otherwise (`mail/languages/en.ts` has the keys). */
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly guardRails: GuardRails;
}

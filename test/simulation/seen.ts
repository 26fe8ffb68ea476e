/**
 * What was seen from outside: what SES took and told, what was written to tables, what operators asked and were answered,
 * which calls died. The oracle reads this and nothing else. Instants are milliseconds since 1970, of true time.
 */
export interface Letter {
  readonly at: number;
  readonly call: number;
  readonly userId: string;
  /** Stage and date: `d35@2026-05-08`. */
  readonly notice: string;
}

/** One call of SES that took somebody. */
export interface SesCall {
  readonly number: number;
  readonly at: number;
  /** The reply never came, or whoever had asked died, or failed, before the end. */
  doubtful: boolean;
}

export interface MailEvent {
  readonly kind: string;
  readonly userId: string;
  readonly notice: string;
  /** Of the letter that it is about. */
  readonly letterAt: number;
  readonly at: number;
  /** When it came to the queue for the first time; Infinity: it was lost. */
  arrivedAt: number;
  /** When a call that took it ended well for the first time. */
  takenAt: number;
}

export interface Signal {
  readonly userId: string;
  readonly kind: string;
  readonly notice?: string | undefined;
  readonly at: number;
  /** When a call that took it ended well for the first time. */
  takenAt: number;
}

export interface Flip {
  readonly at: number;
  readonly chatId: string;
  readonly to: 'off' | 'e2ee';
  /** Whoever did it. */
  readonly by: 'sunset' | 'platform';
  readonly participants: readonly string[];
  readonly cohort: string;
  readonly arming: string;
  readonly encryptedSince: string | undefined;
  readonly version: string | undefined;
  /** Whether this very write has changed the version. */
  readonly versioned: boolean;
}

export interface CohortRow {
  readonly at: number;
  readonly cohort: string;
  readonly endDate: string;
  readonly held: boolean;
  readonly heldBy: string | null;
  readonly permitUntil: number;
  readonly arming: { readonly id: string; readonly headCount: number; readonly by: readonly string[] } | null;
  readonly wave: number;
  readonly soakWaived: number;
}

export interface Command {
  readonly at: number;
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answeredAt: number;
  /** 0: there was no answer. */
  readonly status: number;
  readonly answer: any;
}

export interface Invocation {
  readonly number: number;
  readonly name: string;
  readonly at: number;
  readonly messages: number;
  requests: number;
  /** Of its requests, those that write. */
  writes: number;
  /** Of its writes, those that its client sent twice: the second finds what the first has written. */
  repeated: number;
  outcome: 'done' | 'failed' | 'died' | 'running';
}

export interface Person {
  readonly userId: string;
  /** Where they were, and from when on; null or nonsense: nobody knows. */
  readonly zones: { readonly from: number; readonly zone: string | null }[];
}

export class Seen {
  readonly letters: Letter[] = [];
  readonly calls: SesCall[] = [];
  readonly events: MailEvent[] = [];
  readonly signals: Signal[] = [];
  readonly flips: Flip[] = [];
  readonly cohorts: CohortRow[] = [];
  readonly commands: Command[] = [];
  readonly invocations: Invocation[] = [];
  readonly people = new Map<string, Person>();
  /** Text that left a function where no address may be: log lines, queue bodies, events, errors. With where it was. */
  readonly leaks: string[] = [];
  /** Users whose profile was read. */
  readonly profilesRead = new Set<string>();
  /** When a fact was first in the ledger, by person and kind. */
  readonly waived = new Map<string, number>();
  readonly exempt = new Map<string, { from: number; to: number }[]>();
  readonly published: { readonly at: number; readonly type: string; readonly detail: any }[] = [];
}

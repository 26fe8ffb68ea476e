/** Answers of the operator API, as its contract types them. */
import { PLAN as EXAMPLE } from '../domain/examples.ts';
import type {
  AnswerOf,
  AuditPage,
  Change,
  Cohort,
  Effects,
  Explanation,
  Person,
  PlanDiff,
  Status,
} from '../../functions/contracts/operator-api.ts';
import { type AuditEntry, type AuditFact, entryAfter } from '../../functions/domain/audit.ts';

export const HASH = '3f2a91bc04de'.padEnd(64, '7');
export const OTHER_HASH = 'c0ffee'.padEnd(64, '0');
export const ALONE = 'the plan asks for one person only: nobody else looks at this before it is done';

export const NO_EFFECTS: Effects = { sentences: [], moves: [], busiest: [] };
export const EFFECTS: Effects = {
  sentences: ['reschedules eu-2 by 5 days: 12,114 people are re-timed, 310 get a correction'],
  moves: [{ cohort: 'eu-2', from: '2026-05-08', to: '2026-05-13', days: 5, retimed: 12_114, corrected: 310 }],
  busiest: [{ date: '2026-04-03', mails: 55_000, allowed: 50_000 }],
};

export function aCohort(more: Partial<Cohort> = {}): Cohort {
  return {
    id: 'eu-1',
    version: 7,
    endDate: '2026-05-08',
    hold: null,
    permitUntil: null,
    arming: null,
    wave: 0,
    waves: [1, 100],
    waveOpenedAt: null,
    nextWaveAt: null,
    paused: null,
    headCount: 34_212,
    disabled: 0,
    people: 12_114,
    stages: [
      {
        stage: 'd35',
        notice: 'd35@2026-05-08',
        from: '2026-04-02T21:00:00.000Z',
        to: '2026-04-03T23:00:00.000Z',
        outcomes: { delivered: 12_000, bounced: 14, complained: 0 },
      },
    ],
    breakers: [{ name: 'bounces', percent: 82.4, limit: 5 }],
    next: { what: 'd14 is sent', at: '2026-04-23T21:00:00.000Z' },
    ...more,
  };
}

export function aStatus(more: Partial<Status> = {}): Status {
  return {
    at: '2026-04-09T10:00:00.000Z',
    sunset: 'instagram-e2ee',
    active: true,
    planHash: HASH,
    people: 2,
    warning: null,
    cohorts: [aCohort(), aCohort({ id: 'eu-2', version: 3, headCount: 120 })],
    queues: [{ name: 'notify', waiting: 12, oldest: 40, deadLetters: 0 }],
    openChanges: 0,
    lastSweep: '2026-04-08T02:00:00.000Z',
    nextSweep: '2026-04-15T02:00:00.000Z',
    budget: { left: 45_000, rate: 40 },
    requests: 9,
    ...more,
  };
}

export function aChange(more: Partial<Change> = {}): Change {
  return {
    id: '12',
    version: 1,
    proposal: { kind: 'arm', cohort: 'eu-1', headCount: 34_212, version: 7, reason: 'all notices delivered' },
    summary: 'eu-1: 34,212 chats of 12,114 people may be disabled',
    hash: HASH,
    proposedBy: 'second-operator',
    proposedAt: '2026-04-09T09:00:00.000Z',
    expiresAt: '2026-04-10T09:00:00.000Z',
    state: 'open',
    approvals: [],
    people: 2,
    warning: null,
    result: null,
    ...more,
  };
}

export function aDiff(more: Partial<PlanDiff> = {}): PlanDiff {
  return {
    hash: OTHER_HASH,
    base: HASH,
    active: true,
    changes: [{ path: 'cohorts.eu-2.endDate', kind: 'date', sentence: 'eu-2 ends five days later' }],
    effects: EFFECTS,
    needsSecondPerson: false,
    ...more,
  };
}

export const PLAN: AnswerOf<'plan'> = {
  plan: EXAMPLE,
  hash: HASH,
  active: true,
  pending: OTHER_HASH,
  people: 1,
  warning: ALONE,
};

export const PERSON: Person = {
  at: '2026-05-20T10:00:00.000Z',
  person: 'u-4711',
  sunset: 'instagram-e2ee',
  cohort: 'eu-1',
  endDate: '2026-05-08',
  endInstant: '2026-05-08T22:00:00.000Z',
  toldEndDate: '2026-05-08',
  timeZone: 'Europe/Berlin',
  group: 'eu-1|Europe/Berlin|',
  enrolledAt: '2026-03-30T02:00:00.000Z',
  exempt: false,
  facts: { saved: '2026-04-20T08:00:00.000Z' },
  notices: [
    {
      notice: 'd35@2026-05-08',
      outcome: 'sent',
      at: '2026-04-03T08:00:00.000Z',
      facts: { delivered: '2026-04-03T08:00:04.000Z' },
      letter: {
        language: 'de',
        template: 'first-de-1',
        subject: 'Chats <enden>',
        text: 'Guten Tag,\n\n  die Chats enden & bleiben lesbar.',
        html: '<p title="x">Guten Tag</p><script>alert(1)</script>',
      },
    },
    { notice: 'd14@2026-05-08', outcome: 'bounced', at: null, facts: {}, letter: null },
  ],
  chats: [
    {
      chatId: 'c-0815',
      state: 'off',
      disabledAt: '2026-05-09T00:10:00.000Z',
      restoredAt: null,
      finalAfter: '2026-05-12T00:10:00.000Z',
      blocked: null,
    },
  ],
};

export const EXPLANATION: Explanation = {
  at: '2026-05-08T10:00:00.000Z',
  chatId: 'c-0815',
  encrypted: true,
  cohort: 'eu-1',
  open: false,
  reason: 'too-early',
  earliest: '2026-05-08T22:00:00.000Z',
  participants: [
    {
      person: 'u-4711',
      cohort: 'eu-1',
      endInstant: '2026-05-08T22:00:00.000Z',
      open: false,
      reason: 'too-early',
      earliest: '2026-05-08T22:00:00.000Z',
      sentence: 'their last day is not over',
    },
  ],
  authority: ['eu-1 is held'],
};

const fact = (what: AuditFact['what'], subject: string): AuditFact => ({
  at: '2026-04-09T10:00:00.000Z',
  who: 'first-operator',
  what,
  why: 'support overloaded',
  subject,
  from: null,
  to: 'held',
});

/** A whole trail: a hold, a waiver, and the restore of a cohort. */
export function aTrail(): AuditEntry[] {
  const facts = [fact('held', 'eu-2'), fact('waived', 'u-4711'), fact('restore-begun', 'eu-1')];
  return facts.reduce<AuditEntry[]>((trail, each) => [...trail, entryAfter(trail.at(-1), each)], []);
}

/** The trail in pages of two, each entry with its copy. */
export function auditPages(
  trail: readonly AuditEntry[],
  copies: readonly (string | null)[] = trail.map(({ hash }) => hash),
  lastCopy: number = trail.length,
): (cursor: string | undefined) => AuditPage {
  return (cursor) => {
    const from = Number(cursor ?? 0);
    const to = from + 2;
    return {
      entries: trail.slice(from, to),
      copies: copies.slice(from, to),
      lastCopy,
      cursor: to < trail.length ? String(to) : null,
    };
  };
}

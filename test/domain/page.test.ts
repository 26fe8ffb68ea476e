import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  type AttemptOutcome,
  EMPTY_RECORD,
  endedSlots,
  isRequired,
  type NoticeRecord,
  outcomesOf,
  RECONCILE_AFTER,
  reconciled,
  toldOnPage,
  unsettled,
} from '../../functions/domain/page.ts';
import { HOUR, parseInstant } from '../../functions/domain/time.ts';
import { BERLIN, NO_FACTS, PLAN } from './examples.ts';

const D35 = 'd35@2026-05-19';
const AT = parseInstant('2026-04-14T08:00:00Z');

function anAttempt(changes: Partial<Attempt> = {}): Attempt {
  return { number: 1, at: AT, language: 'de', slots: [0, 1], settledAt: AT, outcomes: {}, ...changes };
}
function aRecord(...attempts: Attempt[]): NoticeRecord {
  return { ...EMPTY_RECORD, attempts };
}

/** What may happen to an attempt: SES answers, or nobody knows and it is reconciled, with or without an event. */
type Fate = { readonly answers: AttemptOutcome[] } | { readonly heard: boolean[] };
const fates: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({
    answers: fc.array(fc.constantFrom<AttemptOutcome>('accepted', 'throttled', 'refused'), {
      minLength: 6,
      maxLength: 6,
    }),
  }),
  fc.record({ heard: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }) }),
);

/** Sends to six people until everybody has ended or the fates have: each attempt holds who has not ended. */
function play(required: boolean, sequence: readonly { fate: Fate; pick: readonly boolean[] }[]) {
  let record = EMPTY_RECORD;
  const records = [record];
  for (const { fate, pick } of sequence) {
    const ended = endedSlots(record);
    const slots = [0, 1, 2, 3, 4, 5].filter((slot) => !ended.has(slot) && pick[slot] === true);
    if (slots.length === 0) continue;
    const claim = anAttempt({ number: record.attempts.length + 1, slots, settledAt: null });
    records.push({ ...record, attempts: [...record.attempts, claim] });
    const outcomes =
      'answers' in fate
        ? Object.fromEntries(slots.map((slot) => [slot, fate.answers[slot] as AttemptOutcome]))
        : reconciled(claim, {
            notice: D35,
            required,
            factsOf: (slot) => ({ ...NO_FACTS, heard: new Set(fate.heard[slot] === true ? [D35] : []) }),
          });
    record = { ...record, attempts: [...record.attempts, { ...claim, settledAt: AT, outcomes }] };
    records.push(record);
  }
  return records;
}
const sequences = fc.array(fc.record({ fate: fates, pick: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }) }), {
  maxLength: 8,
});

describe('the attempts of a notice', () => {
  it('accept each slot at most once, whatever SES answers (promise 7)', () => {
    fc.assert(
      fc.property(fc.boolean(), sequences, (required, sequence) => {
        const attempts = play(required, sequence).at(-1)?.attempts ?? [];
        for (const slot of [0, 1, 2, 3, 4, 5]) {
          const accepted = attempts.filter(({ outcomes }) => outcomes[slot] === 'accepted');
          expect(accepted.length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never bring back a slot that has ended', () => {
    fc.assert(
      fc.property(fc.boolean(), sequences, (required, sequence) => {
        let before = new Set<number>();
        for (const record of play(required, sequence)) {
          const ended = endedSlots(record);
          expect([...before].filter((slot) => !ended.has(slot))).toEqual([]);
          before = ended;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leave one unsettled at most: the next number waits for the settlement of the one before', () => {
    fc.assert(
      fc.property(fc.boolean(), sequences, (required, sequence) => {
        for (const { attempts } of play(required, sequence)) {
          const open = attempts.filter(({ settledAt }) => settledAt === null);
          expect(open).toEqual(attempts.slice(-1).filter(({ settledAt }) => settledAt === null));
        }
      }),
    );
  });

  it('show the one that is not settled, and none where all are', () => {
    const open = anAttempt({ number: 2, settledAt: null });
    expect(unsettled(aRecord(anAttempt(), open))).toBe(open);
    expect(unsettled(aRecord(anAttempt()))).toBeUndefined();
  });
});

describe('who needs nothing any more', () => {
  it.each([
    ['accepted', true],
    ['refused', true],
    ['unknown', true],
    ['throttled', false],
  ] as const)('%s: %s', (outcome, ended) => {
    expect(endedSlots(aRecord(anAttempt({ outcomes: { 0: outcome } }))).has(0)).toBe(ended);
  });

  it('nobody of an attempt that is not settled', () => {
    expect(endedSlots(aRecord(anAttempt({ settledAt: null })))).toEqual(new Set());
  });

  it('who was skipped', () => {
    expect(endedSlots({ ...EMPTY_RECORD, skipped: { 3: 'saved' } })).toEqual(new Set([3]));
  });

  it('is told by the latest attempt that held them', () => {
    const record = aRecord(
      anAttempt({ outcomes: { 0: 'throttled', 1: 'accepted' } }),
      anAttempt({ number: 2, slots: [0], outcomes: { 0: 'accepted' } }),
    );
    expect(outcomesOf(record)).toEqual(
      new Map([
        [0, 'accepted'],
        [1, 'accepted'],
      ]),
    );
  });
});

describe('an attempt of which nobody knows whether SES has it', () => {
  const claim = anAttempt({ slots: [0, 1, 2], settledAt: null });
  const heardOf = (slot: number) => (slot === 1 ? { ...NO_FACTS, heard: new Set([D35]) } : NO_FACTS);

  it('is accepted for whom an event was heard of, and sent again to the others where it is required', () => {
    expect(reconciled(claim, { notice: D35, required: true, factsOf: heardOf })).toEqual({
      0: 'throttled',
      1: 'accepted',
      2: 'throttled',
    });
  });

  it('stays unknown for the others where it is not required', () => {
    expect(reconciled(claim, { notice: D35, required: false, factsOf: heardOf })).toEqual({
      0: 'unknown',
      1: 'accepted',
      2: 'unknown',
    });
  });

  it('does not take the events of another notice for its own', () => {
    const outcomes = reconciled(claim, { notice: 'd1@2026-05-19', required: true, factsOf: heardOf });
    expect(Object.values(outcomes)).toEqual(['throttled', 'throttled', 'throttled']);
  });

  it('takes who is no member any more for nobody heard of', () => {
    expect(reconciled(claim, { notice: D35, required: false, factsOf: () => undefined })[0]).toBe('unknown');
  });

  it('waits longer than SES tries', () => {
    expect(RECONCILE_AFTER).toBeGreaterThan(6 * HOUR);
  });
});

describe('required notices', () => {
  it('are the first and the last rung; neither the others nor what is no rung', () => {
    const required = ['d35', 'd14', 'd7', 'd1', 'done', 'moved'].filter((stage) =>
      isRequired(PLAN, `${stage}@2026-05-19`),
    );
    expect(required).toEqual(['d35', 'd1']);
  });
});

describe('what a person was told on a page', () => {
  const told = (attempt: Attempt, notice = D35) => toldOnPage(new Map([[notice, aRecord(attempt)]]), 0, BERLIN);
  const NOTHING = { notices: [], lastDay: null, endDate: null };

  it('is what SES accepted, on the local day on which it did', () => {
    // Half past midnight in Berlin is still the day before in London.
    const late = parseInstant('2026-04-14T22:30:00Z');
    expect(told(anAttempt({ at: late, outcomes: { 0: 'accepted' } }))).toEqual({
      notices: [D35],
      lastDay: '2026-04-15',
      endDate: '2026-05-19',
    });
  });

  it('is nothing where SES dropped or refused it, or where the attempt held others', () => {
    expect(told(anAttempt({ outcomes: { 0: 'throttled' } }))).toEqual(NOTHING);
    expect(told(anAttempt({ outcomes: { 0: 'refused' } }))).toEqual(NOTHING);
    expect(told(anAttempt({ slots: [1], outcomes: { 1: 'accepted' } }))).toEqual(NOTHING);
  });

  it.each([
    ['not settled', anAttempt({ settledAt: null })],
    ['unknown', anAttempt({ outcomes: { 0: 'unknown' } })],
  ])('counts the day and the date of an attempt that is %s, but not as a notice (promises 2, 5, 10)', (_, attempt) => {
    expect(told(attempt)).toEqual({ notices: [], lastDay: '2026-04-14', endDate: '2026-05-19' });
  });

  it('takes no date from a notice that tells none', () => {
    expect(told(anAttempt({ outcomes: { 0: 'accepted' } }), 'done@2026-05-19')).toMatchObject({ endDate: null });
  });

  it('takes the latest of several', () => {
    const records = new Map([
      ['moved@2026-06-21', aRecord(anAttempt({ at: AT + 50 * HOUR, outcomes: { 0: 'accepted' } }))],
      [D35, aRecord(anAttempt({ outcomes: { 0: 'accepted' } }))],
    ]);
    expect(toldOnPage(records, 0, BERLIN)).toMatchObject({ lastDay: '2026-04-16', endDate: '2026-06-21' });
  });
});

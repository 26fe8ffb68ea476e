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
  endings,
  reconciled,
  returnable,
  sentToAll,
  toldOnPage,
  unsettled,
} from '../../functions/domain/page.ts';
import type { Facts } from '../../functions/domain/member.ts';
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
            record,
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
    ['unheard', false],
    ['returned', false],
  ] as const)('%s: %s', (outcome, ended) => {
    expect(endedSlots(aRecord(anAttempt({ outcomes: { 0: outcome } }))).has(0)).toBe(ended);
  });

  it('who has it at last, after it came back once', () => {
    const returned = anAttempt({ outcomes: { 0: 'returned', 1: 'accepted' } });
    const second = (outcome: AttemptOutcome) =>
      endedSlots(aRecord(returned, anAttempt({ number: 2, slots: [0], outcomes: { 0: outcome } })));
    expect(endedSlots(aRecord(returned))).toEqual(new Set([1]));
    expect(second('accepted')).toEqual(new Set([0, 1]));
    expect(second('throttled')).toEqual(new Set([1]));
  });

  it('who was passed over since it came back', () => {
    const record = { ...aRecord(anAttempt({ outcomes: { 0: 'returned' } })), skipped: { 0: 'superseded' } };
    expect(endedSlots(record)).toEqual(new Set([0]));
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
    expect(reconciled(claim, { notice: D35, required: true, record: EMPTY_RECORD, factsOf: heardOf })).toEqual({
      0: 'unheard',
      1: 'accepted',
      2: 'unheard',
    });
  });

  it('is refused for whom SES has refused it in the call, whose process died before it could settle', () => {
    const factsOf = (slot: number) =>
      slot === 1 ? { ...NO_FACTS, failed: new Map([[D35, 'refused'] as const]) } : NO_FACTS;
    expect(reconciled(claim, { notice: D35, required: true, record: EMPTY_RECORD, factsOf })).toMatchObject({
      1: 'refused',
    });
  });

  it('stays unknown for the others where it is not required', () => {
    expect(reconciled(claim, { notice: D35, required: false, record: EMPTY_RECORD, factsOf: heardOf })).toEqual({
      0: 'unknown',
      1: 'accepted',
      2: 'unknown',
    });
  });

  it.each([
    ['right before it', []],
    ['before one that SES throttled', [anAttempt({ number: 2, slots: [0], outcomes: { 0: 'throttled' } })]],
  ])('is not proved by the soft bounce of an attempt %s', (_, between) => {
    const record = aRecord(anAttempt({ outcomes: { 0: 'returned', 1: 'accepted' } }), ...between);
    const open = anAttempt({ number: record.attempts.length + 1, slots: [0], settledAt: null });
    const settled = (facts: Partial<typeof NO_FACTS>) => {
      const all = { ...NO_FACTS, heard: new Set([D35]), failed: new Map([[D35, 'soft-bounced' as const]]), ...facts };
      return reconciled(open, { notice: D35, required: true, record, factsOf: () => all });
    };
    expect(settled({})).toEqual({ 0: 'unheard' });
    expect(settled({ delivered: new Map([[D35, AT]]) })).toEqual({ 0: 'accepted' });
  });

  it('does not take the events of another notice for its own', () => {
    const outcomes = reconciled(claim, {
      notice: 'd1@2026-05-19',
      required: true,
      record: EMPTY_RECORD,
      factsOf: heardOf,
    });
    expect(Object.values(outcomes)).toEqual(['unheard', 'unheard', 'unheard']);
  });

  it('takes who is no member any more for nobody heard of', () => {
    expect(reconciled(claim, { notice: D35, required: false, record: EMPTY_RECORD, factsOf: () => undefined })[0]).toBe(
      'unknown',
    );
  });

  it('after one that came back is not accepted because of that bounce, but by any other event', () => {
    const first = anAttempt({ slots: [0, 1, 2], outcomes: { 0: 'returned', 1: 'returned', 2: 'returned' } });
    const second = anAttempt({ number: 2, slots: [0, 1, 2], settledAt: null });
    const bounced = { heard: new Set([D35]), failed: new Map([[D35, 'soft-bounced' as const]]) };
    const factsOf = (slot: number) => {
      if (slot === 1) return { ...NO_FACTS, ...bounced, delivered: new Map([[D35, AT]]) };
      if (slot === 2) return { ...NO_FACTS, ...bounced, failed: new Map([[D35, 'suppressed' as const]]) };
      return { ...NO_FACTS, ...bounced };
    };
    const record = aRecord(first, second);
    expect(reconciled(second, { notice: D35, required: true, record, factsOf })).toEqual({
      0: 'unheard',
      1: 'accepted',
      2: 'accepted',
    });
    expect(reconciled(second, { notice: D35, required: false, record, factsOf })[0]).toBe('unknown');
  });

  it('waits longer than SES tries', () => {
    expect(RECONCILE_AFTER).toBeGreaterThan(6 * HOUR);
  });
});

describe('what happened before', () => {
  const settle = (record: NoticeRecord, facts: Partial<Facts>) =>
    reconciled(anAttempt({ number: 2, slots: [0], settledAt: null }), {
      notice: D35,
      required: true,
      record,
      factsOf: () => ({ ...NO_FACTS, ...facts }),
    })[0];
  const returned = aRecord(anAttempt({ slots: [0], outcomes: { 0: 'returned' } }));

  it('does not weaken an event, where it was not that a mail came back', () => {
    const dropped = aRecord(anAttempt({ slots: [0], outcomes: { 0: 'throttled' } }));
    expect(settle(dropped, { heard: new Set([D35]) })).toBe('accepted');
  });

  it('weakens a word that may be about the one that came back', () => {
    expect(settle(returned, { heard: new Set([D35]) })).toBe('unheard');
  });

  it('leaves a refusal a refusal', () => {
    expect(settle(returned, { failed: new Map([[D35, 'refused']]) })).toBe('refused');
  });
});

describe('a page that is sent', () => {
  it('is so when the last attempt was settled', () => {
    const first = anAttempt({ slots: [0], settledAt: AT + HOUR, outcomes: { 0: 'accepted' } });
    const second = anAttempt({ number: 2, slots: [1], settledAt: AT, outcomes: { 1: 'refused' } });
    expect(sentToAll(aRecord(first, second), 2)).toBe(AT + HOUR);
  });

  it('is so although a mail came back: it had gone out', () => {
    expect(sentToAll(aRecord(anAttempt({ outcomes: { 0: 'accepted', 1: 'returned' } })), 2)).toBe(AT);
  });

  it('was so from the beginning where everybody is passed over', () => {
    expect(sentToAll({ ...EMPTY_RECORD, skipped: { 0: 'exempt', 1: 'saved' } }, 2)).toBe(0);
  });

  it.each<[string, NoticeRecord]>([
    ['nothing was begun', EMPTY_RECORD],
    ['somebody’s mail was dropped', aRecord(anAttempt({ outcomes: { 0: 'accepted', 1: 'throttled' } }))],
    ['somebody was in no attempt', aRecord(anAttempt({ slots: [0], outcomes: { 0: 'accepted' } }))],
    [
      'an attempt is not settled',
      aRecord(
        anAttempt({ outcomes: { 0: 'accepted', 1: 'accepted' } }),
        anAttempt({ number: 2, slots: [1], settledAt: null }),
      ),
    ],
  ])('is none where %s', (_, record) => expect(sentToAll(record, 2)).toBeNull());

  it('is not complete before anybody has looked at it', () => {
    expect(EMPTY_RECORD).toEqual({ attempts: [], skipped: {}, complete: false, until: null, changes: 0 });
  });
});

describe('a mail that came back for now', () => {
  const accepted = anAttempt({ outcomes: { 0: 'accepted', 1: 'throttled' } });

  it('was that of the attempt which SES took', () => {
    expect(returnable(aRecord(accepted), 0)).toBe(accepted);
  });

  it('was that of the latest, where SES took it after it had dropped or lost it', () => {
    const second = anAttempt({ number: 2, outcomes: { 0: 'accepted', 1: 'accepted' } });
    for (const outcome of ['throttled', 'unknown'] as const)
      expect(returnable(aRecord(anAttempt({ outcomes: { 0: outcome } }), second), 0)).toBe(second);
    expect(returnable(aRecord(accepted, second), 1)).toBe(second);
    // Two events may be about one of two mails: then the later one is tried again, the earlier one was enough.
    expect(returnable(aRecord(accepted, second), 0)).toBe(second);
  });

  it.each(['throttled', 'refused', 'unknown', 'unheard'] as const)(
    'is not known of one that ended as %s',
    (outcome) => {
      expect(returnable(aRecord(anAttempt({ outcomes: { 0: outcome } })), 0)).toBeUndefined();
    },
  );

  it('is not known while the attempt is not settled, nor of whom no attempt held', () => {
    expect(returnable(aRecord(anAttempt({ settledAt: null })), 0)).toBeUndefined();
    expect(returnable(aRecord(anAttempt({ slots: [1], outcomes: { 0: 'accepted' } })), 0)).toBeUndefined();
    expect(returnable(EMPTY_RECORD, 0)).toBeUndefined();
    expect(returnable(aRecord(accepted), -1)).toBeUndefined();
  });

  it('comes back once: of a box that is full for two days the second mail is the last', () => {
    const returned = anAttempt({ outcomes: { 0: 'returned', 1: 'accepted' } });
    const again = anAttempt({ number: 2, slots: [0], outcomes: { 0: 'accepted' } });
    expect(returnable(aRecord(returned), 0)).toBeUndefined();
    expect(returnable(aRecord(returned, again), 0)).toBeUndefined();
    // It is each person's own once.
    expect(returnable(aRecord(returned, again), 1)).toBe(returned);
  });

  it('is sent once more at most, whatever comes back, and in whichever order (promise 7)', () => {
    fc.assert(
      fc.property(sequences, fc.array(fc.nat(5), { maxLength: 20 }), (sequence, bounces) => {
        let record = play(true, sequence).at(-1) ?? EMPTY_RECORD;
        const before = record;
        for (const slot of bounces) {
          const attempt = returnable(record, slot);
          if (attempt === undefined) continue;
          expect(attempt.outcomes[slot]).toBe('accepted');
          const outcomes = { ...attempt.outcomes, [slot]: 'returned' as const };
          const attempts = record.attempts.map((each) => (each === attempt ? { ...each, outcomes } : each));
          expect(endedSlots({ ...record, attempts }).has(slot)).toBe(false);
          // And it is sent again.
          const number = attempts.length + 1;
          attempts.push(anAttempt({ number, slots: [slot], outcomes: { [slot]: 'accepted' } }));
          record = { ...record, attempts };
        }
        for (const slot of [0, 1, 2, 3, 4, 5]) {
          const times = ({ attempts }: NoticeRecord) =>
            attempts.filter(({ outcomes }) => ['accepted', 'returned'].includes(outcomes[slot] ?? '')).length;
          expect(times(record)).toBeLessThanOrEqual(times(before) + 1);
          expect(times(record)).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('how a slot has ended', () => {
  it.each([
    ['accepted', undefined, 'accepted'],
    ['refused', undefined, 'refused'],
    ['unknown', undefined, 'unknown'],
    ['throttled', 'saved', 'saved'],
    ['returned', 'superseded', 'superseded'],
    ['unheard', 'superseded', 'unknown'],
    ['unheard', 'already-has-it', 'already-has-it'],
    [undefined, 'exempt', 'exempt'],
  ] as const)('by an attempt that is %s, passed over for %s: %s', (outcome, reason, ending) => {
    const attempts = outcome === undefined ? [] : [anAttempt({ slots: [0], outcomes: { 0: outcome } })];
    const record = { ...EMPTY_RECORD, attempts, skipped: reason === undefined ? {} : { 0: reason } };
    expect(endings(record)).toEqual(new Map([[0, ending]]));
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
  const told = (attempt: Attempt, notice = D35) =>
    toldOnPage(new Map([[notice, aRecord(attempt)]]), 0, BERLIN, { delivered: new Map() });
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
    ['unheard', anAttempt({ outcomes: { 0: 'unheard' } })],
  ])('counts the day and the date of an attempt that is %s, but not as a notice (promises 2, 5, 10)', (_, attempt) => {
    expect(told(attempt)).toEqual({ notices: [], lastDay: '2026-04-14', endDate: '2026-05-19' });
  });

  it('is not what was unheard where that very notice is about to be sent again', () => {
    const records = new Map([[D35, aRecord(anAttempt({ outcomes: { 0: 'unheard' } }))]]);
    expect(toldOnPage(records, 0, BERLIN, { delivered: new Map(), again: D35 })).toEqual(NOTHING);
    expect(toldOnPage(records, 0, BERLIN, { delivered: new Map(), again: 'd1@2026-05-19' })).toMatchObject({
      lastDay: '2026-04-14',
    });
    const unknown = new Map([[D35, aRecord(anAttempt({ outcomes: { 0: 'unknown' } }))]]);
    expect(toldOnPage(unknown, 0, BERLIN, { delivered: new Map(), again: D35 })).toMatchObject({
      lastDay: '2026-04-14',
    });
  });

  it('counts the day of one that came back, but neither its date nor the notice: it is sent on another day', () => {
    const returned = anAttempt({ outcomes: { 0: 'returned' } });
    expect(told(returned)).toEqual({ notices: [], lastDay: '2026-04-14', endDate: null });
    const again = anAttempt({ number: 2, at: AT + 24 * HOUR, slots: [0], outcomes: { 0: 'accepted' } });
    expect(toldOnPage(new Map([[D35, aRecord(returned, again)]]), 0, BERLIN, { delivered: new Map() })).toEqual({
      notices: [D35],
      lastDay: '2026-04-15',
      endDate: '2026-05-19',
    });
  });

  it('counts one that came back and is known as delivered: the answer was heard of before the delivery', () => {
    const returned = aRecord(anAttempt({ outcomes: { 0: 'returned' } }));
    expect(toldOnPage(new Map([[D35, returned]]), 0, BERLIN, { delivered: new Map([[D35, AT]]) })).toEqual({
      notices: [D35],
      lastDay: '2026-04-14',
      endDate: '2026-05-19',
    });
  });

  it('is nothing by an attempt that SES dropped, though the notice was delivered by another', () => {
    const dropped = anAttempt({ at: AT + 24 * HOUR, outcomes: { 0: 'throttled' } });
    const record = aRecord(anAttempt({ outcomes: { 0: 'accepted' } }), dropped);
    const told = toldOnPage(new Map([[D35, record]]), 0, BERLIN, { delivered: new Map([[D35, AT]]) });
    expect(told).toEqual({ notices: [D35], lastDay: '2026-04-14', endDate: '2026-05-19' });
  });

  it('takes no date from a notice that tells none', () => {
    expect(told(anAttempt({ outcomes: { 0: 'accepted' } }), 'done@2026-05-19')).toMatchObject({ endDate: null });
  });

  it('takes the latest of several', () => {
    const records = new Map([
      ['moved@2026-06-21', aRecord(anAttempt({ at: AT + 50 * HOUR, outcomes: { 0: 'accepted' } }))],
      [D35, aRecord(anAttempt({ outcomes: { 0: 'accepted' } }))],
    ]);
    expect(toldOnPage(records, 0, BERLIN, { delivered: new Map() })).toMatchObject({
      lastDay: '2026-04-16',
      endDate: '2026-06-21',
    });
  });
});

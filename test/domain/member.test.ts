import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  factKey,
  factsOf,
  hasAddress,
  LEAVING,
  NOTICE_FACTS,
  PERSON_FACTS,
  type Told,
  toldTogether,
} from '../../functions/domain/member.ts';
import { isoInstant, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import { aProfile, endDates, NO_FACTS, NOTHING_TOLD } from './examples.ts';

const D35 = 'd35@2026-05-19';
const D1 = 'd1@2026-05-19';
const at = parseInstant('2026-04-14T08:00:00Z');

const told: fc.Arbitrary<Told> = fc.record({
  notices: fc.uniqueArray(fc.constantFrom(D35, 'd14@2026-05-19', D1, 'moved@2026-06-21', 'd35@2026-06-21')),
  lastDay: fc.option(endDates),
  endDate: fc.option(endDates),
});
const asSet = ({ notices, ...rest }: Told) => ({ notices: new Set(notices), ...rest });

describe('what a person was told on two pages', () => {
  it('keeps the latest date and the latest day, never an earlier one (promise 2)', () => {
    fc.assert(
      fc.property(told, told, (before, here) => {
        const both = toldTogether(before, here);
        for (const each of [before, here]) {
          if (each.endDate !== null) expect((both.endDate as string) >= each.endDate).toBe(true);
          if (each.lastDay !== null) expect((both.lastDay as string) >= each.lastDay).toBe(true);
          expect(both.notices).toEqual(expect.arrayContaining([...each.notices]));
        }
      }),
    );
  });

  it('does not depend on the order, nor on how often it is put together (promise 9)', () => {
    fc.assert(
      fc.property(told, told, told, (a, b, c) => {
        expect(asSet(toldTogether(a, b))).toEqual(asSet(toldTogether(b, a)));
        expect(asSet(toldTogether(toldTogether(a, b), c))).toEqual(asSet(toldTogether(a, toldTogether(b, c))));
        expect(toldTogether(toldTogether(a, b), b)).toEqual(toldTogether(a, b));
      }),
    );
  });

  it('names a notice once, though it stands on both', () => {
    const one: Told = { ...NOTHING_TOLD, notices: [D35] };
    expect(toldTogether(one, one).notices).toEqual([D35]);
  });

  it('is what it was where nothing is added', () => {
    fc.assert(
      fc.property(told, (one) => {
        expect(toldTogether(one, NOTHING_TOLD)).toEqual(one);
        expect(toldTogether(NOTHING_TOLD, one)).toEqual(one);
      }),
    );
  });
});

describe('facts', () => {
  const read = (...keys: string[]) => factsOf(Object.fromEntries(keys.map((key) => [key, isoInstant(at)])));

  it('are none for who has none', () => {
    expect(factsOf({})).toEqual(NO_FACTS);
  });

  it('take a delivery with its instant', () => {
    const facts = read(factKey('delivered', D35));
    expect(facts.delivered).toEqual(new Map([[D35, at]]));
    expect(facts.failed).toEqual(new Map());
  });

  it.each(NOTICE_FACTS.filter((kind) => kind !== 'refused'))(
    'take any word of SES, here "%s", as proof that it had accepted the notice',
    (kind) => expect(read(factKey(kind, D35)).heard).toEqual(new Set([D35])),
  );

  it('do not take a refusal in the call itself for an acceptance', () => {
    const { heard, failed } = read(factKey('refused', D35));
    expect([heard, failed]).toEqual([new Set(), new Map([[D35, 'refused']])]);
  });

  it.each(NOTICE_FACTS.filter((kind) => kind !== 'delivered'))('never take "%s" for a delivery (promise 5)', (kind) => {
    const facts = read(factKey(kind, D35));
    expect(facts.delivered.size).toBe(0);
    expect(facts.seen.size).toBe(0);
  });

  it.each([
    ['later', MINUTE, false],
    ['at the same instant', 0, false],
    ['before', -MINUTE, true],
  ])('take no delivery for one that came back %s, as servers do that take mail and return it', (_, after, stays) => {
    const facts = factsOf({
      [factKey('delivered', D35)]: isoInstant(at),
      [factKey('bounced', D35)]: isoInstant(at + after),
      [factKey('delivered', D1)]: isoInstant(at),
    });
    expect([...facts.delivered.keys()]).toEqual(stays ? [D35, D1] : [D1]);
    expect(facts.failed.get(D35)).toBe('bounced');
  });

  it.each(NOTICE_FACTS.filter((kind) => kind !== 'bounced' && kind !== 'delivered'))(
    'keep a delivery whatever "%s" says later',
    (kind) => {
      const facts = factsOf({
        [factKey('delivered', D35)]: isoInstant(at),
        [factKey(kind, D35)]: isoInstant(at + MINUTE),
      });
      expect(facts.delivered.get(D35)).toBe(at);
    },
  );

  it.each(NOTICE_FACTS.filter((kind) => !['delivered', 'delayed', 'soft-bounced'].includes(kind)))(
    'let "%s" stand where the notice was given back for now too, in whichever order they are read',
    (kind) => {
      const rows: [string, string][] = [kind, 'soft-bounced' as const].map((each) => [
        factKey(each, D35),
        isoInstant(at),
      ]);
      for (const order of [rows, rows.toReversed()])
        expect(factsOf(Object.fromEntries(order)).failed.get(D35)).toBe(kind);
    },
  );

  it('keep that a notice was given back for now where nothing else is known of it', () => {
    expect(factsOf({ [factKey('soft-bounced', D35)]: isoInstant(at) }).failed.get(D35)).toBe('soft-bounced');
  });

  it('do not take a delay for an end', () => {
    expect(read(factKey('delayed', D35)).failed.size).toBe(0);
    expect(read(factKey('bounced', D35)).failed).toEqual(new Map([[D35, 'bounced']]));
  });

  it('do not take what was seen in the app for a word of SES', () => {
    const facts = read(factKey('seen', D1));
    expect(facts.seen).toEqual(new Map([[D1, at]]));
    expect(facts.heard.size).toBe(0);
  });

  it('tell a complaint about a notice from the person’s own complaint', () => {
    expect(read(factKey('complained', D35)).complained).toBeUndefined();
    expect(read(factKey('complained')).complained).toBe(at);
    expect(read(factKey('complained')).failed.size).toBe(0);
  });

  it.each(PERSON_FACTS)('keep "%s" of the person with its instant', (kind) => {
    expect(read(factKey(kind))).toMatchObject({ [kind]: at });
  });

  it('have a key of their own each, so that none overwrites another', () => {
    const keys = [
      ...NOTICE_FACTS.flatMap((kind) => [factKey(kind, D35), factKey(kind, D1)]),
      ...PERSON_FACTS.map((kind) => factKey(kind)),
      factKey('seen', D35),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('who can be reached by mail', () => {
  it('is who has an address', () => {
    expect(hasAddress(aProfile())).toBe(true);
  });

  it.each([
    null,
    '',
    'ana',
    'ana@example.com,bo@example.com',
    'ana@example.com\r\nBcc: bo@example.com',
    'Ana <ana@example.com>',
  ])('is nobody with %j for one: it might reach somebody else', (email) => {
    expect(hasAddress(aProfile({ email }))).toBe(false);
  });

  it('is nobody whom the platform does not know', () => {
    expect(hasAddress(undefined)).toBe(false);
  });
});

describe('who is leaving', () => {
  it('is waited for as long as any call that may be mailing them lasts: Lambda ends each after fifteen minutes', () => {
    expect(LEAVING).toBe(15 * MINUTE);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrintable, printable } from '../../functions/domain/printable.ts';

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', '\r', '\u202e', '\u2069', '\u200f', '\ud83d', '\ude42') }),
);

describe('printable text', () => {
  it.each([
    ['line breaks and tabs', 'a\n\tb'],
    ['marks of direction', '\u200ea\u200fb\u061c'],
    ['joiners', 'क\u200dष\u200c'],
    ['a whole emoji', '🙂'],
    ['nothing', ''],
  ])('has %s', (_, text) => {
    expect(isPrintable(text)).toBe(true);
    expect(printable(text)).toBe(text);
  });

  it.each([
    '\0',
    '\u0007',
    '\u000b',
    '\r',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u009f',
    '\u2028',
    '\u2029',
    '\u202a',
    '\u202e',
  ])('has no %j, and is without it what is left', (sign) => {
    expect(isPrintable(`a${sign}b`)).toBe(false);
    expect(printable(`a${sign}b`)).toBe('ab');
  });

  it('has no half of a sign: that becomes the sign for one', () => {
    expect(isPrintable('a\ud800')).toBe(false);
    expect(printable('a\ud800')).toBe('a\ufffd');
  });

  it('is what is left of any text, the same however often it is asked, and nothing is taken from what was printable', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const left = printable(text);
        expect(isPrintable(left)).toBe(true);
        expect(printable(left)).toBe(left);
        expect(isPrintable(text)).toBe(left === text);
      }),
      { numRuns: 500 },
    );
  });
});

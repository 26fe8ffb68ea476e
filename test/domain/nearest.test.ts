import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { nearest } from '../../functions/domain/nearest.ts';

const COHORTS = ['pilot', 'eea', 'rest-first', 'rest'];

describe('the nearest name', () => {
  test.each([
    ['pliot', 'pilot'],
    ['Pilot', 'pilot'],
    ['ea', 'eea'],
    ['eea-2', 'eea'],
    ['rest_first', 'rest-first'],
    ['rest-f', 'rest-first'],
    ['test', 'rest'],
  ])('of %s is %s', (given, meant) => {
    expect(nearest(given, COHORTS)).toBe(meant);
  });

  test.each(['', 'x', 'us', 'everybody', 'north-america'])('is none for %j, which nobody can have meant', (given) => {
    expect(nearest(given, COHORTS)).toBeUndefined();
  });

  test.each([
    ['abc', 'axy', 'two letters of three are another name'],
    ['b', 'a', 'one letter of one is another name'],
    ['ab', 'xy', 'two letters of two are another name'],
  ])('of %s is not %s: %s', (given, known) => {
    expect(nearest(given, [known])).toBeUndefined();
  });

  test.each([
    ['rezz', 'rest', 'two letters of four may be typed wrongly'],
    ['abcdefghi', 'abcdefxyz', 'a third of a long one may'],
  ])('of %s may be %s: %s', (given, known) => {
    expect(nearest(given, [known])).toBe(known);
  });

  it('is none where nothing is known', () => {
    expect(nearest('eea', [])).toBeUndefined();
  });

  it('is always the name itself where it is known and has two letters', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{2,40}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(names, fc.nat(), (known, at) => {
        const name = known[at % known.length] as string;
        expect(nearest(name, known)).toBe(name);
      }),
    );
  });

  it('takes a name of any length in good time', () => {
    expect(nearest('x'.repeat(1_000_000), COHORTS)).toBeUndefined();
  });
});

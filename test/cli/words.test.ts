import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { splitCommand } from '../../bin/commands/words.ts';

describe('a command line is split', () => {
  it.each([
    ["hold eu-2 --reason 'support overloaded'", ['hold', 'eu-2', '--reason', 'support overloaded']],
    ['hold  --reason "it\'s \\"late\\""\n', ['hold', '--reason', 'it\'s "late"']],
    ["--reason='a b'c", ['--reason=a bc']],
    ['a\\ b \\\\', ['a b', '\\']],
    ['"\\n"', ['\\n']],
    ["'' x", ['', 'x']],
    ['', []],
  ])('%s', (text, words) => expect(splitCommand(text)).toEqual(words));

  it.each([
    ["hold --reason 'support", /the quote ' at sign 15 has no end/],
    ['hold "', /the quote " at sign 6 has no end/],
    ['hold eu-2\\', /ends with a backslash/],
  ])('but not %s', (text, why) => expect(() => splitCommand(text)).toThrow(why));

  it('into the words that were quoted, whatever they are', () => {
    const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(splitCommand(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });
});

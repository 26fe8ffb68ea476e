/** Letters with places in them: read once, filled again and again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fill, type Filling, type Piece, piecesOf } from '../../functions/mail/slots.ts';

/** Places say their own name; lists have the entries that are given here. */
function filling(lists: Readonly<Record<string, readonly Filling[]>> = {}, prefix = ''): Filling {
  return { value: (slot) => `${prefix}${slot}`, entries: (list) => lists[list] ?? [] };
}

/** The other way round: what `piecesOf` has read, as it is written. */
function written(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return 'slot' in piece ? `[[${piece.slot}]]` : `[[#${piece.each}]]${written(piece.of)}[[/${piece.each}]]`;
    })
    .join('');
}

const names = fc.stringMatching(/^[A-Za-z][A-Za-z.]{0,8}$/);
/** With single brackets, braces and signs of markup, but no place. */
const plain = fc
  .string({ unit: fc.constantFrom('a', '[', '{', '<', '&', '\n', '😀') })
  .filter((text) => !text.includes('[['));
const { tree: letters } = fc.letrec<{ tree: Piece[]; piece: Piece }>((tie) => ({
  tree: fc.array(tie('piece'), { maxLength: 6 }),
  piece: fc.oneof(
    { depthSize: 'small' },
    plain,
    fc.record({ slot: names }),
    fc.record({ each: names, of: tie('tree') }),
  ),
}));

describe('reading', () => {
  it('finds text and places in their order', () => {
    expect(piecesOf('<p>[[heading.why]]</p>')).toEqual(['<p>', { slot: 'heading.why' }, '</p>']);
    expect(piecesOf('[[a]][[b]]')).toEqual([{ slot: 'a' }, { slot: 'b' }]);
  });

  it('finds lists, and lists within lists', () => {
    expect(piecesOf('1[[#a]]2[[x]][[#b]]3[[/b]][[/a]]4')).toEqual([
      '1',
      { each: 'a', of: ['2', { slot: 'x' }, { each: 'b', of: ['3'] }] },
      '4',
    ]);
  });

  it('finds nothing in nothing', () => expect(piecesOf('')).toEqual([]));

  it.each(['[a]', '[[a b]]', '[[]]', '[[', ']]', '[[a]', '{{a}}', '[[a-b]]'])('takes %s for text', (text) => {
    expect(piecesOf(text)).toEqual([text]);
  });

  it.each([
    ['[[#a]]', '[[#a]] is not closed'],
    ['[[#a]][[#b]][[/b]]', '[[#a]] is not closed'],
    ['x[[/a]]', '[[/a]] closes nothing'],
    ['[[#a]][[/b]]', '[[/b]] closes a'],
    ['[[#a]][[#b]][[/a]][[/b]]', '[[/a]] closes b'],
    ['[[#a]][[/a]][[/a]]', '[[/a]] closes nothing'],
  ])('refuses %s', (text, why) => {
    expect(() => piecesOf(text)).toThrow(new Error(why));
  });

  it('loses and adds nothing, whatever stands between the places', () => {
    fc.assert(
      fc.property(letters, (tree) => {
        const text = written(tree);
        expect(written(piecesOf(text))).toBe(text);
      }),
    );
  });
});

describe('filling', () => {
  it('writes a value into each place', () => {
    expect(fill(piecesOf('<p>[[a]], [[b]], [[a]]</p>'), filling())).toBe('<p>a, b, a</p>');
  });

  it('repeats a list for each of its entries, with the entry’s own values', () => {
    const lists = { each: [filling({}, 'first '), filling({}, 'second ')] };
    expect(fill(piecesOf('[[a]]:[[#each]] [[a]];[[/each]]'), filling(lists))).toBe('a: first a; second a;');
  });

  it('asks the entry for the lists within it', () => {
    const lists = { outer: [filling({ inner: [filling({}, 'x')] }), filling()] };
    expect(fill(piecesOf('[[#outer]]<[[#inner]][[a]][[/inner]]>[[/outer]]'), filling(lists))).toBe('<xa><>');
  });

  it('leaves nothing of a list without entries', () => {
    expect(fill(piecesOf('1[[#none]]<h2>[[a]]</h2>[[/none]]2'), filling())).toBe('12');
  });

  it('never reads what was filled in: a value that looks like a place stays a value', () => {
    const strange = { value: () => '[[b]]', entries: () => [] };
    expect(fill(piecesOf('[[a]]'), strange)).toBe('[[b]]');
  });
});

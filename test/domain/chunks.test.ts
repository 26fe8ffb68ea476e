/** What a service takes at once. */
import { describe, expect, it } from 'vitest';

import { chunks } from '../../functions/domain/chunks.ts';

describe('chunks', () => {
  it.each([
    ['the last one is shorter', [1, 2, 3, 4, 5], [[1, 2], [3, 4], [5]]],
    [
      'all are full',
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['there are none of nothing', [], []],
  ])('hold everything once and in order: %s', (_, items, parts) => expect(chunks(items, 2)).toEqual(parts));
});

/** Several things at once, but not all: what follows waits for the last. */

import { chunks } from '../domain/chunks.ts';

/** In the order of `items`, whatever order they end in. */
export async function inParallel<T, R>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (const some of chunks(items, atOnce)) results.push(...(await Promise.all(some.map(work))));
  return results;
}

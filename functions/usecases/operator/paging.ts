/** Lists are answered page by page: how long a page is, and where the next begins. */
import { refuse } from './refusal.ts';

const PAGE = 50;

/** As the contract has it: text, up to a hundred. */
export function limitOf(limit: string | undefined): number {
  return limit === undefined ? PAGE : Number(limit);
}

export function refuseCursor(): never {
  return refuse('bad-request', 'The cursor is none that this list has answered.', 'Begin without a cursor.');
}

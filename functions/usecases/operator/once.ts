/**
 * A write is done once for its key: asked again it is answered as before. One that failed, or whose process died, may be
 * asked for again with the same key; what it does may then be done twice.
 */
import { createHash } from 'node:crypto';

import { ERRORS, IDEMPOTENCY_HEADER } from '../../contracts/operator-api.ts';
import type { Office } from '../../ports.ts';
import { Refusal, refuse } from './refusal.ts';
import type { Asker } from './situation.ts';

export interface Answer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** @param request what is asked for, in every part that makes it another request */
export async function once(
  { office }: Pick<Office, 'office'>,
  { who, now }: Asker,
  x: { key: string; request: readonly string[] },
  write: () => Promise<Answer>,
): Promise<Answer> {
  if (!/^[\w-]{8,64}$/.test(x.key))
    refuse(
      'bad-request',
      `A write needs the header ${IDEMPOTENCY_HEADER}: 8 to 64 letters, digits, - or _.`,
      'Give each write a key of its own, and repeat it with the same key.',
    );
  const request = createHash('sha256').update(x.request.join('\n')).digest('hex');
  const key = `${who}#${x.key}`;
  const there = await office.rememberKey(key, { who, request, at: now });
  if (there !== null && there.request !== request)
    refuse(
      'key-reused',
      `This ${IDEMPOTENCY_HEADER} was given with another request.`,
      'Give each write a key of its own.',
    );
  if (there?.answer) return there.answer;
  const answer = await write().catch(refused);
  await office.rememberAnswer(key, answer);
  return answer;
}

/** A refusal is an answer too. */
export function refused(error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error;
  return { status: ERRORS[error.error.code], body: JSON.stringify(error.error) };
}

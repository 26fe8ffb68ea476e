/** Dead letters are brought back to their queue, once their cause is mended. */
import { type BodyOf, QUEUES } from '../../contracts/operator-api.ts';
import { counted } from '../../domain/english.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Office } from '../../ports.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import type { Asker } from './situation.ts';

export async function redrive(
  office: Pick<Office, 'ledger' | 'surroundings'>,
  asker: Asker,
  { queue, reason }: BodyOf<'redrive'> & { readonly queue: string },
): Promise<{ sentence: string }> {
  if (!QUEUES.some((name) => name === queue)) {
    const close = nearest(queue, QUEUES);
    refuse(
      'unknown-queue',
      `There is no queue "${queue}" with dead letters to bring back; there are ${QUEUES.join(', ')}.`,
      close === undefined ? 'Choose one of these.' : `Did you mean ${close}?`,
      close === undefined ? {} : { nearest: close },
    );
  }
  const fact = { what: 'redriven', why: reason, subject: queue } as const;
  const letters = await recorded(office, asker, fact, () => office.surroundings.redrive(queue));
  return {
    sentence:
      letters === 0
        ? `The queue of ${queue} has no dead letters.`
        : `About ${counted(letters, 'letter goes', 'letters go')} back to the queue of ${queue}.`,
  };
}

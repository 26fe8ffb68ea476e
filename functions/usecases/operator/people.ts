/** What operators do for one person: leave them out, or say what they have told support. */
import type { BodyOf } from '../../contracts/operator-api.ts';
import { judgeSignal } from '../../domain/signal.ts';
import { isoInstant } from '../../domain/time.ts';
import type { Office } from '../../ports.ts';
import { takeSignal } from '../signals.ts';
import { standingOf } from '../standing.ts';
import { memberNamed } from './decisions.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, type Asker } from './situation.ts';

interface Done {
  readonly sentence: string;
}

export async function exempt(
  office: Office,
  asker: Asker,
  { person, reason }: BodyOf<'exempt'> & { readonly person: string },
): Promise<Done> {
  await activeSunset(office);
  const member = await memberNamed(office, person);
  if (member.exempt) refuse('already-exempt', 'This person is exempt already.', 'There is nothing to do.');
  const fact = { what: 'exempted', why: reason, subject: person, to: 'exempt' } as const;
  await recorded(office, asker, fact, () => office.ledger.exempt(person, asker.now));
  return { sentence: 'The person is exempt: they are mailed nothing more, and their chats stay encrypted.' };
}

export async function signal(
  office: Office,
  asker: Asker,
  x: BodyOf<'signal'> & { readonly person: string },
): Promise<Done> {
  const { person, reason } = x;
  const { sunset } = await activeSunset(office);
  await memberNamed(office, person);
  const { now } = asker;
  const standing = await standingOf(office, sunset, person);
  const answer = judgeSignal({ plan: sunset.plan, signal: x.signal, ...standing, at: now, now });
  if (answer.kind === 'known') return { sentence: `It is known already: ${x.signal}.` };
  if (answer.kind === 'refuse')
    return refuse(
      'signal-refused',
      `The signal ${x.signal} cannot be taken: ${answer.reason}.`,
      'docs/operating.md says what each reason means.',
    );
  const fact = { what: 'signalled', why: reason, subject: person, to: x.signal } as const;
  await recorded(office, asker, fact, () =>
    takeSignal(office, { userId: person, signal: x.signal, at: isoInstant(now) }),
  );
  return { sentence: `Taken: ${x.signal}.` };
}

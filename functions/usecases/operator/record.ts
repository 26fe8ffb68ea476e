/**
 * The audit trail of what operators do. The entry stands before the deed: whoever is cut off in between has left a trace
 * of what they were about to do. A deed that is refused then is followed by an entry that says so.
 */
import type { AuditFact } from '../../domain/audit.ts';
import { printable } from '../../domain/printable.ts';
import { isoInstant } from '../../domain/time.ts';
import type { World } from '../../ports.ts';
import { Refusal } from './refusal.ts';
import type { Asker } from './situation.ts';

type Needs = Pick<World, 'ledger'>;
type Fact = Pick<AuditFact, 'what' | 'why' | 'subject'> & Partial<Pick<AuditFact, 'from' | 'to'>>;

/** Writes down what is about to be done, then does it. A deed that answers `false` was not done. */
export async function recorded<T>(
  { ledger }: Needs,
  { who, now }: Pick<Asker, 'who' | 'now'>,
  fact: Fact,
  deed: () => Promise<T>,
): Promise<T> {
  const at = isoInstant(now);
  // Half a sign could come back from a table as another one, and break the chain.
  const why = printable(fact.why);
  const { number } = await ledger.appendAudit({ from: null, to: null, ...fact, why, who, at });
  const notDone = () => {
    const { what, subject } = fact;
    const about = { what: 'not-done', why: `${what}, entry ${number}`, subject } as const;
    return ledger.appendAudit({ ...about, at, who, from: null, to: null });
  };
  try {
    const done = await deed();
    if (done === false) await notDone();
    return done;
  } catch (error) {
    if (error instanceof Refusal) await notDone();
    throw error;
  }
}

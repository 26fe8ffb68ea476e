/**
 * The audit trail of what operators do. The entry stands before the deed: whoever is cut off in between has left a trace
 * of what they were about to do. A deed that is refused then is followed by an entry that says so.
 */
import type { AuditFact } from '../../domain/audit.ts';
import { isoInstant } from '../../domain/time.ts';
import type { World } from '../../ports.ts';
import { Refusal } from './refusal.ts';
import type { Asker } from './standing.ts';

type Needs = Pick<World, 'ledger'>;
type Fact = Pick<AuditFact, 'what' | 'why' | 'subject'> & Partial<Pick<AuditFact, 'from' | 'to'>>;

/** Writes down what is about to be done, then does it. */
export async function recorded<T>(
  { ledger }: Needs,
  { who, now }: Pick<Asker, 'who' | 'now'>,
  fact: Fact,
  deed: () => Promise<T>,
): Promise<T> {
  const at = isoInstant(now);
  const { number } = await ledger.appendAudit({ from: null, to: null, ...fact, who, at });
  try {
    return await deed();
  } catch (error) {
    const { what, subject } = fact;
    if (error instanceof Refusal)
      await ledger.appendAudit({
        at,
        who,
        what: 'not-done',
        why: `${what}, entry ${number}`,
        subject,
        from: null,
        to: null,
      });
    throw error;
  }
}

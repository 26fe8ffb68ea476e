/** Writes into the audit trail what an operator did. */
import type { AuditFact } from '../../domain/audit.ts';
import { isoInstant } from '../../domain/time.ts';
import type { World } from '../../ports.ts';
import type { Asker } from './standing.ts';

export async function record(
  { ledger }: Pick<World, 'ledger'>,
  { who, now }: Pick<Asker, 'who' | 'now'>,
  fact: Pick<AuditFact, 'what' | 'why' | 'subject'> & Partial<Pick<AuditFact, 'from' | 'to'>>,
): Promise<void> {
  await ledger.appendAudit({ from: null, to: null, ...fact, who, at: isoInstant(now) });
}

/**
 * Composition of what copies the audit trail. In a file of its own, as the office is: the client of S3 must be in no
 * bundle that does not need it.
 */
import { S3Client } from '@aws-sdk/client-s3';

import { createWitness } from '../adapters/witness.ts';
import type { Ledger, Witness } from '../ports.ts';
import { scheduled } from './handler.ts';
import { createLog } from './log.ts';
import { createWorld, need, readEnvironment } from './world.ts';

/** A step that a clock starts and that copies audit entries. */
export function copier(step: (world: { readonly ledger: Ledger; readonly witness: Witness }) => Promise<unknown>) {
  const log = createLog('audit');
  const told = readEnvironment('audit', process.env);
  const { ledger } = createWorld(told, log);
  return scheduled(step)(log, { ledger, witness: createWitness(new S3Client({}), need(told, 'AUDIT_BUCKET')) });
}

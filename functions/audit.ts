/** Every quarter of an hour: what has no copy yet is copied. */
import { copier } from './runtime/witness.ts';
import { copyAudit } from './usecases/operator/audit-trail.ts';

export const handler = copier(copyAudit);

/** Synthesises the stacks of a plan, as `cdk synth` does it, into a folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { App } from 'aws-cdk-lib';

import type { Plan } from '../../functions/domain/plan.ts';
import { deploy } from '../../lib/deployment.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Writes the assembly to `outdir`. */
export function synthesise(plan: Plan, outdir: string): void {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const senderIdentity = plan.sender.address.slice(plan.sender.address.indexOf('@') + 1);
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { ...context, sunset: plan.sunset, senderIdentity },
  });
  deploy(app);
  app.synth();
}

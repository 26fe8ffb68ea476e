/** Synthesises the stacks of a plan into a folder, as the CDK's command line does it: the app, in a process of its own. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Plan } from '../../functions/domain/plan.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Writes the assembly to `outdir`. Throws with what the app printed where it fails. */
export async function synthesise(plan: Plan, outdir: string): Promise<void> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const senderIdentity = plan.sender.address.slice(plan.sender.address.indexOf('@') + 1);
  // Two segments show that they share the work; more would only cost requests here.
  const settings = { ...context, sunset: plan.sunset, senderIdentity, sweepSegments: 2 };
  await promisify(execFile)(process.execPath, [join(ROOT, 'bin/app.ts')], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(settings) },
  });
}

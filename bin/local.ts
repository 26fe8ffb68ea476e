/** `npm start`: the whole system on this machine. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parsePlan } from '../functions/domain/plan-file.ts';
import { readArguments, USAGE } from './local/arguments.ts';
import { generateAudience } from './local/audience/generate.ts';
import { readAudience } from './local/audience/read.ts';
import { defaultStart, runCampaign } from './local/campaign.ts';
import { createRecord } from './local/outside/record.ts';

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  if (given === undefined) return console.log(USAGE);
  const result = parsePlan(readFileSync(given.plan, 'utf8'));
  if ('errors' in result) throw new Error(result.errors.map(({ sentence }) => `${given.plan}: ${sentence}`).join('\n'));
  const { plan } = result;
  const from = given.from ?? defaultStart(plan);
  const audience = given.audience === undefined ? generateAudience(from) : await readAudience(given.audience);
  const out = given.out ?? mkdtempSync(join(tmpdir(), 'sunset-'));
  const record = createRecord(out);
  const end = await runCampaign({
    plan,
    audience,
    from,
    until: given.until,
    tickMinutes: given.tick,
    chaosSeed: given.chaos,
    record,
    logFile: join(out, 'functions.log'),
    onProgress: ({ now, mails, disabled }) =>
      console.log((performance.now() / 1000).toFixed(1), new Date(now).toISOString(), mails, disabled),
    stopping: () => false,
  });
  await record.close();
  console.log(JSON.stringify(end, null, 1));
}

try {
  await main();
} catch (error) {
  console.error((error as Error).stack);
  process.exitCode = 1;
}

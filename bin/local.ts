/** `npm start`: the whole system on this machine, for one campaign. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LANGUAGES, languagesOf } from '../functions/domain/language.ts';
import { checkReachable } from '../functions/domain/plan-file.ts';
import { type Arguments, readArguments, USAGE } from './local/arguments.ts';
import { generateAudience } from './local/audience/generate.ts';
import { readAudience } from './local/audience/read.ts';
import { type CampaignEnd, type CampaignState, defaultStart, runCampaign } from './local/campaign.ts';
import { plainScript } from './local/operators.ts';
import { createRecord } from './local/outside/record.ts';
import { startPages } from './local/pages/pages.ts';
import { readPlan, refusal } from './local/plan.ts';
import { createProgress } from './local/progress.ts';
import { readScript } from './local/script.ts';
import { summaryLines } from './local/summary.ts';

const CHECKER = join(import.meta.dirname, '../test/local/checker/check.ts');
const [WRONG_USE, INTERRUPTED] = [2, 130];

const say = (line = '') => console.log(line);

/** Resolves with the exit code. */
async function main(given: Arguments): Promise<number> {
  const plan = readPlan(given.plan);
  const from = given.from ?? defaultStart(plan);
  const unreachable = checkReachable(plan, from);
  if (unreachable.length > 0) throw refusal(given.plan, unreachable);
  const script = given.script === undefined ? plainScript(plan, given.plan, from) : readScript(given.script, from);
  const audience = given.audience === undefined ? generateAudience(from) : await readAudience(given.audience);
  const out = given.out ?? mkdtempSync(join(tmpdir(), 'sunset-'));
  const interruption = new AbortController();
  const interrupt = () => (interruption.signal.aborted ? process.exit(INTERRUPTED) : interruption.abort());
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  let state: CampaignState = { now: from, cohorts: [], mails: 0, events: 0, disabled: 0 };
  let over = false;
  const record = createRecord(out);
  const pages = await startPages({
    directory: out,
    port: given.port,
    state: () => state,
    running: () => !over,
  });
  say(
    `Sunset of ${plan.feature['en'] ?? plan.sunset} for ${count(audience.users, 'people')} and ${count(audience.chats, 'chats')},`,
  );
  say(`by ${given.plan}: ${plan.cohorts.map(({ id, endDate }) => `${id} until ${endDate}`).join(', ')}.`);
  const silent = LANGUAGES.filter((language) => !languagesOf(plan).includes(language));
  if (silent.length > 0) say(`The plan does not speak ${silent.join(', ')}: these people get another language.`);
  say(`Everything is on this machine, no mail leaves it. The letters: ${pages.url}`);
  say();

  const encrypted = audience.chats.filter(({ encryption }) => encryption === 'e2ee');
  const reached = new Set(encrypted.flatMap(({ participants }) => participants));
  const progress = createProgress(process.stdout, {
    letters: reached.size * (plan.stages.length + 1),
    chats: encrypted.length,
    waves: plan.guardRails.waves.length,
  });
  let code = 0;
  try {
    await runCampaign({
      plan,
      audience,
      script,
      onStart({ operatorUrl }) {
        say(`Operators: SUNSET_LOCAL=${operatorUrl} npm run --silent sunset -- --local --as first-operator status`);
        say();
      },
      from,
      until: given.until,
      tickMinutes: given.tick,
      chaosSeed: given.chaos,
      record,
      logFile: join(out, 'functions.log'),
      onProgress: (now) => progress.show((state = now)),
      stopping: () => interruption.signal.aborted,
      async afterwards(end, serve) {
        await record.close();
        progress.end();
        over = true;
        say();
        for (const line of summaryLines(end, from)) say(line);
        const unfinished = given.until !== undefined || interruption.signal.aborted || end.held.length > 0;
        code = interruption.signal.aborted ? INTERRUPTED : await judge(out, { plan: given.plan, end, unfinished });
        if (given.out !== undefined) say(`What was seen from outside is in ${out}.`);
        if (given.once || interruption.signal.aborted) return;
        say(`The letters stay at ${pages.url}, their links work, and operators are answered, until Ctrl-C.`);
        await serve(interruption.signal);
      },
    });
    return code;
  } finally {
    await pages.close();
    if (given.out === undefined) rmSync(out, { recursive: true, force: true });
  }
}

/** Asks the checker, which reads only the files and shares no line with the product. @returns 1 if anything is amiss */
async function judge(
  out: string,
  { plan, end, unfinished }: { plan: string; end: CampaignEnd; unfinished: boolean },
): Promise<0 | 1> {
  const options = ['--plan', plan, '--kills', String(end.kills), ...(unfinished ? ['--unfinished'] : [])];
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    const checker = execFile(process.execPath, [CHECKER, out, ...options], (_, stdout, stderr) =>
      resolve({ code: checker.exitCode ?? 1, output: `${stdout}${stderr}`.trimEnd() }),
    );
  });
  say();
  say(output);
  if (code === 0 && end.held.length === 0) return 0;
  say(
    code === 0
      ? 'Only held work is left: nobody here may release it.'
      : 'A promise was broken, or could not be judged.',
  );
  return 1;
}

const count = (items: readonly unknown[], name: string) => `${items.length.toLocaleString('en')} ${name}`;

let given: Arguments | undefined;
try {
  given = readArguments(process.argv.slice(2));
  if (given === undefined) say(USAGE);
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = WRONG_USE;
}
if (given !== undefined)
  process.exitCode = await main(given).catch((error: Error) => {
    console.error(error.message);
    return 1;
  });

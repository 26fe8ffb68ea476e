/**
 * The operators of the local system. They type commands of `sunset`, signed with their own names, and what they are
 * answered is written down. Without a script two of them apply and activate the plan, and arm each cohort half a day
 * before its first wave, for the head-count of the latest sweep.
 */
import type { Plan } from '../../functions/domain/plan.ts';
import { HOUR, type Instant, isoInstant, MINUTE } from '../../functions/domain/time.ts';
import { wavesStart } from '../../functions/domain/notice.ts';
import { localOperator } from '../commands/connection.ts';
import { EXIT } from '../commands/exit.ts';
import type { Io } from '../commands/io.ts';
import { sunset } from '../commands/sunset.ts';
import { splitCommand } from '../commands/words.ts';
import type { LocalCloud } from './cloud/cloud.ts';
import type { OperatorLine } from './outside/record.ts';
import type { ScriptEntry } from './script.ts';

const [FIRST, SECOND] = ['first-operator', 'second-operator'] as const;
const BEFORE_THE_WAVE = 12 * HOUR;
const LAST_CHANGE = '$change';
const MOST_TRIES = 10;

/** When the operators come to arm a cohort. */
export function armingTimes(plan: Plan): { cohort: string; at: Instant }[] {
  return plan.cohorts
    .map(({ id, endDate }) => ({ cohort: id, at: wavesStart(endDate) - BEFORE_THE_WAVE }))
    .sort((a, b) => a.at - b.at);
}

/** What two people type who have nothing to decide. */
export function plainScript(plan: Plan, file: string, from: Instant): ScriptEntry[] {
  const together = (at: Instant, run: string): ScriptEntry[] => [
    { at, as: FIRST, run },
    ...(plan.approvals === 1 ? [] : [{ at, as: SECOND, run: `approve ${LAST_CHANGE} --yes` }]),
  ];
  return [
    { at: from, as: FIRST, run: `plan apply ${quoted(file)} --reason 'the first plan' --yes` },
    ...together(from, `plan activate --reason 'the plan was read'`),
    ...armingTimes(plan).flatMap(({ cohort, at }) =>
      together(at, `cohort arm ${cohort} --reason 'its notices were sent'`),
    ),
  ];
}

/**
 * Whoever types waits for the answer: what is next in the script comes after it. Whoever gets none, because the function
 * has died, types it again a minute later; what comes of each is told.
 */
export async function typeScript(
  cloud: LocalCloud,
  script: readonly ScriptEntry[],
  answered: (line: OperatorLine) => void,
): Promise<void> {
  for (const { at, as, run } of script) {
    await cloud.until(at);
    for (let tries = 1; ; tries++) {
      const typed = await withChange(cloud, as, run);
      const begun = isoInstant(cloud.now());
      const line = { at: begun, as, run: typed, ...(await type(cloud, as, splitCommand(typed))) };
      answered(line);
      if (line.exit !== EXIT.noAnswer || tries === MOST_TRIES) break;
      await cloud.until(cloud.now() + MINUTE);
    }
  }
}

async function withChange(cloud: LocalCloud, as: string, run: string): Promise<string> {
  if (!splitCommand(run).includes(LAST_CHANGE)) return run;
  const { exit, stdout } = await type(cloud, as, ['changes', '--limit', '1', '--json']);
  if (exit !== 0) return run;
  const { changes } = JSON.parse(stdout) as { changes: { id: string }[] };
  return run.replaceAll(LAST_CHANGE, changes[0]?.id ?? LAST_CHANGE);
}

async function type(
  cloud: LocalCloud,
  as: string,
  words: readonly string[],
): Promise<Pick<OperatorLine, 'exit' | 'stdout' | 'stderr'>> {
  let [stdout, stderr] = ['', ''];
  const io: Io = {
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    isTerminal: false,
    columns: 100,
    environment: {},
    connect: { url: cloud.operatorUrl, credentials: localOperator(as), region: 'us-east-1' },
    now: () => cloud.now(),
  };
  const exit = await sunset(words, io);
  return { exit, stdout, stderr };
}

const quoted = (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`;

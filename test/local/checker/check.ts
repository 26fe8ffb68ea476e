/**
 * `node test/local/checker/check.ts DIR [--plan FILE] [--kills N] [--unfinished]`: reads what a campaign wrote with `--out DIR`, and says
 * of each promise whether it was held. Ends with 0, with 1 if one is broken, with 2 if it could not judge.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { parse } from 'yaml';

import { type Circumstances, judge, type PlanNumbers, type Verdict, type World } from './checker.ts';
import { instant } from './dates.ts';

const USAGE = 'usage: node test/local/checker/check.ts DIR [--plan FILE] [--kills N] [--unfinished]';
const EXAMPLE = fileURLToPath(new URL('../../../examples/instagram-e2ee.yaml', import.meta.url));
const [DAY, HOUR] = [24 * 3_600_000, 3_600_000];

/** Says what is missing or broken, and what to do. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Prints a line a promise; returns the exit code. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<0 | 1 | 2> {
  try {
    const { directory, planFile, ...circumstances } = readArguments(args);
    const plan = await readPlan(planFile);
    const world = await readWorld(directory);
    for (const { cohort } of world.people)
      if (!plan.endDates.has(cohort))
        throw new UnreadableError(`people.jsonl: cohort ${cohort} is not in ${planFile}; give its plan with --plan`);
    const verdicts = judge(world, plan, circumstances);
    for (const verdict of verdicts) print(sentence(verdict));
    return verdicts.some(({ violations }) => violations > 0) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    print(error.message);
    return 2;
  }
}

function sentence({ promise, judged, violations, first }: Verdict): string {
  if (violations === 0) return `promise ${promise}: held (${judged})`;
  const more = violations > first.length ? `; and ${violations - first.length} more` : '';
  return `promise ${promise}: BROKEN: ${first.join('; ')}${more}`;
}

function readArguments(args: readonly string[]): { directory: string; planFile: string } & Required<Circumstances> {
  const options = {
    plan: { type: 'string', default: EXAMPLE },
    kills: { type: 'string', default: '0' },
    unfinished: { type: 'boolean', default: false },
  } as const;
  let given;
  try {
    given = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UnreadableError(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
  const { positionals, values } = given;
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) throw new UnreadableError(USAGE);
  if (!/^\d+$/.test(values.kills)) throw new UnreadableError(`--kills ${values.kills}: expected a whole number`);
  return { directory, planFile: values.plan, kills: Number(values.kills), unfinished: values.unfinished };
}

const at = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return instant(dataset.value);
    } catch {
      addIssue({ message: 'an instant, as 2026-05-08T10:00:00Z' });
      return NEVER;
    }
  }),
);
const date = v.pipe(v.string(), v.isoDate('a date, as 2026-05-08'));
const count = v.pipe(v.number(), v.integer('a whole number'), v.minValue(0));
const counts = v.record(v.string(), count);
const notice = v.pipe(v.string(), v.regex(/^[^@]+@\d{4}-\d\d-\d\d$/));
const participants = v.array(v.string());

/** What is judged of each line; the rest of it, such as a letter's text, is not kept. */
const LINES = {
  mail: v.object({ at, userId: v.string(), notice, endDate: date }),
  events: v.object({ at, kind: v.string(), userId: v.string(), notice }),
  flips: v.object({
    at,
    chatId: v.string(),
    to: v.string(),
    participants,
    cohort: v.nullable(v.string()),
    arming: v.nullable(v.string()),
    encryptedSince: v.nullable(v.string()),
    version: v.nullable(v.number()),
  }),
  people: v.object({
    userId: v.string(),
    cohort: v.string(),
    timeZones: v.pipe(v.array(v.nullable(v.string())), v.minLength(1)),
  }),
  signals: v.object({ at, userId: v.string(), kind: v.string(), notice: v.optional(notice) }),
  chats: v.object({ chatId: v.string(), participants, encryption: v.string(), blocked: v.optional(v.string()) }),
  cohorts: v.object({
    at,
    cohort: v.string(),
    endDate: date,
    arming: v.nullable(v.string()),
    hold: v.boolean(),
    certainFrom: v.nullable(at),
  }),
  operators: v.object({ at, run: v.string(), exit: v.number(), stdout: v.string() }),
};
const REPORT = v.object({
  people: v.object({ total: count, enrolled: count, withoutEncryptedChat: count }),
  chats: v.object({ total: count, neverEncrypted: count, open: count }),
  notices: v.record(v.string(), counts),
  disabled: count,
  blocked: counts,
});

async function readWorld(directory: string): Promise<World> {
  const linesOf = <S extends v.GenericSchema>(name: string, schema: S) =>
    readLines(join(directory, `${name}.jsonl`), schema);
  return {
    report: readValue(REPORT, await readText(join(directory, 'report.json')), join(directory, 'report.json')),
    mail: await linesOf('mail', LINES.mail),
    events: await linesOf('events', LINES.events),
    flips: await linesOf('flips', LINES.flips),
    people: await linesOf('people', LINES.people),
    signals: await linesOf('signals', LINES.signals),
    chats: await linesOf('chats', LINES.chats),
    cohorts: await linesOf('cohorts', LINES.cohorts),
    operators: await linesOf('operators', LINES.operators),
  };
}

/** A line at a time: the letters of a large campaign do not fit into memory. */
async function readLines<S extends v.GenericSchema>(file: string, schema: S): Promise<v.InferOutput<S>[]> {
  const found: v.InferOutput<S>[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
      found.push(readValue(schema, line, `${file}, line ${found.length + 1}`));
  } catch (error) {
    throw asUnreadable(file, error);
  }
  return found;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw asUnreadable(file, error);
  }
}

function asUnreadable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof UnreadableError || code === undefined) return error;
  return new UnreadableError(`${file} cannot be read (${code}); a campaign writes it with --out when it ends`, {
    cause: error,
  });
}

/** The message names the place and the field, never what stood there: it could be an address. */
function readValue<S extends v.GenericSchema>(schema: S, text: string, place: string): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableError(`${place}: not JSON; was the campaign cut off?`);
  }
  return readSchema(schema, value, place);
}

function readSchema<S extends v.GenericSchema>(schema: S, value: unknown, place: string): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const [issue] = issues;
  throw new UnreadableError(
    `${place}: ${v.getDotPath(issue) ?? 'all of it'}: expected ${issue.expected ?? issue.message}`,
  );
}

/** `30 days`, `5 weeks`, `24 hours`, in milliseconds. */
const duration = v.pipe(
  v.string(),
  v.regex(/^\d+ *(hour|day|week)s?$/),
  v.transform(
    (text) => Number.parseInt(text, 10) * (text.includes('hour') ? HOUR : DAY * (text.includes('week') ? 7 : 1)),
  ),
);
const zone = v.string();
const hour = v.pipe(v.number(), v.integer('a whole number'));

/** The plan's numbers, with the defaults of docs/plan.md. */
const PLAN = v.object({
  timeZone: v.optional(zone, 'UTC'),
  cohorts: v.array(v.object({ id: v.string(), endDate: date })),
  stages: v.optional(v.array(v.object({ days: duration, required: v.optional(v.boolean(), false) })), [
    { days: '35 days', required: true },
    { days: '14 days' },
    { days: '7 days' },
    { days: '1 day', required: true },
  ]),
  sendWindow: v.optional(v.object({ from: v.optional(hour, 9), to: v.optional(hour, 20) }), {}),
  guardRails: v.object({
    requiredNotices: v.optional(count, 2),
    minimumNotice: v.optional(duration, '30 days'),
    finalNotice: v.optional(duration, '24 hours'),
    finalWithin: v.optional(duration, '10 days'),
    restoreWindow: v.optional(duration, '72 hours'),
  }),
});

async function readPlan(file: string): Promise<PlanNumbers> {
  let value: unknown;
  try {
    value = parse(await readText(file));
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`${file}: not YAML`, { cause: error });
  }
  const { timeZone, cohorts, stages, sendWindow, guardRails } = readSchema(PLAN, value, file);
  const { requiredNotices, minimumNotice, finalNotice, finalWithin, restoreWindow } = guardRails;
  return {
    timeZone,
    endDates: new Map(cohorts.map(({ id, endDate }) => [id, endDate])),
    stages: stages.map(({ days, required }) => ({ name: `d${days / DAY}`, days: days / DAY, required })),
    sendWindow,
    requiredNotices,
    minimumNotice,
    finalNotice,
    finalWithinDays: finalWithin / DAY,
    restoreWindow,
  };
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));

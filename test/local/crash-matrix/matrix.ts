/**
 * `npm run crash-matrix`: kills each function once at each of its calls, before it, after it was accepted with the reply
 * lost, and after the reply, and writes docs/crash-matrix.md. What is done is kept in out/crash-matrix, and a run that
 * was interrupted goes on there.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { readPlan } from '../../../bin/local/plan.ts';
import { synthesise } from '../../../bin/local/synthesis.ts';
import { isoInstant } from '../../../functions/domain/time.ts';
import { cellOf, DEATHS, type Point, pointsOf, together } from './cells.ts';
import type { Aftermath, Crash, Recording, Stage } from './crashes.ts';
import { LOST, type LostCase } from './lost-events.ts';
import { writeTable } from './table.ts';
import { writePlan } from './world.ts';

const ROOT = join(import.meta.dirname, '../../..');
const USAGE = `node test/local/crash-matrix/matrix.ts [--function NAME] [--only TEXT] [--lanes N] [--fresh] [--list]

  --function NAME  only calls of this function
  --only TEXT      only the point of this number, or points whose name has this text in it
  --lanes N        campaigns at the same time (2)
  --fresh          forget what was done
  --list           only tell the points`;

export interface CellResult {
  readonly hit: string | null;
  readonly repeats: number;
  readonly wrong: readonly string[];
}
interface Done {
  /** Of what the results are: of the code of the functions and of this folder. */
  readonly of: string;
  recording?: Recording;
  /** Of a campaign in which notify has died first. */
  afterCrash?: Recording;
  readonly cells: Record<string, CellResult>;
  readonly lost: Record<string, CellResult & { readonly lostEvents: number }>;
}
/** What a campaign has come to: its end, or why it has none. */
type Ended = { aftermath: Aftermath & { calls: Recording } } | { error: string };

/** After it somebody must find out what has become of a claim. */
const DIED_FIRST: Crash = { point: 'notify SES.SendBulkTemplatedEmail', death: 'accepted' };

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(args: readonly string[]): Promise<0 | 1> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      function: { type: 'string' },
      only: { type: 'string' },
      lanes: { type: 'string', default: '2' },
      fresh: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(USAGE);
    return 0;
  }
  const folder = join(ROOT, 'out/crash-matrix');
  if (values.fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const plan = writePlan(folder);
  const assembly = join(folder, 'assembly');
  rmSync(assembly, { recursive: true, force: true });
  await synthesise(readPlan(plan), assembly);
  const done = readDone(folder, codeOf(assembly));
  const lanes = startLanes(Math.max(1, Number(values.lanes) || 1), { assembly, plan, folder });
  try {
    done.recording ??= await record(lanes, []);
    done.afterCrash ??= await record(lanes, [DIED_FIRST]);
    keep(folder, done);
    const points = pointsOf(done.recording, done.afterCrash);
    const chosen = points.filter(
      ({ number, name, step }) =>
        (values.function === undefined || step === values.function) &&
        (values.only === undefined || values.only === String(number) || name.includes(values.only)),
    );
    if (chosen.length === 0) throw new Error('no point is called so; --list tells them');
    if (values.list) {
      for (const { number, name } of chosen) say(`${number} ${name}`);
      return 0;
    }
    const whole = chosen.length === points.length;
    if (whole) await loseEvents(lanes, folder, done);
    await fillCells(lanes, folder, done, chosen);
    if (whole) await writeTable(join(ROOT, 'docs/crash-matrix.md'), { points, cells: done.cells, lost: done.lost });
    return tell(chosen, done, whole) ? 0 : 1;
  } finally {
    lanes.stop();
  }
}

/** The calls of a campaign that ends as it should. */
async function record(lanes: Lanes, crashes: readonly Crash[]): Promise<Recording> {
  const ended = await lanes.run(crashes);
  const wrong = wrongIn(ended);
  if (wrong.length > 0 || !('aftermath' in ended)) throw new Error(`while recording: ${wrong.join('; ')}`);
  return ended.aftermath.calls;
}

/** Those that are together first; whatever is not well is run again, alone. */
async function fillCells(lanes: Lanes, folder: string, done: Done, chosen: readonly Point[]): Promise<void> {
  const wanted = chosen.flatMap(({ name }) => DEATHS.map((death) => ({ point: name, death })));
  const missing = wanted.filter((cell) => done.cells[cellOf(cell)] === undefined);
  const later = new Set(chosen.filter(({ isAfterCrash }) => isAfterCrash).map(({ name }) => name));
  const campaigns = together(
    chosen,
    missing.filter(({ point }) => !later.has(point)),
  );
  const alone: Crash[] = missing.filter(({ point }) => later.has(point));
  let over = 0;
  const began = performance.now();
  const progress = (what: string) =>
    say(`${++over} of ${campaigns.length} campaigns, ${Math.round((performance.now() - began) / 1000)} s: ${what}`);
  await Promise.all(
    campaigns.map(async (crashes) => {
      const ended = await lanes.run(crashes);
      const isWell = wrongIn(ended).length === 0 && 'aftermath' in ended && ended.aftermath.repeats === 0;
      crashes.forEach((crash, n) => {
        const hit = 'aftermath' in ended ? (ended.aftermath.hits[n] ?? null) : null;
        if (isWell && hit !== null) done.cells[cellOf(crash)] = { hit: isoInstant(hit), repeats: 0, wrong: [] };
        else alone.push(crash);
      });
      keep(folder, done);
      progress(
        isWell ? `${crashes.length} deaths, all well` : `taken apart: ${wrongIn(ended).join('; ') || 'repeats'}`,
      );
    }),
  );
  await Promise.all(
    alone.map(async (crash) => {
      const { point, death } = crash;
      // At the same instant as among the others, or what was wrong there would not be seen again.
      const ended = await lanes.run([...(later.has(point) ? [DIED_FIRST] : []), crash]);
      const result = resultOf(ended);
      done.cells[cellOf({ point, death })] = result;
      keep(folder, done);
      say(`alone: ${point} ${death}: ${result.wrong.join('; ') || `well, ${result.repeats} repeats`}`);
    }),
  );
}

/** The variant in which nothing is heard of the mail that SES took before the process died. */
async function loseEvents(lanes: Lanes, folder: string, done: Done): Promise<void> {
  await Promise.all(
    LOST.filter(({ name }) => done.lost[name] === undefined).map(async ({ name, crash, repeats }) => {
      const ended = await lanes.run([crash]);
      const lostEvents = 'aftermath' in ended ? ended.aftermath.lostEvents : 0;
      const result = resultOf(ended, repeats, true);
      const wrong = [...result.wrong, ...(lostEvents > 0 ? [] : ['no event was lost'])];
      done.lost[name] = { ...result, wrong, lostEvents };
      keep(folder, done);
      say(`events lost: ${name}: ${wrong.join('; ') || `well, ${result.repeats} repeats`}`);
    }),
  );
}

const AT_MOST_A_PAGE = 50;

/** @param mayEndOtherwise of whom nothing was heard a date moves, or their chats are blocked */
function resultOf(ended: Ended, allowed: LostCase['repeats'] = 'none', mayEndOtherwise = false): CellResult {
  if (!('aftermath' in ended)) return { hit: null, repeats: 0, wrong: wrongIn(ended) };
  const { hits, repeats, broken } = ended.aftermath;
  const wrong = [...(mayEndOtherwise ? broken : wrongIn(ended))];
  const hit = hits.at(-1) ?? null;
  if (hit === null) wrong.push('never hit');
  if (allowed === 'none' && repeats > 0) wrong.push(`${repeats} repeats`);
  if (allowed === 'a page' && repeats === 0) wrong.push('nobody was told again although nothing was heard');
  if (repeats > AT_MOST_A_PAGE) wrong.push(`${repeats} repeats are more than a page`);
  return { hit: hit === null ? null : isoInstant(hit), repeats, wrong };
}

function wrongIn(ended: Ended): readonly string[] {
  if ('error' in ended) return [`the campaign has not ended: ${ended.error}`];
  return [...ended.aftermath.broken, ...ended.aftermath.otherwise];
}

interface Lanes {
  /** When a lane is free. */
  run(crashes: readonly Crash[]): Promise<Ended>;
  stop(): void;
}

function startLanes(
  count: number,
  { assembly, plan, folder }: { assembly: string; plan: string; folder: string },
): Lanes {
  const start = () => fork(join(import.meta.dirname, 'lane.ts'), { execArgv: ['--no-warnings'] });
  const free: { child: ChildProcess; out: string }[] = Array.from({ length: count }, (_, n) => ({
    child: start(),
    out: join(folder, `lane-${n + 1}`),
  }));
  const all = new Set(free);
  const waiting: (() => void)[] = [];
  return {
    async run(crashes) {
      while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      const lane = free.pop() as (typeof free)[number];
      const stage: Stage = { assembly, plan, out: lane.out };
      const ended = await new Promise<Ended>((resolve) => {
        const died = () => resolve({ error: 'its process has died' });
        lane.child.once('exit', died);
        lane.child.once('message', (message) => {
          lane.child.off('exit', died);
          resolve(message as Ended);
        });
        lane.child.send({ stage, crashes });
      });
      // A campaign that broke off may have left this process in the wrong time.
      if ('error' in ended) {
        lane.child.kill();
        lane.child = start();
      }
      free.push(lane);
      waiting.shift()?.();
      return ended;
    },
    stop: () => all.forEach(({ child }) => child.kill()),
  };
}

/** What the functions are, what runs them, and what is asked here: results of another code are not results. */
function codeOf(assembly: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(assembly)
    .filter((name) => name.endsWith('.template.json'))
    .sort())
    hash.update(readFileSync(join(assembly, file)));
  const ours = ['world.ts', 'points.ts', 'crashes.ts', 'judge.ts'].map((file) => join(import.meta.dirname, file));
  const cloud = join(ROOT, 'bin/local');
  const machine = readdirSync(cloud, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => join(cloud, file));
  for (const file of [...ours, ...machine]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function readDone(folder: string, of: string): Done {
  const file = join(folder, 'done.json');
  const done = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Done) : undefined;
  return done?.of === of ? done : { of, cells: {}, lost: {} };
}

/** Whole at any moment: whoever interrupts it must not lose what was done. */
function keep(folder: string, done: Done): void {
  const file = join(folder, 'done.json');
  writeFileSync(`${file}.new`, JSON.stringify(done));
  renameSync(`${file}.new`, file);
}

function tell(chosen: readonly Point[], { cells, lost }: Done, whole: boolean): boolean {
  let isWell = true;
  const complain = (what: string, { wrong }: CellResult = { hit: null, repeats: 0, wrong: ['not run'] }) => {
    if (wrong.length === 0) return;
    isWell = false;
    say(`${what}: ${wrong.join('; ')}`);
  };
  for (const { number, name } of chosen)
    for (const death of DEATHS) complain(`${number} ${name}, ${death}`, cells[cellOf({ point: name, death })]);
  if (whole) for (const { name } of LOST) complain(`events lost, ${name}`, lost[name]);
  say(`${chosen.length} points, ${chosen.length * DEATHS.length} cells: ${isWell ? 'all well' : 'NOT all well'}`);
  return isWell;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));

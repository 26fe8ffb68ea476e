/**
 * `npm run simulate:bugs -- [--bug NAME] [--most N] [--write]`: plants each bug alone and plays seeds until a promise is
 * broken. A bug that no seed finds is a hole in the oracle or in the faults. With `--write` each goes into the table of
 * docs/reliability.md, between its two marks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { format, resolveConfig } from 'prettier';

import { type Bug, BUGS } from './bugs.ts';
import { playAll } from './crew.ts';

const PAGE = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
const [FROM, TO] = ['<!-- planted bugs: made by npm run simulate:bugs -- --write -->', '<!-- end of planted bugs -->'];
/** Beyond every seed that is played as a test. */
const FIRST_SEED = 1_000_001;

export interface Found {
  readonly bug: Bug;
  /** Seeds played until it was found; null: it was not. */
  readonly seeds: number | null;
  readonly promises: readonly number[];
}

/** Whether a seed breaks anything without any bug: then it has found none. */
async function isBroken(seed: number): Promise<boolean> {
  let broken = false;
  const seeds = [seed];
  await playAll(
    {},
    () => seeds.pop() ?? null,
    ({ violations }) => (broken = violations.length > 0),
  );
  return broken;
}

/** @param most seeds after which it counts as not found */
export async function hunt(bug: Bug, most: number): Promise<Found> {
  let next = 0;
  let found: { seeds: number; promises: number[] } | undefined;
  await playAll(
    { bug: bug.name },
    () => (found !== undefined || next >= most ? null : FIRST_SEED + next++),
    ({ seed, violations }) => {
      const seeds = seed - FIRST_SEED + 1;
      const broken = violations.filter(({ promise }) => promise > 0);
      const crashed = violations.find(({ promise }) => promise === 0);
      if (crashed !== undefined) throw new Error(`${bug.name}: ${crashed.what}`);
      if (broken.length > 0 && (found === undefined || seeds < found.seeds))
        found = { seeds, promises: [...new Set(broken.map(({ promise }) => promise))] };
    },
  );
  if (found !== undefined && (await isBroken(FIRST_SEED + found.seeds - 1)))
    throw new Error(
      `seed ${FIRST_SEED + found.seeds - 1} breaks a promise without "${bug.name}" too: look at that first`,
    );
  return { bug, seeds: found?.seeds ?? null, promises: found?.promises ?? [] };
}

const HEAD = [
  '| promise | the bug | in functions/ | seeds until found | promises it broke first |',
  '| ---: | --- | --- | ---: | --- |',
];

function rowOf({ bug, seeds, promises }: Found): string {
  return `| ${bug.promise} | ${bug.name} | \`${bug.file}\` | ${seeds ?? 'not found'} | ${promises.join(', ')} |`;
}

/** What stands in the page about bugs that are still planted. */
function foundBefore(text: string): Found[] {
  const cells = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return BUGS.flatMap((bug) => {
    const row = cells.find(([, , name]) => name === bug.name);
    if (row === undefined) return [];
    const [seeds, promises] = [Number(row[4]), (row[5] ?? '').split(', ').filter((each) => each !== '')];
    return [{ bug, seeds: Number.isNaN(seeds) ? null : seeds, promises: promises.map(Number) }];
  });
}

function summaryOf(found: readonly Found[]): string {
  const counts = found.map(({ seeds }) => seeds ?? Infinity).toSorted((a, b) => a - b);
  const count = found.filter(({ seeds }) => seeds !== null).length;
  return `${count} of ${BUGS.length} found, the median after ${counts[Math.floor(counts.length / 2)]} seeds.`;
}

/** The rows of bugs that were not hunted stay as they are. */
async function write(hunted: readonly Found[]): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(FROM);
  const [there, after] = rest?.split(TO) ?? [];
  if (before === undefined || there === undefined || after === undefined) throw new Error(`${PAGE} has not both marks`);
  const all = new Map([...foundBefore(there), ...hunted].map((each) => [each.bug, each]));
  const found = BUGS.flatMap((bug) => all.get(bug) ?? []);
  const text = [summaryOf(found), '', ...HEAD, ...found.map(rowOf)].join('\n');
  const filled = `${before}${FROM}\n\n${text}\n\n${TO}${after}`;
  writeFileSync(PAGE, await format(filled, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const { values } = parseArgs({
  options: {
    bug: { type: 'string' },
    most: { type: 'string', default: '2000' },
    write: { type: 'boolean', default: false },
  },
});
const all: Found[] = [];
for (const bug of BUGS.filter(({ name }) => values.bug === undefined || name === values.bug)) {
  const found = await hunt(bug, Number(values.most));
  all.push(found);
  if (values.write) await write(all);
  print(
    `promise ${bug.promise}, ${bug.name}: ${found.seeds === null ? 'NOT FOUND' : `found after ${found.seeds} seeds, by promise ${found.promises.join(', ')}`}`,
  );
}
print(summaryOf(all));
if (all.some(({ seeds }) => seeds === null)) process.exitCode = 1;

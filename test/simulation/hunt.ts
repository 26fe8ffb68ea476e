/**
 * `npm run simulate:bugs -- [--bug NAME] [--most N] [--write]`: plants each bug alone and plays seeds until a promise is
 * broken. A bug that no seed finds is a hole in the oracle or in the faults. With `--write` the table goes into
 * docs/reliability.md, between its two marks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

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

function table(found: readonly Found[]): string {
  const rows = found.map(
    ({ bug, seeds, promises }) =>
      `| ${bug.promise} | ${bug.name} | \`${bug.file}\` | ${seeds ?? 'not found'} | ${promises.join(', ')} |`,
  );
  const counts = found.map(({ seeds }) => seeds ?? Infinity).toSorted((a, b) => a - b);
  const median = counts[Math.floor(counts.length / 2)];
  return [
    `${found.filter(({ seeds }) => seeds !== null).length} of ${found.length} found, the median after ${median} seeds.`,
    '',
    '| promise | the bug | in functions/ | seeds until found | promises it broke first |',
    '| ---: | --- | --- | ---: | --- |',
    ...rows,
  ].join('\n');
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
  print(
    `promise ${bug.promise}, ${bug.name}: ${found.seeds === null ? 'NOT FOUND' : `found after ${found.seeds} seeds, by promise ${found.promises.join(', ')}`}`,
  );
}
print(table(all).split('\n')[0] ?? '');
if (values.write) {
  const page = readFileSync(PAGE, 'utf8');
  const [before, after] = [page.split(FROM)[0], page.split(TO)[1]];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has not both marks`);
  writeFileSync(PAGE, `${before}${FROM}\n\n${table(all)}\n\n${TO}${after}`);
}
if (all.some(({ seeds }) => seeds === null)) process.exitCode = 1;

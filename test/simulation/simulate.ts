/**
 * `npm run simulate -- [--seeds N] [--from SEED] [--days D] [--verbose] [--bug NAME]`: plays seeds, and ends with 1 where a
 * promise was broken. What it prints of a seed is enough to play it again: the same seed and commit, the same trace.
 */
import { parseArgs } from 'node:util';

import { playAll } from './crew.ts';
import { FAULTS } from './faults.ts';
import type { Result } from './worker.ts';

const USAGE = 'usage: npm run simulate -- [--seeds N] [--from SEED] [--days D] [--verbose] [--bug NAME]';
const EVERY = 500;

const print = (line: string) => process.stdout.write(`${line}\n`);

function readArguments(): {
  seeds: number;
  from: number;
  days: number | undefined;
  verbose: boolean;
  bug: string | undefined;
} {
  const options = {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    days: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    bug: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  const count = (name: 'seeds' | 'from' | 'days', text: string) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} ${text}: give a whole number above 0`);
    return Number(text);
  };
  return {
    seeds: count('seeds', values.seeds),
    from: count('from', values.from),
    days: values.days === undefined ? undefined : count('days', values.days),
    verbose: values.verbose,
    bug: values.bug,
  };
}

export async function main(): Promise<number> {
  let asked;
  try {
    asked = readArguments();
  } catch (error) {
    print(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const { seeds, from, days, verbose, bug } = asked;
  const struck = new Map<string, number>();
  const totals = new Map<string, number>();
  const broken: Result[] = [];
  let next = from;
  let played = 0;
  const began = performance.now();
  await playAll(
    { bug, days },
    () => (next < from + seeds ? next++ : null),
    (result) => {
      played += 1;
      for (const [fault, count] of result.struck) struck.set(fault, (struck.get(fault) ?? 0) + count);
      for (const [name, count] of Object.entries(result.counts)) totals.set(name, (totals.get(name) ?? 0) + count);
      if (verbose)
        print(
          `seed ${result.seed}: ${result.digest} ${Object.entries(result.counts)
            .map(([name, count]) => `${count} ${name}`)
            .join(', ')}`,
        );
      if (result.violations.length > 0) {
        broken.push(result);
        for (const { promise, what } of result.violations)
          print(`seed ${result.seed} BREAKS promise ${promise}: ${what}`);
      }
      if (!verbose && played % EVERY === 0)
        print(
          `${played} of ${seeds} seeds, ${broken.length} broken, ${Math.round((performance.now() - began) / 1000)} s`,
        );
    },
  );
  print(`faults, and how often each struck:`);
  for (const fault of FAULTS) print(`  ${String(struck.get(fault) ?? 0).padStart(8)}  ${fault}`);
  print([...totals].map(([name, count]) => `${count} ${name}`).join(', '));
  print(
    `${played} seeds from ${from}, ${broken.length} of them broken${
      broken.length === 0
        ? ''
        : `: ${broken
            .map(({ seed }) => seed)
            .toSorted((a, b) => a - b)
            .join(', ')}`
    }`,
  );
  return broken.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();

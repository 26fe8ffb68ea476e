/**
 * Seeds, played as tests: every one that ever failed, and some that nobody has played before. What a fresh one breaks is
 * printed with its seed; `npm run simulate -- --from SEED --seeds 1` plays it again.
 */
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { synthesise } from '../lib/synthesis.ts';
import { BUGS } from './bugs.ts';
import { playAll } from './crew.ts';
import { ENTRIES, QUEUES, RECEIVES_BEFORE_DEAD, SCHEDULED, VISIBILITY } from './entries.ts';
import { play } from './play.ts';
import { ONE_IN } from './twins.ts';
import type { Result } from './worker.ts';

/** What broke a promise once, with what it was. A seed is another world once the simulation draws otherwise. */
const FAILED: readonly (readonly [seed: number, what: string])[] = [
  [101, 'a third copy of a correction, although the second had come back'],
  [281, 'the same'],
  [368, 'the same, of a required stage'],
  [378, 'a chat that counted for one cohort in sweeps and for another when it was to be disabled'],
  [473, 'a third copy'],
  [514, 'a third copy'],
  [524, 'a date that moved after chats of its people had been disabled in another cohort’s wave'],
  [
    3999,
    'a bounce that did not count, as its fact was written twice by the client: nobody can know, and no breaker trips',
  ],
  [
    4668,
    'a chat of a cohort that was given up: it has the say by the date that somebody asked for, and was never told',
  ],
  [6658, 'the same'],
  [6785, 'a segment of a sweep that a deployment with fewer segments left behind'],
  [7242, 'runs of a group that nobody was in any more when whoever opened it died'],
  [7294, 'the same as 4668'],
  [8433, 'chats disabled before the first wave of an arming that was given since they were asked about'],
  [9091, 'the same as 4668'],
  [9538, 'a chat whose end the platform never heard of: a doubled message had closed the intent of the first'],
  [9773, 'the same as 4668'],
  [20030, 'a run that was opened again, whose row on the agenda was taken away by the tick that opened it'],
  [1000507, 'a chat disabled seconds too early by the clock of whoever disabled it'],
  [2000032, 'a notice that came back twice, once of an attempt in doubt: sent once more it is no third copy'],
];
const FRESH = Number(process.env['FRESH_SEEDS'] ?? 300);

async function playSeeds(seeds: readonly number[]): Promise<Result[]> {
  const rest = [...seeds];
  const results: Result[] = [];
  await playAll(
    {},
    () => rest.shift() ?? null,
    (result) => results.push(result),
  );
  return results;
}

const broken = (results: readonly Result[]) =>
  results.filter(({ violations }) => violations.length > 0).map(({ seed, violations }) => ({ seed, violations }));

describe('a simulated campaign', () => {
  it('keeps its promises in every seed that ever failed', { timeout: 300_000 }, async () => {
    const results = await playSeeds(FAILED.map(([seed]) => seed));
    expect(broken(results)).toEqual([]);
    expect(results).toHaveLength(FAILED.length);
  });

  it(`keeps its promises in ${FRESH} seeds that nobody has played before`, { timeout: 300_000 }, async () => {
    const first = 2_000_000 + (Math.floor(Date.now() / 1000) % 1_000_000_000);
    const results = await playSeeds(Array.from({ length: FRESH }, (_, at) => first + at));
    expect(broken(results), `from seed ${first}`).toEqual([]);
    expect(results).toHaveLength(FRESH);
    // There was something to keep them in.
    const sum = (name: string) => results.reduce((total, { counts }) => total + (counts[name] ?? 0), 0);
    expect(sum('letters')).toBeGreaterThan(10 * FRESH);
    expect(sum('flips')).toBeGreaterThan(FRESH);
  });

  it('is the same whenever its seed is played', { timeout: 60_000 }, async () => {
    const [one, again] = [await play(7), await play(7)];
    expect(again.digest).toBe(one.digest);
    expect((await play(8)).digest).not.toBe(one.digest);
  });

  it.each(['the earliest participant counts, not the latest', 'one notice less is enough', 'one person is enough'])(
    'shows where a promise is broken: %s',
    { timeout: 120_000 },
    async (bug) => {
      const found: Result[] = [];
      let next = 1;
      await playAll(
        { bug },
        () => (found.length > 0 || next > 200 ? null : next++),
        (result) => result.violations.length > 0 && found.push(result),
      );
      expect(
        found.flatMap(({ violations }) => violations.map(({ promise }) => promise)).filter((promise) => promise > 0),
      ).not.toEqual([]);
    },
  );

  it('shows by twins that a missed tick is missed', { timeout: 300_000 }, async () => {
    const found: Result[] = [];
    // The first two have people in them of whom neither twin ever heard.
    let pairs = 2;
    await playAll(
      { bug: 'a missed tick is missed' },
      () => (found.length > 0 || pairs >= 20 ? null : ONE_IN * ++pairs),
      (result) => result.violations.some(({ promise }) => promise === 9) && found.push(result),
    );
    expect(found).not.toEqual([]);
  });

  it('has planted bugs for each promise, and a place for each of them', () => {
    for (const { name, file, edits } of BUGS) {
      const text = readFileSync(new URL(`../../functions/${file}`, import.meta.url), 'utf8');
      for (const [find] of edits) expect([name, text.split(find).length - 1]).toEqual([name, 1]);
    }
    const planted = Map.groupBy(BUGS, ({ promise }) => promise);
    expect([...planted.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
    for (const bugs of planted.values()) expect(bugs.length).toBeGreaterThanOrEqual(2);
  });

  it('has queues and functions as the stack has them', { timeout: 60_000 }, () => {
    const resources = Object.entries(synthesise({ sweepSegments: 2 }).sunset.Resources);
    const propertiesOf = (type: string, id: string) =>
      resources.find(([logicalId, each]) => each.Type === type && new RegExp(`^${id}`, 'i').test(logicalId))?.[1]
        .Properties;
    const seen = QUEUES.map(({ name }) => {
      const queue = propertiesOf('AWS::SQS::Queue', `${name}Queue`);
      const source = propertiesOf('AWS::Lambda::EventSourceMapping', name);
      return {
        name,
        timeout: propertiesOf('AWS::Lambda::Function', name)?.['Timeout'],
        concurrency: source?.['ScalingConfig'].MaximumConcurrency,
        batch: source?.['BatchSize'],
        window: source?.['MaximumBatchingWindowInSeconds'] ?? 0,
        visibility: queue?.['VisibilityTimeout'],
        receives: queue?.['RedrivePolicy'].maxReceiveCount,
      };
    });
    expect(seen).toEqual(
      QUEUES.map((queue) => ({ ...queue, visibility: VISIBILITY * queue.timeout, receives: RECEIVES_BEFORE_DEAD })),
    );
    for (const { name, timeout } of SCHEDULED)
      expect([name, propertiesOf('AWS::Lambda::Function', name)?.['Timeout']]).toEqual([name, timeout]);
    expect(propertiesOf('AWS::Lambda::Function', 'operator')?.['Timeout']).toBe(ENTRIES.get('operator')?.timeout);
  });

  it('runs every function that a queue or a clock starts', () => {
    expect([...ENTRIES.keys()].sort()).toEqual(
      [...QUEUES, ...SCHEDULED]
        .map(({ name }) => name as string)
        .concat('operator')
        .sort(),
    );
  });
});

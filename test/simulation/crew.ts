/** Several processes that play seeds, one after another, until somebody has seen enough. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Result, Task } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** What dead processes wait for is never collected: a worker makes room for another before that is much. */
const SEEDS_OF_A_WORKER = 250;

/** A core for each: helping threads for memory and code would only take it from the other workers. */
const FLAGS = ['--no-warnings', '--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded'];

/** @param next the next seed, or null: there is none, or no more is wanted */
export async function playAll(
  task: Partial<Task>,
  next: () => number | null,
  played: (result: Result) => void,
  workers: number = availableParallelism(),
): Promise<void> {
  const lane = async () => {
    let more = true;
    while (more) more = await work(task, next, played);
  };
  await Promise.all(Array.from({ length: workers }, lane));
}

/** One worker, until it has played enough. @returns whether there may be more to play */
function work(task: Partial<Task>, next: () => number | null, played: (result: Result) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, [JSON.stringify(task)], { execArgv: FLAGS });
    let left = SEEDS_OF_A_WORKER;
    let more = true;
    child.on('message', (message: Result | 'ready') => {
      if (message !== 'ready') played(message);
      const seed = left-- > 0 ? next() : null;
      if (seed === null) more = left < 0;
      child.send(seed as unknown as number);
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(more) : reject(new Error(`a worker ended with ${code}`))));
  });
}

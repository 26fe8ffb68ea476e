/** Several processes that play seeds, one after another, until somebody has seen enough. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Result, Task } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A core for each: helping threads for memory and code would only take it from the other workers. */
const FLAGS = ['--no-warnings', '--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded'];

/** @param next the next seed, or null: there is none, or no more is wanted */
export async function playAll(
  task: Partial<Task>,
  next: () => number | null,
  played: (result: Result) => void,
  workers: number = availableParallelism(),
): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => work(task, next, played)));
}

/** One worker, until there is nothing more to play. */
function work(task: Partial<Task>, next: () => number | null, played: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, [JSON.stringify(task)], { execArgv: FLAGS });
    child.on('message', (message: Result | 'ready') => {
      if (message !== 'ready') played(message);
      child.send(next() as unknown as number);
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}

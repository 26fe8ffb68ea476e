/** Several processes that play seeds, one after another, until somebody has seen enough. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Result, Task } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** @param next the next seed, or null: there is none, or no more is wanted */
export async function playAll(
  task: Partial<Task>,
  next: () => number | null,
  played: (result: Result) => void,
  workers: number = availableParallelism(),
): Promise<void> {
  await Promise.all(
    Array.from(
      { length: workers },
      () =>
        new Promise<void>((resolve, reject) => {
          const child = fork(WORKER, [JSON.stringify(task)], {
            execArgv: ['--no-warnings', '--max-semi-space-size=32'],
          });
          child.on('message', (message: Result | 'ready') => {
            if (message !== 'ready') played(message);
            child.send(next() as unknown as number);
          });
          child.on('error', reject);
          child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
        }),
    ),
  );
}

/** Plays seeds in a process of its own, tells of each, and ends when there are no more. */
import { plant } from './plant.ts';

export interface Task {
  readonly bug: string | undefined;
  readonly days: number | undefined;
}
export interface Result {
  readonly seed: number;
  readonly violations: readonly { readonly promise: number; readonly what: string }[];
  readonly struck: readonly (readonly [string, number])[];
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
}

const { bug, days } = JSON.parse(process.argv[2] ?? '{}') as Task;
if (bug !== undefined) plant(bug);
const { play } = await import('./play.ts');

process.on('message', (seed: number | null) => {
  if (seed === null) process.exit();
  play(seed, days === undefined ? {} : { days })
    .then(({ violations, struck, digest, counts }): Result => ({
      seed,
      violations,
      struck: [...struck],
      digest,
      counts,
    }))
    .catch((error: unknown): Result => {
      // A bug may break more than a promise.
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { seed, violations: [{ promise: 0, what }], struck: [], digest: '', counts: {} };
    })
    .then(
      (result) => process.send?.(result),
      () => undefined,
    );
});
process.send?.('ready');

/** A process in which one campaign after the other is run: each has this process's clock for itself. */
import { type Crash, runCrashes, type Stage } from './crashes.ts';

process.on('message', ({ stage, crashes }: { stage: Stage; crashes: readonly Crash[] }) => {
  runCrashes(stage, crashes).then(
    (aftermath) => process.send?.({ aftermath }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
// Nobody waits any more for what it would say.
process.on('disconnect', () => process.exit(1));

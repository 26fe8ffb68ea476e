/**
 * A function's process, seen from inside. `Date` shows the time that the cloud sent last, and a wait through
 * `node:timers/promises` is reported to the cloud and ends when virtual time has come that far. Both are in place
 * before the function's bundle is loaded. The cloud takes the types away once, so that no process carries a stripper;
 * nothing but node's own modules may be imported.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;
/** From the cloud; instants are virtual, in milliseconds since 1970. */
type FromCloud =
  | { type: 'ping' }
  | { type: 'wake'; now: number; id: number }
  | { type: 'invoke'; now: number; arn: string; requestId: string; event: unknown };

const [start, bundle = '', exported = '', timeoutSeconds] = process.argv.slice(2);
let now = Number(start);

const RealDate = Date;
const readNow = () => now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now], newTarget) as Date,
  apply: () => new RealDate(now).toString(),
  get: (target, key, receiver) => (key === 'now' ? readNow : (Reflect.get(target, key, receiver) as unknown)),
});

const answer = (message: object) => process.send?.(message);

const waits = new Map<number, () => void>();
let lastWait = 0;
const timers = createRequire(import.meta.url)('node:timers/promises') as typeof import('node:timers/promises');
const wait = <T>(milliseconds?: number, value?: T, { signal }: { signal?: AbortSignal | undefined } = {}) =>
  new Promise<T>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const id = ++lastWait;
    const abort = () => {
      waits.delete(id);
      answer({ type: 'cancel', id });
      reject(signal?.reason as Error);
    };
    waits.set(id, () => {
      signal?.removeEventListener('abort', abort);
      resolve(value as T);
    });
    signal?.addEventListener('abort', abort, { once: true });
    answer({ type: 'wait', id, until: now + Math.max(1, Math.ceil(milliseconds ?? 1)) });
  });
timers.setTimeout = wait;
timers.scheduler.wait = (milliseconds, options) => wait<void>(milliseconds, undefined, options);
timers.setInterval = () => {
  throw new Error('setInterval of node:timers/promises has no virtual time here: wait with setTimeout');
};
syncBuiltinESMExports();

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.on('message', (message: FromCloud) => {
  if (message.type === 'ping') setImmediate(() => setImmediate(() => answer({ type: 'pong' })));
  if (message.type === 'wake') {
    now = message.now;
    const resume = waits.get(message.id);
    waits.delete(message.id);
    resume?.();
  }
  if (message.type === 'invoke') {
    now = message.now;
    const deadline = now + Number(timeoutSeconds) * 1000;
    const context = {
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: '$LATEST',
      invokedFunctionArn: message.arn,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      awsRequestId: message.requestId,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - now),
    };
    Promise.resolve()
      .then(() => handler?.(message.event, context))
      .then(
        (result) => answer({ type: 'done', result }),
        (error: unknown) => {
          console.error(textOf(error));
          answer({ type: 'failed', error: textOf(error) });
        },
      );
  }
});

let handler: Handler | undefined;
try {
  const loaded = (await import(pathToFileURL(bundle).href)) as Record<string, Handler> & {
    default?: Record<string, Handler>;
  };
  handler = loaded[exported] ?? loaded.default?.[exported];
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no function ${exported}`);
  answer({ type: 'ready' });
} catch (error) {
  console.error(textOf(error));
  answer({ type: 'broken', error: textOf(error) });
}

/**
 * A function's process, seen from inside. `Date` shows the time that the cloud sent last, and a wait through
 * `node:timers/promises` is reported to the cloud and ends when virtual time has come that far. Both are in place
 * before the function's bundle is loaded. Plain JavaScript, so that no process carries a type stripper.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

let [now, bundle, exported, timeoutSeconds] = process.argv.slice(2);
now = Number(now);

const RealDate = Date;
const readNow = () => now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now], newTarget),
  apply: () => new RealDate(now).toString(),
  get: (target, key, receiver) => (key === 'now' ? readNow : Reflect.get(target, key, receiver)),
});

const waits = new Map();
let lastWait = 0;
const timers = createRequire(import.meta.url)('node:timers/promises');
const wait = (milliseconds, value, { signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const id = ++lastWait;
    const abort = () => {
      waits.delete(id);
      process.send({ type: 'cancel', id });
      reject(signal.reason);
    };
    waits.set(id, () => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    signal?.addEventListener('abort', abort, { once: true });
    process.send({ type: 'wait', id, until: now + Math.max(1, Math.ceil(milliseconds ?? 1)) });
  });
timers.setTimeout = wait;
timers.scheduler.wait = (milliseconds, options) => wait(milliseconds, undefined, options);
timers.setInterval = () => {
  throw new Error('setInterval of node:timers/promises has no virtual time here: wait with setTimeout');
};
syncBuiltinESMExports();

const answer = (message) => process.send(message);
const textOf = (error) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.on('message', (message) => {
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
      .then(() => handler(message.event, context))
      .then(
        (result) => answer({ type: 'done', result }),
        (error) => {
          console.error(textOf(error));
          answer({ type: 'failed', error: textOf(error) });
        },
      );
  }
});

let handler;
try {
  const loaded = await import(pathToFileURL(bundle).href);
  handler = loaded[exported] ?? loaded.default?.[exported];
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no function ${exported}`);
  answer({ type: 'ready' });
} catch (error) {
  console.error(textOf(error));
  answer({ type: 'broken', error: textOf(error) });
}

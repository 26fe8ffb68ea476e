/**
 * The functions, each in a process of its own, started when it is first needed. A process is idle, or works, or
 * waits: it waits while its invocation has asked for a virtual instant and no request of its is unanswered. Time
 * moves only while nobody works, which is why a process is asked (`settled`) before its waiting is believed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { transformSync } from 'esbuild';
import type { Agenda, Instant } from './clock.ts';
import { type Assembly, REGION, type Resource, only, refuse } from './template.ts';
import { applicationId } from './wire.ts';

export type Outcome = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: string };

interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  readonly bundle: string;
  readonly exported: string;
  readonly timeoutSeconds: number;
  readonly environment: Record<string, string>;
  readonly memoryMegabytes: number;
}

interface Running {
  readonly child: ChildProcess;
  invocation?: { deadline: Instant; event: unknown; answer(outcome: Outcome): void };
  readonly waits: Map<number, Instant>;
  ready: boolean;
  pong?: () => void;
  /** Dies of whatever it does next. */
  doomed: boolean;
  /** Grows with everything that is heard of the process. */
  heard: number;
}

type FromChild =
  | { type: 'ready' | 'pong' }
  | { type: 'broken' | 'failed'; error: string }
  | { type: 'done'; result: unknown }
  | { type: 'wait'; id: number; until: Instant }
  | { type: 'cancel'; id: number };

export interface Functions {
  names(): string[];
  nameOfArn(arnOrName: string): string | undefined;
  environmentOf(name: string): Record<string, string>;
  idle(name: string): boolean;
  /** Runs an idle function once. Never rejects. */
  invoke(name: string, event: unknown): Promise<Outcome>;
  /** Tells that a request of the function has come or gone. */
  heard(name: string): void;
  /** Whether every process is idle or truly waits; a process that seems to wait is asked. */
  settled(): Promise<boolean>;
  /** Functions that neither have answered nor wait. */
  working(): string[];
  anyWaiting(): boolean;
  /** Wakes whoever waits for the present instant, and ends whoever has run out of time. */
  readonly agenda: Agenda;
  kill(name: string): void;
  /** The process of this name dies of the next thing that it does; until another one is there, so do requests of it. */
  readonly doomed: { add(name: string): void; has(name: string): boolean };
  pids(): number[];
  stop(): Promise<void>;
}

export interface FunctionsOptions {
  readonly assembly: Assembly;
  readonly endpoints: {
    readonly dynamodb: string;
    readonly sqs: string;
    readonly ses: string;
    readonly eventbridge: string;
    readonly kms: string;
    readonly s3: string;
    readonly cloudwatch: string;
  };
  readonly logFile?: string;
  now(): Instant;
  /** Requests of a function that are on the wire. */
  openRequests(name: string): number;
  changed(): void;
}

const PRELOAD = new URL('preload.ts', import.meta.url);
const NODE_OPTIONS = ['--max-old-space-size=64', '--max-semi-space-size=2', '--no-warnings'];

function readFunction(resource: Resource, assembly: Assembly): FunctionSpec {
  const { Handler, Runtime, Timeout, MemorySize } = resource.properties;
  if (!String(Runtime).startsWith('nodejs')) refuse(resource, `property Runtime ${String(Runtime)}`);
  const { S3Key } = only(resource, 'Code', resource.properties['Code'], ['S3Bucket', 'S3Key']);
  const { Variables } = only(resource, 'Environment', resource.properties['Environment'] ?? {}, ['Variables']);
  const [file = '', exported = ''] = String(Handler).split('.');
  const directory = assembly.assetDirectory(String(S3Key));
  const bundle = ['.mjs', '.js', '.cjs']
    .map((ending) => join(directory, file + ending))
    .find((path) => existsSync(path));
  if (!bundle) return refuse(resource, `property Handler ${String(Handler)}, of which ${directory} has no file,`);
  const environment = Object.entries((Variables ?? {}) as Record<string, unknown>).map(([key, value]) => [
    key,
    String(value),
  ]);
  return {
    name: resource.name,
    arn: resource.arn,
    bundle,
    exported,
    timeoutSeconds: Number(Timeout ?? 3),
    memoryMegabytes: Number(MemorySize ?? 128),
    environment: Object.fromEntries(environment) as Record<string, string>,
  };
}

export function createFunctions({
  assembly,
  endpoints,
  logFile,
  now,
  openRequests,
  changed,
}: FunctionsOptions): Functions {
  const specs = new Map(
    assembly.ofType('AWS::Lambda::Function').map((resource) => [resource.name, readFunction(resource, assembly)]),
  );
  const running = new Map<string, Running>();
  const doomed = new Set<string>();
  const log = logFile === undefined ? undefined : openSync(logFile, 'w');
  let invocations = 0;
  const folder = mkdtempSync(join(tmpdir(), 'sunset-functions-'));
  const preload = join(folder, 'preload.mjs');
  writeFileSync(preload, transformSync(readFileSync(PRELOAD, 'utf8'), { loader: 'ts' }).code);

  function specOf(name: string): FunctionSpec {
    const spec = specs.get(name);
    if (!spec) throw new Error(`no function ${name} in the template: there are ${[...specs.keys()].join(', ')}`);
    return spec;
  }

  function start(spec: FunctionSpec): Running {
    const child = fork(preload, [String(now()), spec.bundle, spec.exported, String(spec.timeoutSeconds)], {
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', log ?? 'ignore', log ?? 'ignore', 'ipc'],
      // Nothing of our own environment: a variable that the stack forgets is missing here too.
      env: {
        ...spec.environment,
        AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
        AWS_ENDPOINT_URL_SQS: endpoints.sqs,
        AWS_ENDPOINT_URL_SES: endpoints.ses,
        AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventbridge,
        AWS_ENDPOINT_URL_KMS: endpoints.kms,
        AWS_ENDPOINT_URL_S3: endpoints.s3,
        AWS_ENDPOINT_URL_CLOUDWATCH: endpoints.cloudwatch,
        AWS_SDK_UA_APP_ID: applicationId(spec.name),
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_NAME: spec.name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        LAMBDA_TASK_ROOT: spec.bundle.replace(/\/[^/]*$/, ''),
        _HANDLER: `index.${spec.exported}`,
        LANG: 'en_US.UTF-8',
        TZ: 'UTC',
      },
    });
    const process: Running = { child, waits: new Map(), ready: false, doomed: false, heard: 0 };
    running.set(spec.name, process);

    const answer = (outcome: Outcome) => {
      const invocation = process.invocation;
      delete process.invocation;
      process.waits.clear();
      invocation?.answer(outcome);
    };
    child.on('message', (message: FromChild) => {
      if (message.type === 'pong') {
        process.pong?.();
        return;
      }
      process.heard += 1;
      if (process.doomed) {
        child.kill('SIGKILL');
        return;
      }
      if (message.type === 'ready') {
        process.ready = true;
        // What the one before it had sent has arrived by now.
        doomed.delete(spec.name);
        deliver(spec, process);
      } else if (message.type === 'done') answer({ ok: true, result: message.result });
      else if (message.type === 'failed' || message.type === 'broken') answer({ ok: false, error: message.error });
      else if (message.type === 'wait') process.waits.set(message.id, message.until);
      else if (message.type === 'cancel') process.waits.delete(message.id);
      if (message.type === 'broken') child.kill('SIGKILL');
      changed();
    });
    child.on('exit', (code, signal) => {
      process.heard += 1;
      if (running.get(spec.name) === process) running.delete(spec.name);
      answer({ ok: false, error: `the process ended with ${signal ?? `code ${code}`}` });
      process.pong?.();
      changed();
    });
    child.on('error', (error) => answer({ ok: false, error: error.message }));
    return process;
  }

  function deliver(spec: FunctionSpec, { child, invocation, ready }: Running): void {
    if (!ready || !invocation) return;
    const requestId = `00000000-0000-4000-8000-${String(++invocations).padStart(12, '0')}`;
    child.send({ type: 'invoke', now: now(), arn: spec.arn, requestId, event: invocation.event }, () => undefined);
  }

  const waits = (name: string, { invocation, waits }: Running) =>
    invocation !== undefined && waits.size > 0 && openRequests(name) === 0;

  /** Once the process has turned its event loop, and we ours, whatever was under way has been heard of. */
  async function stillWaits(name: string, process: Running): Promise<boolean> {
    const before = process.heard;
    await new Promise<void>((resolve) => {
      process.pong = resolve;
      process.child.send({ type: 'ping' }, (error) => error && resolve());
    });
    await turn();
    await turn();
    return process.heard === before && waits(name, process);
  }

  return {
    names: () => [...specs.keys()],
    nameOfArn: (arn) => [...specs.values()].find((spec) => spec.arn === arn || spec.name === arn)?.name,
    environmentOf: (name) => specOf(name).environment,
    idle: (name) => running.get(name)?.invocation === undefined,
    invoke(name, event) {
      const spec = specOf(name);
      const process = running.get(name) ?? start(spec);
      if (process.invocation) throw new Error(`${name} is busy`);
      process.waits.clear();
      return new Promise((answer) => {
        process.invocation = { deadline: now() + spec.timeoutSeconds * 1000, event, answer };
        deliver(spec, process);
      });
    },
    heard(name) {
      const process = running.get(name);
      if (process) process.heard += 1;
      changed();
    },
    async settled() {
      for (const [name, process] of running) {
        if (!process.invocation) continue;
        if (!waits(name, process) || !(await stillWaits(name, process))) return false;
      }
      return true;
    },
    working: () =>
      [...running].filter(([name, process]) => process.invocation && !waits(name, process)).map(([name]) => name),
    anyWaiting: () => [...running].some(([name, process]) => waits(name, process)),
    agenda: {
      next() {
        let earliest: Instant | undefined;
        for (const { invocation, waits } of running.values())
          if (invocation)
            for (const at of [invocation.deadline, ...waits.values()])
              if (earliest === undefined || at < earliest) earliest = at;
        return earliest;
      },
      run() {
        for (const process of running.values()) {
          const due = [...process.waits].filter(([, until]) => until <= now());
          for (const [id] of due) {
            process.waits.delete(id);
            process.heard += 1;
            process.child.send({ type: 'wake', now: now(), id }, () => undefined);
          }
          if (process.invocation && due.length === 0 && process.invocation.deadline <= now())
            process.child.kill('SIGKILL');
        }
      },
    },
    kill: (name) => void running.get(name)?.child.kill('SIGKILL'),
    doomed: {
      add(name) {
        const process = running.get(name);
        if (!process) return;
        process.doomed = true;
        doomed.add(name);
      },
      has(name) {
        const process = running.get(name);
        if (process?.doomed === true) process.child.kill('SIGKILL');
        return doomed.has(name);
      },
    },
    pids: () => [...running.values()].flatMap(({ child }) => child.pid ?? []),
    async stop() {
      const ended = [...running.values()].map(
        ({ child }) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) resolve();
            child.once('exit', () => resolve());
            child.kill('SIGKILL');
          }),
      );
      await Promise.all(ended);
      if (log !== undefined) closeSync(log);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

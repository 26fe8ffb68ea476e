/**
 * The local cloud: runs the synthesised stacks on one machine under a virtual clock. While anything works, time
 * stands still; when everything is idle or waits, it moves to the earliest instant at which something is due. So a
 * campaign of weeks takes a minute or two, and its outcome does not depend on the speed of the machine.
 */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createChaos } from './chaos.ts';
import { type Agenda, type Instant, installClock, iso, timetable } from './clock.ts';
import { startCloudWatch } from './cloudwatch.ts';
import { type Delivery, createDelivery } from './delivery.ts';
import { startQueues, startTables, watchWrites } from './emulators.ts';
import { type BusEvent, startEventBridge } from './events.ts';
import { type Functions, createFunctions } from './functions.ts';
import { startKms } from './kms.ts';
import { readPermissions } from './permissions.ts';
import { startS3 } from './s3.ts';
import { type AcceptedMail, type SesEvent, startSes } from './ses.ts';
import { readAssembly } from './template.ts';
import { createUrls } from './urls.ts';
import { type Death, type RequestCounts, type Sought, createWire } from './wire.ts';

export type { Instant } from './clock.ts';
export type { BusEvent } from './events.ts';
export type { AcceptedMail, SesEvent, SesEventType } from './ses.ts';
export type { Death, RequestCounts, Sought } from './wire.ts';

export interface LocalCloudOptions {
  /** The directory that `cdk synth` wrote. */
  readonly assembly: string;
  /** Where virtual time starts. */
  readonly from: Instant;
  /** How far apart a more frequent schedule fires while all is quiet. Default 60. */
  readonly tickMinutes?: number;
  /** Doubled messages and killed processes. */
  readonly chaos?: { readonly seed: number };
  /** Whether a function's process dies at this request of its; asked of each, and instead of chaos. */
  readonly fate?: ((request: Sought) => Death | undefined) | undefined;
  /** Events of SES that get lost on their way: nobody sees them. */
  readonly losesEvent?: ((event: SesEvent) => boolean) | undefined;
  /** The account's limits at SES: recipients a second (default 100) and in 24 hours (default 200,000). */
  readonly ses?: { readonly rate?: number; readonly quota?: number };
  onMail(mail: AcceptedMail): void;
  onEvent(event: SesEvent): void;
  /** A chat's row after a successful PutItem or UpdateItem, before the answer leaves. */
  onChatWrite(write: { at: Instant; row: Readonly<Record<string, any>> }): void;
  /**
   * A row of the sunset's own tables after such a write, where the request has one of the words in it: reading every row
   * again would take as long as the campaign.
   */
  readonly ownRows?: {
    readonly words: readonly string[];
    written(write: { at: Instant; row: Readonly<Record<string, any>> }): void;
  };
  /** What was sent to a queue, by whomever; copies that chaos makes are not told. */
  onMessage?(message: { at: Instant; queueUrl: string; body: string }): void;
  /** What was put on a bus. */
  onBusEvent?(event: BusEvent, bus: string): void;
  /** What the functions write; without it, it is lost. */
  readonly logFile?: string;
}

export interface LocalCloud {
  readonly endpoints: {
    readonly dynamodb: string;
    readonly sqs: string;
    readonly ses: string;
    readonly eventbridge: string;
    readonly kms: string;
    readonly s3: string;
    readonly cloudwatch: string;
  };
  /** Names, as the functions' environment tells them. Reading one that no function is told throws. */
  readonly tables: { readonly plan: string; readonly ledger: string; readonly users: string; readonly chats: string };
  /** URL by queue name. */
  readonly queues: Readonly<Record<string, string>>;
  /**
   * Function URLs by resource name, which is `<stack>-<logical id>`. They are served until `stop`, whether `advance` runs
   * or not; a function that waits for an instant answers once `advance` has come that far.
   */
  readonly urls: Readonly<Record<string, string>>;
  /** That of the one function that asks for a signature. */
  readonly operatorUrl: string;
  /** Where copies of the audit trail are put, as the functions are told. */
  readonly auditBucket: string;
  readonly configurationSet: string;
  readonly platformBus: string;
  /** Its URL, as the functions are told. */
  readonly signalQueue: string;
  functions(): string[];
  environmentOf(functionName: string): Record<string, string>;
  /** Messages by queue name: visible ones, and those hidden or delayed. */
  depths(): Record<string, { readonly ready: number; readonly hidden: number }>;
  now(): Instant;
  /** Schedules work of the outside world (operators, latecomers). An instant that has passed means now. */
  at(instant: Instant, work: () => void | Promise<void>): void;
  /** Lets outside work wait for a virtual instant, as `await cloud.until(...)` within `at`. */
  until(instant: Instant): Promise<void>;
  /** Invokes an idle function and answers its result; `advance` must be running, or be started, for it to finish waits. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /**
   * Drives the system until an instant, or until the condition holds, which is asked whenever everything is idle.
   * Throws where virtual time would pass `limit` (default: two years on) and the condition does not hold.
   */
  advance(
    until: Instant | ((state: { now: Instant }) => boolean | Promise<boolean>),
    options?: { limit?: Instant },
  ): Promise<void>;
  /** Works off whatever comes from outside until it is aborted; time goes on only as far as a function waits for it. */
  serve(until: AbortSignal): Promise<void>;
  requests(): RequestCounts;
  /** Invocations that failed, were killed or ran out of time, and the last error, by function. */
  failures(): Record<string, { readonly count: number; readonly last: string }>;
  /** Processes that were killed on purpose so far. */
  kills(): number;
  /** Peak of the proportional memory of this process and all functions, in MB, as seen at idle moments. */
  memoryMB(): number;
  stop(): Promise<void>;
}

const MINUTE = 60_000;
/** For so long after a death no tick is left out: longer than it takes until somebody is asked again. */
const AFTER_A_DEATH = 20 * MINUTE;
const TWO_YEARS = 2 * 365 * 24 * 60 * MINUTE;
/** Real time after which a function that neither answers nor waits is taken to hang. */
const HANGING_SECONDS = 60;
const MEMORY_SAMPLE_MILLISECONDS = 1000;

export async function startCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const clock = installClock(options.from);
  const closers: (() => Promise<void> | void)[] = [() => clock.release()];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await start(options, clock, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: LocalCloudOptions,
  clock: ReturnType<typeof installClock>,
  closers: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<LocalCloud> {
  const { now } = clock;
  const tick = Math.max(1, options.tickMinutes ?? 60) * MINUTE;
  const chaos = options.chaos && createChaos(options.chaos.seed);
  const failures: Record<string, { count: number; last: string }> = {};

  let functions: Functions | undefined;
  let delivery: Delivery | undefined;
  let stopped = false;

  // Whoever changes something wakes the loop; nobody polls.
  let wakeLoop: (() => void) | undefined;
  let changes = 0;
  const changed = () => {
    changes += 1;
    // A little later: whoever tells of this change may be about to invoke the function that is idle.
    queueMicrotask(() => urls.pump());
    wakeLoop?.();
  };
  const urls = createUrls({ now, changed });
  await urls.listen();
  closers.push(() => urls.close());

  let kills = 0;
  const decide = options.fate ?? (chaos && (({ caller }: Sought) => chaos.fate(caller)));
  let mournedUntil = -Infinity;
  const fate = (request: Sought) => {
    const death = decide?.(request);
    if (death === undefined) return undefined;
    kills += 1;
    mournedUntil = now() + AFTER_A_DEATH;
    return death;
  };
  const wire = createWire({
    changed: (caller) => functions?.heard(caller),
    ...(decide !== undefined && { fate }),
    kill: (caller) => functions?.kill(caller),
    doomed: {
      add: (caller) => functions?.doomed.add(caller),
      has: (caller) => functions?.doomed.has(caller) ?? false,
    },
    allows: (caller, action) => permissions(caller, action),
  });
  const queues = await startQueues(wire, (queue, body) => {
    options.onMessage?.({ at: now(), queueUrl: queue.url, body });
    if (chaos && delivery?.feeds(queue)) {
      const seconds = chaos.copyDelay();
      // The original is put in its place only after this call.
      queueMicrotask(() => {
        queues.copy(queue, body, seconds, now());
        changed();
      });
    }
    changed();
  });
  closers.push(() => queues.close());

  const assembly = readAssembly(options.assembly, { queueUrl: queues.url, functionUrl: urls.url });
  const permissions = readPermissions(assembly);
  const variable = (name: string) => {
    for (const resource of assembly.ofType('AWS::Lambda::Function')) {
      const { Variables } = (resource.properties['Environment'] ?? {}) as { Variables?: Record<string, string> };
      if (Variables?.[name] !== undefined) return Variables[name];
    }
    return undefined;
  };

  const chats = variable('CHATS_TABLE');
  const allTables = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) => assembly.ofType(type));
  const watched = [
    ...(chats === undefined ? [] : [watchChats(chats)]),
    ...['PLAN_TABLE', 'LEDGER_TABLE'].flatMap((name) => watchOwn(variable(name))),
  ];
  const tables = await startTables(wire, (exchange) => watched.forEach((watch) => watch(exchange)));
  closers.push(() => tables.close());
  for (const resource of allTables) await tables.create(resource);
  for (const resource of assembly.ofType('AWS::SQS::Queue')) queues.create(resource);

  function watchChats(name: string) {
    return watchWrites(name, keysOf(name) ?? ['chatId'], async (key) => {
      const item = await tables.read(name, key);
      if (item !== undefined) options.onChatWrite({ at: now(), row: unmarshall(item) });
    });
  }

  function watchOwn(name: string | undefined) {
    const { ownRows } = options;
    if (name === undefined || ownRows === undefined) return [];
    const concerns = (request: string) => ownRows.words.some((word) => request.includes(word));
    const written = async (key: Parameters<typeof tables.read>[1]) => {
      const item = await tables.read(name, key);
      if (item !== undefined) ownRows.written({ at: now(), row: unmarshall(item) });
    };
    return [watchWrites(name, keysOf(name) ?? [], written, concerns)];
  }

  function keysOf(name: string): string[] | undefined {
    const keys = allTables.find((table) => table.name === name)?.properties['KeySchema'];
    return (keys as { AttributeName: string }[] | undefined)?.map(({ AttributeName }) => AttributeName);
  }

  const ses = await startSes({
    wire,
    assembly,
    now,
    ...options.ses,
    onMail: (mail) => options.onMail(mail),
    onEvent(event) {
      if (options.losesEvent?.(event) === true) return;
      options.onEvent(event);
      eventBridge.publish(event.detailType, 'aws.ses', event.detail);
    },
  });
  closers.push(() => ses.close());

  const functionNames = new Map(assembly.ofType('AWS::Lambda::Function').map(({ arn, name }) => [arn, name]));
  const queueArns = new Set(assembly.ofType('AWS::SQS::Queue').map(({ arn }) => arn));
  const eventBridge = await startEventBridge({
    wire,
    assembly,
    now,
    isTarget: (arn) => functionNames.has(arn) || queueArns.has(arn),
    deliver(arn, input) {
      const name = functionNames.get(arn);
      if (name !== undefined) delivery?.invokeAsync(name, input);
      else queues.send(queues.byArn(arn), input);
    },
    onBusEvent: (event, bus) => options.onBusEvent?.(event, bus),
  });
  closers.push(() => eventBridge.close());

  const kms = await startKms({ wire, assembly });
  closers.push(() => kms.close());

  const s3 = await startS3({ wire, assembly, now });
  closers.push(() => s3.close());
  const cloudwatch = await startCloudWatch({ wire, assembly, queues, now });
  closers.push(() => cloudwatch.close());

  const endpoints = {
    dynamodb: tables.endpoint,
    sqs: queues.endpoint,
    ses: ses.endpoint,
    eventbridge: eventBridge.endpoint,
    kms: kms.endpoint,
    s3: s3.endpoint,
    cloudwatch: cloudwatch.endpoint,
  };
  const processes = createFunctions({
    assembly,
    endpoints,
    ...(options.logFile !== undefined && { logFile: options.logFile }),
    now,
    openRequests: (name) => wire.open(name),
    changed,
  });
  functions = processes;
  closers.push(() => processes.stop());

  const failed = (name: string, error: string) => {
    const entry = (failures[name] ??= { count: 0, last: '' });
    entry.count += 1;
    entry.last = error;
  };
  const deliveries = createDelivery({ assembly, functions: processes, queues, now, changed, failed });
  delivery = deliveries;
  urls.connect({ assembly, functions: processes, failed });
  // Before the functions end: nobody may start one again for a request that waits.
  closers.push(() => urls.disconnect());

  // The outside world: work that runs, and work that waits for an instant.
  let outside = 0;
  // Whoever has asked a function that waits for an instant waits as well, or that instant would never come.
  const outsideWaits = () => outside <= urls.unanswered();
  let outsideError: { error: unknown } | undefined;
  const works = timetable<() => void | Promise<void>>(async (due) => {
    for (const work of due) {
      outside += 1;
      void Promise.resolve()
        .then(work)
        .catch((error: unknown) => (outsideError ??= { error }))
        .finally(() => {
          outside -= 1;
          changed();
        });
      await quiet();
    }
  }, now);
  const sleepers = timetable<() => void>((due) => {
    for (const wake of due) {
      outside += 1;
      wake();
    }
  }, now);

  // Permits of a few minutes must be renewed while something is under way, and what a death has left behind is found by
  // the next tick; otherwise nobody misses one.
  const isQuiet = () => !processes.anyWaiting() && !deliveries.messagesUnderway() && now() >= mournedUntil;
  const thinnest = () => (isQuiet() ? tick : 0);
  const rules: Agenda = { next: () => eventBridge.nextFiring(thinnest()), run: () => eventBridge.fire(thinnest()) };
  /** In the order in which things happen that are due at the same instant. */
  const agendas: readonly Agenda[] = [works, sleepers, processes.agenda, ses.agenda, ...deliveries.agendas, rules];

  /** Resolves at the next change, or throws where none comes for long. */
  async function nextChange(seen: number): Promise<void> {
    if (changes !== seen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve, reject) => {
      wakeLoop = resolve;
      timer = setTimeout(() => {
        const who = [...processes.working(), ...urls.working(), ...(outside > 0 ? ['outside work'] : [])].join(', ');
        reject(
          new Error(`${who} has neither finished nor waited for ${HANGING_SECONDS} s of real time, at ${iso(now())}`),
        );
      }, HANGING_SECONDS * 1000);
    }).finally(() => {
      wakeLoop = undefined;
      clearTimeout(timer);
    });
  }

  /** Pumps until nobody works any more, here or outside. */
  async function quiet(): Promise<void> {
    for (;;) {
      if (stopped) throw new Error('the cloud was stopped');
      const seen = changes;
      // Now, and not a little later: a request in line for an idle function is work.
      urls.pump();
      deliveries.pump();
      const working = processes.working().length + urls.working().length > 0;
      if (!working && outsideWaits() && (await processes.settled())) {
        // An answer may be on its way to whoever waits for it.
        if (outside > 0) await turn();
        if (changes === seen) return;
      }
      await nextChange(seen);
    }
  }

  let peak = 0;
  let sampledAt = -Infinity;
  function sampleMemory(): void {
    if (performance.now() - sampledAt < MEMORY_SAMPLE_MILLISECONDS) return;
    const kilobytes = [process.pid, ...processes.pids()].map(proportionalKilobytes);
    peak = Math.max(peak, kilobytes.reduce((sum, each) => sum + each, 0) / 1024);
    sampledAt = performance.now();
  }

  function earliest(): { at: Instant; agenda: Agenda } | undefined {
    let first: { at: Instant; agenda: Agenda } | undefined;
    for (const agenda of agendas) {
      const at = agenda.next();
      if (at !== undefined && (!first || at < first.at)) first = { at, agenda };
    }
    return first;
  }

  async function advance(
    until: Instant | ((state: { now: Instant }) => boolean | Promise<boolean>),
    { limit = now() + TWO_YEARS }: { limit?: Instant } = {},
  ): Promise<void> {
    for (;;) {
      await quiet();
      sampleMemory();
      if (outsideError) throw outsideError.error;
      const seen = changes;
      if (typeof until === 'function' && (await until({ now: now() }))) return;
      // While the condition was asked, a request may have come from outside: of the condition itself, every time.
      if (changes !== seen) await quiet();
      const next = earliest();
      if (typeof until === 'number' && (!next || next.at > until)) {
        clock.moveTo(Math.max(now(), until));
        return;
      }
      if (!next) throw new Error(`nothing is due any more at ${iso(now())}, and the condition does not hold`);
      if (next.at > limit) throw new Error(`the condition does not hold by ${iso(limit)}`);
      clock.moveTo(Math.max(now(), next.at));
      await next.agenda.run();
    }
  }

  async function serve(until: AbortSignal): Promise<void> {
    until.addEventListener('abort', changed, { once: true });
    for (let seen = changes; !until.aborted; seen = changes) {
      await quiet();
      if (changes !== seen || until.aborted) continue;
      // Who waits for an instant would wait for ever: time goes on so far, and for nobody else.
      const waited = processes.agenda.next();
      if (waited === undefined) await new Promise<void>((resolve) => (wakeLoop = resolve));
      else {
        clock.moveTo(Math.max(now(), waited));
        await processes.agenda.run();
      }
    }
  }

  const told = (name: string): string => {
    const value = variable(name);
    if (value === undefined) throw new Error(`no function is told ${name}`);
    return value;
  };
  const byName = <T>(value: (name: string) => T) =>
    Object.fromEntries(queues.names().map((name) => [name, value(name)]));

  return {
    endpoints,
    tables: {
      get plan() {
        return told('PLAN_TABLE');
      },
      get ledger() {
        return told('LEDGER_TABLE');
      },
      get users() {
        return told('USERS_TABLE');
      },
      get chats() {
        return told('CHATS_TABLE');
      },
    },
    queues: byName(queues.url),
    urls: Object.fromEntries(assembly.ofType('AWS::Lambda::Url').map(({ name }) => [name, urls.url(name)])),
    get operatorUrl() {
      const signed = assembly
        .ofType('AWS::Lambda::Url')
        .filter(({ properties }) => properties['AuthType'] === 'AWS_IAM');
      const [url] = signed;
      if (!url || signed.length > 1)
        throw new Error(`${signed.length} function URLs of the template ask for a signature: there must be one`);
      return urls.url(url.name);
    },
    get auditBucket() {
      return told('AUDIT_BUCKET');
    },
    get platformBus() {
      return told('PLATFORM_BUS');
    },
    get signalQueue() {
      return told('SIGNAL_QUEUE_URL');
    },
    get configurationSet() {
      const [set] = assembly.ofType('AWS::SES::ConfigurationSet');
      if (!set) throw new Error('no AWS::SES::ConfigurationSet in the template');
      return set.name;
    },
    functions: () => processes.names(),
    environmentOf: (name) => ({ ...processes.environmentOf(name) }),
    depths() {
      const depthOf = new Map(assembly.ofType('AWS::SQS::Queue').map(({ name, arn }) => [name, queues.byArn(arn)]));
      return byName((name) => {
        const queue = depthOf.get(name);
        return {
          ready: queue?.messages.length ?? 0,
          hidden: (queue?.inflightMessages.size ?? 0) + (queue?.delayedMessages.length ?? 0),
        };
      });
    },
    now,
    at: (instant, work) => {
      works.add(Math.max(instant, now()), work);
      changed();
    },
    async until(instant) {
      if (instant <= now()) return;
      outside -= 1;
      await new Promise<void>((resolve) => {
        sleepers.add(instant, resolve);
        changed();
      });
    },
    async invoke(name, event) {
      while (!processes.idle(name)) await turn();
      const outcome = await processes.invoke(name, event);
      if (!outcome.ok) throw new Error(`${name}: ${outcome.error}`);
      return outcome.result;
    },
    advance,
    serve,
    requests: () => wire.counts(),
    failures: () => structuredClone(failures),
    kills: () => kills,
    memoryMB: () => {
      sampledAt = -Infinity;
      sampleMemory();
      return Math.round(peak);
    },
    async stop() {
      stopped = true;
      changed();
      await stop();
    },
  };
}

/** The process's share of memory; 0 where the system does not tell it, or the process has ended. */
function proportionalKilobytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

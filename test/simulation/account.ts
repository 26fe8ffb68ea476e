/**
 * The account in which the functions run: tables, queues, SES and the bus in memory; production entry points in processes
 * that die; a network on which a request takes its time, comes to nothing, or is answered to nobody. What a process asks
 * is answered in virtual time; what goes wrong is drawn.
 */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

import type { FunctionName } from '../../functions/contracts/environment.ts';
import type { AuditEntry } from '../../functions/domain/audit.ts';
import type { Clock, Links } from '../../functions/ports.ts';
import type { RuntimeLog } from '../../functions/runtime/log.ts';
import { linkKey } from '../../functions/domain/link.ts';
import { PERMIT } from '../../functions/domain/wave.ts';
import { TABLES } from '../adapters/tables.ts';
import { createMemoryDynamoDB, type MemoryDynamoDB, throttled } from '../memory/dynamodb.ts';
import { type BusEvent, createMemoryEventBridge } from '../memory/eventbridge.ts';
import { type AcceptedMail, createMemorySes, type MemorySes, sesError } from '../memory/ses.ts';
import { createMemorySqs, MemoryQueue, type MemorySqs, type Message } from '../memory/sqs.ts';
import type { Draw } from './draw.ts';
import {
  ENTRIES,
  type Entry,
  ENVIRONMENT,
  officeOf,
  type QueueName,
  QUEUES,
  RECEIVES_BEFORE_DEAD,
  VISIBILITY,
  worldOf,
} from './entries.ts';
import type { Faults } from './faults.ts';
import type { Invocation, Seen, SesCall } from './seen.ts';
import type { Timeline } from './timeline.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What two clocks may differ by is thirty seconds; each is off by half of it at most. */
const MOST_OFF = 15 * SECOND;
/** A write with the client's repetitions takes ten seconds at most, a call of SES twenty: the clients give up then. */
const LONGEST_WRITE = 9_500;
const LONGEST_SEND = 19_500;

/** A process of a function: warm until it dies. */
interface Process {
  readonly name: string;
  handle(event: unknown): Promise<unknown>;
  dead: boolean;
  /** Each request takes so many milliseconds more. */
  slow: number;
  invocation: Invocation | undefined;
  died: (() => void) | undefined;
  /** Calls of SES of the present invocation. */
  calls: SesCall[];
}

export type Outcome = { readonly kind: 'done'; readonly result: any } | { readonly kind: 'failed' | 'died' };

export interface AccountOptions {
  readonly timeline: Timeline;
  readonly draw: Draw;
  readonly faults: Faults;
  readonly seen: Seen;
  readonly quota: { rate: number; daily: number };
  readonly segments: number;
  onMail(mail: AcceptedMail, call: number): void;
  onBus(event: BusEvent): void;
  /** What somebody is to mail or disable will come so late. */
  onLate(arrivesAt: number): void;
  /** Somebody who is to mail or disable waits for a slot, and it is longer ago than a permit lasts that a tick came. */
  onWait(): void;
  /** A message of feedback or a signal was worked off. */
  onTaken(body: string): void;
}

/** No real address is ever in an account; every one of this world has this in it. */
export const ADDRESS_MARK = '@example.com';

export class Account {
  readonly db: MemoryDynamoDB;
  readonly ses: MemorySes;
  private readonly queues: ReadonlyMap<QueueName, MemoryQueue>;
  private readonly sqs: MemorySqs;
  private readonly bus: { execute(command: object): unknown };
  private readonly warm = new Map<string, Process[]>();
  private readonly running = new Map<QueueName, number>();
  private readonly x: AccountOptions;
  private readonly draw: Draw;
  private indexLag = 0;
  private stale = 0;
  private stoppedUntil = 0;
  private downUntil = 0;
  private tickedAt = 0;
  private invocations = 0;
  private calls = 0;
  /** Of the audit trail, where nobody can change them. */
  readonly copies: AuditEntry[] = [];
  private segments: number;
  private readonly key = linkKey(Buffer.alloc(32, 'key'));

  constructor(x: AccountOptions) {
    this.x = x;
    this.draw = x.draw.of('network');
    this.segments = x.segments;
    const { timeline, faults } = x;
    this.db = createMemoryDynamoDB({
      now: () => timeline.now,
      indexLag: () => this.indexLag,
      staleness: () => this.stale,
      processes: (count) =>
        count > 1 && faults.strikes('batch processed in part') ? this.draw.between(1, count - 1) : count,
    });
    for (const table of TABLES) this.db.execute(new CreateTableCommand(table));
    this.queues = new Map(
      QUEUES.map(({ name, timeout }) => [
        name,
        new MemoryQueue({ visibility: VISIBILITY * timeout * SECOND, receivesBeforeDead: RECEIVES_BEFORE_DEAD }),
      ]),
    );
    this.sqs = createMemorySqs((url, body) => this.enqueue(this.queueAt(url).name, body));
    this.bus = createMemoryEventBridge((event) => {
      if (faults.strikes('bus refuses an event')) return false;
      this.checkPrivate('an event', event.detail);
      x.onBus(event);
      return true;
    });
    this.ses = createMemorySes(
      {
        now: () => timeline.now,
        refuses: () => (faults.strikes('ses: part of a call throttled') ? 'TransientFailure' : undefined),
        refusesAll: () => {
          if (timeline.now < this.stoppedUntil) return sesError('AccountSendingPausedException', 'sending is paused');
          return faults.strikes('ses: too fast') ? sesError('Throttling', 'maximum sending rate exceeded') : undefined;
        },
      },
      x.quota,
      (mail) => x.onMail(mail, this.calls),
    );
    this.planWeather();
  }

  /** What lasts for hours or days, drawn in advance. */
  private planWeather(): void {
    const { timeline, faults } = this.x;
    const draw = this.x.draw.of('weather');
    const some = (days: number) => timeline.now + draw.between(0, days * 24 * 60) * MINUTE;
    for (let n = 0; n < 3; n++) {
      if (faults.strikes('index behind'))
        this.during(some(70), draw.between(1, 8) * HOUR, (is) => (this.indexLag = is ? draw.between(1, 6) * HOUR : 0));
      if (faults.strikes('stale read'))
        this.during(some(70), draw.between(1, 48) * HOUR, (is) => (this.stale = is ? 3 * SECOND : 0));
      if (faults.strikes('all functions down')) {
        const length = draw.pick([20 * MINUTE, 3 * HOUR, 10 * HOUR, DAY, 3 * DAY]);
        // Not before the plan is active: it would be refused then, as too late.
        timeline.at(3 * DAY + some(60), () => (this.downUntil = timeline.now + length));
      }
      if (faults.strikes('ses: account stopped')) {
        const length = draw.pick([10 * MINUTE, 2 * HOUR, DAY]);
        timeline.at(some(60), () => (this.stoppedUntil = timeline.now + length));
      }
      if (faults.strikes('ses: quota of the day used up')) {
        const { daily } = this.ses.quota;
        this.during(some(60), DAY, (is) => (this.ses.quota.daily = is ? draw.between(3, 12) : daily));
      }
      if (faults.strikes('deployed anew')) timeline.at(some(80), () => this.deploy(draw.pick([1, 2, 3])));
    }
  }

  private during(from: number, length: number, set: (is: boolean) => void): void {
    this.x.timeline.at(from, () => set(true));
    this.x.timeline.at(from + length, () => set(false));
  }

  /** Everything well from now on. */
  calm(): void {
    this.x.faults.end();
    [this.indexLag, this.stale, this.stoppedUntil, this.downUntil] = [0, 0, 0, 0];
  }

  /** A new version: no process is used any more once its call has ended, messages stay, settings may be others. */
  private deploy(segments: number): void {
    this.warm.clear();
    this.segments = segments;
  }

  private queueAt(url: string): { name: QueueName; queue: MemoryQueue } {
    const name = url as QueueName;
    const queue = this.queues.get(name);
    if (queue === undefined) throw new Error(`there is no queue ${url}`);
    return { name, queue };
  }

  enqueue(name: QueueName, body: string, after = 0): void {
    const { faults } = this.x;
    this.checkPrivate(`a message to ${name}`, body);
    const mayBeLost = name !== 'signals' && name !== 'feedback';
    if (mayBeLost && faults.strikes('message lost')) return;
    const late = faults.strikes('message late')
      ? this.draw.between(1, 300) * MINUTE
      : faults.strikes('message from the dead letters, days later')
        ? this.draw.between(1, 5) * DAY
        : 0;
    if (late > 0 && PERMITTED.includes(name)) this.x.onLate(this.x.timeline.now + after + late);
    this.put(name, body, after + late);
    if (faults.strikes('message doubled'))
      this.put(name, body, after + this.draw.pick([0, SECOND, 5 * MINUTE, 7 * HOUR]));
  }

  private put(name: QueueName, body: string, after: number): void {
    const { timeline } = this.x;
    const queue = this.queueAt(name).queue;
    const { visibleAt } = queue.put(body, timeline.now + after);
    const window = QUEUES.find((each) => each.name === name)?.window ?? 0;
    timeline.at(visibleAt + window * SECOND, () => this.pump(name));
  }

  /** Lambda receives for a function as long as that may run more often at once. */
  private pump(name: QueueName): void {
    const { timeline, faults } = this.x;
    const { queue } = this.queueAt(name);
    const spec = QUEUES.find((each) => each.name === name);
    if (spec === undefined) return;
    if (timeline.now < this.downUntil) return timeline.at(this.downUntil, () => this.pump(name));
    while ((this.running.get(name) ?? 0) < spec.concurrency) {
      const pick = (count: number) =>
        count > 1 && faults.strikes('message out of order') ? this.draw.between(1, count - 1) : 0;
      const messages = queue.receive(timeline.now, spec.batch, pick);
      if (messages.length === 0) return;
      this.running.set(name, (this.running.get(name) ?? 0) + 1);
      void this.work(name, queue, messages).then(() => {
        this.running.set(name, (this.running.get(name) ?? 0) - 1);
        this.pump(name);
      });
    }
  }

  private async work(name: QueueName, queue: MemoryQueue, messages: readonly Message[]): Promise<void> {
    const Records = messages.map(({ id, body }) => ({
      messageId: id,
      body,
      eventSourceARN: `arn:aws:sqs:eu-west-1:000000000000:${name}`,
    }));
    const outcome = await this.invoke(name, { Records }, messages.length);
    const failed = new Set(
      outcome.kind === 'done'
        ? (outcome.result as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures.map(
            (each) => each.itemIdentifier,
          )
        : messages.map(({ id }) => id),
    );
    for (const message of messages)
      if (!failed.has(message.id)) {
        queue.delete(message);
        if (name === 'feedback' || name === 'signals') this.x.onTaken(message.body);
      } else this.x.timeline.at(message.visibleAt, () => this.pump(name));
  }

  /** Brings dead letters back, as operators do. */
  redrive(): void {
    for (const [name, queue] of this.queues) for (const { body } of queue.dead.splice(0)) this.put(name, body, 0);
  }

  /** What a clock, or a request, starts. */
  async invoke(name: string, event: unknown, messages = 1): Promise<Outcome> {
    const { timeline, seen, faults } = this.x;
    if (timeline.now < this.downUntil) return { kind: 'failed' };
    if (name === 'tick') this.tickedAt = timeline.now;
    const process = this.warm.get(name)?.pop() ?? this.start(name);
    const invocation: Invocation = {
      number: ++this.invocations,
      name,
      at: timeline.now,
      messages,
      requests: 0,
      writes: 0,
      repeated: 0,
      outcome: 'running',
    };
    seen.invocations.push(invocation);
    Object.assign(process, {
      invocation,
      calls: [] as SesCall[],
      slow: faults.strikes('out of time') ? this.draw.between(2, 9) * SECOND : 0,
    });
    const { timeout } = entryOf(name);
    return new Promise((resolve) => {
      const end = (outcome: Outcome) => {
        if (invocation.outcome !== 'running') return;
        invocation.outcome = outcome.kind;
        const failedInPart =
          outcome.kind === 'done' &&
          ((outcome.result as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures?.length ?? 0) > 0;
        if (outcome.kind !== 'done' || failedInPart) for (const call of process.calls) call.doubtful = true;
        if (!process.dead) this.keepWarm(process);
        resolve(outcome);
      };
      process.died = () => end({ kind: 'died' });
      timeline.after(timeout * SECOND, () => {
        if (invocation.outcome === 'running') this.kill(process);
      });
      process.handle(event).then(
        (result) => end({ kind: 'done', result }),
        (error: unknown) => {
          this.checkPrivate(`an error of ${name}`, error instanceof Error ? error.message : String(error));
          end({ kind: 'failed' });
        },
      );
    });
  }

  private keepWarm(process: Process): void {
    const there = this.warm.get(process.name) ?? [];
    there.push(process);
    this.warm.set(process.name, there);
  }

  private kill(process: Process): void {
    process.dead = true;
    process.died?.();
  }

  private start(name: string): Process {
    const { timeline, faults, draw } = this.x;
    const off = faults.strikes('clock off') ? draw.between(-MOST_OFF, MOST_OFF) : 0;
    const clock: Clock = {
      now: () => timeline.now + off,
      waitUntil: (instant) =>
        new Promise((resolve) => {
          timeline.at(instant - off, () => process.dead || resolve());
          const waits = instant - off > timeline.now && PERMITTED.includes(name as QueueName);
          if (waits && timeline.now > this.tickedAt + PERMIT) this.x.onWait();
        }),
    };
    const line = (level: string) => (what: string, counts?: unknown) =>
      this.checkPrivate(`a log line (${level})`, `${what} ${JSON.stringify(counts ?? {})}`);
    const log: RuntimeLog = {
      info: line('info'),
      warn: line('warn'),
      error: (what, error) => line('error')(what, error instanceof Error ? error.name : typeof error),
    };
    const links: Links = { base: 'https://notices.example.com/p/', key: async () => this.key };
    const process: Process = {
      name,
      handle: undefined as unknown as Process['handle'],
      dead: false,
      slow: 0,
      invocation: undefined,
      died: undefined,
      calls: [],
    };
    const client = (service: Service) => ({
      send: (command: object) => this.send(process, service, command),
      destroy() {},
    });
    const world = worldOf(
      { ...ENVIRONMENT, SWEEP_SEGMENTS: this.segments, FUNCTION_TIMEOUT_SECONDS: entryOf(name).timeout },
      log,
      { dynamodb: client('dynamodb'), sqs: client('sqs'), ses: client('ses'), eventbridge: client('eventbridge') },
      { clock, links },
    );
    const handle = entryOf(name).serve(log, name === 'operator' ? officeOf(world, this.copies) : world);
    // Without a remaining time middy sets no timer of real time, which would hold what a dead process waits for.
    const context = { functionName: name };
    Object.assign(process, { handle: (event: unknown) => handle(event as never, context as never) });
    return process;
  }

  /** One request of a process: it leaves, is executed, and is answered; each of these may come to nothing. */
  private send(process: Process, service: Service, command: object): Promise<unknown> {
    const { timeline, faults } = this.x;
    return new Promise((resolve, reject) => {
      if (process.dead) return;
      const isWrite =
        command instanceof UpdateItemCommand ||
        command instanceof PutItemCommand ||
        command instanceof BatchWriteItemCommand;
      if (process.invocation !== undefined) {
        process.invocation.requests += 1;
        if (isWrite) process.invocation.writes += 1;
      }
      if (faults.strikes('killed before a call')) return this.kill(process);
      const longest = service === 'ses' ? LONGEST_SEND : LONGEST_WRITE;
      const delayed =
        isWrite && faults.strikes('write delayed, others come first')
          ? this.draw.between(2 * SECOND, longest - SECOND)
          : 0;
      const there = Math.min(longest, this.draw.between(2, 25) + process.slow + delayed);
      timeline.after(there, () => {
        if (service === 'dynamodb' && faults.strikes('table throttled')) {
          if (!process.dead) reject(throttled());
          return;
        }
        if (service === 'sqs' && faults.strikes('queue refuses messages')) {
          if (!process.dead) reject(Object.assign(new Error('ServiceUnavailable'), { name: 'ServiceUnavailable' }));
          return;
        }
        let answer: { value: unknown } | { error: unknown };
        const execute = () => this.execute(process, service, command);
        try {
          answer = { value: execute() };
          if (isWrite && faults.strikes('write repeated by the client')) {
            if (process.invocation !== undefined) process.invocation.repeated += 1;
            answer = { value: execute() };
          }
        } catch (error) {
          answer = { error };
        }
        if (process.dead) return;
        if (faults.strikes('killed while a call is answered')) return this.kill(process);
        if (service === 'ses' && 'value' in answer && faults.strikes('ses: accepted, reply lost')) {
          for (const call of process.calls.slice(-1)) call.doubtful = true;
          reject(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
          return;
        }
        if ('value' in answer) resolve(answer.value);
        else reject(answer.error as Error);
        if (faults.strikes('killed after a call')) this.kill(process);
      });
    });
  }

  private execute(process: Process, service: Service, command: object): unknown {
    const { timeline, seen } = this.x;
    switch (service) {
      case 'dynamodb':
        if (command instanceof BatchGetItemCommand)
          for (const { userId } of command.input.RequestItems?.['users']?.Keys ?? [])
            seen.profilesRead.add(userId?.S ?? '');
        return this.db.execute(command);
      case 'sqs':
        return this.sqs.execute(command);
      case 'eventbridge':
        return this.bus.execute(command);
      case 'ses': {
        const number = ++this.calls;
        const before = seen.letters.length;
        const answer = this.ses.execute(command);
        if (seen.letters.length > before) {
          const call = { number, at: timeline.now, doubtful: false };
          seen.calls.push(call);
          process.calls.push(call);
        }
        return answer;
      }
    }
  }

  private checkPrivate(where: string, text: string): void {
    if (text.includes(ADDRESS_MARK)) this.x.seen.leaks.push(where);
  }

  /** Whether anybody is at work for whom permits are renewed, or will be within some minutes. */
  isBusy(within: number): boolean {
    const { now } = this.x.timeline;
    return PERMITTED.some(
      (name) => (this.running.get(name) ?? 0) > 0 || (this.queueAt(name).queue.next() ?? Infinity) < now + within,
    );
  }
}

const PERMITTED: readonly QueueName[] = ['notify', 'disable'];

type Service = 'dynamodb' | 'sqs' | 'ses' | 'eventbridge';

function entryOf(name: string): Entry {
  const entry = ENTRIES.get(name as FunctionName);
  if (entry === undefined) throw new Error(`there is no function ${name}`);
  return entry;
}

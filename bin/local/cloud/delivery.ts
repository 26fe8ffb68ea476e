/**
 * How work reaches the functions: event source mappings take messages from queues, rules invoke asynchronously.
 * A function runs once at a time. What a function has not done, because it failed, died or named the message as
 * failed, stays in flight and comes back when its visibility timeout has passed, until the queue's redrive policy
 * moves it to the dead letters; an asynchronous invocation is repeated after one and after two more minutes.
 */
import type { Agenda, Instant } from './clock.ts';
import { timetable } from './clock.ts';
import type { Queue, Queues } from './emulators.ts';
import type { Functions, Outcome } from './functions.ts';
import { type Assembly, only, REGION, refuse, type Resource } from './template.ts';

interface Mapping {
  readonly queue: Queue;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsFailures: boolean;
  /** When the batching window closes that the first waiting message opened. */
  windowEnds: Instant | undefined;
}
interface AsyncInvocation {
  readonly event: unknown;
  readonly attempt: number;
}

export interface Delivery {
  /** Starts whatever can start now. */
  pump(): void;
  invokeAsync(functionName: string, input: string): void;
  /** Whether this queue feeds a function. */
  feeds(queue: Queue): boolean;
  /** Messages that are hidden, delayed, or wait for their batch to fill. */
  messagesUnderway(): boolean;
  readonly agendas: readonly Agenda[];
}

export interface DeliveryOptions {
  readonly assembly: Assembly;
  readonly functions: Functions;
  readonly queues: Queues;
  now(): Instant;
  changed(): void;
  failed(functionName: string, error: string): void;
}

const RECEIVE_AT_ONCE = 10;
const RETRY_AFTER_MINUTES = [1, 2];
const DEFAULT_EVENT_AGE_SECONDS = 6 * 60 * 60;

export function createDelivery({ assembly, functions, queues, now, changed, failed }: DeliveryOptions): Delivery {
  const mappings = assembly
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties['Enabled'] !== false)
    .map((resource): Mapping => {
      const { EventSourceArn, FunctionName, BatchSize, FunctionResponseTypes, MaximumBatchingWindowInSeconds } =
        resource.properties;
      const functionName = functions.nameOfArn(String(FunctionName));
      if (functionName === undefined) return refuse(resource, `property FunctionName ${String(FunctionName)}`);
      if (!String(EventSourceArn).includes(':sqs:'))
        return refuse(resource, `property EventSourceArn ${String(EventSourceArn)}`);
      return {
        queue: queues.byArn(String(EventSourceArn)),
        functionName,
        batchSize: Number(BatchSize ?? 10),
        windowSeconds: Number(MaximumBatchingWindowInSeconds ?? 0),
        reportsFailures: ((FunctionResponseTypes ?? []) as string[]).includes('ReportBatchItemFailures'),
        windowEnds: undefined,
      };
    });
  const retries = new Map(
    assembly.ofType('AWS::Lambda::EventInvokeConfig').map((resource) => [
      functions.nameOfArn(String(resource.properties['FunctionName'])),
      {
        attempts: Number(resource.properties['MaximumRetryAttempts'] ?? RETRY_AFTER_MINUTES.length),
        seconds: Number(resource.properties['MaximumEventAgeInSeconds'] ?? DEFAULT_EVENT_AGE_SECONDS),
        onFailure: failureQueue(resource),
      },
    ]),
  );
  const asynchronous = new Map<string, AsyncInvocation[]>();
  const again = timetable<{ name: string; invocation: AsyncInvocation }>(
    (due) => due.forEach(({ name, invocation }) => enqueue(name, invocation)),
    now,
  );

  function enqueue(name: string, invocation: AsyncInvocation): void {
    const waiting = asynchronous.get(name);
    if (waiting) waiting.push(invocation);
    else asynchronous.set(name, [invocation]);
    changed();
  }

  async function runAsync(name: string, { event, attempt }: AsyncInvocation): Promise<void> {
    const outcome = await functions.invoke(name, event);
    if (outcome.ok) return;
    failed(name, outcome.error);
    const { attempts, seconds, onFailure } = retries.get(name) ?? {
      attempts: RETRY_AFTER_MINUTES.length,
      seconds: DEFAULT_EVENT_AGE_SECONDS,
      onFailure: undefined,
    };
    const minutes = RETRY_AFTER_MINUTES[attempt];
    if (minutes !== undefined && attempt < attempts && minutes * 60 <= seconds)
      again.add(now() + minutes * 60_000, { name, invocation: { event, attempt: attempt + 1 } });
    else if (onFailure !== undefined)
      queues.send(
        onFailure,
        JSON.stringify({ requestContext: { condition: 'RetriesExhausted' }, requestPayload: event }),
      );
  }

  function failureQueue(resource: Resource): Queue | undefined {
    const config = resource.properties['DestinationConfig'];
    if (config === undefined) return undefined;
    const { OnFailure } = only(resource, 'DestinationConfig', config, ['OnFailure']);
    const { Destination } = only(resource, 'DestinationConfig.OnFailure', OnFailure, ['Destination']);
    return queues.byArn(String(Destination));
  }

  function receive({ queue, batchSize }: Mapping) {
    const received: ReturnType<Queue['dequeue']> = [];
    // A receive that moved everything to the dead letters is empty although messages are left.
    while (received.length < batchSize && queue.messages.length > 0)
      received.push(
        ...queue.dequeue(Math.min(RECEIVE_AT_ONCE, batchSize - received.length), undefined, (arn) => queues.byArn(arn)),
      );
    return received;
  }

  async function runBatch(mapping: Mapping): Promise<void> {
    const { queue, functionName, reportsFailures } = mapping;
    const messages = receive(mapping);
    if (messages.length === 0) return;
    const event = {
      Records: messages.map(({ MessageId, ReceiptHandle, Body, MD5OfBody }) => {
        const message = queue.inflightMessages.get(ReceiptHandle)?.message;
        return {
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: {
            ApproximateReceiveCount: String(message?.approximateReceiveCount ?? 1),
            SentTimestamp: String(message?.sentTimestamp ?? now()),
            SenderId: 'local',
            ApproximateFirstReceiveTimestamp: String(message?.approximateFirstReceiveTimestamp ?? now()),
          },
          messageAttributes: {},
          md5OfBody: MD5OfBody,
          eventSource: 'aws:sqs',
          eventSourceARN: queue.arn,
          awsRegion: REGION,
        };
      }),
    };
    const outcome = await functions.invoke(functionName, event);
    if (!outcome.ok) failed(functionName, outcome.error);
    const undone = undoneOf(outcome, reportsFailures, new Set(messages.map(({ MessageId }) => MessageId)));
    for (const { MessageId, ReceiptHandle } of messages) if (!undone(MessageId)) queue.deleteMessage(ReceiptHandle);
    changed();
  }

  const ready = (mapping: Mapping): boolean => {
    mapping.queue.processTimers();
    const waiting = mapping.queue.messages.length;
    if (waiting === 0) return false;
    if (mapping.windowSeconds === 0 || waiting >= mapping.batchSize) return true;
    mapping.windowEnds ??= now() + mapping.windowSeconds * 1000;
    return mapping.windowEnds <= now();
  };

  return {
    pump() {
      for (const [name, invocations] of asynchronous) {
        if (!functions.idle(name)) continue;
        const invocation = invocations.shift();
        if (invocation) void runAsync(name, invocation);
      }
      for (const mapping of mappings) {
        if (!functions.idle(mapping.functionName) || !ready(mapping)) continue;
        mapping.windowEnds = undefined;
        void runBatch(mapping);
      }
    },
    invokeAsync: (name, input) => enqueue(name, { event: JSON.parse(input), attempt: 0 }),
    feeds: (queue) => mappings.some((mapping) => mapping.queue === queue),
    messagesUnderway: () =>
      mappings.some(
        ({ queue }) => queue.inflightMessages.size + queue.delayedMessages.length + queue.messages.length > 0,
      ),
    agendas: [
      again,
      {
        next() {
          let earliest: Instant | undefined;
          const consider = (at: Instant | undefined) => {
            if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
          };
          for (const { queue, windowEnds } of mappings) {
            consider(windowEnds);
            for (const { visibilityDeadline } of queue.inflightMessages.values()) consider(visibilityDeadline);
            for (const { delayUntil } of queue.delayedMessages) consider(delayUntil);
          }
          return earliest;
        },
        // The pump sees what has become visible.
        run: () => undefined,
      },
    ],
  };
}

/** Which messages of a batch are not done, by the function's answer. An answer that names unknown ids fails all. */
function undoneOf(
  outcome: Outcome,
  reportsFailures: boolean,
  batch: ReadonlySet<string>,
): (messageId: string) => boolean {
  if (!outcome.ok) return () => true;
  if (!reportsFailures) return () => false;
  const { batchItemFailures } = (outcome.result ?? {}) as { batchItemFailures?: { itemIdentifier?: string }[] | null };
  const failures = new Set((batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier ?? ''));
  return [...failures].every((id) => batch.has(id)) ? (id) => failures.has(id) : () => true;
}

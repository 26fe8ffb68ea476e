/**
 * One step of the flow: a queue, its dead letters, the function that works it off, and the alarms. The queue
 * stands first, because the step before must know where to send; `run` then gives it its function.
 */
import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { FunctionName } from '../../functions/contracts/environment.ts';
import { alarm, alarmOnFunction } from './alarms.ts';
import { deadLetters } from './dead-letters.ts';
import { type GivenEnvironment, ServiceFunction } from './service-function.ts';

export interface WorkerProps<N extends FunctionName> {
  readonly name: N;
  /** What goes wrong for people or operators while this step stands still. A whole sentence. */
  readonly impact: string;
  /** How long one call of the function may take. */
  readonly timeout: Duration;
  /** How long a message may be seen by one receiver. @default - six times the timeout */
  readonly visibilityTimeout?: Duration;
  /** Messages a call. @default 1 */
  readonly batchSize?: number;
  /** How long a batch may wait to fill. @default - not at all */
  readonly batchingWindow?: Duration;
  /** Calls at the same time, at least 2 (Lambda's own lower bound). */
  readonly maxConcurrency: number;
  /** From this age of the oldest message on, an alarm sounds. */
  readonly oldestMessage: Duration;
  /** The folder of the entry points. @default - this project's functions/ */
  readonly functions?: string | undefined;
}

/**
 * Lambda: "set the queue's visibility timeout to at least six times the function's timeout", so that a throttled
 * batch is not received by a second call while the first may still be at work.
 */
const VISIBILITY_TIMES_TIMEOUT = 6;
/** Five: fewer, and a throttled minute alone would fill the dead letters. */
const RECEIVES_BEFORE_DEAD = 5;

export class Worker<N extends FunctionName> extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  private readonly props: WorkerProps<N>;
  private running = false;

  /** Throws if the visibility timeout is shorter than six times the function's timeout. */
  constructor(scope: Construct, id: string, props: WorkerProps<N>) {
    super(scope, id);
    this.props = props;

    const shortest = props.timeout.toSeconds() * VISIBILITY_TIMES_TIMEOUT;
    const visibilityTimeout = props.visibilityTimeout ?? Duration.seconds(shortest);
    if (visibilityTimeout.toSeconds() < shortest) {
      throw new Error(
        `visibility timeout of ${props.name} is ${visibilityTimeout.toSeconds()} s; allowed is ${shortest} s or more, ${VISIBILITY_TIMES_TIMEOUT} times its timeout: raise one or lower the other`,
      );
    }
    this.deadLetters = deadLetters(this, props.impact);
    this.queue = new Queue(this, 'Queue', {
      visibilityTimeout,
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_BEFORE_DEAD },
    });
    alarm(this, 'OldMessagesAlarm', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: props.oldestMessage.toSeconds(),
      impact: props.impact,
      runbook: 'old-messages',
    });
    this.node.addValidation({
      validate: () => (this.running ? [] : [`queue ${id} has no function: call run() with its environment`]),
    });
  }

  /** Gives the queue its function. A message that fails alone comes back alone. */
  run(environment: GivenEnvironment<N>): ServiceFunction<N> {
    const { name, timeout, functions, batchSize = 1, batchingWindow, maxConcurrency, impact } = this.props;
    const fn = new ServiceFunction(this, 'Function', { name, environment, timeout, functions });
    fn.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
        ...(batchingWindow === undefined ? {} : { maxBatchingWindow: batchingWindow }),
      }),
    );
    alarmOnFunction(this, fn, impact);
    this.running = true;
    return fn;
  }
}

/**
 * A function that a clock starts. Two parties can fail to bring it to an end, EventBridge (which calls it) and
 * Lambda (which runs it); the dead letters of both lie in one queue.
 */
import { type Duration, Validations } from 'aws-cdk-lib';
import { Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';

import type { FunctionName } from '../../functions/contracts/environment.ts';
import { alarmOnFunction } from './alarms.ts';
import { deadLetters } from './dead-letters.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface ScheduledProps<N extends FunctionName> extends ServiceFunctionProps<N> {
  readonly schedule: Schedule;
  /** How late a call may still start; Lambda and EventBridge allow a minute at least. */
  readonly latest: Duration;
  /** How often a failed call is repeated, at most twice. */
  readonly retries: number;
  /** What goes wrong for people or operators while this does not run. A whole sentence. */
  readonly impact: string;
}

export class Scheduled<N extends FunctionName> extends Construct {
  readonly function: ServiceFunction<N>;

  constructor(scope: Construct, id: string, { schedule, latest, retries, impact, ...fn }: ScheduledProps<N>) {
    super(scope, id);
    const deadLetterQueue = deadLetters(this, impact);
    Validations.of(deadLetterQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'These are the dead letters, of a rule and of a function: cdk-nag sees only those of other queues.',
    });
    const limits = { retryAttempts: retries, maxEventAge: latest };

    this.function = new ServiceFunction(this, 'Function', fn);
    this.function.configureAsyncInvoke({ ...limits, onFailure: new SqsDestination(deadLetterQueue) });
    new Rule(this, 'Rule', { schedule, targets: [new LambdaFunction(this.function, { ...limits, deadLetterQueue })] });
    alarmOnFunction(this, this.function, impact);
  }
}

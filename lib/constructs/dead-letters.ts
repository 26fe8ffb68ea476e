/** The end of the line for what could not be done: kept for two weeks, and nobody sleeps through it. */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

import { alarmOnDeadLetters } from './alarms.ts';

/** @param impact what goes wrong for people or operators while the letters lie there; a whole sentence. */
export function deadLetters(scope: Construct, impact: string): Queue {
  const queue = new Queue(scope, 'DeadLetters', {
    // The longest that SQS offers: a holiday must not lose what has to be redriven.
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  alarmOnDeadLetters(scope, queue, impact);
  return queue;
}

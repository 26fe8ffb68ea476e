/** What the platform tells us on its bus, brought to the queue of signals: ids only, whatever else stands in the event. */
import { Duration } from 'aws-cdk-lib';
import { type EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { EVENT_SOURCE, SIGNAL_TYPE } from '../../functions/contracts/events.ts';
import { SIGNAL_PATHS } from '../../functions/contracts/messages.ts';
import { TransformedInput } from './transformed-input.ts';

export interface SignalsProps {
  readonly bus: EventBus;
  readonly queue: IQueue;
}

export class Signals extends Construct {
  constructor(scope: Construct, id: string, { bus, queue }: SignalsProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'What the platform tells us of its people',
      eventBus: bus,
      eventPattern: { source: Match.anythingBut(EVENT_SOURCE), detailType: [SIGNAL_TYPE] },
      targets: [
        new SqsQueue(queue, {
          message: new TransformedInput(SIGNAL_PATHS, ['userId', 'signal']),
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }
}

/** What the platform tells us on its bus, brought to the queue of signals: ids only, whatever else stands in the event. */
import { Duration } from 'aws-cdk-lib';
import { type EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { EVENT_SOURCE, SIGNAL_TYPE } from '../../functions/contracts/events.ts';
import { SIGNAL_PATHS } from '../../functions/contracts/messages.ts';
import { alarmOnRule } from './alarms.ts';
import { TransformedInput } from './transformed-input.ts';

export interface SignalsProps {
  /** Name of the sunset. */
  readonly sunset: string;
  readonly bus: EventBus;
  readonly queue: IQueue;
}

export class Signals extends Construct {
  constructor(scope: Construct, id: string, { sunset, bus, queue }: SignalsProps) {
    super(scope, id);
    // Named here: of a rule on a bus of its own CloudFormation gives the bus's name too, which is no dimension.
    const ruleName = `${sunset}-signals`;
    new Rule(this, 'Rule', {
      ruleName,
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
    // No dead letters here either: what the platform puts into an event is not ours to keep.
    alarmOnRule(this, 'LostSignalsAlarm', {
      dimensions: { EventBusName: bus.eventBusName, RuleName: ruleName },
      impact: 'What people did in the app does not count: chats of those whom mail does not reach stay blocked.',
      runbook: 'lost-signals',
    });
  }
}

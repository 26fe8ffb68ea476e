/**
 * An alarm wakes somebody up. It must say what it means for people and operators if nobody does anything, and
 * where the runbook is.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

import { HOLD_SET } from '../../functions/contracts/log-lines.ts';

/** The articles of docs/operating.md that alarms lead to. */
export type Runbook =
  | 'dead-letters'
  | 'old-messages'
  | 'function-errors'
  | 'function-throttles'
  | 'missed-tick'
  | 'lost-feedback'
  | 'lost-signals'
  | 'holds';

export interface AlarmProps {
  readonly metric: IMetric;
  /** Sounds from this value on; with `below`, beneath it. */
  readonly threshold: number;
  /** Sounds when the value is too small, and when there is none at all. @default false */
  readonly below?: boolean;
  /** What goes wrong for people or operators while this sounds. A whole sentence. */
  readonly impact: string;
  readonly runbook: Runbook;
}

export function alarm(
  scope: Construct,
  id: string,
  { metric, threshold, below = false, impact, runbook }: AlarmProps,
): Alarm {
  return new Alarm(scope, id, {
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    alarmDescription: `${impact} Runbook: docs/operating.md#${runbook}`,
  });
}

/** One dead letter is enough: each stands for work that nobody will do again by itself. */
export function alarmOnDeadLetters(scope: Construct, queue: IQueue, impact: string): void {
  alarm(scope, 'DeadLettersAlarm', {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
    threshold: 1,
    impact,
    runbook: 'dead-letters',
  });
}

export function alarmOnFunction(scope: Construct, fn: IFunction, impact: string): void {
  const period = Duration.minutes(5);
  alarm(scope, 'ErrorsAlarm', {
    metric: fn.metricErrors({ period }),
    threshold: 1,
    impact,
    runbook: 'function-errors',
  });
  alarm(scope, 'ThrottlesAlarm', {
    metric: fn.metricThrottles({ period }),
    threshold: 1,
    impact,
    runbook: 'function-throttles',
  });
}

/** For a rule without dead letters: what it could not bring is gone. */
export function alarmOnRule(
  scope: Construct,
  id: string,
  x: { dimensions: Readonly<Record<string, string>>; impact: string; runbook: Runbook },
): void {
  alarm(scope, id, {
    metric: new Metric({
      namespace: 'AWS/Events',
      metricName: 'FailedInvocations',
      dimensionsMap: x.dimensions,
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    threshold: 1,
    impact: x.impact,
    runbook: x.runbook,
  });
}

/** A function may set holds by itself: until an operator has looked, its cohort is neither mailed nor disabled. */
export function alarmOnHolds(fn: LambdaFunction): void {
  alarmOnLine(fn, 'Holds', {
    line: HOLD_SET,
    impact:
      'A cohort is held: its people are not mailed and its chats keep their encryption until somebody releases it.',
    runbook: 'holds',
  });
}

/** Of what a function writes into its log and answers by itself, so that it is no error of the function. */
export function alarmOnLine(
  fn: LambdaFunction,
  id: string,
  { line, impact, runbook }: { line: string; impact: string; runbook: Runbook },
): void {
  const filter = new MetricFilter(fn, id, {
    logGroup: fn.logGroup,
    filterPattern: FilterPattern.stringValue('$.message', '=', line),
    metricNamespace: Stack.of(fn).stackName,
    metricName: `${id}${fn.node.scope?.node.id ?? ''}`,
  });
  alarm(fn, `${id}Alarm`, {
    metric: filter.metric({ period: Duration.minutes(1), statistic: 'Sum' }),
    threshold: 1,
    impact,
    runbook,
  });
}

/** Sends every alarm of the scope, now that all are made, to the topic: none can be forgotten. */
export function notifyOfAlarms(scope: Construct, topicArn: string): void {
  const action = new SnsAction(Topic.fromTopicArn(scope, 'AlarmTopic', topicArn));
  for (const found of scope.node.findAll()) {
    if (found instanceof Alarm) found.addAlarmAction(action);
  }
}

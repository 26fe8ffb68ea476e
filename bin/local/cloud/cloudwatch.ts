/**
 * Amazon CloudWatch, as far as queues and alarms need it: GetMetricData of three metrics of SQS, which are what the
 * queues hold at this moment and never late; and DescribeAlarms, where an alarm on one of these metrics sounds while its
 * threshold is reached, and every other is quiet: there is nothing here that would measure what it listens to.
 */
import { createServer } from 'node:http';
import type { Instant } from './clock.ts';
import type { Queue, Queues } from './emulators.ts';
import { answerJson, ServiceError } from './json-service.ts';
import { type Assembly, REGION, ACCOUNT, type Resource } from './template.ts';
import { type Wire, closeServer } from './wire.ts';

export interface CloudWatch {
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface CloudWatchOptions {
  readonly wire: Wire;
  readonly assembly: Pick<Assembly, 'ofType'>;
  readonly queues: Pick<Queues, 'byArn'>;
  now(): Instant;
}

interface Metric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}
interface Query {
  readonly Id: string;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
}

const MOST_ALARMS = 100;

/** What a queue holds now. */
const MEASURES: Readonly<Record<string, (queue: Queue, now: Instant) => number>> = {
  ApproximateNumberOfMessagesVisible: ({ messages }) => messages.length,
  ApproximateNumberOfMessagesNotVisible: ({ inflightMessages }) => inflightMessages.size,
  ApproximateAgeOfOldestMessage: ({ messages, inflightMessages }, now) => {
    const sent = [...messages, ...[...inflightMessages.values()].map(({ message }) => message)].map(
      ({ sentTimestamp }) => sentTimestamp,
    );
    return sent.length === 0 ? 0 : Math.max(0, Math.floor((now - Math.min(...sent)) / 1000));
  },
};

export async function startCloudWatch({ wire, assembly, queues, now }: CloudWatchOptions): Promise<CloudWatch> {
  const queueOf = new Map(assembly.ofType('AWS::SQS::Queue').map(({ name, arn }) => [name, queues.byArn(arn)]));

  /** Undefined: nothing is known of it. */
  function measure({ Namespace, MetricName = '', Dimensions = [] }: Metric): number | undefined {
    const queue = queueOf.get(Dimensions.find(({ Name }) => Name === 'QueueName')?.Value ?? '');
    return Namespace === 'AWS/SQS' && queue ? MEASURES[MetricName]?.(queue, now()) : undefined;
  }

  function getMetricData({ MetricDataQueries = [] }: { MetricDataQueries?: readonly Query[] }) {
    const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
      if (!MetricStat)
        throw new ServiceError('ValidationError', `query ${Id} has no MetricStat: others are not known here`);
      const { Namespace, MetricName = '' } = MetricStat.Metric;
      if (Namespace !== 'AWS/SQS' || !(MetricName in MEASURES))
        throw new ServiceError(
          'ValidationError',
          `no metric ${String(Namespace)} ${MetricName} on this machine: there are ${Object.keys(MEASURES).join(', ')} of AWS/SQS`,
        );
      const value = measure(MetricStat.Metric);
      const period = MetricStat.Period * 1000;
      return {
        Id,
        Label: MetricName,
        StatusCode: 'Complete',
        Timestamps: value === undefined ? [] : [Math.floor(now() / period) * MetricStat.Period],
        Values: value === undefined ? [] : [value],
      };
    });
    return { MetricDataResults, Messages: [] };
  }

  function describeAlarms(input: { AlarmNamePrefix?: string; MaxRecords?: number; NextToken?: string }) {
    const { AlarmNamePrefix = '', MaxRecords = 50, NextToken = '0' } = input;
    const alarms = assembly.ofType('AWS::CloudWatch::Alarm').filter(({ name }) => name.startsWith(AlarmNamePrefix));
    const from = Number(NextToken);
    const end = from + Math.min(MOST_ALARMS, MaxRecords);
    return {
      MetricAlarms: alarms.slice(from, end).map(alarmOf),
      CompositeAlarms: [],
      ...(end < alarms.length ? { NextToken: String(end) } : {}),
    };
  }

  function alarmOf({ name, properties }: Resource) {
    const value = measure(properties);
    return {
      AlarmName: name,
      AlarmArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`,
      AlarmDescription: properties['AlarmDescription'],
      Namespace: properties['Namespace'],
      MetricName: properties['MetricName'],
      StateValue: value !== undefined && value >= Number(properties['Threshold']) ? 'ALARM' : 'OK',
      StateUpdatedTimestamp: Math.floor(now() / 1000),
    };
  }

  const actions: Readonly<Record<string, (input: object) => object>> = {
    GetMetricData: getMetricData,
    DescribeAlarms: describeAlarms,
  };

  const server = createServer((request, response) =>
    answerJson(request, response, { version: '1.0', internal: 'InternalServiceFault' }, (target, input) => {
      const action = target.split('.').at(-1) ?? '';
      const run = actions[action];
      if (!run)
        throw new ServiceError('UnknownOperationException', `CloudWatch on this machine does not know ${action}`);
      return run(input);
    }),
  );
  const endpoint = await wire.listen(server);
  return { endpoint, close: () => closeServer(server) };
}

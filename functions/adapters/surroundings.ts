/**
 * What AWS knows of the deployment: how much its queues hold, which alarms sound, and whether SES is set up as the
 * sunset needs it. Metrics are some minutes old and approximate; what a hold counts on is asked of the queues.
 */
import { type CloudWatchClient, paginateDescribeAlarms, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConfigurationSetDoesNotExistException,
  DescribeConfigurationSetCommand,
  GetIdentityDkimAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  type SESClient,
} from '@aws-sdk/client-ses';
import { GetQueueAttributesCommand, type SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';

import { MINUTE } from '../domain/time.ts';
import type { Clock, Surroundings } from '../ports.ts';

/** A queue has a datapoint a minute while it is used; one that is late by a few minutes is still seen. */
const LOOK_BACK = 10 * MINUTE;
const PERIOD = 60;

const VISIBLE = 'ApproximateNumberOfMessagesVisible';
const OLDEST = 'ApproximateAgeOfOldestMessage';

/** A queue's URL, and the ARN of its dead letters. */
export interface WatchedQueue {
  readonly name: string;
  readonly url: string;
  readonly deadLetters: string;
}

export interface Watched {
  readonly queues: readonly WatchedQueue[];
  /** First part of the names of the alarms; a logical id follows. */
  readonly alarmPrefix: string;
  /** The domain of the sender. */
  readonly sender: string;
  readonly configurationSet: string;
}

export function createSurroundings(
  { sqs, cloudwatch, ses }: { sqs: SQSClient; cloudwatch: CloudWatchClient; ses: SESClient },
  { queues, alarmPrefix, sender, configurationSet }: Watched,
  clock: Pick<Clock, 'now'>,
): Surroundings {
  function queueNamed(name: string): WatchedQueue {
    const queue = queues.find((each) => each.name === name);
    if (queue === undefined)
      throw new Error(`there is no queue ${name}; there are ${queues.map((each) => each.name).join(', ')}`);
    return queue;
  }

  async function messagesIn(url: string): Promise<{ visible: number; hidden: number; delayed: number }> {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return {
      visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
    };
  }

  return {
    async queues() {
      const now = clock.now();
      const { MetricDataResults = [] } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(now - LOOK_BACK),
          EndTime: new Date(now),
          // The latest value comes first.
          ScanBy: 'TimestampDescending',
          MetricDataQueries: queues.flatMap(({ url, deadLetters }, at) => [
            metric(`waiting${at}`, VISIBLE, lastPart(url, '/')),
            metric(`oldest${at}`, OLDEST, lastPart(url, '/')),
            metric(`dead${at}`, VISIBLE, lastPart(deadLetters, ':')),
          ]),
        }),
      );
      const latest = new Map(MetricDataResults.map(({ Id, Values = [] }) => [Id, Values[0]]));
      return queues.map(({ name }, at) => ({
        name,
        waiting: latest.get(`waiting${at}`) ?? 0,
        oldest: latest.get(`oldest${at}`) ?? null,
        deadLetters: latest.get(`dead${at}`) ?? 0,
      }));
    },
    async inFlight(queue) {
      const { visible, hidden, delayed } = await messagesIn(queueNamed(queue).url);
      return visible + hidden + delayed;
    },
    async alarms() {
      const sounding: string[] = [];
      let all = 0;
      const pages = paginateDescribeAlarms({ client: cloudwatch }, { AlarmNamePrefix: alarmPrefix });
      for await (const { MetricAlarms = [] } of pages)
        for (const { AlarmName = '', StateValue } of MetricAlarms) {
          const logicalId = AlarmName.slice(alarmPrefix.length);
          // Of another sunset, whose name begins with ours and goes on in small letters.
          if (!/^[A-Z]/.test(logicalId)) continue;
          all += 1;
          if (StateValue === 'ALARM') sounding.push(AlarmName);
        }
      return { sounding, all };
    },
    async sender() {
      const [{ VerificationAttributes }, { DkimAttributes }] = await Promise.all([
        ses.send(new GetIdentityVerificationAttributesCommand({ Identities: [sender] })),
        ses.send(new GetIdentityDkimAttributesCommand({ Identities: [sender] })),
      ]);
      const dkim = DkimAttributes?.[sender];
      return {
        domain: sender,
        verified: VerificationAttributes?.[sender]?.VerificationStatus === 'Success',
        dkim: dkim?.DkimEnabled === true && dkim.DkimVerificationStatus === 'Success',
      };
    },
    async configurationSet() {
      try {
        const { EventDestinations = [] } = await ses.send(
          new DescribeConfigurationSetCommand({
            ConfigurationSetName: configurationSet,
            ConfigurationSetAttributeNames: ['eventDestinations'],
          }),
        );
        // Version 1 of the API has no name for EventBridge: it is what is none of the kinds that it names.
        const events = EventDestinations.some(
          ({ Enabled, CloudWatchDestination, KinesisFirehoseDestination, SNSDestination }) =>
            Enabled === true && (CloudWatchDestination ?? KinesisFirehoseDestination ?? SNSDestination) === undefined,
        );
        return { exists: true, events };
      } catch (error) {
        if (error instanceof ConfigurationSetDoesNotExistException) return { exists: false, events: false };
        throw error;
      }
    },
    async redrive(name) {
      const { url, deadLetters } = queueNamed(name);
      // Of the same account and region: only the last part differs.
      const lettersUrl = `${url.slice(0, url.lastIndexOf('/') + 1)}${lastPart(deadLetters, ':')}`;
      const { visible } = await messagesIn(lettersUrl);
      // Without a destination each goes back to where it came from.
      if (visible > 0) await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetters }));
      return visible;
    },
  };
}

const lastPart = (text: string, separator: string) => text.slice(text.lastIndexOf(separator) + 1);

const metric = (id: string, name: string, queue: string) => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: 'AWS/SQS', MetricName: name, Dimensions: [{ Name: 'QueueName', Value: queue }] },
    Period: PERIOD,
    Stat: 'Maximum',
  },
});

/** The adapter and the clients of the functions, against the queues, metrics, alarms and SES of this machine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { SESClient } from '@aws-sdk/client-ses';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type LocalCloud, startCloud } from '../../bin/local/cloud/cloud.ts';
import { createSurroundings, type Watched } from '../../functions/adapters/surroundings.ts';
import { MINUTE, parseInstant } from '../../functions/domain/time.ts';
import type { Surroundings } from '../../functions/ports.ts';

const NOW = parseInstant('2026-04-14T08:00:00Z');
const STACK = 'demo';
const folder = mkdtempSync(join(tmpdir(), 'sunset-surroundings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const work = (letters: string) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { RedrivePolicy: { deadLetterTargetArn: arnOf(letters), maxReceiveCount: 5 } },
});
const alarm = (metric: string, dimensions: Record<string, unknown>, namespace = 'AWS/SQS') => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    MetricName: metric,
    Namespace: namespace,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 1,
  },
});
const nameOf = (id: string) => ({ 'Fn::GetAtt': [id, 'QueueName'] });
const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
const TEMPLATE = {
  Resources: {
    NotifyQueue: work('NotifyDeadLetters'),
    NotifyDeadLetters: { Type: 'AWS::SQS::Queue', Properties: {} },
    DisableQueue: work('DisableDeadLetters'),
    DisableDeadLetters: { Type: 'AWS::SQS::Queue', Properties: {} },
    Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'polls' } },
    Quiet: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'quiet' } },
    Events: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: 'polls',
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['delivery', 'bounce'],
          EventBridgeDestination: { EventBusArn: bus },
        },
      },
    },
    NotifyDeadLettersAlarm: alarm('ApproximateNumberOfMessagesVisible', { QueueName: nameOf('NotifyDeadLetters') }),
    DisableDeadLettersAlarm: alarm('ApproximateNumberOfMessagesVisible', { QueueName: nameOf('DisableDeadLetters') }),
    Errors: alarm('Errors', { FunctionName: 'notify' }, 'AWS/Lambda'),
    // Of a sunset whose name begins as this one's does.
    Other: {
      ...alarm('Errors', {}, 'AWS/Lambda'),
      Properties: { ...alarm('Errors', {}).Properties, AlarmName: 'demo-two-Errors' },
    },
  },
};

let cloud: LocalCloud;
let sqs: SQSClient;
let cloudwatch: CloudWatchClient;
let ses: SESClient;
let surroundings: Surroundings;
const url = (id: string) => cloud.queues[`${STACK}-${id}`] ?? '';
const lettersArn = (id: string) => `arn:aws:sqs:us-east-1:000000000000:${STACK}-${id}`;
const create = (x: Partial<Watched> = {}) =>
  createSurroundings(
    { sqs, cloudwatch, ses },
    {
      queues: [
        { name: 'notify', url: url('NotifyQueue'), deadLetters: lettersArn('NotifyDeadLetters') },
        { name: 'disable', url: url('DisableQueue'), deadLetters: lettersArn('DisableDeadLetters') },
      ],
      alarmPrefix: `${STACK}-`,
      sender: 'example.com',
      configurationSet: 'polls',
      ...x,
    },
    { now: () => cloud.now() },
  );

beforeEach(async () => {
  const assembly = mkdtempSync(join(folder, 'assembly-'));
  mkdirSync(assembly, { recursive: true });
  writeFileSync(join(assembly, `${STACK}.template.json`), JSON.stringify(TEMPLATE));
  cloud = await startCloud({ assembly, from: NOW, onMail: () => {}, onEvent: () => {}, onChatWrite: () => {} });
  const settings = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  sqs = new SQSClient({ ...settings, endpoint: cloud.endpoints.sqs });
  cloudwatch = new CloudWatchClient({ ...settings, endpoint: cloud.endpoints.cloudwatch });
  ses = new SESClient({ ...settings, endpoint: cloud.endpoints.ses });
  surroundings = create();
});
afterEach(async () => {
  for (const client of [sqs, cloudwatch, ses]) client.destroy();
  await cloud.stop();
});

async function send(id: string, ...bodies: string[]): Promise<void> {
  for (const body of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: url(id), MessageBody: body }));
}
const receive = async (id: string) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url(id), MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  return Messages;
};

describe('the queues', () => {
  it('are seen with what waits, since when, and their dead letters', async () => {
    await send('NotifyQueue', 'a', 'b');
    await cloud.advance(NOW + 7 * MINUTE);
    await send('NotifyQueue', 'c');
    await send('DisableDeadLetters', 'x');
    expect(await surroundings.queues()).toEqual([
      { name: 'notify', waiting: 3, oldest: 7 * 60, deadLetters: 0 },
      { name: 'disable', waiting: 0, oldest: 0, deadLetters: 1 },
    ]);
  });

  it('are asked for in one request, however many', async () => {
    let requests = 0;
    cloudwatch.middlewareStack.add((next) => (x) => ((requests += 1), next(x)), { step: 'finalizeRequest' });
    sqs.middlewareStack.add(() => () => Promise.reject(new Error('a queue was asked')), { step: 'finalizeRequest' });
    await surroundings.queues();
    expect(requests).toBe(1);
  });

  it('of which CloudWatch knows nothing yet hold nothing, and nobody knows since when', async () => {
    const unknown = { name: 'notify', url: 'http://localhost/1/none', deadLetters: 'arn:aws:sqs:::none-either' };
    expect(await create({ queues: [unknown] }).queues()).toEqual([
      { name: 'notify', waiting: 0, oldest: null, deadLetters: 0 },
    ]);
  });

  it('have in flight what waits and what somebody has in hand', async () => {
    await send('NotifyQueue', 'a', 'b', 'c');
    const { length } = await receive('NotifyQueue');
    await send('NotifyQueue', 'd');
    expect([length, await surroundings.inFlight('notify'), await surroundings.inFlight('disable')]).toEqual([3, 4, 0]);
  });
});

describe('dead letters', () => {
  it('go back to their queue, as messages of their own, and are counted as they were', async () => {
    await send('NotifyDeadLetters', 'a', 'b');
    expect(await surroundings.redrive('notify')).toBe(2);
    expect((await receive('NotifyQueue')).map(({ Body }) => Body)).toEqual(['a', 'b']);
    expect(await receive('NotifyDeadLetters')).toEqual([]);
    expect(await surroundings.inFlight('disable')).toBe(0);
  });

  it('are not moved where there are none', async () => {
    expect(await surroundings.redrive('disable')).toBe(0);
  });

  it('of a queue that is not known are an error that names those that are', async () => {
    await expect(surroundings.redrive('tick')).rejects.toThrow('there is no queue tick; there are notify, disable');
  });

  it('are not what a queue holds that is nobody’s dead letters: SQS refuses', async () => {
    await send('NotifyQueue', 'a');
    const task = new StartMessageMoveTaskCommand({ SourceArn: lettersArn('NotifyQueue') });
    await expect(sqs.send(task)).rejects.toThrow('must be configured as a Dead Letter Queue');
    const none = new StartMessageMoveTaskCommand({ SourceArn: lettersArn('None') });
    await expect(sqs.send(none)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await surroundings.inFlight('notify')).toBe(1);
  });
});

describe('alarms', () => {
  it('of this stack are counted, and named where they sound', async () => {
    expect(await surroundings.alarms()).toEqual({ sounding: [], all: 3 });
    await send('DisableDeadLetters', 'x');
    expect(await surroundings.alarms()).toEqual({ sounding: ['demo-DisableDeadLettersAlarm'], all: 3 });
    await surroundings.redrive('disable');
    expect((await surroundings.alarms()).sounding).toEqual([]);
  });
});

describe('SES', () => {
  it('tells whether the sender is verified', async () => {
    expect(await surroundings.sender()).toEqual({ verified: true, dkim: true, domain: 'example.com' });
  });

  it('tells whether the configuration set is there, and whether it tells its events', async () => {
    expect(await surroundings.configurationSet()).toEqual({ exists: true, events: true });
    expect(await create({ configurationSet: 'quiet' }).configurationSet()).toEqual({ exists: true, events: false });
    expect(await create({ configurationSet: 'none' }).configurationSet()).toEqual({ exists: false, events: false });
  });
});

describe('CloudWatch on this machine', () => {
  it('names what it does not know', async () => {
    await expect(cloudwatch.send(new ListMetricsCommand({}))).rejects.toThrow('does not know ListMetrics');
    const query = {
      Id: 'a',
      MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors' }, Period: 60, Stat: 'Sum' },
    };
    const asked = new GetMetricDataCommand({
      StartTime: new Date(NOW),
      EndTime: new Date(NOW),
      MetricDataQueries: [query],
    });
    await expect(cloudwatch.send(asked)).rejects.toThrow('no metric AWS/Lambda Errors on this machine');
  });
});

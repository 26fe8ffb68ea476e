import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { createQueues, type QueueUrls } from '../../functions/adapters/queues.ts';
import type { Queues } from '../../functions/ports.ts';
import { clientOf, type Service, startService } from './server.ts';

interface Batch {
  readonly QueueUrl: string;
  readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[];
}

let service: Service;
let client: SQSClient;
let queues: Queues;
beforeAll(async () => {
  service = await startService('application/x-amz-json-1.0');
  client = new SQSClient(clientOf(service));
  queues = createQueues(client, urls(['dispatch', 'notices', 'sweep', 'disable', 'signals']));
});
afterAll(async () => {
  client.destroy();
  await service.stop();
});
beforeEach(() => {
  service.asked.length = 0;
  service.answer = () => refusing(0);
});

function urls(names: readonly (keyof Queues)[]): QueueUrls {
  const url = (name: keyof Queues) => (names.includes(name) ? `${service.endpoint}/000000000000/${name}` : undefined);
  return {
    dispatch: url('dispatch'),
    notices: url('notices'),
    sweep: url('sweep'),
    disable: url('disable'),
    signals: url('signals'),
  };
}
/** SQS answers 200 also where it refused some. */
const refusing = (count: number) => ({
  body: JSON.stringify({
    Successful: [],
    Failed: Array.from({ length: count }, (_, at) => ({ Id: String(at), Code: 'InternalError', SenderFault: false })),
  }),
});
const SAVED = { userId: 'ana', signal: 'saved', at: '2026-04-20T08:00:00Z' } as const;
const batches = () => service.asked.map(({ body }) => JSON.parse(body) as Batch);
const notices = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ page: `eea~UTC~~en~${at + 1}`, notice: 'd35@2026-05-19' }));

it('sends each message to the queue of its step', async () => {
  await queues.dispatch([{ kind: 'review', group: 'eea~UTC~' }]);
  await queues.notices(notices(1));
  await queues.sweep([{ sweep: 's1', segment: 0 }]);
  await queues.disable([{ kind: 'intent', intent: 'i1' }]);
  await queues.signals([SAVED]);
  expect(
    batches().map(({ QueueUrl, Entries }) => [QueueUrl.split('/').at(-1), JSON.parse(Entries[0]!.MessageBody)]),
  ).toEqual([
    ['dispatch', { kind: 'review', group: 'eea~UTC~' }],
    ['notices', notices(1)[0]],
    ['sweep', { sweep: 's1', segment: 0 }],
    ['disable', { kind: 'intent', intent: 'i1' }],
    ['signals', SAVED],
  ]);
});

it('sends every message once, in order, ten to a request, under ids of their own', async () => {
  await queues.notices(notices(21));
  expect(batches().map(({ Entries }) => Entries.length)).toEqual([10, 10, 1]);
  for (const { Entries } of batches()) expect(new Set(Entries.map(({ Id }) => Id)).size).toBe(Entries.length);
  expect(batches().flatMap(({ Entries }) => Entries.map(({ MessageBody }) => JSON.parse(MessageBody)))).toEqual(
    notices(21),
  );
});

it('lets nobody wait in the queue: no message has a delay', async () => {
  await queues.notices(notices(3));
  expect(service.asked.map(({ body }) => body).join()).not.toContain('DelaySeconds');
});

it('asks for nothing where there is nothing to send', async () => {
  await queues.disable([]);
  expect(service.asked).toEqual([]);
});

it('is an error where SQS took only some, so that whoever sends tries again', async () => {
  service.answer = () => refusing(service.asked.length === 2 ? 1 : 0);
  await expect(queues.notices(notices(25))).rejects.toThrow('the queue of notices refused 1 of 10: InternalError');
  expect(service.asked).toHaveLength(2);
});

it('throws for a queue that the function is not told, before anything is sent', async () => {
  const few = createQueues(client, urls(['notices']));
  await expect(few.sweep([{ sweep: 's1', segment: 0 }])).rejects.toThrow('does not send to the queue of sweep');
  await expect(few.signals([SAVED])).rejects.toThrow('does not send to the queue of signals');
  expect(service.asked).toEqual([]);
});

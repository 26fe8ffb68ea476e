/**
 * Queues, asked the same of SQS in memory, as the simulation has it, and of fauxqs, as the local system has it: what is
 * sent comes, is hidden while somebody has it, comes again, and is a dead letter in the end. Both follow this process's
 * date, which is set here.
 */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createQueues } from '../../functions/adapters/queues.ts';
import type { Queues } from '../../functions/ports.ts';
import { createMemorySqs, MemoryQueue } from '../memory/sqs.ts';

const VISIBILITY = 30;
const RECEIVES = 2;
const NOW = Date.parse('2026-05-20T12:00:00Z');

interface Implementation {
  readonly queues: Queues;
  /** Bodies, of one receive. */
  receive(most: number): Promise<string[]>;
  /** Bodies of the dead letters. */
  dead(): Promise<string[]>;
  /** Receives everything and deletes it. */
  workOff(): Promise<string[]>;
  stop(): Promise<void>;
}

async function inMemory(): Promise<Implementation> {
  const queue = new MemoryQueue({ visibility: VISIBILITY * 1000, receivesBeforeDead: RECEIVES });
  const sqs = createMemorySqs((_, body) => void queue.put(body, Date.now()));
  const client = { send: async (command: object) => sqs.execute(command) } as unknown as SQSClient;
  const receive = (most: number) => queue.receive(Date.now(), most);
  return {
    queues: createQueues(client, urls('dispatch')),
    receive: async (most) => receive(most).map(({ body }) => body),
    dead: async () => queue.dead.map(({ body }) => body),
    async workOff() {
      const messages = receive(10);
      for (const message of messages) queue.delete(message);
      return messages.map(({ body }) => body);
    },
    stop: async () => {},
  };
}

async function onFauxqs(): Promise<Implementation> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const { CreateQueueCommand, GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const { QueueUrl: dead = '' } = await client.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: RECEIVES });
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({
      QueueName: 'dispatch',
      Attributes: { VisibilityTimeout: String(VISIBILITY), RedrivePolicy },
    }),
  );
  const at = (url: string) => `${endpoint}${new URL(url).pathname}`;
  const messagesOf = async (url: string, most: number) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: at(url), MaxNumberOfMessages: most, WaitTimeSeconds: 0 }),
    );
    return Messages;
  };
  return {
    queues: createQueues(client, urls(at(QueueUrl))),
    receive: async (most) => (await messagesOf(QueueUrl, most)).map(({ Body = '' }) => Body),
    dead: async () => (await messagesOf(dead, 10)).map(({ Body = '' }) => Body),
    async workOff() {
      const messages = await messagesOf(QueueUrl, 10);
      for (const { ReceiptHandle } of messages)
        await client.send(new DeleteMessageCommand({ QueueUrl: at(QueueUrl), ReceiptHandle }));
      return messages.map(({ Body = '' }) => Body);
    },
    async stop() {
      client.destroy();
      await app.close();
    },
  };
}

const urls = (dispatch: string) => ({
  dispatch,
  notices: undefined,
  sweep: undefined,
  disable: undefined,
  signals: undefined,
});
const messages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ kind: 'review' as const, group: `group-${at}` }));

describe.each([
  ['in memory', inMemory],
  ['on fauxqs', onFauxqs],
])('a queue %s', (_, start) => {
  let own: Implementation;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    own = await start();
  });
  afterEach(async () => {
    await own.stop();
    vi.useRealTimers();
  });
  const later = (seconds: number) => vi.setSystemTime(NOW + seconds * 1000);

  it('brings each of more messages than one request holds, once', async () => {
    await own.queues.dispatch(messages(23));
    const bodies = [...(await own.workOff()), ...(await own.workOff()), ...(await own.workOff())];
    expect(
      bodies.map((body) => JSON.parse(body) as object).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ).toEqual(messages(23).sort((a, b) => (a.group < b.group ? -1 : 1)));
    expect(await own.workOff()).toEqual([]);
  });

  it('takes no request for nothing', async () => {
    await own.queues.dispatch([]);
    expect(await own.receive(10)).toEqual([]);
  });

  it('hides a message from everybody else for as long as whoever has it may work', async () => {
    await own.queues.dispatch(messages(1));
    expect(await own.receive(1)).toHaveLength(1);
    later(VISIBILITY - 1);
    expect(await own.receive(1)).toEqual([]);
    later(VISIBILITY + 1);
    expect(await own.receive(1)).toHaveLength(1);
  });

  it('lays aside what was received so often and came back', async () => {
    await own.queues.dispatch(messages(1));
    for (let n = 0; n < RECEIVES; n++) {
      later(n * (VISIBILITY + 1));
      expect(await own.receive(1)).toHaveLength(1);
    }
    expect(await own.dead()).toEqual([]);
    later(RECEIVES * (VISIBILITY + 1));
    expect(await own.receive(1)).toEqual([]);
    expect((await own.dead()).map((body) => JSON.parse(body) as unknown)).toEqual(messages(1));
  });

  it('forgets what was worked off', async () => {
    await own.queues.dispatch(messages(2));
    expect(await own.workOff()).toHaveLength(2);
    later(10 * VISIBILITY);
    expect(await own.receive(10)).toEqual([]);
    expect(await own.dead()).toEqual([]);
  });
});

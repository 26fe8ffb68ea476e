import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { createBus } from '../../functions/adapters/bus.ts';
import type { PlatformEvent } from '../../functions/contracts/events.ts';
import { clientOf, type Service, startService } from './server.ts';

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

let service: Service;
let client: EventBridgeClient;
beforeAll(async () => {
  service = await startService('application/x-amz-json-1.1');
  client = new EventBridgeClient(clientOf(service));
});
afterAll(async () => {
  client.destroy();
  await service.stop();
});
beforeEach(() => {
  service.asked.length = 0;
  service.answer = () => answer(0);
});

const answer = (failed: number) => ({ body: JSON.stringify({ FailedEntryCount: failed, Entries: [] }) });
const entries = () => service.asked.map(({ body }) => (JSON.parse(body) as { Entries: Entry[] }).Entries);
const unreachable = (userId: string): PlatformEvent => ({
  type: 'PersonUnreachable',
  detail: { sunset: 'instagram-e2ee', userId, notice: 'd35@2026-05-19', reason: 'bounced' },
});
const many = (count: number) => Array.from({ length: count }, (_, at) => unreachable(`u${at}`));

it('publishes an event of ours on the bus that the function is told', async () => {
  await createBus(client, 'platform').publish([unreachable('ana')]);
  expect(entries()).toEqual([
    [
      {
        EventBusName: 'platform',
        Source: 'sunset',
        DetailType: 'PersonUnreachable',
        Detail: JSON.stringify(unreachable('ana').detail),
      },
    ],
  ]);
});

it('publishes every event once, in order, ten to a request', async () => {
  await createBus(client, 'platform').publish(many(23));
  expect(entries().map(({ length }) => length)).toEqual([10, 10, 3]);
  const named = entries().flatMap((batch) =>
    batch.map(({ Detail }) => (JSON.parse(Detail) as { userId: string }).userId),
  );
  expect(named).toEqual(many(23).map(({ detail }) => 'userId' in detail && detail.userId));
});

it('asks for nothing where there is nothing to publish', async () => {
  await createBus(client, 'platform').publish([]);
  expect(service.asked).toEqual([]);
});

it('is an error where the bus took only some of them, although the request succeeded', async () => {
  service.answer = () => answer(service.asked.length === 2 ? 3 : 0);
  await expect(createBus(client, 'platform').publish(many(30))).rejects.toThrow('the bus refused 3 of 10 events');
  expect(service.asked).toHaveLength(3);
});

it('names nobody in its error (promise 15)', async () => {
  service.answer = () => answer(1);
  await expect(createBus(client, 'platform').publish([unreachable('ana')])).rejects.toThrow(/^(?!.*ana).*$/);
});

it('throws in a function that is told no bus, before anything is sent', async () => {
  await expect(createBus(client, undefined).publish([unreachable('ana')])).rejects.toThrow('PLATFORM_BUS');
  expect(service.asked).toEqual([]);
});

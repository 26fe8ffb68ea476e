/**
 * The bus, over EventBridge in memory, as the simulation has it, and over the EventBridge of the local system: what is
 * published comes once, as it was written; what a request may hold; and what is said of events that were not taken.
 */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from 'vitest';

import { startEventBridge } from '../../bin/local/cloud/events.ts';
import { createWire } from '../../bin/local/cloud/wire.ts';
import { createBus } from '../../functions/adapters/bus.ts';
import type { PlatformEvent } from '../../functions/contracts/events.ts';
import { createMemoryEventBridge } from '../memory/eventbridge.ts';

const BUS = 'platform';

interface Implementation {
  readonly client: EventBridgeClient;
  /** What has come, in order. */
  came(): { source: string; type: string; detail: unknown }[];
  stop(): Promise<void>;
}

async function inMemory(): Promise<Implementation> {
  const came: { source: string; type: string; detail: unknown }[] = [];
  const bridge = createMemoryEventBridge(({ source, type, detail, bus }) => {
    if (bus !== BUS) return false;
    came.push({ source, type, detail: JSON.parse(detail) });
    return true;
  });
  const client = { send: async (command: object) => bridge.execute(command) } as unknown as EventBridgeClient;
  return { client, came: () => came, stop: async () => {} };
}

async function onThisMachine(): Promise<Implementation> {
  const came: { source: string; type: string; detail: unknown }[] = [];
  const bus = { type: 'AWS::Events::EventBus', id: BUS, stack: 'stack', name: BUS, arn: BUS, properties: {} };
  const bridge = await startEventBridge({
    wire: createWire({ changed: () => {}, fate: () => undefined, kill: () => {}, allows: () => true }),
    assembly: { ofType: (type) => (type === bus.type ? [bus] : []) },
    now: () => Date.UTC(2026, 3, 14),
    deliver: () => {},
    isTarget: () => false,
    onBusEvent: ({ source, 'detail-type': type, detail }, name) => {
      if (name === BUS) came.push({ source, type, detail });
    },
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EventBridgeClient({ endpoint: bridge.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    came: () => came,
    async stop() {
      client.destroy();
      await bridge.close();
    },
  };
}

const unreachable = (userId: string): PlatformEvent => ({
  type: 'PersonUnreachable',
  detail: { sunset: 'instagram-e2ee', userId, notice: 'd35@2026-05-19', reason: 'bounced' },
});
const many = (count: number) => Array.from({ length: count }, (_, at) => unreachable(`u${at}`));

describe.each([
  ['in memory', inMemory],
  ['on this machine', onThisMachine],
])('EventBridge %s', (_, start) => {
  let own: Implementation;
  afterEach(() => own.stop());

  it('brings each of more events than one request holds, once, as it was written', async () => {
    own = await start();
    await createBus(own.client, BUS).publish(many(23));
    expect(own.came().toSorted((a, b) => numberOf(a) - numberOf(b))).toEqual(
      many(23).map((event) => ({ source: 'sunset', ...event })),
    );
  });

  it('is asked nothing where there is nothing to tell', async () => {
    own = await start();
    await createBus(own.client, BUS).publish([]);
    expect(own.came()).toEqual([]);
  });

  it('says how many were refused, and of whom nothing (promise 15)', async () => {
    own = await start();
    await expect(createBus(own.client, 'another').publish(many(2))).rejects.toThrow('the bus refused 2 of 2 events');
    expect(own.came()).toEqual([]);
  });

  it('answers with each entry’s fate, in the order in which they were put', async () => {
    own = await start();
    const entry = (EventBusName: string) => ({
      EventBusName,
      Source: 'sunset',
      DetailType: 'SunsetReport',
      Detail: '{}',
    });
    const answer = await own.client.send(new PutEventsCommand({ Entries: [entry(BUS), entry('another'), entry(BUS)] }));
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.map(({ EventId, ErrorCode }) => [EventId !== undefined, ErrorCode !== undefined])).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);
  });

  it.each([0, 11])('takes 1 to 10 events to a request, and none of %s', async (count) => {
    own = await start();
    const entry = { EventBusName: BUS, Source: 'sunset', DetailType: 'SunsetReport', Detail: '{}' };
    const Entries = Array.from({ length: count }, () => entry);
    await expect(own.client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(own.came()).toEqual([]);
  });
});

function numberOf({ detail }: { detail: unknown }): number {
  return Number((detail as { userId: string }).userId.slice(1));
}

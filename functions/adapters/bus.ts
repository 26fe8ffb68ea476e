/** The platform's event bus: at least once, ten to a request. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

import { EVENT_SOURCE, type PlatformEvent } from '../contracts/events.ts';
import { chunks } from '../domain/chunks.ts';
import type { Bus } from '../ports.ts';

const BATCH = 10;

export function createBus(client: EventBridgeClient, bus: string | undefined): Bus {
  return {
    async publish(events) {
      if (bus === undefined) throw new Error('this function publishes nothing: it is told no PLATFORM_BUS');
      await Promise.all(chunks(events, BATCH).map((batch) => put(client, bus, batch)));
    },
  };
}

async function put(client: EventBridgeClient, bus: string, events: readonly PlatformEvent[]): Promise<void> {
  const { FailedEntryCount = 0 } = await client.send(
    new PutEventsCommand({
      Entries: events.map(({ type, detail }) => ({
        EventBusName: bus,
        Source: EVENT_SOURCE,
        DetailType: type,
        Detail: JSON.stringify(detail),
      })),
    }),
  );
  if (FailedEntryCount > 0) throw new Error(`the bus refused ${FailedEntryCount} of ${events.length} events`);
}

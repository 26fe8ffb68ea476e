/** The platform's event bus: at least once, ten to a request. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

import { EVENT_SOURCE } from '../contracts/events.ts';
import type { Bus } from '../ports.ts';

const BATCH = 10;

export function createBus(client: EventBridgeClient, bus: string | undefined): Bus {
  return {
    async publish(events) {
      if (bus === undefined) throw new Error('this function publishes nothing: it is told no PLATFORM_BUS');
      for (let from = 0; from < events.length; from += BATCH) {
        const batch = events.slice(from, from + BATCH);
        const { FailedEntryCount = 0 } = await client.send(
          new PutEventsCommand({
            Entries: batch.map(({ type, detail }) => ({
              EventBusName: bus,
              Source: EVENT_SOURCE,
              DetailType: type,
              Detail: JSON.stringify(detail),
            })),
          }),
        );
        if (FailedEntryCount > 0) throw new Error(`the bus refused ${FailedEntryCount} of ${batch.length} events`);
      }
    },
  };
}

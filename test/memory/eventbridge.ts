/** EventBridge in memory: what is put on a bus, told to whoever listens. */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';

export interface BusEvent {
  readonly bus: string;
  readonly source: string;
  readonly type: string;
  /** JSON. */
  readonly detail: string;
}

const LONGEST_BATCH = 10;

/** @param put told of every event; `false`: the bus refuses it */
export function createMemoryEventBridge(put: (event: BusEvent) => boolean): { execute(command: object): unknown } {
  return {
    execute(command) {
      if (!(command instanceof PutEventsCommand))
        throw new Error(`EventBridge in memory does not know ${command.constructor.name}`);
      const { Entries = [] } = command.input;
      if (Entries.length === 0 || Entries.length > LONGEST_BATCH)
        throw Object.assign(new Error('a request has 1 to 10 events'), { name: 'ValidationException' });
      const taken = Entries.map(({ EventBusName = 'default', Source = '', DetailType = '', Detail = '{}' }) =>
        put({ bus: EventBusName, source: Source, type: DetailType, detail: Detail }),
      );
      return {
        FailedEntryCount: taken.filter((each) => !each).length,
        Entries: taken.map((each) => (each ? { EventId: 'event' } : { ErrorCode: 'InternalFailure' })),
      };
    },
  };
}

/** SQS. Ten messages to a request; a message that SQS did not take is an error, so that whoever sends tries again. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

import { chunks } from '../domain/chunks.ts';
import type { Queues } from '../ports.ts';

const BATCH = 10;

/** URLs of the queues that a function may send to; to another one it throws. */
export type QueueUrls = Readonly<Record<keyof Queues, string | undefined>>;

export function createQueues(client: SQSClient, urls: QueueUrls): Queues {
  const sender = (queue: keyof Queues) => async (messages: readonly unknown[]) => {
    const url = urls[queue];
    if (url === undefined) throw new Error(`this function does not send to the queue of ${queue}`);
    for (const batch of chunks(messages, BATCH)) {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: batch.map((message, at) => ({ Id: String(at), MessageBody: JSON.stringify(message) })),
        }),
      );
      if (Failed.length > 0)
        throw new Error(`the queue of ${queue} refused ${Failed.length} of ${batch.length}: ${Failed[0]?.Code}`);
    }
  };
  return {
    dispatch: sender('dispatch'),
    notices: sender('notices'),
    sweep: sender('sweep'),
    disable: sender('disable'),
    signals: sender('signals'),
  };
}

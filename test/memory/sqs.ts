/** SQS in memory: what is sent, received, hidden for a while, received again, and at last laid aside as a dead letter. */
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';

export interface Message {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since 1970: nobody receives it before. */
  visibleAt: number;
  receives: number;
}

export interface QueueSettings {
  /** Milliseconds for which whoever has received a message has it alone. */
  readonly visibility: number;
  /** Received so often, a message that comes back is a dead letter. */
  readonly receivesBeforeDead: number;
}

export class MemoryQueue {
  readonly messages: Message[] = [];
  readonly dead: Message[] = [];
  private readonly settings: QueueSettings;
  private count = 0;

  constructor(settings: QueueSettings) {
    this.settings = settings;
  }

  put(body: string, visibleAt: number): Message {
    this.count += 1;
    const message = { id: `m${this.count}`, body, visibleAt, receives: 0 };
    this.messages.push(message);
    return message;
  }

  /** @param pick which of so many is next: SQS promises no order */
  receive(now: number, most: number, pick: (count: number) => number = () => 0): Message[] {
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now);
    const received: Message[] = [];
    while (received.length < most && visible.length > 0) {
      const [message] = visible.splice(pick(visible.length), 1);
      if (message === undefined) break;
      if (message.receives >= this.settings.receivesBeforeDead) {
        this.delete(message);
        this.dead.push(message);
        continue;
      }
      message.receives += 1;
      message.visibleAt = now + this.settings.visibility;
      received.push(message);
    }
    return received;
  }

  delete(message: Message): void {
    const at = this.messages.indexOf(message);
    if (at >= 0) this.messages.splice(at, 1);
  }

  /** When the next message can be received; undefined: there is none. */
  next(): number | undefined {
    return this.messages.reduce<number | undefined>(
      (next, { visibleAt }) => Math.min(next ?? visibleAt, visibleAt),
      undefined,
    );
  }
}

export interface MemorySqs {
  /** What a client sends, answered at once. */
  execute(command: object): unknown;
}

const LONGEST_BATCH = 10;

/** @param sent told of every message; whoever is told puts it into the queue */
export function createMemorySqs(sent: (url: string, body: string) => void): MemorySqs {
  return {
    execute(command) {
      if (!(command instanceof SendMessageBatchCommand))
        throw new Error(`SQS in memory does not know ${command.constructor.name}`);
      const { QueueUrl = '', Entries = [] } = command.input;
      if (Entries.length === 0 || Entries.length > LONGEST_BATCH) throw new Error('a batch has 1 to 10 messages');
      for (const { MessageBody = '' } of Entries) sent(QueueUrl, MessageBody);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
  };
}

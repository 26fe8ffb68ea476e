/** The two kinds of tables on an emulator in this process: ours, and the platform's with its sparse index. */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';

import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { LISTED_INDEX } from '../../functions/contracts/tables.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';

export interface Tables {
  readonly client: DynamoDBClient;
  readonly plan: Table;
  readonly ledger: Table;
  readonly users: Table;
  readonly chats: Table;
  stop(): Promise<void>;
}

export async function startTables(): Promise<Tables> {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
  const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' as const });
  const range = (name: string) => ({ AttributeName: name, KeyType: 'RANGE' as const });
  await client.send(
    new CreateTableCommand({
      TableName: 'plan',
      AttributeDefinitions: [text('pk'), text('sk')],
      KeySchema: [hash('pk'), range('sk')],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      AttributeDefinitions: [text('pk'), text('sk'), text('listed'), text('listedAt')],
      KeySchema: [hash('pk'), range('sk')],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: LISTED_INDEX,
          KeySchema: [hash('listed'), range('listedAt')],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: 'users',
      AttributeDefinitions: [text('userId')],
      KeySchema: [hash('userId')],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: 'chats',
      AttributeDefinitions: [text('chatId'), text('encryptedSince')],
      KeySchema: [hash('chatId')],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'encrypted',
          KeySchema: [hash('chatId'), range('encryptedSince')],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const reader = new Reader(client);
  const table = (name: string) => new Table(client, reader, name);
  return {
    client,
    plan: table('plan'),
    ledger: table('ledger'),
    users: table('users'),
    chats: table('chats'),
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The tables as the local system reads and fills them, from outside: with a client of its own, by the tables' names. */
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type ScanCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

export type Row = Record<string, any>;

const AT_ONCE = 25;
const toItem = (row: Row) => marshall(row, { removeUndefinedValues: true });

export async function putAll(client: DynamoDBClient, table: string, rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    let requests: WriteRequest[] = rows
      .slice(from, from + AT_ONCE)
      .map((row) => ({ PutRequest: { Item: toItem(row) } }));
    while (requests.length > 0) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      requests = UnprocessedItems?.[table] ?? [];
    }
  }
}

export async function putOne(client: DynamoDBClient, table: string, row: Row): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
}

/** Every row, a page at a time. */
export async function* scan(client: DynamoDBClient, table: string): AsyncGenerator<Row, void, undefined> {
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const answer: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const item of answer.Items ?? []) yield unmarshall(item);
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Sort keys of a partition. */
export async function sortKeys(client: DynamoDBClient, table: string, partition: string): Promise<string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: toItem({ ':pk': partition }),
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => unmarshall(item)['sk'] as string);
}

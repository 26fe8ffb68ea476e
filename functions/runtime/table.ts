/**
 * One DynamoDB table, in values instead of attribute values. A failed condition is `false`; what DynamoDB did not
 * process of a batch is asked for again.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type KeysAndAttributes,
  PutItemCommand,
  QueryCommand,
  type ReturnValue,
  ScanCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { convertToAttr, convertToNative } from '@aws-sdk/util-dynamodb';

import { chunks } from '../domain/chunks.ts';

export type Item = Record<string, any>;
type Names = Readonly<Record<string, string>>;

export interface Condition {
  /** Placeholders: `#name` for names, `:value` for values. */
  readonly condition: string;
  readonly names?: Names;
  readonly values?: Item;
}
export interface Update extends Partial<Condition> {
  readonly update: string;
  readonly names?: Names;
  readonly values?: Item;
  readonly returns?: ReturnValue;
}

const MOST_KEYS = 100;
const MOST_WRITES = 25;

/** Of text, which most of it is, the SDK asks first whether it is one of eleven other things. */
function toItem(item: Item): Record<string, AttributeValue> {
  const converted: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    converted[name] = typeof value === 'string' ? { S: value } : convertToAttr(value, { removeUndefinedValues: true });
  }
  return converted;
}

function fromItem(item: Record<string, AttributeValue>): Item {
  const converted: Item = {};
  for (const name of Object.keys(item)) converted[name] = fromAttribute(item[name] as AttributeValue);
  return converted;
}

function fromAttribute(value: AttributeValue): any {
  if (value.S !== undefined) return value.S;
  if (value.M !== undefined) return fromItem(value.M);
  if (value.L !== undefined) return value.L.map(fromAttribute);
  return convertToNative(value);
}

const expression = ({ names, values }: { names?: Names | undefined; values?: Item | undefined }) => ({
  ...(names === undefined || Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
  ...(values === undefined || Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: toItem(values) }),
});

/** Reads rows by key; what is asked for at the same moment, of whatever table, becomes one request. */
export class Reader {
  private readonly client: DynamoDBClient;
  private wanted = new Map<string, { table: string; key: Record<string, AttributeValue>; answers: Answer[] }>();

  constructor(client: DynamoDBClient) {
    this.client = client;
  }

  get(table: string, key: Item): Promise<Item | undefined> {
    return new Promise((resolve, reject) => {
      if (this.wanted.size === 0) setImmediate(() => void this.flush());
      const id = idOf(table, key);
      const there = this.wanted.get(id);
      if (there === undefined) this.wanted.set(id, { table, key: toItem(key), answers: [{ resolve, reject }] });
      else there.answers.push({ resolve, reject });
    });
  }

  private async flush(): Promise<void> {
    const wanted = [...this.wanted];
    this.wanted = new Map();
    for (const chunk of chunks(wanted, MOST_KEYS)) {
      const open = new Map(chunk);
      try {
        for (let request = requestOf(open.values()); Object.keys(request).length > 0;) {
          const answer = await this.client.send(new BatchGetItemCommand({ RequestItems: request }));
          for (const [table, items] of Object.entries(answer.Responses ?? {})) {
            for (const item of items) {
              const keys = Object.keys(request[table]?.Keys?.[0] ?? {});
              const value = fromItem(item);
              const id = idOf(table, Object.fromEntries(keys.map((name) => [name, value[name]])));
              open.get(id)?.answers.forEach(({ resolve }, at) => resolve(at === 0 ? value : fromItem(item)));
              open.delete(id);
            }
          }
          request = answer.UnprocessedKeys ?? {};
        }
        for (const { answers } of open.values()) for (const { resolve } of answers) resolve(undefined);
      } catch (error) {
        for (const { answers } of open.values()) for (const { reject } of answers) reject(error as Error);
      }
    }
  }
}

interface Answer {
  resolve(item: Item | undefined): void;
  reject(error: Error): void;
}

const idOf = (table: string, key: Item) =>
  [
    table,
    ...Object.entries(key)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat(),
  ].join('\n');

function requestOf(wanted: Iterable<{ table: string; key: Record<string, AttributeValue> }>) {
  const request: Record<string, KeysAndAttributes> = {};
  for (const { table, key } of wanted) (request[table] ??= { Keys: [], ConsistentRead: true }).Keys?.push(key);
  return request;
}

export class Table {
  readonly name: string;
  private readonly client: DynamoDBClient;
  private readonly reader: Reader;

  constructor(client: DynamoDBClient, reader: Reader, name: string) {
    this.client = client;
    this.reader = reader;
    this.name = name;
  }

  /** Read strongly. */
  get(key: Item): Promise<Item | undefined> {
    return this.reader.get(this.name, key);
  }

  /** Read strongly, in any order; what is not there is missing. */
  async batchGet(keys: readonly Item[]): Promise<Item[]> {
    const items = await Promise.all(keys.map((key) => this.reader.get(this.name, key)));
    return items.filter((item) => item !== undefined);
  }

  /** False where the condition fails. */
  async put(item: Item, condition?: Condition): Promise<boolean> {
    return this.conditionally(() =>
      this.client.send(
        new PutItemCommand({
          TableName: this.name,
          Item: toItem(item),
          ...(condition === undefined ? {} : { ConditionExpression: condition.condition, ...expression(condition) }),
        }),
      ),
    );
  }

  /** Puts and deletes without conditions, in no order among themselves. */
  async batchWrite({ puts = [], deletes = [] }: { puts?: readonly Item[]; deletes?: readonly Item[] }): Promise<void> {
    const writes: WriteRequest[] = [
      ...puts.map((item) => ({ PutRequest: { Item: toItem(item) } })),
      ...deletes.map((key) => ({ DeleteRequest: { Key: toItem(key) } })),
    ];
    await Promise.all(
      chunks(writes, MOST_WRITES).map(async (chunk) => {
        for (let open = chunk; open.length > 0;) {
          const answer = await this.client.send(new BatchWriteItemCommand({ RequestItems: { [this.name]: open } }));
          open = answer.UnprocessedItems?.[this.name] ?? [];
        }
      }),
    );
  }

  /** The attributes that `returns` asks for; undefined where the condition fails. */
  async update(key: Item, { update, condition, returns = 'NONE', ...rest }: Update): Promise<Item | undefined> {
    try {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          TableName: this.name,
          Key: toItem(key),
          UpdateExpression: update,
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
          ...expression(rest),
          ReturnValues: returns,
        }),
      );
      return Attributes === undefined ? {} : fromItem(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  /** Every item of a partition, in the order of its sort key or the other way round, read strongly. */
  async *query(
    partition: string,
    x: { from?: string; to?: string; limit?: number; descending?: boolean } = {},
  ): AsyncGenerator<Item, void, undefined> {
    const { from, to, limit, descending = false } = x;
    const range =
      from === undefined && to === undefined
        ? ''
        : to === undefined
          ? ' AND sk >= :from'
          : ' AND sk BETWEEN :from AND :to';
    let start: Record<string, AttributeValue> | undefined;
    do {
      const answer = await this.client.send(
        new QueryCommand({
          TableName: this.name,
          KeyConditionExpression: `pk = :pk${range}`,
          ExpressionAttributeValues: toItem({
            ':pk': partition,
            ...(range === '' ? {} : { ':from': from ?? ' ' }),
            ...(to === undefined ? {} : { ':to': to }),
          }),
          ConsistentRead: true,
          ScanIndexForward: !descending,
          ...(limit === undefined ? {} : { Limit: limit }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      for (const item of answer.Items ?? []) yield fromItem(item);
      start = limit === undefined ? answer.LastEvaluatedKey : undefined;
    } while (start !== undefined);
  }

  /** The same, as one list. */
  async queryAll(partition: string, x: Parameters<Table['query']>[1] = {}): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this.query(partition, x)) items.push(item);
    return items;
  }

  /** One stretch of a partition of an index, in the order of its sort key; what was written just now may be missing. */
  async queryIndex(x: {
    index: string;
    key: { readonly name: string; readonly value: string };
    cursor: Item | undefined;
    limit: number;
  }): Promise<{ items: Item[]; cursor: Item | undefined }> {
    const answer = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        IndexName: x.index,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': x.key.name },
        ExpressionAttributeValues: toItem({ ':key': x.key.value }),
        Limit: x.limit,
        ...(x.cursor === undefined ? {} : { ExclusiveStartKey: toItem(x.cursor) }),
      }),
    );
    return {
      items: (answer.Items ?? []).map((item) => fromItem(item)),
      cursor: answer.LastEvaluatedKey && fromItem(answer.LastEvaluatedKey),
    };
  }

  /** One stretch of one segment of an index. */
  async scanIndex(x: {
    index: string;
    segment: number;
    segments: number;
    cursor: Item | undefined;
    limit: number;
  }): Promise<{ items: Item[]; cursor: Item | undefined }> {
    const answer = await this.client.send(
      new ScanCommand({
        TableName: this.name,
        IndexName: x.index,
        Segment: x.segment,
        TotalSegments: x.segments,
        Limit: x.limit,
        ...(x.cursor === undefined ? {} : { ExclusiveStartKey: toItem(x.cursor) }),
      }),
    );
    return {
      items: (answer.Items ?? []).map((item) => fromItem(item)),
      cursor: answer.LastEvaluatedKey && fromItem(answer.LastEvaluatedKey),
    };
  }

  private async conditionally(send: () => Promise<unknown>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

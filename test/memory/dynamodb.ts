/**
 * DynamoDB in memory: what a client's `send` answers, as fast as tests and the simulation need it. It keeps attribute
 * values, orders as DynamoDB does, and has its limits: 1 MB a read, 400 KB an item, a hundred keys and twenty-five
 * writes to a batch. test/adapters asks it the same as two other implementations, one of them Amazon's own.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  ConditionalCheckFailedException,
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ResourceNotFoundException,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';

import { compareText, condition, InvalidExpression, type Row, update, valueAt } from './expressions.ts';

const MOST_BYTES_AN_ITEM = 400 * 1024;
const MOST_BYTES_AN_ANSWER = 1024 * 1024;
const MOST_BYTES_A_BATCH = 16 * 1024 * 1024;
const MOST_KEYS = 100;
const MOST_WRITES = 25;

/** What DynamoDB may do at any time; a world without faults does none of it. */
export interface Moods {
  /** Milliseconds since 1970. */
  now(): number;
  /** How far an index is behind, in milliseconds. */
  indexLag(): number;
  /** How old a read may be that does not ask for consistency, in milliseconds. */
  staleness(): number;
  /** How many of so many keys or writes of a batch are processed at once. */
  processes(count: number): number;
}

const AT_EASE: Moods = { now: () => 0, indexLag: () => 0, staleness: () => 0, processes: (count) => count };

/** One write, as the table saw it: for whoever looks on from outside. */
export interface Write {
  readonly table: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

export interface MemoryDynamoDB {
  /** What a client sends, answered at once. Throws what the client would. */
  execute(command: object): unknown;
  /** Told of every write, after it. */
  onWrite: ((write: Write) => void) | undefined;
  /** Every row of a table, in no order. */
  rows(table: string): Row[];
}

interface Entry {
  readonly sort: string;
  readonly row: Row;
  readonly bytes: number;
  readonly before: Row | undefined;
  readonly writtenAt: number;
}

interface IndexShape {
  readonly name: string;
  readonly hash: string;
  readonly range: string;
}

interface Pending {
  readonly at: number;
  readonly key: string;
  readonly row: Row | undefined;
}

export function createMemoryDynamoDB(moods: Partial<Moods> = {}): MemoryDynamoDB {
  const mood: Moods = { ...AT_EASE, ...moods };
  const tables = new Map<string, MemoryTable>();
  const tableNamed = (name: string | undefined): MemoryTable => {
    const table = tables.get(name ?? '');
    if (table === undefined)
      throw new ResourceNotFoundException({ message: `there is no table ${name}`, $metadata: {} });
    return table;
  };

  function dispatch(command: object): unknown {
    if (command instanceof UpdateItemCommand) return tableNamed(command.input.TableName).update(command.input);
    if (command instanceof BatchGetItemCommand) return batchGet(command.input);
    if (command instanceof QueryCommand) return tableNamed(command.input.TableName).query(command.input);
    if (command instanceof BatchWriteItemCommand) return batchWrite(command.input);
    if (command instanceof PutItemCommand) return tableNamed(command.input.TableName).putItem(command.input);
    if (command instanceof ScanCommand) return tableNamed(command.input.TableName).scan(command.input);
    if (command instanceof CreateTableCommand) {
      tables.set(command.input.TableName ?? '', new MemoryTable(command.input, mood, (write) => self.onWrite?.(write)));
      return {};
    }
    throw new Error(`DynamoDB in memory does not know ${command.constructor.name}`);
  }

  function batchGet({ RequestItems = {} }: BatchGetItemCommandInput): BatchGetItemCommandOutput {
    const wanted = Object.entries(RequestItems).flatMap(([name, { Keys = [], ConsistentRead = false }]) => {
      const table = tableNamed(name);
      const keys = Keys.map((key) => ({ name, table, key, id: table.idOf(key), ConsistentRead }));
      if (new Set(keys.map(({ id }) => id)).size < keys.length) invalid('a batch names a key twice');
      return keys;
    });
    if (wanted.length === 0 || wanted.length > MOST_KEYS) invalid(`a batch has 1 to ${MOST_KEYS} keys`);
    const now = mood.processes(wanted.length);
    const Responses: Record<string, Record<string, AttributeValue>[]> = {};
    const UnprocessedKeys: NonNullable<BatchGetItemCommandOutput['UnprocessedKeys']> = {};
    for (const { name } of wanted) Responses[name] ??= [];
    let bytes = 0;
    for (const [at, { name, table, id, key, ConsistentRead }] of wanted.entries()) {
      const found = table.find(id, ConsistentRead);
      bytes += found?.bytes ?? 0;
      if (at >= now || bytes > MOST_BYTES_A_BATCH)
        (UnprocessedKeys[name] ??= { ...RequestItems[name], Keys: [] }).Keys?.push(key);
      else if (found !== undefined) Responses[name]?.push(found.row);
    }
    return { Responses, UnprocessedKeys, $metadata: {} };
  }

  function batchWrite({ RequestItems = {} }: BatchWriteItemCommandInput): BatchWriteItemCommandOutput {
    const wanted = Object.entries(RequestItems).flatMap(([name, requests]) => {
      const table = tableNamed(name);
      const ids = requests.map(({ PutRequest, DeleteRequest }) =>
        table.idOf(PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
      );
      if (new Set(ids).size < ids.length) invalid('a batch names a key twice');
      return requests.map((request) => ({ name, table, request }));
    });
    if (wanted.length === 0 || wanted.length > MOST_WRITES) invalid(`a batch has 1 to ${MOST_WRITES} writes`);
    const now = mood.processes(wanted.length);
    const UnprocessedItems: NonNullable<BatchWriteItemCommandOutput['UnprocessedItems']> = {};
    for (const { table, request } of wanted) table.check(request.PutRequest?.Item);
    for (const [at, { name, table, request }] of wanted.entries())
      if (at >= now) (UnprocessedItems[name] ??= []).push(request);
      else if (request.PutRequest?.Item !== undefined) table.write(request.PutRequest.Item);
      else table.remove(request.DeleteRequest?.Key ?? {});
    return { UnprocessedItems, $metadata: {} };
  }

  const self: MemoryDynamoDB = {
    execute(command) {
      try {
        return dispatch(command);
      } catch (error) {
        throw error instanceof InvalidExpression ? validation(error.message) : error;
      }
    },
    onWrite: undefined,
    rows: (name) => tableNamed(name).rows(),
  };
  return self;
}

/** The part of the SDK's client that is called here; each request is one that goes over the wire. */
export function memoryClient({ execute }: MemoryDynamoDB): DynamoDBClient {
  type Send = (command: object) => Promise<unknown>;
  let send: Send = async (command) => execute(command);
  const add = (middleware: (next: Send) => Send) => (send = middleware(send));
  return {
    send: (command: object) => send(command),
    destroy() {},
    middlewareStack: { add },
  } as unknown as DynamoDBClient;
}

class MemoryTable {
  private readonly hash: string;
  private readonly range: string | undefined;
  private readonly indexes: readonly MemoryIndex[];
  private readonly mood: Moods;
  private readonly told: (write: Write) => void;
  private readonly name: string;
  /** By partition, in the order of the sort key. */
  private readonly partitions = new Map<string, Entry[]>();

  constructor(
    { TableName = '', KeySchema = [], GlobalSecondaryIndexes = [] }: CreateTableCommandInput,
    mood: Moods,
    told: (write: Write) => void,
  ) {
    this.name = TableName;
    this.mood = mood;
    this.told = told;
    this.hash = KeySchema[0]?.AttributeName ?? '';
    this.range = KeySchema[1]?.AttributeName;
    this.indexes = GlobalSecondaryIndexes.map(
      ({ IndexName = '', KeySchema: keys = [] }) =>
        new MemoryIndex(
          { name: IndexName, hash: keys[0]?.AttributeName ?? '', range: keys[1]?.AttributeName ?? '' },
          mood,
          (row) => this.keyOf(row),
        ),
    );
  }

  private keyOf(row: Row): Record<string, AttributeValue> {
    const key = { [this.hash]: this.keyPart(row, this.hash) };
    return this.range === undefined ? key : { ...key, [this.range]: this.keyPart(row, this.range) };
  }

  private keyPart(row: Row, name: string): AttributeValue {
    const value = row[name];
    if (value?.S === undefined || value.S === '') return invalid(`the key ${name} is missing, empty or no text`);
    return value;
  }

  idOf(row: Row): string {
    const { [this.hash]: hash, [this.range ?? '']: range } = this.keyOf(row);
    return `${hash?.S}\n${range?.S ?? ''}`;
  }

  private split(id: string): [string, string] {
    const at = id.lastIndexOf('\n');
    return [id.slice(0, at), id.slice(at + 1)];
  }

  private entry(id: string): Entry | undefined {
    const [hash, sort] = this.split(id);
    const partition = this.partitions.get(hash);
    const at = partition === undefined ? 0 : placeOf(partition, sort);
    return partition?.[at]?.sort === sort ? partition[at] : undefined;
  }

  find(id: string, consistent: boolean): { row: Row; bytes: number } | undefined {
    const entry = this.entry(id);
    if (entry === undefined || consistent || entry.writtenAt + this.mood.staleness() <= this.mood.now()) return entry;
    return entry.before && { row: entry.before, bytes: entry.bytes };
  }

  /** @returns its size in bytes */
  check(row: Row | undefined): number {
    if (row === undefined) return 0;
    this.keyOf(row);
    const bytes = bytesOfRow(row);
    if (bytes > MOST_BYTES_AN_ITEM) invalid('an item is larger than 400 KB');
    for (const index of this.indexes) index.check(row);
    return bytes;
  }

  write(row: Row): void {
    const bytes = this.check(row);
    const [hash, sort] = this.split(this.idOf(row));
    let partition = this.partitions.get(hash);
    if (partition === undefined) this.partitions.set(hash, (partition = []));
    const at = placeOf(partition, sort);
    const there = partition[at]?.sort === sort ? partition[at] : undefined;
    const entry = { sort, row, bytes, before: there?.row, writtenAt: this.mood.now() };
    partition.splice(at, there === undefined ? 0 : 1, entry);
    this.wrote(there?.row, row);
  }

  remove(key: Row): void {
    const [hash, sort] = this.split(this.idOf(key));
    const partition = this.partitions.get(hash) ?? [];
    const at = placeOf(partition, sort);
    const there = partition[at];
    if (there?.sort !== sort) return;
    partition.splice(at, 1);
    this.wrote(there.row, undefined);
  }

  private wrote(before: Row | undefined, after: Row | undefined): void {
    const id = this.idOf(after ?? before ?? {});
    for (const index of this.indexes) index.follow(id, after);
    this.told({ table: this.name, before, after });
  }

  private holdTo(row: Row | undefined, x: PutItemCommandInput | UpdateItemCommandInput): void {
    const { ConditionExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = x;
    if (ConditionExpression === undefined || condition(ConditionExpression)(row, { names, values })) return;
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
  }

  putItem(x: PutItemCommandInput): object {
    const row = x.Item ?? {};
    this.holdTo(this.entry(this.idOf(row))?.row, x);
    this.write(row);
    return { $metadata: {} };
  }

  update(x: UpdateItemCommandInput): UpdateItemCommandOutput {
    const { Key = {}, UpdateExpression = '', ReturnValues = 'NONE' } = x;
    const before = this.entry(this.idOf(Key))?.row;
    this.holdTo(before, x);
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = x;
    const { row, paths } = update(UpdateExpression)(before ?? Key, { names, values });
    if (paths.some(([name]) => name !== undefined && name in Key)) invalid('an update changes the key');
    this.write(row);
    const answer = (of: Row | undefined): UpdateItemCommandOutput =>
      of === undefined || Object.keys(of).length === 0 ? { $metadata: {} } : { Attributes: of, $metadata: {} };
    switch (ReturnValues) {
      case 'ALL_NEW':
        return answer(row);
      case 'ALL_OLD':
        return answer(before);
      case 'UPDATED_NEW':
        return answer(partOf(row, paths));
      case 'UPDATED_OLD':
        return answer(partOf(before, paths));
      default:
        return { $metadata: {} };
    }
  }

  query(x: QueryCommandInput): QueryCommandOutput {
    const { IndexName, KeyConditionExpression = '', ExpressionAttributeNames: names } = x;
    const { ExpressionAttributeValues: values, ScanIndexForward = true } = x;
    const fits = condition(KeyConditionExpression);
    const isAsked = ({ row }: { row: Row }) => fits(row, { names, values });
    let found: Listed[];
    if (IndexName === undefined) {
      // What a key condition names first is the partition.
      const first = /^\s*(\S+)\s*=\s*(:\w+)/.exec(KeyConditionExpression);
      const partition = this.partitions.get(values?.[first?.[2] ?? '']?.S ?? '');
      if (first === null) invalid('a query names its partition first');
      found = (partition ?? []).filter(isAsked);
    } else found = this.indexNamed(IndexName).inOrder().filter(isAsked);
    if (!ScanIndexForward) found = found.toReversed();
    return page(found, x, (row) => this.idOf(row), this.keysOf(IndexName));
  }

  scan(x: ScanCommandInput): QueryCommandOutput {
    const { IndexName, Segment = 0, TotalSegments = 1 } = x;
    const all: readonly Listed[] =
      IndexName === undefined ? [...this.partitions.values()].flat() : this.indexNamed(IndexName).inOrder();
    const hashName = IndexName === undefined ? this.hash : this.indexNamed(IndexName).hash;
    const scattered = all
      .map((each) => ({ each, place: scatter(each.row[hashName]?.S ?? '') }))
      .filter(({ place }) => place % TotalSegments === Segment)
      .sort((a, b) => a.place - b.place)
      .map(({ each }) => each);
    return page(scattered, x, (row) => this.idOf(row), this.keysOf(IndexName));
  }

  private indexNamed(name: string): MemoryIndex {
    const index = this.indexes.find((each) => each.name === name);
    return index ?? invalid(`the table has no index ${name}`);
  }

  private keysOf(index: string | undefined): string[] {
    const own = this.range === undefined ? [this.hash] : [this.hash, this.range];
    if (index === undefined) return own;
    const { hash, range } = this.indexNamed(index);
    return [...new Set([...own, hash, range])];
  }

  rows(): Row[] {
    return [...this.partitions.values()].flatMap((partition) => partition.map(({ row }) => row));
  }
}

interface Listed {
  readonly row: Row;
  readonly bytes: number;
}

/** A sparse index: the rows that have both of its keys, as they were some time ago. */
class MemoryIndex {
  readonly name: string;
  readonly hash: string;
  readonly range: string;
  private readonly mood: Moods;
  private readonly keyOf: (row: Row) => Row;
  private readonly listed = new Map<string, Listed>();
  private pending: Pending[] = [];
  private sorted: Listed[] | undefined;

  constructor({ name, hash, range }: IndexShape, mood: Moods, keyOf: (row: Row) => Row) {
    this.name = name;
    this.hash = hash;
    this.range = range;
    this.mood = mood;
    this.keyOf = keyOf;
  }

  check(row: Row): void {
    for (const name of [this.hash, this.range])
      if (row[name] !== undefined && (row[name].S === undefined || row[name].S === ''))
        invalid(`the key ${name} of the index ${this.name} is empty or no text`);
  }

  follow(key: string, row: Row | undefined): void {
    const lag = this.mood.indexLag();
    if (lag === 0 && this.pending.length === 0) return this.apply({ at: 0, key, row });
    // What comes later of one row never overtakes what came before.
    const behind = this.pending.findLast((each) => each.key === key)?.at ?? 0;
    this.pending.push({ at: Math.max(this.mood.now() + lag, behind), key, row });
  }

  private apply({ key, row }: Pending): void {
    this.sorted = undefined;
    if (row?.[this.hash] === undefined || row[this.range] === undefined) this.listed.delete(key);
    else this.listed.set(key, { row, bytes: bytesOfRow(row) });
  }

  inOrder(): readonly Listed[] {
    const now = this.mood.now();
    const due = this.pending.filter(({ at }) => at <= now);
    if (due.length > 0) {
      this.pending = this.pending.filter(({ at }) => at > now);
      for (const each of due) this.apply(each);
    }
    this.sorted ??= [...this.listed.values()].sort((a, b) => this.compare(a.row, b.row));
    return this.sorted;
  }

  private compare(a: Row, b: Row): number {
    for (const name of [this.hash, this.range, ...Object.keys(this.keyOf(a))]) {
      const order = compareText(a[name]?.S ?? '', b[name]?.S ?? '');
      if (order !== 0) return order;
    }
    return 0;
  }
}

/** From behind the start key on, up to the limit or a megabyte. */
function page(
  found: readonly Listed[],
  { ExclusiveStartKey, Limit }: Pick<QueryCommandInput, 'ExclusiveStartKey' | 'Limit'>,
  idOf: (row: Row) => string,
  keys: readonly string[],
): QueryCommandOutput {
  if (Limit !== undefined && Limit < 1) invalid('a limit is 1 or more');
  const startId = ExclusiveStartKey && idOf(ExclusiveStartKey);
  let from = 0;
  if (startId !== undefined && ExclusiveStartKey !== undefined) {
    const at = found.findIndex(({ row }) => idOf(row) === startId);
    // The row that was last may have gone since: go on where it would be.
    from = at >= 0 ? at + 1 : placeBehind(found, ExclusiveStartKey, keys);
  }
  const Items: Record<string, AttributeValue>[] = [];
  let bytes = 0;
  let last: Row | undefined;
  for (let at = from; at < found.length; at++) {
    const { row, bytes: size } = found[at] as Listed;
    Items.push(row);
    bytes += size;
    if (Items.length === Limit || bytes > MOST_BYTES_AN_ANSWER) {
      last = row;
      break;
    }
  }
  return {
    Items,
    Count: Items.length,
    ScannedCount: Items.length,
    ...(last === undefined
      ? {}
      : { LastEvaluatedKey: Object.fromEntries(keys.map((name) => [name, last[name] as AttributeValue])) }),
    $metadata: {},
  };
}

function placeBehind(found: readonly Listed[], key: Row, keys: readonly string[]): number {
  const sort = keys.length === 2 ? keys[1] : undefined;
  if (sort === undefined) {
    const place = scatter(key[keys[0] ?? '']?.S ?? '');
    const at = found.findIndex(({ row }) => scatter(row[keys[0] ?? '']?.S ?? '') > place);
    return at < 0 ? found.length : at;
  }
  const at = found.findIndex(({ row }) => compareText(row[sort]?.S ?? '', key[sort]?.S ?? '') > 0);
  return at < 0 ? found.length : at;
}

/** Where a sort key stands, or would. */
function placeOf(partition: readonly Entry[], sort: string): number {
  let [low, high] = [0, partition.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(partition[middle]?.sort ?? '', sort) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Partitions lie in the order of their hash: FNV-1a here, so that it is the same everywhere. */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function partOf(row: Row | undefined, paths: readonly (readonly string[])[]): Row {
  let part: Record<string, AttributeValue> = {};
  for (const path of paths) {
    const value = valueAt(row, path);
    if (value === undefined) continue;
    const [name = '', ...deeper] = path;
    const nested = deeper.reduceRight<AttributeValue>((inner, key) => ({ M: { [key]: inner } }), value);
    part = { ...part, [name]: nested };
  }
  return part;
}

const sizes = new WeakMap<Row, number>();

function bytesOfRow(row: Row): number {
  let bytes = sizes.get(row);
  if (bytes === undefined) {
    bytes = 0;
    for (const name in row) bytes += Buffer.byteLength(name) + bytesOf(row[name]);
    sizes.set(row, bytes);
  }
  return bytes;
}

/** As DynamoDB's documentation counts, to a few bytes. */
function bytesOf(value: AttributeValue | undefined): number {
  if (value === undefined) return 0;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.SS !== undefined) return value.SS.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + bytesOf(each), 3);
  if (value.M !== undefined) {
    let bytes = 3;
    for (const name in value.M) bytes += 1 + Buffer.byteLength(name) + bytesOf(value.M[name]);
    return bytes;
  }
  return 1;
}

function validation(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata: {} });
}

function invalid(message: string): never {
  throw validation(message);
}

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
  ProvisionedThroughputExceededException,
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

import {
  compareText,
  condition,
  holdToPlaceholders,
  InvalidExpression,
  keyCondition,
  type KeyPart,
  type Placeholders,
  type Row,
  update,
  valueAt,
} from './expressions.ts';

const MOST_BYTES_AN_ITEM = 400 * 1024;
const MOST_BYTES_AN_ANSWER = 1024 * 1024;
const MOST_BYTES_A_BATCH = 16 * 1024 * 1024;
const MOST_KEYS = 100;
const MOST_WRITES = 25;
const MOST_BYTES_A_HASH = 2048;
const MOST_BYTES_A_SORT = 1024;

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
  /** Why a request is refused before anything of it is done, such as `throttled()`. */
  refuses(command: object): Error | undefined;
}

const AT_EASE: Moods = {
  now: () => 0,
  indexLag: () => 0,
  staleness: () => 0,
  processes: (count) => count,
  refuses: () => undefined,
};

/** What DynamoDB says where a table gets more than it takes; a client has tried several times by then. */
export function throttled(): DynamoDBServiceException {
  return new ProvisionedThroughputExceededException({
    message: 'The level of configured provisioned throughput for the table was exceeded.',
    $metadata: {},
  });
}

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

/** A row in its place; by `order` it stands behind and before others of its partition. */
interface Placed {
  readonly order: readonly string[];
  readonly row: Row;
  readonly bytes: number;
}

interface Entry extends Placed {
  readonly before: Row | undefined;
  readonly writtenAt: number;
}

interface Key {
  readonly hash: string;
  readonly sort: string;
}

interface Checked {
  readonly key: Key;
  readonly bytes: number;
}

interface KeyNames {
  readonly hash: string;
  readonly range: string | undefined;
}

interface Pending {
  readonly at: number;
  readonly key: Key;
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
      const keys = Keys.map((key) => ({ name, table, key, own: table.keyGiven(key), ConsistentRead }));
      eachOnce(keys.map(({ own }) => own));
      return keys;
    });
    if (wanted.length === 0 || wanted.length > MOST_KEYS) invalid(`a batch has 1 to ${MOST_KEYS} keys`);
    const now = mood.processes(wanted.length);
    const Responses: Record<string, Record<string, AttributeValue>[]> = {};
    const UnprocessedKeys: NonNullable<BatchGetItemCommandOutput['UnprocessedKeys']> = {};
    for (const { name } of wanted) Responses[name] ??= [];
    let bytes = 0;
    for (const [at, { name, table, own, key, ConsistentRead }] of wanted.entries()) {
      const found = table.find(own, ConsistentRead);
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
      eachOnce(
        requests.map(({ PutRequest, DeleteRequest }) =>
          PutRequest?.Item === undefined ? table.keyGiven(DeleteRequest?.Key ?? {}) : table.keyOf(PutRequest.Item),
        ),
      );
      return requests.map((request) => ({ name, table, request }));
    });
    if (wanted.length === 0 || wanted.length > MOST_WRITES) invalid(`a batch has 1 to ${MOST_WRITES} writes`);
    const now = mood.processes(wanted.length);
    const UnprocessedItems: NonNullable<BatchWriteItemCommandOutput['UnprocessedItems']> = {};
    for (const { table, request } of wanted)
      if (request.PutRequest?.Item !== undefined) table.check(request.PutRequest.Item);
    for (const [at, { name, table, request }] of wanted.entries())
      if (at >= now) (UnprocessedItems[name] ??= []).push(request);
      else if (request.PutRequest?.Item !== undefined) table.write(request.PutRequest.Item);
      else table.remove(request.DeleteRequest?.Key ?? {});
    return { UnprocessedItems, $metadata: {} };
  }

  const self: MemoryDynamoDB = {
    execute(command) {
      const refused = mood.refuses(command);
      if (refused !== undefined) throw refused;
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

/** What a request may say here; anything else would be passed over in silence. */
const EXPRESSION = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues', 'ReturnValues'];
const READ = ['TableName', 'IndexName', 'Limit', 'ExclusiveStartKey', 'ConsistentRead'];
const KNOWN = {
  put: new Set(['TableName', 'Item', ...EXPRESSION]),
  update: new Set(['TableName', 'Key', 'UpdateExpression', ...EXPRESSION]),
  query: new Set([...READ, 'KeyConditionExpression', 'ScanIndexForward', ...EXPRESSION.slice(1, 3)]),
  scan: new Set([...READ, 'Segment', 'TotalSegments']),
};

function holdToKnown(x: object, known: ReadonlySet<string>): void {
  for (const name of Object.keys(x))
    if (!known.has(name) && x[name as never] !== undefined)
      throw new Error(`DynamoDB in memory does not know ${name} here`);
}

const placeholders = (x: Pick<UpdateItemCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>) =>
  ({ names: x.ExpressionAttributeNames, values: x.ExpressionAttributeValues }) satisfies Placeholders;

function eachOnce(keys: readonly Key[]): void {
  const seen = new Set(keys.map(idOf));
  if (seen.size < keys.length) invalid('a batch names a key twice');
}

const idOf = ({ hash, sort }: Key): string => `${hash.length}:${hash}${sort}`;

class MemoryTable {
  private readonly keys: KeyNames;
  private readonly cursor: readonly string[];
  private readonly indexes: readonly MemoryIndex[];
  private readonly mood: Moods;
  private readonly told: (write: Write) => void;
  private readonly name: string;
  private readonly partitions = new Partitions<Entry>();

  constructor(
    { TableName = '', KeySchema = [], GlobalSecondaryIndexes = [] }: CreateTableCommandInput,
    mood: Moods,
    told: (write: Write) => void,
  ) {
    this.name = TableName;
    this.mood = mood;
    this.told = told;
    this.keys = { hash: KeySchema[0]?.AttributeName ?? '', range: KeySchema[1]?.AttributeName };
    this.cursor = namesOf(this.keys);
    this.indexes = GlobalSecondaryIndexes.map(({ IndexName = '', KeySchema: [hash, range] = [] }) => {
      const keys = { hash: hash?.AttributeName ?? '', range: range?.AttributeName ?? '' };
      return new MemoryIndex(IndexName, keys, namesOf(this.keys, keys), mood);
    });
  }

  keyOf(row: Row): Key {
    return { hash: keyText(row, this.keys.hash, MOST_BYTES_A_HASH), sort: sortOf(row, this.keys) };
  }

  /** The key that a request names: this, and nothing beside it. */
  keyGiven(key: Row): Key {
    const own = this.keyOf(key);
    if (Object.keys(key).length !== (this.keys.range === undefined ? 1 : 2))
      invalid('a key has other attributes than the table’s');
    return own;
  }

  private entry({ hash, sort }: Key): Entry | undefined {
    return this.partitions.find(hash, [sort]);
  }

  find(key: Key, consistent: boolean): { row: Row; bytes: number } | undefined {
    const entry = this.entry(key);
    return entry && (consistent ? entry : this.asOfSomeTime(entry));
  }

  private asOfSomeTime(entry: Entry): Placed | undefined {
    if (entry.writtenAt + this.mood.staleness() <= this.mood.now()) return entry;
    return entry.before && { ...entry, row: entry.before };
  }

  /** Whether a row may be written. @returns where to, and its size */
  check(row: Row): Checked {
    const key = this.keyOf(row);
    const bytes = bytesOfRow(row);
    if (bytes > MOST_BYTES_AN_ITEM) invalid('an item is larger than 400 KB');
    for (const index of this.indexes) index.check(row);
    return { key, bytes };
  }

  write(row: Row, { key, bytes }: Checked = this.check(row)): void {
    const before = this.entry(key)?.row;
    this.partitions.put(key.hash, { order: [key.sort], row, bytes, before, writtenAt: this.mood.now() });
    this.wrote(key, before, row);
  }

  remove(given: Row): void {
    const key = this.keyGiven(given);
    const before = this.partitions.remove(key.hash, [key.sort])?.row;
    if (before !== undefined) this.wrote(key, before, undefined);
  }

  private wrote(key: Key, before: Row | undefined, after: Row | undefined): void {
    for (const index of this.indexes) index.follow(key, after);
    this.told({ table: this.name, before, after });
  }

  putItem(x: PutItemCommandInput): object {
    holdToKnown(x, KNOWN.put);
    const { Item = {}, ConditionExpression, ReturnValues = 'NONE' } = x;
    if (ReturnValues !== 'NONE' && ReturnValues !== 'ALL_OLD') invalid(`a put does not return ${ReturnValues}`);
    const holds = ConditionExpression === undefined ? undefined : condition(ConditionExpression);
    const given = placeholders(x);
    holdToPlaceholders(given, holds);
    const checked = this.check(Item);
    const before = this.entry(checked.key)?.row;
    if (holds?.ask(before, given) === false) failed();
    this.write(Item, checked);
    return { ...(ReturnValues === 'NONE' || before === undefined ? {} : { Attributes: before }), $metadata: {} };
  }

  update(x: UpdateItemCommandInput): UpdateItemCommandOutput {
    holdToKnown(x, KNOWN.update);
    const { Key = {}, UpdateExpression = '', ConditionExpression, ReturnValues = 'NONE' } = x;
    const own = this.keyGiven(Key);
    const holds = ConditionExpression === undefined ? undefined : condition(ConditionExpression);
    const change = update(UpdateExpression);
    const given = placeholders(x);
    holdToPlaceholders(given, holds, change);
    const before = this.entry(own)?.row;
    if (holds?.ask(before, given) === false) failed();
    const { row, paths } = change.ask(before ?? Key, given);
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
    holdToKnown(x, KNOWN.query);
    const { KeyConditionExpression = '', ScanIndexForward = true, ExclusiveStartKey } = x;
    const place = this.placeOfReading(x);
    const asked = keyCondition(KeyConditionExpression);
    const given = placeholders(x);
    holdToPlaceholders(given, asked);
    let { hash, range } = asked.ask(given);
    if (range !== undefined && hash.name !== place.keys.hash) [hash, range] = [range, hash];
    if (hash.name !== place.keys.hash || hash.sign !== '=') invalid('a query names one partition');
    if (range !== undefined && range.name !== place.keys.range) invalid(`${range.name} is no sort key`);
    for (const each of [hash.from, range?.from, range?.to]) if (each !== undefined) textGiven(each);
    const entries = place.partitions.of(hash.from.S ?? '');
    let [low, high] = stretchOf(entries, range);
    const start = ExclusiveStartKey && place.of(ExclusiveStartKey);
    if (start !== undefined) {
      if (start.hash !== hash.from.S) invalid('a cursor is of another partition');
      if (ScanIndexForward)
        low = Math.max(
          low,
          firstBehind(entries, (each) => compareOrder(each.order, start.order) <= 0),
        );
      else
        high = Math.min(
          high,
          firstBehind(entries, (each) => compareOrder(each.order, start.order) < 0),
        );
    }
    const page = new Page(x, place.cursor);
    for (let at = low; at < high; at++) {
      const each = this.seen(entries[ScanIndexForward ? at : low + high - 1 - at] as Placed, x);
      if (each !== undefined && page.isFullWith(each)) break;
    }
    return page.answer();
  }

  scan(x: ScanCommandInput): QueryCommandOutput {
    holdToKnown(x, KNOWN.scan);
    const { Segment, TotalSegments, ExclusiveStartKey } = x;
    if ((Segment === undefined) !== (TotalSegments === undefined)) invalid('a segment is one of a number of them');
    const [segment, segments] = [Segment ?? 0, TotalSegments ?? 1];
    if (segment < 0 || segment >= segments) invalid('a segment is less than their number');
    const place = this.placeOfReading(x);
    const start = ExclusiveStartKey && place.of(ExclusiveStartKey);
    const page = new Page(x, place.cursor);
    const isOfSegment = (at: number) => Math.floor((at / 2 ** 32) * segments) === segment;
    if (start !== undefined && !isOfSegment(scatter(start.hash))) invalid('a cursor is of another segment');
    const from = start?.hash ?? Math.ceil((segment * 2 ** 32) / segments);
    scanned: for (const { place: at, hash, entries } of place.partitions.scattered(from)) {
      if (!isOfSegment(at)) break;
      const isGoneOn = start !== undefined && hash === start.hash;
      const behind = isGoneOn ? firstBehind(entries, (each) => compareOrder(each.order, start.order) <= 0) : 0;
      for (let each = behind; each < entries.length; each++) {
        const seen = this.seen(entries[each] as Placed, x);
        if (seen !== undefined && page.isFullWith(seen)) break scanned;
      }
    }
    return page.answer();
  }

  /** The table or one of its indexes, as it is read now. */
  private placeOfReading({ IndexName, ConsistentRead = false, Limit }: QueryCommandInput): Place {
    if (Limit !== undefined && Limit < 1) invalid('a limit is 1 or more');
    if (IndexName === undefined)
      return {
        keys: this.keys,
        cursor: this.cursor,
        partitions: this.partitions,
        of: (key) => {
          const { hash, sort } = this.keyGiven(key);
          return { hash, order: [sort] };
        },
      };
    const index = this.indexes.find(({ name }) => name === IndexName);
    if (index === undefined) return invalid(`the table has no index ${IndexName}`);
    if (ConsistentRead) invalid('an index is not read strongly');
    const { keys, cursor } = index;
    return {
      keys,
      cursor,
      partitions: index.now(),
      of: (key) => {
        if (Object.keys(key).length !== cursor.length) invalid('a cursor has all keys of an index');
        return index.placeOf(this.keyOf(key), key) ?? invalid('a cursor has all keys of an index');
      },
    };
  }

  private seen(each: Placed, { IndexName, ConsistentRead = false }: QueryCommandInput): Placed | undefined {
    return IndexName === undefined && !ConsistentRead ? this.asOfSomeTime(each as Entry) : each;
  }

  rows(): Row[] {
    return this.partitions.all().map(({ row }) => row);
  }
}

interface Place {
  readonly keys: KeyNames;
  /** The attributes of a cursor. */
  readonly cursor: readonly string[];
  readonly partitions: Partitions<Placed>;
  /** Where a cursor stands. */
  of(key: Row): { hash: string; order: readonly string[] };
}

/** A sparse index: the rows that have both of its keys, as they were some time ago. */
class MemoryIndex {
  readonly name: string;
  readonly keys: KeyNames & { readonly range: string };
  readonly cursor: readonly string[];
  private readonly mood: Moods;
  private readonly partitions = new Partitions<Placed>();
  /** Where each row stands. */
  private readonly places = new Map<string, { hash: string; order: readonly string[] }>();
  private pending: Pending[] = [];
  /** When the last change of a row is seen that is under way. */
  private readonly behind = new Map<string, number>();

  constructor(name: string, keys: MemoryIndex['keys'], cursor: readonly string[], mood: Moods) {
    this.name = name;
    this.keys = keys;
    this.cursor = cursor;
    this.mood = mood;
  }

  check(row: Row): void {
    const { hash, range } = this.keys;
    if (row[hash] !== undefined) keyText(row, hash, MOST_BYTES_A_SORT);
    if (row[range] !== undefined) keyText(row, range, MOST_BYTES_A_SORT);
  }

  follow(key: Key, row: Row | undefined): void {
    const lag = this.mood.indexLag();
    if (lag === 0 && this.pending.length === 0) return this.apply(key, row);
    // What comes later of one row never overtakes what came before.
    const at = Math.max(this.mood.now() + lag, this.behind.get(idOf(key)) ?? 0);
    this.behind.set(idOf(key), at);
    this.pending.push({ at, key, row });
  }

  placeOf({ hash, sort }: Key, row: Row): { hash: string; order: readonly string[] } | undefined {
    const [own, range] = [row[this.keys.hash]?.S, row[this.keys.range]?.S];
    return own === undefined || range === undefined ? undefined : { hash: own, order: [range, hash, sort] };
  }

  private apply(key: Key, row: Row | undefined): void {
    const id = idOf(key);
    const before = this.places.get(id);
    if (before !== undefined) this.partitions.remove(before.hash, before.order);
    const place = row && this.placeOf(key, row);
    if (row === undefined || place === undefined) {
      this.places.delete(id);
      return;
    }
    this.places.set(id, place);
    this.partitions.put(place.hash, { order: place.order, row, bytes: bytesOfRow(row) });
  }

  /** What has arrived by now. */
  now(): Partitions<Placed> {
    const now = this.mood.now();
    const due = this.pending.filter(({ at }) => at <= now);
    if (due.length > 0) {
      this.pending = this.pending.filter(({ at }) => at > now);
      for (const { at, key, row } of due) {
        if (this.behind.get(idOf(key)) === at) this.behind.delete(idOf(key));
        this.apply(key, row);
      }
    }
    return this.partitions;
  }
}

interface Partition<E> {
  readonly place: number;
  readonly hash: string;
  /** In their order. */
  readonly entries: E[];
}

/** Rows by partition, and the partitions as a scan comes by them. */
class Partitions<E extends Placed> {
  private readonly byHash = new Map<string, Partition<E>>();
  private readonly inScanOrder: Partition<E>[] = [];

  of(hash: string): readonly E[] {
    return this.byHash.get(hash)?.entries ?? [];
  }

  find(hash: string, order: readonly string[]): E | undefined {
    const entries = this.byHash.get(hash)?.entries;
    if (entries === undefined) return undefined;
    const found = entries[placeOf(entries, order)];
    return found !== undefined && compareOrder(found.order, order) === 0 ? found : undefined;
  }

  put(hash: string, entry: E): void {
    let partition = this.byHash.get(hash);
    if (partition === undefined) {
      partition = { place: scatter(hash), hash, entries: [] };
      this.byHash.set(hash, partition);
      this.inScanOrder.splice(this.placeInScan(partition), 0, partition);
    }
    const { entries } = partition;
    const at = placeOf(entries, entry.order);
    const there = entries[at];
    const isThere = there !== undefined && compareOrder(there.order, entry.order) === 0;
    if (isThere) entries[at] = entry;
    else entries.splice(at, 0, entry);
  }

  remove(hash: string, order: readonly string[]): E | undefined {
    const partition = this.byHash.get(hash);
    const at = partition === undefined ? 0 : placeOf(partition.entries, order);
    const there = partition?.entries[at];
    if (partition === undefined || there === undefined || compareOrder(there.order, order) !== 0) return undefined;
    partition.entries.splice(at, 1);
    if (partition.entries.length === 0) {
      this.byHash.delete(hash);
      this.inScanOrder.splice(this.placeInScan(partition), 1);
    }
    return there;
  }

  /** From a place of the scan on, or from where a partition stands or would. */
  *scattered(from: number | string): Generator<Partition<E>> {
    const first = this.placeInScan(
      typeof from === 'number' ? { place: from, hash: '' } : { place: scatter(from), hash: from },
    );
    for (let at = first; at < this.inScanOrder.length; at++) yield this.inScanOrder[at] as Partition<E>;
  }

  all(): E[] {
    return [...this.byHash.values()].flatMap(({ entries }) => entries);
  }

  private placeInScan({ place, hash }: { place: number; hash: string }): number {
    return firstBehind(this.inScanOrder, (each) => (each.place - place || compareText(each.hash, hash)) < 0);
  }
}

/** One answer: up to the limit or a megabyte. */
class Page {
  private readonly items: Record<string, AttributeValue>[] = [];
  private readonly limit: number;
  private readonly keys: readonly string[];
  private bytes = 0;
  private last: Row | undefined;

  constructor({ Limit = Infinity }: Pick<QueryCommandInput, 'Limit'>, keys: readonly string[]) {
    this.limit = Limit;
    this.keys = keys;
  }

  isFullWith({ row, bytes }: Placed): boolean {
    this.items.push(row);
    this.bytes += bytes;
    const isFull = this.items.length === this.limit || this.bytes > MOST_BYTES_AN_ANSWER;
    if (isFull) this.last = row;
    return isFull;
  }

  answer(): QueryCommandOutput {
    const { items, last } = this;
    return {
      Items: items,
      Count: items.length,
      ScannedCount: items.length,
      ...(last === undefined
        ? {}
        : { LastEvaluatedKey: Object.fromEntries(this.keys.map((name) => [name, last[name] as AttributeValue])) }),
      $metadata: {},
    };
  }
}

function namesOf(...keys: readonly KeyNames[]): string[] {
  const names = keys.flatMap(({ hash, range }) => [hash, range]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

function textGiven(value: AttributeValue | undefined): string {
  return value?.S === undefined || value.S === '' ? invalid('a key is missing, empty or no text') : value.S;
}

function keyText(row: Row, name: string, most: number): string {
  const value = textGiven(row[name]);
  // No sign has more than three bytes in UTF-8 for each half of a pair.
  if (value.length * 3 > most && Buffer.byteLength(value) > most) invalid(`the key ${name} is longer than ${most}`);
  return value;
}

const sortOf = (row: Row, { range }: KeyNames): string =>
  range === undefined ? '' : keyText(row, range, MOST_BYTES_A_SORT);

/** From where to where the rows stand whose first sort key is as asked. */
function stretchOf(entries: readonly Placed[], range: KeyPart | undefined): [low: number, high: number] {
  if (range === undefined) return [0, entries.length];
  const [from, to] = [range.from.S ?? '', range.to?.S ?? ''];
  const first = (isBefore: (sort: string) => boolean) => firstBehind(entries, ({ order }) => isBefore(order[0] ?? ''));
  const at = (text: string) => first((sort) => compareText(sort, text) < 0);
  const behind = (text: string) => first((sort) => compareText(sort, text) <= 0);
  switch (range.sign) {
    case '=':
      return [at(from), behind(from)];
    case '<':
      return [0, at(from)];
    case '<=':
      return [0, behind(from)];
    case '>':
      return [behind(from), entries.length];
    case '>=':
      return [at(from), entries.length];
    case 'BETWEEN':
      return [at(from), behind(to)];
    case 'begins_with':
      return [at(from), first((sort) => compareText(sort, from) < 0 || sort.startsWith(from))];
  }
}

/** The first of what is not before something; those that are stand first. */
function firstBehind<E>(entries: readonly E[], isBefore: (each: E) => boolean): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(entries[middle] as E)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const placeOf = (entries: readonly Placed[], order: readonly string[]) =>
  firstBehind(entries, (each) => compareOrder(each.order, order) < 0);

function compareOrder(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at++) {
    const order = compareText(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Partitions lie in the order of their hash: FNV-1a here, so that it is the same everywhere. */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // Segments are stretches: the high bits have to differ too where texts hardly do.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function partOf(row: Row | undefined, paths: readonly (readonly string[])[]): Row {
  let part: Row = {};
  for (const path of paths) {
    const value = valueAt(row, path);
    if (value !== undefined) part = withInner(part, path, value);
  }
  return part;
}

function withInner(part: Row, [name = '', ...deeper]: readonly string[], value: AttributeValue): Row {
  if (deeper.length === 0) return { ...part, [name]: value };
  return { ...part, [name]: { M: withInner(part[name]?.M ?? {}, deeper, value) } };
}

/** Of rows and of sets, lists and maps in them: an update leaves most of them as they are. */
const sizes = new WeakMap<object, number>();

function bytesOfRow(row: Row): number {
  let bytes = sizes.get(row);
  if (bytes === undefined) {
    bytes = 0;
    for (const name of Object.keys(row)) bytes += Buffer.byteLength(name) + bytesOf(row[name]);
    sizes.set(row, bytes);
  }
  return bytes;
}

/** As DynamoDB's documentation counts, to a few bytes. */
function bytesOf(value: AttributeValue | undefined): number {
  if (value === undefined) return 0;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  let bytes = sizes.get(value);
  if (bytes === undefined) {
    bytes = bytesOfMany(value);
    sizes.set(value, bytes);
  }
  return bytes;
}

function bytesOfMany({ SS, NS, L, M }: AttributeValue): number {
  const set = SS ?? NS;
  if (set !== undefined) {
    if (set.length === 0) invalid('a set is not empty');
    if (new Set(set).size < set.length) invalid('a set has each member once');
    return set.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  }
  if (L !== undefined) return L.reduce((sum, each) => sum + 1 + bytesOf(each), 3);
  if (M === undefined) return 1;
  let bytes = 3;
  for (const name of Object.keys(M)) bytes += 1 + Buffer.byteLength(name) + bytesOf(M[name]);
  return bytes;
}

function validation(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata: {} });
}

function failed(): never {
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

function invalid(message: string): never {
  throw validation(message);
}

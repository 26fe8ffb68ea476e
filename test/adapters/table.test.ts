import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { Reader, Table } from '../../functions/runtime/table.ts';
import { onEveryDynamoDB } from './every.ts';

onEveryDynamoDB((started) => {
  let client: Stingy;
  let table: Table;
  let other: Table;
  beforeEach(() => {
    client = stingy();
    const reader = new Reader(client.dynamodb);
    table = new Table(client.dynamodb, reader, 'plan');
    other = new Table(client.dynamodb, reader, 'ledger');
  });

  interface Stingy {
    readonly dynamodb: DynamoDBClient;
    /** How many keys or rows of a table each request takes; DynamoDB gives back the rest as not processed. */
    takes: number;
    /** Keys and rows asked for, by request. */
    readonly reads: number[];
    readonly writes: number[];
    fails: boolean;
  }

  /** The emulator, which processes no more of a batch than it likes, as DynamoDB may at any time. */
  function stingy(): Stingy {
    const send = started().client.send.bind(started().client) as (command: unknown) => Promise<object>;
    const sizeOf = (tables: object, list: (each: never) => unknown[]) =>
      Object.values(tables).reduce((sum: number, each) => sum + list(each as never).length, 0);
    const self: Stingy = {
      takes: Infinity,
      reads: [],
      writes: [],
      fails: false,
      dynamodb: {
        async send(command: unknown) {
          if (self.fails) throw new Error('the network is gone');
          if (command instanceof BatchGetItemCommand) {
            const wanted = command.input.RequestItems as Record<string, KeysAndAttributes>;
            self.reads.push(sizeOf(wanted, ({ Keys }: { Keys: unknown[] }) => Keys));
            const part = (from: number, to: number) =>
              Object.fromEntries(
                Object.entries(wanted)
                  .map(([name, { Keys = [], ...rest }]) => [name, { ...rest, Keys: Keys.slice(from, to) }] as const)
                  .filter(([, { Keys }]) => Keys.length > 0),
              );
            const answer = await send(new BatchGetItemCommand({ RequestItems: part(0, self.takes) }));
            return { ...answer, UnprocessedKeys: part(self.takes, Infinity) };
          }
          if (command instanceof BatchWriteItemCommand) {
            const wanted = command.input.RequestItems as Record<string, WriteRequest[]>;
            self.writes.push(sizeOf(wanted, (each: unknown[]) => each));
            const part = (from: number, to: number) =>
              Object.fromEntries(
                Object.entries(wanted)
                  .map(([name, rows]) => [name, rows.slice(from, to)] as const)
                  .filter(([, rows]) => rows.length > 0),
              );
            const answer = await send(new BatchWriteItemCommand({ RequestItems: part(0, self.takes) }));
            return { ...answer, UnprocessedItems: part(self.takes, Infinity) };
          }
          return send(command);
        },
      } as unknown as DynamoDBClient,
    };
    return self;
  }

  const rows = (pk: string, count: number, more: object = {}) =>
    Array.from({ length: count }, (_, at) => ({ pk, sk: String(at).padStart(4, '0'), at, ...more }));
  const keys = (pk: string, count: number) => rows(pk, count).map(({ pk, sk }) => ({ pk, sk }));
  const numbers = (items: readonly Record<string, unknown>[]) =>
    items.map(({ at }) => at as number).sort((a, b) => a - b);
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

  describe('reads of many rows', () => {
    it('finds each of more than a hundred, a hundred to a request', async () => {
      await table.batchWrite({ puts: rows('many', 230) });
      expect(numbers(await table.batchGet(keys('many', 230)))).toEqual(upTo(230));
      expect(client.reads).toEqual([100, 100, 30]);
    });

    it('asks again for what was not processed, and for nothing else', async () => {
      await table.batchWrite({ puts: rows('unprocessed', 25) });
      client.takes = 10;
      expect(numbers(await table.batchGet(keys('unprocessed', 25)))).toEqual(upTo(25));
      expect(client.reads).toEqual([25, 15, 5]);
    });

    it('leaves out what is not there, also where it was not processed at first', async () => {
      await table.put({ pk: 'few', sk: '0001', at: 1 });
      await table.put({ pk: 'few', sk: '0008', at: 8 });
      client.takes = 3;
      expect(numbers(await table.batchGet(keys('few', 10)))).toEqual([1, 8]);
      expect(await table.get({ pk: 'few', sk: 'none' })).toBeUndefined();
    });

    it('makes one request of what is asked at the same moment, of both tables, and asks for a row once', async () => {
      await table.put({ pk: 'shared', sk: 'a', at: 1 });
      await other.put({ pk: 'shared', sk: 'a', at: 2 });
      const [mine, again, theirs] = await Promise.all([
        table.get({ pk: 'shared', sk: 'a' }),
        table.get({ sk: 'a', pk: 'shared' }),
        other.get({ pk: 'shared', sk: 'a' }),
      ]);
      expect([mine?.['at'], again?.['at'], theirs?.['at']]).toEqual([1, 1, 2]);
      expect(client.reads).toEqual([2]);
    });

    it('gives whoever asked for the same row a value of their own', async () => {
      await table.put({ pk: 'own', sk: 'a', list: ['x'] });
      const key = { pk: 'own', sk: 'a' };
      const [one, two] = await Promise.all([table.get(key), table.get(key)]);
      (one as { list: string[] }).list.push('y');
      expect([one, two]).toMatchObject([{ list: ['x', 'y'] }, { list: ['x'] }]);
    });

    it('tells an error to everybody who asked, and reads again afterwards', async () => {
      await table.put({ pk: 'error', sk: '0000', at: 0 });
      client.fails = true;
      const asked = [table.get({ pk: 'error', sk: '0000' }), table.get({ pk: 'error', sk: '0001' })];
      expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      client.fails = false;
      expect(numbers(await table.batchGet(keys('error', 2)))).toEqual([0]);
    });

    it('asks for nothing where there is nothing to ask', async () => {
      expect(await table.batchGet([])).toEqual([]);
      expect(client.reads).toEqual([]);
    });
  });

  describe('writes of many rows', () => {
    it('writes twenty-five to a request', async () => {
      await table.batchWrite({ puts: rows('written', 60) });
      expect(client.writes).toEqual([25, 25, 10]);
      expect(numbers(await table.queryAll('written'))).toEqual(upTo(60));
    });

    it('writes again what was not processed', async () => {
      client.takes = 4;
      await table.batchWrite({ puts: rows('rewritten', 10) });
      expect(client.writes).toEqual([10, 6, 2]);
      expect(numbers(await table.queryAll('rewritten'))).toEqual(upTo(10));
    });

    it('deletes in the same way', async () => {
      await table.batchWrite({ puts: rows('deleted', 30) });
      client.takes = 20;
      await table.batchWrite({ deletes: keys('deleted', 29) });
      expect(numbers(await table.queryAll('deleted'))).toEqual([29]);
    });
  });

  describe('a condition', () => {
    it('that fails is an answer, and changes nothing', async () => {
      const absent = { condition: 'attribute_not_exists(pk)' };
      expect(await table.put({ pk: 'condition', sk: 'a', at: 1 }, absent)).toBe(true);
      expect(await table.put({ pk: 'condition', sk: 'a', at: 2 }, absent)).toBe(false);
      const update = { update: 'SET #at = :two', names: { '#at': 'at' }, values: { ':two': 2, ':nine': 9 } };
      const key = { pk: 'condition', sk: 'a' };
      expect(await table.update(key, { ...update, condition: '#at = :nine' })).toBeUndefined();
      expect(await table.get(key)).toMatchObject({ at: 1 });
    });

    it('that holds answers what was asked for, and an empty answer where nothing was', async () => {
      const key = { pk: 'condition', sk: 'b' };
      const more = { update: 'ADD #n :one', names: { '#n': 'n' }, values: { ':one': 1 } };
      expect(await table.update(key, more)).toEqual({});
      expect(await table.update(key, { ...more, returns: 'UPDATED_NEW' })).toEqual({ n: 2 });
      expect(await table.update(key, { ...more, returns: 'UPDATED_OLD' })).toEqual({ n: 2 });
    });

    it('that cannot be asked is an error, and never taken for one that failed', async () => {
      const update = { update: 'SET list.#k = :x', names: { '#k': 'k' }, values: { ':x': 1 } };
      await expect(table.update({ pk: 'condition', sk: 'none' }, update)).rejects.toThrow();
      const elsewhere = new Table(client.dynamodb, new Reader(client.dynamodb), 'no-such-table');
      await expect(elsewhere.put({ pk: 'a', sk: 'b' })).rejects.toThrow();
    });
  });

  describe('a partition', () => {
    it('is read to its end, also where it is larger than an answer may be', async () => {
      const long = rows('long', 12, { text: 'x'.repeat(150_000) });
      for (const row of long) await table.put(row);
      expect((await table.queryAll('long')).map(({ at }) => at as number)).toEqual(upTo(12));
    });

    it('is read in the order of its keys, from and to an end that is part of it, and no more than asked', async () => {
      await table.batchWrite({ puts: rows('ordered', 9).reverse() });
      const read = async (x: Parameters<Table['query']>[1]) => {
        const found: unknown[] = [];
        for await (const { at } of table.query('ordered', x)) found.push(at);
        return found;
      };
      expect(await read({})).toEqual(upTo(9));
      expect(await read({ from: '0006' })).toEqual([6, 7, 8]);
      expect(await read({ to: '0002' })).toEqual([0, 1, 2]);
      expect(await read({ from: '0003', to: '0005' })).toEqual([3, 4, 5]);
      expect(await read({ limit: 4 })).toEqual([0, 1, 2, 3]);
    });
  });
});

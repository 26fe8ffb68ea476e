/** What only AWS does by itself, at any time: as the table in memory does it, seen through the adapters' table. */
import { BatchGetItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { LISTED_INDEX } from '../../functions/contracts/tables.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';
import { createMemoryDynamoDB, memoryClient, type MemoryDynamoDB, throttled } from '../memory/dynamodb.ts';
import { TABLES } from './tables.ts';

let now: number;
let lag: number;
let staleness: number;
let processes: (count: number) => number;
let refuses: (command: object) => Error | undefined;
let memory: MemoryDynamoDB;
let table: Table;
beforeEach(() => {
  now = 1_000_000;
  lag = 0;
  staleness = 0;
  processes = (count) => count;
  refuses = () => undefined;
  memory = createMemoryDynamoDB({
    now: () => now,
    indexLag: () => lag,
    staleness: () => staleness,
    processes: (count) => processes(count),
    refuses: (command) => refuses(command),
  });
  for (const each of TABLES) memory.execute(new CreateTableCommand(each));
  const client = memoryClient(memory);
  table = new Table(client, new Reader(client), 'ledger');
});

const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ pk: 'a', sk: String(at).padStart(3, '0') }));
const set = (sk: string, n: number) =>
  table.update(
    { pk: 'a', sk },
    {
      update: 'SET n = :n, listed = :l, listedAt = :at',
      values: { ':n': n, ':l': 'here', ':at': sk },
    },
  );
const listed = async () => {
  const key = { name: 'listed', value: 'here' };
  return (await table.queryIndex({ index: LISTED_INDEX, key, cursor: undefined, limit: 100 })).items;
};

describe('a batch that is processed in part', () => {
  it.each([1, 3, 24])('%i at a time, is written and read to its end', async (most) => {
    processes = () => most;
    await table.batchWrite({ puts: rows(60) });
    expect(memory.rows('ledger')).toHaveLength(60);
    expect(await table.batchGet(rows(130))).toHaveLength(60);
    await table.batchWrite({ deletes: rows(59) });
    expect(memory.rows('ledger')).toHaveLength(1);
  });

  it('does nothing of what it gives back', async () => {
    await table.batchWrite({ puts: rows(4) });
    processes = () => 1;
    const RequestItems = { ledger: { Keys: rows(4).map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } })) } };
    const answer = memory.execute(new BatchGetItemCommand({ RequestItems }));
    expect(answer).toMatchObject({
      Responses: { ledger: [{ sk: { S: '000' } }] },
      UnprocessedKeys: { ledger: { Keys: [{}, {}, {}] } },
    });
  });
});

describe('an index that lags', () => {
  it('shows a row when its time has come, and the table shows it at once', async () => {
    lag = 5_000;
    await set('x', 1);
    expect(await table.get({ pk: 'a', sk: 'x' })).toMatchObject({ n: 1 });
    expect(await listed()).toEqual([]);
    now += 4_999;
    expect(await listed()).toEqual([]);
    now += 1;
    expect(await listed()).toMatchObject([{ sk: 'x', n: 1 }]);
  });

  it('never shows an older state of a row after a newer one, though the newer was on its way for less time', async () => {
    lag = 10_000;
    await set('x', 1);
    lag = 1_000;
    await set('x', 2);
    lag = 0;
    await set('x', 3);
    const seen: number[] = [];
    for (let step = 0; step < 20; step++, now += 1_000)
      for (const { n } of await listed()) if (seen.at(-1) !== n) seen.push(n as number);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(3);
  });

  it('shows for a while what is gone', async () => {
    await set('x', 1);
    lag = 1_000;
    await table.batchWrite({ deletes: [{ pk: 'a', sk: 'x' }] });
    expect(await listed()).toMatchObject([{ sk: 'x' }]);
    now += 1_000;
    expect(await listed()).toEqual([]);
  });
});

describe('a read that does not ask for consistency', () => {
  const askLoosely = (ConsistentRead: boolean) =>
    memory.execute(
      new BatchGetItemCommand({
        RequestItems: { ledger: { Keys: [{ pk: { S: 'a' }, sk: { S: 'x' } }], ConsistentRead } },
      }),
    );

  it('is answered with what was before, for a while; one that asks for it never', async () => {
    await set('x', 1);
    now += 10;
    await set('x', 2);
    staleness = 100;
    expect(askLoosely(false)).toMatchObject({ Responses: { ledger: [{ n: { N: '1' } }] } });
    expect(askLoosely(true)).toMatchObject({ Responses: { ledger: [{ n: { N: '2' } }] } });
    now += 100;
    expect(askLoosely(false)).toMatchObject({ Responses: { ledger: [{ n: { N: '2' } }] } });
  });

  it('is none of those that a table makes by key or in a partition', async () => {
    await set('x', 1);
    staleness = 1_000;
    await set('x', 2);
    await set('y', 2);
    expect(await table.get({ pk: 'a', sk: 'x' })).toMatchObject({ n: 2 });
    expect(await table.batchGet([{ pk: 'a', sk: 'y' }])).toMatchObject([{ n: 2 }]);
    expect(await table.queryAll('a')).toMatchObject([{ n: 2 }, { n: 2 }]);
  });
});

describe('a table that refuses', () => {
  it('has done nothing of it, and is an error for whoever asked, never a failed condition', async () => {
    await set('x', 1);
    refuses = throttled;
    const name = 'ProvisionedThroughputExceededException';
    await expect(set('x', 2)).rejects.toMatchObject({ name });
    await expect(table.put({ pk: 'a', sk: 'z' }, { condition: 'attribute_not_exists(pk)' })).rejects.toMatchObject({
      name,
    });
    await expect(table.get({ pk: 'a', sk: 'x' })).rejects.toMatchObject({ name });
    await expect(table.batchWrite({ puts: rows(2) })).rejects.toMatchObject({ name });
    refuses = () => undefined;
    expect(await table.queryAll('a')).toMatchObject([{ sk: 'x', n: 1 }]);
  });
});

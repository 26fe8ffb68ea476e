/** Whatever is written and asked, in whatever order: the table in memory answers as another DynamoDB does. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { LISTED_INDEX } from '../../functions/contracts/tables.ts';
import type { Item, Table } from '../../functions/runtime/table.ts';
import { HAS_JAVA } from './every.ts';
import { startTables, type Tables } from './tables.ts';

const OTHER = HAS_JAVA ? 'dynamodb-local' : 'dynalite';

let memory: Tables;
let other: Tables;
beforeAll(async () => {
  memory = await startTables();
  other = await startTables(OTHER);
}, 60_000);
afterAll(async () => {
  await memory?.stop();
  await other?.stop();
});

const sk = fc.constantFrom('a', 'ab', 'b', 'ä', '中', '😀', '\u{ffee}');
const n = fc.integer({ min: -3, max: 3 });
const UPDATES = [
  'SET n = :n',
  'SET n = if_not_exists(n, :n) + :n',
  'SET n = n - :n',
  'ADD n :n',
  'SET tree = :tree',
  'SET tree.leaf = :n',
  'SET tree.#sk = if_not_exists(tree.#sk, :n)',
  'REMOVE tree.leaf',
  'REMOVE tree, n',
  'ADD tags :tags',
  'DELETE tags :tags',
  'SET many = list_append(if_not_exists(many, :many), :many)',
  'SET listed = :listed, listedAt = :sk',
  'REMOVE listed SET n = :n',
];
const CONDITIONS = [
  undefined,
  'attribute_exists(pk)',
  'attribute_not_exists(pk)',
  'n < :n',
  'n <> :n',
  'NOT contains(tags, :sk)',
  'size(many) = :n OR n >= :n',
  'attribute_not_exists(tree.leaf) AND n = :n',
  'tree = :tree',
];
const RETURNS = ['NONE', 'ALL_OLD', 'ALL_NEW'] as const;

type Step = (table: Table, pk: string) => Promise<unknown>;

const given = (text: string, sk: string, n: number, pk: string) => {
  const all: Item = {
    ':n': n,
    ':tree': { leaf: n },
    ':tags': new Set([sk, 'x']),
    ':many': [n],
    ':listed': pk,
    ':sk': sk,
  };
  const values = Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(text)));
  return { values, ...(text.includes('#sk') ? { names: { '#sk': sk } } : {}) };
};

const update = fc
  .tuple(sk, sk, n, fc.constantFrom(...UPDATES), fc.constantFrom(...CONDITIONS), fc.constantFrom(...RETURNS))
  .map(([own, other, n, update, condition, returns]): [string, Step] => [
    `${own}: ${update} if ${condition}, with ${other} and ${n}`,
    (table, pk) =>
      table.update(
        { pk, sk: own },
        {
          update,
          returns,
          ...(condition === undefined ? {} : { condition }),
          ...given(`${update} ${condition}`, other, n, pk),
        },
      ),
  ]);
const put = fc
  .tuple(sk, n)
  .map(([sk, n]): [string, Step] => [
    `put ${sk} ${n}`,
    (table, pk) => table.put({ pk, sk, n, tags: new Set(['x', sk]) }),
  ]);
const remove = sk.map((sk): [string, Step] => [
  `delete ${sk}`,
  (table, pk) => table.batchWrite({ deletes: [{ pk, sk }] }),
]);
const query = fc
  .record({ from: sk, to: sk, limit: fc.integer({ min: 1, max: 4 }), descending: fc.boolean() }, { requiredKeys: [] })
  .map((x): [string, Step] => [`query ${JSON.stringify(x)}`, (table, pk) => table.queryAll(pk, x)]);
const index = fc.integer({ min: 1, max: 4 }).map((limit): [string, Step] => [
  `index ${limit}`,
  async (table, pk) => {
    const found: Item[] = [];
    const key = { name: 'listed', value: pk };
    let cursor: Item | undefined;
    do {
      const page = await table.queryIndex({ index: LISTED_INDEX, key, cursor, limit });
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    // Which of two in the same place comes first is nowhere said.
    return found.map((row) => JSON.stringify([row['listedAt'], row['sk'], row['n']])).sort();
  },
]);

it(`answers as ${OTHER} does${HAS_JAVA ? '' : ', for there is no Java here'}`, { timeout: 60_000 }, async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 5, arbitrary: update }, put, remove, query, index), { minLength: 5, maxLength: 30 }),
      async (steps) => {
        const pk = `round-${round++}`;
        const told = async (step: Step, { ledger }: Tables) => {
          try {
            return await step(ledger, pk);
          } catch (error) {
            return (error as Error).name;
          }
        };
        for (const [what, step] of steps)
          expect([what, await told(step, memory)]).toEqual([what, await told(step, other)]);
        expect(await memory.ledger.queryAll(pk)).toEqual(await other.ledger.queryAll(pk));
      },
    ),
    { numRuns: 60, seed: 5 },
  );
});

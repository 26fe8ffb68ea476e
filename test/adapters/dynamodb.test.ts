/**
 * DynamoDB itself: what the adapters ask of it, and its edges, with the same answers everywhere. Where two differ,
 * Amazon's own is right; what dynalite does otherwise stands beside the case.
 */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type ReturnValue,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { ENCRYPTED_INDEX, LISTED_INDEX } from '../../functions/contracts/tables.ts';
import { RESERVED_WORDS } from '../memory/reserved-words.ts';
import { onEveryDynamoDB } from './every.ts';

type Item = Record<string, any>;
type Names = Record<string, string>;

const INVALID = 'ValidationException';
const FAILED = 'ConditionalCheckFailedException';
const ABSENT = 'ResourceNotFoundException';

/** A row with something of every kind that we store. */
const ROW: Item = {
  n: 5,
  m: 7,
  prose: 'straße',
  yes: true,
  nothing: null,
  blank: '',
  many: ['a', 1],
  few: [],
  tree: { twig: { deep: 1 }, word: 'x', nothing: null },
  bare: {},
  tags: new Set(['a', 'b']),
};

interface Asked {
  readonly names?: Names;
  readonly values?: Item;
  /** What dynalite answers instead. */
  readonly dynalite?: unknown;
}

type ConditionCase = [condition: string, holds: boolean | typeof INVALID, x?: Asked & { readonly row?: null }];

const CONDITIONS: readonly ConditionCase[] = [
  ['attribute_exists(pk)', true],
  ['attribute_exists(pk)', false, { row: null }],
  ['attribute_not_exists(pk)', false],
  ['attribute_not_exists(pk)', true, { row: null }],
  ['attribute_exists(nothing)', true],
  ['attribute_exists(tree.twig.deep)', true],
  ['attribute_exists(tree.leaf)', false],
  ['attribute_not_exists(gone.#a)', true, { names: { '#a': 'a' } }],
  ['attribute_not_exists(#n.#a)', true, { names: { '#n': 'n', '#a': 'a' } }],
  ['attribute_not_exists(tree.#a) AND tree.word = :x', true, { names: { '#a': 'a' }, values: { ':x': 'x' } }],
  // Null is a value; what is gone is few, and differs from all.
  ['nothing = :null', true, { values: { ':null': null } }],
  ['nothing <> :null', false, { values: { ':null': null } }],
  ['gone = :null', false, { values: { ':null': null } }],
  ['gone <> :null', true, { values: { ':null': null } }],
  ['gone <> :null', true, { values: { ':null': null }, row: null }],
  ['n <> :null', true, { values: { ':null': null } }],
  ['n <> :text', true, { values: { ':text': '5' } }],
  ['tree.twig.leaf <> :x', true, { values: { ':x': 1 } }],
  ['nothing.a <> :x', true, { values: { ':x': 1 } }],
  // Order.
  ['n < :x', true, { values: { ':x': 5.5 } }],
  ['n < :x', false, { values: { ':x': 5 } }],
  ['n <= :x', true, { values: { ':x': 5 } }],
  ['n > :x', true, { values: { ':x': -6 } }],
  ['n > :x', true, { values: { ':x': 4 } }],
  ['n >= :x', false, { values: { ':x': 10 } }],
  ['n < m', true],
  ['n = m', false],
  ['n < :x', false, { values: { ':x': '9' } }],
  ['n > :x', false, { values: { ':x': '1' } }],
  ['gone < :x', false, { values: { ':x': 5 } }],
  ['gone >= :x', false, { values: { ':x': 0 } }],
  ['NOT gone < :x', true, { values: { ':x': 5 } }],
  ['nothing > :x', false, { values: { ':x': 0 } }],
  ['tree.twig.deep >= :x', true, { values: { ':x': 1 } }],
  ['n > :null', INVALID, { values: { ':null': null }, dynalite: false }],
  ['n BETWEEN :a AND :b', true, { values: { ':a': 5, ':b': 6 } }],
  ['n BETWEEN :a AND :b', true, { values: { ':a': 4, ':b': 5 } }],
  ['n BETWEEN :a AND :b', false, { values: { ':a': 6, ':b': 7 } }],
  ['n BETWEEN :a AND :b AND yes = :true', true, { values: { ':a': 4, ':b': 5, ':true': true } }],
  ['gone BETWEEN :a AND :b', false, { values: { ':a': 4, ':b': 5 } }],
  ['n BETWEEN :b AND :a', INVALID, { values: { ':a': 4, ':b': 5 } }],
  ['n BETWEEN :a AND :b', INVALID, { values: { ':a': 4, ':b': '5' } }],
  // Equality of what is made of others.
  ['yes = :true', true, { values: { ':true': true } }],
  ['yes = :false', false, { values: { ':false': false } }],
  ['blank = :blank', true, { values: { ':blank': '' } }],
  ['many = :list', true, { values: { ':list': ['a', 1] }, dynalite: false }],
  ['many = :list', false, { values: { ':list': [1, 'a'] } }],
  ['tags = :tags', true, { values: { ':tags': new Set(['b', 'a']) } }],
  ['tags = :tags', false, { values: { ':tags': new Set(['a']) } }],
  ['tags = :tags', false, { values: { ':tags': ['a', 'b'] } }],
  ['tree = :map', true, { values: { ':map': { nothing: null, word: 'x', twig: { deep: 1 } } }, dynalite: false }],
  ['tree = :map', false, { values: { ':map': { word: 'x', twig: { deep: 1 } } } }],
  ['bare = :bare', true, { values: { ':bare': {} }, dynalite: false }],
  // Functions.
  ['contains(tags, :x)', true, { values: { ':x': 'a' } }],
  ['contains(tags, :x)', false, { values: { ':x': 'c' } }],
  ['contains(tags, :x)', false, { values: { ':x': 1 } }],
  ['contains(many, :x)', true, { values: { ':x': 1 } }],
  ['contains(prose, :x)', true, { values: { ':x': 'aß' } }],
  ['contains(gone, :x)', false, { values: { ':x': 'a' } }],
  ['NOT contains(gone, :x)', true, { values: { ':x': 'a' } }],
  ['contains(n, :x)', false, { values: { ':x': 5 } }],
  ['begins_with(prose, :x)', true, { values: { ':x': 'stra' } }],
  ['begins_with(prose, :x)', false, { values: { ':x': 'tra' } }],
  ['begins_with(gone, :x)', false, { values: { ':x': 'a' } }],
  ['begins_with(n, :x)', false, { values: { ':x': '5' } }],
  ['begins_with(prose, :x)', INVALID, { values: { ':x': 5 } }],
  ['size(many) = :x', true, { values: { ':x': 2 } }],
  ['size(few) = :x', true, { values: { ':x': 0 } }],
  ['size(tags) = :x', true, { values: { ':x': 2 } }],
  ['size(tree) = :x', true, { values: { ':x': 3 } }],
  ['size(bare) = :x', true, { values: { ':x': 0 } }],
  ['size(prose) = :x', true, { values: { ':x': 6 } }],
  ['size(gone) = :x', false, { values: { ':x': 0 } }],
  ['size(gone) < :x', false, { values: { ':x': 9 } }],
  ['size(gone) = :x', false, { values: { ':x': 0 }, row: null }],
  ['size(n) = :x', false, { values: { ':x': 1 } }],
  ['size(nothing) >= :x', false, { values: { ':x': 0 } }],
  // How parts belong together.
  ['n = :no OR yes = :true', true, { values: { ':no': 0, ':true': true } }],
  ['yes = :true OR yes = :true AND n = :no', true, { values: { ':no': 0, ':true': true } }],
  ['(yes = :true OR yes = :true) AND n = :no', false, { values: { ':no': 0, ':true': true } }],
  ['NOT n = :no AND n = :no', false, { values: { ':no': 0 } }],
  ['NOT (n = :no AND n = :no)', true, { values: { ':no': 0 } }],
  ['not n = :no or n = :no', true, { values: { ':no': 0 } }],
  // What cannot be asked.
  ['', INVALID],
  ['n', INVALID],
  ['n =', INVALID],
  ['n = :x)', INVALID, { values: { ':x': 5 } }],
  ['((n = :x))', INVALID, { values: { ':x': 5 } }],
  ['n == :x', INVALID, { values: { ':x': 5 } }],
  ['n = n', INVALID],
  ['size(many)', INVALID],
  ['SIZE(many) = :x', INVALID, { values: { ':x': 2 } }],
  ['unknown(many)', INVALID],
  ['attribute_exists(n, m)', INVALID],
  ['attribute_exists(:x)', INVALID, { values: { ':x': 5 } }],
  ['contains(tags)', INVALID],
  ['if_not_exists(n, :x) = :x', INVALID, { values: { ':x': 5 } }],
  ['n = :x', INVALID],
  ['#n = :x', INVALID, { values: { ':x': 5 } }],
  ['n = :x', INVALID, { values: { ':x': 5, ':unused': 1 } }],
  ['n = :x', INVALID, { values: { ':x': 5 }, names: { '#unused': 'n' } }],
  ['n = :x', INVALID, { values: { ':x': 5 }, names: {} }],
  ['name = :x', INVALID, { values: { ':x': 5 } }],
  ['tree.name = :x', INVALID, { values: { ':x': 5 } }],
];

type UpdateCase = [update: string, becomes: Item | typeof INVALID, x?: Asked & { readonly row?: Item | null }];

/** What changes of `ROW`, or what stands in a row that was not there; undefined: not any more. */
const UPDATES: readonly UpdateCase[] = [
  ['SET n = :x', { n: 9 }, { values: { ':x': 9 } }],
  ['SET n = :x', { n: 9 }, { values: { ':x': 9 }, row: null }],
  ['SET n = :x, prose = :x REMOVE yes', { n: 9, prose: 9, yes: undefined }, { values: { ':x': 9 } }],
  ['SET nothing = :x', { nothing: { a: null } }, { values: { ':x': { a: null } } }],
  ['set n = :x remove yes', { n: 9, yes: undefined }, { values: { ':x': 9 } }],
  // Everything is read as it was before.
  ['SET n = m, m = n', { n: 7, m: 5 }],
  ['SET n = n + :x, m = n', { n: 6, m: 5 }, { values: { ':x': 1 } }],
  ['SET n = gone', INVALID],
  ['SET n = n - :x', { n: -1 }, { values: { ':x': 6 } }],
  ['SET n = :x + n', { n: 6 }, { values: { ':x': 1 } }],
  ['SET n = n + :x', { n: 5.3 }, { values: { ':x': 0.3 } }],
  ['SET n = :x + :y', { n: 0.3 }, { values: { ':x': 0.1, ':y': 0.2 } }],
  ['SET n = gone + :x', INVALID, { values: { ':x': 1 } }],
  ['SET n = prose + :x', INVALID, { values: { ':x': 1 } }],
  ['SET n = n + :x', INVALID, { values: { ':x': '1' } }],
  ['SET n = if_not_exists(n, :x)', { n: 5 }, { values: { ':x': 0 } }],
  ['SET nothing = if_not_exists(nothing, :x)', { nothing: null }, { values: { ':x': 0 } }],
  ['SET fresh = if_not_exists(fresh, :x) + :y', { fresh: 3 }, { values: { ':x': 2, ':y': 1 } }],
  [
    'SET tree.fresh = if_not_exists(tree.fresh, :x) + :x',
    { tree: { ...ROW['tree'], fresh: 2 } },
    { values: { ':x': 1 } },
  ],
  ['SET m = if_not_exists(n, :x)', { m: 5 }, { values: { ':x': 1 } }],
  ['SET m = if_not_exists(gone, n)', { m: 5 }],
  ['SET many = list_append(many, :x)', { many: ['a', 1, 'b', 'a'] }, { values: { ':x': ['b', 'a'] } }],
  ['SET many = list_append(:x, many)', { many: ['b', 'a', 1] }, { values: { ':x': ['b'] } }],
  ['SET many = list_append(many, :x)', { many: ['a', 1] }, { values: { ':x': [] } }],
  ['SET fresh = list_append(if_not_exists(fresh, :no), :x)', { fresh: ['b'] }, { values: { ':no': [], ':x': ['b'] } }],
  ['SET fresh = list_append(fresh, :x)', INVALID, { values: { ':x': ['b'] } }],
  ['SET prose = list_append(prose, :x)', INVALID, { values: { ':x': ['b'] } }],
  ['SET many = list_append(many, :x)', INVALID, { values: { ':x': 'b' } }],
  // Inside of what is there.
  ['SET tree.word = :x', { tree: { ...ROW['tree'], word: 'y' } }, { values: { ':x': 'y' } }],
  [
    'SET tree.twig.#a = :x',
    { tree: { ...ROW['tree'], twig: { deep: 1, '0': 'y' } } },
    { values: { ':x': 'y' }, names: { '#a': '0' } },
  ],
  ['SET tree.#a = :x', { tree: { ...ROW['tree'], 'a.b': 'y' } }, { values: { ':x': 'y' }, names: { '#a': 'a.b' } }],
  ['SET tree.fresh = :x, tree.word = :x', { tree: { ...ROW['tree'], fresh: 1, word: 1 } }, { values: { ':x': 1 } }],
  ['SET gone.a = :x', INVALID, { values: { ':x': 1 } }],
  ['SET gone.a = :x', INVALID, { values: { ':x': 1 }, row: null }],
  ['SET tree.gone.a = :x', INVALID, { values: { ':x': 1 } }],
  ['SET nothing.a = :x', INVALID, { values: { ':x': 1 } }],
  ['SET n.a = :x', INVALID, { values: { ':x': 1 } }],
  ['SET many.a = :x', INVALID, { values: { ':x': 1 } }],
  ['REMOVE gone', {}],
  ['REMOVE gone', {}, { row: null }],
  ['REMOVE tree.word', { tree: { twig: { deep: 1 }, nothing: null } }],
  ['REMOVE tree.gone', {}],
  ['REMOVE gone.a', INVALID],
  ['REMOVE n.a', INVALID],
  // Numbers and sets.
  ['ADD n :x', { n: 6 }, { values: { ':x': 1 } }],
  ['ADD n :x', { n: 2 }, { values: { ':x': -3 } }],
  ['ADD fresh :x', { fresh: -3 }, { values: { ':x': -3 } }],
  ['ADD fresh :x, n :x', { fresh: 1, n: 1 }, { values: { ':x': 1 }, row: null }],
  ['ADD tree.fresh :x', { tree: { ...ROW['tree'], fresh: 1 } }, { values: { ':x': 1 } }],
  ['ADD gone.a :x', INVALID, { values: { ':x': 1 } }],
  ['ADD prose :x', INVALID, { values: { ':x': 1 } }],
  ['ADD nothing :x', INVALID, { values: { ':x': 1 } }],
  ['ADD n :x', INVALID, { values: { ':x': '1' } }],
  ['ADD many :x', INVALID, { values: { ':x': ['b'] } }],
  ['ADD tags :x', { tags: new Set(['a', 'b', 'c']) }, { values: { ':x': new Set(['c', 'a']) } }],
  ['ADD fresh :x', { fresh: new Set(['c']) }, { values: { ':x': new Set(['c']) } }],
  ['ADD tags :x', INVALID, { values: { ':x': new Set([1]) } }],
  ['ADD n :x', INVALID, { values: { ':x': new Set(['c']) } }],
  ['ADD tags :x', INVALID, { values: { ':x': 1 } }],
  ['DELETE tags :x', { tags: new Set(['b']) }, { values: { ':x': new Set(['a', 'c']) } }],
  ['DELETE tags :x', { tags: undefined }, { values: { ':x': new Set(['a', 'b']) } }],
  ['DELETE gone :x', {}, { values: { ':x': new Set(['a']) } }],
  ['DELETE n :x', INVALID, { values: { ':x': new Set(['a']) } }],
  ['DELETE tags :x', INVALID, { values: { ':x': 'a' } }],
  ['DELETE tags :x', INVALID, { values: { ':x': new Set([1]) } }],
  ['ADD n :x DELETE tags :y', { n: 6, tags: new Set(['b']) }, { values: { ':x': 1, ':y': new Set(['a']) } }],
  ['ADD n m', INVALID],
  // What cannot be done.
  ['', INVALID],
  ['SET', INVALID],
  ['n = :x', INVALID, { values: { ':x': 1 } }],
  ['SET n = :x,', INVALID, { values: { ':x': 1 } }],
  ['SET n = :x SET m = :x', INVALID, { values: { ':x': 1 } }],
  ['SET n = :x, n = :y', INVALID, { values: { ':x': 1, ':y': 2 } }],
  ['SET n = :x, #n = :x', INVALID, { values: { ':x': 1 }, names: { '#n': 'n' } }],
  ['SET n = :x REMOVE n', INVALID, { values: { ':x': 1 } }],
  ['SET tree = :x, tree.word = :x', INVALID, { values: { ':x': 1 } }],
  ['SET tree.twig.deep = :x REMOVE tree.twig', INVALID, { values: { ':x': 1 } }],
  ['SET sk = :x', INVALID, { values: { ':x': 'other' } }],
  ['REMOVE pk', INVALID],
  ['SET #a = :x', INVALID, { values: { ':x': 1 }, names: { '#a': 'pk' } }],
  ['SET n = :x', INVALID],
  ['SET #n = :x', INVALID, { values: { ':x': 1 } }],
  ['SET n = :x', INVALID, { values: { ':x': 1, ':unused': 1 } }],
  ['SET n = :x', INVALID, { values: { ':x': 1 }, names: { '#unused': 'n' } }],
  ['SET n = n', { n: 5 }, {}],
  ['SET until = :x', INVALID, { values: { ':x': 1 } }],
  ['SET gone = size(many)', INVALID],
  ['SET listed = :x', INVALID, { values: { ':x': 1 } }],
  ['SET listed = :x', INVALID, { values: { ':x': '' }, dynalite: { listed: '' } }],
  ['SET listed = :x', INVALID, { values: { ':x': null } }],
  // Key of the index alone: in the table, not in the index.
  ['SET listed = :x', { listed: 'a' }, { values: { ':x': 'a' } }],
];

const RETURNED: readonly [ReturnValue, string, Item | undefined, (Asked & { row?: null })?][] = [
  ['NONE', 'SET n = :x', undefined],
  ['ALL_OLD', 'SET n = :x', { ...ROW, n: 5 }],
  ['ALL_NEW', 'SET n = :x', { ...ROW, n: 1 }],
  ['ALL_OLD', 'SET n = :x', undefined, { row: null }],
  ['ALL_NEW', 'SET n = :x', { n: 1 }, { row: null }],
  ['UPDATED_OLD', 'SET n = :x, fresh = :x', { n: 5 }],
  ['UPDATED_OLD', 'SET n = :x', undefined, { row: null }],
  ['UPDATED_NEW', 'SET n = :x, fresh = :x', { n: 1, fresh: 1 }],
  ['UPDATED_NEW', 'SET n = :x REMOVE yes', { n: 1 }],
  ['UPDATED_OLD', 'SET n = :x REMOVE yes', { n: 5, yes: true }],
  ['UPDATED_NEW', 'SET tree.word = :x', { tree: { word: 1 } }],
  ['UPDATED_OLD', 'SET tree.word = :x', { tree: { word: 'x' } }],
  ['UPDATED_NEW', 'SET tree.word = :x, tree.twig.deep = :x', { tree: { word: 1, twig: { deep: 1 } } }],
  ['UPDATED_NEW', 'ADD n :x', { n: 6 }],
  ['UPDATED_NEW', 'SET m = :x', { m: 1 }],
];

onEveryDynamoDB((started, implementation) => {
  const send = (command: object): Promise<any> => started().client.send(command as never);
  const isDynalite = implementation === 'dynalite';
  const expected = <T>(here: T, x: Asked = {}) => (isDynalite && 'dynalite' in x ? x.dynalite : here);
  /** What was answered, or the name of the error. */
  const told = (asked: Promise<unknown>): Promise<unknown> =>
    asked.catch((error: unknown) => (error instanceof Error ? error.name : error));

  let at = 0;
  /** Each test has a partition of its own. */
  let pk: string;
  beforeEach(() => {
    pk = `p${at++}`;
  });
  const key = (sk = 'row') => ({ pk, sk });
  const put = (item: Item, table = 'ledger') => send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
  const expression = ({ names, values }: Asked) => ({
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: marshall(values) }),
  });
  const update = (x: Partial<UpdateItemCommandInput>) =>
    send(new UpdateItemCommand({ TableName: 'ledger', Key: marshall(key()), ...x }));
  const rowOf = async (own: Item = key(), table = 'ledger'): Promise<Item | undefined> => {
    const answer = await send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [marshall(own)], ConsistentRead: true } } }),
    );
    const [row] = answer.Responses[table];
    return row && unmarshall(row);
  };
  const query = async (x: Omit<QueryCommandInput, 'TableName'>, table = 'ledger') => {
    const { Items, LastEvaluatedKey, Count } = await send(
      new QueryCommand({ TableName: table, ConsistentRead: x.IndexName === undefined, ...x }),
    );
    expect(Count).toBe(Items.length);
    return {
      rows: (Items as Item[]).map((item) => unmarshall(item)),
      cursor: LastEvaluatedKey as QueryCommandInput['ExclusiveStartKey'],
    };
  };

  describe('a condition', () => {
    it.each(CONDITIONS)('%s: %s', async (condition, holds, x = {}) => {
      if (x.row !== null) await put({ ...key(), ...ROW });
      const answer = await told(
        send(
          new PutItemCommand({
            TableName: 'ledger',
            Item: marshall({ ...key(), written: true }),
            ConditionExpression: condition,
            ...expression(x),
          }),
        ),
      );
      const result = typeof answer === 'string' ? (answer === FAILED ? false : answer) : true;
      expect(result).toBe(expected(holds, x));
      expect((await rowOf())?.['written']).toBe(result === true ? true : undefined);
    });

    it('of an update is held to in the same way', async () => {
      await put({ ...key(), n: 1 });
      const raise = (from: number) =>
        told(
          update({
            UpdateExpression: 'SET n = :to',
            ConditionExpression: 'n = :from',
            ...expression({ values: { ':from': from, ':to': from + 1 } }),
          }),
        );
      expect(await raise(2)).toBe(FAILED);
      expect(await raise(1)).not.toBe(FAILED);
      expect(await rowOf()).toEqual({ ...key(), n: 2 });
    });

    it('that fails makes no row', async () => {
      const x = { UpdateExpression: 'SET n = :x', ConditionExpression: 'attribute_exists(pk)' };
      expect(await told(update({ ...x, ...expression({ values: { ':x': 1 } }) }))).toBe(FAILED);
      expect(await rowOf()).toBeUndefined();
    });
  });

  describe('an update', () => {
    it.each(UPDATES)('%s: %o', async (text, becomes, x = {}) => {
      const before = x.row === null ? {} : ROW;
      if (x.row !== null) await put({ ...key(), ...before });
      const answer = await told(update({ UpdateExpression: text, ...expression(x) }));
      const wanted = expected(becomes, x) as typeof becomes;
      if (wanted === INVALID) {
        expect(answer).toBe(INVALID);
        expect(await rowOf()).toEqual(x.row === null ? undefined : { ...key(), ...before });
      } else {
        expect(answer).not.toBeTypeOf('string');
        expect(await rowOf()).toEqual(withoutGone({ ...key(), ...before, ...(wanted as Item) }));
      }
    });

    it.each(RETURNED)('answers %s of %s', async (ReturnValues, text, attributes, x = {}) => {
      if (x.row !== null) await put({ ...key(), ...ROW });
      const { Attributes } = await update({
        UpdateExpression: text,
        ...expression({ values: { ':x': 1 } }),
        ReturnValues,
      });
      const whole =
        ReturnValues.startsWith('ALL') && attributes !== undefined ? { ...key(), ...attributes } : attributes;
      const answer = Attributes && unmarshall(Attributes);
      // Of what is inside of an attribute, DynamoDB Local answers all of it: nothing may depend on more than was set.
      if (implementation === 'dynamodb-local' && text.includes('tree.')) expect(answer).toMatchObject(whole ?? {});
      else expect(answer).toEqual(whole);
    });

    it.each([
      ['a key that is missing', { pk: 'a' }],
      ['an empty key', { pk: 'a', sk: '' }],
      ['a key of another type', { pk: 'a', sk: 1 }],
      ['an attribute too many', { pk: 'a', sk: 'b', more: 'c' }],
      ['a sort key of more than 1024 bytes', { pk: 'a', sk: 'x'.repeat(1025) }],
      ['a partition of more than 2048 bytes', { pk: 'x'.repeat(2049), sk: 'a' }],
    ])('is refused with %s', async (_, Key) => {
      const x = { UpdateExpression: 'SET n = :x', ...expression({ values: { ':x': 1 } }) };
      expect(await told(update({ ...x, Key: marshall(Key) }))).toBe(INVALID);
    });

    it('of a table that is not there is refused', async () => {
      const x = { UpdateExpression: 'SET n = :x', ...expression({ values: { ':x': 1 } }) };
      expect(await told(update({ ...x, TableName: 'nowhere' }))).toBe(ABSENT);
    });

    it('takes no reserved word for a name', async () => {
      const x = { UpdateExpression: '', ...expression({ values: { ':x': 1 } }) };
      const taken: string[] = [];
      for (const word of RESERVED_WORDS) {
        const answer = await told(update({ ...x, UpdateExpression: `SET ${word.toLowerCase()} = :x` }));
        if (answer !== INVALID) taken.push(word);
      }
      // Reserved in Amazon's documentation.
      expect(taken).toEqual(implementation === 'dynamodb-local' ? ['CONVERT', 'SIZE'] : []);
    });
  });

  describe('an item', () => {
    it.each([
      ['has 400 KB at most', 400 * 1024, true],
      ['has no byte more', 400 * 1024 + 1, false],
    ])('%s', async (_, bytes, isTaken) => {
      const own = Buffer.byteLength(`pk${pk}skrowtext`);
      const item = { ...key(), text: 'x'.repeat(bytes - own) };
      expect((await told(put(item))) === INVALID).toBe(!isTaken);
      expect((await rowOf()) !== undefined).toBe(isTaken);
    });

    it('does not grow beyond that', async () => {
      await put({ ...key(), text: 'x'.repeat(400_000) });
      const x = { UpdateExpression: 'SET more = :x', ...expression({ values: { ':x': 'x'.repeat(10_000) } }) };
      expect(await told(update(x))).toBe(INVALID);
      expect(await rowOf()).not.toHaveProperty('more');
    });

    it.each([
      ['without its key', { pk: 'a' }],
      ['with an empty key', { pk: '', sk: 'a' }],
      ['with a number as key', { pk: 1, sk: 'a' }],
      ['with a number as key of an index', { pk: 'a', sk: 'b', listed: 1 }],
    ])('%s is refused', async (_, item) => {
      expect(await told(put(item))).toBe(INVALID);
    });

    it('with an empty key of an index is refused', async () => {
      // dynalite takes it.
      if (!isDynalite) expect(await told(put({ ...key(), listed: '', listedAt: 'a' }))).toBe(INVALID);
    });

    it('may be empty inside', async () => {
      const item = { ...key(), text: '', list: [], map: {}, nothing: null };
      await put(item);
      expect(await rowOf()).toEqual(item);
    });

    it('has no empty set, and none with a member twice', async () => {
      const item = (SS: string[]) =>
        new PutItemCommand({ TableName: 'ledger', Item: { ...marshall(key()), x: { SS } } });
      expect(await told(send(item([])))).toBe(INVALID);
      expect(await told(send(item(['a', 'a'])))).toBe(INVALID);
    });

    it('that is put replaces the whole of the one before', async () => {
      await put({ ...key(), a: 1 });
      await put({ ...key(), b: 2 });
      expect(await rowOf()).toEqual({ ...key(), b: 2 });
    });
  });

  describe('a batch', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, each) => marshall({ pk, sk: String(each) }));
    const get = (Keys: Record<string, any>[], table = 'ledger') =>
      send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }));
    const write = (rows: object[], table = 'ledger') =>
      send(new BatchWriteItemCommand({ RequestItems: { [table]: rows as never } }));
    const puts = (count: number) => keys(count).map((Item) => ({ PutRequest: { Item } }));

    it('reads a hundred, and leaves out what is not there', async () => {
      await write(puts(25));
      const { Responses, UnprocessedKeys } = await get(keys(100));
      expect(Responses.ledger).toHaveLength(25);
      expect(UnprocessedKeys).toEqual({});
    });

    it('answers an empty list where nothing was found', async () => {
      expect((await get(keys(1))).Responses).toEqual({ ledger: [] });
    });

    it('reads of several tables', async () => {
      await put({ ...key(), of: 'ledger' });
      await put({ ...key(), of: 'plan' }, 'plan');
      const one = { Keys: [marshall(key())], ConsistentRead: true };
      const { Responses } = await send(new BatchGetItemCommand({ RequestItems: { ledger: one, plan: one } }));
      expect(unmarshall(Responses.ledger[0])).toEqual({ ...key(), of: 'ledger' });
      expect(unmarshall(Responses.plan[0])).toEqual({ ...key(), of: 'plan' });
    });

    it.each([
      ['more than a hundred keys', 101, undefined],
      ['no key', 0, undefined],
      ['a key twice', 2, 0],
    ])('of %s is refused', async (_, count, again) => {
      const wanted = keys(count);
      expect(await told(get(again === undefined ? wanted : [...wanted, ...keys(1)]))).toBe(INVALID);
    });

    it('writes and deletes twenty-five', async () => {
      await write(puts(25));
      await write(keys(24).map((Key) => ({ DeleteRequest: { Key } })));
      expect((await get(keys(25))).Responses.ledger).toHaveLength(1);
    });

    it('of more than twenty-five writes is refused, and writes none', async () => {
      expect(await told(write(puts(26)))).toBe(INVALID);
      expect((await get(keys(26))).Responses.ledger).toEqual([]);
    });

    it('that puts and deletes the same is refused', async () => {
      const [Key] = keys(1);
      expect(await told(write([...puts(1), { DeleteRequest: { Key } }]))).toBe(INVALID);
      expect(await told(write([...puts(1), ...puts(1)]))).toBe(INVALID);
    });

    it('of nothing is refused', async () => {
      expect(await told(write([]))).toBe(INVALID);
      expect(await told(send(new BatchWriteItemCommand({ RequestItems: {} })))).toBe(INVALID);
      expect(await told(send(new BatchGetItemCommand({ RequestItems: {} })))).toBe(INVALID);
    });

    it('with a row that is not allowed writes none', async () => {
      const bad = { PutRequest: { Item: marshall({ pk, sk: 'a', listed: 1 }) } };
      expect(await told(write([...puts(2), bad]))).toBe(INVALID);
      expect((await get(keys(2))).Responses.ledger).toEqual([]);
    });

    it('with a key of another shape is refused', async () => {
      expect(await told(get([marshall({ pk })]))).toBe(INVALID);
      expect(await told(get([marshall({ pk, sk: 'a', more: 'b' })]))).toBe(INVALID);
      expect(await told(write([{ DeleteRequest: { Key: marshall({ pk, sk: '' }) } }]))).toBe(INVALID);
    });

    it('of a table that is not there is refused', async () => {
      expect(await told(get(keys(1), 'nowhere'))).toBe(ABSENT);
      expect(await told(write(puts(1), 'nowhere'))).toBe(ABSENT);
    });
  });

  describe('a query', () => {
    const all = (x: Partial<QueryCommandInput> = {}) =>
      query({ KeyConditionExpression: 'pk = :pk', ...expression({ values: { ':pk': pk } }), ...x });
    const sorts = (rows: readonly Item[]) => rows.map(({ sk }) => sk as string);
    const fill = async (...sks: string[]) => {
      for (const sk of sks) await put({ pk, sk });
    };
    const asked = (condition: string, values: Item = {}) =>
      told(
        query({ KeyConditionExpression: condition, ...expression({ values: { ':pk': pk, ...values } }) }).then(
          ({ rows }) => sorts(rows).join(''),
        ),
      );

    it('answers in the order of UTF-8, whatever the language', async () => {
      const inOrder = [
        '!',
        '0',
        '10',
        '9',
        'Z',
        'a',
        'a\n',
        'a!',
        'aa',
        'ab',
        '~',
        '£',
        'ä',
        'é',
        'ß',
        'Ж',
        '中',
        '\u{e000}',
        '\u{fffd}',
        '😀',
        '😁',
        '👩',
      ];
      const byBytes = inOrder.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      await fill(...inOrder.toReversed());
      expect(sorts((await all()).rows)).toEqual(byBytes);
      expect(sorts((await all({ ScanIndexForward: false })).rows)).toEqual(byBytes.toReversed());
    });

    it.each([
      ['pk = :pk', {}, 'abcde'],
      ['pk = :pk AND sk = :a', { ':a': 'c' }, 'c'],
      ['pk = :pk AND sk = :a', { ':a': 'x' }, ''],
      ['pk = :pk AND sk > :a', { ':a': 'c' }, 'de'],
      ['pk = :pk AND sk >= :a', { ':a': 'c' }, 'cde'],
      ['pk = :pk AND sk >= :a', { ':a': ' ' }, 'abcde'],
      ['pk = :pk AND sk < :a', { ':a': 'c' }, 'ab'],
      ['pk = :pk AND sk <= :a', { ':a': 'c' }, 'abc'],
      ['pk = :pk AND sk BETWEEN :a AND :b', { ':a': 'b', ':b': 'd' }, 'bcd'],
      ['pk = :pk AND sk BETWEEN :a AND :b', { ':a': 'aa', ':b': 'dd' }, 'bcd'],
      ['pk = :pk AND sk BETWEEN :a AND :b', { ':a': 'x', ':b': 'y' }, ''],
      ['pk = :pk AND begins_with(sk, :a)', { ':a': 'd' }, 'd'],
      ['sk > :a AND pk = :pk', { ':a': 'c' }, 'de'],
      ['pk = :pk AND sk BETWEEN :a AND :b', { ':a': 'd', ':b': 'b' }, INVALID],
      ['pk = :pk AND sk = :a', { ':a': '' }, INVALID],
      ['pk = :pk AND sk = :a', { ':a': 1 }, INVALID],
      ['pk = :pk AND sk <> :a', { ':a': 'a' }, INVALID],
      ['pk = :pk OR sk = :a', { ':a': 'a' }, INVALID],
      ['pk = :pk AND other = :a', { ':a': 'a' }, INVALID],
      ['pk = :pk AND NOT sk = :a', { ':a': 'a' }, INVALID],
      ['pk >= :pk', {}, INVALID],
      ['sk = :pk', {}, INVALID],
      ['pk = :pk AND sk >= :a AND sk <= :b', { ':a': 'b', ':b': 'd' }, INVALID],
      ['pk = :pk', { ':unused': 'a' }, INVALID],
      ['pk = :none', {}, INVALID],
      ['', {}, INVALID],
    ])('%s %o: %s', async (condition, values, answer) => {
      await fill('d', 'b', 'a', 'e', 'c');
      // dynalite finds nothing under an empty key, where others refuse it.
      const isEmptyKey = isDynalite && Object.values(values).includes('');
      expect(await asked(condition, values)).toBe(isEmptyKey ? '' : answer);
    });

    it('of an empty partition finds nothing', async () => {
      expect(await all()).toEqual({ rows: [], cursor: undefined });
    });

    it('ends with a cursor where its limit was reached, though nothing follows', async () => {
      await fill('a', 'b', 'c');
      const { rows, cursor } = await all({ Limit: 3 });
      expect([sorts(rows), cursor]).toEqual([['a', 'b', 'c'], marshall({ pk, sk: 'c' })]);
      expect(await all({ Limit: 3, ExclusiveStartKey: cursor })).toEqual({ rows: [], cursor: undefined });
      expect((await all({ Limit: 4 })).cursor).toBeUndefined();
      expect(await told(all({ Limit: 0 }))).toBe(INVALID);
    });

    it.each([true, false])('goes on behind its cursor, also where that row has gone (forward: %s)', async (forward) => {
      await fill('a', 'b', 'c', 'd', 'e');
      const first = await all({ Limit: 2, ScanIndexForward: forward });
      const [gone] = first.rows.slice(-1);
      await send(
        new BatchWriteItemCommand({ RequestItems: { ledger: [{ DeleteRequest: { Key: marshall(gone ?? {}) } }] } }),
      );
      const rest = await all({ ScanIndexForward: forward, ExclusiveStartKey: first.cursor });
      expect(sorts(rest.rows)).toEqual(forward ? ['c', 'd', 'e'] : ['c', 'b', 'a']);
      const before = await all({ ScanIndexForward: forward, ExclusiveStartKey: marshall({ pk, sk: 'bb' }) });
      expect(sorts(before.rows)).toEqual(forward ? ['c', 'd', 'e'] : ['b', 'a']);
    });

    it('is refused with a cursor that is none of this table', async () => {
      await fill('a');
      expect(await told(all({ ExclusiveStartKey: marshall({ pk }) }))).toBe(INVALID);
      expect(await told(all({ ExclusiveStartKey: marshall({ pk, sk: 'a', more: 'b' }) }))).toBe(INVALID);
      expect(await told(all({ ExclusiveStartKey: marshall({ pk: 'other', sk: 'a' }) }))).toBe(INVALID);
    });

    it.each([true, false])('answers a megabyte at a time, and each row once (forward: %s)', async (forward) => {
      for (let each = 0; each < 12; each++) await put({ pk, sk: String(each + 10), text: 'x'.repeat(150_000) });
      const pages: number[] = [];
      const found: string[] = [];
      let cursor: QueryCommandInput['ExclusiveStartKey'];
      do {
        const page = await all({ ScanIndexForward: forward, ExclusiveStartKey: cursor });
        pages.push(page.rows.length);
        found.push(...sorts(page.rows));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(pages).toEqual([7, 5]);
      const all12 = Array.from({ length: 12 }, (_, each) => String(each + 10));
      expect(found).toEqual(forward ? all12 : all12.toReversed());
    });

    it('of a table or an index that is not there is refused', async () => {
      const x = { KeyConditionExpression: 'pk = :pk', ...expression({ values: { ':pk': pk } }) };
      expect(await told(query(x, 'nowhere'))).toBe(ABSENT);
      expect(await told(query({ ...x, IndexName: 'nowhere' }))).toBe(INVALID);
    });
  });

  describe('an index', () => {
    const listed = async (x: Partial<QueryCommandInput> = {}) => {
      const { rows, cursor } = await query({
        IndexName: LISTED_INDEX,
        KeyConditionExpression: 'listed = :listed',
        ...expression({ values: { ':listed': pk } }),
        ...x,
      });
      return { sks: rows.map(({ sk }) => sk as string), cursor };
    };
    const change = (sk: string, UpdateExpression: string, values: Item = {}) =>
      update({
        Key: marshall(key(sk)),
        UpdateExpression,
        ...(Object.keys(values).length === 0 ? {} : expression({ values })),
      });

    it('has the rows that have both of its keys, in its own order', async () => {
      await put({ ...key('a'), listed: pk, listedAt: '3' });
      await put({ ...key('b'), listed: pk, listedAt: '1' });
      await put({ ...key('c'), listed: pk });
      await put({ ...key('d'), listedAt: '2' });
      await put({ ...key('e'), listed: pk, listedAt: '2' });
      expect((await listed()).sks).toEqual(['b', 'e', 'a']);
      expect((await listed({ ScanIndexForward: false })).sks).toEqual(['a', 'e', 'b']);
    });

    it('is entered, moved in and left', async () => {
      await put(key('a'));
      expect((await listed()).sks).toEqual([]);
      await change('a', 'SET listed = :l, listedAt = :at', { ':l': pk, ':at': '2' });
      await put({ ...key('b'), listed: pk, listedAt: '1' });
      expect((await listed()).sks).toEqual(['b', 'a']);
      await change('a', 'SET listedAt = :at', { ':at': '0' });
      expect((await listed()).sks).toEqual(['a', 'b']);
      await change('a', 'SET listed = :l', { ':l': `${pk}-other` });
      expect((await listed()).sks).toEqual(['b']);
      await change('b', 'REMOVE listedAt');
      expect((await listed()).sks).toEqual([]);
      expect(await rowOf(key('b'))).toEqual({ ...key('b'), listed: pk });
    });

    it('has a cursor of all four keys, from which it goes on though that row has left', async () => {
      for (const sk of ['z', 'y', 'x', 'w']) await put({ ...key(sk), listed: pk, listedAt: `at-${sk}` });
      const first = await listed({ Limit: 2 });
      expect(first).toEqual({ sks: ['w', 'x'], cursor: marshall({ ...key('x'), listed: pk, listedAt: 'at-x' }) });
      await change('x', 'REMOVE listed');
      expect((await listed({ ExclusiveStartKey: first.cursor })).sks).toEqual(['y', 'z']);
      expect(await told(listed({ ExclusiveStartKey: marshall(key('x')) }))).toBe(INVALID);
    });

    it('has as many of one place as there are, each once', async () => {
      const sks = ['a', 'b', 'c', 'd', 'e'];
      for (const sk of sks) await put({ ...key(sk), listed: pk, listedAt: 'same' });
      const found: string[] = [];
      let cursor: QueryCommandInput['ExclusiveStartKey'];
      do {
        const page = await listed({ Limit: 2, ExclusiveStartKey: cursor });
        found.push(...page.sks);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found.toSorted()).toEqual(sks);
    });

    it('is not read strongly', async () => {
      expect(await told(listed({ ConsistentRead: true }))).toBe(INVALID);
    });
  });

  describe('a scan', () => {
    const scan = (x: Partial<ScanCommandInput>) =>
      send(new ScanCommand({ TableName: 'chats', IndexName: ENCRYPTED_INDEX, ...x }));
    const ids = Array.from({ length: 60 }, (_, each) => `chat-${each}`);
    beforeEach(async () => {
      await started().chats.batchWrite({
        puts: [{ chatId: 'never' }, ...ids.map((chatId) => ({ chatId, encryptedSince: '2026' }))],
      });
    });
    const walk = async (x: Partial<ScanCommandInput>, between: (last: string) => Promise<unknown> = async () => {}) => {
      const found: string[] = [];
      let cursor: ScanCommandInput['ExclusiveStartKey'];
      do {
        const answer = await scan({ ...x, ExclusiveStartKey: cursor });
        found.push(...answer.Items.map((item: Item) => unmarshall(item)['chatId'] as string));
        cursor = answer.LastEvaluatedKey;
        if (cursor !== undefined) await between(found.at(-1) ?? '');
      } while (cursor !== undefined);
      return found;
    };

    it.each([1, 2, 3, 4])('in %i segments finds each row once, however short its pages', async (TotalSegments) => {
      for (const Limit of [1, 7, 1000]) {
        const found: string[] = [];
        for (let Segment = 0; Segment < TotalSegments; Segment++)
          found.push(...(await walk({ Segment, TotalSegments, Limit })));
        expect(found.toSorted()).toEqual(ids.toSorted());
      }
    });

    it('goes on where the row of its cursor has left the index', async () => {
      const leave = (chatId: string) =>
        send(
          new UpdateItemCommand({
            TableName: 'chats',
            Key: marshall({ chatId }),
            UpdateExpression: 'REMOVE encryptedSince',
          }),
        );
      expect((await walk({ Limit: 7 }, leave)).toSorted()).toEqual(ids.toSorted());
    });

    it('of the table itself has every row', async () => {
      const found = (await scan({ IndexName: undefined, ConsistentRead: true })).Items as Item[];
      expect(found).toHaveLength(61);
    });

    it('answers a megabyte at a time', async () => {
      const large = Array.from({ length: 12 }, (_, each) => `large-${each}`);
      const text = 'x'.repeat(150_000);
      for (const chatId of large) await put({ chatId, encryptedSince: '2026', text }, 'chats');
      let pages = 1;
      const found = await walk({}, async () => (pages += 1));
      for (const chatId of large)
        await send(
          new BatchWriteItemCommand({
            RequestItems: { chats: [{ DeleteRequest: { Key: marshall({ chatId }) } }] },
          }),
        );
      expect(found.toSorted()).toEqual([...ids, ...large].toSorted());
      expect(pages).toBe(2);
    });

    it.each([
      ['a segment beyond the last', { Segment: 2, TotalSegments: 2 }],
      ['a segment of none', { Segment: 0 }, 'dynalite takes it'],
      ['no segment of two', { TotalSegments: 2 }],
      ['a limit of nothing', { Limit: 0 }],
      ['consistency, of an index', { ConsistentRead: true }, 'dynalite takes it'],
      ['an index that is not there', { IndexName: 'nowhere' }],
      ['a cursor of half a key', { ExclusiveStartKey: marshall({ chatId: 'chat-1' }) }],
    ])('is refused with %s', async (_, x, taken?: string) => {
      const answer = await told(scan(x));
      if (isDynalite && taken !== undefined) expect(answer).not.toBeTypeOf('string');
      else expect(answer).toBe(INVALID);
    });
  });
});

const withoutGone = (item: Item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

/**
 * A sample of the crash matrix, on real processes: five deaths, days apart, in one campaign. And the other half of the
 * proof: what a campaign has written down is spoilt, and the judge must say so.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Sought } from '../../bin/local/cloud/cloud.ts';
import type { Lines } from '../../bin/local/outside/record.ts';
import { readPlan } from '../../bin/local/plan.ts';
import { synthesise } from '../../bin/local/synthesis.ts';
import { DAY, parseInstant } from '../../functions/domain/time.ts';
import { cellOf, DEATHS, type Point, pointsOf, together } from './crash-matrix/cells.ts';
import { type Crash, runCrashes } from './crash-matrix/crashes.ts';
import { judgeCampaign, linesOf } from './crash-matrix/judge.ts';
import { pointOf } from './crash-matrix/points.ts';
import { pageOf } from './crash-matrix/table.ts';
import { ENDS, writePlan } from './crash-matrix/world.ts';

const PATIENCE = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'sunset-crashes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const out = join(folder, 'out');
const plan = writePlan(folder);

const CRASHES: readonly Crash[] = [
  { point: 'tick DynamoDB.BatchWriteItem Plan +AGENDA/segment', death: 'replied' },
  { point: 'notify SES.SendBulkTemplatedEmail', death: 'accepted', from: parseInstant('2026-04-05T00:00:00Z') },
  {
    point: 'notify DynamoDB.UpdateItem Ledger PAGE#/NOTICE# SET * = :attempt if attribute_not_exists(*)',
    death: 'accepted',
    from: parseInstant('2026-04-10T00:00:00Z'),
  },
  {
    point:
      'notify DynamoDB.UpdateItem Ledger PAGE#/NOTICE# SET *.settledAt = :at, *.outcomes = :outcomes, skipped = :skipped, complete = :complete, until = :until if *.settledAt = :none AND (attribute_not_exists(changes) OR changes = :changes)',
    death: 'before',
    from: parseInstant('2026-04-12T00:00:00Z'),
  },
  {
    point:
      'disable DynamoDB.UpdateItem Chats SET encryption = :off, sunset = :mark REMOVE encryptedSince if encryption = :encrypted AND participants = :participants AND version = :version',
    death: 'accepted',
  },
];

let ended: Awaited<ReturnType<typeof runCrashes>>;
beforeAll(async () => {
  const assembly = join(folder, 'assembly');
  await synthesise(readPlan(plan), assembly);
  ended = await runCrashes({ assembly, plan, out }, CRASHES);
}, PATIENCE);

describe('a campaign in which functions are killed at chosen calls', () => {
  it('ends as if nobody had died: none early, nobody forgotten, nobody told twice', () => {
    const { hits, broken, repeats, otherwise } = ended;
    expect(hits.filter((at) => at === null)).toEqual([]);
    expect({ broken, repeats, otherwise }).toEqual({ broken: [], repeats: 0, otherwise: [] });
  });

  it('has made every function do its work', () => {
    expect(new Set(pointsOf(ended.calls).map(({ step }) => step)).size).toBe(11);
  });

  it('has calls that are made only after a crash', () => {
    const { [CRASHES[0]?.point ?? '']: first = [], ...others } = ended.calls;
    const points = pointsOf(others, ended.calls);
    expect(points.filter(({ isAfterCrash }) => isAfterCrash)).toMatchObject([
      { name: CRASHES[0]?.point, instants: first },
    ]);
  });
});

/** The same campaign, with one file of it spoilt. */
function spoilt<K extends keyof Lines>(file: K, spoil: (lines: Lines[K][]) => readonly Lines[K][]) {
  const copy = mkdtempSync(join(folder, 'spoilt-'));
  cpSync(out, copy, { recursive: true });
  writeFileSync(
    join(copy, `${file}.jsonl`),
    spoil(linesOf(out, file))
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  return judgeCampaign(copy, { plan, kills: CRASHES.length, ends: ENDS });
}

const daysAfter = (at: string, days: number) => new Date(Date.parse(at) + days * DAY).toISOString();

describe('the judge, where it must say no', () => {
  it('sees a chat that goes off days early', async () => {
    const { broken } = await spoilt('flips', ([first, ...rest]) =>
      first === undefined ? [] : [{ ...first, at: daysAfter(first.at, -3) }, ...rest],
    );
    expect(broken.join('\n')).toMatch(/^promise 1: BROKEN/m);
  });

  it('sees somebody who was forgotten', async () => {
    const { broken } = await spoilt('people', (people) => people.filter(({ userId }) => userId !== 'ana'));
    expect(broken.join('\n')).toMatch(/^promise 8: BROKEN/m);
  });

  it('sees a letter that came twice, and does not count one that the mailbox had given back', async () => {
    const twice = linesOf(out, 'mail').filter(({ userId, notice }) => userId === 'full' && notice.startsWith('d12'));
    expect(twice.length).toBe(2);
    const { broken, repeats } = await spoilt('mail', (mail) => [
      ...mail,
      ...mail.slice(0, 1).map((first) => ({ ...first, at: daysAfter(first.at, 1) })),
    ]);
    expect(repeats).toBe(1);
    expect(broken.join('\n')).toMatch(/^promise 7: BROKEN/m);
  });

  it('sees a chat that ends otherwise', async () => {
    const { otherwise } = await spoilt('chats', (chats) =>
      chats.map((chat) => (chat.chatId === 'exempted' ? { ...chat, blocked: 'unreachable' } : chat)),
    );
    expect(otherwise).toEqual(['exempted is unreachable, not exempt']);
  });

  it('sees a campaign that was cut off', async () => {
    const { broken } = await spoilt('mail', () => []);
    expect(broken).not.toEqual([]);
  });
});

describe('a point', () => {
  const asked = (action: string, input: object): Sought => ({
    caller: 'Sunset-NotifyFunction7D549D6F',
    action,
    method: 'POST',
    path: '/',
    body: JSON.stringify(input),
  });
  const claim = (notice: string, slot: string) =>
    asked('DynamoDB.UpdateItem', {
      TableName: 'Sunset-Ledger1A2B3C4D',
      Key: { pk: { S: 'PAGE#rest~Europe/Berlin~de~1' }, sk: { S: `NOTICE#${notice}` } },
      UpdateExpression: 'SET #attempt = :attempt',
      ConditionExpression: 'attribute_not_exists(#attempt)',
      ExpressionAttributeNames: { '#attempt': slot },
    });

  it('is the same for whatever people, notices and numbers are in the call', () => {
    expect(pointOf(claim('d12@2026-04-18', 'a1'))).toBe(pointOf(claim('d1@2026-04-16', 'a2')));
    expect(pointOf(claim('d12@2026-04-18', 'a1'))).toBe(
      'notify DynamoDB.UpdateItem Ledger PAGE#/NOTICE# SET * = :attempt if attribute_not_exists(*)',
    );
  });

  it('is another for another table, row, expression or function', () => {
    const given = claim('d12@2026-04-18', 'a1');
    const others = [
      { ...given, caller: 'Sunset-FeedbackFunction7D549D6F' },
      { ...given, body: given.body.replace('Ledger', 'Plan') },
      { ...given, body: given.body.replace('NOTICE#', 'PAGE#') },
      { ...given, body: given.body.replace('SET #attempt = :attempt', 'REMOVE #attempt') },
    ];
    expect(new Set([given, ...others].map(pointOf)).size).toBe(5);
  });

  it('names no person, chat or address', () => {
    for (const name of Object.keys(ended.calls)) expect(name).not.toMatch(/@|ana|bounces|nz-pair|2026/);
  });
});

describe('cells that share a campaign', () => {
  const hours = (...all: number[]) => all.map((hour) => parseInstant('2026-04-01T00:00:00Z') + hour * (DAY / 24));
  const point = (name: string, instants: number[]): Point => {
    const [step = '', ...call] = name.split(' ');
    return { number: 1, name, step, call: call.join(' '), instants, isAfterCrash: false };
  };
  const cells = (points: readonly Point[]) =>
    points.flatMap(({ name }) => DEATHS.map((death) => ({ point: name, death })));

  it('are a day apart, and each is in exactly one', () => {
    const points = [point('tick A', hours(0, 1, 30, 60)), point('tick B', hours(0, 5)), point('notify C', hours(31))];
    const campaigns = together(points, cells(points));
    expect(campaigns.flat().map(cellOf).sort()).toEqual(cells(points).map(cellOf).sort());
    expect(campaigns.some((crashes) => crashes.length > 1)).toBe(true);
    for (const crashes of campaigns) {
      const instants = crashes.map(({ from = 0 }) => from).sort((a, b) => a - b);
      for (const [n, at] of instants.entries())
        if (n > 0) expect(at - (instants[n - 1] ?? 0)).toBeGreaterThanOrEqual(DAY);
    }
  });

  it('are shown as not run where nobody has run them, and as broken where they are', () => {
    const points = [point('tick A', hours(0))];
    const cell = (wrong: string[]) => ({ repeats: 0, wrong });
    const page = pageOf({
      points,
      cells: { 'tick A before': cell([]), 'tick A accepted': cell(['promise 1: BROKEN']) },
      lost: {},
    });
    expect(page).toContain('| 1 | `A` | ✓ | ✗ promise 1: BROKEN | not run |');
    expect(page).toContain('1 points, 3 cells: 1 are well, 2 are not');
  });
});

describe('docs/crash-matrix.md', () => {
  it('has every call of the matrix in it, and none that is not well or was not run', () => {
    const page = readFileSync(new URL('../../docs/crash-matrix.md', import.meta.url), 'utf8');
    const rows = page.split('\n').filter((line) => /^\|\s+\d+ \|/.test(line));
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.filter((row) => !/(\| ✓\s+){3}\|$/.test(row))).toEqual([]);
    // What is undisturbed and known by name may not be missing: a call that is new makes the page old.
    for (const { point } of CRASHES) {
      const [step = '', ...call] = point.split(' ');
      expect(page).toContain(`## ${step}`);
      expect(page).toContain(`\`${call.join(' ')}\``);
    }
  });
});

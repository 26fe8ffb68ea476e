/** How newcomers come to pages: full ones, begun ones, ones that somebody else fills at the same time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { groupKey, PAGE_SIZE, reviewAt } from '../../functions/domain/group.ts';
import { DAY } from '../../functions/domain/time.ts';
import { placeOnPages } from '../../functions/usecases/enrol.ts';
import { END, GROUP, PLAN } from '../domain/examples.ts';
import { D35_AT, ENDED, startWorld, type TestWorld } from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

const page = (number: number, language = 'de', group = GROUP) => `${group}~${language}~${number}`;
const people = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `p${from + at}`);
const place = async (userIds: readonly string[], of: TestWorld = world, group = GROUP) =>
  placeOnPages(of, { plan: PLAN, cohorts: await of.plan.cohorts(), group, language: 'de', userIds });
const onPage = async (number: number, language = 'de') => (await world.ledger.page(page(number, language)))?.members;
const agenda = async () => (await world.plan.due(ENDED, 100)).filter(({ id }) => id.startsWith('eea'));

describe('a group that is new', () => {
  it('is on the agenda for its first notice and for its review, and is there', async () => {
    await place(['ana']);
    expect(await agenda()).toEqual(
      [
        { at: D35_AT, kind: 'group', id: GROUP },
        { at: reviewAt(PLAN, END, groupKey(GROUP, PLAN)), kind: 'review', id: GROUP },
      ].toSorted((a, b) => a.at - b.at),
    );
    expect(await world.plan.group(GROUP)).toMatchObject({ id: GROUP, pages: { de: 1 } });
  });

  it('of who came late is on the agenda by its own date', async () => {
    const late = 'eea~Europe/Berlin~2026-06-21';
    await place(['ana'], world, late);
    expect((await world.plan.due(D35_AT + 365 * DAY, 100)).map(({ at, kind }) => [kind, at])).toContainEqual([
      'group',
      D35_AT + 33 * DAY,
    ]);
  });

  it('is on the agenda before it is there: cut off in between, it is found', async () => {
    const dying = { ...world, plan: { ...world.plan, createGroup: async () => Promise.reject(new Error('killed')) } };
    await expect(place(['ana'], dying)).rejects.toThrow('killed');
    expect(await agenda()).toHaveLength(2);
    expect(await world.plan.group(GROUP)).toBeUndefined();
  });

  it('of no cohort is none, and the error names it', async () => {
    await expect(place(['ana'], world, 'nowhere~Europe/Berlin~')).rejects.toThrow(
      'group nowhere~Europe/Berlin~: its cohort is not there',
    );
  });
});

describe('a group that is there', () => {
  it('is put on no agenda again', async () => {
    await world.plan.createGroup(GROUP);
    await place(['ana']);
    expect(await agenda()).toEqual([]);
  });
});

describe('newcomers', () => {
  it('fill pages of fifty, each told which is theirs', async () => {
    const ids = people(2 * PAGE_SIZE + 1);
    const placed = await place(ids);
    expect([...placed]).toEqual(ids.map((id, at) => [id, page(1 + Math.floor(at / PAGE_SIZE))]));
    expect(await Promise.all([1, 2, 3].map(async (number) => (await onPage(number))?.length))).toEqual([50, 50, 1]);
  });

  it('go on with the last page while it has room, and begin another after it', async () => {
    await place(people(48));
    const placed = await place(people(3, 48));
    expect([...placed]).toEqual([
      ['p48', page(1)],
      ['p49', page(1)],
      ['p50', page(2)],
    ]);
    expect(await onPage(1)).toEqual(people(50));
    expect(await onPage(2)).toEqual(['p50']);
  });

  it('leave a full page as it is', async () => {
    await place(people(50));
    const appended: unknown[] = [];
    const { appendToPage } = world.ledger;
    const watched = {
      ...world,
      ledger: {
        ...world.ledger,
        appendToPage: (...x: Parameters<typeof appendToPage>) => (appended.push(x), appendToPage(...x)),
      },
    };
    expect([...(await place(['new'], watched))]).toEqual([['new', page(2)]]);
    expect(appended).toEqual([]);
    expect(await onPage(1)).toEqual(people(50));
  });

  it('are not put on a page of another language', async () => {
    await place(['ana']);
    const cohorts = await world.plan.cohorts();
    const placed = await placeOnPages(world, { plan: PLAN, cohorts, group: GROUP, language: 'fr', userIds: ['ben'] });
    expect(placed.get('ben')).toBe(page(1, 'fr'));
    expect(await onPage(1)).toEqual(['ana']);
  });

  it('whom an interrupted call has put on the last page stay there, once (promise 9)', async () => {
    await place(['ana', 'ben']);
    expect([...(await place(['ben', 'cem']))]).toEqual([
      ['ben', page(1)],
      ['cem', page(1)],
    ]);
    expect(await onPage(1)).toEqual(['ana', 'ben', 'cem']);
    expect([...(await place(['ana', 'cem']))]).toEqual([
      ['ana', page(1)],
      ['cem', page(1)],
    ]);
    expect(await world.plan.group(GROUP)).toMatchObject({ pages: { de: 1 } });
  });

  it('get a page of their own where somebody else fills the last one at the same time', async () => {
    await place(['ana']);
    const raced = {
      ...world,
      ledger: {
        ...world.ledger,
        appendToPage: async (...x: Parameters<typeof world.ledger.appendToPage>) => {
          await world.ledger.appendToPage(page(1), 1, ['other']);
          return world.ledger.appendToPage(...x);
        },
      },
    };
    expect([...(await place(['ben'], raced))]).toEqual([['ben', page(2)]]);
    expect(await onPage(1)).toEqual(['ana', 'other']);
  });

  it('pass a page that was counted and never written', async () => {
    await world.plan.createGroup(GROUP);
    await world.plan.nextPage(GROUP, 'de');
    expect([...(await place(['ana']))]).toEqual([['ana', page(2)]]);
    expect(await onPage(1)).toBeUndefined();
  });

  it('pass a page that somebody else has just written under the next number', async () => {
    await world.ledger.createPage(page(1), ['other']);
    expect([...(await place(['ana']))]).toEqual([['ana', page(2)]]);
    expect(await onPage(1)).toEqual(['other']);
  });

  it('that are none leave everything as it is', async () => {
    await place(['ana']);
    expect((await place([])).size).toBe(0);
    expect(await world.plan.group(GROUP)).toMatchObject({ pages: { de: 1 } });
  });
});

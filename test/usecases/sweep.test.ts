import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cohortOf } from '../../functions/domain/cohort.ts';
import { DAY, HOUR, isoInstant, localDate } from '../../functions/domain/time.ts';
import { isInWave } from '../../functions/domain/wave.ts';
import type { Platform } from '../../functions/ports.ts';
import { sweep } from '../../functions/usecases/sweep.ts';
import { GROUP, PLAN } from '../domain/examples.ts';
import {
  armed,
  D35_AT,
  ENDED,
  informed,
  onPage,
  putChat,
  putUser,
  setCohort,
  type SomeUser,
  startWorld,
  type TestWorld,
} from './world.ts';

const EARLY = D35_AT - 20 * DAY;
let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: EARLY });
});
afterEach(() => world.tables.stop());

/** A whole sweep in one segment, begun at the clock's instant. */
async function sweepNow(of: TestWorld = world) {
  const startedAt = of.clock.now();
  const name = isoInstant(startedAt);
  await of.plan.createSegment({ sweep: name, segment: 0, startedAt, cursor: null, done: false, tally: {} });
  await sweep(of, { sweep: name, segment: 0 });
  return name;
}
async function people(users: Readonly<Record<string, SomeUser>>) {
  for (const [userId, user] of Object.entries(users)) await putUser(world, userId, user);
}
const member = async (userId: string) => (await world.ledger.members([userId])).get(userId);
/** Everybody on any page, by page. */
async function pages(): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const { id, pages: counts } of await world.plan.groups())
    for (const [language, count] of Object.entries(counts))
      for (let number = 1; number <= count; number++) {
        const page = await world.ledger.page(`${id}~${language}~${number}`);
        if (page !== undefined) found[page.id] = page.members;
      }
  return found;
}
const nominated = () => world.queued.disable.flatMap((each) => (each.kind === 'chats' ? each.chats : []));

describe('who has an encrypted chat', () => {
  it('is enrolled in their cohort, on a page of their zone and language', async () => {
    await people({
      ana: {},
      ben: { locale: 'fr-FR' },
      zoe: { country: 'NZ', timeZone: 'Pacific/Auckland', locale: 'en' },
    });
    await putChat(world, 'chat-1', ['ana', 'ben', 'zoe']);
    await sweepNow();
    expect(await pages()).toEqual({
      [`${GROUP}~de~1`]: ['ana'],
      [`${GROUP}~fr~1`]: ['ben'],
      'pilot~Pacific/Auckland~~en~1': ['zoe'],
    });
    expect(await member('zoe')).toMatchObject({ cohort: 'pilot', enrolledAt: EARLY, chats: new Set(['chat-1']) });
  });

  it.each<[string, SomeUser]>([
    ['no address', { email: null }],
    ['a zone that is none', { timeZone: 'Mars/Base' }],
    ['no zone, no language and no country', { timeZone: null, locale: null, country: null }],
    ['a country that is none', { country: '??' }],
  ])('is enrolled with %s too (promise 8)', async (_, user) => {
    await people({ ana: user });
    await putChat(world, 'chat-1', ['ana']);
    await sweepNow();
    const { cohort, page } = (await member('ana'))!;
    expect(cohort).toBe(
      cohortOf(PLAN, { userId: 'ana', country: user.country ?? (user.country === null ? null : 'DE') }).id,
    );
    expect((await pages())[page]).toEqual(['ana']);
  });

  it('is enrolled although the platform has no row of them (promise 8)', async () => {
    await putChat(world, 'chat-1', ['ghost']);
    await sweepNow();
    expect((await member('ghost'))?.page).toContain('~?~');
  });

  it('is enrolled once, however many chats they are in and however often these are swept (promise 9)', async () => {
    await people({ ana: {}, ben: {} });
    await putChat(world, 'chat-1', ['ana', 'ben']);
    await putChat(world, 'chat-2', ['ana']);
    await sweepNow();
    world.clock.set(EARLY + DAY);
    await sweepNow();
    expect(await pages()).toEqual({ [`${GROUP}~de~1`]: expect.arrayContaining(['ana', 'ben']) });
    expect((await member('ana'))?.chats).toEqual(new Set(['chat-1', 'chat-2']));
    expect((await member('ana'))?.enrolledAt).toBe(EARLY);
  });

  it('is on one page only as far as their own row is concerned, though two sweeps meet (promise 9)', async () => {
    const ids = Array.from({ length: 8 }, (_, at) => `p${at}`);
    await people(Object.fromEntries(ids.map((id) => [id, {}])));
    for (const id of ids) await putChat(world, `chat-of-${id}`, [id]);
    const startedAt = world.clock.now();
    for (const name of ['one', 'other'])
      await world.plan.createSegment({ sweep: name, segment: 0, startedAt, cursor: null, done: false, tally: {} });
    await Promise.all(['one', 'other'].map((name) => sweep(world, { sweep: name, segment: 0 })));
    const found = await pages();
    for (const id of ids) expect(found[(await member(id))!.page]).toContain(id);
  });

  it('fills pages of fifty, and goes on with the last one', async () => {
    const ids = Array.from({ length: 73 }, (_, at) => `p${String(at).padStart(2, '0')}`);
    await people(Object.fromEntries(ids.map((id) => [id, {}])));
    await putChat(world, 'chat-1', ids.slice(0, 60));
    await sweepNow();
    world.clock.set(EARLY + DAY);
    await putChat(world, 'chat-2', ids.slice(60));
    await sweepNow();
    expect(Object.values(await pages()).map(({ length }) => length)).toEqual([50, 23]);
  });

  it('has their group on the agenda: its ladder and its review', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    await sweepNow();
    const items = (await world.plan.due(ENDED, 100)).filter(({ id }) => id === GROUP);
    expect(items).toContainEqual({ at: D35_AT, kind: 'group', id: GROUP });
    expect(items.map(({ kind }) => kind).toSorted()).toEqual(['group', 'review']);
  });

  it('who comes late is given a later end date, never a shorter notice (promise 4)', async () => {
    world.clock.set(D35_AT + DAY);
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    await sweepNow();
    const notBefore = (await member('ana'))!.group.split('~')[2]!;
    expect(notBefore > localDate('2026-05-20')).toBe(true);
  });

  it('has every chat noted, also those beyond the first row', async () => {
    await people({ ana: {} });
    const ids = Array.from({ length: 230 }, (_, at) => `chat-${at}`);
    for (const id of ids) await putChat(world, id, ['ana']);
    for (const days of [0, 1, 2]) {
      world.clock.set(EARLY + days * DAY);
      await sweepNow();
    }
    expect(new Set(await world.ledger.chatsOf((await member('ana'))!))).toEqual(new Set(ids));
  });
});

describe('who joins a chat after the platform has closed it', () => {
  const { closedFrom } = PLAN.guardRails;
  const joinedLate = async (userId: string) => [...((await member(userId))?.joinedLate ?? [])];

  it('has joined late, once a whole sweep was made since; who was there before has not', async () => {
    await people({ ana: {}, ben: {}, cem: {} });
    await putChat(world, 'chat-1', ['ana']);
    world.clock.set(closedFrom + HOUR);
    await sweepNow();
    await putChat(world, 'chat-1', ['ana', 'ben']);
    await putChat(world, 'chat-2', ['ana', 'cem']);
    world.clock.set(closedFrom + DAY);
    await sweepNow();
    expect(await joinedLate('ben')).toEqual(['chat-1']);
    expect(await joinedLate('cem')).toEqual(['chat-2']);
    expect(await joinedLate('ana')).toEqual(['chat-2']);
  });

  it('has not joined late before that sweep', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    world.clock.set(closedFrom + HOUR);
    await sweepNow();
    expect(await joinedLate('ana')).toEqual([]);
  });
});

describe('what is due', () => {
  beforeEach(async () => {
    await onPage(world, ['ana', 'ben']);
    await informed(world, 'ana', 'ben');
    await putChat(world, 'chat-1', ['ana', 'ben']);
    world.clock.set(ENDED);
  });

  it('is nominated in an open wave, and counted', async () => {
    await armed(world, 'eea', 10);
    await sweepNow();
    expect(nominated().toSorted()).toEqual(['chat-1', 'chat-of-ana', 'chat-of-ben']);
    expect(await world.plan.cohort('eea')).toMatchObject({ headCount: 3, nominated: 3 });
    expect(await world.plan.due(ENDED + HOUR, 100)).toContainEqual({ at: ENDED + HOUR, kind: 'sweep', id: 'extra' });
  });

  it('is counted for the head-count, and not nominated, before a wave has opened', async () => {
    await sweepNow();
    expect(nominated()).toEqual([]);
    expect(await world.plan.cohort('eea')).toMatchObject({ headCount: 3, nominated: 0 });
  });

  it('is not nominated a millisecond early (promise 1)', async () => {
    await armed(world, 'eea', 10);
    for (const userId of ['ana', 'ben'])
      await world.tables.ledger.update(
        { pk: `PERSON#${userId}`, sk: 'MEMBER' },
        { update: 'SET #zone = :none', names: { '#zone': 'timeZone' }, values: { ':none': null } },
      );
    world.clock.set(ENDED - 1);
    await sweepNow();
    expect(nominated()).toEqual([]);
    world.clock.set(ENDED);
    await sweepNow();
    expect(nominated()).toHaveLength(3);
  });

  it('is nominated fifty to a message', async () => {
    for (let at = 0; at < 60; at++) await putChat(world, `many-${at}`, ['ana']);
    await armed(world, 'eea', 100);
    await sweepNow();
    expect(world.queued.disable.map((each) => (each.kind === 'chats' ? each.chats.length : 0))).toEqual([50, 13]);
  });

  it('waits for its wave (promise 11)', async () => {
    await armed(world, 'eea', 100);
    const ids = Array.from({ length: 300 }, (_, at) => `many-${at}`);
    const some = [...ids.filter((id) => isInWave(PLAN, 1, id)).slice(0, 2), 'many-0'];
    for (const id of some) await putChat(world, id, ['ana']);
    const items = [...some, 'chat-1', 'chat-of-ana', 'chat-of-ben'];
    await setCohort(world, 'eea', { wave: 1 });
    await sweepNow();
    expect(nominated().toSorted()).toEqual(items.filter((id) => isInWave(PLAN, 1, id)).toSorted());
  });

  it('is not nominated again while it is blocked for the same reason, and is where the reason changes', async () => {
    await armed(world, 'eea', 10);
    await people({ cem: {} });
    await putChat(world, 'chat-2', ['cem']);
    await world.ledger.enrol({
      userId: 'cem',
      cohort: 'eea',
      timeZone: 'Europe/Berlin',
      group: GROUP,
      page: `${GROUP}~de~1`,
      enrolledAt: EARLY,
      chats: ['chat-2'],
      joinedLate: [],
    });
    await sweepNow();
    expect(nominated()).toContain('chat-2');
    const row = {
      chatId: 'chat-2',
      cohort: 'eea',
      reason: 'unproven',
      userId: 'cem',
      nominatedAs: 'unproven',
      arming: null,
      at: ENDED,
    } as const;
    await world.ledger.setBlocked(row);
    world.queued.disable.splice(0);
    world.clock.set(ENDED + HOUR);
    await sweepNow();
    expect(nominated()).not.toContain('chat-2');
    await world.ledger.addFacts('cem', [{ kind: 'waived', at: ENDED }]);
    world.clock.set(ENDED + 2 * HOUR);
    await sweepNow();
    expect(nominated()).toContain('chat-2');
  });
});

describe('a segment', () => {
  it('goes on from its cursor where it was cut off, and loses no chat (promise 8)', async () => {
    await people({ ana: {}, ben: {}, cem: {} });
    for (const id of ['ana', 'ben', 'cem']) await putChat(world, `chat-of-${id}`, [id]);
    const { platform } = world;
    let reads = 0;
    const dying: Platform = {
      ...platform,
      encryptedChats: async (x) => {
        reads += 1;
        if (reads === 2) throw new Error('killed');
        return platform.encryptedChats({ ...x, limit: 1 });
      },
    };
    const startedAt = EARLY;
    await world.plan.createSegment({ sweep: 's', segment: 0, startedAt, cursor: null, done: false, tally: {} });
    await expect(sweep({ ...world, platform: dying }, { sweep: 's', segment: 0 })).rejects.toThrow('killed');
    await sweep(world, { sweep: 's', segment: 0 });
    expect((await world.plan.segment('s', 0))?.done).toBe(true);
    for (const id of ['ana', 'ben', 'cem']) expect(await member(id)).toBeDefined();
    expect((await world.plan.cohort('eea'))?.headCount).toBe(3);
  });

  it('that has ended is not swept again, and changes no figure', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    const name = await sweepNow();
    await putChat(world, 'chat-2', ['ana']);
    await sweep(world, { sweep: name, segment: 0 });
    expect((await world.plan.cohort('eea'))?.headCount).toBe(1);
  });

  it('gives the cohorts their figures only together with all others', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    const both = { ...world, segments: 2 };
    for (const segment of [0, 1])
      await world.plan.createSegment({ sweep: 's', segment, startedAt: EARLY, cursor: null, done: false, tally: {} });
    await sweep(both, { sweep: 's', segment: 0 });
    expect((await world.plan.sweeps()).last).toBeNull();
    await sweep(both, { sweep: 's', segment: 1 });
    expect((await world.plan.sweeps()).last).toBe(EARLY);
    expect((await world.plan.cohort('eea'))?.headCount).toBe(1);
  });

  it('of a sweep that was overtaken does not overwrite the figures of the later one', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    const late = { sweep: 'late', segment: 0, startedAt: EARLY, cursor: null, done: false, tally: {} };
    await world.plan.createSegment(late);
    world.clock.set(EARLY + DAY);
    await putChat(world, 'chat-2', ['ana']);
    await sweepNow();
    await world.tables.chats.batchWrite({ deletes: [{ chatId: 'chat-2' }] });
    await sweep(world, { sweep: 'late', segment: 0 });
    expect((await world.plan.cohort('eea'))?.headCount).toBe(2);
    expect((await world.plan.sweeps()).last).toBe(EARLY + DAY);
  });

  it('that stands nowhere is no sweep', async () => {
    await putChat(world, 'chat-1', ['ana']);
    await sweep(world, { sweep: 'nowhere', segment: 0 });
    expect(await member('ana')).toBeUndefined();
  });
});

describe('a page that was written, while its people were not', () => {
  it('takes them on the next sweep, and nobody is on two pages (promise 9)', async () => {
    await people({ ana: {}, ben: {} });
    await putChat(world, 'chat-1', ['ana', 'ben']);
    const dying = { ...world, ledger: { ...world.ledger, enrol: async () => Promise.reject(new Error('killed')) } };
    await expect(sweepNow(dying)).rejects.toThrow('killed');
    expect(await member('ana')).toBeUndefined();
    world.clock.set(EARLY + DAY);
    await sweepNow();
    expect(await pages()).toEqual({ [`${GROUP}~de~1`]: expect.arrayContaining(['ana', 'ben']) });
    expect((await member('ana'))?.page).toBe(`${GROUP}~de~1`);
  });
});

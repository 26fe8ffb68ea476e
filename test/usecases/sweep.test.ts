import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cohortOf } from '../../functions/domain/cohort.ts';
import { DAY, HOUR, isoInstant, localDate } from '../../functions/domain/time.ts';
import type { Chat } from '../../functions/domain/gate.ts';
import { isInWave } from '../../functions/domain/wave.ts';
import type { NewMember, Platform, SweepSegment } from '../../functions/ports.ts';
import { sweep } from '../../functions/usecases/sweep.ts';
import { GROUP, hold, PLAN } from '../domain/examples.ts';
import {
  armed,
  D35_AT,
  ENDED,
  enrolled,
  informed,
  LEASE,
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
  await of.plan.createSegment({ sweep: name, segment: 0, of: 1, startedAt, cursor: null, done: false, tally: {} });
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
      await world.plan.createSegment({
        sweep: name,
        segment: 0,
        of: 1,
        startedAt,
        cursor: null,
        done: false,
        tally: {},
      });
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

describe('enrolment', () => {
  beforeEach(async () => {
    await people({ ana: {}, ben: {} });
    await putChat(world, 'chat-1', ['ana', 'ben']);
  });

  it('counts the people of their group once, and says how many are new', async () => {
    await sweepNow();
    world.clock.set(EARLY + DAY);
    await sweepNow();
    expect((await world.plan.group(GROUP))?.people).toBe(2);
    expect(world.logged.filter(([what]) => what === 'newcomers were enrolled')).toEqual([
      ['newcomers were enrolled', { people: 2 }],
    ]);
  });

  it('reads no profile where nobody is new', async () => {
    await sweepNow();
    world.clock.set(EARLY + DAY);
    const platform = { ...world.platform, users: async () => Promise.reject(new Error('not asked for')) };
    await sweepNow({ ...world, platform });
    expect((await world.plan.sweeps()).last).toBe(EARLY + DAY);
  });

  it('of a cohort that has no item is an error that names it, and nobody is lost: it is swept again', async () => {
    const plan = { ...world.plan, cohorts: async () => (await world.plan.cohorts()).filter(({ id }) => id !== 'eea') };
    await expect(sweepNow({ ...world, plan })).rejects.toThrow('cohort eea of the plan has no item');
    expect((await world.plan.segment(isoInstant(EARLY), 0))?.done).toBe(false);
  });

  it('of whom another segment meets at the same time notes the chats of both, and counts them once', async () => {
    const { enrol } = world.ledger;
    const raced = {
      ...world,
      ledger: {
        ...world.ledger,
        enrol: async (member: NewMember) => {
          if (member.userId === 'ana') await enrol({ ...member, chats: ['chat-of-another-segment'] });
          return enrol(member);
        },
      },
    };
    await sweepNow(raced);
    expect((await member('ana'))?.chats).toEqual(new Set(['chat-1', 'chat-of-another-segment']));
    expect((await world.plan.group(GROUP))?.people).toBe(1);
    expect(world.logged).toContainEqual(['newcomers were enrolled', { people: 1 }]);
  });

  it('places together who shares group and language, and each of the others apart', async () => {
    await people({ cem: { locale: 'fr' }, dan: { timeZone: 'Europe/Paris' } });
    await putChat(world, 'chat-2', ['cem', 'dan']);
    await sweepNow();
    expect(Object.keys(await pages()).toSorted()).toEqual([`${GROUP}~de~1`, `${GROUP}~fr~1`, 'eea~Europe/Paris~~de~1']);
  });

  it('notes one chat once of who stands in it twice', async () => {
    await sweepNow();
    world.clock.set(EARLY + DAY);
    const noted: unknown[] = [];
    const { addChats } = world.ledger;
    const ledger = {
      ...world.ledger,
      addChats: (...x: Parameters<typeof addChats>) => (noted.push(x[1], x[2]), addChats(...x)),
    };
    const doubled: Platform['encryptedChats'] = async () => ({
      chats: [aChat('chat-2', ['ana', 'ana'])],
      cursor: null,
    });
    await sweepNow({ ...world, ledger, platform: { ...world.platform, encryptedChats: doubled } });
    expect(noted).toEqual([['chat-2'], []]);
  });

  it('does not note again what stands in a further row', async () => {
    await sweepNow();
    const many = Array.from({ length: 230 }, (_, at) => `chat-${at + 2}`);
    await world.ledger.addChats((await member('ana'))!, many, []);
    const ana = (await member('ana'))!;
    const further = (await world.ledger.chatsOf(ana)).find((id) => !ana.chats.has(id))!;
    await putChat(world, further, ['ana']);
    const ledger = { ...world.ledger, addChats: async () => Promise.reject(new Error('not asked for')) };
    world.clock.set(EARLY + DAY);
    await sweepNow({ ...world, ledger });
    expect((await world.plan.sweeps()).last).toBe(EARLY + DAY);
  });
});

const aChat = (chatId: string, participants: readonly string[]): Chat => ({
  chatId,
  participants,
  encrypted: true,
  version: 1,
  encryptedSince: '2026-01-01T00:00:00.000Z',
  mark: null,
});

describe('a segment that is long', () => {
  /** Two readings, each of so many people. */
  function long(of: number) {
    const cursors: (string | null)[] = [];
    const chat = aChat(
      'chat-1',
      Array.from({ length: of }, () => 'ana'),
    );
    const encryptedChats: Platform['encryptedChats'] = async ({ cursor }) => {
      cursors.push(cursor);
      return { chats: [chat], cursor: cursor === null ? 'half-way' : null };
    };
    const saved: SweepSegment[] = [];
    const saveSegment = async (state: SweepSegment) => {
      saved.push(state);
      await world.plan.saveSegment(state);
    };
    const of2 = { ...world, plan: { ...world.plan, saveSegment }, platform: { ...world.platform, encryptedChats } };
    return { of: of2, cursors, saved };
  }
  beforeEach(() => people({ ana: {} }));

  it('is taken in stretches of ten thousand people, and its cursor saved after each', async () => {
    const { of, cursors, saved } = long(10_000);
    await sweepNow(of);
    expect(cursors).toEqual([null, 'half-way']);
    expect(saved.map(({ cursor, done }) => [cursor, done])).toEqual([
      ['half-way', false],
      [null, true],
    ]);
    expect(saved[1]?.tally).toEqual({ eea: { headCount: 2, nominated: 0 } });
  });

  it('is one of as many as when its sweep began, whatever is deployed since', async () => {
    const read: [number, number][] = [];
    const encryptedChats: Platform['encryptedChats'] = async ({ segment, segments }) => {
      read.push([segment, segments]);
      return { chats: [], cursor: null };
    };
    const segment = { sweep: 's', segment: 2, of: 3, startedAt: EARLY, cursor: null, done: false, tally: {} };
    await world.plan.createSegment(segment);
    await sweep({ ...world, platform: { ...world.platform, encryptedChats } }, { sweep: 's', segment: 2 });
    expect(read).toEqual([[2, 3]]);
    expect(await world.plan.segments('s')).toEqual([{ ...segment, done: true }]);
  });

  it('is taken in one where there are fewer', async () => {
    const { of, saved } = long(9_999);
    await sweepNow(of);
    expect(saved.map(({ cursor, done }) => [cursor, done])).toEqual([[null, true]]);
  });

  it.each([
    ['stops after half of its lease, and is on the agenda at once', LEASE / 2 + 1, false],
    ['goes on until then', LEASE / 2, true],
  ])('%s', async (_, passes, done) => {
    const { of } = long(10_000);
    const { saveSegment } = of.plan;
    const slow = async (state: SweepSegment) => {
      await saveSegment(state);
      if (!state.done) world.clock.set(EARLY + passes);
    };
    await sweepNow({ ...of, plan: { ...of.plan, saveSegment: slow } });
    const name = isoInstant(EARLY);
    expect(await world.plan.segment(name, 0)).toMatchObject({ done, cursor: done ? null : 'half-way' });
    expect((await world.plan.due(EARLY + DAY, 10)).filter(({ kind }) => kind === 'segment')).toEqual(
      done ? [] : [{ at: EARLY + passes, kind: 'segment', id: `${name}#0` }],
    );
    expect((await world.plan.sweeps()).last).toBe(done ? EARLY : null);
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

  it('has not joined late where the sweep that finds them is the first one itself', async () => {
    await people({ ana: {}, ben: {} });
    await putChat(world, 'chat-1', ['ana']);
    world.clock.set(closedFrom);
    await sweepNow();
    expect((await world.plan.sweeps()).closing).toBe(closedFrom);
    await putChat(world, 'chat-2', ['ana', 'ben']);
    await world.plan.createSegment({
      sweep: 's',
      segment: 0,
      of: 1,
      startedAt: closedFrom,
      cursor: null,
      done: false,
      tally: {},
    });
    await sweep(world, { sweep: 's', segment: 0 });
    expect([await joinedLate('ana'), await joinedLate('ben')]).toEqual([[], []]);
  });

  it('is not known by a sweep that began before the closing', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    world.clock.set(closedFrom - 1);
    await sweepNow();
    expect((await world.plan.sweeps()).closing).toBeNull();
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

  it('is asked about where the arming was taken back, and counts for no further sweep and no permit', async () => {
    await armed(world, 'eea', 10);
    await setCohort(world, 'eea', { arming: null });
    await sweepNow();
    expect(nominated().toSorted()).toEqual(['chat-1', 'chat-of-ana', 'chat-of-ben']);
    expect(await world.plan.cohort('eea')).toMatchObject({ headCount: 3, nominated: 0 });
    expect((await world.plan.due(ENDED + DAY, 100)).filter(({ kind }) => kind === 'sweep')).toEqual([]);
  });

  it('is counted, and not nominated, under a hold', async () => {
    await armed(world, 'eea', 10);
    await setCohort(world, 'eea', { hold });
    await sweepNow();
    expect(nominated()).toEqual([]);
    expect(await world.plan.cohort('eea')).toMatchObject({ headCount: 3, nominated: 0 });
  });

  it('is followed by another sweep within the hour only where something was nominated', async () => {
    await sweepNow();
    expect((await world.plan.due(ENDED + DAY, 100)).filter(({ kind }) => kind === 'sweep')).toEqual([]);
  });

  it('is said: which sweep has ended, with how many nominations', async () => {
    await armed(world, 'eea', 10);
    const name = await sweepNow();
    expect(world.logged).toContainEqual(['a sweep has ended', { sweep: name, nominated: 3 }]);
  });

  it('is nominated although the platform’s index still carries our mark: the chat itself decides', async () => {
    await armed(world, 'eea', 10);
    const prior = { encrypted: true, encryptedSince: null, version: 1 };
    const sunset = { intent: 'i', arming: 'eea@1', cohort: 'eea', at: ENDED, prior };
    await putChat(world, 'chat-1', ['ana', 'ben'], { sunset });
    await sweepNow();
    expect(nominated()).toContain('chat-1');
  });

  it('is not nominated again under the arming under which it was kept back, and is under another', async () => {
    await armed(world, 'eea', 10);
    const row = {
      cohort: 'eea',
      reason: 'restored',
      userId: null,
      nominatedAs: null,
      arming: 'eea@1',
      at: ENDED,
    } as const;
    for (const chatId of ['chat-1', 'chat-of-ana', 'chat-of-ben']) await world.ledger.setBlocked({ ...row, chatId });
    await sweepNow();
    expect(nominated()).toEqual([]);
    await setCohort(world, 'eea', { arming: { id: 'eea@2', headCount: 10, at: ENDED, by: [] } });
    world.clock.set(ENDED + HOUR);
    await sweepNow();
    expect(nominated()).toHaveLength(3);
  });

  it('is not nominated anew under another arming where its reason is about its people', async () => {
    await armed(world, 'eea', 10);
    const row = {
      cohort: 'eea',
      reason: 'unproven',
      userId: 'ana',
      nominatedAs: null,
      arming: null,
      at: ENDED,
    } as const;
    for (const chatId of ['chat-1', 'chat-of-ana', 'chat-of-ben']) await world.ledger.setBlocked({ ...row, chatId });
    await sweepNow();
    expect(nominated()).toEqual([]);
  });

  it('goes cohort by cohort: a message is disabled under one intent', async () => {
    await people({ noa: { country: 'NZ' } });
    const pilot = { cohort: 'pilot', group: 'pilot~Europe/Berlin~', page: 'pilot~Europe/Berlin~~de~1' };
    await enrolled(world, 'noa', { ...pilot, chats: ['chat-of-noa'] });
    await informed(world, 'noa');
    await putChat(world, 'chat-of-noa', ['noa']);
    await armed(world, 'eea', 10);
    await armed(world, 'pilot', 10);
    await sweepNow();
    const messages = world.queued.disable.map((each) => (each.kind === 'chats' ? each.chats.toSorted() : []));
    expect(messages.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))).toEqual([
      ['chat-1', 'chat-of-ana', 'chat-of-ben'],
      ['chat-of-noa'],
    ]);
    expect(await world.plan.cohort('pilot')).toMatchObject({ headCount: 1, nominated: 1 });
    expect(await world.plan.cohort('rest')).toMatchObject({ headCount: 0, nominated: 0 });
  });

  it('of a chat with nobody in it is nominated once a wave is open, for no cohort', async () => {
    await world.tables.chats.put({ chatId: 'empty', encryption: 'e2ee', version: 1, encryptedSince: 'x' });
    await sweepNow();
    expect(nominated()).toEqual([]);
    await armed(world, 'eea', 10);
    world.clock.set(ENDED + HOUR);
    await sweepNow();
    expect(nominated()).toContain('empty');
    expect(await world.plan.cohort('eea')).toMatchObject({ headCount: 3, nominated: 3 });
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
    await world.plan.createSegment({ sweep: 's', segment: 0, of: 1, startedAt, cursor: null, done: false, tally: {} });
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
    for (const segment of [0, 1])
      await world.plan.createSegment({
        sweep: 's',
        segment,
        of: 2,
        startedAt: EARLY,
        cursor: null,
        done: false,
        tally: {},
      });
    await sweep(world, { sweep: 's', segment: 0 });
    expect((await world.plan.sweeps()).last).toBeNull();
    await sweep(world, { sweep: 's', segment: 1 });
    expect((await world.plan.sweeps()).last).toBe(EARLY);
    expect((await world.plan.cohort('eea'))?.headCount).toBe(1);
  });

  it('gives no figures where another has not even been begun', async () => {
    const segment = { sweep: 's', segment: 0, of: 2, startedAt: EARLY, cursor: null, done: false, tally: {} };
    await world.plan.createSegment(segment);
    await sweep(world, { sweep: 's', segment: 0 });
    expect((await world.plan.sweeps()).last).toBeNull();
  });

  it('of a sweep that was overtaken does not overwrite the figures of the later one', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    const late = { sweep: 'late', segment: 0, of: 1, startedAt: EARLY, cursor: null, done: false, tally: {} };
    await world.plan.createSegment(late);
    world.clock.set(EARLY + DAY);
    await putChat(world, 'chat-2', ['ana']);
    await sweepNow();
    await world.tables.chats.batchWrite({ deletes: [{ chatId: 'chat-2' }] });
    await sweep(world, { sweep: 'late', segment: 0 });
    expect((await world.plan.cohort('eea'))?.headCount).toBe(2);
    expect((await world.plan.sweeps()).last).toBe(EARLY + DAY);
  });

  it('is not swept while no plan is there', async () => {
    await people({ ana: {} });
    await putChat(world, 'chat-1', ['ana']);
    await sweepNow({ ...world, plan: { ...world.plan, sunset: async () => undefined } });
    expect(await member('ana')).toBeUndefined();
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

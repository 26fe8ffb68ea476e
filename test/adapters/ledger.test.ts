import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createLedger } from '../../functions/adapters/ledger.ts';
import type { Leaving, Member } from '../../functions/domain/member.ts';
import { type AttemptOutcome, EMPTY_RECORD } from '../../functions/domain/page.ts';
import { localDate, parseInstant } from '../../functions/domain/time.ts';
import type { Ledger, NewMember } from '../../functions/ports.ts';
import { BERLIN, GROUP, NOTHING_TOLD } from '../domain/examples.ts';
import { onEveryDynamoDB } from './every.ts';

onEveryDynamoDB((started) => {
  let ledger: Ledger;
  beforeAll(() => {
    ledger = createLedger(started().ledger);
  });

  /** Each test has a person and a page of its own. */
  let at = 0;
  let ana: string;
  let page: string;
  beforeEach(() => {
    at += 1;
    ana = `ana-${at}`;
    page = `${GROUP}~de~${at}`;
  });

  const D35 = 'd35@2026-05-19';
  const D1 = 'd1@2026-05-19';
  const NOW = parseInstant('2026-04-14T08:00:00Z');
  const LETTER = {
    template: 'd35-de',
    shared: { endDay: '19. Mai' },
    own: { 0: { zone: BERLIN }, 1: { zone: 'UTC' } },
  };
  const LATER = { notBefore: localDate('2026-06-07'), since: NOW };

  const enrol = (changes: Partial<NewMember> = {}) =>
    ledger.enrol({
      userId: ana,
      cohort: 'eea',
      timeZone: BERLIN,
      group: GROUP,
      page,
      enrolledAt: NOW,
      chats: ['c1'],
      joinedLate: [],
      ...changes,
    });
  async function member(userId: string = ana): Promise<Member> {
    const found = (await ledger.members([userId])).get(userId);
    if (found === undefined) throw new Error(`${userId} is no member`);
    return found;
  }
  const claim = (number: number, slots: readonly number[] = [0, 1], notice: string = D35) =>
    ledger.claim(page, notice, { number, at: NOW, language: 'de', slots, letter: LETTER });
  const settle = (number: number, outcomes: Record<number, AttemptOutcome> = { 0: 'accepted', 1: 'throttled' }) =>
    ledger.settle(page, D35, { number, at: NOW + number, outcomes });
  const attempts = async () => (await ledger.records([page], D35)).get(page)?.attempts;
  const ids = (count: number, from = 0) => Array.from({ length: count }, (_, each) => `chat-${from + each}`);
  /** How many of several that come at once are told yes. */
  const won = async (tries: readonly Promise<boolean>[]) => (await Promise.all(tries)).filter(Boolean).length;

  describe('enrolment', () => {
    it('keeps what was found, and that nothing was told yet', async () => {
      expect(await enrol({ chats: ['c1', 'c2'], joinedLate: ['c2'] })).toBe(true);
      expect(await member()).toEqual({
        userId: ana,
        cohort: 'eea',
        timeZone: BERLIN,
        group: GROUP,
        page,
        formerPages: [],
        enrolledAt: NOW,
        exempt: false,
        leaving: null,
        moves: 0,
        told: NOTHING_TOLD,
        facts: { delivered: new Map(), seen: new Map(), heard: new Set(), failed: new Map() },
        chats: new Set(['c1', 'c2']),
        chatRows: 1,
        joinedLate: new Set(['c2']),
      });
    });

    it('happens once: the first page keeps the person, whoever comes second (promise 7)', async () => {
      expect(await won([enrol(), enrol({ page: 'other' }), enrol({ page: 'third' })])).toBe(1);
      const { page: kept } = await member();
      expect(await enrol({ page: 'fourth', cohort: 'rest' })).toBe(false);
      expect(await member()).toMatchObject({ page: kept, cohort: 'eea' });
    });

    it('takes who has no chat and no zone', async () => {
      expect(await enrol({ chats: [], timeZone: null })).toBe(true);
      expect(await member()).toMatchObject({ chats: new Set(), timeZone: null, joinedLate: new Set() });
    });

    it('finds more members than one request may ask for, each once, and leaves out strangers', async () => {
      const people = Array.from({ length: 120 }, (_, each) => `${ana}-${each}`);
      await Promise.all(people.map((userId) => enrol({ userId })));
      const found = await ledger.members([...people, ...people.slice(0, 20), `${ana}-stranger`]);
      expect([...found.keys()].sort()).toEqual([...people].sort());
      expect([...found.values()].every(({ userId }) => found.get(userId)?.userId === userId)).toBe(true);
    });
  });

  describe('chats of a person', () => {
    it('go on in further rows, and are all found', async () => {
      await enrol({ chats: ids(3) });
      await ledger.addChats(await member(), ids(450), []);
      const grown = await member();
      expect(grown.chats.size).toBeLessThan(450);
      expect(grown.chatRows).toBe(3);
      expect((await ledger.chatsOf(grown)).sort()).toEqual(ids(450).sort());
    });

    it('are there once, however often a sweep finds them', async () => {
      await enrol({ chats: ids(3) });
      for (let round = 0; round < 3; round++) await ledger.addChats(await member(), ids(250), []);
      await ledger.addChats(await member(), ids(20, 245), []);
      const found = await ledger.chatsOf(await member());
      expect(found).toHaveLength(265);
      expect(new Set(found)).toEqual(new Set(ids(265)));
    });

    it('are all there once the member is, more than one row holds too', async () => {
      await enrol({ chats: ids(450) });
      expect((await ledger.chatsOf(await member())).sort()).toEqual(ids(450).sort());
      await ledger.addChats(await member(), ids(450), []);
      expect((await ledger.chatsOf(await member())).sort()).toEqual(ids(450).sort());
    });

    it('lose none where a sweep dies between a further row and its number', async () => {
      await enrol({ chats: ids(3) });
      const before = await member();
      await ledger.addChats(before, ids(250), []);
      await started().ledger.update(
        { pk: `PERSON#${ana}`, sk: 'MEMBER' },
        { update: 'SET chatRows = :one', values: { ':one': 1 } },
      );
      await ledger.addChats(await member(), ids(260), []);
      expect((await ledger.chatsOf(await member())).sort()).toEqual(ids(260).sort());
    });

    it('where they joined late are kept beside them, and never taken back', async () => {
      await enrol({ joinedLate: ['c1'] });
      await ledger.addChats(await member(), ['c1', 'c2'], ['c2']);
      await ledger.addChats(await member(), ['c1', 'c2'], []);
      expect((await member()).joinedLate).toEqual(new Set(['c1', 'c2']));
    });

    it('come to nobody who is not enrolled', async () => {
      await enrol();
      await ledger.addChats({ ...(await member()), userId: `${ana}-stranger` }, ['c9'], []);
      expect((await ledger.members([`${ana}-stranger`])).size).toBe(0);
    });
  });

  describe('a page', () => {
    it('is put once', async () => {
      expect(await ledger.createPage(page, ['ana', 'ben'])).toBe(true);
      expect(await ledger.createPage(page, ['cleo'])).toBe(false);
      expect(await ledger.page(page)).toEqual({ id: page, members: ['ana', 'ben'], records: new Map() });
    });

    it('takes people from one of two who append at once, and tells the other', async () => {
      await ledger.createPage(page, ['ana']);
      const appended = [['ben'], ['cleo'], ['dan', 'eva']].map((more) => ledger.appendToPage(page, 1, more));
      expect(await won(appended)).toBe(1);
      const members = (await ledger.page(page))?.members ?? [];
      expect([
        ['ana', 'ben'],
        ['ana', 'cleo'],
        ['ana', 'dan', 'eva'],
      ]).toContainEqual(members);
      expect(await ledger.appendToPage(page, 1, ['fay'])).toBe(false);
      expect(await ledger.appendToPage(page, members.length, ['fay'])).toBe(true);
      expect((await ledger.page(page))?.members).toEqual([...members, 'fay']);
    });

    it('that was never written takes nobody', async () => {
      expect(await ledger.appendToPage(page, 0, ['ana'])).toBe(false);
      expect(await ledger.appendToPage(page, 1, ['ana'])).toBe(false);
      expect(await ledger.page(page)).toBeUndefined();
    });
  });

  describe('a claim', () => {
    it('is made by one of several who try at once (promise 7)', async () => {
      expect(await won([claim(1), claim(1), claim(1), claim(1)])).toBe(1);
      expect(await attempts()).toEqual([
        { number: 1, at: NOW, language: 'de', slots: [0, 1], settledAt: null, outcomes: {} },
      ]);
    });

    it('keeps its letter beside the record, which every call for the page reads', async () => {
      expect(await claim(1)).toBe(true);
      expect(await ledger.letter(page, D35, 1)).toEqual(LETTER);
      expect(await ledger.letter(page, D35, 2)).toBeUndefined();
      expect(await ledger.letter(page, D1, 1)).toBeUndefined();
    });

    it('that was not made leaves the letter of the one that was', async () => {
      const other = { ...LETTER, template: 'd35-en' };
      await claim(1);
      expect(await ledger.claim(page, D35, { number: 1, at: NOW, language: 'en', slots: [0], letter: other })).toBe(
        false,
      );
      expect(await ledger.letter(page, D35, 1)).toEqual(LETTER);
    });

    it('is not made while the one before is open, and made once it is settled', async () => {
      expect(await claim(1)).toBe(true);
      expect(await claim(2)).toBe(false);
      await settle(1);
      expect(await claim(3)).toBe(false);
      expect(await claim(2, [1])).toBe(true);
      expect(await claim(1)).toBe(false);
      expect(await claim(2, [0])).toBe(false);
      expect(await attempts()).toMatchObject([{ number: 1 }, { number: 2, slots: [1], settledAt: null }]);
    });

    it('does not begin with the second', async () => {
      expect(await claim(2)).toBe(false);
      expect(await attempts()).toBeUndefined();
    });

    it('of one notice says nothing about another', async () => {
      expect(await claim(1, [0], D35)).toBe(true);
      expect(await claim(1, [0], D1)).toBe(true);
      await ledger.createPage(page, [ana]);
      expect([...((await ledger.page(page))?.records.keys() ?? [])].sort()).toEqual([D1, D35]);
    });

    it('is settled once: the first outcomes stay', async () => {
      await claim(1);
      expect(await settle(1)).toBe(true);
      expect(await settle(1, { 0: 'unknown', 1: 'unknown' })).toBe(false);
      expect(await attempts()).toMatchObject([{ settledAt: NOW + 1, outcomes: { 0: 'accepted', 1: 'throttled' } }]);
    });

    it('is settled by one of two who try at once', async () => {
      await claim(1);
      expect(await won([settle(1), settle(1, { 0: 'unknown' }), settle(1)])).toBe(1);
    });

    it('that is not there is not settled', async () => {
      expect(await settle(1)).toBe(false);
      await claim(1);
      expect(await settle(2)).toBe(false);
    });

    it('is settled together with what is noted of the notice, or neither', async () => {
      await claim(1);
      const noted = { skipped: { 1: 'saved' }, complete: true, until: NOW + 60_000, changes: 0 };
      const settled = { number: 1, at: NOW, outcomes: { 0: 'accepted' as const } };
      expect(await ledger.settle(page, D35, { ...settled, noted })).toBe(true);
      expect(await ledger.settle(page, D35, { ...settled, noted: { ...noted, complete: false } })).toBe(false);
      expect((await ledger.records([page], D35)).get(page)).toMatchObject({ ...noted, attempts: [{ settledAt: NOW }] });
    });

    it('stands in order, also where there are more than nine', async () => {
      for (let number = 1; number <= 11; number++) {
        expect(await claim(number)).toBe(true);
        expect(await settle(number)).toBe(true);
      }
      expect((await attempts())?.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });
  });

  describe('a record', () => {
    it('is noted before anything was claimed, and takes claims afterwards', async () => {
      await ledger.note(page, D35, { skipped: { 0: 'exempt' }, complete: false, until: NOW, changes: 0 });
      await claim(1, [1]);
      expect((await ledger.records([page], D35)).get(page)).toEqual({
        skipped: { 0: 'exempt' },
        complete: false,
        until: NOW,
        changes: 0,
        attempts: [{ number: 1, at: NOW, language: 'de', slots: [1], settledAt: null, outcomes: {} }],
      });
    });

    it('is found for each of more pages than one request may ask for', async () => {
      const pages = Array.from({ length: 130 }, (_, each) => `${page}-${each}`);
      const noted = { skipped: {}, complete: true, until: null, changes: 0 };
      await Promise.all(pages.map((each) => ledger.note(each, D35, noted)));
      const found = await ledger.records([...pages, `${page}-none`], D35);
      expect([...found.keys()].sort()).toEqual([...pages].sort());
      expect((await ledger.records(pages, D1)).size).toBe(0);
    });
  });

  describe('a slot that is passed over', () => {
    const record = async (notice: string = D35) => (await ledger.records([page], notice)).get(page);
    const passOver = (slot: number) => ledger.passOver(page, D35, { slot, reason: 'superseded' });

    it('is noted in a record that was not there, which is not complete by that', async () => {
      await passOver(2);
      expect(await record()).toEqual({ ...EMPTY_RECORD, skipped: { 2: 'superseded' }, changes: 1 });
      expect(await record(D1)).toBeUndefined();
    });

    it.each([true, false])('leaves the other slots’ part as it is, complete or not: %s', async (complete) => {
      await claim(1);
      await settle(1);
      await ledger.note(page, D35, { skipped: { 3: 'saved' }, complete, until: NOW, changes: 0 });
      const before = await record();
      await passOver(2);
      expect(await record()).toEqual({ ...before, skipped: { 2: 'superseded', 3: 'saved' }, changes: 1 });
    });

    it('is noted beside another, and as often as it comes (promise 9)', async () => {
      await passOver(0);
      await passOver(1);
      await Promise.all([passOver(1), passOver(2), passOver(2)]);
      expect((await record())?.skipped).toEqual({ 0: 'superseded', 1: 'superseded', 2: 'superseded' });
    });

    it('is noted beside others that come at once, though there was no record (promise 9)', async () => {
      await Promise.all([0, 1, 2, 3, 4].map(passOver));
      expect(Object.keys((await record())?.skipped ?? {})).toEqual(['0', '1', '2', '3', '4']);
      expect(await record()).toMatchObject({ complete: false, changes: 5 });
    });

    it('is noted while an attempt for others is open, which it leaves as it is', async () => {
      await claim(1);
      await passOver(2);
      expect(await record()).toMatchObject({
        attempts: [{ number: 1, slots: [0, 1], settledAt: null }],
        skipped: { 2: 'superseded' },
        complete: false,
      });
      expect(await settle(1)).toBe(true);
      expect((await record())?.skipped).toEqual({ 2: 'superseded' });
    });
  });

  describe('a slot that SES gave back', () => {
    const record = async () => (await ledger.records([page], D35)).get(page);
    const giveBack = (x: { number?: number; slot?: number } = {}) =>
      ledger.giveBack(page, D35, { number: 1, slot: 0, until: NOW + 9, ...x });
    beforeEach(async () => {
      await claim(1);
      await settle(1, { 0: 'accepted', 1: 'accepted' });
      await ledger.note(page, D35, { skipped: { 2: 'saved' }, complete: true, until: null, changes: 0 });
    });

    it.each([
      ['that was complete', { complete: true, until: null }],
      ['that waits', { complete: false, until: NOW + 5 }],
    ])('opens a record %s, to be asked for when it is said, and changes no other slot', async (_, state) => {
      await ledger.note(page, D35, { skipped: { 2: 'saved' }, ...state, changes: 0 });
      await giveBack();
      expect(await record()).toMatchObject({
        attempts: [{ number: 1, settledAt: NOW + 1, outcomes: { 0: 'returned', 1: 'accepted' } }],
        skipped: { 2: 'saved' },
        complete: false,
        until: NOW + 9,
        changes: 1,
      });
    });

    it.each([
      ['that was not accepted', { slot: 3 }],
      ['of an attempt that is not there', { number: 2 }],
    ])('%s changes nothing', async (_, x) => {
      const before = await record();
      await giveBack(x);
      expect(await record()).toEqual(before);
    });

    it('is given back once: a record that is complete again stays so (promise 9)', async () => {
      await giveBack();
      await ledger.note(page, D35, { skipped: {}, complete: true, until: null, changes: 1 });
      await giveBack();
      expect(await record()).toMatchObject({ complete: true, until: null, changes: 1 });
    });

    it('is given back once where several say so at once, and two slots both', async () => {
      await Promise.all([giveBack(), giveBack(), giveBack({ slot: 1 })]);
      expect((await record())?.attempts).toMatchObject([{ outcomes: { 0: 'returned', 1: 'returned' } }]);
    });

    it('can be claimed again, as the next attempt', async () => {
      await giveBack();
      expect(await claim(2, [0])).toBe(true);
      expect((await record())?.attempts).toMatchObject([
        { outcomes: { 0: 'returned' } },
        { slots: [0], settledAt: null },
      ]);
    });
  });

  describe('a conclusion', () => {
    const record = async () => (await ledger.records([page], D35)).get(page);
    const noted = { skipped: {}, complete: true, until: NOW + 5, changes: 0 };
    const changed = [
      ['a slot was passed over', () => ledger.passOver(page, D35, { slot: 2, reason: 'superseded' })],
      ['SES gave one back', () => ledger.giveBack(page, D35, { number: 1, slot: 0, until: null })],
      ['somebody came to the page', () => ledger.reopenRecord(page, D35)],
    ] as const;
    beforeEach(async () => {
      await claim(1);
      await settle(1);
      await claim(2, [1]);
    });

    it.each(changed)('from before %s is not noted; one from after it is', async (_, change) => {
      await change();
      const before = await record();
      await ledger.note(page, D35, noted);
      expect(await record()).toEqual(before);
      await ledger.note(page, D35, { ...noted, changes: 1 });
      expect(await record()).toMatchObject({ ...noted, changes: 1 });
    });

    it.each(changed)('from before %s is not settled with: what SES said is, once', async (_, change) => {
      await change();
      const { skipped, complete, until } = (await record())!;
      const settled = { number: 2, at: NOW + 2, outcomes: { 1: 'accepted' as const } };
      expect(await ledger.settle(page, D35, { ...settled, noted })).toBe(true);
      expect(await ledger.settle(page, D35, { ...settled, outcomes: { 1: 'unknown' }, noted })).toBe(false);
      expect(await record()).toMatchObject({ skipped, complete, until, changes: 1 });
      expect((await attempts())?.[1]).toMatchObject({ settledAt: NOW + 2, outcomes: { 1: 'accepted' } });
    });
  });

  describe('a record of a page to which somebody comes', () => {
    const record = async () => (await ledger.records([page], D35)).get(page);

    it('is not complete by that, and is asked for at any time; what was done stays', async () => {
      await claim(1);
      await settle(1);
      await ledger.note(page, D35, { skipped: { 2: 'saved' }, complete: true, until: NOW + 5, changes: 0 });
      const before = await record();
      await ledger.reopenRecord(page, D35);
      expect(await record()).toEqual({ ...before, complete: false, until: null, changes: 1 });
    });

    it('is there, though nobody was asked yet: who has concluded without them is too late', async () => {
      await ledger.reopenRecord(page, D35);
      expect(await record()).toEqual({ ...EMPTY_RECORD, changes: 1 });
      await ledger.note(page, D35, { skipped: {}, complete: true, until: null, changes: 0 });
      expect((await record())?.complete).toBe(false);
    });
  });

  describe('the pointer', () => {
    const told = { notices: [D35], lastDay: localDate('2026-04-14'), endDate: localDate('2026-05-19') };
    const move = (changes: { from?: string; page?: string } = {}) =>
      ledger.movePointer(ana, { from: page, group: 'eea~later', page: 'later', told, ...changes });

    it('moves from the page given, with what the person was told', async () => {
      await enrol();
      expect(await ledger.setLeaving(ana, LATER)).toBe(true);
      expect(await move()).toBe(true);
      expect(await member()).toMatchObject({ group: 'eea~later', page: 'later', told, leaving: null, moves: 1 });
    });

    it('moves from no other page, and not twice', async () => {
      await enrol();
      await ledger.setLeaving(ana, LATER);
      expect(await move({ from: 'another' })).toBe(false);
      expect(await member()).toMatchObject({ page, told: NOTHING_TOLD, moves: 0, leaving: LATER });
      expect(await won([move({ page: 'x' }), move({ page: 'y' })])).toBe(1);
      await ledger.setLeaving(ana, LATER);
      expect(await move({ page: 'z' })).toBe(false);
    });

    it('moves nobody who is not leaving: notify has to know first', async () => {
      await enrol();
      expect(await move()).toBe(false);
      expect(await member()).toMatchObject({ page, moves: 0 });
    });

    it('moves nobody who is no member', async () => {
      expect(await move()).toBe(false);
      expect(await ledger.setLeaving(ana, LATER)).toBe(false);
      expect((await ledger.members([ana])).size).toBe(0);
    });

    it('is left once: the first date and instant stay', async () => {
      await enrol();
      const other = { notBefore: localDate('2026-07-05'), since: NOW + 1 };
      expect(await ledger.setLeaving(ana, LATER)).toBe(true);
      expect(await ledger.setLeaving(ana, other)).toBe(false);
      expect((await member()).leaving).toEqual(LATER);
    });
  });

  describe('who leaves for a reason of their own', () => {
    const asked = { kind: 'more-time' as const, at: NOW + 5 };
    const leave = (leaving: Leaving = LATER) => ledger.setLeaving(ana, { ...leaving, asked: true }, asked);

    it('is marked, and the reason is a fact, in one step', async () => {
      await enrol();
      expect(await leave()).toBe(true);
      expect(await member()).toMatchObject({ leaving: { ...LATER, asked: true }, facts: { 'more-time': NOW + 5 } });
    });

    it('is marked by one of several who come at once, with one fact', async () => {
      await enrol();
      const others = [1, 2, 3].map((each) => leave({ ...LATER, since: NOW + each }));
      expect(await won(others)).toBe(1);
    });

    it('is neither marked nor has the fact where they are leaving already', async () => {
      await enrol();
      await ledger.setLeaving(ana, LATER);
      expect(await leave()).toBe(false);
      const { leaving, facts } = await member();
      expect([leaving, facts['more-time']]).toEqual([LATER, undefined]);
    });

    it('is neither marked nor dated anew where the fact is there: nobody leaves twice for one reason', async () => {
      await enrol();
      await ledger.addFacts(ana, [{ kind: 'more-time', at: NOW }]);
      expect(await leave()).toBe(false);
      const { leaving, facts } = await member();
      expect([leaving, facts['more-time']]).toEqual([null, NOW]);
    });

    it('is no member by that', async () => {
      expect(await leave()).toBe(false);
      expect((await ledger.members([ana])).size).toBe(0);
    });
  });

  describe('facts', () => {
    const delivered = (notice: string, instant = NOW) => ({ kind: 'delivered' as const, notice, at: instant });

    it('are added once: an event that comes again changes and counts nothing', async () => {
      await enrol();
      expect(await ledger.addFacts(ana, [delivered(D35)])).toEqual({ cohort: 'eea' });
      expect(await ledger.addFacts(ana, [delivered(D35, NOW + 5)])).toBeUndefined();
      expect((await member()).facts.delivered).toEqual(new Map([[D35, NOW]]));
    });

    it('are new for one of several who bring the same at once', async () => {
      await enrol();
      const told = await Promise.all([1, 2, 3, 4].map((each) => ledger.addFacts(ana, [delivered(D35, NOW + each)])));
      expect(told.filter((each) => each !== undefined)).toEqual([{ cohort: 'eea' }]);
    });

    it('come in any order, and none hides another (promise 9)', async () => {
      await enrol();
      const bounced = { kind: 'soft-bounced' as const, notice: D35, at: NOW };
      for (const fact of [bounced, delivered(D1), delivered(D35), bounced]) await ledger.addFacts(ana, [fact]);
      const { facts } = await member();
      expect([...facts.delivered.keys()].sort()).toEqual([D1, D35]);
      expect(facts.failed).toEqual(new Map([[D35, 'soft-bounced']]));
    });

    it('about the person keep their first instant, although the notice is another', async () => {
      await enrol();
      const bounce = (notice: string, instant: number) => [
        { kind: 'bounced' as const, notice, at: instant },
        { kind: 'unreachable' as const, at: instant },
      ];
      expect(await ledger.addFacts(ana, bounce(D35, NOW))).toEqual({ cohort: 'eea' });
      expect(await ledger.addFacts(ana, bounce(D1, NOW + 7))).toEqual({ cohort: 'eea' });
      expect((await member()).facts).toMatchObject({
        unreachable: NOW,
        failed: new Map([
          [D35, 'bounced'],
          [D1, 'bounced'],
        ]),
      });
    });

    it('about nobody are no member', async () => {
      expect(await ledger.addFacts(ana, [delivered(D35)])).toBeUndefined();
      expect((await ledger.members([ana])).size).toBe(0);
    });
  });

  describe('what was done to chats', () => {
    const intent = () => ({
      id: `i-${at}`,
      cohort: 'eea',
      arming: 'a1',
      wave: 1,
      at: NOW,
      chats: ids(50),
      closedAt: null,
    });

    it('begins with an intent that is written once', async () => {
      expect(await ledger.openIntent(intent())).toBe(true);
      expect(await ledger.openIntent({ ...intent(), chats: ['other'] })).toBe(false);
      expect(await ledger.intent(intent().id)).toEqual(intent());
      expect(await ledger.intent('none')).toBeUndefined();
    });

    it('ends with the intent closed, which no second opening undoes', async () => {
      await ledger.openIntent(intent());
      await ledger.closeIntent(intent().id, NOW + 9);
      await ledger.openIntent(intent());
      expect(await ledger.intent(intent().id)).toEqual({ ...intent(), closedAt: NOW + 9 });
    });

    it('keeps one reason a chat, the last one, for more chats than one request may ask for', async () => {
      const chats = Array.from({ length: 110 }, (_, each) => `${ana}-${each}`);
      const row = { cohort: 'eea', reason: 'unproven', userId: ana, nominatedAs: null, arming: null, at: NOW } as const;
      await Promise.all(chats.map((chatId) => ledger.setBlocked({ ...row, chatId, reason: 'exempt' })));
      await ledger.setBlocked({ ...row, chatId: chats[0]! });
      const found = await ledger.blocked([...chats, ...chats, 'none']);
      expect(found.size).toBe(110);
      expect(found.get(chats[0]!)).toEqual({ ...row, chatId: chats[0] });
      expect(found.get(chats[1]!)).toMatchObject({ reason: 'exempt' });
    });

    it('is recorded once for each arming, however often it is recorded', async () => {
      const chats = Array.from({ length: 30 }, (_, each) => ({
        chatId: `${ana}-${each}`,
        mark: {
          intent: 'i1',
          arming: 'a1',
          cohort: 'eea',
          at: NOW,
          prior: { encrypted: true as const, encryptedSince: null, version: 1 },
        },
      }));
      await ledger.recordDisabled(chats);
      await ledger.recordDisabled(chats);
      for (const { chatId, mark } of chats) {
        expect(await started().ledger.queryAll(`CHAT#${chatId}`)).toEqual([
          { pk: `CHAT#${chatId}`, sk: 'DISABLED#a1', chatId, ...mark },
        ]);
      }
    });
  });
});

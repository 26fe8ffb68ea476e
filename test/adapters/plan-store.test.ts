import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createPlanStore } from '../../functions/adapters/plan-store.ts';
import { addDays, DAY, type Instant, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import { type Arming, type CohortState, newCohort } from '../../functions/domain/wave.ts';
import type { AgendaItem, PlanOffice, PlanStore, Run } from '../../functions/ports.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';
import { END, GROUP, hold, PLAN } from '../domain/examples.ts';
import { onEveryDynamoDB } from './every.ts';

onEveryDynamoDB((started) => {
  let store: PlanStore & PlanOffice;
  beforeAll(() => {
    store = createPlanStore(started().plan);
  });

  /** Each test has a cohort, a group and a pacer of its own. */
  let test = 0;
  let id: string;
  beforeEach(() => {
    test += 1;
    id = `cohort-${test}`;
  });

  const NOW = parseInstant('2026-05-20T12:00:00Z');
  const ARMING: Arming = { id: 'a1', headCount: 100, at: NOW, by: ['ana@example.com', 'ben@example.com'] };

  /** Another process: its own client's view of the same table. */
  const another = () => createPlanStore(new Table(started().client, new Reader(started().client), 'plan'));
  async function aCohort(changes: Partial<CohortState> = {}): Promise<CohortState> {
    const cohort: CohortState = { ...newCohort({ id, endDate: END }), permitUntil: NOW, ...changes };
    await store.putCohort(cohort);
    return cohort;
  }
  async function cohort(): Promise<CohortState> {
    const found = await store.cohort(id);
    if (found === undefined) throw new Error(`cohort ${id} is not there`);
    return found;
  }
  const won = async (tries: readonly Promise<boolean>[]) => (await Promise.all(tries)).filter(Boolean).length;

  describe('the sunset', () => {
    const sunset = { plan: PLAN, hash: 'h1', active: false, templates: { 'd35/en': 'name' } };

    it('is read as it was written, and as it is now by who has read it before', async () => {
      await store.putSunset(sunset);
      expect(await store.sunset()).toEqual(sunset);
      const before = another();
      expect((await before.sunset())?.active).toBe(false);
      await store.putSunset({ ...sunset, active: true });
      expect((await before.sunset())?.active).toBe(true);
      await store.putSunset({ ...sunset, hash: 'h2', plan: { ...PLAN, sendHour: 11 } });
      expect(await before.sunset()).toMatchObject({ hash: 'h2', active: false, plan: { sendHour: 11 } });
    });

    it('is read together with every cohort, and no cohort twice', async () => {
      await store.putSunset(sunset);
      const own = await aCohort();
      const { sunset: read, cohorts } = await store.situation();
      expect(read).toEqual(sunset);
      expect(cohorts.filter((each) => each.id === id)).toEqual([own]);
      expect(await store.cohorts()).toEqual(cohorts);
    });
  });

  describe('a letter', () => {
    const letter = () => ({
      name: `instagram-e2ee-d35-de-${test}`,
      stage: 'd35',
      language: 'de',
      hash: 'f'.repeat(64),
      subject: 'Verschlüsselte Chats: {{endDay}}',
      html: `<p>{{endDate}}</p>${'x'.repeat(100_000)}`,
      text: '{{endDate}}\n\n{{link}}',
    });

    it('is kept as it is, for whoever asks later what was sent (promise 14)', async () => {
      await store.putTemplate(letter());
      expect(await another().template(letter().name)).toEqual(letter());
      expect(await store.template('none')).toBeUndefined();
    });

    it('is written once: nobody writes over it', async () => {
      await store.putTemplate(letter());
      await store.putTemplate({ ...letter(), text: 'something else' });
      await Promise.all([another().putTemplate({ ...letter(), html: '' }), store.putTemplate(letter())]);
      expect(await store.template(letter().name)).toEqual(letter());
    });
  });

  describe('a cohort', () => {
    it('is put once: applying a plan again changes no date that was told (promise 2)', async () => {
      const first = await aCohort();
      expect(await store.putCohort({ ...first, endDate: addDays(END, -7) })).toBe(false);
      expect(await cohort()).toEqual(first);
      expect(await store.cohort('none')).toBeUndefined();
    });

    it('takes the place of the one that was read, and of no other: not of a date that has moved since', async () => {
      const first = await aCohort();
      const other = { ...first, endDate: addDays(END, 7) };
      expect(await store.putCohort(other, { ...first, endDate: addDays(END, 1) })).toBe(false);
      expect(await store.putCohort(other, { ...first, version: 2 })).toBe(false);
      expect(await cohort()).toEqual(first);
      expect(await won([store.putCohort(other, first), another().putCohort(other, first)])).toBe(1);
      expect(await cohort()).toEqual(other);
    });

    it('is counted, and a cohort that is not there is not made by counting', async () => {
      await aCohort();
      await store.setTally(id, { headCount: 7, nominated: 3 });
      await store.setTally(`${id}-none`, { headCount: 7, nominated: 3 });
      expect(await cohort()).toMatchObject({ headCount: 7, nominated: 3 });
      expect(await store.cohort(`${id}-none`)).toBeUndefined();
    });
  });

  describe('a permit', () => {
    const later = { until: NOW + 5 * MINUTE, needed: NOW + 20 * MINUTE };

    it('is renewed while there is no hold', async () => {
      expect(await store.renewPermit(await aCohort(), later)).toBe(true);
      expect(await cohort()).toMatchObject({ permitUntil: later.until, permitNeeded: later.needed, version: 1 });
    });

    it('is not renewed under a hold (promise 6)', async () => {
      const read = await aCohort();
      await store.hold(id, hold);
      expect(await store.renewPermit(read, later)).toBe(false);
      expect(await store.renewPermit(await cohort(), later)).toBe(false);
      expect((await cohort()).permitUntil).toBe(NOW);
    });

    it('is not renewed for another version than the one read', async () => {
      const read = await aCohort();
      expect(await store.renewPermit({ ...read, version: 0 }, later)).toBe(false);
      expect(await store.renewPermit({ ...read, version: 2 }, later)).toBe(false);
      expect((await cohort()).permitUntil).toBe(NOW);
    });

    it('never comes to an earlier end', async () => {
      const read = await aCohort();
      await store.renewPermit(read, later);
      expect(await store.renewPermit(read, { ...later, until: later.until - 1 })).toBe(false);
      expect((await cohort()).permitUntil).toBe(later.until);
    });

    it('of no cohort is not made', async () => {
      const read = await aCohort();
      expect(await store.renewPermit({ ...read, id: `${id}-none` }, later)).toBe(false);
      expect(await store.cohort(`${id}-none`)).toBeUndefined();
    });
  });

  describe('a hold', () => {
    it('answers the instant from which it is certain: the end of the last permit (promise 6)', async () => {
      const read = await aCohort();
      await store.renewPermit(read, { until: NOW + 5 * MINUTE, needed: NOW });
      expect(await store.hold(id, hold)).toBe(NOW + 5 * MINUTE);
      expect(await cohort()).toMatchObject({ hold, version: 2 });
    });

    it('keeps its first reason', async () => {
      await aCohort();
      await store.hold(id, hold);
      expect(await store.hold(id, { ...hold, why: 'something else' })).toBeUndefined();
      expect((await cohort()).hold).toEqual(hold);
    });

    it('is certain of every renewal, whichever comes first', async () => {
      for (let round = 0; round < 10; round++) {
        id = `cohort-${test}-${round}`;
        const read = await aCohort();
        const until = NOW + 5 * MINUTE;
        const [renewed, certain] = await Promise.all([
          another().renewPermit(read, { until, needed: NOW }),
          store.hold(id, hold),
        ]);
        expect(certain).toBe(renewed ? until : NOW);
        expect((await cohort()).permitUntil).toBe(certain);
      }
    });

    it('of no cohort is no answer', async () => {
      expect(await store.hold(`${id}-none`, hold)).toBeUndefined();
      expect(await store.cohort(`${id}-none`)).toBeUndefined();
    });
  });

  describe('a release', () => {
    const none = { delivered: 0, bounced: 0, complained: 0, suppressed: 0, failed: 0, softBounced: 0 };
    const released = (read: CohortState, of = store) => of.release(read, { endDate: read.endDate, movedAt: null });
    const counted = (of = id) => store.countOutcomes(of, 'd35@2026-05-19', { delivered: 0 });

    it('takes the hold away and begins to count outcomes anew', async () => {
      await aCohort();
      await store.countOutcomes(id, 'd35@2026-05-19', { delivered: 9, bounced: 5 });
      await store.hold(id, hold);
      expect(await released(await cohort())).toBe(true);
      expect(await cohort()).toMatchObject({ hold: null, version: 3 });
      expect(await counted()).toEqual(none);
    });

    it('keeps the permit, date, arming and wave, and other cohorts’ counters', async () => {
      await aCohort({ arming: ARMING, wave: 1, waveOpenedAt: NOW, disabled: 3 });
      await store.countOutcomes(`${id}-other`, 'd35@2026-05-19', { bounced: 5 });
      await store.hold(id, hold);
      const held = await cohort();
      await released(held);
      expect(await cohort()).toEqual({ ...held, hold: null, version: held.version + 1 });
      expect((await counted(`${id}-other`)).bounced).toBe(5);
    });

    it('of no hold is none', async () => {
      const read = await aCohort();
      await store.countOutcomes(id, 'd35@2026-05-19', { bounced: 5 });
      expect(await released(read)).toBe(false);
      expect([await cohort(), (await counted()).bounced]).toEqual([read, 5]);
    });

    it('is none for another version than the one read: somebody may have set another hold', async () => {
      await aCohort();
      await store.hold(id, hold);
      const read = await cohort();
      expect(await released({ ...read, version: 1 })).toBe(false);
      expect((await cohort()).hold).toEqual(hold);
      expect(await won([released(read), released(read, another()), released(read, another())])).toBe(1);
      await store.hold(id, { ...hold, why: 'again' });
      expect(await released(read)).toBe(false);
      expect((await cohort()).hold?.why).toBe('again');
    });

    it('of a cohort that is not there makes none', async () => {
      const read = await aCohort();
      expect(await released({ ...read, id: `${id}-none`, hold })).toBe(false);
      expect(await store.cohort(`${id}-none`)).toBeUndefined();
    });
  });

  describe('a wave', () => {
    it('opens once, although two ticks open it', async () => {
      const read = await aCohort({ arming: ARMING });
      expect(await won([store.openWave(read, NOW), another().openWave(read, NOW + 1), store.openWave(read, NOW)])).toBe(
        1,
      );
      expect(await cohort()).toMatchObject({ wave: 1, version: 2 });
    });

    it('does not open under a hold, nor for another version or wave than the one read (promise 11)', async () => {
      const read = await aCohort({ arming: ARMING });
      expect(await store.openWave({ ...read, version: 2 }, NOW)).toBe(false);
      expect(await store.openWave({ ...read, wave: 1 }, NOW)).toBe(false);
      await store.hold(id, hold);
      expect(await store.openWave(read, NOW)).toBe(false);
      expect(await store.openWave(await cohort(), NOW)).toBe(false);
      expect(await cohort()).toMatchObject({ wave: 0, waveOpenedAt: null });
    });

    it('that opened ends what was read before: no permit is renewed for it', async () => {
      const read = await aCohort({ arming: ARMING });
      await store.openWave(read, NOW);
      expect(await store.renewPermit(read, { until: NOW + MINUTE, needed: NOW })).toBe(false);
      expect((await cohort()).waveOpenedAt).toBe(NOW);
    });
  });

  describe('arming', () => {
    it('happens once, and begins the count anew', async () => {
      await aCohort({ disabled: 40 });
      expect(await store.arm(id, ARMING)).toBe(true);
      expect(await store.arm(id, { ...ARMING, headCount: 1_000 })).toBe(false);
      expect(await cohort()).toMatchObject({ arming: ARMING, disabled: 0, version: 2 });
      expect(await store.arm(id, { ...ARMING, id: 'a2' })).toBe(true);
      expect(await store.arm(`${id}-none`, ARMING)).toBe(false);
    });
  });

  describe('the head-count', () => {
    const reserve = (intent: string, chats: number, more: { arming?: string; limit?: number } = {}) =>
      another().reserveHeadCount(id, { arming: 'a1', limit: 100, intent, chats, at: NOW, ...more });

    it('is reserved once for an intent, although it is asked twice', async () => {
      await aCohort({ arming: ARMING });
      expect(await reserve('i1', 10)).toBe(true);
      expect(await reserve('i1', 10)).toBe(false);
      expect(await won([reserve('i2', 5), reserve('i2', 5), reserve('i2', 5)])).toBe(1);
      expect(await store.headCount(id)).toEqual({ disabled: 15, intents: 2 });
    });

    it('is reserved up to the limit, and no further (promise 11)', async () => {
      await aCohort({ arming: ARMING });
      expect(await reserve('i1', 100)).toBe(true);
      expect(await reserve('i2', 1)).toBe(false);
      expect(await store.headCount(id)).toEqual({ disabled: 100, intents: 1 });
    });

    it('is not overdrawn by any number of calls at once', async () => {
      await aCohort({ arming: ARMING });
      const calls = Array.from({ length: 24 }, (_, each) => reserve(`i${each}`, 9));
      expect(await won(calls)).toBe(11);
      expect(await store.headCount(id)).toEqual({ disabled: 99, intents: 11 });
    });

    it('is reserved under the present arming only', async () => {
      await aCohort();
      expect(await reserve('i1', 1)).toBe(false);
      await store.arm(id, ARMING);
      expect(await reserve('i1', 1, { arming: 'a0' })).toBe(false);
      expect(await store.headCount(id)).toEqual({ disabled: 0, intents: 0 });
    });

    it('is given back once', async () => {
      await aCohort({ arming: ARMING });
      await reserve('i1', 10);
      await reserve('i2', 10);
      await won([1, 2, 3].map(() => store.releaseHeadCount(id, { intent: 'i1', notDisabled: 4 }).then(() => true)));
      expect(await store.headCount(id)).toEqual({ disabled: 16, intents: 1 });
    });

    it('is not given back by who never had it', async () => {
      await aCohort({ arming: ARMING });
      await store.releaseHeadCount(id, { intent: 'i1', notDisabled: 4 });
      expect(await store.headCount(id)).toEqual({ disabled: 0, intents: 0 });
    });

    it('of an item is no part of the cohort as others read it', async () => {
      await aCohort({ arming: ARMING });
      await reserve('i1', 10);
      expect(Object.keys(await cohort())).not.toContain('intents');
    });

    it('of a new arming is not enlarged by what an intent of the one before gives back', async () => {
      await aCohort({ arming: ARMING });
      await reserve('i1', 10);
      await store.arm(id, { ...ARMING, id: 'a2' });
      await store.releaseHeadCount(id, { intent: 'i1', notDisabled: 10 });
      expect((await cohort()).disabled).toBe(0);
    });
  });

  describe('outcomes', () => {
    it('are added up for the cohort, over its notices', async () => {
      await store.countOutcomes(id, 'd35@2026-05-19', { delivered: 3, bounced: 1 });
      expect(await store.countOutcomes(id, 'd1@2026-05-19', { delivered: 2, suppressed: 1 })).toEqual({
        delivered: 5,
        bounced: 1,
        complained: 0,
        suppressed: 1,
        failed: 0,
        softBounced: 0,
      });
    });

    it('lose none that come at once', async () => {
      await Promise.all(Array.from({ length: 12 }, () => store.countOutcomes(id, 'd35@2026-05-19', { delivered: 1 })));
      expect((await store.countOutcomes(id, 'd35@2026-05-19', { complained: 1 })).delivered).toBe(12);
    });
  });

  describe('groups and runs', () => {
    const group = () => `${GROUP}${test}`;
    const run = (): Run => ({
      group: group(),
      notice: 'd35@2026-05-19',
      state: 'open',
      planHash: 'h1',
      openedAt: NOW,
      queued: 0,
      settled: {},
      lookAt: NOW,
      reopened: 0,
      through: null,
      tally: null,
    });

    it('a group is made once, with what it has', async () => {
      await store.createGroup(group());
      await store.nextPage(group(), 'de');
      await store.setReview(group(), { endDate: END, pages: 1 });
      await store.createGroup(group());
      const expected = { id: group(), pages: { de: 1 }, people: 0, review: { endDate: END, pages: 1 } };
      expect(await store.group(group())).toEqual(expected);
      expect(await store.groups()).toContainEqual(expected);
      expect(await store.group('none')).toBeUndefined();
    });

    it('people are counted in their group, and with all of their cohort in their zone, with the dates of later groups', async () => {
      const [own, later] = ['crowd~Europe/Berlin~', 'crowd~Europe/Berlin~2026-06-07'];
      for (const each of [own, later, 'crowd~?~']) await store.createGroup(each);
      await store.countPeople(own, 70);
      await store.countPeople(own, -1);
      await store.countPeople(later, 1);
      await store.countPeople('crowd~Europe/Berlin~2026-06-14', -1);
      await store.countPeople('crowd~?~', 3);
      expect((await store.group(own))?.people).toBe(69);
      expect((await store.populations()).filter(({ group: each }) => each.startsWith('crowd~'))).toEqual([
        { group: 'crowd~?~', people: 3, notBefore: [] },
        { group: own, people: 69, notBefore: ['2026-06-07'] },
      ]);
    });

    it('a page’s number is given once, by language, from 1 on', async () => {
      await store.createGroup(group());
      const numbers = await Promise.all(Array.from({ length: 8 }, () => another().nextPage(group(), 'pt-BR')));
      expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await store.nextPage(group(), 'en')).toBe(1);
    });

    it('a run is opened once, and keeps the plan under which it was (promise 9)', async () => {
      expect(await won([store.openRun(run()), another().openRun({ ...run(), planHash: 'h2' })])).toBe(1);
      expect(await store.openRun({ ...run(), planHash: 'h3' })).toBe(false);
      expect(['h1', 'h2']).toContain((await store.run(group(), run().notice))?.planHash);
    });

    it('a run is saved and found again', async () => {
      await store.openRun(run());
      const closed: Run = {
        ...run(),
        state: 'closed',
        queued: 2,
        settled: {},
        tally: { accepted: 3, skipped: { saved: 1 } },
      };
      expect(await store.saveRun(closed, run())).toBe(true);
      expect(await store.saveRun({ ...closed, queued: 3 }, run())).toBe(false);
      expect(await store.run(group(), closed.notice)).toEqual(closed);
      expect((await store.runs()).filter((each) => each.group === group())).toEqual([closed]);
      expect(await store.run(group(), 'd1@2026-05-19')).toBeUndefined();
    });

    it('a run is saved by nobody who read it before it was opened again, though it looks the same (promise 9)', async () => {
      await store.openRun(run());
      const again: Run = { ...run(), reopened: 1 };
      expect(await store.saveRun(again, run())).toBe(true);
      expect(await store.saveRun({ ...run(), settled: { de: 1 } }, run())).toBe(false);
      expect(await store.run(group(), run().notice)).toEqual(again);
      expect(await store.saveRun({ ...again, settled: { de: 1 } }, again)).toBe(true);
    });
  });

  describe('the agenda', () => {
    /** Days of its own for each test: the agenda is one. */
    const on = (at: number, kind: AgendaItem['kind'] = 'run', own = `r${at}`): AgendaItem => ({
      at: NOW + test * 10 * DAY + at,
      kind,
      id: own,
    });
    const due = async (until: number, limit = 100) =>
      (await store.due(on(until).at, limit)).filter(({ at }) => at >= on(0).at);

    it('answers what is due, at this very instant too, the earliest first', async () => {
      await store.schedule(on(3_000), on(500), on(1_000), on(1_001));
      expect(await due(1_000)).toEqual([on(500), on(1_000)]);
      await store.unschedule(on(500), on(3_000), on(1_000), on(1_001));
      expect(await due(DAY)).toEqual([]);
    });

    it('answers no more than asked, and keeps ids with any sign in them', async () => {
      const ids = ['eea~Europe/Berlin~|d35@2026-05-19', 'a#b#c', '#', 'ü'];
      const items = ids.map((own, at) => on(at, 'group', own));
      await store.schedule(...items);
      expect(await due(DAY)).toEqual(items);
      expect(await store.due(on(DAY).at, 2)).toHaveLength(2);
      await store.unschedule(...items);
    });

    it('holds an item once, however often it is scheduled, and forgets it once', async () => {
      await store.schedule(on(1), on(1), on(1, 'move'), on(1));
      await store.schedule(on(1));
      expect(await due(DAY)).toEqual([on(1, 'move'), on(1)]);
      await store.unschedule(on(1), on(1));
      await store.unschedule(on(1));
      expect(await due(DAY)).toEqual([on(1, 'move')]);
      await store.unschedule(on(1, 'move'));
    });

    it('takes more items than one request may write', async () => {
      const items = Array.from({ length: 70 }, (_, at) => on(at));
      await store.schedule(...items);
      expect(await due(DAY)).toEqual(items);
      await store.unschedule(...items);
      expect(await due(DAY)).toEqual([]);
    });
  });

  describe('a sweep', () => {
    it('has segments that are made once and found in order', async () => {
      const segment = (at: number) => ({
        sweep: id,
        segment: at,
        of: 1,
        startedAt: NOW,
        cursor: null,
        done: false,
        tally: {},
      });
      for (const at of [10, 2, 0]) await store.createSegment(segment(at));
      const saved = { ...segment(2), cursor: 'c', tally: { eea: { headCount: 2, nominated: 1 } } };
      await store.saveSegment(saved);
      await store.createSegment(segment(2));
      expect(await store.segments(id)).toEqual([segment(0), saved, segment(10)]);
      expect(await store.segment(id, 2)).toEqual(saved);
      expect(await store.segment(id, 3)).toBeUndefined();
    });

    it('is followed by one next one, although two ticks ask for it', async () => {
      const { next } = await store.sweeps();
      expect(
        await won([store.nextSweep({ from: next, to: NOW }), another().nextSweep({ from: next, to: NOW + 1 })]),
      ).toBe(1);
      const { next: now } = await store.sweeps();
      expect(await store.nextSweep({ from: next, to: NOW + 2 })).toBe(false);
      expect((await store.sweeps()).next).toBe(now);
    });

    it('that ends late does not hide a later one, and the first after the closing stays', async () => {
      await store.sweepEnded(NOW, { afterClosing: false });
      await store.sweepEnded(NOW + 2, { afterClosing: true });
      await store.sweepEnded(NOW + 1, { afterClosing: true });
      await store.sweepEnded(NOW + 3, { afterClosing: true });
      expect(await store.sweeps()).toMatchObject({ last: NOW + 3, closing: NOW + 2 });
    });
  });

  describe('the pacer', () => {
    const FAR = NOW + 365 * DAY;
    const reserve = (x: { now?: Instant; length?: number; latest?: Instant }, by: PlanStore = store) =>
      by.reserve(id, { now: NOW, length: 1_000, latest: FAR, ...x });

    it('gives a free slot at once and the following ones after it', async () => {
      expect(await reserve({})).toBe(NOW);
      expect(await reserve({ length: 500 })).toBe(NOW + 1_000);
      expect(await reserve({})).toBe(NOW + 1_500);
      expect(await reserve({ now: NOW + 9_000 })).toBe(NOW + 9_000);
    });

    it('gives none after the latest instant, and takes nothing for it', async () => {
      await reserve({ length: 1_000 });
      expect(await reserve({ latest: NOW + 999 })).toBe('late');
      expect(await reserve({ latest: NOW + 1_000 })).toBe(NOW + 1_000);
    });

    it('never gives two workers the same time, whatever they ask and however many they are', async () => {
      const asks = fc.array(fc.record({ now: fc.nat(3_000), length: fc.integer({ min: 1, max: 2_000 }) }), {
        minLength: 2,
        maxLength: 12,
      });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(asks, async (wanted) => {
          const pacer = `${id}-${round++}`;
          const workers = [store, another(), another()];
          const slots = await Promise.all(
            wanted.map(async ({ now, length }, at) => {
              const slot = await workers[at % 3]!.reserve(pacer, { now: NOW + now, length, latest: FAR });
              return { slot: slot as Instant, length, now: NOW + now };
            }),
          );
          for (const { slot, now } of slots) expect(slot).toBeGreaterThanOrEqual(now);
          const sorted = slots.sort((a, b) => a.slot - b.slot);
          for (const [at, { slot }] of sorted.entries()) {
            const before = sorted[at - 1];
            if (before !== undefined) expect(slot).toBeGreaterThanOrEqual(before.slot + before.length);
          }
        }),
        { numRuns: 25 },
      );
    });

    it('loses no time between workers who all come at the same instant', async () => {
      const slots = await Promise.all(Array.from({ length: 15 }, () => reserve({}, another())));
      expect([...slots].map(Number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 15 }, (_, at) => NOW + at * 1_000),
      );
    });

    describe('of mail', () => {
      /** Each test begins where the pacer is free, on a day of its own. */
      const morning = () => NOW + test * DAY;
      const spend = (budget: number, by: PlanStore = another()) =>
        by.reserve('mail', { now: morning(), length: budget * 20, latest: FAR, budget });

      it('spends the day’s budget, and not more of it than there is', async () => {
        await store.setBudget({ left: 120, rate: 50 });
        expect(await spend(50)).toBe(morning());
        expect(await spend(50)).toBe(morning() + 1_000);
        expect(await spend(50)).toBe('spent');
        expect(await store.budget()).toEqual({ left: 20, rate: 50 });
        expect(await spend(20)).toBe(morning() + 2_000);
        expect(await store.budget()).toEqual({ left: 0, rate: 50 });
      });

      it('is not overspent by any number of workers at once', async () => {
        await store.setBudget({ left: 500, rate: 50 });
        const slots = await Promise.all(Array.from({ length: 20 }, () => spend(40)));
        const given = slots.filter((slot) => typeof slot === 'number');
        expect(given.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => morning() + at * 800));
        expect(slots.filter((slot) => slot === 'spent')).toHaveLength(8);
        expect((await store.budget())?.left).toBe(20);
      });

      it('spends nothing for a slot that comes too late', async () => {
        await store.setBudget({ left: 100, rate: 50 });
        await spend(50);
        const late = store.reserve('mail', { now: morning(), length: 1_000, latest: morning() + 1, budget: 50 });
        expect(await late).toBe('late');
        expect((await store.budget())?.left).toBe(50);
      });

      it('keeps its place when the budget is told anew', async () => {
        await store.setBudget({ left: 100, rate: 50 });
        await spend(50);
        await store.setBudget({ left: 200, rate: 50 });
        expect(await spend(50)).toBe(morning() + 1_000);
      });
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { groupId, groupKey } from '../../functions/domain/group.ts';
import { wavesStart } from '../../functions/domain/notice.ts';
import { budgetLeft } from '../../functions/domain/pacing.ts';
import { DAY, HOUR, isoInstant, localDate, MINUTE } from '../../functions/domain/time.ts';
import { type CohortState, PERMIT } from '../../functions/domain/wave.ts';
import type { AgendaKind, Restore, Run, SweepSegment } from '../../functions/ports.ts';
import { newRun } from '../../functions/usecases/open-run.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { END, GROUP, hold, PLAN } from '../domain/examples.ts';
import {
  armed,
  D14,
  D14_AT,
  D1_AT,
  D35,
  D35_AT,
  ENDED,
  killed,
  onPage,
  rowsOf,
  setCohort,
  startWorld,
  type TestWorld,
} from './world.ts';

let world: TestWorld;
const others: TestWorld[] = [];
/** A group that is due on D35_AT, as enrolment leaves it. */
async function begin(): Promise<TestWorld> {
  const begun = await startWorld({ at: D35_AT - 10 * DAY });
  others.push(begun);
  await onPage(begun, ['ana', 'ben']);
  await begun.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
  for (const { id } of PLAN.cohorts) await setCohort(begun, id, { permitUntil: 0 });
  return begun;
}
beforeEach(async () => {
  world = await begin();
});
afterEach(async () => {
  for (const each of others.splice(0)) await each.tables.stop();
});

const rows = (of: TestWorld = world) => rowsOf(of, of.tables.plan);
const runs = async (of: TestWorld = world) =>
  (await of.plan.runs()).map(({ notice, state }) => [notice, state] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
const agenda = async (of: TestWorld = world) => of.plan.due(D35_AT + 3650 * DAY, 100);
const cohort = async (id = 'eea') => (await world.plan.cohort(id))!;

describe('a notice that is due', () => {
  it('opens a run, and dispatch is asked for its pages', async () => {
    await tick(world, D35_AT);
    expect(await runs()).toEqual([[D35, 'open']]);
    expect(world.queued.dispatch).toEqual([{ kind: 'run', group: GROUP, notice: D35 }]);
  });

  it('opens none a millisecond before', async () => {
    await tick(world, D35_AT - 1);
    expect(await runs()).toEqual([]);
    expect(world.queued.dispatch).toEqual([]);
  });

  it('puts the next one on the agenda', async () => {
    await tick(world, D35_AT);
    expect((await agenda()).filter(({ kind }) => kind === 'group')).toEqual([{ at: D14_AT, kind: 'group', id: GROUP }]);
  });

  it('is asked for again until its run is through, though dispatch is never heard of', async () => {
    for (let at = D35_AT; at < D35_AT + 2 * HOUR; at += MINUTE) await tick(world, at);
    expect(world.queued.dispatch).toHaveLength(8);
    const run = (await world.plan.run(GROUP, D35))!;
    await world.plan.saveRun({ ...run, state: 'closed' }, run);
    world.queued.dispatch.splice(0);
    for (let at = D35_AT + 2 * HOUR; at < D35_AT + 4 * HOUR; at += MINUTE) await tick(world, at);
    expect(world.queued.dispatch).toEqual([]);
    expect((await agenda()).filter(({ kind }) => kind === 'run')).toEqual([]);
  });

  it('is asked for again right away where a tick was killed between its agenda and its run', async () => {
    await world.plan.unschedule({ at: D35_AT, kind: 'group', id: GROUP });
    await world.plan.schedule({ at: D35_AT, kind: 'run', id: `${GROUP}|${D35}` });
    await tick(world, D35_AT);
    expect(world.queued.dispatch).toEqual([]);
    expect(await agenda()).toContainEqual({ at: D35_AT + MINUTE, kind: 'run', id: `${GROUP}|${D35}` });
  });

  it('costs nothing where nothing is due (promise 16)', async () => {
    await tick(world, D35_AT - DAY);
    const before = await rows();
    await tick(world, D35_AT - DAY + MINUTE);
    expect(await rows()).toEqual(before);
  });
});

describe('ticks that come twice', () => {
  it('at one instant, one after the other, lead to the same rows (promise 9)', async () => {
    await tick(world, D35_AT);
    const once = await rows();
    await tick(world, D35_AT);
    expect(await rows()).toEqual(once);
    expect(world.queued.dispatch).toHaveLength(1);
  });

  it('at one instant, at once, lead to the same rows as one (promise 9)', async () => {
    const single = await begin();
    await tick(single, D35_AT);
    await Promise.all([tick(world, D35_AT), tick(world, D35_AT), tick(world, D35_AT)]);
    expect(await rows()).toEqual(await rows(single));
    expect(world.queued.dispatch[0]).toEqual(single.queued.dispatch[0]);
  });

  it('replayed when their time is long over change nothing (promise 9)', async () => {
    await tick(world, D35_AT);
    await tick(world, D14_AT);
    const before = await rows();
    await tick(world, D35_AT);
    await tick(world, D35_AT - DAY);
    expect(await rows()).toEqual(before);
  });
});

describe('ticks that are missed', () => {
  it('for minutes only make it later (promise 9)', async () => {
    const inTime = await begin();
    await tick(inTime, D35_AT);
    await tick(world, D35_AT + 7 * MINUTE);
    expect(await runs()).toEqual(await runs(inTime));
    const next = (of: TestWorld) => agenda(of).then((items) => items.filter(({ kind }) => kind === 'group'));
    expect(await next(world)).toEqual(await next(inTime));
    expect(world.queued.dispatch).toEqual(inTime.queued.dispatch);
  });

  it('over several stages send the latest only, and record the others as superseded (promise 10)', async () => {
    await tick(world, D1_AT);
    expect(await runs()).toEqual([
      ['d14@2026-05-19', 'superseded'],
      ['d1@2026-05-19', 'open'],
      ['d35@2026-05-19', 'superseded'],
      ['d7@2026-05-19', 'superseded'],
    ]);
    expect(world.queued.dispatch).toEqual([{ kind: 'run', group: GROUP, notice: 'd1@2026-05-19' }]);
  });

  it('do not close a run that was opened in time', async () => {
    await tick(world, D35_AT);
    await tick(world, D14_AT);
    expect(await runs()).toEqual([
      [D14, 'open'],
      [D35, 'open'],
    ]);
  });
});

/** Lets so many writes happen, and none after them. */
function killedAfter(writes: number): TestWorld {
  let left = writes;
  return killed(world, () => left-- <= 0);
}

describe('an item that cannot be handled', () => {
  it('keeps no other back, is asked again, and is heard of (promise 8)', async () => {
    await world.plan.schedule({ at: D35_AT - DAY, kind: 'group', id: 'nowhere~Europe/Berlin~' });
    await expect(tick(world, D35_AT)).rejects.toThrow('1 agenda items failed');
    expect(await runs()).toEqual([[D35, 'open']]);
    expect((await agenda()).find(({ id }) => id.startsWith('nowhere'))?.at).toBe(D35_AT + 15 * MINUTE);
  });
});

describe('a tick that is killed', () => {
  it('after any of its writes leads to the same runs and the same agenda, a minute later at most (promise 9)', async () => {
    const outcome = async (of: TestWorld) => [
      await of.plan.runs(),
      (await agenda(of)).map(({ at, kind, id }) => (kind === 'run' ? { kind, id } : { at, kind, id })),
    ];
    const single = await begin();
    await tick(single, D35_AT);
    const expected = await outcome(single);
    let deaths = 0;
    for (let calls = 0; ; calls++) {
      world = await begin();
      const died = await tick(killedAfter(calls), D35_AT).then(
        () => false,
        () => true,
      );
      for (const at of [D35_AT, D35_AT + MINUTE]) await tick(world, at);
      expect(await outcome(world), `killed after ${calls} writes`).toEqual(expected);
      expect(world.queued.dispatch).toContainEqual(single.queued.dispatch[0]);
      if (!died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(4);
  });
});

describe('a hold (promise 6)', () => {
  it('keeps the run waiting, and its release lets it go on', async () => {
    await world.plan.hold('eea', hold);
    await tick(world, D35_AT);
    expect(world.queued.dispatch).toEqual([]);
    expect((await cohort()).permitUntil).toBe(0);
    await setCohort(world, 'eea', { hold: null });
    await tick(world, D35_AT + HOUR);
    expect(world.queued.dispatch).toEqual([{ kind: 'run', group: GROUP, notice: D35 }]);
  });

  it('answers the instant from which it is certain: no tick permits anything beyond it', async () => {
    await tick(world, D35_AT);
    const certain = await world.plan.hold('eea', hold);
    expect(certain).toBe(D35_AT + PERMIT);
    for (let at = D35_AT; at < D35_AT + HOUR; at += MINUTE) await tick(world, at);
    expect((await cohort()).permitUntil).toBe(certain);
  });

  it('is not outrun by a tick that had read the cohort before it', async () => {
    await tick(world, D35_AT);
    const before = await cohort();
    await world.plan.hold('eea', hold);
    const permit = { until: D35_AT + HOUR, needed: D35_AT + HOUR };
    expect(await world.plan.renewPermit(before, permit)).toBe(false);
    expect(await world.plan.openWave(before, D35_AT)).toBe(false);
  });

  it('of a second one answers nothing and keeps the first one’s words', async () => {
    await world.plan.hold('eea', hold);
    expect(await world.plan.hold('eea', { ...hold, why: 'another reason' })).toBeUndefined();
    expect((await cohort()).hold?.why).toBe(hold.why);
  });

  it('stands over a wave', async () => {
    await armed(world, 'eea', 10);
    await setCohort(world, 'eea', { wave: 0, waveOpenedAt: null, hold });
    await tick(world, ENDED + DAY);
    expect((await cohort()).wave).toBe(0);
  });
});

describe('permits', () => {
  it('are given to whom something is done under, for minutes, and to nobody else', async () => {
    await tick(world, D35_AT);
    expect((await cohort()).permitUntil).toBe(D35_AT + PERMIT);
    expect((await cohort('rest')).permitUntil).toBe(0);
  });

  it('are there before dispatch is asked', async () => {
    const seen: number[] = [];
    const { queues } = world;
    const watched = {
      ...world,
      queues: {
        ...queues,
        dispatch: async (...x: Parameters<typeof queues.dispatch>) => {
          if (x[0].length > 0) seen.push((await cohort()).permitUntil);
          await queues.dispatch(...x);
        },
      },
    };
    await tick(watched, D35_AT);
    expect(seen).toEqual([D35_AT + PERMIT]);
  });

  it('are renewed tick by tick while somebody may be at work, and never shortened by a tick that is late', async () => {
    for (let at = D35_AT; at <= D35_AT + 10 * MINUTE; at += MINUTE) await tick(world, at);
    expect((await cohort()).permitUntil).toBe(D35_AT + 10 * MINUTE + PERMIT);
    await tick(world, D35_AT + MINUTE);
    expect((await cohort()).permitUntil).toBe(D35_AT + 10 * MINUTE + PERMIT);
  });
});

describe('waves (promise 11)', () => {
  beforeEach(async () => {
    await armed(world, 'eea', 10);
    await setCohort(world, 'eea', { wave: 0, waveOpenedAt: null });
    await world.plan.unschedule({ at: D35_AT, kind: 'group', id: GROUP });
  });

  it('open one after the other, the second after the soak, each with a sweep', async () => {
    await tick(world, ENDED - 1);
    expect((await cohort()).wave).toBe(0);
    await tick(world, ENDED);
    expect(await cohort()).toMatchObject({ wave: 1, waveOpenedAt: ENDED });
    expect(world.queued.sweep).toEqual([{ sweep: isoInstant(ENDED), segment: 0 }]);
    expect(world.logged).toContainEqual(['a wave has opened', { cohort: 'eea', wave: 1 }]);
    const soaked = ENDED + PLAN.guardRails.soakHours * HOUR;
    await tick(world, soaked - 1);
    expect((await cohort()).wave).toBe(1);
    await tick(world, soaked);
    expect((await cohort()).wave).toBe(2);
    await tick(world, soaked + 30 * DAY);
    expect((await cohort()).wave).toBe(2);
  });

  it('open one at a time, however many ticks meet (promise 9)', async () => {
    await Promise.all([tick(world, ENDED), tick(world, ENDED), tick(world, ENDED)]);
    await tick(world, ENDED);
    expect((await cohort()).wave).toBe(1);
  });

  it('soak from their own opening, though ticks were missed for days', async () => {
    const late = ENDED + 3 * DAY;
    await tick(world, late);
    await tick(world, late + MINUTE);
    expect(await cohort()).toMatchObject({ wave: 1, waveOpenedAt: late });
    await tick(world, late + PLAN.guardRails.soakHours * HOUR);
    expect((await cohort()).wave).toBe(2);
  });

  it('have their sweep, though the tick is killed after it has opened them (promise 9)', async () => {
    await expect(tick(killedAfter(2), ENDED)).rejects.toThrow('killed');
    expect((await cohort()).wave).toBe(1);
    await tick(world, ENDED);
    expect(world.queued.sweep).toHaveLength(1);
  });
});

describe('sweeps', () => {
  const regular = { at: D35_AT - 5 * DAY, kind: 'sweep', id: 'regular' } as const;
  beforeEach(async () => {
    await world.plan.schedule(regular);
    await world.plan.nextSweep({ from: null, to: regular.at });
  });
  const planned = async () => (await agenda()).filter(({ kind }) => kind === 'sweep');

  it('begin with their segments, and name their successor', async () => {
    await tick({ ...world, segments: 3 }, regular.at);
    const name = isoInstant(regular.at);
    expect(world.queued.sweep).toEqual([0, 1, 2].map((segment) => ({ sweep: name, segment })));
    const segments = await world.plan.segments(name);
    expect(segments.map(({ segment, of }) => [segment, of])).toEqual([0, 1, 2].map((segment) => [segment, 3]));
    expect(await planned()).toHaveLength(1);
    expect((await planned())[0]?.at).toBe((await world.plan.sweeps()).next);
  });

  it('have as many segments as the first of them says, should another number be deployed before all are there', async () => {
    const name = isoInstant(regular.at);
    const first = { sweep: name, segment: 0, of: 3, startedAt: regular.at, cursor: null, done: false, tally: {} };
    await world.plan.createSegment(first);
    await tick({ ...world, segments: 1 }, regular.at);
    expect(await world.plan.segments(name)).toEqual([0, 1, 2].map((segment) => ({ ...first, segment })));
    expect(world.queued.sweep).toHaveLength(3);
  });

  it('have one successor, though two ticks at two instants begin them (promise 9)', async () => {
    await Promise.all([tick(world, regular.at), tick(world, regular.at + MINUTE)]);
    for (const at of [regular.at + 2 * MINUTE, regular.at + 8 * DAY]) await tick(world, at);
    expect((await planned()).filter(({ id }) => id === 'regular')).toHaveLength(1);
  });

  it('that end nowhere are asked to go on, for a day', async () => {
    for (let at = regular.at; at < regular.at + 2 * HOUR; at += 5 * MINUTE) await tick(world, at);
    expect(world.queued.sweep).toHaveLength(8);
    await tick(world, regular.at + DAY + HOUR);
    expect(
      (await agenda()).filter(({ kind, id }) => kind === 'segment' && id.startsWith(isoInstant(regular.at))),
    ).toEqual([]);
  });

  it('go on after days without a tick, one sweep at a time (promise 9)', async () => {
    for (let at = regular.at + 10 * DAY; at < regular.at + 10 * DAY + HOUR; at += MINUTE) await tick(world, at);
    expect((await planned()).filter(({ id }) => id === 'regular')).toHaveLength(1);
    expect((await world.plan.sweeps()).next).toBeGreaterThan(regular.at + 10 * DAY);
  });
});

describe('what stands on the agenda', () => {
  const NOW = D35_AT;
  const AGAIN = NOW + 15 * MINUTE;
  const SOON = NOW + MINUTE;
  /** Ticks for one item alone. @returns when it comes again, or null */
  async function tickFor(kind: AgendaKind, id: string, of: TestWorld = world, at = NOW) {
    for (const item of await agenda(of)) await of.plan.unschedule(item);
    await of.plan.schedule({ at, kind, id });
    await tick(of, at);
    const found = (await agenda(of)).filter((item) => item.kind === kind && item.id === id);
    expect(found.length).toBeLessThan(2);
    return found[0]?.at ?? null;
  }
  const putRun = async (changes: Partial<Run> = {}) => {
    const run = newRun({ hash: 'hash-1' }, { group: GROUP, notice: D35, now: NOW });
    await world.plan.openRun({ ...run, ...changes });
  };
  const held = () => world.plan.hold('eea', hold);

  describe('a run', () => {
    const look = () => tickFor('run', `${GROUP}|${D35}`);
    const message = { kind: 'run', group: GROUP, notice: D35 };

    it('that is open is dispatched, and asked for again in a quarter of an hour, with a permit until then', async () => {
      await putRun();
      expect(await look()).toBe(AGAIN);
      expect(world.queued.dispatch).toEqual([message]);
      expect(await cohort()).toMatchObject({ permitUntil: NOW + PERMIT, permitNeeded: AGAIN });
    });

    it.each<[string, Partial<Run>, number | null]>([
      ['that is not there yet is looked for in a minute', { group: 'other' }, SOON],
      ['that is closed is done with', { state: 'closed' }, null],
      ['that is superseded is done with', { state: 'superseded' }, null],
      ['that has nothing to do yet waits until it has', { lookAt: NOW + 1 }, NOW + 1],
    ])('%s', async (_, changes, next) => {
      await putRun(changes);
      expect(await look()).toBe(next);
      expect(world.queued.dispatch).toEqual([]);
      expect((await cohort()).permitUntil).toBe(0);
    });

    it('under a hold is looked at every hour, without a permit', async () => {
      await putRun();
      await held();
      expect(await look()).toBe(NOW + HOUR);
      expect(world.queued.dispatch).toEqual([]);
    });
  });

  describe('a run that people were given back to', () => {
    const look = (of: TestWorld = world) => tickFor('again', `${GROUP}|${D35}`, of);
    beforeEach(async () => {
      await world.plan.nextPage(GROUP, 'fr');
    });

    it('is opened again, with all of its pages as queued: those that are not complete are found', async () => {
      await putRun({ state: 'closed', queued: 2 });
      expect(await look()).toBeNull();
      expect(await world.plan.run(GROUP, D35)).toMatchObject({ state: 'open', queued: 2, reopened: 1, lookAt: NOW });
    });

    it.each<[string, Partial<Run>]>([
      ['is not there', { group: 'other' }],
      ['is superseded', { state: 'superseded' }],
    ])('stays as it is where it %s', async (_, changes) => {
      await putRun(changes);
      expect(await look()).toBeNull();
      expect(await world.plan.run(GROUP, D35)).toEqual(changes.state ? expect.objectContaining(changes) : undefined);
    });

    it('stays as it is where its group is not there', async () => {
      await putRun({ state: 'closed' });
      await look({ ...world, plan: { ...world.plan, group: async () => undefined } });
      expect((await world.plan.run(GROUP, D35))?.state).toBe('closed');
    });

    it.each([
      ['has opened it is left to them', 1, null],
      ['has only queued a page is asked again in a minute', 0, SOON],
    ])('that somebody else %s', async (_, more, next) => {
      await putRun({ state: 'open' });
      const { saveRun } = world.plan;
      const raced = {
        ...world,
        plan: {
          ...world.plan,
          saveRun: async (run: Run, read: Run) => {
            await saveRun({ ...read, queued: read.queued + 1, reopened: read.reopened + more }, read);
            return saveRun(run, read);
          },
        },
      };
      expect(await look(raced)).toBe(next);
    });
  });

  describe('a review', () => {
    const look = () => tickFor('review', GROUP);
    it('is asked for until all pages are through, for this date', async () => {
      expect(await look()).toBe(AGAIN);
      expect(world.queued.dispatch).toEqual([{ kind: 'review', group: GROUP }]);
      await world.plan.setReview(GROUP, { endDate: END, pages: 0 });
      expect(await look()).toBe(AGAIN);
      await world.plan.setReview(GROUP, { endDate: localDate('2026-05-18'), pages: 1 });
      expect(await look()).toBe(AGAIN);
      world.queued.dispatch.splice(0);
      await world.plan.setReview(GROUP, { endDate: END, pages: 1 });
      expect(await look()).toBeNull();
      expect(world.queued.dispatch).toEqual([]);
    });

    it('waits under a hold', async () => {
      await held();
      expect(await look()).toBe(NOW + HOUR);
      expect(world.queued.dispatch).toEqual([]);
    });

    it('of a group that was never opened ends with its date: nobody comes to it any more', async () => {
      const never = groupId({ ...groupKey(GROUP, PLAN), zone: 'Asia/Tokyo' });
      const over = wavesStart(END);
      expect(await tickFor('review', never, world, over - 1)).toBe(over - 1 + 15 * MINUTE);
      expect(await tickFor('review', never, world, over)).toBeNull();
      expect(await tickFor('review', GROUP, world, over)).toBe(over + 15 * MINUTE);
    });
  });

  describe('a move', () => {
    it('is asked for while the person is leaving, and not before or after', async () => {
      expect(await tickFor('move', 'ana')).toBeNull();
      expect(await tickFor('move', 'nobody')).toBeNull();
      expect(world.queued.dispatch).toEqual([]);
      await world.ledger.setLeaving('ana', { notBefore: localDate('2026-06-21'), since: NOW });
      expect(await tickFor('move', 'ana')).toBe(AGAIN);
      expect(world.queued.dispatch).toEqual([{ kind: 'move', userId: 'ana' }]);
    });
  });

  describe('a segment', () => {
    const look = () => tickFor('segment', 's#1');
    const put = (changes: Partial<SweepSegment> = {}) =>
      world.plan.createSegment({
        sweep: 's',
        segment: 1,
        of: 1,
        startedAt: NOW - HOUR,
        cursor: null,
        done: false,
        tally: {},
        ...changes,
      });

    it('is asked to go on, under the permits of all while a wave is open', async () => {
      await put();
      expect(await look()).toBe(AGAIN);
      expect(world.queued.sweep).toEqual([{ sweep: 's', segment: 1 }]);
      expect((await cohort('rest')).permitUntil).toBe(0);
      await setCohort(world, 'eea', { wave: 1 });
      await look();
      expect((await cohort('rest')).permitUntil).toBe(NOW + PERMIT);
    });

    it.each<[string, Partial<SweepSegment>, number | null]>([
      ['of no sweep', { sweep: 'other' }, null],
      ['that has ended', { done: true }, null],
      ['of a sweep that began more than a day ago', { startedAt: NOW - DAY - 1 }, null],
      ['of a sweep that began a day ago', { startedAt: NOW - DAY }, AGAIN],
    ])('%s is asked for as long as it makes sense', async (_, changes, next) => {
      await put(changes);
      expect(await look()).toBe(next);
      expect(world.queued.sweep).toHaveLength(next === null ? 0 : 1);
    });
  });

  describe('an intent', () => {
    it('is finished until it is closed', async () => {
      expect(await tickFor('intent', 'i')).toBeNull();
      const intent = { id: 'i', cohort: 'eea', arming: 'eea@1', wave: 1, at: NOW, chats: ['chat-1'], closedAt: null };
      await world.ledger.openIntent(intent);
      expect(await tickFor('intent', 'i')).toBe(AGAIN);
      expect(world.queued.disable).toEqual([{ kind: 'intent', intent: 'i' }]);
      await world.ledger.closeIntent('i', NOW);
      expect(await tickFor('intent', 'i')).toBeNull();
      expect(world.queued.disable).toHaveLength(1);
    });
  });

  describe('a moved date', () => {
    const TO = localDate('2026-07-14');
    const look = (since = NOW) => tickFor('date', `eea@${END}@${TO}@${isoInstant(since)}`);

    it('is followed once it stands in the cohort, and that is said', async () => {
      await setCohort(world, 'eea', { endDate: TO });
      expect(await look()).toBeNull();
      expect(await agenda()).toContainEqual(expect.objectContaining({ kind: 'sweep', id: 'extra' }));
      expect(world.logged).toContainEqual(['a date has moved', { cohort: 'eea', to: TO }]);
    });

    it('that does not stand there yet is waited for, ten minutes', async () => {
      expect(await look(NOW - 10 * MINUTE)).toBe(SOON);
      expect(await look(NOW - 10 * MINUTE - 1)).toBeNull();
      expect((await agenda()).filter(({ kind }) => kind === 'sweep')).toEqual([]);
    });

    it('of no cohort is not waited for for ever', async () => {
      const id = `nowhere@${END}@${TO}@${isoInstant(NOW - HOUR)}`;
      expect(await tickFor('date', id)).toBeNull();
    });
  });

  describe('a restore', () => {
    const look = (since = NOW, of = 'eea') => tickFor('restore', `${of}@c1@${isoInstant(since)}`);
    const state = { cohort: 'eea', change: 'c1', why: 'a mistake', startedAt: NOW, cursor: null, restored: 0, late: 0 };
    const begin = (changes: Partial<Restore> = {}) =>
      world.ledger.saveRestore({ ...state, done: false, ...changes }, undefined);

    it('goes on under its hold, once that is certain', async () => {
      await begin();
      await setCohort(world, 'eea', { hold, paused: hold, permitUntil: NOW - 1 });
      expect(await look()).toBe(AGAIN);
      expect(world.queued.disable).toEqual([{ kind: 'restore', cohort: 'eea' }]);
    });

    it('waits for the permits to run out', async () => {
      await begin();
      await setCohort(world, 'eea', { hold, paused: hold, permitUntil: NOW });
      expect(await look()).toBe(SOON);
      expect(world.queued.disable).toEqual([]);
    });

    it.each<[string, Partial<CohortState>]>([
      ['held', { paused: hold }],
      ['paused', { hold }],
    ])('whose cohort is not %s any more stops it first', async (_, changes) => {
      await begin();
      await setCohort(world, 'eea', { ...changes, permitUntil: NOW - 1 });
      expect(await look()).toBe(SOON);
      const { hold: isHeld, paused } = await cohort();
      expect([isHeld === null, paused === null]).toEqual([false, false]);
      expect(world.queued.disable).toEqual([]);
    });

    it('that is done, or of no cohort, is done with', async () => {
      await begin({ done: true });
      expect(await look()).toBeNull();
      expect(await look(NOW, 'nowhere')).toBeNull();
      expect((await cohort()).hold).toBeNull();
    });

    it('that has not begun is waited for, ten minutes', async () => {
      expect(await look(NOW - 10 * MINUTE)).toBe(SOON);
      expect(await look(NOW - 10 * MINUTE - 1)).toBeNull();
      await begin({ change: 'c0' });
      expect(await look(NOW - 10 * MINUTE)).toBe(SOON);
      expect(world.queued.disable).toEqual([]);
    });
  });

  describe('a group', () => {
    const look = async (now: number, group = GROUP) => {
      for (const item of await agenda()) await world.plan.unschedule(item);
      await world.plan.schedule({ at: now, kind: 'group', id: group });
      await tick(world, now);
      return runs();
    };
    const LATER = 'eea~Europe/Berlin~2026-06-21';
    const LATER_D35 = D35_AT + 33 * DAY;

    it.each([
      ['at that very instant is superseded', D14_AT, 'superseded'],
      ['a moment before is sent', D14_AT - 1, 'open'],
    ])('whose date moved after its first stage: the one that was due %s', async (_, movedAt, state) => {
      await setCohort(world, 'eea', { movedAt });
      expect(await look(D14_AT)).toEqual([
        [D14, state],
        [D35, 'superseded'],
      ]);
    });

    it.each([
      ['later than the cohort’s', localDate('2026-06-20'), 'open'],
      ['the cohort’s own', localDate('2026-06-21'), 'open'],
    ])('with a date of its own that is %s is not concerned by its move', async (_, endDate, state) => {
      await setCohort(world, 'eea', { endDate, movedAt: LATER_D35 });
      expect(await look(LATER_D35, LATER)).toEqual([['d35@2026-06-21', state]]);
    });

    it('with a date of its own that the cohort’s has overtaken is concerned by its move', async () => {
      await setCohort(world, 'eea', { endDate: localDate('2026-06-22'), movedAt: LATER_D35 + DAY });
      expect(await look(LATER_D35 + DAY, LATER)).toEqual([['d35@2026-06-22', 'superseded']]);
    });

    it('is told what was done, whether its date moved since or not, and nothing of the ladder any more', async () => {
      const over = ENDED + 10 * DAY;
      await setCohort(world, 'eea', { movedAt: over });
      const found = await look(over);
      expect(found.filter(([, state]) => state === 'open')).toEqual([[`done@${END}`, 'open']]);
    });

    it('opens a run once: what was closed since stays so', async () => {
      await putRun({ state: 'closed' });
      expect(await look(NOW)).toEqual([[D35, 'closed']]);
      expect((await agenda()).filter(({ kind }) => kind === 'run')).toEqual([]);
    });

    it('of no cohort fails, and the error names it', async () => {
      const error: unknown = await look(NOW, 'nowhere~Europe/Berlin~').catch((each: unknown) => each);
      expect((error as AggregateError).errors).toMatchObject([
        { message: 'group nowhere~Europe/Berlin~: its cohort is not there' },
      ]);
    });
  });

  describe('a sweep', () => {
    it('that is regular begins at the instant that was written down, whenever its item comes', async () => {
      await world.plan.nextSweep({ from: null, to: NOW - HOUR });
      await tickFor('sweep', 'regular');
      expect(world.queued.sweep).toEqual([{ sweep: isoInstant(NOW - HOUR), segment: 0 }]);
      expect(await world.plan.segment(isoInstant(NOW - HOUR), 0)).toMatchObject({ startedAt: NOW - HOUR, done: false });
    });

    it.each([
      ['none is written down', null],
      ['the next is later', NOW + 1],
    ])('that is regular does not begin where %s', async (_, to) => {
      if (to !== null) await world.plan.nextSweep({ from: null, to });
      expect(await tickFor('sweep', 'regular')).toBeNull();
      expect(world.queued.sweep).toEqual([]);
    });

    it('that is asked for in between begins at its own instant, and has no successor', async () => {
      await world.plan.nextSweep({ from: null, to: NOW - HOUR });
      expect(await tickFor('sweep', 'extra')).toBeNull();
      expect(world.queued.sweep).toEqual([{ sweep: isoInstant(NOW), segment: 0 }]);
      expect((await world.plan.sweeps()).next).toBe(NOW - HOUR);
      expect((await agenda()).filter(({ kind }) => kind === 'sweep')).toEqual([]);
    });
  });

  it('is counted in the log by its kind, and nothing is said where nothing was due', async () => {
    await tick(world, NOW - 1);
    expect(world.logged).toEqual([]);
    await tick(world, NOW);
    expect(world.logged).toEqual([
      ['a run has opened', { group: GROUP, notice: D35 }],
      ['agenda', { group: 1, run: 1 }],
    ]);
  });

  it('that fails is said by its kind and by what was thrown, and never by whom it is about (promise 15)', async () => {
    const failing = {
      ...world,
      ledger: { ...world.ledger, members: async () => Promise.reject(new TypeError('of ana')) },
    };
    await expect(tickFor('move', 'ana', failing)).rejects.toThrow('1 agenda items failed');
    expect(world.logged).toEqual([
      ['an agenda item failed', { kind: 'move', error: 'TypeError' }],
      ['agenda', { move: 1 }],
    ]);
  });
});

describe('the day’s budget', () => {
  const quota = async () => ({ rate: 14, daily: 1000, sentToday: 400 });
  const asking = () => {
    let asked = 0;
    const mailer = { ...world.mailer, quota: () => (asked++, quota()) };
    return { of: { ...world, mailer }, asked: () => asked };
  };

  it('is asked for once in a tick in which mail is dispatched, before that', async () => {
    const { of, asked } = asking();
    await world.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
    await tick(of, D35_AT);
    expect(asked()).toBe(1);
    expect(await world.plan.budget()).toEqual({ left: budgetLeft(PLAN, await quota()), rate: 14 });
  });

  it('is asked for where only a run is due', async () => {
    await tick(world, D35_AT);
    const { of, asked } = asking();
    await tick(of, D35_AT + 15 * MINUTE);
    expect(asked()).toBe(1);
  });

  it('is not asked for where nothing is to be mailed', async () => {
    const { of, asked } = asking();
    await world.plan.schedule({ at: D35_AT - DAY, kind: 'move', id: 'ana' });
    await tick(of, D35_AT - DAY);
    expect(asked()).toBe(0);
  });
});

describe('a sunset that is not active', () => {
  it('is left alone', async () => {
    await world.plan.putSunset({ ...(await world.plan.sunset())!, active: false });
    const before = await rows();
    await tick(world, D35_AT);
    expect(await rows()).toEqual(before);
  });
});

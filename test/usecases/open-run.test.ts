/** What becomes of a run that is opened again, of which somebody may be at work. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DAY, HOUR } from '../../functions/domain/time.ts';
import type { Run, World } from '../../functions/ports.ts';
import { newRun, openAgain, pagesOf } from '../../functions/usecases/open-run.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { GROUP, PLAN } from '../domain/examples.ts';
import { D35, D35_AT, startWorld, type TestWorld } from './world.ts';

let world: TestWorld;
const SUNSET = { plan: PLAN, hash: 'hash-2', active: true, templates: {} };
const NOW = D35_AT + DAY;
beforeEach(async () => {
  world = await startWorld({ at: NOW });
});
afterEach(() => world.tables.stop());

/** As a run stands after some of its pages. */
const there = (changes: Partial<Run> = {}): Run => ({
  group: GROUP,
  notice: D35,
  state: 'open',
  planHash: 'hash-1',
  openedAt: D35_AT,
  queued: 4,
  settled: { de: 2 },
  lookAt: D35_AT + HOUR,
  reopened: 1,
  through: null,
  tally: { accepted: 90, skipped: { saved: 10 } },
  ...changes,
});
const again = (x: Partial<{ at: number; queued: number }> = {}, of: TestWorld = world) =>
  openAgain(of.plan, SUNSET, { group: GROUP, notice: D35, at: NOW + HOUR, now: NOW, queued: 3, ...x });
const run = () => world.plan.run(GROUP, D35);
/** Everything is looked at anew. */
const ANEW = { state: 'open', planHash: 'hash-2', settled: {}, tally: null } as const;

describe('pages of a group', () => {
  it('are queued language by language, each from its first on', () => {
    const pages = { fr: 1, de: 2, 'zh-Hans': 1, ar: 1 };
    expect(pagesOf({ id: 'g', pages })).toEqual(['g~ar~1', 'g~de~1', 'g~de~2', 'g~fr~1', 'g~zh-Hans~1']);
    expect(pagesOf({ id: 'g', pages: {} })).toEqual([]);
  });
});

describe('a run that is new', () => {
  it('has nothing done, and may be looked at now', () => {
    expect(newRun(SUNSET, { group: GROUP, notice: D35, now: NOW })).toEqual({
      group: GROUP,
      notice: D35,
      openedAt: NOW,
      lookAt: NOW,
      ...ANEW,
      queued: 0,
      reopened: 0,
      through: null,
    });
  });
});

describe('a run that is opened again', () => {
  it('where it was never open is opened, for then, and its pages as queued as is said', async () => {
    expect(await again()).toBe(true);
    expect(await run()).toEqual({
      ...newRun(SUNSET, { group: GROUP, notice: D35, now: NOW }),
      queued: 3,
      lookAt: NOW + HOUR,
    });
  });

  it('is on the agenda first: cut off in between, it is found', async () => {
    const dying = { ...world, plan: { ...world.plan, openRun: async () => Promise.reject(new Error('killed')) } };
    await expect(again({}, dying)).rejects.toThrow('killed');
    expect(await world.plan.due(NOW + DAY, 10)).toEqual([{ at: NOW + HOUR, kind: 'run', id: `${GROUP}|${D35}` }]);
  });

  it('is on the agenda also where a tick has come before it was written, and seen it closed (promise 8)', async () => {
    await world.plan.createGroup(GROUP);
    await world.plan.openRun(there({ state: 'closed' }));
    const saveRun: World['plan']['saveRun'] = async (...x) => {
      await tick(world, NOW + HOUR);
      return world.plan.saveRun(...x);
    };
    expect(await again({}, { ...world, plan: { ...world.plan, saveRun } })).toBe(true);
    expect(await world.plan.due(NOW + 2 * HOUR, 10)).toEqual([
      { at: NOW + HOUR + 2, kind: 'run', id: `${GROUP}|${D35}` },
    ]);
  });

  it('is on the agenda also where a tick has seen it closed, and takes the row away only now (promise 8)', async () => {
    await world.plan.createGroup(GROUP);
    await world.plan.openRun(there({ state: 'closed' }));
    expect(await again()).toBe(true);
    await world.plan.unschedule({ at: NOW + HOUR, kind: 'run', id: `${GROUP}|${D35}` });
    expect(await world.plan.due(NOW + 2 * HOUR, 10)).toHaveLength(1);
  });

  it('where it was closed begins anew, and keeps when it was through', async () => {
    const through = { at: D35_AT + HOUR, accepted: 90 };
    await world.plan.openRun(there({ state: 'closed', through }));
    expect(await again()).toBe(true);
    expect(await run()).toEqual({
      ...there({
        ...ANEW,
        through,
      }),
      openedAt: NOW,
      queued: 3,
      lookAt: NOW + HOUR,
      reopened: 2,
    });
  });

  it('where it is open makes nobody wait longer, and forgets no page that was not queued yet', async () => {
    await world.plan.openRun(there());
    expect(await again()).toBe(true);
    expect(await run()).toEqual({ ...there(ANEW), queued: 3, reopened: 2 });
    await again({ queued: 40, at: D35_AT });
    expect(await run()).toMatchObject({ queued: 3, lookAt: D35_AT, openedAt: D35_AT, reopened: 3 });
  });

  it('is not where somebody else has changed it between our reading and our writing', async () => {
    await world.plan.openRun(there());
    const raced = {
      ...world,
      plan: {
        ...world.plan,
        run: async (...x: Parameters<typeof world.plan.run>) => {
          const read = await world.plan.run(...x);
          if (read !== undefined) await world.plan.saveRun({ ...read, queued: 5 }, read);
          return read;
        },
      },
    };
    expect(await again({}, raced)).toBe(false);
    expect(await run()).toMatchObject({ queued: 5, reopened: 1, planHash: 'hash-1' });
  });
});

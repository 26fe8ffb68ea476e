/** The nightly figures: what they add up, and who hears of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isoInstant } from '../../functions/domain/time.ts';
import type { Run } from '../../functions/ports.ts';
import { newRun } from '../../functions/usecases/open-run.ts';
import { report } from '../../functions/usecases/report.ts';
import { GROUP, hold, PLAN } from '../domain/examples.ts';
import { D14, D35, D35_AT, setCohort, startWorld, type TestWorld } from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

const run = (group: string, notice: string, changes: Partial<Run>) =>
  world.plan.openRun({ ...newRun({ hash: 'hash-1' }, { group, notice, now: D35_AT }), ...changes });
const NO_RUNS = { open: 0, closed: 0, superseded: 0 };

describe('the nightly report', () => {
  it('counts runs by their state, and people by stage and by what became of their notice', async () => {
    await run(GROUP, D35, { state: 'closed', tally: { accepted: 40, skipped: { saved: 2, 'no-address': 1 } } });
    await run('eea~Europe/Paris~', D35, { state: 'closed', tally: { accepted: 5, skipped: { saved: 3 } } });
    await run(GROUP, D14, { state: 'open', tally: { accepted: 7, skipped: {} } });
    await run('rest~Europe/Paris~', D35, { state: 'open' });
    await run('eea~Europe/Paris~', D14, { state: 'superseded' });
    expect(await report(world, D35_AT)).toMatchObject({
      runs: { open: 2, closed: 2, superseded: 1 },
      notices: { d35: { accepted: 45, saved: 5, 'no-address': 1 }, d14: { accepted: 7 } },
    });
  });

  it('says of each cohort its date, wave, hold and figures', async () => {
    await setCohort(world, 'eea', { wave: 1, hold, headCount: 12, disabled: 3 });
    const { cohorts } = (await report(world, D35_AT))!;
    expect(cohorts.map(({ id }) => id).toSorted()).toEqual(PLAN.cohorts.map(({ id }) => id).toSorted());
    expect(cohorts.find(({ id }) => id === 'eea')).toEqual({
      id: 'eea',
      endDate: '2026-05-19',
      wave: 1,
      hold: hold.why,
      encrypted: 12,
      disabled: 3,
    });
    expect(cohorts.find(({ id }) => id === 'pilot')).toMatchObject({ wave: 0, hold: null, encrypted: 0, disabled: 0 });
  });

  it('is kept, told to the platform, and its runs to the log', async () => {
    const saved: unknown[] = [];
    const saveReport = async (...x: unknown[]) => void saved.push(x);
    const figures = await report({ ...world, plan: { ...world.plan, saveReport } }, D35_AT);
    expect(figures).toMatchObject({ runs: NO_RUNS, notices: {} });
    expect(saved).toEqual([[D35_AT, figures]]);
    const detail = { sunset: PLAN.sunset, at: isoInstant(D35_AT), report: figures };
    expect(world.published).toEqual([{ type: 'SunsetReport', detail }]);
    expect(world.logged).toEqual([['the night was reported', NO_RUNS]]);
  });

  it('is none where there is no plan', async () => {
    const without = { ...world, plan: { ...world.plan, sunset: async () => undefined } };
    expect(await report(without, D35_AT)).toBeUndefined();
    expect([world.published, world.logged]).toEqual([[], []]);
  });
});

/** Plans that are applied, activated and amended: by whom, compared with what, and what comes of it. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { languagesOf } from '../../../functions/domain/language.ts';
import { parsePlan, planHash } from '../../../functions/domain/plan-file.ts';
import type { Plan } from '../../../functions/domain/plan.ts';
import { DAY } from '../../../functions/domain/time.ts';
import type { Office } from '../../../functions/ports.ts';
import { PLAN } from '../../domain/examples.ts';
import {
  cutOffAtEveryWrite,
  D35_AT,
  officeOf,
  onPage,
  rowsOf,
  MUTATING,
  startWorld,
  type TestWorld,
  unlessKilled,
} from '../world.ts';
import { ANA, type Asks, BEN, deskOf } from './desk.ts';

const YAML = readFileSync(new URL('../../../examples/instagram-e2ee.yaml', import.meta.url), 'utf8');
const HASH = planHash(PLAN);
const why = { reason: 'as legal has asked' };
const NIGHT = D35_AT - 20 * DAY;
/** The file, put otherwise in places. */
const edited = (...pairs: readonly (readonly [from: string, to: string])[]) =>
  pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the example has no "${from}"`);
    return text.replace(from, to);
  }, YAML);
const planOf = (yaml: string): Plan => {
  const parsed = parsePlan(yaml);
  if ('errors' in parsed) throw new Error(parsed.errors.map(({ sentence }) => sentence).join('\n'));
  return parsed.plan;
};
const TIGHTER = edited(['disableRate: 50 per second', 'disableRate: 5 per second']);
const LOOSER = edited(['headCountTolerance: 2 %', 'headCountTolerance: 5 %']);
const LATER = edited(['endDate: 2026-05-26', 'endDate: 2026-06-02']);
const REWORDED = edited(['url: https://example.com/help/encrypted-chats', 'url: https://example.org/login']);

let world: TestWorld;
let office: Office;
let [first, second]: Asks[] = [];
const begin = async (active = true): Promise<TestWorld> => {
  const begun = await startWorld({ at: NIGHT });
  await begun.plan.putSunset({ ...(await begun.plan.sunset())!, hash: HASH, active });
  return begun;
};
const sit = (of: TestWorld) => {
  office = officeOf(of);
  const desk = deskOf(office);
  [first, second] = [desk(ANA), desk(BEN)];
};
beforeEach(async () => {
  world = await begin();
  sit(world);
});
afterEach(() => world.tables.stop());

const running = async () => (await world.plan.sunset())!;
const apply = (yaml: string, base: string | null = HASH, by: Asks = first!) =>
  by.put('/v1/plan', { yaml, base, ...why });
const audit = async () => (await world.ledger.audit({ after: 0, limit: 100 })).map(({ who, what }) => [who, what]);

describe('a plan that runs', () => {
  it('is made more careful by one person', async () => {
    const { status, body } = await apply(TIGHTER);
    expect([status, body]).toMatchObject([200, { applied: true, change: null, diff: { needsSecondPerson: false } }]);
    expect(await running()).toMatchObject({ active: true, hash: planHash(planOf(TIGHTER)) });
    expect((await running()).plan.guardRails.disablePerSecond).toBe(5);
    expect(await audit()).toEqual([
      ['first-operator', 'plan-applied'],
      ['first-operator', 'plan-amended'],
    ]);
  });

  it.each([
    ['a looser limit', LOOSER],
    ['another word of what letters say', REWORDED],
  ])('takes two people for %s, and stays as it is before', async (_, yaml) => {
    const { body } = await apply(yaml);
    expect(body).toMatchObject({ applied: false, change: { state: 'open', proposal: { kind: 'amend' } } });
    expect((await running()).hash).toBe(HASH);
    expect((await first!.get('/v1/plan')).body.pending).toBe(planHash(planOf(yaml)));
    const approved = await second!.post(`/v1/changes/${body.change.id}/approve`, { hash: body.change.hash });
    expect(approved.body.state).toBe('applied');
    expect((await running()).hash).toBe(planHash(planOf(yaml)));
  });

  it('moves the dates that its file moves, and keeps those that were moved since', async () => {
    await onPage(world, ['ana']);
    const { body } = await apply(LATER);
    expect(body.diff.effects.moves).toMatchObject([{ cohort: 'rest', from: '2026-05-26', to: '2026-06-02' }]);
    const dates = Object.fromEntries((await world.plan.cohorts()).map(({ id, endDate }) => [id, endDate]));
    expect(dates).toMatchObject({ rest: '2026-06-02', eea: '2026-05-19' });
  });

  it('is not amended by what was compared with another plan, although the hash was approved (promise 12)', async () => {
    const { body } = await apply(LOOSER);
    await apply(TIGHTER, HASH, second);
    const { body: refused } = await second!.post(`/v1/changes/${body.change.id}/approve`, { hash: body.change.hash });
    expect(refused).toMatchObject({ code: 'content-changed' });
    expect((await running()).plan.guardRails).toMatchObject({ disablePerSecond: 5, headCountTolerance: 2 });
  });

  it('is not put back by one person whose letters took their time', async () => {
    let overtaken = false;
    office.templates.create = async () => {
      if (!overtaken) {
        overtaken = true;
        await apply(TIGHTER, HASH, second);
      }
      return 'there';
    };
    expect((await apply(LATER)).body).toMatchObject({ code: 'stale-plan' });
    expect((await running()).plan.guardRails.disablePerSecond).toBe(5);
  });

  it('is shown with what would change, and nothing is written', async () => {
    const rows = await rowsOf(world, world.tables.plan);
    const { body } = await first!.post('/v1/plan/diff', { yaml: LOOSER });
    expect(body).toMatchObject({ base: HASH, active: true, needsSecondPerson: true });
    expect(body.changes).toMatchObject([{ kind: 'limit', path: 'guardRails.headCountTolerance' }]);
    expect(await rowsOf(world, world.tables.plan)).toEqual(rows);
  });
});

describe('a plan that does not run yet', () => {
  beforeEach(async () => {
    await world.tables.stop();
    world = await begin(false);
    sit(world);
  });

  it('is applied by one, and activated by two on the same content', async () => {
    const { body } = await apply(LATER);
    expect(body).toMatchObject({ applied: true, change: null });
    const hash = planHash(planOf(LATER));
    expect(await running()).toMatchObject({ hash, active: false });
    const { body: change } = await first!.post('/v1/changes', { kind: 'activate', hash, ...why });
    expect(change.summary).toContain('rest until 2026-06-02');
    await second!.post(`/v1/changes/${change.id}/approve`, { hash: change.hash });
    expect((await running()).active).toBe(true);
    expect((await world.plan.cohort('rest'))?.endDate).toBe('2026-06-02');
    expect(Object.keys((await running()).templates)).toContain(`d35/${languagesOf(PLAN)[1]}`);
  });

  it('is not taken back by a draft whose letters took their time, once it was activated', async () => {
    let activated = false;
    office.templates.create = async () => {
      if (!activated) {
        activated = true;
        const { body } = await first!.post('/v1/changes', { kind: 'activate', hash: HASH, ...why });
        await second!.post(`/v1/changes/${body.id}/approve`, { hash: body.hash });
      }
      return 'there';
    };
    expect((await apply(LATER)).body).toMatchObject({ code: 'stale-plan' });
    expect(await running()).toMatchObject({ hash: HASH, active: true });
  });

  it.skipIf(MUTATING)(
    'has the dates that were approved, although another was cut off while it was activated',
    { timeout: 60_000 },
    async () => {
      const later = planOf(LATER);
      const outcomes = await cutOffAtEveryWrite(
        () => begin(false),
        async (mortal, immortal) => {
          const desk = (of: TestWorld) => deskOf(officeOf(of));
          const activate = async (of: TestWorld, hash: string) => {
            const { body } = await desk(of)(ANA).post('/v1/changes', { kind: 'activate', hash, ...why });
            return desk(of)(BEN).post(`/v1/changes/${body.id}/approve`, { hash: body.hash });
          };
          await activate(mortal, HASH).catch(unlessKilled);
          if ((await immortal.plan.sunset())?.active === true) return 'active';
          await desk(immortal)(ANA).put('/v1/plan', { yaml: LATER, base: HASH, ...why });
          await activate(immortal, planHash(later));
          return (await immortal.plan.cohorts())
            .map(({ id, endDate }) => [id, endDate])
            .toSorted(([a], [b]) => (a! < b! ? -1 : 1));
        },
      );
      const dates = later.cohorts.map(({ id, endDate }) => [id, endDate]).toSorted(([a], [b]) => (a! < b! ? -1 : 1));
      expect(outcomes.filter((each) => each !== 'active').length).toBeGreaterThan(3);
      for (const each of outcomes) if (each !== 'active') expect(each).toEqual(dates);
    },
  );
});

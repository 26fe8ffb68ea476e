/** A hold that the system sets by itself: with its entry, once, and never over another. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HOLD_SET } from '../../functions/contracts/log-lines.ts';
import { isoInstant } from '../../functions/domain/time.ts';
import { setHold } from '../../functions/usecases/set-hold.ts';
import { hold } from '../domain/examples.ts';
import { D35_AT, startWorld, type TestWorld } from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

const WHY = { who: 'breaker', why: 'bounced: 4 of 12' } as const;
const held = { at: isoInstant(D35_AT), ...WHY, what: 'held', subject: 'eea', from: null, to: null };
const audit = () => world.ledger.audit({ after: 0, limit: 100 });

describe('a hold that the system sets', () => {
  it('says who, why and since when, in the cohort, in the audit trail and in the log', async () => {
    await setHold(world, 'eea', WHY);
    expect((await world.plan.cohort('eea'))?.hold).toEqual({ ...WHY, since: D35_AT });
    expect(await audit()).toMatchObject([held]);
    expect(world.logged).toEqual([[HOLD_SET, { cohort: 'eea', why: WHY.why }]]);
  });

  it('is on no other cohort', async () => {
    await setHold(world, 'eea', WHY);
    expect((await world.plan.cohort('pilot'))?.hold).toBeNull();
  });

  it('leaves a hold that is there as it is, and writes nothing', async () => {
    await world.plan.hold('eea', hold);
    await setHold(world, 'eea', WHY);
    expect((await world.plan.cohort('eea'))?.hold).toEqual(hold);
    expect(await audit()).toEqual([]);
  });

  it('has its entry before it stands: cut off in between, it can be accounted for', async () => {
    const dying = { ...world, plan: { ...world.plan, hold: async () => Promise.reject(new Error('killed')) } };
    await expect(setHold(dying, 'eea', WHY)).rejects.toThrow('killed');
    expect(await audit()).toMatchObject([held]);
    expect((await world.plan.cohort('eea'))?.hold).toBeNull();
  });

  it('that comes a moment after another says in the trail that it was not set', async () => {
    const raced = {
      ...world,
      plan: {
        ...world.plan,
        hold: async (...x: Parameters<typeof world.plan.hold>) => {
          await world.plan.hold('eea', hold);
          return world.plan.hold(...x);
        },
      },
    };
    await setHold(raced, 'eea', WHY);
    expect((await world.plan.cohort('eea'))?.hold).toEqual(hold);
    expect(await audit()).toMatchObject([held, { ...held, what: 'not-done', why: 'held' }]);
  });

  it('on a cohort that is not there is none', async () => {
    await setHold(world, 'nowhere', WHY);
    expect(await audit()).toEqual([]);
  });
});

/** What a hold answers while somebody may be at work and while nobody can be, and what a release shows before it is done. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isoInstant, MINUTE } from '../../../functions/domain/time.ts';
import { hold } from '../../domain/examples.ts';
import { D35_AT, officeOf, setCohort, startWorld, type TestWorld } from '../world.ts';
import { ANA, type Asks, deskOf } from './desk.ts';

const why = { reason: 'support is overloaded' };
let world: TestWorld;
let ana: Asks;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
  const inFlight = async (step: string) => (step === 'notify' ? 7 : 3);
  ana = deskOf(officeOf(world, { inFlight }))(ANA);
});
afterEach(() => world.tables.stop());
const cohort = async () => (await world.plan.cohort('eea'))!;

describe('a hold', () => {
  it('says how much of mail and of chats may still be in hands while a permit lasts', async () => {
    await setCohort(world, 'eea', { permitUntil: D35_AT + MINUTE });
    const { body } = await ana.post('/v1/holds', { cohort: 'eea', ...why });
    expect(body).toMatchObject({ certain: false, certainFrom: isoInstant(D35_AT + MINUTE) });
    expect(body.mayFinish).toContain('7 pages of mail and 3 messages with chats');
  });

  it('is certain at once where the permit is over, and says that nothing is under way', async () => {
    await setCohort(world, 'eea', { permitUntil: D35_AT });
    const { body } = await ana.post('/v1/holds', { cohort: 'eea', ...why });
    expect(body).toMatchObject({ certain: true, certainFrom: isoInstant(D35_AT) });
    expect(body.mayFinish).toMatch(/^Nothing is under way/);
  });

  it('that is there already is answered with its own certainty', async () => {
    await setCohort(world, 'eea', { hold, permitUntil: D35_AT + MINUTE });
    const { body } = await ana.post('/v1/holds', { cohort: 'eea', ...why });
    expect(body.cohorts).toEqual([{ cohort: 'eea', certainFrom: isoInstant(D35_AT + MINUTE), already: true }]);
  });
});

describe('a release that is only looked at', () => {
  it('changes nothing, and shows the same version; done, it ends the hold', async () => {
    await setCohort(world, 'eea', { hold });
    const before = await cohort();
    const { body } = await ana.post('/v1/releases', { cohort: 'eea', dryRun: true, ...why });
    expect(body).toMatchObject({ applied: false, cohorts: [{ cohort: 'eea', version: before.version }] });
    expect(await cohort()).toEqual(before);
    expect(await world.ledger.audit({ after: 0, limit: 10 })).toEqual([]);
    const done = await ana.post('/v1/releases', { cohort: 'eea', ...why });
    expect(done.body).toMatchObject({ applied: true, cohorts: [{ version: before.version + 1 }] });
    expect((await cohort()).hold).toBeNull();
  });

  it('of everything is of the cohorts that are held, and of no others', async () => {
    await setCohort(world, 'eea', { hold });
    const { body } = await ana.post('/v1/releases', { cohort: null, dryRun: true, ...why });
    expect(body.cohorts.map((each: { cohort: string }) => each.cohort)).toEqual(['eea']);
  });
});

/** What a second person is shown of each change, what it does once approved, and what the audit trail keeps of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DAY, HOUR, type Instant, isoInstant, MINUTE } from '../../../functions/domain/time.ts';
import type { CohortState } from '../../../functions/domain/wave.ts';
import { hold, PLAN } from '../../domain/examples.ts';
import {
  D14_AT,
  D35,
  D35_AT,
  ENDED,
  officeOf,
  onPage,
  putUser,
  setCohort,
  startWorld,
  type TestWorld,
} from '../world.ts';
import { ANA, type Asks, BEN, deskOf } from './desk.ts';

const why = { reason: 'as the board has decided' };
let world: TestWorld;
let first: Asks;
let second: Asks;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
  await onPage(world, ['ana', 'ben']);
  const desk = deskOf(officeOf(world));
  [first, second] = [desk(ANA), desk(BEN)];
});
afterEach(() => world.tables.stop());

const cohort = async (): Promise<CohortState> => (await world.plan.cohort('eea'))!;
const propose = async (kind: string, more: object = {}) =>
  (await first.post('/v1/changes', { kind, ...why, ...more })).body;
const ofCohort = async (kind: string, more: object = {}) =>
  propose(kind, { cohort: 'eea', version: (await cohort()).version, ...more });
const approve = async ({ id, hash }: { id: string; hash: string }) =>
  (await second.post(`/v1/changes/${id}/approve`, { hash })).body;
/** What the trail says of the deed itself. */
const lastEntry = async () => (await world.ledger.audit({ after: 0, limit: 100 })).at(-1);
const BY = 'first-operator, second-operator';
const armed = (headCount: number) => ({ arming: { id: 'eea@1', headCount, at: D35_AT, by: ['a', 'b'] } });
const sweeps = async (until: Instant) =>
  (await world.plan.due(until, 50)).filter(({ kind }) => kind === 'sweep').map(({ at, id }) => [at, id]);

describe('arming', () => {
  const arm = (headCount: number) => ofCohort('arm', { headCount });

  it.each([
    [1, '1 encrypted chat;', '1 chat.'],
    [12_000, '12,000 encrypted chats;', '12,000 chats.'],
  ])('of %i names the number, the first wave’s share and when it opens', async (headCount, shown, done) => {
    await world.plan.setTally('eea', { headCount, nominated: 0 });
    const change = await arm(headCount);
    expect(change.summary).toBe(
      `arms eea to disable up to ${shown} its first wave, ${PLAN.guardRails.waves[0]} %, opens from ${isoInstant(ENDED)} on`,
    );
    expect((await approve(change)).result).toBe(`Cohort eea is armed for ${done}`);
    expect(await lastEntry()).toMatchObject({
      who: 'second-operator',
      what: 'armed',
      why: `c1: ${why.reason}`,
      subject: 'eea',
      to: `${headCount} chats, by ${BY}`,
    });
  });

  it.each([
    ['while the cohort is held or paused, which end', { hold, paused: hold }],
    ['where its waves had opened under an earlier arming', { wave: 4, waveOpenedAt: ENDED + DAY }],
  ])('says the same of its first wave %s', async (_, changes) => {
    await world.plan.setTally('eea', { headCount: 10, nominated: 0 });
    await setCohort(world, 'eea', changes);
    expect((await arm(10)).summary).toContain(`opens from ${isoInstant(ENDED)} on`);
  });

  it('is for a head-count that is as far from the counted one as the plan tolerates, and no farther', async () => {
    const { headCountTolerance } = PLAN.guardRails;
    await world.plan.setTally('eea', { headCount: 100 + headCountTolerance, nominated: 0 });
    expect(await arm(100)).toMatchObject({ state: 'open' });
    await world.plan.setTally('eea', { headCount: 101 + headCountTolerance, nominated: 0 });
    expect(await arm(100)).toMatchObject({ code: 'stale-head-count' });
  });

  it.each([
    [1, 'for 1 chat.'],
    [3, 'for 3 chats.'],
  ])('of what is armed for %i is refused with that number', async (headCount, says) => {
    await setCohort(world, 'eea', armed(headCount));
    expect((await arm(5)).sentence).toContain(says);
  });

  it('given twice, because it was cut off, is one arming', async () => {
    await world.plan.setTally('eea', { headCount: 10, nominated: 0 });
    const change = await arm(10);
    const cutOff = officeOf(world);
    const { saveChange } = cutOff.office;
    let saves = 0;
    const office = {
      ...cutOff.office,
      saveChange: async (each: Parameters<typeof saveChange>[0]) => {
        if (++saves === 2) throw new Error('killed');
        return saveChange(each);
      },
    };
    await deskOf({ ...cutOff, office })(BEN)
      .post(`/v1/changes/${change.id}/approve`, { hash: change.hash })
      .catch(() => {});
    expect((await cohort()).arming?.id).toBe('eea@c1');
    const before = await cohort();
    await approve(change);
    expect((await cohort()).arming).toEqual(before.arming);
  });
});

describe('advancing', () => {
  const advance = (more: object = {}) => ofCohort('advance', more);
  beforeEach(() => setCohort(world, 'eea', { ...armed(10), wave: 1, waveOpenedAt: D35_AT }));

  it('names the soak that it cuts short, and the wave that opens', async () => {
    const change = await advance();
    const { waves, soakHours } = PLAN.guardRails;
    expect(change.summary).toBe(
      `cuts the soak of wave 1 of eea short (${soakHours} hours): the next wave, ${waves[1]} %, opens within minutes`,
    );
    expect((await approve(change)).result).toBe('The next wave of cohort eea opens within minutes.');
    expect((await cohort()).soakWaived).toBe(1);
    expect(await lastEntry()).toMatchObject({ what: 'soak-cut-short', subject: 'eea', from: 'wave 1' });
  });

  it('is refused before the first wave, and a second time, each with what is so', async () => {
    await setCohort(world, 'eea', { soakWaived: 1 });
    expect(await advance()).toMatchObject({
      code: 'soak-over',
      sentence: 'The soak of wave 1 of cohort eea was cut short already.',
    });
    await setCohort(world, 'eea', { wave: 0, waveOpenedAt: null });
    expect(await advance()).toMatchObject({ code: 'soak-over', sentence: expect.stringContaining('has not opened') });
  });

  it('of a cohort that has changed since is refused', async () => {
    expect(await advance({ version: 999 })).toMatchObject({ code: 'stale-version' });
  });

  it('is of the wave that was seen, and of no later one', async () => {
    const change = await advance();
    await setCohort(world, 'eea', { wave: 0 });
    expect((await approve(change)).code).toBeDefined();
    expect((await cohort()).soakWaived).toBe(0);
  });
});

describe('restoring', () => {
  const restore = (more: object = {}) => ofCohort('restore', more);
  const { restoreWindowHours } = PLAN.guardRails;
  beforeEach(() => setCohort(world, 'eea', { ...armed(10), wave: 1, lastFlipAt: D35_AT - HOUR }));

  it('says what it does to the chats and to the cohort, and begins under a hold', async () => {
    const change = await restore();
    expect(change.summary).toMatch(
      new RegExp(`^restores eea: every chat of it whose window of ${restoreWindowHours} hours is open .* holds eea`),
    );
    expect((await approve(change)).result).toMatch(/^Cohort eea is held and paused/);
    expect(await world.ledger.restore('eea')).toMatchObject({ change: 'c1', why: `c1: ${why.reason}`, done: false });
    expect((await world.ledger.audit({ after: 0, limit: 100 })).map(({ what }) => what)).toContain('restore-begun');
  });

  it('is refused while another one is under way', async () => {
    await approve(await restore());
    expect(await restore()).toMatchObject({ code: 'restore-under-way', sentence: expect.stringContaining('eea') });
  });

  it('is refused from five minutes before the end of the last window on', async () => {
    const over = D35_AT - HOUR + restoreWindowHours * HOUR - 5 * MINUTE;
    world.clock.set(over - 1);
    expect(await restore()).toMatchObject({ state: 'open' });
    world.clock.set(over);
    expect(await restore()).toMatchObject({ code: 'restore-window-over' });
  });

  it('of a cohort that has changed since is refused', async () => {
    expect(await restore({ version: 999 })).toMatchObject({ code: 'stale-version' });
  });
});

describe('a waiver', () => {
  it.each([
    [[], 'was told: 0 notices have reached them'],
    [[D35], 'was told: 1 notice has reached them'],
  ])('after %j says how much proof there is, and of how many chats', async (notices, says) => {
    for (const notice of notices) await world.ledger.addFacts('ana', [{ kind: 'delivered', notice, at: D35_AT }]);
    const change = await propose('waive', { person: 'ana' });
    expect(change.summary).toContain(says);
    expect(change.summary).toContain(`${PLAN.guardRails.requiredNotices} are needed; 1 chat of theirs`);
    expect((await approve(change)).result).toContain('waived');
    expect((await world.ledger.members(['ana'])).get('ana')?.facts.waived).toBe(D35_AT);
    expect(await lastEntry()).toMatchObject({ what: 'waived', subject: 'ana', to: `by ${BY}` });
    expect(await sweeps(D35_AT + DAY)).toEqual([[D35_AT + HOUR, 'extra']]);
  });

  it('is for who has all notices too, where their address is gone', async () => {
    for (const [notice, at] of [
      [D35, D35_AT],
      ['d14@2026-05-19', D14_AT],
    ] as const)
      await world.ledger.addFacts('ana', [{ kind: 'delivered', notice, at }]);
    expect(await propose('waive', { person: 'ana' })).toMatchObject({ code: 'needs-no-waiver' });
    await world.ledger.addFacts('ana', [{ kind: 'unreachable', at: D14_AT }]);
    await putUser(world, 'ana', { email: null });
    expect(await propose('waive', { person: 'ana' })).toMatchObject({ state: 'open' });
  });
});

describe('the end of an exemption', () => {
  it('is said, done, kept in the trail, and followed by a sweep in about an hour', async () => {
    await world.ledger.exempt('ana', D35_AT - DAY);
    const change = await propose('end-exemption', { person: 'ana' });
    expect(change.summary).toBe('ends the exemption of person ana: they are told, and their chats can be disabled');
    expect((await approve(change)).result).toContain('not exempt any more');
    expect((await world.ledger.members(['ana'])).get('ana')?.exempt).toBe(false);
    expect(await lastEntry()).toMatchObject({ what: 'exemption-ended', subject: 'ana', from: 'exempt' });
    expect(await sweeps(D35_AT + DAY)).toEqual([[D35_AT + HOUR, 'extra']]);
  });
});

describe('a sweep that is asked for', () => {
  it.each([
    ['comes at the next full hour', D35_AT + HOUR - 5 * MINUTE - 1, D35_AT + HOUR],
    ['leaves five minutes to what it is to see', D35_AT + HOUR - 5 * MINUTE, D35_AT + 2 * HOUR],
  ])('%s', async (_, asked, at) => {
    await world.ledger.exempt('ana', D35_AT - DAY);
    world.clock.set(asked);
    await approve(await propose('end-exemption', { person: 'ana' }));
    expect(await sweeps(D35_AT + DAY)).toEqual([[at, 'extra']]);
  });
});

describe('activating', () => {
  it('names the plan and every cohort with its date', async () => {
    world.clock.set(D35_AT - 30 * DAY);
    const sunset = (await world.plan.sunset())!;
    const hash = '0123456789abcdef'.repeat(4);
    await world.plan.putSunset({ ...sunset, hash, active: false });
    const change = await propose('activate', { hash });
    expect(change.summary).toBe(
      `activates plan 0123456789ab: ${PLAN.cohorts.map(({ id, endDate }) => `${id} until ${endDate}`).join(', ')}; from now on its people are found and told`,
    );
    expect((await approve(change)).result).toBe('The plan is active.');
    expect(await lastEntry()).toMatchObject({
      what: 'plan-activated',
      why: `c1: ${why.reason}`,
      subject: 'plan',
      to: hash,
    });
  });

  it('without a plan is refused, with what to do', async () => {
    const office = officeOf(world);
    const without = deskOf({ ...office, plan: { ...office.plan, sunset: async () => undefined } });
    const { body } = await without(ANA).post('/v1/changes', { kind: 'activate', hash: '0'.repeat(64), ...why });
    expect(body).toMatchObject({ code: 'no-plan', todo: expect.stringContaining('sunset plan apply') });
  });
});

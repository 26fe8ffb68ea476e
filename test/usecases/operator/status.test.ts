import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Status } from '../../../functions/contracts/operator-api.ts';
import { NO_OUTCOMES } from '../../../functions/domain/breaker.ts';
import { chunks } from '../../../functions/domain/chunks.ts';
import { DAY, HOUR, isoInstant } from '../../../functions/domain/time.ts';
import type { Office } from '../../../functions/ports.ts';
import { countRequests } from '../../../functions/runtime/counted.ts';
import { status } from '../../../functions/usecases/operator/status.ts';
import { BERLIN, END, GROUP, PLAN, ZONES } from '../../domain/examples.ts';
import { D14, D14_AT, D35, D35_AT, MUTATING, officeOf, setCohort, startWorld, type TestWorld } from '../world.ts';

let world: TestWorld;
let office: Office;
const QUEUE = { name: 'notify', waiting: 12, oldest: 3, deadLetters: 0 };

beforeAll(async () => {
  world = await startWorld({ at: D35_AT });
  const { plan } = world;
  for (const [group, people] of [
    [GROUP, 70],
    ['eea~Europe/Lisbon~', 30],
    ['eea~?~', 0],
    [`eea~${BERLIN}~2026-06-07`, 5],
    [`rest~Asia/Tokyo~`, 9],
  ] as const) {
    await plan.createGroup(group);
    await plan.countPeople(group, people);
  }
  await plan.countOutcomes('eea', D35, { delivered: 1180, bounced: 20 });
  await plan.countOutcomes('eea', `moved@${END}`, { delivered: 3 });
  await plan.setBudget({ left: 1234, rate: 50 });
  const change = {
    version: 1,
    proposal: { kind: 'waive', person: 'ana', reason: 'at sea' },
    summary: 'waives',
    pinned: '',
    hash: 'a'.repeat(64),
    proposedBy: 'first-operator',
    state: 'open',
    approvals: [],
    result: null,
  } as const;
  await plan.createChange({ ...change, id: 'c1', proposedAt: D35_AT - HOUR });
  await plan.createChange({ ...change, id: 'c2', proposedAt: D35_AT - 2 * DAY });
  office = {
    ...officeOf(world, { queues: async () => [QUEUE] }),
    requests: countRequests(world.tables.client),
  };
});
afterAll(() => world.tables.stop());

const at = (now: number) => status(office, { now });
const eea = async (now: number) => {
  const cohort = (await at(now)).cohorts.find(({ id }) => id === 'eea');
  if (cohort === undefined) throw new Error('there is no cohort eea');
  return cohort;
};

describe('status', () => {
  it('is what the contract says, and tells of the whole sunset', async () => {
    const answer = await at(D35_AT);
    expect(v.parse(Status, { ...answer, planHash: null })).toEqual({ ...answer, planHash: null });
    expect(answer).toMatchObject({
      at: isoInstant(D35_AT),
      sunset: PLAN.sunset,
      active: true,
      people: 2,
      warning: null,
      queues: [QUEUE],
      budget: { left: 1234, rate: 50 },
      lastSweep: null,
    });
    // The other one has expired, though nobody has come by to say so.
    expect(answer.openChanges).toBe(1);
    expect(answer.cohorts.map(({ id }) => id).sort()).toEqual(PLAN.cohorts.map(({ id }) => id).sort());
  });

  it('tells of a cohort how many people it has, what SES said, and how near its breakers are', async () => {
    const cohort = await eea(D35_AT);
    expect(cohort.people).toBe(105);
    const told = Object.fromEntries(cohort.stages.map(({ notice, outcomes }) => [notice, outcomes]));
    expect(told[D35]).toEqual({ ...NO_OUTCOMES, delivered: 1180, bounced: 20 });
    expect(told[D14]).toEqual(NO_OUTCOMES);
    expect(told[`moved@${END}`]).toEqual({ ...NO_OUTCOMES, delivered: 3 });
    // 20 of 1203 are 1.66 %, of a limit of 4 %.
    expect(cohort.breakers.find(({ name }) => name === 'bounces')).toEqual({
      name: 'bounces',
      percent: 41.6,
      limit: 4,
    });
  });

  it('says when each stage goes out, from the first of its zones to the last', async () => {
    const { stages } = await eea(D35_AT);
    expect(stages.filter(({ stage }) => stage !== 'moved').map(({ stage }) => stage)).toEqual(
      PLAN.stages.map(({ name }) => name),
    );
    expect(stages.find(({ notice }) => notice === D14)).toMatchObject({
      from: isoInstant(D14_AT),
      to: isoInstant(D14_AT + HOUR),
    });
  });

  it('says what comes next', async () => {
    expect((await eea(D35_AT + 2 * HOUR)).next).toEqual({
      what: `d35@2026-06-07 begins to go out`,
      at: isoInstant(D35_AT + 19 * DAY),
    });
    const hold = { who: 'first-operator', why: 'support overloaded', since: D35_AT };
    await setCohort(world, 'eea', { hold });
    const held = await eea(D35_AT + 2 * HOUR);
    expect(held.next).toEqual({
      what: 'held by first-operator: support overloaded; waits to be released',
      at: null,
    });
    expect(held.hold).toEqual({ ...hold, since: isoInstant(D35_AT) });
    await setCohort(world, 'eea', { hold: null });
  });

  it('says until when somebody may be at work, and no more once that is over', async () => {
    const until = D35_AT + 365 * DAY;
    expect((await eea(D35_AT)).permitUntil).toBe(isoInstant(until));
    expect((await eea(until)).permitUntil).toBeNull();
  });

  it.skipIf(MUTATING)(
    'reads at most 20 requests, as they go over the wire, however many groups there are',
    { timeout: 30_000 },
    async () => {
      const puts = PLAN.cohorts.flatMap(({ id }) =>
        ZONES.map((zone) => ({
          pk: 'GROUP',
          sk: `${id}~${zone}~2026-07-05`,
          pages: { de: 400 },
          review: null,
        })),
      );
      expect(puts.length).toBeGreaterThan(1000);
      await world.tables.plan.batchWrite({ puts });
      for (const some of chunks(puts, 100)) await Promise.all(some.map(({ sk }) => world.plan.countPeople(sk, 20_000)));
      const { client } = world.tables;
      const send = client.send.bind(client);
      let seen = 0;
      client.send = ((...x: Parameters<typeof send>) => {
        seen += 1;
        return send(...x);
      }) as typeof send;
      const answer = await at(D35_AT);
      client.send = send as typeof client.send;
      expect(answer.cohorts.find(({ id }) => id === 'eea')?.people).toBe(105 + 20_000 * ZONES.length);
      expect(answer.requests).toBe(seen);
      // The queues are one more.
      expect(seen + 1).toBeLessThanOrEqual(20);
    },
  );

  it('tells of a deployment without a plan', async () => {
    const empty = await startWorld({ at: D35_AT });
    await empty.tables.plan.batchWrite({ deletes: [{ pk: 'SUNSET', sk: 'SUNSET' }] });
    const answer = await status(officeOf(empty), { now: D35_AT });
    expect(answer).toMatchObject({ sunset: null, active: false, planHash: null, people: 2, cohorts: [] });
    await empty.tables.stop();
  });
});

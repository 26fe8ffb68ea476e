/** What looking costs in requests, as they go over the wire: it grows neither with the audience nor with the weeks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addDays, localDate } from '../../../functions/domain/time.ts';
import { countRequests } from '../../../functions/runtime/counted.ts';
import { notify } from '../../../functions/usecases/notify.ts';
import { aPlan, BERLIN, END, GROUP, PAGE, PLAN, ZONES } from '../../domain/examples.ts';
import {
  D14,
  D14_AT,
  D35,
  D35_AT,
  delivering,
  officeOf,
  onPage,
  putChat,
  startWorld,
  type TestWorld,
  workOff,
} from '../world.ts';
import { ANA, deskOf } from './desk.ts';

const SUNDAYS = Array.from({ length: 30 }, (_, at) => addDays(localDate('2026-06-07'), 7 * at));

/** What asking costs, and what is answered. */
function counting(world: TestWorld): (path: string) => Promise<{ cost: number; body: any }> {
  const requests = countRequests(world.tables.client);
  const desk = deskOf({ ...officeOf(world), requests })(ANA);
  return async (path) => {
    const before = requests();
    const { status, body } = await desk.get(path);
    expect(status).toBe(200);
    return { cost: requests() - before, body };
  };
}

describe('status', () => {
  const cohorts = Array.from({ length: 30 }, (_, at) => ({ ...PLAN.cohorts[0]!, id: `cohort-${at}` }));
  const stages = [...PLAN.stages.map(({ name }) => name), 'moved', 'done'];
  let world: TestWorld;
  let ask: ReturnType<typeof counting>;
  beforeAll(async () => {
    world = await startWorld({ at: D35_AT, plan: aPlan({ cohorts }) });
    ask = counting(world);
    // The plan is read once by a process.
    await ask('/v1/status');
  });
  afterAll(() => world.tables.stop());

  it('costs the same however many weeks people come late', async () => {
    const groups = ['', ...SUNDAYS].map((date) => `cohort-0~${BERLIN}~${date}`);
    const costs: number[] = [];
    for (const group of groups) {
      await world.plan.createGroup(group);
      await world.plan.countPeople(group, 50_000);
      costs.push((await ask('/v1/status')).cost);
    }
    expect(new Set(costs).size).toBe(1);
    const { body } = await ask('/v1/status');
    expect(body.cohorts.find(({ id }: { id: string }) => id === 'cohort-0').people).toBe(50_000 * groups.length);
  });

  it(
    'costs at most 20 requests with 30 cohorts in every zone, of whom some came late in each of 30 weeks',
    { timeout: 60_000 },
    async () => {
      // As `countPeople` has them: almost 400,000 groups are some 12,600 populations.
      const written = await world.tables.plan.get({ pk: 'POPULATION', sk: `cohort-0~${BERLIN}~` });
      expect(written).toMatchObject({ people: 50_000 * (1 + SUNDAYS.length), notBefore: new Set(SUNDAYS) });
      const populations = cohorts.flatMap(({ id }) => ZONES.map((zone) => ({ ...written, sk: `${id}~${zone}~` })));
      const counters = cohorts.flatMap(({ id }) =>
        [END, ...SUNDAYS].flatMap((date) =>
          stages.map((stage) => ({
            pk: 'COUNTERS',
            sk: `${id}|${stage}@${date}`,
            delivered: 1_000_000,
            bounced: 10_000,
          })),
        ),
      );
      await world.tables.plan.batchWrite({ puts: [...populations, ...counters] });
      const { cost, body } = await ask('/v1/status');

      expect(body.cohorts).toHaveLength(30);
      expect(body.cohorts[7].people).toBe(ZONES.length * 50_000 * (1 + SUNDAYS.length));
      // The queues are one more.
      expect(cost + 1).toBeLessThanOrEqual(20);
      expect(cost).toBe(body.requests);
    },
  );
});

describe('person and explain', () => {
  const alone = `${GROUP.replace(BERLIN, 'Europe/Lisbon')}~de~1`;
  let world: TestWorld;
  let ask: ReturnType<typeof counting>;
  beforeAll(async () => {
    world = await startWorld({ at: D35_AT });
    await onPage(
      world,
      Array.from({ length: 50 }, (_, at) => `person-${at}`),
    );
    await onPage(world, ['alone'], alone);
    await putChat(
      world,
      'chat-of-many',
      Array.from({ length: 50 }, (_, at) => `person-${at}`),
    );
    world.mailer.answer = delivering(world);
    for (const [notice, at] of [
      [D35, D35_AT],
      [D14, D14_AT],
    ] as const) {
      world.clock.set(at);
      await notify(world, { page: PAGE, notice });
      await notify(world, { page: alone, notice });
      await workOff(world);
    }
    ask = counting(world);
  });
  afterAll(() => world.tables.stop());

  it('cost the same for somebody among many as for somebody alone', async () => {
    const [one, another] = [await ask('/v1/people/person-7'), await ask('/v1/people/alone')];
    expect([one.body.notices.length, another.body.notices.length]).toEqual([2, 2]);
    expect(one.cost).toBe(another.cost);
    expect(one.cost).toBeLessThanOrEqual(6);
    const [chat, own] = [await ask('/v1/chats/chat-of-many'), await ask('/v1/chats/chat-of-alone')];
    expect([chat.body.participants.length, own.body.participants.length]).toEqual([50, 1]);
    expect(chat.cost).toBe(own.cost);
    expect(chat.cost).toBeLessThanOrEqual(3);
  });

  it('cost a request more for each page that somebody was on before', async () => {
    const before = (await ask('/v1/people/person-7')).cost;
    const page = `eea~${BERLIN}~2026-06-07~de~1`;
    await world.ledger.createPage(page, ['person-7']);
    await world.ledger.setLeaving('person-7', { notBefore: SUNDAYS[0]!, since: D14_AT });
    const told = { notices: [D35, D14], lastDay: null, endDate: END };
    const group = `eea~${BERLIN}~2026-06-07`;
    await world.ledger.movePointer('person-7', { from: PAGE, group, page, told });
    expect((await ask('/v1/people/person-7')).cost).toBe(before + 1);
  });
});

import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Doctor } from '../../../functions/contracts/operator-api.ts';
import { HOUR, isoInstant, MINUTE } from '../../../functions/domain/time.ts';
import type { Office } from '../../../functions/ports.ts';
import { copyAudit } from '../../../functions/usecases/operator/audit-trail.ts';
import { doctor } from '../../../functions/usecases/operator/doctor.ts';
import { GROUP, PLAN } from '../../domain/examples.ts';
import { D35_AT, officeOf, setCohort, startWorld, type TestWorld } from '../world.ts';

const NOW = D35_AT - 2 * HOUR;
let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ at: NOW });
  await world.plan.createGroup(GROUP);
  await world.plan.countPeople(GROUP, 40_000);
});
afterAll(() => world.tables.stop());

async function found(x: Partial<Office['surroundings']> = {}, now = NOW) {
  const answer = await doctor(officeOf(world, x), { now });
  expect(v.parse(Doctor, answer)).toEqual(answer);
  return answer;
}
const stateOf = async (check: string, x: Partial<Office['surroundings']> = {}, now = NOW) =>
  (await found(x, now)).findings.filter((each) => each.check === check);
const QUEUE = { name: 'notify', waiting: 0, oldest: null, deadLetters: 0 };

describe('doctor', () => {
  it('finds nothing wrong where nothing is, but what nobody can ask', async () => {
    const { senderDomain, findings } = await found();
    expect(senderDomain).toBe('example.com');
    expect(findings.filter(({ state }) => state !== 'ok').map(({ check, state }) => [check, state])).toEqual([
      ['pricing plan', 'unknown'],
    ]);
    expect(findings.map(({ check }) => check)).toEqual([
      'plan',
      'holds',
      'sender',
      'dkim',
      'sandbox',
      'quota',
      'pricing plan',
      'configuration set',
      'dead letters',
      'alarms',
      'tick',
      'audit copies',
    ]);
  });

  it.each<[string, string, Parameters<typeof officeOf>[1], string]>([
    [
      'sender',
      'wrong',
      { sender: async () => ({ verified: false, dkim: true, domain: 'example.org' }) },
      'SES has not verified example.org: it refuses all of our mail',
    ],
    [
      'dkim',
      'wrong',
      { sender: async () => ({ verified: true, dkim: false, domain: 'example.org' }) },
      'mail of example.org is not signed: large mailbox providers refuse it or call it spam',
    ],
    [
      'sandbox',
      'wrong',
      { quota: async () => ({ rate: 1, daily: 200, sentToday: 0 }) },
      'the account is in the sandbox of SES: 200 mails a day, to verified addresses only',
    ],
    [
      'quota',
      'warning',
      { quota: async () => ({ rate: 50, daily: 10_000, sentToday: 0 }) },
      '40,000 mails are due on 14 April 2026, the busiest day to come; 9,000 can leave in a day: the rest leaves on the days after',
    ],
    [
      'configuration set',
      'wrong',
      { configurationSet: async () => ({ exists: false, events: false }) },
      'the configuration set is missing: SES refuses all of our mail',
    ],
    [
      'configuration set',
      'unknown',
      { configurationSet: async () => ({ exists: true, events: false }) },
      'SES does not show whom the configuration set tells of deliveries: without its events no notice can be proven, and no chat disabled',
    ],
    [
      'dead letters',
      'wrong',
      { queues: async () => [QUEUE, { ...QUEUE, name: 'disable', deadLetters: 1 }] },
      '1 message of queue disable was given up',
    ],
    [
      'alarms',
      'wrong',
      { alarms: async () => ({ sounding: ['NotifyErrors', 'DisableAge'], all: 40 }) },
      '2 of 40 alarms sound: DisableAge and NotifyErrors',
    ],
    [
      'alarms',
      'wrong',
      { alarms: async () => ({ sounding: [], all: 0 }) },
      'this deployment has no alarms: nobody hears of a failure',
    ],
  ])('%s is %s, with what to do', async (check, state, surroundings, sentence) => {
    const [finding] = await stateOf(check, surroundings);
    expect(finding).toMatchObject({ state, sentence });
    expect(finding?.todo).toBeTruthy();
  });

  it('names every queue with dead letters', async () => {
    const queues = ['notify', 'disable'].map((name) => ({ ...QUEUE, name, deadLetters: 3 }));
    expect((await stateOf('dead letters', { queues: async () => queues })).map(({ sentence }) => sentence)).toEqual([
      '3 messages of queue notify were given up',
      '3 messages of queue disable were given up',
    ]);
  });

  it('says of what does not answer that it is unknown, and of all else what it is', async () => {
    const broken = async () => {
      throw new TypeError('arn:aws:ses:us-east-1:000000000000:identity/example.com is away');
    };
    const answer = await found({ sender: broken, alarms: broken });
    expect(answer.senderDomain).toBeNull();
    const states = Object.fromEntries(answer.findings.map(({ check, state }) => [check, state]));
    expect(states).toMatchObject({ sender: 'unknown', dkim: 'unknown', alarms: 'unknown', quota: 'ok' });
    expect(JSON.stringify(answer)).not.toContain('is away');
  });

  it('hears that tick does not run, from what has been due for minutes', async () => {
    await world.plan.schedule({ at: NOW - 4 * MINUTE, kind: 'sweep', id: 'regular' });
    expect(await stateOf('tick')).toMatchObject([{ state: 'ok' }]);
    expect(await stateOf('tick', {}, NOW + 2 * MINUTE)).toMatchObject([
      { state: 'wrong', sentence: `tick is late: something has been due since ${isoInstant(NOW - 4 * MINUTE)}` },
    ]);
    await world.plan.unschedule({ at: NOW - 4 * MINUTE, kind: 'sweep', id: 'regular' });
  });

  it('names every hold', async () => {
    await setCohort(world, 'eea', { hold: { who: 'breaker', why: 'bounced: 50 of 1000', since: NOW } });
    expect(await stateOf('holds')).toMatchObject([
      { state: 'warning', sentence: `cohort eea is held by breaker since ${isoInstant(NOW)}: bounced: 50 of 1000` },
    ]);
    await setCohort(world, 'eea', { hold: null });
  });

  it('misses copies of the audit trail, those that are not there yet and those that are gone', async () => {
    const fact = { at: isoInstant(NOW), who: 'first-operator', why: 'x', subject: 'eea', from: null, to: null };
    await world.ledger.appendAudit({ ...fact, what: 'held' });
    expect(await stateOf('audit copies')).toMatchObject([{ state: 'warning' }]);
    const office = officeOf(world);
    await copyAudit(office);
    const copiesOf = async () =>
      (await doctor(office, { now: NOW })).findings.find(({ check }) => check === 'audit copies');
    expect(await copiesOf()).toMatchObject({ state: 'ok' });
    office.copies.length = 0;
    expect(await copiesOf()).toMatchObject({ state: 'wrong' });
  });

  it('says what is missing before a plan is active', async () => {
    const empty = await startWorld({ at: NOW });
    const states = async () => {
      const { findings } = await doctor(officeOf(empty), { now: NOW });
      return Object.fromEntries(findings.map(({ check, state }) => [check, state]));
    };
    await empty.plan.putSunset({ plan: PLAN, hash: 'hash-1', active: false, templates: {} });
    expect(await states()).toMatchObject({ plan: 'warning', tick: 'ok', quota: 'ok' });
    await empty.tables.plan.batchWrite({ deletes: [{ pk: 'SUNSET', sk: 'SUNSET' }] });
    expect(await states()).toMatchObject({ plan: 'warning', tick: 'ok', quota: 'unknown', sender: 'ok' });
    await empty.tables.stop();
  });
});

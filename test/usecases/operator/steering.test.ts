/** What operators change comes to the people: dates that move, holds that end, chats that are restored, waves, waivers. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { DAY, HOUR, type Instant, isoInstant, MINUTE, parseInstant } from '../../../functions/domain/time.ts';
import type { CohortState } from '../../../functions/domain/wave.ts';
import type { StoredChange } from '../../../functions/ports.ts';
import { disable } from '../../../functions/usecases/disable.ts';
import { openAgain } from '../../../functions/usecases/open-run.ts';
import { sweep } from '../../../functions/usecases/sweep.ts';
import { tick } from '../../../functions/usecases/tick.ts';
import { GROUP, PLAN } from '../../domain/examples.ts';
import {
  armed,
  cutOffAtEveryWrite,
  D1,
  D1_AT,
  D14,
  D35,
  D35_AT,
  delivering,
  ENDED,
  isEncrypted,
  killed,
  mailTo,
  officeOf,
  onPage,
  rowsOf,
  setCohort,
  MUTATING,
  startWorld,
  type TestWorld,
  unlessKilled,
  workUntil,
} from '../world.ts';
import { ANA, type Asks, BEN, deskOf, ROLE } from './desk.ts';

const tenIn = (date: string) => parseInstant(`${date}T10:00:00+02:00`);
const why = { reason: 'support is overloaded' };

// Campaigns of weeks.
vi.setConfig({ testTimeout: 60_000 });

let world: TestWorld;
let first: Asks;
let second: Asks;
let role: Asks;
async function begin(): Promise<TestWorld> {
  const begun = await startWorld({ at: D35_AT - DAY });
  await onPage(begun, ['ana', 'ben']);
  await begun.plan.countPeople(GROUP, 2);
  await begun.plan.schedule({ at: D35_AT, kind: 'group', id: GROUP });
  begun.mailer.answer = delivering(begun);
  return begun;
}
beforeEach(async () => {
  world = await begin();
  const desk = deskOf(officeOf(world));
  [first, second, role] = [desk(ANA), desk(BEN), desk(ROLE)];
});
afterEach(() => world.tables.stop());

const cohort = async (of: TestWorld = world): Promise<CohortState> => (await of.plan.cohort('eea'))!;
const mails = (userId: string, of: TestWorld = world) =>
  mailTo(of, userId).map(({ notice, at }) => [notice, isoInstant(at - (at % HOUR))]);
const mail = (notice: string, at: Instant) => [notice, isoInstant(at)];
const move = async (to: string, by: Asks = first) =>
  by.post('/v1/cohorts/eea/reschedule', { to, version: (await cohort()).version, ...why });
const audit = async (of: TestWorld = world) =>
  (await of.ledger.audit({ after: 0, limit: 100 })).map(({ who, what, subject }) => [who, what, subject]);

describe('a date that moves', () => {
  const NEW = '2026-05-28';
  const BETWEEN = tenIn('2026-05-07') + 5 * HOUR;

  it('is told once to who was told another, and the rest of the new ladder follows', async () => {
    await workUntil(world, BETWEEN);
    const { status, body } = await move(NEW);
    expect([status, body]).toMatchObject([200, { applied: true, from: '2026-05-19', to: NEW, version: 2 }]);
    expect(body.effects.moves).toEqual([
      { cohort: 'eea', from: '2026-05-19', to: NEW, days: 9, retimed: 2, corrected: 2 },
    ]);
    await workUntil(world, tenIn('2026-05-29'));
    expect(mails('ana')).toEqual([
      mail(D35, D35_AT),
      mail(D14, tenIn('2026-05-05')),
      mail(`moved@${NEW}`, tenIn('2026-05-08')),
      mail(`d14@${NEW}`, tenIn('2026-05-14')),
      mail(`d7@${NEW}`, tenIn('2026-05-21')),
      mail(`d1@${NEW}`, tenIn('2026-05-27')),
    ]);
    expect((await world.plan.run(GROUP, `d35@${NEW}`))?.state).toBe('superseded');
    expect(await audit()).toEqual([['first-operator', 'rescheduled', 'eea']]);
  });

  it('names the new date in every later letter', async () => {
    await workUntil(world, BETWEEN);
    await move(NEW);
    await workUntil(world, tenIn('2026-05-29'));
    const days = world.mailer.calls.map(({ values }) => values[0]?.['endDay']);
    expect(days).toEqual(['19. Mai', '19. Mai', '28. Mai', '28. Mai', '28. Mai', '28. Mai']);
  });

  it('is carried by a stage that is due that very morning', async () => {
    await workUntil(world, tenIn('2026-05-11') + 5 * HOUR);
    await move('2026-05-26');
    await workUntil(world, tenIn('2026-05-12') + 5 * HOUR);
    expect(mails('ana').at(-1)).toEqual(mail('d14@2026-05-26', tenIn('2026-05-12')));
    await workUntil(world, tenIn('2026-05-15'));
    expect(mails('ana')).toHaveLength(3);
  });

  it('changes nothing when it is only looked at', async () => {
    await workUntil(world, BETWEEN);
    const [before, rows] = [await cohort(), await rowsOf(world, world.tables.plan)];
    const { body } = await first.post('/v1/cohorts/eea/reschedule', { to: NEW, version: 1, dryRun: true, ...why });
    expect(body).toMatchObject({ applied: false, to: NEW, version: 1 });
    expect(body.effects.sentences.join(' ')).toContain('2 people');
    expect([await cohort(), await rowsOf(world, world.tables.plan)]).toEqual([before, rows]);
  });

  it('moves twice in a day, and only the last is told', async () => {
    await workUntil(world, BETWEEN);
    await move('2026-05-25');
    await workUntil(world, BETWEEN + HOUR);
    await move(NEW);
    await workUntil(world, tenIn('2026-05-13'));
    expect(mails('ana').slice(2)).toEqual([mail(`moved@${NEW}`, tenIn('2026-05-08'))]);
  });

  it('does not come forward for a group in between, whose ladder begins with its own date', async () => {
    await workUntil(world, D35_AT - 12 * HOUR);
    await setCohort(world, 'eea', { endDate: '2026-06-30' as CohortState['endDate'], permitUntil: 0 });
    const between = `${GROUP.slice(0, -1)}~2026-05-31`;
    await world.plan.createGroup(between);
    await first.post('/v1/holds', { cohort: 'eea', ...why });
    expect((await move('2026-05-24')).status).toBe(200);
    await tick(world, world.clock.now() + MINUTE);
    const rows = (await world.plan.agenda(0, 100)).filter(({ id, kind }) => id === between && kind === 'group');
    expect(rows.map(({ at }) => isoInstant(at))).toEqual(['2026-04-26T08:00:00.000Z']);
  });

  it('is followed late, and a stage that came due since is sent and not superseded', async () => {
    await workUntil(world, tenIn('2026-05-20') - DAY);
    await setCohort(world, 'eea', { endDate: '2026-05-26' as CohortState['endDate'] });
    await move('2026-05-27');
    world.clock.set(tenIn('2026-05-20') + HOUR);
    await tick(world, world.clock.now());
    expect((await world.plan.run(GROUP, 'd7@2026-05-27'))?.state).toBe('open');
  });

  it('is not told by a first notice of the new date, although a tick is late (promise 10)', async () => {
    await workUntil(world, tenIn('2026-05-12') - HOUR);
    world.clock.set(tenIn('2026-05-12') + 20_000);
    await move(NEW);
    // The minute's tick comes with its own instant, which is before the move.
    await tick(world, tenIn('2026-05-12'));
    await workUntil(world, tenIn('2026-05-14') - HOUR);
    expect(mails('ana').slice(2)).toEqual([mail(`moved@${NEW}`, tenIn('2026-05-13'))]);
    expect((await world.plan.run(GROUP, `d35@${NEW}`))?.state).toBe('superseded');
  });

  it('moves for all, although one person has a later date of their own, or a mailbox was full', async () => {
    await workUntil(world, tenIn('2026-05-06'));
    world.queued.signals.push({ userId: 'ben', signal: 'more-time', at: isoInstant(world.clock.now()) });
    await workUntil(world, tenIn('2026-05-07'));
    expect((await world.ledger.members(['ben'])).get('ben')?.group).not.toBe(GROUP);
    // As a soft bounce does the next morning.
    await openAgain(world.plan, (await world.plan.sunset())!, {
      group: GROUP,
      notice: D35,
      at: BETWEEN,
      now: BETWEEN,
      queued: 1,
    });
    await workUntil(world, BETWEEN);
    expect(await move('2026-05-25')).toMatchObject({ status: 200 });
  });

  it('is told to who was mailed by a process that died before it was written', async () => {
    await workUntil(world, D35_AT + HOUR);
    const run = (await world.plan.run(GROUP, D35))!;
    await world.plan.saveRun({ ...run, state: 'open', queued: 0, through: null }, run);
    await move(NEW);
    await workUntil(world, D35_AT + 2 * DAY);
    expect(mails('ana')).toContainEqual(mail(`moved@${NEW}`, D35_AT + DAY));
  });

  it('comes forward while nobody was told it, held for certain', async () => {
    await workUntil(world, D35_AT - 12 * HOUR);
    await setCohort(world, 'eea', { endDate: '2026-06-10' as CohortState['endDate'], permitUntil: 0 });
    await first.post('/v1/holds', { cohort: 'eea', ...why });
    expect(await move('2026-05-22')).toMatchObject({ status: 200, body: { from: '2026-06-10', to: '2026-05-22' } });
  });

  it.skipIf(MUTATING)('comes to the same wherever it is cut off and done again', { timeout: 120_000 }, async () => {
    const outcomes = await cutOffAtEveryWrite(begin, async (mortal, immortal) => {
      await workUntil(immortal, BETWEEN);
      const ask = (of: TestWorld) =>
        deskOf(officeOf(of))(ANA).post('/v1/cohorts/eea/reschedule', { to: NEW, version: 1, ...why }, 'the-same-key');
      await ask(mortal).catch(unlessKilled);
      await ask(immortal);
      // What follows the date is cut off too.
      await tick(mortal, BETWEEN + MINUTE).catch(unlessKilled);
      await workUntil(immortal, tenIn('2026-05-14') + HOUR);
      return { mails: mails('ana', immortal), date: (await cohort(immortal)).endDate };
    });
    expect(outcomes.length).toBeGreaterThan(8);
    for (const each of outcomes) {
      expect(each.date).toBe(NEW);
      expect(each.mails.slice(2)).toEqual([
        mail(`moved@${NEW}`, tenIn('2026-05-08')),
        mail(`d14@${NEW}`, tenIn('2026-05-14')),
      ]);
    }
  });
});

describe('a hold', () => {
  it('answers from when it is certain, and what may still finish', async () => {
    await workUntil(world, D35_AT - HOUR);
    await setCohort(world, 'eea', { permitUntil: D35_AT - HOUR + 4 * MINUTE });
    const { body } = await role.post('/v1/holds', { cohort: 'eea', ...why });
    expect(body).toMatchObject({ certainFrom: isoInstant(D35_AT - HOUR + 4 * MINUTE), certain: false });
    expect(body.mayFinish).toContain(body.certainFrom);
    expect((await cohort()).hold).toMatchObject({ who: 'role Deployment', why: why.reason });
  });

  it('on everything is on each cohort, and certain when the last is', async () => {
    await setCohort(world, 'rest', { permitUntil: D35_AT + DAY });
    const { body } = await first.post('/v1/holds', { cohort: null, ...why });
    expect(body.cohorts.map(({ cohort: id }: { cohort: string }) => id).toSorted()).toEqual(
      PLAN.cohorts.map(({ id }) => id).toSorted(),
    );
    expect(body.certainFrom >= isoInstant(D35_AT + DAY)).toBe(true);
    expect((await world.plan.cohorts()).every(({ hold }) => hold !== null)).toBe(true);
  });

  it('that stands already is answered with its own certainty, and stays whose it was', async () => {
    await first.post('/v1/holds', { cohort: 'eea', ...why });
    const { body } = await second.post('/v1/holds', { cohort: 'eea', reason: 'another reason' });
    expect(body.cohorts[0].already).toBe(true);
    expect((await cohort()).hold?.who).toBe('first-operator');
    expect(await audit()).toEqual([['first-operator', 'held', 'eea']]);
  });

  it('asked for twice with one key is one, and answered alike', async () => {
    const once = await first.post('/v1/holds', { cohort: 'eea', ...why }, 'hold-key-1');
    world.clock.set(world.clock.now() + HOUR);
    expect(await first.post('/v1/holds', { cohort: 'eea', ...why }, 'hold-key-1')).toEqual(once);
    expect(await audit()).toHaveLength(1);
  });
});

describe('a release (promise 6)', () => {
  const SINCE = D1_AT - DAY;
  const held = async (from: Instant, until: Instant) => {
    await workUntil(world, from);
    await first.post('/v1/holds', { cohort: 'eea', ...why });
    await workUntil(world, until);
    return role.post('/v1/releases', { cohort: 'eea', ...why });
  };

  it('before anything was missed leaves the date, and mail goes on', async () => {
    const { body } = await held(D35_AT + DAY, D35_AT + 4 * DAY);
    expect(body.cohorts).toMatchObject([{ cohort: 'eea', from: '2026-05-19', to: '2026-05-19' }]);
    await workUntil(world, tenIn('2026-05-05') + HOUR);
    expect(mails('ana')).toEqual([mail(D35, D35_AT), mail(D14, tenIn('2026-05-05'))]);
  });

  it('leaves the date where all of the first notice had gone out, before anybody had concluded so', async () => {
    await workUntil(world, D35_AT + 5 * MINUTE);
    const run = (await world.plan.run(GROUP, D35))!;
    await world.plan.saveRun({ ...run, state: 'open', through: null, lookAt: D35_AT + HOUR }, run);
    const { body } = await held(D35_AT + 6 * MINUTE, D35_AT + 12 * DAY);
    expect(body.cohorts).toMatchObject([{ from: '2026-05-19', to: '2026-05-19' }]);
  });

  it('moves the date where the first notice had only begun to go out', async () => {
    await workUntil(world, D35_AT - HOUR);
    world.mailer.answer = (call) => ({ kind: 'answered', outcomes: call.people.map(() => 'throttled') });
    await workUntil(world, D35_AT + 5 * MINUTE);
    const { body } = await held(D35_AT + 6 * MINUTE, D35_AT + 12 * DAY);
    expect(body.cohorts[0].why).toContain(D35);
    expect(body.cohorts[0].to >= '2026-05-26').toBe(true);
  });

  it('moves the date where the last notice fell into it, and floods nobody (promise 10)', async () => {
    const { body } = await held(SINCE, SINCE + 3 * DAY);
    expect(body.cohorts).toMatchObject([{ from: '2026-05-19', to: '2026-05-22', why: expect.stringMatching(D1) }]);
    await workUntil(world, tenIn('2026-05-24'));
    expect(mails('ana').slice(3)).toEqual([mail('d1@2026-05-22', tenIn('2026-05-21'))]);
    expect((await world.plan.run(GROUP, D1))?.state).not.toBe('open');
  });

  it('begins to count outcomes anew', async () => {
    await world.plan.countOutcomes('eea', D35, { delivered: 900, bounced: 90 });
    await held(D35_AT + DAY, D35_AT + 2 * DAY);
    expect(await world.plan.countOutcomes('eea', D35, { delivered: 0 })).toMatchObject({ delivered: 0, bounced: 0 });
  });

  it('keeps the date once its first wave has opened, and says so', async () => {
    await workUntil(world, SINCE);
    await setCohort(world, 'eea', { firstWaveAt: SINCE });
    const { body } = await held(SINCE, ENDED + DAY);
    expect(body.cohorts).toMatchObject([{ from: '2026-05-19', to: '2026-05-19' }]);
    expect(body.cohorts[0].why).toContain('stays blocked');
  });

  it('may be to a later date than it needs', async () => {
    await workUntil(world, SINCE);
    await first.post('/v1/holds', { cohort: 'eea', ...why });
    await workUntil(world, SINCE + 3 * DAY);
    const { body } = await first.post('/v1/releases', { cohort: 'eea', to: '2026-06-02', ...why });
    expect(body.cohorts).toMatchObject([{ to: '2026-06-02' }]);
    expect(await cohort()).toMatchObject({ hold: null, endDate: '2026-06-02' });
  });
});

describe('two people (promise 12)', () => {
  const arm = async () => {
    const { headCount, version } = await cohort();
    return first.post('/v1/changes', { kind: 'arm', cohort: 'eea', headCount, version, ...why });
  };
  beforeEach(() => world.plan.setTally('eea', { headCount: 12_000, nominated: 0 }));

  it('arm a cohort: one proposes, another approves what they saw, and nothing happens before', async () => {
    const { body: change } = await arm();
    expect(change).toMatchObject({ id: 'c1', state: 'open', people: 2, warning: null, proposedBy: 'first-operator' });
    expect(change.summary).toContain('12,000 encrypted chats');
    expect((await cohort()).arming).toBeNull();
    const { body } = await second.post('/v1/changes/c1/approve', { hash: change.hash });
    expect(body).toMatchObject({ state: 'applied', approvals: [{ by: 'second-operator' }] });
    expect((await cohort()).arming).toMatchObject({
      id: 'eea@c1',
      headCount: 12_000,
      by: ['first-operator', 'second-operator'],
    });
    expect(await audit()).toEqual([
      ['first-operator', 'change-proposed', 'c1'],
      ['second-operator', 'change-approved', 'c1'],
      ['second-operator', 'armed', 'eea'],
    ]);
  });

  it('who edits is the author then: whoever proposed it may approve that', async () => {
    await arm();
    const proposal = { kind: 'arm', cohort: 'eea', headCount: 12_100, version: 1, reason: 'late chats' };
    const { body: changed } = await second.put('/v1/changes/c1', { version: 1, proposal });
    expect(changed).toMatchObject({ version: 2, proposedBy: 'second-operator', approvals: [] });
    expect(await first.post('/v1/changes/c1/approve', { hash: changed.hash })).toMatchObject({
      body: { state: 'applied' },
    });
  });

  it('are one where the plan says so, and every answer says that', async () => {
    const sunset = (await world.plan.sunset())!;
    await world.plan.putSunset({ ...sunset, hash: 'alone', plan: { ...sunset.plan, approvals: 1 } });
    const { body } = await arm();
    expect(body).toMatchObject({ state: 'applied', people: 1 });
    expect(body.warning).toContain('one person alone');
    expect((await first.get('/v1/status')).body.warning).toContain('one person alone');
    expect((await cohort()).arming?.by).toEqual(['first-operator']);
  });

  it('are listed, newest first, by state and page by page', async () => {
    for (let times = 0; times < 3; times++) await arm();
    await second.post('/v1/changes/c2/reject', why);
    const list = async (query: string) => (await first.get(`/v1/changes?${query}`)).body;
    expect((await list('')).changes.map(({ id }: { id: string }) => id)).toEqual(['c3', 'c2', 'c1']);
    expect((await list('state=rejected')).changes.map(({ id }: { id: string }) => id)).toEqual(['c2']);
    const page = await list('limit=2');
    expect((await list(`limit=2&cursor=${page.cursor}`)).changes.map(({ id }: { id: string }) => id)).toEqual(['c1']);
  });

  const cutOff = async () => {
    const { body } = await arm();
    const dying = killed(world, () => true);
    const office = { ...officeOf(world), plan: { ...world.plan, arm: dying.plan.arm } };
    await deskOf(office)(BEN).post('/v1/changes/c1/approve', { hash: body.hash }).catch(unlessKilled);
    return body as { hash: string };
  };

  it('have agreed: what was approved and cut off is neither rejected nor edited, and does not run out', async () => {
    const { hash } = await cutOff();
    expect(await second.post('/v1/changes/c1/reject', why)).toMatchObject({ body: { code: 'change-ended' } });
    world.clock.set(world.clock.now() + 2 * DAY);
    expect(await second.post('/v1/changes/c1/approve', { hash })).toMatchObject({ body: { state: 'applied' } });
    expect((await cohort()).arming?.id).toBe('eea@c1');
  });

  it('have agreed on a cohort as it was: what changes it while it is done keeps it from being done', async () => {
    const { body } = await arm();
    const office = officeOf(world);
    const approving = deskOf({
      ...office,
      plan: {
        ...world.plan,
        arm: async (...x) => {
          await world.plan.setCohort(await cohort(), { soakWaived: 0 });
          return world.plan.arm(...x);
        },
      },
    })(BEN);
    expect((await approving.post('/v1/changes/c1/approve', { hash: body.hash })).body.code).toBe('stale-version');
    expect((await cohort()).arming).toBeNull();
    expect((await audit()).at(-1)).toEqual(['second-operator', 'not-done', 'eea']);
  });

  it('are one where the plan says so, also where that one was cut off and goes on', async () => {
    const sunset = (await world.plan.sunset())!;
    await world.plan.putSunset({ ...sunset, hash: 'alone', plan: { ...sunset.plan, approvals: 1 } });
    const dying = {
      ...officeOf(world),
      office: {
        ...world.plan,
        saveChange: async (change: StoredChange) => {
          if (change.state === 'applied') throw new Error('killed');
          return world.plan.saveChange(change);
        },
      },
    };
    const { headCount, version } = await cohort();
    const proposal = { kind: 'arm', cohort: 'eea', headCount, version, ...why };
    await deskOf(dying)(ANA)
      .post('/v1/changes', proposal)
      .catch(() => undefined);
    const { body: change } = await first.get('/v1/changes/c1');
    expect(change.state).toBe('open');
    const { body } = await first.post('/v1/changes/c1/approve', { hash: change.hash });
    expect(body.state).toBe('applied');
    expect((await cohort()).arming?.by).toEqual(['first-operator']);
  });

  it('end the exemption that they have seen, and none that was given after it', async () => {
    await first.post('/v1/people/ana/exempt', why);
    const { body } = await first.post('/v1/changes', { kind: 'end-exemption', person: 'ana', ...why });
    world.clock.set(world.clock.now() + HOUR);
    await world.ledger.endExemption('ana', (await world.ledger.members(['ana'])).get('ana')!.exemptedAt!);
    await first.post('/v1/people/ana/exempt', { reason: 'a court has ordered it' });
    expect((await second.post(`/v1/changes/${body.id}/approve`, { hash: body.hash })).body.code).toBe(
      'content-changed',
    );
    expect((await world.ledger.members(['ana'])).get('ana')?.exempt).toBe(true);
  });

  it('have agreed on that and no more: what has been overtaken since is not done', async () => {
    const { hash } = await cutOff();
    await first.post('/v1/cohorts/eea/pause', { version: 1, ...why });
    const { body } = await second.post('/v1/changes/c1/approve', { hash });
    expect(body.result).toContain('is not done any more');
    expect((await cohort()).arming).toBeNull();
  });

  it('comes to the same wherever an approval is cut off and given again', { timeout: 60_000 }, async () => {
    const outcomes = await cutOffAtEveryWrite(begin, async (mortal, immortal) => {
      await immortal.plan.setTally('eea', { headCount: 12_000, nominated: 0 });
      const proposal = { kind: 'arm', cohort: 'eea', headCount: 12_000, version: 1, ...why };
      const { body } = await deskOf(officeOf(immortal))(ANA).post('/v1/changes', proposal);
      const approve = (of: TestWorld) =>
        deskOf(officeOf(of))(BEN).post('/v1/changes/c1/approve', { hash: body.hash }, 'approve-key');
      await approve(mortal).catch(unlessKilled);
      await approve(immortal);
      return { arming: (await cohort(immortal)).arming?.id, state: (await immortal.plan.change('c1'))?.state };
    });
    expect(outcomes.length).toBeGreaterThan(3);
    for (const each of outcomes) expect(each).toEqual({ arming: 'eea@c1', state: 'applied' });
  });
});

/** Everybody was told; the cohort is armed, its last wave is open, and its two chats are disabled. */
async function disabled(of: TestWorld): Promise<void> {
  await workUntil(of, ENDED);
  await armed(of, 'eea', 2);
  await setCohort(of, 'eea', { permitUntil: ENDED + DAY, firstWaveAt: ENDED });
  await disable(of, { kind: 'chats', chats: ['chat-of-ana', 'chat-of-ben'] });
}
let sweeps = 0;
const workOffRestore = async (of: TestWorld, until: Instant) => {
  for (const at of [ENDED + DAY + MINUTE, ENDED + DAY + 20 * MINUTE, until]) {
    of.clock.set(at);
    await tick(of, at).catch(unlessKilled);
    for (const message of of.queued.disable.splice(0)) await disable(of, message).catch(unlessKilled);
  }
};

describe('a restore (promise 13)', () => {
  const RESTORED = ENDED + DAY + HOUR;
  const restoreIt = async (of: TestWorld = world) => {
    const desk = deskOf(officeOf(of));
    const proposal = { kind: 'restore', cohort: 'eea', version: (await cohort(of)).version, ...why };
    const { body } = await desk(ANA).post('/v1/changes', proposal);
    return desk(BEN).post(`/v1/changes/${body.id}/approve`, { hash: body.hash }, 'restore-key');
  };

  it('makes every chat again exactly what it was, under a hold, and tells the platform', async () => {
    const before = await rowsOf(world, world.tables.chats);
    await disabled(world);
    expect([await isEncrypted(world, 'chat-of-ana'), await isEncrypted(world, 'chat-of-ben')]).toEqual([false, false]);
    expect(await restoreIt()).toMatchObject({ status: 200, body: { state: 'applied' } });
    expect(await cohort()).toMatchObject({ hold: { who: 'restore c1' }, paused: { who: 'restore c1' } });
    await workOffRestore(world, RESTORED);
    const after = await rowsOf(world, world.tables.chats);
    expect(after.map(({ sunset: _, ...row }) => row)).toEqual(before);
    expect(after.every(({ sunset }) => sunset.restoredAt > 0)).toBe(true);
    expect(world.published.map(({ type }) => type).filter((type) => type === 'ChatEncryptionRestored')).toHaveLength(2);
    expect(await world.ledger.restore('eea')).toMatchObject({ restored: 2, late: 0, done: true });
    expect((await audit()).map(([, what]) => what)).toContain('restore-ended');
  });

  it('finds what was disabled under an arming that was taken back since', async () => {
    await disabled(world);
    await first.post('/v1/cohorts/eea/disarm', { version: (await cohort()).version, ...why });
    expect(await restoreIt()).toMatchObject({ status: 200 });
    await workOffRestore(world, RESTORED);
    expect(await isEncrypted(world, 'chat-of-ana')).toBe(true);
  });

  it('opens no further wave once its hold is released', async () => {
    await disabled(world);
    await setCohort(world, 'eea', { wave: 1, waveOpenedAt: ENDED });
    await restoreIt();
    await workOffRestore(world, RESTORED);
    await role.post('/v1/releases', { cohort: 'eea', ...why });
    await tick(world, RESTORED + 30 * HOUR);
    expect((await cohort()).wave).toBe(1);
  });

  it('is the last that the platform hears, although an intent was left open', async () => {
    await workUntil(world, ENDED);
    await armed(world, 'eea', 2);
    await setCohort(world, 'eea', { permitUntil: ENDED + DAY });
    const dying = killed(world, () => world.published.length === 0 && flipped);
    let flipped = false;
    const disableChat = world.platform.disable;
    const platform: typeof world.platform = {
      ...world.platform,
      disable: async (chat, mark) => {
        const done = await disableChat(chat, mark);
        flipped = true;
        return done;
      },
    };
    await disable({ ...dying, platform }, { kind: 'chats', chats: ['chat-of-ana'] }).catch(unlessKilled);
    expect([await isEncrypted(world, 'chat-of-ana'), world.published]).toEqual([false, []]);
    await restoreIt();
    await workOffRestore(world, RESTORED);
    const [open] = await world.ledger.intentsOf('eea', { after: null, limit: 1 });
    await disable(world, { kind: 'intent', intent: open!.id });
    expect(world.published.map(({ type }) => type)).toEqual(['ChatEncryptionRestored']);
  });

  it('is counted once, although its message came twice', async () => {
    await disabled(world);
    await restoreIt();
    world.clock.set(RESTORED);
    const message = { kind: 'restore', cohort: 'eea' } as const;
    await Promise.all([disable(world, message), disable(world, message)]);
    expect(await world.ledger.restore('eea')).toMatchObject({ restored: 2, late: 0, done: true });
  });

  it('does not keep a chat for ever: armed anew, the next sweep finds it again', async () => {
    await disabled(world);
    await restoreIt();
    await workOffRestore(world, RESTORED);
    await first.post('/v1/releases', { cohort: 'eea', ...why });
    await setCohort(world, 'eea', { permitUntil: RESTORED + DAY, disabled: 0 });
    const nominated = async () => {
      const name = `sweep-${++sweeps}`;
      await world.plan.createSegment({
        sweep: name,
        segment: 0,
        of: 1,
        startedAt: RESTORED + sweeps,
        cursor: null,
        done: false,
        tally: {},
      });
      await sweep(world, { sweep: name, segment: 0 });
      const messages = world.queued.disable.splice(0);
      for (const message of messages) await disable(world, message);
      return messages.flatMap((message) => (message.kind === 'chats' ? message.chats : [])).toSorted();
    };
    const both = ['chat-of-ana', 'chat-of-ben'];
    expect(await nominated()).toEqual(both);
    expect((await world.ledger.blocked(both)).get('chat-of-ana')).toMatchObject({
      reason: 'restored',
      arming: 'eea@1',
    });
    // Its reason is known: it is not asked again every hour.
    expect(await nominated()).toEqual([]);
    await setCohort(world, 'eea', { arming: { id: 'eea@again', headCount: 2, at: RESTORED + 1, by: [] } });
    expect(await nominated()).toEqual(both);
    expect([await isEncrypted(world, 'chat-of-ana'), await isEncrypted(world, 'chat-of-ben')]).toEqual([false, false]);
  });

  it('says nothing of what the platform has turned off since an earlier one', async () => {
    await disabled(world);
    await restoreIt();
    await workOffRestore(world, RESTORED);
    const told = world.published.length;
    for (const id of ['chat-of-ana', 'chat-of-ben'])
      await world.tables.chats.update({ chatId: id }, { update: 'SET encryption = :off', values: { ':off': 'off' } });
    world.clock.set(RESTORED + HOUR);
    const desk = deskOf(officeOf(world));
    const { body } = await desk(ANA).post('/v1/changes', {
      kind: 'restore',
      cohort: 'eea',
      version: (await cohort()).version,
      ...why,
    });
    await desk(BEN).post(`/v1/changes/${body.id}/approve`, { hash: body.hash });
    await disable(world, { kind: 'restore', cohort: 'eea' });
    expect(await world.ledger.restore('eea')).toMatchObject({ change: body.id, restored: 0, done: true });
    expect(world.published).toHaveLength(told);
  });

  it('does nothing before the hold is certain', async () => {
    await disabled(world);
    await restoreIt();
    world.clock.set(ENDED + HOUR);
    await disable(world, { kind: 'restore', cohort: 'eea' });
    expect(await isEncrypted(world, 'chat-of-ana')).toBe(false);
  });

  it('leaves what was restored blocked, until it is armed anew', async () => {
    await disabled(world);
    await restoreIt();
    await workOffRestore(world, RESTORED);
    await first.post('/v1/releases', { cohort: 'eea', ...why });
    await setCohort(world, 'eea', { permitUntil: RESTORED + DAY });
    await disable(world, { kind: 'chats', chats: ['chat-of-ana'] });
    expect(await isEncrypted(world, 'chat-of-ana')).toBe(true);
    expect((await world.ledger.blocked(['chat-of-ana'])).get('chat-of-ana')?.reason).toBe('restored');
    await armed(world, 'eea', 2);
    await setCohort(world, 'eea', { arming: { id: 'eea@again', headCount: 2, at: RESTORED, by: [] }, disabled: 0 });
    await disable(world, { kind: 'chats', chats: ['chat-of-ana'] });
    expect(await isEncrypted(world, 'chat-of-ana')).toBe(false);
  });

  it('leaves what the platform has encrypted again, or whose window has closed', async () => {
    await disabled(world);
    await restoreIt();
    world.clock.set(ENDED + 72 * HOUR - 5 * MINUTE);
    await disable(world, { kind: 'restore', cohort: 'eea' });
    expect(await isEncrypted(world, 'chat-of-ana')).toBe(false);
    expect(await world.ledger.restore('eea')).toMatchObject({ restored: 0, late: 2, done: true });
  });

  it.skipIf(MUTATING)('comes to the same wherever it is cut off and done again', { timeout: 120_000 }, async () => {
    const outcomes = await cutOffAtEveryWrite(begin, async (mortal, immortal) => {
      await disabled(immortal);
      await restoreIt(mortal).catch(unlessKilled);
      const { body } = await deskOf(officeOf(immortal))(ANA).get('/v1/changes');
      const open = body.changes.find(({ state }: { state: string }) => state === 'open');
      if (open !== undefined)
        await deskOf(officeOf(immortal))(BEN).post(`/v1/changes/${open.id}/approve`, { hash: open.hash });
      else if (body.changes.length === 0) await restoreIt(immortal);
      await workOffRestore(mortal, RESTORED);
      await workOffRestore(immortal, RESTORED + HOUR);
      return [await isEncrypted(immortal, 'chat-of-ana'), await isEncrypted(immortal, 'chat-of-ben')];
    });
    expect(outcomes.length).toBeGreaterThan(5);
    for (const each of outcomes) expect(each).toEqual([true, true]);
  });
});

describe('waves', () => {
  beforeEach(async () => {
    await workUntil(world, ENDED - HOUR);
    await setCohort(world, 'eea', { arming: { id: 'eea@1', headCount: 2, at: ENDED - DAY, by: ['a', 'b'] } });
  });
  const tickAt = async (at: Instant) => {
    world.clock.set(at);
    await tick(world, at);
    return (await cohort()).wave;
  };

  it('open no further while they are paused, and go on where they were', async () => {
    expect(await tickAt(ENDED)).toBe(1);
    await first.post('/v1/cohorts/eea/pause', { version: (await cohort()).version, ...why });
    expect(await tickAt(ENDED + 25 * HOUR)).toBe(1);
    await second.post('/v1/cohorts/eea/resume', { version: (await cohort()).version, ...why });
    expect(await tickAt(ENDED + 26 * HOUR)).toBe(2);
  });

  it('are advanced by two people, who cut the soak short', async () => {
    expect(await tickAt(ENDED)).toBe(1);
    const { version } = await cohort();
    const { body } = await first.post('/v1/changes', { kind: 'advance', cohort: 'eea', version, ...why });
    expect(await tickAt(ENDED + HOUR)).toBe(1);
    await second.post(`/v1/changes/${body.id}/approve`, { hash: body.hash });
    expect(await tickAt(ENDED + 2 * HOUR)).toBe(2);
  });

  it('open no more once the arming was taken back, and the date stays fixed', async () => {
    expect(await tickAt(ENDED)).toBe(1);
    await first.post('/v1/cohorts/eea/disarm', { version: (await cohort()).version, ...why });
    expect(await cohort()).toMatchObject({ arming: null, firstWaveAt: ENDED });
    expect(await move('2026-07-01')).toMatchObject({ body: { code: 'date-fixed' } });
  });
});

describe('one person', () => {
  it('who was waived may lose their chats without proof; a second person has approved it', async () => {
    world.mailer.answer = (call) => ({ kind: 'answered', outcomes: call.people.map(() => 'accepted') });
    await workUntil(world, ENDED);
    await armed(world, 'eea', 2);
    await setCohort(world, 'eea', { permitUntil: ENDED + DAY });
    await disable(world, { kind: 'chats', chats: ['chat-of-ana', 'chat-of-ben'] });
    expect(await isEncrypted(world, 'chat-of-ana')).toBe(true);
    const { body } = await first.post('/v1/changes', { kind: 'waive', person: 'ana', ...why });
    await second.post(`/v1/changes/${body.id}/approve`, { hash: body.hash });
    await disable(world, { kind: 'chats', chats: ['chat-of-ana', 'chat-of-ben'] });
    expect([await isEncrypted(world, 'chat-of-ana'), await isEncrypted(world, 'chat-of-ben')]).toEqual([false, true]);
  });

  it('who is exempt is mailed nothing and keeps their chats', async () => {
    await first.post('/v1/people/ana/exempt', why);
    await workUntil(world, D35_AT + DAY);
    expect([mails('ana'), mails('ben')]).toEqual([[], [mail(D35, D35_AT)]]);
  });

  it('whose wish was told to support is heard', async () => {
    await workUntil(world, D35_AT + DAY);
    await first.post('/v1/people/ana/signals', { signal: 'saved', ...why });
    await workUntil(world, tenIn('2026-05-06'));
    expect([mails('ana').length, mails('ben').length]).toEqual([1, 2]);
  });

  it('is found again by a sweep in about an hour after a waiver', async () => {
    await workUntil(world, D35_AT + DAY);
    const { body } = await first.post('/v1/changes', { kind: 'waive', person: 'ana', ...why });
    await second.post(`/v1/changes/${body.id}/approve`, { hash: body.hash });
    world.queued.sweep.splice(0);
    const at = D35_AT + DAY + HOUR;
    world.clock.set(at);
    await tick(world, at);
    const [message] = world.queued.sweep;
    expect(message).toBeDefined();
    await sweep(world, message!);
  });
});

/** A restore step by step: what it takes together, what it leaves, and what it says of that. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Mark } from '../../functions/domain/gate.ts';
import { DAY, HOUR, isoInstant } from '../../functions/domain/time.ts';
import type { Restore } from '../../functions/ports.ts';
import { restore, stopForRestore } from '../../functions/usecases/restore.ts';
import { hold, PLAN } from '../domain/examples.ts';
import { ENDED, isEncrypted, LEASE, putChat, setCohort, startWorld, type TestWorld } from './world.ts';

const NOW = ENDED + 2 * HOUR;
const SINCE = '2026-01-01T00:00:00.000Z';
const BEGUN: Restore = {
  cohort: 'eea',
  change: 'c1',
  why: 'a mistake of ours',
  startedAt: NOW,
  cursor: null,
  restored: 0,
  late: 0,
  done: false,
};
let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: NOW });
  await setCohort(world, 'eea', { hold, permitUntil: NOW });
});
afterEach(() => world.tables.stop());

const mark = (intent: string, changes: Partial<Mark> = {}): Mark => ({
  intent,
  arming: 'eea@1',
  cohort: 'eea',
  at: ENDED,
  prior: { encrypted: true, encryptedSince: SINCE, version: 1 },
  ...changes,
});
const disabled = (chatId: string, sunset: Mark) =>
  putChat(world, chatId, ['ana'], { encryption: 'off', encryptedSince: undefined, sunset });
/** Intents in the order of their numbers, each with one chat that was disabled under it. */
async function intents(count: number, changes: Partial<Mark> = {}) {
  for (let each = 0; each < count; each++) {
    const number = String(each).padStart(2, '0');
    const [id, chatId] = [`eea-2-${number}`, `chat-${number}`];
    await world.ledger.openIntent({
      id,
      cohort: 'eea',
      arming: 'eea@1',
      wave: 2,
      at: ENDED,
      chats: [chatId],
      closedAt: null,
    });
    await disabled(chatId, mark(id, changes));
  }
}
async function begin(state: Restore = BEGUN) {
  await world.ledger.saveRestore(state, undefined);
}
const state = () => world.ledger.restore('eea');
const audit = async () => world.ledger.audit({ after: 0, limit: 100 });
const RESTORED = (chatId: string, at = NOW) => ({
  type: 'ChatEncryptionRestored',
  detail: { sunset: PLAN.sunset, chatId, cohort: 'eea', at: isoInstant(at) },
});

describe('a restore', () => {
  it('restores what its cohort’s intents have disabled, tells the platform, and says what it came to', async () => {
    await intents(2);
    await begin();
    await restore(world, 'eea');
    expect(await Promise.all(['chat-00', 'chat-01'].map((id) => isEncrypted(world, id)))).toEqual([true, true]);
    expect(world.published).toEqual([RESTORED('chat-00'), RESTORED('chat-01')]);
    expect(await state()).toEqual({ ...BEGUN, cursor: 'eea-2-01', restored: 2, done: true });
    expect(await audit()).toMatchObject([
      {
        at: isoInstant(NOW),
        who: 'sunset',
        what: 'restore-ended',
        why: 'change c1',
        subject: 'eea',
        from: null,
        to: '2 chats restored, 0 not',
      },
    ]);
    expect(world.logged).toContainEqual(['a restore has ended', { cohort: 'eea', restored: 2, late: 0 }]);
    expect(await world.plan.due(NOW, 10)).toEqual([{ at: NOW, kind: 'sweep', id: 'extra' }]);
    expect(await world.tables.ledger.get({ pk: 'CHAT#chat-00', sk: 'RESTORED#eea@1' })).toBeDefined();
  });

  it('of more intents than it takes at once goes on until all are through', async () => {
    await intents(23);
    await begin();
    await restore(world, 'eea');
    expect(await state()).toMatchObject({ cursor: 'eea-2-22', restored: 23, done: true });
    expect(world.published).toHaveLength(23);
    expect(await audit()).toHaveLength(1);
  });

  it('of exactly as many as it takes at once ends too', async () => {
    await intents(10);
    await begin();
    await restore(world, 'eea');
    expect(await state()).toMatchObject({ cursor: 'eea-2-09', restored: 10, done: true });
  });

  it('goes on from its cursor, and adds to what it had', async () => {
    await intents(3);
    await begin({ ...BEGUN, cursor: 'eea-2-01', restored: 7, late: 1 });
    await restore(world, 'eea');
    expect(await isEncrypted(world, 'chat-00')).toBe(false);
    expect(await isEncrypted(world, 'chat-02')).toBe(true);
    expect(await state()).toMatchObject({ restored: 8, late: 1 });
  });

  it('of nothing ends at once, and says so', async () => {
    await begin();
    await restore(world, 'eea');
    expect(await state()).toEqual({ ...BEGUN, done: true });
    expect((await audit())[0]?.to).toBe('0 chats restored, 0 not');
    expect(world.published).toEqual([]);
  });

  it('stops where its call has run for half of its lease, with what it has done written down', async () => {
    await intents(23);
    await begin();
    const { recordRestored } = world.ledger;
    const slow = {
      ...world,
      ledger: {
        ...world.ledger,
        recordRestored: async (...x: Parameters<typeof recordRestored>) => {
          world.clock.set(world.clock.now() + LEASE / 2);
          await recordRestored(...x);
        },
      },
    };
    await restore(slow, 'eea');
    expect(await state()).toMatchObject({ cursor: 'eea-2-09', restored: 10, done: false });
    expect(await audit()).toEqual([]);
    expect(await world.plan.due(NOW + DAY, 10)).toEqual([]);
    expect(world.logged.map(([what]) => what)).not.toContain('a restore has ended');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['was never asked for', async () => {}],
    ['is done', () => begin({ ...BEGUN, done: true })],
    ['has no hold', () => begin().then(() => setCohort(world, 'eea', { hold: null }))],
    ['has a hold that is not certain yet', () => begin().then(() => setCohort(world, 'eea', { permitUntil: NOW + 1 }))],
  ])('that %s does nothing', async (_, happens) => {
    await intents(1);
    await happens();
    await restore(world, 'eea');
    expect(await isEncrypted(world, 'chat-00')).toBe(false);
    expect([world.published, await audit()]).toEqual([[], []]);
  });

  it.each(['sunset', 'cohort'] as const)('does nothing where there is no %s', async (port) => {
    await intents(1);
    await begin();
    await restore({ ...world, plan: { ...world.plan, [port]: async () => undefined } }, 'eea');
    expect(await isEncrypted(world, 'chat-00')).toBe(false);
  });

  it('counts as not restored what is out of its window, and changes nothing of it', async () => {
    await intents(2, { at: NOW - PLAN.guardRails.restoreWindowHours * HOUR });
    await begin();
    await restore(world, 'eea');
    expect(await isEncrypted(world, 'chat-00')).toBe(false);
    expect(await state()).toMatchObject({ restored: 0, late: 2, done: true });
    expect((await audit())[0]?.to).toBe('0 chats restored, 2 not');
    expect(world.published).toEqual([]);
  });

  it('leaves what was disabled under another cohort’s intent, or by nobody of us', async () => {
    await intents(1);
    await disabled('chat-00', mark('pilot-1-00'));
    await begin();
    await restore(world, 'eea');
    expect(await isEncrypted(world, 'chat-00')).toBe(false);
    expect(await state()).toMatchObject({ restored: 0, late: 0, done: true });
    await putChat(world, 'chat-00', ['ana'], { encryption: 'off', encryptedSince: undefined });
    await begin({ ...BEGUN, change: 'c2' }).catch(() => {});
    expect(await isEncrypted(world, 'chat-00')).toBe(false);
  });

  it('tells again what it has restored before it was cut off, and counts it', async () => {
    await intents(1, { restoredAt: NOW + 5 });
    await begin();
    await restore(world, 'eea');
    expect(world.published).toEqual([RESTORED('chat-00', NOW + 5)]);
    expect(await state()).toMatchObject({ restored: 1, late: 0 });
  });

  it('tells what was restored at the very instant at which it began', async () => {
    await intents(1, { restoredAt: NOW });
    await begin();
    await restore(world, 'eea');
    expect(await state()).toMatchObject({ restored: 1 });
  });

  it('does not tell again what an earlier restore has done', async () => {
    await intents(1, { restoredAt: NOW - 1 });
    await begin();
    await restore(world, 'eea');
    expect([world.published, await state()]).toEqual([[], { ...BEGUN, cursor: 'eea-2-00', done: true }]);
  });

  /** The world where something happens to a chat between our reading and our writing. */
  const racing = (happens: () => Promise<unknown>) => ({
    ...world,
    platform: {
      ...world.platform,
      restore: async (...x: Parameters<typeof world.platform.restore>) => {
        await happens();
        return world.platform.restore(...x);
      },
    },
  });

  it.each<[string, () => Promise<unknown>, Partial<Restore>]>([
    [
      'was restored by another call of this restore',
      () => putChat(world, 'chat-00', ['ana'], { sunset: mark('eea-2-00', { restoredAt: NOW }) }),
      { restored: 1, late: 0 },
    ],
    ['was disabled anew, under another intent', () => disabled('chat-00', mark('eea-2-99')), { restored: 0, late: 1 }],
    [
      'was encrypted again by the platform',
      () => putChat(world, 'chat-00', ['ana'], { sunset: mark('eea-2-00') }),
      { restored: 0, late: 0 },
    ],
    ['is gone', () => world.tables.chats.batchWrite({ deletes: [{ chatId: 'chat-00' }] }), { restored: 0, late: 0 }],
    [
      'has lost our mark',
      () => putChat(world, 'chat-00', ['ana'], { encryption: 'off', encryptedSince: undefined, version: 9 }),
      { restored: 0, late: 0 },
    ],
  ])('counts a chat that meanwhile %s for what it is', async (_, happens, expected) => {
    await intents(1);
    await begin();
    await restore(racing(happens), 'eea');
    expect(await state()).toMatchObject({ ...expected, done: true });
    expect(world.published).toHaveLength(expected.restored ?? 0);
  });

  it('leaves the count of whoever did the same stretch before it, and ends nothing twice', async () => {
    await intents(1);
    await begin();
    const raced = {
      ...world,
      ledger: { ...world.ledger, saveRestore: async () => false },
    };
    await restore(raced, 'eea');
    expect(await state()).toEqual(BEGUN);
    expect(await world.plan.due(NOW, 10)).toEqual([]);
  });

  it('writes the proof before it tells the platform', async () => {
    await intents(1);
    await begin();
    const failing = { ...world, bus: { publish: () => Promise.reject(new Error('the bus is away')) } };
    await expect(restore(failing, 'eea')).rejects.toThrow('the bus is away');
    expect(await world.tables.ledger.get({ pk: 'CHAT#chat-00', sk: 'RESTORED#eea@1' })).toBeDefined();
    expect(await state()).toEqual(BEGUN);
  });
});

describe('stopping a cohort for its restore', () => {
  const who = 'restore c1';
  const stop = (of: TestWorld = world) => stopForRestore(of, { id: 'eea', change: 'c1', why: 'a mistake' }, NOW);
  const cohort = async () => (await world.plan.cohort('eea'))!;

  it('holds it and pauses its waves, in the restore’s name', async () => {
    await setCohort(world, 'eea', { hold: null });
    await stop();
    expect(await cohort()).toMatchObject({
      hold: { who, why: 'a mistake', since: NOW },
      paused: { who, why: 'a mistake', since: NOW },
    });
  });

  it('leaves a hold and a pause that are there', async () => {
    await setCohort(world, 'eea', { paused: hold });
    await stop();
    expect(await cohort()).toMatchObject({ hold, paused: hold });
  });

  it('pauses although somebody changes the cohort at the same moment', async () => {
    let times = 0;
    const { setCohort: change } = world.plan;
    const raced = {
      ...world,
      plan: {
        ...world.plan,
        setCohort: async (...x: Parameters<typeof change>) => {
          if (times++ === 0) await change((await world.plan.cohort('eea'))!, { soakWaived: 1 });
          return change(...x);
        },
      },
    };
    await stop(raced);
    expect(times).toBe(2);
    expect((await cohort()).paused).toMatchObject({ who });
  });

  it('of no cohort is nothing', async () => {
    await expect(stopForRestore(world, { id: 'nowhere', change: 'c1', why: 'x' }, NOW)).resolves.toBeUndefined();
  });
});

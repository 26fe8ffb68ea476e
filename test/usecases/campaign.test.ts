/**
 * A whole campaign of a few people, from the first sweep to the last mail, by the use cases alone. What SES, the
 * platform's tables and its bus saw in the end must not depend on how often, how late and in which order ticks,
 * messages and events came.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { numberOf } from '../../bin/local/audience/random.ts';
import { DAY, HOUR, isoInstant, localDate, localDateAt, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import { disable } from '../../functions/usecases/disable.ts';
import { dispatch } from '../../functions/usecases/dispatch.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { sweep } from '../../functions/usecases/sweep.ts';
import { tick } from '../../functions/usecases/tick.ts';
import { aPlan, END, endOfDay } from '../domain/examples.ts';
import { anEvent, ENDED, killed, putChat, putUser, type SomeUser, startWorld, type TestWorld } from './world.ts';

const BEGIN = parseInstant('2026-04-01T06:00:00Z');
const OVER = parseInstant('2026-06-20T00:00:00Z');
const ONE_COHORT = aPlan({ cohorts: [{ id: 'eea', match: { countries: ['*'], percentage: 100 }, endDate: END }] });

const PEOPLE: Readonly<Record<string, SomeUser>> = {
  ana: {},
  ben: { locale: 'fr-FR' },
  bounces: { locale: 'en' },
  late: {},
  noa: { timeZone: 'Pacific/Auckland', locale: 'en', country: 'NZ' },
  nowhere: { timeZone: 'Mars/Base', locale: null, country: null },
  silent: { email: null },
};
const CHATS: Readonly<Record<string, readonly string[]>> = {
  'ana-ben': ['ana', 'ben'],
  'ana-noa': ['ana', 'noa'],
  'ben-bounces': ['ben', 'bounces'],
  'late-ben': ['late', 'ben'],
  'noa-nowhere': ['noa', 'nowhere'],
  'silent-ana': ['silent', 'ana'],
};

/** How the world carries ticks, messages and events. */
interface Delivery {
  /** A tick comes so long after it should. */
  readonly late: number;
  /** Ticks, messages and events come so often. */
  readonly times: number;
  /** What is queued together comes in the other order. */
  readonly reversed: boolean;
  /** A process is killed before one of so many writes, at random; its message comes again once. */
  readonly deaths?: number;
}

async function play({ late, times, reversed, deaths = Number.POSITIVE_INFINITY }: Delivery): Promise<TestWorld> {
  const world = await startWorld({ at: BEGIN, plan: ONE_COHORT });
  for (const [userId, user] of Object.entries(PEOPLE)) await putUser(world, userId, user);
  for (const [chatId, participants] of Object.entries(CHATS)) await putChat(world, chatId, participants);
  await world.plan.schedule({ at: BEGIN, kind: 'sweep', id: 'regular' });
  await world.plan.nextSweep({ from: null, to: BEGIN });

  let writes = 0;
  const mortal = killed(world, () => numberOf(`write ${++writes}`) < 1 / deaths);
  /** Whoever is killed leaves its message, which comes again. */
  const attempt = async (work: () => Promise<unknown>) => {
    await work().catch(() => work().catch(() => undefined));
  };
  let heard = 0;
  const take = <M>(queue: M[]): M[] => {
    const some = queue.splice(0);
    const repeated = some.flatMap((each) => Array.from({ length: times }, () => each));
    return reversed ? repeated.reverse() : repeated;
  };
  /** Events about what SES has accepted since: the mail of one bounces, that of another is lost once. */
  const events = () => {
    const calls = world.mailer.calls.slice(heard);
    heard = world.mailer.calls.length;
    return calls.flatMap(({ people, page, notice, at }) =>
      people.flatMap((userId) => {
        const about = { page, notice, time: isoInstant(at + 1000) };
        if (userId === 'bounces') return [anEvent('Bounce', userId, { ...about, bounceType: 'Permanent' })];
        if (userId === 'late' && notice === `d35@${END}`)
          return [anEvent('Bounce', userId, { ...about, bounceType: 'Transient' })];
        return [anEvent('Delivery', userId, about)];
      }),
    );
  };
  const workOff = async () => {
    const { queued } = world;
    for (let rounds = 0; rounds < 20; rounds++) {
      for (const message of take(queued.sweep)) await attempt(() => sweep(mortal, message));
      for (const message of take(queued.dispatch)) await attempt(() => dispatch(mortal, message));
      for (const message of take(queued.notices)) await attempt(() => notify(mortal, message));
      for (const message of take(queued.disable)) await attempt(() => disable(mortal, message));
      {
        const heardNow = take(events());
        await feedback(mortal, heardNow).catch(() => undefined);
        if (deaths < Number.POSITIVE_INFINITY) await feedback(world, heardNow);
      }
    }
  };

  for (let now = BEGIN; now < OVER;) {
    world.clock.set(now);
    await Promise.all(Array.from({ length: times }, () => tick(mortal, now).catch(() => undefined)));
    await workOff();
    const cohort = await world.plan.cohort('eea');
    if (now > ENDED && cohort?.arming === null)
      await world.plan.arm('eea', { id: 'eea@1', headCount: cohort.headCount, at: now, by: ['first', 'second'] });
    const [next] = await world.plan.due(OVER, 1);
    // Waves are on no agenda: they open with any tick after their instant.
    const soon = now >= ENDED && now < ENDED + 4 * DAY ? now + HOUR : OVER;
    now = Math.max(now + MINUTE, Math.min(soon, (next?.at ?? OVER) + late));
  }
  return world;
}

/** What was seen from outside, without the instants. */
async function outcome(world: TestWorld) {
  const zones: Readonly<Record<string, string>> = { noa: 'Pacific/Auckland' };
  const told = Object.fromEntries(Object.keys(PEOPLE).map((userId) => [userId, [] as string[]]));
  for (const { people, notice, at } of world.mailer.calls)
    for (const userId of people)
      told[userId]?.push(`${notice} on ${localDateAt(at, zones[userId] ?? 'Europe/Berlin')}`);
  const chats = await world.platform.chats(Object.keys(CHATS));
  const blocked = await world.ledger.blocked(Object.keys(CHATS));
  return {
    told,
    chats: Object.fromEntries(
      [...chats].map(([id, { encrypted }]) => [id, encrypted ? (blocked.get(id)?.reason ?? 'encrypted') : 'disabled']),
    ),
    events: [
      ...new Set(world.published.map(({ type, detail }) => `${type} ${'chatId' in detail ? detail.chatId : ''}`)),
    ].toSorted(),
    hold: (await world.plan.cohort('eea'))?.hold,
    open: (await world.plan.runs())
      .filter(({ state }) => state === 'open')
      .map(({ group, notice }) => `${group} ${notice}`),
  };
}

const IN_ORDER: Delivery = { late: 0, times: 1, reversed: false };
const PATIENCE = 120_000;
let world: TestWorld;
let expected: Awaited<ReturnType<typeof outcome>>;
beforeAll(async () => {
  world = await play(IN_ORDER);
  expected = await outcome(world);
}, PATIENCE);
afterAll(() => world.tables.stop());

describe('a campaign', () => {
  it('tells everybody in time, disables what may be disabled, and blocks the rest with a reason', async () => {
    const { told, chats, hold, open } = expected;
    expect(told['ana']).toEqual([
      `d35@${END} on 2026-04-14`,
      `d14@${END} on 2026-05-05`,
      `d7@${END} on 2026-05-12`,
      `d1@${END} on 2026-05-18`,
      expect.stringContaining(`done@${END} on 2026-0`),
    ]);
    expect(told['silent']).toEqual([]);
    expect(chats).toMatchObject({
      'ana-ben': 'disabled',
      'ana-noa': 'disabled',
      'ben-bounces': 'unreachable',
      'noa-nowhere': 'disabled',
      'silent-ana': 'no-address',
    });
    expect(hold).toBeNull();
    expect(open).toEqual([]);
  });

  it('gives who had no proof in time a later date, and disables their chats after it only (promises 2, 4)', async () => {
    const { told, chats } = expected;
    const date = told['late']?.find((each) => each.startsWith('moved@'))?.slice('moved@'.length, 'moved@'.length + 10);
    expect(date && date > END).toBe(true);
    expect(told['late']?.map((each) => each.split('@')[0])).toEqual(
      expect.arrayContaining(['d35', 'moved', 'd14', 'd7', 'd1']),
    );
    const at = (await world.platform.chats(['late-ben'])).get('late-ben')?.mark?.at ?? Number.POSITIVE_INFINITY;
    expect(at).toBeGreaterThanOrEqual(endOfDay(localDate(date ?? ''), 'Europe/Berlin'));
    expect(chats['late-ben']).toBe('disabled');
  });

  it('never disables a chat before any date that was mailed to a participant (promises 1, 2)', async () => {
    const latest = new Map<string, string>();
    for (const { people, notice } of world.mailer.calls) {
      const [stage, date] = notice.split('@');
      if (stage !== 'done')
        for (const userId of people) latest.set(userId, [latest.get(userId) ?? '', date ?? ''].toSorted()[1]!);
    }
    for (const { mark, participants } of (await world.platform.chats(Object.keys(CHATS))).values()) {
      if (mark === null) continue;
      for (const userId of participants) {
        const zone = PEOPLE[userId]?.timeZone ?? 'Europe/Berlin';
        const date = latest.get(userId);
        expect(date).toBeDefined();
        expect(mark.at).toBeGreaterThanOrEqual(endOfDay(date ?? '', zone));
      }
    }
  });

  it('mails nobody twice on one local day, nor a notice twice that has not come back (promises 7, 10)', async () => {
    for (const [userId, notices] of Object.entries(expected.told)) {
      const days = notices.map((each) => each.split(' on ')[1]);
      expect(new Set(days).size).toBe(days.length);
      const had = notices.map((each) => each.split(' on ')[0]);
      const again = had.filter((each, at) => had.indexOf(each) !== at);
      // Only one mailbox was full for a while: one notice came back, and came back again.
      expect([userId, ...again]).toEqual(userId === 'late' ? [userId, `d35@${END}`] : [userId]);
    }
  });
});

describe('the outcome is the same (promise 9)', { timeout: PATIENCE }, () => {
  it.each<[string, Delivery]>([
    ['ticks, messages and events come twice', { ...IN_ORDER, times: 2 }],
    ['they come three times, in the other order, and ticks are late', { late: 7 * MINUTE, times: 3, reversed: true }],
  ])('although %s', async (_, delivery) => {
    const other = await play(delivery);
    expect(await outcome(other)).toEqual(expected);
    await other.tables.stop();
  });

  it.each([7, 23])(
    'for the chats, although a process is killed at one of %d writes (promises 7, 8)',
    async (deaths) => {
      const other = await play({ ...IN_ORDER, deaths });
      const { chats, told, hold } = await outcome(other);
      expect(chats).toEqual(expected.chats);
      expect(hold).toBeNull();
      for (const [userId, notices] of Object.entries(told)) {
        const had = notices.map((each) => each.split(' on ')[0] ?? '');
        // Sent again is what is required only, and only where nobody knew.
        const optional = had.filter((each) => /^(d14|d7|moved|done)@/.test(each));
        expect(new Set(optional).size).toBe(optional.length);
        const required = (expected.told[userId] ?? []).filter((each) => /^(d35|d1)@/.test(each));
        expect(had).toEqual(expect.arrayContaining(required.map((each) => each.split(' on ')[0])));
      }
      await other.tables.stop();
    },
  );
});

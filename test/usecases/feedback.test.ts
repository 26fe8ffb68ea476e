import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FeedbackMessage } from '../../functions/contracts/messages.ts';
import { HOLD_SET } from '../../functions/contracts/log-lines.ts';
import { tagOfId } from '../../functions/domain/tags.ts';
import { DAY, HOUR, isoInstant, MINUTE } from '../../functions/domain/time.ts';
import { feedback, meaningOf } from '../../functions/usecases/feedback.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { aPlan, GROUP, PAGE, PLAN } from '../domain/examples.ts';
import {
  anEvent,
  D1,
  D14,
  D35,
  D35_AT,
  LETTER,
  onPage,
  recordOf,
  rowsOf,
  startWorld,
  type TestWorld,
} from './world.ts';

const AT = D35_AT + 5_000;
/** Few enough for a test to reach. */
const SENSITIVE = aPlan(
  {},
  { breakers: { minimumSample: 10, bounces: 30, complaints: 30, suppressed: 40, failures: 25, softBounces: 20 } },
);

let world: TestWorld;
const begin = async (people: readonly string[], plan = PLAN) => {
  world = await startWorld({ at: D35_AT, plan });
  await onPage(world, people);
};
beforeEach(() => begin(['ana', 'ben']));
afterEach(() => world.tables.stop());
/** Another world than the one that every test begins with. */
const beginAnew = async (people: readonly string[], plan = PLAN) => {
  await world.tables.stop();
  await begin(people, plan);
};

const hear = (...messages: FeedbackMessage[]) => feedback(world, messages);
const factsOf = async (userId: string) => (await world.ledger.members([userId])).get(userId)!.facts;
const holdOf = async () => (await world.plan.cohort('eea'))?.hold;
/** What has been counted until now, of which nothing is added. */
const counted = () => world.plan.countOutcomes('eea', D35, { delivered: 0 });

const permanent = { bounceType: 'Permanent', bounceSubType: 'General' };
const suppressed = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };

describe('an event', () => {
  it('of a delivery is a fact with the event’s own instant, and counts', async () => {
    expect(await hear(anEvent('Delivery', 'ana'))).toEqual([null]);
    expect((await factsOf('ana')).delivered).toEqual(new Map([[D35, AT]]));
    expect((await counted()).delivered).toBe(1);
  });

  it('is written once however often it comes, and counts once (promise 9)', async () => {
    await hear(anEvent('Delivery', 'ana'), anEvent('Delivery', 'ana'));
    await hear(anEvent('Delivery', 'ana', { id: 'another', time: isoInstant(AT + 60_000) }));
    expect((await factsOf('ana')).delivered).toEqual(new Map([[D35, AT]]));
    expect((await counted()).delivered).toBe(1);
  });

  it('counts for each notice and each person', async () => {
    await hear(anEvent('Delivery', 'ana'), anEvent('Delivery', 'ana', { notice: D14 }), anEvent('Delivery', 'ben'));
    expect((await counted()).delivered).toBe(3);
  });

  it('of a permanent bounce says that the person is unreachable, and the platform is told so', async () => {
    await hear(anEvent('Bounce', 'ana', permanent));
    expect(await factsOf('ana')).toMatchObject({ failed: new Map([[D35, 'bounced']]), unreachable: AT });
    expect(world.published).toEqual([
      {
        type: 'PersonUnreachable',
        detail: { sunset: PLAN.sunset, userId: 'ana', notice: D35, reason: 'bounced' },
      },
    ]);
  });

  it('of a notice that is not required tells the platform nothing', async () => {
    await hear(anEvent('Bounce', 'ana', { ...permanent, notice: D14 }));
    expect(world.published).toEqual([]);
  });

  it.each([
    ['Reject', 'rejected'],
    ['Rendering Failure', 'rendering-failed'],
  ])('%s says that the notice has not reached the person, and nothing about their address', async (type, fact) => {
    await hear(anEvent(type, 'ana'), anEvent(type, 'ben', { notice: D14 }));
    expect(await factsOf('ana')).toMatchObject({ failed: new Map([[D35, fact]]) });
    expect((await factsOf('ana')).unreachable).toBeUndefined();
    expect(world.published).toEqual([
      { type: 'PersonUnreachable', detail: { sunset: PLAN.sunset, userId: 'ana', notice: D35, reason: fact } },
    ]);
    expect(await counted()).toMatchObject({ failed: 2, bounced: 0, delivered: 0 });
  });

  it.each([
    ['a bounce', permanent, 'Bounce'],
    ['a suppressed address', suppressed, 'Bounce'],
    ['a rejection', {}, 'Reject'],
    ['a failure to render', {}, 'Rendering Failure'],
  ])('of %s tells the platform once, however often it comes afterwards', async (_, about, type) => {
    for (let times = 0; times < 3; times++) await hear(anEvent(type, 'ana', about));
    expect(world.published).toHaveLength(1);
  });

  it('of a complaint tells the platform nothing: the notice has reached them', async () => {
    await hear(anEvent('Delivery', 'ana'), anEvent('Complaint', 'ana'));
    expect((await factsOf('ana')).complained).toBe(AT);
    expect((await counted()).complained).toBe(1);
    expect(world.published).toEqual([]);
  });

  it.each(['DeliveryDelay', 'Delivery'])('%s tells the platform nothing', async (type) => {
    await hear(anEvent(type, 'ana'));
    expect(world.published).toEqual([]);
  });

  it('of a suppressed address is no bounce', async () => {
    await hear(anEvent('Bounce', 'ana', suppressed));
    expect(await counted()).toEqual({
      delivered: 0,
      bounced: 0,
      complained: 0,
      suppressed: 1,
      failed: 0,
      softBounced: 0,
    });
    expect((await factsOf('ana')).unreachable).toBe(AT);
  });

  it('of a full mailbox leaves the person to be mailed again', async () => {
    await hear(anEvent('Bounce', 'ana', { bounceType: 'Transient', bounceSubType: 'MailboxFull' }));
    const facts = await factsOf('ana');
    expect(facts.unreachable).toBeUndefined();
    expect(facts.failed).toEqual(new Map([[D35, 'soft-bounced']]));
  });

  it.each([
    ['Reject', 'rejected'],
    ['Rendering Failure', 'rendering-failed'],
    ['DeliveryDelay', 'delayed'],
    ['Complaint', 'complained'],
    ['Bounce', 'soft-bounced'],
  ])('%s is never a delivery (promise 5)', (type, fact) => {
    expect(meaningOf(anEvent(type, 'ana'))).toMatchObject({ fact });
  });

  it('of another kind, or without our tags, is left alone: it is no error that would come again', async () => {
    expect(
      await hear(anEvent('Open', 'ana'), anEvent('Send', 'ana'), anEvent('Delivery', 'ana', { tags: {} })),
    ).toEqual([null, null, null]);
    expect(world.warnings).toHaveLength(3);
    expect((await counted()).delivered).toBe(0);
  });

  const SECRET = 'ana@example.com <b>is here</b>';
  const hostile: readonly [string, Partial<FeedbackMessage>][] = [
    ['a type that is no type', { type: SECRET }],
    ['a type that every object has', { type: 'constructor' }],
    ['a kind of bounce that is none', { type: 'Complaint', bounceType: SECRET, bounceSubType: SECRET }],
    ['a person that is no tag', { tags: { person: [SECRET], page: ['x'], notice: ['d35_2026-05-19'] } }],
    ['a page that is no tag', { tags: { person: ['YW5h'], page: [SECRET], notice: [SECRET] } }],
    ['a notice that is no tag', { tags: { person: ['YW5h'], page: ['x'], notice: [SECRET] } }],
    ['a notice about no day', { tags: { person: ['YW5h'], page: ['x'], notice: ['d35_2026-02-30'] } }],
    [
      'a notice with a stage that is a path',
      { tags: { person: ['YW5h'], page: ['x'], notice: ['../d35_2026-05-19'] } },
    ],
    ['a notice with a second date', { tags: { person: ['YW5h'], page: ['x'], notice: ['d35_2026-05-19@2026-05-19'] } }],
    ['a notice with a second separator', { tags: { person: ['YW5h'], page: ['x'], notice: ['d35_2026-05-19@'] } }],
    ['a hash of nobody', { tags: { person: [`_${SECRET}`], page: ['x'], notice: ['d35_2026-05-19'] } }],
    ['no tag at all', { tags: {} }],
    ['empty tags', { tags: { person: [], page: '', notice: [''] } }],
    ['a tag by a name that every object has', { tags: { constructor: [SECRET] } }],
  ];
  it.each(hostile)('with %s is no error, and leaves nothing of it in the log (promise 15)', async (_, about) => {
    const lines: unknown[] = [];
    const line = (...x: unknown[]) => void lines.push(x);
    const before = await rowsOf(world, world.tables.ledger);
    const message = { ...anEvent('Delivery', 'ana', { id: SECRET, messageId: SECRET }), ...about };
    expect(await feedback({ ...world, log: { info: line, warn: line } }, [message])).toEqual([null]);
    expect(JSON.stringify(lines)).not.toMatch(/ana|example|here|YW5h|\.\.|02-30|constructor/);
    if (message.type === 'Complaint') expect((await factsOf('ana')).complained).toBe(AT);
    else expect(await rowsOf(world, world.tables.ledger)).toEqual(before);
  });

  it('about somebody who is no member changes nothing', async () => {
    expect(await hear(anEvent('Bounce', 'nobody', permanent))).toEqual([null]);
    expect(await counted()).toMatchObject({ bounced: 0 });
    expect((await rowsOf(world, world.tables.ledger)).some(({ pk }) => pk === 'PERSON#nobody')).toBe(false);
    expect(world.published).toEqual([]);
  });

  it('finds a person whose id is too long for a tag', async () => {
    const long = 'x'.repeat(300);
    await beginAnew(['ana', long]);
    await hear(anEvent('Delivery', long));
    expect((await factsOf(long)).delivered.size).toBe(1);
    expect((await factsOf('ana')).delivered.size).toBe(0);
  });

  it('keeps no other back that cannot be recorded, and is named as the one to come again', async () => {
    const failing = {
      ...world,
      ledger: {
        ...world.ledger,
        addFacts: async (...x: Parameters<typeof world.ledger.addFacts>) => {
          if (x[0] === 'ana') throw new Error('too many requests');
          return world.ledger.addFacts(...x);
        },
      },
    };
    const errors = await feedback(failing, [anEvent('Delivery', 'ana'), anEvent('Delivery', 'ben')]);
    expect(errors).toEqual([expect.objectContaining({ message: 'too many requests' }), null]);
    expect((await factsOf('ben')).delivered.size).toBe(1);
    await hear(anEvent('Delivery', 'ana'));
    expect((await counted()).delivered).toBe(2);
  });

  it('tells the platform of who is unreachable, though its bus fails once (promise 9)', async () => {
    const { publish } = world.bus;
    const failing = { ...world, bus: { publish: () => Promise.reject(new Error('the bus is away')) } };
    const bounce = anEvent('Bounce', 'ana', permanent);
    expect(await feedback(failing, [bounce])).toEqual([expect.any(Error)]);
    await feedback({ ...world, bus: { publish } }, [bounce]);
    expect(world.published).toMatchObject([{ type: 'PersonUnreachable', detail: { userId: 'ana' } }]);
  });

  it('counts for the breakers, though the bus fails once (promise 9)', async () => {
    const failing = { ...world, bus: { publish: () => Promise.reject(new Error('the bus is away')) } };
    const bounce = anEvent('Bounce', 'ana', permanent);
    await feedback(failing, [bounce]);
    await hear(bounce);
    expect((await counted()).bounced).toBe(1);
  });
});

describe('what an event means', () => {
  const none = {};
  it.each<[string, Partial<FeedbackMessage>, object | null]>([
    ['Delivery', none, { fact: 'delivered', outcome: 'delivered' }],
    [
      'Bounce',
      { bounceType: 'Permanent', bounceSubType: 'General' },
      { fact: 'bounced', person: 'unreachable', outcome: 'bounced' },
    ],
    [
      'Bounce',
      { bounceType: 'Permanent', bounceSubType: 'Suppressed' },
      { fact: 'suppressed', person: 'unreachable', outcome: 'suppressed' },
    ],
    [
      'Bounce',
      { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' },
      { fact: 'suppressed', person: 'unreachable', outcome: 'suppressed' },
    ],
    ['Bounce', { bounceType: 'Transient', bounceSubType: 'General' }, { fact: 'soft-bounced', outcome: 'softBounced' }],
    ['Bounce', { bounceType: 'Undetermined' }, { fact: 'soft-bounced', outcome: 'softBounced' }],
    ['Complaint', none, { fact: 'complained', person: 'complained', outcome: 'complained' }],
    ['Reject', none, { fact: 'rejected', outcome: 'failed' }],
    ['Rendering Failure', none, { fact: 'rendering-failed', outcome: 'failed' }],
    ['DeliveryDelay', none, { fact: 'delayed' }],
    ['Open', none, null],
  ])('%s %j is exactly %j', (type, about, meaning) => {
    expect(meaningOf(anEvent(type, 'ana', about))).toEqual(meaning);
  });

  it('is said to the log where nothing can be done with it, by its kind alone', async () => {
    await hear(
      anEvent('Open', 'ana'),
      anEvent('Delivery', 'ana', { tags: {} }),
      anEvent('Delivery', 'ana', { tags: { ...anEvent('Delivery', 'ana').tags, page: [] } }),
      anEvent('Delivery', 'ana', { tags: { ...anEvent('Delivery', 'ana').tags, notice: [] } }),
      anEvent('Reject', 'y'.repeat(300)),
    );
    expect(world.logged).toEqual([
      ['an event is of no use', { fact: 'none' }],
      ['an event is of no use', { fact: 'delivered' }],
      ['an event is of no use', { fact: 'delivered' }],
      ['an event is of no use', { fact: 'delivered' }],
      ['an event names nobody', { fact: 'rejected' }],
    ]);
    expect((await factsOf('ana')).delivered.size).toBe(0);
  });

  it('is the same whether its tags come as lists or alone', async () => {
    const { tags } = anEvent('Delivery', 'ana');
    const alone = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, value[0] ?? '']));
    await hear(anEvent('Delivery', 'ana', { tags: alone }));
    expect((await factsOf('ana')).delivered.size).toBe(1);
  });

  it('that a mail is late counts for no breaker', async () => {
    await hear(anEvent('DeliveryDelay', 'ana'));
    expect(Object.values(await counted())).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('names nobody on a page that is not there, nor by a page whose own id is too long', async () => {
    const long = 'x'.repeat(300);
    const { tags } = anEvent('Delivery', long);
    await hear(
      anEvent('Delivery', long, { page: 'eea~Europe/Berlin~~de~99' }),
      anEvent('Delivery', long, { tags: { ...tags, page: [tagOfId('p'.repeat(300))] } }),
    );
    expect(world.logged.map(([what]) => what)).toEqual(['an event names nobody', 'an event names nobody']);
  });

  it('is kept for who is a member, though no plan is there: nobody is told, and no breaker asked', async () => {
    const without = { ...world, plan: { ...world.plan, sunset: async () => undefined } };
    expect(await feedback(without, [anEvent('Reject', 'ana')])).toEqual([null]);
    expect([(await factsOf('ana')).failed.get(D35), world.published]).toEqual(['rejected', []]);
  });
});

describe('a mailbox that gives a notice back', () => {
  const full = { bounceType: 'Transient', bounceSubType: 'MailboxFull' } as const;
  const MORNING = D35_AT + DAY;
  const again = async () => (await world.plan.due(MORNING + DAY, 10)).filter(({ kind }) => kind === 'again');
  const outcomes = async () => (await recordOf(world, D35))?.attempts.map((attempt) => attempt.outcomes);
  beforeEach(() => notify(world, { page: PAGE, notice: D35 }));

  it('is tried again the next morning, and for the whole group by one row', async () => {
    await hear(anEvent('Bounce', 'ana', full), anEvent('Bounce', 'ben', full));
    expect(await again()).toEqual([{ at: MORNING, kind: 'again', id: `${GROUP}|${D35}` }]);
    expect(await outcomes()).toEqual([{ 0: 'returned', 1: 'returned' }]);
    expect(await recordOf(world, D35)).toMatchObject({ complete: false, until: MORNING });
    expect(world.published).toEqual([]);
  });

  it('leaves the others of a page that is not complete to be asked for when they were', async () => {
    const { skipped, changes } = (await recordOf(world, D35))!;
    await world.ledger.note(PAGE, D35, { skipped, complete: false, until: D35_AT + HOUR, changes });
    await hear(anEvent('Bounce', 'ana', full));
    expect((await recordOf(world, D35))?.until).toBe(D35_AT + HOUR);
  });

  it.each<[string, Partial<FeedbackMessage> & { page?: string; notice?: string }]>([
    ['a page that is not theirs', { page: `${GROUP}~de~2` }],
    ['a page by an id that is too long', { page: 'p'.repeat(300) }],
    ['a notice that was not sent', { notice: D14 }],
  ])('is not tried again where it names %s', async (_, about) => {
    await hear(anEvent('Bounce', 'ana', { ...full, ...about }));
    expect([await again(), await outcomes()]).toEqual([[], [{ 0: 'accepted', 1: 'accepted' }]]);
    expect((await factsOf('ana')).failed.size).toBe(1);
  });

  it('is not tried again where it was delivered before', async () => {
    await hear(anEvent('Delivery', 'ana'), anEvent('Bounce', 'ana', { ...full, time: isoInstant(AT + 1000) }));
    expect(await again()).toEqual([]);
  });

  it('is told to the platform where it says "tomorrow", which it could not say again', async () => {
    await hear(anEvent('Bounce', 'ana', { ...full, notice: D1 }));
    expect(world.published).toMatchObject([{ detail: { userId: 'ana', notice: D1, reason: 'soft-bounced' } }]);
    expect(await again()).toEqual([]);
  });

  it('waits until its attempt is settled, five minutes at most', async () => {
    const long = 'd14@2026-05-19';
    await world.ledger.claim(PAGE, long, { number: 1, at: D35_AT, language: 'de', slots: [0], letter: LETTER });
    const event = anEvent('Bounce', 'ana', { ...full, notice: long });
    world.clock.set(D35_AT + 5 * MINUTE - 1);
    expect(await hear(event)).toEqual([
      expect.objectContaining({ message: 'a notice came back before its attempt was settled' }),
    ]);
    // An attempt of others does not concern them.
    expect(await hear(anEvent('Bounce', 'ben', { ...full, notice: long }))).toEqual([null]);
    world.clock.set(D35_AT + 5 * MINUTE);
    expect(await hear(event)).toEqual([null]);
  });
});

describe('events in whatever order, and however often (promise 9)', () => {
  const events = [
    anEvent('DeliveryDelay', 'ana'),
    anEvent('Delivery', 'ana'),
    anEvent('Complaint', 'ana', { time: isoInstant(AT + 1000) }),
    anEvent('Bounce', 'ben', permanent),
    anEvent('Delivery', 'ben', { notice: D14, time: isoInstant(AT + 2000) }),
  ];

  it('leave the same facts and the same counts', async () => {
    await hear(...events);
    const expected = [await factsOf('ana'), await factsOf('ben'), await counted()];
    const orders = fc.tuple(
      fc.shuffledSubarray(events, { minLength: events.length }),
      fc.array(fc.constantFrom(...events), { maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ([order, again]) => {
        await beginAnew(['ana', 'ben']);
        for (const message of [...order, ...again]) await hear(message);
        expect([await factsOf('ana'), await factsOf('ben'), await counted()]).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });
});

describe('a breaker (promise 11)', () => {
  const people = Array.from({ length: 12 }, (_, at) => `p${at}`);
  const outcomes = (bounces: number) =>
    people.map((each, at) => (at < bounces ? anEvent('Bounce', each, permanent) : anEvent('Delivery', each)));

  it('sets a hold with its reason, and says so', async () => {
    await beginAnew(people, SENSITIVE);
    await hear(...outcomes(4));
    expect(await holdOf()).toEqual({
      who: 'breaker',
      why: 'bounced: 4 of 12 outcomes (33.33 %), limit 30 %',
      since: D35_AT,
    });
    expect(world.warnings).toContain(HOLD_SET);
  });

  it('sets none where fewer bounce', async () => {
    await beginAnew(people, SENSITIVE);
    await hear(...outcomes(3));
    expect(await holdOf()).toBeNull();
  });

  it('is not tripped by one bounce that is told many times', async () => {
    await beginAnew(people, SENSITIVE);
    await hear(...outcomes(2));
    for (let times = 0; times < 10; times++) await hear(anEvent('Bounce', 'p0', permanent));
    expect(await holdOf()).toBeNull();
  });

  it('waits for its sample', async () => {
    await beginAnew(people, SENSITIVE);
    await hear(...outcomes(9).slice(0, 9));
    expect(await holdOf()).toBeNull();
    await hear(...outcomes(12).slice(9, 10));
    expect((await holdOf())?.why).toContain('bounced: 10 of 10');
  });

  it('counts suppression apart from bounces', async () => {
    await beginAnew(people, SENSITIVE);
    await hear(...people.map((each, at) => anEvent(at < 4 ? 'Bounce' : 'Delivery', each, at < 4 ? suppressed : {})));
    expect(await holdOf()).toBeNull();
    await hear(...people.slice(4, 8).map((each) => anEvent('Bounce', each, { ...suppressed, notice: D14 })));
    expect((await holdOf())?.why).toContain('suppressed: 8 of 16');
  });

  it.each(['Reject', 'Rendering Failure'])('counts %s as a failure of ours', async (type) => {
    await beginAnew(people, SENSITIVE);
    await hear(...people.map((each, at) => anEvent(at < 3 ? type : 'Delivery', each)));
    expect(await holdOf()).toBeNull();
    await hear(anEvent(type, 'p11', { notice: D14 }));
    expect(await holdOf()).toMatchObject({
      who: 'breaker',
      why: 'failed: 4 of 13 outcomes (30.77 %), limit 25 %',
    });
  });

  it('does not replace the hold that an operator has set', async () => {
    await beginAnew(people, SENSITIVE);
    await world.plan.hold('eea', { who: 'ops@example.com', why: 'a question of ours', since: D35_AT });
    await hear(...outcomes(6));
    expect(await holdOf()).toMatchObject({ who: 'ops@example.com' });
  });
});

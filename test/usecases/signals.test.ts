/** What people, or the platform for them, have told us: what is written of it, and what the gate makes of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type SignalMessage } from '../../functions/contracts/messages.ts';
import { LEAVING } from '../../functions/domain/member.ts';
import { DAY, HOUR, isoInstant, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import { disable } from '../../functions/usecases/disable.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { takeSignal } from '../../functions/usecases/signals.ts';
import { aPlan, END, PAGE } from '../domain/examples.ts';
import {
  anEvent,
  armed,
  cutOffAtEveryWrite,
  D1,
  D14,
  D14_AT,
  D1_AT,
  D35,
  D35_AT,
  ENDED,
  informed,
  isEncrypted,
  mailTo,
  onPage,
  putChat,
  recordOf,
  rowsOf,
  startWorld,
  type TestWorld,
} from './world.ts';

let world: TestWorld;
/** Ana and Ben have had their first notice. */
async function begin(): Promise<TestWorld> {
  const begun = await startWorld({ at: D35_AT });
  await onPage(begun, ['ana', 'ben']);
  await notify(begun, { page: PAGE, notice: D35 });
  begun.clock.set(D35_AT + HOUR);
  return begun;
}
beforeEach(async () => {
  world = await begin();
});
afterEach(() => world.tables.stop());

const say = (signal: SignalMessage['signal'], more: Partial<SignalMessage> = {}, of: TestWorld = world) =>
  takeSignal(of, { userId: 'ana', signal, at: isoInstant(of.clock.now()), ...more });
const member = async (userId = 'ana', of: TestWorld = world) => (await of.ledger.members([userId])).get(userId)!;
const row = async (userId = 'ana') =>
  (await rowsOf(world, world.tables.ledger)).find(({ pk, sk }) => pk === `PERSON#${userId}` && sk === 'MEMBER')!;
const ledgerRows = () => rowsOf(world, world.tables.ledger);

describe('a signal', () => {
  it.each(['saved', 'stopped'] as const)(
    '"%s" is a fact of the person, with its instant, and of nobody else',
    async (signal) => {
      await say(signal);
      expect((await row())['facts']).toEqual({ [signal]: isoInstant(D35_AT + HOUR) });
      expect((await row('ben'))['facts']).toEqual({});
    },
  );

  it('"seen" is a fact about its notice, and is heard of no mail', async () => {
    await say('seen', { notice: D35 });
    expect((await row())['facts']).toEqual({ [`seen ${D35}`]: isoInstant(D35_AT + HOUR) });
    const { facts } = await member();
    expect([facts.seen, facts.delivered, facts.heard]).toEqual([new Map([[D35, D35_AT + HOUR]]), new Map(), new Set()]);
  });

  it.each<[SignalMessage['signal'], Partial<SignalMessage>]>([
    ['saved', {}],
    ['stopped', {}],
    ['seen', { notice: D35 }],
    ['more-time', {}],
  ])('"%s" counts once, with its first instant, however often it comes (promise 9)', async (signal, more) => {
    await say(signal, more);
    const once = await ledgerRows();
    for (const later of [0, MINUTE, DAY]) {
      world.clock.set(D35_AT + HOUR + later);
      await say(signal, more);
    }
    await Promise.all([say(signal, more), say(signal, more)]);
    expect(await ledgerRows()).toEqual(once);
  });

  it.each<[SignalMessage['signal'], Partial<SignalMessage>]>([
    ['saved', {}],
    ['stopped', {}],
    ['seen', { notice: D35 }],
    ['more-time', {}],
  ])('"%s" is written once where two come at the same moment', async (signal, more) => {
    await Promise.all([say(signal, more), say(signal, more), say(signal, more)]);
    expect(Object.keys((await row())['facts'] as object)).toHaveLength(1);
  });

  it('is dated when it was said, not when we heard of it; and never later than that', async () => {
    await say('saved', { at: isoInstant(D35_AT + MINUTE) });
    await say('stopped', { at: isoInstant(D35_AT + 365 * DAY) });
    const { facts } = await member();
    expect([facts.saved, facts.stopped]).toEqual([D35_AT + MINUTE, D35_AT + HOUR]);
  });

  it.each<[string, SignalMessage['signal'], Partial<SignalMessage>]>([
    ['of nobody', 'saved', { userId: 'nobody' }],
    ['of nobody, with a hostile id', 'saved', { userId: 'PERSON#ana\n' }],
    ['"seen" of no notice', 'seen', {}],
    ['"seen" of a notice of no plan', 'seen', { notice: 'd99@2026-05-19' }],
    ['"seen" of a notice about another date', 'seen', { notice: 'd35@2027-05-19' }],
    ['"seen" of a notice that is not due yet', 'seen', { notice: D14 }],
    ['"seen" of what is no notice', 'seen', { notice: `${D35}@x` }],
    ['"seen" in the future', 'seen', { notice: D35, at: isoInstant(D35_AT + 10 * DAY) }],
  ])('%s changes nothing, is no error, and is logged without its content (promise 15)', async (_, signal, more) => {
    const before = await ledgerRows();
    const lines: unknown[] = [];
    const line = (...x: unknown[]) => void lines.push(x);
    await say(signal, more, { ...world, log: { info: line, warn: line } });
    expect(await ledgerRows()).toEqual(before);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(/nobody|ana|PERSON|@/);
  });

  it('changes nothing before a plan is active', async () => {
    const before = await ledgerRows();
    await world.plan.putSunset({ ...(await world.plan.sunset())!, active: false });
    await say('saved');
    await say('more-time');
    expect(await ledgerRows()).toEqual(before);
  });

  it('changes nothing where no plan was ever applied', async () => {
    const before = await ledgerRows();
    await takeSignal(
      { ...world, plan: { ...world.plan, sunset: async () => undefined } },
      { userId: 'ana', signal: 'saved', at: isoInstant(D35_AT) },
    );
    expect(await ledgerRows()).toEqual(before);
  });

  it('is told to the log once where two come at the same moment, and not as a refusal when it comes again', async () => {
    const lines = () => world.logged.filter(([what]) => what.includes('signal'));
    await Promise.all([say('saved'), say('saved')]);
    expect(lines()).toEqual([['a signal was taken', { signal: 'saved' }]]);
    await say('saved');
    expect(lines()).toHaveLength(1);
    await say('seen', { notice: D14 });
    expect(lines()[1]).toEqual(['a signal was refused', { signal: 'seen', reason: 'not-due-then' }]);
  });

  it('is about a notice only where that is what it says: "saved" is the same with one', async () => {
    await say('saved', { notice: D35 });
    expect((await row())['facts']).toEqual({ saved: isoInstant(D35_AT + HOUR) });
  });

  it.each(['saved', 'stopped'] as const)(
    '"%s" ends the optional reminders, and not the last notice',
    async (signal) => {
      await say(signal);
      for (const [notice, at] of [
        [D14, D14_AT],
        [D1, D1_AT],
      ] as const) {
        world.clock.set(at);
        await notify(world, { page: PAGE, notice });
      }
      expect(mailTo(world, 'ana').map(({ notice }) => notice)).toEqual([D35, D1]);
      expect(mailTo(world, 'ben').map(({ notice }) => notice)).toEqual([D35, D14, D1]);
      expect((await recordOf(world, D14))?.skipped).toEqual({ 0: signal === 'saved' ? 'saved' : 'stopped-reminders' });
    },
  );

  it.each(['saved', 'stopped', 'more-time'] as const)('"%s" is refused once the day is over', async (signal) => {
    world.clock.set(ENDED);
    const before = await ledgerRows();
    await say(signal);
    expect(await ledgerRows()).toEqual(before);
    expect(world.warnings).toEqual(['a signal was refused']);
  });

  it('ends the same wherever its process is cut off and it comes again (promise 9)', { timeout: 60_000 }, async () => {
    for (const [signal, more] of [
      ['saved', {}],
      ['seen', { notice: D35 }],
    ] as const) {
      const outcomes = await cutOffAtEveryWrite(begin, async (mortal, immortal) => {
        await say(signal, more, mortal).catch(() => {});
        await say(signal, more, immortal);
        return (await member('ana', immortal)).facts;
      });
      expect(outcomes.length).toBeGreaterThan(1);
      for (const each of outcomes) expect(each).toEqual(outcomes.at(-1));
    }
  });
});

describe('"more-time"', () => {
  it('writes that they leave, and that they asked for it, in one write', async () => {
    const writes: unknown[][] = [];
    const { setLeaving, addFacts } = world.ledger;
    const ledger = {
      ...world.ledger,
      setLeaving: (...x: Parameters<typeof setLeaving>) => (writes.push(x), setLeaving(...x)),
      addFacts: (...x: Parameters<typeof addFacts>) => (writes.push(x), addFacts(...x)),
    };
    await say('more-time', {}, { ...world, ledger });
    const at = D35_AT + HOUR;
    const leaving = { notBefore: '2026-06-07', since: at, asked: true };
    expect(writes).toEqual([['ana', leaving, { kind: 'more-time', at }]]);
    expect(await row()).toMatchObject({ leaving, facts: { 'more-time': isoInstant(at) } });
  });

  it('is on the agenda for when no call that read the old page can be at work', async () => {
    await say('more-time');
    const moves = (await world.plan.due(ENDED, 100)).filter(({ kind }) => kind === 'move');
    expect(moves).toEqual([{ at: D35_AT + HOUR + LEAVING, kind: 'move', id: 'ana' }]);
  });

  it('is not offered where the plan gives no time', async () => {
    await world.tables.stop();
    world = await startWorld({ at: D35_AT, plan: aPlan({}, { moreTimeDays: 0 }) });
    await onPage(world, ['ana']);
    await say('more-time');
    expect(await row()).toMatchObject({ leaving: null, facts: {} });
    expect(world.warnings).toEqual(['a signal was refused']);
  });

  it.each([
    ['taken a moment before', -1, true],
    ['refused from then on', 0, false],
  ])('closes a day before the end instant: %s (section 3)', async (_, after, taken) => {
    world.clock.set(parseInstant(`${END}T00:00:00+02:00`) + after);
    await say('more-time');
    expect((await row())['leaving'] !== null).toBe(taken);
  });

  it.each([
    ['said a minute before that and heard of a minute after it, it counts', -MINUTE, MINUTE, true],
    ['said in time and heard of a moment before the end, it counts', -MINUTE, DAY - 1, true],
    ['said after it, it does not', MINUTE, 2 * MINUTE, false],
    ['said in time and heard of after the end, it does not', -MINUTE, DAY, false],
  ])('closes for what is said, whenever that is heard of: %s', async (_, said, heard, taken) => {
    const limit = parseInstant(`${END}T00:00:00+02:00`);
    world.clock.set(limit + heard);
    await say('more-time', { at: isoInstant(limit + said) });
    const { leaving, facts } = await member();
    expect([leaving?.since, facts['more-time']]).toEqual(
      taken ? [limit + heard, limit + said] : [undefined, undefined],
    );
  });

  it('is refused to who is about to be moved anyway', async () => {
    const leaving = { notBefore: '2026-06-21' as never, since: D35_AT };
    await world.ledger.setLeaving('ana', leaving);
    await say('more-time');
    expect(await row()).toMatchObject({ leaving, facts: {} });
  });
});

describe('the gate', () => {
  const nominate = () => disable(world, { kind: 'chats', chats: ['chat-1'] });
  const reason = async () => (await world.ledger.blocked(['chat-1'])).get('chat-1')?.reason;
  /** Ben was told all; Ana's mail comes back. */
  beforeEach(async () => {
    await putChat(world, 'chat-1', ['ana', 'ben']);
    await informed(world, 'ben');
    await feedback(world, [anEvent('Bounce', 'ana', { bounceType: 'Permanent', bounceSubType: 'General' })]);
    await armed(world, 'eea', 10);
  });
  const seen = async (notice: string, at: number) => {
    world.clock.set(at);
    await say('seen', { notice });
  };
  const nominateAt = async (at: number) => {
    world.clock.set(at);
    await nominate();
  };

  it('opens for an unreachable person who has seen two notices in the app (promises 3, 4)', async () => {
    await seen(D35, D35_AT + DAY);
    await seen(D1, D1_AT + HOUR);
    await nominateAt(ENDED);
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });

  it('is closed to them before: blocked as unreachable, with their name', async () => {
    await nominateAt(ENDED);
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect((await world.ledger.blocked(['chat-1'])).get('chat-1')).toMatchObject({
      reason: 'unreachable',
      userId: 'ana',
    });
  });

  it.each<[string, () => Promise<void>, string]>([
    ['one notice was seen', () => seen(D35, D35_AT + DAY), 'unreachable'],
    [
      'one was seen twice',
      async () => {
        await seen(D35, D35_AT + DAY);
        await seen(D35, D1_AT + HOUR);
      },
      'unreachable',
    ],
    [
      'the first was seen too late for thirty days',
      async () => {
        await seen(D35, D14_AT + DAY);
        await seen(D1, D1_AT + HOUR);
      },
      'notice-too-short',
    ],
    [
      'the last was seen on the last day',
      async () => {
        await seen(D35, D35_AT + DAY);
        await seen(D1, ENDED - HOUR);
      },
      'final-notice-too-recent',
    ],
  ])('stays closed where %s (promises 3, 4)', async (_, happens, blocked) => {
    await happens();
    await nominateAt(ENDED);
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
    expect(await reason()).toBe(blocked);
  });

  it('opens with a waiver, and not before it', async () => {
    await nominateAt(ENDED);
    expect([await isEncrypted(world, 'chat-1'), await reason()]).toEqual([true, 'unreachable']);
    await world.ledger.addFacts('ana', [{ kind: 'waived', at: ENDED }]);
    await nominate();
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });

  it('opens with no waiver of somebody else', async () => {
    await world.ledger.addFacts('ben', [{ kind: 'waived', at: D35_AT }]);
    await nominateAt(ENDED);
    expect([await isEncrypted(world, 'chat-1'), await reason()]).toEqual([true, 'unreachable']);
  });

  it('never opens early, whatever was seen or waived (promise 1)', async () => {
    await seen(D35, D35_AT + DAY);
    await seen(D1, D1_AT + HOUR);
    await world.ledger.addFacts('ana', [{ kind: 'waived', at: D35_AT }]);
    await nominateAt(parseInstant('2026-05-20T00:00:00+02:00') - 1);
    expect(await isEncrypted(world, 'chat-1')).toBe(true);
  });

  it('dates what was seen by when it was, though we hear of it after the end (promise 5)', async () => {
    world.clock.set(ENDED - HOUR);
    await say('seen', { notice: D35, at: isoInstant(D35_AT + DAY) });
    await say('seen', { notice: D1, at: isoInstant(D1_AT + HOUR) });
    await nominateAt(ENDED);
    expect(await isEncrypted(world, 'chat-1')).toBe(false);
  });
});

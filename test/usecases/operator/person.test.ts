import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { renderer } from '../../../bin/local/cloud/rendering.ts';
import { Person } from '../../../functions/contracts/operator-api.ts';
import { DAY, HOUR, isoInstant } from '../../../functions/domain/time.ts';
import { templateOf } from '../../../functions/mail/templates.ts';
import { countRequests } from '../../../functions/runtime/counted.ts';
import { notify } from '../../../functions/usecases/notify.ts';
import { LINK_WITHHELD, person } from '../../../functions/usecases/operator/person.ts';
import { BERLIN, END, endOfDay, GROUP, PAGE, PLAN } from '../../domain/examples.ts';
import {
  answering,
  D1,
  D14,
  D14_AT,
  D35,
  D35_AT,
  delivering,
  ENDED,
  enrolled,
  officeOf,
  onPage,
  startWorld,
  type TestWorld,
  workOff,
} from '../world.ts';

const LATER_GROUP = `eea~${BERLIN}~2026-06-07`;
const LATER_PAGE = `${LATER_GROUP}~de~1`;
const D35_LATER = 'd35@2026-06-07';

let world: TestWorld;
const look = (id: string, now = ENDED) => person(officeOf(world), { now }, { person: id });
const d35Of = (answer: Awaited<ReturnType<typeof look>>) => answer.notices.find(({ notice }) => notice === D35);

/** One of the page is sent the first notice; another, with whom SES was too fast at first, gets it an hour later. */
beforeAll(async () => {
  world = await startWorld({ at: D35_AT });
  for (const { stage, language } of [
    { stage: 'd35', language: 'de' },
    { stage: 'd14', language: 'de' },
  ] as const)
    await world.plan.putTemplate({ ...templateOf(PLAN, stage, language), name: `${stage}/${language}` });
  await onPage(world, ['ana', 'ben', 'cem', 'dia']);
  await world.ledger.addFacts('cem', [{ kind: 'stopped', at: D35_AT - DAY }]);
  world.mailer.answer = (call) => {
    delivering(world)({ ...call, people: call.people.filter((each) => each !== 'ben') });
    return answering(call.people.map((each) => (each === 'ben' ? 'throttled' : 'accepted')));
  };
  await notify(world, { page: PAGE, notice: D35 });
  world.mailer.answer = delivering(world);
  world.clock.set(D35_AT + HOUR);
  await notify(world, { page: PAGE, notice: D35 });
  await workOff(world);
  world.clock.set(D14_AT);
  await notify(world, { page: PAGE, notice: D14 });
  await workOff(world);
  // One asks for more time, and is told the later date.
  await world.plan.createGroup(LATER_GROUP);
  await world.plan.nextPage(LATER_GROUP, 'de');
  await world.ledger.createPage(LATER_PAGE, ['dia']);
  await world.ledger.setLeaving('dia', { notBefore: END, since: D14_AT }, { kind: 'more-time', at: D14_AT });
  const told = { notices: [D35, D14], lastDay: END, endDate: END };
  await world.ledger.movePointer('dia', { from: PAGE, group: LATER_GROUP, page: LATER_PAGE, told });
  await world.ledger.passOver(LATER_PAGE, D35_LATER, { slot: 0, reason: 'saved' });
});
afterAll(() => world.tables.stop());

describe('what one person was told', () => {
  it('is what the contract says', async () => {
    for (const id of ['ana', 'ben', 'cem', 'dia']) {
      const answer = await look(id);
      expect(v.parse(Person, answer)).toEqual(answer);
    }
  });

  it('tells who they are to the sunset, and when their last day ends', async () => {
    expect(await look('ana')).toMatchObject({
      person: 'ana',
      sunset: PLAN.sunset,
      cohort: 'eea',
      endDate: END,
      endInstant: isoInstant(endOfDay(END, BERLIN)),
      toldEndDate: END,
      timeZone: BERLIN,
      group: GROUP,
      exempt: false,
      facts: {},
    });
    expect((await look('cem')).facts).toEqual({ stopped: isoInstant(D35_AT - DAY) });
  });

  it('shows the exact text that SES made of each notice, without their link', async () => {
    const answer = await look('ana');
    const sent = world.mailer.calls.filter(({ people }) => people.includes('ana'));
    expect(answer.notices.map(({ notice }) => notice)).toEqual([D35, D14]);
    expect(sent.map(({ notice }) => notice)).toEqual([D35, D14]);
    for (const [at, call] of sent.entries()) {
      const values = call.values[call.people.indexOf('ana')];
      const { letter } = answer.notices[at] ?? {};
      const template = await world.plan.template(call.template);
      if (template === undefined || letter === null || letter === undefined) throw new Error('nothing was recorded');
      const link = values?.['link'] ?? '';
      const { subject, html, text } = renderer(template)(values);
      expect(text).toContain(link);
      expect(letter).toEqual({
        language: 'de',
        template: call.template,
        subject,
        html: html.replaceAll(link, LINK_WITHHELD),
        text: text.replaceAll(link, LINK_WITHHELD),
      });
    }
    expect(JSON.stringify(answer)).not.toContain('notices.example.com');
  });

  it('tells of each notice when it was sent, and what is known of it since', async () => {
    expect(d35Of(await look('ana'))).toMatchObject({
      outcome: 'sent',
      at: isoInstant(D35_AT),
      facts: { delivered: isoInstant(D35_AT + 5_000) },
    });
  });

  it('tells of each attempt, and shows no letter that SES has dropped', async () => {
    const tried = (await look('ben')).notices.filter(({ notice }) => notice === D35);
    expect(tried.map(({ outcome, at, letter }) => [outcome, at, letter !== null])).toEqual([
      ['throttled', isoInstant(D35_AT), false],
      ['sent', isoInstant(D35_AT + HOUR), true],
    ]);
  });

  it('says why a notice was not sent', async () => {
    const notices = (await look('cem')).notices.map(({ notice, outcome, at }) => [notice, outcome, at]);
    expect(notices).toEqual([
      [D35, 'sent', isoInstant(D35_AT)],
      [D14, 'stopped-reminders', null],
    ]);
  });

  it('says that a notice waits while nothing is decided about them', async () => {
    await world.ledger.note(PAGE, D1, { skipped: { 1: 'saved' }, complete: false, until: null, changes: 0 });
    expect((await look('ana')).notices.at(-1)).toMatchObject({ notice: D1, outcome: 'waits', letter: null });
    expect((await look('ben')).notices.at(-1)).toMatchObject({ notice: D1, outcome: 'saved', letter: null });
  });

  it('forgets nothing of who was moved to another page', async () => {
    const answer = await look('dia');
    expect(answer).toMatchObject({ group: LATER_GROUP, endDate: '2026-06-07', toldEndDate: END });
    const notices = answer.notices.map(({ notice, outcome, letter }) => [notice, outcome, letter !== null]);
    expect(notices).toEqual([
      [D35, 'sent', true],
      [D14, 'sent', true],
      [D35_LATER, 'saved', false],
    ]);
    expect(answer.facts).toEqual({ 'more-time': isoInstant(D14_AT) });
  });

  it('costs few requests', async () => {
    const office = officeOf(world);
    const requests = countRequests(world.tables.client);
    await person(office, { now: ENDED }, { person: 'dia' });
    expect(requests()).toBeLessThanOrEqual(12);
  });

  it('names nobody where nobody is known', async () => {
    const refusal = await look('zoe').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ error: { code: 'unknown-person' } });
    expect(JSON.stringify(refusal)).not.toContain('zoe');
  });
});

describe('what was done to their chats', () => {
  const chatOf = async (id: string) => (await world.platform.chats([id])).get(id);

  it('is told with its instants, its end, and what keeps it back', async () => {
    const chats = ['flipped', 'restored', 'blocked', 'left', 'gone'].map((each) => `${each}-chat`);
    const [flipped = '', restored = '', blocked = '', left = ''] = chats;
    for (const chatId of [flipped, restored, blocked]) await putOne(chatId, ['eve']);
    await putOne(left, ['ana']);
    await enrolled(world, 'eve', { chats });
    await world.ledger.appendToPage(PAGE, 4, ['eve']);
    for (const chatId of [flipped, restored]) {
      const chat = await chatOf(chatId);
      if (chat === undefined) throw new Error(`${chatId} is not there`);
      const { encryptedSince, version } = chat;
      const mark = {
        intent: 'i',
        arming: 'eea@1',
        cohort: 'eea',
        at: ENDED,
        prior: { encrypted: true, encryptedSince, version },
      } as const;
      await world.platform.disable(chat, mark);
    }
    const off = await chatOf(restored);
    if (off !== undefined) await world.platform.restore(off, ENDED + HOUR);
    for (const chatId of [blocked, flipped])
      await world.ledger.setBlocked({
        chatId,
        cohort: 'eea',
        reason: 'unproven',
        userId: 'eve',
        nominatedAs: null,
        arming: null,
        at: ENDED,
      });

    const answer = await look('eve', ENDED + DAY);
    expect(v.parse(Person, answer)).toEqual(answer);
    const none = { disabledAt: null, restoredAt: null, finalAfter: null, blocked: null };
    expect(new Map(answer.chats.map((each) => [each.chatId, each]))).toEqual(
      new Map(
        [
          // The row from before it was disabled says nothing any more.
          {
            ...none,
            chatId: flipped,
            state: 'off',
            disabledAt: isoInstant(ENDED),
            finalAfter: isoInstant(ENDED + PLAN.guardRails.restoreWindowHours * HOUR),
          },
          {
            ...none,
            chatId: restored,
            state: 'encrypted',
            disabledAt: isoInstant(ENDED),
            restoredAt: isoInstant(ENDED + HOUR),
          },
          {
            ...none,
            chatId: blocked,
            state: 'encrypted',
            blocked: { reason: 'unproven', at: isoInstant(ENDED), person: 'eve' },
          },
          { ...none, chatId: left, state: 'gone' },
          { ...none, chatId: 'gone-chat', state: 'gone' },
        ].map((each) => [each.chatId, each]),
      ),
    );
  });

  const putOne = (chatId: string, participants: string[]) =>
    world.tables.chats.put({
      chatId,
      participants: new Set(participants),
      encryption: 'e2ee',
      version: 1,
      encryptedSince: '2026-01-01T00:00:00.000Z',
    });
});

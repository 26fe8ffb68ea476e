/** The link in each letter, as the programs on its way and its reader open it: through the real stack, in virtual time. */
import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Audience } from '../../bin/local/audience/read.ts';
import type { AcceptedMail } from '../../bin/local/cloud/cloud.ts';
import { renderer } from '../../bin/local/cloud/rendering.ts';
import { linkIn } from '../../bin/local/outside/people.ts';
import { startSystem, type System } from '../../bin/local/system.ts';
import { scan } from '../../bin/local/tables.ts';
import { noticeOfTag } from '../../functions/domain/notice-id.ts';
import type { SentLetter } from '../../functions/domain/page.ts';
import { type Choice, CHOICES } from '../../functions/domain/signal.ts';
import { DAY, HOUR, isoInstant, type LocalDate, parseInstant } from '../../functions/domain/time.ts';
import { renderedLetter } from '../../functions/mail/rendered.ts';
import type { RecordedTemplate } from '../../functions/ports.ts';
import { aPlan } from '../domain/examples.ts';
import { beginSunset } from './desk.ts';

const PATIENCE = 120_000;
const END = '2026-05-19' as LocalDate;
const PLAN = aPlan({ cohorts: [{ id: 'all', match: { countries: ['*'], percentage: 100 }, endDate: END }] });
const FROM = parseInstant('2026-04-10T00:00:00Z');
/** In Berlin the first notice is due, and has been sent an hour later. */
const D35 = parseInstant('2026-04-14T08:00:00Z');
const PEOPLE = ['saved', 'stopped', 'more-time', 'silent'] as const;

let system: System;
const mails: AcceptedMail[] = [];
const published: { type: string; detail: unknown }[] = [];

beforeAll(async () => {
  const audience: Audience = {
    users: PEOPLE.map((userId) => ({
      userId,
      email: `${userId}@example.com`,
      locale: userId === 'silent' ? 'ar-EG' : 'de-DE',
      timeZone: 'Europe/Berlin',
      country: 'DE',
    })),
    chats: PEOPLE.map((userId) => ({
      chatId: `chat-of-${userId}`,
      participants: [userId],
      encryption: 'e2ee' as const,
    })),
  };
  system = await startSystem({
    plan: PLAN,
    audience,
    from: FROM,
    tickMinutes: 60,
    onMail: (mail) => void mails.push(mail),
    onEvent: () => {},
    onChatWrite: () => {},
    onBusEvent: ({ 'detail-type': type, detail }) => void published.push({ type, detail }),
  });
  system.cloud.at(FROM, () => beginSunset(system.desk, PLAN));
  await system.cloud.advance(D35 + HOUR);
}, PATIENCE);
afterAll(() => system?.stop());

const lettersTo = (userId: string) => mails.filter(({ to }) => to[0] === `${userId}@example.com`);
function linkOf(userId: string): string {
  const link = linkIn(lettersTo(userId).at(-1)?.html ?? '');
  if (link === undefined) throw new Error(`${userId} has no letter with a link`);
  return link;
}
/** Every row of every table, as text. */
async function rows(): Promise<string[]> {
  const found: string[] = [];
  for (const table of Object.values(system.cloud.tables) as string[])
    for await (const row of scan(system.dynamodb, table))
      found.push(
        JSON.stringify([table, row], (_, value: unknown) =>
          value instanceof Set ? [...(value as Set<string>)].sort() : value,
        ),
      );
  return found.sort();
}
const press = (link: string, choice: string) =>
  fetch(link, { method: 'POST', body: new URLSearchParams({ choice }), redirect: 'manual' });
/** Until everything that was set going has been done; time stands still. */
const settled = () => system.cloud.advance(system.cloud.now());
const member = async (userId: string) => (await rows()).find((row) => row.includes(`"PERSON#${userId}"`)) ?? '';

describe('opening a link', () => {
  const WAYS: Readonly<Record<string, RequestInit>> = {
    'with a browser': { headers: { 'accept-language': 'de' } },
    'by HEAD': { method: 'HEAD' },
    'by a prefetch': { headers: { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch', 'x-moz': 'prefetch' } },
    'by a scanner that offers cookies and a referrer': { headers: { cookie: 'a=b', referer: 'https://example.com' } },
    'by OPTIONS': { method: 'OPTIONS' },
    'by PUT': { method: 'PUT', body: 'choice=saved' },
    'by a form without a choice': { method: 'POST', body: new URLSearchParams({}) },
    'by a form with another choice': { method: 'POST', body: new URLSearchParams({ choice: 'delete' }) },
    'with a choice in the address': {},
  };

  it.each(Object.entries(WAYS))('%s, again and again, changes no row', { timeout: PATIENCE }, async (way, how) => {
    const before = await rows();
    expect(before.length).toBeGreaterThan(PEOPLE.length);
    for (const userId of PEOPLE)
      for (let again = 0; again < 3; again++) {
        const link = `${linkOf(userId)}${way.includes('address') ? '?choice=saved' : ''}`;
        const answer = await fetch(link, { redirect: 'manual', ...how });
        expect([200, 405]).toContain(answer.status);
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
    await settled();
    expect(await rows()).toEqual(before);
  });

  it('shows the page in the language of its reader, without a script', async () => {
    const german = await (await fetch(linkOf('saved'))).text();
    const arabic = await (await fetch(linkOf('silent'))).text();
    expect([german, arabic].map((html) => /<html lang="(\w+)" dir="(\w+)"/.exec(html)?.slice(1))).toEqual([
      ['de', 'ltr'],
      ['ar', 'rtl'],
    ]);
    expect(german).toContain('Dienstag, 19. Mai 2026');
    expect(german + arabic).not.toMatch(/<script|saved@example|src=/);
  });

  it('of somebody else, an old one or half a one shows the same page, and reveals nothing', async () => {
    const link = linkOf('saved');
    const broken = [link.slice(0, -1), `${link}A`, link.replace(/.$/, 'x'), link.replace(/[^/]+$/, ''), `${link}/x`];
    const answers = await Promise.all(
      broken.map(async (each) => {
        const answer = await fetch(each, { headers: { 'accept-language': 'en' } });
        return [answer.status, await answer.text()] as const;
      }),
    );
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(([, html]) => html)).size).toBe(1);
    expect(answers[0]?.[1]).toContain('This link does not work');
  });
});

describe('pressing a button', () => {
  it.each(CHOICES)('%s counts once, however often', { timeout: PATIENCE }, async (choice: Choice) => {
    const link = linkOf(choice);
    expect(await (await fetch(link)).text()).toContain(`value="${choice}"`);
    const before = await rows();
    const answers = [await press(link, choice), await press(link, choice)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await settled();
    const once = await rows();
    const changed = once.filter((row) => !before.includes(row));
    expect(changed.filter((row) => row.includes('"PERSON#')).length).toBe(1);
    expect(await member(choice)).toContain(`"${choice}":"${isoInstant(system.cloud.now()).slice(0, 10)}`);
    // What was said is shown, and not offered again.
    const page = await (await fetch(link)).text();
    expect(page).toContain('role="status"');
    expect(page).not.toContain(`value="${choice}"`);
    await press(link, choice);
    await settled();
    expect(await rows()).toEqual(once);
  });

  it('moves who asked for more time to a later date, and tells them once', { timeout: PATIENCE }, async () => {
    await system.cloud.advance(D35 + 2 * DAY);
    const moved = lettersTo('more-time').filter(({ tags }) => tags['notice']?.startsWith('moved'));
    expect(moved.map(({ tags }) => tags['notice'])).toEqual(['moved_2026-06-07']);
    expect(moved[0]?.text).toContain('Sonntag, 7. Juni 2026');
    expect(await (await fetch(linkOf('more-time'))).text()).toContain('Sonntag, 7. Juni 2026');
  });

  it(
    'spares who has saved or stopped the optional reminders, and nobody the last notice',
    { timeout: PATIENCE },
    async () => {
      await system.cloud.advance(parseInstant('2026-05-19T00:00:00Z'));
      const stages = (userId: string) => lettersTo(userId).map(({ tags }) => tags['notice']?.split('_')[0]);
      expect(stages('silent')).toEqual(['d35', 'd14', 'd7', 'd1']);
      expect(stages('saved')).toEqual(['d35', 'd1']);
      expect(stages('stopped')).toEqual(['d35', 'd1']);
      // The later date has a ladder of its own, whatever was had before.
      expect(stages('more-time')).toEqual(['d35', 'moved', 'd35']);
    },
  );

  it('when the day is over changes nothing, and says so', { timeout: PATIENCE }, async () => {
    await system.cloud.advance(parseInstant('2026-05-20T12:00:00Z'));
    const before = await rows();
    const answer = await press(linkOf('silent'), 'saved');
    await settled();
    expect([answer.status, await rows()]).toEqual([409, before]);
    expect(await (await fetch(linkOf('silent'))).text()).not.toContain('<button');
  });
});

it('what was sent can be shown from what was recorded, to the letter', { timeout: PATIENCE }, async () => {
  const records = (await rows()).map((row) => (JSON.parse(row) as [string, Record<string, any>])[1]);
  const page = records.find(({ sk, members }) => sk === 'PAGE' && (members as string[]).includes('silent'));
  const slot = String((page?.['members'] as string[] | undefined)?.indexOf('silent'));
  let shown = 0;
  for (const mail of lettersTo('silent')) {
    const notice = noticeOfTag(mail.tags['notice'] ?? '');
    const key = { pk: String(page?.['pk']).replace(/^PAGE/, 'LETTER'), sk: `${notice}#1` };
    const {
      template: name,
      shared,
      own,
    } = records.find(({ pk, sk }) => pk === key.pk && sk === key.sk) as unknown as SentLetter;
    const template = await system.desk.office.template(name);
    if (template === undefined) throw new Error(`${name} was not recorded`);
    expect(
      createHash('sha256')
        .update(JSON.stringify(partsOf(template)))
        .digest('hex'),
    ).toBe(template.hash);
    expect(JSON.stringify(own)).not.toContain('/p/');
    const values = { ...shared, ...own[Number(slot)], link: linkIn(mail.html ?? '') ?? '' };
    expect(renderer(template)(values)).toEqual({ subject: mail.subject, html: mail.html, text: mail.text });
    // As operators are shown it.
    expect(renderedLetter(template, values)).toEqual(renderer(template)(values));
    shown += 1;
  }
  expect(shown).toBe(4);
});
const partsOf = ({ subject, html, text }: RecordedTemplate) => ({ subject, html, text });

it('nobody was unreachable', () => expect(published.filter(({ type }) => type === 'PersonUnreachable')).toEqual([]));

/** The page behind the link: what a reader, a robot and somebody with a stolen or invented link get to see, and cause. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { linkExpiry, linkKey, sealLink } from '../../functions/domain/link.ts';
import { CHOICES } from '../../functions/domain/signal.ts';
import { DAY, isoInstant, localDate, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import { CATALOGUES } from '../../functions/mail/catalogue.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { type PageRequest, preferences } from '../../functions/usecases/preferences.ts';
import { aPlan, END, PAGE, PLAN } from '../domain/examples.ts';
import {
  D35,
  D35_AT,
  ENDED,
  LINK_KEY,
  mailTo,
  onPage,
  putUser,
  rowsOf,
  MUTATING,
  startWorld,
  type TestWorld,
  workOff,
} from './world.ts';

/** An id of which no part may stand on the page by chance. */
const ANA = 'user-7f3a9c';
const ADDRESS = `${ANA}@example.com`;

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
  await onPage(world, [ANA, 'ben']);
});
afterEach(() => world.tables.stop());

const sealed = (x: { userId?: string; sunset?: string; expires?: number } = {}, key = LINK_KEY) =>
  sealLink(key, { sunset: PLAN.sunset, userId: ANA, expires: linkExpiry(localDate(END)), ...x });
const request = (x: Partial<PageRequest> = {}) =>
  preferences(world, { method: 'GET', token: sealed(), choice: null, languages: '', ...x });
const post = (choice: string | null, x: Partial<PageRequest> = {}) => request({ method: 'POST', choice, ...x });
/** Everything that is written anywhere. */
const everything = () =>
  Promise.all(
    [world.tables.plan, world.tables.ledger, world.tables.users, world.tables.chats].map((table) =>
      rowsOf(world, table),
    ),
  );
const queued = () => Object.values(world.queued).flat();
/** What can be pressed, in order. */
const buttons = (html: string) =>
  [...html.matchAll(/<button name="choice" value="([\w-]+)"/g)].map(([, value]) => value);
const langOf = (html: string) => /<html lang="([\w-]+)"/.exec(html)?.[1];

describe('opening the page', () => {
  it.each(['GET', 'HEAD'])('by %s shows the date and what can be chosen, and changes nothing', async (method) => {
    const before = await everything();
    const { status, html } = await request({ method });
    expect(status).toBe(200);
    expect(html).toContain('Dienstag, 19. Mai 2026');
    expect(buttons(html)).toEqual(['saved', 'stopped', 'more-time']);
    expect(await everything()).toEqual(before);
    expect([queued(), world.published, world.mailer.calls]).toEqual([[], [], []]);
  });

  it('changes nothing though it is opened by a form’s address, with a choice in it (a scanner’s prefetch)', async () => {
    const before = await everything();
    for (const method of ['GET', 'HEAD'])
      for (const choice of CHOICES) expect(buttons((await request({ method, choice })).html)).toHaveLength(3);
    expect(await everything()).toEqual(before);
    expect(queued()).toEqual([]);
  });

  it('works with the very link that stood in the letter', async () => {
    await notify(world, { page: PAGE, notice: D35 });
    const { values, people } = world.mailer.calls[0]!;
    const token = values[people.indexOf(ANA)]?.['link']?.slice(world.links.base.length) ?? '';
    expect(await request({ token })).toEqual(await request());
    expect(mailTo(world, ANA)).toHaveLength(1);
  });

  it('shows nothing of the person, and asks for nothing (promise 15)', async () => {
    for (const { html, headers } of [
      await request(),
      await post('saved'),
      await post('more-time'),
      await post('none'),
      await request({ token: 'x' }),
    ]) {
      const shown = html + JSON.stringify(headers);
      expect(shown).not.toContain(ANA);
      expect(shown).not.toContain(ADDRESS);
      expect(shown).not.toContain(`chat-of-${ANA}`);
      expect(shown).not.toContain(sealed());
      expect(html).not.toMatch(/<input|<script|password|action=/i);
    }
  });

  it('is kept by nobody and leads nowhere by itself', async () => {
    const { headers } = await request();
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': expect.stringContaining('noindex'),
      'content-security-policy': expect.stringMatching(/default-src 'none'.*form-action 'self'/),
    });
    expect((await request({ token: 'x' })).headers).toEqual(headers);
  });
});

describe('a link that is none', () => {
  const other = linkKey(Buffer.alloc(32, 'other'));
  const changed = (at: number) => {
    const token = sealed();
    const sign = token.at(at) === 'A' ? 'B' : 'A';
    return token.slice(0, at) + sign + token.slice(at + 1);
  };
  const none = (): readonly [string, string][] => [
    ['empty', ''],
    ['no token', 'x'],
    ['cut off', sealed().slice(0, -1)],
    ['longer', `${sealed()}A`],
    ['changed at its beginning', changed(0)],
    ['changed in the middle', changed(30)],
    ['with a space', `${sealed()} `],
    ['with a path', `../${sealed()}`],
    ['very long', 'A'.repeat(100_000)],
    ['expired', sealed({ expires: D35_AT - DAY })],
    ['of another key', sealed({}, other)],
    ['of another sunset', sealed({ sunset: 'another' })],
    ['of nobody', sealed({ userId: 'nobody' })],
    ['of a hostile id', sealed({ userId: '<script>alert(1)</script>' })],
  ];

  it.each(['GET', 'HEAD', 'POST'])(
    'gives one and the same answer to %s, whatever is wrong with it, and touches nothing',
    async (method) => {
      const before = await everything();
      const answers = [];
      for (const [, token] of none()) answers.push(await request({ method, token, choice: 'saved' }));
      const [first, ...rest] = answers;
      expect(first?.status).toBe(404);
      for (const [at, each] of rest.entries())
        expect([none()[at + 1]?.[0], each]).toEqual([none()[at + 1]?.[0], first]);
      expect(buttons(first?.html ?? '')).toEqual([]);
      expect(await everything()).toEqual(before);
      expect(queued()).toEqual([]);
    },
  );

  it('is told from one that works: it is the link that makes the difference', async () => {
    expect((await request()).html).not.toBe((await request({ token: 'x' })).html);
  });

  it.skipIf(MUTATING)('is none, whatever somebody invents', async () => {
    const { html } = await request({ token: '' });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), async (token) => {
        expect(await post('saved', { token })).toMatchObject({ status: 404, html });
      }),
      { numRuns: 50 },
    );
    expect(queued()).toEqual([]);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get', '', 'constructor'])(
    'and what no page is asked by (%j) give the same page, whatever the link, and touch nothing',
    async (method) => {
      const before = await everything();
      const { html } = await request({ token: 'x' });
      for (const token of [sealed(), 'x'])
        expect(await request({ method, token, choice: 'saved' })).toMatchObject({ status: 405, html });
      expect(await everything()).toEqual(before);
      expect(queued()).toEqual([]);
    },
  );

  it.each([
    ['', 'en'],
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['pt-PT', 'pt-BR'],
    ['ar-EG, en', 'ar'],
    ['fa-IR', 'en'],
    ['*', 'en'],
    ['"><script>', 'en'],
    ['x'.repeat(100_000), 'en'],
  ])('speaks the language that the browser asks for: %s', async (languages, language) => {
    const { html } = await request({ token: 'x', languages });
    expect([langOf(html), html.includes('dir="rtl"')]).toEqual([language, language === 'ar']);
    expect(html).not.toContain('<script');
  });
});

describe('the language of the page', () => {
  it.each([
    ['de-DE', 'de', 'Dienstag, 19. Mai 2026'],
    ['en-US', 'en', 'Tuesday, May 19, 2026'],
    ['ar-EG', 'ar', 'الثلاثاء، ١٩ مايو ٢٠٢٦'],
    ['xx', 'en', 'Tuesday, 19 May 2026'],
  ])('is that of the person’s profile, not of the browser: %s', async (locale, language, date) => {
    await putUser(world, ANA, { email: ADDRESS, locale });
    const { html } = await request({ languages: 'fr' });
    expect(langOf(html)).toBe(language);
    expect(html).toContain(date);
  });

  it.each([
    ['America/New_York', 'America/New York'],
    ['Mars/Base', 'Europe/Berlin'],
  ])('names the zone in which the day ends: %s', async (timeZone, zone) => {
    await putUser(world, ANA, { email: ADDRESS, timeZone });
    expect((await request()).html).toContain(zone);
  });
});

describe('pressing a button', () => {
  it.each(CHOICES)('queues "%s" once, as a signal of that person, and shows it as taken', async (choice) => {
    const before = await everything();
    const { status, html } = await post(choice);
    expect(status).toBe(200);
    expect(queued()).toEqual([{ userId: ANA, signal: choice, at: isoInstant(D35_AT) }]);
    expect(world.queued.signals).toHaveLength(1);
    expect(buttons(html)).toEqual(CHOICES.filter((each) => each !== choice));
    expect(html.match(/role="status"/g)).toHaveLength(1);
    expect(await everything()).toEqual(before);
  });

  it.each([null, '', 'none', 'seen', 'SAVED', 'saved ', 'constructor', '__proto__', '<script>', 'saved,stopped'])(
    'that is none (%j) queues nothing, and shows the page as it is',
    async (choice) => {
      const answer = await post(choice);
      expect(answer).toEqual(await request());
      expect(queued()).toEqual([]);
    },
  );

  it.each(CHOICES)('twice, "%s" is queued twice at most before it is taken, and never after', async (choice) => {
    await post(choice);
    await post(choice);
    await workOff(world);
    const member = (await world.ledger.members([ANA])).get(ANA)!;
    expect(member.facts[choice]).toBe(D35_AT);
    const { status, html } = await post(choice);
    expect(status).toBe(200);
    expect(html.match(/role="status"/g)).toHaveLength(1);
    expect(buttons(html)).toEqual(CHOICES.filter((each) => each !== choice));
    expect(queued()).toEqual([]);
  });

  it('touches nobody else', async () => {
    await post('saved');
    await workOff(world);
    expect((await world.ledger.members(['ben'])).get('ben')?.facts.saved).toBeUndefined();
    expect(buttons((await request({ token: sealed({ userId: 'ben' }) })).html)).toHaveLength(3);
  });

  it('offers the date that more time would bring, the one that the person then gets', async () => {
    expect((await request()).html).toContain('Sonntag, 7. Juni 2026');
    await post('more-time');
    await workOff(world);
    expect((await world.ledger.members([ANA])).get(ANA)?.leaving?.notBefore).toBe('2026-06-07');
  });

  it('is lost to nobody where the queue fails: it is an error, and nothing is shown as taken', async () => {
    const queues = { ...world.queues, signals: () => Promise.reject(new Error('the queue is away')) };
    const failing = preferences(
      { ...world, queues },
      { method: 'POST', token: sealed(), choice: 'saved', languages: '' },
    );
    await expect(failing).rejects.toThrow('the queue is away');
  });
});

describe('too late', () => {
  const LAST_DAY = parseInstant(`${END}T00:00:00+02:00`);

  it('for more time, a day before the end, the page says so and nothing is queued', async () => {
    world.clock.set(LAST_DAY - MINUTE);
    expect((await post('more-time')).status).toBe(200);
    expect(world.queued.signals.splice(0)).toHaveLength(1);
    world.clock.set(LAST_DAY);
    const { status, html } = await post('more-time');
    expect(status).toBe(409);
    expect(html).toContain('role="alert"');
    expect(html).not.toContain('role="status"');
    expect(buttons(html)).toEqual(['saved', 'stopped']);
    expect(queued()).toEqual([]);
  });

  it('for one choice, the others can be made', async () => {
    world.clock.set(LAST_DAY);
    expect((await request()).html).not.toContain('role="alert"');
    expect((await post('saved')).status).toBe(200);
    expect(queued()).toHaveLength(1);
  });

  it('is not offered at all where the plan gives no time', async () => {
    await world.tables.stop();
    world = await startWorld({ at: D35_AT, plan: aPlan({}, { moreTimeDays: 0 }) });
    await onPage(world, [ANA]);
    expect(buttons((await request()).html)).toEqual(['saved', 'stopped']);
    expect((await post('more-time')).status).toBe(409);
    expect(queued()).toEqual([]);
  });

  it('for all, the day is over: only that is said, and nothing is offered', async () => {
    const open = await request();
    world.clock.set(ENDED);
    const { status, html } = await request();
    expect(status).toBe(200);
    expect(buttons(html)).toEqual([]);
    expect(html).not.toMatch(/<form|role="alert"/);
    expect(html).toContain(CATALOGUES.de['page.over']);
    expect(open.html).not.toContain(CATALOGUES.de['page.over']);
    for (const choice of CHOICES) {
      const late = await post(choice);
      expect([late.status, buttons(late.html)]).toEqual([409, []]);
    }
    expect(queued()).toEqual([]);
  });

  it('is by the latest of the person’s zones, to the instant', async () => {
    await putUser(world, ANA, { email: ADDRESS, timeZone: 'Pacific/Honolulu' });
    const end = parseInstant('2026-05-20T00:00:00-10:00');
    world.clock.set(end - 1);
    expect(buttons((await request()).html)).toEqual(['saved', 'stopped']);
    world.clock.set(end);
    expect(buttons((await request()).html)).toEqual([]);
  });

  it('is said of what was chosen in time: it stays chosen', async () => {
    await post('saved');
    await workOff(world);
    world.clock.set(ENDED);
    const { html } = await request();
    expect(html.match(/role="status"/g)).toHaveLength(1);
    expect(buttons(html)).toEqual([]);
  });

  it('is any day after the link is void: it is one that is none', async () => {
    world.clock.set(linkExpiry(localDate(END)) - 1);
    expect((await request()).status).toBe(200);
    world.clock.set(linkExpiry(localDate(END)));
    expect(await request()).toEqual(await request({ token: 'x' }));
  });
});

it('says that something failed, and nothing else, before any plan is there', async () => {
  const noPlan = { ...world, plan: { ...world.plan, sunset: async () => undefined } };
  const ask = (token: string) => preferences(noPlan, { method: 'POST', token, choice: 'saved', languages: 'de' });
  expect(await ask(sealed())).toMatchObject({ status: 503 });
  expect(await ask(sealed())).toEqual(await ask('x'));
  expect(queued()).toEqual([]);
});

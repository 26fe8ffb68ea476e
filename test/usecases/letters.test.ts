/** What stands in a letter, to whom it goes, and what is kept of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { linkExpiry, linkKey, openLink } from '../../functions/domain/link.ts';
import { DAY, HOUR, localDate } from '../../functions/domain/time.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { aPlan, BERLIN, END, PAGE, PLAN } from '../domain/examples.ts';
import {
  type Call,
  D1,
  D1_AT,
  D35,
  D35_AT,
  LINK_KEY,
  onPage,
  putUser,
  recordOf,
  rowsOf,
  type SomeUser,
  startWorld,
  type TestWorld,
} from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

const send = (notice = D35, page = PAGE) => notify(world, { page, notice });
/** Each letter that SES was given, with what it was told of it. */
const letters = (calls: readonly Call[] = world.mailer.calls) =>
  calls.flatMap(({ people, addresses, values, template }) =>
    people.map((userId, at) => ({ userId, address: addresses[at], values: values[at] ?? {}, template })),
  );
const letterTo = (userId: string) => letters().find((letter) => letter.userId === userId);
const tokenOf = (values: Readonly<Record<string, string>> = {}) =>
  (values['link'] ?? '').slice(world.links.base.length);
const open = (token: string, now = D35_AT) => openLink(LINK_KEY, { sunset: PLAN.sunset, token, now });

describe('the link in a letter', () => {
  const people = Array.from({ length: 12 }, (_, at) => `p${at}`);

  it('is each person’s own, and opens to exactly them', async () => {
    await onPage(world, people);
    await putUser(world, 'p3', { locale: 'fr-FR' });
    await send();
    expect(
      letters()
        .map(({ userId }) => userId)
        .toSorted(),
    ).toEqual(people.toSorted());
    for (const { userId, values, address } of letters()) {
      expect(values['link']).toMatch(/^https:\/\/notices\.example\.com\/p\/[\w-]+$/);
      expect(open(tokenOf(values))).toEqual({ userId });
      expect(address).toBe(`${userId}@example.com`);
    }
    expect(new Set(letters().map(({ values }) => values['link'])).size).toBe(people.length);
  });

  it('opens with no other key and for no other sunset: it is the seal that names the person', async () => {
    await onPage(world, ['ana']);
    await send();
    const token = tokenOf(letterTo('ana')?.values);
    expect(openLink(linkKey(Buffer.alloc(32, 'other')), { sunset: PLAN.sunset, token, now: D35_AT })).toBe('void');
    expect(openLink(LINK_KEY, { sunset: 'another', token, now: D35_AT })).toBe('void');
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('ana');
  });

  it('works until long after the end date, and then no more', async () => {
    await onPage(world, ['ana']);
    await send();
    const token = tokenOf(letterTo('ana')?.values);
    expect(linkExpiry(localDate(END))).toBeGreaterThan(D1_AT + 30 * DAY);
    expect(open(token, linkExpiry(localDate(END)) - 1)).toEqual({ userId: 'ana' });
    expect(open(token, linkExpiry(localDate(END)))).toBe('expired');
  });

  it('is the same in each letter about one date: a person may keep any of them', async () => {
    await onPage(world, ['ana']);
    await send();
    world.clock.set(D1_AT);
    await send(D1);
    const [first, last] = letters().map(({ values }) => values['link']);
    expect(last).toBe(first);
  });

  it('is written to no table, whoever made the letters (promise 15)', async () => {
    await onPage(world, people);
    await send();
    const { plan, ledger, users, chats } = world.tables;
    const rows = JSON.stringify(await Promise.all([plan, ledger, users, chats].map((table) => rowsOf(world, table))));
    for (const { values } of letters()) expect(rows).not.toContain(tokenOf(values));
    expect(rows).not.toContain(world.links.base);
  });

  it('is not made while the key is away: nothing is claimed, nothing is sent', async () => {
    await onPage(world, ['ana']);
    const away = { ...world, links: { ...world.links, key: () => Promise.reject(new Error('KMS is away')) } };
    await expect(notify(away, { page: PAGE, notice: D35 })).rejects.toThrow('KMS is away');
    expect(world.mailer.calls).toEqual([]);
    expect(await recordOf(world, D35)).toBeUndefined();
    await send();
    expect(letters()).toHaveLength(1);
  });
});

describe('what a claim keeps of its letters (promise 14)', () => {
  /** Each attempt with what it sent. */
  const sent = async () =>
    Promise.all(
      ((await recordOf(world, D35))?.attempts ?? []).map(async ({ number, slots }) => ({
        slots,
        letter: await world.ledger.letter(PAGE, D35, number),
      })),
    );

  it('is the template, what all letters share and what each has of its own, without the link', async () => {
    await onPage(world, ['ana', 'ben', 'cem']);
    await putUser(world, 'ana', { locale: 'en-US', timeZone: 'America/New_York' });
    await putUser(world, 'cem', { timeZone: 'Mars/Base' });
    await send();
    const attempts = await sent();
    expect(attempts).toMatchObject([
      {
        slots: [0],
        letter: {
          template: 'd35/en',
          shared: { endDate: 'Tuesday, 19 May 2026', endDay: '19 May' },
          own: {
            0: { endDate: 'Tuesday, May 19, 2026', endDay: 'May 19', zone: 'America/New York', chats_one: '1' },
          },
        },
      },
      {
        slots: [1, 2],
        letter: {
          template: 'd35/de',
          shared: { endDate: 'Dienstag, 19. Mai 2026', endDay: '19. Mai' },
          own: { 1: { zone: BERLIN, chats_one: '1' }, 2: { zone: BERLIN, chats_one: '1' } },
        },
      },
    ]);
    // With the link put back it is what SES was given, letter by letter.
    const kept = attempts.flatMap(({ slots, letter }) =>
      slots.map((slot) => ({ ...letter?.shared, ...letter?.own[slot] })),
    );
    expect(letters().map(({ values }) => values)).toEqual(
      kept.map((values, at) => ({ ...values, link: letters()[at]?.values['link'] })),
    );
    for (const values of kept) expect(values).not.toHaveProperty('link');
  });

  it('stands before SES is asked', async () => {
    await onPage(world, ['ana']);
    let seen: unknown;
    const { send: sendIt } = world.mailer;
    const looking = {
      ...world,
      mailer: {
        ...world.mailer,
        send: async (x: Parameters<typeof sendIt>[0]) => {
          seen = await sent();
          return sendIt(x);
        },
      },
    };
    await notify(looking, { page: PAGE, notice: D35 });
    expect(seen).toMatchObject([{ letter: { template: 'd35/de', own: { 0: { zone: BERLIN } } } }]);
  });

  it('names no address and no person (promise 15)', async () => {
    await onPage(world, ['ana', 'ben']);
    await send();
    const all = await rowsOf(world, world.tables.ledger);
    const rows = all.filter(({ pk, sk }) => `${pk as string} ${sk as string}`.match(/NOTICE#|LETTER#/));
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/ana|ben|example\.com/);
  });
});

describe('dates and zones', () => {
  it.each<[string, SomeUser, string, string]>([
    ['in German', { locale: 'de-DE' }, 'd35/de', 'Dienstag, 19. Mai 2026 · 19. Mai'],
    ['in British English where nothing is known', { locale: null }, 'd35/en', 'Tuesday, 19 May 2026 · 19 May'],
    ['in American English', { locale: 'en-US' }, 'd35/en', 'Tuesday, May 19, 2026 · May 19'],
    ['as some platforms write it', { locale: 'en_US' }, 'd35/en', 'Tuesday, May 19, 2026 · May 19'],
    ['in Egyptian Arabic', { locale: 'ar-EG' }, 'd35/ar', 'الثلاثاء، ١٩ مايو ٢٠٢٦ · ١٩ مايو'],
    [
      'in English with the Persian calendar, for lack of Persian',
      { locale: 'fa-IR' },
      'd35/en',
      'Tuesday, 19 May 2026 (Tuesday, 29 Ordibehesht 1405 AP) · 19 May',
    ],
    [
      'in English where the locale is hostile',
      { locale: '<b>{{link}}</b>' },
      'd35/en',
      'Tuesday, 19 May 2026 · 19 May',
    ],
  ])('are written as the person writes them: %s', async (_, user, template, dates) => {
    await onPage(world, ['ana']);
    await putUser(world, 'ana', user);
    await send();
    const { values = {}, template: sent } = letterTo('ana') ?? {};
    expect([sent, `${values['endDate']} · ${values['endDay']}`]).toEqual([template, dates]);
  });

  it('are of the notice’s own date, on a page of the same language too', async () => {
    await onPage(world, ['ana', 'ben', 'cem', 'dan']);
    await putUser(world, 'ben', { locale: 'de-AT' });
    await putUser(world, 'cem', { locale: 'ar-EG' });
    await putUser(world, 'dan', { locale: 'ar' });
    await send();
    for (const userId of ['ana', 'ben', 'cem', 'dan']) expect(letterTo(userId)?.values['endDate']).toMatch(/19|١٩/);
    expect(letterTo('cem')?.values['endDay']).not.toBe(letterTo('ana')?.values['endDay']);
  });

  it.each<[string, string | null, string]>([
    ['the person’s own', 'America/Argentina/Buenos_Aires', 'America/Argentina/Buenos Aires'],
    ['the group’s where it is unknown', null, BERLIN],
    ['the group’s where it is none', 'Mars/Base', BERLIN],
    ['the group’s where it is an offset', '+02:00', BERLIN],
    ['the group’s where it is hostile', '{{link}}<script>', BERLIN],
  ])('name the zone in which the day ends: %s', async (_, timeZone, zone) => {
    await onPage(world, ['ana']);
    await putUser(world, 'ana', { timeZone });
    await send();
    expect(letterTo('ana')?.values['zone']).toBe(zone);
  });

  it('name the plan’s zone to a group whose zone is unknown', async () => {
    const page = 'eea~?~~de~1';
    await onPage(world, ['ana'], page);
    await putUser(world, 'ana', { timeZone: null });
    world.clock.set(D35_AT + 4 * HOUR);
    await send(D35, page);
    expect(letterTo('ana')?.values['zone']).toBe(PLAN.timeZone);
  });

  it('count the person’s chats in the form that their language has for the number', async () => {
    await world.ledger.createPage(PAGE, ['ana', 'ben']);
    for (const [userId, count] of [
      ['ana', 3],
      ['ben', 1],
    ] as const) {
      const chats = Array.from({ length: count }, (_, at) => `${userId}-${at}`);
      await putUser(world, userId, { locale: userId === 'ana' ? 'ar' : 'de' });
      for (const chatId of chats)
        await world.tables.chats.put({ chatId, participants: new Set([userId]), encryption: 'e2ee', version: 1 });
      await world.ledger.enrol({
        userId,
        cohort: 'eea',
        timeZone: BERLIN,
        group: PAGE.split('~').slice(0, 3).join('~'),
        page: PAGE,
        enrolledAt: D35_AT - DAY,
        chats,
        joinedLate: [],
      });
    }
    await send();
    const counts = (userId: string) =>
      Object.entries(letterTo(userId)?.values ?? {}).filter(
        ([name, value]) => name.startsWith('chats_') && value !== '',
      );
    expect(counts('ana')).toEqual([['chats_few', '3']]);
    expect(counts('ben')).toEqual([['chats_one', '1']]);
  });
});

describe('an address', () => {
  /** Of a host that is nobody’s example. */
  const at = (who: string, host: string) => [who, host].join('@');
  it.each([
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\nb@example.com',
    'a@example.com,b@example.com',
    'a@example.com;b@example.com',
    'a@example.com b@example.com',
    ' a@example.com',
    'a@example.com ',
    'Ana <a@example.com>',
    '<a@example.com>',
    '"a b"@example.com',
    'a@b@example.com',
    'a@example.com\0',
    'a@example',
    at('a', '-example.com'),
    'a@[127.0.0.1]',
    'ä@example.com',
    'a@exämple.com',
    '@example.com',
    'a@',
    '',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}example.com`,
    'a{{link}}@example.com',
  ])('that is none is never handed to SES: %j', async (email) => {
    await onPage(world, ['ana', 'ben']);
    await putUser(world, 'ana', { email });
    await send();
    expect(world.mailer.calls.flatMap(({ addresses }) => addresses)).toEqual(['ben@example.com']);
    expect(await recordOf(world, D35)).toMatchObject({ complete: true, skipped: { 0: 'no-address' } });
    const { type, detail } = world.published[0] ?? {};
    expect([type, detail]).toEqual([
      'PersonUnreachable',
      { sunset: PLAN.sunset, userId: 'ana', notice: D35, reason: 'no-address' },
    ]);
  });

  it.each([
    'a@example.com',
    at("o'hara+x.y_z=1", 'sub.example-1.co.uk'),
    'A@EXAMPLE.COM',
    at('a', 'xn--exmple-cua.com'),
  ])('that is one is used as it stands: %s', async (email) => {
    await onPage(world, ['ana']);
    await putUser(world, 'ana', { email });
    await send();
    expect(letterTo('ana')?.address).toBe(email);
    expect(world.published).toEqual([]);
  });
});

it('speaks no language in which the plan is not whole: the letter falls back to English', async () => {
  await world.tables.stop();
  const { de: _, ...feature } = PLAN.feature;
  world = await startWorld({ at: D35_AT, plan: aPlan({ feature }) });
  await onPage(world, ['ana', 'ben']);
  await putUser(world, 'ben', { locale: 'fr' });
  await send();
  expect([letterTo('ana')?.template, letterTo('ben')?.template]).toEqual(['d35/en', 'd35/fr']);
});

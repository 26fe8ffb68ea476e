import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EventLine, MailLine } from '../../../bin/local/outside/record.ts';
import type { Here } from '../../../bin/local/pages/loopback.ts';
import { startPages } from '../../../bin/local/pages/pages.ts';
import type { PagesState } from '../../../bin/local/pages/views.ts';
import { localDate, parseInstant } from '../../../functions/domain/time.ts';

let directory: string;
let pages: Here;
let isRunning: boolean;
beforeEach(async () => {
  isRunning = true;
  directory = mkdtempSync(join(tmpdir(), 'pages-'));
  pages = await startPages({ directory, port: 0, state: () => STATE, running: () => isRunning });
});
afterEach(async () => {
  await pages.close();
  rmSync(directory, { recursive: true });
});

const STATE: PagesState = {
  now: parseInstant('2026-04-03T08:00:00Z'),
  cohorts: [
    {
      id: 'pilot',
      endDate: localDate('2026-05-08'),
      hold: { who: 'ann', why: 'too many <bounces>', since: parseInstant('2026-04-03T07:00:00Z') },
      arming: null,
      wave: 0,
      disabled: 0,
      headCount: 1234,
    },
  ],
  mails: 2500,
  events: 3,
  disabled: 7,
};

/** Writes a letter and says at which byte it begins. */
let written = 0;
beforeEach(() => (written = 0));
function write(text: string): number {
  const offset = written;
  appendFileSync(join(directory, 'mail.jsonl'), text);
  written += Buffer.byteLength(text);
  return offset;
}
const lineOf = (mail: Partial<MailLine>) =>
  `${JSON.stringify({
    at: '2026-04-03T07:00:00.000Z',
    to: 'ann@example.com',
    userId: 'ann',
    notice: 'd35@2026-05-08',
    endDate: '2026-05-08',
    locale: 'en',
    subject: 'The last day is Friday',
    text: 'Hello in text',
    html: '<!doctype html><p>Hello in HTML</p>',
    ...mail,
  })}\n`;
const mailed = (mail: Partial<MailLine> = {}) => write(lineOf(mail));
const happened = (event: Partial<EventLine> = {}) =>
  appendFileSync(
    join(directory, 'events.jsonl'),
    `${JSON.stringify({ at: '2026-04-03T07:00:02.000Z', kind: 'delivered', userId: 'ann', notice: 'd35@2026-05-08', ...event })}\n`,
  );

const get = (path: string, init?: RequestInit) => fetch(new URL(path, pages.url), init);
/** The page as one line, so that the formatting of a template does not matter. */
const show = async (path: string) => (await (await get(path)).text()).replaceAll(/\s+/g, ' ');
/** The cells of the row that begins with this heading. */
const row = (page: string, heading: string) => {
  const found = page.split('<tr>').find((part) => part.includes(`<th scope="row">${heading}</th>`));
  return [...(found ?? '').matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell?.trim());
};
const peopleOf = (page: string) => [...page.matchAll(/href="\/people\/([^"]+)"/g)].map(([, id]) => id);

describe('the mailbox follows the files', () => {
  it('shows figures of the campaign before anybody was mailed', async () => {
    const page = await show('/');
    expect(page).toContain('<time datetime="2026-04-03T08:00:00.000Z">Fri, 3 Apr 2026, 08:00 UTC</time>');
    expect(page).toContain('2,500');
    expect(page).toContain('Nobody has been sent a letter yet');
  });

  it('takes in letters and events that were written since the last request', async () => {
    mailed();
    expect(row(await show('/'), 'd35')).toEqual(['1', '0', '0', '0', '0', '0', '0']);
    mailed({ userId: 'ben' });
    mailed({ userId: 'ben', notice: 'd14@2026-05-08' });
    happened();
    happened({ userId: 'ben', kind: 'bounced' });
    const page = await show('/');
    expect(row(page, 'd35')).toEqual(['2', '1', '1', '0', '0', '0', '0']);
    expect(row(page, 'd14')).toEqual(['1', '0', '0', '0', '0', '0', '0']);
    expect(row(page, 'All')).toEqual(['3', '1', '1', '0', '0', '0', '0']);
  });

  it('counts an event once although it arrived twice', async () => {
    mailed();
    happened();
    happened();
    expect(row(await show('/'), 'd35')).toEqual(['1', '1', '0', '0', '0', '0', '0']);
  });

  it('lets half a line wait for its rest, also in the middle of a letter of two bytes', async () => {
    const line = Buffer.from(lineOf({ userId: 'bén', subject: 'Último día' }));
    const middle = line.indexOf('Ú') + 1;
    mailed();
    appendFileSync(join(directory, 'mail.jsonl'), line.subarray(0, middle));
    expect(peopleOf(await show('/'))).toEqual(['ann']);
    appendFileSync(join(directory, 'mail.jsonl'), line.subarray(middle));
    expect(peopleOf(await show('/'))).toEqual(['b%C3%A9n', 'ann']);
    expect(await show('/people/b%C3%A9n')).toContain('Último día');
  });

  it('reads a file longer than one piece, and finds each letter in it', async () => {
    const long = 'x'.repeat(400_000);
    const offsets = [1, 2, 3, 4, 5, 6].map((n) => mailed({ userId: `p${n}`, text: `${n}${long}` }));
    const texts = await Promise.all(offsets.map(async (offset) => (await get(`/mail/${offset}.txt`)).text()));
    expect(texts).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${n}${long}`));
  });

  it('reads once although several ask at the same time', async () => {
    mailed();
    const answers = await Promise.all(Array.from({ length: 8 }, () => show('/')));
    for (const page of answers) expect(row(page, 'd35')[0]).toBe('1');
  });

  it('says which byte cannot be read, and not what stands there', async () => {
    mailed();
    const offset = write('ann@example.com\n');
    const answer = await get('/');
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).toContain(`mail.jsonl, byte ${offset}:`);
    expect(text).not.toContain('ann@example.com');
  });
});

describe('the list of people', () => {
  it('puts the newest letter first', async () => {
    mailed({ userId: 'ann' });
    mailed({ userId: 'ben' });
    mailed({ userId: 'ann', notice: 'd14@2026-05-08' });
    expect(peopleOf(await show('/'))).toEqual(['ann', 'ben']);
  });

  it('shows a hundred at a time', async () => {
    write(Array.from({ length: 250 }, (_, n) => lineOf({ userId: `p${n}` })).join(''));
    const first = peopleOf(await show('/'));
    const last = await show('/?page=3');
    expect([first.length, first[0], first[99]]).toEqual([100, 'p249', 'p150']);
    expect(peopleOf(last)).toEqual(Array.from({ length: 50 }, (_, n) => `p${49 - n}`));
    expect(last).toContain('201 to 250 of 250');
    expect(last).toContain('rel="prev" href="/?person=&amp;page=2#people"');
    expect(last).not.toContain('rel="next"');
  });

  it.each(['0', '-1', 'x', '1.5', ''])('takes page "%s" for the first', async (wanted) => {
    mailed();
    expect(peopleOf(await show(`/?page=${wanted}`))).toEqual(['ann']);
  });

  it('takes a page beyond the last for the last', async () => {
    mailed();
    expect(peopleOf(await show('/?page=1e300'))).toEqual(['ann']);
  });

  it('finds people by a part of their id and keeps the question on the next page', async () => {
    write(Array.from({ length: 101 }, (_, n) => lineOf({ userId: `Team/${n}` })).join(''));
    mailed({ userId: 'ann' });
    const page = await show('/?person=team%2F');
    expect(peopleOf(page)).toHaveLength(100);
    expect(page).toContain('value="team/"');
    expect(page).toContain('href="/?person=team%2F&amp;page=2#people"');
    expect(await show('/?person=nobody')).toContain('No user id holds “<bdi>nobody</bdi>”');
  });

  it('reads itself again only while the campaign runs and nobody is looking for something', async () => {
    const refreshes = async (path: string) => (await show(path)).includes('http-equiv="refresh"');
    expect(await refreshes('/')).toBe(true);
    expect(await refreshes('/?person=a')).toBe(false);
    expect(await refreshes('/?page=2')).toBe(false);
    expect(await refreshes('/?updates=off')).toBe(false);
    isRunning = false;
    expect(await refreshes('/')).toBe(false);
  });

  it('shows each cohort, and why one is held', async () => {
    const [endDate, approved, disabled, encrypted, , state] = row(await show('/'), '<bdi>pilot</bdi>');
    expect(endDate).toContain('Fri, 8 May 2026');
    expect([approved, disabled, encrypted]).toEqual(['', '0', '1,234']);
    expect(state).toContain('<bdi>ann</bdi>: too many &lt;bounces&gt;');
  });
});

describe("one person's mailbox", () => {
  it('says what became of each letter', async () => {
    const offset = mailed();
    mailed({ notice: 'd14@2026-05-08', at: '2026-04-24T07:00:00.000Z' });
    happened();
    happened({ kind: 'complained' });
    const page = await show('/people/ann');
    const [letter, outcome] = row(page, '<bdi>d35@2026-05-08</bdi>');
    expect(letter).toContain(`href="/mail/${offset}"`);
    expect(outcome).toBe('<span class="good">delivered</span>, <span class="bad">complained</span>');
    expect(row(page, '<bdi>d14@2026-05-08</bdi>')[1]).toContain('no event yet');
    expect(page.indexOf('d14@2026-05-08')).toBeLessThan(page.indexOf('d35@2026-05-08'));
  });

  it('shows a notice of which there is no letter because it could not be rendered', async () => {
    happened({ kind: 'rendering-failed' });
    expect(row(await show('/people/ann'), '<bdi>d35@2026-05-08</bdi>')).toEqual([
      'none',
      '<span class="bad">rendering failed</span>',
    ]);
  });

  it('says that nobody has this id', async () => {
    const answer = await get('/people/zo%C3%AB');
    expect(answer.status).toBe(404);
    const page = await answer.text();
    expect(page).toContain('<code>/people/zoë</code>');
    expect(page).toContain('href="/#people"');
  });
});

describe('one letter', () => {
  it('shows what it is about, and its HTML in a frame that can do nothing but open its links beside it', async () => {
    const offset = mailed();
    happened();
    const page = await show(`/mail/${offset}`);
    for (const expected of ['The last day is Friday', 'Fri, 3 Apr 2026, 07:00 UTC', 'Fri, 8 May 2026', 'delivered'])
      expect(page).toContain(expected);
    expect(page).toContain(`href="/mail/${offset}.txt"`);
    expect(page).toMatch(
      new RegExp(`<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mail/${offset}.html"`),
    );
    expect(page).not.toContain('Hello in HTML');
  });

  it('answers with its text and its HTML as they were sent', async () => {
    mailed();
    const offset = mailed({ userId: 'ben', text: '<b>¡Hola!</b>', html: '<p>¡Hola!</p>' });
    const text = await get(`/mail/${offset}.txt`);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await text.text()).toBe('<b>¡Hola!</b>');
    const body = await get(`/mail/${offset}.html`);
    expect(body.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await body.text()).toBe('<p>¡Hola!</p>');
  });

  it('leaves the direction of a subject to its letters, and says its language', async () => {
    const offset = mailed({ locale: 'ar', subject: 'آخر يوم هو الجمعة' });
    const expected = '<span lang="ar" dir="auto">آخر يوم هو الجمعة</span>';
    for (const path of ['/', '/people/ann', `/mail/${offset}`]) expect(await show(path)).toContain(expected);
  });

  it('has no plain text where there was none', async () => {
    const offset = mailed({ text: undefined });
    expect(await show(`/mail/${offset}`)).not.toContain('.txt');
    expect((await get(`/mail/${offset}.txt`)).status).toBe(404);
  });

  it.each(['1', '-1', '00', '0x0', '999999', '0.pdf', '', '%', '0%2F'])(
    'is not found at "%s", where none begins',
    async (name) => {
      mailed();
      const answer = await get(`/mail/${name}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('href="/"');
    },
  );
});

describe('what comes from the files can do nothing', () => {
  const SCRIPT = `<script>alert("1")</script>'&`;
  const HARMLESS = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;';

  it('is text wherever it is shown', async () => {
    const offset = mailed({ userId: SCRIPT, subject: SCRIPT, to: SCRIPT, locale: SCRIPT, notice: `${SCRIPT}@x` });
    happened({ userId: SCRIPT, notice: 'd7@2026-05-08' });
    const person = `/people/${encodeURIComponent(SCRIPT)}`;
    const wrong = `/people/${encodeURIComponent(`x${SCRIPT}`)}`;
    const search = `/?person=${encodeURIComponent(SCRIPT)}`;
    for (const path of ['/', search, person, wrong, `/mail/${offset}`, `/${SCRIPT}`]) {
      const page = await show(path);
      expect(page).not.toContain('<script');
      if (!path.startsWith('/<')) expect(page).toContain(HARMLESS);
    }
  });

  it.each(['/', '/people/ann', '/mail/0', '/mail/0.txt', '/style.css', '/nothing'])(
    'and the browser is told so for %s',
    async (path) => {
      mailed();
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it("gives a letter's own markup its styles and a sandbox that only lets its links open beside it", async () => {
    mailed();
    const policy = (await get('/mail/0.html')).headers.get('content-security-policy')?.split('; ');
    const sandbox = 'sandbox allow-popups allow-popups-to-escape-sandbox';
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "style-src 'unsafe-inline'", sandbox]));
  });
});

describe('who may ask', () => {
  const askedAs = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(pages.url, { headers: { host } }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });

  it('is whoever calls it by its own name', async () => {
    const { port } = new URL(pages.url);
    expect(await askedAs(`127.0.0.1:${port}`)).toBe(200);
    expect(await askedAs(`localhost:${port}`)).toBe(200);
  });

  it.each(['example.com', 'localhost', '127.0.0.1:1'])('is not somebody who calls it "%s"', async (host) => {
    expect(await askedAs(host)).toBe(421);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('cannot %s', async (method) => {
    const answer = await get('/', { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  it('may ask for the head alone', async () => {
    mailed();
    const answer = await get('/mail/0.txt', { method: 'HEAD' });
    expect(answer.headers.get('content-length')).toBe(String('Hello in text'.length));
    expect(await answer.text()).toBe('');
  });

  it('gets no answer once the pages are closed, although a connection was open', async () => {
    const closing = await startPages({ directory, port: 0, state: () => STATE });
    await (await fetch(closing.url)).text();
    await closing.close();
    await expect(fetch(closing.url)).rejects.toThrow('fetch failed');
  });

  it('is told when the port is taken', async () => {
    const { port } = new URL(pages.url);
    await expect(startPages({ directory, port: Number(port), state: () => STATE })).rejects.toThrow('EADDRINUSE');
  });
});

/**
 * The page behind the link: it offers what is open and nothing else, does nothing by itself, and whatever a plan or a
 * platform has written stays text in it.
 */
import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { type Language, LANGUAGES } from '../../functions/domain/language.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { type Choice, CHOICES } from '../../functions/domain/signal.ts';
import { localDate } from '../../functions/domain/time.ts';
import { CATALOGUES } from '../../functions/mail/catalogue.ts';
import { type ChoicesPage, choicesPage, failedPage, PAGE_HEADERS, voidPage } from '../../functions/mail/page.ts';
import { aPlan, BERLIN, END, PLAN } from '../domain/examples.ts';

const OPEN: ChoicesPage['choices'] = { saved: 'open', stopped: 'open', 'more-time': 'open' };
const TAKEN: ChoicesPage['choices'] = { saved: 'taken', stopped: 'taken', 'more-time': 'taken' };

function aPage(changes: Partial<ChoicesPage> = {}): string {
  return choicesPage({
    plan: PLAN,
    language: 'en',
    locale: null,
    endDate: END,
    zone: BERLIN,
    over: false,
    choices: OPEN,
    newDate: localDate('2026-06-07'),
    late: false,
    ...changes,
  });
}

const TEXTS: Readonly<Record<Choice, string>> = { saved: 'saved', stopped: 'stopped', 'more-time': 'moreTime' };
const EN = CATALOGUES.en;
const text = (key: string, language: Language = 'en') => CATALOGUES[language][key] ?? '';
/** Of a text with placeholders, what stands before the first. */
const start = (key: string, language: Language = 'en') => text(key, language).split('{')[0] ?? '';

const TAG = /<[^>]*>/g;
/** The page without what stands between its tags and in quotes: what a browser would follow. */
const structure = (html: string) => (html.match(TAG) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
const words = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/, '').replaceAll(TAG, '\n');
const buttons = (html: string) => [...html.matchAll(/<button[^>]* value="([^"]*)"/g)].map(([, choice]) => choice);
const statuses = (html: string) => [...html.matchAll(/<p role="status">([^<]*)</g)].map(([, said]) => said);

describe('the page', () => {
  it('says what ends, when and where, and offers each choice with what it does', () => {
    const html = aPage();
    for (const said of [
      'Encrypted chats on Instagram',
      text('label.ends'),
      'Tuesday, 19 May 2026, until the end of the day in your time zone (Europe/Berlin)',
      'Sunday, 7 June 2026',
      text('page.intro'),
      PLAN.support.email,
    ])
      expect(words(html)).toContain(said);
    expect(buttons(html)).toEqual(['saved', 'stopped', 'more-time']);
    for (const choice of CHOICES) {
      expect(html).toContain(`>${text(`page.${TEXTS[choice]}.button`)}</button>`);
      expect(words(html)).toContain(start(`page.${TEXTS[choice]}.text`));
    }
    expect(statuses(html)).toEqual([]);
  });

  it.each(CHOICES)('has one button where only %s is open', (choice) => {
    const html = aPage({ choices: { [choice]: 'open' } });
    expect(buttons(html)).toEqual([choice]);
    expect(structure(html).filter((tag) => tag.startsWith('<form'))).toHaveLength(1);
    for (const other of CHOICES.filter((each) => each !== choice))
      expect(words(html)).not.toContain(start(`page.${TEXTS[other]}.text`));
  });

  it.each(CHOICES)('says that %s was chosen, and offers it no more', (choice) => {
    const html = aPage({ choices: { ...OPEN, [choice]: 'taken' } });
    expect(statuses(html)).toEqual([text(`page.${TEXTS[choice]}.done`)]);
    expect(buttons(html)).toEqual(CHOICES.filter((each) => each !== choice));
  });

  it('asks for nothing where nothing is open', () => {
    for (const choices of [{}, TAKEN]) {
      const html = aPage({ choices });
      expect(html).not.toMatch(/<form|<button/);
      expect(words(html)).not.toContain(text('page.intro'));
    }
    expect(statuses(aPage({ choices: TAKEN }))).toHaveLength(3);
  });

  it('says that it is over, in words that fit', () => {
    const html = aPage({ over: true, choices: { saved: 'taken' }, newDate: undefined });
    for (const key of ['label.ended', 'label.wasLastDay', 'page.over', 'page.saved.done'])
      expect(words(html)).toContain(text(key));
    for (const key of ['label.ends', 'label.lastDay', 'page.intro'])
      expect(words(html)).not.toContain(`\n${text(key)}\n`);
    expect(buttons(html)).toEqual([]);
  });

  it('says that a choice came too late, as an alert, and only then', () => {
    expect(aPage({ late: true, choices: { saved: 'open' } })).toContain(`<p role="alert">${text('page.late')}</p>`);
    expect(aPage()).not.toContain('role="alert"');
  });

  it('writes dates as the person does', () => {
    const html = aPage({ locale: 'en-US' });
    expect(words(html)).toContain('Tuesday, May 19, 2026');
    expect(words(html)).toContain('Sunday, June 7, 2026');
    expect(aPage({ language: 'ar', locale: 'ar-EG' })).toContain('١٩ مايو ٢٠٢٦');
  });

  it('says what the plan says instead of ours', () => {
    const plan = aPlan({ texts: { en: { 'page.title': 'Decide & be done' } } });
    expect(aPage({ plan })).toContain('<h1>Decide &amp; be done</h1>');
    expect(aPage({ plan, language: 'de' })).toContain(`<h1>${text('page.title', 'de')}</h1>`);
  });
});

type Pages = readonly (readonly [state: string, language: Language, html: string])[];
const PAGES: Pages = LANGUAGES.flatMap((language) => [
  ['open', language, aPage({ language })] as const,
  ['taken', language, aPage({ language, choices: TAKEN })] as const,
  ['late', language, aPage({ language, late: true })] as const,
  ['over', language, aPage({ language, over: true, choices: {} })] as const,
  ['void', language, voidPage(PLAN, language)] as const,
  ['failed', language, failedPage(language)] as const,
]);

describe('no page', () => {
  const ACTIVE =
    /<(?!\/?(?:html|head|meta|title|style|body|main|p|h1|dl|dt|dd|section|form|button|a)\b|!doctype html>)|\son\w+=|\ssrc=|\saction=|\sstyle=|javascript:|url\(|@import|cookie|http-equiv/i;

  it.each(PAGES)('%s in %s runs, fetches or remembers anything', (_, _language, html) => {
    expect(html).not.toMatch(ACTIVE);
  });

  it.each([
    '<script>1</script>',
    '<img>',
    '<p onclick="1">',
    '<form method="post" action="https://example.com">',
    '<link rel="stylesheet" href="x">',
    '<input name="token">',
    '<meta http-equiv="refresh" content="0">',
    '<p style="background:url(x)">',
    '<iframe>',
    '<!-- -->',
  ])('is seen to hold %s where it does', (element) => {
    expect(aPage().replace('</main>', `${element}</main>`)).toMatch(ACTIVE);
  });

  it.each(PAGES)('%s in %s has a link but the one to the support page', (state, _, html) => {
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
    expect(links).toEqual(state === 'failed' ? [] : [PLAN.support.url]);
  });

  it.each(PAGES)(
    '%s in %s has a form that goes elsewhere than to where the page came from, or by another method',
    (_, _language, html) => {
      const forms = html.match(/<form[^>]*>/g) ?? [];
      expect(forms.filter((form) => form !== '<form method="post">')).toEqual([]);
    },
  );

  const UNFILLED = /[{}]|\b(?:undefined|null|NaN)\b|\[object|&(?!(?:amp|lt|gt|quot|#39);)/;
  it.each(PAGES)('%s in %s has a place that was not filled in', (_, _language, html) => {
    expect(words(html)).not.toMatch(UNFILLED);
  });

  it.each(['{feature}', 'undefined', '[object Object]', ' & '])('is seen to hold %s where it does', (rest) => {
    expect(words(aPage().replace('</main>', `${rest}</main>`))).toMatch(UNFILLED);
  });
});

describe('every page', () => {
  it.each(PAGES)('%s in %s is in its language and direction, with a heading and a title', (_, language, html) => {
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    expect(html.startsWith(`<!doctype html>\n<html lang="${language}" dir="${direction}">`)).toBe(true);
    const [, title] = /<title>([^<]+)<\/title>/.exec(html) ?? [];
    expect(html.match(/<h1>[^<]+<\/h1>/g)).toEqual([`<h1>${title}</h1>`]);
  });

  it.each(PAGES)('%s in %s opens and closes its elements in turn', (_, _language, html) => {
    const open: string[] = [];
    for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
      if (name === 'meta') continue;
      if (slash === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it.each(PAGES)('%s in %s names each button’s description by an id that is there once', (_, _language, html) => {
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const described = [...html.matchAll(/aria-describedby="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(described).toEqual(buttons(html));
    expect(described.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('what a browser may do', () => {
  const policy = PAGE_HEADERS['content-security-policy'] ?? '';
  const styleHash = (html: string) => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
  };

  it.each(PAGES)('with the page %s in %s: apply its one style, and send its form back', (_, _language, html) => {
    expect(html.match(/<style/g)).toHaveLength(1);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${styleHash(html)}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it('does not apply a style that differs by one sign', () => {
    expect(policy).toContain(styleHash(aPage()));
    expect(policy).not.toContain(styleHash(aPage().replace('margin: 0;', 'margin: 1;')));
  });

  it('keeps nothing, tells nobody where it was, and is found by no search', () => {
    expect(PAGE_HEADERS).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow, noarchive',
    });
    expect(Object.keys(PAGE_HEADERS).map((name) => name.toLowerCase())).not.toContain('set-cookie');
  });
});

describe('a link that is no link of ours', () => {
  it.each(LANGUAGES)('gets a page in %s that helps', (language) => {
    const html = voidPage(PLAN, language);
    expect(html).toContain(`<h1>${text('page.invalid.title', language)}</h1>`);
    expect(words(html)).toContain(start('page.invalid.text', language));
    expect(words(html)).toContain(PLAN.support.url);
  });

  it.each(LANGUAGES)(
    'gets a page in %s that reveals nothing: no feature, no date, no sender, no choice',
    (language) => {
      const html = voidPage(PLAN, language);
      const feature = (PLAN.feature[language] ?? '').slice(1);
      for (const secret of [feature, PLAN.sender.name, PLAN.sender.address]) expect(words(html)).not.toContain(secret);
      expect(words(html)).not.toMatch(/\p{N}/u);
      expect(html).not.toMatch(/<form|<button/);
    },
  );

  it.each(LANGUAGES)(
    'and a failure of ours gets one in %s without the plan, which may not have been read',
    (language) => {
      const html = failedPage(language);
      expect(html).toContain(`<h1>${text('page.failed.title', language)}</h1>`);
      expect(html).toContain(`<p>${text('page.failed.text', language)}</p>`);
    },
  );
});

describe('a plan and a profile that say something strange', () => {
  const evil = (name: string) => `</title></style><b id="${name}">'&amp;{feature}{{x}}</b><script>`;
  const shown = (name: string) =>
    `&lt;/title&gt;&lt;/style&gt;&lt;b id=&quot;${name}&quot;&gt;&#39;&amp;amp;{feature}{{x}}&lt;/b&gt;&lt;script&gt;`;
  const texts = Object.fromEntries(
    Object.keys(EN)
      .filter((key) => /^(?:page|label|footer|day)/.test(key))
      .map((key) => [key, `${evil('text').replaceAll(/\{+\w+\}+/g, '')}${EN[key]}`]),
  );
  const strange: Plan = aPlan({
    feature: { ...PLAN.feature, en: evil('feature') },
    support: { url: `https://example.com/${evil('url')}`, email: evil('email') },
    sender: { ...PLAN.sender, name: evil('sender'), address: evil('address') },
  });
  const STATES: readonly Partial<ChoicesPage>[] = [
    {},
    { choices: TAKEN },
    { late: true },
    { over: true, choices: {} },
    { locale: evil('locale'), zone: evil('zone') },
  ];

  it.each(STATES)('change no element and no attribute of the page %j', (state) => {
    for (const plan of [strange, aPlan({ texts: { en: texts } }), { ...strange, texts: { en: texts } }]) {
      expect(structure(aPage({ ...state, plan }))).toEqual(structure(aPage({ ...state, zone: BERLIN, locale: null })));
      expect(structure(voidPage(plan, 'en'))).toEqual(structure(voidPage(PLAN, 'en')));
    }
  });

  it('are shown as they were written', () => {
    const html = aPage({ plan: strange, zone: evil('zone') });
    for (const name of ['feature', 'email', 'sender', 'zone']) expect(html).toContain(shown(name));
    expect(html).toContain(`<a href="https://example.com/${shown('url')}">https://example.com/${shown('url')}</a>`);
    const other = aPage({ plan: aPlan({ texts: { en: { 'page.title': `<i>${evil('text')}` } } }) });
    expect(other).toContain('<h1>&lt;i&gt;&lt;/title&gt;');
  });

  it('would be seen to change the page where one value was not escaped', () => {
    const html = aPage({ plan: strange }).replace('&lt;b id=&quot;feature&quot;&gt;', '<b id="feature">');
    expect(structure(html)).not.toEqual(structure(aPage()));
    const quoted = aPage({ plan: strange }).replace('&lt;/style&gt;&lt;b id=&quot;url', '" onclick="x');
    expect(structure(quoted)).not.toEqual(structure(aPage()));
  });

  it('are never read for placeholders: a value that looks like one stays as it is', () => {
    const html = aPage({ plan: aPlan({ sender: { ...PLAN.sender, name: '{supportEmail}' } }) });
    expect(html).toContain('<p class="quiet">{supportEmail}</p>');
  });
});

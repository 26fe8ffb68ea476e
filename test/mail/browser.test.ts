/**
 * Letters and pages in a real browser, as people see them: nothing that axe objects to, nothing cut off on the narrowest
 * phone, legible in the dark, and the same words in HTML and in plain text.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inTheme, PAGE_STATES, sampleLetter, samplePage, type Theme, THEMES } from '../../bin/preview/samples.ts';
import { LANGUAGES } from '../../functions/domain/language.ts';
import { stagesOf } from '../../functions/mail/roles.ts';
import { PLAN } from '../domain/examples.ts';
import { CHROMIUM, inChromium, startChromium } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const NARROWEST = 320;
const DESK = 900;
/** Amazon and Gmail cut a letter off beyond. */
const LARGEST = 102 * 1024;

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What runs in the page is text here: the types of a browser's world would hold everywhere. */
const IN_PAGE = {
  axe: `axe.run(document, ${JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] })}).then(({ violations }) => violations)`,
  overflow: 'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  words: `(() => {
    for (const hidden of document.querySelectorAll('[data-skip-in-text]')) hidden.remove();
    for (const link of document.querySelectorAll('a'))
      if (link.textContent !== link.href) link.append(' ' + link.getAttribute('href'));
    return document.body.innerText;
  })()`,
  links: `[...document.querySelectorAll('a')].map(({ href }) => href)`,
  grounds: `[...document.querySelectorAll('*')]
    .map((element) => getComputedStyle(element).backgroundColor)
    .filter((color) => color !== 'rgba(0, 0, 0, 0)')`,
  style: (selector: string, name: string) => `getComputedStyle(document.querySelector('${selector}')).${name}`,
} as const;

let browser: Browser | undefined;
let page: Page;
let asked: string[] = [];
const patience = 120_000;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  browser = await startChromium();
  page = await browser.newPage();
  await page.route('**/*', (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
}, patience);
afterAll(() => browser?.close());

async function show(html: string, { width, theme }: { width: number; theme: Theme }): Promise<void> {
  asked = [];
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: theme });
  await page.setContent(html, { waitUntil: 'load' });
}

async function findings(): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<Finding[]>(IN_PAGE.axe);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}

/** How far the content sticks out of the window. */
const overflow = () => page.evaluate<number>(IN_PAGE.overflow);

/** Words as they are seen, without what only a list of mail shows; in the order of the text part, links with their address. */
const wordsSeen = () => page.evaluate<string>(IN_PAGE.words);
const flat = (text: string) => text.replaceAll(/-{5,}/g, '').replaceAll(/\s+/g, ' ').trim();

const letters = stagesOf(PLAN).flatMap((stage) => LANGUAGES.map((language) => ({ stage, language })));
const pages = PAGE_STATES.flatMap((state) => LANGUAGES.map((language) => ({ state, language })));

describe.skipIf(CHROMIUM === undefined)(inChromium('in Chromium'), () => {
  describe.each(stagesOf(PLAN))('the letter %s', (stage) => {
    it.each(LANGUAGES)('in %s has nothing that axe objects to, in the light and in the dark', async (language) => {
      const { html } = sampleLetter(PLAN, stage, language);
      for (const theme of THEMES) {
        await show(html, { width: NARROWEST, theme });
        expect([theme, await findings()]).toEqual([theme, []]);
      }
    });

    it.each(LANGUAGES)('in %s fits the narrowest phone and a desk, whole', async (language) => {
      const { html } = sampleLetter(PLAN, stage, language);
      for (const width of [NARROWEST, DESK]) {
        await show(html, { width, theme: 'light' });
        expect([width, await overflow()]).toEqual([width, 0]);
      }
    });
  });

  it('says the same in HTML and in plain text, in every letter', async () => {
    for (const { stage, language } of letters) {
      const { html, text } = sampleLetter(PLAN, stage, language);
      await show(html, { width: DESK, theme: 'light' });
      expect([stage, language, flat(await wordsSeen())]).toEqual([stage, language, flat(text)]);
    }
  });

  it('stays under the size from which letters are cut off, and asks nobody for anything', async () => {
    for (const { stage, language } of letters) {
      const { html } = sampleLetter(PLAN, stage, language);
      expect(Buffer.byteLength(html)).toBeLessThan(LARGEST);
      await show(html, { width: DESK, theme: 'light' });
      expect([stage, language, asked]).toEqual([stage, language, []]);
    }
  });

  it('has no link but those to the support page and to the page for choices', async () => {
    for (const { stage, language } of letters) {
      await show(sampleLetter(PLAN, stage, language).html, { width: DESK, theme: 'light' });
      const links = await page.evaluate<string[]>(IN_PAGE.links);
      const own = links.filter((link) => link !== PLAN.support.url);
      expect([stage, language, own.length]).toEqual([stage, language, stage === 'done' ? 0 : 1]);
      for (const link of own) expect(link).toMatch(/^https:\/\/notices\.example\.com\/p\/[\w-]+$/);
    }
  });

  it('writes from right to left where the language does', async () => {
    for (const [language, direction] of [
      ['ar', 'rtl'],
      ['de', 'ltr'],
    ] as const) {
      await show(sampleLetter(PLAN, 'd35', language).html, { width: DESK, theme: 'light' });
      const of = (selector: string) => page.evaluate<string>(IN_PAGE.style(selector, 'direction'));
      expect([await of('h1'), await of('p')]).toEqual([direction, direction]);
    }
  });

  it('is dark in the dark: nowhere a light ground', async () => {
    await show(sampleLetter(PLAN, 'd7', 'en').html, { width: DESK, theme: 'dark' });
    const grounds = await page.evaluate<string[]>(IN_PAGE.grounds);
    const lightness = grounds.map((color) => Math.max(...(color.match(/\d+/g) ?? []).slice(0, 3).map(Number)));
    expect(lightness.length).toBeGreaterThan(2);
    expect(Math.max(...lightness)).toBeLessThan(64);
  });

  it.each(pages)('the page $state in $language can be used by everybody', async ({ state, language }) => {
    for (const theme of THEMES) {
      await show(samplePage(PLAN, state, language), { width: NARROWEST, theme });
      expect([theme, await findings(), await overflow(), asked]).toEqual([theme, [], 0, []]);
    }
  });

  it('the gallery forces either theme upon a letter, whatever the browser prefers', async () => {
    const { html } = sampleLetter(PLAN, 'd35', 'en');
    const ground = () => page.evaluate<string>(IN_PAGE.style('.paper', 'backgroundColor'));
    await show(inTheme(html, 'dark'), { width: DESK, theme: 'light' });
    expect(await ground()).toBe('rgb(28, 28, 30)');
    await show(inTheme(html, 'light'), { width: DESK, theme: 'dark' });
    expect(await ground()).toBe('rgb(255, 255, 255)');
  });

  describe('these checks can fail:', () => {
    const { html, text } = sampleLetter(PLAN, 'd35', 'en');

    it('axe sees text that is too pale, and a letter without a language', async () => {
      await show(html.replaceAll('color:#1a1a1a', 'color:#c8c8c8').replace('lang="en"', ''), {
        width: NARROWEST,
        theme: 'light',
      });
      const found = (await findings()).join('\n');
      expect(found).toContain('color-contrast');
      expect(found).toContain('html-has-lang');
    });

    it('a word that does not fit is seen to stick out', async () => {
      await show(html.replaceAll('overflow-wrap:anywhere', 'white-space:nowrap'), { width: NARROWEST, theme: 'light' });
      expect(await overflow()).toBeGreaterThan(0);
    });

    it('a sentence that stands in one part only is seen', async () => {
      await show(html.replace('There is no hurry', 'Hurry'), { width: DESK, theme: 'light' });
      expect(flat(await wordsSeen())).not.toBe(flat(text));
    });

    it('a picture from elsewhere is seen to be asked for', async () => {
      await show(html.replace('</h1>', '</h1><img src="https://example.com/x.png">'), { width: DESK, theme: 'light' });
      expect(asked).toEqual(['https://example.com/x.png']);
    });
  });
});

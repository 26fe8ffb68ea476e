/** The page of the evidence in a real browser: nothing that axe objects to, and nothing of a letter that runs or loads. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Evidence, evidencePage } from '../../bin/commands/evidence-page.ts';
import { CHROMIUM, inChromium, startChromium } from '../mail/chromium.ts';
import { aTrail, HASH, PERSON } from './fixtures.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE = 60_000;
const RAN = `<img src="https://example.com/pixel"><script>top.document.title = 'ran'</script><p>Guten Tag</p>`;
const trail = aTrail();
const [told] = PERSON.notices;
const letter = told?.letter;
if (told === undefined || letter === undefined || letter === null) throw new Error('the person was sent no letter');
const EVIDENCE: Evidence = {
  madeAt: PERSON.at,
  planHash: HASH,
  person: { ...PERSON, notices: [{ ...told, letter: { ...letter, html: RAN } }] },
  audit: trail.slice(1, 2),
  trail: { verdict: 'whole', findings: [], entries: 3, last: trail.at(-1)?.hash ?? null },
};

let browser: Browser | undefined;
beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await startChromium();
}, PATIENCE);
afterAll(() => browser?.close());

describe.skipIf(CHROMIUM === undefined)(inChromium('the page of the evidence'), () => {
  it.each(['light', 'dark'] as const)(
    'can be read by everybody: %s',
    async (colorScheme) => {
      const page = await browser!.newPage({ colorScheme, viewport: { width: 320, height: 700 }, bypassCSP: true });
      await page.setContent(evidencePage(EVIDENCE));
      await page.evaluate(AXE);
      const found = await page.evaluate<{ violations: { id: string }[] }>(
        `axe.run(document, { resultTypes: ['violations'], iframes: false })`,
      );
      expect(found.violations.map(({ id }) => id)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      await page.close();
    },
    PATIENCE,
  );

  const opened = async (markup: string) => {
    const page = await browser!.newPage();
    const asked: string[] = [];
    await page.route('**/*', (route) => (asked.push(route.request().url()), route.abort()));
    await page.setContent(markup);
    const shown = page.frames().at(-1);
    await shown?.waitForSelector('p:has-text("Guten Tag")');
    const title = await page.title();
    await page.close();
    return { title, asked };
  };

  it(
    'lets a letter neither run nor load anything',
    async () => {
      expect(await opened(evidencePage(EVIDENCE))).toEqual({
        title: 'What u-4711 was told, and what was done',
        asked: [],
      });
    },
    PATIENCE,
  );

  it(
    'would be seen to let it',
    async () => {
      expect(await opened(RAN)).toEqual({ title: 'ran', asked: ['https://example.com/pixel'] });
    },
    PATIENCE,
  );
});

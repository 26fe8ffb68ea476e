/** A real Chromium, where the machine has one. */
import { existsSync } from 'node:fs';

import { type Browser, chromium } from 'playwright-core';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const CHROMIUM: string | undefined = PLACES.find((place) => place !== undefined && existsSync(place));

/** What a test is called where there is none, so that a report says why it was passed over. */
export const inChromium = (sentence: string): string =>
  CHROMIUM === undefined ? `${sentence} (skipped: no Chromium; apt-get install chromium, or set CHROMIUM)` : sentence;

/** Asks nobody outside for anything. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

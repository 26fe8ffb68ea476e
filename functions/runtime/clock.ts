/** The only place that reads the clock. */
import { setTimeout } from 'node:timers/promises';

import type { Clock } from '../ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  async waitUntil(instant) {
    const wait = instant - Date.now();
    if (wait > 0) await setTimeout(wait);
  },
};

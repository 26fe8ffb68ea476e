/**
 * What people do with their letters, and the app with what it is told. They know nothing but what stands in a letter or
 * in an event: a link is opened as a browser does it, once by a scanner that only looks, then by the person who presses
 * a button.
 */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

import { type PlatformEvents, SIGNAL_TYPE, type SunsetSignal } from '../../../functions/contracts/events.ts';
import { noticeParts } from '../../../functions/domain/notice-id.ts';
import type { Choice } from '../../../functions/domain/signal.ts';
import { HOUR, type Instant } from '../../../functions/domain/time.ts';
import { CREDENTIALS } from '../cloud/emulators.ts';
import type { LocalCloud } from '../cloud/cloud.ts';

export interface Habit {
  /** What they press, and in the letter of which stage. */
  readonly presses?: { readonly choice: Choice; readonly stage: string };
  /** Whether the app can show them a notice that mail could not bring. */
  readonly usesApp: boolean;
}

export interface People {
  gotLetter(letter: { userId: string; notice: string; html: string | undefined }): void;
  appWasTold(event: PlatformEvents['PersonUnreachable']): void;
  /** When the last of what they are about to do will have been done. */
  busyUntil(): Instant;
}

const UNTIL_READ = 3 * HOUR;
const UNTIL_SHOWN = 2 * HOUR;

export function createPeople(cloud: LocalCloud, habitOf: (userId: string) => Habit): People {
  const bus = new EventBridgeClient({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    endpoint: cloud.endpoints.eventbridge,
  });
  let busyUntil = 0;
  const later = (after: number, work: () => Promise<void>) => {
    const at = cloud.now() + after;
    busyUntil = Math.max(busyUntil, at);
    cloud.at(at, work);
  };
  return {
    gotLetter({ userId, notice, html }) {
      const { presses } = habitOf(userId);
      if (presses?.stage !== noticeParts(notice).stage) return;
      const link = linkIn(html ?? '');
      if (link === undefined) return;
      // Who meets a page that does not work comes back to it.
      const pressLater = (after: number) =>
        later(after, async () => {
          if (!(await press(link, presses.choice))) pressLater(HOUR);
        });
      pressLater(UNTIL_READ);
    },
    appWasTold({ userId, notice }) {
      if (!habitOf(userId).usesApp) return;
      const detail: SunsetSignal = { userId, signal: 'seen', notice };
      later(UNTIL_SHOWN, async () => {
        await bus.send(
          new PutEventsCommand({
            Entries: [
              {
                EventBusName: cloud.platformBus,
                Source: 'platform',
                DetailType: SIGNAL_TYPE,
                Detail: JSON.stringify(detail),
              },
            ],
          }),
        );
      });
    },
    busyUntil: () => busyUntil,
  };
}

/** The link to the page for choices: the one that is not the support page. */
export function linkIn(html: string): string | undefined {
  return /href="(https?:\/\/[^"]+\/p\/[\w-]+)"/.exec(html)?.[1];
}

/** @returns whether the page has worked */
async function press(link: string, choice: Choice): Promise<boolean> {
  await fetch(link, { method: 'HEAD', headers: { 'sec-purpose': 'prefetch' } });
  const page = await fetch(link);
  if (page.status >= 500) return false;
  // A choice that the page does not offer has no button.
  if (!(await page.text()).includes(`value="${choice}"`)) return true;
  const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ choice }) });
  return answer.status < 500;
}

/** How far a campaign has come: a few bars in a terminal, drawn over themselves, or a line a week in a file. */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';

import { DAY, type Instant, isoInstant } from '../../functions/domain/time.ts';
import type { CohortState } from '../../functions/domain/wave.ts';
import type { CampaignState } from './campaign.ts';

/** What a full bar stands for. */
export interface Whole {
  /** Letters to everybody enrolled, one a stage: most people get fewer, few get a correction besides. */
  readonly letters: number;
  /** Chats that are encrypted, or will be. */
  readonly chats: number;
  readonly waves: number;
}

export interface Progress {
  show(state: CampaignState): void;
  /** Leaves what was drawn last. */
  end(): void;
}

const BAR = 24;
const NAME = 8;

export function createProgress(out: WriteStream, whole: Whole): Progress {
  let drawn = 0;
  let weekFrom = -Infinity;
  let last: CampaignState | undefined;
  const print = (state: CampaignState) => out.write(`${progressLine(state, whole)}\n`);
  return {
    show(state) {
      last = state;
      if (!out.isTTY) {
        if (state.now < weekFrom + 7 * DAY) return;
        weekFrom = state.now;
        print(state);
        last = undefined;
        return;
      }
      moveCursor(out, 0, -drawn);
      cursorTo(out, 0);
      clearScreenDown(out);
      const lines = progressLines(state, whole).map((line) => line.slice(0, out.columns - 1));
      out.write(lines.map((line) => `${line}\n`).join(''));
      drawn = lines.length;
    },
    end() {
      if (!out.isTTY && last !== undefined) print(last);
    },
  };
}

export function progressLines(state: CampaignState, whole: Whole): string[] {
  const { now, mails, events, disabled, cohorts } = state;
  const longest = Math.max(NAME, ...cohorts.map(({ id }) => id.length));
  const line = (name: string, share: number, text: string) => `${name.padEnd(longest)} ${bar(share)} ${text}`;
  return [
    clock(now),
    line('mail', mails / whole.letters, `${number(mails)} letters, ${number(events)} events about them`),
    line('chats', disabled / whole.chats, `${number(disabled)} of ${number(whole.chats)} disabled`),
    ...cohorts.map((cohort) => line(cohort.id, cohort.disabled / chatsOf(cohort), cohortText(cohort, whole.waves))),
  ];
}

function progressLine({ now, mails, disabled, cohorts }: CampaignState, whole: Whole): string {
  const held = cohorts.filter(({ hold }) => hold !== null).map(({ id }) => `, ${id} is held`);
  return `${clock(now)}: ${number(mails)} letters, ${number(disabled)} of ${number(whole.chats)} chats disabled${held.join('')}`;
}

/** As many as were approved; before that, as many as the latest sweep has counted. */
const chatsOf = ({ arming, headCount }: CohortState) => arming?.headCount ?? headCount;

function cohortText(cohort: CohortState, waves: number): string {
  const { endDate, disabled, hold, arming, wave } = cohort;
  const chats = `${number(disabled)} of ${number(chatsOf(cohort))}`;
  if (hold !== null) return `${chats}, HELD by ${hold.who}: ${hold.why}`;
  if (wave > 0) return `${chats}, wave ${wave} of ${waves}`;
  return `${chats}, ${arming === null ? '' : 'armed, '}ends ${endDate}`;
}

/** `share` of a bar; what is no share (0 of 0) is none. */
function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)));
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

const clock = (now: Instant) => `${isoInstant(now).slice(0, 16).replace('T', ' ')} UTC`;
const number = (value: number) => value.toLocaleString('en');

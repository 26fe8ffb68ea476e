/** What is drawn while a campaign runs, and what is said of it in the end. */
import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it } from 'vitest';

import type { CampaignEnd, CampaignState } from '../../bin/local/campaign.ts';
import { createProgress, progressLines } from '../../bin/local/progress.ts';
import { summaryLines } from '../../bin/local/summary.ts';
import { DAY, localDate, parseInstant } from '../../functions/domain/time.ts';
import { type CohortState, newCohort } from '../../functions/domain/wave.ts';
import { hold } from '../domain/examples.ts';

const NOW = parseInstant('2026-05-09T12:00:00Z');
const WHOLE = { letters: 200, chats: 80, waves: 2 };

const cohort = (id: string, changes: Partial<CohortState> = {}): CohortState => ({
  ...newCohort({ id, endDate: localDate('2026-05-08') }),
  ...changes,
});
const state = (changes: Partial<CampaignState> = {}): CampaignState => ({
  now: NOW,
  cohorts: [],
  mails: 0,
  events: 0,
  disabled: 0,
  ...changes,
});

/** A terminal, or a file, that keeps what was written. */
function screen(isTTY: boolean, columns = 80) {
  let written = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      written += chunk.toString();
      done();
    },
  });
  return { out: Object.assign(stream, { isTTY, columns }) as unknown as WriteStream, written: () => written };
}

describe('the bars', () => {
  it('are as full as the work is done, and never more', () => {
    const full = (line = '') => line.split('█').length - 1;
    const bars = (changes: Partial<CampaignState>) => progressLines(state(changes), WHOLE).slice(1).map(full);
    expect(bars({})).toEqual([0, 0]);
    expect(bars({ mails: 100, disabled: 20, cohorts: [cohort('eea', { disabled: 5, headCount: 10 })] })).toEqual([
      12, 6, 12,
    ]);
    expect(bars({ mails: 500, disabled: 80, cohorts: [cohort('eea')] })).toEqual([24, 24, 0]);
  });

  it('say of each cohort where it stands', () => {
    const cohorts = [
      cohort('pilot', { headCount: 40, disabled: 10, wave: 1, waveOpenedAt: NOW }),
      cohort('eea', { headCount: 1200 }),
      cohort('rest', { hold }),
    ];
    const [, , , ...lines] = progressLines(state({ cohorts }), WHOLE);
    expect(lines.map((line) => line.replace(/[█░]+ /, ''))).toEqual([
      'pilot    10 of 40, wave 1 of 2',
      'eea      0 of 1,200, ends 2026-05-08',
      'rest     0 of 0, HELD by ops@example.com: too many bounces',
    ]);
  });

  it('are drawn over themselves in a terminal, no wider than it is', () => {
    const { out, written } = screen(true, 30);
    const progress = createProgress(out, WHOLE);
    progress.show(state());
    const first = written();
    progress.show(state({ mails: 200 }));
    progress.end();
    const second = written().slice(first.length);
    expect(second).toContain('\u001b[3A');
    for (const line of stripVTControlCharacters(written()).split('\n')) expect(line.length).toBeLessThan(30);
  });

  it('are a line a week in a file, and one at the end', () => {
    const { out, written } = screen(false);
    const progress = createProgress(out, WHOLE);
    for (let day = 0; day <= 10; day++) progress.show(state({ now: NOW + day * DAY, mails: day }));
    progress.end();
    expect(written().split('\n')).toEqual([
      '2026-05-09 12:00 UTC: 0 letters, 0 of 80 chats disabled',
      '2026-05-16 12:00 UTC: 7 letters, 0 of 80 chats disabled',
      '2026-05-19 12:00 UTC: 10 letters, 0 of 80 chats disabled',
      '',
    ]);
  });
});

describe('the end', () => {
  const end: CampaignEnd = {
    ended: NOW + 10 * DAY,
    report: {
      people: { total: 5, enrolled: 4, withoutEncryptedChat: 1 },
      chats: { total: 6, neverEncrypted: 1, open: 0 },
      notices: {
        done: { delivered: 4 },
        moved: { delivered: 1 },
        d7: { delivered: 3, bounced: 1 },
        d14: { delivered: 4 },
      },
      disabled: 3,
      blocked: { unreachable: 1, 'no-address': 1 },
      requests: {
        notify: { 'SES.SendBulkTemplatedEmail': 3 },
        dispatch: { 'SQS.SendMessageBatch': 2 },
        tick: { 'DynamoDB.Query': 1000 },
      },
      wallSeconds: 12.3,
      peakMemoryMB: 456,
    },
    notDone: [],
    held: [],
    failures: {},
    kills: 0,
    deadLetters: 0,
  };

  it('is told in sums that can be added up, the ladder from its top', () => {
    expect(summaryLines(end, NOW)).toEqual([
      '2026-05-09 to 2026-05-19 in 12.3 s, 456 MB',
      '',
      'people        5 = 4 enrolled + 1 in no encrypted chat',
      'chats         6 = 3 disabled + 2 blocked + 1 never encrypted',
      'blocked       2 = 1 unreachable + 1 no-address',
      '',
      'notices',
      '  d14         4 = 4 delivered',
      '  d7          4 = 3 delivered + 1 bounced',
      '  moved       1 = 1 delivered',
      '  done        4 = 4 delivered',
      '',
      '1,005 AWS requests; dispatch and notify 5, 385 per 1,000 notices',
    ]);
  });

  it('names what went wrong', () => {
    const lines = summaryLines(
      {
        ...end,
        held: [{ cohort: 'eea', why: 'bounces' }],
        failures: { Notify: { count: 2, last: 'ended' } },
        kills: 3,
        deadLetters: 1,
      },
      NOW,
    );
    expect(lines.slice(-4)).toEqual([
      'failures of Notify: 2, the last: ended',
      'processes killed on purpose: 3',
      'messages in dead-letter queues: 1',
      'cohort eea is HELD, its work was left: bounces',
    ]);
  });
});

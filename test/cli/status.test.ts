/** `sunset status`: what must be seen at one look. */
import { describe, expect, it } from 'vitest';

import { EXIT } from '../../bin/commands/exit.ts';
import { Raw, Refused } from './api.ts';
import { operatorsDesk, terminal } from './desk.ts';
import { aCohort, ALONE, aStatus } from './fixtures.ts';

const desk = operatorsDesk();
const hold = { who: 'breaker', why: 'bounces 6.1 % of 5 %', since: '2026-04-09T09:00:00.000Z' };
const shown = async (...args: Parameters<typeof aStatus>) => {
  desk.answers({ status: () => aStatus(...args) });
  return (await desk.run('status')).out;
};

describe('the status', () => {
  it('shows each stage with a bar, what went wrong, and who is at risk', async () => {
    const out = await shown();
    expect(out).toContain('  d35  ████████████████████  12,000 delivered  2026-04-02 to 2026-04-03, 14 bounced\n');
    expect(out).toContain('    at risk: 14 people whom it did not reach\n');
    expect(out).not.toContain('complained');
  });

  it('calls nobody at risk for a letter that was not for all, or of another date', async () => {
    const [stage] = aCohort().stages;
    if (stage === undefined) throw new Error('there is no stage');
    const stages = [
      { ...stage, stage: 'moved', notice: 'moved@2026-05-08' },
      { ...stage, notice: 'd35@2026-05-01' },
    ];
    const out = await shown({ cohorts: [aCohort({ stages })] });
    expect(out).not.toContain('at risk');
    expect(out).toContain('  d35@2026-05-01    ████████████████████  12,000 delivered');
  });

  it('shows holds with who and why, and until when something may still finish', async () => {
    const held = aCohort({ hold, permitUntil: '2026-04-09T10:04:00.000Z' });
    const out = await shown({ cohorts: [held] });
    expect(out).toContain('HELD by breaker since 2026-04-09 09:00 UTC: bounces 6.1 % of 5 %');
    expect(out).toContain('What was under way may finish until 2026-04-09 10:04 UTC');
    const before = await shown({ cohorts: [{ ...held, permitUntil: '2026-04-09T09:04:00.000Z' }] });
    expect(before).not.toContain('may finish');
  });

  it('shows the wave, its soak and a pause', async () => {
    const arming = {
      id: 'a1',
      headCount: 30_000,
      at: '2026-05-08T10:00:00.000Z',
      by: ['first-operator', 'second-operator'],
    };
    const wave = { arming, wave: 1, waveOpenedAt: '2026-05-09T00:00:00.000Z', disabled: 300, paused: hold };
    const out = await shown({ cohorts: [aCohort({ ...wave, nextWaveAt: '2026-05-10T00:00:00.000Z' })] });
    expect(out).toContain('Armed for 30,000 chats by first-operator and second-operator; wave 1 of 2 (1 %)');
    expect(out).toContain('next 2026-05-10 00:00 UTC: ░░░░░░░░░░░░░░░░░░░░ 300 disabled');
    expect(out).toContain('Waves paused by breaker');
    expect(await shown()).toContain('Not armed: no chat is disabled');
  });

  it('shows breakers, what comes next, dead letters, and what waits for a second person', async () => {
    const out = await shown({
      openChanges: 2,
      queues: [{ name: 'notify', waiting: 12, oldest: null, deadLetters: 3 }],
    });
    expect(out).toContain('Breakers: bounces at 82 % of the limit of 5 %');
    expect(out).toContain('Next: d14 is sent, 2026-04-23 21:00 UTC');
    expect(out).toContain('notify  12 waiting  oldest unknown  3 dead letters: sunset redrive notify');
    expect(out).toContain('2 changes wait for a second person: sunset changes');
  });

  it('says that one person is enough, and that nothing is active', async () => {
    const out = await shown({ warning: ALONE, active: false, sunset: null, planHash: null, cohorts: [], budget: null });
    expect(out).toContain('No sunset, not active, no plan');
    expect(out).toContain(`Warning: ${ALONE}`);
    expect(out).toContain('Mail: none yet today');
  });
});

describe('a watch', () => {
  it('draws anew until it is stopped, and sees the system come back', async () => {
    const stop = new AbortController();
    const pauses: number[] = [];
    let asked = 0;
    desk.answers({ status: () => ((asked += 1) === 2 || asked === 3 ? new Raw(503) : aStatus()) });
    const pause = (milliseconds: number) => {
      if (pauses.push(milliseconds) === 3) stop.abort();
      return Promise.resolve();
    };
    const ran = await desk.run('status --watch 30', { ...terminal(true), signal: stop.signal, pause });
    expect(ran.exit).toBe(EXIT.done);
    expect(pauses).toEqual([30_000, 30_000, 30_000]);
    expect(ran.out.split('\u001b[H\u001b[2J')).toHaveLength(3);
    expect(ran.out).toContain('looking again in 30 s');
  });

  it('ends where the system refuses', async () => {
    desk.answers({ status: () => new Refused('no-plan') });
    expect(await desk.run('status --watch', terminal(true))).toMatchObject({ exit: EXIT.unknownName });
  });

  it.each(['status --watch', 'status --watch 0', 'status --watch soon'])(
    'is not kept without a terminal: %s',
    async (command) => {
      expect(await desk.run(command)).toMatchObject({ exit: EXIT.wrongUse });
    },
  );
});

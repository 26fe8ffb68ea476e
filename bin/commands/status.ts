/** `sunset status`: where the campaign is, what is amiss, and what happens next. */
import { setTimeout as timer } from 'node:timers/promises';

import type { Command } from 'commander';

import type { Cohort, Queue, Status } from '../../functions/contracts/operator-api.ts';
import { DONE, MOVED } from '../../functions/domain/notice-id.ts';
import type { Desk } from './desk.ts';
import { Refusal, wrongUse } from './exit.ts';
import { wholeNumber, withExamples } from './options.ts';
import { warningLines } from './said.ts';
import { bar, columns, counted, indented, moment, number, type Screen, shortHash } from './screen.ts';

const EVERY = 10;
const CLEAR = '\u001b[H\u001b[2J\u001b[3J';
/** Percent of a breaker's limit from which it is worth a look. */
const NEAR = 70;
/** Outcomes of mail that has not arrived and will not. */
const LOST = ['bounced', 'suppressed', 'failed'];

export function addStatus(program: Command, desk: Desk): void {
  const command = program
    .command('status')
    .description('Cohorts, stages, holds, breakers, queues, and what happens next and when')
    .option('--watch [seconds]', `look again every so many seconds, on a terminal (${EVERY})`, wholeNumber(1, 3600))
    .action(async ({ watch }: { watch?: number | true }) => {
      if (watch === undefined) return look(desk);
      if (!desk.io.isTerminal || desk.json())
        return wrongUse('--watch draws on a terminal.', 'Leave it out, and run the command as often as you need it.');
      return keepLooking(desk, watch === true ? EVERY : watch);
    });
  withExamples(command, 'status', 'status --watch 30', 'status --json');
}

const look = async (desk: Desk) => desk.show(await desk.ask('status'), (status) => statusLines(status, desk.screen));

async function keepLooking(desk: Desk, seconds: number): Promise<void> {
  const { io } = desk;
  const pause = io.pause ?? ((ms: number) => timer(ms, undefined, { signal: io.signal }).catch(() => undefined));
  const over = () => io.signal?.aborted === true;
  while (!over()) {
    try {
      const status = await desk.ask('status');
      io.out(CLEAR);
      desk.tell(status, (each) => statusLines(each, desk.screen));
    } catch (error) {
      if (over()) return;
      // Whoever watches wants to see the system come back.
      if (!(error instanceof Refusal) || error.complaint.code !== 'no-answer') throw error;
      io.out(`${desk.screen.paint('bad', error.complaint.sentence)}; looking again in ${seconds} s\n`);
    }
    await pause(seconds * 1000);
  }
}

export function statusLines(status: Status, screen: Screen): string[] {
  const { paint } = screen;
  const { sunset, active, planHash, at, budget, lastSweep, nextSweep, openChanges } = status;
  const plan = planHash === null ? 'no plan' : `plan ${shortHash(planHash)}`;
  return [
    `${paint('strong', sunset ?? 'No sunset')}, ${active ? 'active' : paint('warning', 'not active')}, ${plan}, at ${moment(at)}`,
    ...warningLines(status, screen),
    ...(openChanges > 0
      ? [
          paint(
            'warning',
            `${counted(openChanges, 'change waits', 'changes wait')} for a second person: sunset changes`,
          ),
        ]
      : []),
    `Mail: ${budget === null ? 'none yet today' : `${number(budget.left)} may still leave today, ${number(budget.rate)} a second`}`,
    `Sweep: last ${moment(lastSweep)}, next ${moment(nextSweep)}`,
    ...status.cohorts.flatMap((cohort) => ['', ...cohortLines(cohort, at, screen)]),
    '',
    ...queueLines(status.queues, screen),
  ];
}

export function cohortLines(cohort: Cohort, at: string, screen: Screen): string[] {
  const { paint } = screen;
  const { id, endDate, version, people, headCount, hold, paused, permitUntil, next } = cohort;
  return [
    `${paint('strong', id)} until ${endDate}: ${number(people)} people, ${number(headCount)} encrypted chats (version ${version})`,
    ...indented([
      ...(hold === null ? [] : [paint('bad', `HELD by ${hold.who} since ${moment(hold.since)}: ${hold.why}`)]),
      ...(hold !== null && permitUntil !== null && permitUntil > at
        ? [paint('warning', `What was under way may finish until ${moment(permitUntil)}`)]
        : []),
      ...(paused === null
        ? []
        : [paint('warning', `Waves paused by ${paused.who} since ${moment(paused.since)}: ${paused.why}`)]),
      ...stageLines(cohort, screen),
      waveLine(cohort),
      ...breakerLines(cohort, screen),
      `Next: ${next.what}${next.at === null ? '' : `, ${moment(next.at)}`}`,
    ]),
  ];
}

function stageLines({ stages, people, endDate }: Cohort, { paint }: Screen): string[] {
  const read = stages.map(({ stage, notice, from, to, outcomes }) => {
    const count = (kind: string) => outcomes[kind] ?? 0;
    const lost = LOST.reduce((sum, kind) => sum + count(kind), 0);
    // Everybody is told by the ladder; corrections and last letters are for some, and so was another date.
    const forAll = stage !== MOVED && stage !== DONE && notice.endsWith(`@${endDate}`);
    const others = Object.entries(outcomes).filter(([kind, many]) => kind !== 'delivered' && many > 0);
    const share = count('delivered') / Math.max(forAll ? people : count('delivered') + lost, 1);
    return {
      cells: [
        forAll ? stage : notice,
        bar(share),
        `${number(count('delivered'))} delivered`,
        `${from.slice(0, 10)} to ${to.slice(0, 10)}`,
      ],
      others: others.map(([kind, many]) => `${number(many)} ${kind}`),
      risk: forAll ? lost : 0,
    };
  });
  return columns(read.map(({ cells }) => cells)).flatMap((row, i) => {
    const { others = [], risk = 0 } = read[i] ?? {};
    return [
      [row, ...others].join(', '),
      ...(risk > 0 ? [paint('warning', `  at risk: ${counted(risk, 'person', 'people')} whom it did not reach`)] : []),
    ];
  });
}

function waveLine({ arming, wave, waves, waveOpenedAt, nextWaveAt, disabled }: Cohort): string {
  if (arming === null) return 'Not armed: no chat is disabled';
  const armed = `Armed for ${number(arming.headCount)} chats by ${arming.by.join(' and ')}`;
  if (wave === 0) return `${armed}; first wave ${moment(nextWaveAt)}`;
  const share = waves[wave - 1] ?? 100;
  const next = nextWaveAt === null ? '' : `, next ${moment(nextWaveAt)}`;
  const filled = bar(disabled / Math.max(arming.headCount, 1));
  return `${armed}; wave ${wave} of ${waves.length} (${share} %) since ${moment(waveOpenedAt)}${next}: ${filled} ${number(disabled)} disabled`;
}

function breakerLines({ breakers }: Cohort, { paint }: Screen): string[] {
  const moved = breakers.filter(({ percent }) => percent > 0);
  if (moved.length === 0) return ['Breakers: nothing counts towards any'];
  const each = moved.map(({ name, percent, limit }) => {
    const text = `${name} at ${number(Math.round(percent))} % of the limit of ${limit} %`;
    return percent > 100 ? paint('bad', text) : percent >= NEAR ? paint('warning', text) : text;
  });
  return [`Breakers: ${each.join(', ')}`];
}

function queueLines(queues: readonly Queue[], { paint }: Screen): string[] {
  const rows = columns(
    queues.map(({ name, waiting, oldest, deadLetters }) => [
      name,
      `${number(waiting)} waiting`,
      oldest === null ? 'oldest unknown' : `oldest ${number(oldest)} s`,
      deadLetters === 0
        ? 'no dead letters'
        : `${counted(deadLetters, 'dead letter', 'dead letters')}: sunset redrive ${name}`,
    ]),
  );
  return [
    ...(queues.length > 0 ? ['Queues'] : []),
    ...indented(rows.map((row, i) => ((queues[i]?.deadLetters ?? 0) > 0 ? paint('bad', row) : row))),
  ];
}

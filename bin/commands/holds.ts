/** `sunset hold` and `sunset release`: stop, say from when it is certain, and go on without a flood. */
import type { Command } from 'commander';

import type { HoldAnswer, ReleaseAnswer } from '../../functions/contracts/operator-api.ts';
import type { Desk } from './desk.ts';
import { type Reasoned, reasonOption, withExamples, yesOption } from './options.ts';
import { effectLines } from './said.ts';
import { indented, moment, type Screen } from './screen.ts';

export function addHolds(program: Command, desk: Desk): void {
  const { screen } = desk;
  const hold = program
    .command('hold [cohort]')
    .description('Stops mail and flips of a cohort, or of all; never asks, and needs nobody else')
    .addOption(reasonOption())
    .action(async (cohort: string | undefined, { reason }: Reasoned) => {
      const answer = await desk.ask('hold', { body: { cohort: cohort ?? null, reason } });
      desk.show(answer, (each) => holdLines(each, screen));
    });
  withExamples(hold, "hold --reason 'wrong date in the German letter'", "hold eu-2 --reason 'support overloaded'");

  const release = program
    .command('release [cohort]')
    .description('Takes holds away; where people have missed a notice, their date moves')
    .addOption(reasonOption())
    .option('--to <date>', 'a later end date than the earliest that works, YYYY-MM-DD')
    .option('--dry-run', 'say what it would do, and do nothing')
    .addOption(yesOption())
    .action(
      async (cohort: string | undefined, options: Reasoned & { to?: string; dryRun?: boolean; yes?: boolean }) => {
        const { reason, to, dryRun = false, yes } = options;
        const body = { cohort: cohort ?? null, reason, ...(to === undefined ? {} : { to }) };
        const ask = (dry: boolean) => desk.ask('release', { body: { ...body, dryRun: dry } });
        if (!dryRun && yes !== true && desk.attended()) {
          desk.tell(await ask(true), (answer) => releaseLines(answer, screen));
          await desk.agree(`Release ${cohort ?? 'everything'}?`, yes);
        }
        desk.show(await ask(dryRun), (answer) => releaseLines(answer, screen));
      },
    );
  withExamples(
    release,
    "release eu-2 --reason 'support is staffed again' --dry-run",
    "release eu-2 --reason 'support is staffed again' --to 2026-05-20",
  );
}

function holdLines({ cohorts, certain, certainFrom, mayFinish }: HoldAnswer, { paint }: Screen): string[] {
  return [
    certain
      ? paint('good', 'The hold is certain: nothing is mailed or disabled.')
      : paint('warning', `From ${moment(certainFrom)} nothing is mailed or disabled.`),
    ...(certain ? [] : [mayFinish]),
    ...indented(
      cohorts.map(
        ({ cohort, certainFrom: from, already }) =>
          `${cohort}: certain from ${moment(from)}${already ? ' (was held before)' : ''}`,
      ),
    ),
  ];
}

function releaseLines({ applied, cohorts, effects }: ReleaseAnswer, screen: Screen): string[] {
  return [
    applied ? 'Released.' : 'Nothing is changed yet. Released, it would be so:',
    ...indented(
      cohorts.map(({ cohort, from, to, why, version }) =>
        from === to
          ? `${cohort} keeps its end date ${to} (version ${version}): ${why}`
          : `${cohort} moves from ${from} to ${to} (version ${version}): ${why}`,
      ),
    ),
    ...effectLines(effects, screen),
  ];
}

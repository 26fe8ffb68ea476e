/** `sunset cohort`: a cohort's end date, its arming and its waves; and `sunset restore`. */
import type { Command } from 'commander';

import type { RescheduleAnswer } from '../../functions/contracts/operator-api.ts';
import type { Desk } from './desk.ts';
import {
  editOption,
  expectOption,
  type Reasoned,
  reasonOption,
  wholeNumber,
  withExamples,
  yesOption,
} from './options.ts';
import { cohortNow, effectLines, NO_VERSION, propose } from './said.ts';
import { number, type Screen } from './screen.ts';
import { cohortLines } from './status.ts';

interface Versioned extends Reasoned {
  readonly expect?: number;
}
interface Proposing extends Versioned {
  readonly edit?: string;
}

export function addCohort(program: Command, desk: Desk): void {
  const { screen } = desk;
  const cohort = program.command('cohort').description('A cohort: its end date, its arming, its waves');
  const versionOf = async (id: string, { expect }: Versioned) =>
    expect ?? (await cohortNow(desk, id))?.version ?? NO_VERSION;

  const reschedule = cohort
    .command('reschedule <cohort>')
    .description('Moves the end date; once people were told it, only to a later day')
    .requiredOption('--to <date>', 'the new last day with the feature, YYYY-MM-DD')
    .addOption(reasonOption())
    .option('--dry-run', 'say what it would do, and do nothing')
    .addOption(expectOption())
    .addOption(yesOption())
    .action(async (id: string, options: Versioned & { to: string; dryRun?: true; yes?: true }) => {
      const { to, reason, dryRun = false, yes } = options;
      const body = { to, version: await versionOf(id, options), reason };
      const ask = (dry: boolean) => desk.ask('reschedule', { path: { cohort: id }, body: { ...body, dryRun: dry } });
      if (!dryRun && yes !== true && desk.attended()) {
        desk.tell(await ask(true), (answer) => rescheduleLines(answer, screen));
        await desk.agree(`Move the end date of ${id} to ${to}?`, yes);
      }
      desk.show(await ask(dryRun), (answer) => rescheduleLines(answer, screen));
    });
  withExamples(
    reschedule,
    "cohort reschedule eu-2 --to 2026-05-13 --reason 'export was down for five days' --dry-run",
    "cohort reschedule eu-2 --to 2026-05-13 --reason 'export was down for five days' --expect 7",
  );

  const arm = cohort
    .command('arm <cohort>')
    .description('Proposes to let its chats be disabled, for a head-count; a second person approves it')
    .addOption(reasonOption())
    .option('--head-count <chats>', 'encrypted chats (default: as the last sweep counted them)', wholeNumber(0))
    .addOption(expectOption())
    .addOption(editOption())
    .action(async (id: string, options: Proposing & { headCount?: number }) => {
      const now = await cohortNow(desk, id);
      const headCount = options.headCount ?? now?.headCount ?? 0;
      const version = options.expect ?? now?.version ?? NO_VERSION;
      if (now !== undefined && options.headCount === undefined)
        desk.tell(now, ({ headCount: counted }) => [
          `The last sweep counted ${number(counted)} encrypted chats in ${id}.`,
        ]);
      await propose(desk, { kind: 'arm', cohort: id, headCount, version, reason: options.reason }, options.edit);
    });
  withExamples(
    arm,
    "cohort arm eu-1 --reason 'all notices delivered, support is staffed'",
    "cohort arm eu-1 --head-count 34212 --reason 'all notices delivered'",
  );

  const advance = cohort
    .command('advance <cohort>')
    .description('Proposes to open the next wave without waiting for the end of the soak; a second person approves it')
    .addOption(reasonOption())
    .addOption(expectOption())
    .addOption(editOption())
    .action(async (id: string, options: Proposing) => {
      const version = await versionOf(id, options);
      await propose(desk, { kind: 'advance', cohort: id, version, reason: options.reason }, options.edit);
    });
  withExamples(advance, "cohort advance eu-1 --reason 'first wave made no cases at support'");

  const atOnce = {
    disarm: ['Takes the arming back: no further chat is disabled', 'head-count has to be counted anew'],
    pause: ['Opens no further wave; mail goes on', 'support is short of people until Monday'],
    resume: ['Opens waves again', 'support is staffed again'],
  } as const;
  for (const [name, [description, why]] of Object.entries(atOnce) as [keyof typeof atOnce, readonly string[]][]) {
    const command = cohort
      .command(`${name} <cohort>`)
      .description(description ?? '')
      .addOption(reasonOption())
      .addOption(expectOption())
      .action(async (id: string, options: Versioned) => {
        const body = { version: await versionOf(id, options), reason: options.reason };
        const at = new Date(desk.io.now()).toISOString();
        desk.show(await desk.ask(name, { path: { cohort: id }, body }), (answer) => cohortLines(answer, at, screen));
      });
    withExamples(command, `cohort ${name} eu-1 --reason '${why}'`);
  }

  const restore = program
    .command('restore <cohort>')
    .description(
      'Proposes to make disabled chats what they were, within the restore window; a second person approves it',
    )
    .addOption(reasonOption())
    .addOption(expectOption())
    .addOption(editOption())
    .action(async (id: string, options: Proposing) => {
      const version = await versionOf(id, options);
      await propose(desk, { kind: 'restore', cohort: id, version, reason: options.reason }, options.edit);
    });
  withExamples(restore, "restore eu-1 --reason 'chats were disabled that must not be'");
}

function rescheduleLines({ applied, cohort, version, from, to, effects }: RescheduleAnswer, screen: Screen): string[] {
  return [
    applied
      ? `${cohort} now ends ${to} instead of ${from} (version ${version}).`
      : `Nothing is changed yet: ${cohort} would end ${to} instead of ${from} (version ${version}).`,
    ...effectLines(effects, screen),
  ];
}

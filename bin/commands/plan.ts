/** `sunset plan`: see what a plan does to people before it does it. */
import { readFileSync } from 'node:fs';

import { planInFile } from '../../functions/domain/plan-file-written.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import type { Command } from 'commander';

import type { AppliedPlan, PlanDiff, PlanView } from '../../functions/contracts/operator-api.ts';
import { stringify } from 'yaml';

import type { Desk } from './desk.ts';
import { EXIT, Refusal, wrongUse } from './exit.ts';
import { editOption, type Reasoned, reasonOption, withExamples, yesOption } from './options.ts';
import { effectLines, propose, proposedLines, warningLines } from './said.ts';
import { columns, indented, type Screen, shortHash } from './screen.ts';

export function addPlan(program: Command, desk: Desk): void {
  const { screen } = desk;
  const plan = program.command('plan').description('The plan: show it, compare it, apply it, activate it');

  const show = plan
    .command('show')
    .description('The plan that runs, or will')
    .action(async () => desk.show(await desk.ask('plan'), (view) => viewLines(view, screen)));
  withExamples(show, 'plan show', 'plan show --json');

  const diff = plan
    .command('diff <file>')
    .description('What a plan file would change, in people; changes nothing')
    .action(async (file: string) => {
      const seen = await desk.ask('diff', { body: { yaml: textOf(file) } });
      desk.show(seen, (each) => diffLines(each, screen));
      // Applied, it would be refused.
      if (seen.changes.some(({ kind }) => kind === 'refused')) desk.exit = EXIT.refused;
    });
  withExamples(diff, 'plan diff plan.yaml');

  const apply = plan
    .command('apply <file>')
    .description('Applies a plan file, against the plan that its diff was seen with')
    .addOption(reasonOption())
    .addOption(yesOption())
    .action(async (file: string, { reason, yes }: Reasoned & { yes?: boolean }) => {
      const yaml = textOf(file);
      const seen = await desk.ask('diff', { body: { yaml } });
      desk.tell(seen, (each) => diffLines(each, screen));
      // The view is asked for by those only who decide by it.
      if (yes !== true && desk.attended()) desk.tell(await desk.ask('plan'), (each) => warningLines(each, screen));
      await desk.agree(`Apply ${file}?`, yes);
      const applied = await desk.ask('apply', { body: { yaml, base: seen.base, reason } });
      desk.show(applied, (each) => appliedLines(each, screen));
    });
  withExamples(
    apply,
    "plan apply plan.yaml --reason 'first plan, read by privacy and support'",
    "plan apply plan.yaml --reason 'eu-2 gets another week' --yes",
  );

  const activate = plan
    .command('activate [hash]')
    .description('Proposes to activate a plan that was applied; a second person approves it')
    .addOption(reasonOption())
    .addOption(editOption())
    .action(async (hash: string | undefined, { reason, edit }: Reasoned & { edit?: string }) => {
      const proposed = hash ?? (await pendingPlan(desk));
      await propose(desk, { kind: 'activate', hash: proposed, reason }, edit);
    });
  withExamples(activate, "plan activate --reason 'texts are approved in all languages'");
}

async function pendingPlan(desk: Desk): Promise<string> {
  const { pending, hash, active } = await desk.ask('plan');
  const found = pending ?? (active ? null : hash);
  if (found !== null) return found;
  throw new Refusal({
    code: 'no-plan',
    sentence: 'No plan waits to be activated.',
    todo: 'Apply one with sunset plan apply FILE, or name the hash of one that was applied.',
  });
}

export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return wrongUse(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, 'Name a plan, YAML.');
  }
}

function viewLines(view: PlanView, screen: Screen): string[] {
  const { plan, hash, active, pending } = view;
  return [
    hash === null ? 'There is no plan: sunset plan apply FILE' : `Plan ${hash}, ${active ? 'active' : 'not active'}`,
    ...(pending === null ? [] : [`Plan ${pending} waits to be approved`]),
    ...warningLines(view, screen),
    // As a file: it can be edited, compared and applied.
    ...(plan === null
      ? []
      : [
          '',
          ...stringify(planInFile(plan as Plan))
            .trimEnd()
            .split('\n'),
        ]),
  ];
}

function diffLines({ base, changes, effects, needsSecondPerson, active }: PlanDiff, screen: Screen): string[] {
  const tone = { date: 'strong', limit: 'warning', text: 'quiet', refused: 'bad', draft: 'quiet' } as const;
  const rows = columns(changes.map(({ kind, path, sentence }) => [kind, path, sentence]));
  return [
    base === null
      ? 'Against: no plan'
      : `Against: plan ${shortHash(base)}, ${active ? 'which runs' : 'which is not active'}`,
    ...(changes.length === 0 ? ['It changes nothing.'] : []),
    ...indented(rows.map((row, i) => screen.paint(tone[changes[i]?.kind ?? 'text'], row))),
    ...effectLines(effects, screen),
    ...(needsSecondPerson ? [screen.paint('warning', 'It takes a second person, who approves it.')] : []),
  ];
}

function appliedLines({ hash, applied, change }: AppliedPlan, screen: Screen): string[] {
  return [
    `Plan ${hash} ${applied ? 'is applied.' : 'waits.'}`,
    ...(change === null ? [] : proposedLines(change, screen)),
  ];
}

/** `sunset doctor`: whether all around the sunset is as it must be. And `sunset redrive`, which it often leads to. */
import type { Command } from 'commander';

import { type Doctor, type Finding, QUEUES } from '../../functions/contracts/operator-api.ts';
import type { Desk } from './desk.ts';
import { dmarcFinding, unknown } from './dmarc.ts';
import { EXIT } from './exit.ts';
import { type Reasoned, reasonOption, withExamples } from './options.ts';
import { sentenceOf } from './people.ts';
import { indented, type Screen, type Tone } from './screen.ts';

export function addDoctor(program: Command, desk: Desk): void {
  const doctor = program
    .command('doctor')
    .description('Checks sender, sandbox, quota, DMARC, queues, alarms and clock; says what to do about each')
    .action(async () => {
      const { at, senderDomain, findings } = await desk.ask('doctor');
      const all: Doctor = { at, senderDomain, findings: [...findings, await dmarc(desk, senderDomain)] };
      if (all.findings.some(({ state }) => state === 'wrong')) desk.exit = EXIT.refused;
      desk.show(all, (each) => each.findings.flatMap((finding) => findingLines(finding, desk.screen)));
    });
  withExamples(doctor, 'doctor', 'doctor --json');

  const redrive = program
    .command('redrive <queue>')
    .description(`Brings dead letters back to their queue: ${QUEUES.join(', ')}`)
    .addOption(reasonOption())
    .action(async (queue: string, { reason }: Reasoned) =>
      desk.show(await desk.ask('redrive', { path: { queue }, body: { reason } }), sentenceOf),
    );
  withExamples(redrive, "redrive notify --reason 'SES was throttled, quota is raised'");
}

async function dmarc({ io, local }: Desk, domain: string | null): Promise<Finding> {
  if (domain === null) return unknown('the sender has no domain of its own yet, so its DMARC was not looked up');
  if (local() || io.resolveTxt === undefined)
    return { ...unknown(`no name server was asked for the DMARC of ${domain}`), todo: null };
  return dmarcFinding(domain, io.resolveTxt);
}

const TONE: Readonly<Record<Finding['state'], Tone>> = {
  ok: 'good',
  warning: 'warning',
  wrong: 'bad',
  unknown: 'quiet',
};

function findingLines({ check, state, sentence, todo }: Finding, { paint }: Screen): string[] {
  return [
    `${paint(TONE[state], state.padEnd(7))}  ${check}: ${sentence}`,
    ...indented(indented(todo === null ? [] : [`→ ${todo}`])),
  ];
}

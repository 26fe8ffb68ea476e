/** The command line `sunset`: every command of it, and how each of them ends. */
import { Command, CommanderError } from 'commander';

import { addAudit } from './audit.ts';
import { addCalendar } from './calendar.ts';
import { addChanges } from './changes.ts';
import { addCohort } from './cohort.ts';
import { createDesk, type Desk } from './desk.ts';
import { addDoctor } from './doctor.ts';
import { addEvidence } from './evidence.ts';
import { type Complaint, EXIT, EXIT_CODES, Refusal } from './exit.ts';
import { addHolds } from './holds.ts';
import type { Io } from './io.ts';
import { addLetters } from './letters.ts';
import { addOpenApi } from './openapi.ts';
import { addPeople } from './people.ts';
import { addPlan } from './plan.ts';
import { withoutControls } from './screen.ts';
import { addStatus } from './status.ts';

/** Runs one command. @param argv without the program's name @returns the exit code */
export async function sunset(argv: readonly string[], io: Io): Promise<number> {
  const { program, desk } = createProgram(io);
  try {
    await program.parseAsync(settled(argv), { from: 'user' });
    return desk.exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const refusal = refusalOf(error);
    // Where the options could not be read to their end, `--json` was asked for all the same.
    if (argv.includes('--json')) io.out(`${JSON.stringify({ error: refusal.complaint }, null, 2)}\n`);
    else
      io.err(
        complaintLines(withoutControls(refusal.complaint), desk)
          .map((line) => `${line}\n`)
          .join(''),
      );
    return refusal.exit;
  }
}

export function createProgram(io: Io): { program: Command; desk: Desk } {
  const program = new Command('sunset');
  const desk = createDesk(program, io);
  program
    .description('Steers the sunset of a feature: see before you do, approve, hold with a reason, undo.')
    .option('--json', 'answer with exactly one JSON document, and ask nothing')
    .option('--url <address>', 'of the operator API (SUNSET_URL, or the output OperatorUrl of the stack)')
    .option('--stack <name>', 'the CloudFormation stack of the sunset (SUNSET_STACK, or instagram-e2ee)')
    .option('--local [address]', 'ask the local system of npm start, at the address that it prints (SUNSET_LOCAL)')
    .option('--as <name>', 'with --local: who you are, NAME or ROLE/NAME (first-operator)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => io.isTerminal,
      getErrHasColors: () => io.isTerminal,
      // Said once, by what catches it.
      outputError: () => undefined,
    })
    .exitOverride()
    .addHelpText('afterAll', `\n${EXIT_CODES}`);
  for (const add of [
    addPlan,
    addStatus,
    addCohort,
    addHolds,
    addChanges,
    addPeople,
    addLetters,
    addDoctor,
    addAudit,
    addEvidence,
    addCalendar,
    addOpenApi,
  ])
    add(program, desk);
  return { program, desk };
}

/** `--local` may stand before a command, which is no address. */
function settled(argv: readonly string[]): string[] {
  return argv.map((word, i) => (word === '--local' && !/^https?:/.test(argv[i + 1] ?? '') ? '--local=' : word));
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof CommanderError) {
    // Without a command the help was already shown.
    const sentence = error.message
      .replace(/^error: /, '')
      .replaceAll('\n', ' ')
      .replace(/^\(outputHelp\)$/, 'no command is given');
    return new Refusal({
      code: 'wrong-use',
      sentence,
      todo: 'Look at sunset --help, or at --help after a command.',
    });
  }
  const sentence = `The command failed: ${error instanceof Error ? error.message : String(error)}`;
  return new Refusal(
    { code: 'failed', sentence, todo: 'Run it again; if it fails again, report it.' },
    { cause: error },
  );
}

function complaintLines(
  { sentence, todo, nearest, earliest, version, all = [] }: Complaint,
  { screen }: Desk,
): string[] {
  return [
    `${screen.paint('bad', 'Error:')} ${sentence}`,
    ...(all.length > 1 ? all.map((each) => `  - ${each}`) : []),
    ...(nearest === undefined ? [] : [`  Did you mean ${nearest}?`]),
    ...(earliest === undefined ? [] : [`  The earliest date that works is ${earliest}.`]),
    ...(version === undefined ? [] : [`  The version is now ${version}.`]),
    `  What to do: ${todo}`,
  ];
}

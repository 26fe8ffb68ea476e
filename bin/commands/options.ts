/** Options and examples that many commands have in common. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface Reasoned {
  readonly reason: string;
}

export const reasonOption = (): Option =>
  new Option(
    '--reason <why>',
    'why, 3 to 500 characters, kept in the audit trail: no names or addresses of people',
  ).makeOptionMandatory();

export const yesOption = (): Option => new Option('--yes', 'do it without asking');

export const expectOption = (): Option =>
  new Option('--expect <version>', 'only if the cohort still has this version (default: the one it has now)').argParser(
    wholeNumber(1),
  );

export const editOption = (): Option =>
  new Option('--edit <change>', 'put this into an open change instead: approvals that it had are void');

/** @returns a reader of an option's value; what it refuses is wrong use */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (given: string) => number {
  return (given) => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      most === Number.MAX_SAFE_INTEGER
        ? `Allowed is a whole number from ${least} on.`
        : `Allowed is a whole number from ${least} to ${most}.`,
    );
  };
}

export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', ['', 'Examples:', ...examples.map((each) => `  $ sunset ${each}`)].join('\n'));
}

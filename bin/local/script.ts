/**
 * What operators type, and when: a YAML list of `{at, as, run}`. `at` is an instant of virtual time, `as` a name or
 * ROLE/NAME, `run` a command line of `sunset` without that word, in which `$change` is the change that was proposed
 * last. A script that cannot be typed as it stands is refused before anything starts.
 */
import { readFileSync } from 'node:fs';

import * as v from 'valibot';
import { parse } from 'yaml';

import { type Instant, isoInstant, parseInstant } from '../../functions/domain/time.ts';
import { localOperator } from '../commands/connection.ts';
import { createProgram } from '../commands/sunset.ts';
import { splitCommand } from '../commands/words.ts';

export interface ScriptEntry {
  readonly at: Instant;
  readonly as: string;
  readonly run: string;
}

const Entry = v.strictObject({ at: v.string(), as: v.string(), run: v.string() });
const SHAPE = `allowed is { at: 2026-04-10T09:00:00Z, as: first-operator, run: "hold eu-2 --reason 'support overloaded'" }`;

/** Throws a sentence for each thing that is wrong with the file. @param from where the clock starts */
export function readScript(file: string, from: Instant): ScriptEntry[] {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`--script ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let given: unknown;
  try {
    given = parse(text);
  } catch (error) {
    throw new Error(`${file}: not YAML: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(given) || given.length === 0)
    throw new Error(`${file}: no list of commands; each entry ${SHAPE.replace('allowed is', 'is as')}`);
  const entries: ScriptEntry[] = [];
  const wrong: string[] = [];
  for (const [n, one] of given.entries()) {
    try {
      entries.push(entryOf(one, entries.at(-1)?.at ?? from));
    } catch (error) {
      wrong.push(`${file}, entry ${n + 1}: ${(error as Error).message}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return entries;
}

/** @param earliest the clock's start, or the entry before */
function entryOf(given: unknown, earliest: Instant): ScriptEntry {
  const { success, output, issues } = v.safeParse(Entry, given);
  if (!success) throw new Error(`${v.getDotPath(issues[0]) ?? 'it'} is not what it must be; ${SHAPE}`);
  const { as, run } = output;
  const at = saying('at', () => parseInstant(output.at));
  if (at < earliest)
    throw new Error(
      `at is "${output.at}"; allowed is ${isoInstant(earliest)} or later: entries stand in the order of their instants, after the clock's start`,
    );
  saying('as', () => localOperator(as));
  const words = saying('run', () => splitCommand(run));
  if (words[0] === undefined || !COMMANDS.includes(words[0]))
    throw new Error(
      `run begins with "${words[0] ?? ''}"; allowed is a command of sunset, without that word: ${COMMANDS.join(', ')}`,
    );
  if (words.includes('--watch')) throw new Error('run has --watch, which has no end: ask for the status once');
  return { at, as, run };
}

function saying<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

const COMMANDS: readonly string[] = createProgram({
  out: () => undefined,
  err: () => undefined,
  isTerminal: false,
  columns: 80,
  environment: {},
  now: () => 0,
}).program.commands.map((command) => command.name());

/** What the command line says about itself. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { EXIT, EXIT_CODES } from '../../bin/commands/exit.ts';
import { createProgram } from '../../bin/commands/sunset.ts';
import { splitCommand } from '../../bin/commands/words.ts';
import { operatorsDesk } from './desk.ts';

const desk = operatorsDesk();

const { program } = createProgram({
  out: () => undefined,
  err: () => undefined,
  isTerminal: false,
  columns: 100,
  environment: {},
  now: () => 0,
});
const leaves = (command: Command, path: readonly string[] = []): { path: string; command: Command }[] =>
  command.commands.length === 0
    ? [{ path: path.join(' '), command }]
    : command.commands.flatMap((each) => leaves(each, [...path, each.name()]));
const COMMANDS = leaves(program);

/** Every command with all that it takes, so that one that is lost or renamed is seen. */
const GOLDEN = [
  'approve <change> --hash --yes',
  'audit log --about',
  'audit verify',
  'blocked <cohort> --reason --all --limit --cursor',
  'calendar <file> --people --quota --rate --at',
  'changes [change] --state --limit --cursor',
  'cohort advance <cohort> --reason --expect --edit',
  'cohort arm <cohort> --reason --head-count --expect --edit',
  'cohort disarm <cohort> --reason --expect',
  'cohort pause <cohort> --reason --expect',
  'cohort reschedule <cohort> --to --reason --dry-run --expect --yes',
  'cohort resume <cohort> --reason --expect',
  'doctor',
  'evidence <person> --out',
  'exempt <id> --reason --end --edit',
  'explain <chat>',
  'hold [cohort] --reason',
  'openapi',
  'person <id>',
  'plan activate [hash] --reason --edit',
  'plan apply <file> --reason --yes',
  'plan diff <file>',
  'plan show',
  'preview [plan] --port',
  'redrive <queue> --reason',
  'reject <change> --reason',
  'release [cohort] --reason --to --dry-run --yes',
  'restore <cohort> --reason --expect --edit',
  'signal <id> <signal> --reason',
  'status --watch',
  'test-send --to --stage --language',
  'waive <id> --reason --edit',
];

describe('the commands', () => {
  it('are these, and take this', () => {
    const told = COMMANDS.map(({ path, command }) =>
      [
        path,
        ...command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`)),
        ...command.options.map(({ long }) => long),
      ].join(' '),
    );
    expect(told.sort()).toEqual(GOLDEN);
  });

  it('take a reason wherever they write', () => {
    const optional = COMMANDS.flatMap(({ path, command }) =>
      command.options.some(({ long, mandatory }) => long === '--reason' && !mandatory) ? [path] : [],
    );
    expect(optional).toEqual(['blocked']);
  });
});

describe.each(COMMANDS)('sunset $path --help', ({ path, command }) => {
  it('has a summary, options that are described, an example and the exit codes', async () => {
    const ran = await desk.run(`${path} --help`);
    expect(ran).toMatchObject({ exit: EXIT.done, err: '' });
    expect(command.description()).toMatch(/^[A-Z][^\n]+[^.]$/);
    expect(command.options.filter(({ description }) => description.length < 5)).toEqual([]);
    expect(ran.out).toContain(`Usage: sunset ${path}`);
    expect(ran.out).toContain('Examples:\n  $ sunset ');
    expect(ran.out).toContain('--json');
    expect(ran.out).toContain(EXIT_CODES);
  });

  it('has examples that can be run', async () => {
    const { out } = await desk.run(`${path} --help`);
    const examples = [...out.matchAll(/^ {2}\$ sunset (.*)$/gm)].map(([, each = '']) => each.replace(/ >.*$/, ''));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(example.startsWith(path)).toBe(true);
      // Help is asked for last: whatever stands before it is held to the options of the command first.
      const known = new Set([...command.options, ...program.options].map(({ long }) => long));
      expect(splitCommand(example).filter((word) => word.startsWith('--') && !known.has(word))).toEqual([]);
    }
  });
});

describe('wrong use', () => {
  it.each([
    ['', 'no command is given'],
    ['cohort', 'no command is given'],
    ['statu', "unknown command 'statu' (Did you mean status?)"],
    ['hold eu-2', "required option '--reason <why>' not specified"],
    ["hold eu-2 eu-3 --reason 'as agreed'", 'too many arguments'],
    ['status --wach', "unknown option '--wach' (Did you mean --watch?)"],
    ['cohort arm eu-1 --head-count many', 'Allowed is a whole number from 0 on.'],
    ['blocked eu-1 --limit 101', 'Allowed is a whole number from 1 to 100.'],
  ])('"%s" is said to be so: %s', async (command, sentence) => {
    const ran = await desk.run(command);
    expect(ran).toMatchObject({ exit: EXIT.wrongUse, out: '' });
    expect(ran.err).toContain(sentence);
    expect(ran.err).toContain('What to do: ');
    expect(ran.err.match(/Error:/g)).toHaveLength(1);
  });

  it('is one JSON document for a program', async () => {
    const ran = await desk.run('hold --json');
    expect(ran).toMatchObject({ exit: EXIT.wrongUse, err: '' });
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'wrong-use' } });
  });

  it('is not what help is', async () => {
    expect(await desk.run('help cohort arm')).toMatchObject({ exit: EXIT.done, err: '' });
    expect((await desk.run('--help')).out).toContain('Steers the sunset of a feature');
  });
});

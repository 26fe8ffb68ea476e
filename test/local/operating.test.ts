/**
 * What docs/operating.md tells operators to type. A `sh` block behind a comment `<!-- run as NAME at INSTANT -->` is
 * typed there, each of its lines that begins with `sunset`, on the local system with its own audience; blocks come in the
 * order of their instants, wherever they stand. They end with 0, or as the comment adds: `, exit N`. A `text` block right
 * behind quotes what was answered: each of its lines must be a line of the answer, in this order; `…` stands for
 * anything. Commands in other blocks must be such that the command line takes them.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { createProgram } from '../../bin/commands/sunset.ts';
import { splitCommand } from '../../bin/commands/words.ts';
import type { OperatorLine } from '../../bin/local/outside/record.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const UNTIL = '2026-05-30T00:00:00Z';

interface Block {
  readonly language: string;
  readonly lines: readonly string[];
  /** What stands in the line before it, where that is a comment. */
  readonly comment: string | undefined;
  /** Whether only blank lines lie between it and the block before it. */
  readonly follows: boolean;
}
interface Typed {
  readonly as: string;
  readonly at: string;
  readonly exit: number;
  readonly runs: readonly string[];
  readonly quoted: readonly string[];
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let comment: string | undefined;
  let follows = false;
  let open: { language: string; lines: string[]; indent: number } | undefined;
  for (const line of page.split('\n')) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open !== undefined && fence !== null) {
      blocks.push({ language: open.language, lines: open.lines, comment, follows });
      [open, comment, follows] = [undefined, undefined, true];
    } else if (open !== undefined) open.lines.push(line.slice(open.indent));
    else if (fence !== null) open = { language: fence[2] ?? '', lines: [], indent: (fence[1] ?? '').length };
    else if (line.trim() !== '') [comment, follows] = [/^<!-- (.*) -->$/.exec(line)?.[1], false];
  }
  return blocks;
}

const commandsIn = ({ language, lines }: Block) =>
  language === 'sh' ? lines.flatMap((line) => /^sunset (.*)$/.exec(line)?.[1] ?? []) : [];

const BLOCKS = blocksOf(PAGE);
const COMMANDS = BLOCKS.flatMap(commandsIn);
const TYPED = BLOCKS.flatMap((block, n): Typed[] => {
  if (block.comment === undefined) return [];
  const [, as = '', at = '', exit = '0'] = /^run as ([\w-]+) at (\S+?)(?:, exit (\d))?$/.exec(block.comment) ?? [];
  if (as === '') throw new Error(`"${block.comment}" does not say who types when: <!-- run as NAME at INSTANT -->`);
  const next = BLOCKS[n + 1];
  const quoted = next?.language === 'text' && next.follows ? next.lines : [];
  return [{ as, at, exit: Number(exit), runs: commandsIn(block), quoted }];
}).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The first quoted line that does not stand in the answer behind the one before it. */
function missing(quoted: readonly string[], answer: string): string | undefined {
  const said = answer.split('\n').map((line) => line.trim());
  let from = 0;
  return quoted.find((line) => {
    const pattern = new RegExp(`^${line.trim().split('…').map(literal).join('.*')}$`);
    if (line.trim() === '…' || line.trim() === '') return false;
    const at = said.findIndex((each, n) => n >= from && pattern.test(each));
    from = at + 1;
    return at === -1;
  });
}

/** Reads a command line to its end, and does nothing of it. */
async function take(run: string): Promise<void> {
  const { program } = createProgram({
    out: () => undefined,
    err: () => undefined,
    isTerminal: false,
    columns: 100,
    environment: {},
    now: () => 0,
  });
  const idle = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(idle);
  };
  idle(program);
  await program.parseAsync(splitCommand(run), { from: 'user' });
}

describe('the page for operators', () => {
  it('has commands that the command line takes, and is read to its end', async () => {
    expect(COMMANDS.length).toBeGreaterThan(60);
    expect(TYPED.length).toBeGreaterThan(30);
    for (const run of COMMANDS) await expect(take(run), run).resolves.toBeUndefined();
    for (const run of ['hold eea', 'signal u1 gone --reason abc', 'cohort sink eea'])
      await expect(take(run), run).rejects.toThrow();
  });

  it('is compared line by line with what was answered', () => {
    const answer = 'Change c1: open\n  Hash 3f2a91bc\nApproved.\n';
    expect(missing(['Change c1: open', '…', 'Hash …', 'Approved.'], answer)).toBeUndefined();
    expect(missing(['Approved.', 'Change c1: open'], answer)).toBe('Change c1: open');
    expect(missing(['Change c1'], answer)).toBe('Change c1');
  });
});

describe('the campaign of the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sunset-operating-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let ended: { code: number; output: string };
  let answers: OperatorLine[];

  beforeAll(async () => {
    // What the page writes into its reader's directory is written into one of our own.
    const script = TYPED.flatMap(({ as, at, runs }) =>
      runs.map((run) => ({ at, as, run: run.replace('--out ', `--out ${folder}/`) })),
    );
    writeFileSync(join(folder, 'script.yaml'), stringify(script));
    const out = join(folder, 'out');
    const given = ['--script', join(folder, 'script.yaml'), '--out', out, '--until', UNTIL, '--once'];
    ended = await new Promise((resolve) => {
      const child = execFile(process.execPath, ['bin/local.ts', ...given], { cwd: ROOT }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
    const lines = join(out, 'operators.jsonl');
    answers = existsSync(lines)
      ? readFileSync(lines, 'utf8')
          .split('\n')
          .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as OperatorLine]))
      : [];
  }, 300_000);

  it('keeps all promises', () => {
    expect(ended.output).toMatch(/promise 13: held/);
    expect(ended.output).not.toMatch(/BROKEN/);
    expect(ended.code, ended.output).toBe(0);
  });

  it('answers each command as the page says', () => {
    expect(answers).toHaveLength(TYPED.flatMap(({ runs }) => runs).length);
    let next = 0;
    for (const { exit, runs, quoted, at } of TYPED) {
      const own = answers.slice(next, (next += runs.length));
      for (const { run, stdout, stderr, ...answer } of own)
        expect([at, run, answer.exit, answer.exit === exit ? '' : stdout + stderr]).toEqual([at, run, exit, '']);
      const answered = own.map(({ stdout, stderr }) => stdout + stderr).join('');
      const lost = missing(quoted, answered);
      expect(lost === undefined ? '' : `${at}: "${lost}" does not stand in this order in:\n${answered}`).toBe('');
    }
  });

  it('leaves the evidence that it promises', () => {
    expect(existsSync(join(folder, 'evidence/u003/evidence.json'))).toBe(true);
    expect(existsSync(join(folder, 'evidence/u003/evidence.html'))).toBe(true);
  });
});

/** `npm start` as people run it: a process of its own, a small audience, and what it printed and left on disk. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import type { Lines, ReportFile } from '../../bin/local/outside/record.ts';
import { chat, user } from './people.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE = { timeout: 120_000 };
const folder = mkdtempSync(join(tmpdir(), 'sunset-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** `onOutput` sees what was printed so far. */
function start(args: readonly string[], onOutput?: (output: string, pid: number) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['bin/local.ts', ...args], { cwd: ROOT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
    let output = '';
    child.stdout?.on('data', (chunk: string) => {
      output += chunk;
      onOutput?.(output, child.pid as number);
    });
  });
}

function linesOf<K extends keyof Lines>(out: string, name: K): Lines[K][] {
  const text = readFileSync(join(out, `${name}.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Lines[K]]));
}
const reportOf = (out: string) => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as ReportFile;

/** The example, with everybody in one cohort; breakers judge from `minimumSample` outcomes on. */
function planFile(name: string, minimumSample: number): string {
  const example = parse(readFileSync(join(ROOT, 'examples/instagram-e2ee.yaml'), 'utf8')) as {
    guardRails: { breakers: object };
  };
  const cohorts = [{ id: 'all', match: { countries: ['*'] }, endDate: '2026-05-08' }];
  const breakers = { ...example.guardRails.breakers, minimumSample };
  writeFileSync(file(name), stringify({ ...example, cohorts, guardRails: { ...example.guardRails, breakers } }));
  return file(name);
}

function audience(name: string, users: readonly object[], chats: readonly object[]): string[] {
  const write = (kind: string, rows: readonly object[]) => {
    writeFileSync(file(`${name}-${kind}`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return file(`${name}-${kind}`);
  };
  return ['--users', write('users', users), '--chats', write('chats', chats)];
}

const SOME = audience(
  'some',
  [
    user('ana'),
    user('ben', { locale: 'fr-FR', timeZone: 'Europe/Paris', country: 'FR' }),
    user('cy', { timeZone: 'America/New_York', locale: 'en-US', country: 'US' }),
    user('nowhere', { timeZone: 'Mars/Olympus' }),
    user('silent', { email: null }),
    user('bounces', { email: 'bounce@simulator.amazonses.com' }),
    user('late'),
    user('plain'),
  ],
  [
    chat('pair', ['ana', 'ben']),
    chat('trio', ['ana', 'cy', 'nowhere']),
    chat('unread', ['ana', 'bounces']),
    chat('unsent', ['ben', 'silent']),
    chat('begun-late', ['ben', 'late'], { encryptedSince: '2026-04-08T12:00:00Z' }),
    chat('never', ['ana', 'plain'], { encryption: 'off' }),
  ],
);
const ONCE = ['--once', '--tick', '360'];
const stageOf = (told: string) => /^\S+ (\w+)@/.exec(told)?.[1] ?? '';
const chatsOf = (out: string) =>
  Object.fromEntries(
    linesOf(out, 'chats').map(({ chatId, encryption, blocked }) => [chatId, blocked ?? encryption] as const),
  );

describe('a campaign on this machine', PATIENCE, () => {
  const plan = planFile('plan.yaml', 1000);
  const out = file('calm');
  const calm = start([...ONCE, '--plan', plan, ...SOME, '--out', out]);

  it('comes to its end, keeps the promises, and says so', async () => {
    const { code, output } = await calm;
    expect(output).toContain('8 people and 6 chats');
    for (const promise of [1, 2, 3, 4, 7, 8, 10]) expect(output).toContain(`promise ${promise}: held`);
    expect(output).not.toMatch(/failures|HELD|dead-letter/);
    expect(code).toBe(0);
  });

  it('disables what may be disabled, and blocks each other chat with its reason', async () => {
    await calm;
    expect(chatsOf(out)).toEqual({
      pair: 'off',
      trio: 'off',
      unread: 'unreachable',
      unsent: 'no-address',
      'begun-late': 'off',
      never: 'off',
    });
    expect(linesOf(out, 'flips').map(({ chatId }) => chatId)).toEqual(
      expect.arrayContaining(['pair', 'trio', 'begun-late']),
    );
  });

  it('tells whoever can be reached, each notice once, in their language', async () => {
    await calm;
    const had = (userId: string) => linesOf(out, 'mail').filter((mail) => mail.userId === userId);
    expect(had('ana').map(({ notice }) => notice)).toEqual(
      ['d35', 'd14', 'd7', 'd1', 'done'].map((stage) => `${stage}@2026-05-08`),
    );
    expect(new Set(had('ben').map(({ locale }) => locale))).toEqual(new Set(['fr']));
    expect(had('bounces').map(({ notice }) => notice)).toEqual(['d35@2026-05-08']);
    expect(had('silent')).toEqual([]);
    // Who came late has a date that leaves them the whole notice.
    expect(had('late')[0]?.endDate && had('late')[0]!.endDate > '2026-05-08').toBe(true);
  });

  it('reports figures that add up to the audience', async () => {
    await calm;
    const { people, chats, notices, disabled, blocked, requests } = reportOf(out);
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
    expect(people).toEqual({ total: 8, enrolled: 7, withoutEncryptedChat: 1 });
    expect(disabled + sum(blocked) + chats.neverEncrypted + chats.open).toBe(chats.total);
    for (const stage of ['d35', 'd14', 'd7', 'd1', 'done'])
      expect([stage, sum(notices[stage] ?? {})]).toEqual([stage, 7]);
    expect(requests['notify']?.['SES.SendBulkTemplatedEmail']).toBeGreaterThan(0);
  });

  it('writes the final letters to --out, and in each no date but the end date of its reader', async () => {
    await calm;
    const locales: Readonly<Record<string, string>> = { ben: 'fr-FR', cy: 'en-US' };
    const ends = new Map<string, Set<string>>();
    const mail = linesOf(out, 'mail');
    expect(mail.length).toBeGreaterThan(20);
    for (const { userId, notice, endDate, subject, text = '', html = '' } of mail) {
      ends.set(userId, (ends.get(userId) ?? new Set()).add(endDate));
      const locale = locales[userId] ?? 'de-DE';
      const written = (style: Intl.DateTimeFormatOptions, date: string) =>
        new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(new Date(date));
      for (const part of [text, html]) {
        expect([notice, part.includes(written({ dateStyle: 'full' }, endDate))]).toEqual([notice, true]);
        expect(part).not.toMatch(/\{\{|\}\}|undefined|NaN/);
      }
      const said = [subject, text, html].join('\n');
      const others = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString()).filter(
        (date) => !date.startsWith(endDate),
      );
      const found = others
        .map((date) => written({ day: 'numeric', month: 'long' }, date))
        .filter((date) => new RegExp(`(?<!\\d)${date}(?!\\d)`).test(said));
      expect([userId, notice, found]).toEqual([userId, notice, []]);
    }
    for (const [userId, dates] of ends) expect([userId, dates.size]).toEqual([userId, 1]);
    expect([...(ends.get('ana') ?? [])]).toEqual(['2026-05-08']);
    expect([...(ends.get('late') ?? [])][0]).toMatch(/^2026-0[56]-\d\d$/);
  });

  it('lets no address into a log line (promise 15)', async () => {
    await calm;
    const log = readFileSync(join(out, 'functions.log'), 'utf8');
    expect(log).toContain('a run has closed');
    expect(log).not.toMatch(/@(example|simulator)\./);
  });

  it('ends the same for the chats, and beyond promise 7 for the mail, though processes die and messages double', async () => {
    const chaos = file('chaos');
    const { code, output } = await start([...ONCE, '--plan', plan, ...SOME, '--out', chaos, '--chaos', 'kill=7']);
    await calm;
    expect(output).toMatch(/processes killed on purpose: [1-9]/);
    expect(code).toBe(0);
    expect(chatsOf(chaos)).toEqual(chatsOf(out));
    const told = (from: string) => new Set(linesOf(from, 'mail').map(({ userId, notice }) => `${userId} ${notice}`));
    expect([...told(chaos)].filter((notice) => !told(out).has(notice))).toEqual([]);
    // Of a process that died with a claim nobody knows whether SES has it: what is required is sent again, the rest is not.
    const missing = [...told(out)].filter((notice) => !told(chaos).has(notice)).map((notice) => stageOf(notice));
    expect(missing.filter((stage) => ['d35', 'd1'].includes(stage))).toEqual([]);
    for (const [stage, missed] of Map.groupBy(missing, (each) => each))
      expect(reportOf(chaos).notices[stage]?.['unproven']).toBeGreaterThanOrEqual(missed.length);
  });
});

describe('a campaign that cannot end well', PATIENCE, () => {
  it('stops where only held work is left, says so, and fails', async () => {
    const people = ['a', 'b', 'c', 'd'].map((userId) => user(userId, { email: 'bounce@simulator.amazonses.com' }));
    const held = audience('held', [...people, user('e')], [chat('one', ['a', 'b', 'c']), chat('two', ['d', 'e'])]);
    const { code, output } = await start([...ONCE, '--plan', planFile('strict.yaml', 3), ...held]);
    expect(output).toMatch(/cohort all is HELD, its work was left: .*bounce/);
    expect(output).toContain('Only held work is left');
    expect(code).toBe(1);
  });

  it('ends when it is interrupted, with its files whole', async () => {
    const out = file('interrupted');
    let told = false;
    const { code, output } = await start(['--plan', planFile('again.yaml', 1000), ...SOME, '--out', out], (so, pid) => {
      if (told || !so.includes('letters,')) return;
      told = true;
      process.kill(pid, 'SIGINT');
    });
    expect(code).toBe(130);
    expect(output).toContain(out);
    expect(reportOf(out).people.total).toBe(8);
  });
});

describe('what cannot be begun', PATIENCE, () => {
  it('is refused with file, line and reason, and leaves nothing behind', async () => {
    const out = file('refused');
    writeFileSync(file('bad-users'), `${JSON.stringify(user('ana'))}\n{"userId":""}\n`);
    const bad = ['--users', file('bad-users'), '--chats', file('some-chats')];
    const { code, output } = await start(['--once', ...bad, '--out', out]);
    expect(code).toBe(1);
    expect(output).toMatch(/bad-users, line 2: /);
    expect(output).not.toContain('example.com');
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ['an option that nobody knows', ['--onse'], /--onse/],
    ['a plan that is not there', ['--plan', 'none.yaml'], /--plan none\.yaml cannot be read/],
    [
      'a beginning at which a date cannot be reached',
      ['--from', '2026-05-01T00:00:00Z'],
      /cohorts\[0\]\.endDate: given "2026-05-08" at/,
    ],
    ['an instant that is none', ['--from', 'today'], /today/],
    ['chats without users', ['--chats', 'chats.jsonl'], /--users and --chats belong together/],
  ])('names %s', async (_, args, says) => {
    const { code, output } = await start(['--once', ...args]);
    expect(code).toBeGreaterThan(0);
    expect(output).toMatch(says);
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('is explained on request', async () => {
    const { code, output } = await start(['--help']);
    expect(code).toBe(0);
    expect(output).toContain('--chaos kill=SEED');
  });
});

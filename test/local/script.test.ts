/** What operators type, read from a file: refused before anything starts, with the entry, what was given and what is allowed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { defaultStart } from '../../bin/local/campaign.ts';
import { plainScript } from '../../bin/local/operators.ts';
import { readPlan } from '../../bin/local/plan.ts';
import { readScript } from '../../bin/local/script.ts';
import { splitCommand } from '../../bin/commands/words.ts';
import { parseInstant } from '../../functions/domain/time.ts';

const folder = mkdtempSync(join(tmpdir(), 'sunset-script-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FILE = join(folder, 'script.yaml');
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/instagram-e2ee.yaml');
const FROM = parseInstant('2026-03-26T20:00:00Z');
const HOLD = { at: '2026-04-10T09:00:00Z', as: 'first-operator', run: "hold eu-2 --reason 'support overloaded'" };

function written(text: string) {
  writeFileSync(FILE, text);
  return readScript(FILE, FROM);
}
const read = (...entries: unknown[]) => written(stringify(entries));
function refusal(...entries: unknown[]): string {
  try {
    read(...entries);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the script was taken');
}

describe('a script', () => {
  it('is read, entry by entry, whoever types and whatever zone an instant is written in', () => {
    expect(
      read(
        { ...HOLD, at: '2026-04-10T11:00:00+02:00' },
        { ...HOLD, as: 'Operators/first-operator', run: 'approve $change --yes' },
      ),
    ).toEqual([
      { ...HOLD, at: parseInstant('2026-04-10T09:00:00Z') },
      { at: parseInstant('2026-04-10T09:00:00Z'), as: 'Operators/first-operator', run: 'approve $change --yes' },
    ]);
  });

  it('may write its instants without quotes', () => {
    expect(written('- { at: 2026-04-10T09:00:00Z, as: first-operator, run: status }')).toHaveLength(1);
  });

  it('of the examples is read from where its campaign starts', () => {
    const from = defaultStart(readPlan(EXAMPLE));
    expect(readScript(join(ROOT, 'examples/scripts/steered.yaml'), from).length).toBeGreaterThan(20);
  });
});

describe('a bad script is refused, with the entry', () => {
  it.each([
    ['no instant', { ...HOLD, at: 'tomorrow' }, /entry 1: at: .*"tomorrow"/],
    ['an instant before the clock starts', { ...HOLD, at: '2026-03-26T19:59:59Z' }, /allowed is 2026-03-26T20:00:00/],
    ['nobody', { ...HOLD, as: '' }, /entry 1: as: /],
    ['two names', { ...HOLD, as: 'first operator' }, /entry 1: as: .*"first operator"/],
    ['a quote without an end', { ...HOLD, run: "hold eu-2 --reason 'support" }, /entry 1: run: the quote '/],
    [
      'the word sunset',
      { ...HOLD, run: 'sunset status' },
      /run begins with "sunset"; allowed is a command of sunset, /,
    ],
    ['a command that is none', { ...HOLD, run: 'stop eu-2' }, /run begins with "stop"; allowed is .*\bhold\b/],
    ['no command', { ...HOLD, run: ' ' }, /run begins with ""/],
    ['a command without an end', { ...HOLD, run: 'status --watch' }, /run has --watch/],
    ['a key that nobody knows', { ...HOLD, who: 'me' }, /entry 1: who is not what it must be; allowed is \{ at: /],
    ['no command at all', { at: HOLD.at, as: HOLD.as }, /entry 1: run is not what it must be/],
    ['a word', 'hold', /entry 1: it is not what it must be/],
  ])('%s', (_, entry, says) => {
    const said = refusal(entry);
    expect(said).toContain(FILE);
    expect(said).toMatch(says);
  });

  it('and every entry that is wrong', () => {
    const said = refusal(HOLD, { ...HOLD, as: '' }, HOLD, { ...HOLD, run: 'stop' }).split('\n');
    expect(said.map((line) => /entry \d+/.exec(line)?.[0])).toEqual(['entry 2', 'entry 4']);
  });

  it('that does not stand in the order of its instants', () => {
    expect(refusal(HOLD, { ...HOLD, at: '2026-04-10T08:59:59Z' })).toMatch(
      /entry 2: at is "2026-04-10T08:59:59Z"; allowed is 2026-04-10T09:00:00.* or later/,
    );
  });

  it('that is no list, no YAML or not there', () => {
    expect(() => written('at: now')).toThrow(/no list of commands; each entry is as \{ at: /);
    expect(() => written('')).toThrow(/no list of commands/);
    expect(() => written('- {')).toThrow(/not YAML/);
    expect(() => readScript(join(folder, 'none.yaml'), FROM)).toThrow(/--script .*none\.yaml cannot be read/);
  });
});

describe('what two people type who have nothing to decide', () => {
  const plan = readPlan(EXAMPLE);

  it('is a script like any other: the plan, then each cohort, each approved by the other one', () => {
    const script = plainScript(plan, EXAMPLE, FROM);
    writeFileSync(FILE, stringify(script.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }))));
    expect(readScript(FILE, FROM)).toEqual(script);
    expect(script.map(({ as, run }) => `${as}: ${splitCommand(run).slice(0, 2).join(' ')}`)).toEqual([
      'first-operator: plan apply',
      'first-operator: plan activate',
      'second-operator: approve $change',
      ...plan.cohorts.flatMap(() => ['first-operator: cohort arm', 'second-operator: approve $change']),
    ]);
  });

  it('names any file, and asks nobody where one person is enough', () => {
    const [apply, ...others] = plainScript({ ...plan, approvals: 1 }, "it's a plan.yaml", FROM);
    expect(splitCommand(apply?.run ?? '')[2]).toBe("it's a plan.yaml");
    expect(others.filter(({ run }) => run.startsWith('approve'))).toEqual([]);
  });
});

it('is typed by the operators of the college as by the others, but for the person who is waived', () => {
  const typed = (name: string) =>
    readFileSync(join(ROOT, 'examples/scripts', name), 'utf8')
      .split('\n')
      .slice(2)
      .join('\n');
  const person = /waive (p\d+)/.exec(typed('steered-college.yaml'))?.[1] ?? '';
  expect(typed('steered-college.yaml').replaceAll(person, 'u003')).toBe(typed('steered.yaml'));
});

/** `sunset calendar`: a plan file in, who gets what when out; nothing is asked of any API. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { EXIT } from '../../bin/commands/exit.ts';
import { sunset } from '../../bin/commands/sunset.ts';
import { splitCommand } from '../../bin/commands/words.ts';
import { parseInstant } from '../../functions/domain/time.ts';

const EXAMPLE = 'examples/instagram-e2ee.yaml';
const example = readFileSync(EXAMPLE, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'sunset-calendar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A plan file of its own. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
/** The example as one set of countries, in two cohorts. */
const TWO = file(
  'two.yaml',
  example.replace(
    /^cohorts:\n(?: .*\n|\n)*/m,
    `cohorts:
  - { id: first, match: { countries: '*', percentage: 33 % }, endDate: 2026-05-19 }
  - { id: rest, match: { countries: '*', percentage: 67 % }, endDate: 2026-05-26 }
`,
  ),
);

async function run(command: string): Promise<{ exit: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const exit = await sunset(splitCommand(command), {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
    columns: 100,
    environment: {},
    now: () => parseInstant('2026-03-01T00:00:00Z'),
  });
  return { exit, ...said };
}
const json = async (command: string) => {
  const { exit, out } = await run(`--json ${command}`);
  return { exit, answer: JSON.parse(out) };
};
const PEOPLE = '--people pilot=40000,eea=200000,rest-first=60000 --people rest=240000';

describe('the calendar of the example', () => {
  it('shows each cohort with its stages, waves and end, and asks for numbers where it has none', async () => {
    const { exit, out } = await run(`calendar ${EXAMPLE}`);
    expect(exit).toBe(EXIT.done);
    expect(out).toContain('pilot: NZ, AU, people not known, ends Friday, 8 May 2026');
    expect(out).toContain('eea: 30 countries, people not known');
    expect(out).toContain('rest-first: 20 % of every other country');
    expect(out).toMatch(/ d35\* +2026-04-03 +2026-04-02 20:00 UTC +2026-04-03 22:00 UTC +- +-\n/);
    expect(out).toMatch(/ d14 +2026-04-24/);
    expect(out).toContain(
      '1 % 2026-05-09 12:00 UTC, 100 % 2026-05-10 12:00 UTC; restorable until 2026-05-13 12:00 UTC',
    );
    expect(out).toContain('Mails: give --people');
    expect(out).toContain('Findings: 0 errors, 3 warnings');
    expect(out).not.toContain('\u001b');
  });

  it('with people, quota and rate says when each stage has left, and what it costs', async () => {
    const { exit, out } = await run(`calendar ${EXAMPLE} ${PEOPLE} --quota 1000000 --rate 100`);
    expect(exit).toBe(EXIT.done);
    // 40,000 at 90 a second are seven and a half minutes.
    expect(out).toMatch(/ d35\* +2026-04-03 .* 40,000 +2026-04-03 22:07 UTC\n/);
    expect(out).toContain('Most mail is due on 2026-05-12 500,000');
    expect(out).toContain('your quota allows 900,000 a day, 90 % of 1,000,000, so all days fit');
    expect(out).toContain('SES: up to 2,700,000 mails: $270.00 à la carte, $432.00 on the Essentials plan');
  });

  it('names days that are too full, and ends with 1 where somebody would not be told in time', async () => {
    const { exit, out } = await run(`calendar ${EXAMPLE} ${PEOPLE} --quota 100000 --rate 100`);
    expect(exit).toBe(EXIT.refused);
    expect(out).toMatch(/2026-05-18 +260,000 mails +170,000 missed/);
    expect(out).toMatch(/ d35\* +2026-04-14 .* 200,000 +2026-04-16 22:03 UTC, 2 days late\n/);
    expect(out).toContain('error: d1 of eea is 200,000 mails on 18 May 2026');
    expect(out).toContain('warning: d35 of eea');
  });

  it('ends with 1 where it is too late to activate it, and names the date that works', async () => {
    const { exit, out } = await run(`calendar ${EXAMPLE} --at 2026-04-20T12:00:00Z`);
    expect(exit).toBe(EXIT.refused);
    expect(out).toContain('error: cohorts[0].endDate: given "2026-05-08"');
    expect(out).toContain('2026-05-27 or later');
    expect((await run(`calendar ${EXAMPLE} --at 2026-03-20T12:00:00Z`)).exit).toBe(EXIT.done);
  });

  it('is one JSON document for a program, with instants in UTC', async () => {
    const { exit, answer } = await json(`calendar ${EXAMPLE} ${PEOPLE} --quota 1000000 --rate 100`);
    expect(exit).toBe(EXIT.done);
    expect(Object.keys(answer)).toEqual(['sunset', 'at', 'cohorts', 'days', 'limit', 'cost', 'findings']);
    expect(answer).toMatchObject({
      sunset: 'instagram-e2ee',
      at: '2026-03-01T00:00:00.000Z',
      limit: { mails: 900_000, by: 'quota' },
      cost: { mails: 2_700_000, aLaCarte: 270, essentials: 432 },
    });
    expect(answer.cohorts[0]).toMatchObject({
      cohort: 'pilot',
      people: 40_000,
      endDate: '2026-05-08',
      waves: [
        { percent: 1, at: '2026-05-09T12:00:00.000Z' },
        { percent: 100, at: '2026-05-10T12:00:00.000Z' },
      ],
      restorableUntil: '2026-05-13T12:00:00.000Z',
    });
    expect(answer.cohorts[0].stages[0]).toEqual({
      stage: 'd35',
      required: true,
      day: '2026-04-03',
      first: '2026-04-02T20:00:00.000Z',
      last: '2026-04-03T22:00:00.000Z',
      mails: 40_000,
      finished: '2026-04-03T22:07:24.445Z',
      spills: 0,
      missed: 0,
    });
    expect(answer.days[0]).toEqual({ day: '2026-04-03', due: 40_000, sent: 40_000, waiting: 0, missed: 0 });
    expect(answer.findings.map(({ level }: { level: string }) => level)).toEqual(['warning', 'warning', 'warning']);
  });
});

describe('one number of people', () => {
  it('is dealt by percentage among cohorts that share their countries, and loses nobody', async () => {
    const { answer } = await json(`calendar ${TWO} --people 1000001`);
    expect(answer.cohorts.map(({ people }: { people: number }) => people)).toEqual([330_000, 670_001]);
    expect(answer.cost.mails).toBe(1_000_001 * 5);
  });

  it('is refused where nobody knows how many live where', async () => {
    const { exit, err } = await run(`calendar ${EXAMPLE} --people 5000000`);
    expect(exit).toBe(EXIT.wrongUse);
    expect(err).toContain('--people pilot=…,eea=…,rest-first=…,rest=…');
  });
});

describe('a plan that is none', () => {
  it('is answered with every error, its line, and 1', async () => {
    const broken = file(
      'broken.yaml',
      example.replace('endDate: 2026-05-08', 'endDate: 2026-02-30').replace('sendHour: 10', 'sendHour: 23'),
    );
    const { exit, out } = await run(`calendar ${broken}`);
    expect(exit).toBe(EXIT.refused);
    expect(out).toContain(`${broken} is no plan`);
    expect(out).toContain('Findings: 2 errors, 0 warnings');
    expect(out).toMatch(/error: line \d+, cohorts\[0\]\.endDate: given "2026-02-30"/);
    expect(out).toMatch(/error: line \d+, sendHour: given 23; allowed: an hour inside the send window/);
    const { answer } = await json(`calendar ${broken}`);
    expect(answer).toMatchObject({ sunset: null, cohorts: [], days: [], limit: null, cost: null });
    expect(answer.findings).toHaveLength(2);
  });

  it('is one that closes after the first end date, too', async () => {
    const late = example.replace(/closedFrom: .*/, 'closedFrom: 2026-05-20T00:00:00Z');
    const { exit, out } = await run(`calendar ${file('late.yaml', late)}`);
    expect(exit).toBe(EXIT.refused);
    expect(out).toContain('guardRails.closedFrom: given "2026-05-20T00:00:00.000Z"');
  });

  it('is told apart from one whose letters are wrong, which has its calendar beside the errors', async () => {
    const texts = file('texts.yaml', `${example}\ntexts: { en: { heading.insted: Instead } }\n`);
    const { exit, out } = await run(`calendar ${texts}`);
    expect(exit).toBe(EXIT.refused);
    expect(out).toContain('pilot: NZ, AU');
    expect(out).toContain('did you mean "heading.instead"?');
  });
});

describe('wrong use', () => {
  const REFUSED: readonly (readonly [command: string, exit: number, says: string])[] = [
    ['calendar nowhere.yaml', EXIT.wrongUse, 'nowhere.yaml cannot be read'],
    ['calendar', EXIT.wrongUse, "missing required argument 'file'"],
    [`calendar ${EXAMPLE} --people pliot=4`, EXIT.unknownName, 'Did you mean pilot?'],
    [`calendar ${EXAMPLE} --people everybody=4`, EXIT.unknownName, 'its cohorts are pilot, eea, rest-first, rest'],
    [`calendar ${EXAMPLE} --people pilot`, EXIT.wrongUse, 'as in pilot=40000'],
    [`calendar ${EXAMPLE} --people pilot=many`, EXIT.wrongUse, 'given "pilot=many"'],
    [`calendar ${EXAMPLE} --people pilot=1,pilot=2`, EXIT.wrongUse, 'pilot twice'],
    [`calendar ${EXAMPLE} --quota 50000`, EXIT.wrongUse, '--quota is given without --rate'],
    [`calendar ${EXAMPLE} --rate 14`, EXIT.wrongUse, '--rate is given without --quota'],
    [`calendar ${EXAMPLE} --rate 0 --quota 1`, EXIT.wrongUse, 'a whole number from 1'],
    [`calendar ${EXAMPLE} --at tomorrow`, EXIT.wrongUse, '"tomorrow" is not an instant'],
  ];

  it.each(REFUSED)('%s ends with %i and says what to do', async (command, exit, says) => {
    const ran = await run(command);
    expect([ran.exit, ran.out]).toEqual([exit, '']);
    expect(ran.err).toContain(says);
    expect(ran.err).toContain('What to do: ');
  });
});

import { describe, expect, it } from 'vitest';

import { readArguments, USAGE } from '../../bin/local/arguments.ts';
import { parseInstant } from '../../functions/domain/time.ts';

const refusal = (...given: string[]): string => {
  try {
    readArguments(given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${given.join(' ')} was taken`);
};

describe('what npm start is asked for', () => {
  it('is the example’s campaign with a generated audience where nothing is given', () => {
    expect(readArguments([])).toEqual({
      plan: 'examples/instagram-e2ee.yaml',
      audience: undefined,
      script: undefined,
      from: undefined,
      until: undefined,
      once: false,
      out: undefined,
      tick: 60,
      chaos: undefined,
      port: 0,
    });
  });

  it('is read, each option of it', () => {
    const given =
      '--plan p.yaml --users u.jsonl --chats c.jsonl --script s.yaml --from 2026-03-01T00:00:00Z --until 2026-03-01T02:00:00+01:00 --once --out o --tick 5 --chaos kill=7 --port 8080';
    expect(readArguments(given.split(' '))).toEqual({
      plan: 'p.yaml',
      audience: { users: 'u.jsonl', chats: 'c.jsonl' },
      script: 's.yaml',
      from: parseInstant('2026-03-01T00:00:00Z'),
      until: parseInstant('2026-03-01T01:00:00Z'),
      once: true,
      out: 'o',
      tick: 5,
      chaos: 7,
      port: 8080,
    });
  });

  it.each([
    ['--tick', '1', { tick: 1 }],
    ['--tick', '360', { tick: 360 }],
    ['--port', '0', { port: 0 }],
    ['--port', '65535', { port: 65_535 }],
    ['--chaos', 'kill=0', { chaos: 0 }],
    ['--chaos', 'kill=999999999', { chaos: 999_999_999 }],
  ])('%s may be %s', (option, value, expected) => {
    expect(readArguments([option, value])).toMatchObject(expected);
  });

  it('is help, whatever else is wrong', () => {
    expect(readArguments(['--help', '--tick', 'often'])).toBeUndefined();
  });

  it('is told by its usage: every option, and no other', () => {
    const options = [...new Set(USAGE.match(/--[a-z]+/g))];
    expect(options.length).toBe(11);
    for (const option of options) expect(() => readArguments([option, '?'])).not.toThrow(/unknown/i);
  });
});

describe('a wrong option is refused before anything starts', () => {
  it.each(['0', '361', '-5', '1.5', '1e2', '0x10', ' 7', '', 'often'])('--tick "%s"', (given) => {
    expect(refusal(`--tick=${given}`)).toBe(`--tick is "${given}"; allowed is a whole number from 1 to 360`);
  });

  it.each(['65536', '-1', '80.5', 'http', ''])('--port "%s"', (given) => {
    expect(refusal(`--port=${given}`)).toBe(`--port is "${given}"; allowed is a whole number from 0 to 65535`);
  });

  it.each(['kill', 'kill=', 'kill=x', 'kill=-1', 'kill=1.5', 'stop=7', '7', 'kill=1234567890', 'kill=7 '])(
    '--chaos "%s"',
    (given) => {
      const said = refusal(`--chaos=${given}`);
      expect(said).toContain(`--chaos is "${given}"; allowed is kill=SEED`);
      expect(said).toContain('--chaos kill=7');
    },
  );

  it.each(['--from', '--until'])('%s that is no instant', (option) => {
    for (const given of ['2026-03-01', 'tomorrow', '2026-02-30T00:00:00Z', '2026-03-01T00:00:00', '']) {
      const said = refusal(`${option}=${given}`);
      expect(said).toContain(`"${given}"`);
      expect(said).toContain('2026-04-10T00:00:00Z');
    }
  });

  it.each(['--from', '--until'])('%s that is no instant is named', (option) => {
    expect(refusal(`${option}=tomorrow`)).toContain(option);
  });

  it('an end that is not after the beginning', () => {
    const from = ['--from', '2026-03-01T00:00:00Z'];
    expect(refusal(...from, '--until', '2026-03-01T00:00:00Z')).toContain('--until is not after --from');
    expect(refusal(...from, '--until', '2026-02-28T00:00:00Z')).toContain('give a later instant, or leave it out');
  });

  it('people without chats, and chats without people', () => {
    for (const option of ['--users', '--chats'])
      expect(refusal(option, 'file.jsonl')).toBe(
        '--users and --chats belong together: give both, or neither for the generated audience',
      );
  });

  it.each([
    [['--speed', '2'], '--speed'],
    [['--plan'], '--plan'],
    [['--once=yes'], '--once'],
    [['plan.yaml'], 'plan.yaml'],
  ])('%j, which it does not know or cannot read', (given, named) => {
    expect(refusal(...given)).toContain(named);
  });
});

/** What the command line asks, as whom, and what it makes of answers that are none. */
import { describe, expect, it } from 'vitest';

import { EXIT } from '../../bin/commands/exit.ts';
import { type ErrorCode, ERRORS } from '../../functions/contracts/operator-api.ts';
import { Raw, Refused } from './api.ts';
import { operatorsDesk } from './desk.ts';
import { aStatus, EXPLANATION } from './fixtures.ts';

const desk = operatorsDesk();
const HOLD = "hold eu-2 --reason 'support overloaded'";
const held = () => ({
  cohorts: [],
  certainFrom: '2026-04-09T10:03:00.000Z',
  certain: false,
  mayFinish: 'one page of 50 letters may still leave',
});
const json = (text: string) => JSON.parse(text) as { error: Record<string, unknown> };

describe('a request', () => {
  it('is signed by who asks', async () => {
    desk.answers({ status: () => aStatus() });
    expect(await desk.run('status')).toMatchObject({ exit: EXIT.done });
    expect(desk.api().seen).toMatchObject([{ name: 'status', who: 'first-operator', key: undefined }]);
  });

  it('with another secret is turned away by IAM, in words that say so', async () => {
    const credentials = { accessKeyId: 'first-operator', secretAccessKey: 'another' };
    const ran = await desk.run('status', { connect: { url: desk.api().url, credentials, region: 'us-east-1' } });
    expect(ran).toMatchObject({ exit: EXIT.notAllowed, out: '' });
    expect(ran.err).toContain('IAM does not let these credentials ask the operator API');
  });

  it('names what it is about, whatever signs are in it', async () => {
    desk.answers({ explain: () => EXPLANATION });
    expect(await desk.run("explain 'a/b c?é%'")).toMatchObject({ exit: EXIT.done });
    expect(desk.api().seen).toMatchObject([{ path: { chat: 'a/b c?é%' } }]);
  });

  it('has a query that is signed as well', async () => {
    desk.answers({ blocked: () => ({ chats: [], cursor: null }) });
    expect(await desk.run("blocked eu-1 --reason 'too few+many' --limit 5")).toMatchObject({ exit: EXIT.done });
    expect(desk.api().seen).toMatchObject([{ query: { cohort: 'eu-1', reason: 'too few+many', limit: '5' } }]);
  });
});

describe('a write whose answer is lost', () => {
  it.each(['lost', 502, 503, 504] as const)('is sent once more under the same key: %s', async (status) => {
    let times = 0;
    desk.answers({ hold: () => ((times += 1) === 1 ? new Raw(status) : held()) });
    expect(await desk.run(HOLD)).toMatchObject({ exit: EXIT.done });
    const keys = desk.api().seen.map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not sent a third time, and nobody is told that it was not done', async () => {
    desk.answers({ hold: () => new Raw('lost') });
    const ran = await desk.run(HOLD);
    expect(ran.exit).toBe(EXIT.noAnswer);
    expect(ran.err).toContain('It is not known whether it was done');
    expect(desk.api().seen).toHaveLength(2);
  });

  it('has another key when it is run anew', async () => {
    desk.answers({ hold: held });
    await desk.run(HOLD);
    await desk.run(HOLD);
    expect(new Set(desk.api().seen.map(({ key }) => key)).size).toBe(2);
  });

  it('is not sent again where the system has answered that it failed', async () => {
    desk.answers({ hold: () => new Refused('failed') });
    expect(await desk.run(HOLD)).toMatchObject({ exit: EXIT.noAnswer });
    expect(desk.api().seen).toHaveLength(1);
  });
});

describe('an answer that is not as agreed', () => {
  it('is taken for another version', async () => {
    const { requests: _, ...older } = aStatus();
    desk.answers({ status: () => new Raw(200, JSON.stringify(older)) });
    const ran = await desk.run('status');
    expect(ran).toMatchObject({ exit: EXIT.noAnswer, out: '' });
    expect(ran.err).toContain('at requests');
    expect(ran.err).toContain('The versions of the command line and of the system differ');
  });

  it.each([200, 500, 429])('is said to be none where it is no JSON: %i', async (status) => {
    desk.answers({ status: () => new Raw(status, '<html>') });
    expect(await desk.run('status')).toMatchObject({ exit: EXIT.noAnswer, out: '' });
  });

  it('is not waited for where nobody listens', async () => {
    const credentials = { accessKeyId: 'first-operator', secretAccessKey: 'local' };
    const ran = await desk.run('status --json', {
      connect: { url: 'http://127.0.0.1:9/', credentials, region: 'us-east-1' },
    });
    expect(ran.exit).toBe(EXIT.noAnswer);
    expect(json(ran.out).error['code']).toBe('no-answer');
  });
});

describe('what the API refuses', () => {
  const EXITS = { 400: 2, 403: 3, 404: 4, 409: 5, 422: 1, 500: 6 } as const;
  it.each(Object.entries(ERRORS) as [ErrorCode, keyof typeof EXITS][])(
    '%s (%i) has its exit code',
    async (code, status) => {
      desk.answers({ status: () => new Refused(code) });
      const ran = await desk.run('status');
      expect(ran).toMatchObject({ exit: EXITS[status], out: '' });
      expect(ran.err).toBe(`Error: this is refused: ${code}\n  What to do: do something else\n`);
    },
  );

  it('is said with all that helps', async () => {
    const more = { nearest: 'eu-2', earliest: '2026-05-20', version: 8, all: ['one thing', 'another'] };
    desk.answers({ explain: () => new Refused('date-told', more) });
    const { err } = await desk.run('explain c-1');
    expect(err.split('\n')).toEqual([
      'Error: this is refused: date-told',
      '  - one thing',
      '  - another',
      '  Did you mean eu-2?',
      '  The earliest date that works is 2026-05-20.',
      '  The version is now 8.',
      '  What to do: do something else',
      '',
    ]);
  });

  it('is one JSON document for a program', async () => {
    const refused = new Refused('unknown-chat', { nearest: 'c-2' });
    desk.answers({ explain: () => refused });
    const ran = await desk.run('explain c-1 --json');
    expect(ran).toMatchObject({ exit: EXIT.unknownName, err: '' });
    expect(json(ran.out)).toEqual({ error: refused.error });
  });
});

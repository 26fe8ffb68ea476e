/** Each command asks what it says, and shows what it is answered: to a person, and to a program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { EXIT } from '../../bin/commands/exit.ts';
import { NO_VERSION } from '../../bin/commands/said.ts';
import type { Proposal } from '../../functions/contracts/operator-api.ts';
import { Refused } from './api.ts';
import { operatorsDesk, terminal } from './desk.ts';
import {
  aChange,
  aCohort,
  aDiff,
  ALONE,
  aStatus,
  EFFECTS,
  EXPLANATION,
  HASH,
  NO_EFFECTS,
  OTHER_HASH,
  PERSON,
  PLAN,
} from './fixtures.ts';

const desk = operatorsDesk();
const folder = mkdtempSync(join(tmpdir(), 'sunset-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'plan.yaml');
writeFileSync(file, 'sunset: instagram-e2ee\n');

const WHY = "--reason 'as agreed'";
const reason = 'as agreed';
const done = () => ({ sentence: 'it is done' });

describe('reading', () => {
  it('shows a person with the exact text of each letter', async () => {
    desk.answers({ person: () => PERSON });
    const { out, exit } = await desk.run('person u-4711');
    expect(exit).toBe(EXIT.done);
    expect(out).toContain('Subject (de): Chats <enden>\n\n  Guten Tag,\n\n    die Chats enden & bleiben lesbar.\n');
    expect(out).toContain('d14@2026-05-08: bounced\n');
    expect(out).toContain('c-0815 off, disabled 2026-05-09 00:10 UTC, can be restored until 2026-05-12 00:10 UTC');
  });

  it('explains a chat for each participant', async () => {
    desk.answers({ explain: () => EXPLANATION });
    const { out } = await desk.run('explain c-0815');
    expect(out).toContain('It may not be disabled: too-early; that can change 2026-05-08 22:00 UTC at the earliest.');
    expect(out).toContain('u-4711, cohort eu-1, ends 2026-05-08 22:00 UTC: may not be disabled: too-early\n');
    expect(out).toContain('Besides the gate:\n  eu-1 is held\n');
  });

  it('gives a program exactly what the API answered', async () => {
    desk.answers({ explain: () => EXPLANATION, person: () => PERSON, plan: () => PLAN, status: () => aStatus() });
    const answers = { 'explain c-0815': EXPLANATION, 'person u-4711': PERSON, 'plan show': PLAN, status: aStatus() };
    for (const [command, answer] of Object.entries(answers)) {
      const ran = await desk.run(`${command} --json`);
      expect(ran).toMatchObject({ exit: EXIT.done, err: '' });
      expect(JSON.parse(ran.out)).toEqual(answer);
      expect((await desk.run(`--json ${command}`)).out).toBe(ran.out);
    }
  });

  it('turns the pages of blocked chats only when asked for all', async () => {
    const chat = (chatId: string) =>
      ({ chatId, cohort: 'eu-1', reason: 'unproven', person: 'u-1', at: '2026-05-09T00:00:00.000Z' }) as const;
    desk.answers({
      blocked: ({ query: { cursor } }) =>
        cursor === undefined ? { chats: [chat('c-1')], cursor: 'two' } : { chats: [chat('c-2')], cursor: null },
    });
    const first = await desk.run('blocked eu-1');
    expect(first.out).toBe('c-1  unproven  u-1  2026-05-09 00:00 UTC\nThere are more: add --all, or --cursor two\n');
    expect((await desk.run('blocked eu-1 --cursor two')).out).toContain('c-2');
    const all = await desk.run('blocked eu-1 --all --json');
    expect(JSON.parse(all.out)).toEqual({ chats: [chat('c-1'), chat('c-2')], cursor: null });
  });

  it('lets no answer move the cursor of a terminal', async () => {
    const sentence = '\u001b[2Jgone\u0007 \u202etxet';
    desk.answers({ redrive: () => ({ sentence }) });
    const { out } = await desk.run(`redrive notify ${WHY}`, terminal(true));
    expect(out).toBe('[2Jgone txet\n');
  });

  it('is coloured on a terminal, unless colours are unwanted there', async () => {
    desk.answers({ explain: () => EXPLANATION });
    const colours = async (io: object) => (await desk.run('explain c-0815', io)).out.includes('\u001b[');
    expect(await colours({ isTerminal: true })).toBe(true);
    expect(await colours({ isTerminal: true, environment: { NO_COLOR: '1' } })).toBe(false);
    expect(await colours({ isTerminal: false })).toBe(false);
  });
});

describe('a plan', () => {
  it('is shown with the warning that one person is enough', async () => {
    desk.answers({ plan: () => PLAN });
    const { out } = await desk.run('plan show');
    expect(out).toContain(`Plan ${HASH}, active\nPlan ${OTHER_HASH} waits to be approved\nWarning: ${ALONE}\n`);
    expect(out).toContain('sunset: instagram-e2ee\n');
    // As a file that can be applied.
    expect(out).toContain('minimumNotice: 30 days\n');
  });

  it('whose change would be refused is told by the exit code too', async () => {
    const refused = {
      path: 'cohorts[1].endDate',
      kind: 'refused',
      sentence: 'a date that was told only moves later',
    } as const;
    desk.answers({ diff: () => aDiff({ changes: [refused] }) });
    expect(await desk.run(`plan diff ${file}`)).toMatchObject({ exit: EXIT.refused });
  });

  it('is compared in people', async () => {
    desk.answers({ diff: () => aDiff({ needsSecondPerson: true }) });
    const { out } = await desk.run(`plan diff ${file}`);
    expect(out).toContain('eu-2 ends five days later');
    expect(out).toContain('  reschedules eu-2 by 5 days: 12,114 people are re-timed, 310 get a correction\n');
    expect(out).toContain('2026-04-03  55,000 mails, 50,000 allowed');
    expect(out).toContain('It takes a second person, who approves it.');
    expect(desk.bodies('diff')).toEqual([{ yaml: 'sunset: instagram-e2ee\n' }]);
  });

  const applied = () => ({ hash: OTHER_HASH, applied: true, change: null, diff: aDiff() });

  it('is applied to the plan that its diff was seen with, once a person has agreed', async () => {
    desk.answers({ diff: () => aDiff(), plan: () => PLAN, apply: applied });
    const io = terminal(true);
    const { out, exit } = await desk.run(`plan apply ${file} ${WHY}`, io);
    expect(exit).toBe(EXIT.done);
    expect(io.questions).toEqual([`Apply ${file}?`]);
    expect(out.indexOf('five days later')).toBeLessThan(out.indexOf('is applied'));
    expect(out).toContain(`Warning: ${ALONE}`);
    expect(desk.bodies('apply')).toEqual([{ yaml: 'sunset: instagram-e2ee\n', base: HASH, reason }]);
  });

  it('is not applied where that person does not', async () => {
    desk.answers({ diff: () => aDiff(), plan: () => PLAN, apply: applied });
    expect(await desk.run(`plan apply ${file} ${WHY}`, terminal(false))).toMatchObject({ exit: EXIT.refused });
    expect(desk.bodies('apply')).toEqual([]);
  });

  it('is not applied where nobody can be asked, without --yes', async () => {
    desk.answers({ diff: () => aDiff(), apply: applied });
    expect(await desk.run(`plan apply ${file} ${WHY}`)).toMatchObject({ exit: EXIT.wrongUse });
    expect(desk.bodies('apply')).toEqual([]);
    const ran = await desk.run(`plan apply ${file} ${WHY} --yes --json`);
    expect(ran.exit).toBe(EXIT.done);
    expect(JSON.parse(ran.out)).toEqual(applied());
  });

  it('that cannot be read is wrong use', async () => {
    const ran = await desk.run(`plan diff ${join(folder, 'none.yaml')}`);
    expect(ran).toMatchObject({ exit: EXIT.wrongUse });
    expect(ran.err).toContain('cannot be read (ENOENT)');
  });

  it('is activated by its hash, or else the one that waits', async () => {
    desk.answers({ plan: () => PLAN, propose: () => aChange() });
    await desk.run(`plan activate ${WHY}`);
    await desk.run(`plan activate ${HASH} ${WHY}`);
    expect(desk.bodies('propose')).toEqual([
      { kind: 'activate', hash: OTHER_HASH, reason },
      { kind: 'activate', hash: HASH, reason },
    ]);
    desk.answers({ plan: () => ({ ...PLAN, pending: null }) });
    expect(await desk.run(`plan activate ${WHY}`)).toMatchObject({ exit: EXIT.unknownName });
  });
});

describe('a hold', () => {
  const answer = (certain: boolean) => ({
    cohorts: [{ cohort: 'eu-2', certainFrom: '2026-04-09T10:03:00.000Z', already: true }],
    certainFrom: '2026-04-09T10:03:00.000Z',
    certain,
    mayFinish: 'one page of 50 letters may still leave',
  });

  it('says from when it is certain, and what may still finish', async () => {
    desk.answers({ hold: () => answer(false) });
    const { out } = await desk.run(`hold eu-2 ${WHY}`);
    expect(out.split('\n')).toEqual([
      'From 2026-04-09 10:03 UTC nothing is mailed or disabled.',
      'one page of 50 letters may still leave',
      '  eu-2: certain from 2026-04-09 10:03 UTC (was held before)',
      '',
    ]);
  });

  it('stops everything where no cohort is named, and never asks', async () => {
    desk.answers({ hold: () => answer(true) });
    const io = terminal(false);
    const { out, exit } = await desk.run(`hold ${WHY}`, io);
    expect([exit, io.questions]).toEqual([EXIT.done, []]);
    expect(out).toContain('The hold is certain');
    expect(desk.bodies('hold')).toEqual([{ cohort: null, reason }]);
  });

  const released = (applied: boolean) => ({
    applied,
    cohorts: [
      { cohort: 'eu-1', version: 8, from: '2026-05-08', to: '2026-05-08', why: 'nobody has missed anything' },
      { cohort: 'eu-2', version: 8, from: '2026-05-08', to: '2026-05-13', why: 'd14 was missed' },
    ],
    effects: EFFECTS,
  });

  it('is released after a look at the dates that move, where a person sits', async () => {
    desk.answers({ release: ({ body }) => released(!body.dryRun) });
    const io = terminal(true);
    const { out } = await desk.run(`release ${WHY} --to 2026-05-13`, io);
    expect(io.questions).toEqual(['Release everything?']);
    expect(out.indexOf('Nothing is changed yet')).toBeLessThan(out.indexOf('Released.'));
    expect(out).toContain('eu-1 keeps its end date 2026-05-08');
    expect(out).toContain('eu-2 moves from 2026-05-08 to 2026-05-13');
    const body = { cohort: null, to: '2026-05-13', reason };
    expect(desk.bodies('release')).toEqual([
      { ...body, dryRun: true },
      { ...body, dryRun: false },
    ]);
  });

  it('stays where that person does not agree, and goes at once where nobody sits', async () => {
    desk.answers({ release: ({ body }) => released(!body.dryRun) });
    expect(await desk.run(`release eu-2 ${WHY}`, terminal(false))).toMatchObject({ exit: EXIT.refused });
    expect(desk.bodies('release')).toMatchObject([{ dryRun: true }]);
    await desk.run(`release eu-2 ${WHY}`);
    expect(desk.bodies('release')).toMatchObject([{ dryRun: true }, { dryRun: false }]);
  });
});

describe('a cohort', () => {
  const moved = (applied: boolean) => ({
    applied,
    cohort: 'eu-2',
    version: 4,
    from: '2026-05-08',
    to: '2026-05-13',
    effects: applied ? EFFECTS : NO_EFFECTS,
  });
  const MOVE = `cohort reschedule eu-2 --to 2026-05-13 ${WHY}`;

  it('is rescheduled in the version that is there now, or the one that was seen', async () => {
    desk.answers({ status: () => aStatus(), reschedule: ({ body }) => moved(!body.dryRun) });
    const { out } = await desk.run(MOVE);
    expect(out).toContain('eu-2 now ends 2026-05-13 instead of 2026-05-08 (version 4).');
    await desk.run(`${MOVE} --expect 2 --dry-run`);
    const body = { to: '2026-05-13', reason };
    expect(desk.bodies('reschedule')).toEqual([
      { ...body, version: 3, dryRun: false },
      { ...body, version: 2, dryRun: true },
    ]);
    expect(desk.bodies('status')).toHaveLength(1);
  });

  it('is rescheduled on a terminal only after a look at what that does', async () => {
    desk.answers({ status: () => aStatus(), reschedule: ({ body }) => moved(!body.dryRun) });
    expect(await desk.run(MOVE, terminal(false))).toMatchObject({ exit: EXIT.refused });
    expect(desk.bodies('reschedule')).toMatchObject([{ dryRun: true }]);
    await desk.run(`${MOVE} --yes`, terminal(false));
    expect(desk.bodies('reschedule')).toMatchObject([{ dryRun: true }, { dryRun: false }]);
  });

  it('of an unknown name is left to the API, which knows the nearest', async () => {
    desk.answers({
      status: () => aStatus(),
      reschedule: () => new Refused('unknown-cohort', { nearest: 'eu-2' }),
      propose: () => new Refused('unknown-cohort', { nearest: 'eu-2' }),
    });
    const ran = await desk.run(`cohort reschedule eu2 --to 2026-05-13 ${WHY}`);
    expect(ran.exit).toBe(EXIT.unknownName);
    expect(ran.err).toContain('Did you mean eu-2?');
    expect(desk.bodies('reschedule')).toMatchObject([{ version: NO_VERSION }]);
    expect(await desk.run(`cohort arm eu2 ${WHY}`)).toMatchObject({ exit: EXIT.unknownName });
  });

  it.each(['disarm', 'pause', 'resume'] as const)('%s is done at once, in the version that was seen', async (name) => {
    desk.answers({ status: () => aStatus(), [name]: () => aCohort({ version: 8 }) });
    const { out, exit } = await desk.run(`cohort ${name} eu-1 ${WHY}`);
    expect(exit).toBe(EXIT.done);
    expect(out).toContain('eu-1 until 2026-05-08: 12,114 people, 34,212 encrypted chats (version 8)');
    expect(desk.bodies(name)).toEqual([{ version: 7, reason }]);
  });
});

describe('a proposal', () => {
  it.each<[string, Proposal]>([
    ['cohort arm eu-1', { kind: 'arm', cohort: 'eu-1', headCount: 34_212, version: 7, reason }],
    ['cohort arm eu-1 --head-count 9', { kind: 'arm', cohort: 'eu-1', headCount: 9, version: 7, reason }],
    ['cohort arm eu-1 --expect 5', { kind: 'arm', cohort: 'eu-1', headCount: 34_212, version: 5, reason }],
    ['cohort advance eu-2', { kind: 'advance', cohort: 'eu-2', version: 3, reason }],
    ['restore eu-2', { kind: 'restore', cohort: 'eu-2', version: 3, reason }],
    ['waive u-4711', { kind: 'waive', person: 'u-4711', reason }],
    ['exempt u-4711 --end', { kind: 'end-exemption', person: 'u-4711', reason }],
    [`plan activate ${HASH}`, { kind: 'activate', hash: HASH, reason }],
  ])('%s is made, and says how somebody else approves it', async (command, proposal) => {
    desk.answers({ status: () => aStatus(), propose: ({ body }) => aChange({ proposal: body, warning: ALONE }) });
    const { out, exit } = await desk.run(`${command} ${WHY}`);
    expect(exit).toBe(EXIT.done);
    expect(desk.bodies('propose')).toEqual([proposal]);
    expect(out).toContain('sunset approve 12 --hash 3f2a91bc04de\n');
    expect(out).toContain(`Warning: ${ALONE}`);
  });

  it.each([
    'cohort arm eu-1',
    'cohort advance eu-1',
    'restore eu-1',
    'waive u-1',
    'exempt u-1 --end',
    `plan activate ${HASH}`,
  ])('%s can go into an open change, in its version', async (command) => {
    desk.answers({
      status: () => aStatus(),
      change: () => aChange({ version: 4 }),
      edit: () => aChange({ version: 5 }),
    });
    expect(await desk.run(`${command} ${WHY} --edit 12`)).toMatchObject({ exit: EXIT.done });
    expect(desk.bodies('edit')).toMatchObject([{ version: 4, proposal: { reason } }]);
    expect(desk.bodies('propose')).toEqual([]);
  });

  it('says which head-count it takes where none is given', async () => {
    desk.answers({ status: () => aStatus(), propose: () => aChange() });
    expect((await desk.run(`cohort arm eu-1 ${WHY}`)).out).toContain(
      'The last sweep counted 34,212 encrypted chats in eu-1.',
    );
  });
});

describe('for one person', () => {
  it.each([
    ['exempt u-4711', 'exempt', { reason }],
    ['signal u-4711 saved', 'signal', { signal: 'saved', reason }],
  ] as const)('%s is done at once', async (command, name, body) => {
    desk.answers({ [name]: done });
    expect(await desk.run(`${command} ${WHY}`)).toEqual({ exit: EXIT.done, out: 'it is done\n', err: '' });
    expect(desk.api().seen).toMatchObject([{ name, path: { person: 'u-4711' }, body }]);
  });

  it('no signal but those of the contract can be given', async () => {
    const ran = await desk.run(`signal u-4711 happy ${WHY}`);
    expect(ran).toMatchObject({ exit: EXIT.wrongUse });
    expect(ran.err).toContain('Allowed choices are saved, stopped, more-time');
  });
});

describe('a test letter', () => {
  it("is the plan's first in English, unless another is asked for", async () => {
    desk.answers({ plan: () => PLAN, testSend: done });
    await desk.run('test-send --to ops@example.com');
    await desk.run('test-send --to ops@example.com --stage done --language de');
    expect(desk.bodies('testSend')).toEqual([
      { to: 'ops@example.com', stage: 'd35', language: 'en' },
      { to: 'ops@example.com', stage: 'done', language: 'de' },
    ]);
  });

  it('cannot be sent before there is a plan', async () => {
    desk.answers({ plan: () => ({ ...PLAN, plan: null }) });
    expect(await desk.run('test-send --to ops@example.com')).toMatchObject({ exit: EXIT.unknownName });
  });
});

describe('the gallery', () => {
  it('serves the letters of a plan until it is stopped', async () => {
    const stop = new AbortController();
    let served: Promise<string> | undefined;
    const out = (text: string) => {
      const url = /http:\S+/.exec(text)?.[0] ?? '';
      served = fetch(url)
        .then((answer) => answer.text())
        .finally(() => stop.abort());
    };
    expect((await desk.run('preview', { out, signal: stop.signal })).exit).toBe(EXIT.done);
    expect(await served).toContain('The letters of instagram-e2ee');
  });

  it('is not opened for what is no plan', async () => {
    const ran = await desk.run(`preview ${file}`);
    expect(ran).toMatchObject({ exit: EXIT.wrongUse, out: '' });
  });
});

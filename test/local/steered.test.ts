/**
 * A campaign that does not go as planned, as `npm start -- --script` runs it: a cohort moves between two of its stages,
 * another is held over its last one, somebody is waived, and what a first wave disabled is restored. All promises hold in
 * what was seen from outside, and every letter names the date of its reader.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { generateAudience } from '../../bin/local/audience/generate.ts';
import { defaultStart } from '../../bin/local/campaign.ts';
import type { Lines } from '../../bin/local/outside/record.ts';
import { readPlan } from '../../bin/local/plan.ts';
import { readScript } from '../../bin/local/script.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLAN = join(ROOT, 'examples/instagram-e2ee.yaml');
const SCRIPT = join(ROOT, 'examples/scripts/steered.yaml');
const [BEFORE, AFTER] = ['2026-05-19', '2026-05-22'];
const WAIVED = 'u003';
const out = mkdtempSync(join(tmpdir(), 'sunset-steered-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

let ended: { code: number; output: string };
beforeAll(async () => {
  const args = ['bin/local.ts', '--once', '--tick', '360', '--plan', PLAN, '--script', SCRIPT, '--out', out];
  ended = await new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: ROOT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}, 300_000);

function linesOf<K extends keyof Lines>(name: K): Lines[K][] {
  const text = readFileSync(join(out, `${name}.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Lines[K]]));
}
const answered = <T>(beginning: string): T =>
  JSON.parse(linesOf('operators').find(({ run }) => run.startsWith(beginning))?.stdout ?? '') as T;
const cohortOf = () => new Map(linesOf('people').map(({ userId, cohort }) => [userId, cohort]));

describe('a steered campaign', () => {
  it('comes to its end, and keeps all promises', () => {
    expect(ended.output).not.toMatch(/BROKEN|failures|HELD|dead-letter/);
    for (const promise of [1, 2, 3, 4, 6, 7, 8, 10, 13])
      expect(ended.output).toMatch(new RegExp(`^promise ${promise}: held`, 'm'));
    expect(ended.output).toMatch(/promise 6: held \(2 holds/);
    expect(ended.output).toMatch(/promise 13: held \(\d+ flips, [1-9]\d* restores\)/);
    expect(ended.code).toBe(0);
  });

  it('says where operators are answered', () => {
    expect(ended.output).toMatch(
      /SUNSET_LOCAL=http:\/\/127\.0\.0\.1:\d+\/\S+ npm run --silent sunset -- --local --as first-/,
    );
  });

  it('does what operators type, each at its instant, and writes down what they are answered', () => {
    const typed = readScript(SCRIPT, defaultStart(readPlan(PLAN)));
    const operators = linesOf('operators');
    expect(operators.map(({ at, as, exit, stderr }) => ({ at: Date.parse(at), as, exit, stderr }))).toEqual(
      typed.map(({ at, as }) => ({ at, as, exit: 0, stderr: '' })),
    );
    // Which change it was, and not only that it was the last one.
    expect(operators.filter(({ run }) => run.startsWith('approve')).map(({ run }) => run)).toEqual(
      Array.from({ length: 7 }, (_, n) => `approve c${n + 1} --yes`),
    );
  });

  it('corrects whoever was told the date that has moved, once, with the new one', () => {
    const cohorts = cohortOf();
    for (const cohort of ['eea', 'rest-first']) {
      const mail = linesOf('mail').filter(({ userId }) => cohorts.get(userId) === cohort);
      const told = new Set(mail.flatMap(({ userId, endDate }) => (endDate === BEFORE ? [userId] : [])));
      const hadFirst = new Map<string, string>();
      for (const { userId, notice, endDate } of mail)
        if (endDate === AFTER && told.has(userId) && !hadFirst.has(userId)) hadFirst.set(userId, notice);
      expect(hadFirst.size).toBeGreaterThan(30);
      // A stage that is due the same day carries the correction.
      const stage = cohort === 'eea' ? 'd14' : 'd1';
      expect(new Set(hadFirst.values())).toEqual(new Set([`moved@${AFTER}`, `${stage}@${AFTER}`]));
      expect(mail.filter(({ notice }) => notice === `d1@${BEFORE}`)).toEqual([]);
    }
  });

  it('mails nobody of a cohort that is held, and tells them a later date when it is released', () => {
    const cohorts = cohortOf();
    const [from, to] = ['2026-05-17T12:00:00.000Z', '2026-05-20T12:05:00.000Z'];
    const mail = linesOf('mail').filter(({ at }) => at >= from && at < to);
    expect(mail.filter(({ userId }) => cohorts.get(userId) === 'rest-first')).toEqual([]);
    expect(mail.length).toBeGreaterThan(50);
    expect(answered("release rest-first --reason 'support is staffed' --yes")).toMatchObject({
      cohorts: [{ cohort: 'rest-first', from: BEFORE, to: AFTER }],
    });
  });

  it('disables the chats of the one who was waived, whom nothing has reached', () => {
    expect(linesOf('signals').filter(({ kind }) => kind === 'waived')).toMatchObject([{ userId: WAIVED }]);
    expect(linesOf('events').filter(({ userId, kind }) => userId === WAIVED && kind === 'delivered')).toEqual([]);
    const off = linesOf('chats').filter(
      ({ participants, encryption }) => participants.includes(WAIVED) && encryption === 'off',
    );
    expect(off.length).toBeGreaterThan(10);
  });

  it('restores what the first wave has disabled to what it was, and leaves it so', () => {
    const back = linesOf('flips').filter(({ to }) => to === 'e2ee');
    expect(back.length).toBeGreaterThan(0);
    for (const { chatId, encryptedSince, version } of back) {
      const off = linesOf('flips').filter((flip) => flip.chatId === chatId && flip.to === 'off');
      expect(off).toMatchObject([{ encryptedSince, version, cohort: 'rest' }]);
      expect(linesOf('chats').find((chat) => chat.chatId === chatId)).toMatchObject({
        encryption: 'e2ee',
        blocked: 'restored',
      });
    }
    const { chats } = answered<{ chats: { chatId: string }[] }>('blocked rest');
    expect(chats.map(({ chatId }) => chatId).sort()).toEqual(back.map(({ chatId }) => chatId).sort());
  });

  it('names in each letter the date of its reader', () => {
    const locales = new Map(
      generateAudience(defaultStart(readPlan(PLAN))).users.map(({ userId, locale }) => [userId, locale ?? '']),
    );
    const dates = new Set(linesOf('mail').map(({ endDate }) => endDate));
    expect([...dates]).toEqual(expect.arrayContaining([BEFORE, AFTER]));
    const written = (locale: string, date: string) =>
      new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'full', timeZone: 'UTC' }).format(
        new Date(date),
      );
    for (const { userId, notice, endDate, locale, text = '', html = '' } of linesOf('mail')) {
      const spoken = locales.get(userId)?.startsWith(locale.slice(0, 2)) === true ? locales.get(userId) : locale;
      for (const part of [text, html])
        expect([userId, notice, part.includes(written(spoken ?? locale, endDate))]).toEqual([userId, notice, true]);
    }
  });
});

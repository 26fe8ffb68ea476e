/** `sunset audit` and `sunset evidence`: what was done, verified where it is read. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import type { Manifest } from '../../bin/commands/evidence.ts';
import type { Evidence } from '../../bin/commands/evidence-page.ts';
import { EXIT } from '../../bin/commands/exit.ts';
import { operatorsDesk } from './desk.ts';
import { aTrail, auditPages, HASH, PERSON, PLAN } from './fixtures.ts';

const desk = operatorsDesk();
const trail = aTrail();
const lay = (...args: Parameters<typeof auditPages>) => {
  const pages = auditPages(...args);
  desk.answers({ audit: ({ query: { cursor } }) => pages(cursor) });
};
const verify = async () => {
  const { exit, out } = await desk.run('audit verify --json');
  const { verdict, findings } = JSON.parse(out) as { verdict: string; findings: { kind: string; number: number }[] };
  return { exit, verdict, kinds: findings.map(({ kind, number }) => `${kind} ${number}`) };
};

describe('the audit trail', () => {
  it('is whole where nobody has touched it, however many pages it has', async () => {
    lay(trail);
    expect(await verify()).toEqual({ exit: EXIT.done, verdict: 'whole', kinds: [] });
    expect(desk.api().seen).toHaveLength(2);
    expect((await desk.run('audit verify')).out).toContain('The trail is whole: 3 entries.');
  });

  it('is whole while the last entry waits for its copy', async () => {
    lay(trail, [...trail.slice(0, 2).map(({ hash }) => hash), null], 2);
    expect(await verify()).toEqual({ exit: EXIT.done, verdict: 'whole', kinds: ['not-copied 3'] });
  });

  it.each<[string, Parameters<typeof auditPages>, string]>([
    ['an edit', [trail.map((entry) => (entry.number === 2 ? { ...entry, who: 'nobody' } : entry))], 'edited 2'],
    ['a removal', [trail.filter(({ number }) => number !== 2)], 'missing 2'],
    ['a cut', [trail.slice(0, 2), trail.slice(0, 2).map(({ hash }) => hash), 3], 'cut 3'],
  ])('is broken by %s', async (_, args, kind) => {
    lay(...args);
    const { exit, verdict, kinds } = await verify();
    expect([exit, verdict]).toEqual([EXIT.refused, 'broken']);
    expect(kinds).toContain(kind);
    expect((await desk.run('audit verify')).out).toContain('The trail is broken');
  });

  it('is printed, all of it or what is about one thing', async () => {
    lay(trail);
    const all = await desk.run('audit log');
    expect(all.out).toContain(
      '1  2026-04-09 10:00 UTC  first-operator  held  eu-2\n  Why: support overloaded\n  nothing → held\n',
    );
    const some = await desk.run('audit log --about u-4711 --json');
    expect(JSON.parse(some.out)).toEqual({
      entries: [trail[1]],
      copies: [trail[1]?.hash],
      lastCopy: 3,
      cursor: null,
    });
  });
});

describe('evidence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sunset-evidence-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const made = async (out: string, command = '') => {
    lay(trail);
    desk.answers({ person: () => PERSON, plan: () => PLAN });
    const ran = await desk.run(`evidence u-4711 --out ${out} ${command}`);
    const read = (name: string) => readFileSync(join(out, name), 'utf8');
    return { ran, json: read('evidence.json'), page: read('evidence.html') };
  };

  it('has the person, what was done for them alone, the plan and the state of the trail', async () => {
    const { ran, json } = await made(join(folder, 'new', 'directory'));
    expect(ran.exit).toBe(EXIT.done);
    const evidence = JSON.parse(json) as Evidence;
    expect(evidence.person).toEqual(PERSON);
    expect(evidence.audit).toEqual([trail[1]]);
    expect(evidence.planHash).toBe(HASH);
    expect(evidence.trail).toEqual({ verdict: 'whole', findings: [], entries: 3, last: trail[2]?.hash });
    expect(ran.out).toContain(sha256(json));
  });

  it('has a sha256 of each part, by which it can be checked', async () => {
    const { json, page } = await made(folder);
    const { person, audit, trail: found, manifest } = JSON.parse(json) as Evidence & { manifest: Manifest };
    expect(manifest).toEqual({
      person: sha256(JSON.stringify(person)),
      audit: sha256(JSON.stringify(audit)),
      trail: sha256(JSON.stringify(found)),
      'letter d35@2026-05-08, text': sha256(PERSON.notices[0]?.letter?.text ?? ''),
      'letter d35@2026-05-08, html': sha256(PERSON.notices[0]?.letter?.html ?? ''),
      'evidence.html': sha256(page),
    });
  });

  it('has a page with the exact text, on which no letter can run or load anything', async () => {
    const { page } = await made(folder);
    expect(page).toContain('Guten Tag,\n\n  die Chats enden &amp; bleiben lesbar.</pre');
    expect(page).toContain('Chats &lt;enden&gt;');
    expect(page).toMatch(/sandbox=""/);
    expect(page).toContain(
      'srcdoc="&lt;p title=&quot;x&quot;&gt;Guten Tag&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"',
    );
    expect(page).not.toContain('<script');
    expect(page).toContain("default-src 'none'".replaceAll("'", '&#39;'));
    expect(page).not.toMatch(/(?:src|href)="/);
    expect(page).toContain('waived u-4711');
  });

  it('says where it is, and its hash, to a program', async () => {
    const { ran, json } = await made(folder, '--json');
    expect(JSON.parse(ran.out)).toEqual({
      json: join(folder, 'evidence.json'),
      page: join(folder, 'evidence.html'),
      sha256: sha256(json),
      trail: 'whole',
    });
  });

  it('cannot be written into a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    lay(trail);
    desk.answers({ person: () => PERSON, plan: () => PLAN });
    expect(await desk.run(`evidence u-4711 --out ${file}`)).toMatchObject({ exit: EXIT.wrongUse });
  });
});

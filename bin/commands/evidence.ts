/** `sunset evidence`: what one person was told and what was done, as a file for programs and a page for readers. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';

import { verified, wholeTrail } from './audit.ts';
import type { Desk } from './desk.ts';
import { type Evidence, evidencePage } from './evidence-page.ts';
import { wrongUse } from './exit.ts';
import { withExamples } from './options.ts';

/** sha256, hex: of a letter's text and HTML as bytes in UTF-8, of other parts as JSON without spaces, and of the page's file. */
export type Manifest = Readonly<Record<string, string>>;

export function addEvidence(program: Command, desk: Desk): void {
  const command = program
    .command('evidence <person>')
    .description('Writes what a person was told and what was done: evidence.json, and a readable evidence.html')
    .requiredOption('--out <directory>', 'where to; made if it is not there')
    .action(async (id: string, { out }: { out: string }) => {
      const evidence = await collected(desk, id);
      const page = evidencePage(evidence);
      const manifest = { ...manifestOf(evidence), 'evidence.html': sha256(page) };
      const json = `${JSON.stringify({ ...evidence, manifest }, null, 2)}\n`;
      const files = { json: join(out, 'evidence.json'), page: join(out, 'evidence.html') };
      try {
        mkdirSync(out, { recursive: true });
        writeFileSync(files.page, page);
        writeFileSync(files.json, json);
      } catch (error) {
        wrongUse(`${out} cannot be written to (${(error as NodeJS.ErrnoException).code}).`, 'Name another directory.');
      }
      desk.show({ ...files, sha256: sha256(json), trail: evidence.trail.verdict }, (written) => [
        `Written: ${written.json} and ${written.page}`,
        `sha256 of evidence.json, which holds those of all its parts: ${written.sha256}`,
        ...(written.trail === 'whole'
          ? []
          : [desk.screen.paint('bad', 'The audit trail is broken: sunset audit verify')]),
      ]);
    });
  withExamples(command, 'evidence u-4711 --out evidence/u-4711');
}

async function collected(desk: Desk, id: string): Promise<Evidence> {
  const person = await desk.ask('person', { path: { person: id } });
  const { hash: planHash } = await desk.ask('plan');
  const { verdict, findings, entries } = verified(await wholeTrail(desk));
  const subjects = new Set([person.person, ...person.chats.map(({ chatId }) => chatId)]);
  return {
    madeAt: person.at,
    planHash,
    person,
    audit: entries.filter(({ subject }) => subjects.has(subject)),
    trail: { verdict, findings, entries: entries.length, last: entries.at(-1)?.hash ?? null },
  };
}

export function manifestOf({ person, audit, trail }: Evidence): Manifest {
  const letters = person.notices.flatMap(({ notice, letter }) =>
    letter === null
      ? []
      : [
          [`letter ${notice}, text`, sha256(letter.text)],
          [`letter ${notice}, html`, sha256(letter.html)],
        ],
  );
  return {
    person: sha256(JSON.stringify(person)),
    audit: sha256(JSON.stringify(audit)),
    trail: sha256(JSON.stringify(trail)),
    ...Object.fromEntries(letters),
  };
}

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

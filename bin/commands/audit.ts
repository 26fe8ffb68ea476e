/** `sunset audit`: reads the trail from its beginning, and verifies it on this machine, not where it is kept. */
import type { Command } from 'commander';

import type { AuditEntry, AuditPage } from '../../functions/contracts/operator-api.ts';
import { type AuditEntry as TrailEntry, type AuditFinding, verifyAudit } from '../../functions/domain/audit.ts';
import type { Desk } from './desk.ts';
import { EXIT } from './exit.ts';
import { withExamples } from './options.ts';
import { counted, indented, moment, type Screen } from './screen.ts';

const PAGE = '100';

export function addAudit(program: Command, desk: Desk): void {
  const audit = program.command('audit').description('The audit trail: who did what, when and why');

  const log = audit
    .command('log')
    .description('Prints the entries, oldest first')
    .option('--about <subject>', 'only those about a cohort, change, person, chat or queue of this name')
    .action(async ({ about }: { about?: string }) => {
      const trail = await wholeTrail(desk);
      const kept = trail.entries.flatMap((entry, i) =>
        about === undefined || entry.subject === about ? [{ entry, copy: trail.copies[i] ?? null }] : [],
      );
      const shown = { ...trail, entries: kept.map(({ entry }) => entry), copies: kept.map(({ copy }) => copy) };
      desk.show(shown, ({ entries }) => entries.flatMap((entry) => entryLines(entry, desk.screen)));
    });
  withExamples(log, 'audit log', 'audit log --about eu-2 --json');

  const verify = audit
    .command('verify')
    .description('Finds any edit, removal, change of order or cut, by the hashes and by the copies')
    .action(async () => {
      const { verdict, findings, entries } = verified(await wholeTrail(desk));
      if (verdict === 'broken') desk.exit = EXIT.refused;
      desk.show({ verdict, entries: entries.length, last: entries.at(-1)?.hash ?? null, findings }, (found) => [
        verdict === 'whole'
          ? desk.screen.paint('good', `The trail is whole: ${counted(found.entries, 'entry', 'entries')}.`)
          : desk.screen.paint('bad', `The trail is broken: ${counted(found.entries, 'entry', 'entries')} are there.`),
        ...found.findings.map(({ number, kind, sentence }) =>
          desk.screen.paint(kind === 'not-copied' ? 'warning' : 'bad', `${number}  ${kind}: ${sentence}`),
        ),
        ...(found.last === null ? [] : [`Last hash: ${found.last}`]),
      ]);
    });
  withExamples(verify, 'audit verify', 'audit verify --json');
}

export type Trail = Pick<AuditPage, 'entries' | 'copies' | 'lastCopy' | 'cursor'>;

/** All pages as one. */
export async function wholeTrail(desk: Desk): Promise<Trail> {
  const entries: AuditEntry[] = [];
  const copies: (string | null)[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page: AuditPage = await desk.ask('audit', { query: { cursor, limit: PAGE } });
    entries.push(...page.entries);
    copies.push(...page.copies);
    if (page.cursor === null) return { entries, copies, lastCopy: page.lastCopy, cursor: null };
    cursor = page.cursor;
  }
}

export interface Verdict {
  readonly verdict: 'whole' | 'broken';
  readonly findings: readonly AuditFinding[];
  readonly entries: readonly AuditEntry[];
}

/** An entry of the last minutes may have no copy yet: that breaks nothing, and is said. */
export function verified({ entries, copies, lastCopy }: Trail): Verdict {
  // Whatever verb stands there: the hash decides whether it is the one that was written.
  const findings = verifyAudit(entries as readonly TrailEntry[], copies, lastCopy);
  const broken = findings.some(({ kind }) => kind !== 'not-copied');
  return { verdict: broken ? 'broken' : 'whole', findings, entries };
}

function entryLines({ number, at, who, what, subject, why, from, to }: AuditEntry, { paint }: Screen): string[] {
  return [
    `${number}  ${moment(at)}  ${who}  ${paint('strong', what)}  ${subject}`,
    ...indented([
      ...(why === '' ? [] : [`Why: ${why}`]),
      ...(from === null && to === null ? [] : [`${from ?? 'nothing'} → ${to ?? 'nothing'}`]),
    ]),
  ];
}

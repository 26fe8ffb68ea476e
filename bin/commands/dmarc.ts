/**
 * What the sender's domain says to those who get mail in its name (DMARC, RFC 7489): its own record, or else that of the
 * nearest domain above it, whose `sp` then counts. Asked from the operator's machine: the functions ask no name servers.
 */
import type { Finding } from '../../functions/contracts/operator-api.ts';
import type { Io } from './io.ts';

const CHECK = 'dmarc';
const MISSING = ['ENOTFOUND', 'ENODATA'];

export async function dmarcFinding(domain: string, resolve: NonNullable<Io['resolveTxt']>): Promise<Finding> {
  const labels = domain.split('.');
  for (let above = 0; above === 0 || above < labels.length - 1; above += 1) {
    const name = `_dmarc.${labels.slice(above).join('.')}`;
    let records;
    try {
      records = await recordsAt(name, resolve);
    } catch (error) {
      return unknown(`${name} could not be looked up (${(error as NodeJS.ErrnoException).code ?? 'no code'})`);
    }
    if (records.length > 1)
      return wrong(`${name} has ${records.length} DMARC records, so none counts`, 'keep one TXT record of v=DMARC1');
    if (records[0] !== undefined) return judged(name, tagsOf(records[0]), above > 0);
  }
  return wrong(
    `${domain} has no DMARC record: large mail providers refuse, or mark, what is sent in its name`,
    `publish a TXT record at _dmarc.${domain}: v=DMARC1; p=quarantine; rua=mailto:… (where you read reports)`,
  );
}

function judged(name: string, tags: ReadonlyMap<string, string>, inherited: boolean): Finding {
  const policy = (inherited ? tags.get('sp') : undefined) ?? tags.get('p');
  if (policy === 'reject' || policy === 'quarantine')
    return { check: CHECK, state: 'ok', sentence: `${name} says ${policy}`, todo: null };
  if (policy === 'none')
    return {
      check: CHECK,
      state: 'warning',
      sentence: `${name} says none: anybody can send mail in the name of the sender`,
      todo: 'when reports show that your own mail passes, change it to quarantine, then to reject',
    };
  return wrong(`${name} has no policy that is known`, 'give it p=none, p=quarantine or p=reject');
}

async function recordsAt(name: string, resolve: NonNullable<Io['resolveTxt']>): Promise<string[]> {
  try {
    return (await resolve(name)).map((parts) => parts.join('')).filter((text) => /^v=DMARC1\s*(;|$)/.test(text));
  } catch (error) {
    if (MISSING.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function tagsOf(record: string): Map<string, string> {
  return new Map(
    record.split(';').flatMap((tag) => {
      const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(tag) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.toLowerCase()] as const];
    }),
  );
}

const wrong = (sentence: string, todo: string): Finding => ({ check: CHECK, state: 'wrong', sentence, todo });

export const unknown = (sentence: string): Finding => ({
  check: CHECK,
  state: 'unknown',
  sentence,
  todo: 'look the TXT record up yourself, from a machine that may ask name servers',
});

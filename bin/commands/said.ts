/** What several screens say in the same words: effects on people, changes that wait, and that one person is enough. */
import type { Change, Cohort, Effects, Proposal } from '../../functions/contracts/operator-api.ts';
import type { Desk } from './desk.ts';
import { indented, moment, number, type Screen, shortHash } from './screen.ts';

/** On every screen of a plan or a change: where it stands alone, nobody else looks. */
export function warningLines({ warning }: { readonly warning: string | null }, { paint }: Screen): string[] {
  return warning === null ? [] : [paint('warning', `Warning: ${warning}`)];
}

/** The sentences have the dates and the people; the days beside them are for whoever plans the mail. */
export function effectLines({ sentences, busiest }: Effects, { paint }: Screen): string[] {
  const days = busiest.map(({ date, mails, allowed }) => {
    const line = `${date}  ${number(mails)} mails${allowed === null ? '' : `, ${number(allowed)} allowed`}`;
    return allowed !== null && mails > allowed ? paint('bad', line) : line;
  });
  return indented([...sentences, ...(days.length > 0 ? ['most mail leaves on', ...indented(days)] : [])]);
}

const SUBJECT: Readonly<Record<Proposal['kind'], string>> = {
  activate: 'activate the plan',
  amend: 'change the running plan to',
  arm: 'arm',
  advance: 'open the next wave at once of',
  restore: 'restore the chats of',
  waive: 'go on without proof for',
  'end-exemption': 'end the exemption of',
};

export function proposalLine(proposal: Proposal): string {
  const verb = SUBJECT[proposal.kind];
  if ('person' in proposal) return `${verb} ${proposal.person}`;
  if ('hash' in proposal) return `${verb} ${shortHash(proposal.hash)}`;
  const version = `version ${proposal.version}`;
  return proposal.kind === 'arm'
    ? `${verb} ${proposal.cohort} for ${number(proposal.headCount)} chats (${version})`
    : `${verb} ${proposal.cohort} (${version})`;
}

const EXPIRY: Readonly<Record<Change['state'], string>> = {
  open: 'expires',
  expired: 'expired',
  applied: 'would have expired',
  rejected: 'would have expired',
};

export function changeLines(change: Change, screen: Screen): string[] {
  const { id, state, proposal, summary, hash, proposedBy, proposedAt, expiresAt, approvals, people, result } = change;
  return [
    `${screen.paint('strong', `Change ${id}`)}: ${state}, version ${change.version}`,
    ...indented([
      proposalLine(proposal),
      summary,
      `Why: ${proposal.reason}`,
      `Proposed by ${proposedBy}, ${moment(proposedAt)}; ${EXPIRY[state]} ${moment(expiresAt)}`,
      ...approvals.map(({ by, at }) => `Approved by ${by}, ${moment(at)}`),
      `Takes ${people === 1 ? 'one person' : `${people} people`}. Hash ${hash}`,
      ...(result === null ? [] : [`Result: ${result}`]),
      ...warningLines(change, screen),
    ]),
  ];
}

/** After a proposal: what it is, and how somebody else approves exactly this. */
export function proposedLines(change: Change, screen: Screen): string[] {
  return [
    ...changeLines(change, screen),
    ...(change.state === 'open'
      ? [`To approve it, somebody else runs: sunset approve ${change.id} --hash ${shortHash(change.hash)}`]
      : []),
  ];
}

/** Proposes, or puts the content into an open change, and shows what came of it. */
export async function propose(desk: Desk, proposal: Proposal, edit: string | undefined): Promise<void> {
  const change =
    edit === undefined
      ? await desk.ask('propose', { body: proposal })
      : await desk.ask('edit', {
          path: { change: edit },
          body: { version: (await desk.ask('change', { path: { change: edit } })).version, proposal },
        });
  desk.show(change, (each) => proposedLines(each, desk.screen));
}

/** A cohort as it is now. Undefined: there is none of this name, which the API says better than we could. */
export async function cohortNow(desk: Desk, id: string): Promise<Cohort | undefined> {
  return (await desk.ask('status')).cohorts.find((cohort) => cohort.id === id);
}

/** No cohort has it: who asks with it is told that the name is unknown, or that the version is stale. */
export const NO_VERSION: number = Number.MAX_SAFE_INTEGER;

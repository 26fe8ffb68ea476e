/**
 * What takes a second person: proposed, looked at, approved or rejected. Whether it can be done is asked when it is
 * proposed and once more when it is approved; what is done then may be done twice, so that an approval that was cut off
 * is simply given again.
 */
import type { BodyOf, Change } from '../../contracts/operator-api.ts';
import { changeHash, expiresAt, isBegun, type Proposal, refusedApproval, stateAt } from '../../domain/change.ts';
import { counted } from '../../domain/english.ts';
import { isoInstant } from '../../domain/time.ts';
import type { Office, StoredChange } from '../../ports.ts';
import { decide, type Decision, doIt } from './decisions.ts';
import { refuseCursor } from './paging.ts';
import { recorded } from './record.ts';
import { Refusal, refuse } from './refusal.ts';
import type { Asker } from './situation.ts';

/** How many people a change takes, under the plan that is there. */
export async function peopleNeeded({ plan }: Pick<Office, 'plan'>): Promise<1 | 2> {
  return (await plan.sunset())?.plan.approvals ?? 2;
}

export function aloneWarning(people: number): string | null {
  return people > 1 ? null : 'This plan says "approvals: 1": one person alone can do this, nobody looks at it again.';
}

export async function propose(office: Office, asker: Asker, proposal: Proposal): Promise<Change> {
  const decision = await decide(office, proposal, asker.now);
  const change: StoredChange = {
    ...contentOf(asker, proposal, decision),
    id: await office.office.nextChange(),
    version: 1,
    state: 'open',
    approvals: [],
    result: null,
  };
  const { id: subject, summary, hash } = change;
  const fact = { what: 'change-proposed', why: proposal.reason, subject, to: `${summary} ${hash}` } as const;
  await recorded(office, asker, fact, () => office.office.createChange(change));
  return applyAlone(office, asker, change);
}

/** Where one person is enough, what is proposed is done. */
async function applyAlone(office: Office, asker: Asker, change: StoredChange): Promise<Change> {
  const people = await peopleNeeded(office);
  if (people > 1) return viewOf(change, people, asker.now);
  const { who: by, now: at } = asker;
  const approved = { ...change, version: change.version + 1, approvals: [{ by, at }] };
  await save(office, approved);
  return viewOf(await apply(office, asker, approved), people, at);
}

export async function edit(
  office: Office,
  asker: Asker,
  { change: id, version, proposal }: BodyOf<'edit'> & { readonly change: string },
): Promise<Change> {
  const there = await changeNamed(office, id);
  refuseEnded(there, asker.now);
  refuseBegun(there);
  if (there.version !== version)
    refuse(
      'stale-version',
      `Change ${id} has been edited: you saw version ${version}, it is ${there.version} now.`,
      `Look at it again: sunset changes ${id}`,
      { version: there.version },
    );
  const decision = await decide(office, proposal, asker.now);
  const edited: StoredChange = {
    ...there,
    ...contentOf(asker, proposal, decision),
    version: version + 1,
    approvals: [],
  };
  const to = `${edited.summary} ${edited.hash}`;
  const fact = { what: 'change-edited', why: proposal.reason, subject: id, from: there.hash, to } as const;
  await recorded(office, asker, fact, () => save(office, edited));
  return applyAlone(office, asker, edited);
}

export async function approve(
  office: Office,
  asker: Asker,
  { change: id, hash }: BodyOf<'approve'> & { readonly change: string },
): Promise<Change> {
  const { who, now } = asker;
  const change = await changeNamed(office, id);
  refuseEnded(change, now);
  const people = await peopleNeeded(office);
  // What was approved and cut off may be gone on with by whoever comes by, also its author.
  if (isBegun(change) && hash === change.hash) return viewOf(await goOn(office, asker, change), people, now);
  const refused = refusedApproval(change, { by: who, hash, now });
  switch (refused) {
    case 'content-changed':
      return refuse(
        refused,
        `Change ${id} is not what you have seen: its content's hash is ${change.hash} now.`,
        `Look at it again (sunset changes ${id}), then approve that content.`,
      );
    case 'own-approval':
      return refuse(
        refused,
        `Change ${id} is your own: whoever proposes a change, or edits it, does not approve it.`,
        'Ask a second person to look at it and to approve it.',
      );
    default:
  }
  const { summary, pinned } = await decide(office, change.proposal, now);
  if (pinned !== change.pinned)
    refuse(
      'content-changed',
      `Change ${id} would do something else now than when it was proposed: ${summary}.`,
      'Let it be edited or proposed again, so that what is approved is what is done.',
    );
  const approved = { ...change, version: change.version + 1, approvals: [{ by: who, at: now }] };
  const fact = { what: 'change-approved', why: change.summary, subject: id, to: hash } as const;
  await recorded(office, asker, fact, () => save(office, approved));
  return viewOf(await apply(office, asker, approved), people, now);
}

/**
 * Approved before, and cut off while it was done. What can still be done as it was approved is done; what cannot was done
 * already, or has been overtaken: nothing more is done, and the change says so.
 */
async function goOn(office: Office, asker: Asker, change: StoredChange): Promise<StoredChange> {
  try {
    const { pinned } = await decide(office, change.proposal, asker.now, change.id);
    if (pinned === change.pinned) return await apply(office, asker, change);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  const result = 'It was approved, and cut off while it was done: what of it was not done then is not done any more.';
  const ended = { ...change, version: change.version + 1, state: 'applied' as const, result };
  const fact = { what: 'not-done', why: result, subject: change.id, from: change.hash } as const;
  await recorded(office, asker, fact, () => save(office, ended));
  return ended;
}

export async function reject(
  office: Office,
  asker: Asker,
  { change: id, reason }: BodyOf<'reject'> & { readonly change: string },
): Promise<Change> {
  const change = await changeNamed(office, id);
  refuseEnded(change, asker.now);
  refuseBegun(change);
  const result = `rejected by ${asker.who}: ${reason}`;
  const rejected = { ...change, version: change.version + 1, state: 'rejected' as const, result };
  const fact = { what: 'change-rejected', why: reason, subject: id, from: change.hash } as const;
  await recorded(office, asker, fact, () => save(office, rejected));
  return viewOf(rejected, await peopleNeeded(office), asker.now);
}

export async function oneChange(office: Office, { now }: Asker, id: string): Promise<Change> {
  return viewOf(await changeNamed(office, id), await peopleNeeded(office), now);
}

/** Changes of a page that are read to find those in one state. */
const MOST_PAGES = 10;

export async function listChanges(
  office: Office,
  { now }: Asker,
  x: { state?: Change['state'] | undefined; cursor?: string | undefined; limit: number },
): Promise<{ changes: Change[]; cursor: string | null }> {
  if (x.cursor !== undefined && !/^\d{1,8}$/.test(x.cursor)) refuseCursor();
  const people = await peopleNeeded(office);
  const found: Change[] = [];
  let before = x.cursor ?? null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { changes, cursor } = await office.office.changes({ before, limit: x.limit - found.length });
    found.push(
      ...changes
        .map((each) => viewOf(each, people, now))
        .filter(({ state }) => x.state === undefined || state === x.state),
    );
    before = cursor;
    if (before === null || found.length >= x.limit) break;
  }
  return { changes: found, cursor: before };
}

function contentOf(
  { who, now }: Asker,
  proposal: Proposal,
  { summary, pinned }: Decision,
): Pick<StoredChange, 'proposal' | 'summary' | 'pinned' | 'hash' | 'proposedBy' | 'proposedAt'> {
  const hash = changeHash({ proposal, proposedBy: who, pinned });
  return { proposal, summary, pinned, hash, proposedBy: who, proposedAt: now };
}

/** Done first, then written down as done: whoever was cut off in between does it again. */
async function apply(office: Office, asker: Asker, change: StoredChange): Promise<StoredChange> {
  const by = [...new Set([change.proposedBy, ...change.approvals.map((approval) => approval.by)])];
  const result = await doIt(office, asker, { change, by });
  const applied = { ...change, version: change.version + 1, state: 'applied' as const, result };
  await save(office, applied);
  return applied;
}

async function changeNamed({ office }: Pick<Office, 'office'>, id: string): Promise<StoredChange> {
  const change = await office.change(id);
  if (change !== undefined) return change;
  return refuse('unknown-change', `There is no change "${id}".`, 'sunset changes lists those that there are.');
}

function refuseEnded(change: StoredChange, now: number): void {
  const state = stateAt(change, now);
  if (state === 'expired')
    refuse(
      'change-expired',
      `Change ${change.id} waited for a second person until ${isoInstant(expiresAt(change))}; nobody came.`,
      'Propose it again.',
    );
  if (state !== 'open')
    refuse('change-ended', `Change ${change.id} has ended: ${change.result ?? state}.`, 'Propose a new one.');
}

function refuseBegun(change: StoredChange): void {
  if (isBegun(change))
    refuse(
      'change-ended',
      `Change ${change.id} was approved and is being done.`,
      `Approve it once more if it was cut off: sunset approve ${change.id}`,
    );
}

async function save({ office }: Pick<Office, 'office'>, change: StoredChange): Promise<void> {
  if (!(await office.saveChange(change)))
    refuse(
      'stale-version',
      `Change ${change.id} has changed meanwhile.`,
      `Look at it again: sunset changes ${change.id}`,
    );
}

export function viewOf(change: StoredChange, people: number, now: number): Change {
  const { id, version, proposal, summary, hash, proposedBy, proposedAt, approvals, result } = change;
  const state = stateAt(change, now);
  return {
    id,
    version,
    proposal: proposal as Change['proposal'],
    summary,
    hash,
    proposedBy,
    proposedAt: isoInstant(proposedAt),
    expiresAt: isoInstant(expiresAt(change)),
    state,
    approvals: approvals.map(({ by, at }) => ({ by, at: isoInstant(at) })),
    people,
    warning: aloneWarning(people),
    result:
      result ?? (state === 'expired' ? `nobody approved it: it takes ${counted(people, 'person', 'people')}` : null),
  };
}

/** What each kind of change asks before it can be done, what it says of itself, and what it does. */
import { checkReachable } from '../../domain/plan-file.ts';
import type { Proposal } from '../../domain/change.ts';
import { counted, figures } from '../../domain/english.ts';
import { proofsOf } from '../../domain/gate.ts';
import type { Member } from '../../domain/member.ts';
import { wavesStart } from '../../domain/notice.ts';
import { restorableUntil } from '../../domain/restoring.ts';
import { HOUR, type Instant, isoInstant, MINUTE } from '../../domain/time.ts';
import type { Arming } from '../../domain/wave.ts';
import type { Office, StoredChange } from '../../ports.ts';
import { activate } from '../operate.ts';
import { stopForRestore } from '../restore.ts';
import { amend, amendmentOf } from './amend.ts';
import { unlessOvertaken } from './overtaken.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, asSeen, type Asker, cohortNamed, setCohort } from './situation.ts';

export interface Decision {
  /** What it does, in people. */
  readonly summary: string;
  /** What was seen and must be so still when it is approved, beside what the proposal names. */
  readonly pinned: string;
}

type Kind = Proposal['kind'];
type Of<K extends Kind> = Extract<Proposal, { kind: K }>;

/**
 * Asked when it is proposed, and again when it is approved. Refuses what cannot be done now.
 * @param begun the id of a change that was approved and cut off
 */
export async function decide(office: Office, proposal: Proposal, now: Instant, begun?: string): Promise<Decision> {
  switch (proposal.kind) {
    case 'activate':
      return decideActivation(office, proposal, now);
    case 'amend':
      return amendmentOf(office, proposal.hash, now);
    case 'arm':
      return decideArming(office, proposal);
    case 'advance':
      return decideAdvance(office, proposal);
    case 'restore':
      return decideRestore(office, proposal, now, begun);
    case 'waive':
      return decideWaiver(office, proposal);
    case 'end-exemption':
      return decideEndOfExemption(office, proposal);
  }
}

/** @returns what came of it, in a sentence */
export async function doIt(
  office: Office,
  asker: Asker,
  { change, by }: { change: StoredChange; by: readonly string[] },
): Promise<string> {
  const { proposal } = change;
  const { now } = asker;
  const why = `${change.id}: ${proposal.reason}`;
  switch (proposal.kind) {
    case 'activate': {
      const fact = { what: 'plan-activated', why, subject: 'plan', to: proposal.hash } as const;
      await recorded(office, asker, fact, () => unlessOvertaken(activate(office, proposal.hash, now)));
      return 'The plan is active.';
    }
    case 'amend':
      return amend(office, asker, { hash: proposal.hash, pinned: change.pinned, reason: why });
    case 'arm': {
      const { cohort, headCount, version } = proposal;
      // Derived from the change: given twice it is the same arming.
      const arming: Arming = { id: `${cohort}@${change.id}`, headCount, at: now, by };
      const to = `${headCount} chats, by ${by.join(', ')}`;
      await recorded(office, asker, { what: 'armed', why, subject: cohort, to }, async () => {
        if (await office.plan.arm(cohort, arming, version)) return;
        const there = cohortNamed(await activeSunset(office), cohort);
        if (there.arming?.id !== arming.id) asSeen(there, version);
      });
      return `Cohort ${cohort} is armed for ${counted(headCount, 'chat', 'chats')}.`;
    }
    case 'advance': {
      const cohort = cohortNamed(await activeSunset(office), proposal.cohort);
      asSeen(cohort, proposal.version);
      const fact = { what: 'soak-cut-short', why, subject: cohort.id, from: `wave ${cohort.wave}` } as const;
      await recorded(office, asker, fact, () => setCohort(office, cohort, { soakWaived: cohort.wave }));
      return `The next wave of cohort ${cohort.id} opens within minutes.`;
    }
    case 'restore':
      return beginRestore(office, asker, { cohort: proposal.cohort, change: change.id, why });
    case 'waive': {
      const { person } = proposal;
      const fact = { what: 'waived', why, subject: person, to: `by ${by.join(', ')}` } as const;
      await recorded(office, asker, fact, async () => {
        await sweepSoon(office, now);
        await office.ledger.addFacts(person, [{ kind: 'waived', at: now }]);
      });
      return 'The person is waived: their chats may be disabled without proof that they were told.';
    }
    case 'end-exemption': {
      const { person } = proposal;
      const fact = { what: 'exemption-ended', why, subject: person, from: 'exempt' } as const;
      await recorded(office, asker, fact, async () => {
        await sweepSoon(office, now);
        await office.ledger.endExemption(person, Number(change.pinned));
      });
      return 'The person is not exempt any more: they are told like everybody else.';
    }
  }
}

async function decideActivation({ plan }: Office, { hash }: Of<'activate'>, now: Instant): Promise<Decision> {
  const sunset = await plan.sunset();
  if (sunset === undefined)
    return refuse('no-plan', 'There is no plan yet.', 'Apply one: sunset plan apply FILE --reason "..."');
  if (sunset.active)
    refuse('already-active', 'The plan is active already.', 'A running plan is changed by sunset plan apply FILE.');
  if (sunset.hash !== hash)
    refuse(
      'stale-plan',
      `The plan that is there is ${sunset.hash}, not ${hash}: it was applied again.`,
      'Look at it (sunset plan show), then propose to activate that one.',
    );
  const late = checkReachable(sunset.plan, now);
  if (late.length > 0)
    refuse(
      'notice-too-short',
      late[0]?.sentence ?? '',
      'Move the dates in the file, apply it again, then activate it.',
      {
        all: late.map(({ sentence }) => sentence),
      },
    );
  const cohorts = sunset.plan.cohorts.map(({ id, endDate }) => `${id} until ${endDate}`).join(', ');
  return {
    summary: `activates plan ${hash.slice(0, 12)}: ${cohorts}; from now on its people are found and told`,
    pinned: '',
  };
}

async function decideArming(office: Office, proposal: Of<'arm'>): Promise<Decision> {
  const { sunset, cohorts } = await activeSunset(office);
  const cohort = cohortNamed({ cohorts }, proposal.cohort);
  const { id, headCount } = cohort;
  if (cohort.arming !== null)
    refuse(
      'already-armed',
      `Cohort ${id} is armed already, for ${counted(cohort.arming.headCount, 'chat', 'chats')}.`,
      `To arm it anew, take that back first: sunset cohort disarm ${id} --reason "..."`,
    );
  if (headCount === 0)
    refuse(
      'no-head-count',
      `No sweep has counted encrypted chats of cohort ${id} yet.`,
      'Wait for the next sweep (sunset status says when); a cohort without chats need not be armed.',
    );
  const drift = (100 * Math.abs(headCount - proposal.headCount)) / proposal.headCount;
  if (proposal.headCount === 0 || drift > sunset.plan.guardRails.headCountTolerance)
    refuse(
      'stale-head-count',
      `Cohort ${id} is to be armed for ${figures(proposal.headCount)} chats, the latest sweep has counted ${figures(headCount)}: more apart than the plan's headCountTolerance, ${sunset.plan.guardRails.headCountTolerance} %.`,
      'Look at what has changed (sunset status), then propose the present head-count.',
    );
  asSeen(cohort, proposal.version);
  const share = sunset.plan.guardRails.waves[0];
  return {
    summary: `arms ${id} to disable up to ${counted(proposal.headCount, 'encrypted chat', 'encrypted chats')}; its first wave, ${share} %, opens from ${isoInstant(wavesStart(cohort.endDate))} on`,
    pinned: '',
  };
}

async function decideAdvance(office: Office, proposal: Of<'advance'>): Promise<Decision> {
  const { sunset, cohorts } = await activeSunset(office);
  const cohort = cohortNamed({ cohorts }, proposal.cohort);
  const { id, wave, arming } = cohort;
  const { waves, soakHours } = sunset.plan.guardRails;
  if (arming === null)
    refuse(
      'not-armed',
      `Cohort ${id} is not armed: no wave of it opens.`,
      `Propose it: sunset cohort arm ${id} --reason "..."`,
    );
  if (wave >= waves.length)
    refuse('no-wave-left', `The last wave of cohort ${id} has opened.`, 'There is nothing to advance.');
  if (wave === 0 || cohort.soakWaived === wave)
    refuse(
      'soak-over',
      wave === 0
        ? `The first wave of cohort ${id} has not opened: it opens once its date is over everywhere, and not before.`
        : `The soak of wave ${wave} of cohort ${id} was cut short already.`,
      'There is nothing to advance.',
    );
  asSeen(cohort, proposal.version);
  return {
    summary: `cuts the soak of wave ${wave} of ${id} short (${soakHours} hours): the next wave, ${waves[wave]} %, opens within minutes`,
    pinned: `wave ${wave}`,
  };
}

async function decideRestore(
  office: Office,
  proposal: Of<'restore'>,
  now: Instant,
  begun: string | undefined,
): Promise<Decision> {
  const { sunset, cohorts } = await activeSunset(office);
  const cohort = cohortNamed({ cohorts }, proposal.cohort);
  const { id, lastFlipAt } = cohort;
  const { restoreWindowHours } = sunset.plan.guardRails;
  const decision = {
    summary: `restores ${id}: every chat of it whose window of ${restoreWindowHours} hours is open is encrypted again as it was; holds ${id} and opens no further wave, and what is restored stays blocked until ${id} is armed anew`,
    pinned: '',
  };
  const underWay = await office.ledger.restore(id);
  if (begun !== undefined && underWay?.change === begun) {
    if (!underWay.done) return decision;
    refuse('nothing-to-restore', `The restore of cohort ${id} has ended.`, 'There is nothing more to do.');
  }
  if (lastFlipAt === null)
    return refuse('nothing-to-restore', `No chat of cohort ${id} was disabled.`, 'There is nothing to restore.');
  if (now >= restorableUntil(sunset.plan, lastFlipAt))
    refuse(
      'restore-window-over',
      `The last chat of cohort ${id} was disabled at ${isoInstant(lastFlipAt)}; its window of ${restoreWindowHours} hours is over, less five minutes.`,
      'The platform may have destroyed what a restore would need. Nothing can be restored any more.',
    );
  if (underWay?.done === false)
    refuse('restore-under-way', `Chats of cohort ${id} are being restored already.`, 'Wait until that has ended.');
  asSeen(cohort, proposal.version);
  return decision;
}

async function beginRestore(
  office: Office,
  asker: Asker,
  { cohort: id, change, why }: { cohort: string; change: string; why: string },
): Promise<string> {
  const { plan, ledger } = office;
  const { now } = asker;
  const before = await ledger.restore(id);
  if (before?.change !== change) {
    await recorded(office, asker, { what: 'restore-begun', why, subject: id }, async () => {
      // The row of the agenda first: whatever is cut off from here on, tick brings to its end.
      await plan.schedule({ at: now, kind: 'restore', id: [id, change, isoInstant(now)].join('@') });
      await ledger.saveRestore(
        { cohort: id, change, why, startedAt: now, cursor: null, restored: 0, late: 0, done: false },
        before,
      );
    });
  }
  await stopForRestore(office, { id, change, why }, now);
  return `Cohort ${id} is held and paused; its chats are restored as soon as the hold is certain, within minutes.`;
}

async function decideWaiver(office: Office, { person }: Of<'waive'>): Promise<Decision> {
  const { sunset } = await activeSunset(office);
  const member = await memberNamed(office, person);
  if (member.facts.waived !== undefined)
    refuse('already-waived', 'This person is waived already.', 'There is nothing to do.');
  const { requiredNotices } = sunset.plan.guardRails;
  const proofs = proofsOf(member).length;
  if (proofs >= requiredNotices && member.facts.unreachable === undefined)
    refuse(
      'needs-no-waiver',
      `${proofs} notices are known to have reached this person, ${requiredNotices} are needed.`,
      'sunset explain CHAT says what else keeps a chat of theirs back.',
    );
  return {
    summary: `waives the proof that person ${person} was told: ${counted(proofs, 'notice has', 'notices have')} reached them, ${requiredNotices} are needed; ${counted(member.chats.size, 'chat', 'chats')} of theirs may be disabled without it`,
    pinned: '',
  };
}

async function decideEndOfExemption(office: Office, { person }: Of<'end-exemption'>): Promise<Decision> {
  await activeSunset(office);
  const member = await memberNamed(office, person);
  if (!member.exempt) refuse('not-exempt', 'This person is not exempt.', 'There is nothing to do.');
  return {
    summary: `ends the exemption of person ${person}: they are told, and their chats can be disabled`,
    // This exemption, and none that somebody gives after it.
    pinned: String(member.exemptedAt ?? 0),
  };
}

export async function memberNamed({ ledger }: Pick<Office, 'ledger'>, person: string): Promise<Member> {
  const member = (await ledger.members([person])).get(person);
  if (member !== undefined) return member;
  return refuse(
    'unknown-person',
    'Nobody of this id is enrolled.',
    'Give the id of the platform; who has no encrypted chat is never enrolled.',
  );
}

/** What is asked for together with a sweep is written by then: one that was quicker would not see it. */
const WRITTEN_BY = 5 * MINUTE;

/** The gate's answer changes for somebody: a sweep in about an hour asks it again, one for all who come in that hour. */
async function sweepSoon({ plan }: Pick<Office, 'plan'>, now: Instant): Promise<void> {
  await plan.schedule({ at: (Math.floor((now + WRITTEN_BY) / HOUR) + 1) * HOUR, kind: 'sweep', id: 'extra' });
}

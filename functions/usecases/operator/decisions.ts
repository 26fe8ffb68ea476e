/** What each kind of change asks before it can be done, what it says of itself, and what it does. */
import { checkReachable } from '../../domain/plan-file.ts';
import type { Proposal } from '../../domain/change.ts';
import { counted, figures } from '../../domain/english.ts';
import { proofsOf } from '../../domain/gate.ts';
import type { Member } from '../../domain/member.ts';
import { restorableUntil } from '../../domain/restoring.ts';
import { HOUR, type Instant, isoInstant } from '../../domain/time.ts';
import { type Arming, type CohortState, nextWaveAt } from '../../domain/wave.ts';
import type { Office, StoredChange } from '../../ports.ts';
import { activate } from '../operate.ts';
import { amend, amendmentOf } from './amend.ts';
import { record } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, asSeen, type Asker, cohortNamed } from './standing.ts';

export interface Decision {
  /** What it does, in people. */
  readonly summary: string;
}

type Kind = Proposal['kind'];
type Of<K extends Kind> = Extract<Proposal, { kind: K }>;

/** Asked when it is proposed, and again when it is approved. Refuses what cannot be done now. */
export async function decide(office: Office, proposal: Proposal, now: Instant): Promise<Decision> {
  switch (proposal.kind) {
    case 'activate':
      return decideActivation(office, proposal, now);
    case 'amend':
      return { summary: (await amendmentOf(office, proposal.hash, now)).summary };
    case 'arm':
      return decideArming(office, proposal);
    case 'advance':
      return decideAdvance(office, proposal);
    case 'restore':
      return decideRestore(office, proposal, now);
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
      await activate(office, proposal.hash, now);
      await record(office, asker, { what: 'plan-activated', why, subject: 'plan', to: proposal.hash });
      return 'The plan is active.';
    }
    case 'amend':
      return amend(office, asker, { hash: proposal.hash, reason: why });
    case 'arm': {
      const { cohort, headCount } = proposal;
      // Derived from the change: given twice it is the same arming.
      const arming: Arming = { id: `${cohort}@${change.id}`, headCount, at: now, by };
      await office.plan.arm(cohort, arming);
      await record(office, asker, {
        what: 'armed',
        why,
        subject: cohort,
        to: `${headCount} chats, by ${by.join(', ')}`,
      });
      return `Cohort ${cohort} is armed for ${counted(headCount, 'chat', 'chats')}.`;
    }
    case 'advance': {
      const cohort = cohortNamed(await activeSunset(office), proposal.cohort);
      await changed(office, cohort, { soakWaived: cohort.wave });
      await record(office, asker, { what: 'soak-cut-short', why, subject: cohort.id, from: `wave ${cohort.wave}` });
      return `The next wave of cohort ${cohort.id} opens within minutes.`;
    }
    case 'restore':
      return beginRestore(office, asker, { cohort: proposal.cohort, change: change.id, why });
    case 'waive': {
      const { person } = proposal;
      await office.ledger.addFacts(person, [{ kind: 'waived', at: now }]);
      await sweepSoon(office, now);
      await record(office, asker, { what: 'waived', why, subject: person, to: `by ${by.join(', ')}` });
      return 'The person is waived: their chats may be disabled without proof that they were told.';
    }
    case 'end-exemption': {
      const { person } = proposal;
      await office.ledger.setExempt(person, false);
      await sweepSoon(office, now);
      await record(office, asker, { what: 'exemption-ended', why, subject: person, from: 'exempt' });
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
  return { summary: `activates plan ${hash.slice(0, 12)}: ${cohorts}; from now on its people are found and told` };
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
  const first = nextWaveAt(sunset.plan, {
    ...cohort,
    arming: { id, headCount, at: 0, by: [] },
    hold: null,
    paused: null,
  });
  const share = sunset.plan.guardRails.waves[0];
  return {
    summary: `arms ${id} to disable up to ${counted(proposal.headCount, 'encrypted chat', 'encrypted chats')}; its first wave, ${share} %, opens ${first === null ? 'when nothing keeps it back' : `from ${isoInstant(first)} on`}`,
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
  };
}

async function decideRestore(office: Office, proposal: Of<'restore'>, now: Instant): Promise<Decision> {
  const { sunset, cohorts } = await activeSunset(office);
  const cohort = cohortNamed({ cohorts }, proposal.cohort);
  const { id, lastFlipAt, arming, disabled } = cohort;
  if (lastFlipAt === null || arming === null)
    return refuse(
      'nothing-to-restore',
      `No chat of cohort ${id} was disabled under an arming that stands.`,
      'There is nothing to restore.',
    );
  if (now >= restorableUntil(sunset.plan, lastFlipAt))
    refuse(
      'restore-window-over',
      `The last chat of cohort ${id} was disabled at ${isoInstant(lastFlipAt)}; its window of ${sunset.plan.guardRails.restoreWindowHours} hours is over, less five minutes.`,
      'The platform may have destroyed what a restore would need. Nothing can be restored any more.',
    );
  if ((await office.ledger.restore(id))?.done === false)
    refuse('restore-under-way', `Chats of cohort ${id} are being restored already.`, 'Wait until that has ended.');
  asSeen(cohort, proposal.version);
  return {
    summary: `restores ${id}: up to ${counted(disabled, 'chat', 'chats')} disabled under ${arming.id} are encrypted again as they were, as far as their window is open; holds ${id}, and they stay blocked until it is armed anew`,
  };
}

async function beginRestore(
  office: Office,
  asker: Asker,
  { cohort: id, change, why }: { cohort: string; change: string; why: string },
): Promise<string> {
  const { plan, ledger } = office;
  const { who, now } = asker;
  const cohort = cohortNamed(await activeSunset(office), id);
  // What is to be done, then the hold under which it is done, then whoever asks for it.
  await ledger.saveRestore({
    cohort: id,
    arming: cohort.arming?.id ?? '',
    change,
    startedAt: now,
    cursor: null,
    restored: 0,
    late: 0,
    done: false,
  });
  const until = (await plan.hold(id, { who, why, since: now })) ?? cohort.permitUntil;
  const certain = Math.max(now, until);
  await plan.schedule({ at: certain, kind: 'restore', id });
  await record(office, asker, {
    what: 'restore-begun',
    why,
    subject: id,
    to: `held, certain from ${isoInstant(certain)}`,
  });
  return `Cohort ${id} is held; its chats are restored from ${isoInstant(certain)} on.`;
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
  };
}

async function decideEndOfExemption(office: Office, { person }: Of<'end-exemption'>): Promise<Decision> {
  await activeSunset(office);
  const member = await memberNamed(office, person);
  if (!member.exempt) refuse('not-exempt', 'This person is not exempt.', 'There is nothing to do.');
  return { summary: `ends the exemption of person ${person}: they are told, and their chats can be disabled` };
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

async function changed(
  { office }: Pick<Office, 'office'>,
  cohort: CohortState,
  changes: Parameters<Office['office']['setCohort']>[1],
): Promise<void> {
  if (!(await office.setCohort(cohort, changes)))
    refuse(
      'stale-version',
      `Cohort ${cohort.id} has changed meanwhile.`,
      'Look again (sunset status), then decide anew.',
    );
}

/** The gate's answer has changed for somebody: a sweep within the hour asks it again, one for all who come in that hour. */
async function sweepSoon({ plan }: Pick<Office, 'plan'>, now: Instant): Promise<void> {
  await plan.schedule({ at: (Math.floor(now / HOUR) + 1) * HOUR, kind: 'sweep', id: 'extra' });
}

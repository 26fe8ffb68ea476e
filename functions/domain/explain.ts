/**
 * Why a chat is not disabled, in words for whoever answers for it: the gate's own answer for the whole chat and for each
 * participant alone, the earliest instant at which time alone can make it a yes, and what keeps the chat back besides
 * the gate. The gate is asked, never repeated.
 */
import { askGate, type BlockReason, endInstantOf, type GateAnswer, type GateQuestion } from './gate.ts';
import type { GuardRails, Plan } from './plan.ts';
import { DAY, HOUR, type Instant, isoInstant } from './time.ts';
import { type CohortState, headCountLeft, isInWave, isPermitted, nextWaveAt, WRITE_TIMEOUT } from './wave.ts';

export interface ExplainedParticipant {
  readonly userId: string;
  readonly cohort: string | null;
  readonly endInstant: Instant | null;
  readonly answer: GateAnswer;
  readonly earliest: Instant | null;
  /** In words, without the person's id. */
  readonly sentence: string;
}

/** For each participant what the gate would say if the chat were theirs alone. */
export function explainParticipants(q: GateQuestion): ExplainedParticipant[] {
  return q.participants.map((participant) => {
    const alone = { ...q, participants: [participant] };
    const answer = askGate(alone);
    return {
      userId: participant.userId,
      cohort: participant.member?.cohort ?? null,
      endInstant: endInstantOf(participant) ?? null,
      answer,
      earliest: earliestOpen(alone),
      sentence: sentenceOf(answer, alone),
    };
  });
}

/** What no mail changes: only people can, by a waiver, a signal, an arming, a new address. */
const BY_PEOPLE: ReadonlySet<BlockReason> = new Set([
  'not-encrypted',
  'joined-after-closing',
  'restored',
  'encrypted-again',
  'exempt',
  'no-address',
  'unreachable',
  'complained',
]);

/** The earliest instant at which the gate can open by time alone; null: only people can change its answer. */
export function earliestOpen(q: GateQuestion): Instant | null {
  const answers = q.participants.map((participant) => earliestAlone({ ...q, participants: [participant] }));
  if (answers.length === 0) return earliestAlone(q);
  return answers.reduce((latest, each) => (latest === null || each === null ? null : Math.max(latest, each)));
}

function earliestAlone(q: GateQuestion): Instant | null {
  let at = q.now;
  for (;;) {
    const answer = askGate({ ...q, now: at });
    if (answer.open) return at;
    const { reason, earliest } = answer;
    if (earliest !== undefined && earliest > at) {
      at = earliest;
      continue;
    }
    if (BY_PEOPLE.has(reason)) return null;
    // After the end nobody is mailed any more; until then a notice that comes may count, and its time begins with it.
    if (reason === 'unproven') return at > q.now ? Math.max(at, q.now + q.rails.minimumNoticeDays * DAY) : null;
    if (reason === 'too-few-notices' || reason === 'final-notice-too-old')
      return at > q.now ? Math.max(at, q.now + q.rails.finalNoticeHours * HOUR) : null;
    // Not enrolled, or about to move: the next sweep or tick changes it, nobody knows to what.
    return at;
  }
}

/** One sentence for the gate's answer about one participant. */
export function sentenceOf(answer: GateAnswer, q: GateQuestion): string {
  if (answer.open) return 'the gate is open for this person';
  const sentence = SENTENCES[answer.reason](q.rails, answer.earliest);
  if (answer.reason !== 'not-due' || answer.earliest === undefined) return sentence;
  const then = askGate({ ...q, now: answer.earliest });
  return then.open
    ? sentence
    : `${sentence}; as things stand it then says: ${SENTENCES[then.reason](q.rails, then.earliest)}`;
}

type Sentence = (rails: GuardRails, earliest: Instant | undefined) => string;
const until = (earliest: Instant | undefined) => (earliest === undefined ? '' : ` until ${isoInstant(earliest)}`);
const SENTENCES: Readonly<Record<BlockReason, Sentence>> = {
  'not-encrypted': () => 'the chat is not encrypted: there is nothing to disable',
  'not-enrolled': () => 'this person is not enrolled yet: the next sweep does it',
  'no-participants': () => 'nobody takes part in the chat',
  'not-due': (_, earliest) => `their last day is not over${until(earliest)}`,
  leaving: () => 'this person is being moved to a later end date',
  'joined-after-closing': () =>
    'this person was first seen in the chat after the platform had closed new encryption: they leave it, or are waived',
  restored: () => 'the chat was restored: it stays as it is until its cohort is armed anew',
  'encrypted-again': () =>
    'the chat was disabled once and encrypted again by the platform: it stays as it is until its cohort is armed anew',
  exempt: () => 'this person is exempt: their chats stay until the exemption is ended',
  'no-address': ({ requiredNotices }) =>
    `this person has no address and fewer than ${requiredNotices} notices are known to have reached them: the app shows them, or they are waived`,
  unreachable: ({ requiredNotices }) =>
    `mail does not reach this person and fewer than ${requiredNotices} notices are known to have: the app shows them, or they are waived`,
  complained: ({ requiredNotices }) =>
    `this person has called our mail spam and fewer than ${requiredNotices} notices are known to have reached them: the app shows them, or they are waived`,
  unproven: () => 'no notice is known to have reached this person',
  'too-few-notices': ({ requiredNotices }) =>
    `fewer than ${requiredNotices} notices are known to have reached this person`,
  'notice-too-short': ({ minimumNoticeDays }, earliest) =>
    `their first notice reached them less than ${minimumNoticeDays} days ago: the gate is shut${until(earliest)}`,
  'final-notice-too-recent': ({ finalNoticeHours }, earliest) =>
    `their latest notice reached them less than ${finalNoticeHours} hours ago: the gate is shut${until(earliest)}`,
  'final-notice-too-old': ({ finalWithinDays }) =>
    `their latest notice reached them more than ${finalWithinDays} days before their last day`,
};

export interface AuthorityQuestion {
  readonly plan: Plan;
  readonly active: boolean;
  readonly chatId: string;
  readonly owner: CohortState | undefined;
  /** Of all participants, the owner among them. */
  readonly cohorts: readonly CohortState[];
  readonly now: Instant;
}

/** What keeps a chat back besides the gate, a sentence each; none: it is disabled as soon as the gate opens. */
export function explainAuthority({ plan, active, chatId, owner, cohorts, now }: AuthorityQuestion): string[] {
  const reasons = active ? [] : ['the plan is not active'];
  for (const { id, hold } of cohorts)
    if (hold !== null) reasons.push(`cohort ${id} is held by ${hold.who} since ${isoInstant(hold.since)}: ${hold.why}`);
  if (owner === undefined) return [...reasons, 'the chat belongs to no cohort'];
  const { id, arming, wave, paused } = owner;
  const { waves } = plan.guardRails;
  if (arming === null) reasons.push(`cohort ${id} is not armed`);
  else if (headCountLeft(plan, owner) <= 0)
    reasons.push(`cohort ${id} was armed for ${arming.headCount} chats, and ${owner.disabled} are disabled`);
  if (!isInWave(plan, wave, chatId)) {
    const own = waves.findIndex((_, at) => isInWave(plan, at + 1, chatId)) + 1;
    const opens = wave + 1 === own ? nextWaveAt(plan, owner) : null;
    const when = opens === null ? '' : `, which opens at ${isoInstant(Math.max(opens, now))}`;
    reasons.push(
      wave === 0
        ? `no wave of cohort ${id} has opened; the chat is in wave ${own} of ${waves.length}${when}`
        : `wave ${wave} of cohort ${id} holds ${waves[wave - 1]} % of its chats; this one is in wave ${own} of ${waves.length}${when}`,
    );
    if (paused !== null)
      reasons.push(
        `waves of cohort ${id} are paused by ${paused.who} since ${isoInstant(paused.since)}: ${paused.why}`,
      );
  }
  // Nobody has a permit while there is nothing to do: it says something only where nothing else keeps the chat back.
  if (reasons.length > 0) return reasons;
  return cohorts
    .filter((cohort) => !isPermitted(cohort, now, WRITE_TIMEOUT))
    .map((cohort) => `cohort ${cohort.id} has no permit at this moment: tick renews it while there is work`);
}
